"""Grades A to D of background products, per indicator, from independent published values (inventories/published*.csv).

A: three sources or more within a factor 1.5; B: two; C: one, or any within 3; D: none, or worse. A value whose source (or one
that it is `same_as`) is that of a twentieth or more of our score is no evidence. A value also counts for what its
product makes four fifths of, and for what makes four fifths of it, unit for unit: deliveries and their mix, a mix and its plant."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from lca.background import Background, rows_in_force
from lca.documents import Mapping, read_csv
from lca.errors import Faults, UnknownName, nearest
from lca.folders import shipped
from lca.processes import BackgroundExchange
from lca.sources import Source, check_source, read_sources
from lca.wording import say

LETTERS = "ABCD"
CLOSE, NEAR = 1.5, 3.0
RESTS = 0.05
MOST = 0.8  # of a score: a product and the one that makes this much of it stand for each other
BY_COUNT = {0: "", 1: "C", 2: "B"}  # three and more: A
PARTS = ("direct", "grid", "other")  # as the unit scores have them
DEVICES = "published_devices.csv"  # for processes of the foreground (lca/devices.py)
COLUMNS = ("name", "indicator", "low", "high", "unit", "year", "source", "locator", "note")


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
    ours: float = 0.0
    part: str = ""  # the part of our score that it stands beside, if not the whole
    weight: float = 1.0  # of the score, in that part
    year: str = ""
    locator: str = ""
    note: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is evidence on the whole score."""
        return self.independent and self.weight >= 1 / CLOSE

    @property
    def close(self) -> bool:
        """Near enough, and not for being a range that anything fits."""
        return self.factor <= CLOSE and self.high <= NEAR * self.low


@dataclass(frozen=True)
class Grades:
    """All comparisons of a background, and for each product those that count for it."""

    comparisons: tuple[Comparison, ...]
    evidence: dict[tuple[str, str], tuple[Comparison, ...]]

    def of(self, product: str, indicator: str) -> str:
        return letter(self.evidence.get((product, indicator), ()))

    def text(self, product: str, background: Background, lang: str) -> str:
        """The grades of a product for the headline indicators; those for which there is no evidence in one word."""
        letters = {key: self.of(product, key) for key, each in background.indicators.items() if each.role == "headline"}
        better = [f"{key} {each}" for key, each in letters.items() if each != LETTERS[-1]]
        return say("grades_rest" if better else "grades_none", lang, grades=", ".join(better), worst=LETTERS[-1])


def letter(found: Iterable[Comparison]) -> str:
    """The grade that some comparisons give; of each source its worst counts."""
    worst: dict[str, Comparison] = {}
    for each in found:
        if each.counts and (each.source not in worst or (each.close, -each.factor) < (worst[each.source].close, -worst[each.source].factor)):
            worst[each.source] = each
    close = sum(each.close for each in worst.values())
    return BY_COUNT.get(close, "A") or ("C" if any(each.factor <= NEAR for each in worst.values()) else "D")


_known: dict[tuple[object, ...], Grades] = {}


def grades(background: Background) -> Grades:
    """The grades under the value choices of a background; the list is read once per process."""
    key = (background.key, tuple(background.indicators), tuple(sorted(background.chosen.items())))
    if key not in _known:
        comparisons, evidence = tuple(read_comparisons(background, read_sources(Faults()))), dict[tuple[str, str], tuple[Comparison, ...]]()
        for indicator in {each.indicator for each in comparisons}:
            values, near = [each for each in comparisons if each.indicator == indicator], _near(background, indicator)
            evidence |= {(name, indicator): tuple(each for each in values if each.product in near[name]) for name in background.products}
        _known[key] = Grades(comparisons, evidence)
    return _known[key]


def read_comparisons(background: Background, sources: dict[str, Source]) -> list[Comparison]:
    """Every published value beside the score of one unit of the product."""
    faults, found = Faults(), []
    rests = lru_cache(lambda indicator: shares_by_source(background, indicator))
    scores = dict(zip(background.products, background.unit, strict=True))
    known = (("product", "name", background.products), ("indicator", "indicator", background.indicators), ("part", "part", ("", *PARTS)))
    for path in sorted(each for each in shipped("inventories").glob("published*.csv") if each.name != DEVICES):
        for row in read_csv(path, COLUMNS):
            with faults.at():
                name, indicator, part = (row.text(each) for each in ("name", "indicator", "part"))
                check_row(row, known, lambda: f"{background.indicators[indicator].unit}/{background.products[name].unit}", sources)  # noqa: B023
                parts = scores[name][:, background.positions([indicator])[0]]
                ours = float(parts[PARTS.index(part)]) if part else float(parts.sum())
                independent = sum(rests(indicator).get((name, each), 0.0) for each in origins(row)) < RESTS
                found.append(compare(row, name, part, ours, float(parts.sum()), independent))
    faults.check()
    return found


