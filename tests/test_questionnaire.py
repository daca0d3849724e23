"""The questionnaire for a client: what it asks, in which order, and that its answers are read back as settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_command_line import lca, refuse

from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.influence import influence
from lca.new_study import questions, write_questionnaire
from lca.options import LANGUAGES
from lca.options_file import SHEETS, read_parameter_file
from lca.results import Results
from lca.study import Study
from lca.wording import say

YOURS = 3


def open_sheet(path: Path) -> tuple[Any, Any, dict[str, int]]:
    """Workbook, first sheet, and the row of every name."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    return book, sheet, {row[8].value: number for number, row in enumerate(sheet.iter_rows(max_col=9), 1) if number > 1}


@pytest.fixture(scope="module")
def asked(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_questionnaire(results, tmp_path_factory.mktemp("asked") / "q.xlsx", "en")


def test_values_stand_in_the_order_of_their_influence(results: Results, asked: Path) -> None:
    names = list(open_sheet(asked)[2])
    files = results.study.path.name
    written = {name for name, each in results.study.model.variables.items() if files in each.parameter.place}
    expected = [name for name, swing in influence(results) if name in written and swing >= 0.001]
    assert [name for name in names if name != "country"] == expected and names[:3] == ["review_time", "flagged_share", "doubtful_share"]
    assert "person_hour_at_office.floor_FRA" not in names and "screening_by_boosting_owned.spares" in names  # of the office; of a process of the study


def test_a_choice_is_ranked_by_its_options(small: Callable[..., Study], background: Background) -> None:
    results = compute(small(), background)
    found = {variable.name: swing for variable, swing in questions(results)}
    totals = [compute(results.study, background, ["base"], {"country": each}).totals[:, 0] for each in ("FRA", "DEU", "USA")]
    swings = [[(max(t[a, i] for t in totals) - min(t[a, i] for t in totals)) / totals[0][a, i] for a in (0, 1)] for i in results.headline]
    assert results.headline == [0, 1] and found["country"] == pytest.approx(sum(map(max, swings)) / 2, rel=1e-9) and found["country"] > 0.1
    assert list(found) == sorted(found, key=lambda name: -found[name])
    assert "care" not in found  # it moves a quality, no total


def test_a_row_says_in_plain_words_what_is_asked(results: Results, asked: Path) -> None:
    _, sheet, rows = open_sheet(asked)
    shown = [cell.value for cell in sheet[rows["review_time"]]]
    about = results.study.scopes.study["review_time"].about
    assert shown == ["Time of a person to review one payment?", pytest.approx(6.2), None, "person_minute/payment", None, None, about["find_en"],
                     "large (169 %)", "review_time"]  # fmt: skip
    spares = [cell.value for cell in sheet[rows["screening_by_boosting_owned.spares"]]]
    assert spares[0] == "One payment screened by boosting on owned servers and by people: spare servers?" and spares[7].startswith("large")
    sizes = {name: sheet.cell(row, 8).value.partition(" ")[0] for name, row in rows.items()}
    for name, swing in influence(results):
        if name in sizes:
            assert sizes[name] == ("large" if swing >= 0.2 else "medium" if swing >= 0.05 else "small")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("screening_by_people.rule_upkeep_time", "hour_person"),
        ("boosting_work.exploration_time", "hour"),
        ("boosting_work.trainings", "count"),
        ("country", "choice"),
    ],
)
def test_a_general_sentence_stands_where_the_author_says_nothing(asked: Path, name: str, key: str) -> None:
    _, sheet, rows = open_sheet(asked)
    assert sheet.cell(rows[name], 7).value == say(f"ask_find_{key}", "en")


def test_a_choice_has_a_list_and_its_options_are_spelled_out(asked: Path) -> None:
    book, sheet, rows = open_sheet(asked)
    lists = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    source = lists[f"C{rows['country']}"]
    title, _, cells = source.rpartition("!")
    assert title.strip("='") == "Instructions"
    options = book["Instructions"][cells.replace("$", "")]
    assert [(row[0].value, row[0].offset(0, 1).value) for row in options] == [("FRA", "France"), ("DEU", "Germany"), ("USA", "United States")]
    assert lists[f"E{rows['review_time']}"].startswith('"invoice,time sheet,')
    assert [each.sheet_state for each in book.worksheets] == ["visible", "visible"]


