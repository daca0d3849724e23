"""Where the impact of each alternative flows: from the functional unit through the processes to what the study counts, as wide as it is large."""

from collections import defaultdict
from html import escape
from textwrap import wrap
from typing import Any

import numpy as np
from markupsafe import Markup

from lca.model import Call
from lca.report.diagram import columns
from lca.report.evidence import MANY, amount, carried
from lca.report.figures import short
from lca.report.sentences import share, spaced
from lca.results import Results
from lca.wording import percent, say

LEAST, MOST = 0.03, 12  # part of a total from which a flow is drawn; boxes of a column, else fewer flows are drawn
BOX, ACROSS, TALL, LETTERS, ROW = 8, 180, 230, 25, 12
END = "→ "  # begins the name of what is counted: no key of a process does
Flows = dict[tuple[str, str], float]


def flow_trees(results: Results, lang: str) -> dict[str, Any]:
    """A figure per alternative of the first scenario (where they are many, of the first, the lowest and the highest) in one indicator:
    the second headline one where there are several."""
    i = results.headline[:2][-1]
    totals = np.nan_to_num(results.totals[:, 0, i])
    drawn = {0, int(totals.argmin()), int(totals.argmax())} if len(totals) > MANY else range(len(totals))
    shown = [(name, *_tree(results, a, i, lang)) for a, name in enumerate(results.labels(lang)[0]) if a in drawn and totals[a]]
    return {"rows": shown, "indicator": results.indicators[i].label(lang)}


def flows(results: Results, alternative: int, indicator: int, lang: str) -> Flows:
    """Impact along every call, with all that lies behind it, and from every process to what it counts; the same process in several
    tasks taken together."""
    keys, found = [each.process.key for each in results.study.model.nodes], defaultdict[tuple[str, str], float](float)
    for n, (each, node, value) in enumerate(carried(results)):
        if impact := float(value[alternative, 0, indicator]):
            found[keys[node], keys[each.called] if isinstance(each, Call) else END + results.line_label(n, 0, lang)] += impact
    return dict(found)


def large(found: Flows, root: str, least: float) -> Flows:
    """Those of at least some size that hang together from the root."""
    kept, reached = {pair: value for pair, value in found.items() if abs(value) >= least}, {root}
    while more := {called for caller, called in kept if caller in reached} - reached:
        reached |= more
    return {pair: value for pair, value in kept.items() if pair[0] in reached}


def _tree(results: Results, alternative: int, indicator: int, lang: str) -> tuple[Markup, str]:
    """The figure, and what it does not draw."""
    model, total = results.study.model, float(results.totals[alternative, 0, indicator])
    root, found, least = model.nodes[model.roots[alternative]].process.key, flows(results, alternative, indicator, lang), LEAST
    while max(map(len, columns(root, set(large(found, root, least * abs(total)))))) > MOST:
        least *= 1.2
    drawn = large(found, root, least * abs(total))
    rest = total - sum(value for (_, called), value in drawn.items() if called.startswith(END))
    names = {key: key.removeprefix(END) if key.startswith(END) else results.process_label(key, lang) for pair in [(root, root), *drawn] for key in pair}
    path, key = [names[root]], root
    while ways := [(abs(value), called, value) for (caller, called), value in drawn.items() if caller == key]:
        _, key, value = max(ways)
        path.append(say("bracketed", lang, name=names[key], share=share(value, total, lang)))
    slots = {"indicator": results.indicators[indicator].label(lang), "alternative": results.labels(lang)[0][alternative]}
    told = say("flow_tree_finding", lang, **slots, total=amount(results, indicator, total, lang), path=f" {END}".join(path))
    return _drawn(drawn, root, names, total, told, lang), say("flow_tree_rest", lang, least=percent(least, lang), rest=percent(rest / total, lang))


def _drawn(drawn: Flows, root: str, names: dict[str, str], total: float, told: str, lang: str) -> Markup:
    """Column by column: each box no higher than the first ribbon that reaches it, ribbons beside each other on both its sides."""
    size, rights, tops, taken, bottom = TALL / abs(total), dict[str, int](), dict[str, float](), dict[str, float](), 0.0
    ribbons, boxes, texts, placed = (list[str](), list[str]()), list[str](), list[str](), columns(root, set(drawn))
    for column, keys in enumerate(placed):
        x, free = column * ACROSS, 4.0
        for key in keys:
            into = sorted((tops[caller] + taken[caller], caller, value) for (caller, called), value in drawn.items() if called == key)
            wide = [sum(abs(value) for pair, value in drawn.items() if pair[side] == key) * size for side in (0, 1)]
            height, rows = max(*wide, TALL * (key == root)), wrap(spaced(names[key], lang), LETTERS, max_lines=2, placeholder=" …")
            y = tops[key] = max([free, *(each[0] for each in into[:1])])
            rights[key], taken[key], at = x + BOX, 0.0, y
            for _, caller, value in into:
                width = abs(value) * size
                shape = _ribbon(rights[caller], tops[caller] + taken[caller], x, at, width)
                ribbons[value > 0].append(f'<path d="{shape}"/>')
                taken[caller] += width
                at += width
            boxes.append(f"M{x} {short(y)}h{BOX}v{short(height)}h-{BOX}z")
            whole = total if key == root else sum(each[2] for each in into)
            first = y + max(10.0, height / 2 - ROW * len(rows) / 2 + 4)
            texts.append(f'<text x="{x + BOX + 4}" y="{first:.0f}" class="scenario">{escape(spaced(share(whole, total, lang), lang))}</text>')
            texts += [f'<text x="{x + BOX + 4}" y="{first + ROW * n:.0f}">{escape(row)}</text>' for n, row in enumerate(rows, 1)]
            free = y + max(height, ROW * (len(rows) + 1.0)) + 7
        bottom = max(bottom, free)
    width = ACROSS * len(placed)
    size_text = f'viewBox="-1 0 {width + 1} {bottom:.0f}" style="min-width:{width * 0.74:.0f}px;max-width:{width * 1.25:.0f}px"'
    bands = "".join(f'<g class="{kind}">{"".join(each)}</g>' for kind, each in zip(("low", "ribbon"), ribbons, strict=True) if each)
    return Markup(f'<svg class="flow" {size_text} role="img" aria-label="{escape(spaced(told, lang))}">{bands}'
                  f'<path d="{"".join(boxes)}" class="dot"/>{"".join(texts)}</svg>')  # fmt: skip


def _ribbon(left: float, start: float, right: float, end: float, width: float) -> str:
    """From one upper edge to the other and back below."""
    across, bend, down, back = short(right - left), short((right - left) / 2), short(end - start), short(start - end)
    return f"M{left} {short(start)}c{bend} 0 {bend} {down} {across} {down}v{short(width)}c-{bend} 0 -{bend} {back} -{across} {back}z"
