"""What the commands share: the program, its options, how they are read and how files are checked before any work."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from lca.errors import UnknownName, nearest

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

EXAMPLES = {"--set": "--set country=DEU", "--choice": "--choice labour=marginal"}


def read_settings(option: str, texts: Iterable[str]) -> dict[str, str]:
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UnknownName(f"{option} '{text}': write NAME=VALUE, as in {EXAMPLES[option]}")
        settings[name.strip()] = value.strip()
    return settings


def check_file(option: str, path: Path, suffixes: tuple[str, ...]) -> None:
    if path.suffix.lower() not in suffixes:
        raise UnknownName(f"{option} {path}: there is no output with the suffix '{path.suffix}'. {nearest(path.suffix, suffixes)}")
    if not path.parent.is_dir():
        raise UnknownName(f"{option} {path}: there is no folder {path.parent}")


def writer(path: Path, page: bool = False) -> Any:
    """The writer that a suffix asks for; with `page`, an .html is the interactive page."""
    check_file("-o", path, (".xlsx", ".html", ".csv", ".json"))
    if path.suffix.lower() == ".xlsx":
        from lca.workbook import write_workbook as write
    elif path.suffix.lower() == ".html" and page:
        from lca.page.write import write_page as write
    elif path.suffix.lower() == ".html":
        from lca.report.page import write_report as write
    else:
        from lca.tables import write_table as write
    return write
