"""The study of product recommendation: published qualities, dominating terms by hand, sources and ranges, both languages."""

from __future__ import annotations

from typing import Any

import pytest
from shipped_study import check_own_value, own_values

import lca
from lca.report import page
from lca.results import Results

pytestmark = pytest.mark.slow  # a study with many inventories

NAME = "product_recommendation"
PUBLISHED = {"rules": 0.2672, "neighbours": 0.5065, "factors": 0.2574, "network": 0.6322}  # Hidasi 2016, Tables 1 and 3, RSC15, Recall@20
PAGES = 63.3e6  # a year


@pytest.fixture(scope="module")
def study() -> Results:
    return lca.run(NAME)


def climate(results: Results, alternative: str, scenario: str = "base") -> float:
    """kg of carbon dioxide equivalents per functional unit."""
    keys = results.study.alternatives
    return float(results.totals[list(keys).index(alternative), results.scenarios.index(scenario), results.study.indicators.index("climate_change")])


def task(results: Results, alternative: str, name: str) -> float:
    names, sums = results.group("task")
    return float(sums[list(results.study.alternatives).index(alternative), 0, names.index(name), results.study.indicators.index("climate_change")])


def test_the_qualities_are_those_of_the_publication(study: Results) -> None:
    found = dict(zip(study.study.alternatives, study.quality[:, 0], strict=True))
    assert {key: found[key] for key in PUBLISHED} == pytest.approx(PUBLISHED)
    assert study.comparable.all() and not study.warnings


def test_an_hour_of_work_weighs_what_it_weighs_in_the_study_of_fraud(study: Results, results: Results) -> None:
    """Hours of both studies by hand; one shared process of an office hour, so their impacts are as these hours."""
    fraud_hours = 1e6 * (0.16 * 6.2 / 60 + 0.004 * (1 - 0.75 * 0.85) * 0.5)
    picking_hours = 1e6 * 37483 * (10 / 60) * 1 / PAGES
    assert picking_hours == pytest.approx(98.7, abs=0.05)
    hour = task(results, "people", "human_work") / fraud_hours
    assert 0.3 < hour < 2  # kg per hour at a French office, way to work included
    assert task(study, "people", "human_work") == pytest.approx(picking_hours * hour, rel=1e-6)
    assert task(study, "people", "human_work") > 0.98 * climate(study, "people")
    upkeep_hours = 1e6 * 600 / PAGES
    assert task(study, "network", "monitoring") == pytest.approx(upkeep_hours * hour, rel=1e-6)


def test_hours_of_the_graphics_processor_by_hand(study: Results) -> None:
    """Nightly trainings and the share held all year; a nightly training of 3.6 hours."""
    training = 0.5 * PAGES * 10 * 41e-6 / 3600
    assert training == pytest.approx(3.6, abs=0.02)
    expected = {"training": 1e6 * training * 365 / PAGES, "answers": 1e6 * 0.143 * 8760 / PAGES, "exploration": 1e6 * 100 * 0.3 * training / 4 / PAGES}
    model, calls = study.study.model, study.call_amounts[study.scenarios.index("base")]
    found: dict[str, float] = {}
    for call, amount in zip(model.calls, calls, strict=True):
        if model.nodes[call.caller].process.key == "recommending_by_network" and call.exchange.key in expected:
            found[call.exchange.key] = 1e6 * float(amount)
    assert found == pytest.approx(expected, rel=1e-9)


def test_totals_are_of_the_order_stated(study: Results) -> None:
    """kg per million pages: far below an answer of a large language model (about 1 g, a tonne per million), labour included."""
    orders = {"people": (30, 300), "rules": (0.7, 7), "neighbours": (1.3, 13), "factors": (2, 20), "network": (5, 50)}
    for alternative, (low, high) in orders.items():
        assert low < climate(study, alternative) < high, alternative


@pytest.mark.parametrize(("indicator", "low", "high"), [("climate_change", 6000, 8000), ("primary_energy", 11000, 13000)])
def test_the_break_even_that_the_report_states(study: Results, indicator: str, low: float, high: float) -> None:
    """Lists by hand are linear in the products: where do they meet the network?"""
    number, keys = study.study.indicators.index(indicator), list(study.study.alternatives)
    names, sums = study.group("task")
    people, network = (keys.index(each) for each in ("people", "network"))
    picking = float(sums[people, 0, names.index("human_work"), number])
    rest = float(study.totals[people, 0, number]) - picking
    assert low < 37483 * (float(study.totals[network, 0, number]) - rest) / picking < high


def test_what_the_scenarios_do(study: Results) -> None:
    per_page = PAGES / 7.1e6
    assert climate(study, "people", "smaller_shop") == pytest.approx(climate(study, "people") * per_page, rel=1e-2)
    assert climate(study, "network", "frugal") < climate(study, "network")
    assert climate(study, "rules", "picking_in_madagascar") == pytest.approx(climate(study, "rules"))
    assert climate(study, "people", "picking_in_madagascar") < climate(study, "people") < climate(study, "people", "in_germany")


@pytest.mark.parametrize(("key", "entry"), own_values(NAME), ids=lambda each: each if isinstance(each, str) else "")
def test_every_value_has_a_source_a_range_and_labels(key: str, entry: dict[str, Any]) -> None:
    check_own_value(entry)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_report_renders(study: Results, lang: str) -> None:
    text = page.render(study, lang)
    assert {"en": "Recommending products", "fr": "Recommandation de produits"}[lang] in text
    assert {"en": "Working time decides", "fr": "Le temps de travail décide"}[lang] in text
