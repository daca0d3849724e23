"""What the command line shows of the years of a study."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lca.results import NO_VERDICT
from lca.tables_years import heads, notes, per, title, together, yearly
from lca.terminal import WIDTH, screen, table_of
from lca.wording import say, unit_words
from lca.years import Years

YEAR = 6  # letters of the column of years


def show_years(found: Years, lang: str) -> None:
    """Year by year the total beside the intensity, then all years together."""
    console, columns = screen(), heads(found, lang)
    console.print(Text(found.rows.study.text("title", lang), style="bold"))
    console.print(Text(per(found, lang)))
    console.print(Text(title(found, lang), style="bold"))
    wide = min(13, (2 * (WIDTH - YEAR)) // len(columns) * 5 // 9)
    for place, (alternative, rows) in enumerate(yearly(found, lang)):
        table = Table(title=alternative, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=0, show_header=place == 0)
        table.add_column("", width=YEAR)
        for number, column in enumerate(columns):
            table.add_column(column, justify="right", width=wide - 3 * (number % 2), overflow="fold")
        for year, cells in rows:
            table.add_row(year, *cells)
        console.print(table)
    labels = [f"{found.rows.indicators[i].label(lang)}\n{unit_words(found.scale(i, found.cumulated)[0], lang)}" for i in found.rows.headline]
    sums = table_of(say("years_together", lang, count=len(found.years)), [say("alternative", lang), *labels])
    for alternative, rows in together(found, lang):
        sums.add_row(Text(alternative, style="bold"))
        for label, cells in rows:
            sums.add_row(Padding(Text(label), (0, 0, 0, 2)), *cells)
    console.print(sums)
    for each in notes(found, lang):
        console.print(Text(f"- {each}"))
    console.print(Text(getattr(NO_VERDICT, lang), style="bold"))
