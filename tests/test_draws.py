"""Draws: streams and values by hand, backgrounds against direct solves of matrices built anew, verdicts on known differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import spsolve

from lca import monte_result
from lca.background import Background, rows_in_force
from lca.calculation import compute
from lca.draws import BLOCK, BackgroundRows, Foreground, Part, correlated, parts, stream, whole
from lca.errors import DataError
from lca.expressions import Array
from lca.monte import Draws, draw
from lca.monte_background import Reach
from lca.ranges import DEFAULT
from lca.results import Results
from lca.rows import scenario_values
from lca.study import Study
from lca.terminal_draws import show_draws
from lca.uncertainty import quantile

Small = Callable[..., Study]
PART = Part(1, 0, 0, 1000)

STEEL = """
title_en: Steel
title_fr: Acier
goal_en: To test.
goal_fr: Pour tester.
functional_unit: {text_en: a frame, text_fr: un cadre, amount: 1 frame, quality: {measure_en: whole, measure_fr: entier, at_least: 0}}
alternatives:
  light: {label_en: Light, label_fr: Léger, process: light, quality: 1}
  heavy: {label_en: Heavy, label_fr: Lourd, process: heavy, quality: 1}
second_order:
  nothing: {label_en: nothing, label_fr: rien, amount: not quantified}
units: [frame]
margin: 10 %
parameters:
  scale: {value: 1, low: 0.5, high: 2, distribution: lognormal, source: assumption}
processes:
  light: {unit: frame, actor: supplier, stage: manufacturing, needs: {steel_low_alloyed: scale * light_mass}, parameters: {light_mass: {value: 20 kg/frame, source: assumption, low: 20, high: 20}}}
  heavy: {unit: frame, actor: supplier, stage: manufacturing, needs: {steel_low_alloyed: scale * heavy_mass}, parameters: {heavy_mass: {value: 21 kg/frame, source: assumption, low: 21, high: 21}}}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [climate_change, adp_elements]
"""


@pytest.fixture
def steel(calculated: Callable[..., Results]) -> Callable[..., Results]:
    return partial(calculated, "steel.yaml", STEEL)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A background that does not move."""
    monkeypatch.setattr(BackgroundRows, "draw", lambda self, part, only="": np.repeat(self.amounts[:, None], part.size, axis=1))


# Streams and values


def test_a_stream_has_one_draw_in_each_stratum() -> None:
    found = stream(PART, "power")
    assert sorted((found * 1000).astype(int).tolist()) == list(range(1000))
    assert abs(np.corrcoef(found, stream(PART, "lifetime"))[0, 1]) < 0.1
    assert (found != stream(replace(PART, seed=2), "power")).mean() > 0.99
    assert (found == stream(PART, "power")).all()


def test_longer_runs_begin_like_shorter_ones() -> None:
    assert [(each.start, each.size) for each in parts(2 * BLOCK + 1, 7)] == [(0, BLOCK), (BLOCK, BLOCK), (2 * BLOCK, 1)]
    first, second = (stream(each, "power") for each in parts(2 * BLOCK, 7))
    assert (first == stream(parts(BLOCK, 7)[0], "power")).all() and (first != second).all()


@pytest.mark.parametrize(
    ("amount", "low", "high", "distribution", "expected"),
    [
        (10.0, 5.0, 20.0, "", [5, 10, 20]),
        (10.0, 9.0, 40.0, "", [9, 10, 40]),  # lopsided: each side by its own width
        (-10.0, -20.0, -5.0, "", [-20, -10, -5]),
        (4.0, 4.0, 6.0, "lognormal", [4, 4, 6]),
        (2.0, 1.0, 4.0, "normal", [1, 2, 4]),
        (2.0, 1.0, 5.0, "uniform", [1.1, 3, 4.9]),
        (2.0, 1.0, 4.0, "discrete", [1, 3, 4]),
        (2.0, 0.0, 4.0, "", [4 * math.sqrt(0.0125), 2, 4 - 4 * math.sqrt(0.0125)]),
        (0.0, 0.0, 4.0, "triangular", [4 - 4 * math.sqrt(0.975), 4 - 4 * math.sqrt(0.5), 4 - 4 * math.sqrt(0.025)]),
    ],
)
def test_quantiles_by_hand(amount: float, low: float, high: float, distribution: str, expected: list[float]) -> None:
    assert quantile(np.array([0.025, 0.5, 0.975]), amount, low, high, distribution) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_whole_numbers_are_drawn_alike() -> None:
    found = quantile((np.arange(4000) + 0.5) / 4000, 2.0, 1.0, 4.0, "discrete")
    assert {float(each): int((found == each).sum()) for each in np.unique(found)} == {1: 1000, 2: 1000, 3: 1000, 4: 1000}


