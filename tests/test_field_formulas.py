"""The formulas of the field as data: each equals its formula in plain Python, and meets what was published with it.

Tolerances are the rounding of what was printed and nothing else: half of the last digit of the result, plus, where the
authors print rounded inputs and a result computed before rounding (Patterson), half of the last digit of each input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from stored_scores import stored_scores

from lca.background import Background
from lca.calculation import compute
from lca.errors import UnitError
from lca.folders import shipped
from lca.judge import judge
from lca.results import Results
from lca.study import Study, read_study

STUDY = Path(__file__).parent / "studies" / "field_formulas.yaml"
CLIMATE = 1  # position among the indicators of the study


@pytest.fixture(scope="module")
def study(background: Background) -> Study:
    return read_study(STUDY, background.products, background.flows, background.indicators)


@pytest.fixture(scope="module")
def published(study: Study, background: Background) -> Results:
    return compute(study, background)


def kilograms(results: Results, alternative: str) -> float:
    assert list(results.study.indicators)[CLIMATE] == "climate_change"
    return float(results.totals[list(results.study.alternatives).index(alternative), 0, CLIMATE])


def energy(results: Results, alternative: str) -> float:
    name = f"{alternative}.energy"  # only what a line or another formula reads is computed: of t5, the training
    return float(results.values[name if name in results.values else f"{alternative}.training_energy"][0])


# --- each process is its formula -----------------------------------------------------------------------------------


def test_green_algorithms_is_its_formula(study: Study, background: Background) -> None:
    settings = {"runtime": "3.7 hour/case", "cores": "24 core", "core_power": "6.5 W/core", "core_use": "81 %", "memory": "96 GB",
                "memory_power": "0.31 W/GB", "pue": "1.23", "runs": "4", "carbon_intensity": "61 g/kWh"}  # fmt: skip
    results = compute(study, background, (), {f"bert.{name}": text for name, text in settings.items()})
    expected = 3.7 * (24 * 6.5 * 0.81 + 96 * 0.31) * 1.23 * 4 * 0.001
    assert energy(results, "bert") == pytest.approx(expected, rel=1e-9)
    assert kilograms(results, "bert") == pytest.approx(expected * 0.061, rel=1e-9)


def test_power_times_time_times_intensity(study: Study, background: Background) -> None:
    results = compute(study, background, (), {"bloom_power": "250 W/processor", "bloom_time": "8.5 processor * day / case", "bloom_intensity": "0.3 kg/kWh"})
    assert energy(results, "bloom") == pytest.approx(0.25 * 8.5 * 24, rel=1e-9)
    assert kilograms(results, "bloom") == pytest.approx(0.25 * 8.5 * 24 * 0.3, rel=1e-9)


def test_patterson_is_its_formula(study: Study, background: Background) -> None:
    settings = {"gpt3_processors": "16 processor", "gpt3_power": "415 W/processor", "gpt3_time": "2.5 day/case", "gpt3_pue": "1.3", "gpt3_intensity": "88 g/kWh",
                "gpt3.queries": "3e6 query/case", "gpt3.query_energy": "0.7 Wh/query"}  # fmt: skip
    results = compute(study, background, (), settings)
    training, queries = 16 * 0.415 * 2.5 * 24 * 1.3, 3e6 * 0.0007
    assert energy(results, "gpt3") == pytest.approx(training + queries, rel=1e-9)
    assert kilograms(results, "gpt3") == pytest.approx((training + queries) * 0.088, rel=1e-9)
    by_task = {
        line.tags["task"]: float(score) for line, score in zip(results.lines, results.contributions[2, 0, :, :, CLIMATE].sum(axis=1), strict=True) if score
    }
    assert by_task == pytest.approx({"training": training * 0.088, "inference": queries * 0.088}, rel=1e-9)


def test_software_carbon_intensity_is_its_formula(study: Study, background: Background) -> None:
    settings = {"window_energy": "12.5 kWh", "carbon_intensity": "0.2 kg/kWh", "embodied": "900 kg", "time_reserved": "1 week", "lifespan": "5 year",
                "reserved": "3", "available": "48", "cases": "20000 case"}  # fmt: skip
    results = compute(study, background, (), {f"shop_database.{name}": text for name, text in settings.items()})
    operation, embodied = 12.5 * 0.2 / 20000, 900 * (168 / (5 * 8760)) * (3 / 48) / 20000
    assert energy(results, "shop_database") == pytest.approx(12.5 / 20000, rel=1e-9)
    assert kilograms(results, "shop_database") == pytest.approx(operation + embodied, rel=1e-9)
    row = list(study.alternatives).index("shop_database")
    by_stage = {
        line.tags["stage"]: float(score) for line, score in zip(results.lines, results.contributions[row, 0, :, :, CLIMATE].sum(axis=1), strict=True) if score
    }
    assert by_stage == pytest.approx({"use": operation, "manufacturing": embodied}, rel=1e-9)


def test_malmodin_is_his_formula(study: Study, background: Background) -> None:
    settings = {"film_rate": "7.5 Mbps", "film_fixed.users": "3", "film_fixed.time": "2 hour/case", "film_fixed.carbon_intensity": "0.1 kg/kWh",
                "film_mobile.time": "30 minute/case", "film_mobile.carbon_intensity": "0.4 kg/kWh"}  # fmt: skip
    results = compute(study, background, (), settings)
    fixed = ((16.5 + 1.5) / 3 + (0.02 + 0.03) * 7.5) * 2 / 1000
    mobile = ((1 + 0.2) + (1.5 + 0.03) * 7.5) * 0.5 / 1000
    assert energy(results, "film_fixed") == pytest.approx(fixed, rel=1e-9)
    assert energy(results, "film_mobile") == pytest.approx(mobile, rel=1e-9)
    assert kilograms(results, "film_fixed") == pytest.approx(fixed * 0.1, rel=1e-9)
    assert kilograms(results, "film_mobile") == pytest.approx(mobile * 0.4, rel=1e-9)


def test_the_energy_of_a_formula_runs_on_our_own_electricity(published: Results, background: Background) -> None:
    """The way from a formula to the full model: `electricity_mv_<country>: gpt3.energy`."""
    unit = background.unit[list(background.products).index("electricity_mv_USA")].sum(axis=0)[background.positions(["primary_energy", "climate_change"])]
    assert published.totals[list(published.study.alternatives).index("gpt3_electricity"), 0] == pytest.approx(1_289_376 * unit, rel=1e-9)


def test_units_are_proven(study: Study, background: Background) -> None:
    """Hours without 'per case', or a power where an energy belongs, are refused before anything is computed."""
    for name, text in {"bert.runtime": "79 hour", "shop_energy": "48 W", "film_rate": "4 GB", "gpt3_intensity": "0.429 kg/MWh/case"}.items():
        with pytest.raises(UnitError, match=name.split(".")[0]):
            compute(study, background, (), {name: text})


# --- published results ---------------------------------------------------------------------------------------------


def half_digit(printed: str) -> float:
    """Half of the last printed digit: 14.8 stands for 14.75 to 14.85."""
    mantissa, _, exponent = printed.replace(",", "").partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(0.5 * 10.0 ** (int(exponent or 0) - decimals))


def number(printed: str) -> float:
    return float(printed.replace(",", ""))


# alternative, what is published (energy in kWh, climate change in kg), printed result, printed inputs that were rounded, where
PUBLISHED = [
    ("bert", "climate", "754.407", (), "Lannelongue 2021: 754,407 g"),
    ("bloom", "energy", "433,196", (), "Luccioni 2022"),
    ("bloom", "climate", "24.69e3", (), "Luccioni 2022; 24.7 t in the abstract"),
    ("gpt3", "energy", "1,287e3", ("14.8", "330", "1.10"), "Patterson 2021, Table 4"),
    ("gpt3", "climate", "552.1e3", ("14.8", "330", "1.10", "0.429"), "Patterson 2021, Table 4"),
    ("t5", "energy", "85.7e3", ("20", "310", "1.12"), "Patterson 2021, Table 4"),
    ("t5", "climate", "46.7e3", ("20", "310", "1.12", "0.545"), "Patterson 2021, Table 4"),
    ("shop_database", "climate", "50.76e-3", (), "SCI guide, msft-eShoppen, database server"),
    ("web_interaction", "climate", "64.95e-10", (), "SCI guide, nttdatta, AP server 1: 64.95e-7 g"),
    ("film_fixed", "energy", "18e-3", (), "Malmodin 2020, Fig. 7, Netflix for one hour: 18 Wh"),
    ("film_mobile", "energy", "7.3e-3", (), "Malmodin 2020, Fig. 8, Netflix over 4G: 7.3 W"),
]


def misses(results: Results, alternative: str, what: str, printed: str, inputs: tuple[str, ...]) -> bool:
    found = energy(results, alternative) if what == "energy" else kilograms(results, alternative)
    by_inputs = found * sum(half_digit(each) / number(each) for each in inputs)
    return abs(found - number(printed)) > half_digit(printed) + by_inputs


@pytest.mark.parametrize(("alternative", "what", "printed", "inputs", "where"), PUBLISHED)
def test_published_result_is_met(published: Results, alternative: str, what: str, printed: str, inputs: tuple[str, ...], where: str) -> None:
    assert not misses(published, alternative, what, printed, inputs), where


WRONG = [
    ("bert", {"bert_core_use": "100 %"}),
    ("bert", {"bert.pue": "1.58"}),
    ("bert", {"bert_memory": "512 GB"}),
    ("bloom", {"bloom_power": "300 W/processor"}),
    ("gpt3", {"gpt3_pue": "1.5"}),
    ("gpt3", {"gpt3_power": "300 W/processor"}),  # thermal design power of the chip instead of the measured power
    ("t5", {"t5_pue": "1.5"}),
    ("shop_database", {"shop_database.available": "8"}),
    ("shop_database", {"shop_database.lifespan": "3 year"}),
    ("web_interaction", {"web_interaction.lifespan": "5 year"}),
    ("film_fixed", {"film_fixed.users": "2"}),
    ("film_mobile", {"film_rate": "5 Mbps"}),
]


@pytest.mark.parametrize(("alternative", "wrong"), WRONG)
def test_a_wrong_input_misses_the_published_result(study: Study, background: Background, alternative: str, wrong: dict[str, str]) -> None:
    results = compute(study, background, (), wrong)
    assert any(misses(results, *case[:4]) for case in PUBLISHED if case[0] == alternative)


def test_green_algorithms_with_memory(study: Study, background: Background) -> None:
    """A row of the tool's own table (data/curated_algorithms_details.csv, diseasePred_2): 8.998 kWh and 4.274 kg.

    Its column for the PUE says 1.58, but the result is that of 1.67."""
    settings = {"bert_runtime": "48 hour/case", "bert_cores": "10 core", "bert_core_power": "7.5 W/core", "bert_core_use": "100 %", "bert_memory": "100 GB"}
    results = compute(study, background, (), settings)
    assert energy(results, "bert") == pytest.approx(8.998, abs=0.0005)
    assert kilograms(results, "bert") == pytest.approx(4.274, abs=0.0005)


def test_malmodin_household_and_mean_line(study: Study, background: Background) -> None:
    """Fig. 7: two of four people in a household watch at 2 Mbps each, 4.6 W; the mean line, 0.4 Mbps for a day, 430 Wh."""
    household = compute(study, background, (), {"film_rate": "2 Mbps", "film_fixed.users": "4"})
    assert energy(household, "film_fixed") == pytest.approx(0.0046, abs=0.00005)
    mean = compute(study, background, (), {"film_rate": "0.4 Mbps", "film_fixed.time": "1 day/case"})
    assert energy(mean, "film_fixed") == pytest.approx(0.430, abs=0.005)


def test_the_21_watt_hours_of_a_notebook_charge_the_core_with_the_capacity_of_the_line(study: Study, background: Background) -> None:
    """A public notebook gets 21.08 Wh for the film: it multiplies the slope of the core by 100 Mbps, not by the 4 Mbps used."""
    results = compute(study, background, (), {"film_fixed.core_power": "4.5 W"})  # 1.5 + 0.03 * 100
    assert energy(results, "film_fixed") == pytest.approx(0.02108, abs=0.000005)
    assert misses(results, "film_fixed", "energy", "18e-3", ())


# --- reference substances ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow", "scores"),
    [
        ("carbon_dioxide_fossil", {"climate_change": 1}),
        ("wind_energy", {"primary_energy": 1, "primary_energy_renewable": 1}),
        ("primary_forest_energy", {"primary_energy": 1, "primary_energy_non_renewable": 1}),
        ("water_to_air", {"water_consumption": 1}),
        ("antimony_in_ground", {"adp_elements": 1, "crustal_scarcity": 1.4e6}),  # see the note of given_adp_elements
    ],
)
def test_one_unit_of_a_reference_substance_scores_one(background: Background, flow: str, scores: dict[str, float]) -> None:
    found = dict(zip(background.indicators, background.factors[list(background.flows).index(flow)].tolist(), strict=True))
    assert {key: value for key, value in found.items() if value} == scores


def test_every_given_factor_is_called_so(study: Study) -> None:
    given = {key: process for key, process in study.scopes.processes.items() if key.startswith("given_")}
    assert len(given) == 5
    for key, process in given.items():
        assert process.given and process.covers and len(process.exchanges) == 1, key
        assert process.exchanges[0].written == "1", key


def given_in_use(results: Results) -> set[str]:
    """The given factors that count in any alternative and scenario; what a value choice switches off does not."""
    nodes = [results.study.model.nodes[line.node].process for line in results.lines]
    counted = np.abs(results.quantities).sum(axis=(0, 1))
    return {process.key for process, amount in zip(nodes, counted, strict=True) if process.given and amount}


def test_a_given_factor_in_use_is_found(published: Results) -> None:
    assert given_in_use(published) == {"given_climate_change"}


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(shipped("scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_no_shipped_study_rests_on_a_given_factor(background: Background, path: Path) -> None:
    """As shipped, in all its scenarios, but where it gives a case as published beside ours; the command line may still choose what
    rests on one (labour=whole_life)."""
    shipped_study = read_study(path, background.products, background.flows, background.indicators)
    results = compute(shipped_study, background)
    if "published" in shipped_study.alternatives:
        others = [n for n, each in enumerate(shipped_study.alternatives) if each != "published"]
        nodes = [shipped_study.model.nodes[line.node].process for line in results.lines]
        counted = np.abs(results.quantities[others]).sum(axis=(0, 1))
        assert not [each.key for each, amount in zip(nodes, counted, strict=True) if each.given and amount]
    else:
        assert given_in_use(results) == set()


@pytest.mark.slow
def test_bw2calc_gets_the_same_scores(published: Results) -> None:
    for scores in judge(published).values():
        assert scores == pytest.approx(stored_scores(published), rel=1e-6)
    assert np.isfinite(published.totals).all()
