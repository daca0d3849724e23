"""What a study needs of the background: from the cache, or made anew by Brightway and solved once."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from lca import engine
from lca.edition import Edition, read_edition
from lca.errors import BackgroundError, Faults, LCAError
from lca.expressions import Array
from lca.folders import PACKAGE, make_whole_folder, own, shipped, write_whole
from lca.methods import Indicator, known_choices, mark_uncovered, own_factors, read_indicators
from lca.processes import Flow, Product, background_files, read_background, read_flows
from lca.ranges import PLACED, RangedExchange, check_shares, give_ranges
from lca.sources import read_sources

PACKAGES = ("bw2data", "bw2calc", "bw2io", "bw_processing", "stats_arrays")
FORMAT = "5"  # changes when what the cache holds changes
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Background:
    """Products, flows and indicators with their numbers; unit scores are product x part (PARTS) x indicator.

    `variants` are the exchanges that hang on a value choice; `chosen` is what those choices are."""

    key: str
    versions: dict[str, str]
    products: dict[str, Product]
    flows: dict[str, Flow]
    indicators: dict[str, Indicator]
    unit: Array
    factors: Array  # flow x indicator, from the methods themselves
    matrices: dict[str, Array]
    edition: Edition
    variants: tuple[tuple[str, str, float, str, str], ...] = ()  # process, input, amount, choice, option
    chosen: dict[str, str] = field(default_factory=dict)
    changes: tuple[tuple[str, str, float], ...] = ()  # what the choices put into the stored background (or take out of it)

    @property
    def covers(self) -> tuple[str, ...]:
        """The indicators that the flows were collected for."""
        return self.edition.covers

    @property
    def technosphere(self) -> Any:
        return _matrices(self.matrices, len(self.products))[0]

    @property
    def biosphere(self) -> Any:
        return _matrices(self.matrices, len(self.products))[1]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where products, then flows, stand in the table."""
        return {key: number for number, key in enumerate([*self.products, *self.flows])}

    @cached_property
    def table(self) -> Array:
        """Scores of one unit of every product, then of every flow (all of it direct): thing x part x indicator."""
        flows = np.zeros((len(self.factors), *self.unit.shape[1:]))
        flows[:, 0] = self.factors
        return np.concatenate([self.unit, flows])

    def positions(self, keys: Iterable[str]) -> list[int]:
        """Where indicators stand in the arrays."""
        known = list(self.indicators)
        return [known.index(key) for key in keys]

    def with_methods(self, indicators: Iterable[Indicator], factors: Array) -> "Background":
        """The background with more indicators, whose factors are given (flow x indicator): solved for these alone."""
        added = mark_uncovered(indicators, self.covers)
        unit = _solve({**self.matrices, "c": factors.T}, list(self.products.values()))
        matrices = {**self.matrices, "c": np.concatenate([self.matrices["c"], factors.T])}
        return replace(self, indicators={**self.indicators, **added}, unit=np.concatenate([self.unit, unit], axis=2),
                       factors=np.concatenate([self.factors, factors], axis=1), matrices=matrices)  # fmt: skip

    def with_choices(self, choices: dict[str, str]) -> "Background":
        """The background under other value choices: the exchanges that hang on them are taken out or put in, then it is solved again."""
        chosen = {choice: choices.get(choice, option) for choice, option in self.chosen.items()}
        differences = [(process, name, amount * ((chosen[choice] == option) - (self.chosen[choice] == option)))
                       for process, name, amount, choice, option in self.variants]  # fmt: skip
        changes = tuple(each for each in differences if each[2])
        if not changes:
            return replace(self, chosen=chosen)
        products, flows = list(self.products), list(self.flows)
        matrices = {**self.matrices, "c": self.factors.T}  # a flow that comes in has its factor too
        for process, name, amount in changes:
            letter, row, sign = ("a", products.index(name), -1) if name in self.products else ("b", flows.index(name), 1)
            for key, value in ((f"{letter}_row", row), (f"{letter}_column", products.index(process)), (letter, sign * float(np.float32(amount)))):
                matrices[key] = np.append(matrices[key], value)
        return replace(self, matrices=matrices, unit=_solve(matrices, list(self.products.values())), chosen=chosen, changes=(*self.changes, *changes))

    @property
    def project(self) -> Path:
        """The folder of the Brightway project this background was computed from."""
        return own("projects") / self.key


