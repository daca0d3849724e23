"""One value at a time: swings worked out by hand from unit scores of the background."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.errors import DataError, UnknownName
from lca.expressions import Array
from lca.influence import influence, step
from lca.results import Results
from lca.study import Study
from lca.terminal_decisions import show_tornados
from lca.tornado import as_dictionary, tornados

Small = Callable[..., Study]
HOURS = 8760.0
ROBOT_HOURS = 10 * 3 / 1000 * HOURS  # ten parcels; three robots carry a thousand parcels a year


def robot_hour(background: Background, power: float = 0.05, steel: float = 30.0, years: float = 5.0) -> Array:
    """Scores of one hour of one robot: kW of electricity, steel over the life, a milligram of refrigerant."""
    products, flows = list(background.products), list(background.flows)
    places = background.positions(["climate_change", "adp_elements"])
    electricity, metal = (background.unit[products.index(name)].sum(axis=0)[places] for name in ("electricity_mv_FRA", "steel_low_alloyed"))
    return np.asarray(power * electricity + steel / (years * HOURS) * metal + 1e-6 * background.factors[flows.index("hfc_134a")][places])


def test_totals_at_low_and_high_by_hand(small: Small, background: Background) -> None:
    steps = step(compute(small(), background))
    place = steps.names.index("robot_in_use.power")
    assert steps.base[1] == pytest.approx(ROBOT_HOURS * robot_hour(background), rel=1e-9)
    assert steps.low[place, 1] == pytest.approx(ROBOT_HOURS * robot_hour(background, power=0.04), rel=1e-9)
    assert steps.high[place, 1] == pytest.approx(ROBOT_HOURS * robot_hour(background, power=0.06), rel=1e-9)
    assert (steps.low[place, 0] == steps.base[0]).all() and (steps.high[place, 0] == steps.base[0]).all()  # no robot works by hand


def test_swings_by_hand_in_their_order(small: Small, background: Background) -> None:
    base = robot_hour(background)
    found = dict(influence(compute(small(), background)))
    assert list(found)[:2] == ["yearly", "by_machine.capacity"]
    assert found["yearly"] == pytest.approx((1 / 10 - 2500 / 1e6) / (3 / 1000), rel=1e-9)  # one robot for ten parcels; 2500 for a million
    assert found["by_machine.capacity"] == pytest.approx((4 - 2) / 3, rel=1e-9)
    for name, low, high in (("power", 0.04, 0.06), ("steel_mass", 20.0, 40.0), ("lifetime", 7.0, 3.0)):
        key = {"power": "power", "steel_mass": "steel", "lifetime": "years"}[name]
        swing = (robot_hour(background, **{key: high}) - robot_hour(background, **{key: low})) / base
        assert found[f"robot_in_use.{name}"] == pytest.approx(swing.mean(), rel=1e-9)
    assert found["care"] == 0.0  # a quality moves no total
    assert set(found) == {"yearly", "care", "by_machine.capacity", "robot_in_use.power", "robot_in_use.lifetime", "robot_in_use.steel_mass"}


def test_a_middle_beyond_both_ends_counts(small: Small, background: Background) -> None:
    """(6 - n) * n robots with n from 1 to 5: 5 at both ends, 9 in the middle."""
    study = small(("fleet: {formula: ceil(yearly / capacity), unit: robot}", "fleet: {formula: (6 - many) * many, unit: robot}\n"
                   "      many: {value: 3, low: 1, high: 5, source: assumption}"), ("(6 - many)", "one * (6 - many)"),
                  ("      many:", "      one: {value: 1 robot, low: 1, high: 1, source: assumption}\n      many:"))  # fmt: skip
    found = dict(influence(compute(study, background)))
    assert found["by_machine.many"] == pytest.approx((9 - 5) / 9, rel=1e-9)
    assert "by_machine.one" not in found  # low is high


def results_of(study: Study, background: Background, **settings: str) -> Results:
    return compute(study, background, settings={name.replace("__", "."): value for name, value in settings.items()})


def test_what_a_scenario_or_the_command_sets_stays(small: Small, background: Background) -> None:
    study = small(("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base, set: {yearly: 2000 parcel/year}}"))
    found = dict(influence(results_of(study, background, robot_in_use__power="45 W/robot")))
    assert "yearly" not in found and "robot_in_use.power" not in found
    assert found["by_machine.capacity"] == pytest.approx((7 - 4) / 5, rel=1e-9)  # ceil of 2000 over 300, 500 and 400


def test_settings_of_parents_stay_in_a_later_scenario(small: Small, background: Background) -> None:
    study = small(("indicators:", "  more: {from: base, label_en: M, label_fr: M, set: {yearly: 2 * yearly}}\n"
                   "  most: {from: more, label_en: M, label_fr: M, set: {country: DEU}}\nindicators:"))  # fmt: skip
    results = compute(study, background)
    assert "yearly" in dict(influence(results)) and "yearly" not in dict(influence(results, row=2))
    assert step(results, row=2).base == pytest.approx(results.totals[:, 2], rel=1e-12)


def test_an_instance_moves_with_its_original(small: Small, background: Background) -> None:
    study = small(
        ("robot_in_use: fleet / yearly", "cold_robot: fleet / yearly"), ("  robot_in_use:\n", "  cold_robot: {like: robot_in_use}\n  robot_in_use:\n")
    )
    found = dict(influence(compute(study, background)))
    assert "cold_robot.power" not in found
    swing = 0.02 / 0.05 * (robot_hour(background, steel=0.0) - robot_hour(background, power=0.0, steel=0.0)) / robot_hour(background)
    assert found["robot_in_use.power"] == pytest.approx(swing.mean(), rel=1e-9)


def test_where_a_demand_does_not_hold_there_is_no_total(small: Small, background: Background) -> None:
    study = small(("    emits:\n", "    requires:\n      - {formula: power <= 1.1 * 50 * w, message_en: too strong, message_fr: trop fort}\n    emits:\n"),
                  ("      lifetime:", "      w: {value: 1 W/robot, source: assumption, basis: derived}\n      lifetime:"))  # fmt: skip
    results = compute(study, background)
    steps = step(results)
    place = steps.names.index("robot_in_use.power")
    assert np.isnan(steps.high[place]).all() and np.isfinite(steps.low[place]).all()
    swing = (robot_hour(background) - robot_hour(background, power=0.04)) / robot_hour(background)
    assert dict(influence(results))["robot_in_use.power"] == pytest.approx(swing.mean(), rel=1e-9)


def test_a_tornado_by_hand(small: Small, background: Background) -> None:
    """The machine's own total, and what lies between it and the hand; power from 40 to 60 W, life from 3 to 7 years."""
    results = compute(small(("2 kWh/parcel", "3 kWh/parcel")), background)
    found = {(each.indicator, each.first, each.second): each for each in tornados(results)}
    assert len(found) == 2 * 3
    hand, machine, between = found[0, 0, None], found[0, 1, None], found[0, 0, 1]
    assert hand.bars == ()  # no value with a range moves the work by hand
    assert [each.name for each in machine.bars] == ["yearly", "by_machine.capacity", "robot_in_use.lifetime", "robot_in_use.power", "robot_in_use.steel_mass"]
    life = machine.bars[2]
    assert life.low == pytest.approx(ROBOT_HOURS * robot_hour(background, years=3)[0], rel=1e-9)
    assert life.high == pytest.approx(ROBOT_HOURS * robot_hour(background, years=7)[0], rel=1e-9)
    assert between.base == pytest.approx(results.totals[0, 0, 0] - results.totals[1, 0, 0], rel=1e-12)
    assert between.bars[2].low == pytest.approx(hand.base - life.low, rel=1e-9) and between.bars[2].high == pytest.approx(hand.base - life.high, rel=1e-9)
    assert [each.name for each in between.bars if between.turns(each)] == ["yearly", "by_machine.capacity"]


