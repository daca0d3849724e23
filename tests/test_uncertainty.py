"""From low, high and distribution to what stats_arrays draws from: by hand, and by stats_arrays itself."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import pytest

from lca.uncertainty import describe_distribution


def test_a_positive_range_is_lognormal_around_its_amount() -> None:
    found = describe_distribution(10.0, 5.0, 20.0)
    assert found == {"uncertainty type": 2, "loc": pytest.approx(2.302585), "scale": pytest.approx(math.log(4) / 3.919928)}


def test_a_negative_range_is_lognormal_turned_round() -> None:
    found = describe_distribution(-10.0, -20.0, -5.0)
    assert found == {"uncertainty type": 2, "loc": pytest.approx(2.302585), "scale": pytest.approx(0.353653), "negative": True}


@pytest.mark.parametrize("low", [0.0, -1.0])
def test_a_range_that_reaches_zero_is_triangular(low: float) -> None:
    assert describe_distribution(2.0, low, 4.0) == {"uncertainty type": 5, "loc": 2.0, "minimum": low, "maximum": 4.0}


def test_named_distributions() -> None:
    assert describe_distribution(2.0, 1.0, 4.0, "normal") == {"uncertainty type": 3, "loc": 2.0, "scale": pytest.approx(3 / 3.919928)}
    assert describe_distribution(2.0, 1.0, 4.0, "uniform") == {"uncertainty type": 4, "loc": 2.0, "minimum": 1.0, "maximum": 4.0}
    assert describe_distribution(2.0, 1.0, 4.0, "triangular") == {"uncertainty type": 5, "loc": 2.0, "minimum": 1.0, "maximum": 4.0}
    assert describe_distribution(2.0, 1.0, 4.0, "discrete") == {"uncertainty type": 7, "minimum": 1.0, "maximum": 5.0}


@pytest.mark.parametrize(("amount", "low", "high"), [(1.0, None, None), (1.0, 1.0, 1.0), (5.0, 1.0, 4.0), (0.0, 1.0, 4.0)])
def test_no_range_around_the_amount_is_no_distribution(amount: float, low: float | None, high: float | None) -> None:
    assert describe_distribution(amount, low, high) == {}


@pytest.mark.slow
def test_stats_arrays_draws_between_low_and_high() -> None:
    cases: list[tuple[Any, ...]] = [(10, 5, 20, ""), (-10, -20, -5, ""), (2, 0, 4, ""), (2, 1, 3, "normal"), (2, 1, 4, "uniform"), (2, 1, 5, "discrete")]
    described = [describe_distribution(*each) for each in cases]
    code = f"""
import numpy as np, stats_arrays as sa
found = sa.MCRandomNumberGenerator(sa.UncertaintyBase.from_dicts(*{described!r}), seed=1)
draws = np.stack([next(found) for _ in range(20000)])
print(*np.percentile(draws, [2.5, 50, 97.5], axis=0).T.ravel().tolist())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    low_mid_high = [float(each) for each in done.stdout.split()]
    triangle = [4 * math.sqrt(0.025 / 2), 2.0, 4 - 4 * math.sqrt(0.025 / 2)]
    assert low_mid_high == pytest.approx([5, 10, 20, -20, -10, -5, *triangle, 1, 2, 3, 1.075, 2.5, 3.925, 1, 3, 5], rel=0.04)
