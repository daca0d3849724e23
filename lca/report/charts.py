"""Figures on a decision as SVG text: what moves a difference, how totals spread over draws, scenarios by indicators, quality against impact."""

import math
from collections.abc import Callable, Sequence
from html import escape

import numpy as np
from markupsafe import Markup

from lca.expressions import Array
from lca.report.figures import WIDTH, cut, letter, short
from lca.report.sentences import spaced

SIDE, BINS, ROW = 70, 24, 44  # room for numbers beside bars; bars of a histogram; height of a row
Write = Callable[[float], str]


def svg(height: float, parts: Sequence[str], finding: str, lang: str) -> Markup:
    return Markup(f'<svg viewBox="-1 0 {WIDTH + 1} {height:.0f}" role="img" aria-label="{escape(spaced(finding, lang))}">{"".join(parts)}</svg>')


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "") -> str:
    """Words that are escaped already."""
    mark = f' class="{kind}"' if kind else ""
    place = f'x="{x:.0f}" ' if round(x) else ""
    mark += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text {place}y="{y:.0f}"{mark}>{words}</text>'


def scale(low: float, high: float, left: float, right: float, log: bool = False) -> Callable[[float], float]:
    """Where a value stands between left and right."""
    if log:
        low, high = math.log(low), math.log(high)
    span = (high - low) or 1.0
    return lambda value: left + ((math.log(value) if log else value) - low) / span * (right - left)


def tornado(base: float, bars: Sequence[tuple[str, float, float]], show: Write, unit: str, finding: str, lang: str) -> Markup:
    """Bars of one difference from its value as it is: white towards the low of a value, grey towards its high; a line at zero, where the order turns."""
    ends = [each for _, *pair in bars for each in pair if math.isfinite(each)]
    at = scale(min([base, 0.0, *ends]), max([base, 0.0, *ends]), SIDE, WIDTH - SIDE)
    bottom = ROW * len(bars)
    parts = [f'<path d="M{short(at(base))},14 V{bottom}" class="edge"/><path d="M{short(at(0.0))},14 V{bottom}" class="zero" stroke-width="2"/>']
    for y, (name, low, high) in zip(range(0, bottom, ROW), bars, strict=True):
        parts.append(text(0, y + 12, cut(name, lang), "halo"))
        for end, kind in ((low, "low"), (high, "high")):
            if math.isfinite(end):
                left, width = min(at(base), at(end)), abs(at(end) - at(base))
                parts.append(f'<rect x="{short(left)}" y="{y + 17}" width="{short(width)}" class="{kind}"/>')
                before = end < base
                parts.append(text(at(end) - 4 if before else at(end) + 4, y + 30, escape(spaced(show(end), lang)), "tick", "end" if before else ""))
    parts.append(text(at(0.0), bottom + 13, f"0 {escape(unit)}", "tick", "middle"))
    return svg(bottom + 18, parts, finding, lang)


def spreads(rows: Sequence[tuple[str, Array, str]], show: Write, finding: str, lang: str) -> Markup:
    """A histogram per alternative on one scale (up to the 99.5th percentile; in equal ratios where medians lie more than tenfold
    apart), the median as a line with its number."""
    found = [each[np.isfinite(each)] for _, each, _ in rows]
    low, high = (float(f(np.percentile(each, q) for each in found if len(each))) for f, q in ((min, 0.5), (max, 99.5)))
    medians = [float(np.median(each)) for each in found if len(each)]
    log = low > 0 and max(medians) > 10 * min(medians)
    low = min(low, 0.0) if low < 0.35 * high and not log else low
    high = high if high > low else low + 1.0
    at, parts, y = scale(low, high, 0, WIDTH - 8, log), list[str](), 0
    bins = np.geomspace(low, high, BINS + 1) if log else np.linspace(low, high, BINS + 1)
    for (name, _, note), values in zip(rows, found, strict=True):
        parts.append(text(0, y + 13, cut(name, lang), "scenario"))
        parts.append(text(0, y + 28, escape(spaced(note, lang)), "tick"))
        if len(values):
            counts, edges = np.histogram(values, bins)
            tops = np.round(34 * counts / max(1, counts.max()))
            shape = "".join(f"V{y + 70 - tops[n]:.0f}H{at(float(edges[n + 1])):.0f}" for n in np.flatnonzero(np.diff(tops, append=-1)))
            middle = at(float(np.median(values)))
            parts.append(f'<path d="M0,{y + 70}{shape}V{y + 70}z" class="high"/><path d="M{middle:.1f},{y + 30}V{y + 72}" class="zero" stroke-width="2"/>')
        y += 78
    parts += [f'<path d="M0,{y - 7}H{WIDTH - 8}" class="zero"/>', text(0, y + 8, escape(spaced(show(low), lang)), "tick")]
    parts.append(text(WIDTH - 8, y + 8, escape(spaced(show(high), lang)), "tick", "end"))
    return svg(y + 12, parts, finding, lang)


def frontier(points: Sequence[tuple[str, float, float, bool]], least: tuple[float, str], axes: tuple[str, str], show: Write, share: Write, finding: str,
             lang: str) -> Markup:  # fmt: skip
    """Quality upwards against impact to the right (in equal ratios where it spans more than tenfold): alternatives that none
    beats in both are joined, those below the least quality are hollow."""
    impacts, qualities = [each[1] for each in points], [each[2] for each in points]
    log = min(impacts) > 0 and max(impacts) > 10 * min(impacts)
    across = scale(min(impacts) if log else min(0.0, *impacts), max(impacts), 8, WIDTH - 130, log)
    bottom, top, height = min(*qualities, least[0]), max(*qualities, least[0]), 150
    up = scale(bottom, top, height, 24)
    parts = [f'<path d="M0,10V{height + 12}H{WIDTH}" class="zero"/><path d="M0,{up(least[0]):.0f}H{WIDTH}" class="boundary"/>']
    parts += [text(5, 14, f"↑ {escape(axes[1])}", "tick"), text(WIDTH, height + 26, f"{escape(axes[0])} →", "tick", "end")]
    parts.append(text(WIDTH, up(least[0]) - 4, escape(spaced(least[1], lang)), "tick", "end"))
    best = sorted((x, -y) for _, x, y, fits in points if fits and not any(a <= x and b >= y and (a, b) != (x, y) for _, a, b, ok in points if ok))
    if len(best) > 1:
        parts.append(f'<path d="M{" ".join(f"{across(x):.0f},{up(-y):.0f}" for x, y in best)}" class="edge"/>')
    for n, (_, x, y, fits) in enumerate(points):  # letters of neighbours stand above and below their dots
        parts.append(f'<circle cx="{across(x):.0f}" cy="{up(y):.0f}" r="5" class="{"dot" if fits else "low"}"/>')
        parts.append(text(across(x), up(y) + (19 if n % 2 else -9), letter(n), "scenario", "middle"))
    row = height + 44
    for n, (name, x, y, _) in enumerate(points):
        parts.append(text(0, row, f'<tspan class="scenario">{letter(n)}</tspan> {cut(name, lang)}'))
        parts.append(text(14, row + 15, escape(spaced(f"{show(x)} · {share(y)}", lang)), "tick"))
        row += 36
    return svg(row - 8, parts, finding, lang)