NUMBERS = st.floats(-5, 5).filter(lambda each: each == 0 or abs(each) > 1e-200)  # beyond, the ratio of two is no number


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["", "normal", "uniform", "triangular"]), NUMBERS, st.floats(0, 3), st.floats(0, 3))
def test_quantiles_rise(distribution: str, amount: float, below: float, above: float) -> None:
    if below + above < 1e-3:
        return
    found = quantile(np.linspace(0.001, 0.999, 99), amount, amount - below, amount + above, distribution)
    assert np.isfinite(found).all() and (np.diff(found) >= -1e-12).all()


def test_correlated_streams() -> None:
    streams = [stream(PART, each) for each in "ab"]
    for wanted in (0.8, -0.5, 1.0, -1.0):
        found = correlated(streams, np.array([[1.0, wanted], [wanted, 1.0]]))
        assert np.corrcoef(found)[0, 1] == pytest.approx(6 / math.pi * math.asin(wanted / 2), abs=0.05)  # of the quantiles, for normal draws
        assert [sorted(each) for each in found] == [sorted(each) for each in streams]
    assert all((a == b).all() for a, b in zip(streams, correlated(streams, np.eye(2)), strict=True))


def test_shares_sum_to_one() -> None:
    found = whole(np.array([[0.2, 0.7, 0.5], [9.0, 9.0, 9.0], [0.1, 0.7, 0.5]]), rest=1)
    assert found == pytest.approx(np.array([[0.2, 0.5, 0.5], [0.7, 0.0, 0.0], [0.1, 0.5, 0.5]]), rel=1e-12)


def test_every_mix_of_the_background_sums_to_one_in_every_draw(background: Background) -> None:
    rows = BackgroundRows(rows_in_force(background), "rest")
    amounts = rows.draw(Part(3, 0, 0, 50))
    assert len(rows.wholes) > 200
    for numbers, _ in rows.wholes:
        assert amounts[numbers].sum(axis=0) == pytest.approx(np.ones(50), rel=1e-12)
        assert (amounts[numbers] >= 0).all()
    fires = [n for n, each in enumerate(rows.rows) if each.row.text("together") == "electricity_hard_coal_FRA"]
    order = [np.argsort(amounts[each], kind="stable").tolist() for each in fires]
    assert len(order) > 1 and order[0] == order[1]


# Parameters


def with_parameter(line: str) -> tuple[str, str]:
    return "  yearly:", f"  {line}\n  yearly:"


def test_together_is_one_quantile_and_correlations_are_kept(small: Small) -> None:
    lines = [
        "one: {value: 2, low: 1, high: 4, source: assumption, together: pair}",
        "two: {value: 10, low: 8, high: 12, source: assumption, together: pair, distribution: uniform}",
        "three: {value: 2, low: 1, high: 4, source: assumption, correlated: {one: -0.9}}",
    ]
    study = small(*map(with_parameter, reversed(lines)), ("needs:\n      electricity_lv", "parameters:\n      much: {formula: one + two + three}\n    needs:\n      electricity_lv"),
                  ("2 kWh/parcel", "{amount: much * rate}"), ("  care: {", "  rate: {value: 1 kWh/parcel, low: 1, high: 1, source: assumption}\n  care: {"))  # fmt: skip
    values = Foreground(study).draw(PART)
    assert {"one", "two", "three", "yearly"} <= values.keys() and "rate" not in values
    assert np.argsort(values["one"]).tolist() == np.argsort(values["two"]).tolist()
    assert np.corrcoef(np.log(values["one"]), np.log(values["three"]))[0, 1] == pytest.approx(-0.9, abs=0.02)
    assert np.percentile(values["one"], [2.5, 50, 97.5]) == pytest.approx([1, 2, 4], rel=0.01)


def test_one_more_parameter_changes_no_other(small: Small) -> None:
    before, after = (Foreground(small(*changes)).draw(PART) for changes in ((), (with_parameter("a: {value: 2, low: 1, high: 4, source: assumption}"),
                     ("power\n", "power * a\n"))))  # fmt: skip
    assert after.keys() - before.keys() == {"a"}
    assert all((after[name] == found).all() for name, found in before.items())


