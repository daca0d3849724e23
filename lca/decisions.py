"""What a decision rests on, computed once for all outputs: levers, worlds, the values that move the results, and where two alternatives meet."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import Any

import numpy as np

from lca.breakeven import MOST, BreakEven, break_even
from lca.calculation import choices_read
from lca.crossings import signs
from lca.grid import Grid, robustness
from lca.influence import Steps, rank, step
from lca.levers_effects import Tried, try_levers
from lca.results import Results
from lca.tornado import Tornado, as_dictionary, tornados

MOST_WORLDS = 64  # that are run unasked; `lca robust` runs more
MOST_MEETINGS = 3  # parameters that are scanned


@dataclass(frozen=True)
class Decisions:
    """Of the first scenario; `worlds` is how many there are, and `grid` nothing where these are too many to run unasked."""

    results: Results
    levers: Tried
    worlds: int
    grid: Grid | None
    tornados: tuple[Tornado, ...]
    break_evens: tuple[BreakEven, ...]  # of the most influential values within whose range two alternatives change places

    def as_dictionary(self) -> dict[str, Any]:
        return {
            "levers": self.levers.as_dictionary(), "grid": self.grid.as_dictionary() if self.grid else None,
            "tornado": as_dictionary(self.results, list(self.tornados)), "break_even": [each.as_dictionary() for each in self.break_evens],
        }  # fmt: skip


def decide(results: Results, progress: Callable[[str], None] = lambda text: None) -> Decisions:
    """Everything of the first scenario that was run; break-even points with their spread where there are draws."""
    steps, worlds = step(results), prod(map(len, choices_read(results.study, results.background).values()))
    grid = robustness(results, progress=progress) if worlds <= MOST_WORLDS else None
    draws, seed = (min(results.drawn.n, MOST), results.drawn.seed) if results.drawn else (None, 1)
    found = tuple(break_even(results, name, draws=draws, seed=seed) for name in turning(results, steps)[:MOST_MEETINGS])
    return Decisions(results, try_levers(results), worlds, grid, tuple(tornados(results, steps=steps)), found)


def turning(results: Results, steps: Steps) -> list[str]:
    """The values, most influential first, between whose low and high two alternatives that may be ranked change places, as far as the ends tell."""
    pairs = [pair for pair in combinations(range(len(steps.base)), 2) if results.comparable[list(pair), 0].all() and results.may_rank(0)]
    totals = np.stack([steps.low, np.broadcast_to(steps.base, steps.low.shape), steps.high])[..., results.headline]
    turned = np.zeros(len(steps.names), dtype=bool)
    for a, b in pairs:
        sides = signs((totals[:, :, a] - totals[:, :, b]) / np.fmax(np.abs(totals[:, :, a]), np.abs(totals[:, :, b])).clip(min=1e-300))
        turned |= (np.nan_to_num(sides).min(axis=0) * np.nan_to_num(sides).max(axis=0) < 0).any(axis=1)
    picked = dict(zip(steps.names, turned, strict=True))
    return [name for name, _ in rank(results, steps) if picked[name] and name in results.study.scopes.variables]
