"""What the command line shows of draws: how far the totals spread, which differences hold, and what to measure next."""

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from lca.measure_next import Finding, Points
from lca.measure_tables import background_points, sobol_rows, words
from lca.monte_result import MEDIAN, Draws
from lca.monte_tables import Rows, comparisons, rule, spread, title
from lca.results import Results
from lca.sobol import Sobol
from lca.terminal import bold, screen, show_groups_of
from lca.terminal_views import indicator_heads
from lca.wording import localise, percent, say


def show_draws(draws: Draws, lang: str) -> None:
    """The spread in the first scenario that was run, the comparison in all, then what must be known of the draws."""
    console, results = screen(), draws.results
    console.print(bold(title(draws, lang)))
    scenarios = results.labels(lang)[1]
    show_rows(results, scenarios[0], spread(draws, lang), lang, units=True)
    for number, scenario in enumerate(scenarios):
        show_rows(results, scenario, comparisons(draws, lang, number), lang)
    console.print(Text(rule(draws, lang)))
    moved = draws.convergence[..., results.headline]
    if np.isfinite(moved).any():
        median, all_of_them = (percent(float(np.nanmax(each)), lang) for each in (moved[MEDIAN], moved))
        console.print(Text(say("draws_convergence", lang, median=median, all=all_of_them)))
    for each in draws.warnings:
        console.print(Text(f"- {getattr(each, lang)}"))


def show_rows(results: Results, scenario: str, groups: Rows, lang: str, units: bool = False) -> None:
    """Groups of rows, with a column per headline indicator."""
    if groups:
        show_groups_of(scenario, [say("alternative", lang), *indicator_heads(results, lang, units)], groups)


def show_measure_next(draws: Draws, findings: Sequence[Finding], points: Points, found: Sobol | None, lang: str) -> None:
    """The words, the indices where they were asked for, and the data points of the background."""
    console, results = screen(), draws.results
    title = say("next_title", lang, scenario=results.labels(lang)[1][0], n=localise(f"{draws.n:,}", lang), seed=draws.seed)
    console.print(bold(title))
    for each in words(draws, lang, findings=findings):
        console.print(Text(f"- {each}"))
    if found:
        show_rows(results, say("next_sobol", lang), sobol_rows(found, lang), lang)
        console.print(Text(say("next_sobol_rule", lang, rows=localise(f"{found.rows:,}", lang))))
        if found.lost:
            console.print(Text(say("next_sobol_lost", lang, share=percent(found.lost / found.rows, lang))))
    show_rows(results, say("next_points", lang), background_points(results, lang, points=points), lang)
    console.print(Text(say("next_points_rule", lang)))
    for message in draws.warnings:
        console.print(Text(f"- {getattr(message, lang)}"))
