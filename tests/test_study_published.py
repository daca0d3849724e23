"""Published cases: as published with given factors, to the digits published; then with our inventories, the gap by stage."""

from __future__ import annotations

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
def bloom(background: Background) -> Results:
    return run("bloom_176b", background)


@pytest.fixture(scope="module")
def bert(background: Background) -> Results:
    return run("bert_mlca", background)


def total(results: Results, alternative: str, indicator: str, scenario: int = 0) -> float:
    names = list(results.study.alternatives), [each.key for each in results.indicators]
    return float(results.totals[names[0].index(alternative), scenario, names[1].index(indicator)])


def by_stage(results: Results, alternative: str, indicator: str) -> dict[str, float]:
    names, sums = results.group("stage")
    values = sums[list(results.study.alternatives).index(alternative), 0, :, [each.key for each in results.indicators].index(indicator)]
    return dict(zip(names, values.tolist(), strict=True))


def test_bloom_as_published(bloom: Results) -> None:
    """24.69 t of accelerators at work, 14.6 t at rest, 11.2 t of making: 50.5 t (Luccioni 2022, Tables 3 and 4)."""
    assert total(bloom, "published", "climate_change") == pytest.approx(50.5e3, rel=2e-3)
    stages = by_stage(bloom, "published", "climate_change")
    assert stages["use"] == pytest.approx(24.69e3 + 14.6e3, rel=2e-3)
    assert stages["manufacturing"] == pytest.approx(11.2e3, rel=2e-3)


def test_bloom_with_our_data_and_where_it_parts(bloom: Results) -> None:
    """Electricity of France 2022 at medium voltage for 57 g/kWh; servers with eight A100 for 2500 + 8 x 150 kg."""
    ours, published = (by_stage(bloom, each, "climate_change") for each in ("same_scope", "published"))
    assert ours["use"] / published["use"] == pytest.approx(1.05, abs=0.1)
    assert (ours["manufacturing"] + ours["transport"] + ours["end_of_life"]) / published["manufacturing"] == pytest.approx(1.07, abs=0.25)
    cooling = total(bloom, "whole_site", "climate_change") - total(bloom, "same_scope", "climate_change")
    assert cooling == pytest.approx(0.2 * ours["use"], rel=1e-9)


@pytest.mark.parametrize(
    ("indicator", "scenario", "published"),
    [
        ("climate_change", 0, 830), ("primary_energy", 0, 24000), ("adp_elements", 0, 0.0049),
        ("climate_change", 1, 810), ("adp_elements", 1, 0.0034),
        ("climate_change", 2, 3900), ("primary_energy", 2, 61000), ("adp_elements", 2, 0.24),
    ],
)  # fmt: skip
def test_bert_as_published(bert: Results, indicator: str, scenario: int, published: float) -> None:
    """Published to two digits, under three lives and utilisations of the nodes (Morand 2024)."""
    assert total(bert, "published", indicator, scenario) == pytest.approx(published, rel=0.03)


def test_bert_with_our_data_and_where_it_parts(bert: Results) -> None:
    """The electricity agrees; the making of the nodes is lower with our devices (their factors per area are those of 2012 databases)."""
    ours, published = (by_stage(bert, each, "climate_change") for each in ("our_data", "published"))
    assert ours["use"] / published["use"] == pytest.approx(1.1, abs=0.2)
    assert 0.2 < ours["manufacturing"] / published["manufacturing"] < 1
