"""Unit scores of the background for every draw: only what the study's calls reach, iterated from the scores as they stand.

With needs N (process x input) and own exchanges D, the scores y of one unit solve y = D + N y. Started near the answer, the
iteration comes to it wherever the economy of a draw is productive; what does not come is solved directly and looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import splu

from lca.background import Background, rows_in_force
from lca.draws import BackgroundRows, Part, grouped
from lca.expressions import Array, reached
from lca.ranges import REST

TOLERANCE = 1e-12  # of a step of the iteration, relative to each score
TINY = 1e-20  # of the largest score: what is below does not keep the iteration going
CELLS = 150_000  # scores that are iterated together, so that they stay in the processor's cache
EVERY, MOST = 4, 120  # sweeps between two looks, and before the direct solve
NOISE = 1e-9  # of a supply below zero, relative to the largest


@dataclass(frozen=True)
class Scored:
    """Scores per draw, product and indicator; nothing where the draw is not productive."""

    unit: Array
    productive: Any  # draw
    direct: int  # draws that were solved directly


class Reach:
    """The processes and rows behind what a study calls. The arrays are in the order of `products` and `rows`."""

    tolerance = TOLERANCE

    def __init__(self, background: Background, called: Iterable[int], indicators: Iterable[str]) -> None:
        keys, places = list(background.products), background.positions(indicators)
        by_process = grouped((each.process, each) for each in rows_in_force(background))
        called, products = list(called), background.products
        inputs = {name: [row.input for row in rows if row.input in products] for name, rows in by_process.items()}
        self.products = reached([keys[each] for each in called], lambda name: inputs.get(name, []))
        position = {name: number for number, name in enumerate(self.products)}
        self.called = [position[keys[each]] for each in called]
        rows = [row for name in self.products for row in by_process.get(name, ())]
        self.rows = BackgroundRows(rows, REST)
        flow_position = {name: number for number, name in enumerate(background.flows)}
        self.factors = background.factors[:, places]
        self.needs = _Pattern([(position[each.process], position[each.input], n) for n, each in enumerate(rows) if each.input in position], len(position))
        self.own = _Pattern(
            [(position[each.process], flow_position[each.input], n) for n, each in enumerate(rows) if each.input in flow_position], len(position)
        )
        self.static = background.unit[[keys.index(each) for each in self.products]].sum(axis=1)[:, places]
        self.supplied = self._supply(self._factorise(self.rows.amounts)) >= 0 if rows else np.ones(len(position), dtype=bool)  # what no draw may turn

    def score(self, part: Part, only: str = "") -> Scored:
        """Draws of a part; with `only`, just the rows move whose range comes from there."""
        return self.scores(self.rows.draw(part, only))

    def scores(self, amounts: Array) -> Scored:
        """Scores for given amounts (row x draw)."""
        step = max(1, CELLS // max(1, self.static.size))
        found = [self._scores(amounts[:, start : start + step]) for start in range(0, amounts.shape[1], step)]
        return Scored(np.concatenate([each.unit for each in found]), np.concatenate([each.productive for each in found]), sum(each.direct for each in found))

    def _scores(self, amounts: Array) -> Scored:
        draws, size = amounts.shape[1], len(self.products)
        own = self.own.matrix(amounts, len(self.factors), shared=True) @ self.factors
        needs = self.needs.matrix(amounts, size)
        least = TINY * np.abs(self.static).max(axis=0, initial=0.0)
        found, done = np.tile(self.static, (draws, 1)), np.zeros(draws, dtype=bool)
        with np.errstate(all="ignore"):
            for _ in range(0, MOST, EVERY):
                for _ in range(EVERY):
                    before, found = found, own + needs @ found
                near = np.abs(found - before) <= np.maximum(self.tolerance * np.abs(found), least)
                done = near.reshape(draws, -1).all(axis=1)
                if done.all():
                    break
        unit, own = (each.reshape(draws, size, self.factors.shape[1]) for each in (found, own))
        productive = np.ones(draws, dtype=bool)
        for draw in np.flatnonzero(~done):
            unit[draw], productive[draw] = self._solve(amounts[:, draw], own[draw])
        return Scored(unit[:, self.called], productive, int((~done).sum()))

    def _solve(self, amounts: Array, own: Array) -> tuple[Array, bool]:
        """The direct solution, and whether the economy can make what is asked of it: no supply has turned negative."""
        try:
            factors = self._factorise(amounts)
            solved, productive = factors.solve(own), bool((self._supply(factors) >= 0)[self.supplied].all())
        except RuntimeError:  # singular
            return np.full_like(own, np.nan), False
        return (solved, True) if productive and np.isfinite(solved).all() else (np.full_like(own, np.nan), False)

    def _factorise(self, amounts: Array) -> Any:
        return splu((identity(len(self.products)) - self.needs.matrix(amounts[:, None], len(self.products))).tocsc())

    def _supply(self, factors: Any) -> Array:
        """How much each process runs for one unit of everything that is called; noise is nothing."""
        demand = np.zeros(len(self.products))
        demand[self.called] = 1.0
        supply = np.asarray(factors.solve(demand, "T"))  # the transposed matrix itself may fill beyond measure
        return np.where(np.abs(supply) <= NOISE * np.abs(supply).max(), 0.0, supply)


class _Pattern:
    """Where numbers stand in a sparse matrix (row, column, position among the amounts), of which every draw fills one."""

    def __init__(self, places: list[tuple[int, int, int]], size: int) -> None:
        table = np.array(sorted(places), dtype=np.int32).reshape(-1, 3)
        self.columns, self.positions = table[:, 1], table[:, 2]
        self.starts = np.searchsorted(table[:, 0], np.arange(size + 1)).astype(np.int32)

    def matrix(self, amounts: Array, width: int, shared: bool = False) -> Any:
        """The matrices of all draws below each other, each with columns of its own unless they are shared."""
        draws, size, count = amounts.shape[1], len(self.starts) - 1, len(self.columns)
        steps = np.arange(draws, dtype=np.int32)[:, None]
        columns = self.columns + (0 if shared else width) * steps
        starts = np.append((self.starts[:-1] + count * steps).ravel(), count * draws)
        shape = (draws * size, width if shared else draws * width)
        return csr_matrix((amounts[self.positions].T.ravel(), columns.ravel(), starts), shape=shape)
