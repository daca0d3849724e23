"""Loads moved in time and in place, and grids on their way: shares of the load by hand, intensities of the order that is published."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.folders import shipped
from lca.results import Results
from lca.study import Study, read_study
from lca.years import foresee

Small = Callable[..., Study]
BASE = "base: {label_en: Base, label_fr: Base}"
ENERGY, CLIMATE, WATER, DEPLETION = range(4)
ALL = ("indicators: [climate_change, adp_elements]", "indicators: [primary_energy, climate_change, water_consumption, adp_elements]")


def per_kwh(small: Small, background: Background, inventory: str, process: str, parameters: str, scenarios: dict[str, str]) -> np.ndarray:
    """Scores of one kWh by scenario: ten parcels of 2 kWh each by hand, over twenty."""
    rows = "".join(f"\n  {key}: {{from: base, label_en: {key}, label_fr: {key}, set: {{{text}}}}}" for key, text in scenarios.items())
    study = small(
        ("units: [parcel", f"use: [foreground/{inventory}.yaml]\nunits: [parcel"), ("parameters:\n  country", f"parameters:\n  {parameters}\n  country"),
        ("electricity_lv_<country>: 2 kWh/parcel", f"{process}: 2 kWh/parcel"), (BASE, BASE + rows), ALL,
    )  # fmt: skip
    return np.asarray(compute(study, background).totals[0] / 20)


@pytest.fixture
def by_hours(small: Small, background: Background) -> Callable[[dict[str, str]], np.ndarray]:
    zones = "zone_of_hours: {value: fra, choices: [fra, deu]}"
    return lambda scenarios: per_kwh(small, background, "hours_moved", "electricity_over_the_day", zones, scenarios)


def whole(window: str, zone: str) -> str:
    """All of the load in one window of the day."""
    parts = [f"electricity_over_the_day.{each}_before: {100 if each == window else 0} %" for each in ("night", "morning", "afternoon")]
    return ", ".join([f"zone_of_hours: {zone}", *parts])


def test_the_shares_of_the_load_weigh_the_windows(by_hours: Callable[[dict[str, str]], np.ndarray]) -> None:
    """Before: a quarter each. After, as set: 60, 15, 25 and 0 %; half of the move lies half way."""
    windows = {each: whole(each, "fra") for each in ("night", "morning", "afternoon", "evening")}
    found = by_hours({**windows, "half": "electricity_over_the_day.moved: 50 %", "moved": "electricity_over_the_day.moved: 100 %"})
    night, morning, afternoon, evening, half, moved = found[1:]
    np.testing.assert_allclose(found[0], (night + morning + afternoon + evening) / 4, rtol=1e-12)
    np.testing.assert_allclose(moved, 0.6 * night + 0.15 * morning + 0.25 * afternoon, rtol=1e-12)
    np.testing.assert_allclose(half, (found[0] + moved) / 2, rtol=1e-12)


def test_intensities_are_of_the_order_that_is_published(by_hours: Callable[[dict[str, str]], np.ndarray]) -> None:
    """France, mean day of 2020 by source (medians of the IPCC): 49.9 to 57.2 g/kWh, the night 7 to 12 % below the evening; Germany
    262 to 337, least at midday. Losses and supply chains come on top."""
    windows = {f"{zone}_{each}": whole(each, zone) for zone in ("fra", "deu") for each in ("night", "morning", "afternoon", "evening")}
    grams = dict(zip(windows, by_hours(windows)[1:, CLIMATE] * 1000, strict=True))
    assert all(40 < grams[each] < 80 for each in grams if each.startswith("fra")), grams
    assert all(250 < grams[each] < 480 for each in grams if each.startswith("deu")), grams
    assert 0.85 < grams["fra_night"] / grams["fra_evening"] < 0.97
    assert 0.75 < grams["deu_afternoon"] / grams["deu_evening"] < 0.92


def test_more_than_the_whole_load_is_refused(by_hours: Callable[[dict[str, str]], np.ndarray]) -> None:
    with pytest.raises(LCAError, match="the shares of the windows may not exceed one"):
        by_hours({"too_much": "electricity_over_the_day.night_before: 60 %"})


def test_grids_on_their_way(small: Small, background: Background) -> None:
    """At the start the background's own mix; half way the mean of both ends; the ends of the order that is announced (France some 20
    to 40 g/kWh with 2 % gas, Germany a third to a half of its 380 with 80 % renewables)."""
    for zone, year, low, high in (("FRA", 2035, 12, 40), ("DEU", 2030, 80, 220)):
        scenarios = {f"to_{part}": f"grid_moved_{zone}: {part} %" for part in (50, 100)}
        moved = f"grid_moved_{zone}: {{value: 0 %, low: 0, high: 100, source: assumption}}"
        start, half, end = per_kwh(small, background, "grid_futures", f"electricity_mv_{zone}_TO_{year}", moved, scenarios)
        position = list(background.products).index(f"electricity_mv_{zone}")
        climate = list(background.indicators).index("climate_change")
        assert start[CLIMATE] == pytest.approx(background.unit[position].sum(axis=0)[climate], rel=1e-9)
        np.testing.assert_allclose(half, (start + end) / 2, rtol=1e-9)
        assert low < 1000 * end[CLIMATE] < high and end[CLIMATE] < 0.6 * start[CLIMATE], (zone, 1000 * start[CLIMATE], 1000 * end[CLIMATE])
        assert end[DEPLETION] > start[DEPLETION]  # more metal for wind and sun


def test_a_choice_may_mix_zones_and_processes(small: Small, background: Background) -> None:
    """A country of the background and a place of an inventory are options of one choice: each gives what it gives alone."""
    country = (
        "country: {value: FRA, choices: [FRA, DEU, USA]}",
        "country: {value: FRA, choices: [FRA, DEU, DEU_TO_2030]}\n  grid_moved_DEU: {value: 0 %, low: 0, high: 100, source: assumption}",
    )
    rows = (
        "\n  germany: {from: base, label_en: D, label_fr: D, set: {country: DEU}}\n  place: {from: base, label_en: P, label_fr: P, set: {country: DEU_TO_2030}}"
    )
    results = compute(small(("units: [parcel", "use: [foreground/grid_futures.yaml]\nunits: [parcel"), country, (BASE, BASE + rows)), background)
    alone = compute(small((BASE, BASE + rows.split("\n  place")[0])), background)
    np.testing.assert_allclose(results.totals[:, :2], alone.totals, rtol=1e-12)
    np.testing.assert_allclose(results.totals[:, 2], results.totals[:, 1], rtol=1e-9)
    with pytest.raises(LCAError, match="needs a process 'electricity_lv_NOWHERE'"):
        small(("units: [parcel", "use: [foreground/grid_futures.yaml]\nunits: [parcel"), (country[0], country[1].replace("[FRA, DEU,", "[FRA, NOWHERE,")))


def shipped_study(name: str, background: Background) -> Results:
    study = read_study(shipped("scenarios") / f"{name}.yaml", background.products, background.flows, background.indicators)
    return compute(study, background)


def test_moving_shifts_burdens(background: Background) -> None:
    """From Germany to France carbon falls while water rises; into the sun of the afternoon all but metals fall."""
    results = shipped_study("measured_algorithms", background)
    row = {key: results.totals[list(results.study.alternatives).index("recurrent"), n] for n, key in enumerate(results.scenarios)}
    place, time = row["moved_in_place"] / row["hours_in_germany"], row["moved_in_time"] / row["hours_in_germany"]
    assert place[CLIMATE] < 0.85 and place[WATER] > 1.1 and place[ENERGY] > 1.02
    assert time[CLIMATE] < 0.995 and time[DEPLETION] > 1


@pytest.mark.slow
def test_the_total_rises_while_the_request_falls(background: Background) -> None:
    """20 % more requests a year, 15 % less energy a token down to a fifth: in ten years 6.19 times the requests."""
    found = foresee(shipped_study("llm_service", background))
    assert found.horizon.per == "request" and found.years[-1] == 2035
    assert (found.absolute[:, -1] > 2 * found.absolute[:, 0])[:, found.rows.headline].all()
    assert (found.per_unit[:, -1] < found.per_unit[:, 0])[:, found.rows.headline].all()
    ratio = (found.absolute[:, -1] / found.absolute[:, 0]) / (found.per_unit[:, -1] / found.per_unit[:, 0])
    np.testing.assert_allclose(ratio, 1.2**10, rtol=1e-9)


@pytest.mark.slow
def test_people_per_payment_stay_as_they_are(background: Background) -> None:
    """Payments grow by 5 % a year; people take the same for each but for the upkeep of the rule, the owned fleet spreads over more."""
    found = foresee(shipped_study("fraud_detection", background))
    people, rented, owned = found.per_unit[:, -1] / found.per_unit[:, 0]
    assert (people > 0.99).all() and (rented < 0.9).all() and (owned < rented + 1e-9).all()
    np.testing.assert_allclose(found.absolute[:, 0], 1.2 * found.per_unit[:, 0], rtol=1e-12)  # 1.2 million payments in the first year
