"""What a decision rests on: computed once, the same in every output, and shown in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import yaml
from openpyxl import load_workbook

import lca
from lca import decisions
from lca.background import Background
from lca.breakeven import _spread, break_even, with_draws
from lca.calculation import compute
from lca.decisions import Decisions, decide, turning
from lca.errors import DataError
from lca.influence import step
from lca.monte import draw
from lca.report import charts, decided, page, setting
from lca.report.evidence import MANY
from lca.results import Results
from lca.study import Study
from lca.tables import as_dictionary
from lca.wording import say
from lca.workbook import write_workbook

LIMIT = 490_000  # bytes of a report as HTML
HOSTILE = "<script>alert(1)</script>\"'&"
SECTIONS = ("robustness", "sensitivity", "break-even", "levers")


@pytest.fixture
def light(everything: Callable[..., Study], background: Background) -> Results:
    found = compute(everything(), background)
    return replace(found, decided=decide(found))


@pytest.fixture(scope="module")
def whole(results: Results) -> Results:
    return replace(results, decided=decide(results))


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_whole_report_stays_small(whole: Results, lang: str) -> None:
    html = page.render(replace(whole, drawn=draw(whole, 200)), lang)
    assert len(page.squeezed(html).encode()) <= LIMIT
    assert all(
        f'<section id="{each}">' in html for each in (*SECTIONS, "uncertainty", "heat", "frontier", "per-person", "equivalences", "model-card", "checks")
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in Path("scenarios").glob("*.yaml")))
def test_the_whole_report_of_every_study_stays_small(name: str) -> None:
    found = lca.run(name)
    found = replace(found, drawn=draw(found, 200), decided=decide(found))
    html = page.render(found, "fr")  # the longer language
    assert len(page.squeezed(html).encode()) <= LIMIT


@pytest.mark.slow
def test_of_many_alternatives_the_page_shows_less_and_says_so() -> None:
    found = lca.run("just_enough_intelligence")
    found = replace(found, drawn=draw(found, 200))
    count, told = len(found.study.alternatives), setting.told_pairs(found.drawn)
    assert count > MANY
    pairs = {(each.first, each.second) for each in told[0]}
    lowest = set(found.totals[:, 0, found.headline].argmin(axis=0).tolist())
    assert pairs == {(a, b) for a, b in combinations(range(count), 2) if {a, b} & {0, *lowest}}
    verdicts = [{(each.first, each.second, each.indicator): each.verdict for each in found.drawn.pairs(r)} for r in range(len(found.scenarios))]
    for r, shown in enumerate(told[1:], 1):
        assert {(each.first, each.second) for each in shown} == {key[:2] for key, verdict in verdicts[r].items() if verdict != verdicts[0][key]}
    assert len(as_dictionary(found, "en")["uncertainty"]["comparisons"]) == len(found.scenarios) * len(found.headline) * count * (count - 1) // 2  # all of them
    html = page.render(found, "en")
    for key in ("chart_first", "draws_many", "flow_tree_many"):
        assert page.spaced(say(key, "en", first=found.labels("en")[0][0], scenario=found.labels("en")[1][0]), "en") in unescape(html)


@pytest.mark.slow
def test_the_values_that_turn_an_order_are_the_ones_whose_ends_do(whole: Results) -> None:
    names = turning(whole, step(whole))
    found: Decisions = whole.decided
    assert [each.name for each in found.break_evens] == names[: decisions.MOST_MEETINGS]
    assert all(any(meeting.changes for meeting in each.meetings) for each in found.break_evens)
    turned = {bar.name for each in found.tornados for bar in each.bars if each.turns(bar)}
    assert turned <= set(names)


@pytest.mark.slow
def test_the_card_of_a_model_is_yaml_and_sums_the_task(whole: Results) -> None:
    names, sums = whole.group("task")
    cards = setting.model_cards(whole, "fr")
    assert len(cards) == 2  # people alone train nothing
    read = yaml.safe_load(cards[0][1])
    climate = whole.study.indicators.index("climate_change")
    assert read["co2_eq_emissions"]["emissions"] == pytest.approx(1000 * sums[1, 0, names.index("training"), climate], rel=1e-3)
    assert read["co2_eq_emissions"]["geographical_location"] == "France"
    energy = read["energyConsumption"]
    assert energy["inferenceEnergyConsumption"][0]["energyUnit"] == energy["trainingEnergyConsumption"][0]["energyUnit"] == "kilowattHour"


def test_sections_stand_only_where_they_were_asked_for(light: Results) -> None:
    html, plain = page.render(light, "fr"), page.render(replace(light, decided=None), "fr")
    for each in SECTIONS:
        assert f'<section id="{each}">' in html and f'href="#{each}">' in html
        assert f'<section id="{each}">' not in plain and f'href="#{each}">' not in plain


def test_plain_data_hold_what_the_decisions_hold(light: Results) -> None:
    found = json.loads(json.dumps(as_dictionary(light, "en"), allow_nan=False))
    tried = light.decided.levers
    assert [each["lever"] for each in found["levers"]["levers"]] == [each.key for each in tried.levers]
    assert len(found["grid"]["worlds"]) == len(light.decided.grid.worlds)
    assert len(found["tornado"]["tornados"]) == len(light.decided.tornados)
    assert not {"levers", "grid", "tornado", "break_even"} & set(as_dictionary(replace(light, decided=None), "en"))


def test_too_many_worlds_are_refused_with_the_command_that_runs_them(light: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MOST_WORLDS", 0)
    found = decide(light)
    assert found.grid is None and found.worlds >= 1 and found.as_dictionary()["grid"] is None
    html = page.render(replace(light, decided=found), "fr")
    assert f"lca robust {light.study.key}" in html


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_workbook_has_the_sheets(light: Results, tmp_path: Path, lang: str) -> None:
    book = load_workbook(write_workbook(light, tmp_path / "x.xlsx", lang))
    rows = {name: book[name].max_row - 1 for name in book.sheetnames}
    name = {"en": "Tornado", "fr": "Tornade"}[lang]
    assert rows[name] == sum(len(each.bars) for each in light.decided.tornados)
    assert name not in load_workbook(write_workbook(replace(light, decided=None), tmp_path / "y.xlsx", lang)).sheetnames


def test_hostile_labels_are_inert(light: Results) -> None:
    one = next(iter(light.study.alternatives))
    alternatives = {key: replace(each, label_fr=HOSTILE) if key == one else each for key, each in light.study.alternatives.items()}
    found = replace(light, study=replace(light.study, alternatives=alternatives), decided=None)
    html = page.render(replace(found, decided=decide(found)), "fr")
    assert "<script" not in html and "alert(1)" in html


def test_a_spread_by_hand() -> None:
    """Three draws cross at 1, 1.5 and never; one has no value."""
    points = np.array([0.0, 1.0, 2.0])
    found = _spread(np.array([[-1.0, 0.0, 1.0], [-3.0, -1.0, 1.0], [1.0, 2.0, 3.0], [np.nan, 1.0, 1.0]]), points)
    assert found.places[1] == pytest.approx(1.25)
    assert (found.none, found.lost) == (pytest.approx(1 / 3), pytest.approx(1 / 4))


def test_draws_of_a_point_repeat_and_are_limited(light: Results) -> None:
    found = break_even(light, "care")
    first, again = with_draws(found, 20, 3), with_draws(found, 20, 3)
    assert len(first.spreads) == len(found.meetings)
    for a, b in zip(first.spreads, again.spreads, strict=True):
        np.testing.assert_array_equal(a.places, b.places)
    assert "drawn" in first.as_dictionary()["meetings"][0] and "drawn" not in found.as_dictionary()["meetings"][0]
    with pytest.raises(DataError, match="allowed are 2 to 200"):
        with_draws(found, 201)


def test_bars_of_a_tornado_start_at_the_value_as_it_is() -> None:
    svg = charts.tornado(-10.0, [("x", -20.0, 0.0)], str, "kg", "finding", "en")
    boxes = [(float(x), float(width)) for x, width in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg)]
    assert boxes[0][0] + boxes[0][1] == pytest.approx(boxes[1][0], abs=0.11)
    assert boxes[0][1] == pytest.approx(boxes[1][1], abs=0.11)


def test_totals_per_person_are_divided_by_the_factor(light: Results) -> None:
    found = setting.per_person(light, "en")
    i = light.study.indicators.index("climate_change")
    assert found["rows"][0]["cells"][0] == decided.figure(float(light.totals[0, 0, i]) / 7550, "en")
