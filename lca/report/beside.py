"""What stands beside the totals or cuts them anew: effects, scopes, shared things, one-offs, as rows of text."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.expressions import Array
from lca.report import figures
from lca.report.evidence import Row
from lca.report.sentences import NO_BREAK, SEMICOLON, figure, listed, phrase, share, unit_text
from lca.results import Results
from lca.views import SCOPES, Attribution, attributions, effects, market_based, one_offs, scopes
from lca.wording import percent, tag_label


def _cells(results: Results, values: Array, lang: str, whole: Array | None = None) -> list[tuple[str, str]]:
    """A cell per headline indicator in its display unit, with its share of a whole; a dash where there is nothing."""
    return [
        (figure(float(values[i]) / results.scale(i)[1], lang), "" if whole is None else share(float(values[i]), float(whole[i]), lang))
        if values[i] else ("–", "")
        for i in results.headline
    ]  # fmt: skip


def beside(results: Results, lang: str) -> dict[str, Any]:
    """The quantified effects of the first scenario: figures, and per alternative a row for each and the total for scale."""
    found, known = effects(results), results.study.effects
    if not found:
        return {}
    tables = []
    for a, (key, alternative) in enumerate(zip(results.study.alternatives, results.labels(lang)[0], strict=True)):
        rows = [
            {"label": getattr(known[name], f"label_{lang}"), "kind": tag_label("effect", known[name].kind, lang), "cells": _cells(results, values[a, 0], lang)}
            for name, values in found.items() if key in known[name].beside
        ]  # fmt: skip
        tables.append({"label": alternative, "rows": rows, "scale": Row(phrase("beside_scale", lang), _cells(results, results.totals[a, 0], lang))})
    stack = np.stack([values[:, 0] for values in found.values()], axis=1)
    labels = [getattr(known[name], f"label_{lang}") for name in found]
    return {"tables": tables, "figures": [_figure(results, labels, stack[:, :, i], i, lang) for i in results.headline]}


def _figure(results: Results, labels: list[str], values: Array, indicator: int, lang: str) -> dict[str, Any]:
    """A small figure of one indicator; `values` is alternative x effect."""
    unit, size = results.scale(indicator)

    def shown(value: float) -> str:
        return f"{figure(value / size, lang)}{NO_BREAK}{unit_text(unit, lang)}"

    alternatives, label = results.labels(lang)[0], results.indicators[indicator].label(lang)
    bars = [[(labels[n], float(value), shown(float(value))) for n, value in enumerate(row) if value] for row in values]
    told = [f"{alternative}, {name} {text}" for alternative, row in zip(alternatives, bars, strict=True) for name, _, text in row]
    finding = phrase("beside_finding", lang, indicator=label, values=SEMICOLON[lang].join(told))
    a, n = np.unravel_index(np.argmax(np.abs(np.nan_to_num(values))), values.shape)
    title = phrase("beside_title", lang, indicator=label, alternative=alternatives[a], value=shown(float(values[a, n])))
    groups = [(alternative, row) for alternative, row in zip(alternatives, bars, strict=True) if row]
    return {"title": title, "svg": figures.own_bars(groups, finding, lang)}


def scope_tables(results: Results, lang: str) -> dict[str, Any]:
    """Scopes of the reporting actor in the first scenario; where market-based ones are missing, the sentence that says why."""
    actor = results.study.reporting_actor
    if not actor:
        return {}
    market, missing = market_based(results, actor)
    named = listed([phrase("quoted", lang, text=results.name_label(each, lang)) for each in missing], lang)
    why = phrase("scopes_no_market", lang, missing=named) if missing else phrase("scopes_no_contract", lang)
    return {
        "actor": tag_label("actor", actor, lang).lower(), "location": _scoped(results, scopes(results, actor), lang),
        "market": [] if market is None else _scoped(results, market, lang), "why": "" if market is not None else why,
    }  # fmt: skip


def _scoped(results: Results, values: Array, lang: str) -> list[dict[str, Any]]:
    tables = []
    for a, alternative in enumerate(results.labels(lang)[0]):
        whole = values[a, 0].sum(axis=0)
        rows = [Row(phrase(f"w_{each}", lang), _cells(results, values[a, 0, s], lang, whole)) for s, each in enumerate(SCOPES)]
        tables.append({"label": alternative, "rows": rows, "total": Row(phrase("total", lang), _cells(results, whole, lang, whole))})
    return tables


def shared_things(results: Results, lang: str) -> list[dict[str, Any]]:
    """Per shared thing the shares by each rule, with their sum, and apart from them what changes without a user."""
    return [_shared(results, each, lang) for each in attributions(results)]


def _shared(results: Results, each: Attribution, lang: str) -> dict[str, Any]:
    users, whole = {user: texts[f"label_{lang}"] for user, texts in each.shared.users.items()}, each.whole[0]
    rules = []
    for rule, shares in each.shares.items():
        rows = [{"label": users[user], "share": percent(float(value[0]), lang), "cells": _cells(results, value[0] * whole, lang)}
                for user, value in shares.items()]  # fmt: skip
        total = sum(float(value[0]) for value in shares.values())
        rules.append({"label": phrase(f"shared_{rule}", lang), "rows": rows, "total": percent(total, lang), "cells": _cells(results, total * whole, lang)})
    changes: dict[str, list[Row]] = {}
    for (user, change), values in each.changes.items():
        changes.setdefault(phrase(f"shared_{change}", lang), []).append(Row(users[user], _cells(results, values[0], lang)))
    return {"label": getattr(each.shared, f"label_{lang}"), "rules": rules, "changes": changes}


def amortisation(results: Results, lang: str) -> list[dict[str, Any]]:
    """Every line that is spread, in the first scenario: the whole, over what, and what each alternative bears."""
    return [
        {"label": each.exchange.about.get(f"label_{lang}") or results.name_label(each.counted, lang), "place": results.process_label(each.process, lang),
         "whole": figure(float(each.whole[0]), lang), "whole_unit": each.whole_unit, "whole_formula": each.exchange.written,
         "over": figure(float(each.over[0]), lang), "over_unit": each.over_unit, "over_formula": each.exchange.over, "unit": each.unit,
         "borne": [figure(float(value), lang) if value else "–" for value in each.borne[:, 0]]}
        for each in one_offs(results)
    ]  # fmt: skip
