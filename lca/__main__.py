"""The command line: run, check, show, list, new, brightway, background, demo."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from lca.errors import LCAError, UnknownName, nearest
from lca.options import check_file, read_settings, writer

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
)

LANGUAGES = ("en", "fr")
DEMO = "fraud_detection"
StudyArgument = Annotated[str, typer.Argument(metavar="STUDY", help="A study: a path, or the name of a shipped one.")]
ScenarioOption = Annotated[list[str] | None, typer.Option("--scenario", help="Only this scenario (may be repeated).")]
SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter in every scenario, as in --set country=DEU.")]
MethodOption = Annotated[
    list[str] | None,
    typer.Option("--method", metavar="NAME", help="A method of Brightway as one more indicator, shown but not ranked (may be repeated); see lca list methods."),
]
ChoiceOption = Annotated[list[str] | None, typer.Option("--choice", metavar="NAME=OPTION", help="A value choice for this run (lca list choices).")]
OutputOption = Annotated[
    list[Path] | None, typer.Option("-o", "--output", help="Write a file; the suffix says which: .xlsx, .html, .csv or .json (may be repeated).")
]


def _check_lang(lang: str) -> str:
    if lang not in LANGUAGES:
        raise UnknownName(f"--lang cannot be '{lang}'. {nearest(lang, LANGUAGES)}")
    return lang


LangOption = Annotated[str, typer.Option("--lang", callback=_check_lang, help="Language of what is shown: en or fr.")]


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
    deep: Annotated[Path | None, typer.Option("--deep", metavar="FILE", help="Write every process with every elementary flow, as .csv.")] = None,
    lang: LangOption = "en",
) -> None:
    """Run a study and compare its alternatives per functional unit.

    Example: lca run fraud_detection --set country=DEU --by stage -o out.xlsx"""
    from lca import terminal, terminal_views
    from lca.calculation import run as run_study
    from lca.results import GROUPS
    from lca.tables import write_deep
    from lca.views import scopes

    if by and by not in (*GROUPS, "scope"):
        raise UnknownName(f"cannot group by '{by}'. {nearest(by, (*GROUPS, 'scope'))}")
    if actor and by != "scope":
        raise LCAError("--actor goes with --by scope")
    writers = [(path, writer(path)) for path in output or ()]
    if deep:
        check_file("--deep", deep, (".csv",))
        writers.append((deep, write_deep))
    settings, choices = read_settings("--set", set_ or []), read_settings("--choice", choice or [])
    with terminal.progress() as say:
        results = run_study(study, scenario or (), settings, say, method or (), choices)
    if by == "scope":
        scopes(results, actor)  # an unknown actor is a fault before anything is shown
    terminal.show_comparison(results, lang)
    terminal_views.show_choices(results, lang)
    terminal_views.show_effects(results, lang)
    terminal_views.show_shared(results, lang)
    if by == "scope":
        terminal_views.show_scopes(results, actor, lang)
    elif by:
        terminal_views.show_groups(results, by, lang)
    terminal.show_warnings(results, lang)
    for path, write in writers:
        terminal.show_written(write(results, path, lang), lang)


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


@app.command()
def brightway(
    study: StudyArgument,
    project: Annotated[str, typer.Option("--project", metavar="NAME", help="The project to write, in BRIGHTWAY2_DIR or Brightway's own folder.")] = "",
    background: Annotated[str, typer.Option("--background", help="The background in the project: used (what the study reaches) or all.")] = "used",
    biosphere: Annotated[str, typer.Option("--biosphere", metavar="NAME", help="The name of the database of elementary flows.")] = "biosphere3",
    scenario: Annotated[str, typer.Option("--scenario", help="The scenario whose amounts are written; the first one if left out.")] = "",
    choice: ChoiceOption = None,
    excel: Annotated[Path | None, typer.Option("--excel", metavar="FILE", help="Write the study's processes as .xlsx for Brightway's Excel importer.")] = None,
    differences: Annotated[
        Path | None,
        typer.Option("--scenario-differences", metavar="FILE", help="Write the table by which Activity Browser runs the scenarios, .xlsx or .csv."),
    ] = None,
    lang: LangOption = "en",
) -> None:
    """Write a study as a Brightway project, to open in Activity Browser or a notebook.

    Example: lca brightway fraud_detection --project fraud --scenario-differences scenarios.xlsx"""
    from lca import door, door_files, terminal
    from lca.calculation import run as run_study

    if not project and not excel and not differences:
        raise LCAError("nothing to write. Name a --project, an --excel file or a --scenario-differences file")
    if background not in (extents := ("used", "all")):
        raise UnknownName(f"--background cannot be '{background}'. {nearest(background, extents)}")
    for option, path, suffixes in (("--excel", excel, (".xlsx",)), ("--scenario-differences", differences, (".xlsx", ".csv"))):
        if path:
            check_file(option, path, suffixes)
    with terminal.progress() as say:
        results = run_study(study, progress=say, choices=read_settings("--choice", choice or []))
    export = door.make_export(results, scenario, biosphere, background == "all")
    if project:
        with terminal.progress(f"writing the Brightway project {project}") as say:
            written = door.write_project(export, project, say)
        terminal.show_project(project, export.study, written, lang)
    if excel:
        terminal.show_written(door_files.write_excel(export, excel), lang)
    if differences:
        terminal.show_written(door_files.write_differences(export, differences), lang)


@app.command("background")
def background_(
    output: Annotated[
        list[str] | None,
        typer.Option("-o", "--output", help="Write a .bw2package or .xlsx for Brightway or the data card as .md; a FOLDER/ gets them all."),
    ] = None,
    biosphere: Annotated[str, typer.Option("--biosphere", metavar="NAME", help="The name of your database of elementary flows.")] = "biosphere3",
    lang: LangOption = "en",
) -> None:
    """Show the data card of the background (scope, grades, licences, how to cite), or write the background for others to use.

    Example: lca background -o release/"""
    from lca import card, terminal

    targets = [card.check_target(each) for each in output or ()]
    with terminal.progress() as say:
        about = card.make_card(lang, say)
    if not targets:
        card.show_card(about)
    for path in targets:
        with terminal.progress("writing") as say:
            written = card.write_release(about, path, biosphere, say)
        for each in written:
            terminal.show_written(each, lang)


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the new study; it is written in ./scenarios if there is one, else here.")],
    like: Annotated[str, typer.Option("--like", metavar="STUDY", help="The study from which it takes all that it does not write.")] = DEMO,
    lang: LangOption = "en",
) -> None:
    """Begin a study of your own, like another, with the dozen values that move its results most.

    Example: lca new my_shop --like fraud_detection"""
    from lca import new_study, terminal

    with terminal.progress() as say:
        written = new_study.begin_study(name, like, lang, say)
    for path in written:
        terminal.show_written(path, lang)


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
