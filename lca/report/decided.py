"""The sections on a decision: worlds, values that move a difference, meetings, levers and what they serve, as rows of text."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lca.breakeven import BreakEven
from lca.decisions import MOST_WORLDS, Decisions
from lca.grid import Options
from lca.levers_effects import Tried
from lca.methods import known_choices
from lca.report import charts, words
from lca.report.curves import curves
from lca.report.evidence import MANY, amount
from lca.report.sentences import figure, listed, unit_text
from lca.report.summary import ranked
from lca.results import Results
from lca.tornado import Tornado
from lca.wording import say, tag_keys, tag_label

DRAWN = 6  # bars of a figure
RANKED = 12  # levers of a table; the workbook has all


def decided(results: Results, lang: str) -> dict[str, Any]:
    found: Decisions | None = results.decided
    if found is None:
        return {}
    library = found.levers.library
    return {"robustness": _robustness(found, lang), "sensitivity": _sensitivity(found, lang),
            "break-even": [_meetings(each, lang) for each in found.break_evens],
            "curves": curves(found.break_evens[0], lang) if found.break_evens else [],
            "levers": _levers(found.levers, lang), "phases": _phases(found.levers, lang),
            "advice": [library.advice[key].text(lang) for key in _advice(found.levers)]}  # fmt: skip


def _robustness(found: Decisions, lang: str) -> dict[str, Any]:
    """Per indicator and pair in how many worlds the order holds, and what turns it."""
    grid, results = found.grid, found.results
    if grid is None:
        return {"refused": say("grid_refused", lang, count=found.worlds, most=MOST_WORLDS, study=results.study.key), "rows": [], "choices": []}
    names, texts = results.labels(lang)[0], results.study.choices.texts

    def option(key: str, value: str) -> str:
        return say("titled", lang, title=texts[key][f"label_{lang}"], scenario=known_choices()[key]["options"][value].text(lang))

    def flips(options: tuple[Options, ...]) -> list[str]:
        told = [listed([say("quoted", lang, text=option(*pair)) for pair in each.items()], lang) for each in options[: words.WAYS]]
        return told + ([say("decide_ways", lang, count=len(options) - words.WAYS)] if len(options) > words.WAYS else [])

    rows = [{"indicator": results.indicators[each.indicator].label(lang), "held": words.held(grid, each, lang), "flips": flips(each.flips),
             "order": say("decide_tie" if each.equal else "decide_order", lang, first=names[each.first], second=names[each.second])}
            for each in grid.orders]  # fmt: skip
    always = sum(not each.flips and not each.lost for each in grid.orders)
    finding = say("grid_finding" if rows else "decide_no_orders", lang, always=always, orders=len(rows), count=len(grid.worlds))
    faults = [each.fault for each in grid.worlds if each.fault]
    told = [say("decide_fault", lang, count=len(faults), fault=faults[0])] if faults else []
    choices = [texts[key][f"label_{lang}"] for key in grid.choices]
    return {"refused": "", "finding": finding, "count": len(grid.worlds), "rows": rows, "choices": choices, "faults": told}


def pair_of(results: Results, tornados: tuple[Tornado, ...], indicator: int) -> Tornado | None:
    """The tornado of the difference of the two lowest alternatives that may be ranked."""
    lowest = set(ranked(results, 0, indicator)[:2])
    return next((each for each in tornados if each.indicator == indicator and {each.first, each.second} == lowest), None)


def _sensitivity(found: Decisions, lang: str) -> list[dict[str, Any]]:
    """Per headline indicator the figure and the table of one difference."""
    results, names = found.results, found.results.labels(lang)[0]
    shown = []
    for i in results.headline:
        whole = pair_of(results, found.tornados, i)
        if whole is None or not whole.bars:
            continue
        second, whole = whole.second or 0, replace(whole, bars=whole.bars[:DRAWN])
        turning = [each for each in whole.bars if whole.turns(each)]
        labels = {each.name: words.ranges(results, each, lang)[0] or each.name for each in whole.bars}
        slots = {"indicator": results.indicators[i].label(lang), "first": names[whole.first], "second": names[second]}
        title = say("tornado_turned" if turning else "tornado_firm", lang, **slots, count=len(turning), value=labels[(turning or whole.bars)[0].name])
        unit, size = results.scale(i)
        told = say("tornado_finding", lang, title=title, base=amount(results, i, whole.base, lang), values=listed(list(labels.values())[:3], lang))
        bars = [(labels[each.name], each.low, each.high) for each in whole.bars]
        rows = [{"label": labels[each.name], "name": each.name, "range": words.ranges(results, each, lang)[1], "turns": whole.turns(each),
                 "ends": [figure(end / size, lang) for end in (each.low, each.high)]} for each in whole.bars]  # fmt: skip
        show = _writer(size, lang)
        shown.append({"title": title, "svg": charts.tornado(whole.base, bars, show, unit_text(unit, lang), told, lang), "rows": rows,
                      "unit": unit_text(unit, lang),
                      "what": say("tornado_what", lang, **slots, base=amount(results, i, whole.base, lang))})  # fmt: skip
    return shown


def _writer(size: float, lang: str) -> Callable[[float], str]:
    return lambda value: figure(value / size, lang)


def _meetings(found: BreakEven, lang: str) -> dict[str, Any]:
    """Who is lower up to where, per pair and indicator, in one scenario."""
    results, row = found.results, found.rows[0]
    names, pairs = results.labels(lang)[0], dict[str, list[tuple[str, str, str]]]()
    for number, each in enumerate(found.meetings):
        both = {-1: names[each.first[0]], 1: names[each.second[0]]}
        text = words.told(found, each, both, lang)
        head = say("decide_pair", lang, first=both[-1], second=both[1])
        pairs.setdefault(head, []).append((results.indicators[each.indicator].label(lang), text, words.drawn(found, number, lang)))
    slots = {key: words.value(found, each, lang) for key, each in (("low", found.low), ("high", found.high), ("value", found.values[row]))}
    return {"label": found.parameter.about.get(f"label_{lang}", found.name), "name": found.name, "pairs": pairs, "limits": words.limits(found, lang),
            "range": say("break_even_range", lang, **slots), "own": slots["value"], "note": words.drawn_note(found, lang)}  # fmt: skip


def _levers(tried: Tried, lang: str) -> dict[str, Any]:
    """The levers by what they save in the first headline indicator that has a value, all together beside the sum of the single ones."""
    results, names = tried.results, tried.results.labels(lang)[0]
    by = results.headline[0]
    order, groups = tried.ranked(by), list[dict[str, Any]]()

    def cells(changes: Any) -> list[str]:
        """The change in every headline indicator per alternative, or from the least to the largest where these are many."""
        told = [
            [words.change(float(each), lang) if abs(np.nan_to_num(each)) >= words.SMALL else words.STAYS for each in changes[:, i]] for i in results.headline
        ]
        if len(names) <= MANY:
            return [each for row in told for each in row]
        places = [(int(np.argmin(each)), int(np.argmax(each))) for each in np.nan_to_num(changes[:, results.headline]).T]
        ends = [(row[low], row[high]) for row, (low, high) in zip(told, places, strict=True)]
        return [low if low == high else say("from_to", lang, low=low.replace(words.STAYS, "0"), high=high.replace(words.STAYS, "0")) for low, high in ends]

    shown = [n for n in order if (np.abs(np.nan_to_num(tried.changes[n, 0][:, results.headline])) >= words.SMALL).any()]
    for n in shown[:RANKED]:
        lever = tried.levers[n]
        notes = words.shifts(tried, n, lang) + [
            say(f"lever_{key}", lang, text=lever.text(key, lang)) for key in ("condition", "side_effects") if lever.text(key, lang)
        ]
        groups.append({"label": lever.text("label", lang), "about": words.about(tried, lever, lang), "cells": cells(tried.changes[n, 0]), "notes": notes,
                       "shift": bool(tried.shifts(n))})  # fmt: skip
    both = [(say("lever_joint", lang, count=len(tried.joined)), cells(tried.joint[0])), (say("lever_sum", lang), cells(tried.added))] if tried.joined else []
    rest = [say("lever_rest", lang, count=len(tried.levers) - len(groups))] if len(tried.levers) > len(groups) else []
    return {"rows": groups, "both": both, "left": [*rest, *filter(None, [words.out_of_joint(tried, lang)]), *words.left(tried, lang)],
            "by": results.indicators[by].label(lang), "many": len(names) > MANY}  # fmt: skip


def _phases(tried: Tried, lang: str) -> list[dict[str, Any]]:
    """The checklist of eco-design: per phase the levers that apply here with what the best does, those that do not, and what of the field they serve."""
    by, library, tables = tried.results.headline, tried.library, list[dict[str, Any]]()
    applied, numbers = {each.key: n for n, each in enumerate(tried.levers)}, _advice(tried)
    for phase in tag_keys("phase"):
        rows, idle = list[tuple[str, str, list[int]]](), dict[str, list[tuple[str, list[int]]]]()
        for lever in (each for each in library.levers.values() if each.phase == phase):
            label, serves = lever.text("label", lang), [numbers[each.key] for each in library.advice_for(lever.key)]
            if lever.key in applied:
                best = float(np.nan_to_num(tried.changes[applied[lever.key], 0][:, by]).min())
                rows.append((label, words.change(best, lang) if best <= -words.SMALL else "–", serves))
            else:
                idle.setdefault(say(f"eco_{tried.left.get(lever.key, 'no_parameter')}", lang), []).append((label, serves))
        if rows or idle:
            count = say("eco_count", lang, applied=sum(each[1] != "–" for each in rows), all=len(rows) + sum(map(len, idle.values())))
            tables.append({"label": tag_label("phase", phase, lang), "rows": rows, "idle": idle, "count": count})
    return tables


def _advice(tried: Tried) -> dict[str, int]:
    """The recommendations that a lever of the library serves, with their numbers."""
    return {key: n for n, key in enumerate((key for key, each in tried.library.advice.items() if each.levers), 1)}
