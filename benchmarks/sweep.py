"""A parametric sweep, ours against lca_algebraic: the same 2 x 60 processes, 15 parameters, 40 products, 6 forms and 4 indicators.

The expressions are the same text on both sides, and results must agree to 1e-9 before anything is timed. One evaluation is one set of
parameter values, both systems, four indicators. Run with: make bench"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # CPU seconds of one core, which a busy machine changes least

import numpy as np

SEED, SYSTEMS, PROCESSES, PARAMETERS, PRODUCTS, INDICATORS = 7, ("a", "b"), 60, 15, 40, 4
FORMS = ("{c}*{p}*exp(-{k}*{q})", "{c}*log(1+{p}*{q})", "{c}*{p}/({k}+{q})", "{c}*sqrt({p}*{p}+{k}*{q})", "{c}*{p}**2*{q}", "{c}*{p}*(1+{k}*{q})")
Exchanges = dict[str, str]


def foreground() -> dict[str, Exchanges]:
    """Process -> what it needs -> formula: every process but the first is called by one or two before it, and needs two products."""
    draw, found = random.Random(SEED), dict[str, Exchanges]()

    def formula() -> str:
        p, q = draw.sample(range(PARAMETERS), 2)
        return draw.choice(FORMS).format(c=round(draw.uniform(0.1, 0.9), 3), k=round(draw.uniform(0.1, 0.9), 3), p=f"p_{p}", q=f"p_{q}")

    for system in SYSTEMS:
        keys = [f"{system}_{number}" for number in range(PROCESSES)]
        for number, key in enumerate(keys):
            found[key] = {f"product {each}": formula() for each in draw.sample(range(PRODUCTS), 2)}
            for caller in draw.sample(range(number), min(number, draw.choice((1, 2, 3)))):
                found[keys[caller]][key] = formula()
    return found


def scores() -> np.ndarray[Any, Any]:
    """Of one unit of every product (product x indicator), in numbers that a float32 holds."""
    return np.random.default_rng(SEED).uniform(0.5, 2, (PRODUCTS, INDICATORS)).astype(np.float32).astype(float)


def values(rows: int) -> dict[str, Any]:
    return {f"p_{n}": column for n, column in enumerate(np.random.default_rng(SEED + 1).uniform(0.5, 1.5, (PARAMETERS, rows)))}


def ours(folder: Path) -> Callable[[dict[str, Any]], Any]:
    """Reads a study of these processes; what is returned computes its totals (row x alternative x indicator) by the path of every study."""
    from lca.background import load_background
    from lca.influence import totals_of
    from lca.rows import compute
    from lca.study import read_study

    background = load_background()
    names = [key for key, product in background.products.items() if product.unit == "kg"][:PRODUCTS]
    indicators = list(background.indicators)[:INDICATORS]
    unit = background.unit.copy()
    places = [list(background.products).index(each) for each in names]
    unit[places] = 0.0
    unit[np.ix_(places, [0], range(INDICATORS))] = scores()[:, None]
    background = replace(background, unit=unit)
    named = {f"product {number}": name for number, name in enumerate(names)}
    processes = {key: {"unit": "kg", "actor": "provider", "stage": "use", "needs": {named.get(each, each): text for each, text in needs.items()}}
                 for key, needs in foreground().items()}  # fmt: skip
    parameters = {f"p_{n}": {"value": 1, "low": 0.5, "high": 1.5, "source": "assumption"} for n in range(PARAMETERS)}
    labels = {"label_en": "x", "label_fr": "x"}
    study = {
        "title_en": "x", "title_fr": "x", "goal_en": "x", "goal_fr": "x",
        "functional_unit": {"text_en": "x", "text_fr": "x", "amount": "1 kg", "quality": {"measure_en": "x", "measure_fr": "x", "at_least": "1"}},
        "alternatives": {each: {**labels, "process": f"{each}_0", "quality": 1} for each in SYSTEMS},
        "second_order": {"more": {**labels, "amount": "not quantified"}},
        "parameters": parameters, "processes": processes, "scenarios": {"base": labels}, "indicators": indicators,
    }  # fmt: skip
    path = folder / "sweep.yaml"
    path.write_text(_yaml(study), encoding="utf-8")
    opened = read_study(path, background.products, background.flows, background.indicators)
    return lambda given: np.moveaxis(totals_of(opened, background, compute(opened.model.variables, given), len(given["p_0"]))[0], 1, 0)


def _yaml(thing: Any, indent: str = "\n") -> str:
    if isinstance(thing, dict):
        return "".join(f"{indent}{key}: {_yaml(value, indent + '  ')}" for key, value in thing.items())
    return str(thing) if not isinstance(thing, list) else f"[{', '.join(map(str, thing))}]"


def theirs(folder: Path) -> Callable[[dict[str, Any]], Any]:
    """The same as activities of lca_algebraic, whose compute_impacts takes lists of values."""
    os.environ["BRIGHTWAY2_DIR"] = str(folder)
    import bw2data
    import lca_algebraic as algebraic
    import sympy

    bw2data.projects.set_current("sweep")
    methods, products = [("bench", "sweep", str(n)) for n in range(INDICATORS)], {}
    nature = {("nature", str(n)): {"name": f"flow {n}", "unit": "kg", "type": "emission", "categories": ("air",), "exchanges": []} for n in range(INDICATORS)}
    bw2data.Database("nature").write(nature)
    for number, method in enumerate(methods):
        bw2data.Method(method).register(unit="point")
        bw2data.Method(method).write([(("nature", str(number)), 1.0)])
    bw2data.Database("back").write({
        ("back", str(number)): {"name": f"product {number}", "unit": "kg", "location": "GLO", "exchanges": [
            {"input": ("back", str(number)), "amount": 1.0, "type": "production"},
            *({"input": ("nature", str(n)), "amount": float(score), "type": "biosphere"} for n, score in enumerate(row)),
        ]} for number, row in enumerate(scores())
    })  # fmt: skip
    products = {f"product {number}": bw2data.get_activity(("back", str(number))) for number in range(PRODUCTS)}
    algebraic.resetDb("front")
    algebraic.setForeground("front")
    known: dict[str, Any] = {f"p_{n}": algebraic.newFloatParam(f"p_{n}", default=1.0, min=0.5, max=1.5, save=False) for n in range(PARAMETERS)}
    functions = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt}
    for key, needs in reversed(foreground().items()):  # called before callers
        exchanges = {products[each]: eval(text, {**functions, **known}) for each, text in needs.items()}  # our own text, made above
        products[key] = algebraic.newActivity("front", key, "kg", exchanges)
    roots = [products[f"{each}_0"] for each in SYSTEMS]

    def compute(given: dict[str, Any]) -> Any:
        lists = {name: list(column) for name, column in given.items()}
        found = [algebraic.compute_impacts(root, methods, **lists) for root in roots]
        return np.stack([each.to_numpy().reshape(-1, INDICATORS) for each in found], axis=1)

    return compute


def seconds(compute: Callable[[dict[str, Any]], Any], rows: int, block: int, repeats: int) -> float:
    """The median of `repeats` runs over all rows, `block` at a time."""
    given, found = values(rows), []
    for _ in range(repeats):
        start = time.process_time()
        for first in range(0, rows, block):
            compute({name: column[first : first + block] for name, column in given.items()})
        found.append(time.process_time() - start)
    return statistics.median(found)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=int, default=20_000)
    reader.add_argument("--repeats", type=int, default=5)
    options = reader.parse_args()
    packages = {each.metadata["Name"]: each.version for each in distributions()}
    print(", ".join(f"{each} {packages[each]}" for each in ("numpy", "lca_algebraic_bw25", "sympy", "bw2data") if each in packages))
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        mine = ours(Path(folder))
        print(f"{sum(map(len, foreground().values()))} exchanges; read ours in {time.process_time() - start:.1f} s")
        rates = {f"lca, blocks of {block}": options.rows / seconds(mine, options.rows, block, options.repeats) for block in (1024, 4096, 8192)}
        try:
            peer = theirs(Path(folder))
        except ImportError as error:
            print(f"lca_algebraic is not installed ({error}): only our own rates")
        else:
            start, few = time.process_time(), values(50)
            difference = np.abs(peer(few) / mine(few) - 1).max()
            print(f"lca_algebraic built and compiled in {time.process_time() - start:.1f} s; largest relative difference {difference:.1e}")
            assert difference < 1e-9, "not the same model"
            rates = {"lca_algebraic": options.rows / seconds(peer, options.rows, options.rows, options.repeats), **rates}
    base = rates.get("lca_algebraic", float("nan"))
    for name, rate in rates.items():
        print(f"{name:24} {rate:12,.0f} evaluations/s {rate / base:8.1f} x")


if __name__ == "__main__":
    main()
