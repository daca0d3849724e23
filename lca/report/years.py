"""A figure of the years ahead: the total of each year beside the intensity, a line per alternative, both from zero."""

from html import escape
from typing import Any

import numpy as np
from markupsafe import Markup

from lca.expressions import Array
from lca.report.figures import COLOURS, WIDTH
from lca.report.sentences import figure, spaced, unit_text
from lca.results import Results
from lca.tables_years import notes, per, title, together
from lca.wording import say
from lca.years import Years, foresee

HEIGHT, PANEL, LEFT, TOP, GAP = 120, 186, 4, 36, 36  # of a panel's plot, and what stands around it
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2")  # what tells the lines apart in grey


def ahead(results: Results, lang: str) -> dict[str, Any] | None:
    """The years that a study looks ahead, in the first scenario that was run: figures, what they come to, and notes."""
    if results.study.horizon is None:
        return None
    found = foresee(results)
    charts = [{"title": found.rows.indicators[i].label(lang), "svg": over_years(found, i, lang)} for i in found.rows.headline]
    groups = [{"label": name, "warnings": (), "rows": [{"label": each, "cells": cells} for each, cells in rows]} for name, rows in together(found, lang)]
    tables = [{"label": say("years_together", lang, count=len(found.years)), "groups": groups}]
    return {"title": title(found, lang), "per": per(found, lang), "figures": charts, "tables": tables, "notes": notes(found, lang)}


def over_years(found: Years, indicator: int, lang: str) -> Markup:
    """One indicator: total of the year on the left, intensity on the right; below, each line with its first and its last number."""
    panels, told = list[str](), list[list[str]]()
    for column, (key, values) in enumerate((("years_absolute", found.absolute), ("years_intensity", found.per_unit))):
        unit, size = found.scale(indicator, values)
        shown, name = values[:, :, indicator] / size, say("titled", lang, title=say(key, lang), scenario=unit_text(unit, lang))
        panels.append(_panel(found, shown, name, column * (PANEL + GAP), lang))
        told.append([say("years_ends", lang, first=figure(float(line[0]), lang), last=figure(float(line[-1]), lang)) for line in shown])
    y = TOP + HEIGHT + GAP
    for number, alternative in enumerate(found.rows.labels(lang)[0]):
        panels.append(f'<path d="M0,{y - 4} h26" {_stroke(number)}/><text x="34" y="{y}" class="scenario">{escape(spaced(alternative, lang))}</text>')
        panels += [f'<text x="{column * (PANEL + GAP) + 34}" y="{y + 15}" class="value">{escape(each[number])}</text>' for column, each in enumerate(told)]
        y += 36
    label = found.rows.indicators[indicator].label(lang)
    about = say("years_figure", lang, indicator=label, first=found.horizon.first, last=found.horizon.last, per=per(found, lang))
    return Markup(f'<svg viewBox="-{LEFT} 0 {WIDTH + LEFT} {y - 14}" role="img" aria-label="{escape(spaced(about, lang))}">{"".join(panels)}</svg>')


def _panel(found: Years, values: Array, head: str, left: float, lang: str) -> str:
    """Lines over the years from zero, with the highest number of all."""
    low, high = min(0.0, float(np.nanmin(values, initial=0.0))), float(np.nanmax(values, initial=0.0)) or 1.0
    steps = max(1, len(found.years) - 1)

    def height(value: float) -> float:
        return TOP + HEIGHT * (high - value) / (high - low)

    parts = [f'<text x="{left}" y="14" class="scenario">{escape(spaced(head, lang))}</text>']
    parts.append(f'<text x="{left}" y="{TOP - 6}">{escape(figure(high, lang))}</text><path d="M{left},{height(0.0):.1f} h{PANEL}" class="zero"/>')
    for number, line in enumerate(values):
        points = [f"{left + PANEL * year / steps:.0f},{height(float(value)):.0f}" for year, value in enumerate(line) if np.isfinite(value)]
        parts.append(f'<path d="M{" L".join(points)}" {_stroke(number)}/>' if points else "")
    for year, anchor, x in ((found.years[0], "start", left), (found.years[-1], "end", left + PANEL)):
        parts.append(f'<text x="{x}" y="{TOP + HEIGHT + 15}" text-anchor="{anchor}">{year}</text>')
    return "".join(parts)


def _stroke(number: int) -> str:
    return f'fill="none" stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="2" stroke-dasharray="{DASHES[number % len(DASHES)]}"'
