"""Figures of the report as SVG text: bars from zero, stacked by stage, each with its number."""

import math
from html import escape
from string import ascii_uppercase
from textwrap import wrap

import numpy as np
from markupsafe import Markup

from lca.expressions import Array
from lca.report.evidence import MANY, amount
from lca.report.sentences import SEMICOLON, figure, share, spaced
from lca.results import Results
from lca.wording import say, tag_keys, tag_label

COLOURS = ("#D55E00", "#E69F00", "#0072B2", "#009E73")  # Okabe-Ito, in the order of the stages in the nomenclature
PATTERNS = (  # what tells the stages apart in grey: hatched, upright lines, plain, dots
    '<path d="M-1,1 l2,-2 M0,7 l7,-7 M6,8 l2,-2" stroke="#fff" stroke-width="1.6" stroke-opacity=".75"/>',
    '<path d="M2,0 v7" stroke="#111" stroke-width="1.4" stroke-opacity=".7"/>',
    "",
    '<circle cx="3.5" cy="3.5" r="1.5" fill="#fff"/>',
)
BESIDE = (  # what is no part of a total: outlined and hatched, in no colour of a stage
    '<pattern id="beside-bar" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>'
    '<path d="M-1,7 l8,-8 M-1,1 l2,-2 M5,7 l2,-2" stroke="#777" stroke-width="1.2"/></pattern>'
)
SHADES = 4  # of other parts, in turn, told apart by their letters
Paint = tuple[str, str]  # class (of the style of the page) and letter of a part
WIDTH, BAR, LABEL_SPACE, LETTERS, BOLD_LETTERS = 420, 17, 124, 60, 50


def patterns() -> Markup:
    """The fills of the stages, stated once for all figures of the page."""
    fills = "".join(
        f'<pattern id="stage-{n}" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="{colour}"/>{mark}</pattern>'
        for n, (colour, mark) in enumerate(zip(COLOURS, PATTERNS, strict=True))
    )
    return Markup(f'<svg class="defs" width="0" height="0" aria-hidden="true"><defs>{fills}{BESIDE}</defs></svg>')


def legend(lang: str) -> Markup:
    """One key for all figures: swatch and name of every stage."""
    swatch = '<svg width="22" height="14" aria-hidden="true"><rect width="22" height="14" fill="url(#stage-{})"/></svg>'
    keys = (f"<span>{swatch.format(n)}{escape(tag_label('stage', stage, lang))}</span>" for n, stage in enumerate(tag_keys("stage")))
    return Markup(f'<p class="legend">{"".join(keys)}</p>')


def letter(number: int) -> str:
    """What stands for one of several: A, B ..."""
    return ascii_uppercase[number] if number < len(ascii_uppercase) else f"({number + 1})"


def tasks(results: Results) -> list[str]:
    """The tasks in which something is counted, in the order of the nomenclature."""
    found = results.group("task")[0]
    return [*(each for each in tag_keys("task") if each in found), *(each for each in found if each not in tag_keys("task"))]


def task_legend(results: Results, lang: str) -> Markup:
    keys = (f"<strong>{letter(n)}</strong> {escape(tag_label('task', each, lang))}" for n, each in enumerate(tasks(results)))
    return Markup(f"<p>{spaced(SEMICOLON[lang].join(keys), lang)}.</p>")


def comparison(results: Results, indicator: int, finding: str, lang: str, by: str = "stage") -> Markup:
    """One indicator: a bar per alternative, grouped by scenario (the first alone where bars are many), stacked by stage (or by task, in
    the first scenario alone); `finding` is the alternative text."""
    names, sums = results.group(by)
    if by == "stage":
        paints: dict[str, Paint] = {each: (f"s{n}", "") for n, each in enumerate(tag_keys("stage")) if each in names}
    else:
        paints = {each: (f"t{n % SHADES}", letter(n)) for n, each in enumerate(tasks(results))}
    shown = 1 if by != "stage" or len(sums) > MANY else sums.shape[1]
    stacks = sums[:, :shown, [names.index(each) for each in paints], indicator]
    low, high = _limits(stacks)
    zero = -low * (WIDTH - LABEL_SPACE) / (high - low)
    size = (WIDTH - LABEL_SPACE) / (high - low)
    alternatives, scenarios = results.labels(lang)
    parts, y = list[str](), 0
    for r, scenario in enumerate(scenarios[: stacks.shape[1]]):
        y += 14 if r else 4
        for line in wrap(spaced(scenario, lang), BOLD_LETTERS):
            y += 15
            parts.append(f'<text y="{y - 4}" class="scenario">{escape(line)}</text>')
        for a, alternative in enumerate(alternatives):
            total = float(results.totals[a, r, indicator])
            shown = amount(results, indicator, total, lang) if math.isfinite(total) else figure(total, lang)
            mark = "" if results.comparable[a, r] else " †"
            parts.append(f'<text y="{y + 11}">{cut(alternative + mark, lang)}</text>')
            parts.append(_bar(stacks[a, r], list(paints.values()), total, zero, size, y + 16, lang))
            end = zero + float(stacks[a, r].clip(min=0).sum()) * size if math.isfinite(total) else zero
            parts.append(f'<text x="{end + 5:.0f}" y="{y + 29}" class="value">{escape(spaced(shown, lang))}</text>')
            y += 38
    axis = f'<path d="M{short(zero)},0 V{y}" class="zero"/>'
    return Markup(f'<svg viewBox="0 0 {WIDTH} {y + 4}" role="img" aria-label="{escape(spaced(finding, lang))}">{"".join(parts)}{axis}</svg>')


