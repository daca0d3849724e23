"""Electricity by the hour of the day: the shipped shares of 27 zones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

import pytest

from lca.background import Background
from lca.calculation import compute
from lca.documents import Mapping, read_csv, read_yaml
from lca.errors import Faults
from lca.folders import shipped
from lca.sources import read_sources
from lca.study import Study

FOREGROUND = shipped("inventories") / "foreground"
PROCESSES = list(read_csv(FOREGROUND / "hours_processes.csv", ("process", "like", "label_en", "label_fr", "note")))
VALUES = list(read_csv(FOREGROUND / "hours_values.csv", ("process", "parameter", "value", "low", "high", "source", "locator", "basis", "year", "note")))
HOURS = tuple(f"h{hour:02d}" for hour in range(24))
WINDOWS = {"night": HOURS[:6], "morning": HOURS[6:12], "afternoon": HOURS[12:18], "evening": HOURS[18:], "day": HOURS}
# Mean of the day and spread (highest less lowest hour of the mean day), g CO2-eq/kWh, of a second computation: from the hourly
# output by source, before it was split among technologies, with the medians of IPCC AR5 WG III, Annex III (solar 45, oil 650).
PUBLISHED = {
    "AUT": (113.7, 19), "BEL": (175.2, 30.7), "BGR": (391.5, 38.7), "CHE": (16.48, 2.67), "CZE": (378.3, 33.1), "DEU": (298.9, 75.4),
    "DNK": (195.3, 30.1), "ESP": (167.8, 25.7), "EST": (618.8, 35), "FIN": (147.7, 16.6), "FRA": (54.59, 7.29), "GBR": (239.4, 78.9),
    "GRC": (372.3, 106.2), "HUN": (246.3, 35.2), "IRL": (299, 42.1), "ITA": (318.6, 74.4), "LTU": (230.4, 79.2), "LVA": (278.8, 130.1),
    "NLD": (463.2, 26), "NOR": (33.85, 4.44), "POL": (672.4, 29.9), "PRT": (242.2, 29), "ROU": (246, 27.9), "SRB": (602.4, 130),
    "SVK": (133.7, 26.5), "SVN": (233.3, 12.3), "SWE": (17.13, 2.02),
}  # fmt: skip
MEDIANS = {"hard_coal": 820, "lignite": 820, "gas_cc": 490, "gas_oc": 490, "oil": 650, "nuclear": 12, "hydro_reservoir": 24, "hydro_ror": 24,
           "wind_onshore": 11, "wind_offshore": 11, "pv_ground": 45, "pv_roof": 45, "biomass": 230, "biogas": 230, "waste": 230, "geothermal": 38}  # fmt: skip


def per_cent(row: Mapping) -> Decimal:
    number, unit = str(row["value"]).split(" ")
    assert unit == "%"
    return Decimal(number)


SHARES: dict[str, dict[str, Decimal]] = defaultdict(dict)
for _row in VALUES:
    if str(_row["parameter"]).startswith("share_"):
        SHARES[str(_row["process"])][str(_row["parameter"]).removeprefix("share_")] = per_cent(_row)
WEIGHTS = {str(row["process"]): float(re.findall(r"generation ([\d.]+) of the mean hour", row.text("note"))[0]) for row in PROCESSES}
ZONES = sorted(PUBLISHED)


def intensity(process: str) -> float:
    return sum(float(share) / 100 * MEDIANS[key] for key, share in SHARES[process].items())


def test_every_zone_has_24_hours_four_windows_and_the_day() -> None:
    wanted = {f"electricity_{zone.lower()}_{each}" for zone in ZONES for each in (*HOURS, *WINDOWS)}
    assert [str(row["process"]) for row in PROCESSES if row["like"] != "electricity_from_shares"] == []
    assert {str(row["process"]) for row in PROCESSES} == wanted == SHARES.keys()
    assert len(PROCESSES) == len(wanted)
    zones = {str(row["key"]): row for row in read_csv(shipped("inventories") / "zones.csv", ("key", "label_en", "label_fr"))}
    for row in PROCESSES:
        zone = zones[str(row["process"]).split("_")[1].upper()]
        assert zone["label_en"] in row["label_en"] and zone["label_fr"] in row["label_fr"]
        assert "imports" in row.text("note") and re.search(r"of 20(19|20),", row.text("note"))


def test_shares_sum_to_one_exactly() -> None:
    assert {process: sum(shares.values()) for process, shares in SHARES.items() if sum(shares.values()) != 100} == {}
    assert [process for process, shares in SHARES.items() if min(shares.values()) <= 0] == []


def test_parameters_are_those_of_the_process_and_sources_are_known() -> None:
    known = read_yaml(FOREGROUND / "electricity.yaml")["processes"]["electricity_from_shares"]["parameters"]
    assert {str(row["parameter"]) for row in VALUES} - known.keys() == set()
    pairs = [(str(row["process"]), str(row["parameter"])) for row in VALUES]
    assert len(set(pairs)) == len(pairs)
    assert {str(row["source"]) for row in VALUES} - read_sources(Faults()).keys() == set()
    assert [row.place for row in VALUES if row["basis"] == "assumption" and not (row["low"] and row["high"])] == []
    assert [row.place for row in VALUES if row["low"] and not float(row["low"]) <= per_cent(row) <= float(row["high"])] == []


@pytest.mark.parametrize("zone", ZONES)
def test_windows_are_means_weighted_by_generation(zone: str) -> None:
    name = f"electricity_{zone.lower()}_"
    assert sum(WEIGHTS[name + hour] for hour in HOURS) / 24 == pytest.approx(1, abs=5e-4)
    for window, hours in WINDOWS.items():
        weight = sum(WEIGHTS[name + hour] for hour in hours)
        assert WEIGHTS[name + window] == pytest.approx(weight / len(hours), abs=2e-4)
        for key in {key for hour in hours for key in SHARES[name + hour]} | SHARES[name + window].keys():
            mean = sum(float(SHARES[name + hour].get(key, 0)) * WEIGHTS[name + hour] for hour in hours) / weight
            assert float(SHARES[name + window].get(key, 0)) == pytest.approx(mean, abs=0.05), (window, key)


@pytest.mark.parametrize("zone", ZONES)
def test_the_spread_of_the_day_is_that_of_the_published_hours(zone: str) -> None:
    mean, spread = PUBLISHED[zone]
    hours = [intensity(f"electricity_{zone.lower()}_{hour}") for hour in HOURS]
    assert intensity(f"electricity_{zone.lower()}_day") == pytest.approx(mean, rel=0.002, abs=0.1)
    assert max(hours) - min(hours) == pytest.approx(spread, rel=0.04, abs=0.3)


def test_the_sun_shines_by_day() -> None:
    for zone in ZONES:
        sun = [float(sum(SHARES[f"electricity_{zone.lower()}_{hour}"].get(key, Decimal(0)) for key in ("pv_ground", "pv_roof"))) for hour in HOURS]
        assert max(sun[:3] + sun[23:]) < 1, zone  # stores of solar thermal plants in Spain
        assert max(sun) < 1 or sun.index(max(sun)) in range(10, 16), zone


def test_a_choice_moves_work_from_the_evening_into_the_night(small: Callable[..., Study], background: Background) -> None:
    """20 kWh for ten parcels in Poland and in France: the rows' own shares times the scores of their plants, losses on top."""
    study = small(
        ("units: [parcel", "use: [foreground/hours.yaml]\nunits: [parcel"),
        ("parameters:\n  country", "parameters:\n  time: {value: fra_evening, choices: [fra_evening, pol_night]}\n  country"),
        ("electricity_lv_<country>: 2 kWh/parcel", "electricity_<time>: 2 kWh/parcel"),
        ("base: {label_en: Base, label_fr: Base}", "base: {label_en: Base, label_fr: Base}\n  moved: {from: base, label_en: M, label_fr: D, set: {time: pol_night}}"),
    )  # fmt: skip
    results = compute(study, background)
    products, climate = list(background.products), list(background.indicators).index("climate_change")
    for row, key in enumerate(("electricity_fra_evening", "electricity_pol_night")):
        values = {each["parameter"]: float(each["value"].removesuffix(" %")) / 100 for each in VALUES if each["process"] == key}
        shares = {name.removeprefix("share_"): value for name, value in values.items() if name.startswith("share_")}
        per_kwh = sum(share * background.unit[products.index(f"electricity_{plant}_GLO")].sum(axis=0)[climate] for plant, share in shares.items())
        assert results.totals[0, row, 0] == pytest.approx(20 * per_kwh * (1 + values["losses"]), rel=1e-9)
