"""What is asked of digital services: intensities by what is counted, data centres, models, weights and uses; by hand on one small study."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.documents import read_csv
from lca.errors import Faults, UnknownName
from lca.folders import PACKAGE
from lca.monte import draw
from lca.report import curves, digital, page, setting
from lca.report.declaration import declaration
from lca.report.sentences import figure
from lca.results import PARTS, Results
from lca.sources import read_sources
from lca.study import Study
from lca.tables import command
from lca.wording import say

STUDY = """
title_en: Answers
title_fr: Réponses
goal_en: To test.
goal_fr: Pour tester.
functional_unit:
  text_en: a thousand questions
  text_fr: mille questions
  amount: 1000 question
  quality: {measure_en: right, measure_fr: juste, at_least: 80 %}
alternatives:
  model: {label_en: Model, label_fr: Modèle, process: answered, quality: 0.9}
  none: {label_en: People, label_fr: Personnes, process: by_people, quality: 0.9}
second_order: {more: {label_en: more, label_fr: plus, amount: not quantified}}
units: [question, request, token, flop]
parameters:
  country: {value: FRA, choices: [FRA, DEU]}
  own_pue: {value: 1.5, low: 1.2, high: 2, source: lbnl_2024, basis: read, year: 2024, category: 2}
  uses: {value: 50000 question, low: 1000, high: 1e6, source: assumption}
