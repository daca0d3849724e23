"""Which references the results rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lca.documents import read_csv
from lca.errors import Faults
from lca.folders import shipped
from lca.processes import BackgroundExchange, read_background
from lca.results import Results


def cited_sources(results: Results) -> dict[str, int]:
    """Keys of the references behind the values in use, and how many values each stands for: parameters, background rows, own factors."""
    study, cited = results.study, Counter[str]()
    for name in study.model.used(each.quality for each in study.alternatives.values()):
        variable = study.model.variables[name]
        if variable.formula is None and not variable.alias:
            cited[variable.parameter.source] += 1
    for exchange in background_in_use(results):
        cited[exchange.row.text("source")] += 1
    for indicator in results.indicators:
        for row in read_csv(shipped("impact_methods") / indicator.factors, ("source",)) if indicator.factors else ():
            cited[row.text("source")] += 1
    return {key: cited[key] for key in study.sources if cited[key]}


def background_in_use(results: Results) -> list[BackgroundExchange]:
    """The background rows that the products in use come down to."""
    products = list(results.background.products)
    rows = read_background(results.study.sources, Faults())[1]
    reached = _reach({products[each] for each in results.line_inputs.ravel() if each < len(products)}, rows)
    return [row for row in rows if row.process in reached]


def _reach(start: Iterable[str], rows: list[BackgroundExchange]) -> set[str]:
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
