"""From low, high and distribution to the parameters by which a distribution is drawn, in the words of stats_arrays."""

import math
from typing import Any

import numpy as np

from lca.arithmetic import Array

PERCENTILE = 1.959964  # standard deviations between the middle of a normal distribution and its 2.5th or 97.5th percentile
NUMBERS = {"lognormal": 2, "normal": 3, "uniform": 4, "triangular": 5, "discrete": 7}  # the numbers of stats_arrays


def describe_distribution(amount: float, low: float | None, high: float | None, distribution: str = "") -> dict[str, Any]:
    """What stands beside an amount in Brightway; nothing where there is no range around it.

    Low and high are the 2.5th and 97.5th percentile of a lognormal or normal distribution, the bounds of a triangular or
    uniform one, the least and the greatest whole number of a discrete one. Left open, an amount whose range keeps its sign
    is lognormal (its amount is the median), any other triangular."""
    if low is None or high is None or not low < high or not low <= amount <= high:
        return {}
    kind = distribution or ("lognormal" if low > 0 or high < 0 else "triangular")
    number: dict[str, Any] = {"uncertainty type": NUMBERS[kind]}
    if kind == "lognormal":
        scale = abs(math.log(high / low)) / (2 * PERCENTILE)
        return {**number, "loc": math.log(abs(amount)), "scale": scale, **({"negative": True} if amount < 0 else {})}
    if kind == "normal":
        return {**number, "loc": amount, "scale": (high - low) / (2 * PERCENTILE)}
    if kind == "discrete":
        return {**number, "minimum": low, "maximum": high + 1}  # the maximum itself is not drawn
    return {**number, "loc": amount, "minimum": low, "maximum": high}


def quantile(share: Array, amount: float, low: float, high: float, distribution: str = "") -> Array:
    """The values below which the given shares of all draws lie; `describe_distribution` says what is drawn.

    A lognormal or normal has its median at the amount, and each side its own width, so that low and high stay the 2.5th
    and 97.5th percentile where the amount does not lie midway."""
    kind = distribution or ("lognormal" if low > 0 or high < 0 else "triangular")
    if kind == "uniform":
        return np.asarray(low + share * (high - low))
    if kind == "discrete":
        return np.asarray(np.floor(low + share * (high - low + 1)))
    if kind == "triangular":
        turn = (amount - low) / (high - low)
        rising = low + np.sqrt(share * (high - low) * (amount - low))
        return np.where(share < turn, rising, high - np.sqrt((1 - share) * (high - low) * (high - amount)))
    from scipy.special import ndtri  # slow to load, and few commands draw

    steps = ndtri(share) / PERCENTILE  # one at the bounds
    if kind == "normal":
        return np.asarray(amount + steps * np.where(steps < 0, amount - low, high - amount))
    return np.asarray(amount * np.exp(steps * np.where(steps < 0, math.log(amount / low), math.log(high / amount))))
