"""What weighs, who can act on it, what an expert would stop at and what the boundary could do without: the headline totals of the first scenario."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from lca.documents import read_csv
from lca.expressions import Array
from lca.folders import PACKAGE
from lca.grades import LETTERS
from lca.report.evidence import line_keys, valued
from lca.report.sentences import NO_BREAK, figure, listed
from lca.report.summary import ranked
from lca.results import Results
from lca.review_basis import values_in_use
from lca.tables import graded
from lca.wording import percent, say, tag_keys, tag_label

CLASSES, MOST, ROWS = "ABCDE", 4, 14  # sentences per kind of anomaly; rows of the table, beside those that would turn an order
ROUNDING = 1e-9  # of a total: what differences of large numbers leave


@lru_cache(maxsize=1)
def limits() -> dict[str, float]:
    return {row.text("key"): float(row.text("limit")) for row in read_csv(PACKAGE / "report" / "limits.csv", ("key", "limit", "note"))}


def summed(results: Results, keys: Sequence[Any]) -> tuple[list[Any], Array]:
    """What lines of one key make together: the keys of what is counted, and key x alternative x headline indicator."""
    names, found = results.summed(keys, results.contributions[:, :1].sum(axis=3)[..., results.headline])
    sums = np.moveaxis(found[:, 0], 1, 0)
    counted = [n for n, each in enumerate(sums) if each.any()]
    return [names[n] for n in counted], sums[counted]


def shares(results: Results, values: Array) -> Array:
    """Parts of the size of each total; nothing where there is no total."""
    whole = np.broadcast_to(np.abs(results.totals[:, 0, results.headline]), values.shape)
    return np.asarray(np.nan_to_num(np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)))


def span(values: Array, lang: str) -> str:
    """From the least to the largest share, of those that have a value."""
    low, high = percent(float(np.nanmin(values)), lang), percent(float(np.nanmax(values)), lang)
    return low if low == high else say("from_to", lang, low=low, high=high)


def turned(results: Results, values: Array) -> list[int]:
    """The headline indicators in which the alternatives would stand in another order without these values (alternative x headline indicator)."""
    totals = results.totals[:, 0, results.headline]
    left, least = totals - values, ROUNDING * np.nanmax(np.abs(totals), axis=0, initial=0.0)
    return [i for k, i in enumerate(results.headline) if any(left[a, k] - left[b, k] > least[k] for a, b in combinations(ranked(results, 0, i), 2))]


def interpretation(results: Results, lang: str) -> dict[str, Any]:
    """The classes of dominance by cell, the actors, the anomalies, and what may be left out."""
    keys, sums = summed(results, [(line.tags.get("stage", ""), line.tags.get("task", "")) for line in results.lines])
    labels = [say("cell", lang, stage=tag_label("stage", stage, lang), task=tag_label("task", task, lang)) if task else tag_label("stage", stage, lang)
              for stage, task in keys]  # fmt: skip
    parts, bounds = np.abs(shares(results, sums)), np.array([limits()[each] for each in CLASSES[:-1]])
    turns, order = [turned(results, each) for each in sums], np.argsort(-parts.max(axis=(1, 2)), kind="stable")
    picked = [n for place, n in enumerate(order) if turns[n] or (place < ROWS and parts[n].max() > limits()["cut_off"])]
    rows = [{"label": labels[n], "turns": listed([results.indicators[i].label(lang) for i in turns[n]], lang),
             "cells": [(NO_BREAK.join(CLASSES[int((each <= bounds).sum())] for each in column), span(column, lang)) for column in parts[n].T]}
            for n in picked]  # fmt: skip
    others, (actors, reach) = np.delete(parts, picked, axis=0), summed(results, [line.tags.get("actor", "") for line in results.lines])
    reached = sorted(zip(actors, shares(results, reach), strict=True), key=lambda each: [*tag_keys("actor"), *actors].index(each[0]))
    return {"rows": rows, "rest": [say("cell_rest", lang, count=len(others), share=percent(float(others.max()), lang))] if len(others) else [],
            "actors": [(tag_label("actor", name, lang), [span(column, lang) for column in each.T]) for name, each in reached],
            "classes": {each: percent(limits()[each], lang) for each in CLASSES[:-1]},
            **_lines(results, labels, parts, [label for label, each in zip(labels, turns, strict=True) if each], lang)}  # fmt: skip


def _lines(results: Results, labels: list[str], parts: Array, turning: list[str], lang: str) -> dict[str, Any]:
    """How many cells could be left out, each alone, which would turn the order, and what a cut-off by lines would drop; per kind the anomalies."""
    lines, sums = summed(results, line_keys(results, lang))
    small, least = np.abs(shares(results, sums)).max(axis=(1, 2)) < limits()["cut_off"], percent(limits()["cut_off"], lang)
    kind = ("turns" if turning else "firm") if any(ranked(results, 0, i) for i in results.headline) else "unranked"
    boundary = [
        say("cut_off_free", lang, count=int((parts.max(axis=(1, 2)) <= limits()["cut_off"]).sum()), all=len(parts), least=least),
        say(f"cut_off_{kind}", lang, cells=listed([say("quoted", lang, text=each) for each in turning], lang)),
        say("cut_off_lines", lang, count=int(small.sum()), all=len(lines), least=least, span=span(shares(results, sums[small].sum(axis=0)), lang)),
    ]
    found = {"negative": _negative(results, lines, shares(results, sums), lang), "contrast": _contrasts(results, labels, parts, lang),
             "outside": _outside(results, lang), "ungraded": _ungraded(results, lang), **_totals(results, lang)}  # fmt: skip
    return {"boundary": boundary if lines else [say("cut_off_none", lang)], "turning": boundary[1:2] if lines else [], "anomalies": [
        (say(f"anomalies_{kind}", lang), [*texts[:MOST], *([say("anomaly_more", lang, count=len(texts) - MOST)] if len(texts) > MOST else [])])
        for kind, texts in found.items()]}  # fmt: skip


def _negative(results: Results, lines: list[tuple[str, str, str]], parts: Array, lang: str) -> list[str]:
    return [say("anomaly_negative", lang, alternative=name, indicator=results.indicators[i].label(lang), count=int((parts[:, a, k] < 0).sum()),
                share=percent(-float(parts[:, a, k].clip(max=0).sum()), lang), label=lines[int(parts[:, a, k].argmin())][2])
            for a, name in enumerate(results.labels(lang)[0]) for k, i in enumerate(results.headline) if (parts[:, a, k] < 0).any()]  # fmt: skip


def _contrasts(results: Results, labels: list[str], parts: Array, lang: str) -> list[str]:
    found, names, high, low = [], results.labels(lang)[0], parts.max(axis=2), parts.min(axis=2)
    odd = np.where((high > limits()["B"]) & (low <= limits()["D"]), high - low, 0.0)
    for n in (each for each in np.argsort(-odd.max(axis=1), kind="stable") if odd[each].any()):
        a = int(odd[n].argmax())
        most, least = (results.indicators[results.headline[int(each)]].label(lang) for each in (parts[n, a].argmax(), parts[n, a].argmin()))
        found.append(say("anomaly_contrast", lang, label=labels[n], alternative=names[a], high=percent(float(high[n, a]), lang),
                         low=percent(float(low[n, a]), lang), first=most, second=least))  # fmt: skip
    return found


def _outside(results: Results, lang: str) -> list[str]:
    found = []
    for name in values_in_use(results, 0):
        variable, value = results.study.model.variables[name], float(results.values[name][0])
        if (parameter := variable.parameter).is_beyond(value):
            ends = (end for end in (value, parameter.low, parameter.high) if end is not None)
            told = [valued(variable, each, lang) for each in ends]
            found.append(say("anomaly_outside", lang, label=parameter.about.get(f"label_{lang}") or name, name=name, value=told[0], low=told[1], high=told[2]))
    return found


def _ungraded(results: Results, lang: str) -> list[str]:
    worst, told = LETTERS[-1], list[str]()
    for name, letters, row in graded(results):
        heavy = [say("bracketed", lang, name=percent(part, lang), share=results.indicators[i].label(lang))
                 for i, letter, part in zip(results.headline, letters.values(), row, strict=True) if letter == worst and part > limits()["B"]]  # fmt: skip
        told += [say("anomaly_ungraded", lang, label=results.name_label(name, lang), worst=worst, values=listed(heavy, lang))] if heavy else []
    return told


def _totals(results: Results, lang: str) -> dict[str, list[str]]:
    zero, apart, names = list[str](), list[str](), results.labels(lang)[0]
    for i in results.headline:
        totals, label = results.totals[:, 0, i], results.indicators[i].label(lang)
        zero += [say("anomaly_zero", lang, alternative=names[a], indicator=label) for a in np.flatnonzero(totals == 0)]
        low, *_, high = sorted([(float(each), n) for n, each in enumerate(totals) if each > 0] or [(1.0, 0)]) * 2
        if high[0] > limits()["apart"] * low[0] and results.study.equalise_by != "side_by_side":  # readings may well differ
            apart.append(say("anomaly_apart", lang, indicator=label, first=names[low[1]], second=names[high[1]], ratio=figure(high[0] / low[0], lang)))
    return {"zero": zero, "apart": apart}
