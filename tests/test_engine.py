"""Solves and levels against numbers worked out by hand and against dense matrices."""

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from lca import engine

# Two products: a takes 2 b; b takes 0.1 a. Flows: CO2 (1 from a, 3 from b), water (0 from a, 5 from b). Indicators: climate, water.
TECHNOSPHERE = sparse.coo_matrix(np.array([[1.0, -0.1], [-2.0, 1.0]]))
BIOSPHERE = sparse.coo_matrix(np.array([[1.0, 3.0], [0.0, 5.0]]))
CHARACTERISATION = np.array([[1.0, 0.0], [0.0, 2.0]])


def test_unit_scores_by_hand() -> None:
    """One a runs a 1 / (1 - 0.2) = 1.25 times and b 2.5 times; one b runs b 1.25 times and a 0.125 times."""
    scores = engine.unit_scores(TECHNOSPHERE, BIOSPHERE, CHARACTERISATION)
    assert scores == pytest.approx(np.array([[1.25 + 7.5, 25.0], [0.125 + 3.75, 12.5]]), rel=1e-14)


def test_unit_scores_of_marked_processes_only() -> None:
    only_a = engine.unit_scores(TECHNOSPHERE, BIOSPHERE, CHARACTERISATION, np.array([1.0, 0.0]))
    only_b = engine.unit_scores(TECHNOSPHERE, BIOSPHERE, CHARACTERISATION, np.array([0.0, 1.0]))
    assert only_a == pytest.approx(np.array([[1.25, 0.0], [0.125, 0.0]]), rel=1e-14)
    assert only_a + only_b == pytest.approx(engine.unit_scores(TECHNOSPHERE, BIOSPHERE, CHARACTERISATION), rel=1e-14)


def test_supply_by_hand() -> None:
    assert engine.supply(TECHNOSPHERE, [0, 1]) == pytest.approx(np.array([[1.25, 0.125], [2.5, 1.25]]), rel=1e-14)
    assert engine.supply(TECHNOSPHERE, [1]) == pytest.approx(np.array([[0.125], [1.25]]), rel=1e-14)
    assert engine.supply(TECHNOSPHERE, []).shape == (2, 0)


def test_a_singular_background_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="singular"):
        engine.unit_scores(sparse.coo_matrix(np.array([[1.0, -1.0], [-1.0, 1.0]])), BIOSPHERE, CHARACTERISATION)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_adjoint_unit_scores_equal_the_forward_solve(size: int, flows: int, indicators: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    needs = random.uniform(0, 0.8 / size, (size, size)) * (random.random((size, size)) < 0.5)  # column sums below 0.8: solvable
    technosphere = sparse.coo_matrix(np.eye(size) - needs)
    biosphere = sparse.coo_matrix(random.normal(size=(flows, size)))
    characterisation = random.normal(size=(indicators, flows))
    forward = characterisation @ biosphere.toarray() @ np.linalg.solve(technosphere.toarray(), np.eye(size))
    adjoint = engine.unit_scores(technosphere, biosphere, characterisation)
    assert np.abs(adjoint - forward.T).max() <= 1e-10 * max(1.0, np.abs(forward).max())
    solved = engine.supply(technosphere, range(size))
    assert np.abs(characterisation @ biosphere.toarray() @ solved - forward).max() <= 1e-10 * max(1.0, np.abs(forward).max())


def test_activity_levels_by_hand() -> None:
    """Two alternatives, two rows: 0 needs 2 (then 3) of 2; 1 needs 1 of 2 and 4 of 3; 2 needs 5 of 3."""
    steps = [(0, 2, np.array([2.0, 3.0])), (1, 2, np.array([1.0])), (1, 3, np.array([4.0, 4.0])), (2, 3, np.array([5.0, 5.0]))]
    levels = engine.activity_levels(np.array([10.0, 100.0]), [0, 1], steps, 4)
    assert levels.shape == (2, 2, 4)
    assert levels[0].tolist() == [[10.0, 0.0, 20.0, 100.0], [100.0, 0.0, 300.0, 1500.0]]
    assert levels[1].tolist() == [[0.0, 10.0, 10.0, 90.0], [0.0, 100.0, 100.0, 900.0]]


def test_two_alternatives_may_start_from_one_process() -> None:
    levels = engine.activity_levels(np.array([3.0]), [0, 0], [(0, 1, np.array([2.0]))], 2)
    assert levels.tolist() == [[[3.0, 6.0]], [[3.0, 6.0]]]


def test_an_amount_without_a_value_harms_only_who_needs_it_and_only_its_row() -> None:
    steps = [(0, 2, np.array([np.nan, 2.0])), (1, 2, np.array([1.0, 1.0]))]
    levels = engine.activity_levels(np.array([1.0, 1.0]), [0, 1], steps, 3)
    assert np.isnan(levels[0, 0, 2])
    assert levels[0, 1, 2] == 2.0
    assert levels[1, :, 2].tolist() == [1.0, 1.0]


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 10), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_activity_levels_equal_a_dense_solve(nodes: int, rows: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    amounts = {(i, j): random.uniform(-2, 2, rows) for i in range(nodes) for j in range(i + 1, nodes) if random.random() < 0.6}
    steps = [(i, j, amount) for (i, j), amount in sorted(amounts.items())]  # callers first
    demand, roots = random.uniform(1, 5, rows), [0, 1]
    levels = engine.activity_levels(demand, roots, steps, nodes)
    for row in range(rows):
        matrix = np.eye(nodes)
        for (i, j), amount in amounts.items():
            matrix[j, i] -= amount[row]
        for alternative, root in enumerate(roots):
            wanted = np.linalg.solve(matrix, demand[row] * np.eye(nodes)[root])
            assert np.abs(levels[alternative, row] - wanted).max() <= 1e-9 * np.abs(wanted).max()


def test_scores_by_hand() -> None:
    """Two alternatives, two rows, two lines, two parts, one indicator."""
    quantity = np.array([[[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [5.0, 0.0]]])
    unit = np.array([[[[1.0], [10.0]], [[100.0], [1000.0]]]])  # the same for every row
    assert engine.scores(quantity, unit)[:, :, 0].tolist() == [[2211.0, 4433.0], [1100.0, 55.0]]
    by_row = np.concatenate([unit, 2 * unit])
    assert engine.scores(quantity, by_row)[:, :, 0].tolist() == [[2211.0, 8866.0], [1100.0, 110.0]]
