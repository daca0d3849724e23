"""Background Monte Carlo, ours against bw2calc.MultiLCA: 2 demands x 4 methods on a synthetic database, in plain numpy and scipy.

What bw2calc draws is first solved by our iteration, and the scores must agree to 1e-6; then both draw for themselves. Run with: make bench"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from importlib.metadata import distributions
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from lca.monte_background import Reach, _Pattern

SEED, INDICATORS, NEEDS, FLOWS, RADIUS, TOLERANCE = 11, 4, 15, 16, 0.76, 1e-7  # needs and flows per process; spectral radius
DEMANDS = (0, 1)
Array = Any


class Database:
    """`size` processes with lognormal needs and flows: entry by entry the process, what it needs or emits, median and width."""

    def __init__(self, size: int) -> None:
        self.random = random = np.random.default_rng(SEED)
        self.size, self.flows = size, max(20, size // 10)
        self.needs = self._places(self._inputs(), NEEDS)
        self.needs = self.needs[self.needs[:, 0] != self.needs[:, 1]]
        self.own = self._places(random.integers(0, self.flows, size * FLOWS), FLOWS)
        self.own = np.unique(np.concatenate([self.own, [(n % size, n) for n in range(self.flows)]]), axis=0)
        medians = random.lognormal(-3, 1.5, len(self.needs))
        matrix, vector = csr_matrix((medians, self.needs.T), shape=(size, size)), np.ones(size)
        for _ in range(50):
            vector = matrix @ (vector / np.linalg.norm(vector))
        self.medians = np.concatenate([medians * RADIUS / np.linalg.norm(vector), random.lognormal(-2, 1.5, len(self.own))])
        self.widths = random.uniform(0.05, 0.3, len(self.medians))
        self.factors = random.lognormal(0, 1, (self.flows, INDICATORS)) * (random.random((self.flows, INDICATORS)) < 0.5)

    def _inputs(self) -> Array:
        """Two in three from a process near by, the others from one of few that serve all (by Zipf): SuperLU at 20,000 then takes as long as
        for ecoinvent, while needs at random would fill a factorisation beyond all measure."""
        count, hubs = self.size * NEEDS, self.size // 28
        near = (np.repeat(np.arange(self.size), NEEDS) + self.random.integers(-20, 21, count)) % self.size
        return np.where(self.random.random(count) < 0.65, near, np.minimum(self.random.zipf(1.3, count), hubs) * 28 - 28)

    def _places(self, others: Array, each: int) -> Array:
        return np.unique(np.stack([np.repeat(np.arange(self.size), each), others], axis=1), axis=0)


class Plain(Reach):
    """What the demands reach of such a database, and of its flows those with a factor: amounts are needs, then own exchanges."""

    tolerance = TOLERANCE

    def __init__(self, database: Database) -> None:
        size, first = database.size, len(database.needs)
        graph = csr_matrix((np.ones(first), database.needs.T), shape=(size, size))
        reached = np.unique(np.concatenate([breadth_first_order(graph, each, return_predecessors=False) for each in DEMANDS]))
        number = np.full(size, -1)
        number[reached] = np.arange(len(reached))
        needs = np.flatnonzero(number[database.needs[:, 0]] >= 0)
        own = np.flatnonzero((number[database.own[:, 0]] >= 0) & database.factors.any(axis=1)[database.own[:, 1]])
        self.kept = np.concatenate([needs, first + own])
        self.products, self.called, self.factors = [str(each) for each in reached], [int(number[each]) for each in DEMANDS], database.factors
        places = number[database.needs[needs]].tolist()
        self.needs = _Pattern([(*each, n) for n, each in enumerate(places)], len(reached))
        self.own = _Pattern([(int(number[a]), b, len(needs) + n) for n, (a, b) in enumerate(database.own[own].tolist())], len(reached))
        self.medians, self.widths = np.log(database.medians[self.kept]), database.widths[self.kept]
        medians = np.exp(self.medians)[:, None]
        factors = self._factorise(medians[:, 0])
        self.static = factors.solve(self.own.matrix(medians, len(self.factors), shared=True) @ self.factors)
        self.supplied = self._supply(factors) >= 0

    def iteration(self, random: np.random.Generator) -> Array:
        return self.scores(np.exp(random.standard_normal(len(self.medians)) * self.widths + self.medians)[:, None]).unit[0]


def theirs(database: Database) -> Any:
    """The same database as datapackages of Brightway, and MultiLCA on it."""
    import bw2calc
    import bw_processing
    import stats_arrays

    def add(package: Any, matrix: str, rows: Array, columns: Array, values: Array, widths: Array | None = None, **more: Any) -> None:
        indices = np.array(list(zip(rows, columns, strict=True)), dtype=bw_processing.INDICES_DTYPE)
        if widths is not None:
            drawn = np.zeros(len(values), dtype=bw_processing.UNCERTAINTY_DTYPE)
            drawn["loc"], drawn["scale"] = np.where(widths > 0, np.log(values), values), widths
            drawn["minimum"] = drawn["maximum"] = drawn["shape"] = np.nan
            drawn["uncertainty_type"] = np.where(widths > 0, stats_arrays.LognormalUncertainty.id, stats_arrays.NoUncertainty.id)
            more["distributions_array"] = drawn
        package.add_persistent_vector(matrix=matrix, name=f"{matrix} {more.get('identifier', '')}", indices_array=indices, data_array=values, **more)

    size, first = database.size, len(database.needs)
    package, range_ = bw_processing.create_datapackage(), np.arange(database.size)
    turned = np.concatenate([np.zeros(size, dtype=bool), np.ones(first, dtype=bool)])
    rows, columns = np.concatenate([range_, database.needs[:, 1]]), np.concatenate([range_, database.needs[:, 0]])
    values, widths = np.concatenate([np.ones(size), database.medians[:first]]), np.concatenate([np.zeros(size), database.widths[:first]])
    add(package, "technosphere_matrix", rows, columns, values, widths, flip_array=turned)
    add(package, "biosphere_matrix", database.own[:, 1] + size, database.own[:, 0], database.medians[first:], database.widths[first:])
    methods = [("bench", str(n)) for n in range(INDICATORS)]
    for n, method in enumerate(methods):
        flows = np.flatnonzero(database.factors[:, n])
        factors = database.factors[flows, n]
        add(package, "characterization_matrix", flows + size, np.zeros(len(flows), dtype=int), factors, identifier=list(method), global_index=0)
    found = bw2calc.MultiLCA({str(each): {each: 1} for each in DEMANDS}, {"impact_categories": methods}, [package], use_distributions=True)
    found.lci()
    found.lcia()
    return found


def difference(database: Database, plain: Plain, peer: Any) -> float:
    """Of our scores from theirs, on the matrices that they have just drawn."""
    needs, own = -peer.technosphere_matrix.T.tocsr(), peer.biosphere_matrix.T.tocsr()
    drawn = np.concatenate([np.asarray(needs[tuple(database.needs.T)]).ravel(), np.asarray(own[tuple(database.own.T)]).ravel()])
    mine = plain.scores(drawn[plain.kept][:, None]).unit[0]
    scores = np.array([[peer.scores[("bench", str(n)), str(each)] for n in range(INDICATORS)] for each in DEMANDS])
    return float(np.abs(mine / scores - 1).max())


def seconds(step: Callable[[], object], count: int) -> Array:
    """The medians of one step: seconds of the wall clock, and CPU seconds of all threads."""
    found = []
    for _ in range(count):
        wall, processor = time.perf_counter(), time.process_time()
        step()
        found.append((time.perf_counter() - wall, time.process_time() - processor))
    return np.median(found, axis=0)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--sizes", type=int, nargs="+", default=[2_000, 5_000])
    reader.add_argument("--draws", type=int, default=5)
    options = reader.parse_args()
    os.environ["BRIGHTWAY2_NO_LOG"] = "1"
    packages = {each.metadata["Name"]: each.version for each in distributions()}
    print(", ".join(f"{each} {packages[each]}" for each in ("numpy", "scipy", "bw2calc", "pypardiso", "scikit-umfpack") if each in packages))
    titles = ("processes", "entries", "ours ms wall", "CPU", "MultiLCA wall", "CPU", "ratio wall", "CPU", "difference")
    print("".join(f"{each:>14}" for each in titles))
    for size in options.sizes:
        database = Database(size)
        plain, random = Plain(database), np.random.default_rng(1)
        plain.iteration(random)
        try:
            peer = theirs(database)
        except ImportError as error:
            print(f"bw2calc is not installed ({error})")
            return
        found = []
        for _ in range(3):
            next(peer)
            found.append(difference(database, plain, peer))
        assert max(found) < 1e-6, f"not the same scores: {max(found)}"
        mine = seconds(lambda: plain.iteration(random), 4 * options.draws)  # noqa: B023
        other = seconds(lambda: next(peer), options.draws)  # noqa: B023
        shown = [*mine * 1e3, *other * 1e3, *other / mine]
        print(f"{size:14}{len(database.medians):14}" + "".join(f"{each:14.1f}" for each in shown) + f"{max(found):14.1e}", flush=True)


if __name__ == "__main__":
    main()
