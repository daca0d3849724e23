"""The study of stock levels: published errors, dominating terms by hand, sources and ranges, both languages."""

from __future__ import annotations

import math
from typing import Any

import pytest
from shipped_study import check_own_value, own_values

import lca
from lca.report import page
from lca.results import Results

pytestmark = pytest.mark.slow  # a study with many inventories

NAME = "stock_levels"
ERRORS = {"planner": 1.070, "smoothing": 1.012, "boosting": 0.995, "networks": 0.950}  # M5, level 10: MA, ES_bu, fifth and third place
NAIVE = 1.223  # M5, level 10, sNaive
ARTICLES, WEEKS = 3049, 8760 / 168  # articles; weeks of a year


@pytest.fixture(scope="module")
def study() -> Results:
    return lca.run(NAME)


def total(results: Results, alternative: str, scenario: str = "base", indicator: str = "climate_change") -> float:
    keys = results.study.alternatives
    return float(results.totals[list(keys).index(alternative), results.scenarios.index(scenario), results.study.indicators.index(indicator)])


def task(results: Results, alternative: str, name: str) -> float:
    names, sums = results.group("task")
    return float(sums[list(results.study.alternatives).index(alternative), 0, names.index(name), results.study.indicators.index("climate_change")])


def test_the_qualities_follow_from_the_published_errors(study: Results) -> None:
    found = dict(zip(study.study.alternatives, study.quality[:, 0], strict=True))
    assert found == pytest.approx({key: 1 - error / NAIVE for key, error in ERRORS.items()})
    assert study.comparable.all() and not study.warnings


def test_an_hour_of_work_weighs_what_it_weighs_in_the_study_of_fraud(study: Results, results: Results) -> None:
    """Hours of both studies by hand; one shared process of an office hour, so their impacts are as these hours."""
    fraud_hours = 1e6 * (0.16 * 6.2 / 60 + 0.004 * (1 - 0.75 * 0.85) * 0.5)
    planning_hours = 1000 * 30.8 / 2450
    assert planning_hours == pytest.approx(12.57, abs=0.005)  # 45 seconds per article and week
    hour = task(results, "people", "human_work") / fraud_hours
    assert task(study, "planner", "human_work") == pytest.approx(planning_hours * hour, rel=1e-6)
    assert task(study, "planner", "human_work") > 0.95 * total(study, "planner")
    assert task(study, "networks", "human_work") == pytest.approx(0.175 * planning_hours * hour, rel=1e-6)
    upkeep_hours = 1000 * 300 / (ARTICLES * WEEKS)
    assert task(study, "boosting", "monitoring") == pytest.approx(upkeep_hours * hour, rel=1e-6)


def test_hours_of_machines_by_hand(study: Results) -> None:
    """Per thousand article-weeks: 56 hours of graphics processors and 24 hours of virtual processors for 30 490 series."""
    per_unit = 1000 / WEEKS / 30490
    expected = {
        ("planning_by_networks", "training"): 8 * 6 * 13 * per_unit,
        ("planning_by_networks", "forecasts"): 8 * 1 * 52 * per_unit,
        ("planning_by_networks", "exploration"): 30 * 6 / 4 * per_unit,
        ("planning_by_boosting", "training"): 3 * 8 * 13 * per_unit,
        ("planning_by_smoothing", "forecasts"): 2.74 * 52 / 3600 * 1000 / WEEKS,
    }
    model, calls = study.study.model, study.call_amounts[study.scenarios.index("base")]
    found = {(model.nodes[call.caller].process.key, call.exchange.key): 1000 * 168 * float(amount) for call, amount in zip(model.calls, calls, strict=True)}
    assert {key: found[key] for key in expected} == pytest.approx(expected, rel=1e-9)
    smoothing = 14.5 * 60 * 96 / 30490  # as published
    assert smoothing == pytest.approx(2.74, abs=0.005)


def test_totals_are_of_the_order_stated(study: Results) -> None:
    """kg per thousand article-weeks: some ten grams for the 45 seconds of a planner."""
    orders = {"planner": (4, 30), "smoothing": (1, 7), "boosting": (1.5, 15), "networks": (2, 20)}
    for alternative, (low, high) in orders.items():
        assert low < total(study, alternative) < high, alternative


def parts(results: Results, alternative: str) -> tuple[float, float]:
    """Totals are a + b / articles: two sizes of the assortment tell both."""
    small, large = total(results, alternative), total(results, alternative, "ten_times_the_articles")
    slope = (small - large) / (1 / ARTICLES - 1 / (10 * ARTICLES))
    return small - slope / ARTICLES, slope


@pytest.mark.parametrize(("model", "low", "high"), [("boosting", 800, 1000), ("networks", 1200, 1400), ("smoothing", 0, 300)])
def test_the_break_even_that_the_report_states(study: Results, model: str, low: float, high: float) -> None:
    """Above this number of articles the model comes below the planner; smoothing does so down to the low end of the range."""
    (fixed, slope), (model_fixed, model_slope) = parts(study, "planner"), parts(study, model)
    assert low < (model_slope - slope) / (fixed - model_fixed) < high


def test_what_the_scenarios_do(study: Results) -> None:
    for alternative in ("smoothing", "boosting", "networks"):
        assert total(study, alternative, "frugal") < total(study, alternative)
        assert total(study, alternative, "ten_times_the_articles") < total(study, alternative)
        assert total(study, alternative, "in_the_us") > total(study, alternative)
    names, sums = study.group("task")
    trained = sums[list(study.study.alternatives).index("networks"), :, names.index("training"), study.study.indicators.index("climate_change")]
    assert math.isclose(trained[study.scenarios.index("frugal")] / trained[0], 2 / 13, rel_tol=1e-6)


@pytest.mark.parametrize(("key", "entry"), own_values(NAME), ids=lambda each: each if isinstance(each, str) else "")
def test_every_value_has_a_source_a_range_and_labels(key: str, entry: dict[str, Any]) -> None:
    check_own_value(entry)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_report_renders(study: Results, lang: str) -> None:
    text = page.render(study, lang)
    assert {"en": "Forecasting stock levels", "fr": "Prévision des niveaux de stock"}[lang] in text
    assert {"en": "Working time decides", "fr": "Le temps de travail décide"}[lang] in text
