"""The command line: its commands, and how a mistake is told."""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from lca.commands_decide import break_even, measure_next, robust, sweep, tornado, years
from lca.commands_door import background_, brightway, new
from lca.commands_run import run
from lca.commands_serve import serve
from lca.errors import LCAError
from lca.options import DEMO, LangOption, StudyArgument, app, compute


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


app.command()(run)


@app.command()
def check(
    study: StudyArgument,
    every: Annotated[bool, typer.Option("--all", help="Show all questions, not the first ten.")] = False,
    lang: LangOption = "en",
) -> None:
    """Check a study (names, units, sources, ranges, tags) and ask what a critical reviewer would ask next.

    Example: lca check scenarios/my_study.yaml"""
    from lca import terminal, terminal_views
    from lca.influence import step
    from lca.review import questions
    from lca.review_basis import assumed_rows, shares_by_assumption

    results = compute(study)
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
app.command()(sweep)
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
    run(DEMO, output=[str(folder / f"{DEMO}{suffix}") for suffix in (".html", ".xlsx")], by="stage", lang=lang)


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
