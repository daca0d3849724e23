"""The boundary of each alternative as a flow chart: its foreground processes, who needs whom, and what leads out of it."""

from collections import defaultdict
from html import escape
from textwrap import wrap

from markupsafe import Markup

from lca.report.sentences import spaced
from lca.results import Results
from lca.wording import say

BOX, HEIGHT, ACROSS, DOWN, LETTERS = 156, 58, 200, 70, 24


def boundaries(results: Results, lang: str) -> tuple[Markup, list[tuple[str, Markup]]]:
    """The boxes of all alternatives, each stated once, and a figure per alternative that places them."""
    boxes = dict[str, str]()
    figures = [(name, boundary(results, a, boxes, lang)) for a, name in enumerate(results.labels(lang)[0])]
    stated = "".join(f'<g id="{key}">{box}</g>' for box, key in boxes.items())
    return Markup(f'<svg class="defs diagram" width="0" height="0" aria-hidden="true"><defs>{stated}</defs></svg>'), figures


def boundary(results: Results, alternative: int, boxes: dict[str, str], lang: str) -> Markup:
    """From the functional unit on the left to the processes that end in the background or in nature."""
    model = results.study.model
    edges, lines, labels = _reached(results, alternative, lang)
    order = columns(model.nodes[model.roots[alternative]].process.key, edges)
    places = {key: (20 + ACROSS * x, 34 + DOWN * y) for x, column in enumerate(order) for y, key in enumerate(column)}
    width, height = 40 + ACROSS * len(order) - (ACROSS - BOX), 34 + DOWN * max(len(each) for each in order)
    parts = [f'<rect x="6" y="6" width="{width - 12}" height="{height - 6}" class="boundary"/>']
    parts.append(f'<text x="16" y="23" class="soft">{_text("boundary_inside", lang)}</text>')
    ways = [(*places[caller], *places[called]) for caller, called in sorted(edges)]
    curves = "".join(f"M{x + BOX} {y + HEIGHT // 2}c30 0 {to - x - BOX - 30} {down - y} {to - x - BOX} {down - y}" for x, y, to, down in ways)
    parts += [f'<path d="{curves}" class="edge"/>'] if curves else []  # a path of nothing is no path
    for key, (x, y) in places.items():
        rows = wrap(spaced(labels[key], lang), LETTERS, max_lines=3, placeholder=" …")
        box = ['<rect class="box"/>', *(f'<text x="7" y="{14 + 12 * n}">{escape(row)}</text>' for n, row in enumerate(rows))]
        if lines[key]:
            box.append(f'<text x="{BOX - 6}" y="{HEIGHT - 5}" class="out">{_text("boundary_out", lang, count=lines[key])}</text>')
        parts.append(f'<use href="#{boxes.setdefault("".join(box), f"b{len(boxes)}")}" x="{x}" y="{y}"/>')
    finding = _text("boundary_finding", lang, alternative=results.labels(lang)[0][alternative], processes=len(places), lines=sum(lines.values()))
    size = f'viewBox="0 0 {width} {height + 6}" style="min-width:{width * 0.74:.0f}px"'
    return Markup(f'<svg class="diagram" {size} role="img" aria-label="{finding}">{"".join(parts)}</svg>')


def _text(key: str, lang: str, **slots: object) -> str:
    return escape(spaced(say(key, lang, **slots), lang))


def _reached(results: Results, alternative: int, lang: str) -> tuple[set[tuple[str, str]], dict[str, int], dict[str, str]]:
    """Who calls whom below an alternative, how many lines of each process leave the foreground, and the processes' names. A device is
    one box: what it is made of counts as its own."""
    model = results.study.model
    keys = [each.process.key for each in model.nodes]
    shown, inside, edges = {model.roots[alternative]}, dict[int, str](), set[tuple[str, str]]()
    for call in model.calls:  # callers first
        if call.caller in shown and not model.nodes[call.caller].process.device:
            shown.add(call.called)
            edges.add((keys[call.caller], keys[call.called]))
        elif call.caller in shown or call.caller in inside:
            inside.setdefault(call.called, inside.get(call.caller, keys[call.caller]))
    boxes = inside | {n: keys[n] for n in shown}
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for line in model.lines:
        if line.node in boxes:
            found[boxes[line.node]].add((keys[line.node], line.exchange.key))
    labels = {keys[n]: results.process_label(keys[n], lang) for n in shown}
    return edges, {key: len(found[key]) for key in labels}, labels


def columns(root: str, edges: set[tuple[str, str]]) -> list[list[str]]:
    """Each process one column right of the last that needs it, near those who need it."""
    depth = {root: 0}
    waiting = [root]
    while waiting:
        key = waiting.pop()
        for caller, called in edges:
            if caller == key and depth.get(called, 0) < depth[key] + 1:
                depth[called] = depth[key] + 1
                waiting.append(called)
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    height = {root: 0.0}
    for level, column in enumerate(columns):
        members = sorted(key for key in depth if depth[key] == level)
        callers = {key: [height[caller] for caller, called in sorted(edges) if called == key and caller in height] for key in members}
        column += sorted(members, key=lambda key: sum(callers[key]) / max(1, len(callers[key])))
        height |= {key: float(n) for n, key in enumerate(column)}
    return columns