@lru_cache(maxsize=1)
def brightway_versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            raise BackgroundError(f"the package {name} is missing. Install again with: pip install .") from None
    return found


def background_key() -> str:
    """A hash of all that the unit scores hang on: data files, methods, versions."""
    digest = hashlib.sha256(json.dumps([FORMAT, brightway_versions()]).encode())
    methods = shipped("impact_methods")
    files = [shipped("inventories") / "flows.csv", shipped("inventories") / "water_flows.csv", *background_files(), *sorted(methods.iterdir())]
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def load_background(progress: Progress = lambda text: None) -> Background:
    """The shipped background; a cold start builds the Brightway project (seconds), a warm one reads one file."""
    key = background_key()
    path = own("cache") / f"background-{key}.npz"
    if not path.is_file():
        _make(key, path, progress)
    try:
        return _read(key, path)
    except (OSError, ValueError, KeyError, BadZipFile):  # damaged from outside: make it again
        try:
            path.unlink(missing_ok=True)
            _make(key, path, progress)
            return _read(key, path)
        except OSError as error:
            raise BackgroundError(f"cannot renew the damaged file {path}: {error.strerror or error}") from None


@lru_cache(maxsize=2)
def background_rows(key: str) -> tuple[RangedExchange, ...]:
    """The rows of the background tables with their ranges, own or default; the key is that of their content."""
    products, rows = read_background(read_sources(Faults()), Faults())
    faults = Faults()
    found = tuple(give_ranges(products, read_flows(), rows, faults))
    faults.check()
    return found


def rows_in_force(background: Background) -> list[RangedExchange]:
    """The rows of the background tables that count under its value choices."""
    chosen = background.chosen.items()
    return [each for each in background_rows(background.key) if not each.when or each.when in chosen]


def _read(key: str, path: Path) -> Background:
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    about = json.loads(str(arrays.pop("about")))
    products = {each["key"]: Product(**each) for each in about["products"]}
    flows = {each["key"]: Flow(**each) for each in about["flows"]}
    unit, factors = arrays.pop("unit"), arrays.pop("factors")
    known = read_indicators()
    edition = read_edition(known)
    variants = tuple((str(a), str(b), float(c), str(d), str(e)) for a, b, c, d, e in about["variants"])
    return Background(key, brightway_versions(), products, flows, mark_uncovered(known.values(), edition.covers), unit, factors.T, arrays, edition,
                      variants, about["chosen"])  # fmt: skip