def own_bars(groups: list[tuple[str, list[tuple[str, float, str]]]], finding: str, lang: str) -> Markup:
    """Bars that stand beside a total, by alternative: each with its name, its value and its value in words, from one zero line."""
    values = [value for _, bars in groups for _, value, _ in bars if math.isfinite(value)]
    low, high = min([0.0, *values]), max([0.0, *values])
    size = (WIDTH - LABEL_SPACE) / ((high - low) or 1.0)
    zero, parts, y = -low * size, list[str](), 0
    for alternative, bars in groups:
        y += 18
        parts.append(f'<text y="{y - 4}" class="scenario">{cut(alternative, lang)}</text>')
        for name, value, text in bars:
            end = zero + (value * size if math.isfinite(value) else 0.0)
            left, right = min(zero, end), max(zero, end)
            parts.append(f'<text y="{y + 11}">{cut(name, lang)}</text>')
            parts.append(f'<rect x="{left:.1f}" y="{y + 16}" width="{right - left:.1f}" height="{BAR}" fill="url(#beside-bar)" stroke="#555"/>')
            parts.append(f'<path d="M{zero:.1f},{y + 14} v{BAR + 4}" class="zero"/>')
            parts.append(f'<text x="{right + 5:.0f}" y="{y + 29}" class="value">{escape(spaced(text, lang))}</text>')
            y += 38
    return Markup(f'<svg viewBox="-1 0 {WIDTH + 1} {y + 4}" role="img" aria-label="{escape(spaced(finding, lang))}">{"".join(parts)}</svg>')


def _bar(stack: Array, paints: list[Paint], total: float, zero: float, size: float, y: int, lang: str) -> str:
    """The segments of one bar: what adds lies right of zero, what takes away left of it."""
    if not math.isfinite(total):
        return ""
    parts, right, left = list[str](), zero, zero
    for (paint, mark), value in zip(paints, stack, strict=True):
        width = abs(float(value)) * size
        x = right if value >= 0 else left - width
        right, left = (right + width, left) if value >= 0 else (right, left - width)
        if width < 0.2:
            continue
        parts.append(f'<rect x="{short(x)}" y="{y}" width="{short(width)}" class="{paint}"/>')
        part = f"{mark} {escape(share(float(value), total, lang))}".strip() if width > (58 if mark else 40) else mark
        if part and width > 12:
            parts.append(f'<text x="{x + width / 2:.0f}" y="{y + 12}" class="{paint}">{part}</text>')
    return "".join(parts)


def short(value: float) -> str:
    """A length of a figure: a tenth is fine enough."""
    return f"{round(value, 1) + 0.0:g}"


def _limits(stacks: Array) -> tuple[float, float]:
    """The ends of the scale, which always holds zero."""
    finite = np.nan_to_num(stacks, posinf=0.0, neginf=0.0)
    low, high = float(finite.clip(max=0).sum(axis=2).min()), float(finite.clip(min=0).sum(axis=2).max())
    return (low, high) if high > low else (0.0, 1.0)


def cut(text: str, lang: str) -> str:
    """A label that fits the figure; the whole one on hovering and for screen readers."""
    text = spaced(text, lang)
    if len(text) <= LETTERS:
        return escape(text)
    return f"{escape(text[: LETTERS - 1].rstrip())}…<title>{escape(text)}</title>"


def finding(results: Results, indicator: int, ranked: list[int], lang: str) -> str:
    """What a figure shows, in one sentence with its numbers."""
    alternatives, scenarios = results.labels(lang)
    shown = ((a, amount(results, indicator, float(results.totals[a, 0, indicator]), lang)) for a in ranked or range(len(alternatives)))
    values = SEMICOLON[lang].join(f"{alternatives[a]} {text}" for a, text in shown)
    return say("figure_finding", lang, indicator=results.indicators[indicator].label(lang), scenario=scenarios[0], values=values)


def task_finding(results: Results, indicator: int, lang: str) -> str:
    """The largest task of each alternative, in one sentence."""
    (alternatives, scenarios), (names, sums), values = results.labels(lang), results.group("task"), list[str]()
    for a, alternative in enumerate(alternatives):
        most = int(np.argmax(np.nan_to_num(sums[a, 0, :, indicator])))
        part = share(float(sums[a, 0, most, indicator]), float(results.totals[a, 0, indicator]), lang)
        values.append(say("task_largest", lang, alternative=alternative, task=tag_label("task", names[most], lang), share=part))
    return say("task_finding", lang, indicator=results.indicators[indicator].label(lang), scenario=scenarios[0], values=SEMICOLON[lang].join(values))
