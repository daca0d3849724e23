"""The totals along the range of one value, or along the number of uses that bear what is done once: a line per alternative, marks where two meet and
where the study stands."""

from html import escape
from typing import Any

import numpy as np

from lca.breakeven import WIDE, BreakEven, totals_along
from lca.crossings import scan
from lca.documents import read_csv
from lca.expressions import Array
from lca.folders import PACKAGE
from lca.report import words
from lca.report.charts import scale, svg, text
from lca.report.digital import climate_of
from lca.report.evidence import amount
from lca.report.figures import WIDTH, cut, letter, short
from lca.report.sentences import SEMICOLON, figure, spaced, unit_text
from lca.results import Results
from lca.rows import functional_demand, levels_of
from lca.wording import localise, say

POINTS, TOP, BOTTOM, APART = 25, 30, 170, 13  # of a line; ends of the plot; room between letters
FEWEST, MOST = 0.1, 100.0  # times the uses over which the study spreads what is done once
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
        parts += _legend(names, told, lang)
        title = say("bracketed", lang, name=label, share=unit_text(unit, lang))
        shown.append({"title": title, "svg": svg(200 + 34 * len(names), parts, about, lang)})
    return shown


def borne(results: Results, climate: int) -> tuple[Array, Array]:
    """Per alternative what each use causes itself, and its share of what is done once for a model and written with `over`, in the first scenario."""
    model = results.study.model
    tasks = {str(row["task"]) for row in read_csv(PACKAGE / "report" / "intensity_sides.csv", ("task", "side")) if row["side"] == "provider"}
    once = [bool(each.exchange.over) and model.nodes[each.called].tags.get("task") in tasks for each in model.calls]
    lines = np.array([bool(each.exchange.over) and each.tags.get("task") in tasks for each in model.lines])
    without = levels_of(results.study, model.roots, functional_demand(results.study), np.where(once, 0.0, results.call_amounts))[:, 0]
    levels = results.levels[:, 0]
    kept = np.divide(without, levels, out=np.zeros_like(levels), where=levels != 0)[:, [line.node for line in model.lines]]
    own = (results.contributions[:, 0, :, :, climate].sum(axis=2) * np.where(lines, 0.0, kept)).sum(axis=1)
    once_borne = results.totals[:, 0, climate] - own
    return own, np.where(once_borne > 1e-9 * np.abs(results.totals[:, 0, climate]), once_borne, 0.0)


def spread(results: Results, lang: str) -> dict[str, Any]:
    """A figure in equal ratios, and its title; nothing where nothing is done once for a model."""
    climate = climate_of(results)
    own, once = borne(results, climate) if climate is not None else (np.zeros(0), np.zeros(0))
    if climate is None or not once.any() or not (own + once > 0).all():
        return {}
    names, points = results.labels(lang)[0], np.geomspace(FEWEST, MOST, POINTS)
    totals = own[:, None] + once[:, None] / points
    unit, size = results.scale(climate)
    shown = _lines(points, totals, [], 1.0, lambda each: figure(each / size, lang), log=True)
    ends = [say("spread_times", lang, times=localise(f"{each:g}", lang)) for each in (FEWEST, MOST)]
    shown += [text(0, 187, ends[0], "tick"), text(WIDTH - 24, 187, ends[1], "tick", "end"), text((WIDTH - 24) / 3, 187, "N", "tick", "middle")]
    both = [[amount(results, climate, float(value), lang) for value in each] for each in zip(own, once, strict=True)]
    told = [say("spread_parts", lang, own=each, once=done) for each, done in both]
    listed = SEMICOLON[lang].join(say("titled", lang, title=name, scenario=each) for name, each in zip(names, told, strict=True))
    label, parts = results.indicators[climate].label(lang), [*shown, *_legend(names, told, lang)]
    about = say("spread_finding", lang, indicator=label, low=ends[0], high=ends[1], totals=listed)
    return {"title": say("bracketed", lang, name=label, share=unit_text(unit, lang)), "svg": svg(200 + 34 * len(names), parts, about, lang)}


def _lines(points: Array, lines: Array, met: list[tuple[float, int]], own: float, show: Any, log: bool = False) -> list[str]:
    """Each line with its letter at its end; a broken line upright where the study stands, a dot where two meet; with `log`, upwards in equal ratios."""
    low, high = float(np.nanmin(lines)), float(np.nanmax(lines))
    low = min(0.0, low) if low < 0.35 * high and not log else low
    first, last = float(points[0]), float(points[-1])
    across, up = scale(first, last, 0, WIDTH - 24, first > 0 and last / first > WIDE), scale(low, high, BOTTOM, TOP, log)
    parts = [f'<path d="M0,{BOTTOM}H{WIDTH - 24}" class="zero"/>']
    parts += [f'<path d="M{across(own):.0f},{TOP - 10}V{BOTTOM}" class="boundary"/>'] if first <= own <= last else []
    ends = list[tuple[float, float, int]]()
    xs = np.array([across(x) for x in points])
    for n, line in enumerate(lines):
        ys, steps = np.array([up(float(y)) for y in line]), np.where(np.isnan([np.nan, *line[:-1]]), "M", "L")
        bends = np.abs(ys[:-2] + (ys[2:] - ys[:-2]) * (xs[1:-1] - xs[:-2]) / (xs[2:] - xs[:-2]) - ys[1:-1]) < 1e-3  # on the line between its neighbours
        drawn = [(step, x, y) for step, x, y, straight in zip(steps, xs, ys, (False, *bends, False), strict=True) if np.isfinite(y) and not straight]
        if drawn:
            parts.append(f'<path d="{"".join(f"{step}{x:.0f},{short(y)}" for step, x, y in drawn)}" {_stroke(n)}/>')
            ends.append((drawn[-1][2], drawn[-1][1], n))
    for x, a in met:
        y = float(lines[a, int(np.searchsorted(points, x))])
        parts += [f'<circle cx="{across(x):.0f}" cy="{up(y):.0f}" r="4" class="dot"/>'] if np.isfinite(y) else []
    free = 0.0
    for y, x, n in sorted(ends):
        free = max(y + 4, free)
        parts.append(text(x + 6, free, letter(n), "scenario"))
        free += APART
    return [*parts, text(0, TOP - 8, escape(show(high)), "tick"), text(0, BOTTOM - 4, escape(show(low)), "tick")]


def _legend(names: list[str], told: list[str], lang: str) -> list[str]:
    """Below the plot, which line is whose, and what is told of it."""
    parts = list[str]()
    for n, (name, each) in enumerate(zip(names, told, strict=True)):
        y = 212 + 34 * n
        parts.append(f'<path d="M0,{y - 4}h30" {_stroke(n)}/>')
        parts.append(text(38, y, f'<tspan class="scenario">{letter(n)}</tspan> {cut(name, lang)}') + text(38, y + 14, _shown(each, lang), "tick"))
    return parts


def _stroke(number: int) -> str:
    dashes = DASHES[number % len(DASHES)]
    return 'class="line"' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def _shown(written: str, lang: str) -> str:
    return escape(spaced(written, lang))
