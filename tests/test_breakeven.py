"""Where two alternatives meet: crossings worked out by hand from unit scores, steps of a fleet, ranges in which there is none."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.background import Background
from lca.breakeven import BreakEven, Meeting, break_even
from lca.calculation import compute
from lca.crossings import changes, scan
from lca.errors import DataError, LCAError, UnitError, UnknownName
from lca.expressions import Array
from lca.results import Results
from lca.study import Study
from lca.terminal_decisions import show_break_even

Small = Callable[..., Study]
HOURS = 8760.0
CLIMATE, DEPLETION = 0, 1
BY_HAND = ("2 kWh/parcel", "3 kWh/parcel")  # with it, either can be the lower one in climate change
BASE = "base: {label_en: Base, label_fr: Base}"


def unit_score(background: Background, product: str, indicator: str) -> float:
    return float(background.unit[list(background.products).index(product)].sum(axis=0)[list(background.indicators).index(indicator)])


def robot_hour_without_power(background: Background) -> float:
    """Climate change of an hour of a robot: 30 kg of steel over five years, a milligram of refrigerant."""
    flow, place = list(background.flows).index("hfc_134a"), list(background.indicators).index("climate_change")
    steel = 30 / (5 * HOURS) * unit_score(background, "steel_low_alloyed", "climate_change")
    return steel + 1e-6 * float(background.factors[flow, place])


def one(found: BreakEven, indicator: int = CLIMATE) -> Meeting:
    return next(each for each in found.meetings if each.indicator == indicator)


def told(found: BreakEven, indicator: int = CLIMATE) -> list[tuple[str, int, int]]:
    return [(each.kind, each.before, each.after) for each in one(found, indicator).changes]


def with_electricity(formula: str, more: str = "") -> tuple[tuple[str, str], ...]:
    """The machine needs the same electricity as the hand (2 kWh per parcel), by a formula of x."""
    return (
        ("robot_in_use: fleet / yearly", f'electricity_lv_<country>: {{amount: "({formula}) * each", stage: use}}'),
        (
            "  care:",
            f"  x: {{value: 4, low: 0, high: 10, source: assumption}}\n  each: {{value: 1 kWh/parcel, low: 1, high: 1, source: assumption}}\n{more}  care:",
        ),
    )


# ---------------------------------------------------------------- the search itself


def single(function: Callable[[Array], Array], low: float, high: float, points: int = 200) -> list[tuple[str, float]]:
    grid = scan(low, high, points, 20)

    def table(x: Array) -> Array:
        return np.stack([np.asarray(function(x), dtype=float)], axis=1)

    return [(each.kind, each.start) for each in changes(table, grid, table(grid))[0]]


def test_points_stand_in_equal_ratios_where_the_range_is_wide() -> None:
    assert scan(1, 10_000, 5, 20).tolist() == pytest.approx([1, 10, 100, 1000, 10_000])
    assert scan(1, 20, 3, 20).tolist() == [1, 10.5, 20]
    assert scan(-5, 1000, 3, 20).tolist() == [-5, 497.5, 1000]


def test_changes_of_plain_functions() -> None:
    assert single(lambda x: x - 3.21, 0, 10) == [("crossing", pytest.approx(3.21, rel=1e-9))]
    assert single(lambda x: (x - 2.2) * (x - 7.7) / 30, 0, 10) == [("crossing", pytest.approx(2.2, rel=1e-9)), ("crossing", pytest.approx(7.7, rel=1e-9))]
    assert single(lambda x: np.where(x < 6.1, -0.2, 0.4), 0, 10) == [("step", pytest.approx(6.1, rel=1e-9))]
    assert single(lambda x: (x - 5) ** 2 / 30, 0, 10) == [("touch", pytest.approx(5, rel=1e-5))]
    assert single(lambda x: 0.1 + (x - 5) ** 2, 0, 10) == []
    assert single(lambda x: np.maximum(0, x - 4.5), 0, 10) == [("equal", 0)]
    assert single(lambda x: np.clip(x - 4.5, 0, None) - np.clip(2 - x, 0, None), 0, 10) == [("equal", pytest.approx(2, rel=1e-8))]
    assert single(lambda x: x, -1, 1) == [("crossing", pytest.approx(0, abs=1e-9))]
    assert single(lambda x: np.full_like(x, np.nan), 0, 10) == []


def test_two_crossings_between_neighbouring_points_are_found_in_a_dip() -> None:
    """Zero at 5.01 and 5.02; the points of the scan are 0.05 apart."""
    found = single(lambda x: (x - 5.01) * (x - 5.02) / 30, 0, 10)
    assert found == [("crossing", pytest.approx(5.01, rel=1e-8)), ("crossing", pytest.approx(5.02, rel=1e-8))]


def test_what_has_no_value_is_not_crossed() -> None:
    assert single(lambda x: np.where((x > 2) & (x < 3), np.nan, x - 2.5), 0, 10) == []
    assert single(lambda x: np.where(x > 8, np.nan, x - 2.5), 0, 10) == [("crossing", pytest.approx(2.5, rel=1e-9))]


@given(st.lists(st.floats(0.5, 99.5), min_size=1, max_size=5, unique=True))
def test_roots_of_a_polynomial_are_found(roots: list[float]) -> None:
    roots = [each for n, each in enumerate(sorted(roots)) if n == 0 or each - sorted(roots)[n - 1] > 1.1]
    found = single(lambda x: np.prod([(x - each) / 100 for each in roots], axis=0), 0, 100)
    near = [place for _, place in found]
    assert all(any(abs(place - root) < 1e-2 for place in near) for root in roots)  # equality within 1e-12 is a stretch where roots are near


# ---------------------------------------------------------------- in a study


def test_the_crossing_by_hand(small: Small, background: Background) -> None:
    """Ten parcels: 30 kWh by hand; three robots carry a thousand a year."""
    found = break_even(compute(small(BY_HAND), background), "robot_in_use.power", "40", "200 W/robot")
    hand = 30 * unit_score(background, "electricity_lv_FRA", "climate_change")
    hours = 10 * 3 / 1000 * HOURS
    power = (hand / hours - robot_hour_without_power(background)) / unit_score(background, "electricity_mv_FRA", "climate_change")
    assert told(found) == [("crossing", 1, -1)] and one(found).begins == 1
    assert found.shown(one(found).changes[0].start) == pytest.approx(1000 * power, rel=1e-9)
    assert found.values[0] == pytest.approx(0.05) and found.reaches and not found.set_in and not found.missing


def test_what_is_found_holds_in_a_run_of_its_own(small: Small, background: Background) -> None:
    study = small(BY_HAND)
    found = break_even(compute(study, background), "robot_in_use.power", "40", "200 W/robot")
    for indicator in (CLIMATE, DEPLETION):
        for each in one(found, indicator).changes:
            again = compute(study, background, settings={"robot_in_use.power": f"{found.shown(each.start)!r} W/robot"})
            assert again.totals[0, 0, indicator] == pytest.approx(again.totals[1, 0, indicator], rel=1e-8)


def test_steps_of_a_fleet(small: Small, background: Background) -> None:
    """One robot takes up to 400 parcels a year, two up to 800. Per ten parcels a fleet of n runs 87 600 n / yearly hours."""
    found = break_even(compute(small(BY_HAND), background), "yearly", "100", "5000")
    hour = robot_hour_without_power(background) + 0.05 * unit_score(background, "electricity_mv_FRA", "climate_change")
    enough = 30 * unit_score(background, "electricity_lv_FRA", "climate_change") / hour  # robot hours that equal ten parcels by hand
    meets = [10 * n * HOURS / enough for n in (1, 2, 3)]
    assert meets[0] < 400 < meets[1] < 800 < meets[2] and 40 * HOURS / enough < 1200  # else the case is another
    assert told(found) == [("crossing", -1, 1), ("step", 1, -1), ("crossing", -1, 1), ("step", 1, -1), ("crossing", -1, 1)]
    crossings, steps = one(found).changes[::2], one(found).changes[1::2]
    assert [found.shown(each.start) for each in crossings] == pytest.approx(meets, rel=1e-9)
    for each, size in zip(steps, (400, 800), strict=True):
        assert [found.shown(each.start), found.shown(each.end)] == pytest.approx([size, size], rel=1e-8) and each.start < each.end


def test_never_says_who_is_lower_and_by_how_much(small: Small, background: Background) -> None:
    results = compute(small(BY_HAND), background)
    found = break_even(results, "robot_in_use.power", "40", "41")
    at_high = compute(small(BY_HAND), background, settings={"robot_in_use.power": "41 W/robot"}).totals[:, 0, CLIMATE]
    assert one(found).changes == () and one(found).begins == 1
    assert one(found).closest == pytest.approx(1 - at_high[1] / at_high[0], rel=1e-9)


def test_a_quadratic_meets_twice(small: Small, background: Background) -> None:
    found = break_even(compute(small(*with_electricity("2 + (x - 3) * (x - 7) / 50")), background), "x")
    for indicator in (CLIMATE, DEPLETION):
        assert told(found, indicator) == [("crossing", -1, 1), ("crossing", 1, -1)]
        assert [each.start for each in one(found, indicator).changes] == pytest.approx([3, 7], rel=1e-9)


@pytest.mark.parametrize(("formula", "expected"), [
    ("2 + (x - 5) ** 2 / 10", [("touch", -1, -1)]),
    ("2 + max(0, x - 4)", [("equal", 0, -1)]),
    ("2", [("equal", 0, 0)]),
])  # fmt: skip
def test_touching_and_equal_are_said(small: Small, background: Background, formula: str, expected: list[tuple[str, int, int]]) -> None:
    assert told(break_even(compute(small(*with_electricity(f"{formula} + 0 * x")), background), "x")) == expected


def test_a_line_crosses_where_it_should(small: Small, background: Background) -> None:
    lines = "  a: {value: 1, low: -3, high: 2, source: assumption}\n  b: {value: 1, low: 0.2, high: 4, source: assumption}\n"
    study = small(*with_electricity("a + b * x", lines))

    @settings(max_examples=15, deadline=None)
    @given(st.floats(-3, 1.9), st.floats(0.25, 4))
    def crosses(intercept: float, slope: float) -> None:
        found = break_even(compute(study, background, settings={"a": f"{intercept:.17g}", "b": f"{slope:.17g}"}), "x", "0", "30")
        assert told(found) == [("crossing", 1, -1)]
        assert one(found).changes[0].start == pytest.approx((2 - intercept) / slope, rel=1e-9)

    crosses()


def test_an_instance_moves_with_its_original(small: Small, background: Background) -> None:
    instance = ("robot_in_use: fleet / yearly", "cold_robot: fleet / yearly"), ("  robot_in_use:\n", "  cold_robot: {like: robot_in_use}\n  robot_in_use:\n")
    found = break_even(compute(small(BY_HAND, *instance), background), "robot_in_use.power", "40", "200")
    plain = break_even(compute(small(BY_HAND), background), "robot_in_use.power", "40", "200")
    assert one(found).changes[0].start == pytest.approx(one(plain).changes[0].start, rel=1e-9)


def test_a_formula_can_be_moved_where_a_range_is_given(small: Small, background: Background) -> None:
    results = compute(small(BY_HAND), background)
    found = break_even(results, "by_machine.fleet", "1", "9 robot")
    assert told(found) == [("crossing", 1, -1)]
    with pytest.raises(DataError, match=r"'by_machine.fleet' has no range of its own: say from which low to which high"):
        break_even(results, "by_machine.fleet")


def test_where_the_least_quality_is_missed(small: Small, background: Background) -> None:
    """At least 80 %; the care of the machine goes from 50 to 99 %."""
    found = break_even(compute(small(), background), "care")
    assert found.below[(0, 0)] == ()
    ((low, high),) = found.below[(1, 0)]
    assert (low, high) == (0.5, pytest.approx(0.8, rel=1e-8))
    assert one(found).changes == ()


DEMAND = (("    emits:\n", "    requires:\n      - {formula: power <= w, message_en: too strong, message_fr: trop fort}\n    emits:\n"),
          ("      lifetime:", "      w: {value: 100 W/robot, source: assumption, basis: derived}\n      lifetime:"))  # fmt: skip


def test_where_a_demand_does_not_hold_there_is_no_result(small: Small, background: Background) -> None:
    found = break_even(compute(small(BY_HAND, *DEMAND), background), "robot_in_use.power", "40", "200")
    ((low, high),) = found.missing
    assert found.shown(low) == pytest.approx(100, rel=0.02) and found.shown(high) == pytest.approx(200)
    assert [each.en for each in found.unmet] == ["too strong"]
    assert told(found) == [("crossing", 1, -1)]  # it lies below 100 W and is still found


def test_between_scenarios(small: Small, background: Background) -> None:
    """Twice the parcels need five robots: 87 600 * 5 / 2000 hours for ten, below those of 3 / 1000 whatever the power."""
    more = (BASE, BASE + "\n  more: {from: base, label_en: More, label_fr: Plus, set: {yearly: 2 * yearly}}")
    found = break_even(compute(small(BY_HAND, more), background), "robot_in_use.power", scenario="base", against="more")
    assert {(each.first, each.second) for each in found.meetings} == {((0, 0), (0, 1)), ((1, 0), (1, 1))}
    hand, machine = (next(each for each in found.meetings if each.first[0] == a and each.indicator == CLIMATE) for a in (0, 1))
    assert [each.kind for each in hand.changes] == ["equal"] and machine.changes == ()
    assert machine.begins == 1 and machine.closest == pytest.approx(1 - (5 / 2) / 3, rel=1e-9)
    moved = break_even(compute(small(BY_HAND, more), background), "yearly", "100", "5000", scenario="more")
    assert moved.set_in == (1,) and moved.shown(moved.values[1]) == pytest.approx(2000)


# ---------------------------------------------------------------- what cannot be asked


@pytest.mark.parametrize(("name", "low", "high", "error", "text"), [
    ("yaerly", "", "", UnknownName, "unknown parameter 'yaerly'. Did you mean 'yearly'"),
    ("power", "", "", UnknownName, "unknown parameter 'power'. Allowed: care, country, robot_in_use.power, yearly"),
    ("robot_in_use.pwer", "", "", UnknownName, "Did you mean 'power'"),
    ("robt_in_use.power", "", "", UnknownName, "there is no process 'robt_in_use'"),
    ("country", "", "", DataError, "'country' is a choice between FRA, DEU, USA, not a number"),
    ("labour", "", "", DataError, "'labour' is a choice between work_related, marginal, whole_life, not a number"),
    ("yearly", "10", "10", DataError, "low 10 parcel/year must be less than high 10 parcel/year"),
    ("yearly", "20", "10", DataError, "must be less than"),
    ("yearly", "3 kg", "", UnitError, "low '3 kg' of 'yearly'"),
    ("yearly", "much", "", LCAError, "low 'much' of 'yearly'"),
    ("robot_in_use.power", "-5", "", DataError, "from -5 W/robot to 60 W/robot: allowed is 0 W/robot to 1000 W/robot"),
])  # fmt: skip
def test_clear_errors(small: Small, background: Background, name: str, low: str, high: str, error: type[LCAError], text: str) -> None:
    with pytest.raises(error) as raised:
        break_even(compute(small(), background), name, low, high)
    assert text in str(raised.value)


def test_an_unknown_scenario(small: Small, background: Background) -> None:
    with pytest.raises(UnknownName, match=r"there is no scenario 'bse' among those that were run\. Did you mean 'base'"):
        break_even(compute(small(BY_HAND), background), "yearly", against="bse")


def test_a_parameter_that_reaches_nothing_is_said(small: Small, background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    results = compute(small(("  care:", "  idle: {value: 3, low: 1, high: 5, source: assumption}\n  care:")), background)
    found = break_even(results, "idle")
    assert not found.reaches and found.meetings == () and found.as_dictionary()["reaches_the_results"] is False
    show_break_even(found, "en")
    assert "'idle' does not reach the results: no alternative depends on it." in capsys.readouterr().out


# ---------------------------------------------------------------- what is shown


def test_plain_words_for_json(small: Small, background: Background) -> None:
    found = break_even(compute(small(BY_HAND), background), "yearly", "100", "5000").as_dictionary()
    read = json.loads(json.dumps(found, allow_nan=False))
    assert (read["parameter"], read["unit"], read["low"]) == ("yearly", "parcel/year", pytest.approx(100))
    step = next(each for each in read["meetings"][0]["changes"] if each["kind"] == "step")
    assert step["from"] == pytest.approx(400) and (step["lower_before"], step["lower_after"]) == ("second", "first")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_view_fits_the_screen(small: Small, background: Background, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    results = compute(small(BY_HAND, *DEMAND), background)
    for found in (break_even(results, "yearly", "100", "5000"), break_even(results, "care"), break_even(results, "robot_in_use.power", "40", "200")):
        show_break_even(found, lang)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    expected = {"en": ("a step at 400 parcel/year; A lower up to", "never: B lower throughout", "from 50 % to 80 %", "too strong"),
                "fr": ("un saut à 400", "jamais : B au-dessous partout", "entre 50", "trop fort")}  # fmt: skip
    for each in expected[lang]:
        assert each in " ".join(text.split()) or each in text, each


def test_the_shipped_study(results: Results) -> None:
    """The smaller the share that is flagged, the less there is for people to review: they win below a share of some percent."""
    found = break_even(results, "flagged_share", points=12)
    first = next(each for each in found.meetings if each.first == (0, 0) and each.second == (1, 0))
    assert [(each.kind, each.before, each.after) for each in first.changes] == [("crossing", -1, 1)]
