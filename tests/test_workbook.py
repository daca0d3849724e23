"""The workbook read back: the same numbers as the results, every source, texts that stay texts, both languages."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.citations import background_in_use, cited_sources
from lca.results import TAGS, Results
from lca.sheets import text_lines, three_figures
from lca.study import Study
from lca.wording import tag_label
from lca.workbook import write_workbook

TAG_SHEETS = {
    "en": ["By stage", "By task", "By tier", "By actor", "By electricity part"],
    "fr": ["Par étape", "Par tâche", "Par tiers", "Par acteur", "Par part électrique"],
}
NAMES = {
    "en": ["Start", "Results", "Contributions", *TAG_SHEETS["en"], "Parameters", "Inventory", "Sources", "Gaps"],
    "fr": ["Accueil", "Résultats", "Contributions", *TAG_SHEETS["fr"], "Paramètres", "Inventaire", "Sources", "Lacunes"],
}


@pytest.fixture(scope="module")
def english(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return openpyxl.load_workbook(write_workbook(results, tmp_path_factory.mktemp("workbook") / "results.xlsx", "en"))


@pytest.fixture(scope="module")
def french(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Any:
    one = compute(results.study, results.background, ["base"])  # one scenario: reading back takes a while
    return openpyxl.load_workbook(write_workbook(one, tmp_path_factory.mktemp("classeur") / "résultats.xlsx", "fr"))


def rows(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a table sheet under their titles."""
    head, *body = sheet.iter_rows(values_only=True)
    assert len(set(head)) == len(head)
    return [dict(zip(head, cells, strict=True)) for cells in body]


def texts(book: Any) -> list[str]:
    return [cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line if isinstance(cell, str)]


def test_sheets_are_named_in_the_language(english: Any, french: Any) -> None:
    assert english.sheetnames == NAMES["en"]
    assert french.sheetnames == NAMES["fr"]


def test_results_are_the_totals(results: Results, english: Any) -> None:
    alternatives, scenarios = results.labels("en")
    table = rows(english["Results"])
    assert [(row["Scenario"], row["Alternative"]) for row in table] == [(scenario, alternative) for scenario in scenarios for alternative in alternatives]
    for number, indicator in enumerate(results.indicators):
        shown = [row[f"{indicator.label_en} [{indicator.unit}]"] for row in table]
        np.testing.assert_allclose(shown, results.totals[:, :, number].T.ravel(), rtol=1e-12)
        ratio = [row[f"Ratio to the first alternative: {indicator.label_en}"] for row in table]
        np.testing.assert_allclose(ratio, (results.totals / results.totals[:1])[:, :, number].T.ravel(), rtol=1e-12)
    np.testing.assert_allclose([row["Quality"] for row in table], results.quality.T.ravel(), rtol=1e-12)
    assert [row["Comparable"] == "yes" for row in table] == results.comparable.T.ravel().tolist()


def test_contributions_sum_to_the_totals(results: Results, english: Any) -> None:
    alternatives, scenarios = results.labels("en")
    sums, table = np.zeros_like(results.totals), rows(english["Contributions"])
    assert len(table) == np.count_nonzero(results.contributions.any(axis=-1))
    for row in table:
        values = [row[f"{each.label_en} [{each.unit}]"] for each in results.indicators]
        sums[alternatives.index(row["Alternative"]), scenarios.index(row["Scenario"])] += values
    np.testing.assert_allclose(sums, results.totals, rtol=1e-9)


@pytest.mark.parametrize("tag", [*TAGS, "part"])
def test_groups_sum_to_the_totals(results: Results, english: Any, tag: str) -> None:
    names, expected = results.group(tag)
    table = rows(english[TAG_SHEETS["en"][[*TAGS, "part"].index(tag)]])
    columns = [tag_label(tag, name, "en") for name in names]
    assert {*columns} == {*table[0]} - {"Scenario", "Alternative", "Indicator", "Unit", "Total"}
    values = np.array([[row[column] for column in columns] for row in table])
    totals = results.totals.transpose(1, 0, 2).ravel()
    np.testing.assert_allclose([row["Total"] for row in table], totals, rtol=1e-12)
    np.testing.assert_allclose(values.sum(axis=1), totals, rtol=1e-9)
    np.testing.assert_allclose(values, expected.transpose(1, 0, 3, 2).reshape(values.shape), rtol=1e-12)
    assert [row["Unit"] for row in table[: len(results.indicators)]] == [each.unit for each in results.indicators]


def test_stages_stand_in_the_order_of_the_nomenclature(english: Any) -> None:
    assert [*rows(english["By stage"])[0]][4:] == ["Manufacturing", "Transport", "Use", "End of life", "Total"]


