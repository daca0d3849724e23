"""What each lever is worth, on the terminal: a ranked table per indicator, burdens that shift, all levers together beside
the sum of the single ones, conditions and changes of sign."""

from collections.abc import Sequence

import numpy as np
from rich.console import Group
from rich.text import Text

from lca.errors import UnknownName, nearest
from lca.levers_effects import Tried
from lca.report import words
from lca.terminal import bold, indented, screen, table_of
from lca.wording import percent, say


def show_levers(tried: Tried, indicators: Sequence[str], lang: str) -> None:
    """Ranked tables for the chosen indicators (the headline ones where none is chosen), then what a reader must know of the levers."""
    console, known = screen(), [each.key for each in tried.results.indicators]
    for each in indicators:
        if each not in known:
            raise UnknownName(f"the study has no indicator '{each}'. {nearest(each, known)}")
    scenario = tried.results.labels(lang)[1][tried.row]
    console.print(bold(say("lever_title", lang, scenario=scenario)))
    console.print(Text(say("lever_how", lang)))
    for number in [known.index(each) for each in indicators] or tried.results.headline:
        _show_table(tried, number, lang)
    if tried.joined:
        console.print(Text(say("lever_not_additive", lang)))
        _list_out([words.out_of_joint(tried, lang)])
    _list_out(words.left(tried, lang))
    _show_notes(tried, lang)


def _show_table(tried: Tried, indicator: int, lang: str) -> None:
    results = tried.results
    table = table_of(f"{results.indicators[indicator].label(lang)}", [say("lever", lang), *results.labels(lang)[0]])
    ranked = tried.ranked(indicator)
    shown = [number for number in ranked if (np.abs(np.nan_to_num(tried.changes[number, :, :, indicator])) >= words.SMALL).any()]
    for number in shown:
        lever, changes = tried.levers[number], tried.changes[number, :, :, indicator]
        below = [indented(words.about(tried, lever, lang), "dim"), *(indented(each, "yellow") for each in words.shifts(tried, number, lang))]
        table.add_row(Group(Text(lever.text("label", lang)), *below), *(Text(words.spread(changes[:, a], lang)) for a in range(changes.shape[1])))
    if len(shown) < len(ranked):
        table.add_row(Text(say("lever_small", lang, least=percent(words.SMALL, lang), count=len(ranked) - len(shown)), style="dim"))
    if tried.joined:
        table.add_section()
        joint, added = tried.joint[:, :, indicator], tried.added[:, indicator]
        table.add_row(bold(say("lever_joint", lang, count=len(tried.joined))), *(Text(words.spread(joint[:, a], lang)) for a in range(joint.shape[1])))
        table.add_row(bold(say("lever_sum", lang)), *(Text(words.change(each, lang)) for each in added))
    screen().print(table)


def _list_out(texts: list[str]) -> None:
    for text in filter(None, texts):
        screen().print(indented(text))


def _show_notes(tried: Tried, lang: str) -> None:
    """Condition, change of sign, side effects and quality of each lever in the tables."""
    least, names = tried.results.study.functional_unit.at_least, tried.results.labels(lang)[0]
    if tried.levers:
        screen().print(bold(say("lever_notes", lang)))
    for number, lever in enumerate(tried.levers):
        found = [say(f"lever_{key}", lang, text=lever.text(key, lang)) for key in ("condition", "sign_change", "side_effects") if lever.text(key, lang)]
        below = [names[a] for a, each in enumerate(tried.quality[number]) if each < least * (1 - 1e-9)]
        missed = f" {say('lever_below', lang, names=', '.join(below))}" if below else ""
        found += [f"{say('lever_quality', lang, lost=percent(lever.lost, lang))}{missed}"] if lever.lost else []
        found += [say("lever_stopped", lang, names=", ".join(tried.stopped[lever.key]))] if lever.key in tried.stopped else []
        found += [say("lever_serves", lang, advice=each.text(lang)) for each in tried.library.advice_for(lever.key)[:1]]
        screen().print(Text(f"- {lever.text('label', lang)} [{lever.key}]"))
        _list_out(found)
