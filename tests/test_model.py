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
    assert results.contributions[1, 0, leak, :, gwp] == pytest.approx([262.8 * 1e-6 * 1530, 0.0, 0.0])  # EF 3.1: 1530 kg CO2-eq per kg HFC-134a


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
    study = small(
        (
            "base: {label_en: Base, label_fr: Base}",
            "base: {label_en: Base, label_fr: Base}\n  germany: {from: base, label_en: G, label_fr: A, set: {country: DEU}}",
        )
    )
    results = compute(study, background)
    line = next(number for number, each in enumerate(results.lines) if each.exchange.input == "electricity_lv_<country>")
    names = list(background.products)
    assert [names[each] for each in results.line_inputs[:, line]] == ["electricity_lv_FRA", "electricity_lv_DEU"]
    gwp = list(background.indicators).index("climate_change")
    expected = [20 * background.unit[names.index(f"electricity_lv_{each}")].sum(axis=0)[gwp] for each in ("FRA", "DEU")]
    assert results.contributions[0, :, line, :, 0].sum(axis=1) == pytest.approx(expected, rel=1e-12)


def test_what_an_instance_sets_of_the_expected_names_holds_below_it(small: Small, background: Background) -> None:
    study = small(
        (
            "scenarios:",
            "  facility_here: {like: facility_metered}\n  facility_abroad: {like: facility_metered}\n"
            "  here: {like: server_in_use, with: {site: {value: here}}}\n  abroad: {like: server_in_use, with: {country: USA, site: {value: abroad}}}\nscenarios:",
        ),
        ("second_order:", "use: [foreground/datacentre.yaml]\nsecond_order:"),
        ("robot_in_use: fleet / yearly", "robot_in_use: fleet / yearly\n      here: 0.001 server*hour/parcel\n      abroad: 0.001 server*hour/parcel"),
    )
    results = compute(study, background)
    names = [*background.products, *background.flows]
    found = {study.model.nodes[line.node].process.key: names[results.line_inputs[0, number]] for number, line in enumerate(results.lines)
             if line.exchange.input == "electricity_mv_<country>" and study.model.nodes[line.node].process.key != "robot_in_use"}  # fmt: skip
    assert found == {"facility_here": "electricity_mv_FRA", "facility_abroad": "electricity_mv_USA"}
    moved = compute(study, background, settings={"abroad.country": "DEU"})
    assert {names[each] for each in moved.line_inputs[0]} >= {"electricity_mv_FRA", "electricity_mv_DEU"}


def test_an_inventory_reads_no_study_name_silently(small: Small) -> None:
    with pytest.raises(LCAError, match="expects the parameter 'country' of the study"):
        small(
            ("country: {value: FRA", "land: {value: FRA"), ("electricity_lv_<country>", "electricity_lv_<land>"),
            ("electricity_mv_<country>", "electricity_mv_<land>"),
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


TWICE = """  first: {like: robot_in_use, with: {power: 100 W/robot, country: USA}}
  second: {like: first, with: {lifetime: 10 year}}
scenarios:"""
CALL = "robot_in_use: fleet / yearly"
DERIVED = ("power: {value: 50 W/robot, low: 40, high: 60, source: assumption, allowed: [0, 1000]}",
           "half: {value: 25 W/robot, low: 20, high: 30, source: assumption}\n      power: {formula: 2 * half, unit: W/robot}")  # fmt: skip


def inputs_of(study: Study, background: Background, process: str) -> set[str]:
    results, names = compute(study, background), [*background.products, *background.flows]
    return {names[results.line_inputs[0, n]] for n, line in enumerate(results.lines) if study.model.nodes[line.node].process.key == process}


def test_an_instance_of_an_instance_has_what_both_set(small: Small, background: Background) -> None:
    """262.8 robot-hours at 100 W are 26.28 kWh, in the United States."""
    study = small(("scenarios:", TWICE), (CALL, "second: fleet / yearly"))
    results = compute(study, background)
    line = next(n for n, each in enumerate(results.lines) if each.exchange.key == "electricity_mv_<country>")
    assert results.quantities[1, 0, line] == pytest.approx(26.28)
    assert results.values["second.lifetime"][0] == 10 * 8760
    assert "electricity_mv_USA" in inputs_of(study, background, "second")
    assert compute(study, background, settings={"first.power": "70 W/robot"}).values["second.power"][0] == pytest.approx(0.07)


def test_what_is_set_of_a_derived_parameter_is_followed_over_two_levels(small: Small, background: Background) -> None:
    study = small(("scenarios:", "  first: {like: robot_in_use}\n  second: {like: first}\nscenarios:"), (CALL, "second: fleet / yearly"), DERIVED)
    for name, expected in (("robot_in_use.power", 0.3), ("first.power", 0.3), ("second.power", 0.3), ("first.half", 0.6)):
        assert compute(study, background, settings={name: "300 W/robot"}).values["second.power"][0] == pytest.approx(expected)


def test_with_holds_for_all_that_a_process_of_the_study_calls(small: Small, background: Background) -> None:
    depot = """  depot: {unit: parcel, actor: provider, needs: {robot_in_use: time}, parameters: {time: {value: 0.1 robot*hour/parcel, low: 0, high: 1, source: assumption}}}
  depot_abroad: {like: depot, with: {country: USA}}
scenarios:"""
    study = small(("scenarios:", depot), (CALL, "depot_abroad: 1"))
    assert "electricity_mv_USA" in inputs_of(study, background, "robot_in_use")
    assert "electricity_lv_FRA" in inputs_of(study, background, "by_hand")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("{powr: 100 W/robot}", "'fast' sets 'powr', which neither it nor what it calls reads. Did you mean 'power'?"),
        ("{care: 90 %}", "'fast' sets 'care', which neither it nor what it calls reads"),
        ("{power: 2 * fast.power}", "need each other in a circle: fast.power -> fast.power"),
        ("{power: 2 * care}", "'2 * care' is a plain number, but the unit says kWh / hour / robot"),
    ],
)
def test_with_that_cannot_be(small: Small, settings: str, expected: str) -> None:
    with pytest.raises(LCAError) as caught:
        small(("scenarios:", f"  fast: {{like: robot_in_use, with: {settings}}}\nscenarios:"), (CALL, "fast: fleet / yearly"))
    assert expected in str(caught.value) and len(str(caught.value).splitlines()) == 1


