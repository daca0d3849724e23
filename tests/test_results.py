"""One table: every view is a sum over it, and the inventory beside it says the same."""

from __future__ import annotations

import numpy as np
import pytest

from lca.background import Background
from lca.errors import UnknownName
from lca.results import PARTS, TAGS, Results


@pytest.mark.parametrize("by", [*TAGS, "process", "part"])
def test_every_grouping_sums_to_the_totals(results: Results, by: str) -> None:
    names, sums = results.group(by)
    assert len(names) == len(set(names))
    np.testing.assert_allclose(sums.sum(axis=2), results.totals, rtol=1e-12)


def test_an_unknown_grouping_names_the_nearest(results: Results) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'stage'"):
        results.group("stages")


def test_the_data_frame_holds_the_whole_table(results: Results) -> None:
    sums = results.table().groupby(["alternative", "scenario", "indicator"])["value"].sum()
    for a, alternative in enumerate(results.study.alternatives):
        for r, scenario in enumerate(results.scenarios):
            for i, indicator in enumerate(results.study.indicators):
                assert sums[alternative, scenario, indicator] == pytest.approx(results.totals[a, r, i], rel=1e-9)


def test_the_inventory_times_the_factors_is_the_table(results: Results) -> None:
    chosen = [list(results.background.indicators).index(key) for key in results.study.indicators]
    scores = np.einsum("arf,fi->ari", results.inventory(), results.background.factors[:, chosen])
    np.testing.assert_allclose(scores, results.totals, rtol=1e-9)


def test_compare_is_in_display_units(results: Results) -> None:
    frame = results.compare()
    number = results.study.indicators.index("climate_change")
    unit, size = results.scale(number)
    assert frame.shape[0] == len(results.scenarios) * len(results.study.alternatives)
    column = frame[f"Climate change [{unit}]"].to_numpy().reshape(len(results.scenarios), -1)
    np.testing.assert_allclose(column * size, results.totals[:, :, number].T, rtol=1e-12)
    assert list(results.compare("fr").index.names) == ["scénario", "variante"]


def test_the_whole_primary_energy_is_its_two_parts(results: Results) -> None:
    total, renewable, rest = (results.study.indicators.index(each) for each in ("primary_energy", "primary_energy_renewable", "primary_energy_non_renewable"))
    np.testing.assert_allclose(results.totals[..., renewable] + results.totals[..., rest], results.totals[..., total], rtol=1e-5)


def test_the_grid_part_is_what_the_plants_emit_for_the_energy_delivered(background: Background) -> None:
    """Scope 2 of a kWh at low voltage equals that at high voltage: losses and fuel chains are scope 3."""
    gwp, names = list(background.indicators).index("climate_change"), list(background.products)
    for country in ("FRA", "DEU", "USA", "CHN"):
        grid = [background.unit[names.index(f"electricity_{level}_{country}"), PARTS.index("grid"), gwp] for level in ("hv", "mv", "lv")]
        total = [background.unit[names.index(f"electricity_{level}_{country}"), :, gwp].sum() for level in ("hv", "mv", "lv")]
        assert grid == pytest.approx([grid[0]] * 3, rel=1e-6)
        assert total[0] < total[1] < total[2] and grid[0] < total[0]


def test_only_carriers_and_plants_have_a_grid_part(background: Background) -> None:
    for number, product in enumerate(background.products.values()):
        if product.part not in ("grid", "carrier"):
            assert np.abs(background.unit[number, PARTS.index("grid")]).max() == 0.0, product.key


def test_every_electricity_is_above_the_physical_floor(background: Background) -> None:
    energy, names = list(background.indicators).index("primary_energy"), list(background.products)
    for name in names:
        if name.startswith(("electricity_hv", "electricity_mv", "electricity_lv")):
            assert background.unit[names.index(name), :, energy].sum() >= 3.6, name


@pytest.mark.parametrize(
    ("country", "low", "high"),
    [("FRA", 45, 70), ("DEU", 370, 480), ("USA", 380, 470), ("TWN", 560, 700), ("KOR", 430, 540), ("CHN", 560, 690), ("GLO", 450, 570)],
)
def test_electricity_against_published_life_cycle_values(background: Background, country: str, low: float, high: float) -> None:
    """Ranges round OWID/Ember life-cycle intensities of 2023 (g CO2-eq per kWh), widened by the losses to the consumer."""
    gwp, names = list(background.indicators).index("climate_change"), list(background.products)
    assert low <= 1000 * background.unit[names.index(f"electricity_mv_{country}"), :, gwp].sum() <= high


def test_people_and_machines_are_both_there(results: Results) -> None:
    names, sums = results.group("task")
    human = sums[:, :, names.index("human_work")]
    assert (
        human[..., results.study.indicators.index("climate_change")] / results.totals[..., results.study.indicators.index("climate_change")]
    ).min() == pytest.approx(0.77, abs=0.12)
