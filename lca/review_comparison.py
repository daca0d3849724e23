"""Questions on the comparison: what turns the order, what is not comparable, what is too close to call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from lca.expressions import Array
from lca.influence import Steps
from lca.results import Results
from lca.review_asking import Question, Say, ask, end_of, headline_of, join, label_of, named, percent_of, value_of
from lca.wording import say

DECISION = 1
ENDS = ("low", "high")


def comparison_questions(results: Results, steps: Steps) -> Iterator[Question]:
    yield from _turning(results, steps)
    yield from _losing_quality(results, steps)
    yield from _not_comparable(results)
    yield from _close(results)
    yield from _unequal(results)


def _turning(results: Results, steps: Steps) -> Iterator[Question]:
    """One value alone, at one end of its range, turns the order of two comparable alternatives."""
    headline = results.headline
    pairs = [pair for pair in combinations(range(len(results.study.alternatives)), 2) if results.comparable[list(pair), 0].all()]
    for number, name in enumerate(steps.names):
        for end, totals in zip(ENDS, (steps.low[number], steps.high[number]), strict=True):
            turned = {pair: sizes for pair in pairs if (sizes := turned_by(steps.base, totals, pair, headline))}
            if turned:
                changes = [_change(results, steps.base, pair, list(sizes)) for pair, sizes in turned.items()]
                size = sum(sum(sizes.values()) for sizes in turned.values()) / len(headline)
                yield ask("turns", DECISION, size, name=name, label=label_of(results, name), value=value_of(results, name, end),
                          end=end_of(end), changes=join(changes))  # fmt: skip


def turned_by(base: Array, moved: Array, pair: tuple[int, int], indicators: list[int]) -> dict[int, float]:
    """The indicators whose order turns, each with the smaller of the two differences, relative to the larger total before."""
    found = {}
    for i in indicators:
        before, after = base[pair[0], i] - base[pair[1], i], moved[pair[0], i] - moved[pair[1], i]
        size = min(abs(before), abs(after)) / max(abs(base[list(pair), i]).max(), 1e-300)
        if before * after < 0 and size > 1e-9:
            found[i] = float(size)
    return found


def _change(results: Results, base: Array, pair: tuple[int, int], indicators: list[int]) -> Say:
    """Which alternative, above before, comes below which, and for what."""
    by_direction: dict[tuple[int, int], list[int]] = {}
    for i in indicators:
        by_direction.setdefault(pair if base[pair[0], i] > base[pair[1], i] else (pair[1], pair[0]), []).append(i)

    def text(lang: str) -> str:
        names = results.labels(lang)[0]
        parts = [say("q_below", lang, more=names[more], less=names[less], indicators=headline_of(results, which)(lang))
                 for (more, less), which in by_direction.items()]  # fmt: skip
        return ", ".join(parts)

    return text


def _losing_quality(results: Results, steps: Steps) -> Iterator[Question]:
    """One value alone decides whether an alternative reaches the least quality."""
    least = results.study.functional_unit.at_least
    for number, name in enumerate(steps.names):
        for end, qualities in zip(ENDS, (steps.low_quality[number], steps.high_quality[number]), strict=True):
            lost = [int(a) for a in np.flatnonzero(results.comparable[:, 0] & (qualities < least * (1 - 1e-9)))]
            if lost:
                worst = float(qualities[lost].min())
                yield ask("quality_lost", DECISION, least - worst, name=name, label=label_of(results, name), value=value_of(results, name, end),
                          end=end_of(end), alternatives=join(named(results, a) for a in lost),
                          quality=percent_of(worst), least=percent_of(least))  # fmt: skip


def _not_comparable(results: Results) -> Iterator[Question]:
    least = results.study.functional_unit.at_least
    for a, r in zip(*np.nonzero(~results.comparable), strict=True):
        reached = float(results.quality[a, r])
        yield ask("not_comparable", DECISION, 1.0 if np.isnan(reached) else least - reached, alternative=named(results, a),
                  scenario=results.scenarios[r], quality=percent_of(reached), least=percent_of(least))  # fmt: skip


def _close(results: Results) -> Iterator[Question]:
    """Differences within the margin are none."""
    margin = results.study.margin
    for a, b in combinations(range(len(results.study.alternatives)), 2):
        with np.errstate(all="ignore"):
            gap = np.abs(results.totals[a, 0] - results.totals[b, 0]) / np.abs(results.totals[[a, b], 0]).max(axis=0)
        close = [i for i in results.headline if gap[i] <= margin]
        if close and results.comparable[[a, b], 0].all() and results.may_rank(0):
            yield ask("close", DECISION, margin * len(close) / len(results.headline), first=named(results, a), second=named(results, b),
                      margin=percent_of(margin), indicators=headline_of(results, close), scenario=results.scenarios[0])  # fmt: skip


def _unequal(results: Results) -> Iterator[Question]:
    """Qualities that differ by more than the margin and are counted as equal, or are not made equal at all."""
    study, qualities = results.study, results.quality[results.comparable[:, 0], 0]
    if len(qualities) < 2 or study.equalise_by not in ("minimum", "none"):
        return
    least, most = float(qualities.min()), float(qualities.max())
    if study.equalise_by == "none" and most > least:
        yield ask("unequal", DECISION, most - least, least=percent_of(least), most=percent_of(most))
    elif most - least > study.margin * most:
        yield ask("hidden_gap", DECISION, most - least, least=percent_of(least), most=percent_of(most), margin=percent_of(study.margin))
