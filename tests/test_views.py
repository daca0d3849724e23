"""Scopes, effects, attribution and the deep table: each sums to what it shows a part of."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import lca
from lca import views
from lca.background import Background
from lca.calculation import by_choice, compute
from lca.errors import DataError, LCAError, UnitError, UnknownName
from lca.results import GROUPS, PARTS, Results
from lca.study import Study

Small = Callable[..., Study]
EFFECT = ("amount: not quantified}", "kind: rebound, process: by_hand, amount: {machine: 0.1}}")
SHARED = """shared:
  robots:
    label_en: The robots, one year
    label_fr: Les robots, un an
    process: robot_in_use
    actor: provider
    amount: pool
    users:
      us:
        label_en: Our parcels
        label_fr: Nos colis
        volume: yearly
        time: us_time
        peak: peak
        short_run: {process: robot_in_use, amount: little}
        long_run: {process: robot_in_use, amount: much}
      others: {label_en: Others, label_fr: Autres, volume: 3 * yearly, time: their_time, peak: peak}
scenarios:"""
NUMBERS = ("  yearly:", """  pool: {value: 3000 robot*hour, low: 1, high: 9000, source: assumption}
  us_time: {value: 300 hour, low: 1, high: 9000, source: assumption}
  their_time: {value: 700 hour, low: 1, high: 9000, source: assumption}
  peak: {value: 5 parcel/hour, low: 1, high: 9000, source: assumption}
  little: {value: 10 robot*hour, low: 1, high: 9000, source: assumption}
  much: {value: 1000 robot*hour, low: 1, high: 9000, source: assumption}
  yearly:""")  # fmt: skip


def unit_of(study: Study, background: Background, product: str) -> np.ndarray:
    """Parts of the score of one unit of a product, climate change."""
    return background.unit[list(background.products).index(product), :, list(background.indicators).index("climate_change")]


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_sums_to_the_total(results: Results, group: str) -> None:
    names, sums = results.group(group)
    assert len(names) == len(set(names)) == sums.shape[2]
    assert sums.sum(axis=2) == pytest.approx(results.totals, rel=1e-9, abs=1e-15)


def test_the_deep_table_sums_to_the_total_and_to_the_inventory(results: Results) -> None:
    frame = views.deep_table(results)
    for a, alternative in enumerate(results.study.alternatives):
        for r, scenario in enumerate(results.scenarios):
            part = frame[(frame["alternative"] == alternative) & (frame["scenario"] == scenario)]
            for i, each in enumerate(results.indicators):
                assert part[f"{each.key} [{each.unit}]"].sum() == pytest.approx(results.totals[a, r, i], rel=1e-9)
            flows = part.groupby("flow")["amount"].sum()
            inventory = dict(zip(results.background.flows, results.inventory()[a, r], strict=True))
            assert {key: inventory[key] for key in flows.index} == pytest.approx(flows.to_dict(), rel=1e-9)


def test_the_deep_table_keeps_flows_that_no_indicator_counts(results: Results) -> None:
    uncounted = results.uncounted()
    assert uncounted
    frame = views.deep_table(results, alternatives=[0])
    for key in uncounted:
        assert not frame[frame["flow"] == key].iloc[:, 10:].any(axis=None)
    assert set(uncounted) <= set(frame["flow"])


def test_scopes_of_the_small_study(small: Small, background: Background) -> None:
    study = small()
    results = compute(study, background)
    parts = unit_of(study, background, "electricity_mv_FRA")
    fleet_hours = 3 / 1000 * 24 * 365 * 10  # three robots for 1000 parcels a year, ten parcels
    power = 0.05 * fleet_hours
    one, two, three = views.scopes(results, "provider")[1, 0, :, 0]
    assert one == pytest.approx(fleet_hours * 0.001 / 1000 * 1530, rel=1e-6)  # the refrigerant, 1530 kg CO2-eq per kg
    assert two == pytest.approx(power * parts[PARTS.index("grid")], rel=1e-9)
    assert one + two + three == pytest.approx(results.totals[1, 0, 0], rel=1e-12)
    assert views.scopes(results, "supplier")[1, 0, 1, 0] == 0.0


def test_scopes_need_a_known_actor(small: Small, background: Background) -> None:
    results = compute(small(), background)
    with pytest.raises(UnknownName, match="no process of the study is run by the actor 'host'"):
        views.scopes(results, "host")
    with pytest.raises(UnknownName, match="name one"):
        views.scopes(results, "")
    study = small(("indicators:", "reporting_actor: provider\nindicators:"))
    assert views.scopes(compute(study, background), "") == pytest.approx(views.scopes(results, "provider"))


CONTRACT = ("scenarios:", """market_based:
  electricity_mv_FRA: {contract: green, residual: rest, covered: 0.6}