def test_a_tornado_holds_the_widest_in_words_for_json(small: Small, background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    results = compute(small(), background)
    found = tornados(results, most=2, indicators=["adp_elements"])
    assert {(each.indicator, len(each.bars)) for each in found if each.first or each.second} == {(1, 2)}
    read = json.loads(json.dumps(as_dictionary(results, found), allow_nan=False))["tornados"][2]
    assert (read["indicator"], read["alternative"], read["less"]) == ("adp_elements", "hand", "machine")
    assert (read["bars"][0]["parameter"], read["bars"][0]["unit"], read["bars"][0]["low"]) == ("yearly", "parcel/year", pytest.approx(10))
    for lang in ("en", "fr"):
        show_tornados(results, found, lang)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100 and "By hand less By machine" in text and "À la main moins À la machine" in text


def test_a_tornado_of_nothing(small: Small, background: Background) -> None:
    results = compute(small(), background)
    with pytest.raises(DataError, match="a tornado of 0 values: allowed is 1 and more"):
        tornados(results, most=0)
    with pytest.raises(UnknownName, match=r"there is no indicator 'climate' in the study\. Did you mean 'climate_change'"):
        tornados(results, indicators=["climate"])
    with pytest.raises(UnknownName, match="there is no scenario 'bas'"):
        tornados(results, "bas")


@pytest.mark.slow
def test_the_shipped_study(results: Results) -> None:
    """The review of payments decides the shipped study; its steps start from its own totals."""
    found = influence(results)
    assert [name for name, _ in found[:3]] == ["review_time", "flagged_share", "doubtful_share"]
    assert [share for _, share in found] == sorted((share for _, share in found), reverse=True)
    for row in range(len(results.scenarios)):
        assert step(results, row).base == pytest.approx(results.totals[:, row], rel=1e-12)
