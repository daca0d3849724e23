"""What draws come to: percentiles, paired differences, and a verdict per pair of alternatives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from lca.errors import Message
from lca.expressions import Array
from lca.results import Results

PERCENTILES = (2.5, 25.0, 50.0, 75.0, 97.5)
MEDIAN = PERCENTILES.index(50.0)
SURE, LIKELY = 0.95, 0.80  # parts of the draws in which one is below the other
FEWEST = 100  # draws that count, for a verdict
SAME = 1e-9  # totals this close (relative) are equal
BELOW, ABOVE, LIKELY_BELOW, LIKELY_ABOVE, NO_DIFFERENCE, UNRANKED, TOO_FEW = (
    "below", "above", "likely_below", "likely_above", "no_difference", "unranked", "too_few",
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Two alternatives in one scenario and indicator: the first against the second."""

    first: int
    second: int
    scenario: int
    indicator: int
    share: float  # the part of all draws that this rests on: they count, and both reach the least quality
    below: float  # the part of these in which the first is below
    above: float
    ratio: float  # median of first over second
    difference: Array  # percentiles of first less second
    verdict: str


@dataclass(frozen=True)
class Draws:
    """`totals` is draw x alternative x scenario x indicator, without value where a draw does not count (`valid`: draw x scenario)."""

    results: Results
    n: int
    seed: int
    totals: Array
    by_stage: Array  # draw x alternative x scenario x stage x indicator
    stages: tuple[str, ...]
    quality: Array  # draw x alternative x scenario
    valid: Any
    default_variance: Array  # alternative x scenario x indicator, with nothing but default ranges moving
    direct: int  # draws whose background was solved directly
    left_out: dict[tuple[str, str], int] = field(default_factory=dict)  # by scenario ('' for all) and reason
    cut: dict[str, int] = field(default_factory=dict)  # values outside `allowed`, set to its bound
    warnings: tuple[Message, ...] = ()

    @cached_property
    def percentiles(self) -> Array:
        """Percentile (PERCENTILES) x alternative x scenario x indicator."""
        return self._percentiles(self.n)

    @cached_property
    def mean(self) -> Array:
        """Alternative x scenario x indicator, to stand beside the static totals."""
        return self._over_draws(lambda found: found.mean(axis=0), self.n)

    @property
    def count(self) -> Array:
        """How many draws count, per scenario."""
        return np.asarray(self.valid.sum(axis=0))

    @cached_property
    def default_share(self) -> Array:
        """The part of the variance that rests on default ranges (first order): alternative x scenario x indicator."""
        variance = self._over_draws(lambda found: found.var(axis=0), self.n)
        return np.divide(self.default_variance, variance, out=np.zeros_like(variance), where=variance > 0)

    @cached_property
    def convergence(self) -> Array:
        """How far each percentile moved from the first half of the draws to all, relative to the median: like `percentiles`."""
        with np.errstate(all="ignore"):
            steps = np.abs(self._percentiles(self.n // 2) - self.percentiles) / np.abs(self.percentiles[MEDIAN])
        return np.where(steps == 0, 0.0, steps)

    @property
    def comparable(self) -> Any:
        """Whether an alternative reaches the least quality: draw x alternative x scenario."""
        return self.quality >= self.results.study.functional_unit.at_least * (1 - SAME)

    def pair(self, first: int, second: int, scenario: int, indicator: int) -> Pair:
        """Paired over the draws in which both reach the least quality: they had the same values."""
        kept = self.valid[:, scenario] & self.comparable[:, [first, second], scenario].all(axis=1)
        a, b = self.totals[:, [first, second], scenario, indicator][kept].T
        place = (first, second, scenario, indicator)
        results, both = self.results, [first, second]
        ranked = results.comparable[both, scenario].all() and results.may_rank(scenario) and indicator not in results.uncovered
        ranked = ranked and np.isfinite(results.totals[both, scenario, indicator]).all()
        reason = UNRANKED if not ranked else TOO_FEW if len(a) < FEWEST else ""
        if not len(a) or not np.isfinite([a, b]).all():  # a scenario without value has none in some draws
            return Pair(*place, len(a) / self.n, np.nan, np.nan, np.nan, np.full(len(PERCENTILES), np.nan), reason)
        same = np.abs(a - b) <= SAME * np.maximum(np.abs(a), np.abs(b))
        below, above = float(((a < b) & ~same).mean()), float(((a > b) & ~same).mean())
        with np.errstate(all="ignore"):
            ratio = float(np.median(a / b))
            gaps = [float(np.median(np.where(same, 0.0, (high - low) / np.abs(low)))) for low, high in ((a, b), (b, a))]
        verdict = reason or _verdict(below, above, gaps, self.results.study.margin)
        return Pair(*place, len(a) / self.n, below, above, ratio, np.percentile(a - b, PERCENTILES), verdict)

    def pairs(self, scenario: int) -> Iterator[Pair]:
        """All pairs of alternatives in a scenario, for the headline indicators."""
        for first, second in combinations(range(self.totals.shape[1]), 2):
            for indicator in self.results.headline:
                yield self.pair(first, second, scenario, indicator)

    def _percentiles(self, n: int) -> Array:
        return self._over_draws(lambda found: np.percentile(found, PERCENTILES, axis=0), n, (len(PERCENTILES),))

    def _over_draws(self, reduce: Any, n: int, shape: tuple[int, ...] = ()) -> Array:
        """A statistic over those of the first `n` draws that count."""
        found = []
        for r in range(self.totals.shape[2]):
            kept = self.totals[:n][self.valid[:n, r], :, r]
            found.append(reduce(kept) if len(kept) else np.full((*shape, *kept.shape[1:]), np.nan))
        return np.stack(found, axis=-2)


def _verdict(below: float, above: float, gaps: list[float], margin: float) -> str:
    """Below needs both: in nearly all draws, and by more than the margin in the median."""
    for part, gap, sure, likely in ((below, gaps[0], BELOW, LIKELY_BELOW), (above, gaps[1], ABOVE, LIKELY_ABOVE)):
        if part >= LIKELY and gap > margin:
            return sure if part >= SURE else likely
    return NO_DIFFERENCE