scenarios:""")  # fmt: skip
FACTORS = ("  by_hand:", """  green: {unit: kWh, stage: use, actor: supplier, emits: {carbon_dioxide_fossil: 0.01 kg/kWh}}
  rest: {unit: kWh, stage: use, actor: supplier, emits: {carbon_dioxide_fossil: 0.10 kg/kWh}}
  by_hand:""")  # fmt: skip


def test_market_based_scopes_where_contract_and_residual_are_given(small: Small, background: Background) -> None:
    study = small(CONTRACT, FACTORS, ("electricity_lv_<country>: 2 kWh/parcel", "electricity_mv_<country>: 2 kWh/parcel"))
    results = compute(study, background)
    found, missing = views.market_based(results, "provider")
    assert missing == []
    assert found is not None
    assert found[0, 0, 1, 0] == pytest.approx(20 * (0.6 * 0.01 + 0.4 * 0.10), rel=1e-9)  # by hand: 20 kWh
    here = views.scopes(results, "provider")
    assert found[:, :, 0] == pytest.approx(here[:, :, 0])
    grid, other = unit_of(study, background, "electricity_mv_FRA")[[PARTS.index("grid"), PARTS.index("other")]]
    assert here[0, 0, 1, 0] == pytest.approx(20 * grid)
    assert here[0, 0, 2, 0] - found[0, 0, 2, 0] == pytest.approx(20 * other)  # the given factor tells nothing of what lies upstream


def test_market_based_scopes_are_not_made_up(small: Small, background: Background) -> None:
    assert views.market_based(compute(small(), background), "provider") == (None, ["electricity_lv_FRA", "electricity_mv_FRA"])
    assert views.market_based(compute(small(CONTRACT, FACTORS), background), "provider") == (None, ["electricity_lv_FRA"])


def test_effects_stand_beside_the_total(small: Small, background: Background) -> None:
    plain, results = compute(small(), background), compute(small(EFFECT), background)
    assert results.totals == pytest.approx(plain.totals, rel=1e-12)
    found = views.effects(results)["more_parcels"]
    assert found[1, 0] == pytest.approx(0.1 * plain.totals[0, 0])
    assert found[0].any() == np.False_
    assert views.effects(plain) == {}


def test_an_effect_of_an_alternative_that_is_like_another(small: Callable[..., Study], background: Background) -> None:
    """Its unit is that of what it is like."""
    study = small(
        ("amount: not quantified}", "kind: rebound, process: by_hand, amount: {faster: 0.1}}"),
        ("process: by_machine, quality: care}", "process: by_machine, quality: care}\n  faster: {label_en: F, label_fr: F, process: quick, quality: care}"),
        ("  robot_in_use:\n", "  quick: {like: by_machine, with: {capacity: 450 parcel/year/robot}}\n  robot_in_use:\n"),
    )
    results = compute(study, background)
    assert views.effects(results)["more_parcels"][2] == pytest.approx(0.1 * results.totals[0])


@pytest.mark.parametrize(
    ("amount", "fault"),
    [
        ("kind: rebound, process: by_hand, amount: {robots: 0.1}}", "there is no alternative 'robots'"),
        ("kind: rebound, process: by_head, amount: 0.1}", "there is no process 'by_head'. Did you mean 'by_hand'?"),
        ("amount: 0.1}", "has an amount and needs the 'process'"),
        ("kind: reboundd, process: by_hand, amount: 0.1}", "'kind' cannot be 'reboundd'. Did you mean 'rebound'?"),
        ("process: by_hand, amount: yearly}", "'yearly' is parcel / hour"),
        ("process: by_hand, amount: 0.1 +}", "is not a formula"),
    ],
)
def test_faults_of_effects(small: Small, amount: str, fault: str) -> None:
    with pytest.raises(LCAError, match=fault.replace("(", r"\(").replace("?", r"\?").replace("+", r"\+")):
        small(("amount: not quantified}", amount))


def test_shares_of_a_shared_thing_sum_to_one(small: Small, background: Background) -> None:
    study = small(NUMBERS, ("scenarios:", SHARED))
    results = compute(study, background)
    (each,) = views.attributions(results)
    assert {rule: [share[0] for share in by.values()] for rule, by in each.shares.items()} == {
        "volume": pytest.approx([0.25, 0.75]), "time": pytest.approx([0.3, 0.7]), "peak": pytest.approx([0.5, 0.5]),
    }  # fmt: skip
    per_hour = results.totals[1, 0] / (3 / 1000 * 24 * 365 * 10)
    assert each.whole[0] == pytest.approx(3000 * per_hour)
    assert each.changes[("us", "short_run")][0] == pytest.approx(10 * per_hour)
    assert each.changes[("us", "long_run")][0] == pytest.approx(1000 * per_hour)


def test_users_must_state_the_same_rules_in_the_same_dimension(small: Small) -> None:
    with pytest.raises(DataError, match="'robots' is shared by time, but others does not state it"):
        small(NUMBERS, ("scenarios:", SHARED.replace("time: their_time, ", "")))
    with pytest.raises(LCAError, match="the users of 'robots' state time in hour and in parcel / hour"):
        small(NUMBERS, ("scenarios:", SHARED.replace("time: their_time, ", "time: peak, ")))


def test_work_that_equalises_the_quality_is_in_the_total(small: Small, background: Background) -> None:
    plain = compute(small(), background)
    review = ("units: [parcel", "equalise_by: {extra_review: {input: by_hand, amount: 4 * gap}}\nunits: [parcel")
    results = compute(small(review), background)
    assert results.quality.tolist() == [[pytest.approx(0.9)], [pytest.approx(0.9)]]
    assert results.totals[0] == pytest.approx(plain.totals[0])  # the best has nothing to close
    assert results.totals[1] == pytest.approx(plain.totals[1] + 4 * 0.05 * plain.totals[0])
    rework = ("units: [parcel", "equalise_by: {rework_of_errors: {input: by_hand, amount: errors}}\nunits: [parcel")
    results = compute(small(rework), background)
    assert results.quality.tolist() == [[1.0], [1.0]]
    assert results.totals == pytest.approx(plain.totals + np.array([0.1, 0.15])[:, None, None] * plain.totals[0])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("equalise_by: {extra_review: {input: by_hand}}", "lacks the key 'amount'"),
        ("equalise_by: {extra_work: {input: by_hand, amount: gap}}", "'equalise_by' has no key 'extra_work'"),
        ("equalise_by: {extra_review: {input: by_hand, amount: errors}}", "unknown parameter 'errors'"),
        ("equalise_by: best", "'equalise_by' cannot be 'best'. Allowed: minimum, none"),
        ("equalise_by: {}", "must hold one of extra_review, rework_of_errors"),
    ],
)
def test_faults_of_equalising(small: Small, text: str, fault: str) -> None:
    with pytest.raises(LCAError, match=fault):
        small(("units: [parcel", f"{text}\nunits: [parcel"))


def test_a_one_off_is_spread_over_what_is_said(small: Small, background: Background) -> None:
    plain, spread = ("robot_in_use: fleet / yearly", "robot_in_use: {amount: fleet, over: yearly}")
    assert compute(small((plain, spread)), background).totals == pytest.approx(compute(small(), background).totals)
    with pytest.raises(UnitError, match="'fleet over care' is robot; robot_in_use per unit of by_machine must be"):
        small((plain, "robot_in_use: {amount: fleet, over: care}"))


def test_what_an_inventory_requires_must_hold_in_every_scenario(small: Small, background: Background) -> None:
    requires = """    requires:
      - {formula: capacity * fleet >= yearly, message_en: too few robots, message_fr: trop peu de robots}
    needs:
      robot_in_use: fleet / yearly"""
    study = small(("    needs:\n      robot_in_use: fleet / yearly", requires))
    compute(study, background)
    with pytest.raises(DataError, match="'by_machine' in scenario 'base': too few robots / trop peu de robots"):
        compute(study, background, settings={"by_machine.fleet": "2 robot"})


def test_given_factors_and_what_they_do_not_cover_are_said(small: Small, background: Background) -> None:
    study = small(("  by_hand:\n    unit: parcel\n", "  by_hand:\n    unit: parcel\n    given_factor: yes\n    covers: [climate_change]\n"))
    said = [each.en for each in compute(study, background).warnings]
    assert any("'by_hand' stands for a published factor" in each for each in said)
    assert any("'by_hand' was not built for these indicators: Abiotic depletion, elements." in each for each in said)


@pytest.mark.slow
def test_every_option_of_every_value_choice_that_matters(results: Results) -> None:
    found = by_choice(results)
    assert list(found) == ["end_of_life", "labour", "reservoirs"]  # no pretrained model in the study
    for choice, worlds in found.items():
        chosen = worlds[results.study.choices.values[choice]]
        assert chosen.totals[:, 0] == pytest.approx(results.totals[:, 0], rel=1e-12)
    again = lca.run("fraud_detection", ["base"], choices={"labour": "marginal"})
    assert found["labour"]["marginal"].totals == pytest.approx(again.totals, rel=1e-12)
    gross = lca.run("fraud_detection", ["base"], choices={"reservoirs": "gross"})
    assert found["reservoirs"]["gross"].totals == pytest.approx(gross.totals, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("  by_hand:\n    unit: parcel\n", "  by_hand:\n    unit: parcel\n    covers: [climat_change]\n"), "covers the unknown indicator 'climat_change'. Did you mean 'climate_change'"),
        (("high: 99, source: assumption}", "high: 99, source: assumption, correlated: {yerly: 0.5}}"), "'care' is correlated with the unknown parameter 'yerly'. Did you mean 'yearly'"),
        (("high: 99, source: assumption}", "high: 99, source: assumption, correlated: {care: 0.5}}"), "'care' is correlated with 'care', which is itself"),
        (("high: 99, source: assumption}", "high: 99, source: assumption, correlated: {country: 0.5}}"), "'care' is correlated with 'country', which is a choice"),
        (("high: 1e6, source: assumption}", "high: 1e6, source: assumption}\n  gap: {formula: care}\nequalise_by: {extra_review: {input: by_hand, amount: gap}}"),
         "'gap' is a parameter of 'hand_equalised' and of the study"),
    ],
)  # fmt: skip
def test_names_that_do_not_exist_or_hide_another(small: Small, change: tuple[str, str], fault: str) -> None:
    with pytest.raises(LCAError, match=fault):
        small(change)


def test_a_covered_share_lies_between_nothing_and_all(small: Small, background: Background) -> None:
    contract = (CONTRACT[0], CONTRACT[1].replace("0.6", "150 %"))
    with pytest.raises(DataError, match=r"market_based 'electricity_mv_FRA': covered is 1.5 in scenario 'base'; allowed is 0 to 1"):
        compute(small(contract, FACTORS), background)


def test_what_a_process_of_calls_only_does_not_cover_is_said(small: Small, background: Background) -> None:
    study = small(("  by_machine:\n    unit: parcel\n", "  by_machine:\n    unit: parcel\n    covers: [climate_change]\n"))
    assert any("'by_machine' was not built for" in each.en for each in compute(study, background).warnings)


def test_what_a_caller_sets_reaches_a_requirement(small: Small, tmp_path: Path, background: Background) -> None:
    (tmp_path / "works.yaml").write_text(
        """expects: {batch: {label_en: batch, label_fr: lot}}
