"""Work of people by the task, three boundaries side by side, and ways to do without a learned model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import write_changed
from test_closure import INVENTORIES

from lca.background import Background
from lca.calculation import compute
from lca.documents import read_csv
from lca.errors import LCAError
from lca.results import Results
from lca.study import read_study

COUNTRIES = ("FRA", "DEU", "USA", "MDG", "PHL", "KEN", "IND")
ENERGY, CLIMATE, WATER, DEPLETION = range(4)  # positions among the indicators of the study
STUDY = """
title_en: People
title_fr: Personnes
goal_en: To test.
goal_fr: Pour tester.
use: [foreground/labour.yaml, foreground/no_ml.yaml]
choices: {labour: work_related}
functional_unit:
  text_en: one round
  text_fr: un tour
  amount: 1 round
  quality: {measure_en: right, measure_fr: juste, at_least: 50 %}
alternatives:
ALTERNATIVES
equalise_by: none
second_order:
  more: {label_en: more, label_fr: plus, amount: not quantified}
units: [round]
parameters:
  country: {value: FRA, choices: [FRA, DEU, USA, MDG, PHL, KEN, IND]}
  one_hour: {value: 1 person*hour/round, source: assumption, basis: derived}
  one_task: {value: 1 task/round, source: assumption, basis: derived}
  one_item: {value: 1 item/round, source: assumption, basis: derived}
  one_decision: {value: 1 decision/round, source: assumption, basis: derived}
