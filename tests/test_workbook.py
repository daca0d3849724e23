"""The workbook read back: the same numbers as the results, every source, texts that stay texts, both languages."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

import lca
from lca.background import Background
from lca.calculation import compute
from lca.citations import background_in_use, cited_sources, picked_names
from lca.grades import grades
from lca.monte import draw
from lca.results import TAGS, Results
from lca.sheets import text_lines, three_figures
from lca.study import Study
from lca.wording import say, tag_label
from lca.workbook import write_workbook

TAG_SHEETS = {
    "en": ["By stage", "By task", "By tier", "By actor", "By part"],
    "fr": ["Par étape", "Par tâche", "Par tiers", "Par acteur", "Par composante"],
}
NAMES = {  # in English of the demo, which has no quantified effect and shares nothing; in French of a study without scopes and one-offs
    "en": [
        "Start",
        "Results",
        "Your groups",
        "Scenarios",
        "Contributions",
        *TAG_SHEETS["en"],
        "Hot spots",
        "Scopes",
        "One-offs",
        "Parameters",
        "Inventory",
        "Grades",
        "Background",
        "Sources",
        "Gaps",
        *("Checks", "Lines", "Calls", "Levels", "Unit scores", "Steps", "Lists"),
    ],
    "fr": [
        "Accueil",
        "Résultats",
        "Vos regroupements",
        "Scénarios",
        "Contributions",
        *TAG_SHEETS["fr"],
        "Points chauds",
        "Paramètres",
        "Inventaire",
        "Notes",
        "Arrière-plan",
        "Sources",
        "Lacunes",
        *("Contrôles", "Échanges", "Appels", "Niveaux", "Scores unitaires", "Étapes de calcul", "Listes"),
    ],
}


@pytest.fixture(scope="module")
def results(results: Results) -> Results:
    """Of two scenarios, the second with levers: reading back takes a while."""
    return compute(results.study, results.background, results.scenarios[:2])


@pytest.fixture(scope="module")
def english(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return openpyxl.load_workbook(write_workbook(results, tmp_path_factory.mktemp("workbook") / "results.xlsx", "en"), data_only=True)


@pytest.fixture(scope="module")
def one() -> Results:
    """Another study, which reads back quickly."""
    return lca.run("bert_mlca")


@pytest.fixture(scope="module")
def french(one: Results, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return openpyxl.load_workbook(write_workbook(one, tmp_path_factory.mktemp("classeur") / "résultats.xlsx", "fr"), data_only=True)


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
    table = rows(english["Scenarios"])
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


def test_background_rows_tell_where_their_ranges_come_from(results: Results, english: Any, french: Any) -> None:
    table = {(row["Process (key)"], row["Product or flow"]): row for row in rows(english["Background"])}
    share, rest = table["electricity_mix_FRA", "electricity_hard_coal_FRA"], table["electricity_mix_FRA", "electricity_nuclear_FRA"]
    assert (share["Range: own, default"], share["Kind of the default range"], share["Unit"]) == ("default range", "share of a mix", "kWh/kWh")
    assert share["High"] == pytest.approx(0.004201441 * 1.05, rel=1e-4)
    assert (rest["Range: own, default"], rest["Low"], rest["High"]) == ("the rest of the whole", None, None)
    fuel = table["electricity_hard_coal_FRA", "hard_coal_supply"]
    assert (fuel["Low"], fuel["High"], fuel["Range: own, default"]) == (0.389006, 0.443975, "own range")
    assert fuel["Drawn together with"] == "electricity_hard_coal_FRA"
    assert {row["Plage : propre, par défaut"] for row in rows(french["Arrière-plan"])} == {"plage propre", "plage par défaut", "exact", "le reste du tout"}


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
    base, frugal = (results.study.scenarios[each].label_en for each in ("base", "frugal"))
    assert table["boosting_work.trials"][frugal] == pytest.approx(10)
    assert table["boosting_work.trials"][base] == pytest.approx(30)
    assert table["country"][base] == "FRA"
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
    variables = results.study.model.variables
    cited = {variables[name].parameter.source for name in picked_names(results) if not variables[name].formula and not variables[name].alias}
    cited |= {each.row.text("source") for each in background_in_use(results)}
    listed = {row["Source key"]: row for row in rows(english["Sources"])}
    assert cited - {"", "assumption"} <= {*listed}
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
    assert "screening" in found
    assert "No verdict: uncertainty not computed." in found
    assert f"lca run scenarios/{results.study.path.name} --scenario base --scenario frugal --lang en -o fraud_detection.xlsx" in found
    assert {each.hyperlink.location for line in sheet.iter_rows() for each in line if each.hyperlink} == {f"'{name}'!A1" for name in NAMES["en"][1:]}


def test_french_workbook_is_french(one: Results, french: Any) -> None:
    alternatives, scenarios = one.labels("fr")
    table = rows(french["Scénarios"])
    assert [row["Variante"] for row in table] == alternatives * len(scenarios)
    assert {row["Scénario"] for row in table} == {*scenarios}
    assert {"Qualité", "Comparable", "Changement climatique [kg CO2-eq]"} <= {*table[0]}
    assert {row["Comparable"] for row in table} <= {"oui", "non"}
    assert [*rows(french["Par étape"])[0]][4:] == ["Fabrication", "Transport", "Utilisation", "Fin de vie", "Total"]
    english_words = {"Scenario", "Quality", "Unit", "Source", "Manufacturing", "yes", "no", "assumption value", "not quantified", "no value", "none"}
    assert not english_words & {*texts(french)}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_tables_are_fit_to_use(request: pytest.FixtureRequest, lang: str) -> None:
    book = request.getfixturevalue({"en": "english", "fr": "french"}[lang])
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes in ("A2", "B2", "C2", "D2", "E2")
        assert sheet.auto_filter.ref.startswith("A1:")
        assert not sheet.merged_cells.ranges
        assert all(sheet.column_dimensions[openpyxl.utils.get_column_letter(number + 1)].width for number in range(sheet.max_column))
    assert len(book.worksheets[1]._charts) == 4


def test_results_are_bold(english: Any) -> None:
    assert all(cell.font.bold for cell in [*english["Scenarios"]["E"], *english["Scenarios"]["N"]][1:])
    assert not english["Scenarios"]["A2"].font.bold


HOSTILE = ("=1+1", "@SUM(A1:A9)", "+HYPERLINK(1)", "-2+3", "{=1}", "https://example.org", "0123", "<b>&amp;</b>", "'quoted")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(small: Callable[..., Study], background: Background, tmp_path: Path, text: str) -> None:
    quoted = f'"{text}"'
    study = small(("label_en: By hand", f"label_en: {quoted}"), ("label_en: Base", f"label_en: {quoted}"), ("title_en: Small", f"title_en: {quoted}"),
                  ("label_en: more parcels", f"label_en: {quoted}"))  # fmt: skip
    path = write_workbook(compute(study, background), tmp_path / "hostile.xlsx", "en")
    with zipfile.ZipFile(path) as archive:
        found = [each for name in archive.namelist() if name.startswith("xl/worksheets/sheet") for each in re.findall(rb"<f>(.*?)</f>", archive.read(name))]
    assert found and not [each for each in found if html.escape(text, quote=False).lstrip("=").encode() in each]  # no formula holds a user's text
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value == text or str(cell.value).startswith(text)]
    assert len(cells) > 10
    assert {cell.data_type for cell in cells} <= {"s", "f"}  # openpyxl calls any text that begins with = a formula; the file holds none
    assert not [cell for cell in cells if cell.hyperlink]


def test_characters_that_no_file_may_hold_are_left_out(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    labels = ("label_en: By hand", 'label_en: "By\\x01 hand\\uFFFE"'), ("label_en: Base", 'label_en: "Ba\\x07se"')
    study = small(("title_en: Small", 'title_en: "Sm\\x02all"'), *labels)
    book = openpyxl.load_workbook(write_workbook(compute(study, background), tmp_path / "control.xlsx", "en"))
    assert [book["Scenarios"]["A2"].value, book["Scenarios"]["B2"].value, book["Start"]["A1"].value, book.properties.title] == [
        "Base",
        "By hand",
        "Small",
        "Small",
    ]


def test_number_without_value_is_said(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    results = compute(small(), background)
    broken = results.contributions.copy()
    broken[0, 0] = np.nan
    for lang, words in (("en", "no value"), ("fr", "sans valeur")):
        path = write_workbook(replace(results, contributions=broken), tmp_path / "broken.xlsx", lang)
        sheet = openpyxl.load_workbook(path, data_only=True).worksheets[1]
        assert sheet["E2"].value == words
        assert isinstance(sheet["E3"].value, float)
        assert {sheet.cell(3, column).value for column in (7, 8)} == {words}  # its ratio to what has no value


def test_equal_labels_are_told_apart(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    study = small(("label_en: By hand", "label_en: By machine"))
    table = rows(openpyxl.load_workbook(write_workbook(compute(study, background), tmp_path / "same.xlsx", "en"))["Scenarios"])
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


def test_draws_and_every_pair_of_them(one: Results, french: Any, tmp_path: Path) -> None:
    drawn = replace(one, drawn=draw(one, 100))
    book = openpyxl.load_workbook(write_workbook(drawn, tmp_path / "drawn.xlsx", "en"), data_only=True)
    assert "Incertitude" not in french.sheetnames, "nothing was drawn there"
    spread, pairs = rows(book["Uncertainty"]), rows(book["Pairs"])
    assert len(spread) == drawn.totals.size
    first = spread[0]
    assert first["as computed"] == pytest.approx(drawn.totals[0, 0, 0], rel=1e-12)
    ends = [first[f"percentile {each} %"] for each in ("2.5", "50", "97.5")]
    assert ends == pytest.approx(np.percentile(drawn.drawn.totals[:, 0, 0, 0], [2.5, 50, 97.5]), rel=1e-12)
    kept = [each for r in range(len(drawn.scenarios)) for each in drawn.drawn.pairs(r)]
    assert [each["draws in which the first is below"] for each in pairs] == pytest.approx([each.below for each in kept], nan_ok=True)
    assert {each["verdict"] for each in pairs} == {say(f"draws_{each.verdict}", "en") for each in kept}


@pytest.fixture
def beside(everything: Callable[..., Study], background: Background, tmp_path: Path) -> tuple[Results, Any]:
    results = compute(everything(), background)
    return results, openpyxl.load_workbook(write_workbook(results, tmp_path / "beside.xlsx", "en"))


def test_hot_spots_and_the_rest_sum_to_the_totals(results: Results, english: Any) -> None:
    alternatives, table = results.labels("en")[0], rows(english["Hot spots"])
    for a, alternative in enumerate(alternatives):
        for i, indicator in enumerate(results.indicators):
            own = [row for row in table if (row["Alternative"], row["Indicator"]) == (alternative, indicator.label_en)]
            assert sum(row["Amount"] for row in own) == pytest.approx(results.totals[a, 0, i], rel=1e-9)
            assert sum(row["Share of the total"] for row in own) == pytest.approx(1, rel=1e-9)
            ranked = [row for row in own if row["Rank"]]
            assert [row["Rank"] for row in ranked] == [*range(1, len(ranked) + 1)] and len(ranked) <= 10
            assert [abs(row["Amount"]) for row in ranked] == sorted((abs(row["Amount"]) for row in ranked), reverse=True)
            assert {row["Unit"] for row in own} == {indicator.unit}
    assert all((row["Process (key)"] in results.background.products) == (row["Where"] == "background") for row in table if row["Rank"])


def test_scopes_on_their_sheet_sum_to_the_totals(results: Results, english: Any) -> None:
    table = [row for row in rows(english["Scopes"]) if row["Total"] is not None]
    names = ("Scope 1: own emissions", "Scope 2: purchased energy", "Scope 3: all the rest")
    totals = results.totals.transpose(1, 0, 2).ravel()
    np.testing.assert_allclose([row["Total"] for row in table], totals, rtol=1e-9)
    np.testing.assert_allclose([sum(row[name] for name in names) for row in table], totals, rtol=1e-9)
    assert {(row["Actor"], row["Approach"]) for row in table} == {("Provider", "location-based")}
    assert any(text.startswith("Market-based scopes are not given: the study states no contract") for text in texts([english["Scopes"]]))


def test_one_offs_of_the_demo(english: Any) -> None:
    first = rows(english["One-offs"])[0]
    assert (first["Whole, formula"], first["Whole"], first["Whole, unit"]) == ("build_time", 1200, "person_hour")
    assert (first["Spread over, formula"], first["Spread over"], first["Spread over, unit"]) == ("service_life * yearly_payments", 4_800_000, "payment")
    assert [value for name, value in first.items() if name.startswith("Borne")] == pytest.approx([0, 250, 250])


def test_effects_and_shared_things_have_their_sheets(beside: tuple[Results, Any]) -> None:
    results, book = beside
    assert {row["Process (key)"] for row in rows(book["Hot spots"]) if row["Where"] == "foreground"} == {"robot_in_use", "green"}
    assert book.sheetnames[10:15] == ["Hot spots", "Scopes", "Beside the total", "Shared things", "One-offs"]
    climate = f"Climate change [{results.indicators[0].unit}]"
    found = [(row["Alternative"], row["Kind"], row[climate]) for row in rows(book["Beside the total"])]
    hand = results.totals[0, 0, 0]
    assert [each[:2] for each in found] == [("By hand", "second-order effect"), ("By machine", "rebound"), ("By machine", "second-order effect")]
    assert [each[2] for each in found] == pytest.approx([-0.2 * hand, 0.1 * hand, -0.2 * hand], rel=1e-9)
    table = rows(book["Shared things"])
    assert [row["Share"] for row in table] == [None, 0.3, 0.7, 0.25, 0.75, None, None]
    whole = table[0][climate]
    assert sum(row[climate] for row in table[1:3]) == pytest.approx(whole) == pytest.approx(sum(row[climate] for row in table[3:5]))
    assert [row[climate] / whole for row in table[5:]] == pytest.approx([10 / 3000, 1000 / 3000])


def test_start_tells_status_and_changed_choices(beside: tuple[Results, Any]) -> None:
    cells = dict(beside[1]["Start"].iter_rows(max_col=2, values_only=True))
    assert cells["Status"] == "reviewed by some label on some label"
    assert "(not the default, which is: what the work needs" in cells["Human labour"]
    assert sum("not the default" in str(each) for each in cells.values()) == 1


def test_how_values_spread_and_are_found_is_told(beside: tuple[Results, Any]) -> None:
    table = {row["Name"]: row for row in rows(beside[1]["Parameters"])}
    spread = [table[name][column] for name, column in (("us_time", "Distribution"), ("us_time", "Drawn together with"), ("pool", "How to find it"))]
    assert spread == ["normal", "some label", "some label"]
    assert table["their_time"]["Correlated with"] == "pool (0.800)"


def test_flows_tell_whether_they_are_counted_and_come_from_a_given_factor(beside: tuple[Results, Any]) -> None:
    results, book = beside
    table = {row["Flow (key)"]: row for row in rows(book["Inventory"])}
    assert [key for key, row in table.items() if row["Counted by an indicator"] == "no"] == results.uncounted() != []
    assert {key: row["From a given factor of"] for key, row in table.items() if row["From a given factor of"]} == {
        "carbon_dioxide_fossil": "some label (given factor)"}  # fmt: skip


@pytest.mark.parametrize("work", ["extra_review: {input: by_hand, amount: 4 * gap}", "rework_of_errors: {input: by_hand, amount: errors}"])
def test_qualities_made_equal_by_work_are_told(small: Callable[..., Study], background: Background, tmp_path: Path, work: str) -> None:
    results = compute(small(("units: [parcel", f"equalise_by: {{{work}}}\nunits: [parcel")), background)
    for lang, words in (("en", "this work is in the totals"), ("fr", "ce travail est compris dans les totaux")):
        book = openpyxl.load_workbook(write_workbook(results, tmp_path / "equal.xlsx", lang))
        assert any(text.endswith(words) for text in texts([book.worksheets[0]]))


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1:A9)", "+HYPERLINK(1)"])
def test_hostile_text_is_inert_beside_the_totals_too(everything: Callable[..., Study], background: Background, tmp_path: Path, text: str) -> None:
    path = write_workbook(compute(everything(text), background), tmp_path / "hostile.xlsx", "en")
    with zipfile.ZipFile(path) as archive:
        found = [each for name in archive.namelist() if name.startswith("xl/worksheets/sheet") for each in re.findall(rb"<f>(.*?)</f>", archive.read(name))]
    assert found and not [each for each in found if html.escape(text, quote=False).lstrip("=").encode() in each]  # no formula holds a user's text
    book = openpyxl.load_workbook(path)
    for name in ("Beside the total", "Shared things", "One-offs", "Parameters", "Inventory"):
        assert any(str(cell).startswith(text) for line in book[name].iter_rows(values_only=True) for cell in line), name


@pytest.mark.slow
def test_choices_of_the_command_line_are_part_of_the_command(results: Results, tmp_path: Path) -> None:
    changed = replace(results, about={**results.about, "choices": {"labour": "marginal"}})
    book = openpyxl.load_workbook(write_workbook(changed, tmp_path / "choice.xlsx", "en"), read_only=True)
    assert any("--choice labour=marginal --lang en" in text for text in texts([book["Start"]]))


def test_grades_of_the_products_called(english: Any, french: Any, results: Results) -> None:
    """One line per background product in use, the heaviest first; the letters are those of the grades."""
    known, names = grades(results.background), results.group("input")[0]
    listed = [row for row in rows(english["Grades"]) if row["Product key"]]
    used = {names[n] for n in np.flatnonzero(results.group("input")[1][..., results.headline].any(axis=(0, 1, 3)))}
    assert {row["Product key"] for row in listed} == used & results.background.products.keys()
    assert all(row["Climate change, grade"] == known.of(row["Product key"], "climate_change") for row in listed)
    shares = [max(float(value) for name, value in row.items() if name.endswith("largest share")) for row in listed]
    assert shares == sorted(shares, reverse=True)
    assert any("trois valeurs publiées" in str(cell) for line in french["Notes"].iter_rows(values_only=True) for cell in line)