processes:
  works:
    unit: parcel
    stage: use
    actor: provider
    parameters: {energy: {value: 1 kWh/parcel, low: 1, high: 2, source: assumption}}
    requires: [{formula: batch <= 10, message_en: too many, message_fr: trop}]
    needs: {electricity_lv_FRA: energy}
""",
        encoding="utf-8",
    )
    for batch in (10, 11):
        study = small(("second_order:", "use: [works.yaml]\nsecond_order:"), ("robot_in_use: fleet / yearly", "many: 1"),
                      ("  care:", "  batch: {value: 5, low: 1, high: 9, source: assumption}\n  care:"),
                      ("  by_machine:", f"  many: {{like: works, with: {{batch: {batch}}}}}\n  by_machine:"))  # fmt: skip
        if batch == 10:
            compute(study, background)
        else:
            with pytest.raises(DataError, match="'many' in scenario 'base': too many"):
                compute(study, background)


def test_work_is_never_taken_back(small: Small, background: Background) -> None:
    rework = ("units: [parcel", "equalise_by: {rework_of_errors: {input: by_hand, amount: errors}}\nunits: [parcel")
    plain = compute(small(), background)
    assert compute(small(rework, ("quality: 0.9", "quality: 1.2")), background).totals[0] == pytest.approx(plain.totals[0])


def test_a_spread_thing_without_value_is_borne_by_nobody_who_does_not_need_it(small: Small, background: Background) -> None:
    study = small(("robot_in_use: fleet / yearly", "robot_in_use: {amount: fleet, over: yearly - yearly}"))
    assert np.isnan(views.one_offs(compute(study, background))[0].borne).tolist() == [[False], [True]]


def test_what_is_spread_over_a_formula_without_a_unit_shows_its_dimension(small: Small, background: Background) -> None:
    study = small(
        ("robot_in_use: fleet / yearly", "robot_in_use: {amount: fleet, over: twice}"), ("      fleet:", "      twice: {formula: 2 * yearly}\n      fleet:")
    )
    found = views.one_offs(compute(study, background))[0]
    assert (found.over[0], found.over_unit) == (pytest.approx(2000 / 8760), "parcel / hour")


def test_effects_and_shares_without_value_are_said(small: Small, background: Background) -> None:
    nothing = ("  yearly:", "  peak: {value: 0 parcel/hour, low: 0, high: 9000, source: assumption}\n  yearly:")
    numbers = (NUMBERS[0], "\n".join(each for each in NUMBERS[1].splitlines() if "peak" not in each))
    effect = ("amount: not quantified}", "process: by_hand, amount: {machine: 1 / (care - care)}}")
    told = [each.en for each in compute(small(effect, numbers, nothing, ("scenarios:", SHARED)), background).warnings]
    assert "'more_parcels | machine' has no result in scenario 'base'." in told
    assert "'robots | peak' has no value in scenario 'base' (a division by zero or a number too large)." in told
    assert not any("robots | time" in each for each in told)


def test_a_one_off_with_other_values_in_another_context_is_one_of_its_own(small: Small, tmp_path: Path, background: Background) -> None:
    (tmp_path / "works.yaml").write_text("""units: [tool]
expects: {uses: {label_en: uses, label_fr: usages}}
processes:
  works:
    unit: parcel
    stage: use
    actor: provider
    parameters: {mass: {value: 6 kg/tool, low: 1, high: 9, source: assumption}}
    needs: {tool: {input: steel_low_alloyed, amount: mass, over: uses}}
""", encoding="utf-8")  # fmt: skip
    study = small(("second_order:", "use: [works.yaml]\nsecond_order:"), ("robot_in_use: fleet / yearly", "works: 1\n      many: 1"),
                  ("  care:", "  uses: {value: 2 parcel/tool, low: 1, high: 9, source: assumption}\n  care:"),
                  ("  by_machine:", "  batch: {unit: parcel, actor: provider, needs: {works: 1}}\n  many: {like: batch, with: {uses: 3 parcel/tool}}\n  by_machine:"))  # fmt: skip
    found = {each.over[0]: each.borne[1, 0] for each in views.one_offs(compute(study, background))}
    assert found == pytest.approx({2: 10 * 6 / 2, 3: 10 * 6 / 3})  # ten parcels, 6 kg over two and over three
