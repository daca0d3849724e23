"""Which rows of the background carry the variance of a total: first order, analytically, with no draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lca.draws import BackgroundRows
from lca.expressions import Array
from lca.monte_background import Reach
from lca.results import Results

COVERED = 0.99  # of the variance, by the points that are counted
QUANTILES = (np.arange(1000) + 0.5) / 1000  # at which a range is read, as in a block of draws


@dataclass(frozen=True)
class Points:
    """What is drawn in the background behind a study, each a row or a group of rows that move as one, and the variance that
    each gives every total alone: point x alternative x indicator."""

    rows: BackgroundRows
    names: tuple[str, ...]
    variances: Array

    @property
    def shares(self) -> Array:
        """Parts of the sum over the points."""
        whole = self.variances.sum(axis=0)
        return np.asarray(np.divide(self.variances, whole, out=np.zeros_like(self.variances), where=whole > 0))

    def enough(self, alternative: int, indicator: int) -> list[int]:
        """The points that make up COVERED of the variance, largest first."""
        shares = self.shares[:, alternative, indicator]
        order = np.argsort(-shares, kind="stable")
        before = np.cumsum(shares[order]) - shares[order]
        return [int(each) for each in order[(before < COVERED) & (shares[order] > 0)]]


def background_variance(results: Results, row: int = 0) -> Points:
    """With a small step of the amount of a row, a total moves by how much the row's process runs times the score of one unit
    of its input; the variance is that of the amount times the square, of groups after their rows are added."""
    background = results.background
    used = sorted({int(each) for each in results.line_inputs[row] if each < len(background.products)})
    rows = Reach(background, used, results.study.indicators).rows
    position = {name: n for n, name in enumerate([*background.products, *background.flows])}
    unit = background.table[..., background.positions(results.study.indicators)].sum(axis=1)
    score = unit[[position[each.input] for each in rows.rows]]
    for numbers, rest in rows.wholes:
        score[numbers] -= score[numbers[rest]]  # a share grows at the cost of the rest
    runs = results.activity[:, row][:, [position[each.process] for each in rows.rows]]
    names, variances = [], []
    for name, numbers in rows.streams.items():
        moved = np.stack([rows.value(each, QUANTILES) for each in numbers])
        steps = np.einsum("am,mi,mq->aiq", runs[:, numbers], score[numbers], moved - moved.mean(axis=1, keepdims=True))
        names.append(name)
        variances.append((steps**2).mean(axis=-1))
    return Points(rows, tuple(names), np.stack(variances) if variances else np.zeros((0, *results.totals[:, row].shape)))
