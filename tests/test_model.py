"""Expansion: scopes of names, instances, tags, choices, environments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.model import merge_tags
from lca.study import Study

Small = Callable[..., Study]
INSTANCE = """
  fast_robot:
    like: robot_in_use
    task: training
    with: {power: 100 W/robot}
scenarios:"""


def test_hand_computed_amounts(small: Small, background: Background) -> None:
    """Ten parcels by machine: ceil(1000 / 400) = 3 robots a year over 1000 parcels, 0.03 robot-years = 262.8 robot-hours."""
    results = compute(small(), background)
    quantity = {line.exchange.key: results.quantities[:, 0, number] for number, line in enumerate(results.lines)}
    hours = 10 * 3 / (1000 / 8760)
    assert quantity["electricity_lv_<country>"] == pytest.approx([20.0, 0.0])
    assert quantity["electricity_mv_<country>"] == pytest.approx([0.0, hours * 0.05])
    assert quantity["steel"] == pytest.approx([0.0, hours * 30 / (5 * 8760)])
    assert quantity["hfc_134a"] == pytest.approx([0.0, hours * 1e-6])


def test_a_refrigerant_leak_in_the_foreground_scores(small: Small, background: Background) -> None:
    results = compute(small(), background)
    leak = next(number for number, line in enumerate(results.lines) if line.exchange.key == "hfc_134a")
    gwp = results.study.indicators.index("climate_change")
    assert results.contributions[1, 0, leak, :, gwp] == pytest.approx([0.0, 262.8 * 1e-6 * 1530])  # EF 3.1: 1530 kg CO2-eq per kg HFC-134a


def test_an_instance_follows_its_original_unless_set(small: Small, background: Background) -> None:
    study = small(("scenarios:", INSTANCE), ("robot_in_use: fleet / yearly", "robot_in_use: fleet / yearly\n      fast_robot: 0.5 * fleet / yearly"))
    results = compute(study, background, settings={"robot_in_use.lifetime": "10 year"})
    assert results.values["fast_robot.lifetime"][0] == 10 * 8760
    assert results.values["fast_robot.power"][0] == pytest.approx(0.1)
    assert results.values["robot_in_use.power"][0] == pytest.approx(0.05)
    changed = compute(study, background, settings={"fast_robot.power": "70 W/robot"})
    assert (changed.values["fast_robot.power"][0], changed.values["robot_in_use.power"][0]) == pytest.approx((0.07, 0.05))
    tasks = {study.model.nodes[line.node].process.key: line.tags.get("task") for line in results.lines}
    assert tasks == {"by_hand": None, "robot_in_use": None, "fast_robot": "training"}


def test_a_choice_picks_the_product_row_by_row(small: Small, background: Background) -> None:
    study = small(("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base}\n  germany: {from: base, label_en: G, label_fr: A, set: {country: DEU}}"))
    results = compute(study, background)
    line = next(number for number, each in enumerate(results.lines) if each.exchange.input == "electricity_lv_<country>")
    names = list(background.products)
    assert [names[each] for each in results.line_inputs[:, line]] == ["electricity_lv_FRA", "electricity_lv_DEU"]
    gwp = list(background.indicators).index("climate_change")
    expected = [20 * background.unit[names.index(f"electricity_lv_{each}")].sum(axis=0)[gwp] for each in ("FRA", "DEU")]
    assert results.contributions[0, :, line, :, 0].sum(axis=1) == pytest.approx(expected, rel=1e-12)


def test_what_an_instance_sets_of_the_expected_names_holds_below_it(small: Small, background: Background) -> None:
    study = small(
        ("scenarios:", "  abroad: {like: server_in_use, with: {country: USA}}\nscenarios:"),
        ("second_order:", "use: [foreground/datacentre.yaml]\nsecond_order:"),
        ("robot_in_use: fleet / yearly", "robot_in_use: fleet / yearly\n      server_in_use: 0.001 server*hour/parcel\n      abroad: 0.001 server*hour/parcel"),
    )
    results = compute(study, background)
    names = [*background.products, *background.flows]
    found = {study.model.nodes[line.node].process.key: names[results.line_inputs[0, number]] for number, line in enumerate(results.lines)
             if line.exchange.input == "electricity_mv_<country>" and study.model.nodes[line.node].process.key != "robot_in_use"}  # fmt: skip
    assert found == {"server_in_use": "electricity_mv_FRA", "abroad": "electricity_mv_USA"}
    moved = compute(study, background, settings={"abroad.country": "DEU"})
    assert {names[each] for each in moved.line_inputs[0]} >= {"electricity_mv_FRA", "electricity_mv_DEU"}


def test_an_inventory_reads_no_study_name_silently(small: Small) -> None:
    with pytest.raises(LCAError, match="expects the parameter 'country' of the study"):
        small(
            ("country: {value: FRA", "land: {value: FRA"), ("electricity_lv_<country>", "electricity_lv_<land>"), ("electricity_mv_<country>", "electricity_mv_<land>"),
            ("second_order:", "use: [foreground/datacentre.yaml]\nsecond_order:"), ("robot_in_use: fleet / yearly", "server_in_use: 0.001 server*hour/parcel"),
        )  # fmt: skip


def test_a_name_of_both_process_and_study_is_a_fault(small: Small) -> None:
    with pytest.raises(LCAError, match="'care' is a parameter of 'robot_in_use' and of the study"):
        small(("      lifetime:", "      care: {value: 1, low: 1, high: 1, source: assumption}\n      lifetime:"))


def test_a_shadowed_lever_is_a_warning(small: Small) -> None:
    study = small(
        ("scenarios:", INSTANCE), ("robot_in_use: fleet / yearly", "fast_robot: fleet / yearly"),
        ("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base, set: {robot_in_use.power: 60 W/robot}}"),
    )  # fmt: skip
    assert [each.en for each in study.warnings] == ["Scenario 'base' sets 'robot_in_use.power', which reaches no exchange; an instance may shadow it."]


@pytest.mark.parametrize(
    ("inherited", "own", "line", "expected"),
    [
        ({"stage": "use"}, {}, {}, {"stage": "use"}),
        ({"stage": "use"}, {"stage": "manufacturing"}, {}, {"stage": "manufacturing"}),
        ({"stage": "use"}, {"stage": "manufacturing"}, {"stage": "transport"}, {"stage": "transport"}),
        ({"actor": "provider"}, {"actor": "host"}, {"actor": "supplier"}, {"actor": "supplier"}),
        ({"actor": "supplier"}, {"actor": "host"}, {"actor": "provider"}, {"actor": "supplier"}),
    ],
)
def test_the_order_of_tags(inherited: dict[str, str], own: dict[str, str], line: dict[str, str], expected: dict[str, str]) -> None:
    assert merge_tags(inherited, own, line) == expected
