"""Processors, accelerators and drives: silicon from geometry and yield, masses, monotonicity, tables, and published values."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable
from functools import lru_cache

import pytest

from lca import folders
from lca.background import Background
from lca.calculation import compute
from lca.results import Results
from lca.study import Study

Small = Callable[..., Study]
FAMILIES = {"accelerators": "accelerator", "processors": "processor", "drives": "drive"}


def table(name: str) -> list[dict[str, str]]:
    with (folders.shipped("inventories") / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache
def values(name: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in table(f"foreground/{name}_values.csv"):
        found.setdefault(row["process"], {})[row["parameter"]] = row["value"]
    return found


def number(text: str) -> float:
    return float(text.split()[0])


def ran(small: Small, background: Background, file: str, line: str, *settings: str, head: str = "") -> Results:
    """Ten parcels, a tenth of a device each."""
    study = small(
        ("second_order:", f"use: [foreground/{file}.yaml]\n{head}second_order:"),
        ("robot_in_use: fleet / yearly", line),
        *((("parameters:\n  country:", "parameters:\n  " + "\n  ".join(settings) + "\n  country:"),) if settings else ()),
    )
    return compute(study, background)


def needs(results: Results, name: str) -> float:
    """What the lines of a name, or of a product, ask for."""
    return sum(
        float(results.quantities[1, 0, n])
        for n, line in enumerate(results.lines)
        if name in (line.exchange.key, *line.inputs)
    )  # fmt: skip


def climate(results: Results) -> float:
    return float(results.totals[1, 0, 0])


# Silicon by hand


def wafer(area: float, defects: float, salvage: float, scribe: float = 0.1, edge: float = 3) -> float:
    """cm2 of wafer per die sold, written anew from the definitions: gross dies of a round wafer, negative binomial yield."""
    sawn, width = (math.sqrt(area) + scribe) ** 2, 300 - 2 * edge
    gross = math.pi * width**2 / (4 * sawn) - math.pi * width / math.sqrt(2 * sawn)
    works = (1 + defects * area / 100 / 10) ** -10
    return math.pi * 300**2 / 4 / 100 / gross / (works + (1 - works) * salvage)


@pytest.mark.parametrize(
    ("device", "wafers"),
    [
        # 814 mm2 at 5 nm: 60.0 dies on a wafer, 42.4 % work, 85.6 % are sold: 13.76 cm2 (by hand in test_chips.py)
        ("accelerator_h100_sxm", {"logic_wafer_5nm_TWN": 13.7607}),
        # 815 mm2 at 14 nm: 59.95 dies; (1 + 0.09 x 0.815)^-10 = 49.2 % work, 87.3 % are sold
        ("accelerator_v100_sxm2", {"logic_wafer_14nm_TWN": 13.506}),
        # two dies of 724 mm2 at 7 nm
        ("accelerator_mi250x", {"logic_wafer_7nm_TWN": 2 * wafer(724, 0.2, 0.75)}),
        # eight dies of 115 mm2 at 5 nm on four of 370 mm2 at 7 nm
        ("accelerator_mi300x", {"logic_wafer_5nm_TWN": 8 * wafer(115, 0.11, 0.75), "logic_wafer_7nm_TWN": 4 * wafer(370, 0.2, 0.75)}),
        # Genoa: twelve dies of 66.3 mm2 at 5 nm, one of 397 mm2 at 7 nm
        ("processor_epyc_9654", {"logic_wafer_5nm_TWN": 12 * wafer(66.3, 0.11, 0.5), "logic_wafer_7nm_TWN": wafer(397, 0.2, 0.5)}),
        # Skylake: one die of 694 mm2 at 14 nm
        ("processor_xeon_8280", {"logic_wafer_14nm_USA": wafer(694, 0.09, 0.5)}),
    ],
)
def test_wafers_behind_a_device_by_hand(small: Small, background: Background, device: str, wafers: dict[str, float]) -> None:
    family = device.split("_")[0]
    results = ran(small, background, f"{family}s", f"{device}: 0.1 {family}/parcel")
    found = {name: needs(results, name) for name in wafers}
    assert found == pytest.approx(wafers, rel=1e-3)


def test_stacked_memory_by_hand(small: Small, background: Background) -> None:
    """80 GB of HBM3 at 1.8 GB/cm2 are 44.44 cm2 of dies; over 0.875 x 0.90 x 0.88 = 0.693 that is 64.13 cm2 of wafer, an eighth
    more for base dies; one test and moulding per stack of eight."""
    results = ran(small, background, "accelerators", "accelerator_h100_sxm: 0.1 accelerator/parcel")
    assert needs(results, "hbm_dram_wafer_KOR") == pytest.approx(64.13, rel=1e-3)
    assert needs(results, "base_die") == pytest.approx(64.13 / 8, rel=1e-3)
    assert needs(results, "graphics_memory_gddr6") == 0


@pytest.mark.parametrize(("process", "density"), [("graphics_memory_gddr6", 1.9), ("graphics_memory_gddr7", 2.7), ("soldered_memory_lpddr5", 3.41)])
def test_flat_memory_by_hand(small: Small, background: Background, process: str, density: float) -> None:
    """One GB over density, yield (0.875) and the use of the wafer (0.9)."""
    results = ran(small, background, "components", f"{process}: 0.1 GB/parcel")
    assert needs(results, "dram_wafer_KOR") == pytest.approx(1 / (density * 0.875 * 0.9), rel=1e-6)
    assert needs(results, "ic_packaging") == pytest.approx(1 / density, rel=1e-6)


def test_newer_stacks_hold_more(small: Small, background: Background) -> None:
    found = [climate(ran(small, background, "components", f"stacked_memory_{each}: 0.1 GB/parcel")) for each in ("hbm2", "hbm2e", "hbm3e")]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("die_area", "400 mm2", "800 mm2"), ("salvage", "90 %", "10 %"), ("clustering", "2", "20"), ("stacked_memory", "80 GB/accelerator", "160 GB/accelerator"),
     ("interposer", "1000 mm2/accelerator", "3000 mm2/accelerator"), ("board_area", "150 cm2/accelerator", "300 cm2/accelerator"),
     ("full_power", "300 W/accelerator", "700 W/accelerator"), ("mass", "1 kg/accelerator", "3 kg/accelerator"), ("air_share", "0 %", "100 %")],
)  # fmt: skip
def test_more_of_it_costs_more(small: Small, background: Background, name: str, low: str, high: str) -> None:
    def at(value: str) -> float:
        amount = value.split()[0]
        setting = f"accelerator.{name}: {{value: {value}, low: {amount}, high: {amount}, source: assumption}}"
        return climate(ran(small, background, "accelerators", "accelerator: 0.1 accelerator/parcel", setting))

    assert at(low) < at(high)


def test_finer_nodes_cost_more_for_the_same_die(small: Small, background: Background) -> None:
    found = [climate(ran(small, background, "accelerators", "accelerator: 0.1 accelerator/parcel", f"accelerator.node: {{value: {node}, choices: [{node}]}}"))
             for node in ("14nm_TWN", "10nm_TWN", "5nm_TWN", "3nm_TWN")]  # fmt: skip
    assert found == sorted(found)


# Masses


@pytest.mark.parametrize(("device", "mass"), [("h100_sxm", 2.2), ("h100_pcie", 1.2), ("t4", 0.301), ("a100_sxm_40gb", 1.6), ("rtx_4090", 2.19)])
def test_an_accelerator_weighs_what_its_parts_weigh(small: Small, background: Background, device: str, mass: float) -> None:
    """Heat sink, casing, connectors and boards at 12 kg/m2; all of it is collected in the end."""
    results = ran(small, background, "accelerators", f"accelerator_{device}: 0.1 accelerator/parcel")
    parts = ("sink_copper", "sink_aluminium", "steel_sheet_galvanised", "connector_plastics", "connector_metal", "populated_board_metals_server")
    assert sum(needs(results, each) for each in parts) == pytest.approx(mass, rel=1e-6)
    assert needs(results, "weee_collection_and_sorting") == pytest.approx(mass, rel=1e-6)
    assert needs(results, "freight_lorry") == pytest.approx(1.0 * (mass + 0.5), rel=1e-6)  # t km, with half a kilogram of packaging


def test_gold_of_a_processor_by_hand(small: Small, background: Background) -> None:
    """Package of 58.5 x 75.4 mm, 40 % of it plated with 0.3 um at 19.3 g/cm3: 44.11 cm2 x 0.4 x 3e-5 cm x 19.3 = 10.2 mg."""
    results = ran(small, background, "processors", "processor_epyc_7763: 0.1 processor/parcel")
    assert needs(results, "gold_primary") * 1e6 == pytest.approx(44.11 * 0.4 * 3e-5 * 19.3 * 1000, rel=1e-3)


# Drives


def test_a_hard_disk_by_its_mass(small: Small, background: Background) -> None:
    results = ran(small, background, "drives", "drive_exos_x16: 0.1 drive/parcel")
    assert needs(results, "hard_disk_3_5") == pytest.approx(0.67)
    assert needs(results, "hard_disk_2_5") == 0


def test_flash_of_a_drive_by_hand(small: Small, background: Background) -> None:
    """1.92 TB and 7 % in reserve at 43.3 GB/cm2: 47.45 cm2 of dies, over 0.875 x 0.9 that is 60.25 cm2 of wafer."""
    results = ran(small, background, "drives", "drive_nytro_1551: 0.1 drive/parcel")
    assert needs(results, "nand_wafer_KOR") == pytest.approx(60.25, rel=1e-3)
    assert needs(results, "pcb_multilayer") == pytest.approx(0.007 + 1.92 * 41.7e-4 / 32, rel=1e-6)  # and that of the buffer


def test_more_terabytes_of_the_same_flash_cost_more_but_less_each(small: Small, background: Background) -> None:
    small_one, large_one = (climate(ran(small, background, "drives", f"drive_{each}: 0.1 drive/parcel")) for each in ("server_3840gb", "nytro_3331"))
    assert small_one < large_one < 2 * small_one * 1.01


# Use


def test_an_accelerator_for_an_hour_by_hand(small: Small, background: Background) -> None:
    """70 W at rest, 700 W at most, half way: 385 W, over a PUE of 1.4; the device over five years."""
    results = ran(small, background, "accelerators_in_use", "accelerator_in_use_h100_sxm: 0.1 accelerator*hour/parcel", head="")
    assert needs(results, "electricity_mv_<country>") == pytest.approx(0.385 * 1.4, rel=1e-6)
    assert needs(results, "compute_dies") == pytest.approx(13.7607 / (5 * 8760), rel=1e-3)


def test_powers_in_use_are_those_of_the_device() -> None:
    devices = values("accelerators")
    for process, own in values("accelerators_in_use").items():
        device = devices[f"accelerator_{own['model']}"]
        assert process == f"accelerator_in_use_{own['model']}"
        assert (own["idle_power"], own["full_power"]) == (device["idle_power"], device["full_power"])
        assert 0 < number(own["idle_power"]) < 0.5 * number(own["full_power"])
    assert len(values("accelerators_in_use")) == len(devices)


# Tables


@pytest.mark.parametrize(("name", "least"), [("accelerators", 25), ("processors", 20), ("drives", 15)])
def test_the_tables_hold_what_was_asked_for(name: str, least: int) -> None:
    assert len(table(f"foreground/{name}_processes.csv")) >= least


def test_no_row_leaves_a_die_or_memory_to_be_set() -> None:
    for name in ("accelerators", "processors"):
        for process, own in values(name).items():
            assert {"node", "dies", "die_area", "full_power", "package_area"} <= set(own), process
            assert 10 <= number(own["die_area"]) <= 860, process  # a reticle
            assert ("io_dies" in own) == ("io_area" in own) == ("io_node" in own), process
    for process, own in values("accelerators").items():
        assert number(own.get("stacked_memory", "0")) + number(own.get("graphics_memory", "0")) > 0, process
        assert ("stack" in own) == ("stacked_memory" in own) and ("graphics" in own) == ("graphics_memory" in own), process
        assert {"mass", "board_area", "idle_power", "peak"} <= set(own), process


def test_every_assumed_size_has_a_range() -> None:
    exact = re.compile(r"dies|node|stack|graphics|layers|model|flash|generation|size|capacity|memory")
    for name in (*FAMILIES, "accelerators_in_use"):
        for row in table(f"foreground/{name}_values.csv"):
            if row["basis"] == "assumption" and not exact.search(row["parameter"]):
                assert row["note"], row
                assert row["low"] and row["high"], row
                if row["parameter"] not in ("full_power", "heat_spreader"):
                    assert float(row["low"]) < float(row["high"]), row


@pytest.mark.parametrize(("name", "unit"), FAMILIES.items())
def test_every_device_scores(small: Small, background: Background, name: str, unit: str) -> None:
    """All rows at once, with orders of magnitude that catch a slip of units: kg CO2-eq per device."""
    rows = [row["process"] for row in table(f"foreground/{name}_processes.csv") if row["like"] != "solid_state_drive"]
    low, high = {"accelerator": (25, 1500), "processor": (1, 400), "drive": (5, 600)}[unit]
    lines = "\n      ".join(f"{each}: 0.1 {unit}/parcel" for each in rows)
    everything = climate(ran(small, background, name, lines))
    each = [climate(ran(small, background, name, f"{key}: 0.1 {unit}/parcel")) for key in rows[:3]]
    assert low * len(rows) < everything < high * len(rows)
    assert all(low <= value <= high for value in each)


# Published values


def test_published_rows_name_devices_stages_and_units(background: Background) -> None:
    known = {row["process"] for name in FAMILIES for row in table(f"foreground/{name}_processes.csv")} | {"memory_module"}
    sources = (folders.shipped("inventories") / "references.yaml").read_text(encoding="utf-8")
    for row in table("published_devices.csv"):
        if row["process"].split("_")[0] in ("accelerator", "processor", "drive", "memory"):
            assert row["process"] in known, row
            assert row["stage"] in ("manufacturing", "transport", "end_of_life", "making", "all_but_use"), row
            assert 0 < float(row["low"]) <= float(row["high"]), row
            assert row["unit"].split("/")[0] == background.indicators[row["indicator"]].unit, row
            assert f"\n{row['source']}:\n" in sources, row


@pytest.mark.parametrize(
    ("device", "published", "low", "high", "why"),
    [
        ("accelerator_a100_sxm_40gb", 141, 0.67, 1.5, "Falk 2025, teardown: memory at the density of HBM2"),
        ("accelerator_h100_sxm", 164, 0.67, 1.5, "NVIDIA, with a part of the base board: memory 42 % there, 44 % here"),
        ("accelerator_b200", 284, 0.67, 1.5, "NVIDIA"),
        ("accelerator_a100_pcie_40gb", 181, 0.67, 1.5, "Hubblo and ADEME, a model"),
        ("processor_epyc_9754", 28.3, 0.67, 1.5, "ACT, dies alone"),
        ("drive_exos_2x14", 26.1, 0.67, 1.5, "Seagate"),
        ("drive_exos_5e8", 34.6, 0.67, 1.5, "Seagate"),
        ("drive_exos_10e2400", 13.2, 0.67, 1.5, "Seagate"),
        ("drive_exos_x12", 16.2, 1.5, 2.0, "Seagate: too high, electricity of platters and heads"),
        ("drive_nytro_1551", 7.7, 5, 15, "Seagate: 4 kg per TB, a tenth of what others state for the same flash"),
        ("drive_server_3840gb", 422, 0.3, 0.67, "Dell 2019: flash of an older generation"),
    ],
)
def test_beside_published_footprints(small: Small, background: Background, device: str, published: float, low: float, high: float, why: str) -> None:
    unit = device.split("_")[0]
    assert low <= climate(ran(small, background, f"{unit}s", f"{device}: 0.1 {unit}/parcel")) / published <= high, why
