"""Studies like others, and values that a study gives to its inventories."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.study import Study, read_study

Small = Callable[..., Study]
Child = Callable[..., Study]


@pytest.fixture
def child(small: Small, tmp_path: Path, background: Background) -> Child:
    """Writes a study like the small one (some of whose texts are replaced) and reads it."""

    def read(text: str, *changes: tuple[str, str]) -> Study:
        small(*changes)
        path = tmp_path / "child.yaml"
        path.write_text(f"like: small\n{text}", encoding="utf-8")
        return read_study(path, background.products, background.flows, background.indicators)

    return read


def fault(child: Child, text: str, *changes: tuple[str, str]) -> str:
    with pytest.raises(LCAError) as caught:
        child(text, *changes)
    return str(caught.value)


def test_all_is_taken_over(child: Child, small: Small, background: Background) -> None:
    own, other = compute(child(""), background), compute(small(), background)
    assert (own.totals == other.totals).all() and own.study.key == "child"
    assert own.study.texts == other.study.texts and own.study.effects == other.study.effects
    assert [Path(each).name for each in own.study.files] == ["child.yaml", "small.yaml"]


def test_what_is_written_replaces(child: Child) -> None:
    study = child("title_en: Mine\nmargin: 20 %\nindicators: [adp_elements]\nfunctional_unit: {text_en: a, text_fr: b, amount: 1 parcel, "
                  "quality: {measure_en: a, measure_fr: b, at_least: 0}}\n")  # fmt: skip
    assert (study.texts["title_en"], study.texts["title_fr"], study.margin, study.indicators) == ("Mine", "Petite", 0.2, ("adp_elements",))
    assert study.functional_unit.amount.value == 1.0


def test_entries_are_added_and_replaced_one_by_one(child: Child) -> None:
    study = child("parameters:\n  care: {value: 90 %, low: 80, high: 99, source: assumption}\n  more: {value: 1, low: 0, high: 2, source: assumption}\n"
                  "processes:\n  by_hand: {unit: parcel, actor: provider, stage: use, needs: {electricity_lv_<country>: 3 kWh/parcel}}\n"
                  "left_out:\n  gap: {label_en: a, label_fr: b, effect_en: c, effect_fr: d}\n")  # fmt: skip
    assert list(study.scopes.study) == ["country", "care", "yearly", "more"]
    assert study.scopes.study["care"].written == "90 %" and study.scopes.study["yearly"].written == "1000 parcel/year"
    assert list(study.scopes.processes)[:3] == ["by_hand", "by_machine", "robot_in_use"] and list(study.left_out) == ["gap"]


def test_nothing_below_a_key_takes_nothing_away(child: Child) -> None:
    assert list(child("parameters:\nleft_out:\nprocesses:\n").scopes.study) == ["country", "care", "yearly"]


def test_scenarios_alternatives_and_lists_are_replaced_as_a_whole(child: Child) -> None:
    study = child("scenarios:\n  mine: {label_en: a, label_fr: b}\nalternatives:\n  hand: {label_en: a, label_fr: b, process: by_hand, quality: 1}\n")
    assert list(study.scenarios) == ["mine"] and list(study.alternatives) == ["hand"]
    assert "there is no unit 'robot'" in fault(child, "units: [parcel, pile]\n")


def test_status_and_report_are_not_taken_over(child: Child) -> None:
    study = child("", ("alternatives:\n", "status: {kind: reviewed, by: A, on: B}\nreport:\n  R06-1: {text_en: a, text_fr: b}\nalternatives:\n"))
    assert study.status.kind == "screening" and study.report == {}


LABELLED = ("care: {value: 85 %, low: 50, high: 99, source: assumption}",
            "care: {value: 85 %, low: 50, high: 99, source: assumption, label_en: Care, label_fr: Soin, find_en: ask, find_fr: demander, "
            "allowed: [0, 100], note: old, year: 2001}")  # fmt: skip


def test_a_new_value_keeps_labels_and_limits_but_no_evidence(child: Child) -> None:
    text = "parameters:\n  care: {value: 90 %, low: 80, high: 99, source: assumption, label_fr: Le soin}\n"
    parameter = child(text, LABELLED).scopes.study["care"]
    assert parameter.about == {"label_en": "Care", "label_fr": "Le soin", "find_en": "ask", "find_fr": "demander", "source": "assumption"}
    assert parameter.allowed == (0.0, 1.0)


def test_a_formula_in_place_of_a_value_has_no_limits(child: Child) -> None:
    parameter = child("parameters:\n  care: {formula: 1 - 0.2, unit: '%'}\n", LABELLED).scopes.study["care"]
    assert parameter.kind == "formula" and parameter.allowed is None and parameter.about["label_en"] == "Care"


def test_a_dotted_parameter_renews_one_of_a_process(child: Child, small: Small, background: Background) -> None:
    text = "parameters:\n  robot_in_use.power: {value: 60 W/robot, low: 55, high: 65, source: assumption}\n"
    own, other = compute(child(text), background), compute(small(("50 W/robot, low: 40, high: 60", "60 W/robot, low: 55, high: 65")), background)
    assert (own.totals == other.totals).all() and (own.totals != compute(child(""), background).totals).any()
    parameter = own.study.model.variables["robot_in_use.power"].parameter
    assert parameter.allowed == (0.0, 1.0) and (parameter.low, parameter.high) == (pytest.approx(0.055), pytest.approx(0.065))


def test_a_dotted_value_in_place_of_a_formula(child: Child) -> None:
    study = child("parameters:\n  by_machine.fleet: {value: 7 robot, low: 6, high: 8, source: assumption}\n")
    assert study.model.variables["by_machine.fleet"].parameter.value == 7.0
    message = "'by_machine.fleet' is kg; the inventory has robot (as in ceil(yearly / capacity))"
    assert message in fault(child, "parameters:\n  by_machine.fleet: {value: 7 kg, low: 6, high: 8, source: assumption}\n")


def test_a_dotted_parameter_that_reaches_nothing_is_said_aloud(child: Child) -> None:
    unused = ("  robot_in_use:\n", "  lift:\n    unit: robot\n    parameters: {size: {value: 1, low: 0, high: 2, source: assumption}}\n  robot_in_use:\n")
    study = child("parameters:\n  lift.size: {value: 2, low: 1, high: 3, source: assumption}\n"
                  "  robot_in_use.power: {value: 60 W/robot, low: 55, high: 65, source: assumption}\n", unused)  # fmt: skip
    assert [each.en for each in study.warnings] == ["The parameter 'lift.size' reaches no exchange and no quality."]


INSTANCE = ("  robot_in_use:\n", "  cold_robot: {like: robot_in_use}\n  robot_in_use:\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parameters:\n  robot_in_use.power: {value: 60 W, low: 55, high: 65, source: assumption}\n",
         "child.yaml:3: 'robot_in_use.power' is kWh / hour; the inventory has kWh / hour / robot (as in 50 W/robot)"),
        ("parameters:\n  robot_in_use.powr: {value: 60, low: 55, high: 65, source: assumption}\n",
         "child.yaml:3: unknown parameter 'robot_in_use.powr'. Did you mean 'power'?"),
        ("parameters:\n  robot_in_usee.power: {value: 60, low: 55, high: 65, source: assumption}\n",
         "child.yaml:3: there is no process 'robot_in_usee'. Did you mean 'robot_in_use'?"),
        ("parameters:\n  cold_robot.power: {value: 60, low: 55, high: 65, source: assumption}\n",
         "child.yaml:3: 'cold_robot' is like 'robot_in_use' and has no parameters of its own: set 'power' in its 'with', or renew 'robot_in_use.power'"),
        ("parameters:\n  robot_in_use.power: {value: 60 W/robot, source: assumption}\n", "parameter 'power' is an assumption and needs low and high"),
        ("parameters:\n  robot_in_use.lifetime: {value: 200 year, low: 3, high: 300, source: assumption}\n", "allowed is 1 year to 100 year"),
        ("parameters:\n  care: {value: 2}\n", "child.yaml:3: parameter 'care' has no source"),
        ("margin: -1\n", "child.yaml:2: 'margin'"),
        ("alternative: {}\n", "child.yaml:2: a study has no key 'alternative'. Did you mean 'alternatives'?"),
        ("choices: {labor: marginal}\n", "child.yaml:2: there is no value choice 'labor'. Did you mean 'labour'?"),
    ],
)  # fmt: skip
def test_faults(child: Child, background: Background, text: str, expected: str) -> None:
    if "allowed is" in expected:  # found when the rows are computed
        with pytest.raises(LCAError) as caught:
            compute(child(text, INSTANCE), background)
        assert expected in str(caught.value)
    else:
        assert expected in fault(child, text, INSTANCE)


def test_a_name_written_anew_is_placed_where_it_is_written(child: Child) -> None:
    """The study above has the same keys: the place must not be theirs."""
    above = ("  yearly: {", "  robot_in_use.power: {value: 55 W/robot, low: 50, high: 60, source: assumption}\n  yearly: {")
    assert "child.yaml:3:" in fault(child, "parameters:\n  robot_in_use.power: {value: 60 W, low: 55, high: 65, source: assumption}\n", above)
    assert "child.yaml:2:" in fault(child, "margin: -1\n", ("alternatives:\n", "margin: 5 %\nalternatives:\n"))


def test_circles_and_unknown_originals(tmp_path: Path, background: Background) -> None:
    def read(name: str) -> str:
        with pytest.raises(LCAError) as caught:
            read_study(tmp_path / f"{name}.yaml", background.products, background.flows, background.indicators)
        return str(caught.value)

    for name, like in (("one", "two"), ("two", "three"), ("three", "one"), ("own", "own"), ("lost", "smal")):
        (tmp_path / f"{name}.yaml").write_text(f"like: {like}\n", encoding="utf-8")
    assert "studies are like each other in a circle" in read("one") and read("one").count("one.yaml") == 3
    assert "in a circle" in read("own")
    assert "lost.yaml:1: there is no file 'smal'" in read("lost")


def test_inventories_are_found_beside_the_study_that_names_them(tmp_path: Path, background: Background, small: Small) -> None:
    """The original stands in a folder of its own with its inventory beside it; the child elsewhere."""
    small()
    text = (tmp_path / "small.yaml").read_text(encoding="utf-8")
    start, end = text.index("\n  robot_in_use:") + 1, text.index("scenarios:")
    folder = tmp_path / "theirs"
    folder.mkdir()
    expects = "expects:\n  country: {choices: [FRA, DEU, USA]}\n"
    (folder / "robots.yaml").write_text(f"units: [robot]\n{expects}processes:\n{text[start:end]}", encoding="utf-8")
    (folder / "original.yaml").write_text(f"use: [robots.yaml]\n{text[:start].replace('[parcel, robot]', '[parcel]')}{text[end:]}", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "child.yaml").write_text("like: ../theirs/original.yaml\nuse: [robots.yaml]\n", encoding="utf-8")
    study = read_study(tmp_path / "mine" / "child.yaml", background.products, background.flows, background.indicators)
    assert [Path(each).name for each in study.files] == ["child.yaml", "original.yaml", "robots.yaml"]
    assert "robot_in_use" in study.scopes.processes


def test_three_generations(tmp_path: Path, child: Child, background: Background) -> None:
    child("title_en: Child\nparameters:\n  robot_in_use.power: {value: 60 W/robot, low: 55, high: 65, source: assumption}\n")
    (tmp_path / "grandchild.yaml").write_text("like: child\ntitle_fr: Petit-enfant\n", encoding="utf-8")
    study = read_study(tmp_path / "grandchild.yaml", background.products, background.flows, background.indicators)
    assert (study.texts["title_en"], study.texts["title_fr"]) == ("Child", "Petit-enfant")
    assert study.model.variables["robot_in_use.power"].parameter.written == "60 W/robot"


@pytest.mark.parametrize(("value", "fits"), [("1 hour", True), ("2 hour", True), ("50 hour", False), ("5 minute", False)])
def test_limits_without_a_unit_stay_in_that_of_their_value(child: Child, background: Background, value: str, fits: bool) -> None:
    span = ("  care:", "  span: {value: 60 minute, low: 30, high: 90, allowed: [10, 120], source: assumption}\n  care:")
    text = f"parameters:\n  span: {{value: {value}, low: {value}, high: {value}, source: assumption}}\n"
    if fits:
        assert child(text, span).scopes.study["span"].allowed == pytest.approx((1 / 6, 2))
    else:
        with pytest.raises(LCAError, match=f"{value} is outside what is allowed: 10 minute to 120 minute"):
            child(text, span)
