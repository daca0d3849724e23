"""What the results rest on: the references behind the values in use, and what the inventories leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lca.background import rows_in_force
from lca.documents import read_csv
from lca.folders import shipped
from lca.processes import BackgroundExchange
from lca.ranges import RangedExchange
from lca.results import Results
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
    for name in study.model.used(each.quality for each in study.alternatives.values()):
        variable = study.model.variables[name]
        if variable.formula is None and not variable.alias:
            own[variable.parameter.source] += 1
    behind.update(exchange.row.text("source") for exchange in background_in_use(results))
    for indicator in results.indicators:
        if indicator.factors:
            behind.update(row.text("source") for row in read_csv(shipped("impact_methods") / indicator.factors, ("source",)))
    return {key: Citation(source, own[key], behind[key]) for key, source in study.sources.items() if own[key] or behind[key]}


def background_in_use(results: Results) -> list[RangedExchange]:
    """The background rows that the products in use come down to."""
    products = list(results.background.products)
    rows = rows_in_force(results.background)
    reached = reach({products[each] for each in results.line_inputs.ravel() if each < len(products)}, rows)
    return [row for row in rows if row.process in reached]


def reach(start: Iterable[str], rows: Sequence[BackgroundExchange]) -> set[str]:
    """All that some products come down to, themselves and flows included."""
    below: dict[str, list[str]] = {}
    for row in rows:
        below.setdefault(row.process, []).append(row.input)
    waiting, reached = list(start), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += below.get(name, ())
    return reached


def inventory_gaps(results: Results, lang: str) -> list[tuple[str, str, str]]:
    """Area, item and effect of what the background and the inventories in use leave out."""
    return gaps({BACKGROUND, *(Path(each).stem for each in results.study.files)}, lang)


def gaps(areas: set[str], lang: str) -> list[tuple[str, str, str]]:
    """Area, item and effect of what is left out in these areas."""
    rows = read_csv(shipped("inventories") / "left_out.csv", ("area", "item_en", "item_fr", "effect_en", "effect_fr"))
    return [(row.text("area"), row.text(f"item_{lang}"), row.text(f"effect_{lang}")) for row in rows if row["area"] in areas]
