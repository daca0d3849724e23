"""The value choices, each by numbers worked out by hand: what an option changes, how much, and that it changes nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import by_choice, compute, run
from lca.documents import read_csv
from lca.folders import shipped
from lca.results import Results
from lca.study import Study

Small = Callable[..., Study]
BASE = "base: {label_en: Base, label_fr: Base}"
LABOUR = ("work_related", "marginal", "whole_life")
PARCELS = 10  # the functional unit of the small study


def calculate(study: Study, background: Background) -> Results:
    return compute(study, background.with_choices(study.choices.values))


def calling(
    process: str, amount: str, choices: str = "", files: str = "foreground/servers.yaml, foreground/terminals.yaml", sets: str = ""
) -> tuple[tuple[str, str], ...]:
    """Changes of the small study: its machine needs that much of a process per parcel, under these choices."""
    return (
        ("second_order:", f"choices: {{{choices}}}\nuse: [{files}]\nsecond_order:"),
        ("robot_in_use: fleet / yearly", f"{process}: {amount}"),
        (BASE, f"base: {{label_en: Base, label_fr: Base, set: {{{sets}}}}}"),
        ("indicators: [climate_change, adp_elements]", "indicators: [climate_change, adp_elements, water_consumption, primary_energy]"),
    )


def unit_score(background: Background, product: str, indicator: str) -> float:
    return float(background.unit[list(background.products).index(product)].sum(axis=0)[list(background.indicators).index(indicator)])


def machine(results: Results, indicator: str) -> float:
    return float(results.totals[1, 0, results.study.indicators.index(indicator)])


def quantity(results: Results, process: str, line: str) -> float:
    """How much of an input the machine needs through the lines of one process, per functional unit."""
    nodes = results.study.model.nodes
    return sum(
        float(results.quantities[1, 0, number])
        for number, each in enumerate(results.lines)
        if nodes[each.node].process.key == process and each.exchange.input == line
    )


def circularities() -> list[str]:
    text = (shipped("inventories") / "foreground" / "circularity.yaml").read_text(encoding="utf-8")
    return [line.strip().split(":")[0] for line in text.splitlines() if line.startswith("  circularity_")]


@pytest.mark.parametrize("process", circularities())
def test_the_circular_footprint_formula_with_a_of_one_is_cutoff(small: Small, background: Background, process: str) -> None:
    assert not calculate(small(*calling(process, "0.1 kg/parcel")), background).totals[1].any()


def test_a_of_zero_gives_the_whole_credit_of_recycling(small: Small, background: Background) -> None:
    sets = "circularity_steel.allocation_circular_footprint: 0, circularity_steel.recycled_content: 0 %, circularity_steel.recycled_at_end: 100 %"
    results = calculate(small(*calling("circularity_steel", "0.1 kg/parcel", "end_of_life: circular_footprint", sets=sets)), background)
    saved = unit_score(background, "steel_secondary_eaf", "climate_change") - unit_score(background, "steel_primary_bfbof", "climate_change")
    assert machine(results, "climate_change") == pytest.approx(saved, rel=1e-9)  # ten parcels at 0.1 kg


def test_the_circular_footprint_formula_with_round_numbers(small: Small, background: Background) -> None:
    """A 0.5, R1 0.4, R2 0.6, Qsin/Qp 0.5, Qsout/Qp 0.75: primary 0.5 (0.4 * 0.5 - 0.6 * 0.75) = -0.125; recycling 0.5 (0.6 - 0.4) = 0.1."""
    values = {"allocation_circular_footprint": "0.5", "recycled_content": "40 %", "recycled_at_end": "60 %", "quality_in": "0.5", "quality_out": "0.75"}
    sets = ", ".join(f"circularity_copper.{name}: {value}" for name, value in values.items())
    results = calculate(small(*calling("circularity_copper", "1 kg/parcel", "end_of_life: circular_footprint", sets=sets)), background)
    assert quantity(results, "circularity_copper", "copper_primary") == pytest.approx(-0.125 * PARCELS)
    assert quantity(results, "circularity_copper", "copper_secondary") == pytest.approx(0.1 * PARCELS)


def test_a_device_hands_its_own_masses_to_the_formula(small: Small, background: Background) -> None:
    """Server: 12 + 0.25 * 1.59 + 0.627 * 2.99 kg of steel, 155 mg/kg * 3.25 kg of gold; A 0.2, R1 28 %, R2 51 % and 13.4 %."""
    results = calculate(small(*calling("server", "0.1 server/parcel", "end_of_life: circular_footprint")), background)
    assert quantity(results, "circularity_steel", "steel_primary_bfbof") == pytest.approx(0.8 * (0.28 - 0.51) * 14.27223)
    assert quantity(results, "circularity_gold", "gold_primary") == pytest.approx(-0.8 * 0.134 * 155e-6 * 3.25)
    assert quantity(results, "circularity_aluminium_formed", "aluminium_primary") == pytest.approx(0.8 * (0.33 - 0.47) * 1.6)
    doubled = calculate(small(*calling("server", "0.1 server/parcel", "end_of_life: circular_footprint", sets="server.gold_content: 310 mg/kg")), background)
    assert quantity(doubled, "circularity_gold", "gold_primary") == pytest.approx(2 * quantity(results, "circularity_gold", "gold_primary"))


def test_smelting_and_recycling_lie_near_published_figures(background: Background) -> None:
    """Gold from boards: 1 to 2 t CO2-eq per kg (Fritz 2025 and earlier data), ours at 250 mg/kg with two thirds to gold on the high side;
    recycled plastics of electronics: half of virgin ones or less (Wager 2015)."""
    assert 1000 <= unit_score(background, "circuit_boards_smelting", "climate_change") * 2 / 3 / 250e-6 <= 4500
    assert unit_score(background, "plastics_recycled", "climate_change") <= 0.5 * unit_score(background, "plastic_ABS", "climate_change")


OFFICE = "foreground/office.yaml"


def hour(small: Small, background: Background, labour: str) -> Results:
    return calculate(small(*calling("person_hour_at_office", "0.1 person_hour/parcel", f"labour: {labour}", OFFICE)), background)


def test_marginal_labour_is_the_electricity_of_the_desk(small: Small, background: Background) -> None:
    """18.8 + 40.9 kWh a year over 1514 hours."""
    results = hour(small, background, "marginal")
    expected = (18.8 + 40.9) / 1514 * unit_score(background, "electricity_lv_FRA", "climate_change")
    assert machine(results, "climate_change") == pytest.approx(expected, rel=1e-6)


def test_whole_life_adds_an_hour_of_private_consumption(small: Small, background: Background) -> None:
    """France: 9200 kg, 34 796 kWh, 135 m3 a year, 82 % of it private, over 8766 hours; nothing on depletion."""
    work, life = (hour(small, background, each) for each in ("work_related", "whole_life"))
    added = {each: machine(life, each) - machine(work, each) for each in work.study.indicators}
    assert added == {
        "climate_change": pytest.approx(9200 * 0.82 / 8766, rel=1e-6),
        "primary_energy": pytest.approx(34796 * 0.82 * 3.6 / 8766, rel=1e-6),
        "water_consumption": pytest.approx(135 * 0.82 / 8766, rel=1e-6),
        "adp_elements": pytest.approx(0, abs=1e-15),
    }


def test_a_given_factor_is_announced_only_where_it_runs(small: Small, background: Background) -> None:
    def said(labour: str) -> bool:
        return any("private_life" in each.about for each in hour(small, background, labour).warnings)

    assert [said(each) for each in ("work_related", "marginal", "whole_life")] == [False, False, True]


@pytest.mark.slow
def test_labour_leaves_the_machines_alone(results: Results) -> None:
    marginal = run("fraud_detection", choices={"labour": "marginal"})
    machines = [number for number, line in enumerate(results.lines) if line.tags.get("tier") == "datacentre"]
    assert machines and results.contributions[:, :, machines] == pytest.approx(marginal.contributions[:, :, machines], rel=1e-12, abs=1e-9)
    assert (marginal.totals < results.totals).all()


@pytest.mark.slow
def test_reservoirs_change_water_and_methane_through_hydropower_alone(background: Background) -> None:
    """France: 0.0052 allocated, 0.0084 gross, 0.00336 m3/kWh net; the steel and concrete of the dam bring a little more."""
    hydro, touched = list(background.products).index("electricity_hydro_reservoir_FRA"), ("climate_change", "water_consumption", "water_scarcity")
    water = list(background.indicators).index("water_consumption")
    for option, change in (("gross", 0.0032), ("net", -0.00184)):
        unit = background.with_choices({"reservoirs": option}).unit
        assert (unit - background.unit)[hydro].sum(axis=0)[water] == pytest.approx(change, rel=0.02)
        others = [number for number, key in enumerate(background.indicators) if key not in touched]
        assert unit[:, :, others] == pytest.approx(background.unit[:, :, others], rel=1e-9, abs=1e-9)
        still = [list(background.products).index(each) for each in ("water_consumed_FRA", "plastic_ABS")]  # no electricity behind them
        assert unit[still] == pytest.approx(background.unit[still], rel=1e-12)
    assert background.with_choices({"reservoirs": "allocated"}).unit == pytest.approx(background.unit, rel=1e-12)


SERVER = ("server_two_socket", "processor_reference", "memory_module_reference", "solid_state_reference")


@pytest.mark.parametrize(
    ("process", "amount", "files", "lever", "devices"),
    [
        ("server_in_use", "0.1 server*hour/parcel", "foreground/datacentre.yaml", "server_in_use.second_life: 5 year", SERVER),
        ("workstation", "0.1 person*year/parcel", OFFICE, "workstation.laptop_second_life: 4 year", ("terminal_laptop_14",)),
        ("workstation", "0.1 person*year/parcel", OFFICE, "workstation.monitor_second_life: 6 year", ("terminal_monitor_24",)),
    ],
)
def test_a_second_life_as_long_as_the_first_halves_what_the_device_bears(
    small: Small, background: Background, process: str, amount: str, files: str, lever: str, devices: tuple[str, ...]
) -> None:
    one, two = (calculate(small(*calling(process, amount, files=files, sets=each)), background) for each in ("", lever))
    keys = [one.study.model.nodes[line.node].process.key for line in one.lines]
    device = np.array([key in devices for key in keys])
    shared = np.array([key.startswith(("memory_", "storage_", "solid_state_drive", "magnesium_", "circularity_")) for key in keys])  # of several devices
    first, second = one.contributions[1, 0], two.contributions[1, 0]
    assert device.any() and second[device] == pytest.approx(first[device] / 2, rel=1e-9)
    assert second[~device & ~shared] == pytest.approx(first[~device & ~shared], rel=1e-9)


MODEL = (
    ("second_order:", "use: [foreground/models.yaml]\nsecond_order:"),
    ("  robot_in_use:\n", "  base_model: {like: pretrained_model, with: {uses: life * yearly, all_uses: everyone}}\n  robot_in_use:\n"),
    ("robot_in_use: fleet / yearly", "electricity_lv_<country>: {amount: base_model.share * energy, stage: use}"),
    (
        "  yearly: {value",
        "  everyone: {value: 16000 parcel, low: 10, high: 1e9, source: assumption}\n  life: {value: 4 year, low: 1, high: 9, source: assumption}\n"
        "  energy: {value: 2 kWh/parcel, low: 1, high: 3, source: assumption}\n  yearly: {value",
    ),
)


@pytest.mark.parametrize(("option", "share"), [("by_use", 0.25), ("none", 0), ("full", 1)])
def test_the_share_of_a_pretrained_model(small: Small, background: Background, option: str, share: float) -> None:
    """1000 parcels a year for four years, of 16 000 by all."""
    changes = (MODEL[0], (f"{MODEL[0][1]}", f"choices: {{pretrained: {option}}}\n{MODEL[0][1]}"), *MODEL[1:])
    results = calculate(small(*changes), background)
    assert machine(results, "climate_change") == pytest.approx(share * 2 * PARCELS * unit_score(background, "electricity_lv_FRA", "climate_change"), rel=1e-9)


def test_a_choice_that_nothing_reads_changes_nothing(small: Small, background: Background) -> None:
    base = calculate(small(), background)
    for text in ("end_of_life: circular_footprint", "labour: marginal", "pretrained: full"):
        other = calculate(small(("second_order:", f"choices: {{{text}}}\nsecond_order:")), background)
        assert (other.totals == base.totals).all()


def test_every_multifunctional_process_exists_and_says_how_it_is_shared(background: Background) -> None:
    foreground = "".join(path.read_text(encoding="utf-8") for path in (shipped("inventories") / "foreground").glob("*.yaml"))
    references = (shipped("inventories") / "references.yaml").read_text(encoding="utf-8")
    rows = list(read_csv(shipped("inventories") / "multifunctional.csv", ("process", "treatment", "how_en", "how_fr", "source")))
    for row in rows:
        assert row["process"] in background.products or f"\n  {row['process']}:\n" in foreground, row["process"]
        assert row["treatment"] in ("subdivision", "cutoff", "physical", "economic"), row["process"]
        assert row["source"] == "assumption" or f"\n{row['source']}:\n" in references, row["process"]
        assert all(row[key] for key in ("co_products_en", "co_products_fr", "how_en", "how_fr")), row["process"]
    assert len({row["process"] for row in rows}) == len(rows)


def test_a_choice_that_only_a_quality_or_a_scenario_reads_is_shown_side_by_side(small: Small, background: Background) -> None:
    values = "".join(f"  q_{option}: {{value: {value}, low: 0, high: 1, source: assumption}}\n" for option, value in zip(LABOUR, (0.9, 0.7, 1), strict=True))
    for change in (("quality: care", "quality: q_<labour>"), (BASE, "base: {label_en: Base, label_fr: Base, set: {care: q_<labour>}}")):
        found = by_choice(calculate(small(change, ("  care:", f"{values}  care:")), background))
        assert {option: each.quality[1, 0] for option, each in found["labour"].items()} == pytest.approx(dict(zip(LABOUR, (0.9, 0.7, 1), strict=True)))
