"""What the operators and functions of formulas do with rows of numbers; nan stands for 'no value'."""

import math
from collections.abc import Callable
from functools import reduce

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TOLERANCE = 1e-9  # comparisons, ceil and floor take numbers this close (relative) for equal


def finite(values: Array) -> Array:
    """A number that is not finite is no value."""
    good = np.isfinite(values)
    return values if good.all() else np.where(good, values, np.nan)


def _near(left: Array, right: Array) -> NDArray[np.bool_]:
    return np.asarray(np.abs(left - right) <= TOLERANCE * np.maximum(np.abs(left), np.abs(right)))


def _compare(test: Callable[[Array, Array], NDArray[np.bool_]]) -> Callable[[Array, Array], Array]:
    def compare(left: Array, right: Array) -> Array:
        return np.where(np.isnan(left) | np.isnan(right), np.nan, test(left, right).astype(float))

    return compare


def _power(base: Array, exponent: Array) -> Array:
    """numpy has nan ** 0 and 1 ** nan equal to 1: no value stays no value."""
    found, lost = np.asarray(np.power(base, exponent)), np.isnan(base) | np.isnan(exponent)
    return np.where(lost, np.nan, found) if lost.any() else found


def _whole(step: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """ceil or floor, save that a number within the tolerance of a whole one is that whole one."""

    def whole(values: Array) -> Array:
        nearest_whole = np.floor(values + 0.5)
        return np.where(_near(values, nearest_whole), nearest_whole, step(values))

    return whole


OPERATIONS: dict[str, Callable[..., Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": _power,
    "negative": np.negative,
    "min": lambda *values: reduce(np.minimum, values),
    "max": lambda *values: reduce(np.maximum, values),
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "ceil": _whole(np.ceil),
    "floor": _whole(np.floor),
    "where": lambda condition, yes, no: np.where(np.isnan(condition), np.nan, np.where(condition != 0, yes, no)),
    "<": _compare(lambda a, b: (a < b) & ~_near(a, b)),
    "<=": _compare(lambda a, b: (a < b) | _near(a, b)),
    ">": _compare(lambda a, b: (a > b) & ~_near(a, b)),
    ">=": _compare(lambda a, b: (a > b) | _near(a, b)),
    "==": _compare(_near),
    "!=": _compare(lambda a, b: ~_near(a, b)),
}


def plain(value: float) -> float | None:
    """A number for JSON, which knows none without value."""
    return float(value) if math.isfinite(value) else None