def test_inventory_times_factors_is_the_total(results: Results, english: Any) -> None:
    alternatives, scenarios = results.labels("en")
    table = rows(english["Inventory"])
    for number, indicator in enumerate(results.indicators):
        factors = np.array([row[f"Factor, {indicator.label_en} [{indicator.unit} per unit]"] or 0.0 for row in table])
        for r, scenario in enumerate(scenarios):
            for a, alternative in enumerate(alternatives):
                amounts = np.array([row[f"{scenario} – {alternative}"] for row in table])
                assert amounts @ factors == pytest.approx(results.totals[a, r, number], rel=1e-6)  # Brightway stores factors in single precision


def test_parameters_hold_values_sources_and_scenarios(results: Results, english: Any) -> None:
    table = {row["Name"]: row for row in rows(english["Parameters"])}
    assert {*table} == {*results.study.model.variables}
    row = table["boosting_work.service_life"]
    assert (row["As written"], row["Value"], row["Unit"], row["Low"], row["High"]) == ("4 year", 4.0, "year", 2.0, 8.0)
    assert row["Value in base unit"] == pytest.approx(4 * 8760)
    frugal = results.study.scenarios["frugal"].label_en
    assert table["boosting_work.trials"][frugal] == pytest.approx(10)
    assert table["boosting_work.trials"][results.study.scenarios["base"].label_en] == pytest.approx(30)
    assert table["country"][results.study.scenarios["growth_in_the_us"].label_en] == "USA"
    assert table["people_quality"]["Kind"] == "formula"
    assert table["people_quality"]["As written"] == "rule_recall * review_recall"


def test_input_cells_are_light_yellow(results: Results, english: Any) -> None:
    sheet = english["Parameters"]
    head = [cell.value for cell in sheet[1]]
    kind, value = head.index("Kind"), head.index("Value")
    for row in sheet.iter_rows(min_row=2):
        given = row[kind].value == "value" or (row[kind].value == "choice" and row[value].value)
        assert row[value].fill.fgColor.rgb == ("FFFFF9DB" if given else "00000000")


def test_every_cited_source_is_listed(results: Results, english: Any) -> None:
    cited = {each.parameter.source for each in results.study.model.variables.values() if not each.formula and not each.alias}
    cited |= {each.row.text("source") for each in background_in_use(results)}
    used = results.study.model.used(each.quality for each in results.study.alternatives.values())
    unused = {each.parameter.source for name, each in results.study.model.variables.items() if name not in used}
    listed = {row["Source key"]: row for row in rows(english["Sources"])}
    assert cited - unused - {"", "assumption"} <= {*listed}
    assert {key: row["Values that cite it"] for key, row in listed.items()} == {key: each.values for key, each in cited_sources(results).items()}
    assert all(row["Citation"] == results.study.sources[key].citation for key, row in listed.items())
    assert all((row["Address"] or "") == results.study.sources[key].url for key, row in listed.items())


def test_gaps_hold_the_study_the_inventories_and_second_order_effects(results: Results, english: Any) -> None:
    table = rows(english["Gaps"])
    named = {row["What is not counted"] for row in table}
    assert {each["label_en"] for each in results.study.left_out.values()} | {each.label_en for each in results.study.effects.values()} <= named
    assert {row["Kind"] for row in table} >= {"Left out of the study", "Left out of the inventories", "Second-order effect"}
    assert len([row for row in table if row["Kind"] == "Flow without a factor"]) == len(results.uncounted())


def test_start_explains_and_links(results: Results, english: Any) -> None:
    sheet = english["Start"]
    found = [cell for line in sheet.iter_rows(values_only=True) for cell in line if cell]
    assert found[0] == results.study.texts["title_en"]
    assert results.study.functional_unit.text_en in found
    assert "screening, without critical review" in found
    assert "No verdict: uncertainty not computed." in found
    assert f"lca run scenarios/{results.study.path.name} --lang en -o fraud_detection.xlsx" in found
    assert {each.hyperlink.location for line in sheet.iter_rows() for each in line if each.hyperlink} == {f"'{name}'!A1" for name in NAMES["en"][1:]}


