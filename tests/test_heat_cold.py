"""Heat and cold from machines on the site: electricity by the COP, water by the heat given off, refrigerant kept whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import write_changed

from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.results import Results
from lca.study import read_study
from lca.views import scopes

CLIMATE, WATER = 1, 2  # positions among the indicators of the study
STUDY = """
title_en: Heat and cold
title_fr: Chaleur et froid
goal_en: To test.
goal_fr: Pour tester.
use: [foreground/heat_cold.yaml, foreground/electricity.yaml]
functional_unit:
  text_en: one kWh
  text_fr: un kWh
  amount: 1 kWh
  quality: {measure_en: up, measure_fr: en marche, at_least: 99 %}
alternatives:
  dry: {label_en: Air-cooled, label_fr: À air, process: air_cooled, quality: 1}
  wet: {label_en: Tower, label_fr: Tour, process: tower, quality: 1}
  warm: {label_en: Heat pump, label_fr: Pompe à chaleur, process: pump, quality: 1}
  sun: {label_en: Sun and sea, label_fr: Soleil et mer, process: contract, quality: 1}
equalise_by: none
reporting_actor: provider
second_order:
  more: {label_en: more, label_fr: plus, amount: not quantified}
parameters:
  country: {value: FRA, choices: [DEU, FRA]}
processes:
  air_cooled: {like: cooling_from_chiller, actor: provider, with: {cop: 3, full_load_hours: 4000 hour/year}}
  tower: {like: cooling_from_chiller, actor: provider, with: {cop: 5, tower_share: 100 %}}
  pump: {like: heat_from_heat_pump, actor: provider}
  contract: {like: electricity_from_shares, actor: supplier, with: {share_csp: 40 %, share_marine: 10 %, share_peat: 20 %, share_industrial_gas: 30 %, losses: 0 %}}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [primary_energy, climate_change, water_consumption]
"""
Read = Callable[..., Results]


@pytest.fixture
def run(tmp_path: Path, background: Background) -> Read:
    def read(*changes: tuple[str, str]) -> Results:
        path = write_changed(tmp_path / "heat.yaml", STUDY, changes)
        return compute(read_study(path, background.products, background.flows, background.indicators), background)

    return read


def unit(background: Background, product: str, indicator: str = "climate_change") -> float:
    return float(background.unit[list(background.products).index(product), :, list(background.indicators).index(indicator)].sum())


def factor(background: Background, flow: str) -> float:
    return float(background.factors[list(background.flows).index(flow), list(background.indicators).index("climate_change")])


def machine(background: Background, leaked: float, made: str = "refrigerant_R134a") -> float:
    """One kW: 0.25 kg, 3 % a year over 20 years topped up (0.15 kg), a fifth of the charge lost at the end (0.05 kg)."""
    return unit(background, "chiller_1kW") + 0.40 * unit(background, made) + leaked


def test_cold_by_hand(run: Read, background: Background) -> None:
    results = run()
    whole = machine(background, 0.20 * factor(background, "hfc_134a"))
    assert results.totals[0, 0, CLIMATE] == pytest.approx(unit(background, "electricity_mv_FRA") / 3 + whole / (4000 * 20), rel=1e-9)
    leaks = (0.15 + 0.05) * factor(background, "hfc_134a") / (4000 * 20)
    assert scopes(results, "provider")[0, 0, 0, CLIMATE] == pytest.approx(leaks, rel=1e-9)  # nothing but leaks comes from the site


def test_a_tower_evaporates_the_heat_of_cold_and_compressor(run: Read, background: Background) -> None:
    """1.2 kWh of heat per kWh of cold, four fifths of it by water of 0.68 kWh/litre: 1.41 litres."""
    results = run()
    elsewhere = unit(background, "electricity_mv_FRA", "water_consumption") / 5
    elsewhere += (unit(background, "chiller_1kW", "water_consumption") + 0.40 * unit(background, "refrigerant_R134a", "water_consumption")) / (3000 * 20)
    assert results.totals[1, 0, WATER] - elsewhere == pytest.approx(1.2 * 0.8 / 0.68 / 1000, rel=1e-6)


def test_heat_pump_and_blends(run: Read, background: Background) -> None:
    blend = (factor(background, "hfc_125") + factor(background, "difluoromethane")) / 2
    other = (
        "pump: {like: heat_from_heat_pump, actor: provider}",
        "pump: {like: heat_from_heat_pump, actor: provider}\n  blend: {like: refrigerated_machine, with: {r134a_share: 0 %, r410a_share: 100 %}}",
    )
    results = run(
        other,
        ("process: pump", "process: blended"),
        ("  contract:", "  blended: {unit: kWh, actor: provider, stage: use, needs: {blend: 1 kW/kWh}}\n  contract:"),
    )
    plain = run()
    made = unit(background, "electricity_lv_FRA") / 3.5 + machine(background, 0.20 * factor(background, "hfc_134a")) / (2000 * 18)
    assert plain.totals[2, 0, CLIMATE] == pytest.approx(made, rel=1e-9)
    assert results.totals[2, 0, CLIMATE] == pytest.approx(machine(background, 0.20 * blend, "refrigerant_R410A"), rel=1e-9)


def test_more_refrigerant_than_the_charge_is_refused(run: Read) -> None:
    with pytest.raises(LCAError, match="must not exceed one"):
        run(("pump: {like", "full: {like: refrigerated_machine, actor: provider, with: {r32_share: 10 %}}\n  pump: {like"), ("process: pump", "process: filled"),
            ("  contract:", "  filled: {unit: kWh, actor: provider, stage: use, needs: {full: 1 kW/kWh}}\n  contract:"))  # fmt: skip


def test_new_plants_have_a_share(run: Read, background: Background) -> None:
    wanted = sum(share * unit(background, f"electricity_{name}_GLO") for name, share in (("csp", 0.4), ("marine", 0.1), ("peat", 0.2), ("industrial_gas", 0.3)))
    assert run().totals[3, 0, CLIMATE] == pytest.approx(wanted, rel=1e-9)
