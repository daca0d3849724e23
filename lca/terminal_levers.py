"""What each lever is worth, on the terminal: a ranked table per indicator, burdens that shift, all levers together beside
the sum of the single ones, conditions and changes of sign."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import ConsoleRenderable, Group
from rich.padding import Padding
from rich.text import Text

from lca.errors import UnknownName, nearest
from lca.levers_effects import Tried
from lca.report import words
from lca.terminal import screen, table_of
from lca.wording import percent, say


def show_levers(tried: Tried, indicators: Sequence[str], lang: str) -> None:
    """Ranked tables for the chosen indicators (the headline ones where none is chosen), then what a reader must know of the levers."""
    console, known = screen(), [each.key for each in tried.results.indicators]
    for each in indicators:
        if each not in known:
            raise UnknownName(f"the study has no indicator '{each}'. {nearest(each, known)}")
    scenario = tried.results.labels(lang)[1][tried.row]
    console.print(Text(say("lever_title", lang, scenario=scenario), style="bold"))
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
        about = Text(words.about(tried, lever, lang), style="dim")
        rows: list[ConsoleRenderable] = [
            Text(lever.text("label", lang)),
            Padding(about, (0, 0, 0, 2)),
            *(Padding(Text(each, style="yellow"), (0, 0, 0, 2)) for each in words.shifts(tried, number, lang)),
        ]
        table.add_row(Group(*rows), *(Text(words.spread(changes[:, a], lang)) for a in range(changes.shape[1])))
    if len(shown) < len(ranked):
        table.add_row(Text(say("lever_small", lang, least=percent(words.SMALL, lang), count=len(ranked) - len(shown)), style="dim"))
    if tried.joined:
        table.add_section()
        joint, added = tried.joint[:, :, indicator], tried.added[:, indicator]
        table.add_row(
            Text(say("lever_joint", lang, count=len(tried.joined)), style="bold"), *(Text(words.spread(joint[:, a], lang)) for a in range(joint.shape[1]))
        )
        table.add_row(Text(say("lever_sum", lang), style="bold"), *(Text(words.change(each, lang)) for each in added))
    screen().print(table)


def _list_out(texts: list[str]) -> None:
    for text in filter(None, texts):
        screen().print(Padding(Text(text), (0, 0, 0, 2)))


def _show_notes(tried: Tried, lang: str) -> None:
    """Condition, change of sign, side effects and quality of each lever in the tables."""
    if tried.levers:
        screen().print(Text(say("lever_notes", lang), style="bold"))
    for number, lever in enumerate(tried.levers):
        found = [say(f"lever_{key}", lang, text=lever.text(key, lang)) for key in ("condition", "sign_change", "side_effects") if lever.text(key, lang)]
        found += [_quality(tried, number, lang)] if lever.lost else []
        found += [say("lever_stopped", lang, names=", ".join(tried.stopped[lever.key]))] if lever.key in tried.stopped else []
        found += [say("lever_serves", lang, advice=each.text(lang)) for each in tried.library.advice_for(lever.key)[:1]]
        screen().print(Text(f"- {lever.text('label', lang)} [{lever.key}]"))
        _list_out(found)


def _quality(tried: Tried, number: int, lang: str) -> str:
    """The quality that a lever says it costs, and which alternatives then fall below the least one."""
    least, names = tried.results.study.functional_unit.at_least, tried.results.labels(lang)[0]
    below = [names[a] for a, each in enumerate(tried.quality[number]) if each < least * (1 - 1e-9)]
    text = say("lever_quality", lang, lost=percent(tried.levers[number].lost, lang))
    return f"{text} {say('lever_below', lang, names=', '.join(below))}" if below else text
