"""Views for a decision: where alternatives meet, in how many worlds their order holds, which values move a total or a difference."""

from __future__ import annotations

from string import ascii_uppercase

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lca.breakeven import BreakEven, Contender, Meeting
from lca.crossings import Change
from lca.grid import Grid, Options, Order
from lca.methods import known_choices
from lca.report.sentences import SEMICOLON, written
from lca.results import NO_VERDICT, Results
from lca.terminal import screen
from lca.tornado import Bar, Tornado
from lca.wording import THIN, number, percent, quantity, say

DIGITS = 4  # of a value at which two meet
SHOWN, WAYS, LONGEST = 6, 3, 11  # changes and ways to turn an order that are told, the longest bar


def show_break_even(found: BreakEven, lang: str) -> None:
    """Per pair and indicator: who is lower up to where."""
    console, results = screen(), found.results
    label = found.parameter.about.get(f"label_{lang}", found.name)
    console.print(Text(say("decide_title", lang, label=label, name=found.name), style="bold"))
    alternatives, scenarios = results.labels(lang)
    console.print(Text(say("decide_range", lang, low=_value(found, found.low, lang), high=_value(found, found.high, lang))))
    for row, value in found.values.items():
        console.print(Text(say("titled", lang, title=scenarios[row], scenario=_value(found, value, lang))))
    if not found.reaches:
        console.print(Text(say("decide_idle", lang, name=found.name), style="bold"))
        return
    for row in found.set_in:
        console.print(Text(say("decide_set", lang, scenario=scenarios[row])))
    by_scenario = len(found.rows) > 1
    _show_letters(console, [scenarios[row] for row in found.rows] if by_scenario else alternatives)
    table, pair = _table([("", 32), ("", 66)], head=False), None
    for each in found.meetings:
        if pair != (each.first, each.second):
            pair = (each.first, each.second)
            letters = {"first": _letter(found, each.first), "second": _letter(found, each.second)}
            table.add_row(Text(alternatives[each.first[0]] if by_scenario else say("decide_pair", lang, **letters), style="bold"), "")
        table.add_row(_indented(results.indicators[each.indicator].label(lang)), Text(_told(found, each, lang)))
    console.print(table)
    _show_limits(found, console, lang)
    console.print(Text(getattr(NO_VERDICT, lang), style="bold"))


def _show_limits(found: BreakEven, console: Console, lang: str) -> None:
    """Where the comparison does not stand."""
    study, (alternatives, scenarios) = found.results.study, found.results.labels(lang)
    least = percent(study.functional_unit.at_least, lang)
    for (a, row), ranges in found.below.items():
        name = alternatives[a] if len(found.rows) == 1 else f"{alternatives[a]} ({scenarios[row]})"
        for low, high in ranges:
            console.print(Text(say("decide_below", lang, name=name, low=_value(found, low, lang), high=_value(found, high, lang), least=least)))
    for low, high in found.missing:
        console.print(Text(say("decide_missing", lang, low=_value(found, low, lang), high=_value(found, high, lang))))
    for each in found.unmet:
        console.print(Text(f"- {getattr(each, lang)}"))
    if study.equalise_by != "minimum" and np.ptp(found.results.quality[:, list(found.rows)]) > 1e-9:
        console.print(Text(say("decide_unequal", lang)))


def _told(found: BreakEven, meeting: Meeting, lang: str) -> str:
    """Who is lower from low to high, change by change."""
    if meeting.begins is None:
        return say("no_value", lang)
    names = {-1: _letter(found, meeting.first), 1: _letter(found, meeting.second)}
    if not meeting.changes:
        return say("decide_never", lang, name=names[meeting.begins], closest=percent(meeting.closest, lang))
    parts = [_change(found, each, names, lang) for each in meeting.changes[:SHOWN]]
    if len(meeting.changes) > SHOWN:
        parts.append(say("decide_more", lang, count=len(meeting.changes) - SHOWN))
    elif after := meeting.changes[-1].after:
        parts.append(say("decide_after", lang, name=names[after]))
    return SEMICOLON[lang].join(parts)


def _change(found: BreakEven, change: Change, names: dict[int, str], lang: str) -> str:
    start, end = (_value(found, each, lang) for each in (change.start, change.end))
    if change.kind == "touch":
        return say("decide_touch", lang, at=start)
    if change.kind == "equal":
        before = [say("decide_until", lang, name=names[change.before], at=start)] if change.before else []
        return SEMICOLON[lang].join([*before, say("decide_equal", lang, low=start, high=end)])
    if change.kind == "step" and start != end:
        return say("decide_step", lang, name=names[change.before], low=start, high=end)
    return say("decide_step_at" if change.kind == "step" else "decide_until", lang, name=names[change.before], at=start)


def _value(found: BreakEven, value: float, lang: str) -> str:
    """A value of the parameter, with a digit more than results have."""
    amount = written(float(f"{found.shown(value):.{DIGITS}g}"), lang)
    return f"{amount}{THIN if lang == 'fr' else ' '}{found.parameter.unit.text}".strip()


def _letter(found: BreakEven, contender: Contender) -> str:
    """What tells two contenders apart: the alternative, or the scenario where there are two."""
    return letter(found.rows.index(contender[1]) if len(found.rows) > 1 else contender[0])


def letter(number: int) -> str:
    return ascii_uppercase[number] if number < len(ascii_uppercase) else f"({number + 1})"


def _show_letters(console: Console, labels: list[str]) -> None:
    for place, label in enumerate(labels):
        console.print(_indented(f"{letter(place)}  {label}"))


def _indented(text: str) -> Padding:
    return Padding(Text(text), (0, 0, 0, 2))


