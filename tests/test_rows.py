"""Scenarios: values set on a parent's values, limits, rows without a value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.errors import DataError, LCAError
from lca.study import Study

Small = Callable[..., Study]
BASE = "base: {label_en: Base, label_fr: Base}"


def test_a_scenario_sees_its_parents_values(small: Small, background: Background) -> None:
    study = small(
        (
            BASE,
            BASE
            + """
  double: {from: base, label_en: D, label_fr: D, set: {yearly: 2 * yearly}}
  again: {from: double, label_en: A, label_fr: A, set: {yearly: 2 * yearly, robot_in_use.lifetime: robot_in_use.lifetime + 1 * robot_in_use.lifetime / 5}}""",
        )
    )
    values = compute(study, background).values
    assert values["yearly"] * 8760 == pytest.approx([1000, 2000, 4000])
    assert values["by_machine.fleet"] == pytest.approx([3, 5, 10])
    assert values["robot_in_use.lifetime"] / 8760 == pytest.approx([5, 5, 6])


def test_a_derived_parameter_that_is_set_is_fixed_from_there_on(small: Small, background: Background) -> None:
    study = small(
        (
            BASE,
            BASE
            + """
  one_robot: {from: base, label_en: O, label_fr: O, set: {by_machine.fleet: 1 robot}}
  more: {from: one_robot, label_en: M, label_fr: M, set: {yearly: 9 * yearly}}""",
        )
    )
    assert compute(study, background).values["by_machine.fleet"] == pytest.approx([3, 1, 1])


def test_the_command_line_comes_on_top_of_each_scenario(small: Small, background: Background) -> None:
    study = small((BASE, BASE + "\n  double: {from: base, label_en: D, label_fr: D, set: {yearly: 2 * yearly}}"))
    assert compute(study, background, settings={"yearly": "10 * yearly"}).values["yearly"] * 8760 == pytest.approx([10_000, 20_000])


def test_only_the_row_that_divides_by_zero_has_no_value(small: Small, background: Background) -> None:
    study = small(
        (BASE, BASE + "\n  none: {from: base, label_en: N, label_fr: N, set: {yearly: 0 * yearly}}"),
    )
    results = compute(study, background)
    assert np.isnan(results.totals[1, 1]).all() and np.isfinite(results.totals[1, 0]).all() and np.isfinite(results.totals[0]).all()
    assert "'By machine' has no result in scenario 'none'." in [each.en for each in results.warnings]


def test_beyond_allowed_is_a_fault_with_the_scenario(small: Small, background: Background) -> None:
    with pytest.raises(LCAError, match=r"'robot_in_use.lifetime' is -3 year in scenario 'base'; allowed is 1 year to 100 year"):
        compute(small(), background, settings={"robot_in_use.lifetime": "-3 year"})


def test_beyond_the_documented_range_is_said(small: Small, background: Background) -> None:
    results = compute(small(), background, settings={"robot_in_use.lifetime": "9 year"})
    assert [each.en for each in results.warnings] == [
        "Scenario 'base': 'robot_in_use.lifetime' lies outside its documented range: the result is an extrapolation."
    ]
    assert compute(small(), background, settings={"robot_in_use.lifetime": "7 year"}).warnings == ()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("yearly", "300", "'300' is a plain number; 'yearly' is parcel / hour"),
        ("yearli", "300 parcel/year", "unknown parameter 'yearli'. Did you mean 'yearly'?"),
        ("country", "Germany", "'country' cannot be 'Germany'"),
        ("yearly", "2 * care", "--set sets 'yearly' to a plain number; it is parcel / hour"),
        ("yearly", "__import__(1)", "calls '__import__'"),
        ("robot_in_use.power", "fast", "unknown parameter 'fast'"),
        ("robot.power", "1 W/robot", "there is no process 'robot'. Did you mean 'robot_in_use'?"),
    ],
)
def test_settings_that_cannot_be(small: Small, background: Background, name: str, text: str, expected: str) -> None:
    with pytest.raises(LCAError) as caught:
        compute(small(), background, settings={name: text})
    assert expected in str(caught.value)


def test_below_the_least_quality_is_not_comparable(small: Small, background: Background) -> None:
    results = compute(small(), background, settings={"care": "70 %"})
    assert results.comparable.tolist() == [[True], [False]]
    assert any("does not reach the least quality in scenario 'base' (70 % against 80 %): not comparable" in each.en for each in results.warnings)


def test_a_parameter_that_nothing_reads_yet_may_be_set(small: Small, background: Background) -> None:
    use = ("second_order:", "use: [foreground/datacentre.yaml]\nsecond_order:")
    results = compute(small(use), background, settings={"ssd_storage.lifetime": "7 year"})
    assert [each.en for each in results.warnings] == ["'ssd_storage.lifetime' was set but reaches no exchange."]
    twice = compute(small(use), background, settings={"care": "ssd_storage.filled"})  # 70 % from a process that nobody calls
    assert twice.quality[1, 0] == pytest.approx(0.7)


def test_a_derived_parameter_without_a_unit_is_set_by_its_dimension(small: Small, background: Background) -> None:
    change = ("fleet: {formula: ceil(yearly / capacity), unit: robot}", "fleet: {formula: ceil(yearly / capacity)}")
    assert compute(small(change), background, settings={"by_machine.fleet": "5 robot"}).values["by_machine.fleet"] == [5]
    with pytest.raises(LCAError, match=r"--set sets 'by_machine.fleet' to a plain number; it is robot"):
        compute(small(change), background, settings={"by_machine.fleet": "5"})


def test_a_scenario_with_a_wrong_dimension_is_refused_when_read(small: Small) -> None:
    with pytest.raises(LCAError, match=r"small.yaml:49: scenario 'base' sets 'yearly' to a plain number; it is parcel / hour"):
        small((BASE, "base: {label_en: Base, label_fr: Base, set: {yearly: 2 * care}}"))


def test_choices_follow_by_name_whatever_their_order(small: Small, background: Background) -> None:
    other = ("  care: {", "  other: {value: USA, choices: [USA, FRA, DEU]}\n  care: {")
    study = small(
        other,
        (
            BASE,
            BASE
            + """
  first: {from: base, label_en: A, label_fr: A, set: {country: other}}
  then: {from: first, label_en: B, label_fr: B, set: {other: DEU}}
  last: {from: then, label_en: C, label_fr: C, set: {country: other}}""",
        ),
    )
    assert compute(study, background).values["country"].tolist() == [0, 2, 2, 1]  # FRA; USA; USA (the parent's value was fixed); DEU
    with pytest.raises(LCAError, match=r"^'country' cannot be 'GBR'"):
        compute(small(("  care: {", "  other: {value: GBR, choices: [GBR, FRA]}\n  care: {")), background, settings={"country": "other"})


def test_a_number_too_large_is_no_result_and_no_noise(small: Small, background: Background) -> None:
    with np.errstate(all="raise"):
        results = compute(small(("amount: 10 parcel", "amount: 1e300 parcel"), ("2 kWh/parcel", "2e200 kWh/parcel")), background)
    assert np.isnan(results.totals[0]).all() and np.isfinite(results.totals[1]).all()
    assert "'By hand' has no result in scenario 'base'." in [each.en for each in results.warnings]


def test_a_scenario_asked_for_twice_is_run_once(small: Small, background: Background) -> None:
    assert compute(small(), background, ["base", "base"]).scenarios == ("base",)


def test_nothing_is_spread_or_shared_by_less_than_nothing(small: Small, background: Background) -> None:
    spread = ("robot_in_use: fleet / yearly", "robot_in_use: {amount: fleet, over: yearly - 2 * yearly}")
    with pytest.raises(DataError, match=r"'robot_in_use' is spread over -0\.1142 in scenario 'base'; allowed is zero and more"):
        compute(small(spread), background)
    users = "users: {us: {label_en: a, label_fr: a, volume: -1}, others: {label_en: a, label_fr: a, volume: 3}}"
    shared = ("scenarios:", f"shared: {{hall: {{label_en: a, label_fr: a, process: by_hand, amount: 10 parcel, {users}}}}}\nscenarios:")
    with pytest.raises(DataError, match="'us' takes of 'hall' by volume -1 in scenario 'base'; allowed is zero and more"):
        compute(small(shared), background)