def test_french_workbook_is_french(results: Results, french: Any) -> None:
    alternatives, scenarios = results.labels("fr")
    table = rows(french["Résultats"])
    assert [row["Variante"] for row in table[:3]] == alternatives
    assert {row["Scénario"] for row in table} == {scenarios[0]}
    assert {"Qualité", "Comparable", "Changement climatique [kg CO2-eq]"} <= {*table[0]}
    assert {row["Comparable"] for row in table} <= {"oui", "non"}
    assert [*rows(french["Par étape"])[0]][4:] == ["Fabrication", "Transport", "Utilisation", "Fin de vie", "Total"]
    english_words = {"Scenario", "Quality", "Unit", "Source", "Manufacturing", "yes", "no", "assumption value", "not quantified", "no value", "none"}
    assert not english_words & {*texts(french)}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_tables_are_fit_to_use(request: pytest.FixtureRequest, lang: str) -> None:
    book = request.getfixturevalue({"en": "english", "fr": "french"}[lang])
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes in ("A2", "B2", "C2", "E2")
        assert sheet.auto_filter.ref.startswith("A1:")
        assert not sheet.merged_cells.ranges
        assert all(sheet.column_dimensions[openpyxl.utils.get_column_letter(number + 1)].width for number in range(sheet.max_column))
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert len(book.worksheets[1]._charts) == 4


def test_results_are_bold(english: Any) -> None:
    assert all(cell.font.bold for cell in [*english["Results"]["E"], *english["Results"]["N"]][1:])
    assert not english["Results"]["A2"].font.bold


HOSTILE = ("=1+1", "@SUM(A1:A9)", "+HYPERLINK(1)", "-2+3", "{=1}", "https://example.org", "0123", "<b>&amp;</b>", "'quoted")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(small: Callable[..., Study], background: Background, tmp_path: Path, text: str) -> None:
    quoted = f'"{text}"'
    study = small(("label_en: By hand", f"label_en: {quoted}"), ("label_en: Base", f"label_en: {quoted}"), ("title_en: Small", f"title_en: {quoted}"),
                  ("label_en: more parcels", f"label_en: {quoted}"))  # fmt: skip
    path = write_workbook(compute(study, background), tmp_path / "hostile.xlsx", "en")
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet") and b"<f>" in archive.read(name)]
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value == text or str(cell.value).startswith(text)]
    assert len(cells) > 10
    assert {cell.data_type for cell in cells} <= {"s", "f"}  # openpyxl calls any text that begins with = a formula; the file holds none
    assert not [cell for cell in cells if cell.hyperlink]


def test_characters_that_no_file_may_hold_are_left_out(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    labels = ("label_en: By hand", 'label_en: "By\\x01 hand\\uFFFE"'), ("label_en: Base", 'label_en: "Ba\\x07se"')
    study = small(("title_en: Small", 'title_en: "Sm\\x02all"'), *labels)
    book = openpyxl.load_workbook(write_workbook(compute(study, background), tmp_path / "control.xlsx", "en"))
    assert [book["Results"]["A2"].value, book["Results"]["B2"].value, book["Start"]["A1"].value, book.properties.title] == ["Base", "By hand", "Small", "Small"]


def test_number_without_value_is_said(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    results = compute(small(), background)
    broken = results.contributions.copy()
    broken[0, 0] = np.nan
    for lang, words in (("en", "no value"), ("fr", "sans valeur")):
        path = write_workbook(replace(results, contributions=broken), tmp_path / "broken.xlsx", lang)
        sheet = openpyxl.load_workbook(path).worksheets[1]
        assert sheet["E2"].value == words
        assert isinstance(sheet["E3"].value, float)
        assert {sheet.cell(3, column).value for column in (7, 8)} == {words}  # its ratio to what has no value


def test_equal_labels_are_told_apart(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    study = small(("label_en: By hand", "label_en: By machine"))
    table = rows(openpyxl.load_workbook(write_workbook(compute(study, background), tmp_path / "same.xlsx", "en"))["Results"])
    assert [row["Alternative"] for row in table] == ["By machine (hand)", "By machine (machine)"]


def test_settings_are_part_of_the_command(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    path = write_workbook(compute(small(), background, ["base"], {"yearly": "2000 parcel/year"}), tmp_path / "set.xlsx", "fr")
    assert any("--set yearly='2000 parcel/year' --lang fr" in text for text in texts(openpyxl.load_workbook(path)))


PATTERNS = {
    0.0: "0", 123456.0: "#,##0", 123.4: "#,##0", 12.34: "0.0", 1.234: "0.00", 9.996: "0.0", -0.01234: "0.0000",
    1.234e-4: "0.000000", 1e-5: "0.00E+00", 999_600.0: "0.00E+00",
}  # fmt: skip


@pytest.mark.parametrize(("value", "pattern"), [*PATTERNS.items(), (float("nan"), "0")])
def test_three_figures(value: float, pattern: str) -> None:
    assert three_figures(value) == pattern


@pytest.mark.parametrize(("text", "width", "lines"), [("", 10, 1), ("one two", 10, 1), ("one two three", 8, 2), ("a" * 25, 10, 3), ("a bc de fg", 3, 4)])
def test_text_lines(text: str, width: float, lines: int) -> None:
    assert text_lines(text, width) == lines
