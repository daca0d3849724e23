"""What the commands share: the program, its options, how they are read and how files are checked before any work."""

from collections.abc import Callable, Iterable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lca.errors import LCAError, UnknownName, nearest

if TYPE_CHECKING:
    from lca.results import Results

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
)

LANGUAGES = ("en", "fr")
PDF = ".pdf"
SUFFIXES = (".html", ".docx", PDF, ".xlsx", ".csv", ".json")
Writer = Callable[["Results", Path, str], Path]
DEMO = "fraud_detection"
StudyArgument = Annotated[str, typer.Argument(metavar="STUDY", help="A study: a path, or the name of a shipped one.")]
ScenarioOption = Annotated[list[str] | None, typer.Option("--scenario", help="Only this scenario (may be repeated).")]
SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter in every scenario, as in --set country=DEU.")]
ParametersOption = Annotated[
    Path | None, typer.Option("--parameters", metavar="FILE", help="Set what the yellow cells of a workbook, or a .csv with name,value,unit, hold.")
]
MethodOption = Annotated[
    list[str] | None,
    typer.Option("--method", metavar="NAME", help="A method of Brightway as one more indicator, shown but not ranked (may be repeated); see lca list methods."),
]
ChoiceOption = Annotated[list[str] | None, typer.Option("--choice", metavar="NAME=OPTION", help="A value choice for this run (lca list choices).")]
OutputOption = Annotated[
    list[str] | None,
    typer.Option("-o", "--output", help="Write a file by its suffix: .html, .docx, .pdf, .xlsx, .csv or .json; a FOLDER/ gets them all (may be repeated)."),
]


def _language(option: typer.CallbackParam, written: str) -> str:
    if written not in (*LANGUAGES, option.default):
        raise UnknownName(f"--{option.name} cannot be '{written}'. {nearest(written, LANGUAGES)}")
    return written


LocaleOption = Annotated[
    str,
    typer.Option("--locale", callback=_language, help="How .csv writes numbers and columns: en (1.5 and ,) or fr (1,5 and ;); as --lang if left out."),
]
LangOption = Annotated[str, typer.Option("--lang", callback=_language, help="Language of what is shown: en or fr.")]

EXAMPLES = {"--vary": "--vary power=10:20:5", "--set": "--set country=DEU", "--choice": "--choice labour=marginal"}


def read_settings(option: str, texts: Iterable[str]) -> dict[str, str]:
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UnknownName(f"{option} '{text}': write NAME=VALUE, as in {EXAMPLES[option]}")
        settings[name.strip()] = value.strip()
    return settings


def compute(study: str, set_: Iterable[str] | None = None, choice: Iterable[str] | None = None, scenarios: Iterable[str] = ()) -> "Results":
    """The results of a study under --set and --choice; what long work is doing is told meanwhile."""
    from lca.calculation import run
    from lca.terminal import progress

    with progress() as say:
        return run(study, scenarios, read_settings("--set", set_ or ()), say, (), read_settings("--choice", choice or ()))


def check_file(option: str, path: Path, suffixes: tuple[str, ...]) -> None:
    if path.suffix.lower() not in suffixes:
        raise UnknownName(f"{option} {path}: there is no output with the suffix '{path.suffix}'. {nearest(path.suffix, suffixes)}")
    if not path.parent.is_dir():
        raise UnknownName(f"{option} {path}: there is no folder {path.parent}")


def check_folder(option: str, written: str) -> Path:
    path = Path(written)
    if path.exists() and not path.is_dir():
        raise LCAError(f"{option} {written}: there is a file of that name; it cannot be a folder")
    if not path.absolute().parent.is_dir():
        raise LCAError(f"{option} {written}: there is no folder {path.parent}")
    return path


def writers(outputs: Iterable[str], study: str, locale: str, page: bool = False) -> list[tuple[Path, Writer]]:
    """Where -o leads, each file with its writer, checked before any work; a folder gets a file of every kind, named as the study."""
    files = list[tuple[Path, Writer]]()
    for written in outputs:
        if written.endswith(("/", "\\")) or Path(written).is_dir():
            from lca.bundle import write_bundle

            folder = check_folder("-o", written)
            names = [f"{Path(study).stem}{suffix}" for suffix in SUFFIXES if suffix != PDF or find_spec("fpdf")]
            files += [(folder / each, _writer(folder / each, locale, page=False)) for each in names]
            files.append((path := folder / f"{Path(study).stem}_page.html", _writer(path, locale, page=True)))
            files.append((folder / f"{Path(study).stem}_README.txt", write_bundle))  # last: it says what lies there
        else:
            check_file("-o", Path(written), SUFFIXES)
            files.append((Path(written), _writer(Path(written), locale, page)))
    if page and not any(path.suffix.lower() == ".html" for path, _ in files):
        raise LCAError("--page goes with -o FILE.html")
    return files


def _writer(path: Path, locale: str, page: bool) -> Writer:
    """The writer that a suffix asks for; with `page`, an .html is the interactive page."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        from lca.workbook import write_workbook as write
    elif suffix == ".html" and page:
        from lca.page.write import write_page as write
    elif suffix == ".html":
        from lca.report.page import write_report as write
    elif suffix == ".docx":
        from lca.report.docx import write_docx as write
    elif suffix == PDF:
        if not find_spec("fpdf"):
            raise LCAError(f"-o {path}: PDF needs one more package. Install it with: pip install 'lca-ml[pdf]'")
        from lca.report.pdf import write_pdf as write
    else:
        from lca.tables import write_table

        return partial(write_table, locale=locale)
    return write
