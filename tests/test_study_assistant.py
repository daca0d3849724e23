"""A text assistant over a year of a country, and one request of it: the same numbers divided."""

from __future__ import annotations

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.folders import shipped
from lca.results import Results
from lca.study import read_study


def run(name: str, background: Background) -> Results:
    study = read_study(shipped("scenarios") / f"{name}.yaml", background.products, background.flows, background.indicators)
    return compute(study, background)


@pytest.fixture(scope="module")
def year(background: Background) -> Results:
    return run("llm_service", background)


@pytest.fixture(scope="module")
def request_(background: Background) -> Results:
    return run("llm_request", background)


def test_a_request_is_the_year_over_its_requests(year: Results, request_: Results) -> None:
    """58.9 million people x 48 % x 3 a day x 365 days."""
    requests = 58.9e6 * 0.48 * np.array([3, 15, 1.5, 3, 3]) * 365
    np.testing.assert_allclose(request_.totals, year.totals / requests[None, :, None], rtol=1e-9)


def test_the_total_rises_while_the_request_falls(year: Results, request_: Results) -> None:
    """Five times the requests at a third of the energy per token."""
    today, growth = (list(year.scenarios).index(each) for each in ("today", "growth"))
    assert (year.totals[:, growth] > 3 * year.totals[:, today]).all()
    assert (request_.totals[:, growth] < request_.totals[:, today]).all()


def test_a_request_is_of_the_order_that_is_published(request_: Results) -> None:
    """Electricity of the answer alone, large model: 0.24 Wh at the median of Gemini (Elsworth 2025), 1.9 Wh for a long answer of GPT-4o's
    size (Jegham 2025): ours lies between a tenth and three times of that span."""
    names, sums = request_.group("tier")
    large = list(request_.study.alternatives).index("large")
    energy = [each.key for each in request_.indicators].index("primary_energy")
    watt_hours = sums[large, 0, names.index("datacentre"), energy] / 3.6e-3 / 2.9  # MJ of primary energy to Wh of electricity in the United States
    assert 0.1 < watt_hours < 3


def test_bigger_models_take_more(request_: Results) -> None:
    assert (np.diff(request_.totals, axis=0) > 0).all()
