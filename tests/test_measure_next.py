"""What to measure next: probabilities and thresholds known by hand, values that decide nothing, and the variance of background rows."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from typer.testing import CliRunner

from lca import measure_next as room
from lca.__main__ import app
from lca.calculation import compute
from lca.draws import Foreground, standard_ranks
from lca.errors import UnknownName
from lca.expressions import Array
from lca.measure_next import COVERED, Decision, background_variance, measure_next, recommended, targets
from lca.measure_tables import background_points, words
from lca.monte import Draws, draw
from lca.monte_background import Reach
from lca.results import Results

# One frame of steel: new against reworked; only the mass of the new one decides, `scale` moves both alike, `idle` nothing.
FRAMES = """
title_en: Frames
title_fr: Cadres
goal_en: To test.
goal_fr: Pour tester.
functional_unit: {text_en: a frame, text_fr: un cadre, amount: 1 frame, quality: {measure_en: whole, measure_fr: entier, at_least: 80 %}}
alternatives:
  new: {label_en: New, label_fr: Neuf, process: new, quality: 1}
  reworked: {label_en: Reworked, label_fr: Repris, process: reworked, quality: care}
second_order:
  nothing: {label_en: nothing, label_fr: rien, amount: not quantified}
units: [frame]
parameters:
  scale: {value: 1, low: 0.5, high: 2, distribution: lognormal, source: assumption, label_en: size, label_fr: taille}
  idle: {value: 1, low: 0.9, high: 1.1, source: assumption}
  care: {value: 95 %, low: 94, high: 96, source: assumption, label_en: care taken, label_fr: soin apporté}
