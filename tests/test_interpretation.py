"""Dominance, boundary, anomalies, net, rebound and conclusions of a study whose numbers are set by hand: kilograms of carbon dioxide."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lca.decisions import decide
from lca.monte import draw
from lca.report import page, rebound
from lca.report.blocks import read_blocks
from lca.report.checklist import checklist
from lca.report.conclusions import conclusions
from lca.report.interpretation import interpretation
from lca.results import Results

# First: use 60, manufacturing 30, end of life 9.5, transport 0.5. Other: use 44, manufacturing 6.
STUDY = """
title_en: Sums
title_fr: Sommes
goal_en: To test.
goal_fr: Pour tester.
functional_unit: {text_en: a frame, text_fr: un cadre, amount: 1 frame, quality: {measure_en: whole, measure_fr: entier, at_least: 0}}
alternatives:
  first: {label_en: First, label_fr: Premier, process: first, quality: 1}
  other: {label_en: Other, label_fr: Autre, process: other, quality: 1}
second_order:
  more: {label_en: more, label_fr: plus, kind: rebound, process: puff, amount: {other: 10}}
  less: {label_en: less, label_fr: moins, process: puff, amount: {other: 0 - 20}}
  bought: {label_en: bought, label_fr: acheté, kind: offset, process: puff, amount: {other: 0 - 5}}
  unknown: {label_en: unknown, label_fr: inconnu, amount: not quantified}
units: [frame]
parameters:
  size: {value: 60 kg/frame, low: 20, high: 70, source: assumption, label_en: size, label_fr: taille}
  end: {value: 9.5 kg/frame, low: 9, high: 10, source: assumption}
processes:
  first:
    unit: frame
    actor: provider
    stage: use
    task: human_work
    needs: {by_hand: 1, made: 1, over: 1, brought: 1}
  other: {unit: frame, actor: provider, stage: use, task: inference, needs: {machine: 1, machine_made: 1}}
  by_hand: {unit: frame, actor: provider, stage: use, task: human_work, emits: {carbon_dioxide_fossil: size}}
  made: {unit: frame, actor: supplier, stage: manufacturing, task: human_work, emits: {carbon_dioxide_fossil: 30 kg/frame}}
  over: {unit: frame, actor: supplier, stage: end_of_life, task: human_work, emits: {carbon_dioxide_fossil: end}}
  brought: {unit: frame, actor: supplier, stage: transport, task: human_work, emits: {carbon_dioxide_fossil: 0.5 kg/frame}}
  machine: {unit: frame, actor: host, stage: use, task: inference, emits: {carbon_dioxide_fossil: 44 kg/frame}}
  machine_made: {unit: frame, actor: supplier, stage: manufacturing, task: inference, emits: {carbon_dioxide_fossil: 6 kg/frame}}
  puff: {unit: frame, actor: supplier, stage: use, emits: {carbon_dioxide_fossil: 1 kg/frame}}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [climate_change]
