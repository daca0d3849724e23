"""Sobol' indices: how much of the variance of a total, or of a difference of two, each drawn value carries alone and with all others.

The design is Saltelli's, by SALib, over one number between 0 and 1 per factor. For one of the values that matter most it is
its quantile. For a group it picks a draw of a pool, in which the members stand as they were drawn together: correlated
values, all other values, the whole background. So groups need no dimensions of their own, correlations stay, and the
background is solved for the pool alone; an index of a group asks no more than that its members move as one, apart from the rest."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.background import Progress
from lca.draws import BLOCK, Foreground, parts, standard_ranks
from lca.errors import LCAError
from lca.expressions import Array
from lca.monte import Run
from lca.monte_background import Scored
from lca.monte_result import FEWEST, Draws

Target = tuple[int, int, int | None]  # indicator, alternative, the one that is taken off
OTHERS, BACKGROUND = "others", "background"
MOST, BASE = 12, 512  # factors of their own; rows of the base (a power of two), of which there are as many more as factors and two


@dataclass(frozen=True)
class Sobol:
    """First-order and total indices and their errors (95 % confidence): target x factor."""

    draws: Draws
    targets: tuple[Target, ...]
    factors: tuple[tuple[str, ...], ...]  # the streams of each, or OTHERS or BACKGROUND
    first: Array
    first_error: Array
    total: Array
    total_error: Array
    rows: int
    lost: int  # rows without value, which were given the mean


def sobol(draws: Draws, targets: list[Target], scenario: int = 0, most: int = MOST, base: int = BASE, progress: Progress = lambda text: None) -> Sobol:
    """Indices of the `most` streams that go with a target most closely, of all others and of the background."""
    if draws.count[scenario] < FEWEST:
        raise LCAError(f"Sobol' indices need {FEWEST} draws that count; there are {draws.count[scenario]}")
    sample, analyse = find_salib()
    run = Run(draws.results)
    factors = _factors(draws, run.foreground, targets, scenario, most)
    others = tuple(run.foreground.streams.keys() - {name for each in factors for name in each})
    named = (*factors, *([(OTHERS,)] if others else []), (BACKGROUND,))
    problem = {"num_vars": len(named), "names": [str(each) for each in range(len(named))], "bounds": [[0, 1]] * len(named)}
    design = np.clip(sample(problem, base, calc_second_order=False, seed=draws.seed), 1e-9, 1 - 1e-9)
    totals = _totals(draws, run, [*factors, *([others] if others else [])], design, scenario, progress)
    lost = int(np.isnan(totals).all(axis=(1, 2)).sum())
    found = _seen(totals, targets)
    found = np.where(np.isnan(found), np.nanmean(found, axis=0), found)  # the design has no gaps: what is lost must not move anything
    nothing = dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), np.zeros(len(named)))
    each = [analyse(problem, column, calc_second_order=False, seed=draws.seed) if np.ptp(column) > 0 else nothing for column in found.T]
    first, first_error, total, total_error = (np.stack([one[key] for one in each]) for key in nothing)
    return Sobol(draws, tuple(targets), named, first, first_error, total, total_error, len(design), lost)


def _totals(draws: Draws, run: Run, factors: list[tuple[str, ...]], design: Array, scenario: int, progress: Progress) -> Array:
    """Totals in a scenario for every row of the design (row x alternative x indicator); its last column picks the background."""
    part = parts(draws.n, draws.seed)[0]
    scored, found, counted = run.reach.score(part), [], draws.valid[: part.size, scenario]
    pool = {name: share[counted] for name, share in run.foreground.shares(part).items()}  # so that few rows contradict themselves
    backgrounds = scored.unit[scored.productive]
    for start in range(0, len(design), BLOCK):
        block = design[start : start + BLOCK]
        progress(f"{start + len(block)} / {len(design)}")
        columns = [(name, column, len(names) > 1) for names, column in zip(factors, block.T, strict=False) for name in names]
        shares = {name: pool[name][(column * counted.sum()).astype(int)] if picks else column for name, column, picks in columns}
        picked = Scored(backgrounds[(block[:, -1] * len(backgrounds)).astype(int)], np.ones(len(block), dtype=bool), 0)
        totals, _, _, valid = run.compute(run.foreground.values(shares), picked)
        found.append(np.where(valid[:, None, [scenario]], totals[:, :, scenario], np.nan))
    return np.concatenate(found)


def _seen(totals: Array, targets: list[Target]) -> Array:
    """The targets (draw x target) in totals (draw x alternative x indicator)."""
    return np.stack([totals[:, a, i] - (0.0 if b is None else totals[:, b, i]) for i, a, b in targets], axis=1)


def find_salib() -> tuple[Any, Any]:
    """Its two functions, or what to install."""
    try:
        from SALib.analyze.sobol import analyze
        from SALib.sample.sobol import sample
    except ImportError:
        raise LCAError("Sobol' indices need the package SALib, which is not installed. Install it with: pip install 'lca-ml[sensitivity]'") from None
    return sample, analyze


def _factors(draws: Draws, foreground: Foreground, targets: list[Target], scenario: int, most: int) -> list[tuple[str, ...]]:
    """The streams whose ranks go with those of a target most closely, each with those that are correlated with it."""
    kept = draws.valid[:, scenario]
    shares = foreground.run_shares(draws.n, draws.seed)
    if not shares:
        return []
    own = standard_ranks(np.stack([each[kept] for each in shares.values()], axis=1))
    closeness = np.abs(own.T @ standard_ranks(_seen(draws.totals[kept, :, scenario], targets))).max(axis=1)
    clusters = {name: tuple(names) for names, _ in foreground.correlated for name in names}
    ordered = [list(shares)[each] for each in np.argsort(-closeness, kind="stable")]
    return list(dict.fromkeys(clusters.get(name, (name,)) for name in ordered))[:most]
