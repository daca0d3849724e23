"""Sheets of a workbook beyond the sums by tag: hot spots, scopes, effects beside the total, shared things, one-offs."""

from __future__ import annotations

import numpy as np

from lca.expressions import Array
from lca.sheets import LABEL, TEXT, WIDE, Cell, Column, Page, fit, write_cell, write_table
from lca.views import SCOPES, attributions, effects, market_based, one_offs, scopes
from lca.wording import tag_label

LARGEST = 10  # processes of a list of hot spots


def write_hot_spots(page: Page) -> None:
    """Per alternative and indicator the processes that emit or extract most, in the first scenario, and the rest of them."""
    results, lang = page.results, page.book.lang
    names, sums = results.group("origin")
    labels = [each.label(lang) for each in results.indicators]
    columns = [Column(page.say("alternative"), fit(page.alternatives), wrap=True), Column(page.say("w_column_indicator"), fit(labels))]
    columns += [Column(page.say("w_rank"), 8, "0", number=True), Column(page.say("w_column_process_label"), TEXT, wrap=True), Column(page.say("w_system"), 14)]
    columns += [Column(page.say("w_column_process"), LABEL), Column(page.say("w_amount"), 14, number=True, bold=True), Column(page.say("unit"), 16)]
    columns += [Column(page.say("w_share"), 12, "0.0%", number=True)]
    rows: list[list[Cell]] = []
    for a, alternative in enumerate(page.alternatives):
        for i, indicator in enumerate(results.indicators):
            values, total = sums[a, 0, :, i], float(results.totals[a, 0, i])
            order = [int(n) for n in np.argsort(-np.abs(values), kind="stable") if values[n]]
            for rank, n in enumerate(order[:LARGEST], 1):
                where = page.say("w_background_process" if names[n] in results.background.products else "w_foreground_process")
                rows.append([alternative, labels[i], rank, results.name_label(names[n], lang), where, names[n], *_amount(values[n], indicator.unit, total)])
            if rest := order[LARGEST:]:
                text = page.say("w_rest", count=len(rest))
                rows.append([alternative, labels[i], None, text, "", "", *_amount(values[rest].sum(), indicator.unit, total)])
    write_table(page.book, page.sheet, columns, rows, fixed=2)


def _amount(value: float, unit: str, total: float) -> list[Cell]:
    return [float(value), unit, float(value) / total if total else None]


def write_scopes(page: Page) -> None:
    """Scopes of the reporting actor by scenario, alternative and indicator; below, why the market-based ones are missing."""
    results, lang, study = page.results, page.book.lang, page.results.study
    market, missing = market_based(results, study.reporting_actor)
    found = {"w_location_based": scopes(results, study.reporting_actor)} | ({} if market is None else {"w_market_based": market})
    labels = [each.label(lang) for each in results.indicators]
    columns = [Column(page.say("scenario"), fit(page.scenarios), wrap=True), Column(page.say("alternative"), fit(page.alternatives), wrap=True)]
    columns += [Column(page.say("w_column_indicator"), fit(labels)), Column(page.say("unit"), 16), Column(page.say("w_column_actor"), 24)]
    columns += [Column(page.say("w_scope_approach"), 22), *(Column(page.say(f"w_{each}"), 20, number=True) for each in SCOPES)]
    columns += [Column(page.say("w_total"), 15, bold=True, number=True)]
    actor = tag_label("actor", study.reporting_actor, lang)
    rows: list[list[Cell]] = [
        [scenario, alternative, labels[i], indicator.unit, actor, page.say(approach), *values[a, r, :, i], float(values[a, r, :, i].sum())]
        for approach, values in found.items()
        for r, scenario in enumerate(page.scenarios)
        for a, alternative in enumerate(page.alternatives)
        for i, indicator in enumerate(results.indicators)
    ]
    count = write_table(page.book, page.sheet, columns, rows, fixed=4)
    if market is None:
        named = "; ".join(results.name_label(each, lang) for each in missing)
        text = page.say("scopes_no_market", missing=named) if missing else page.say("scopes_no_contract")
        write_cell(page.book, page.sheet, count + 2, 0, text, Column(""))


