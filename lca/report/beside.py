"""What stands beside the totals or cuts them anew: effects, scopes, shared things, one-offs, as rows of text."""

from typing import Any

import numpy as np

from lca.report import figures
from lca.report.evidence import amount
from lca.report.sentences import SEMICOLON, figure, listed
from lca.results import Results
from lca.tables import Block, change_blocks, effect_blocks, rule_blocks, scope_blocks
from lca.views import attributions, market_based, one_offs, scopes
from lca.wording import say, tag_label


def beside(results: Results, lang: str) -> dict[str, Any]:
    """The quantified effects of the first scenario: figures, and per alternative a row for each and the total for scale."""
    blocks = effect_blocks(results, lang)
    if not blocks:
        return {}
    return {"blocks": blocks, "figures": [_figure(results, blocks, i, lang) for i in results.headline]}


def _figure(results: Results, blocks: list[Block], indicator: int, lang: str) -> dict[str, Any]:
    """A small figure of one indicator."""
    bars = [(block.label, [(row.label, value, amount(results, indicator, value, lang)) for row in block.rows if (value := float(row.values[indicator]))])
            for block in blocks]  # fmt: skip
    label, flat = results.indicators[indicator].label(lang), [(alternative, *each) for alternative, row in bars for each in row]
    told = SEMICOLON[lang].join(f"{alternative}, {name} {text}" for alternative, name, _, text in flat)
    finding = say("beside_finding", lang, indicator=label, values=told)
    alternative, _, _, largest = max(
        flat, key=lambda each: abs(np.nan_to_num(each[2])), default=(blocks[0].label, "", 0.0, amount(results, indicator, 0.0, lang))
    )
    title = say("beside_title", lang, indicator=label, alternative=alternative, value=largest)
    return {"title": title, "svg": figures.own_bars([each for each in bars if each[1]], finding, lang)}


def scope_tables(results: Results, lang: str) -> dict[str, Any]:
    """Scopes of the reporting actor in the first scenario; where market-based ones are missing, the sentence that says why."""
    actor = results.study.reporting_actor
    if not actor:
        return {}
    market, missing = market_based(results, actor)
    named = listed([say("quoted", lang, text=results.name_label(each, lang)) for each in missing], lang)
    why = say("scopes_no_market", lang, missing=named) if missing else say("scopes_no_contract", lang)
    return {
        "actor": tag_label("actor", actor, lang).lower(), "location": scope_blocks(results, scopes(results, actor), lang),
        "market": [] if market is None else scope_blocks(results, market, lang), "why": why,
    }  # fmt: skip


def shared_things(results: Results, lang: str) -> list[dict[str, Any]]:
    """Per shared thing the shares by each rule, with their sum, and apart from them what changes without a user."""
    return [{"label": getattr(each.shared, f"label_{lang}"), "rules": rule_blocks(each, lang), "changes": change_blocks(each, lang)}
            for each in attributions(results)]  # fmt: skip


def amortisation(results: Results, lang: str) -> list[dict[str, Any]]:
    """Every line that is spread, in the first scenario: the whole, over what, and what each alternative bears."""
    return [
        {"label": each.exchange.about.get(f"label_{lang}") or results.name_label(each.counted, lang), "place": results.process_label(each.process, lang),
         "whole": figure(float(each.whole[0]), lang), "whole_unit": each.whole_unit, "whole_formula": each.exchange.written,
         "over": figure(float(each.over[0]), lang), "over_unit": each.over_unit, "over_formula": each.exchange.over, "unit": each.unit,
         "borne": [figure(float(value), lang) if value else "–" for value in each.borne[:, 0]]}
        for each in one_offs(results)
    ]  # fmt: skip
