"""Just enough intelligence: the published accuracies, the hour shared by all, and the energy of the models beside measurements."""

from __future__ import annotations

import numpy as np
import pytest
from shipped_study import check_report_names_all, check_sources_and_ranges, check_without_fault

import lca
from lca.results import Results

pytestmark = pytest.mark.slow  # a study with many inventories

STUDY = "just_enough_intelligence"
QUALITY = {
    "rules": 0.626, "linear": 0.765, "small_transformer": 0.840, "language_model": 0.91,
    "reasoning_model": 0.90, "people_france": 0.916, "people_madagascar": 0.916, "three_madagascar": 0.949,
}  # fmt: skip
HOURS = 1e6 / 120 / 0.85 * (1 + 80 / 3000 + 0.067)  # 30 s a review, pauses, training of new people, team leaders


@pytest.fixture(scope="module")
def sorting() -> Results:
    return lca.run(STUDY)


def place(results: Results, alternative: str) -> int:
    return list(results.study.alternatives).index(alternative)


def by_task(results: Results, alternative: str, task: str, row: int = 0) -> np.ndarray:
    names, sums = results.group("task")
    return np.asarray(sums[place(results, alternative), row, names.index(task)])


def electricity(results: Results, alternative: str, task: str, row: int = 0) -> float:
    """Wh at the meter of the site per review."""
    taken = [
        number for number, line in enumerate(results.lines)
        if line.exchange.key.startswith("electricity_mv") and line.tags.get("task") == task and line.tags.get("stage") == "use"
    ]  # fmt: skip
    return float(results.quantities[place(results, alternative), row, taken].sum()) * 1000 / 1e6


def test_the_qualities_are_the_published_ones(sorting: Results) -> None:
    assert dict(zip(sorting.study.alternatives, sorting.quality[:, 0], strict=True)) == pytest.approx(QUALITY)
    assert (sorting.quality == sorting.quality[:, :1]).all()  # no scenario changes them
    assert any("not equalised" in each.en for each in sorting.warnings)


def test_people_are_so_many_of_the_hours_that_also_build_the_service(sorting: Results) -> None:
    hour = by_task(sorting, "language_model", "development") / (80 / (4 * 200_000) * 1e6)
    np.testing.assert_allclose(sorting.totals[place(sorting, "people_france"), 0], HOURS * hour, rtol=1e-9)
    labels = (8530 * (1 / 4 + 0.2)) / 200_000  # labels to learn from per review
    np.testing.assert_allclose(by_task(sorting, "linear", "data_creation"), labels * HOURS * hour, rtol=1e-9)


def test_a_vote_of_three_takes_three_times_the_reading(sorting: Results) -> None:
    one, three = (sorting.totals[place(sorting, each), 0] for each in ("people_madagascar", "three_madagascar"))
    np.testing.assert_allclose(three, 3 * one, rtol=1e-9)


def test_the_energy_of_a_bought_answer_by_hand(sorting: Results) -> None:
    for alternative, output in (("language_model", 22), ("reasoning_model", 350)):
        joules = (output + 0.2 * 180) * 0.7 * 1.57 * 1.12  # J per token, whole machine with its idle reserve, site
        assert electricity(sorting, alternative, "inference") == pytest.approx(joules / 3600, rel=1e-9)


def test_the_energy_per_token_lies_within_a_factor_of_three_of_a_published_model(sorting: Results) -> None:
    """EcoLogits 0.11.3: 400 tokens of a dense model of 70 billion parameters, server and a PUE of 1.2 included: 0.263 Wh."""
    token = (electricity(sorting, "reasoning_model", "inference") - electricity(sorting, "language_model", "inference")) / (350 - 22)
    assert 1 / 3 < 400 * token / 0.263 < 1


@pytest.mark.parametrize(("alternative", "measured"), [("language_model", 32.07 / 200), ("reasoning_model", 510.86 / 200)])
def test_measurements_of_one_request_at_a_time_bound_the_energy(sorting: Results, alternative: str, measured: float) -> None:
    """Zschache and Hartwig 2025, Table B5, Wh per sentence without the site: the same sentences, nothing answered together."""
    few = electricity(sorting, alternative, "inference", list(sorting.scenarios).index("shared_one_at_a_time")) / 1.12
    usual = electricity(sorting, alternative, "inference") / 1.12
    assert measured / 5 < few < measured  # 8 requests together
    assert measured / 25 < usual < few  # 64 together


def test_the_small_transformer_is_below_measurements_on_a_large_accelerator(sorting: Results) -> None:
    """Luccioni 2024, Table 2: 0.002 Wh per text, one at a time on a server with accelerators; a processor at its load takes less."""
    found = electricity(sorting, "small_transformer", "inference", list(sorting.scenarios).index("shared_service"))
    assert 0.002 / 15 < found < 0.002


def test_sharing_a_service_divides_the_work_and_not_the_answers(sorting: Results) -> None:
    shared = list(sorting.scenarios).index("shared_service")
    np.testing.assert_allclose(by_task(sorting, "language_model", "development", shared) * 500, by_task(sorting, "language_model", "development"), rtol=1e-9)
    np.testing.assert_allclose(by_task(sorting, "language_model", "inference", shared), by_task(sorting, "language_model", "inference"), rtol=1e-9)
    np.testing.assert_allclose(sorting.totals[place(sorting, "people_france"), shared], sorting.totals[place(sorting, "people_france"), 0], rtol=1e-9)


def test_the_share_of_the_training_follows_the_value_choice(sorting: Results) -> None:
    gwp = sorting.study.indicators.index("climate_change")
    ratio = by_task(sorting, "language_model", "inference")[gwp] / by_task(sorting, "language_model", "training")[gwp]
    assert 2 < ratio < 5  # answers over training, 3.5 in the capacity of a large operator
    nothing = lca.run(STUDY, ["base"], choices={"pretrained": "none"})
    assert by_task(nothing, "language_model", "training")[gwp] == 0


def test_every_value_of_the_study_has_a_source_and_a_range(sorting: Results) -> None:
    check_sources_and_ranges(sorting)


def test_check_finds_no_fault() -> None:
    check_without_fault(STUDY)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_report_renders(sorting: Results, lang: str) -> None:
    check_report_names_all(sorting, lang)
