"""What `lca check` asks: each question by a change of the small study that raises it, the numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from test_command_line import lca

from lca.background import Background, rows_in_force
from lca.calculation import compute
from lca.citations import cited_sources
from lca.expressions import Array
from lca.influence import Steps, step
from lca.results import Results
from lca.review import questions, turned_by
from lca.review_basis import BACKGROUND, BOTH, NONE, PARAMETERS, Question, assumed_rows, shares_by_assumption, unit_without, values_in_use, weights
from lca.study import Study

Small = Callable[..., Study]
GOAL = ("goal_en: To test.", "goal_en: To test. Results are not for the public.")
ALL = ("indicators: [climate_change, adp_elements]", "indicators: [primary_energy, climate_change, water_consumption, adp_elements]")
STATUS = ("functional_unit:", "status: {kind: screening}\nfunctional_unit:")
EFFECT = ("amount: not quantified", "amount: 0.1, process: by_hand")
PER_HOUR = "hfc_134a: {amount: 0.001 g/robot/hour}"
READ = "low: 40, high: 60, source: assumption"  # the power of the robot


@pytest.fixture
def asked(small: Small, background: Background) -> Callable[..., list[Question]]:
    def ask(*changes: tuple[str, str]) -> list[Question]:
        results = compute(small(*changes), background)
        return questions(results, step(results))

    return ask


def shares(results: Results) -> Array:
    return shares_by_assumption(results, assumed_rows(results))


def texts(asked: list[Question], kind: str) -> list[str]:
    return [each.message.en for each in asked if each.kind == kind]


def kinds(asked: list[Question]) -> set[str]:
    return {each.kind for each in asked}


def test_the_small_study_as_it_is(asked: Callable[..., list[Question]]) -> None:
    """Its gaps are asked for, in the order of ranks; what it does not lack is not."""
    found = asked()
    assert kinds(found) == {
        "turns",
        "quality_lost",
        "rests",
        "assumption",
        "row",
        "indicators",
        "effects",
        "disclosure",
        "status",
        "report",
        "sources",
        "single",
        "untied",
    }
    first = list({each.kind: each.rank for each in found}.values())  # the first round
    assert first == sorted(first)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [((GOAL,), "disclosure"), ((ALL,), "indicators"), ((STATUS,), "status"), ((EFFECT,), "effects"),
     ((("high: 1e6, source: assumption", "high: 1e6, source: assumption, together: size"),), "untied"),
     ((("low: 50, high: 99", "low: 81, high: 99"),), "quality_lost")],
)  # fmt: skip
def test_an_answered_question_is_not_asked(asked: Callable[..., list[Question]], changes: tuple[tuple[str, str], ...], kind: str) -> None:
    assert kind in kinds(asked()) and kind not in kinds(asked(*changes))


ONLY_ELECTRICITY = (
    ("robot_in_use: fleet / yearly", "robot_in_use: pace"),
    ("fleet: {formula: ceil(yearly / capacity), unit: robot}", "pace: {value: 1 robot * hour / parcel, low: 1, high: 1, source: uslci, basis: read}"),
    ("      steel: {input: steel_low_alloyed, amount: steel_mass / lifetime, stage: manufacturing, actor: supplier}\n", ""),
    ("    emits:\n      hfc_134a: {amount: 0.001 g/robot/hour}\n", ""),
    ("electricity_mv_<country>: power", "electricity_lv_<country>: power"),
)


def flip(low: str, high: str) -> tuple[tuple[str, str], ...]:
    """Both ways need electricity only, 2 kWh by hand, an hour of a robot by machine: 1 kWh."""
    power = f"power: {{value: 1 kW/robot, low: {low}, high: {high}, source: assumption}}"
    return (*ONLY_ELECTRICITY, ("power: {value: 50 W/robot, low: 40, high: 60, source: assumption, allowed: [0, 1000]}", power))


def test_a_value_turns_the_order_at_the_end_that_does(asked: Callable[..., list[Question]], small: Small, background: Background) -> None:
    """By machine 1 kWh a parcel, by hand 2 kWh: at 3 kW a robot the machine needs 3 kWh; at 0.5 kW nothing turns."""
    found = [each for each in asked(*flip("0.5", "3")) if each.kind == "turns"]
    assert [each.message.en for each in found] == [
        "With 'robot_in_use.power' (robot_in_use.power) at 3.00 kW/robot, the high end of its range, the order turns: 'By hand' comes below 'By machine' "
        "(all headline indicators). Which measurement would narrow the range?"
    ]
    assert "« À la main » passe sous « À la machine » (tous les indicateurs principaux)" in found[0].message.fr
    assert found[0].size == pytest.approx(0.5)  # 1 kWh apart before and after, of 2 kWh at most: for both of the two indicators
    assert found[0].rank == 1 and asked(*flip("0.5", "3"))[0].kind == "turns"
    assert "turns" not in kinds(asked(*flip("0.5", "1.9")))
    steps = step(compute(small(*flip("0.5", "3")), background))
    number = steps.names.index("robot_in_use.power")
    assert steps.high[number, 1] == pytest.approx(1.5 * steps.base[0]) and steps.low[number, 1] == pytest.approx(0.25 * steps.base[0])


def test_turned_by() -> None:
    base, moved = np.array([[1.0, 4.0, 1.0], [2.0, 3.0, 1.0]]), np.array([[2.5, 4.0, np.nan], [2.0, 3.5, 1.0]])
    assert turned_by(base, moved, (0, 1), [0, 1, 2]) == {0: 0.25}  # 1 below before, 0.5 above after, 2 the larger before
    assert turned_by(base, moved, (0, 1), [1, 2]) == {}


def test_a_difference_within_the_margin(asked: Callable[..., list[Question]]) -> None:
    close = (*flip("0.5", "1.5"), ("electricity_lv_<country>: 2 kWh/parcel", "electricity_lv_<country>: 1.05 kWh/parcel"))
    assert texts(asked(*close), "close") == [
        "'By hand' and 'By machine' differ by no more than the margin of 10 % in scenario 'base' (all headline indicators): does the study refrain from ranking them there?"
    ]
    assert texts(asked(*close, ("second_order:", "margin: 4 %\nsecond_order:")), "close") == []  # 0.05 of 1.05 is 4.8 %
    assert "close" in kinds(asked(*close, ("second_order:", "margin: 5 %\nsecond_order:")))


def test_qualities(asked: Callable[..., list[Question]]) -> None:
    assert "hidden_gap" in kinds(asked(("quality: 0.9}", "quality: 0.99}")))  # 85 to 99 %, 14 % of 99
    assert "hidden_gap" not in kinds(asked(("quality: 0.9}", "quality: 0.94}")))  # 9.6 %
    gap = asked(("quality: 0.9}", "quality: 0.99}"), ("second_order:", "equalise_by: none\nsecond_order:"))
    assert texts(gap, "unequal")[0].startswith("The qualities run from 85 % to 99 % and are not made equal") and "hidden_gap" not in kinds(gap)
    below = asked(("value: 85 %", "value: 75 %"))
    assert texts(below, "not_comparable")[0].startswith("'By machine' does not reach the least quality in scenario 'base' (75 % against 80 %)")
    assert texts(asked(), "quality_lost")[0].startswith(
        "With 'care' (care) at 50.0 %, the low end of its range, the quality would fall to 50 %, where 80 % is required"
    )


def test_assumptions_by_swing(asked: Callable[..., list[Question]], small: Small, background: Background) -> None:
    """Ten parcels a year need one robot as well as 400 do: yearly moves the machine most, and it is an assumption."""
    found = asked(("low: 10, high: 1e6, source: assumption", "low: 10, high: 1e6, source: assumption, find_en: count them, find_fr: les compter"))
    first = next(each for each in found if each.kind == "assumption")
    assert first.message.en.startswith("'yearly' (yearly) is an assumption, 1,000 parcel/year; its range of 10.0 parcel/year to 1,000,000 parcel/year"), first
    assert first.message.en.endswith("replace it? How to find it: count them.") and first.message.fr.endswith("Comment la trouver : les compter.")
    read = asked(("high: 1e6, source: assumption", "high: 1e6, source: uslci, basis: read"))
    assert not any("'yearly'" in each for each in texts(read, "assumption"))


def test_shares_by_assumption_by_hand(small: Small, background: Background) -> None:
    """A machine that needs steel by an assumption and emits by a plain number: the shares are those of the two, steel's own split by a solve without
    the assumed rows of the background."""
    study = small(("electricity_mv_<country>: power", "electricity_mv_<country>: 0 * power"), ("fleet / yearly", "1e-3 robot * hour / parcel"))
    results = compute(study, background)
    parts = shares(results)
    np.testing.assert_allclose(parts.sum(axis=0), 1.0, rtol=1e-12)
    position = list(background.products).index("steel_low_alloyed")
    climate = list(background.indicators).index("climate_change")
    hour = 30 / (5 * 8760) * background.unit[position, :, climate].sum(), 1e-6 * background.factors[list(background.flows).index("hfc_134a"), climate]
    steel, leak = hour[0] / sum(hour), hour[1] / sum(hour)
    assert results.totals[1, 0, 0] == pytest.approx(10 * 1e-3 * sum(hour), rel=1e-6)
    assert parts[NONE, 1, 0] == pytest.approx(leak, rel=1e-6)
    assert parts[PARAMETERS, 1, 0] + parts[BOTH, 1, 0] == pytest.approx(steel, rel=1e-6)  # mass and lifetime are assumptions
    assert parts[BACKGROUND, 1, 0] == pytest.approx(0.0, abs=1e-12)  # the leak meets no background row
    assert parts[BOTH, 1, 0] == pytest.approx(steel, rel=1e-6)  # all that steel brings passes a row from memory


def test_what_is_left_of_the_background_without_assumed_rows(results: Results, background: Background) -> None:
    """Against a dense solve of the rows as they are written, those that are assumptions left out."""
    products, flows = list(background.products), list(background.flows)
    technosphere, biosphere = np.eye(len(products)), np.zeros((len(flows), len(products)))
    for each in rows_in_force(background):
        if each.row["basis"] != "assumption":
            if each.input in background.products:
                technosphere[products.index(each.input), products.index(each.process)] -= each.amount
            else:
                biosphere[flows.index(each.input), products.index(each.process)] += each.amount
    expected = np.linalg.solve(technosphere.T, biosphere.T @ background.factors)
    used = sorted({each for each in results.line_inputs.ravel() if each < len(products)})
    found = unit_without(results, assumed_rows(results))
    scale = np.abs(background.unit.sum(axis=1))
    assert (np.abs(found - expected)[used] <= 2e-6 * scale[used]).all()  # Brightway keeps seven figures


def test_by_hand_no_parameter_is_an_assumption(small: Small, background: Background) -> None:
    """2 kWh straight from the background: nothing through parameters, whatever the background is made of."""
    parts = shares(compute(small(), background))
    np.testing.assert_allclose(parts[[PARAMETERS, BOTH], 0], 0.0, atol=1e-12)
    rows = [each for each in assumed_rows(compute(small(), background)) if each.process == "electricity_lv_FRA"]
    assert all(each.row["basis"] == "assumption" for each in rows)


def test_a_value_that_a_scenario_sets_has_no_source_there(small: Small, background: Background) -> None:
    changes = (*ONLY_ELECTRICITY, (READ, "low: 40, high: 60, source: uslci, basis: read"))
    base = "base: {label_en: Base, label_fr: Base"
    as_read = shares(compute(small(*changes), background))[:, 1, 0]
    as_set = shares(compute(small(*changes, (base, f"{base}, set: {{robot_in_use.power: 55 W/robot}}")), background))[:, 1, 0]
    assert as_read[PARAMETERS] == as_read[BOTH] == 0.0 and as_read[NONE] + as_read[BACKGROUND] == pytest.approx(1.0)
    assert as_set[NONE] == as_set[BACKGROUND] == 0.0 and as_set[BOTH] == pytest.approx(as_read[BACKGROUND])


def test_weight_of_a_background_row(small: Small, background: Background) -> None:
    """By hand all comes from one product: a row of its process carries its amount times the score of its input, over the product's score."""
    results = compute(small(), background)
    rows = [each for each in assumed_rows(results) if each.input in background.products][:20]
    found = weights(results, rows)
    products, number = list(background.products), list(background.indicators).index("climate_change")
    for row, shares in zip(rows, found, strict=True):
        running = results.activity[0, 0, products.index(row.process)]
        score = background.unit[products.index(row.input), :, number].sum()
        assert shares[0, 0] == pytest.approx(abs(running * row.amount * score / results.totals[0, 0, 0]), rel=1e-12)