processes:
  answered:
    unit: question
    actor: provider
    stage: use
    needs:
      call: 2 request/question
      asking: 2 request/question
      one_training: {amount: 3, over: uses, task: training}
  by_people: {unit: question, actor: provider, stage: use, task: human_work, needs: {electricity_lv_FRA: 1 kWh/question}}
  asking: {unit: request, task: inference, tier: terminal, actor: end_user, stage: use, needs: {electricity_lv_FRA: 0.001 kWh/request}}
  call:
    unit: request
    task: inference
    tier: datacentre
    actor: provider
    stage: use
    parameters:
      output_tokens: {value: 100 token/request, low: 10, high: 900, source: assumption}
      each: {value: 0.00004 kWh/token, low: 0.00001, high: 0.0001, source: assumption}
    needs: {site: output_tokens * each, between: 1 question/request}
  between: {unit: question, task: inference, tier: datacentre, actor: provider, stage: use, needs: {inner: 1 request/question}}
  inner: {unit: request, task: inference, tier: datacentre, actor: provider, stage: use, needs: {electricity_mv_FRA: 0.001 kWh/request}}
  one_training:
    unit: 1
    task: training
    actor: provider
    stage: use
    parameters:
      parameters: {value: 2e9, low: 1e9, high: 3e9, source: brown_2020, basis: read}
      compute: {value: 4e18 flop, low: 1e18, high: 8e18, source: brown_2020, basis: derived}
      running: {value: 10 kWh, low: 5, high: 20, source: assumption}
    needs: {site: running * (compute / compute) * (parameters / parameters)}
  site:
    unit: kWh
    stage: use
    actor: host
    parameters:
      pue: {formula: own_pue}
      wue: {value: 0.2 litre/kWh, low: 0, high: 1, source: assumption, basis: assumption}
    needs:
      electricity_mv_<country>: pue
      water_consumed_<country>: wue
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [climate_change, adp_elements, adp_fossil, water_consumption]
"""
CLIMATE = 0


@pytest.fixture
def answers(calculated: Callable[..., Results]) -> Results:
    return calculated("answers.yaml", STUDY)


def per_kwh(results: Results, background: Background, part: slice | int = slice(None), name: str = "electricity_mv_FRA") -> float:
    """Climate change of a kWh in France."""
    here = list(background.products).index(name)
    return float(background.unit[here][part, background.positions(["climate_change"])[0]].sum())


def test_intensities_by_hand(answers: Results, background: Background) -> None:
    """2000 requests of 0.004 x 1.5 + 0.001 kWh there and 0.001 kWh of people who ask; 0.06 trainings of 10 x 1.5 kWh; what a request calls is no second request."""
    kwh, at_home = per_kwh(answers, background), per_kwh(answers, background, name="electricity_lv_FRA")
    found = {label: (amounts[0], amounts[1]) for side in digital.TASKS for label, amounts in digital.counts(answers, side, "en")}
    assert found["request"][0] == pytest.approx(2000)
    assert found["question"] == (1000, 1000)
    assert found["million tokens generated"] == (pytest.approx(0.2), 0)
    assert found["billion parameters"] == (pytest.approx(0.06 * 2), 0)
    assert found["10¹⁸ FLOP"] == (pytest.approx(0.06 * 4), 0)
    rows = dict(digital.intensity(answers, "en"))
    consumer, provider = 2000 * ((0.004 * 1.5 + 0.001) * kwh + 0.001 * at_home), 0.06 * 15 * kwh
    told = {"request": (consumer, 2000), "million tokens generated": (consumer, 0.2), "10¹⁸ FLOP": (provider, 0.24), "question": (consumer, 1000)}
    for label, (impact, count) in told.items():
        _, size = answers.indicators[CLIMATE].scale(impact / count)
        value, number = rows[say("sci_per", "en", unit=label)][0].split(" × ")
        assert (value.split()[0], number) == (figure(impact / count / size, "en"), figure(count, "en")), label
    assert rows[say("sci_per", "en", unit="request")][1] == "–"


def test_a_functional_unit_that_is_a_time_is_no_execution(calculated: Callable[..., Results]) -> None:
    found = calculated("time.yaml", STUDY, ("amount: 1000 question", "amount: 1000 kWh"), ("question", "kWh"), ("units: [kWh, ", "units: ["))
    assert [label for label, _ in digital.counts(found, "consumer", "en")] == ["request", "million tokens generated"]


def test_the_functional_unit_is_named_in_the_language_of_the_report(calculated: Callable[..., Results]) -> None:
    found = calculated("payments.yaml", STUDY, ("question", "payment"))
    assert [digital.counts(found, "consumer", lang)[0][0] for lang in ("en", "fr")] == ["payment", "paiement"]


def test_a_site_by_hand(answers: Results, background: Background) -> None:
    (site,) = digital.site_indicators(answers, "en")
    direct = per_kwh(answers, background, PARTS.index("grid"))
    assert 0 < direct < per_kwh(answers, background)
    assert site["rows"][0] == ("PUE", "1.50", "2", "2024", "Read in a source")
    assert site["rows"][1][:2] == ("CUE", f"{figure(1.5 * direct, 'en')} kg\N{NO-BREAK SPACE}CO₂-eq/kWh")
    assert site["rows"][2] == ("WUE", "0.2 litre/kWh", "not stated", "not stated", "Assumption")
    assert (site["missing"], site["label"]) == ("REF, ERF and CER", "site (France)")


def test_what_draws_other_than_its_pue_is_no_site(calculated: Callable[..., Results]) -> None:
    (found,) = digital.site_indicators(calculated("answers.yaml", STUDY, ("electricity_mv_<country>: pue", "electricity_mv_<country>: pue * 1.01")), "en")
    assert [row[0] for row in found["rows"]] == ["PUE", "WUE"] and found["missing"] == ""


def test_a_category_is_one_of_three(calculated: Callable[..., Results]) -> None:
    with pytest.raises(UnknownName, match="'category' cannot be '4'"):
        calculated("answers.yaml", STUDY, ("category: 2", "category: 4"))


def test_the_declaration_by_hand(answers: Results) -> None:
    found = declaration(answers, "en")
    rows = {row["label"]: (row["asked"], row["cells"]) for row in found["rows"]}
    assert found["names"] == ["Model"] and found["open"] == {"annex", "green"}
    assert rows["Architecture of the model"] == ("annex XI, 1(d)", [""])
    assert rows["Number of parameters"] == ("annex XI, 1(d), Green AI", ["2\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10⁹"])
    assert rows["Electricity of the training"][1] == ["900 Wh per functional unit; 15.0 kWh for one whole training"]
    assert rows["Electricity per inference, network and terminals included"][1] == [
        "16.0 Wh per question; 8.00 Wh per request; 80.0 kWh per million tokens generated"
    ]
    assert rows["Measured or estimated"][1] == ["estimated by this model, from values of this kind: read in a source, derived"]
    assert rows["PUE"][1] == ["1.50"] and rows["Quality reached"][1] == ["90 % (right)"]
    assert rows["Making of the hardware included"][1] == ["no"]  # nothing is made in this study


def test_without_a_model_there_is_nothing_to_declare(answers: Results) -> None:
    assert declaration(replace(answers, quantities=np.zeros_like(answers.quantities)), "fr") == {"rows": [], "open": {"annex", "green"}, "names": []}


def test_what_has_no_value_or_is_given_back_can_be_declared(answers: Results) -> None:
    rows = {row["label"]: row["cells"] for row in declaration(replace(answers, quantities=-answers.quantities), "en")["rows"]}
    assert rows["Electricity of the training"][0].startswith("−900 Wh per functional unit")
    rows = {row["label"]: row["cells"] for row in declaration(replace(answers, quantities=np.nan * answers.quantities), "en")["rows"]}
    assert rows["Electricity of the training"][0].startswith("no value")


def test_weights_by_hand_and_not_for_the_public(answers: Results, calculated: Callable[..., Results]) -> None:
    found = setting.per_person(answers, "en")["weighted"]
    assert [row["what"] for row in found] == ["21.06 %", "7.55 %", "8.32 %"]
    assert found[0]["cells"][1] == figure(float(answers.totals[1, 0, CLIMATE]) / 7550 * 0.2106, "en")
    for goal, shown in (("To be published.", False), ("Not to be published.", True), ("For disclosure to clients.", False)):
        assert bool(setting.per_person(calculated("g.yaml", STUDY, ("goal_en: To test.", f"goal_en: {goal}")), "en")["weighted"]) is shown, goal
    assert not setting.per_person(calculated("g.yaml", STUDY, ("Pour tester.", "Sera publié.")), "fr")["weighted"]


def test_what_each_use_bears_by_hand(answers: Results, background: Background) -> None:
    kwh = per_kwh(answers, background)
    own, once = curves.borne(answers, CLIMATE)
    assert once == pytest.approx([0.06 * 15 * kwh, 0.0], rel=1e-9)
    assert own + once == pytest.approx(answers.totals[:, 0, CLIMATE], rel=1e-12)
    svg = str(curves.spread(answers, "en")["svg"])
    ys = [float(y) for y in re.findall(r"[ML]\d+,([\d.]+)", re.findall(r'<path d="(M[^"]+)" class="line"', svg)[0])]
    assert len(ys) == curves.POINTS and ys == sorted(ys)  # downwards is upwards on a page


def test_a_tenth_of_the_uses_bear_ten_times_as_much(answers: Results, calculated: Callable[..., Results]) -> None:
    own, once = curves.borne(answers, CLIMATE)
    fewer = calculated("few.yaml", STUDY, ("uses: {value: 50000", "uses: {value: 5000"))
    assert fewer.totals[0, 0, CLIMATE] == pytest.approx(own[0] + 10 * once[0], rel=1e-12)


def test_what_is_made_once_but_for_no_model_has_no_curve(calculated: Callable[..., Results]) -> None:
    assert (
        curves.spread(
            calculated("hand.yaml", STUDY, ("over: uses, task: training", "over: uses, task: human_work"), ("task: training", "task: human_work")), "en"
        )
        == {}
    )


def test_every_indicator_has_its_text_and_a_source(background: Background) -> None:
    rows = list(read_csv(PACKAGE / "report" / "acceptance.csv", ("indicator", "text_en", "text_fr", "source")))
    assert {str(row["indicator"]) for row in rows} == set(background.indicators)
    assert {row.text("source") for row in rows} <= set(read_sources(Faults()))
    assert all(row.text(f"text_{lang}").endswith(".") for row in rows for lang in ("en", "fr"))


def test_the_page_tells_the_seed_and_the_command(answers: Results) -> None:
    drawn = replace(answers, drawn=draw(answers, 20, 7))
    html = page.render(drawn, "en")
    assert "7 (20 draws)" in html and say("seed_none", "en") not in html
    assert "--draws 20 --seed 7 --lang en -o answers.html" in html
    assert say("seed_none", "en") in page.render(answers, "en")
    assert command(answers, "fr", "x/").endswith("--lang fr -o x/")


def test_the_checklist_asks_for_the_whole(answers: Results) -> None:
    def state(results: Results) -> dict[str, bool]:
        return {item.key: item.present for section in page._contents(results, "en")["sections"] for item in section.items}

    alone = state(answers)
    assert [alone[key] for key in ("R03-11", "R04-9", "R07-6", "R08-10", "R08-11")] == [True] * 5
    assert [alone[key] for key in ("R06-5", "R08-15", "R08-18", "R09-2", "R09-4")] == [False] * 5
    folder = state(replace(answers, about={**answers.about, "bundle": True}))
    assert (folder["R06-5"], folder["R09-2"], folder["R09-4"]) == (True, True, False)  # one scenario differs from no other


def test_whole_machines_are_counted_in_every_scenario(small: Callable[..., Study], background: Background) -> None:
    """1000 parcels a year over 400 a robot: three robots; 1500: four."""
    busy = "  base: {label_en: Base, label_fr: Base}\n  busy: {from: base, label_en: Busy, label_fr: Fort, set: {yearly: 1500 parcel/year}}"
    results = compute(small(("  base: {label_en: Base, label_fr: Base}", busy)), background)
    assert digital.machines(results, "en") == [("by_machine.fleet", "by_machine", [("3 robot", 75.0), ("4 robot", 100.0)])]
    html = page.render(results, "en")
    assert '<td style="--w:75.0%">3 robot</td><td style="--w:100.0%">4 robot</td>' in html and 'id="fleets"' in html
