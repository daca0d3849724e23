"""How much of the background, and of every shipped study, rests on default ranges (for docs/renew.py)."""

from __future__ import annotations

import math
import statistics

import numpy as np

from lca.background import load_background, rows_in_force
from lca.citations import background_in_use
from lca.errors import Faults
from lca.expressions import Array
from lca.processes import read_flows
from lca.ranges import DEFAULT, EXACT, OWN, REST, RangedExchange, default_kinds, give_ranges
from lca.results import Results
from lca.review_basis import unit_without
from lca.uncertainty import PERCENTILE

HEAD = ("study", "indicator", "rows", "rows_own", "rows_default", "rows_exact", "exchanges_default", "chains_default", "chains_default_without_shares")


def range_shares(studies: dict[str, Results]) -> list[tuple[str, ...]]:
    """Of every shipped study (first scenario) and headline indicator: rows in use, the parts of them with an own and with a
    default range, the part of all |elementary exchanges| whose own row has a default, and the part of the totals that passes
    a row with a default on its way from the functional unit to nature (with and without the shares of mixes)."""
    table: list[tuple[str, ...]] = [HEAD]
    for study, results in studies.items():
        rows = background_in_use(results)
        counts = [sum(each.origin in origins for each in rows) / len(rows) for origins in ((OWN,), (DEFAULT,), (EXACT, REST))]
        defaults = [each for each in rows if each.origin == DEFAULT]
        direct, chains = _defaults(results), [_through(results, some) for some in (defaults, [each for each in defaults if not each.share])]
        for place, number in enumerate(results.headline):
            shown = (*counts, direct[place], *(each[place] for each in chains))
            table.append((study, results.indicators[number].key, str(len(rows)), *(f"{each:.4f}" for each in shown)))
    return table


def exchange_sizes(results: Results) -> list[tuple[RangedExchange, Array]]:
    """Every elementary exchange of the background with its size per headline indicator (absolute; the alternatives together, first
    scenario). A row that consumes water counts as the exchange itself: the product behind it only carries the place of the water."""
    background = results.background
    rows = rows_in_force(background)
    made = {row.process for row in rows if row.input not in background.flows}
    carriers = {key for key, each in background.products.items() if each.part == "direct" and key not in made}
    activity = dict(zip(background.products, results.activity[:, 0].sum(axis=0), strict=True))
    factors = background.factors[:, background.positions(results.study.indicators)][:, results.headline]
    scores = dict(zip(background.flows, factors, strict=True))
    for row in (each for each in rows if each.process in carriers):
        scores[row.process] = scores.get(row.process, 0.0) + row.amount * scores[row.input]
    return [(row, np.abs(row.amount * activity[row.process] * scores[row.input])) for row in rows if row.input in scores and row.process not in carriers]


def _defaults(results: Results) -> list[float]:
    """The part of all elementary exchanges of the background whose own row has a default range."""
    counted = exchange_sizes(results)
    whole = np.sum([sizes for _, sizes in counted], axis=0)
    part = np.sum([np.zeros_like(whole), *(sizes for row, sizes in counted if row.origin == DEFAULT)], axis=0)
    return [float(each) for each in part / whole]


def _through(results: Results, rows: list[RangedExchange]) -> list[float]:
    """The part of the totals, alternatives together, that passes at least one of some rows."""
    background, inputs = results.background, results.line_inputs[0]
    picked = background.positions(results.study.indicators)
    whole = background.table.sum(axis=1)[inputs][:, picked]
    clean = np.concatenate([unit_without(results, rows), background.factors])[inputs][:, picked]
    quantities = results.quantities[:, 0].sum(axis=0)
    return [float(each) for each in (quantities @ (whole - clean) / (quantities @ whole))[results.headline]]


def kind_rows() -> list[tuple[str, ...]]:
    """Every kind: its spread, how many rows take it, and the median spread of the rows of that kind that state a range of their own."""
    background = load_background()
    rows = rows_in_force(background)
    bare = [RangedExchange(each.process, each.input, each.amount, None, None, each.row, each.when) for each in rows if each.origin == OWN and not each.share]
    alike = give_ranges(background.products, read_flows(), bare, Faults())
    own: dict[str, list[float]] = {}
    for before, kind in zip((each for each in rows if each.origin == OWN and not each.share), (each.kind for each in alike), strict=True):
        if before.low and before.high and before.low * before.high > 0:
            own.setdefault(kind, []).append(math.exp(abs(math.log(before.high / before.low)) / (2 * PERCENTILE)))
    table: list[tuple[str, ...]] = [("kind", "spread", "factor", "rows_default", "rows_own", "median_own", "source", "note")]
    for key, kind in default_kinds().items():
        taken, known = sum(each.kind == key for each in rows), own.get(key, [])
        table.append((key, f"{kind.spread:g}", f"{kind.factor:.3g}", str(taken), str(len(known)), f"{statistics.median(known):.3g}" if known else "",
                      kind.row.text("source"), kind.row.text("note")))  # fmt: skip
    return table