def test_given_factors_and_narrow_processes(asked: Callable[..., list[Question]]) -> None:
    found = asked(("  robot_in_use:\n", "  robot_in_use:\n    given_factor: yes\n    covers: [climate_change]\n"))
    assert texts(found, "given") == ["'robot_in_use' stands for a published factor (given factor): which inventory of flows can take its place?"]
    assert texts(found, "covers") == ["'robot_in_use' was not built for Abiotic depletion, elements: how much does it add to them?"]
    assert not {"given", "covers"} & kinds(asked())


def test_a_scenario_beyond_the_range(asked: Callable[..., list[Question]]) -> None:
    far = ("scenarios:\n", "scenarios:\n  today: {label_en: Today, label_fr: Jour}\n  far: {from: today, label_en: F, label_fr: L, set: {care: 0.995}}\n")
    assert texts(asked(far), "beyond") == ["Scenario 'far' sets care outside the documented range: what supports the new value?"]


def test_age_and_place(asked: Callable[..., list[Question]]) -> None:
    dated = (("low: 20, high: 40, source: assumption", "low: 20, high: 40, source: assumption, year: 2024, geography: DEU"),
             (READ, f"{READ}, year: 2013, geography: FRA"), ("low: 3, high: 7, source: assumption", "low: 3, high: 7, source: assumption, year: 2014"))  # fmt: skip
    found = asked(*dated)
    assert "than 10 years older than the newest one (2024): 1, most important first robot_in_use.power (2013): do" in texts(found, "old")[0]
    assert texts(found, "place") == [
        "Values of another place than France: 1, most important first robot_in_use.steel_mass (DEU): what would local values change?"
    ]
    assert not {"old", "place"} & kinds(asked())


