"""Ranges of the background rows: their own, or the default of their kind (inventories/default_ranges.csv), which is said aloud."""

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from lca.documents import Mapping, read_csv
from lca.errors import Faults, UnknownName, nearest
from lca.folders import shipped
from lca.processes import BackgroundExchange, Flow, Product
from lca.quantities import Units
from lca.sources import ASSUMPTION, Source, check_source
from lca.uncertainty import PERCENTILE

OWN, DEFAULT, EXACT, REST = "own", "default", "exact", "rest"  # where a range comes from
CRITERIA = ("process", "process_unit", "input", "input_unit", "place", "amount")  # what decides on the kind of a row
OR = " or "
PLACED = ("grid", "carrier", "direct")  # products whose emissions have a place: at the plants, or at the user's
CARRIER = "carrier"
WHOLE = 1e-6  # how near to one the shares of a whole must sum
MOST = 100  # of its own kind that delivered energy may take


@dataclass(frozen=True)
class Kind:
    """A kind of row and how wide it spreads: the geometric standard deviation, 1 for what is exact by definition."""

    key: str
    label_en: str
    label_fr: str
    spread: float
    row: Mapping

    def label(self, lang: str) -> str:
        return self.label_fr if lang == "fr" else self.label_en

    @property
    def factor(self) -> float:
        """The 97.5th percentile over the median, and the median over the 2.5th."""
        return math.exp(PERCENTILE * math.log(self.spread))

    def fits(self, facts: dict[str, str]) -> bool:
        """Every criterion that is stated holds: the text is one of its patterns."""
        stated = ((facts[each], self.row.text(f"if_{each}")) for each in CRITERIA if self.row.get(f"if_{each}"))
        return all(any(fnmatchcase(fact, pattern) for pattern in patterns.split(OR)) for fact, patterns in stated)


@dataclass(frozen=True)
class RangedExchange(BackgroundExchange):
    """A row with the range by which it will be drawn; `origin` says where that comes from, `kind` names a default.

    In a process of shares the largest is the `rest`: one less the others, whatever they are drawn to be."""

    origin: str = OWN
    kind: str = ""
    share: bool = False  # drawn with the other shares of its process, so that they sum to one


@lru_cache(maxsize=1)
def default_kinds() -> dict[str, Kind]:
    """The kinds by key: the first row of each, for its labels and its spread."""
    found: dict[str, Kind] = {}
    for each in read_kinds(shipped("inventories") / "default_ranges.csv", Faults()):
        found.setdefault(each.key, each)
    return found


def read_kinds(path: Path, faults: Faults, sources: dict[str, Source] | None = None) -> list[Kind]:
    """The rows of the table, in whose order the first that fits a row of the background counts."""
    kinds: list[Kind] = []
    for row in read_csv(path, ("kind", "label_en", "label_fr", *(f"if_{each}" for each in CRITERIA), "spread", "source", "basis")):
        spread = math.nan
        with suppress(ValueError):
            spread = float(row.text("spread"))
        if not 1 <= spread < math.inf:
            faults.add(row.place, f"the spread of '{row['kind']}' is '{row['spread']}'; it is a geometric standard deviation: 1 (exact) or more")
        known = next((each for each in kinds if each.key == row["kind"]), None)
        if known and known.spread != spread:
            faults.add(row.place, f"the kind '{row['kind']}' has the spread {row['spread']} here and {known.row['spread']} at {known.row.place}")
        if sources is not None:
            check_source(row, sources, faults, f"the kind '{row['kind']}'")
        kinds.append(Kind(str(row["kind"]), row.text("label_en"), row.text("label_fr"), spread, row))
    return kinds


