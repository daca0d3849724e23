"""What the command line shows of what to measure next."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from lca.measure_background import Points
from lca.measure_next import Finding
from lca.measure_tables import background_points, sobol_rows, words
from lca.monte_result import Draws
from lca.sobol import Sobol
from lca.terminal import screen
from lca.terminal_draws import show_rows
from lca.wording import localise, percent, say


def show_measure_next(draws: Draws, findings: Sequence[Finding], points: Points, found: Sobol | None, lang: str) -> None:
    """The words, the indices where they were asked for, and the data points of the background."""
    console, results = screen(), draws.results
    title = say("next_title", lang, scenario=results.labels(lang)[1][0], n=localise(f"{draws.n:,}", lang), seed=draws.seed)
    console.print(Text(title, style="bold"))
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
