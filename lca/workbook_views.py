"""Sheets of a workbook beyond the totals and their sums by tag: views of the results, and what they rest on."""

from collections.abc import Callable
from itertools import product

import numpy as np

from lca.citations import background_in_use, cited_sources, inventory_gaps
from lca.decisions import Decisions
from lca.monte_result import PERCENTILES
from lca.ranges import default_kinds
from lca.report import words
from lca.results import Results
from lca.sheets import Cell, Column, Page, write_cell, write_link
from lca.tables import graded
from lca.views import attributions, effects, market_based, one_offs, scopes
from lca.wording import localise, tag_label

LARGEST = 10  # processes of a list of hot spots


def write_hot_spots(page: Page) -> None:
    """Per alternative and indicator the processes that emit or extract most, in the first scenario, and the rest of them."""
    results, rows = page.results, list[list[Cell]]()
    names, sums = results.group("origin")
    for (a, alternative), (i, indicator) in product(enumerate(page.alternatives), enumerate(results.indicators)):
        values, total, head = sums[a, 0, :, i], float(results.totals[a, 0, i]), [alternative, indicator.label(page.book.lang)]
        order = [int(n) for n in np.argsort(-np.abs(values), kind="stable") if values[n]]
        for rank, n in enumerate(order[:LARGEST], 1):
            where = page.say("w_background_process" if names[n] in results.background.products else "w_foreground_process")
            rows.append([*head, rank, results.name_label(names[n], page.book.lang), where, names[n], *_amount(values[n], indicator.unit, total)])
        if rest := order[LARGEST:]:
            rows.append([*head, None, page.say("w_rest", count=len(rest)), "", "", *_amount(values[rest].sum(), indicator.unit, total)])
    page.write("hot_spots", rows, fixed=2)


def _amount(value: float, unit: str, total: float) -> list[Cell]:
    return [float(value), unit, float(value) / total if total else None]


def write_scopes(page: Page) -> None:
    """Scopes of the reporting actor by scenario, alternative and indicator; below, why the market-based ones are missing."""
    results, lang, actor = page.results, page.book.lang, page.results.study.reporting_actor
    market, missing = market_based(results, actor)
    found = {"w_location_based": scopes(results, actor)} | ({} if market is None else {"w_market_based": market})
    rows: list[list[Cell]] = [
        [scenario, alternative, indicator.label(lang), indicator.unit, tag_label("actor", actor, lang), page.say(approach), *parts, float(parts.sum())]
        for approach, values in found.items()
        for r, scenario, a, alternative in page.cases()
        for indicator, parts in zip(results.indicators, values[a, r].T, strict=True)
    ]
    count = page.write("scopes", rows, fixed=4)
    if market is None:
        named = "; ".join(results.name_label(each, lang) for each in missing)
        text = page.say("scopes_no_market", missing=named) if missing else page.say("scopes_no_contract")
        write_cell(page.book, page.sheet, count + 2, 0, text, Column(""))


def write_beside(page: Page) -> None:
    """Quantified effects by scenario and alternative, in units of the indicators."""
    study, lang, found, keys = page.results.study, page.book.lang, effects(page.results), list(page.results.study.alternatives)
    rows: list[list[Cell]] = [
        [scenario, alternative, getattr(study.effects[key], f"label_{lang}"), tag_label("effect", study.effects[key].kind, lang), *values[a, r]]
        for r, scenario, a, alternative in page.cases()
        for key, values in found.items()
        if keys[a] in study.effects[key].beside
    ]
    page.write("beside", rows, fixed=2)


def write_shared(page: Page) -> None:
    """Per shared thing in the first scenario: the whole, shares by rule, and what changes without a user."""
    lang, rows = page.book.lang, list[list[Cell]]()
    for each in attributions(page.results):
        thing, users = getattr(each.shared, f"label_{lang}"), {user: texts[f"label_{lang}"] for user, texts in each.shared.users.items()}
        rows.append([thing, page.say("shared_whole"), "", None, *each.whole[0]])
        for rule, shares in each.shares.items():
            rows += [[thing, page.say(f"shared_{rule}"), users[user], float(share[0]), *(share[0] * each.whole[0])] for user, share in shares.items()]
        rows += [[thing, page.say(f"shared_{change}"), users[user], None, *values[0]] for (user, change), values in each.changes.items()]
    page.write("shared", rows, fixed=2)


def write_one_offs(page: Page) -> None:
    """Lines that are spread, a row per scenario: the whole, over what, and what every alternative bears."""
    results, lang, rows = page.results, page.book.lang, list[list[Cell]]()
    for (r, scenario), each in product(enumerate(page.scenarios), one_offs(results)):
        label = each.exchange.about.get(f"label_{lang}") or results.name_label(each.counted, lang)
        rows.append([scenario, label, results.process_label(each.process, lang), each.exchange.written, float(each.whole[r]), each.whole_unit,
                     each.exchange.over, float(each.over[r]), each.over_unit, *each.borne[:, r], each.unit])  # fmt: skip
    page.write("one_offs", rows, fixed=2)