def give_ranges(products: dict[str, Product], flows: dict[str, Flow], exchanges: Iterable[BackgroundExchange], faults: Faults,
                sources: dict[str, Source] | None = None) -> list[RangedExchange]:  # fmt: skip
    """Every row with its own range, or that of its kind: the one that the row names (`kind`), else the first that fits."""
    kinds, rows = read_kinds(shipped("inventories") / "default_ranges.csv", faults, sources), list(exchanges)
    largest: dict[str, BackgroundExchange] = {}

    def is_share(row: BackgroundExchange) -> bool:
        made = products[row.process]
        return made.shares == "yes" and row.input in products and products[row.input].unit == made.unit

    for each in filter(is_share, rows):
        largest[each.process] = max(largest.get(each.process, each), each, key=lambda row: row.amount)
    found = []
    for each in rows:
        share = is_share(each)
        if share and largest[each.process] is each:
            alone = abs(each.amount - 1) < 1e-9
            found.append(_ranged(each, each.low, each.high, EXACT if alone else REST, "", share))
        elif each.low is not None:
            found.append(_ranged(each, each.low, each.high, OWN, "", share))
        elif (kind := _kind(each, products[each.process], products.get(each.input) or flows[each.input], kinds, faults)) is not None:
            low, high = sorted((each.amount / kind.factor, each.amount * kind.factor))
            exact = low == high
            found.append(_ranged(each, None if exact else low, None if exact else high, EXACT if exact else DEFAULT, kind.key, share))
    return found


def _ranged(row: BackgroundExchange, low: float | None, high: float | None, origin: str, kind: str, share: bool) -> RangedExchange:
    return RangedExchange(**{**vars(row), "low": low, "high": high, "origin": origin, "kind": kind, "share": share})


def _kind(row: BackgroundExchange, process: Product, target: Product | Flow, kinds: list[Kind], faults: Faults) -> Kind | None:
    named = row.row.text("kind")
    if named:
        found = next((each for each in kinds if each.key == named), None)
        if found is None:
            faults.add(row.row.place, f"there is no kind '{named}' in default_ranges.csv. {nearest(named, [each.key for each in kinds])}", UnknownName)
        return found
    facts = {
        "process": row.process, "process_unit": process.unit, "input": row.input, "input_unit": target.unit,
        "place": target.part if isinstance(target, Product) else target.compartment,
        "amount": row.row.text("amount"),
    }  # fmt: skip
    found = next((each for each in kinds if each.fits(facts)), None)
    if found is None:
        faults.add(row.row.place, f"{row.process} <- {row.input} has no range, and no kind in default_ranges.csv fits it. Give it a low and a high")
    return found


def check_shares(products: dict[str, Product], exchanges: Iterable[BackgroundExchange], faults: Faults) -> None:
    """Where a process says that its rows are shares: each lies between 0 and 1 and has a year (an assumption may have
    none), and they sum to one.

    Delivered energy that takes less than itself comes from nothing; a hundred times itself has two units mixed up."""
    units = Units(("unit",))
    rows: dict[str, list[tuple[BackgroundExchange, float]]] = {}
    for each in (each for each in exchanges if each.input in products):
        unit, own = units.unit(products[each.input].unit), units.unit(products[each.process].unit)
        if unit.dimension == own.dimension:
            rows.setdefault(each.process, []).append((each, each.amount * unit.factor / own.factor))
    for product in products.values():
        found = rows.get(product.key, [])
        if product.shares:
            _check_whole(product, found, faults)
        elif product.part == CARRIER:
            energy = [(each, amount) for each, amount in found if products[each.input].part in PLACED]
            total = sum(amount for _, amount in energy)
            if energy and not 1 - WHOLE <= total < MOST:
                what = f"'{product.key}' takes {total:.6g} {product.unit} of its own kind per {product.unit} (from this row on)"
                faults.add(energy[0][0].row.place, f"{what}: what is delivered was made, losses on top. Allowed: 1 to {MOST:g}")


def _check_whole(product: Product, rows: list[tuple[BackgroundExchange, float]], faults: Faults) -> None:
    wrong = [(each, share) for each, share in rows if not 0 <= share <= 1]
    for each, share in wrong:
        faults.add(each.row.place, f"{share:.6g} is no share of '{product.key}': a share lies between 0 and 1 {product.unit} per {product.unit}")
    for each in (each for each, _ in rows if not each.row.text("year") and each.row["basis"] != ASSUMPTION):
        faults.add(each.row.place, f"{product.key} <- {each.input} has no year: a share states the year for which it holds")
    total = sum(share for _, share in rows)
    if not rows:
        faults.add("", f"'{product.key}' is a whole of shares, but has no input that is counted like it ({product.unit})")
    elif not wrong and abs(total - 1) > WHOLE:
        what = f"the shares of '{product.key}' (from this row on, inputs counted in {product.unit})"
        hint = ": the unit of the process or of its rows is a thousand times too large or too small" if 0 < total < 0.01 else ""
        faults.add(rows[0][0].row.place, f"{what} sum to {total:.6g}. They must sum to 1 (within {WHOLE:g}){hint}")
