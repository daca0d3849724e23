"""Segments of a shop's customers: the published qualities, and hours of people by hand."""

from __future__ import annotations

import numpy as np
import pytest
from shipped_study import check_report_names_all, check_sources_and_ranges, check_without_fault

import lca
from lca.results import Results

pytestmark = pytest.mark.slow  # a study with many inventories

STUDY = "marketing_segmentation"
QUALITY = {"analyst": 0.740, "rules": 0.740, "boosting": 0.719, "neural": 0.588}
BUILT = {"rules": 80, "boosting": 300, "neural": 600}
UPKEEP = {"rules": 24, "boosting": 96, "neural": 180}


@pytest.fixture(scope="module")
def segments() -> Results:
    return lca.run(STUDY)


def by_task(results: Results, alternative: str, task: str, row: int = 0) -> np.ndarray:
    names, sums = results.group("task")
    return np.asarray(sums[list(results.study.alternatives).index(alternative), row, names.index(task)])


def test_the_qualities_are_the_published_ones(segments: Results) -> None:
    assert dict(zip(segments.study.alternatives, segments.quality[:, 0], strict=True)) == pytest.approx(QUALITY)
    assert any("not equalised" in each.en for each in segments.warnings)


def test_hours_of_people_by_hand(segments: Results) -> None:
    """A million customers are the file of the shop: its yearly hours, the same hour on either side."""
    hour = by_task(segments, "rules", "monitoring") / UPKEEP["rules"]
    for alternative, built in BUILT.items():
        np.testing.assert_allclose(by_task(segments, alternative, "development"), built / 4 * hour, rtol=1e-9)
        np.testing.assert_allclose(by_task(segments, alternative, "monitoring"), UPKEEP[alternative] * hour, rtol=1e-9)
    work = 4 * 12 / 0.417  # draws a month, hours each
    paid = work * (1 + 0.1 * 0.1 + 0.1 * 0.5) / 0.85  # tenth of them checked at half the time, tenth of these wrong, pauses
    drawn = paid * (1 + 80 / 3000 + 0.067) * hour
    found = by_task(segments, "analyst", "human_work")
    indicators = segments.study.indicators
    energy = indicators.index("primary_energy")
    assert drawn[energy] < found[energy] < 1.1 * drawn[energy]  # and the second monitor
    assert work == pytest.approx(115, abs=0.2)


def test_a_program_without_people_is_light(segments: Results) -> None:
    """Processors, storage and network of the lighter ways: less than a twentieth of the whole."""
    for alternative in ("rules", "boosting"):
        total = segments.totals[list(segments.study.alternatives).index(alternative), 0]
        people = by_task(segments, alternative, "development") + by_task(segments, alternative, "monitoring")
        assert (people > 0.95 * total).all()


def test_processor_time_of_boosting_by_hand(segments: Results) -> None:
    """A year of trainings, 37 us x 12 runs x 12, over a year of scoring, 9.5 us x 12 (seen by doubling it)."""
    doubled = lca.run(STUDY, ["base"], {"score_cpu": "19e-6 vcpu * second / customer"})
    row = list(segments.study.alternatives).index("boosting")
    scoring = doubled.totals[row, 0] - segments.totals[row, 0]
    np.testing.assert_allclose(by_task(segments, "boosting", "training"), scoring * 37 * 12 / 9.5, rtol=1e-6)


def test_a_larger_file_shares_the_work(segments: Results) -> None:
    double = lca.run(STUDY, ["base"], {"customers": "2e6 customer"})
    np.testing.assert_allclose(2 * by_task(double, "analyst", "human_work"), by_task(segments, "analyst", "human_work"), rtol=1e-9)
    np.testing.assert_allclose(by_task(double, "boosting", "storage"), by_task(segments, "boosting", "storage"), rtol=1e-9)


def test_every_value_of_the_study_has_a_source_and_a_range(segments: Results) -> None:
    check_sources_and_ranges(segments)


def test_check_finds_no_fault() -> None:
    check_without_fault(STUDY)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_report_renders(segments: Results, lang: str) -> None:
    check_report_names_all(segments, lang)
