"""What a folder holds for a reviewer: the layouts of Brightway and Activity Browser, and the page that says what each file is."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from lca.background import Background
from lca.brightway import BACKGROUND
from lca.bundle import write_bundle
from lca.calculation import compute
from lca.options import writers
from lca.results import Results
from lca.study import Study

TWO = ("base: {label_en: Base, label_fr: Base}", """base: {label_en: Base, label_fr: Base}
  usa: {from: base, label_en: U, label_fr: U, set: {country: USA}}""")  # fmt: skip


@pytest.fixture
def two(small: Callable[..., Study], background: Background) -> Results:
    """The small study in two scenarios."""
    return compute(small(TWO), background)


def cells(path: Path, sheet: int) -> list[list[object]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return [[each for each in row if each is not None] for row in book.worksheets[sheet].iter_rows(values_only=True)]


def test_the_foreground_stands_in_blocks_that_brightway_reads(two: Results, tmp_path: Path) -> None:
    write_bundle(two, tmp_path / "small_README.txt", "en")
    rows = cells(tmp_path / "small_brightway.xlsx", 0)
    assert rows[0] == ["Database", "small"]
    assert {row[1] for row in rows if row[:1] == ["Activity"]} == {"by_hand", "by_machine", "robot_in_use"}
    head = next(n for n, row in enumerate(rows) if row[:1] == ["Exchanges"])
    assert rows[head + 1][:5] == ["input", "name", "reference product", "amount", "unit"]
    inputs = [row for row in rows if row and row[0] == f"{BACKGROUND}::electricity_lv_FRA"]
    assert [row[3] for row in inputs] == [2.0]  # kWh of one parcel by hand


def test_scenarios_stand_in_the_columns_of_activity_browser(two: Results, tmp_path: Path) -> None:
    write_bundle(two, tmp_path / "small_README.txt", "en")
    head, *rows = cells(tmp_path / "small_scenarios.xlsx", 1)
    ends = ("activity name", "reference product", "location", "categories", "database", "key")
    assert head == [f"{end} {each}" for end in ("from", "to") for each in ends] + ["flow type", "base", "usa"]
    found = {next(each for each in row if str(each).startswith(f"('{BACKGROUND}'")): row[-2:] for row in rows if "('small', 'by_hand')" in row}
    assert found[f"('{BACKGROUND}', 'electricity_lv_FRA')"] == [2.0, 0.0]
    assert found[f"('{BACKGROUND}', 'electricity_lv_USA')"] == [0.0, 2.0]


def test_the_page_names_what_is_there_and_how_it_was_made(two: Results, tmp_path: Path) -> None:
    (tmp_path / "small.xlsx").write_bytes(b"")
    text = write_bundle(replace(two, about={**two.about, "choices": {"labour": "marginal"}}), tmp_path / "small_README.txt", "fr").read_text(encoding="utf-8")
    assert "small.xlsx : classeur" in text and "small_scenarios.xlsx : différences" in text and "small.docx" not in text
    assert "Graine aléatoire : aucune" in text and "--choice labour=marginal --lang fr -o small/" in text
    assert "--choice labour=marginal --background all --project small" in text
    assert two.about["version"] in text and two.about["background"] in text and two.about["date"] in text


def test_one_scenario_has_no_differences_and_an_old_file_goes(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    (tmp_path / "small_scenarios.xlsx").write_bytes(b"of another run")
    text = write_bundle(compute(small(), background), tmp_path / "small_README.txt", "en").read_text(encoding="utf-8")
    assert "no amount differs between them" in text
    assert sorted(each.name for each in tmp_path.iterdir() if each.suffix != ".yaml") == ["small_README.txt", "small_brightway.xlsx"]


def test_a_folder_gets_the_page_last(tmp_path: Path) -> None:
    names = [path.name for path, _ in writers([f"{tmp_path}/"], "small", "")]
    assert names[-1] == "small_README.txt" and len(names) == len(set(names))


def test_what_is_missing_is_said_in_the_language_of_the_page(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    text = write_bundle(compute(small(), background), tmp_path / "small_README.txt", "fr").read_text(encoding="utf-8")
    assert "Pas de fichier des différences entre scénarios :" in text and "no amount" not in text
    broken = compute(small(("fleet / yearly", "fleet / (yearly - yearly)")), background)
    (tmp_path / "small_scenarios.xlsx").write_bytes(b"of another run")
    text = write_bundle(broken, tmp_path / "small_README.txt", "fr").read_text(encoding="utf-8")
    assert "Pas de fichiers pour Brightway : une quantité est sans valeur" in text and "no value" not in text
    assert not any(tmp_path.glob("small_*.xlsx"))


def test_an_old_file_stays_until_the_new_one_is_whole(two: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for end in ("_brightway.xlsx", "_scenarios.xlsx"):
        (tmp_path / f"small{end}").write_bytes(b"of another run")
    monkeypatch.setattr("lca.bundle.write_excel", killed)
    with pytest.raises(KeyboardInterrupt):
        write_bundle(two, tmp_path / "small_README.txt", "en")
    assert {each.read_bytes() for each in tmp_path.glob("small_*.xlsx")} == {b"of another run"}


def test_a_command_can_be_copied_where_a_name_has_spaces(two: Results, tmp_path: Path) -> None:
    moved = replace(two, study=replace(two.study, path=tmp_path / "my study.yaml"))
    text = write_bundle(moved, tmp_path / "my study_README.txt", "en").read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if each.startswith("Command: "))
    words = shlex.split(line.removeprefix("Command: "))
    assert Path(words[2]).name == "my study.yaml" and words[-2:] == ["-o", "my study/"]
    assert "--project 'my study'" in text