def write_inventory(page: Page) -> None:
    """Elementary flows per functional unit, and the factor that each indicator has for them."""
    results, lang, background = page.results, page.book.lang, page.results.background
    inventory, chosen = results.inventory(), background.positions(results.study.indicators)
    rows, uncounted, given = list[list[Cell]](), set(results.uncounted()), _given(results, lang)
    for position, flow in enumerate(background.flows.values()):
        amounts, factors = inventory[:, :, position], background.factors[position, chosen]
        if amounts.any():
            label, counted = getattr(flow, f"label_{lang}"), page.say("w_no" if flow.key in uncounted else "w_yes")
            about: list[Cell] = [label, flow.key, flow.name, flow.compartment, flow.unit, counted, given.get(flow.key, "")]
            rows.append([*about, *amounts.T.ravel(), *(each or None for each in factors)])
    page.write("inventory", rows, fixed=1, names=[f"{scenario} – {alternative}" for _, scenario, _, alternative in page.cases()])


def _given(results: Results, lang: str) -> dict[str, str]:
    """Per flow the processes that stand for a published factor and bring it in."""
    found: dict[str, list[str]] = {}
    for position, line in enumerate(results.lines):
        process = results.study.model.nodes[line.node].process
        if process.given and results.quantities[:, :, position].any():
            found.setdefault(line.inputs[0], []).append(results.process_label(process.key, lang))
    return {key: ", ".join(dict.fromkeys(labels)) for key, labels in found.items()}


def write_grades(page: Page) -> None:
    """The background products that the study calls, with their grade per headline indicator and what comes from them."""
    results, rows = page.results, list[list[Cell]]()
    for key, letters, shares in graded(results):
        rows.append([results.name_label(key, page.book.lang), key, results.background.products[key].unit, *letters.values(), *shares])
    count = page.write("grades", rows, fixed=1, names=[results.indicators[i].label(page.book.lang) for i in results.headline])
    write_cell(page.book, page.sheet, count + 2, 0, page.say("grade_meaning"), Column(""))


def write_background(page: Page) -> None:
    """The exchanges of the background behind the products in use, in the unit of their inputs, with what each range rests on."""
    results, lang = page.results, page.book.lang
    background, sources = results.background, results.study.sources
    rows = list[list[Cell]]()
    for each in background_in_use(results):
        text, target = each.row.text, background.products.get(each.input) or background.flows[each.input]
        kind, source, year = default_kinds().get(each.kind), sources.get(text("source")), text("year")
        rows.append([
            each.process, getattr(background.products[each.process], f"label_{lang}"), each.input, getattr(target, f"label_{lang}"), each.amount,
            f"{target.unit}/{background.products[each.process].unit}", each.low, each.high, page.say(f"range_{each.origin}"),
            kind.label(lang) if kind else "", text("distribution"), text("together"), tag_label("basis", text("basis"), lang), text("source"),
            source.citation if source else "", text("locator"), int(year) if year.isdecimal() else year, text("location"), text("note"),
        ])  # fmt: skip
    page.write("background", rows, fixed=4)


def write_sources(page: Page) -> None:
    """The references that values in use cite."""
    cited = cited_sources(page.results)
    page.write("sources", ([key, each.source.citation, "", each.source.licence, each.source.note, each.values] for key, each in cited.items()), fixed=1)
    for row, each in enumerate(cited.values(), 1):
        write_link(page.book, page.sheet, row, 2, each.source.url, each.source.url)


def write_gaps(page: Page) -> None:
    """What is not counted, and what it may change."""
    study, lang, results = page.results.study, page.book.lang, page.results
    rows = [[page.say("w_gap_study"), "", each[f"label_{lang}"], each[f"effect_{lang}"], tag_label("treatment", each["treatment"], lang)]
            for each in study.left_out.values()]  # fmt: skip
    for effect in study.effects.values():
        amount = effect.written if effect.beside else page.say("w_not_quantified")
        rows.append([page.say("w_gap_second_order"), "", getattr(effect, f"label_{lang}"), amount, ""])
    rows += [[page.say("w_gap_inventory"), tag_label("area", area, lang), item, effect, tag_label("treatment", treatment, lang)]
             for area, item, effect, treatment in inventory_gaps(results, lang)]  # fmt: skip
    for key in results.uncounted():
        flow = results.background.flows[key]
        rows.append([page.say("w_gap_flow"), flow.compartment, flow.label_fr if lang == "fr" else flow.label_en, page.say("w_gap_flow_effect"), ""])
    page.write("gaps", rows)


