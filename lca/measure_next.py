"""What to measure next: how likely it is that knowing the true value of one parameter would change the recommendation.

Recommended is, of the alternatives that reach the least quality in most draws, the one with the lowest mean. The mean, not
the median: impacts add up over functional units, means of differences are differences of means, and only the mean over
what is known is the mean of all, so that knowing more is never worth less than nothing."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby

import numpy as np

from lca.background import Progress
from lca.calculation import compute, run
from lca.draws import BackgroundRows, Foreground, standard_ranks
from lca.expressions import Array
from lca.monte import draw
from lca.monte_background import Reach
from lca.monte_result import FEWEST, Draws
from lca.results import Results
from lca.sobol import Target

MOVES = 4.5  # standard errors by which a value must move ranks to be looked at: by chance one term in 150,000 does
KEPT, SURE = 2.0, 3.0  # standard errors from which a term belongs to a curve, and which a change must reach somewhere, or it is noise
DEGREE, RANK_TERMS = 5, 3  # of curves, in normal scores; of the first look, in ranks
EDGE = 0.01  # of the draws: what begins or ends so near the ends of a range is open there, where curves are loose
MOST_DRAWS = 0.5
COVERED = 0.99  # of the variance, by the points that are counted
QUANTILES = (np.arange(1000) + 0.5) / 1000  # at which a range is read, as in a block of draws


@dataclass(frozen=True)
class Change:
    """A stretch of a value, in quantiles (0 and 1 where it is open), in which another alternative is recommended."""

    low: float
    high: float
    alternative: int


@dataclass(frozen=True)
class Finding:
    """What knowing a stream (a parameter, or a group that is drawn as one) would change in one indicator."""

    stream: str
    indicator: int
    probability: float
    gain: float  # expected, in parts of the recommended total
    changes: tuple[Change, ...]


def draw_one(study: str, scenario: str, n: int, seed: int, progress: Progress) -> Draws:
    """Draws of one scenario of a study (the first if left out), in the headline indicators."""
    results = run(study, [scenario] if scenario else (), progress=progress)
    keys = tuple(results.indicators[each].key for each in results.headline)
    return draw(compute(replace(results.study, indicators=keys), results.background, results.scenarios[:1]), n, seed, progress)


def measure_next(draws: Draws, scenario: int = 0) -> list[Finding]:
    """The streams that would change a recommendation, most likely first, then by what knowing them would gain."""
    kept = draws.valid[:, scenario]
    chosen = recommended(draws, scenario)
    if not chosen:
        return []
    foreground, found = Foreground(draws.results.study), list[Finding]()
    shares = {name: found[kept] for name, found in foreground.run_shares(draws.n, draws.seed).items()}
    reached = draws.comparable[kept, :, scenario]
    for indicator, best in chosen.items():
        decision = Decision(draws.totals[kept, :, scenario, indicator], reached, best)
        found += [Finding(name, indicator, *each) for name, share in shares.items() if (each := decision.knowing(share))[2]]
    return sorted(found, key=lambda each: (-each.probability, -each.gain))


def recommended(draws: Draws, scenario: int = 0) -> dict[int, int]:
    """Per headline indicator the alternative that is recommended as things stand; none where nothing may be ranked or drawn too little."""
    return {indicator: int(order[0]) for indicator, order in lowest(draws, scenario).items()}


def targets(draws: Draws, scenario: int = 0) -> list[Target]:
    """What Sobol' indices are wanted of: per headline indicator the total of the lowest alternative, and the difference to
    the next one; where nothing may be ranked, the totals of all."""
    orders = lowest(draws, scenario)
    found: list[Target] = [(i, order[0], None) for i, order in orders.items()]
    found += [(i, order[1], order[0]) for i, order in orders.items() if len(order) > 1]
    return found or [(i, a, None) for a in range(draws.totals.shape[1]) for i in draws.results.headline]


def lowest(draws: Draws, scenario: int = 0) -> dict[int, list[int]]:
    """Per headline indicator the alternatives that may be compared, lowest mean first."""
    results = draws.results
    if draws.count[scenario] < FEWEST or not results.may_rank(scenario):
        return {}
    means = draws.mean[:, scenario]
    reached = draws.comparable[draws.valid[:, scenario], :, scenario].mean(axis=0) >= MOST_DRAWS
    found = {}
    for i in (each for each in results.headline if each not in results.uncovered and np.isfinite(means[:, each]).all()):
        found[i] = [int(each) for each in np.argsort(means[:, i], kind="stable") if reached[each]]
    return {i: order for i, order in found.items() if order and len(means) > 1}


@dataclass(frozen=True)
class Decision:
    """Costs per draw and alternative, which of them reach the least quality there, and the one that is recommended."""

    costs: Array
    reached: Array
    best: int

    @cached_property
    def columns(self) -> Array:
        """How much more each costs than the recommended one, then who reaches the least quality."""
        return np.concatenate([self.costs - self.costs[:, [self.best]], self.reached], axis=1)

    @cached_property
    def ranks(self) -> Array:
        return standard_ranks(self.columns)

    def knowing(self, share: Array) -> tuple[float, float, tuple[Change, ...]]:
        """Probability, gain and changes of knowing what `share` (a quantile per draw) stands for.

        Given the value, each alternative has an expected cost beyond `best` and a probability of reaching the least quality:
        smooth curves over the draws in the order of the value. Where none reaches it, there is nothing to change to."""
        order, count = np.argsort(share, kind="stable"), self.costs.shape[1]
        # Ranks, since totals have long tails, and a few draws at the ends would bend a polynomial through anything.
        moved = np.abs(_basis(len(order), RANK_TERMS, False)[:, 1:].T @ self.ranks[order]).max(axis=0) > MOVES
        if not moved.any():
            return 0.0, 0.0, ()
        curves, errors = _curves(self.columns[order], moved)
        able = curves[:, count:] >= MOST_DRAWS - 1e-9
        rows, best = np.arange(len(order)), self.best
        other = np.where(able.any(axis=1), np.where(able, curves[:, :count], np.inf).argmin(axis=1), best)
        with np.errstate(all="ignore"):  # by how many standard errors a curve lies beyond what would change nothing
            beyond = np.abs(curves - np.repeat([0.0, MOST_DRAWS], count)) / errors
        newly = np.where((self.reached.mean(axis=0) >= MOST_DRAWS)[other], np.inf, beyond[rows, count + other])
        evidence = np.where(able[:, best], np.minimum(beyond[rows, other], newly), beyond[:, count + best])
        changes, gain, changed = list[Change](), 0.0, 0
        for alternative, group in groupby(rows.tolist(), lambda row: int(other[row])):
            stretch = list(group)
            if alternative != best and evidence[stretch].max() >= SURE:
                start = stretch[0] if stretch[0] > EDGE * len(order) else 0  # open at an end of the range that it nearly reaches
                end = stretch[-1] + 1 if stretch[-1] + 1 < (1 - EDGE) * len(order) else len(order)
                low, high = (float(share[order[each - 1 : each + 1]].mean()) if 0 < each < len(order) else float(each > 0) for each in (start, end))
                changes.append(Change(low, high, alternative))
                gain -= float(np.minimum(curves[stretch, alternative], 0.0)[able[stretch, best]].sum())
                changed += end - start
        return changed / len(order), gain / max(abs(float(self.costs[:, best].sum())), np.finfo(float).tiny), tuple(changes)


def _curves(columns: Array, moved: Array) -> tuple[Array, Array]:
    """Smooth curves through columns (rows in the order of a value) and their standard errors; a column that is not moved has its mean."""
    basis = _basis(len(columns), DEGREE, True)
    terms = basis.T @ columns
    noise = np.sqrt(np.maximum((columns**2).sum(axis=0) - (terms**2).sum(axis=0), 0.0) / (len(columns) - DEGREE - 1))
    kept = (np.abs(terms) > KEPT * noise) & moved
    kept[0] = True
    return basis @ np.where(kept, terms, 0.0), np.sqrt(basis**2 @ kept) * np.where(moved, noise, columns.std(axis=0))


@lru_cache(maxsize=4)
def _basis(count: int, degree: int, scores: bool) -> Array:
    """Orthonormal polynomials over as many draws in order, in their ranks or in normal scores."""
    from scipy.special import ndtri

    places = (np.arange(count) + 0.5) / count
    return np.asarray(np.linalg.qr(np.vander(ndtri(places) if scores else places - 0.5, degree + 1, increasing=True))[0])


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
    unit = background.table[..., background.positions(results.study.indicators)].sum(axis=1)
    score = unit[[background.places[each.input] for each in rows.rows]]
    for numbers, rest in rows.wholes:
        score[numbers] -= score[numbers[rest]]  # a share grows at the cost of the rest
    runs = results.activity[:, row][:, [background.places[each.process] for each in rows.rows]]
    names, variances = [], []
    for name, numbers in rows.streams.items():
        moved = np.stack([rows.value(each, QUANTILES) for each in numbers])
        steps = np.einsum("am,mi,mq->aiq", runs[:, numbers], score[numbers], moved - moved.mean(axis=1, keepdims=True))
        names.append(name)
        variances.append((steps**2).mean(axis=-1))
    return Points(rows, tuple(names), np.stack(variances) if variances else np.zeros((0, *results.totals[:, row].shape)))
