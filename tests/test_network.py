"""Networks: devices by their sizes, a network dimensioned on its peak, the rules of attribution, and what others published."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable

import pytest

from lca.background import Background
from lca.calculation import compute
from lca.errors import UnitError, UnknownName
from lca.folders import shipped
from lca.report.summary import ranked, summary
from lca.results import Results
from lca.study import Study, read_study

Small = Callable[..., Study]
STUDY = shipped("scenarios") / "network_pressure.yaml"
RULES = ["total", "average", "peak_share", "short_run", "long_run"]
SEGMENTS = ["box", "fibre", "copper", "mobile_4g", "mobile_5g", "aggregation", "core", "cdn"]
POWER = ("at_rest", "with_traffic")
# One segment by hand: the core, with machines of 10 Gbps and 1 kW that other traffic of 6 Gbps (15 at the peak) fills.
CORE = {"segment_core.capacity": "10 Gbps/network_device", "segment_core.greatest_load": "100 %", "segment_core.passes": "1",
        "segment_core.lines_per_machine": "1e9 line/network_device", "segment_core.full_power": "1 kW/network_device", "segment_core.idle_share": "90 %",
        "segment_core.standing": "0 W/line", "segment_core.other_mean": "6 Gbps", "segment_core.other_peak": "15 Gbps", "segment_core.lifetime": "5 year",
        "cdn_hit_share": "0 %", "viewers": "1000 stream", "viewing_time": "24 hour/day", "viewing_peak_factor": "1"}  # fmt: skip


def table(name: str) -> list[dict[str, str]]:
    with (shipped("inventories") / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def study(background: Background) -> Study:
    return read_study(STUDY, background.products, background.flows, background.indicators)


@pytest.fixture(scope="module")
def video(study: Study, background: Background) -> Results:
    return compute(study, background)


def amounts(results: Results, rule: str, scenario: int = 0) -> dict[tuple[str, str], float]:
    """What the lines of a process count, by process and line."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    nodes, row = results.study.model.nodes, RULES.index(rule)
    for number, line in enumerate(results.lines):
        found[nodes[line.node].process.key, line.exchange.key] += float(results.quantities[row, scenario, number])
    return found


def test_readings_of_one_network_are_never_put_in_an_order(video: Results) -> None:
    assert len(set(video.quality[:, 0])) == 1 and video.comparable.all(), "nothing else forbids it"
    told = summary(video, "en")
    assert told["found"] == [] and told["order"] == [] and not any(ranked(video, 0, i) for i in video.headline)
    assert told["opening"][-1].endswith("stand side by side and are never put in an order.")


# --- the rules by hand -----------------------------------------------------------------------------------------------


def made(results: Results, rule: str) -> float:
    """Core routers that are made per hour: the mass of their steel sheet over that of one."""
    return amounts(results, rule)["network_device_core_router", "steel_sheet_galvanised"] / 38


def test_every_rule_by_hand(study: Study, background: Background) -> None:
    """1000 streams of 6 Mbps are 6 Gbps; with 15 of others at the peak three machines of 10 Gbps, without them two."""
    results = compute(study, background, (), {**CORE, "bitrate": "6 Mbps/stream"})
    expected = {
        "total": (3 * 0.9, 12 * 0.01),
        "average": (2.7 * 6 / 12, 0.06),
        "peak_share": (2.7 * 6 / 21, 0.12 * 6 / 21),
        "short_run": (0, 0.06),
        "long_run": (0.9, 0.06),
    }
    for rule, (rest, traffic) in expected.items():
        lines = amounts(results, rule)
        assert lines["segment_core", "at_rest"] == pytest.approx(rest, rel=1e-9), rule
        assert lines["segment_core", "with_traffic"] == pytest.approx(traffic, rel=1e-9), rule


def test_equipment_follows_the_same_rules(study: Study, background: Background) -> None:
    results = compute(study, background, (), {**CORE, "bitrate": "6 Mbps/stream"})
    per_machine = 1 / (5 * 8760)
    for rule, machines in {"total": 3, "average": 1.5, "peak_share": 3 * 6 / 21, "short_run": 0, "long_run": 1}.items():
        assert made(results, rule) == pytest.approx(machines * per_machine, rel=1e-9), rule