def test_twenty_levels_of_two_calls_are_no_million_paths(small: Small, background: Background) -> None:
    levels = "".join(f"  d{n}: {{unit: parcel, needs: {{a: {{input: d{n + 1}, amount: 1}}, b: {{input: d{n + 1}, amount: 1}}}}}}\n" for n in range(20))
    end = "  d20: {unit: parcel, stage: use, needs: {electricity_lv_<country>: 1 kWh/parcel}}\nscenarios:"
    study = small(("scenarios:", levels + end), (CALL, "d0: 1"))
    assert len(study.model.nodes) == 23
    assert compute(study, background).quantities[1, 0].max() == 10 * 2**20


def test_a_chain_is_followed_or_refused_in_words(small: Small, background: Background) -> None:
    def chain(length: int) -> Study:
        steps = "".join(f"  p{n}: {{unit: parcel, needs: {{p{n + 1}: 1}}}}\n" for n in range(length))
        return small(
            ("scenarios:", f"{steps}  p{length}: {{unit: parcel, stage: use, needs: {{electricity_lv_<country>: 1 kWh/parcel}}}}\nscenarios:"), (CALL, "p0: 1")
        )

    assert compute(chain(300), background).quantities[1, 0].max() == 10.0
    with pytest.raises(LCAError, match="over too many steps"):
        chain(3000)


def test_a_choice_may_have_many_values(small: Small, background: Background) -> None:
    names = [f"{a}{b}" for a in "ABCDEFGH" for b in "ABCDEFGHIJ"]  # 80, more than numpy picks from at once
    rows = "\n".join(f"  part_{each}: {{value: {n} kWh/parcel, low: {n}, high: {n}, source: assumption}}" for n, each in enumerate(names))
    zone = f"  zone: {{value: HJ, choices: [{', '.join(names)}]}}\n{rows}\n  care: {{"
    study = small(("2 kWh/parcel", "part_<zone>"), ("  care: {", zone))
    assert compute(study, background).quantities[0, 0, 0] == pytest.approx(790.0)


def test_a_value_that_one_choice_lacks_is_named(small: Small) -> None:
    only = "s_FRA: {value: 1, low: 1, high: 1, source: assumption}\n      s_DEU: {value: 1, low: 1, high: 1, source: assumption}\n      steel_mass: {"
    with pytest.raises(LCAError, match=r"s_<country> needs 's_USA': unknown parameter 's_USA'"):
        small(("steel_mass: {", only), ("electricity_mv_<country>: power", "electricity_mv_<country>: power * s_<country>"))
