"""The net of an alternative with its effects on the world around, always apart from its total, and how much more use a saving bears."""

from typing import Any

import numpy as np

from lca.expressions import Array
from lca.report.sentences import figure, listed
from lca.results import Results
from lca.views import effects
from lca.wording import say

REBOUND, OFFSET, TIER = "rebound", "offset", "R08-5"  # kinds of effects; the item of the checklist under which an analyst enters the tier


def second_order(results: Results, lang: str) -> dict[str, Any]:
    """Net and rebound per alternative, and what is said of the tier."""
    known, found, nothing = results.study.effects, effects(results), np.zeros_like(results.totals)
    whole = sum((values for key, values in found.items() if known[key].kind != OFFSET), nothing)
    own = sum((values for key, values in found.items() if known[key].kind == REBOUND), nothing)[:, 0]
    entered = results.study.report.get(TIER, {}).get(f"text_{lang}", "")
    tier = [say("assess_list", lang, count=len(known), quantified=len(found)), say(f"assess_{'entered' if entered else 'none'}", lang, text=entered)]
    return {"net": _net(results, whole, lang), **_rebound(results, own, lang), "first": results.labels(lang)[0][0], "tier": tier}


def beside_first(results: Results, alternative: int) -> bool:
    """Whether an alternative may be set against the first one."""
    return results.may_rank(0) and bool(results.comparable[[0, alternative], 0].all())


def _net(results: Results, whole: Array, lang: str) -> list[tuple[str, Any]]:
    net, names, blocks = results.totals + whole, results.labels(lang)[0], []

    def cells(values: Array) -> list[str]:
        return [figure(float(values[i]) / results.scale(i)[1], lang) for i in results.headline]

    for a, (key, head) in enumerate(zip(results.study.alternatives, names, strict=True)):
        rows = [("net_total", cells(results.totals[a, 0])), ("net_effects", cells(whole[a, 0]))] if whole[a].any() else []
        low, high = cells(np.fmin.reduce(net[a])), cells(np.fmax.reduce(net[a]))
        ranges = [say("from_to", lang, low=each, high=other) for each, other in zip(low, high, strict=True)]
        rows += [("net_net", cells(net[a, 0])), *([("net_range", ranges)] if low != high else [])]
        rows += [("net_less", cells(net[a, 0] - net[0, 0]))] if a and beside_first(results, a) else []
        unknown = sum(key in each.unquantified for each in results.study.effects.values())
        blocks.append((head, [(say(label, lang, count=unknown, first=names[0]), told) for label, told in rows]))
    return blocks


def _rebound(results: Results, own: Array, lang: str) -> dict[str, Any]:
    blocks, unranked = list[tuple[str, Any]](), list[str]()
    for a, name in enumerate(results.labels(lang)[0][1:], 1):
        growth, left = list[str](), list[str]()
        for i in results.headline:
            (first, other), size = results.totals[[0, a], 0, i].tolist(), results.scale(i)[1]
            growth, left = [*growth, say("rebound_none", lang) if other >= first else "–"], [*left, "–"]
            if 0 < other < first:
                given = figure((first - other - float(own[a, i] - own[0, i])) / size, lang) if own[[0, a]].any() else say("not_quantified", lang)
                growth[-1], left[-1] = f"+{figure(100 * (first / other - 1), lang)} %", f"{figure((first - other) / size, lang)} / {given} / 0"
        if beside_first(results, a):
            blocks.append((name, [(say("rebound_growth", lang), growth), (say("rebound_left", lang), left)]))
        else:
            unranked.append(say("quoted", lang, text=name))
    return {"rebound": blocks, "unranked": [say("rebound_unranked", lang, alternatives=listed(unranked, lang))] if unranked else []}
