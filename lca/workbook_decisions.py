"""Sheets of a workbook on a decision: levers, break-even points, and the values that move totals and differences most."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from lca.decisions import Decisions
from lca.report import words
from lca.results import Results
from lca.sheets import Cell, Page
from lca.wording import tag_label


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


SHEETS: dict[str, Callable[[Page], None]] = {"levers": write_levers, "break_even": write_break_even, "tornado": write_tornado}


def there(results: Results) -> bool:
    return results.decided is not None
