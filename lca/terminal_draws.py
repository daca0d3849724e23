"""What the command line shows of draws: how far the totals spread, and which differences hold."""

from __future__ import annotations

import numpy as np
from rich.padding import Padding
from rich.text import Text

from lca.monte_result import MEDIAN, Draws
from lca.monte_tables import Rows, comparisons, rule, spread, title
from lca.results import Results
from lca.terminal import screen, table_of
from lca.terminal_views import indicator_heads
from lca.wording import percent, say


def show_draws(draws: Draws, lang: str) -> None:
    """The spread in the first scenario that was run, the comparison in all, then what must be known of the draws."""
    console, results = screen(), draws.results
    console.print(Text(title(draws, lang), style="bold"))
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
    table = table_of(scenario, [say("alternative", lang), *indicator_heads(results, lang, units)])
    for label, rows in groups:
        table.add_row(Text(label, style="bold"))
        for each, cells in rows:
            table.add_row(Padding(Text(each), (0, 0, 0, 2)), *cells)
    if groups:
        screen().print(table)
