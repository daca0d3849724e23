"""The quality of the data: scores of the pedigree matrix, balances, flows and gaps, with numbers computed by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from lca.background import Background, rows_in_force
from lca.citations import gaps
from lca.documents import Mapping
from lca.errors import Faults, UnknownName
from lca.processes import BackgroundExchange
from lca.ranges import EXACT
from lca.report import balances, checklist, digital, evidence, page, quality
from lca.report.evidence import references
from lca.results import Results
from lca.sources import read_sources
from lca.wording import percent

FRAME = """
title_en: Frames
title_fr: Cadres
goal_en: To test.
goal_fr: Pour tester.
functional_unit: {text_en: a frame, text_fr: un cadre, amount: 1 frame, quality: {measure_en: whole, measure_fr: entier, at_least: 0}}
alternatives:
  light: {label_en: Light, label_fr: Léger, process: light, quality: 1}
  heavy: {label_en: Heavy, label_fr: Lourd, process: heavy, quality: 1}
second_order:
  nothing: {label_en: nothing, label_fr: rien, amount: not quantified}
left_out:
  paint: {label_en: Paint, label_fr: Peinture, effect_en: small, effect_fr: petit}
  rivets: {label_en: Rivets, label_fr: Rivets, effect_en: none, effect_fr: nul, treatment: proxy}
units: [frame, robot]
parameters:
  steel: {value: 10 kg/robot, low: 8, high: 12, allowed: [1, 100], source: wager_2011, basis: read, year: 2011, geography: CHE}
  lifetime: {value: 5 year, low: 3, high: 7, source: assumption, label_en: service life, label_fr: durée de vie}
processes:
  light: {unit: frame, actor: provider, stage: use, needs: {electricity_mv_FRA: 2 kWh/frame, heat_natural_gas: 3 MJ/frame, robot: 0.1 robot/frame}}
  heavy: {unit: frame, actor: provider, stage: use, needs: {electricity_mv_CHN: 2 kWh/frame, robot: 0.2 robot/frame}}
  robot:
    unit: robot
    actor: supplier
    stage: manufacturing
    device: yes
    parameters:
      box: {value: 2 kg/robot, low: 1, high: 3, source: assumption, year: 2020}
      gold: {value: 1 g/robot, low: 0.5, high: 2, source: assumption}
      leak: {value: 1 g/robot/year, low: 0.5, high: 2, source: assumption}
    needs:
      steel_low_alloyed: steel
      cardboard: box
      gold_primary: gold
      tap_water: 50 kg/robot
      weee_collection_and_sorting: {amount: 0.8 * steel, stage: end_of_life}
      weee_preprocessing: {amount: 0.5 * steel, stage: end_of_life}
    emits:
      hfc_134a: {amount: leak * lifetime, stage: use}
scenarios:
  base: {label_en: Base, label_fr: Base}
  much: {from: base, label_en: Much, label_fr: Beaucoup, set: {steel: 13 kg/robot}}