def show_grid(grid: Grid, lang: str) -> None:
    """Per indicator and pair in how many worlds the order holds, and what turns it."""
    console, results, count = screen(), grid.results, len(grid.worlds)
    choices = results.study.choices
    label = getattr(results.study.scenarios[grid.scenario], f"label_{lang}")
    console.print(Text(say("titled", lang, title=say("decide_grid", lang, count=count), scenario=label), style="bold"))
    if not grid.choices and not grid.fixed:
        console.print(Text(say("worlds_none", lang)))
        return
    for key, options in grid.choices.items():
        shown = ", ".join(f"{each} ({say('worlds_own', lang)})" if each == choices.values[key] else each for each in options)
        console.print(_indented(say("titled", lang, title=f"{choices.texts[key][f'label_{lang}']} ({key})", scenario=shown)))
    for key, option in grid.fixed.items():
        console.print(_indented(say("decide_fixed", lang, choice=key, option=option)))
    if not grid.orders:
        console.print(Text(say("decide_no_orders", lang), style="bold"))
    _show_letters(console, results.labels(lang)[0])
    table = _table([(say("decide_head_order", lang), 32), (say("decide_head_holds", lang), 34), (say("decide_head_flips", lang), 30)])
    for i in dict.fromkeys(each.indicator for each in grid.orders):
        table.add_row(Text(results.indicators[i].label(lang), style="bold"), "", "")
        for each in (order for order in grid.orders if order.indicator == i):
            order = say("decide_tie" if each.equal else "decide_order", lang, first=letter(each.first), second=letter(each.second))
            table.add_row(_indented(order), Text(_held(grid, each, lang)), Text(_flips(each, lang)))
    if grid.orders:
        console.print(table)
    _show_options(grid, console, lang)
    faults = [each.fault for each in grid.worlds if each.fault]
    if faults:
        console.print(Text(say("decide_fault", lang, count=len(faults), fault=faults[0])))
    console.print(Text(getattr(NO_VERDICT, lang), style="bold"))


def _held(grid: Grid, order: Order, lang: str) -> str:
    margin = percent(grid.results.study.margin, lang)
    parts = [say("decide_holds", lang, held=order.held, count=len(grid.worlds))]
    parts += [say("decide_close", lang, count=order.close, margin=margin)] if order.close and not order.equal else []
    parts += [say("decide_lost", lang, count=order.lost)] if order.lost else []
    return "\n".join(parts)


def _flips(order: Order, lang: str) -> str:
    told = [f" {say('and', lang)} ".join(f"{key} = {option}" for key, option in each.items()) for each in order.flips[:WAYS]]
    left = len(order.flips) - WAYS
    return f" {say('decide_or', lang)}\n".join([*told, *([say("decide_ways", lang, count=left)] if left > 0 else [])])


def _show_options(grid: Grid, console: Console, lang: str) -> None:
    """What the options mean that turn an order."""
    turning: Options = {}
    for each in (flip for order in grid.orders for flip in order.flips[:WAYS]):
        turning |= {f"{key} = {option}": known_choices()[key]["options"][option].text(lang) for key, option in each.items()}
    for key, text in turning.items():
        console.print(_indented(say("titled", lang, title=key, scenario=text)))


def show_tornados(results: Results, found: list[Tornado], lang: str) -> None:
    """A table per total and per difference: each value at its low and high, what that comes to, and how far it moves."""
    console, turning = screen(), False
    names = results.labels(lang)[0]
    for each in found:
        unit, size = results.scale(each.indicator)
        what = names[each.first] if each.second is None else say("decide_less", lang, first=names[each.first], second=names[each.second])
        title = f"{results.indicators[each.indicator].label(lang)}\n" + say("titled", lang, title=what, scenario=quantity(each.base / size, unit, lang))
        if not each.bars:
            console.print(Text(title, style="bold"), Text(say("decide_no_bars", lang)), sep="\n")
            continue
        heads = [(say(f"decide_head_{key}", lang), width) for key, width in (("value", 36), ("range", 24), ("low", 10), ("high", 10))]
        table = _table([*heads, ("", LONGEST + 1)], title=title)
        longest = _swing(each, each.bars[0])
        for bar in each.bars:
            turning |= each.turns(bar)
            length = max(1, round(LONGEST * _swing(each, bar) / longest))
            ends = (number(value / size, lang) for value in (bar.low, bar.high))
            table.add_row(*(Text(cell) for cell in (*_named(results, bar, each.turns(bar), lang), *ends, "█" * length)))
        console.print(table)
    if turning:
        console.print(Text(f"* {say('decide_turns', lang)}"))


def _swing(whole: Tornado, bar: Bar) -> float:
    three = [bar.low, whole.base, bar.high]
    return float(np.fmax.reduce(three) - np.fmin.reduce(three))


def _named(results: Results, bar: Bar, turns: bool, lang: str) -> tuple[str, str]:
    """A value and its range."""
    parameter = results.study.model.variables[bar.name].parameter
    low, high = (number((each or 0.0) / parameter.unit.factor, lang) for each in (parameter.low, parameter.high))
    label = parameter.about.get(f"label_{lang}", "")
    return "\n".join(filter(None, (label, f"[{bar.name}]{' *' if turns else ''}"))), f"{say('from_to', lang, low=low, high=high)} {parameter.unit.text}".strip()


def _table(columns: list[tuple[str, int]], title: str | None = None, head: bool = True) -> Table:
    table = Table(title=title and Text(title, style="bold"), title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_header=head)
    for text, width in columns:
        table.add_column(text, overflow="fold", width=width)
    return table
