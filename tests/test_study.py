"""Reading a study: one clear error with all faults, each with place, fault and the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lca.background import Background
from lca.calculation import compute
from lca.errors import DataError, LCAError, UnitError, UnknownName
from lca.study import Study, read_study

Small = Callable[..., Study]


def fault(small: Small, *changes: tuple[str, str]) -> str:
    with pytest.raises(LCAError) as caught:
        small(*changes)
    return str(caught.value)


def line_of(text: str, small_text: str) -> int:
    return small_text[: small_text.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("fleet / yearly", "fleet / yerly", "small.yaml:35: unknown parameter 'yerly'. Did you mean 'yearly'?"),
        ("robot_in_use: fleet", "robot_in_us: fleet", "there is no process or product 'robot_in_us'. Did you mean 'robot_in_use'?"),
        ("hfc_134a:", "hfc_134b:", "there is no flow 'hfc_134b'. Did you mean 'hfc_134a'?"),
        ("hfc_134a:", "steel_low_alloyed:", "It is a product: it stands under needs."),
        ("electricity_lv_<country>: 2", "carbon_dioxide_fossil: 2", "It is an elementary flow: it stands under takes or emits."),
        ("50 W/robot, low", "50 Wat/robot, low", "there is no unit 'Wat'."),
        ("value: FRA, choices", "value: FRE, choices", "'FRE' is not among its choices. Did you mean 'FRA'?"),
        ("[climate_change, adp_elements]", "[climat_change]", "there is no indicator 'climat_change'. Did you mean 'climate_change'?"),
        ("electricity_lv_<country>", "electricity_lv_<contry>", "unknown parameter 'contry'. Did you mean 'country'?"),
        ("process: by_hand", "process: by_hands", "there is no process 'by_hands'. Did you mean 'by_hand'?"),
        ("at_least: 80 %", "at_last: 80 %", "has no key 'at_last'. Did you mean 'at_least'?"),
        ("source: assumption}\nprocesses", "source: ademe_base}\nprocesses", "names the unknown source 'ademe_base'"),
        ("2 kWh/parcel", "2 kWh", "'2 kWh' is kWh; electricity_lv_<country> per unit of by_hand must be kWh / parcel"),
        ("2 kWh/parcel", "2 kg/parcel", "'2 kg/parcel' is kg / parcel; electricity_lv_<country> per unit of by_hand must be kWh / parcel"),
        ("ceil(yearly / capacity)", "ceil(yearly)", "it takes plain numbers and counts only"),
        ("steel_mass / lifetime", "steel_mass + lifetime", "mixes kg / robot and hour"),
        ("quality: care", "quality: yearly", "a quality is a plain number"),
        ("quality: care", "quality: country", "'country' is a choice, not a number"),
        ("amount: 10 parcel", "amount: 0 parcel", "the functional unit must be more than zero, not 0 parcel"),
        ("amount: 10 parcel", "amount: 10 kWh", "alternative 'hand' makes parcel; the functional unit is kWh"),
        ("lifetime: {value: 5 year, low: 3, high: 7,", "lifetime: {value: -5 year, low: -6, high: 7,", "-5 year is outside what is allowed: 1 to 100"),
        ("    stage: use\n    needs:\n      electricity_lv", "    needs:\n      electricity_lv", "ends without stage (called by by_hand)"),
        ("robot_in_use: fleet / yearly", "by_machine: 1", "the processes call each other in a circle: by_machine -> by_machine"),
        ("emits:\n", "needs:\n", "the key 'needs' is repeated"),
        ("more_parcels: {label_en: more parcels, label_fr: plus de colis, amount: not quantified}", "", "'second_order' must"),
        ("units: [parcel, robot]", "units: [parcel]", "there is no unit 'robot'"),
        ("care: {value: 85 %, low: 50, high: 99, source: assumption}", "care: {value: 85 %, low: 50, high: 99}", "parameter 'care' has no source"),
        ("steel_mass / lifetime,", "__import__(1),", "calls '__import__', which is no function here"),
        ("steel_mass / lifetime,", "__import__('os').system('true'),", "Allowed: + - * / **"),
        ("steel_mass / lifetime,", "steel_mass.__class__,", "uses '__class__', which cannot be a name"),
        ("stage: use\n    needs", "stage: usse\n    needs", "process 'by_hand': the stage cannot be 'usse'. Did you mean 'use'?"),
        ("actor: supplier", "actor: suplier", "line 'steel': the actor cannot be 'suplier'. Did you mean 'supplier'?"),
        ("units: [parcel, robot]", "units: parcel", "'units' must be a list, as in [parcel]"),
        ("units: [parcel, robot]", "units: [parcel, robot, lambda]", "small.yaml:16: 'lambda' cannot be declared as a unit"),
        ("second_order:", "use: foreground/office.yaml\nsecond_order:", "'use' must be a list, as in [foreground/office.yaml]"),
        ("unit: robot * hour", "unit: robo * hour", "small.yaml:37: process 'robot_in_use': there is no unit 'robo'. Did you mean 'robot'?"),
        ("unit: robot * hour", "unit: [robot]", "small.yaml:37: 'unit' must be text, not a list"),
        ("at_least: 80 %", "at_least: 80 kg", "the least quality must be a plain number, not kg"),
        ("[climate_change, adp_elements]", "[climate_change, {a: b}]", "there is no indicator"),
        ("robot_in_use: fleet", "by_<country>: fleet", "there is no process or product 'by_FRA'"),
        ("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base, set: {cares: 90 %}}", "unknown parameter 'cares'. Did you mean 'care'?"),
        ("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base, from: bas}", "is from 'bas', which does not exist. Did you mean 'base'?"),
        ("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base, set: {yearly: 5 kWh}}", "'5 kWh' is kWh; 'yearly' is parcel / hour"),
    ],
)  # fmt: skip
def test_a_fault_names_place_fault_and_what_is_allowed(small: Small, old: str, new: str, expected: str) -> None:
    text = fault(small, (old, new))
    assert expected in text
    assert "small.yaml" in text


def test_all_faults_come_in_one_error(small: Small) -> None:
    text = fault(small, ("fleet / yearly", "fleet / yerly"), ("2 kWh/parcel", "2 kWh/percel"), ("hfc_134a", "hfc_134z"))
    assert len(text.splitlines()) >= 1
    assert "percel" in text
    both = fault(small, ("fleet / yearly", "fleet / yerly"), ("hfc_134a", "hfc_134z"))
    assert "yerly" in both


def test_every_expansion_fault_is_reported(small: Small) -> None:
    text = fault(small, ("electricity_lv_<country>: 2 kWh/parcel", "electricity_lw_FRA: 2 kWh/parcel"), ("hfc_134a", "hfc_134z"))
    assert "electricity_lw_FRA" in text and "hfc_134z" in text and len(text.splitlines()) == 2


def test_parameters_in_a_circle(small: Small) -> None:
    change = ("capacity: {value: 400 parcel/year/robot, low: 300, high: 500, source: assumption}", "capacity: {formula: yearly / fleet}")
    assert "need each other in a circle" in fault(small, change)


def test_the_classes_of_errors(small: Small) -> None:
    with pytest.raises(UnitError):
        small(("2 kWh/parcel", "2 kg/parcel"))
    with pytest.raises(UnknownName):
        small(("hfc_134a", "hfc_134z"))
    with pytest.raises(DataError):
        small(("amount: 10 parcel", "amount: 0 parcel"))


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\xff\xfe\x00", b"[1, 2]", b"a: [", b"- x"])
def test_files_that_are_no_study(tmp_path: Path, background: Background, content: bytes) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(LCAError, match=r"broken\.yaml"):
        read_study(path, background.products, background.flows, background.indicators)


def test_a_missing_file_names_the_nearest(background: Background) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'fraud_detection"):
        read_study("fraud_detektion", background.products, background.flows, background.indicators)


def test_a_parameter_that_reaches_nothing_is_a_warning(small: Small) -> None:
    study = small(("  yearly: {", "  idle: {value: 3 %, low: 1, high: 5, source: assumption}\n  yearly: {"))
    assert [each.en for each in study.warnings] == ["The parameter 'idle' reaches no exchange and no quality."]
    assert small().warnings == ()


def test_norway_is_text_and_1e6_a_number(small: Small, background: Background) -> None:
    study = small(("choices: [FRA, DEU, USA]", "choices: [FRA, DEU, USA], note: NO"), ("amount: 10 parcel", "amount: 1e6 parcel"))
    assert study.functional_unit.amount.value == 1e6
    assert study.model.variables["country"].parameter.about["note"] == "NO"
    assert compute(study, background).totals.shape == (2, 1, 2)


@pytest.mark.parametrize(
    "text", ["use: [b.yaml]", "expects: {country: FRA}", "expects: {country: {choices: FRA}}", "expects: [a]", "units: [[x]]", "processes: x"]
)
def test_inventories_that_hold_the_wrong_kind_of_thing(small: Small, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("use: [a.yaml]", encoding="utf-8")
    change = ("second_order:", "use: [a.yaml]\nsecond_order:")
    if text == "use: [b.yaml]":  # two that use each other are read once each
        assert small(change).files[1:] == tuple((tmp_path / each).as_posix() for each in ("a.yaml", "b.yaml"))
    else:
        assert fault(small, change).startswith(f"{tmp_path.as_posix()}/a.yaml:1: ")