@pytest.mark.parametrize(("rate", "added"), [(0, 0), (1, 0), (5, 0), (5.001, 1), (15, 1), (15.001, 2), (85, 8)])
def test_machines_come_one_at_a_time(study: Study, background: Background, rate: float, added: int) -> None:
    """15 Gbps fill two machines of 10: room for 5 more, then one machine for every 10."""
    lines = amounts(compute(study, background, (), {**CORE, "bitrate": f"{rate} Mbps/stream"}), "long_run")
    assert lines["segment_core", "at_rest"] == pytest.approx(0.9 * added, abs=1e-9)


def test_the_peak_dimensions_not_the_mean(study: Study, background: Background) -> None:
    """The same volume, twice as peaked: 2 Gbps on the mean, 4 or 8 at the peak; the average rule does not see the difference in its share."""
    settings = {**CORE, "bitrate": "2 Mbps/stream"}
    flat, peaked = (compute(study, background, (), {**settings, "viewing_peak_factor": factor}) for factor in ("2", "4"))
    assert amounts(flat, "total")["segment_core", "at_rest"] == pytest.approx(2 * 0.9)
    assert amounts(peaked, "total")["segment_core", "at_rest"] == pytest.approx(3 * 0.9)
    assert amounts(flat, "peak_share")["segment_core", "at_rest"] == pytest.approx(1.8 * 4 / 19)
    assert amounts(peaked, "peak_share")["segment_core", "at_rest"] == pytest.approx(2.7 * 8 / 23)
    assert amounts(peaked, "average")["segment_core", "at_rest"] == pytest.approx(2.7 * 2 / 8)


def test_a_service_alone_in_the_network_bears_it_all(study: Study, background: Background) -> None:
    alone = {f"segment_{each}.{name}": "0 Gbps" for each in SEGMENTS for name in ("other_mean", "other_peak")}
    results = compute(study, background, (), alone)
    for rule in ("average", "peak_share"):
        assert results.totals[RULES.index(rule), :3] == pytest.approx(results.totals[0, :3], rel=1e-9)


def test_average_and_peak_shares_of_all_services_sum_to_the_total(study: Study, background: Background) -> None:
    """A network of two services: each in turn is the one that is asked for, the other the rest of the traffic."""
    base = {**CORE, "viewing_peak_factor": "1"}
    one = compute(study, background, (), {**base, "bitrate": "8 Mbps/stream", "segment_core.other_mean": "3 Gbps", "segment_core.other_peak": "11 Gbps"})
    two = compute(study, background, (), {**base, "bitrate": "3 Mbps/stream", "viewing_peak_factor": "3.66666666666667",
                                          "segment_core.other_mean": "8 Gbps", "segment_core.other_peak": "8 Gbps"})  # fmt: skip
    for key in POWER:
        whole = amounts(one, "total")["segment_core", key]
        assert amounts(two, "total")["segment_core", key] == pytest.approx(whole, rel=1e-9)
        for rule in ("average", "peak_share"):
            assert amounts(one, rule)["segment_core", key] + amounts(two, rule)["segment_core", key] == pytest.approx(whole, rel=1e-9), (rule, key)
        for rule in ("short_run", "long_run"):
            assert amounts(one, rule)["segment_core", key] + amounts(two, rule)["segment_core", key] <= whole * (1 + 1e-9)


# --- properties ------------------------------------------------------------------------------------------------------


def kilowatts(results: Results, rule: str, scenario: int) -> float:
    return sum(amount for (process, key), amount in amounts(results, rule, scenario).items() if key in POWER)


def test_more_video_raises_the_total_and_lowers_the_intensity(video: Results) -> None:
    """And the twice of the hours asks for more machines: a step of some 2 TJ per hour."""
    scenarios = list(video.study.scenarios)
    assert scenarios == ["today", "sober", "high_definition", "ultra_high_definition", "none"]
    none, sober, today, high, ultra = (kilowatts(video, "total", number) for number in (4, 1, 0, 2, 3))
    assert none < sober < today < high < ultra
    assert today / none < 1.01 and ultra / high > 1.2
    volume = [30e6 / 24 * hours * rate * 0.45 for rate, hours in ((4.5, 1), (1.56, 1), (6.67, 1), (15.6, 2))]  # 1 Mbps for an hour is 0.45 GB
    intensity = [kilowatts(video, "average", number) / volume[number] for number in (1, 0, 2, 3)]
    assert intensity == sorted(intensity, reverse=True)