processes:
  new: {unit: frame, actor: supplier, stage: manufacturing, needs: {steel_low_alloyed: scale * new_mass}, parameters: {new_mass: {value: 20 kg/frame, source: assumption, low: 14, high: 28, label_en: steel of a new frame, label_fr: acier d'un cadre neuf}}}
  reworked: {unit: frame, actor: supplier, stage: manufacturing, needs: {steel_low_alloyed: scale * mass + 0 * idle * mass}, parameters: {mass: {value: 22 kg/frame, source: assumption, low: 22, high: 22}}}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [climate_change]
"""


@pytest.fixture
def frames(calculated: Callable[..., Results]) -> Callable[..., Results]:
    return partial(calculated, "frames.yaml", FRAMES)


def stratified(random: np.random.Generator, count: int = 1000) -> Array:
    return np.asarray((random.permutation(count) + random.uniform(size=count)) / count)


ALL = np.ones((1000, 2), dtype=bool)


# The decision


@pytest.mark.parametrize(("spread", "noise", "within"), [(0.3, 0.3, 0.02), (0.3, 1.0, 0.06), (0.8, 0.3, 0.04), (0.8, 1.0, 0.08)])
def test_a_known_probability_and_threshold(spread: float, noise: float, within: float) -> None:
    """The first costs a lognormal x, the second what x is half a deviation above its median, with a noise of its own; both
    share what is ten times larger. Above that threshold, which 30.9 % of x exceed, the second is lower."""
    found = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        share = stratified(random)
        value, common = np.exp(spread * ndtri(share)), 10 * random.lognormal(0, 0.5, 1000)
        other = common + math.exp(spread / 2) + noise * value.std() * random.standard_normal(1000)
        probability, gain, changes = Decision(np.stack([common + value, other], axis=1), ALL, 0).knowing(share)
        assert gain > 0 and changes and changes[-1].alternative == 1 and changes[-1].high == 1
        assert probability == pytest.approx(1 - ndtr(0.5), abs=within)
        found.append((probability, changes[-1].low))
    assert np.mean(found, axis=0) == pytest.approx([1 - ndtr(0.5), ndtr(0.5)], abs=0.015)


def test_the_gain_is_the_mean_of_what_is_saved() -> None:
    share = (np.arange(1000) + 0.5) / 1000
    costs = np.stack([10 + share, np.full(1000, 10.75)], axis=1)  # a quarter of the draws lie above; there 1/8 is saved in the mean
    probability, gain, changes = Decision(costs, ALL, 0).knowing(share)
    assert probability == pytest.approx(0.25, abs=0.01) and [each.alternative for each in changes] == [1]
    assert gain == pytest.approx(0.25 * 0.125 / 10.5, rel=0.05)


def test_a_value_that_decides_nothing_shows_nothing() -> None:
    """Alternatives near a tie with long tails, qualities near the half: chance would turn what a plain fit sees."""
    for seed in range(400):
        random = np.random.default_rng(seed)
        costs, reached = random.lognormal(0, 1, (1000, 2)), random.uniform(size=(1000, 2)) > 0.49
        best = int(costs.mean(axis=0).argmin())
        assert Decision(costs, reached, best).knowing(stratified(random)) == (0.0, 0.0, ())


def test_a_value_that_moves_both_alike_changes_nothing() -> None:
    random = np.random.default_rng(1)
    share = stratified(random)
    costs = np.exp(ndtri(share))[:, None] * random.lognormal(0, 0.1, (1000, 2)) * [1, 1.2]
    assert Decision(costs, ALL, 0).knowing(share)[0] == 0


def test_a_quality_that_is_not_reached_changes_the_recommendation_too() -> None:
    random = np.random.default_rng(2)
    share, costs = stratified(random), np.array([1.0, 2.0]) * random.lognormal(0, 0.2, (1000, 2))
    reached = np.stack([share > 0.2, ALL[:, 1]], axis=1)
    probability, gain, changes = Decision(costs, reached, 0).knowing(share)
    assert probability == pytest.approx(0.2, abs=0.03) and gain == 0
    assert [(each.low, each.alternative) for each in changes] == [(0.0, 1)] and changes[0].high == pytest.approx(0.2, abs=0.03)


def test_standard_ranks() -> None:
    found = standard_ranks(np.array([[3.0, 5.0], [1.0, 5.0], [3.0, 5.0], [9.0, 5.0]]))
    assert found[:, 1].tolist() == [0, 0, 0, 0]
    assert found[:, 0] == pytest.approx((np.array([2.5, 1, 2.5, 4]) - 2.5) / math.sqrt(4.5 / 4))


# A study


def test_a_study_whose_threshold_is_known(frames: Callable[..., Results]) -> None:
    """Above 22 kg the reworked frame is lower: with the upper side of the range, ln(28/20)/1.96, 28.9 % of the values."""
    above = 1 - float(ndtr(1.959964 * math.log(22 / 20) / math.log(28 / 20)))
    for seed in (1, 2, 3):
        drawn = draw(frames(), 1000, seed)
        assert recommended(drawn) == {0: 0}
        found = measure_next(drawn)
        assert [each.stream for each in found] == ["new.new_mass"]  # neither `scale` nor `idle` nor `care`
        assert found[0].probability == pytest.approx(above, abs=0.03)
    foreground = Foreground(drawn.results.study)
    (change,) = found[0].changes
    threshold = float(foreground.value(foreground.streams["new.new_mass"][0], np.array([change.low]))[0])
    assert threshold == pytest.approx(22, rel=0.02)
    (standing, told) = words(drawn, "en")
    assert standing.startswith("As things stand, “New” is recommended for Climate change: of the alternatives")
    assert told.startswith("Knowing “steel of a new frame” (new.new_mass) would change the recommendation with a probability of")
    assert "(Climate change): above 2" in told and "kg/frame, “Reworked” would be recommended. Knowing it would lower the expected impact by" in told
    assert "Connaître « acier d'un cadre neuf » (new.new_mass) changerait la recommandation" in words(drawn, "fr")[1]


def test_the_quality_of_a_study_decides(frames: Callable[..., Results]) -> None:
    drawn = draw(frames(("value: 22 kg/frame, source: assumption, low: 22, high: 22", "value: 9 kg/frame, source: assumption, low: 9, high: 9"),
                        ("value: 95 %, low: 94, high: 96", "value: 85 %, low: 70, high: 97, distribution: uniform")), 1000)  # fmt: skip
    (found,) = measure_next(drawn)
    assert found.stream == "care" and found.gain == 0 and found.probability == pytest.approx(10 / 27, abs=0.03)
    assert "below 8" in words(drawn, "en")[1] or "below 79" in words(drawn, "en")[1]
    assert words(drawn, "en")[1].endswith("It decides whether the least quality is reached, not how large the impacts are.")


def test_a_whole_sentence_where_nothing_would_change(frames: Callable[..., Results]) -> None:
    drawn = draw(frames(("low: 14, high: 28", "low: 19.9, high: 20.1")), 1000)
    assert measure_next(drawn) == []
    assert words(drawn, "en")[1] == (
        "Knowing the true value of any single one of the 4 drawn values would not change the recommendation, as far as 1,000 draws can tell."
    )
    few = draw(frames(), 99)
    assert measure_next(few) == [] and words(few, "en") == ["Nothing is recommended in this scenario: fewer than 100 draws count."]
    unranked = draw(
        frames(("units: [frame]", "units: [frame]\nequalise_by: none"), ("process: reworked, quality: care", "process: reworked, quality: 0.9")), 200
    )
    assert words(unranked, "en") == ["Nothing is recommended in this scenario: its alternatives may not be ranked."]
    unreached = draw(frames(("quality: 1}", "quality: 0.5}"), ("quality: care", "quality: 0.7")), 200)
    assert words(unreached, "en") == ["Nothing is recommended in this scenario: no alternative reaches the least quality in most draws."]
    assert measure_next(unranked) == [] and targets(unranked) == [(0, 0, None), (0, 1, None)]


# The background


@pytest.fixture(scope="module")
def reach(results: Results) -> Reach:
    return Reach(
        results.background, sorted({int(each) for each in results.line_inputs[0] if each < len(results.background.products)}), results.study.indicators
    )


def test_variances_against_steps_of_the_solved_background(results: Results, reach: Reach) -> None:
    """Of the largest points, a small step of all their rows moves the totals as their variance says."""
    points = background_variance(results)
    count = len(results.background.products)
    used = sorted({int(each) for each in results.line_inputs[0] if each < count})
    quantities = np.zeros((len(results.study.alternatives), len(used)))
    for number, each in enumerate(results.line_inputs[0]):
        if each < count:
            quantities[:, used.index(int(each))] += results.quantities[:, 0, number]
    largest = {int(n) for i in results.headline for n in np.argsort(-points.variances[:, 0, i])[:4]}
    largest |= {n for n, name in enumerate(points.names) if "electricity_mix_FRA" in name}  # shares of a whole
    assert len(largest) > 10
    for number in largest:
        rows = points.rows.streams[points.names[number]]
        moved = np.stack([points.rows.value(each, (np.arange(1000) + 0.5) / 1000) for each in rows])
        spread = moved.std(axis=1)  # rows of a group have the same form of range here, so that their deviations add up
        amounts = np.repeat(points.rows.amounts[:, None], 3, axis=1)
        amounts[rows, 1] += 1e-4 * spread
        amounts[rows, 2] -= 1e-4 * spread
        for numbers, rest in points.rows.wholes:
            if set(numbers) & set(rows):
                amounts[numbers[rest]] = 1 - amounts[[each for each in numbers if each != numbers[rest]]].sum(axis=0)
        unit = reach.scores(amounts).unit
        slope = quantities @ ((unit[1] - unit[2]) / 2e-4).reshape(len(used), -1)
        assert np.sqrt(points.variances[number]) == pytest.approx(np.abs(slope), rel=0.02, abs=1e-9 * float(np.abs(slope).max())), points.names[number]


@pytest.mark.slow
def test_the_sum_of_the_points_against_draws_of_the_background_alone(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    """First order and draws agree within 25 % of the variance: what is left is products of drawn amounts along the chains."""
    still = {name: variable[0] for name, variable in Foreground(results.study).streams.items()}
    monkeypatch.setattr(
        Foreground, "values", lambda self, shares: {name: np.full(len(next(iter(shares.values()))), each.parameter.value) for name, each in still.items()}
    )
    drawn = draw(compute(results.study, results.background, results.scenarios[:1]), 600)
    points = background_variance(results)
    ratio = drawn.totals[:, :, 0].var(axis=0)[:, results.headline] / points.variances.sum(axis=0)[:, results.headline]
    assert ((ratio > 0.75) & (ratio < 1.25)).all(), ratio


def test_the_points_that_carry_nearly_all(results: Results) -> None:
    points = background_variance(results)
    for i in results.headline:
        enough = points.enough(0, i)
        shares = points.shares[enough, 0, i]
        assert 0 < len(enough) < 100 and (np.diff(shares) <= 0).all()
        assert shares.sum() >= COVERED > shares[:-1].sum()
    (_, rows), *_ = background_points(results, "fr")
    assert rows[0][0] == "données qui portent 99\N{NARROW NO-BREAK SPACE}%" and rows[0][1][
        0
    ] == f"{len(points.enough(0, 0))} sur {len(points.names):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    assert len(rows) == 6 and all(len(cells) == len(results.headline) for _, cells in rows)


# The command


def test_the_command_writes_what_it_shows(frames: Callable[..., Results], tmp_path: Path) -> None:
    frames()
    out, table = tmp_path / "next.json", tmp_path / "next.csv"
    done = CliRunner().invoke(app, ["measure-next", str(tmp_path / "frames.yaml"), "--draws", "300", "-o", str(out), "-o", str(table)])
    assert done.exit_code == 0, done.output
    shown = " ".join(done.output.split())
    assert "What to measure next: Base (300 draws, seed 1)" in shown and "above 2" in shown and "data points that carry 99 %" in shown
    assert max(map(len, done.output.split("written:")[0].splitlines())) <= 100
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["recommended"] == {"climate_change": "new"} and found["sobol"] == []
    (change,) = found["next"]
    assert change["name"] == "new.new_mass" and change["from"] == pytest.approx(22, rel=0.03) and change["to"] is None and change["unit"] == "kg/frame"
    assert sum(each["share"] for each in found["background"] if each["alternative"] == "new") >= COVERED
    lines = table.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(found["next"]) + len(found["background"]) and lines[1].startswith("next,new.new_mass,")


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--scenario", "bass"], "there is no scenario 'bass'. Did you mean 'base'?"), (["-o", "x.pdf"], "there is no output with the suffix '.pdf'")],
)
def test_mistakes_are_one_clear_error(frames: Callable[..., Results], tmp_path: Path, more: list[str], said: str) -> None:
    frames()
    done = CliRunner().invoke(app, ["measure-next", str(tmp_path / "frames.yaml"), "--draws", "100", *more])
    assert isinstance(done.exception, UnknownName) and said in str(done.exception)


@pytest.mark.slow
def test_the_shipped_study(results: Results) -> None:
    drawn: Draws = room.draw_one("fraud_detection", "", 1000, 1, lambda text: None)
    assert {each.stream for each in measure_next(drawn)} >= {"model_recall"}
    assert measure_next(drawn)[0].probability == pytest.approx(0.107, abs=0.02)
