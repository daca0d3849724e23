"""Servers as rows of sizes: masses and silicon by hand, machines picked by name, powers in order, and makers' figures beside ours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.devices import catalogue
from lca.documents import read_csv
from lca.errors import LCAError, UnknownName
from lca.folders import shipped
from lca.results import Results
from lca.study import Study
from lca.wording import tag_keys

Small = Callable[..., Study]
FOUR = ("indicators: [climate_change, adp_elements]", "indicators: [climate_change, adp_elements, water_consumption, primary_energy]")
FOREGROUND = shipped("inventories") / "foreground"


def rows(name: str) -> list[dict[str, str]]:
    return [{key: str(value) for key, value in row.items()} for row in read_csv(FOREGROUND / name, ("process",))]


SERVERS = [row["process"] for row in rows("servers_processes.csv")]
IN_USE = [row["process"] for row in rows("servers_in_use_processes.csv") if row["like"] == "server_in_use"]
RENTED = [row["process"] for row in rows("servers_in_use_processes.csv") if row["like"] == "rented_vcpu"]


def needing(lines: str, *more: tuple[str, str], files: str = "foreground/servers.yaml", processes: str = "") -> tuple[tuple[str, str], ...]:
    """Changes of the small study (ten parcels): its machine needs these lines per parcel."""
    return (
        ("second_order:", f"use: [{files}]\nsecond_order:"),
        ("      robot_in_use: fleet / yearly", lines),
        ("  robot_in_use:\n", f"{processes}  robot_in_use:\n"),
        FOUR,
        *more,
    )


def whole(results: Results) -> np.ndarray:
    """The totals of the machine, which needs a tenth of a device per parcel, ten times."""
    return np.asarray(results.totals[1, 0])


def one(small: Small, background: Background, process: str, *more: tuple[str, str]) -> Results:
    return compute(small(*needing(f"      {process}: 0.1 server/parcel", *more)), background)


def value(study: Study, name: str) -> float:
    return float(study.model.variables[name].parameter.value)


def amount(results: Results, process: str, line: str) -> float:
    nodes = results.study.model.nodes
    return sum(float(results.quantities[1, 0, n]) for n, each in enumerate(results.lines)
               if (nodes[each.node].process.key, each.exchange.key) == (process, line))  # fmt: skip


# The reference


def bill() -> dict[str, str]:
    """The reference by hand, kg unless said: two processors of eight 81 mm2 dies (0.2 defects per cm2) and one of 416 mm2 (0.09)."""
    small_yield, large_yield = (1 + 0.2 * 0.81 / 10) ** -10, (1 + 0.09 * 4.16 / 10) ** -10
    return {
        "logic_wafer_7nm_TWN": f"{2 * 8 * 0.81 / (small_yield * 0.9)} cm2", "logic_wafer_14nm_TWN": f"{2 * 4.16 / (large_yield * 0.9)} cm2",
        "ic_packaging": "21.28 cm2", "memory_module": "576 GB", "solid_state_drive": "3.84 TB", "pcb_multilayer_12": "0.125 m2", "pcb_multilayer": "0.125 m2",
        "board_assembly": "0.25 m2", "passive_components": "0.5 kg", "plastic_PA66": "0.45 kg", "brass": "0.3 kg",
        "gold_primary": "503.75 mg", "silver_primary": "2102.75 mg", "palladium_primary": "224.25 mg", "tantalum": "3.75 g",
        "steel_sheet_galvanised": "12 kg", "steel_low_alloyed": "2.27223 kg", "aluminium_extruded": "1.6 kg", "aluminium_primary": "0.4485 kg",
        "copper_wire": "0.98135 kg", "plastic_PC_ABS": "1.71161 kg", "electricity_mv_CHN": "10 kWh", "cardboard": "4.7 kg",
        "freight_air": f"{27.17 * 0.2 * 9500} kg*km", "freight_sea_container": f"{27.17 * 0.8 * 19000} kg*km", "freight_lorry": f"{27.17 * 1000} kg*km",
        "weee_collection_and_sorting": "22.47 kg", "weee_preprocessing": "22.47 kg", "incineration_plastics": f"{0.45 * 2.16161} kg",
        "landfill_inert": f"{0.3 * 3.25} kg",
    }  # fmt: skip


def flat(small: Small, background: Background, needs: dict[str, str]) -> np.ndarray:
    lines = "\n".join(f"      {key}: {{amount: 0.1 * a_{key}, actor: supplier, stage: manufacturing}}" for key in needs)
    values = "\n".join(f"      a_{key}: {{value: {text}/parcel, low: 0, high: 1e9, source: assumption}}" for key, text in needs.items())
    process = f"  by_hand_made:\n    unit: parcel\n    stage: manufacturing\n    actor: supplier\n    parameters:\n{values}\n    needs:\n{lines}\n"
    return whole(compute(small(*needing("      by_hand_made: 1", processes=process)), background))


def test_the_reference_line_by_line(small: Small, background: Background) -> None:
    """Plastics to treat 0.8 + 0.795 + 0.45 + 0.11661 kg, 45 % of it burned; 30 % of 3.25 kg of boards are glass and ceramics."""
    assert whole(one(small, background, "server_two_socket")) == pytest.approx(flat(small, background, bill()), rel=1e-9)


def test_the_reference_has_the_materials_of_the_average_machine(small: Small, background: Background) -> None:
    """Table 24 of the preparatory study: 14.29 kg ferrous, 2.08 kg aluminium, 0.98 kg copper and alloys, 1.72 kg plastics in 23 kg."""
    results = one(small, background, "server")
    sums = {"ferrous": ("steel_sheet_galvanised", "fan_and_supply_steel"), "aluminium": ("aluminium_extruded", "supply_heat_sinks"),
            "copper": ("copper_wire",), "plastics": ("plastic_PC_ABS",)}  # fmt: skip
    found = {name: sum(amount(results, "server", line) for line in lines) for name, lines in sums.items()}
    assert found == pytest.approx({"ferrous": 14.288, "aluminium": 2.076, "copper": 0.979, "plastics": 1.716}, rel=0.02)
    assert amount(results, "server", "weee_preprocessing") == pytest.approx(23.0 - 0.7, rel=0.02)  # less memory and processors


def test_mass_balance_of_the_reference(small: Small, background: Background) -> None:
    """Steel, aluminium, copper, plastics, fans, supplies and boards are collected; with 4.7 kg of cardboard they are delivered."""
    results = one(small, background, "server")
    parts = (12.0, 1.6, 0.24, 0.8, 1.59, 2.99, 3.25)
    assert amount(results, "server", "weee_preprocessing") == pytest.approx(sum(parts))
    assert amount(results, "server", "freight_lorry") == pytest.approx((sum(parts) + 4.7) * 1000 / 1000)
    longer = one(
        small,
        background,
        "server",
        ("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base, set: {server.board_area: 0.35 m2/server}}"),
    )
    assert amount(longer, "server", "weee_preprocessing") == pytest.approx(sum(parts) + 13 * 0.1)


MASSES = [("dell_r740", 26.3), ("dell_r930", 59), ("hpe_dl380_gen10", 19.5), ("hpe_microserver_gen10_plus", 4.23)]


@pytest.mark.parametrize(("model", "declared"), MASSES)
def test_the_parts_add_up_to_the_declared_mass(small: Small, background: Background, model: str, declared: float) -> None:
    """Collected at the end of life is what was weighed: each kilogram once."""
    results = one(small, background, f"server_{model}")
    collected = [results.quantities[1, 0, n] for n, line in enumerate(results.lines) if line.exchange.key == "weee_preprocessing"
                 and results.study.model.nodes[line.node].process.key == f"server_{model}"]  # fmt: skip
    assert sum(collected) == pytest.approx(declared, rel=0.01)


@pytest.mark.parametrize(("model", "declared"), [("dgx_h100", 130.45), ("dgx_a100", 123), ("dgx_b200", 142.4), ("gb200_nvl72", 1360)])
def test_machine_host_and_accelerators_add_up(small: Small, background: Background, model: str, declared: float) -> None:
    """Chassis, hosts and accelerators; processors and drives of the host are in its boards, processors are collected again by their own row."""
    results = one(small, background, f"server_{model}")
    lines = [(results.study.model.nodes[line.node].process.key, results.quantities[1, 0, n]) for n, line in enumerate(results.lines)
             if line.exchange.key == "weee_preprocessing"]  # fmt: skip
    assert sum(amount for key, amount in lines if not key.startswith("processor_")) == pytest.approx(declared, rel=0.02)


# Every row


def delivered(process: str) -> float:
    """The mass of a plain server with its packaging, kg, by hand from the rows of the table."""
    stated = {row["parameter"]: row["value"] for row in rows("servers_values.csv") if row["process"] == process}
    parts = ("steel", "aluminium", "copper", "plastics", "fans", "power_supplies", "packaging")
    mass = {key: float(stated[key].split()[0]) for key in (*parts, "board_area", "disks_3_5", "disks_2_5") if key in stated}
    return sum(mass[each] for each in parts) + 13 * mass["board_area"] + 0.66 * mass.get("disks_3_5", 0.0) + 0.2 * mass.get("disks_2_5", 0.0)


@pytest.mark.slow
def test_every_row_has_a_whole_life(small: Small, background: Background) -> None:
    """All of them in one study: the plain ones are delivered whole, and all come to the sum of the catalogue, in making, delivery and end of life."""
    names = "\n".join(f"      {key}: 0.1 server/parcel" for key in SERVERS)
    results = compute(small(*needing(names)), background)
    plain = [row["process"] for row in rows("servers_processes.csv") if row["like"] == "server_generic" and "_host_" not in row["process"]]
    assert len(plain) >= 60
    for key in plain:
        assert amount(results, key, "freight_lorry") == pytest.approx(delivered(key)), key
        assert amount(results, key, "freight_air") == pytest.approx(delivered(key) * 0.2 * 9.5), key
    places, devices = background.positions(results.study.indicators), catalogue(background).devices
    alone = [devices[key].scores[:, places] for key in SERVERS]
    assert all((each.sum(axis=0) > 0).all() for each in alone)
    assert whole(results) == pytest.approx(np.sum(alone, axis=0).sum(axis=0), rel=1e-9)
    stages, sums = results.group("stage")
    assert set(SERVERS) - {"server_generic"} <= {results.study.model.nodes[line.node].process.key for line in results.lines}
    place = results.study.indicators.index("climate_change")
    climate = dict(zip(stages, sums[1, 0, :, place], strict=True))
    for n, stage in enumerate(tag_keys("stage")):
        assert climate[stage] == pytest.approx(np.sum(alone, axis=0)[n, place], rel=1e-9), stage
    assert climate["use"] == 0  # of the other alternative
    assert climate["manufacturing"] > climate["transport"] > climate["end_of_life"]


def test_every_declared_machine_is_a_row_and_none_is_left_out() -> None:
    published = [row["process"] for row in read_csv(shipped("inventories") / "published_devices.csv", ("process",)) if row["process"].startswith("server_")]
    assert len(set(published)) >= 50 and set(published) <= set(SERVERS)
    declared = {key for key in SERVERS if key.startswith(("server_dell_", "server_hpe_"))}
    assert declared <= set(published)


def manufacturing(small: Small, background: Background, process: str) -> float:
    results = one(small, background, process)
    stages, sums = results.group("stage")
    return float(sums[1, 0, stages.index("manufacturing"), results.study.indicators.index("climate_change")])


def test_the_whole_lca_of_one_server(small: Small, background: Background) -> None:
    """Dell R740 with 31 TB of flash: 4288 kg, of which 3443 for flash, 533 for memory and 312 for all the rest."""
    results = one(small, background, "server_r740_full")
    climate = results.study.indicators.index("climate_change")
    parts = {"flash": 0.0, "memory": 0.0, "rest": 0.0}
    for number, line in enumerate(results.lines):
        node = results.study.model.nodes[line.node].process.key
        part = "flash" if node.startswith("solid_state") else "memory" if node.startswith("memory") else "rest"
        if line.tags["stage"] == "manufacturing":
            parts[part] += float(results.contributions[1, 0, number, :, climate].sum())
    assert 312 / 1.25 <= parts["rest"] <= 312 * 1.25
    assert 533 / 3 <= parts["memory"] <= 533
    assert 3443 / 3 <= parts["flash"] <= 3443


def test_a_server_weighs_what_its_lca_says(small: Small, background: Background) -> None:
    """22.4 kg in the LCA of the R740, of which 1.2 kg are drives, some 0.6 kg memory and processors; 29.5 kg shipped."""
    collected = amount(one(small, background, "server_r740_full"), "server_r740_full", "weee_preprocessing")
    assert collected == pytest.approx(22.4 - 1.2 - 0.6, rel=0.03)
    assert delivered("server_r740_full") == pytest.approx(29.5 - 1.2 - 0.6, rel=0.03)


def test_declarations_of_light_machines_are_known_to_lie_above_ours(small: Small, background: Background) -> None:
    """Makers' declarations (PAIA) of machines with little memory: 3 to 6 times ours, also above the same maker's own whole LCA."""
    table = {row["process"]: float(row["low"]) for row in read_csv(shipped("inventories") / "published_devices.csv", ("process",))}
    for key in ("server_dell_r740", "server_dell_r640", "server_dell_r540"):
        assert 3 <= table[key] / manufacturing(small, background, key) <= 6
    assert 1 <= table["server_hpe_dl380_gen10"] / manufacturing(small, background, "server_hpe_dl380_gen10") <= 3


# Machines by name


def test_an_instance_of_ones_own_names_a_processor(small: Small, background: Background) -> None:
    mine = "  mine: {like: server, with: {cpu: {value: epyc_9654, source: assumption}, cpus: 1 processor/server}}\n"
    results = compute(small(*needing("      mine: 0.1 server/parcel", processes=mine)), background)
    keys = {results.study.model.nodes[line.node].process.key for line in results.lines}
    assert "processor_epyc_9654" in keys and "processor_reference" not in keys


def test_an_unknown_processor_gets_the_nearest_name(small: Small) -> None:
    mine = "  mine: {like: server, with: {cpu: {value: epyc_9645, source: assumption}}}\n"
    with pytest.raises(UnknownName, match=r"'processor_epyc_9645'.*processor_epyc_9654"):
        small(*needing("      mine: 0.1 server/parcel", processes=mine))


IN = "foreground/datacentre.yaml"


def running(small: Small, background: Background, process: str, *more: tuple[str, str], unit: str = "server", processes: str = "") -> Results:
    """A hundred hours of it per parcel: a thousand in all."""
    return compute(small(*needing(f"      {process}: 100 {unit}*hour/parcel", *more, files=IN, processes=processes)), background)


def test_powers_are_in_order(small: Small) -> None:
    """At rest <= mean <= full <= booked, and the machine of each row exists."""
    lines = "\n".join(f"      {key}: 100 server*hour/parcel" for key in IN_USE)
    study = small(*needing(lines, files=IN))
    for key in IN_USE:
        values = compute_values(study, key)
        extra = values["memory_and_drives"]
        assert 0 < values["idle_power"] < values["full_power"], key
        assert values["idle_power"] + extra <= values["power"] <= values["full_power"] + extra <= values["rated_power"] * (1 + 1e-12), key
        assert f"server_{value_of_choice(study, key)}" in SERVERS


def compute_values(study: Study, key: str) -> dict[str, float]:
    """What the row states, and by hand what it leaves to the formulas."""
    found = {}
    for name in ("idle_power", "full_power", "utilisation", "load_curve", "memory_and_drives", "rated_power"):
        number = study.model.variables[f"{key}.{name}"].parameter.value
        found[name] = float(number) if number is not None and not isinstance(number, str) else float("nan")
    found["power"] = (
        found["idle_power"] + (found["full_power"] - found["idle_power"]) * found["utilisation"] ** found["load_curve"] + found["memory_and_drives"]
    )
    if np.isnan(found["rated_power"]):
        found["rated_power"] = found["full_power"] + found["memory_and_drives"]
    return found


def value_of_choice(study: Study, key: str) -> str:
    return study.model.variables[f"{key}.machine"].parameter.choices[0]


def test_a_machine_at_rest_above_full_load_is_refused(small: Small, background: Background) -> None:
    mine = "  mine: {like: server_in_use, with: {idle_power: 600 W/server}}\n"
    with pytest.raises(LCAError, match="the power at rest is above that at full load"):
        running(small, background, "mine", processes=mine)


def test_the_load_curve_by_hand(small: Small, background: Background) -> None:
    """At a quarter of the load, exponent 0.5: 112.7 + 0.5 * 390.8 + 50 W, a thousand hours, PUE 1.4."""
    mine = "  mine: {like: server_in_use, with: {utilisation: 25 %, load_curve: {value: 0.5, source: assumption, low: 0.5, high: 0.5}}}\n"
    results = running(small, background, "mine", processes=mine)
    assert amount(results, "facility_metered", "electricity_mv_<country>") == pytest.approx((112.7 + 0.5 * (503.5 - 112.7) + 50) * 1.4)


def test_a_row_brings_its_machine_and_its_power(small: Small, background: Background) -> None:
    """DGX H100, a thousand hours: 2 kW + 80 % of 5.75 kW; 1000 / (5 * 8760) of a machine with eight accelerators; 10.2 kW booked."""
    results = running(small, background, "server_in_use_dgx_h100")
    assert amount(results, "facility_metered", "electricity_mv_<country>") == pytest.approx((2.0 + 0.8 * 5.75) * 1000 * 1.4)
    share = 1000 / (5 * 8760)
    wafers = amount(results, "server_dgx_h100", "switch_wafers")
    assert wafers == pytest.approx(share * 4 * 2.94 / (0.7 * 0.85), rel=1e-6)
    assert amount(results, "server_host_dgx_h100", "steel_sheet_galvanised") == pytest.approx(share * 19.4)
    assert sum(amount(results, "accelerator_h100_sxm", each) for each in ("weee_preprocessing",)) == pytest.approx(share * 8 * 2.2)


def test_the_machine_of_an_instance_can_be_set_in_the_study(small: Small, background: Background) -> None:
    mine = "  mine: {like: server_in_use, with: {machine: {value: dgx_a100, source: assumption}, idle_power: 1 kW/server, full_power: 5 kW/server}}\n"
    results = running(small, background, "mine", processes=mine)
    keys = {results.study.model.nodes[line.node].process.key for line in results.lines}
    assert {"server_dgx_a100", "server_host_dgx_a100", "accelerator_a100_sxm_40gb", "processor_epyc_7742"} <= keys
    assert "server_two_socket" not in keys


@pytest.mark.parametrize("key", ["rented_vcpu", *RENTED])
def test_rented_processors_bear_their_share_of_the_machine(small: Small, background: Background, key: str) -> None:
    """A thousand hours of one of 256 (or as the row says), three quarters sold."""
    results = running(small, background, key, unit="vcpu")
    study = results.study
    count, machine = value(study, f"{key}.vcpus_per_server"), value_of_choice(study, key)
    alone = running(small, background, f"server_in_use_{machine}")
    assert whole(results) == pytest.approx(whole(alone) / (count * 0.75), rel=1e-9)
