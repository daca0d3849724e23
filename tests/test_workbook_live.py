"""The workbook recalculated: the engine's numbers in every alternative and indicator, for any scenario and any values; and read back."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import openpyxl
import pytest
from spreadsheet_engine import CellError, Workbook

import lca
from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.options_file import read_parameter_file
from lca.results import Results
from lca.study import Study
from lca.workbook import write_workbook

LIVE = ("Results", "Your groups", "Parameters", "Checks", "Lines", "Calls", "Levels", "Unit scores", "Steps", "Lists")
REFUSED = "refused: see the sheet Checks"


@pytest.fixture(autouse=True)
def deep() -> Iterator[None]:
    """A formula reads others, which read others."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(before)


def open_book(results: Results, path: Path) -> Workbook:
    return Workbook(openpyxl.load_workbook(write_workbook(results, path, "en"), read_only=True), LIVE)


@pytest.fixture(scope="module")
def sorting() -> Results:
    return lca.run("sorting_languages")


@pytest.fixture(scope="module")
def sheet(sorting: Results, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return open_book(sorting, tmp_path_factory.mktemp("live") / "sorting.xlsx")


def rows_of(book: Workbook) -> dict[str, int]:
    return {str(value): int(cell[1:]) for (title, cell), value in book.cells.items() if title == "Parameters" and cell[0] == "A" and cell[1:].isdigit()}


def totals(book: Workbook, results: Results) -> np.ndarray:
    """Alternative x indicator; nothing where the sheet shows words."""
    columns = [chr(ord("E") + i) for i in range(len(results.indicators))]
    found = [[book.get("Results", f"{column}{2 + a}") for column in columns] for a in range(len(results.study.alternatives))]
    return np.array([[np.nan if isinstance(each, str) else each for each in row] for row in found], dtype=float)


def try_settings(book: Workbook, results: Results, scenario: str, given: dict[str, object], settings: dict[str, str]) -> np.ndarray:
    """Type values and a scenario, compare with the engine's totals and qualities (a refusal is one in both), and clear the cells again."""
    rows = rows_of(book)
    book.put("Results", "A2", results.labels("en")[1][results.scenarios.index(scenario)])
    for name, value in given.items():
        book.put("Parameters", f"C{rows[name]}", value)
    shown = totals(book, results)
    try:
        expected = compute(results.study, results.background, [scenario], settings)
        np.testing.assert_allclose(shown, expected.totals[:, 0], rtol=1e-9)
        qualities = [book.get("Results", f"C{2 + a}") for a in range(len(shown))]
        np.testing.assert_allclose(qualities, expected.quality[:, 0], rtol=1e-9)
        assert [book.get("Results", f"D{2 + a}") == "yes" for a in range(len(shown))] == expected.comparable[:, 0].tolist()
    except LCAError:
        assert book.get("Results", "E2") == REFUSED
    for name in given:
        book.put("Parameters", f"C{rows[name]}", None)
    return shown


def draw(results: Results, random: Random, most: int) -> tuple[dict[str, object], dict[str, str]]:
    """Some values within their ranges, and options: as typed in cells, and as `--set` takes them."""
    variables, fixed = results.study.model.variables, results.study.scopes.choices
    able = [name for name, each in variables.items() if name not in fixed and "|" not in name and (each.parameter.low is not None or each.parameter.choices)]
    typed, texts = dict[str, object](), dict[str, str]()
    for name in random.sample(able, min(most, len(able))):
        parameter = variables[name].parameter
        if parameter.choices:
            typed[name] = texts[name] = random.choice(parameter.choices)
        else:
            assert parameter.low is not None and parameter.high is not None
            value = random.uniform(parameter.low, parameter.high) / parameter.unit.factor
            typed[name], texts[name] = value, f"{value:.17g} {parameter.unit.text}"
    return typed, texts


def test_every_cached_value_is_what_its_formula_gives(sorting: Results, sheet: Workbook, tmp_path: Path) -> None:
    cached = openpyxl.load_workbook(write_workbook(sorting, tmp_path / "cached.xlsx", "en"), read_only=True, data_only=True)
    assert len(sheet.formulas) > 1500
    for title in LIVE:
        for line in cached[title].iter_rows():
            for cell in (each for each in line if each.value is not None):
                found = sheet.get(title, cell.coordinate)
                expected = pytest.approx(found, rel=1e-9, abs=1e-300) if isinstance(found, int | float) else found
                assert cell.value == expected, (title, cell.coordinate, sheet.formulas.get((title, cell.coordinate)))


def test_every_scenario(sorting: Results, sheet: Workbook) -> None:
    for scenario in sorting.scenarios:
        assert np.isfinite(try_settings(sheet, sorting, scenario, {}, {})).all()


@pytest.mark.parametrize("seed", range(50))
def test_any_values(sorting: Results, sheet: Workbook, seed: int) -> None:
    random = Random(seed)
    given, settings = draw(sorting, random, 1 + seed % 12)
    try_settings(sheet, sorting, random.choice(sorting.scenarios), given, settings)


def test_groups_sum_to_the_totals(sorting: Results, sheet: Workbook) -> None:
    shown = totals(sheet, sorting)
    names = sorting.labels("en")[0]
    sums: dict[str, np.ndarray] = {}
    for row in range(2, 200):
        tag = sheet.get("Your groups", f"A{row}")
        if tag:
            place = names.index(sheet.get("Your groups", f"B{row}"))
            sums.setdefault(tag, np.zeros_like(shown))[place] += [sheet.get("Your groups", f"{chr(ord('D') + i)}{row}") for i in range(shown.shape[1])]
    assert len(sums) == 4
    for each in sums.values():
        np.testing.assert_allclose(each, shown, rtol=1e-9)


def test_a_limit_and_a_demand_refuse_as_the_engine_does(sorting: Results, sheet: Workbook) -> None:
    assert np.isnan(try_settings(sheet, sorting, sorting.scenarios[0], {"sorting.supply": 0.5}, {"sorting.supply": "0.5 %"})).all()
    sheet.put("Parameters", f"C{rows_of(sheet)['country']}", "Atlantis")
    assert sheet.get("Results", "E2") == "no value"
    with pytest.raises(CellError):
        sheet.get("Parameters", f"D{rows_of(sheet)['country']}")
    sheet.put("Parameters", f"C{rows_of(sheet)['country']}", None)
    assert np.isfinite(totals(sheet, sorting)).all()


LEVERS = (
    "indicators: [",
    """  more: {label_en: More, label_fr: Plus, from: base, set: {yearly: 2 * yearly, country: DEU, by_machine.fleet: fleet_of_two}}
indicators: [""",
)


@pytest.mark.parametrize(
    ("scenario", "given", "settings"),
    [
        ("base", {"yearly": 1200}, {"yearly": "1200 parcel/year"}),  # exactly three robots: ceil within the tolerance
        ("base", {"yearly": 1201}, {"yearly": "1201 parcel/year"}),
        ("more", {}, {}),
        ("more", {"yearly": 500, "country": "USA"}, {"yearly": "500 parcel/year", "country": "USA"}),
        ("more", {"by_machine.fleet": 7, "care": 40}, {"by_machine.fleet": "7 robot", "care": "40 %"}),
        ("base", {"robot_in_use.power": 2000}, {"robot_in_use.power": "2000 W/robot"}),
        ("base", {"yearly": 0}, {"yearly": "0 parcel/year"}),
    ],
)
def test_ceil_scenarios_and_refusals_of_a_small_study(
    small: Callable[..., Study], background: Background, tmp_path: Path, scenario: str, given: dict[str, object], settings: dict[str, str]
) -> None:
    study = small(("  yearly:", "  fleet_of_two: {value: 2 robot, low: 1, high: 3, source: assumption}\n  yearly:"), LEVERS)
    results = compute(study, background)
    try_settings(open_book(results, tmp_path / "small.xlsx"), results, scenario, given, settings)


INSTANCES = (
    ("robot_in_use: fleet / yearly", "robot_in_use: fleet / yearly\n      big_robot: 0.5 * fleet / yearly\n      robots_<which>: 0.1 * fleet / yearly"),
    ("  country:", "  which: {value: slow, choices: [slow, fast]}\n  country:"),
    ("scenarios:", """  big_robot: {like: robot_in_use, with: {steel_mass: 90 kg/robot}}
  robots_slow: {like: big_robot, with: {power: 10 W/robot}}
  robots_fast: {like: robot_in_use}
scenarios:"""),
    ("indicators: [", """  light: {label_en: Light, label_fr: Léger, from: base, set: {robot_in_use.steel_mass: 21 kg/robot, which: fast}}
indicators: ["""),
)  # fmt: skip


def test_instances_follow_their_originals(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    results = compute(small(*INSTANCES), background)
    book = open_book(results, tmp_path / "instances.xlsx")
    for scenario in results.scenarios:
        for given in ({}, {"robot_in_use.power": 45}, {"big_robot.lifetime": 4}, {"which": "fast", "robot_in_use.lifetime": 6}, {"robots_slow.steel_mass": 25}):
            units = {name: results.study.model.variables[name].parameter.unit.text for name in given}
            assert np.isfinite(try_settings(book, results, scenario, given, {name: f"{value} {units[name]}".strip() for name, value in given.items()})).all()


def test_settings_of_the_run_stand_in_the_yellow_cells(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    results = compute(small(), background, ["base"], {"yearly": "2000 parcel/year", "country": "DEU"})
    book = open_book(results, tmp_path / "set.xlsx")
    rows = rows_of(book)
    assert [book.cells["Parameters", f"C{rows[name]}"] for name in ("yearly", "country")] == [2000, "DEU"]
    np.testing.assert_allclose(totals(book, results), results.totals[:, 0], rtol=1e-9)
    assert read_parameter_file(tmp_path / "set.xlsx", "small") == ({"country": "DEU", "yearly": "2000 parcel/year"}, ["base"])


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_filled_workbook_is_read_as_settings(sorting: Results, tmp_path: Path, lang: str) -> None:
    book = openpyxl.load_workbook(write_workbook(sorting, tmp_path / "out.xlsx", lang))
    parameters, totals_ = book.worksheets[book.sheetnames.index("Parameters" if lang == "en" else "Paramètres")], book.worksheets[1]
    rows = {row[0].value: row[2] for row in parameters.iter_rows(min_row=2, max_col=3)}
    rows["country"].value, rows["sorting.supply"].value, rows["sorting.energy"].value = "DEU", 80, "0.02 kJ/run"
    totals_["A2"].value = sorting.labels(lang)[1][1]
    book.save(tmp_path / "filled.xlsx")
    settings, chosen = read_parameter_file(tmp_path / "filled.xlsx", "sorting_languages")
    assert settings == {"country": "DEU", "sorting.supply": "80 %", "sorting.energy": "0.02 kJ/run"}
    assert chosen == [sorting.scenarios[1]]
    assert compute(sorting.study, sorting.background, chosen, settings).totals.shape[1] == 1
    with pytest.raises(LCAError, match=r"filled.xlsx: is a workbook of the study 'sorting_languages', not of 'fraud_detection'"):
        read_parameter_file(tmp_path / "filled.xlsx", "fraud_detection")
    rows["country"].value, rows["sorting.supply"].value = "Atlantis", "=1+1"
    book.save(tmp_path / "filled.xlsx")
    with pytest.raises(LCAError, match=r"filled.xlsx: Param\w*!C\d+: 'sorting.supply' holds =1\+1, which has no value yet"):
        read_parameter_file(tmp_path / "filled.xlsx", "sorting_languages")
    rows["sorting.supply"].value = None
    book.save(tmp_path / "filled.xlsx")
    with pytest.raises(LCAError, match=r"filled.xlsx: Param\w*!C\d+: .*'country' cannot be 'Atlantis'. Allowed: CHN, DEU, FRA, USA"):
        compute(sorting.study, sorting.background, [], read_parameter_file(tmp_path / "filled.xlsx", "sorting_languages")[0])
    totals_["A2"].value = "Atlantis"
    book.save(tmp_path / "filled.xlsx")
    with pytest.raises(LCAError, match="there is no scenario 'Atlantis'"):
        read_parameter_file(tmp_path / "filled.xlsx", "sorting_languages")


def test_a_table_is_read_as_settings(tmp_path: Path, sorting: Results) -> None:
    path = tmp_path / "values.csv"
    path.write_text("name,value,unit\ncountry,DEU,\nsorting.supply,80,%\nsorting.energy,,J/run\nsorting.duration,2 second/run,\n", encoding="utf-8")
    assert read_parameter_file(path, "") == ({"country": "DEU", "sorting.supply": "80 %", "sorting.duration": "2 second/run"}, [])
    path.write_text("name,value\nnothing,1\nalso.nothing,2\ncountry,\"=cmd|'/c calc'!A1\"\n", encoding="utf-8")
    with pytest.raises(LCAError, match=r"values.csv:4: 'country' holds =cmd"):
        read_parameter_file(path, "")
    path.write_text("name,value\nnothing,1\nalso.nothing,2\n", encoding="utf-8")
    with pytest.raises(LCAError, match=r"(?s)values.csv:2: .*'nothing'.*values.csv:3: .*'also'"):
        compute(sorting.study, sorting.background, [], read_parameter_file(path, "")[0])
    path.write_text("name,value\ncountry,DEU\ncountry,FRA\n", encoding="utf-8")
    with pytest.raises(LCAError, match=r"values.csv:3: 'country' stands twice"):
        read_parameter_file(path, "")
    for name, said in (
        ("values.ods", "no output with the suffix|suffix"),
        ("none.xlsx", "no workbook that can be read"),
        ("text.xlsx", "no workbook that can be read"),
    ):
        (tmp_path / "text.xlsx").write_text("no zip", encoding="utf-8")
        with pytest.raises(LCAError, match=said):
            read_parameter_file(tmp_path / name, "")
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(LCAError, match="is no workbook of ours"):
        read_parameter_file(tmp_path / "other.xlsx", "")


OFFICE = shutil.which("soffice")


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="LibreOffice (soffice) is not installed: the workbook is recalculated by our own small spreadsheet only")
@pytest.mark.parametrize("seed", range(3))
def test_libreoffice_gives_the_numbers_of_the_engine(results: Results, tmp_path: Path, seed: int) -> None:
    """The whole shipped study, its cached values spoilt before."""
    random = Random(seed)
    given, settings = draw(results, random, 8 * seed)
    scenario = random.choice(results.scenarios)
    book: Any = openpyxl.load_workbook(write_workbook(results, tmp_path / "given.xlsx", "en"))  # openpyxl writes formulas without any cached value
    cells = {row[0].value: row[2] for row in book["Parameters"].iter_rows(min_row=2, max_col=3)}
    for name, value in given.items():
        cells[name].value = value
    book["Results"]["A2"].value = results.labels("en")[1][results.scenarios.index(scenario)]
    book.save(tmp_path / "given.xlsx")
    assert openpyxl.load_workbook(tmp_path / "given.xlsx", read_only=True, data_only=True)["Results"]["E2"].value is None
    command = [OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
    subprocess.run([*map(str, command), str(tmp_path / "given.xlsx")], check=True, capture_output=True, timeout=500)
    found = openpyxl.load_workbook(tmp_path / "out" / "given.xlsx", data_only=True, read_only=True)["Results"]
    table = [row[4 : 4 + len(results.indicators)] for row in found.iter_rows(min_row=2, max_row=1 + len(results.study.alternatives), values_only=True)]
    try:
        expected = compute(results.study, results.background, [scenario], settings).totals[:, 0]
    except LCAError:
        assert {each for row in table for each in row} == {REFUSED}
        return
    np.testing.assert_allclose(np.array(table, dtype=float), expected, rtol=1e-9)


def named_cells(book: Any, data: Any) -> dict[str, Any]:
    """What the cells hold that have names."""
    found = {}
    for name, each in book.defined_names.items():
        ((title, cell),) = each.destinations
        found[name] = data[title][cell.replace("$", "")].value
    return found


def test_names_lead_to_the_values_in_force_and_to_the_totals(sorting: Results, tmp_path: Path) -> None:
    path = write_workbook(sorting, tmp_path / "named.xlsx", "fr")
    book = openpyxl.load_workbook(path, data_only=True)
    found, variables = named_cells(book, book), sorting.study.model.variables
    own = [name for name in variables if name in sorting.study.scopes.study]
    assert own and len(found) == len({each.lower() for each in found})
    for name in own:
        value, parameter = float(sorting.values[name][0]), variables[name].parameter
        expected = parameter.choices[int(value)] if parameter.choices else pytest.approx(value / parameter.unit.factor, rel=1e-12)
        assert found["v_" + name] == expected, name
    for a, alternative in enumerate(sorting.study.alternatives):
        for i, indicator in enumerate(sorting.indicators):
            assert found[f"total_{alternative}_{indicator.key}"] == pytest.approx(sorting.totals[a, 0, i], rel=1e-12)


def test_names_that_would_clash_or_be_illegal_are_numbered_and_mended(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    new = "care: {value: 85 %, low: 50, high: 99, source: assumption}"
    more = [
        f"{name}: {{value: {value}, low: 1, high: 9, source: assumption}}" for name, value in (("load_fra", 2), ("load_FRA", 3), ("by_machine_capacity", 7))
    ]
    study = small((new, "\n  ".join((new, *more))))
    results = compute(study, background)
    book = openpyxl.load_workbook(write_workbook(results, tmp_path / "small.xlsx", "en"), data_only=True)
    found = named_cells(book, book)
    assert len(found) == len({each.lower() for each in found})
    assert all(re.fullmatch(r"(v|total)_[A-Za-z0-9_]{1,250}", each) for each in found)
    assert (found["v_care"], found["v_load_fra"], found["v_load_FRA_2"]) == pytest.approx((85, 2, 3))
    assert sorted(value for name, value in found.items() if name.startswith("v_by_machine_capacity")) == [7, 400]
    assert found["total_machine_climate_change"] == pytest.approx(results.totals[1, 0, 0])