processes:
PROCESSES
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [primary_energy, climate_change, water_consumption, adp_elements]
"""
Read = Callable[..., Results]
HOUR = {"person_hour_at_office": "one_hour"}
OWN = "{like: task_by_people, with: {rate: 30 task/person/hour, redundancy: 3, checked: 20 %, check_effort: 50 %, error_rate: 10 %, idle: 25 %, training: 100 hour/person, stay: 2000 hour/person, supervision: 10 %, unpaid: 20 %}}"


@pytest.fixture
def run(tmp_path: Path, background: Background) -> Read:
    def read(alternatives: Mapping[str, Mapping[str, str]], *changes: tuple[str, str], **processes: str) -> Results:
        """Alternatives by what each needs; more processes by key."""
        names = "\n".join(f"  {key}: {{label_en: {key}, label_fr: {key}, process: {key}_round, quality: 1}}" for key in alternatives)
        rounds = [f"  {key}_round: {{unit: round, actor: provider, needs: {{{', '.join(f'{a}: {b}' for a, b in needs.items())}}}}}"
                  for key, needs in alternatives.items()]  # fmt: skip
        more = [f"  {key}: {text}" for key, text in processes.items()]
        text = STUDY.replace("ALTERNATIVES", names).replace("PROCESSES", "\n".join(rounds + more))
        path = write_changed(tmp_path / "people.yaml", text, changes)
        return compute(read_study(path, background.products, background.flows, background.indicators), background)

    return read


def over_countries(choice: str) -> tuple[tuple[str, str], ...]:
    scenarios = "\n".join(f"  {each}: {{from: base, label_en: {each}, label_fr: {each}, set: {{country: {each}}}}}" for each in COUNTRIES)
    return (
        ("labour: work_related", f"labour: {choice}"),
        ("  base: {label_en: Base, label_fr: Base}", f"  base: {{label_en: Base, label_fr: Base}}\n{scenarios}"),
    )


def called(results: Results, caller: str) -> dict[str, float]:
    """How much of each process a process calls, by the name of the line."""
    model = results.study.model
    return {each.exchange.key: float(results.call_amounts[0, number])
            for number, each in enumerate(model.calls) if model.nodes[each.caller].process.key == caller}  # fmt: skip


def counted(results: Results, process: str, alternative: int = 0, scenario: int = 0) -> dict[str, float]:
    """Quantity of each line of a process, by the name of the line."""
    model = results.study.model
    return {line.exchange.key: float(results.quantities[alternative, scenario, number])
            for number, line in enumerate(results.lines) if model.nodes[line.node].process.key == process}  # fmt: skip


# Hours by the task


def test_hours_of_a_task_by_hand(run: Read) -> None:
    """3/30 h of work, checks 0.2 x 0.5 / 30, 2 % done again; over 75 % of the paid time; 5 % training, 10 % leaders, 20 % unpaid."""
    results = run({"a_task": {"own": "one_task"}, "an_hour": HOUR}, own=OWN)
    paid = (0.1 + 0.2 * 0.5 / 30 + 0.1 * 0.02) / 0.75
    assert paid * 1.35 == pytest.approx(0.1896, rel=1e-9)
    assert results.totals[0, 0] == pytest.approx(0.1896 * results.totals[1, 0], rel=1e-9)
    lines = called(results, "own")
    wanted = {"execution": 0.1, "checking": 0.1 / 30, "rework": 0.002, "breaks": paid / 4, "onboarding": paid / 20, "leaders": paid / 10}
    assert {key: lines[key] for key in wanted} == pytest.approx(wanted)
    assert lines["unpaid_waiting"] == pytest.approx(paid / 5)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("rate: 0 task/person/hour", "rate"),
        ("rate: -3 task/person/hour", "rate"),
        ("rate: 30 task/hour", "rate"),
        ("idle: 100 %", "idle"),
        ("stay: 0 hour/person", "stay"),
    ],
)
def test_hours_without_end_are_refused(run: Read, value: str, message: str) -> None:
    with pytest.raises(LCAError, match=message):
        run({"a_task": {"own": "one_task"}}, own=f"{{like: task_by_people, with: {{{value}}}}}")


def test_a_role_whose_rate_a_scenario_sets_to_zero_is_refused(run: Read) -> None:
    with pytest.raises(LCAError, match=r"task_moderator\.rate"):
        run({"a_task": {"task_moderator": "one_task"}}, ("label_fr: Base}", "label_fr: Base, set: {task_moderator.rate: 0 task/person/hour}}"))


def test_errors_found_are_done_again_and_votes_multiply_the_work(run: Read) -> None:
    def hours(changed: str) -> float:
        results = run(
            {"a_task": {"own": "one_task"}, "an_hour": HOUR}, own=f"{{like: task_by_people, with: {{rate: 30 task/person/hour, checked: 40 %, {changed}}}}}"
        )
        return float(results.totals[0, 0, CLIMATE] / results.totals[1, 0, CLIMATE])

    usual = hours("error_rate: 10 %")
    assert hours("error_rate: 30 %") / usual == pytest.approx((1 + 0.4 * 0.3 + 0.2) / (1 + 0.4 * 0.1 + 0.2))
    assert hours("error_rate: 10 %, redundancy: 3") / usual == pytest.approx((3 * 1.04 + 0.2) / 1.24)


def test_both_sides_count_the_same_hour(run: Read, background: Background) -> None:
    """Labelling and upkeep of a model on one side, execution on the other: the same impacts per hour of people."""
    results = run(
        {
            "learned": {"task_annotator_text": "100 * one_task", "person_hour_at_office": "0.5 * one_hour"},
            "people": {"task_annotator_mask": "40 * one_task"},
            "an_hour": HOUR,
        }
    )
    model = results.study.model
    hour = {number for number, each in enumerate(model.nodes) if each.process.key == "person_hour_at_office"}
    assert len(hour) == 1  # one process, not one per side
    checks = {"task_annotator_text": (120, 0.11), "task_annotator_mask": (45, 0.05)}
    paid = {role: (1 + 0.1 * error + 0.1 * 0.5) / rate / 0.85 * (1 + 80 / 3000 + 0.067) for role, (rate, error) in checks.items()}
    assert results.totals[0, 0] == pytest.approx((100 * paid["task_annotator_text"] + 0.5) * results.totals[2, 0], rel=1e-9)
    assert results.totals[1, 0] == pytest.approx(40 * paid["task_annotator_mask"] * results.totals[2, 0], rel=1e-9)


def test_waiting_on_a_platform_has_a_line_of_its_own(run: Read) -> None:
    results = run({"click": {"task_click_worker": "one_task"}, "office": {"task_moderator": "one_task"}})
    lines = {role: called(results, role) for role in ("task_click_worker", "task_moderator")}
    work = 3 / 155
    assert lines["task_click_worker"]["unpaid_waiting"] == pytest.approx(0.33 * work)  # no check, nothing done again, no paid pause
    assert lines["task_moderator"]["unpaid_waiting"] == 0
    waiting = next(each.exchange for each in results.study.model.calls if each.exchange.key == "unpaid_waiting")
    assert "npaid" in waiting.about["label_en"] and "non payées" in waiting.about["label_fr"]
    home = [results.study.model.nodes[each.called].process.key for each in results.study.model.calls
            if results.study.model.nodes[each.caller].process.key == "task_click_worker" and each.exchange.key == "unpaid_waiting"]  # fmt: skip
    assert home == ["person_hour_at_home"]


@pytest.mark.slow
def test_every_role_runs_everywhere(run: Read) -> None:
    roles = [row["process"] for row in read_csv(INVENTORIES / "foreground" / "roles_processes.csv", ("process", "like", "label_en", "label_fr"))]
    assert len(roles) >= 9
    results = run({each: {each: "one_task"} for each in roles}, *over_countries("work_related"))
    assert (results.totals[:, :, :3] > 0).all()
    hours = [float(results.totals[number, 0, CLIMATE]) / 0.83 for number in range(len(roles))]
    assert all(0.0005 <= each <= 5 for each in hours)  # from seconds to half a day


def test_more_monitors_and_headsets_are_spread_over_the_hours(run: Read, background: Background) -> None:
    """A monitor of 40.9 kWh a year over 1800 hours: its power is 0.0227 kWh per hour, also where nothing that stands ready counts."""
    more = "{like: task_by_people, with: {rate: 1 task/person/hour, checked: 0 %, idle: 0 %, training: 0 hour/person, supervision: 0 %, extra_monitors: 2 terminal/person, headsets: 1 headset/person}}"
    results = run({"own": {"own": "one_task"}, "an_hour": HOUR}, ("labour: work_related", "labour: marginal"), own=more)
    lv = float(background.unit[list(background.products).index("electricity_lv_FRA"), :, list(background.indicators).index("climate_change")].sum())
    assert results.totals[0, 0, CLIMATE] - results.totals[1, 0, CLIMATE] == pytest.approx(2 * 40.9 / 1800 * lv, rel=1e-6)


# Office and home


def test_three_boundaries_side_by_side(run: Read) -> None:
    """Marginal below work-related below whole life, in each country; no published depletion of private life."""
    places = {each: {f"person_hour_at_{each}": "one_hour"} for each in ("office", "home")}
    marginal, work, life = (run(places, *over_countries(each)).totals for each in ("marginal", "work_related", "whole_life"))
    assert (marginal < work).all()
    assert (work[:, :, :DEPLETION] < life[:, :, :DEPLETION]).all()
    assert life[:, :, DEPLETION] == pytest.approx(work[:, :, DEPLETION], rel=1e-12)


def test_the_order_of_countries_and_why(run: Read) -> None:
    """Cars and large floors put the United States and Germany first, coal India before France, the clean grid Kenya last."""
    results = run({"an_hour": HOUR}, *over_countries("work_related"))
    kg = dict(zip(COUNTRIES, results.totals[0, 1:, CLIMATE], strict=True))
    assert sorted(kg, key=lambda each: -kg[each]) == ["USA", "DEU", "IND", "FRA", "PHL", "MDG", "KEN"]

    def part(process: str, country: str) -> float:
        nodes = [number for number, line in enumerate(results.lines) if results.study.model.nodes[line.node].process.key == process]
        return float(results.contributions[0, 1 + COUNTRIES.index(country), nodes, :, CLIMATE].sum())

    assert all(part("commuting", each) > 0.15 for each in ("USA", "DEU", "FRA"))
    assert all(part("commuting", each) < 0.15 for each in ("IND", "PHL", "MDG", "KEN"))
    assert part("office_space", "IND") > part("office_space", "FRA") > part("office_space", "KEN")


@pytest.mark.slow
def test_home_is_below_the_office_and_has_no_way_to_work(run: Read) -> None:
    results = run({"home": {"person_hour_at_home": "one_hour"}, "office": HOUR}, *over_countries("work_related"))
    assert (results.totals[0] < results.totals[1]).all()
    only = run({"home": {"person_hour_at_home": "one_hour"}})
    assert "commuting" not in {each.process.key for each in only.study.model.nodes}


@pytest.mark.slow
def test_uses_of_office_electricity_add_up_to_what_is_metered(run: Read) -> None:
    """France: 102 kWh per m2 less 5 % for the desk, 18 m2 and 1514 hours; whatever the split."""
    results = run({"an_hour": HOUR})
    lines = counted(results, "office_space")
    names = ("electric_heat", "cooling", "lighting", "local_network", "other_electricity")
    assert sum(lines[each] for each in names) == pytest.approx(102 * 0.95 * 18 / 1514, rel=1e-12)
    assert lines["local_network"] == pytest.approx(1.46 * 18 / 1514)
    assert all(lines[each] > 0 for each in names)
    darker = run({"an_hour": HOUR}, ("label_fr: Base}", "label_fr: Base, set: {office_space.lighting_part_FRA: 31 %}}"))
    assert darker.totals == pytest.approx(results.totals, rel=1e-12)
    with pytest.raises(LCAError, match="must not exceed the whole"):
        run({"an_hour": HOUR}, ("label_fr: Base}", "label_fr: Base, set: {office_space.cooling_part_FRA: 90 %}}"))


def test_uses_of_office_electricity_leave_a_rest(run: Read) -> None:
    results = run({"an_hour": HOUR}, *over_countries("work_related"))
    assert all(counted(results, "office_space", scenario=1 + number)["other_electricity"] > 0 for number in range(len(COUNTRIES)))


@pytest.mark.slow
def test_days_at_home_can_be_set_for_all_countries_at_once(run: Read) -> None:
    results = run({"an_hour": HOUR}, ("label_fr: Base}", "label_fr: Base, set: {person_hour_at_office.days_at_office: 100 %}}"))
    assert called(results, "person_hour_at_office")["work_at_home"] == 0
    usual = called(run({"an_hour": HOUR}), "person_hour_at_office")
    assert usual["work_at_home"] == pytest.approx(0.25 / 7.5 * 24)  # a quarter of the days, in hours of the clock
    assert called(results, "person_hour_at_office")["commuting"] == pytest.approx(usual["commuting"] / 0.75)


def test_a_year_of_french_ways_to_work_lies_near_the_census(run: Read) -> None:
    """0.7 t CO2-eq per commuter under way (Insee Premiere 1975, 2019); ours with making of cars and fuels, five days a week on site."""
    results = run({"an_hour": HOUR}, ("label_fr: Base}", "label_fr: Base, set: {person_hour_at_office.days_at_office: 100 %}}"))
    nodes = [
        number
        for number, line in enumerate(results.lines)
        if results.study.model.nodes[line.node].process.key in ("commuting", "train_to_work", "metro_to_work")
    ]
    assert 0.6 <= float(results.contributions[0, 0, nodes, :, CLIMATE].sum()) * 1514 / 1000 <= 1.05


# Without a learned model


def test_rules_by_hand(run: Read) -> None:
    """A million decisions a year take a quarter of a rented processor; a day a month and 80 hours over five years are people."""
    results = run({"rules": {"rules_engine": "one_decision"}, "an_hour": HOUR})
    lines = called(results, "rules_engine")
    assert lines["writing"] + lines["upkeep"] == pytest.approx((80 / 5 + 8 * 12) / 1e6, rel=1e-9)
    assert lines["computing"] == pytest.approx(0.25 * 8760 / 1e6)
    busy = run({"rules": {"rules_engine": "one_decision"}}, ("label_fr: Base}", "label_fr: Base, set: {rules_engine.yearly_decisions: 1e12 decision/year}}"))
    assert called(busy, "rules_engine")["computing"] == pytest.approx(11e-6 * 4 / 0.5 / 3600)  # the peak decides, not the least capacity


def test_classical_algorithms_by_hand_and_in_order(run: Read) -> None:
    names = ["linear", "boosting", "k_means", "smoothing", "holt_winters", "arima", "nearest_neighbours"]
    large = "label_fr: Base, set: {classical_algorithm.yearly_items: 1e9 item/year, classical_algorithm.upkeep_time: 0 person_hour/month, classical_algorithm.build_time: 0 person_hour}}"
    results = run({each: {f"algorithm_{each}": "one_item"} for each in names}, ("label_fr: Base}", large))
    kg = dict(zip(names, results.totals[:, 0, CLIMATE], strict=True))
    assert kg["smoothing"] * 100 < kg["arima"] < kg["holt_winters"]
    assert kg["linear"] < kg["boosting"] < kg["nearest_neighbours"] < kg["arima"]
    learned = called(run({"one": {"algorithm_boosting": "one_item"}}), "algorithm_boosting")
    assert learned["fitting"] == pytest.approx(1e6 * 37e-6 * (10 + 2) * 12 / 0.5 / 3600 / 1e6)
    assert learned["development"] + learned["upkeep"] == pytest.approx((160 / 5 + 96) / 1e6, rel=1e-9)


def test_doing_nothing_is_not_free(run: Read) -> None:
    """One case in a hundred makes a quarter of an hour of work."""
    results = run({"none": {"nothing_done": "one_decision"}, "an_hour": HOUR})
    assert results.totals[0, 0] == pytest.approx(0.01 * 0.25 * results.totals[1, 0], rel=1e-9)
    worse = run({"none": {"nothing_done": "one_decision"}, "an_hour": HOUR}, ("label_fr: Base}", "label_fr: Base, set: {nothing_done.wrong: 5 %}}"))
    assert worse.totals[0, 0] == pytest.approx(5 * results.totals[0, 0], rel=1e-9)
