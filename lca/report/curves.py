"""The totals along the range of one value: a line per alternative, marks where two meet and where the study stands."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from lca.breakeven import WIDE, BreakEven, totals_along
from lca.crossings import scan
from lca.expressions import Array
from lca.report import words
from lca.report.charts import scale, svg, text
from lca.report.evidence import amount
from lca.report.figures import WIDTH, cut, letter
from lca.report.sentences import SEMICOLON, figure, spaced, unit_text
from lca.wording import say

POINTS, TOP, BOTTOM, APART = 25, 30, 170, 13  # of a line; ends of the plot; room between letters
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 2")  # what tells the lines apart


def curves(found: BreakEven, lang: str) -> list[dict[str, Any]]:
    """A figure per headline indicator, in the first of the scenarios that are compared."""
    results, own = found.results, found.values[found.rows[0]]
    places = [each.start for meeting in found.meetings for each in meeting.changes] + [own] * (found.low <= own <= found.high)
    points = np.unique([*scan(found.low, found.high, POINTS, WIDE), *places])
    totals, names, shown = totals_along(results, found.name, found.rows[0], points)[0], results.labels(lang)[0], list[dict[str, Any]]()
    ends = {key: words.value(found, each, lang) for key, each in (("low", found.low), ("high", found.high))}
    for i in results.headline:
        lines, met = totals[:, :, i], [(each.start, meeting.first[0]) for meeting in found.meetings if meeting.indicator == i for each in meeting.changes]
        if not np.isfinite(lines).any():
            continue
        both = [[amount(results, i, float(each[n]), lang) for n in (0, -1)] for each in lines]
        told = [first if first == last else say("years_ends", lang, first=first, last=last) for first, last in both]
        listed = SEMICOLON[lang].join(say("titled", lang, title=name, scenario=each) for name, each in zip(names, told, strict=True))
        label, (unit, size) = results.indicators[i].label(lang), results.scale(i)
        about = say("curve_finding", lang, indicator=label, name=found.parameter.about.get(f"label_{lang}", found.name), totals=listed, count=len(met), **ends)
        parts = _lines(points, lines, met, own, lambda each, size=size: figure(each / size, lang))
        parts += [text(0, 187, _shown(ends["low"], lang), "tick"), text(WIDTH - 24, 187, _shown(ends["high"], lang), "tick", "end")]
        for n, (name, each) in enumerate(zip(names, told, strict=True)):
            y = 212 + 34 * n
            parts.append(f'<path d="M0,{y - 4}h30" {_stroke(n)}/>')
            parts.append(text(38, y, f'<tspan class="scenario">{letter(n)}</tspan> {cut(name, lang)}') + text(38, y + 14, _shown(each, lang), "tick"))
        title = say("bracketed", lang, name=label, share=unit_text(unit, lang))
        shown.append({"title": title, "svg": svg(200 + 34 * len(names), parts, about, lang)})
    return shown


def _lines(points: Array, lines: Array, met: list[tuple[float, int]], own: float, show: Any) -> list[str]:
    """Each line with its letter at its end; a broken line upright where the study stands, a dot where two meet."""
    low, high = float(np.nanmin(lines)), float(np.nanmax(lines))
    low = min(0.0, low) if low < 0.35 * high else low
    first, last = float(points[0]), float(points[-1])
    across, up = scale(first, last, 0, WIDTH - 24, first > 0 and last / first > WIDE), scale(low, high, BOTTOM, TOP)
    parts = [f'<path d="M0,{BOTTOM}H{WIDTH - 24}" class="zero"/>']
    parts += [f'<path d="M{across(own):.0f},{TOP - 10}V{BOTTOM}" class="boundary"/>'] if first <= own <= last else []
    ends = list[tuple[float, float, int]]()
    for n, line in enumerate(lines):
        drawn = [(step, x, y) for x, y, step in zip(points, line, np.where(np.isnan([np.nan, *line[:-1]]), "M", "L"), strict=True) if np.isfinite(y)]
        if drawn:
            parts.append(f'<path d="{"".join(f"{step}{across(x):.0f},{up(y):.1f}" for step, x, y in drawn)}" {_stroke(n)}/>')
            ends.append((up(drawn[-1][2]), across(drawn[-1][1]), n))
    for x, a in met:
        y = float(lines[a, int(np.searchsorted(points, x))])
        parts += [f'<circle cx="{across(x):.0f}" cy="{up(y):.0f}" r="4" class="dot"/>'] if np.isfinite(y) else []
    free = 0.0
    for y, x, n in sorted(ends):
        free = max(y + 4, free)
        parts.append(text(x + 6, free, letter(n), "scenario"))
        free += APART
    return [*parts, text(0, TOP - 8, escape(show(high)), "tick"), text(0, BOTTOM - 4, escape(show(low)), "tick")]


def _stroke(number: int) -> str:
    dashes = DASHES[number % len(DASHES)]
    return 'class="line"' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def _shown(written: str, lang: str) -> str:
    return escape(spaced(written, lang))
