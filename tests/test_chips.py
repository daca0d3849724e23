"""Chips in more places and of older nodes, memory by generation, parts of electronics, and dies and memory by their sizes."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable

import pytest

from lca import folders
from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.study import Study

Small = Callable[..., Study]
GASES = ("tetrafluoromethane", "hexafluoroethane", "sulfur_hexafluoride", "nitrogen_trifluoride", "dinitrogen_monoxide", "trifluoromethane")


def table(name: str) -> list[dict[str, str]]:
    with (folders.shipped("inventories") / "background" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PROCESSES = table("electronics_processes.csv") + table("electronics_more_processes.csv")
ROWS = table("electronics_exchanges.csv") + table("electronics_more_exchanges.csv")


def score(background: Background, product: str, indicator: str = "climate_change") -> float:
    number = list(background.indicators).index(indicator)
    return float(background.unit[list(background.products).index(product)].sum(axis=0)[number])


def amounts(process: str) -> dict[str, float]:
    return {row["input"]: float(row["amount"]) for row in ROWS if row["process"] == process}


# Wafers


@pytest.mark.parametrize(
    ("process", "twin"),
    [(row["process"], f"{row['process'].rsplit('_', 1)[0]}_{home}") for row in table("electronics_more_processes.csv")
     for home in ("TWN", "KOR") if "wafer_" in row["process"] and not row["process"].endswith(f"_{home}") and amounts(f"{row['process'].rsplit('_', 1)[0]}_{home}")],
)  # fmt: skip
def test_a_wafer_made_elsewhere_differs_in_electricity_and_water_only(process: str, twin: str) -> None:
    here, there = process[-3:], twin[-3:]
    assert amounts(process) == {name.replace(f"_{there}", f"_{here}"): amount for name, amount in amounts(twin).items()}
    placed = {name for name in amounts(process) if name.endswith(f"_{here}")}
    assert placed == {f"electricity_hv_{here}", f"ultrapure_water_{here}", f"water_consumed_{here}"}


def test_cleaner_grids_make_cleaner_wafers(background: Background) -> None:
    assert score(background, "logic_wafer_14nm_IRL") < score(background, "logic_wafer_14nm_USA") < score(background, "logic_wafer_14nm_TWN")
    assert score(background, "logic_wafer_10nm_USA") < score(background, "logic_wafer_10nm_ISR")


@pytest.mark.parametrize("node", [130, 90, 65])
def test_process_gases_of_mature_nodes_add_up_to_the_mean_of_the_industry(background: Background, node: int) -> None:
    """0.23 kg CO2e/cm2 by AR5, as the gases of finer nodes: 1.054 kg by AR6 per kg, and 4.55 % for the octafluoro gases."""
    number = list(background.indicators).index("climate_change")
    found = amounts(f"logic_wafer_{node}nm_TWN")
    sums = sum(found[gas] * float(background.factors[list(background.flows).index(gas), number]) for gas in GASES)
    assert sums == pytest.approx(0.23 * 1.102, rel=0.01)


def test_electricity_of_mature_nodes_by_hand() -> None:
    """Masks 137.24 x nm^-0.317: 36.54 at 65 nm, 47.72 at 28 nm, where the model takes 0.9 kWh; 8.22 l/cm2 make 4.11 l ultrapure at 10 Wh."""
    assert amounts("logic_wafer_65nm_TWN")["electricity_hv_TWN"] == pytest.approx(0.9 * 36.54 / 47.72 - 0.0411, rel=1e-3)
    assert amounts("logic_wafer_130nm_TWN")["electricity_hv_TWN"] == pytest.approx(1.432 - 0.0411, rel=1e-6)


def test_water_into_a_mature_fab_leaves_it() -> None:
    """8.22 l fresh: what evaporates, goes to the sewer from the fab and from the ultrapure plant, per cm2."""
    found = amounts("logic_wafer_65nm_TWN")
    into = found["tap_water"] + found["ultrapure_water_TWN"] * 1.5
    out = 1000 * (found["water_consumed_TWN"] + found["wastewater_treatment"]) + found["ultrapure_water_TWN"] * 0.5
    assert into == pytest.approx(8.22, rel=1e-3)
    assert out == pytest.approx(into, rel=0.01)


# Parts


def test_parts_weigh_what_they_are_made_of() -> None:
    """Products in kg and boards at 6 kg/m2; what burns out, is counted twice by element or has no mass is left aside."""
    light = {
        "capacitor_ceramic": {"barium_in_ground", "titanium_in_ground", "chemicals_organic"},
        "ferrite_core": {"iron_in_ground", "manganese", "zinc_primary"},
    }
    units = {row["process"]: row["unit"] for name in ("materials", "electronics", "electronics_more") for row in table(f"{name}_processes.csv")}
    for process, low, high in (
        ("capacitor_ceramic", 0.95, 1.05), ("capacitor_ceramic_palladium", 0.95, 1.05), ("capacitor_tantalum", 0.95, 1.05), ("capacitor_aluminium", 0.95, 1.05),
        ("resistor_chip", 0.95, 1.05), ("connector_gold_plated", 0.95, 1.05), ("solder_SnPb", 1.0, 1.0001), ("power_cord", 1.0, 1.0001), ("fan", 0.9, 1.1),
        ("hard_disk_3_5", 0.9, 1.1), ("hard_disk_2_5", 0.9, 1.1), ("power_supply_unit", 0.9, 1.1), ("data_cable_cat6", 37, 42), ("optical_cable_24", 73, 77),
    ):  # fmt: skip
        parts = {name: amount for name, amount in amounts(process).items() if units.get(name) in ("kg", "m2") and name not in light.get(process, set())}
        skipped = ("ultrapure_water", "populated_board_metals", "board_assembly")
        mass = sum(amount * {"kg": 1, "m2": 6}[units[name]] for name, amount in parts.items() if not name.startswith(skipped))
        if process == "optical_cable_24":
            mass += amounts(process)["optical_fibre"] * 0.0654  # 27 g of glass and 38 g of coating per km
        assert low <= mass <= high, process


def test_silicon_of_a_fibre_follows_its_geometry() -> None:
    """125 um of glass at 2.2 g/cm3 are 27.0 g per km; half of the tetrachloride becomes glass."""
    glass = math.pi / 4 * 0.0125**2 * 100_000 * 2.2
    assert glass == pytest.approx(27.0, abs=0.01)
    assert amounts("optical_fibre")["silicon_mg"] * 1000 == pytest.approx(2 * glass * 28.085 / 60.083, rel=1e-3)


@pytest.mark.parametrize(
    ("product", "indicator", "published", "low", "high", "why"),
    [
        ("logic_wafer_28nm_TWN", "climate_change", 1.11, 0.75, 1.3, "imec 2023 per wafer area, from its own words"),
        ("optical_fibre", "climate_change", 2.3, 0.9, 1.15, "Corning; our electricity comes from it: arithmetic only"),
        ("copper_wire", "climate_change", 3.98, 0.6, 1.1, "Corning: two wires of 0.5 mm"),
        ("capacitor_ceramic", "primary_energy", 6862, 0.3, 1.0, "Smith 2018 has twice ours; makers state about half of ours in CO2e"),
        ("capacitor_tantalum", "primary_energy", 5567, 0.4, 1.0, "Smith 2018"),
        ("hard_disk_3_5", "climate_change", 26.2, 0.7, 1.6, "makers' assessments of two drives of 12 and 16 TB"),
    ],
)
def test_beside_published_values(background: Background, product: str, indicator: str, published: float, low: float, high: float, why: str) -> None:
    assert low <= score(background, product, indicator) / published <= high, why


def test_what_needs_more_costs_more(background: Background) -> None:
    assert score(background, "oled_panel_KOR") > score(background, "lcd_panel")  # three times the masks
    assert score(background, "capacitor_ceramic_palladium", "adp_elements") > 10 * score(background, "capacitor_ceramic", "adp_elements")


# Dies and memory


def made(small: Small, background: Background, file: str, line: str, *settings: str) -> float:
    study = small(
        ("second_order:", f"use: [foreground/{file}.yaml]\nsecond_order:"),
        ("robot_in_use: fleet / yearly", line),
        *((("parameters:\n  country:", "parameters:\n  " + "\n  ".join(settings) + "\n  country:"),) if settings else ()),
    )
    return float(compute(study, background).totals[1, 0, 0])  # ten parcels, a tenth each


@pytest.mark.parametrize(
    ("area", "wafer", "salvage", "cm2"),
    [
        # 100 mm2 on 300 mm: 600.8 dies are 85.00 % of the wafer; (1 + 0.2 / 10)^-10 = 82.03 % work
        (100, "7nm_TWN", 0, 1.43412),
        # 814 mm2: 60.0 dies are 69.10 % of the wafer; (1 + 0.11 x 0.814) ^ -10 = 42.42 % work
        (814, "5nm_TWN", 0, 27.7696),
        # three quarters of the others are sold: 42.42 + 57.58 x 0.75 = 85.60 %
        (814, "5nm_TWN", 75, 13.7607),
        (814, "5nm_USA", 75, 13.7607),
    ],
)
def test_wafer_behind_a_die_by_hand(small: Small, background: Background, area: float, wafer: str, salvage: float, cm2: float) -> None:
    settings = (f"logic_die.die_area: {{value: {area} mm2/die, low: {area}, high: {area}, source: assumption}}",
                f"logic_die.salvage: {{value: {salvage} %, low: {salvage}, high: {salvage}, source: assumption}}")  # fmt: skip
    text = "logic_die: 0.1 die/parcel"
    study = made(small, background, "chips", text, *settings, f"logic_die.wafer: {{value: {wafer}, choices: [{wafer}]}}")
    assert study == pytest.approx(cm2 * score(background, f"logic_wafer_{wafer}"), rel=1e-4)


def test_a_die_that_does_not_fit_is_refused(small: Small, background: Background) -> None:
    with pytest.raises(LCAError, match=r"die_area.*1000|too large"):
        made(small, background, "chips", "logic_die: 0.1 die/parcel", "logic_die.die_area: {value: 90000 mm2/die, low: 1, high: 90000, source: assumption}")


def test_salvage_is_a_share(small: Small, background: Background) -> None:
    with pytest.raises(LCAError, match="salvage"):
        made(small, background, "chips", "logic_die: 0.1 die/parcel", "logic_die.salvage: {value: 120 %, low: 0, high: 120, source: assumption}")


@pytest.mark.parametrize(
    ("process", "unit", "generations", "densities"),
    [
        ("memory_module", "GB", ("1x", "1z", "1a", "1b"), (2.38, 3.41, 4.05, 5.5)),
        ("solid_state_drive", "TB", ("64", "96", "176", "232"), (43.3, 66.6, 130, 181)),
    ],
)
def test_silicon_falls_as_density_rises(
    small: Small, background: Background, process: str, unit: str, generations: tuple[str, ...], densities: tuple[float, ...]
) -> None:
    """All that goes with the die area falls as one over the density; board, housing and buffer stay."""
    found = [made(small, background, "components", f"{process}: 0.1 {unit}/parcel", f"{process}.generation: {{value: '{each}', choices: ['{each}']}}")
             for each in generations]  # fmt: skip
    fixed = (found[-1] * densities[-1] - found[0] * densities[0]) / (densities[-1] - densities[0])
    for value, density in zip(found, densities, strict=True):
        assert value - fixed == pytest.approx((found[0] - fixed) * densities[0] / density, rel=1e-6)
    assert 0 < fixed < found[-1]
