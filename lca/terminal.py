"""What the command line shows: Rich tables that fit 100 columns."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lca.monte_tables import Rows
from lca.results import NO_VERDICT, Results
from lca.wording import number, percent, say, unit_words

if TYPE_CHECKING:
    from lca.catalogue import Entry

WIDTH = 100


def screen() -> Console:
    console = Console(highlight=False, markup=False)
    if console.width > WIDTH or not console.is_terminal:
        console.width = WIDTH
    return console


@contextmanager
def progress(doing: str = "first run, preparing Brightway") -> Iterator[Callable[[str], None]]:
    """Says on the error channel what long work is doing; nothing is shown when nothing is long."""
    console = Console(stderr=True, highlight=False)
    status = console.status("") if console.is_terminal else None

    def tell(step: str) -> None:
        text = f"{doing}: {step} ..."
        if status is None:
            sys.stderr.write(f"{text}\n")
        else:
            status.start()
            status.update(text)

    try:
        yield tell
    finally:
        if status is not None:
            status.stop()


@contextmanager
def bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on the error channel with the time that is left, for work whose steps are counted."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, count: shown.update(task, completed=done, total=count)


def bold(text: str) -> Text:
    return Text(text, style="bold")


def indented(text: str, style: str = "") -> Padding:
    """A text below a head, indented on every line that it takes."""
    return Padding(Text(text, style=style), (0, 0, 0, 2))


def show_groups_of(title: str | Text, columns: list[str], groups: Rows, narrow: int = 0) -> None:
    """A table of rows below heads."""
    table = table_of(title, columns, narrow=narrow)
    for label, rows in groups:
        table.add_row(bold(label))
        for each, cells in rows:
            table.add_row(indented(each), *cells)
    screen().print(table)


def table_of(title: str | Text, columns: list[str], head: bool = True, narrow: int = 0) -> Table:
    """A table whose columns stand alike in every table of a run; the one at `narrow` is less wide, so that six fit the screen."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=0, show_header=head)
    table.add_column(columns[0], overflow="fold", width=37)
    for position, column in enumerate(columns[1:], 1):
        table.add_column(column, justify="right", width=8 if position == narrow else 12, overflow="fold")
    return table


def show_comparison(results: Results, lang: str) -> None:
    console, study = screen(), results.study
    console.print(bold(study.text("title", lang)))
    console.print(Text(f"{say('per', lang)} {getattr(study.functional_unit, f'text_{lang}')}"))
    picked = results.headline
    scales = {each: results.scale(each) for each in picked}
    head = [f"{results.indicators[each].label(lang)}\n{unit_words(scales[each][0], lang)}" for each in picked]
    alternatives, scenarios = results.labels(lang)
    for r, scenario in enumerate(scenarios):
        table = table_of(scenario, [say("alternative", lang), *head, say("quality", lang)], head=r == 0, narrow=len(head) + 1)
        for a, alternative in enumerate(alternatives):
            cells = [number(results.totals[a, r, each] / scales[each][1], lang) for each in picked]
            table.add_row(Text(alternative), *cells, percent(results.quality[a, r], lang) + ("" if results.comparable[a, r] else " *"))
        console.print(table)
    for each in results.uncovered:
        _show_uncovered(results, each, lang)
    if not results.comparable.all():
        console.print(Text(f"* {say('not_comparable', lang)}"))
    if results.drawn is None:
        console.print(bold(getattr(NO_VERDICT, lang)))


def _show_uncovered(results: Results, indicator: int, lang: str) -> None:
    """An indicator that the inventory was not built for stands apart from the comparison."""
    unit, size = results.scale(indicator)
    alternatives, scenarios = results.labels(lang)
    table = Table(title=results.indicators[indicator].label(lang), title_justify="left", title_style="italic", box=SIMPLE_HEAD, pad_edge=False)
    for head in (say("scenario", lang), say("alternative", lang)):
        table.add_column(head, overflow="fold")
    table.add_column(unit_words(unit, lang), justify="right", overflow="fold")
    for r, scenario in enumerate(scenarios):
        for a, alternative in enumerate(alternatives):
            table.add_row(Text(scenario), Text(alternative), number(results.totals[a, r, indicator] / size, lang))
    screen().print(table)


def show_warnings(results: Results, lang: str) -> None:
    if results.warnings:
        console = screen()
        console.print(bold(say("warnings", lang)))
        for message in results.warnings:
            console.print(Text(f"- {getattr(message, lang)}"))


def show_written(path: Path, lang: str) -> None:
    screen().print(Text(f"{say('written', lang)} {path}"), soft_wrap=True)


def show_project(project: str, study: str, written: bool, lang: str) -> None:
    console = screen()
    console.print(Text(say("project_written" if written else "project_there", lang, project=project)))
    console.print(Text(say("project_open", lang, project=project, study=study)))


def show_check(results: Results, lang: str) -> None:
    """What a sound study holds, in a few lines."""
    study, console = results.study, screen()
    used = study.model.used(each.quality for each in study.alternatives.values())
    quantities = [study.model.variables[name].parameter for name in used if study.model.variables[name].parameter.kind == "quantity"]
    assumed = sum(each.basis == "assumption" for each in quantities)
    counts = {"n_alternatives": len(study.alternatives), "n_scenarios": len(study.scenarios), "n_processes": len(study.model.nodes),
              "n_lines": len(study.model.lines), "n_parameters": len(quantities), "n_assumptions": assumed,
              "n_second_order": len(study.effects), "n_left_out": len(study.left_out)}  # fmt: skip
    console.print(bold(f"{study.path.as_posix()}: {say('sound', lang)}"))
    for key, count in counts.items():
        console.print(Text(f"  {count:>5}  {say(key, lang)}"))


def show_list(title: str, entries: "list[Entry]", lang: str) -> None:
    """Names with their labels and facts; a column that no entry fills is left out."""
    console = screen()
    console.print(bold(f"{title} ({len(entries)})"))
    columns = [[each.key for each in entries], [getattr(each, f"label_{lang}") for each in entries], [", ".join(filter(None, each.facts)) for each in entries]]
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    filled = [column for column in columns if any(column)]
    for _ in filled:
        table.add_column(overflow="fold")
    for cells in zip(*filled, strict=True):
        table.add_row(*map(Text, cells))
    console.print(table)


def show_nothing(words: list[str], kind: str, close: "list[Entry]", lang: str) -> None:
    """That no entry has all the words, and which ones come near."""
    console = screen()
    console.print(Text(say("list_nothing", lang, kind=kind, words=" ".join(words))))
    if close:
        console.print(Text(say("list_nearest", lang)))
        for each in close:
            console.print(Text(f"  {each.key}  {getattr(each, f'label_{lang}')}".rstrip()))


def show_description(facts: list[tuple[str, Any]]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(name, Text(str(value)))
    screen().print(table)
