"""The command line: run, check, show, list, decisions, years, new, brightway, serve, background, demo."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lca.commands_decide import break_even, robust, tornado
from lca.commands_door import background_, brightway, new
from lca.commands_measure import measure_next
from lca.commands_serve import serve
from lca.commands_years import years
from lca.errors import LCAError, UnknownName, nearest
from lca.options import (
    DEMO,
    ChoiceOption,
    LangOption,
    MethodOption,
    OutputOption,
    ScenarioOption,
    SetOption,
    StudyArgument,
    app,
    check_file,
    read_settings,
    writer,
)

if TYPE_CHECKING:
    from lca.results import Results


def _version(wanted: bool) -> None:
    if wanted:
        from lca import __version__
        from lca.background import brightway_versions

        typer.echo("\n".join([f"lca {__version__}", *(f"{name} {version}" for name, version in brightway_versions().items())]))
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Our version and those of the Brightway packages.")] = False,
) -> None:
    """Life-cycle assessment of machine-learning services, compared with the same function done without.

    Example: lca run fraud_detection --lang fr -o report.html -o table.xlsx"""


@app.command()
def run(
    study: StudyArgument,
    scenario: ScenarioOption = None,
    set_: SetOption = None,
    method: MethodOption = None,
    output: OutputOption = None,
    by: Annotated[
        str, typer.Option("--by", help="Show shares by stage, task, tier, actor, process, input, part, flow, origin (what emits or extracts) or scope.")
    ] = "",
    actor: Annotated[str, typer.Option("--actor", help="The reporting actor of --by scope; the study's own if left out.")] = "",
    choice: ChoiceOption = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="Draw all ranges N times, background included, and give verdicts (1000 is a start).")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the draws: the same gives the same.")] = 1,
    levers: Annotated[bool, typer.Option("--levers", help="Rank the levers of the library that apply, each alone and all together.")] = False,
    decide: Annotated[
        bool, typer.Option("--decide", help="Put into the files what a decision rests on: levers, break-even points, worlds and the values that move most.")
    ] = False,
    page: Annotated[bool, typer.Option("--page", help="Write the .html as a page to play with: sliders, choices, scenarios, break-even.")] = False,
    deep: Annotated[Path | None, typer.Option("--deep", metavar="FILE", help="Write every process with every elementary flow, as .csv.")] = None,
    lang: LangOption = "en",
) -> None:
    """Run a study and compare its alternatives per functional unit.

    Example: lca run fraud_detection --set country=DEU --by stage -o out.xlsx"""
    from lca import terminal
    from lca.calculation import run as run_study
    from lca.results import GROUPS
    from lca.tables import write_deep
    from lca.views import scopes

    if by and by not in (*GROUPS, "scope"):
        raise UnknownName(f"cannot group by '{by}'. {nearest(by, (*GROUPS, 'scope'))}")
    if actor and by != "scope":
        raise LCAError("--actor goes with --by scope")
    if page and not any(path.suffix.lower() == ".html" for path in output or ()):
        raise LCAError("--page goes with -o FILE.html")
    writers = [(path, writer(path, page)) for path in output or ()]
    if deep:
        check_file("--deep", deep, (".csv",))
        writers.append((deep, write_deep))
    settings, choices = read_settings("--set", set_ or []), read_settings("--choice", choice or [])
    with terminal.progress() as say:
        results = run_study(study, scenario or (), settings, say, method or (), choices)
    if by == "scope":
        scopes(results, actor)  # an unknown actor is a fault before anything is shown
    if draws:
        results = _drawn(results, draws, seed)
    if decide:
        results = _decided(results)
    _show(results, by, actor, levers, lang)
    for path, write in writers:
        terminal.show_written(write(results, path, lang), lang)


def _show(results: Results, by: str, actor: str, levers: bool, lang: str) -> None:
    from lca import terminal, terminal_views

    terminal.show_comparison(results, lang)
    terminal_views.show_choices(results, lang)
    terminal_views.show_effects(results, lang)
    terminal_views.show_shared(results, lang)
    if by == "scope":
        terminal_views.show_scopes(results, actor, lang)
    elif by:
        terminal_views.show_groups(results, by, lang)
    if results.drawn:
        from lca import terminal_draws

        terminal_draws.show_draws(results.drawn, lang)
    if levers:
        _show_levers(results, lang)
    terminal.show_warnings(results, lang)


def _drawn(results: Results, draws: int, seed: int) -> Results:
    from lca import terminal
    from lca.monte import draw

    with terminal.progress("drawing") as say:
        return replace(results, drawn=draw(results, draws, seed, say))


def _decided(results: Results) -> Results:
    from lca import terminal
    from lca.decisions import decide

    with terminal.progress("worlds") as say:
        return replace(results, decided=decide(results, say))


def _show_levers(results: Results, lang: str) -> None:
    from lca.levers_effects import try_levers
    from lca.terminal_levers import show_levers

    show_levers(try_levers(results), (), lang)


@app.command()
def check(
    study: StudyArgument,
    every: Annotated[bool, typer.Option("--all", help="Show all questions, not the first ten.")] = False,
    lang: LangOption = "en",
) -> None:
    """Check a study (names, units, sources, ranges, tags) and ask what a critical reviewer would ask next.

    Example: lca check scenarios/my_study.yaml"""
    from lca import terminal, terminal_views
    from lca.calculation import run as run_study
    from lca.influence import step
    from lca.review import questions
    from lca.review_basis import assumed_rows, shares_by_assumption

    with terminal.progress() as say:
        results = run_study(study, progress=say)
    asked = questions(results, step(results))
    terminal.show_check(results, lang)
    terminal_views.show_review(results, shares_by_assumption(results, assumed_rows(results)), asked, len(asked) if every else 10, lang)
    terminal.show_warnings(results, lang)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A parameter, process, product, flow, indicator or source.")],
    study: Annotated[str, typer.Option("--study", help="The study in which to look.")] = DEMO,
    lang: LangOption = "en",
) -> None:
    """Show what a name stands for: value, range, source, and who uses it.

    Example: lca show yearly_payments"""
    from lca import terminal
    from lca.calculation import open_study
    from lca.description import describe

    with terminal.progress() as say:
        opened, background = open_study(study, say)
    terminal.show_description(describe(name, opened, background, lang))


@app.command("list")
def list_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What to list; without it, the kinds and how many there are of each.")] = "",
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="Only what has all these words in its name or labels.")] = None,
    study: Annotated[str, typer.Option("--study", help="The study whose processes, parameters and units are listed.")] = DEMO,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the list of devices with all indicators, as .csv.")] = None,
    lang: LangOption = "en",
) -> None:
    """List what can be named: studies, processes, products, parameters, methods, countries ...

    Example: lca list methods water"""
    from functools import lru_cache

    from lca import catalogue, terminal, terminal_views
    from lca.calculation import open_study

    with terminal.progress() as say:
        readers, opened = catalogue.kinds(), lru_cache(lambda: open_study(study, say))
        name = catalogue.find_kind(kind) if kind else ""
        entries = readers[name](opened, lang) if name else catalogue.count_kinds(readers, opened, lang)
    found = catalogue.choose(entries, words or ())
    written = catalogue.write_list(name, found, output, lang) if output else None
    if found or not words:
        show = terminal_views.show_devices if name == catalogue.DEVICES else terminal.show_list
        show(catalogue.kind_label(name or "kinds", lang) or name, found, lang)
    else:
        terminal.show_nothing(words, name, catalogue.resembling(entries, words), lang)
    if written:
        terminal.show_written(written, lang)


app.command("break-even")(break_even)
app.command()(robust)
app.command()(tornado)
app.command()(years)
app.command("measure-next")(measure_next)
app.command()(new)
app.command()(brightway)
app.command()(serve)
app.command("background")(background_)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to write the report and the workbook.")] = Path(),
    lang: LangOption = "en",
) -> None:
    """Run the shipped fraud-detection study; write its report and workbook.

    Example: lca demo --lang fr"""
    run(DEMO, output=[folder / f"{DEMO}.html", folder / f"{DEMO}.xlsx"], by="stage", lang=lang)


def main() -> None:
    """The command `lca`: a user's mistake is one clear message and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without accents shows ? for them
    try:
        app()
    except LCAError as error:
        lines = str(error).splitlines()
        head = "error: " if len(lines) == 1 else f"{len(lines)} errors:\n"
        sys.stderr.write(f"{head}{error}\n")
        sys.exit(2)
    except OSError as error:
        sys.stderr.write(f"error: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
