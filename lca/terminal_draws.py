"""What the command line shows of draws: how far the totals spread, and which differences hold."""

from __future__ import annotations

import numpy as np
from rich.padding import Padding
from rich.text import Text

from lca.monte_result import LIKELY, MEDIAN, SURE, Draws, Pair
from lca.results import Results
from lca.terminal import screen, table_of
from lca.wording import localise, number, percent, say


def show_draws(draws: Draws, lang: str) -> None:
    """The spread in the first scenario that was run, the comparison in all, then what must be known of the draws."""
    console, results = screen(), draws.results
    console.print(Text(say("draws_title", lang, n=localise(f"{draws.n:,}", lang), seed=draws.seed), style="bold"))
    _show_spread(draws, lang)
    for scenario in range(len(results.scenarios)):
        _show_pairs(draws, scenario, lang)
    shares = [percent(each, lang) for each in (SURE, LIKELY, results.study.margin)]
    console.print(Text(say("draws_rule", lang, sure=shares[0], likely=shares[1], margin=shares[2])))
    moved = draws.convergence[..., results.headline]
    if np.isfinite(moved).any():
        median, all_of_them = (percent(float(np.nanmax(each)), lang) for each in (moved[MEDIAN], moved))
        console.print(Text(say("draws_convergence", lang, median=median, all=all_of_them)))
    for each in draws.warnings:
        console.print(Text(f"- {getattr(each, lang)}"))


def _show_spread(draws: Draws, lang: str) -> None:
    results, picked = draws.results, draws.results.headline
    alternatives, scenarios = results.labels(lang)
    scales = [results.scale(n)[1] for n in picked]
    table = table_of(scenarios[0], [say("alternative", lang), *_heads(results, lang, units=True)])
    for a, alternative in enumerate(alternatives):
        low, *_, high = draws.percentiles[:, a, 0, picked] / scales
        spans = [f"{number(float(left), lang)}\n– {number(float(right), lang)}" for left, right in zip(low, high, strict=True)]
        rows = {"draws_span": spans}
        for key, found in (("median", draws.percentiles[MEDIAN]), ("mean", draws.mean), ("static", results.totals)):
            rows[f"draws_{key}"] = [number(float(each), lang) for each in found[a, 0, picked] / scales]
        rows["draws_default"] = [percent(float(each), lang) for each in draws.default_share[a, 0, picked]]
        table.add_row(Text(alternative, style="bold"))
        for key, cells in rows.items():
            table.add_row(_indented(say(key, lang)), *cells)
        table.add_row(_indented(say("draws_reached", lang, share=percent(float(draws.comparable[:, a, 0].mean()), lang))))
    screen().print(table)


def _show_pairs(draws: Draws, scenario: int, lang: str) -> None:
    alternatives, scenarios = draws.results.labels(lang)
    table = table_of(scenarios[scenario], [say("alternative", lang), *_heads(draws.results, lang)])
    pairs: dict[tuple[int, int], list[Pair]] = {}
    for each in draws.pairs(scenario):
        pairs.setdefault((each.first, each.second), []).append(each)
    for (first, second), found in pairs.items():
        table.add_row(Text(say("draws_pair", lang, first=alternatives[first], second=alternatives[second]), style="bold"))
        if found[0].share < draws.count[scenario] / draws.n:
            table.add_row(_indented(say("draws_both_reach", lang, share=percent(found[0].share, lang))))
        table.add_row(_indented(say("draws_part_below", lang)), *(percent(each.below, lang) for each in found))
        table.add_row(_indented(say("draws_ratio", lang)), *(number(each.ratio, lang) for each in found))
        table.add_row(_indented(say("draws_verdict", lang)), *(say(f"draws_{each.verdict}", lang) for each in found))
    if pairs:
        screen().print(table)


def _heads(results: Results, lang: str, units: bool = False) -> list[str]:
    return [results.indicators[n].label(lang) + (f"\n{results.scale(n)[0]}" if units else "") for n in results.headline]


def _indented(label: str) -> Padding:
    return Padding(Text(label), (0, 0, 0, 2))