def test_the_rule_is_stated(asked: Path) -> None:
    told = " ".join(str(row[0].value) for row in openpyxl.load_workbook(asked)["Instructions"].iter_rows(max_col=1))
    for each in ("move a result by 0.1 % or more", "Large: 20 % or more; medium: 5.0 % or more", "lca run fraud_detection --parameters FILE", "“As today”"):
        assert each in told


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_answers_come_back_as_settings(results: Results, tmp_path: Path, lang: str) -> None:
    path = write_questionnaire(results, tmp_path / "q.xlsx", lang)
    assert read_parameter_file(path, "fraud_detection") == ({}, [])
    book, sheet, rows = open_sheet(path)
    for name, value in {
        "flagged_share": 12,
        "review_time": "0.1 person_hour/payment",
        "country": "DEU",
        "owned_pue": 1.5,
        "boosting_work.trainings": 6,
    }.items():
        sheet.cell(rows[name], YOURS).value = value
    sheet.cell(rows["model_recall"], YOURS).value = 0.6  # as a spreadsheet holds 60 %
    sheet.cell(rows["model_recall"], YOURS).number_format = "0%"
    book.save(path)
    settings, chosen = read_parameter_file(path, "fraud_detection")
    wanted = {"flagged_share": "12 %", "review_time": "0.1 person_hour/payment", "country": "DEU", "owned_pue": "1.5",
              "boosting_work.trainings": "6 1/year", "model_recall": "60 %"}  # fmt: skip
    assert chosen == [] and settings.keys() == wanted.keys() and settings["flagged_share"] == "12 %"
    own, other = (compute(results.study, results.background, [], each) for each in (settings, wanted))
    assert own.totals == pytest.approx(other.totals, rel=1e-12) and own.totals != pytest.approx(results.totals, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("review_time", "a few minutes", r"'review_time' holds 'a few minutes', but a number in person_minute/payment is due"),
        ("review_time", "6,5", r"'review_time' holds '6,5', but .*decimal point"),
        ("review_time", "12 kWh", r"'12 kWh' is kWh; 'review_time' is hour \* person / payment"),
        ("owned_pue", "good", r"'owned_pue' holds 'good', but a number is due"),
        ("boosting_work.build_time", "5 weeks", r"there is no unit 'weeks'. Did you mean 'week'"),
        ("country", "Germany", r"'country' cannot be 'Germany'. Allowed: DEU, FRA, USA"),
        ("owned_pue", "=1+1", r"which has no value yet"),
        ("owned_pue", True, r"which is no number and no text"),
    ],
)
def test_a_wrong_answer_is_told_with_its_cell(results: Results, tmp_path: Path, name: str, value: object, said: str) -> None:
    path = write_questionnaire(results, tmp_path / "q.xlsx", "en")
    book, sheet, rows = open_sheet(path)
    sheet.cell(rows[name], YOURS).value = value
    book.save(path)
    with pytest.raises(LCAError, match=rf"q.xlsx: Questions!C{rows[name]}: .*{said}"):
        compute(results.study, results.background, [], read_parameter_file(path, "fraud_detection")[0])


def test_all_wrong_answers_come_at_once(results: Results, tmp_path: Path) -> None:
    path = write_questionnaire(results, tmp_path / "q.xlsx", "en")
    book, sheet, rows = open_sheet(path)
    for name in ("review_time", "owned_pue"):
        sheet.cell(rows[name], YOURS).value = "unknown"
    book.save(path)
    with pytest.raises(LCAError, match=r"(?s)'review_time' holds 'unknown'.*'owned_pue' holds 'unknown'"):
        read_parameter_file(path, "fraud_detection")


def test_sheets_that_are_read_have_names_of_their_own() -> None:
    titles = [say(key, lang) for key in SHEETS for lang in LANGUAGES]
    assert len(set(titles)) == len(titles)


def test_through_the_command_line(background: Background, tmp_path: Path) -> None:
    done = lca("new", "--questionnaire", "sorting_languages", "-o", "q.xlsx", "--lang", "fr", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "écrit : q.xlsx\n"), done.stderr
    book, sheet, rows = open_sheet(tmp_path / "q.xlsx")
    assert book.sheetnames == ["Questionnaire", "Mode d'emploi"]
    sheet.cell(rows["sorting.lifetime"], YOURS).value = 6
    sheet.cell(rows["country"], YOURS).value = "DEU"
    book.save(tmp_path / "q.xlsx")
    for name, options in (("a", ("--parameters", "q.xlsx")), ("b", ("--set", "sorting.lifetime=6 year", "--set", "country=DEU"))):
        done = lca("run", "sorting_languages", *options, "-o", f"{name}.csv", folder=tmp_path)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == (tmp_path / "b.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [(), ("mine", "--questionnaire", "fraud_detection", "-o", "q.xlsx"), ("--questionnaire", "fraud_detection"), ("mine", "-o", "q.xlsx")]
)
def test_a_name_or_a_questionnaire(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert "write a NAME for a new study" in refuse("new", *arguments, folder=tmp_path)
    assert not list(tmp_path.iterdir())
