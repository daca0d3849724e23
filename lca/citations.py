"""What the results rest on: the references behind the values in use, and what the inventories leave out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from lca.background import rows_in_force
from lca.documents import read_csv
from lca.expressions import Expression, reached
from lca.folders import shipped
from lca.processes import BackgroundExchange
from lca.ranges import RangedExchange
from lca.results import Results
from lca.rows import Values
from lca.scopes import Variable
from lca.sources import Source

BACKGROUND = "background"


@dataclass(frozen=True)
class Citation:
    """A reference and how many values in use it stands for."""

    source: Source
    parameters: int
    background: int

    @property
    def values(self) -> int:
        return self.parameters + self.background


def cited_sources(results: Results) -> dict[str, Citation]:
    """The references of parameters in use, of background rows in use and of own factors, by key."""
    study, own, behind = results.study, Counter[str](), Counter[str]()
    for name in picked_names(results):
        variable = study.model.variables[name]
        if variable.formula is None and not variable.alias:
            own[variable.parameter.source] += 1
    behind.update(exchange.row.text("source") for exchange in background_in_use(results))
    for indicator in results.indicators:
        if indicator.factors:
            behind.update(row.text("source") for row in read_csv(shipped("impact_methods") / indicator.factors, ("source",)))
    return {key: Citation(source, own[key], behind[key]) for key, source in study.sources.items() if own[key] or behind[key]}


def names_in(expression: Expression, values: Values, row: int) -> list[str]:
    """The values that a formula reads in a row: of what a choice picks from, only what it picks."""
    if expression.kind == "lookup":
        picked = expression.inputs[int(values[expression.choice][row])]
        return [expression.choice, *([picked.text] if picked.kind == "name" else [])]
    return [name for each in expression.inputs for name in names_in(each, values, row)] or [each.text for each in expression.leaves]


def read_in(variables: dict[str, Variable], values: Values, row: int, name: str) -> list[str]:
    """What a variable reads in a row."""
    formula = variables[name].formula
    return names_in(formula, values, row) if formula else variables[name].reads


@lru_cache(maxsize=4)  # many tables of a report ask for them
def picked_names(results: Results, alternative: int | None = None) -> frozenset[str]:
    """The variables that come to something, in any alternative or in one: of what a choice picks from, only what it picks in some scenario."""
    study, model, found = results.study, results.study.model, set[str]()
    whose = slice(alternative, None if alternative is None else alternative + 1)
    running = np.asarray(results.levels[whose].any(axis=0))
    for row in range(len(results.scenarios)):
        ways = [(each.amount, each.caller, results.call_amounts[row, n]) for n, each in enumerate(model.calls)]
        ways += [(each.amount, each.node, results.line_amounts[row, n]) for n, each in enumerate(model.lines)]
        waiting = [name for amount, node, size in ways if running[row, node] and size for name in names_in(amount, results.values, row)]
        waiting += [name for each in list(study.alternatives.values())[whose] for name in names_in(each.quality, results.values, row)]
        waiting += [each.choice for each in model.lines if each.choice and running[row, each.node]]
        found |= set(reached(waiting, partial(read_in, model.variables, results.values, row)))
    return frozenset(found)


def background_in_use(results: Results) -> list[RangedExchange]:
    """The background rows that the products in use come down to."""
    products = list(results.background.products)
    rows = rows_in_force(results.background)
    behind = reach({products[each] for each in results.line_inputs.ravel() if each < len(products)}, rows)
    return [row for row in rows if row.process in behind]


def reach(start: Iterable[str], rows: Sequence[BackgroundExchange]) -> set[str]:
    """All that some products come down to, themselves and flows included."""
    below: dict[str, list[str]] = {}
    for row in rows:
        below.setdefault(row.process, []).append(row.input)
    return set(reached(start, lambda name: below.get(name, ())))


def inventory_gaps(results: Results, lang: str) -> list[tuple[str, str, str, str]]:
    """Area, item, effect and treatment of what the background and the inventories in use leave out."""
    return gaps({BACKGROUND, *(Path(each).stem for each in results.study.files)}, lang)


def gaps(areas: set[str], lang: str) -> list[tuple[str, str, str, str]]:
    """Area, item, effect and treatment of what is left out in these areas."""
    rows = read_csv(shipped("inventories") / "left_out.csv", ("area", "item_en", "item_fr", "effect_en", "effect_fr", "treatment"))
    return [(row.text("area"), row.text(f"item_{lang}"), row.text(f"effect_{lang}"), row.text("treatment")) for row in rows if row["area"] in areas]