def test_the_increment_is_far_below_the_average(video: Results) -> None:
    for number in (0, 1, 2):
        short, long, average = (kilowatts(video, rule, number) for rule in ("short_run", "long_run", "average"))
        assert 0 < short <= long < average
    assert kilowatts(video, "long_run", 0) < 0.05 * kilowatts(video, "average", 0)


def test_without_video_only_the_network_remains(video: Results) -> None:
    assert kilowatts(video, "total", 4) > 0.9 * kilowatts(video, "total", 0)
    for rule in RULES[1:]:
        assert kilowatts(video, rule, 4) == 0


def test_power_at_rest_is_shown_apart(video: Results) -> None:
    """80 to 99 % of the power of a network does not follow its traffic."""
    lines = amounts(video, "total")
    rest, traffic = (sum(amount for (_, key), amount in lines.items() if key == each) for each in POWER)
    assert 0.8 < rest / (rest + traffic) < 0.9999
    shares = [row["value"] for row in table("foreground/network_segments_values.csv") if row["parameter"] == "idle_share"]
    assert len(shares) == 7 and all(25 <= float(each.removesuffix(" %")) <= 99 for each in shares)


# --- units -----------------------------------------------------------------------------------------------------------


def test_a_byte_has_eight_bits(study: Study, background: Background) -> None:
    """4.5 Mbps are 0.5625 MB per second; 4.5 MB per second are eight times as much, and the machines show it."""
    bits, same, bytes_ = (
        compute(study, background, (), {**CORE, "bitrate": rate}) for rate in ("4.5 Mbps/stream", "0.5625 MB/second/stream", "4.5 MB/second/stream")
    )
    moving = [amounts(each, "short_run")["segment_core", "with_traffic"] for each in (bits, same, bytes_)]
    assert moving == pytest.approx([0.045, 0.045, 0.36], rel=1e-9)


@pytest.mark.parametrize("settings", [
    {"bitrate": "4.5 GB/stream"}, {"bitrate": "4.5 Mbps"}, {"viewers": "30e6 line"}, {"viewing_time": "1 hour"},
    {"segment_core.capacity": "400 GB/network_device"}, {"segment_core.full_power": "400 W"}, {"segment_box.lines_per_machine": "1"},
])  # fmt: skip
def test_dimensions_are_proven(study: Study, background: Background, settings: dict[str, str]) -> None:
    with pytest.raises(UnitError, match=next(iter(settings))):
        compute(study, background, (), settings)


def test_a_misspelt_rule_is_named(study: Study, background: Background) -> None:
    with pytest.raises(UnknownName, match="peak_shares"):
        compute(study, background, (), {"rule": "peak_shares"})


# --- one gigabyte ----------------------------------------------------------------------------------------------------


@pytest.fixture
def carried(small: Small, background: Background) -> Callable[[str, str], dict[str, float]]:
    """The lines of a process for one unit of it; devices by the mass of one of their lines."""

    def read(process: str, amount: str) -> dict[str, float]:
        found = compute(
            small(
                ("units: [parcel", "use: [foreground/network.yaml]\nunits: [parcel"),
                ("    needs:\n      electricity_lv_<country>: 2 kWh/parcel", f"    needs:\n      carried: {{input: {process}, amount: {amount}/parcel}}"),
            ),
            background,
        )
        nodes, lines = found.study.model.nodes, defaultdict[str, float](float)
        for number, line in enumerate(found.lines):
            lines[f"{nodes[line.node].process.key}.{line.exchange.key}"] += float(found.quantities[0, 0, number]) / 10
        return lines

    return read


def test_electricity_of_a_gigabyte_by_hand(carried: Callable[[str, str], dict[str, float]]) -> None:
    fixed, mobile, router = carried("data_transfer", "1 GB"), carried("data_transfer_mobile", "1 GB"), carried("home_router", "1 GB")
    assert fixed["data_transfer.access"] == pytest.approx(0.005 * 24 / 6.8, rel=1e-9)
    assert fixed["data_transfer.core"] == pytest.approx(0.0015 * 24 / 6.8, rel=1e-9)
    assert mobile["data_transfer_mobile.radio"] == pytest.approx(0.24, rel=1e-9)
    assert mobile["data_transfer_mobile.core"] == pytest.approx(0.0002 * 730 / 14.3, rel=1e-9)
    assert router["home_router.electricity_lv_<country>"] == pytest.approx(0.0115 * 24 / 6.8, rel=1e-9)