def test_what_is_not_allowed_is_cut_and_counted(small: Small, background: Background) -> None:
    study = small(("allowed: [1, 100]", "allowed: [4, 6], distribution: normal"))
    found = draw(compute(study, background), 200)
    years = Foreground(study).draw(Part(1, 0, 0, 200))["robot_in_use.lifetime"] / 8760
    assert years.min() == 4 and years.max() == 6
    assert found.cut["robot_in_use.lifetime"] == int(((years == 4) | (years == 6)).sum())
    assert any("1 parameters lay outside" in each.en and "robot_in_use.lifetime" in each.en for each in found.warnings)


def test_negative_lifetimes_are_a_fault(small: Small, background: Background) -> None:
    study = small(
        (
            "{value: 5 year, low: 3, high: 7, source: assumption, allowed: [1, 100]}",
            "{value: 5 year, low: 0.1, high: 9.9, source: assumption, distribution: normal}",
        )
    )
    with pytest.raises(DataError, match=r"small.yaml:\d+: 'robot_in_use.lifetime' has a range on one side of zero, and \d+ of 1000 draws lie on the other"):
        draw(compute(study, background), 1000)


def test_scenarios_share_the_draws(small: Small) -> None:
    study = small(("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base}\n"
                   "  double: {from: base, label_en: D, label_fr: D, set: {yearly: 2 * yearly, robot_in_use.power: 45 W/robot}}"))  # fmt: skip
    drawn = Foreground(study).draw(PART)
    (_, base, _), (_, double, _) = scenario_values(study, list(study.scenarios.values()), {}, drawn)
    assert (base["yearly"] == drawn["yearly"]).all() and (double["yearly"] == 2 * drawn["yearly"]).all()
    assert double["robot_in_use.power"].tolist() == [0.045] and (double["robot_in_use.lifetime"] == drawn["robot_in_use.lifetime"]).all()


# Background


@pytest.fixture(scope="module")
def reach(results: Results) -> Reach:
    called = sorted({int(each) for each in results.line_inputs.ravel() if each < len(results.background.products)})
    return Reach(results.background, called, results.study.indicators)


def solved_anew(background: Background, reach: Reach, amounts: Array, indicators: tuple[str, ...]) -> Array:
    """Unit scores of all products by a direct solve of whole matrices, in which the rows in reach have the given amounts."""
    drawn = {id(row): float(amount) for row, amount in zip(reach.rows.rows, amounts, strict=True)}
    products, flows = list(background.products), list(background.flows)
    technosphere, biosphere = sparse.lil_matrix((len(products), len(products))), sparse.lil_matrix((len(flows), len(products)))
    technosphere.setdiag(1.0)
    numbers = {name: number for names in (products, flows) for number, name in enumerate(names)}
    for row in rows_in_force(background):
        matrix, sign = (technosphere, -1) if row.input in background.products else (biosphere, 1)
        matrix[numbers[row.input], numbers[row.process]] += sign * drawn.get(id(row), row.amount)
    factors = background.factors[:, background.positions(indicators)]
    return np.asarray(spsolve(technosphere.T.tocsc(), biosphere.T.tocsc() @ factors))


def test_as_they_stand_the_rows_give_the_scores_that_the_background_has(results: Results, reach: Reach) -> None:
    found = reach.scores(reach.rows.amounts[:, None])
    assert found.direct == 0 and found.productive.all()
    assert found.unit[0] == pytest.approx(reach.static[reach.called], rel=1e-6, abs=1e-16)  # which Brightway rounds to float32
    assert len(reach.products) < len(results.background.products) / 2


def test_scores_of_three_draws_against_a_direct_solve(results: Results, reach: Reach) -> None:
    amounts = reach.rows.draw(Part(5, 0, 0, 3))
    found = reach.scores(amounts)
    places = [list(results.background.products).index(reach.products[each]) for each in reach.called]
    for number in range(3):
        wanted = solved_anew(results.background, reach, amounts[:, number], results.study.indicators)[places]
        assert np.abs(found.unit[number] - wanted).max() > 0
        assert found.unit[number] == pytest.approx(wanted, rel=1e-9, abs=1e-16)
    assert np.median(np.abs(found.unit[0] - found.unit[1])[:, 1]) > 0.01 * np.median(found.unit[0, :, 1])  # they did move