def write_levers(page: Page) -> None:
    """Every lever that applies, by alternative and indicator: the relative change at its value, low and high; then all together and the sum."""
    found: Decisions = page.results.decided
    tried, lang, rows = found.levers, page.book.lang, list[list[Cell]]()
    cases = list(product(enumerate(page.alternatives), enumerate(page.results.indicators)))
    for n, lever in enumerate(tried.levers):
        about = [lever.text("label", lang), lever.key, *(tag_label(tag, getattr(lever, tag), lang) for tag in ("phase", "actor"))]
        notes = [words.source(tried, lever, lang), lever.text("condition", lang), lever.text("side_effects", lang)]
        for (a, alternative), (i, indicator) in cases:
            shift = page.say("w_yes" if a in tried.shifts(n) else "w_no")
            rows.append([*about, alternative, indicator.label(lang), *(float(each) for each in tried.changes[n, :, a, i]), shift, *notes])
    for key, changes in (("lever_joint", tried.joint), ("lever_sum", tried.added[None])) if tried.joined else ():
        for (a, alternative), (i, indicator) in cases:
            ends = [float(each) for each in changes[:, a, i]] + [None] * (3 - len(changes))
            rows.append([page.say(key, count=len(tried.joined)), "", "", "", alternative, indicator.label(lang), *ends, "", "", "", ""])
    page.write("levers", rows, fixed=2)


def write_break_even(page: Page) -> None:
    """Per value, pair and indicator: who is lower up to where, and each place of a change as a number."""
    lang, rows = page.book.lang, list[list[Cell]]()
    for found in page.results.decided.break_evens:
        about = [found.parameter.about.get(f"label_{lang}", ""), found.name, found.parameter.unit.text, found.shown(found.low), found.shown(found.high)]
        for each in found.meetings:
            names = {-1: page.alternatives[each.first[0]], 1: page.alternatives[each.second[0]]}
            first = found.shown(each.changes[0].start) if each.changes else None
            rows.append([*about, names[-1], names[1], page.results.indicators[each.indicator].label(lang), first, words.told(found, each, names, lang)])
    page.write("break_even", rows, fixed=2)


def write_tornado(page: Page) -> None:
    """Per alternative and per difference of two: the widest values, with what their low and high come to."""
    results, lang, rows = page.results, page.book.lang, list[list[Cell]]()
    for whole in results.decided.tornados:
        indicator = results.indicators[whole.indicator]
        less = "" if whole.second is None else page.alternatives[whole.second]
        for bar in whole.bars:
            parameter = results.study.model.variables[bar.name].parameter
            ends = [(each or 0.0) / parameter.unit.factor for each in (parameter.low, parameter.high)]
            rows.append([indicator.label(lang), indicator.unit, page.alternatives[whole.first], less, whole.base, parameter.about.get(f"label_{lang}", ""),
                         bar.name, *ends, parameter.unit.text, bar.low, bar.high, page.say("w_yes" if whole.turns(bar) else "w_no")])  # fmt: skip
    page.write("tornado", rows, fixed=4)


def write_draws(page: Page) -> None:
    """How far every total spreads over the draws, beside the value as computed, and what part of the variance rests on default ranges."""
    results, lang, draws = page.results, page.book.lang, page.results.drawn
    rows: list[list[Cell]] = [
        [scenario, alternative, indicator.label(lang), indicator.unit, *map(float, (results.totals[a, r, i], *draws.percentiles[:, a, r, i])),
         float(draws.mean[a, r, i]), float(draws.default_share[a, r, i])]
        for r, scenario, a, alternative in page.cases() for i, indicator in enumerate(results.indicators)
    ]  # fmt: skip
    page.write("draws", rows, fixed=4, names=[localise(f"{each:g}", lang) for each in PERCENTILES])


def write_pairs(page: Page) -> None:
    """Every pair of alternatives in the draws in which both count: how often the first is below, by how much, and what may be said of it."""
    names, draws = page.alternatives, page.results.drawn
    page.write("pairs", ([scenario, names[each.first], names[each.second], page.results.indicators[each.indicator].label(page.book.lang), each.share,
                          float(each.below), float(each.ratio), page.say(f"draws_{each.verdict}")]
                         for r, scenario in enumerate(page.scenarios) for each in draws.pairs(r)), fixed=3)  # fmt: skip


DECISIONS: dict[str, Callable[[Page], None]] = {"levers": write_levers, "break_even": write_break_even, "tornado": write_tornado}
DRAWS: dict[str, Callable[[Page], None]] = {"draws": write_draws, "pairs": write_pairs}
