"""Views for a decision: where alternatives meet, in how many worlds their order holds, which values move a total or a difference."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lca.breakeven import BreakEven, Contender
from lca.grid import Grid, Options, Order
from lca.methods import known_choices
from lca.report import words
from lca.report.figures import letter
from lca.results import NO_VERDICT, Results
from lca.terminal import bold, indented, screen
from lca.tornado import Tornado
from lca.wording import number, quantity, say

LONGEST = 11  # of the bars


def show_break_even(found: BreakEven, lang: str) -> None:
    """Per pair and indicator: who is lower up to where."""
    console, results = screen(), found.results
    label = found.parameter.about.get(f"label_{lang}", found.name)
    console.print(bold(say("decide_title", lang, label=label, name=found.name)))
    alternatives, scenarios = results.labels(lang)
    console.print(Text(say("decide_range", lang, low=words.value(found, found.low, lang), high=words.value(found, found.high, lang))))
    for row, value in found.values.items():
        console.print(Text(say("titled", lang, title=scenarios[row], scenario=words.value(found, value, lang))))
    if not found.reaches:
        console.print(bold(say("decide_idle", lang, name=found.name)))
        return
    for row in found.set_in:
        console.print(Text(say("decide_set", lang, scenario=scenarios[row])))
    by_scenario = len(found.rows) > 1
    _show_letters(console, [scenarios[row] for row in found.rows] if by_scenario else alternatives)
    table, pair = _table([("", 32), ("", 66)], head=False), None
    for place, each in enumerate(found.meetings):
        if pair != (each.first, each.second):
            pair = (each.first, each.second)
            letters = {"first": _letter(found, each.first), "second": _letter(found, each.second)}
            table.add_row(bold(alternatives[each.first[0]] if by_scenario else say("decide_pair", lang, **letters)), "")
        names = {-1: _letter(found, each.first), 1: _letter(found, each.second)}
        table.add_row(
            indented(results.indicators[each.indicator].label(lang)),
            Text("\n".join(filter(None, (words.told(found, each, names, lang), words.drawn(found, place, lang))))),
        )
    console.print(table)
    for text in filter(None, [words.drawn_note(found, lang), *words.limits(found, lang)]):
        console.print(Text(text))
    console.print(bold(getattr(NO_VERDICT, lang)))


def _letter(found: BreakEven, contender: Contender) -> str:
    """What tells two contenders apart: the alternative, or the scenario where there are two."""
    return letter(found.rows.index(contender[1]) if len(found.rows) > 1 else contender[0])


def _show_letters(console: Console, labels: list[str]) -> None:
    for place, label in enumerate(labels):
        console.print(indented(f"{letter(place)}  {label}"))


def show_grid(grid: Grid, lang: str) -> None:
    """Per indicator and pair in how many worlds the order holds, and what turns it."""
    console, results, count = screen(), grid.results, len(grid.worlds)
    choices = results.study.choices
    label = getattr(results.study.scenarios[grid.scenario], f"label_{lang}")
    console.print(bold(say("titled", lang, title=say("decide_grid", lang, count=count), scenario=label)))
    if not grid.choices and not grid.fixed:
        console.print(Text(say("worlds_none", lang)))
        return
    for key, options in grid.choices.items():
        shown = ", ".join(f"{each} ({say('worlds_own', lang)})" if each == choices.values[key] else each for each in options)
        console.print(indented(say("titled", lang, title=f"{choices.texts[key][f'label_{lang}']} ({key})", scenario=shown)))
    for key, option in grid.fixed.items():
        console.print(indented(say("decide_fixed", lang, choice=key, option=option)))
    if not grid.orders:
        console.print(bold(say("decide_no_orders", lang)))
    _show_letters(console, results.labels(lang)[0])
    table = _table([(say("decide_head_order", lang), 32), (say("decide_head_holds", lang), 34), (say("decide_head_flips", lang), 30)])
    for i in dict.fromkeys(each.indicator for each in grid.orders):
        table.add_row(bold(results.indicators[i].label(lang)), "", "")
        for each in (order for order in grid.orders if order.indicator == i):
            order = say("decide_tie" if each.equal else "decide_order", lang, first=letter(each.first), second=letter(each.second))
            table.add_row(indented(order), Text("\n".join(words.held(grid, each, lang))), Text(_flips(each, lang)))
    if grid.orders:
        console.print(table)
    turning: Options = {}  # what the options mean that turn an order
    for flip in (flip for order in grid.orders for flip in order.flips[: words.WAYS]):
        turning |= {f"{key} = {option}": known_choices()[key]["options"][option].text(lang) for key, option in flip.items()}
    for key, text in turning.items():
        console.print(indented(say("titled", lang, title=key, scenario=text)))
    faults = [each.fault for each in grid.worlds if each.fault]
    if faults:
        console.print(Text(say("decide_fault", lang, count=len(faults), fault=faults[0])))
    console.print(bold(getattr(NO_VERDICT, lang)))


def _flips(order: Order, lang: str) -> str:
    told = [f" {say('and', lang)} ".join(f"{key} = {option}" for key, option in each.items()) for each in order.flips[: words.WAYS]]
    left = len(order.flips) - words.WAYS
    return f" {say('decide_or', lang)}\n".join([*told, *([say("decide_ways", lang, count=left)] if left > 0 else [])])


def show_tornados(results: Results, found: list[Tornado], lang: str) -> None:
    """A table per total and per difference: each value at its low and high, what that comes to, and how far it moves."""
    console, turning = screen(), False
    names = results.labels(lang)[0]
    for each in found:
        unit, size = results.scale(each.indicator)
        what = names[each.first] if each.second is None else say("decide_less", lang, first=names[each.first], second=names[each.second])
        title = f"{results.indicators[each.indicator].label(lang)}\n" + say("titled", lang, title=what, scenario=quantity(each.base / size, unit, lang))
        if not each.bars:
            console.print(bold(title), Text(say("decide_no_bars", lang)), sep="\n")
            continue
        heads = [(say(f"decide_head_{key}", lang), width) for key, width in (("value", 36), ("range", 24), ("low", 10), ("high", 10))]
        table = _table([*heads, ("", LONGEST + 1)], title=title)
        longest = words.swing(each, each.bars[0])
        for bar in each.bars:
            turning |= each.turns(bar)
            length = max(1, round(LONGEST * words.swing(each, bar) / longest))
            label, spread = words.ranges(results, bar, lang)
            named = "\n".join(filter(None, (label, f"[{bar.name}]{' *' if each.turns(bar) else ''}")))
            ends = (number(value / size, lang) for value in (bar.low, bar.high))
            table.add_row(*map(Text, (named, spread, *ends, "█" * length)))
        console.print(table)
    if turning:
        console.print(Text(f"* {say('decide_turns', lang)}"))


def _table(columns: list[tuple[str, int]], title: str | None = None, head: bool = True) -> Table:
    table = Table(title=title and bold(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_header=head)
    for text, width in columns:
        table.add_column(text, overflow="fold", width=width)
    return table