def test_a_draw_that_is_not_productive_is_found_and_a_slow_one_is_solved(reach: Reach) -> None:
    """A row from i to j whose amount grows by x has the loop feed on itself where x times the need of j for i is one."""
    size = len(reach.products)
    place = {name: number for number, name in enumerate(reach.products)}
    needs = reach.needs.matrix(reach.rows.amounts[:, None], size).toarray()
    every = np.linalg.inv(np.eye(size) - needs)
    gains = [every[place[each.input], place[each.process]] if each.input in place and each.amount > 0 else 0.0 for each in reach.rows.rows]
    row = int(np.argmax(gains))
    amounts = np.repeat(reach.rows.amounts[:, None], 4, axis=1)
    amounts[row] += np.array([0, 0.98, 1.02, 0]) / gains[row]
    found = reach.scores(amounts)
    assert found.productive.tolist() == [True, True, False, True] and found.direct == 2
    assert np.isnan(found.unit[2]).all() and np.isfinite(found.unit[[0, 1, 3]]).all()
    needs = reach.needs.matrix(amounts[:, [1]], len(reach.products)).toarray()
    own = reach.own.matrix(amounts[:, [1]], len(reach.factors)) @ reach.factors
    assert found.unit[1] == pytest.approx(np.linalg.solve(np.eye(len(needs)) - needs, own)[reach.called], rel=1e-9)


def test_draws_that_are_not_productive_are_counted_and_not_averaged(steel: Callable[..., Results], monkeypatch: pytest.MonkeyPatch) -> None:
    results, scores = steel(), Reach.scores

    def broken(self: Reach, amounts: Array) -> Any:
        found = scores(self, amounts)
        productive, unit = found.productive.copy(), found.unit.copy()
        productive[3], unit[3] = False, np.nan
        return replace(found, productive=productive, unit=unit)

    whole_run = draw(results, 200)
    monkeypatch.setattr(Reach, "scores", broken)
    found = draw(results, 200)
    kept = np.arange(200) != 3
    assert found.valid[:, 0].tolist() == kept.tolist() and np.isnan(found.totals[3]).all() and found.count.tolist() == [199]
    assert found.mean[0, 0] == pytest.approx(whole_run.totals[kept].mean(axis=0)[0, 0], rel=1e-12)
    assert found.left_out == {("", "productive"): 1}
    assert found.warnings[0].en.startswith("0.5 % of the draws are left out: in them the background cannot make")


# Whole runs


def test_one_draw_of_the_whole_against_a_run_with_its_values(small: Small, background: Background) -> None:
    """Its parameters as settings, its background solved directly: engine and draws agree."""
    study = small()
    results = compute(study, background)
    found = draw(results, 5, 11)
    reach = Reach(background, sorted({int(each) for each in results.line_inputs.ravel() if each < len(background.products)}), study.indicators)
    part = Part(11, 0, 0, 5)
    values, amounts = Foreground(study).draw(part), reach.rows.draw(part)
    for number in (0, 4):
        unit = np.zeros_like(background.unit)
        unit[:, 2, background.positions(study.indicators)] = solved_anew(background, reach, amounts[:, number], study.indicators)
        given = {name: f"{float(each[number])!r} {_base(study, name)}".strip() for name, each in values.items()}
        again = compute(study, replace(background, unit=unit), settings=given)
        assert found.totals[number, :, 0] == pytest.approx(again.totals[:, 0], rel=1e-9)
        assert found.quality[number, :, 0] == pytest.approx(again.quality[:, 0], rel=1e-12)


def _base(study: Study, name: str) -> str:
    """The base unit of a parameter of the small study."""
    return {"yearly": "parcel/hour", "care": "", "capacity": "parcel/hour/robot", "power": "kW/robot", "lifetime": "hour", "steel_mass": "kg/robot"}[
        name.rpartition(".")[2]
    ]


def test_sums_of_stages_are_the_totals_in_every_draw(results: Results) -> None:
    found = draw(results, 20)
    assert found.totals.shape == (20, 3, 3, 10) and set(found.stages) >= {"manufacturing", "use"}
    assert found.valid.any() and (np.isfinite(found.totals).all(axis=(1, 3)) == found.valid).all()
    assert found.by_stage.sum(axis=3)[found.valid[:, 0]] == pytest.approx(found.totals[found.valid[:, 0]], rel=1e-12)
    assert (found.totals[found.valid[:, 0]][:2] == draw(results, 20).totals[found.valid[:, 0]][:2]).all()


