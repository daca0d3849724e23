"""The measurements of a student report carried to four indicators: the published numbers go in, and what they come to by hand."""

from __future__ import annotations

import pytest

from lca.background import Background
from lca.calculation import compute
from lca.folders import shipped
from lca.results import Results
from lca.study import read_study

PUBLISHED = {  # kg CO2 by the tool: tables 12 and 14 to 16
    "nearest_neighbours": 1.0702234314084056e-08,
    "k_means": 4.983156900972128e-07,
    "perceptron": 1.4007240778055813e-05,
    "recurrent": 0.00010874017996317586,
    "convolutional": 3.7664445672275096e-05,
}
JOULES = {"selection_python": 70000, "selection_c": 16547.21, "heap_python": 66.26, "heap_c": 11.36}  # table 3


@pytest.fixture(scope="module", params=["measured_algorithms", "sorting_languages"])
def study_results(request: pytest.FixtureRequest, background: Background) -> Results:
    study = read_study(shipped("scenarios") / f"{request.param}.yaml", background.products, background.flows, background.indicators)
    return compute(study, background)


def electricity(results: Results) -> dict[str, float]:
    """kWh of electricity that each alternative calls in the first scenario."""
    roots = {results.study.alternatives[key].process: n for n, key in enumerate(results.study.alternatives)}
    found = dict.fromkeys(results.study.alternatives, 0.0)
    for number, line in enumerate(results.lines):
        key = results.study.model.nodes[line.node].process.key
        if line.exchange.key == "electricity" and key in roots:
            found[list(results.study.alternatives)[roots[key]]] += float(results.quantities[roots[key], 0, number])
    return found


def test_the_electricity_is_what_was_measured(study_results: Results) -> None:
    """By the tool's own intensity of 84.9 g/kWh the energies give its emissions again; joules pass the power supply."""
    found = electricity(study_results)
    if "perceptron" in found:
        for key, emissions in PUBLISHED.items():
            assert found[key] * 0.0849 == pytest.approx(emissions, rel=5e-3), key
    else:
        for key, joules in JOULES.items():
            assert found[key] == pytest.approx(joules / 3.6e6 / 0.85, rel=1e-9), key


def test_the_making_of_the_laptop_outweighs_a_french_run(study_results: Results) -> None:
    names, sums = study_results.group("stage")
    climate = [each.key for each in study_results.indicators].index("climate_change")
    shares = sums[:, 0, :, climate] / study_results.totals[:, 0, climate][:, None]
    assert (shares[:, names.index("manufacturing")] > shares[:, names.index("use")]).all()


def test_the_algorithm_weighs_more_than_the_language(background: Background) -> None:
    """Heap sort in Python beats selection sort in C by more than two orders of magnitude, on every indicator."""
    study = read_study(shipped("scenarios") / "sorting_languages.yaml", background.products, background.flows, background.indicators)
    results = compute(study, background)
    order = list(study.alternatives)
    by = {key: results.totals[order.index(key), 0] for key in order}
    assert (by["selection_c"] > 100 * by["heap_python"]).all()
    assert (by["heap_python"] > 4 * by["heap_c"]).all()


def test_an_hour_of_work_outweighs_every_training(background: Background) -> None:
    study = read_study(shipped("scenarios") / "measured_algorithms.yaml", background.products, background.flows, background.indicators)
    results = compute(study, background, ["measured", "with_an_hour"])
    added = results.totals[:, 1] - results.totals[:, 0]
    assert added == pytest.approx(added[[0, 0, 0, 0, 0]], rel=1e-6)  # the same hour for each
    climate = [each.key for each in results.indicators].index("climate_change")
    assert (added[:, climate] > 100 * results.totals[:, 0, climate]).all()