def _make(key: str, path: Path, progress: Progress) -> None:
    faults = Faults()
    sources = read_sources(faults)
    products, exchanges = read_background(sources, faults)
    faults.check()
    flows, indicators = read_flows(), read_indicators()
    check_shares(products, exchanges, faults)  # of rows that could all be read
    give_ranges(products, flows, exchanges, faults, sources)
    faults.check()
    defaults = {key: entry.text("default") for key, entry in known_choices().items()}
    variants = [(each.process, each.input, each.amount, *each.when) for each in exchanges if each.when]
    request = {
        "products": [asdict(each) for each in products.values()],
        "flows": [asdict(each) for each in flows.values()],
        "exchanges": [[each.process, each.input, each.amount] for each in exchanges if not each.when or defaults[each.when[0]] == each.when[1]],
        "indicators": [
            {"key": each.key, "method": each.method, "unit": each.unit, "factors": own_factors(each) if each.factors else {}} for each in indicators.values()
        ],
    }
    project = own("projects") / key
    if not (project / "matrices.npz").is_file():
        try:
            make_whole_folder(project, lambda folder: ask_brightway("write", request, folder, progress))
        except OSError as error:
            raise BackgroundError(f"cannot write the project {project}: {error.strerror or error}. Name another folder in BRIGHTWAY2_DIR") from None
    progress("unit scores")
    with np.load(project / "matrices.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["unit"] = _solve(arrays, list(products.values()))
    chosen = {choice: defaults[choice] for *_, choice, _ in variants}
    about = json.dumps({"products": request["products"], "flows": request["flows"], "variants": variants, "chosen": chosen})
    write_whole(path, lambda temporary: np.savez(temporary, **arrays, about=np.array(about)))


def _solve(arrays: dict[str, Array], products: list[Product]) -> Array:
    """Unit scores in three parts: what a product's own process emits where that happens at its user's (`direct`), what
    the power plants behind a delivered energy emit themselves (`grid`), and the rest.

    The second solve knows only the carriers, their plants and what those emit through `direct` products (fuel burnt,
    water evaporated on the site): losses and fuel chains are no part of it."""
    technosphere, biosphere = _matrices(arrays, len(products))
    looping = [product.key for product, net in zip(products, technosphere.tocsr().diagonal(), strict=True) if net <= 0]
    if looping:
        raise BackgroundError(f"the background cannot be solved: {', '.join(looping)} needs at least as much of itself as it makes")
    inside, own, plants = (np.array([product.part in parts for product in products]) for parts in (PLACED, ("direct",), ("direct", "grid")))
    delivery = technosphere.copy()
    delivery.data[~(inside[delivery.row] & inside[delivery.col]) & (delivery.row != delivery.col)] = 0.0
    try:
        total = engine.unit_scores(technosphere, biosphere, arrays["c"])
        grid = engine.unit_scores(delivery, biosphere, arrays["c"], plants.astype(float))
    except RuntimeError as error:
        raise BackgroundError(f"the background cannot be solved: {error}") from None
    if not np.isfinite(total).all():
        raise BackgroundError("the background cannot be solved: some unit scores are not finite numbers")
    direct = np.where(own[:, None], grid, 0.0)
    return np.stack([direct, grid - direct, total - grid], axis=1)


def _matrices(arrays: dict[str, Array], size: int) -> tuple[Any, Any]:
    """Technosphere and biosphere as sparse matrices."""
    from scipy.sparse import coo_matrix

    def sparse(name: str, rows: int) -> Any:
        places: Any = (arrays[f"{name}_row"], arrays[f"{name}_column"])
        return coo_matrix((arrays[name], places), shape=(rows, size))

    return sparse("a", size), sparse("b", arrays["c"].shape[1])


def ask_brightway(task: str, request: dict[str, Any], folder: Path | None, progress: Progress = lambda text: None) -> Any:
    """Let a process of its own do what needs Brightway, in `folder` or in the user's own Brightway; returns its answer, if the task has one."""
    with tempfile.TemporaryDirectory() as own_folder:
        path = Path(own_folder) / "request.json"
        path.write_text(json.dumps(request), encoding="utf-8")
        paths = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", **({"BRIGHTWAY2_DIR": str(folder)} if folder else {})}
        command = [sys.executable, "-m", "lca.brightway", task, str(path), str(folder or "-")]
        errors = Path(own_folder) / "errors.txt"
        with (
            errors.open("w", encoding="utf-8") as stderr,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=environment, text=True, encoding="utf-8") as process,
        ):
            for line in process.stdout or ():
                progress(line.strip())
        if process.returncode:
            last = (errors.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"])[-1]
            if last.startswith("lca.errors."):
                raise LCAError(last.partition(": ")[2])
            raise BackgroundError(f"Brightway could not {task} the project: {last}")
        answer = path.with_suffix(".answer.json")
        return json.loads(answer.read_text(encoding="utf-8")) if answer.is_file() else None