def test_equipment_of_a_gigabyte_by_hand(carried: Callable[[str, str], dict[str, float]]) -> None:
    """Steel of a device per gigabyte: machines per line and year over the gigabytes of a line and year."""
    fixed, mobile, router = carried("data_transfer", "1 GB"), carried("data_transfer_mobile", "1 GB"), carried("home_router", "1 GB")
    line, card = 6.8 * 365, 14.3 * 12
    assert fixed["network_device_olt_port.steel_sheet_galvanised"] == pytest.approx(0.1 * 0.54 / 32 / 10 / line, rel=1e-9)
    assert fixed["network_device_dslam_port.steel_sheet_galvanised"] == pytest.approx(0.06 * 0.46 / 10 / line, rel=1e-9)
    assert fixed["fibre_cable.optical_cable_24"] == pytest.approx(0.54 * 0.025 / 30 / line, rel=1e-9)
    assert mobile["network_device_base_station.concrete"] == 0
    assert mobile["network_device_mobile_mast.concrete"] == pytest.approx(24630 * 0.35 / 816 / 40 / card, rel=1e-9)
    assert router["network_device_home_box.plastic_ABS"] == pytest.approx(0.45 / 6 / line, rel=1e-9)
    assert router["network_device_ont.plastic_ABS"] == pytest.approx(0.14 * 0.25 / 6 / line, rel=1e-9)


def test_routers_are_dimensioned_on_the_peak(carried: Callable[[str, str], dict[str, float]]) -> None:
    """A gigabyte a year is 8e9 bits over 8760 hours; 3.2 times that at the peak, twice through routers of 400 Gbps loaded to 40 %."""
    per_gigabyte = 8e9 / (8760 * 3600) * 3.2 * 2 / (400e9 * 0.4) / 7
    assert carried("data_transfer", "1 GB")["network_device_aggregation_router.steel_sheet_galvanised"] == pytest.approx(3.6 * per_gigabyte, rel=1e-9)


# --- devices ---------------------------------------------------------------------------------------------------------


def score(
    small: Small, background: Background, process: str, amount: str, stages: tuple[str, ...] = ("manufacturing", "transport", "end_of_life")
) -> dict[str, float]:
    results = compute(
        small(
            ("units: [parcel", "use: [foreground/network_devices.yaml]\nunits: [parcel"),
            ("    needs:\n      electricity_lv_<country>: 2 kWh/parcel", f"    needs:\n      one: {{input: {process}, amount: {amount}/parcel}}"),
            ("indicators: [climate_change, adp_elements]", "indicators: [climate_change, adp_elements, primary_energy]"),
        ),
        background,
    )
    lines = [number for number, line in enumerate(results.lines) if line.tags.get("stage") in stages]
    return dict(zip(results.study.indicators, (results.contributions[0, 0, lines].sum(axis=(0, 1)) / 10).tolist(), strict=True))


MASSES = {"network_device_aggregation_router": 10.5, "network_device_top_of_rack_switch": 24.65 * 0.45359, "network_device_core_router": 117,
          "network_device_ont": 0.25 + 0.08 + 0.03}  # fmt: skip
PARTS = ("board_mass", "connectors", "steel", "aluminium", "copper", "plastics", "fans", "power_supplies", "batteries")


@pytest.mark.parametrize("device", sorted(MASSES))
def test_parts_add_up_to_the_mass_of_the_data_sheet(device: str) -> None:
    values = {
        row["parameter"]: float(row["value"].split()[0])
        for row in table("foreground/network_devices_values.csv")
        if row["process"] == device and row["parameter"] in PARTS
    }
    assert sum(values.values()) == pytest.approx(MASSES[device], rel=0.02)


def test_chips_of_a_device_by_hand(carried: Callable[[str, str], dict[str, float]]) -> None:
    """Aggregation router: one die of 5 cm2 at 0.09 defects per cm2, clustering 10, 90 % of the wafer used."""
    good = (1 + 0.09 * 5 / 10) ** -10
    assert carried("network_device_aggregation_router", "1 network_device")["network_device_aggregation_router.main_chips"] == pytest.approx(
        5 / (good * 0.9), rel=1e-9
    )


