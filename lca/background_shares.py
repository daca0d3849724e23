"""Whether the inputs of a background process that are counted like itself add up: shares of a whole, and delivered energy."""

from __future__ import annotations

from collections.abc import Iterable

from lca.errors import Faults
from lca.processes import BackgroundExchange, Product
from lca.quantities import Units
from lca.sources import ASSUMPTION

PLACED = ("grid", "carrier", "direct")  # products whose emissions have a place: at the plants, or at the user's
CARRIER = "carrier"
WHOLE = 1e-6  # how near to one the shares of a whole must sum
MOST = 100  # of its own kind that delivered energy may take


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
