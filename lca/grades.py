"""Grades A to D of background products, per indicator, from independent published values (inventories/published.csv).

A: three or more within a factor 1.5; B: two; C: one, or any within 3; D: none, or worse. A value whose source the
product's own rows were made from is no evidence and does not count."""

from __future__ import annotations

from dataclasses import dataclass

from lca.background import Background, background_rows
from lca.documents import read_csv
from lca.errors import Faults, UnknownName, nearest
from lca.folders import shipped
from lca.sources import Source, check_source

CLOSE, NEAR = 1.5, 3.0
BY_COUNT = {0: "", 1: "C", 2: "B"}  # three and more: A


@dataclass(frozen=True)
class Comparison:
    """Ours beside a published value, as a factor of one or more; `independent` if our rows do not rest on its source."""

    product: str
    indicator: str
    low: float
    high: float
    unit: str
    source: str
    factor: float
    independent: bool


def read_comparisons(background: Background, sources: dict[str, Source]) -> list[Comparison]:
    """Every published value beside the score of one unit of the product."""
    faults, found = Faults(), []
    rows = background_rows(background.key)
    products, indicators = list(background.products), list(background.indicators)
    for row in read_csv(shipped("inventories") / "published.csv", ("name", "indicator", "low", "high", "unit", "source")):
        name, indicator = str(row["name"]), str(row["indicator"])
        for kind, key, known in (("product", name, products), ("indicator", indicator, indicators)):
            if key not in known:
                faults.add(row.place, f"there is no {kind} '{key}'. {nearest(key, known)}", UnknownName)
        check_source(row, sources, faults, f"{name}, {indicator}", "read")
        faults.check()
        low, high = float(row["low"]), float(row["high"])
        ours = float(background.unit[products.index(name)].sum(axis=0)[indicators.index(indicator)])
        factor = max(low / ours, ours / high, 1.0) if ours > 0 else float("inf")
        own = {each.row["source"] for each in rows if each.process == name}
        found.append(Comparison(name, indicator, low, high, str(row["unit"]), str(row["source"]), factor, row["source"] not in own))
    return found


def grade(comparisons: list[Comparison], product: str, indicator: str) -> str:
    """The grade of a product for an indicator."""
    factors = [each.factor for each in comparisons if (each.product, each.indicator) == (product, indicator) and each.independent]
    close = sum(each <= CLOSE for each in factors)
    return BY_COUNT.get(close, "A") or ("C" if any(each <= NEAR for each in factors) else "D")