"""
Run = Callable[..., Results]
STEEL = ("emits: {carbon_dioxide_fossil: 30 kg/frame}", "needs: {steel_low_alloyed: 1e-6 kg/frame}, emits: {carbon_dioxide_fossil: 30 kg/frame}")


@pytest.fixture
def sums(calculated: Run) -> Run:
    return lambda *changes: calculated("sums.yaml", STUDY, *changes)


def anomalies(results: Results) -> dict[str, list[str]]:
    return {label: texts for label, texts in interpretation(results, "en")["anomalies"] if texts}


def test_classes_and_what_each_cell_carries(sums: Run) -> None:
    found = interpretation(sums(), "en")
    rows = {row["label"]: ((row["cells"][0][0].replace("\N{NO-BREAK SPACE}", " "), row["cells"][0][1]), row["turns"]) for row in found["rows"]}
    assert rows == {
        "Use · Inference": (("E A", "0.0 % to 88 %"), ""),
        "Use · Human work": (("A E", "0.0 % to 60 %"), "Climate change"),  # without its 60 the first comes to 40, below the 50 of the other
        "Manufacturing · Human work": (("B E", "0.0 % to 30 %"), ""),
        "Manufacturing · Inference": (("E C", "0.0 % to 12 %"), ""),
        "End of life · Human work": (("D E", "0.0 % to 9.5 %"), ""),
    }
    assert found["rest"] == ["Further cells counted: 1, each at most 0.5 % of a total."]
    assert found["actors"] == [("Provider", ["0.0 % to 60 %"]), ("Host", ["0.0 % to 88 %"]), ("Upstream suppliers", ["12 % to 40 %"])]


def test_what_the_boundary_could_do_without(sums: Run) -> None:
    free, turns, lines = interpretation(sums(), "en")["boundary"]
    assert free.endswith("by more than 1.0 %: 1 of the 6 counted.")
    assert turns.endswith("for at least one headline indicator: “Use · Human work”.")
    assert "1 of the 6 counted; they sum to 0.0 % to 0.5 % of a total" in lines
    firm = interpretation(sums(("value: 60 kg", "value: 20 kg"), ("44 kg", "0.4 kg")), "en")["boundary"]  # 60 and 6.4: no cell is 53.6
    assert firm[1].startswith("No cell")
    apart = sums(("at_least: 0}", "at_least: 0.5}"), ("process: other, quality: 1", "process: other, quality: 0.1"))
    assert interpretation(apart, "en")["boundary"][1].startswith("Whether leaving out a cell")


def test_a_study_without_anomalies_has_none(sums: Run) -> None:
    assert anomalies(sums()) == {}


@pytest.mark.parametrize(("change", "kind", "told"), [
    (("0.5 kg/frame", "0 - end"), "Negative contributions",
     "In “First”, Climate change, lines below zero take away 11 % of the total (1; the largest is “carbon dioxide, fossil”)."),  # 9.5 of 90
    (("label_fr: Base", "label_fr: Base, set: {size: 80 kg/frame}"), "Values in use outside their own range",
     "“size” (size) is 80 kg/frame; its range goes from 20 kg/frame to 70 kg/frame."),
    (("44 kg/frame", "50000 kg/frame"), "Alternatives very far apart",
     "Climate change: “Other” comes to 500 times “First”; function, units and boundary of both deserve a second look."),
    (("needs: {machine: 1, machine_made: 1}", "needs: {machine: 0, machine_made: 0}"), "Totals of zero", "“Other” has a total of zero for Climate change."),
])  # fmt: skip
def test_each_anomaly_is_one_sentence(sums: Run, change: tuple[str, str], kind: str, told: str) -> None:
    found = anomalies(sums(change))
    assert [text.lower() for text in found[kind]] == [told.lower()]
    assert set(found) == {kind}


def test_a_cell_that_is_large_in_one_indicator_alone_and_what_has_no_grade(sums: Run) -> None:
    """Gold: nearly all of the abiotic depletion, next to nothing of the climate change."""
    changes = (("indicators: [climate_change]", "indicators: [climate_change, adp_elements]"),
               ("emits: {carbon_dioxide_fossil: 6 kg/frame}", "needs: {gold_primary: 1e-6 kg/frame}"))  # fmt: skip
    results = sums(*changes)
    found = anomalies(results)
    large = found["Large in one indicator (class A or B), negligible in another (class E)"]
    assert any(text.startswith("“Manufacturing · Inference” makes up 100 % of the total of “Other” for “Abiotic depletion, elements”, but") for text in large)
    kind = "Large shares (class A or B) on a product without sufficient independent evidence"
    assert [text.partition(" has grade")[0] for text in found[kind]] == ["“Gold, primary”"]
    assert found["Totals of zero"] == ["“First” has a total of zero for Abiotic depletion, elements."]


def test_the_net_stands_beside_and_offsets_are_no_part_of_it(sums: Run) -> None:
    results = sums()
    assert results.totals[:, 0, 0] == pytest.approx([100, 50])
    first, other = rebound.second_order(results, "en")["net"]
    assert first == ("First", [("Net (effects not quantified: 1)", ["100"])])
    assert other == ("Other", [("First-order total", ["50.0"]), ("Quantified effects, with their sign", ["−10.0"]),
                               ("Net (effects not quantified: 1)", ["40.0"]), ("Net less that of “First”", ["−60.0"])])  # fmt: skip
    ranged = sums(("label_fr: Base}", "label_fr: Base}\n  large: {label_en: Large, label_fr: Grand, set: {size: 70 kg/frame}}"))
    assert ("Net over all scenarios", ["100 to 110"]) in rebound.second_order(ranged, "en")["net"][0][1]


@pytest.mark.parametrize(("changes", "growth", "left"), [
    ((), "+100 %", "50.0 / 40.0 / 0"),  # of the 50 saved the rebound of the study takes 10
    ((("kind: rebound, process: puff, amount: {other: 10}", "kind: rebound, amount: not quantified"),), "+100 %", "50.0 / not quantified / 0"),
    ((("44 kg/frame", "94 kg/frame"),), "no saving", "–"),  # 100 and 100
    ((("44 kg/frame", "14 kg/frame"),), "+400 %", "80.0 / 70.0 / 0"),
])  # fmt: skip
def test_how_much_more_use_a_saving_bears(sums: Run, changes: tuple[tuple[str, str], ...], growth: str, left: str) -> None:
    found = rebound.second_order(sums(*changes), "en")
    ((name, rows),) = found["rebound"]
    assert (name, [cells for _, cells in rows], found["unranked"]) == ("Other", [[growth], [left]], [])


def test_who_may_not_be_compared_is_named(sums: Run) -> None:
    results = sums(("at_least: 0}", "at_least: 0.5}"), ("process: other, quality: 1", "process: other, quality: 0.1"))
    found = rebound.second_order(results, "en")
    assert found["rebound"] == [] and found["unranked"][0].endswith(": “Other”.")
    assert [not item.present for section in checklist(results, "en") for item in section.items if item.key in ("R08-1", "R08-6")] == [True, True]
    assert found["net"][1] == ("Other", found["net"][1][1]) and not [label for label, _ in found["net"][1][1] if "less that of" in label]


def test_the_tier_is_the_analysts_or_none(sums: Run) -> None:
    results = sums()
    assert rebound.second_order(results, "en")["tier"][1].startswith("No tier")
    assert rebound.second_order(results, "en")["tier"][0].endswith(": 4, of which quantified: 3.")
    entered = replace(results, study=replace(results.study, report={"R08-5": {"text_en": "Tier 2.", "text_fr": "Niveau 2."}}))
    assert "Tier 2. Results of a tier 3 assessment are not for communication to the public" in rebound.second_order(entered, "en")["tier"][1]
    assert "Niveau 2." in page.render(entered, "fr")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_conclusions_are_a_draft_that_the_analyst_completes(sums: Run, lang: str) -> None:
    results, run = sums(STEEL), "lca run sums --decide --draws 1000"
    assert run in page.render(results, lang)
    drawn = replace(results, drawn=draw(results, 100))
    study = replace(results.study, report={"R05-9": dict.fromkeys(("text_en", "text_fr"), "Mine & <b>")})
    html = page.render(replace(drawn, decided=decide(drawn), study=study), lang)
    assert run not in html and "<p>Mine &amp; &lt;b&gt;</p>" in html


def test_conclusions_are_tied_to_the_checks(sums: Run) -> None:
    results = sums()
    said = {"verdict": "V", "summary": {"outside": ["Below."], "order": ["O"]}, "decided": {"robustness": {"choices": ["c"], "finding": "R"}},
            "checks": {"varied": ["L.", "G."], "gaps": "Gaps."}, "interpretation": interpretation(results, "en"), "measure": []}  # fmt: skip
    found = conclusions(results, "en", said)
    assert found["said"][:3] == ["V", "O", "R"] and "“Use · Human work”" in found["said"][3] and found["said"][5].endswith("L. G.")
    below, assumed, gaps, ungraded, effects = found["limits"]
    assert (below, gaps) == ("Below.", "Gaps.")
    assert assumed.startswith("2 of the 2 parameters in use and 0 rows of the background rest on assumptions; 0.0 % to 70 % of a headline total")  # 69.5 of 100
    assert "carry 0.0 % of a headline total" in ungraded and effects.endswith(": 1.")


def test_the_sections_are_in_the_other_files_too(sums: Run) -> None:
    texts = str(read_blocks(page.render(sums(), "en")))
    for head in ("Dominance, and what each cell", "Anomalies: what an expert", "Net less that of", "Use may grow by", "Recommendations"):
        assert head in texts


def test_break_even_points_have_intervals_where_there_are_draws(sums: Run) -> None:
    """The first (`size` + 30 + `end` + 0.5) meets the other (79 + 6) at 45; `end`, from 9 to 10, moves that from 45.5 to 44.5."""
    results = sums(STEEL, ("44 kg/frame", "79 kg/frame"))
    assert decide(results).break_evens[0].spreads == ()
    drawn = replace(results, drawn=draw(results, 100))
    found = decide(drawn)
    spread = next(each for each in found.break_evens if each.name == "size").spreads[0]
    assert 44 < spread.places[0] <= spread.places[1] <= spread.places[2] < 46
    item: Any = {item.key: item for section in checklist(replace(drawn, decided=found), "en") for item in section.items}
    assert (item["R05-7"].present, item["R05-7"].place) == (True, "break-even")
    item = {item.key: item for section in checklist(replace(results, decided=found), "en") for item in section.items}
    assert not item["R05-7"].present


def test_shares_of_nothing_are_nothing(sums: Run) -> None:
    empty = sums()
    found = interpretation(replace(empty, contributions=np.zeros_like(empty.contributions)), "en")
    assert found["rows"] == [] and found["rest"] == []


EMPTY = (("needs: {by_hand: 1, made: 1, over: 1, brought: 1}", "needs: {by_hand: 0}"), ("needs: {machine: 1, machine_made: 1}", "needs: {machine: 0}"))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_of_nothing_no_share_is_told(sums: Run, lang: str) -> None:
    results = sums(*EMPTY)
    html = page.render(replace(results, decided=decide(results)), lang)
    plain = " ".join(re.sub(r"<[^>]*>", " ", html).split())
    for wrong in ("0 of the 0", "0 sur les 0", "0 des 0", "no value of a", "aucune valeur d'un", "By origin: .", "Par origine\N{NO-BREAK SPACE}: ."):
        assert wrong not in plain, wrong
    sections = re.findall(r'<section id="(?:electricity|interpretation|levers)">.*?</section>', html, re.DOTALL)
    assert len(sections) == 3 and not re.search(r"<(tbody|ul)( [^>]*)?>\s*</\1>", "".join(sections))
    assert "<summary>0 " not in html.split('id="data-quality"')[1].split("</section>")[0]
    none = {"en": "Nothing is counted in this scenario", "fr": "Rien n'est compté dans ce scénario"}[lang]
    assert none in html.replace("&#39;", "'")


def test_a_share_without_value_leaves_the_others_standing(sums: Run) -> None:
    results = sums(EMPTY[1])
    told = page._contents(results, "en")
    said = conclusions(results, "en", {**told, "interpretation": interpretation(results, "en")})["limits"]
    assert any("rest on assumptions; 70 % of a headline total" in each for each in said)  # 60 and 9.5 of 100


def test_one_alternative_and_one_indicator_are_not_called_many(sums: Run) -> None:
    other = "  other: {label_en: Other, label_fr: Autre, process: other, quality: 1}\n"
    alone = sums((other, ""), ("{other: 10}", "{first: 10}"), ("{other: 0 - 20}", "{first: 0 - 20}"), ("{other: 0 - 5}", "{first: 0 - 5}"))
    html = page.render(replace(alone, decided=decide(alone)), "en")
    assert "compares 1 ways" not in html and "looks at one way of fulfilling" in html
    assert "Never: no value with a range" not in html  # there is no order that a value could turn
    assert "is the same in all headline indicators" not in page.render(sums(), "en")


def test_where_two_share_the_lowest_place_none_is_the_lowest(sums: Run) -> None:
    alike = sums(("process: other, quality", "process: first, quality"))
    assert "lowest for" not in page.render(alike, "en") and "lowest for" in page.render(sums(), "en")


def test_labels_that_two_share_are_told_apart(sums: Run) -> None:
    alike = sums(
        ("label_en: Other", "label_en: First"),
        ("base: {label_en: Base, label_fr: Base}", "base: {label_en: B, label_fr: A}\n  far: {label_en: C, label_fr: A}"),
    )
    assert alike.labels("en") == (["First (first)", "First (other)"], ["B", "C"])
    assert alike.labels("fr") == (["Premier", "Autre"], ["A (base)", "A (far)"])


def test_a_pair_without_value_has_no_share(sums: Run) -> None:
    worst = sums(("label_fr: Base}", "label_fr: Base}\n  bad: {label_en: Bad, label_fr: Mal, set: {size: 40 kg/frame, end: 9 kg/frame}}"),
                 ("machine_made: 1}", "machine_made: 1 / sqrt((size - other_size) / other_size)}"), ("  end: {", "  other_size: {value: 41 kg/frame, source: assumption, basis: derived}\n  end: {"))  # fmt: skip
    pair = draw(worst, 100, 1, lambda _: None).pair(0, 1, 1, worst.headline[0])
    assert np.isnan([pair.below, pair.above, pair.ratio]).all() and pair.verdict == "unranked"
