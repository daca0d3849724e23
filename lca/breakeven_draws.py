"""How sure a break-even point is: where two contenders first change places in each of some draws of all other values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lca.crossings import scan, signs
from lca.draws import Foreground, Part
from lca.expressions import Array
from lca.influence import fixed_values, totals_of
from lca.results import Results
from lca.rows import compute

MOST, POINTS, WIDE, ROWS = 200, 40, 20.0, 2000  # draws; points of a scan and the ratio beyond which they stand in equal ratios; rows computed at once
PERCENTILES = (2.5, 50.0, 97.5)


@dataclass(frozen=True)
class Spread:
    """Percentiles of the first value at which the lower one changes, over the draws in which it does; `none` is the part of the
    draws with a result in which it never does, `lost` the part of all draws without a result."""

    places: Array
    none: float
    lost: float


def spreads(
    results: Results, name: str, ends: tuple[float, float], pairs: Sequence[tuple[tuple[int, int], tuple[int, int], int]], n: int, seed: int
) -> list[Spread]:
    """Parameters are drawn as in a run of draws; the background and what a scenario sets stay as they are."""
    points, rows = scan(*ends, POINTS, WIDE), sorted({row for first, second, _ in pairs for _, row in (first, second)})
    drawn = Foreground(results.study).draw(Part(seed, 0, 0, n))
    blocks = []
    for start in range(0, n, ROWS // POINTS):
        part = {key: np.repeat(values[start : start + ROWS // POINTS], POINTS) for key, values in drawn.items()}
        count = min(ROWS // POINTS, n - start)
        totals = {row: _totals(results, row, {**part, name: np.tile(points, count)}, count * POINTS) for row in rows}
        blocks.append(np.stack([totals[a[1]][a[0], :, i] - totals[b[1]][b[0], :, i] for a, b, i in pairs], axis=-1).reshape(count, POINTS, -1))
    differences = np.concatenate(blocks)
    return [_spread(each, points) for each in np.moveaxis(differences, -1, 0)]


def _totals(results: Results, row: int, moved: dict[str, Array], count: int) -> Array:
    name = next(reversed(moved))  # what is scanned moves even where the scenario sets it
    values = compute(results.study.model.variables, {**moved, **fixed_values(results, row), name: moved[name]})
    return totals_of(results.study, results.background, values, count)[0]


def _spread(differences: Array, points: Array) -> Spread:
    """Of one function (draw x point): a line is drawn between the points on both sides of the first change of sign."""
    known = np.isfinite(differences).all(axis=1)
    found = differences[known]
    size = np.abs(found).max(axis=1, initial=0.0, keepdims=True)
    sign = signs(np.divide(found, size, out=np.zeros_like(found), where=size > 0))
    turned = (sign[:, 1:] * sign[:, :-1] < 0) | ((sign[:, 1:] == 0) & (sign[:, :-1] != 0))
    draw = np.flatnonzero(turned.any(axis=1))
    at = turned[draw].argmax(axis=1)
    before, after = found[draw, at], found[draw, at + 1]
    places = points[at] + (points[at + 1] - points[at]) * before / (before - after)
    percentiles = np.percentile(places, PERCENTILES) if len(places) else np.full(len(PERCENTILES), np.nan)
    return Spread(percentiles, 1 - len(draw) / len(found) if len(found) else np.nan, 1 - float(known.mean()))
