"""The command line: run, check, show, list, demo."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from lca.errors import LCAError, UnknownName, nearest

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
)

LANGUAGES = ("en", "fr")
GROUPS = ("stage", "task", "tier", "actor", "process", "part")
DEMO = "fraud_detection"
StudyArgument = Annotated[str, typer.Argument(metavar="STUDY", help="A study: a path, or the name of a shipped one.")]
ScenarioOption = Annotated[list[str] | None, typer.Option("--scenario", help="Only this scenario (may be repeated).")]
SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter in every scenario, as in --set country=DEU.")]
MethodOption = Annotated[
    list[str] | None,
    typer.Option("--method", metavar="NAME", help="A method of Brightway as one more indicator, shown but not ranked (may be repeated); see lca list methods."),
]
OutputOption = Annotated[
    list[Path] | None, typer.Option("-o", "--output", help="Write a file; the suffix says which: .xlsx, .html, .csv or .json (may be repeated).")
]
LangOption = Annotated[str, typer.Option("--lang", help="Language of what is shown: en or fr.")]


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
    by: Annotated[str, typer.Option("--by", help="Show the results by stage, task, tier, actor, process or part.")] = "",
    lang: LangOption = "en",
) -> None:
    """Run a study and compare its alternatives per functional unit.

    Example: lca run fraud_detection --set country=DEU --by stage -o out.xlsx"""
    from lca import terminal
    from lca.calculation import run as run_study

    _check_lang(lang)
    if by and by not in GROUPS:
        raise UnknownName(f"cannot group by '{by}'. {nearest(by, GROUPS)}")
    writers = [(path, _writer(path)) for path in output or ()]
    settings = _settings(set_ or [])
    with terminal.progress() as say:
        results = run_study(study, scenario or (), settings, say, method or ())
    terminal.show_comparison(results, lang)
    if by:
        terminal.show_groups(results, by, lang)
    terminal.show_warnings(results, lang)
    for path, write in writers:
        terminal.show_written(write(results, path, lang), lang)


@app.command()
def check(study: StudyArgument, lang: LangOption = "en") -> None:
    """Read and check a study without computing it: names, units, sources, ranges, tags.

    Example: lca check scenarios/my_study.yaml"""
    from lca import terminal
    from lca.calculation import open_study

    _check_lang(lang)
    with terminal.progress() as say:
        opened, background = open_study(study, say)
    terminal.show_check(opened, background, lang)


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

    _check_lang(lang)
    with terminal.progress() as say:
        opened, background = open_study(study, say)
    terminal.show_description(describe(name, opened, background, lang))


@app.command("list")
def list_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What to list; without it, the kinds and how many there are of each.")] = "",
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="Only what has all these words in its name or labels.")] = None,
    study: Annotated[str, typer.Option("--study", help="The study whose processes, parameters and units are listed.")] = DEMO,
    lang: LangOption = "en",
) -> None:
    """List what can be named: studies, processes, products, parameters, methods, countries ...

    Example: lca list methods water"""
    from functools import lru_cache

    from lca import catalogue, terminal
    from lca.calculation import open_study

    _check_lang(lang)
    with terminal.progress() as say:
        readers, opened = catalogue.kinds(), lru_cache(lambda: open_study(study, say))
        name = catalogue.find_kind(kind) if kind else ""
        entries = readers[name](opened, lang) if name else catalogue.count_kinds(readers, opened, lang)
    found = catalogue.choose(entries, words or ())
    if found or not words:
        terminal.show_list(catalogue.kind_label(name or "kinds", lang) or name, found, lang)
    else:
        terminal.show_nothing(words, name, catalogue.resembling(entries, words), lang)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to write the report and the workbook.")] = Path(),
    lang: LangOption = "en",
) -> None:
    """Run the shipped fraud-detection study; write its report and workbook.

    Example: lca demo --lang fr"""
    run(DEMO, output=[folder / f"{DEMO}.html", folder / f"{DEMO}.xlsx"], by="stage", lang=lang)


def _check_lang(lang: str) -> None:
    if lang not in LANGUAGES:
        raise UnknownName(f"--lang cannot be '{lang}'. {nearest(lang, LANGUAGES)}")


def _settings(texts: list[str]) -> dict[str, str]:
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UnknownName(f"--set '{text}': write NAME=VALUE, as in --set country=DEU")
        settings[name.strip()] = value.strip()
    return settings


def _writer(path: Path) -> Any:
    """The writer that a suffix asks for."""
    suffixes = (".xlsx", ".html", ".csv", ".json")
    if path.suffix.lower() not in suffixes:
        raise UnknownName(f"-o {path}: there is no output with the suffix '{path.suffix}'. {nearest(path.suffix, suffixes)}")
    if not path.parent.is_dir():
        raise UnknownName(f"-o {path}: there is no folder {path.parent}")
    if path.suffix.lower() == ".xlsx":
        from lca.workbook import write_workbook as write
    elif path.suffix.lower() == ".html":
        from lca.report.page import write_report as write
    else:
        from lca.tables import write_table as write
    return write


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
