"""Unit scores, activity levels, contributions: arrays in, arrays out (numpy and scipy only)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.expressions import Array

NOISE = 1e-15  # what a solver leaves of a zero, relative to what it is summed with


def unit_scores(technosphere: Any, biosphere: Any, characterisation: Array, own: Array | None = None) -> Array:
    """Score of one unit of every background product, per indicator: one transposed solve for all.

    `own` (one number per process) restricts the count to what the marked processes emit themselves."""
    from scipy.sparse.linalg import splu

    direct = np.asarray(biosphere.T @ characterisation.T)  # process x indicator
    if own is not None:
        direct = direct * own[:, None]
    return np.asarray(splu(technosphere.T.tocsc()).solve(direct))


def supply(technosphere: Any, products: Sequence[int]) -> Array:
    """How much every process runs for one unit of each named product (process x product)."""
    from scipy.sparse.linalg import splu

    demand = np.zeros((technosphere.shape[0], len(products)))
    if not len(products):
        return demand
    demand[list(products), range(len(products))] = 1.0
    found = np.asarray(splu(technosphere.tocsc()).solve(demand))
    found[np.abs(found) < NOISE * np.abs(found).max(axis=0)] = 0.0
    return found


def activity_levels(demand: Array, roots: Sequence[int], steps: Sequence[tuple[int, int, Array]], nodes: int) -> Array:
    """How much every foreground process runs, per alternative and row (alternative x row x process).

    `steps` are (caller, called, amount per row), callers first: the foreground is acyclic, so one pass is enough."""
    levels, reached = np.zeros((len(roots), nodes, demand.shape[-1])), [0] * nodes  # by which alternatives, as bits
    for number, root in enumerate(roots):
        reached[root] |= 1 << number
    levels[range(len(roots)), list(roots)] = demand
    whole = all(np.isfinite(amount).all() for *_, amount in steps)
    for caller, called, amount in steps:
        if reached[caller]:
            some = slice((reached[caller] & -reached[caller]).bit_length() - 1, reached[caller].bit_length())
            more = levels[some, caller] * amount
            levels[some, called] += more if whole else np.where(levels[some, caller] == 0, 0.0, more)  # an amount without value harms only who needs it
            reached[called] |= reached[caller]
    return np.moveaxis(levels, 1, 2)


def scores(quantity: Array, unit: Array) -> Array:
    """Totals per alternative, row and indicator.

    quantity: alternative x row x line; unit: row x line x part x indicator (or one row for all)."""
    if len(unit) == 1:
        return np.asarray(quantity @ unit[0].sum(axis=1))
    return np.asarray(np.einsum("arl,rli->ari", quantity, unit.sum(axis=2)))