def test_doubling_a_lifetime_halves_what_is_embodied(small: Small, background: Background) -> None:
    runs = [draw(compute(small(), background, settings={"robot_in_use.lifetime": f"{years} year"}), 30) for years in (4, 8)]
    assert runs[0].stages == ("manufacturing", "use")
    short, long = (each.by_stage[:, 1, 0] for each in runs)
    assert long[:, 0] == pytest.approx(short[:, 0] / 2, rel=1e-12) and long[:, 1] == pytest.approx(short[:, 1], rel=1e-12)


def test_draws_in_which_a_demand_does_not_hold_are_left_out(small: Small, background: Background) -> None:
    study = small(("    emits:\n", "    requires:\n      - {formula: power <= 1.1 * 50 * w, message_en: too strong, message_fr: trop fort}\n    emits:\n"),
                  ("      lifetime:", "      w: {value: 1 W/robot, source: assumption, basis: derived}\n      lifetime:"))  # fmt: skip
    found = draw(compute(study, background), 500)
    held = Foreground(study).draw(Part(1, 0, 0, 500))["robot_in_use.power"] <= 0.055
    assert found.valid[:, 0].tolist() == held.tolist() and 300 < held.sum() < 490
    assert list(found.left_out.values()) == [500 - held.sum()]
    assert any("robot_in_use: power <= 1.1 * 50 * w (scenarios: base)" in each.en for each in found.warnings)


# Verdicts


@pytest.mark.usefixtures("still")
def test_percentiles_and_mean_by_hand(steel: Callable[..., Results]) -> None:
    results = steel()
    found, spread = draw(results, 1000), math.log(2) / 1.959964
    assert found.percentiles[:, :, 0] / results.totals[:, 0] == pytest.approx(np.array([0.5, 2 ** (-0.67449 / 1.959964), 1, 2 ** (0.67449 / 1.959964), 2])[:, None, None]
                                                                              * np.ones((5, 2, 2)), rel=0.01)  # fmt: skip
    assert found.mean[:, 0] == pytest.approx(results.totals[:, 0] * math.exp(spread**2 / 2), rel=0.005)
    assert found.convergence.max() < 0.1 and found.count.tolist() == [1000]


@pytest.mark.parametrize(("margin", "verdict"), [("10 %", "no_difference"), ("3 %", "below")])
def test_20_kg_against_21_kg_of_the_same_steel(steel: Callable[..., Results], margin: str, verdict: str) -> None:
    pairs = list(draw(steel(("margin: 10 %", f"margin: {margin}")), 300).pairs(0))
    assert [(each.below, each.above, each.verdict) for each in pairs] == [(1.0, 0.0, verdict)] * 2
    assert [each.ratio for each in pairs] == pytest.approx([20 / 21] * 2, rel=1e-9)
    assert all((each.difference < 0).all() for each in pairs)


def test_an_alternative_against_itself_and_swapped(steel: Callable[..., Results]) -> None:
    found = draw(steel(("margin: 10 %", "margin: 3 %"), ("scale * heavy_mass", "other * heavy_mass"),
                       ("processes:", "  other: {value: 1, low: 0.99, high: 1.4, source: assumption}\nprocesses:")), 400)  # fmt: skip
    mirrored = {"below": "above", "likely_below": "likely_above", "no_difference": "no_difference"}
    mirrored |= {right: left for left, right in mirrored.items()}
    for indicator in (0, 1):
        itself, pair, swapped = (found.pair(*each, 0, indicator) for each in ((0, 0), (0, 1), (1, 0)))
        assert (itself.below, itself.above, itself.verdict) == (0, 0, "no_difference")
        assert (pair.below, pair.above) == (swapped.above, swapped.below) and swapped.verdict == mirrored[pair.verdict]
        assert pair.difference == pytest.approx(-swapped.difference[::-1], rel=1e-9)
    equal = draw(steel(("value: 21 kg/frame, source: assumption, low: 21, high: 21", "value: 20 kg/frame, source: assumption, low: 20, high: 20")), 200)
    assert [each.verdict for each in equal.pairs(0)] == ["no_difference"] * 2


def test_likely_lies_between(steel: Callable[..., Results]) -> None:
    found = draw(steel(), 1000)
    totals = found.totals.copy()
    totals[:, 0], totals[:, 1] = 1.0, 1.5
    for wrong, verdict in ((0, "below"), (50, "below"), (51, "likely_below"), (200, "likely_below"), (201, "no_difference")):
        totals[:wrong, 1] = 0.9
        assert replace(found, totals=totals).pair(0, 1, 0, 0).verdict == verdict