def test_values_in_use_follow_the_choice(small: Small, background: Background) -> None:
    changes = (("  care:", "  rate_FRA: {value: 1 kWh/parcel, low: 1, high: 2, source: assumption}\n  rate_DEU: {value: 1 kWh/parcel, low: 1, high: 2, source: assumption}\n"
                "  rate_USA: {value: 1 kWh/parcel, low: 1, high: 2, source: assumption}\n  care:"), ("2 kWh/parcel", "rate_<country>"))  # fmt: skip
    used = values_in_use(compute(small(*changes), background), 0)
    assert "rate_FRA" in used and "rate_DEU" not in used and "care" in used


def test_sources(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    """References whose note says that nobody verified them; one source for many values (none of the shipped study stands for a fifth)."""
    found = questions(results, step(results))
    loose = [
        each for each in cited_sources(results).values() if any(mark in each.source.note.lower() for mark in ("not verified", "not checked", "from memory"))
    ]
    cited, whole = sum(each.values for each in loose), sum(each.values for each in cited_sources(results).values())
    start = f"References in use whose citation nobody has verified: {len(loose)}; {cited} of the {whole} values cite them, most of all "
    assert texts(found, "sources")[0].startswith(start) and "single" not in kinds(found)
    largest = max(each.values for each in cited_sources(results).values())
    monkeypatch.setattr("lca.review_data.MANY", (largest, (largest - 0.5) / whole))
    single = texts(questions(results, step(results)), "single")
    assert single and all(f"stands for {largest} of the {whole} values in use: does a second one agree?" in each for each in single)


@pytest.mark.parametrize(
    ("goal", "kind"),
    [
        ("Results are disclosed to the public.", "public"),
        ("We compare two ways. They will be published in a journal!", "public"),
        ("To test; not meant for the public.", ""),
        ("No comparative assertion is disclosed.", ""),
        ("To learn.", "disclosure"),
    ],
)
def test_the_goal_against_the_status(asked: Callable[..., list[Question]], goal: str, kind: str) -> None:
    change = ("goal_en: To test.", f'goal_en: "{goal}"')
    assert {"public", "disclosure"} & kinds(asked(change)) == ({kind} if kind else set())
    if kind == "public":
        assert asked(change)[0].message.en.endswith("but the status is 'screening': which panel has reviewed the comparison?")
        reviewed = ("functional_unit:", "status: {kind: reviewed, by: A panel, on: 2026-01-01}\nfunctional_unit:")
        assert not {"public", "status"} & kinds(asked(change, reviewed))


@pytest.mark.parametrize(
    ("goal", "kind"), [("Publier les résultats.", "public"), ("Ils ne sont pas divulgués au public.", ""), ("Une nette question.", "disclosure")]
)
def test_the_goal_in_french(asked: Callable[..., list[Question]], goal: str, kind: str) -> None:
    assert {"public", "disclosure"} & kinds(asked(("goal_fr: Pour tester.", f"goal_fr: {goal}"))) == ({kind} if kind else set())


def test_no_amount_per_year(asked: Callable[..., list[Question]]) -> None:
    daily = (("yearly: {value: 1000 parcel/year, low: 10, high: 1e6", "size: {value: 1, low: 1, high: 2"), ("ceil(yearly / capacity)", "size * pace"), ("unit: robot}", "unit: robot * hour / parcel}"),
             ("capacity: {value: 400 parcel/year/robot, low: 300, high: 500", "pace: {value: 1 robot * hour/parcel, low: 1, high: 2"),
             ("robot_in_use: fleet / yearly", "robot_in_use: fleet"))  # fmt: skip
    assert texts(asked(*daily), "yearly") == [
        "No value says how many units (parcel) are rendered in a year: on what volume are fleets sized and one-offs spread?"
    ]
    assert "yearly" not in kinds(asked())


def test_omissions_and_marks(asked: Callable[..., list[Question]]) -> None:
    left = (
        "left_out:\n  a: {label_en: A, label_fr: A, effect_en: small, effect_fr: petit}\n  b: {label_en: B, label_fr: B, effect_en: below 2 %, effect_fr: x}\n"
    )
    assert texts(asked(("second_order:", f"{left}second_order:")), "left_out")[0].startswith("Omissions without a size, 1 of 2 (a):")
    marked = asked(("title_en: Small", "title_en: Small (TO BE COMPLETED)"), ("label_fr: Base", "label_fr: À COMPLÉTER"))
    assert texts(marked, "unfinished") == ["Texts that still hold the mark of what is to be completed (2): title_en, base.label."]
    assert "unfinished" not in kinds(asked())


@pytest.mark.slow
def test_a_method_that_the_inventory_does_not_cover(asked: Callable[..., list[Question]]) -> None:
    method = '"EF v3.1 | acidification | accumulated exceedance (AE)"'
    assert len(texts(asked(("adp_elements]", f"adp_elements, {method}]")), "uncovered")) == 1
    assert "uncovered" not in kinds(asked())


def test_the_order_of_questions(results: Results) -> None:
    """Two of a kind of rank 1 and one of each other kind, by rank, then the next ones."""
    found = questions(results, step(results))
    seen: dict[str, int] = {}
    rounds = []
    for each in found:
        rounds.append((seen.get(each.kind, 0) // (2 if each.rank == 1 else 1), each.rank))
        seen[each.kind] = seen.get(each.kind, 0) + 1
    assert rounds == sorted(rounds)


@pytest.mark.parametrize(
    "change",
    [
        ("2 kWh/parcel", "0 kWh/parcel"),
        ("fleet / yearly", "fleet / (yearly - yearly)"),
        ("quality: care", "quality: 1 / (care - care)"),
        ("  machine: {label_en: By machine, label_fr: À la machine, process: by_machine, quality: care}\n", ""),
        ("second_order:", "margin: 0\nsecond_order:"),
    ],
)
def test_nothing_runs_no_value_one_alternative_no_margin(asked: Callable[..., list[Question]], change: tuple[str, str]) -> None:
    found = asked(change)
    assert 5 < len(found) < 60 and "rests" in kinds(found)
    assert not any(" nan" in each.message.en or " inf" in each.message.en.replace(" in f", "") for each in found)


def test_the_shipped_study_in_both_languages(results: Results) -> None:
    found = questions(results, step(results))
    assert {"turns", "quality_lost", "rests", "assumption", "row", "sources"} <= kinds(found)
    for each in found:
        for text in (each.message.en, each.message.fr):
            assert "{" not in text and "  " not in text and "nan" not in text.split() and not text.startswith(" ")
        assert each.message.en != each.message.fr
        assert "ISO" not in each.message.en and "conform" not in each.message.en + each.message.fr


def test_steps_hold_qualities(small: Small, background: Background) -> None:
    steps: Steps = step(compute(small(), background))
    number = steps.names.index("care")
    assert steps.low_quality[number].tolist() == [0.9, 0.5] and steps.high_quality[number].tolist() == [0.9, 0.99]


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "title", "more"), [("en", "What a critical reviewer would ask next", "more, with --all"),
                                                     ("fr", "Ce que demanderait ensuite une revue critique", "de plus, avec --all")])  # fmt: skip
def test_the_command_shows_ten_or_all(background: Background, lang: str, title: str, more: str) -> None:
    first, every = (lca("check", "fraud_detection", "--lang", lang, *options).stdout for options in ((), ("--all",)))
    numbers = [[int(line[:2]) for line in text.splitlines() if line[:2].strip().isdigit() and line[2:4] == ". "] for text in (first, every)]
    assert numbers[0] == list(range(1, 11)) and len(numbers[1]) > 10
    assert title in first and f"{len(numbers[1]) - 10} {more}" in first and more not in every
    assert max(len(line) for line in first.splitlines()) <= 100