def write_beside(page: Page) -> None:
    """Quantified effects by scenario and alternative, in units of the indicators."""
    results, lang = page.results, page.book.lang
    found = effects(results)
    columns = [Column(page.say("scenario"), fit(page.scenarios), wrap=True), Column(page.say("alternative"), fit(page.alternatives), wrap=True)]
    columns += [Column(page.say("w_effect_beside"), TEXT, wrap=True), Column(page.say("w_kind"), 24)]
    rows: list[list[Cell]] = []
    for r, scenario in enumerate(page.scenarios):
        for a, alternative in enumerate(page.alternatives):
            for key, values in found.items():
                effect = results.study.effects[key]
                if list(results.study.alternatives)[a] in effect.beside:
                    kind = tag_label("effect", effect.kind, lang)
                    rows.append([scenario, alternative, getattr(effect, f"label_{lang}"), kind, *values[a, r]])
    write_table(page.book, page.sheet, [*columns, *page.indicators(bold=True)], rows, fixed=2)


def write_shared(page: Page) -> None:
    """Per shared thing in the first scenario: the whole, shares by rule, and what changes without a user."""
    lang = page.book.lang
    columns = [Column(page.say("w_thing"), WIDE, wrap=True), Column(page.say("w_rule"), WIDE, wrap=True), Column(page.say("shared_user"), WIDE, wrap=True)]
    columns += [Column(page.say("shared_share"), 10, "0.0%", number=True), *page.indicators(bold=True)]
    rows: list[list[Cell]] = []
    for each in attributions(page.results):
        thing, users = getattr(each.shared, f"label_{lang}"), {user: texts[f"label_{lang}"] for user, texts in each.shared.users.items()}
        rows.append([thing, page.say("shared_whole"), "", None, *each.whole[0]])
        for rule, shares in each.shares.items():
            rows += [[thing, page.say(f"shared_{rule}"), users[user], float(share[0]), *(share[0] * each.whole[0])] for user, share in shares.items()]
        rows += [[thing, page.say(f"shared_{change}"), users[user], None, *_first(values)] for (user, change), values in each.changes.items()]
    write_table(page.book, page.sheet, columns, rows, fixed=2)


def _first(values: Array) -> list[float]:
    return [float(each) for each in values[0]]


def write_one_offs(page: Page) -> None:
    """Lines that are spread, a row per scenario: the whole, over what, and what every alternative bears."""
    results, lang = page.results, page.book.lang
    whole, over = page.say("w_whole"), page.say("w_over")
    columns = [Column(page.say("scenario"), fit(page.scenarios), wrap=True), Column(page.say("w_one_off"), TEXT, wrap=True)]
    columns += [Column(page.say("w_column_process_label"), TEXT, wrap=True)]
    for name in (whole, over):
        columns += [Column(page.say("w_formula", name=name), LABEL, wrap=True), Column(name, 14, number=True), Column(page.say("w_unit_of", name=name), 18)]
    columns += [Column(page.say("w_borne", name=each), 26, bold=True, number=True) for each in page.alternatives] + [Column(page.say("unit"), 18)]
    rows: list[list[Cell]] = []
    for r, scenario in enumerate(page.scenarios):
        for each in one_offs(results):
            label = each.exchange.about.get(f"label_{lang}") or results.name_label(each.counted, lang)
            rows.append([scenario, label, results.process_label(each.process, lang), each.exchange.written, float(each.whole[r]), each.whole_unit,
                         each.exchange.over, float(each.over[r]), each.over_unit, *(float(value) for value in each.borne[:, r]), each.unit])  # fmt: skip
    write_table(page.book, page.sheet, columns, rows, fixed=2)