def test_no_verdict_without_equal_quality_or_enough_draws(steel: Callable[..., Results], small: Small, background: Background) -> None:
    other = ("process: heavy, quality: 1}", "process: heavy, quality: 0.9}"), ("margin: 10 %", "margin: 3 %\nequalise_by: none")
    assert {each.verdict for each in draw(steel(*other), 200).pairs(0)} == {"unranked"}
    assert {each.verdict for each in draw(steel(), monte_result.FEWEST - 1).pairs(0)} == {"too_few"}
    found = draw(compute(small(("quality: 0.9", "quality: care")), background), 400)  # care: 85 %, 50 to 99; 80 % is asked for
    reached = Foreground(found.results.study).draw(Part(1, 0, 0, 400))["care"] >= 0.8
    assert found.pair(0, 1, 0, 0).share == pytest.approx(reached.mean()) and 0.5 < reached.mean() < 0.8
    assert found.comparable[:, 1, 0].tolist() == reached.tolist()


def test_the_variance_that_rests_on_default_ranges(steel: Callable[..., Results], monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = steel(("low: 0.5, high: 2", "low: 1, high: 1"))
    share = draw(fixed, 300).default_share
    assert ((share > 0) & (share < 1.5)).all()
    normal = BackgroundRows.draw
    monkeypatch.setattr(BackgroundRows, "draw", lambda self, part, only="": normal(self, part, DEFAULT))
    assert draw(fixed, 300).default_share == pytest.approx(np.ones((2, 1, 2)), rel=1e-6)


# Outputs and bad input


def test_shown_in_both_languages(steel: Callable[..., Results], capsys: pytest.CaptureFixture[str]) -> None:
    found: Draws = draw(steel(("margin: 10 %", "margin: 3 %")), 1200, "3")
    show_draws(found, "en")
    english = " ".join(capsys.readouterr().out.split())
    assert "Uncertainty: 1,200 draws of foreground and background (seed 3)" in english
    assert "Light against Heavy below in 100 % 100 % median ratio 0.952 0.952 verdict below below" in english
    assert "beyond the margin of 3.0 %; likely: in at least 80 %" in english
    show_draws(found, "fr")
    french = " ".join(capsys.readouterr().out.split())
    assert "graine 3" in french and "Léger par rapport à Lourd" in french and "conclusion inférieur inférieur" in french


@pytest.mark.parametrize(
    ("n", "seed", "said"),
    [
        (0, 1, "the number of draws is '0'; allowed is a whole number, 2 or more"),
        (-5, 1, "the number of draws is '-5'; allowed is a whole number, 2 or more"),
        ("many", 1, "the number of draws is 'many'"),
        (1.5, 1, "the number of draws is '1.5'"),
        (100, "lucky", "the seed is 'lucky'; allowed is a whole number, 0 or more"),
        (100, "²", "the seed is '²'"),
        (100, True, "the seed is 'True'"),
        (100, "", "the seed is ''"),
    ],
)
def test_counts_and_seeds_that_cannot_be(steel: Callable[..., Results], n: Any, seed: Any, said: str) -> None:
    with pytest.raises(DataError) as caught:
        draw(steel(), n, seed)
    assert said in str(caught.value)


PUFF = """
title_en: Puffs
title_fr: Bouffées
goal_en: To test.
goal_fr: Pour tester.
functional_unit: {text_en: a frame, text_fr: un cadre, amount: 1 frame, quality: {measure_en: whole, measure_fr: entier, at_least: 0}}
alternatives:
  twice: {label_en: Twice, label_fr: Deux fois, process: two, quality: 1}
  once: {label_en: Once, label_fr: Une fois, process: puff, quality: 1}
second_order:
  unknown: {label_en: unknown, label_fr: inconnu, amount: not quantified}
units: [frame]
parameters:
  size: {value: 10 kg/frame, low: 5, high: 20, source: assumption}
processes:
  two: {unit: frame, actor: provider, stage: use, needs: {puff: 2}}
  puff: {unit: frame, actor: provider, stage: use, emits: {carbon_dioxide_fossil: size}}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [climate_change]
"""


def test_a_study_that_buys_nothing_is_drawn_too(calculated: Callable[..., Results]) -> None:
    found = draw(calculated("puff.yaml", PUFF), 200, 1)
    assert found.totals[:, 0, 0, 0] == pytest.approx(found.totals[:, 1, 0, 0] * 2, rel=1e-12)
    assert np.median(found.totals[:, 1, 0, 0]) == pytest.approx(10.0, rel=0.02) and np.ptp(found.totals[:, 1, 0, 0]) > 5
