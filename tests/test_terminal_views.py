"""The views of the command line: they fit the screen, hold the numbers of the results, and read as their language is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from lca import terminal, terminal_views
from lca.background import Background
from lca.calculation import compute
from lca.results import GROUPS, Results
from lca.study import Study
from lca.views import market_based, scopes
from lca.wording import say

Everything = Callable[..., Study]
LANGUAGES = ("en", "fr")


def rows(text: str) -> list[list[str]]:
    """The cells of each line, split where two spaces or more stand."""
    return [re.split(r" {2,}", line.strip()) for line in text.splitlines()]


def parsed(text: str) -> float:
    return 0.0 if text == "–" else float(text.replace(",", "").replace("%", ""))


def climate(text: str, label: str) -> list[float]:
    """The second number of every line that begins with a label: climate change stands first in the small study."""
    return [parsed(row[1]) for row in rows(text) if row[0] == label]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("by", GROUPS)
def test_every_line_fits_the_screen_and_no_word_is_broken(results: Results, capsys: pytest.CaptureFixture[str], lang: str, by: str) -> None:
    terminal.show_comparison(results, lang)
    terminal_views.show_groups(results, by, lang)
    terminal_views.show_scopes(results, "", lang)
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 100
    words = {"en": ("consumption", "depletion,"), "fr": ("Consommation", "ressources", "abiotiques,", "propre")}[lang]
    assert all(word in text for word in words)
    assert not re.search(r"\w:", text.replace("lca run", "")) if lang == "fr" else True  # a space stands before a French colon
    assert not re.search(r"(?<!\d)0[.,]0\s%", text)  # nothing is a dash, next to nothing is said to be below 0.1 %


def test_shares_of_the_demo_sum_to_one_hundred(results: Results, capsys: pytest.CaptureFixture[str]) -> None:
    terminal_views.show_groups(results, "stage", "en")
    lines = [row for row in rows(capsys.readouterr().out) if row[0] in ("Manufacturing", "Transport", "Use", "End of life")]
    assert len(lines) == 4 * len(results.study.alternatives)
    for a in range(len(results.study.alternatives)):
        block = lines[4 * a : 4 * a + 4]
        for column in range(1, 5):
            assert sum(parsed(row[column].replace("< ", "")) for row in block) == pytest.approx(100, abs=1.5)


def test_scopes_are_shown_with_their_sum(everything: Everything, background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    results = compute(everything(), background)
    terminal_views.show_scopes(results, "", "en")
    text, (unit, size) = capsys.readouterr().out, results.scale(0)
    assert f"Scopes (provider), location-based: {results.labels('en')[1][0]}" in text and unit in text
    for number, label in enumerate(("Scope 1: own emissions", "Scope 2: purchased energy", "Scope 3: all the rest")):
        expected = [value / size for value in scopes(results, "provider")[:, 0, number, 0] if value]
        assert [each for each in climate(text, label) if each] == pytest.approx(expected, rel=5.1e-3)
    assert climate(text, "Total") == pytest.approx(results.totals[:, 0, 0] / size, rel=5.1e-3)
    assert "Market-based scopes are not given" in text and "electricity_lv_FRA, electricity_mv_FRA" in " ".join(text.split())


CONTRACT = ("scenarios:", """market_based:
  electricity_mv_FRA: {contract: green, residual: rest, covered: 0.6}
  electricity_lv_FRA: {contract: green, residual: rest, covered: 0}
scenarios:""")  # fmt: skip
REST = ("  by_hand:", """  rest: {unit: kWh, stage: use, actor: supplier, emits: {carbon_dioxide_fossil: 0.10 kg/kWh}}
  by_hand:""")  # fmt: skip


def test_market_based_scopes_are_shown_where_they_are_given(everything: Everything, background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    results = compute(everything("label", CONTRACT, REST), background)
    found, missing = market_based(results, "")
    assert found is not None and not missing
    terminal_views.show_scopes(results, "", "fr")
    text = capsys.readouterr().out
    assert "Scopes (fournisseur du service), fondés sur le marché : Base" in text and "non donnés" not in text
    shown = [float(row[1].replace(",", ".")) for row in rows(text) if row[0] == "Scope 2 : énergie achetée"]
    location, market = (values[:, 0, 1, 0] / results.scale(0)[1] for values in (scopes(results, ""), found))
    assert shown == pytest.approx([*location, *market], rel=5.1e-3)


def test_scopes_without_any_purchase_or_contract_say_so(everything: Everything, background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    terminal_views.show_scopes(compute(everything(), background), "supplier", "en")
    assert say("scopes_no_contract", "en") in " ".join(capsys.readouterr().out.split())


def test_effects_stand_beside_the_total(everything: Everything, background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    results = compute(everything("more work"), background)
    terminal_views.show_effects(results, "en")
    text, hand = capsys.readouterr().out, float(results.totals[0, 0, 0]) / results.scale(0)[1]
    assert "Beside the total, never added to it: Base" in text
    assert climate(text, "more work (rebound)") == pytest.approx([0.1 * hand], rel=5.1e-3)
    assert [each for row in rows(text) if row[0].startswith("more work (second-order") for each in [parsed(row[1])]] == pytest.approx(
        [-0.2 * hand] * 2, rel=5.1e-3
    )


def test_nothing_is_said_of_effects_that_are_not_quantified(results: Results, capsys: pytest.CaptureFixture[str]) -> None:
    unquantified = {key: replace(each, beside={}) for key, each in results.study.effects.items()}
    plain = replace(results, study=replace(results.study, effects=unquantified, shared={}))
    terminal_views.show_effects(plain, "en")
    terminal_views.show_shared(plain, "en")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shared_things_are_shown_by_rule(everything: Everything, background: Background, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    terminal_views.show_shared(compute(everything("somebody"), background), lang)
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 100
    shares = [row[1].replace("\N{NARROW NO-BREAK SPACE}", " ") for row in rows(text) if row[0] == "somebody" and "%" in row[1]]
    assert shares == ["30 %", "70 %", "25 %", "75 %"]
    assert say("shared_time", lang) in text and say("shared_volume", lang) in text
    assert say("shared_short_run", lang) in " ".join(text.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_status_and_changed_choices_are_told(results: Results, everything: Everything, background: Background, capsys: pytest.CaptureFixture[str],
                                             lang: str) -> None:  # fmt: skip
    terminal_views.show_choices(results, lang)
    text = " ".join(capsys.readouterr().out.split())
    assert say("status_screening", lang) in text and say("choices_default", lang) in text
    terminal_views.show_choices(compute(everything("A B"), background), lang)
    text = " ".join(capsys.readouterr().out.split())
    assert say("status_reviewed", lang, by="A B", on="A B") in text
    assert {"en": "- Human labour: only the electricity of the desk", "fr": "- Travail humain : la seule électricité du poste de travail"}[lang] in text
    assert say("choices_default", lang) not in text


def test_markup_in_labels_is_shown_as_it_is(everything: Everything, background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    results = compute(everything("[red]x[/red]"), background)
    terminal_views.show_effects(results, "en")
    terminal_views.show_shared(results, "en")
    assert capsys.readouterr().out.count("[red]x[/red]") > 6