indicators: [primary_energy, climate_change, adp_elements]
"""


@pytest.fixture
def frames(calculated: Callable[..., Results]) -> Callable[..., Results]:
    return lambda *changes: calculated("frames.yaml", FRAME, *changes)


@pytest.fixture
def found(frames: Callable[..., Results]) -> Results:
    return frames()


def row(**texts: str) -> BackgroundExchange:
    return BackgroundExchange("process", "input", 1.0, None, None, Mapping(texts))


@pytest.mark.parametrize(("years", "score"), [(0.0, 1), (2.0, 1), (3.0, 2), (6.0, 3), (10.0, 4), (14.0, 4), (15.0, 5), (90.0, 5)])
def test_age_has_the_limits_of_the_matrix(years: float, score: float) -> None:
    assert quality.scored("temporal", years) == score


def test_what_no_rule_speaks_of_has_no_score() -> None:
    assert np.isnan(quality.scored("reliability", "hearsay"))
    assert np.isnan(quality.scored("technological", ""))


@pytest.mark.parametrize(
    ("basis", "source", "score"),
    [("measured", "x", 1), ("read", "x", 2), ("derived", "x", 3), ("derived", "assumption", 3), ("assumption", "x", 4), ("assumption", "assumption", 5)],
)
def test_reliability_tells_an_estimate_with_a_document_from_one_without(basis: str, source: str, score: float) -> None:
    assert quality.row_scores(row(basis=basis, source=source), "FRA", 2026)[0] == score


@pytest.mark.parametrize(
    ("own", "place", "score"),
    [
        ("FRA", "FRA", 1),
        ("GLO", "GLO", 1),
        ("USA", "USA_CAMX", 2),
        ("GLO", "FRA", 3),
        ("FRA", "GLO", 4),
        ("USA_CAMX", "USA", 4),
        ("DEU", "FRA", 5),
        ("US", "USA", 5),
    ],
)
def test_places_are_compared(own: str, place: str, score: float) -> None:
    assert quality.row_scores(row(basis="read", source="x", location=own), place, 2026)[2] == score


def test_no_year_and_no_place_give_no_score() -> None:
    _, time, place = quality.row_scores(row(basis="read", source="x", year="about 2010"), "FRA", 2026)
    assert np.isnan(time) and np.isnan(place)


def chain(background: Background, product: str, indicator: str) -> Iterator[tuple[BackgroundExchange, float]]:
    """All rows behind one unit, each with what passes through it, walked down without a matrix."""
    place, rows = background.positions([indicator])[0], dict[str, list[BackgroundExchange]]()
    scores = {
        **dict(zip(background.products, background.unit[..., place].sum(axis=1), strict=True)),
        **dict(zip(background.flows, background.factors[:, place], strict=True)),
    }
    for each in rows_in_force(background):
        rows.setdefault(each.process, []).append(each)
    waiting = [(product, 1.0)]
    while waiting:
        name, amount = waiting.pop()
        for each in rows.get(name, ()):
            passing = amount * each.amount * scores[each.input]
            if abs(passing) > 1e-6 * abs(scores[product]):
                if each.origin != EXACT:
                    yield each, abs(passing)
                waiting.append((each.input, amount * each.amount))


def test_a_product_is_scored_by_what_passes_through_every_row_behind_it(found: Results) -> None:
    names, scores, known = quality.pedigree(found)
    passing = list(chain(found.background, "heat_natural_gas", "climate_change"))
    whole, now = sum(weight for _, weight in passing), int(found.about["date"][:4])
    n, climate = names.index("heat_natural_gas"), 1
    for aspect, k in ((0, 0), (1, 2), (2, 3)):
        each = [(quality.row_scores(row, found.background.products[row.process].location, now)[aspect], weight) for row, weight in passing]
        there = [(score, weight) for score, weight in each if not np.isnan(score)]
        assert known[n, climate, k] == pytest.approx(sum(weight for _, weight in there) / whole, rel=1e-3)
        assert scores[n, climate, k] == pytest.approx(sum(score * weight for score, weight in there) / sum(weight for _, weight in there), rel=1e-3)


def test_grade_and_evidence_make_technology_and_completeness(found: Results) -> None:
    names, scores, known = quality.pedigree(found)
    gold = names.index("gold_primary")
    assert scores[gold, 1, 4] == 3  # grade C on climate
    assert np.isnan(scores[gold, 2, 4]) and known[gold, 2, 4] == 0  # no published value counts on abiotic depletion
    passing = list(chain(found.background, "gold_primary", "adp_elements"))
    loose = sum(weight for row, weight in passing if row.row["source"] == "assumption") / sum(weight for _, weight in passing)
    assert scores[gold, 2, 1] == quality.scored("completeness", loose) + 1


def test_means_weigh_by_contribution_and_say_for_how_much_they_stand(found: Results) -> None:
    names, scores, known = quality.pedigree(found)
    scores, known = np.full(scores.shape, np.nan), np.zeros(known.shape)
    first, second = names.index("electricity_mv_FRA"), names.index("heat_natural_gas")
    scores[first], known[first], scores[second], known[second] = 1.0, 1.0, 4.0, 0.5
    mean, part = quality.means(found, names, scores, known)
    inputs, sums = found.group("input")
    one, other = (abs(sums[0, 0, inputs.index(name), 1]) for name in ("electricity_mv_FRA", "heat_natural_gas"))
    assert mean[0, 1, 0] == pytest.approx((one + 4 * 0.5 * other) / (one + 0.5 * other))
    assert part[0, 1, 0] == pytest.approx((one + 0.5 * other) / found.totals[0, 0, 1])
    assert np.isnan(mean[1, 1, 0]) and part[1, 1, 0] == 0  # the other alternative buys neither


def test_the_report_shows_means_of_every_alternative_and_the_weakest_aspect(found: Results) -> None:
    shown = quality.aspects(found, "en")
    assert [label for label, _ in shown["means"][0][1]] == ["Light", "Heavy"]
    assert all(len(cells) == 5 for _, rows in shown["means"] for _, cells in rows)
    assert re.fullmatch(r"On average .* “(Reliability|Completeness|Time|Place|Technology)” is the weakest aspect \([1-5]\.\d\)\.", shown["finding"])
    assert next(about for label, about, _ in shown["rows"] if label == "Gold, primary").startswith("World ")


def test_masses_of_a_device_leave_water_out_and_count_one_treatment_once(found: Results) -> None:
    """12.001 kg of goods over the 8 kg that the collection takes; the shredder takes 5 of these again."""
    told = balances.masses(found, "fr")
    assert told["rows"] == [("robot", "12,0", "8,00", "1,50")]
    assert "de 1,50 à 1,50 fois" in told["told"][0] and len(told["told"]) == 1


def test_a_device_without_an_end_has_no_balance(frames: Callable[..., Results]) -> None:
    told = balances.masses(
        frames(
            ("{amount: 0.8 * steel, stage: end_of_life}", "{amount: 0.8 * steel, stage: transport}"),
            ("{amount: 0.5 * steel, stage: end_of_life}", "{amount: 0.5 * steel, stage: use}"),
        ),
        "en",
    )
    assert told["rows"] == [] and told["told"] == [
        "Devices for which no balance is possible, because their inputs are not counted by mass or because they are treated with the device into which they are built: 1."
    ]


def test_ranges_are_counted_and_what_leaves_them_is_named(found: Results) -> None:
    texts = balances.plausibility(found, "en")
    assert texts[0].startswith(
        "Plausibility: of the 5 values of the foreground in use, 5 state a range and 4 of these lie in it in every scenario; 1 state limits"
    )
    assert texts[1] == "Outside their range: steel in “Much”."
    assert texts[2] == "By origin: read in a source\N{NO-BREAK SPACE}1 and assumption\N{NO-BREAK SPACE}4."


def test_energy_and_carbon_close(found: Results) -> None:
    texts = balances.energy_and_carbon(found, "en")
    scores = {
        name: found.background.unit[found.background.places[name], :, found.background.positions(["primary_energy"])[0]].sum()
        for name in ("electricity_mv_FRA", "electricity_mv_CHN")
    }
    lowest = min(scores.values()) / 3.6
    assert texts[0].startswith("Energy: of the 2 energy carriers bought, 2 take") and f"is {lowest:.2f} (" in texts[0]
    count, closed = re.findall(r"\d+", texts[1])[:2]
    assert 1 <= int(closed) <= int(count)


def test_a_delivered_energy_that_holds_too_little_is_told(found: Results) -> None:
    short = replace(found.background, unit=found.background.unit * 0.1)
    assert "of the 2 energy carriers bought, 0 take" in balances.energy_and_carbon(replace(found, background=short), "en")[0]


def test_flows_show_what_a_cut_off_by_mass_would_lose(found: Results) -> None:
    """0.1 robot of 12 kg: steel 1 kg, cardboard 200 g, gold 0.1 g, which is less than a hundredth; water is no good."""
    shown = balances.flows(found, "en")
    tables = dict(shown["tables"])
    goods = {label: (unit, amounts) for label, unit, amounts, _ in tables["Goods, by mass"]}
    assert goods["Steel, low-alloyed, rolled"] == ("kg", ["1.00", "2.00"]) and goods["Gold, primary"] == ("kg", ["0.000100", "0.000200"])
    assert [label for label, *_ in tables["Water and services, by mass"]] == ["Tap water"]
    assert [amounts for _, _, amounts, _ in tables["Treated at the end of life, by mass"]] == [["0.800", "1.60"], ["0.500", "1.00"]]
    names, sums = found.group("input")
    gold = sums[:, 0, names.index("gold_primary"), 2] / found.totals[:, 0, 2]
    assert "would remove 1 of the 3 goods" in shown["finding"] and f"{percent(float(gold.max()), 'en')} of “Abiotic" in shown["finding"]


def test_gaps_are_told_by_their_treatment(found: Results) -> None:
    own = evidence.left_out(found, "fr")["Étude"]
    assert own == [("Peinture", "petit", "Omis (zéro)"), ("Rivets", "nul", "Donnée de substitution")]
    kinds = [each[-1] for each in gaps({"background"}, "en")]
    text = balances.treatments(found, "en")
    assert (
        f"Gaps by treatment ({2 + len(kinds)} in all): left out (zero)\N{NO-BREAK SPACE}{1 + kinds.count('zero')}, stand-in\N{NO-BREAK SPACE}{1 + kinds.count('proxy')}"
        in text
    )
    assert "Beside them, 4 values of the foreground" in text


def test_a_treatment_that_nobody_knows_is_a_fault(frames: Callable[..., Results]) -> None:
    with pytest.raises(UnknownName, match=r"'treatment' cannot be 'proxi'.*Did you mean 'proxy'"):
        frames(("treatment: proxy", "treatment: proxi"))


def test_every_gap_of_the_inventories_says_how_it_is_treated() -> None:
    assert {each[-1] for each in gaps({"background", "hardware", "datacentre", "network", "office", "labour"}, "en")} <= {"zero", "proxy", "estimate", "wide"}


def test_processes_say_place_and_years(found: Results) -> None:
    robot = next(each for each in evidence.unit_processes(found, "en") if each["key"] == "robot")
    places = {label: place for label, place, *_ in robot["rows"]}
    assert robot["about"] == "values of 2020 (1 of 3)"
    assert places["Gold, primary"].startswith("World 20") and "emitted to nature" in places.values()
    heat = next(each for each in evidence.unit_processes(found, "fr") if each["key"] == "light")
    assert next(row for row in heat["rows"] if row[0].startswith("Électricité"))[1].startswith("France")


def test_sharing_tells_what_decides_on_the_share(found: Results) -> None:
    assert digital.sharing(found, "en") == {"time": [("service life", "Study", "5 year", "Assumption")]}


def test_processes_of_several_purposes_stand_under_how_their_burden_is_shared(found: Results, background: Background) -> None:
    shown = {how: [label for label, _, _ in rows] for how, rows in balances.co_products(found, "en")}
    assert list(shown) == [each for each in ("Subdivision", "Cut-off", "Physical allocation", "Economic allocation") if each in shown]
    assert {background.products[each].label_en for each in ("weee_preprocessing", "steel_primary_bfbof")} <= set(shown["Cut-off"])
    assert not any(background.products["lead_secondary"].label_en in labels for labels in shown.values())


def test_ten_aspects_of_the_data_lead_to_sections_of_the_page(found: Results) -> None:
    html = page.render(found, "en")
    asked = balances.requirements("en")
    assert len(asked) == 10 and all(f'id="{place}"' in html for _, _, place in asked)


def test_sources_with_an_address_say_when_they_were_opened() -> None:
    for key, source in read_sources(Faults()).items():
        assert bool(source.url) == bool(re.fullmatch(r"\d{4}-\d\d-\d\d", source.accessed)), key


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_holds_the_sections_of_the_checklist(found: Results, lang: str) -> None:
    html = page.render(found, lang)
    for key in ("data-quality", "validation", "material-flows", "grades", "sharing", "co-products"):
        assert f'id="{key}"' in html
    days = Counter(each.source.accessed for each in references(found).values())
    (usual, _), *others = days.most_common()
    assert f" {usual}" in html and f"[{usual}]" not in html and all(html.count(f"[{day}]") == count for day, count in others if day)
    assert found.study.sources["weidema_1996"].url in html
    items = {item.key: item for section in checklist.checklist(found, lang, {"sharing-resource"}) for item in section.items}
    assert all(items[key].present for key in ("R02-12", "R03-9", "R03-2", "R03-5", "R03-6", "R03-7", "R03-14", "R07-1", "R07-2", "R09-6"))
    assert not items["R08-7"].present and not items["R03-10"].present  # a share of time alone
