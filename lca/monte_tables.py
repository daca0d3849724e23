"""Draws as rows of text, for the screen and the report alike."""

from collections.abc import Iterable
from typing import Any

from lca.arithmetic import plain
from lca.monte_result import LIKELY, MEDIAN, SURE, Draws, Pair
from lca.results import NO_VERDICT, Results
from lca.wording import localise, number, percent, say

Rows = list[tuple[str, list[tuple[str, list[str]]]]]  # per group its rows: label and a cell per headline indicator


def spread(draws: Draws, lang: str, scenario: int = 0) -> Rows:
    """Per alternative how far its totals spread, beside the value as computed."""
    results, picked = draws.results, draws.results.headline
    scales, groups = [results.scale(n)[1] for n in picked], []
    for a, alternative in enumerate(results.labels(lang)[0]):
        low, *_, high = draws.percentiles[:, a, scenario, picked] / scales
        rows = [("draws_span", [f"{number(float(left), lang)}\n– {number(float(right), lang)}" for left, right in zip(low, high, strict=True)])]
        for key, found in (("median", draws.percentiles[MEDIAN]), ("mean", draws.mean), ("static", results.totals)):
            rows.append((f"draws_{key}", [number(float(each), lang) for each in found[a, scenario, picked] / scales]))
        rows.append(("draws_default", [percent(float(each), lang) for each in draws.default_share[a, scenario, picked]]))
        reached = say("draws_reached", lang, share=percent(float(draws.comparable[:, a, scenario].mean()), lang))
        groups.append((alternative, [*((say(key, lang), cells) for key, cells in rows), (reached, [""] * len(picked))]))
    return groups


def comparisons(draws: Draws, lang: str, scenario: int = 0, shown: Iterable[Pair] | None = None) -> Rows:
    """Per pair of alternatives (all, or those to be shown) in how many draws the first is below, by how much, and what may be said of it."""
    alternatives, pairs, groups = draws.results.labels(lang)[0], dict[tuple[int, int], list[Pair]](), []
    for each in draws.pairs(scenario) if shown is None else shown:
        pairs.setdefault((each.first, each.second), []).append(each)
    for (first, second), found in pairs.items():
        rows = [(say("draws_both_reach", lang, share=percent(found[0].share, lang)), [""] * len(found))]
        rows = rows if found[0].share < draws.count[scenario] / draws.n else []
        rows.append((say("draws_part_below", lang), [percent(each.below, lang) for each in found]))
        rows.append((say("draws_ratio", lang), [number(each.ratio, lang) for each in found]))
        rows.append((say("draws_verdict", lang), [say(f"draws_{each.verdict}", lang) for each in found]))
        groups.append((say("draws_pair", lang, first=alternatives[first], second=alternatives[second]), rows))
    return groups


def title(draws: Draws, lang: str) -> str:
    return say("draws_title", lang, n=localise(f"{draws.n:,}", lang), seed=draws.seed)


def verdict(results: Results, lang: str) -> str:
    """What stands on a cover: the draws behind the verdicts, or that there is none."""
    return title(results.drawn, lang) if results.drawn else str(getattr(NO_VERDICT, lang))


def rule(draws: Draws, lang: str) -> str:
    """What a verdict means."""
    sure, likely, margin = (percent(each, lang) for each in (SURE, LIKELY, draws.results.study.margin))
    return say("draws_rule", lang, sure=sure, likely=likely, margin=margin)


def as_dictionary(draws: Draws) -> dict[str, Any]:
    """Percentiles and verdicts as plain data, in the indicators' own units."""
    results = draws.results
    alternatives, indicators = list(results.study.alternatives), [each.key for each in results.indicators]
    spreads = [
        {"alternative": key, "scenario": scenario, "indicator": indicator, "percentiles": [plain(each) for each in draws.percentiles[:, a, r, i]],
         "mean": plain(draws.mean[a, r, i])}
        for r, scenario in enumerate(results.scenarios) for a, key in enumerate(alternatives) for i, indicator in enumerate(indicators)
    ]  # fmt: skip
    pairs = [
        {"first": alternatives[each.first], "second": alternatives[each.second], "scenario": scenario, "indicator": indicators[each.indicator],
         "share_of_draws": each.share, "below": plain(each.below), "median_ratio": plain(each.ratio), "verdict": each.verdict}
        for r, scenario in enumerate(results.scenarios) for each in draws.pairs(r)
    ]  # fmt: skip
    return {"draws": draws.n, "seed": draws.seed, "spread": spreads, "comparisons": pairs, "warnings": [each.en for each in draws.warnings]}
