"""Whatever a study is called, its files are harmless; whatever goes wrong, a file that was there stays."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.folders import write_whole
from lca.options import SUFFIXES, writers
from lca.results import Results
from lca.study import Study
from lca.tables import FORMULA_STARTS

HOSTILE = {
    "script": "<script>alert(1)</script>\"'&amp;{{ 7 * 7 }}]]>",
    "command": "=cmd|' /C calc'!A0",
    "plus": "+1",
    "sum": "@SUM(A1)",
    "lines": "a\n=1+1\r\n\t-2 \x0b\u2028b",
    "right_to_left": "abc\u202egnp.exe\u200f\u2067שלום",
    "long": "x" * 5000 + " <b>" + "long words " * 454,
}  # fmt: skip
KINDS = [each for each in SUFFIXES if each != ".pdf" or find_spec("fpdf")]


@pytest.fixture(scope="module")
def kept() -> dict[str, Results]:
    return {}


@pytest.fixture(params=HOSTILE)
def named(request: pytest.FixtureRequest, kept: dict[str, Results], everything: Callable[..., Study], background: Background) -> tuple[str, Results]:
    """A study in which everything has that name."""
    name = HOSTILE[request.param]
    titled = (("title_en: Small", f"title_en: {json.dumps(name)}"), ("label_en: By machine", f"label_en: {json.dumps(name)}"))
    kept.setdefault(request.param, compute(everything(name, *titled), background))
    return name, kept[request.param]


def write(results: Results, path: Path) -> Path:
    ((_, writer),) = writers([str(path)], "study", "")
    return writer(results, path, "en")


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_html_holds_no_markup_of_a_study(named: tuple[str, Results], tmp_path: Path) -> None:
    html = write(named[1], tmp_path / "a.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<b>long|<b>", html)


def test_docx_opens_with_the_text_as_it_is(named: tuple[str, Results], tmp_path: Path) -> None:
    document: Any = docx.Document(str(write(named[1], tmp_path / "a.docx")))
    text = document.element.body.xpath("string()")
    assert squeezed(named[0].replace("\x0b", "")) in squeezed(text)
    assert "INCLUDETEXT" not in document.element.xml and "DDE" not in document.element.xml


@pytest.mark.slow
@pytest.mark.skipif(".pdf" not in KINDS, reason="needs fpdf2")
def test_pdf_is_written_whatever_the_names_are(named: tuple[str, Results], tmp_path: Path) -> None:
    data = write(named[1], tmp_path / "a.pdf").read_bytes()
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF") and b"/JavaScript" not in data


def test_xlsx_holds_no_formula_that_a_study_wrote(named: tuple[str, Results], everything: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    books = [openpyxl.load_workbook(write(each, tmp_path / "a.xlsx")) for each in (named[1], compute(everything(), background))]
    cells = [[cell for sheet in book for row in sheet.iter_rows() for cell in row] for book in books]
    formulas = [sum(cell.data_type == "f" for cell in each) for each in cells]
    assert formulas[0] == formulas[1] > 100  # ours alone
    assert any(squeezed(named[0])[:3] in squeezed(str(cell.value)) for cell in cells[0] if cell.data_type == "s")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_csv_holds_no_formula_and_numbers_stay_numbers(named: tuple[str, Results], tmp_path: Path, lang: str) -> None:
    ((path, writer),) = writers([str(tmp_path / "a.csv")], "study", lang)
    with writer(named[1], path, "en").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";" if lang == "fr" else ","))
    assert rows and any(named[0] in value for row in rows for value in row.values())
    for row in rows:
        float(row.pop("value").replace(",", "." if lang == "fr" else ","))
        assert [each for each in row.values() if each.startswith(FORMULA_STARTS)] == []


def test_json_holds_the_text_as_it_is(named: tuple[str, Results], tmp_path: Path) -> None:
    assert json.loads(write(named[1], tmp_path / "a.json").read_text(encoding="utf-8"))["title"].split() == named[0].split()


@pytest.mark.parametrize("suffix", KINDS)
def test_a_write_that_fails_keeps_the_old_file(
    small: Callable[..., Study], background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / f"a{suffix}"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", lambda self, target: (_ for _ in ()).throw(ValueError("half way")))
    with pytest.raises(ValueError, match="half way"):
        write(compute(small(), background), path)
    assert path.read_text(encoding="utf-8") == "old" and list(folder.iterdir()) == [path]


def test_a_killed_process_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_whole(path, lambda temporary: temporary.write_text("old", encoding="utf-8"))
    slow = "temporary.write_text('half'), print('now', flush=True), time.sleep(60)"
    code = f"import time; from pathlib import Path; from lca.folders import write_whole; write_whole(Path({str(path)!r}), lambda temporary: ({slow}))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait(timeout=20)
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir() if not each.name.startswith(".lca-")] == ["a.csv"]