def check_row(row: Mapping, known: Iterable[tuple[str, str, Iterable[str]]], unit: Callable[[], str], sources: dict[str, Source]) -> None:
    """A row names what there is (kind, column and the keys that it may hold), in its unit, with two positive numbers in order; else a fault."""
    faults, known = Faults(), list(known)
    what = ", ".join(row.text(column) for _, column, _ in known[:2])
    for kind, column, keys in known:
        if row.text(column) not in (names := list(keys)):
            faults.add(row.place, f"there is no {kind} '{row.text(column)}'. {nearest(row.text(column), names)}", UnknownName)
    check_source(row, sources, faults, what, "read")
    for each in (each for each in row.text("same_as").split() if each not in sources):
        faults.add(row.place, f"{what} is the same as the unknown source '{each}'. {nearest(each, sources)}", UnknownName)
    faults.check()
    if row["unit"] != unit():
        faults.add(row.place, f"{what} is in '{row['unit']}', but ours in '{unit()}'")
    try:
        if not 0 < float(row["low"]) <= float(row["high"]) < float("inf"):
            faults.add(row.place, f"{what}: low and high must be above zero and in order")
    except ValueError:
        faults.add(row.place, f"{what}: low and high must be numbers")
    faults.check()


def origins(row: Mapping) -> set[str]:
    """The source of a row and those that it is the same as."""
    return {row.text("source"), *row.text("same_as").split()}


def compare(row: Mapping, name: str, part: str, ours: float, whole: float, independent: bool) -> Comparison:
    """A row beside ours, which is a part of our whole score."""
    low, high = float(row["low"]), float(row["high"])
    factor = max(low / ours, ours / high, 1.0) if ours > 0 else float("inf")
    return Comparison(name, row.text("indicator"), low, high, row.text("unit"), row.text("source"), factor, independent, ours, part,
                      ours / whole if whole > 0 else 0.0, row.text("year"), row.text("locator"), row.text("note"))  # fmt: skip


def row_shares(background: Background, indicator: str) -> list[tuple[BackgroundExchange, float]]:
    """Every row in force with its share of the score of its process."""
    scores = scores_of(background, indicator)
    return [(row, row.amount * scores[row.input] / scores[row.process]) for row in rows_in_force(background) if scores[row.process] > 0]


def shares_by_source(background: Background, indicator: str) -> dict[tuple[str, str], float]:
    """How much of the score of a process its rows of a source carry."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row, share in row_shares(background, indicator):
        found[row.process, row.row.text("source")] += abs(share)
    return found


def main_rows(background: Background, indicator: str) -> dict[str, tuple[BackgroundExchange, float]]:
    """Of every product the row that makes most of its score, with its share of it."""
    return {row.process: (row, share) for row, share in sorted(row_shares(background, indicator), key=lambda each: each[1]) if share > 0}


def scores_of(background: Background, indicator: str) -> dict[str, float]:
    """The score of one unit of every product and flow."""
    place = background.positions([indicator])[0]
    return {**dict(zip(background.products, background.unit[:, :, place].sum(axis=1).tolist(), strict=True)),
            **dict(zip(background.flows, background.factors[:, place].tolist(), strict=True))}  # fmt: skip


def _near(background: Background, indicator: str) -> dict[str, set[str]]:
    """Per product itself, what makes most of it unit for unit (step by step), what it makes most of, and other deliveries of the same thing."""
    main, products = main_rows(background, indicator), background.products
    near, delivered = {key: {key} for key in products}, defaultdict[str, set[str]](set)
    for key in products:
        place, share = key, 1.0
        while place in main:
            row, part = main[place]
            share *= part
            if share < MOST or row.input not in products or products[row.input].unit != products[key].unit or not 1 / CLOSE <= row.amount <= CLOSE:
                break
            if place == key and row.amount >= 1:
                delivered[row.input].add(key)
            place = row.input
            near[key].add(place)
            near[place].add(key)
    for others in delivered.values():
        for key in others:
            near[key] |= others
    return near