# What misses the published value by more than 1.5, and why: the docstring of the test below.
MISSES = {("network_device_home_box", "base_empreinte_box", "climate_change"): 0.46, ("network_device_home_box", "base_carbone_box", "climate_change"): 0.19,
          ("network_device_home_box", "ademe_devices", "climate_change"): 0.25,
          ("network_device_home_box", "base_empreinte_box", "primary_energy"): 0.50, ("network_device_home_box", "base_empreinte_box", "adp_elements"): 71}  # fmt: skip
STAGES = {"manufacturing": ("manufacturing",), "making": ("manufacturing", "transport"), "all_but_use": ("manufacturing", "transport", "end_of_life")}


@pytest.mark.parametrize(
    "row", [row for row in table("published_devices.csv") if row["process"].startswith("network_device_")], ids=lambda row: row["process"] + row["source"]
)
def test_devices_against_published_values(small: Small, background: Background, row: dict[str, str]) -> None:
    """The home router is low: boards of 4 layers and 1.9 cm2 of chips in all are small against the published 36 kg, which has no
    composition. Its abiotic depletion is high: 30 mg of gold alone are 35 times the published 44 mg Sb-eq, as much as 1 mg of gold."""
    found = score(small, background, row["process"], "1 network_device", STAGES[row["stage"]])[row["indicator"]]
    low, high = float(row["low"]), float(row["high"])
    known = MISSES.get((row["process"], row["source"], row["indicator"]))
    if known is None:
        assert low / 1.5 <= found <= high * 1.5
    else:
        assert not low / 1.5 <= found <= high * 1.5, "no longer a miss: say so"
        assert found / low == pytest.approx(known, rel=0.15)


# --- published totals ------------------------------------------------------------------------------------------------


def yearly(video: Results, *segments: str) -> float:
    """TWh a year of segments, all traffic."""
    lines = amounts(video, "total")
    return sum(lines[f"segment_{each}", key] for each in segments for key in POWER) * 8760 / 1e9


@pytest.mark.parametrize(
    ("segments", "published"),
    [
        (("box",), 3.3),  # boxes and TV decoders, Arcep 2024 (data of 2022); decoders are not in ours
        (("fibre", "copper", "aggregation", "core"), 25e-9 * 31.5e6),  # 25 kWh per fixed subscription, Arcep 2023 (data of 2021)
        (("mobile_4g", "mobile_5g"), 30e-9 * 82.5e6),  # 30 kWh per card
        (("fibre", "copper", "aggregation", "core", "mobile_4g", "mobile_5g"), 4.1),  # all networks, 2022
    ],
)
def test_french_networks_within_half_again_of_the_regulator(video: Results, segments: tuple[str, ...], published: float) -> None:
    assert published / 1.5 < yearly(video, *segments) < published * 1.5


def test_an_hour_of_video_against_the_carbon_trust(video: Results) -> None:
    """188 Wh per hour in Europe, less 86 of the screen and 10 of set-top boxes (2021, conventional approach): 92 Wh."""
    streams = 30e6 / 24
    lines = amounts(video, "average")
    watts = 1000 * sum(amount for (_, key), amount in lines.items() if key in (*POWER, "data_centres")) / streams
    assert 92 / 1.5 < watts < 92 * 1.5


def test_a_line_and_a_gigabyte_against_the_french_agency(small: Small, background: Background) -> None:
    """49.2 kg a year for a fixed line and at most 49.4 g per mobile gigabyte (ADEME 2022). Ours is 3.7 times lower for the line:
    ducts, digging, decoders, optical modules and buildings are left out, and the electricity of our background has 62 g per kWh."""
    study = small(
        ("units: [parcel", "use: [foreground/network.yaml]\nunits: [parcel"),
        ("    needs:\n      electricity_lv_<country>: 2 kWh/parcel", "    needs:\n      data_transfer: 248.2 GB/parcel\n      home_router: 248.2 GB/parcel"),
        ("      robot_in_use: fleet / yearly", "      robot_in_use: 0 * fleet / yearly\n      data_transfer_mobile: 1 GB/parcel"),
    )
    totals = compute(study, background).totals[:, 0, 0]
    assert totals[0] / 49.2 == pytest.approx(0.27, rel=0.15)
    assert 0.3 < totals[1] / 10 / 0.0494 <= 1
