"""The summary for lay readers: whole sentences, each number out of the one table."""

from typing import Any

import numpy as np

from lca.report.evidence import amount
from lca.report.sentences import figure, listed
from lca.results import Results
from lca.wording import percent, say, tag_label


def ranked(results: Results, row: int, indicator: int) -> list[int]:
    """Alternatives that may be put in an order, lowest first; none where fewer than two may or the inventory was not built for the indicator."""
    if indicator in results.uncovered:
        return []
    totals = results.totals[:, row, indicator]
    found = [a for a in np.argsort(totals, kind="stable") if results.comparable[a, row] and np.isfinite(totals[a])]
    return [int(a) for a in found] if len(found) > 1 and results.may_rank(row) else []


def summary(results: Results, lang: str) -> dict[str, list[Any]]:
    """What is compared, what was found per indicator, whether the order holds, and what weighs most."""
    alternatives, scenarios = results.labels(lang)
    study, picked = results.study, results.headline
    unit = getattr(study.functional_unit, f"text_{lang}")
    key = "sum_opening" if len(alternatives) > 1 else "sum_opening_one"
    found = [(results.indicators[i].label(lang), text) for i in picked if (text := _ranking(results, i, lang))]
    silent = found or study.equalise_by == "side_by_side"  # where the rule has said so
    outside = [*_outside(results, lang), *([] if silent else [say("sum_no_order", lang)])]
    opening = [say(key, lang, count=len(alternatives), unit=unit, scenario=scenarios[0]), _qualities(results, lang), *outside]
    return {"opening": opening, "outside": outside, "found": found, "order": _stability(results, picked, lang), "drivers": _drivers(results, picked, lang)}


def _qualities(results: Results, lang: str) -> str:
    unit, alternatives = results.study.functional_unit, results.labels(lang)[0]
    values = [say("sum_quality_each", lang, alternative=each, value=percent(float(results.quality[a, 0]), lang)) for a, each in enumerate(alternatives)]
    measure = getattr(unit, f"measure_{lang}")
    rule = say(f"sum_equalise_{results.study.equalise_by}", lang)
    return say("sum_quality", lang, measure=measure[:1].upper() + measure[1:], values=listed(values, lang), least=percent(unit.at_least, lang), rule=rule)


def _outside(results: Results, lang: str) -> list[str]:
    """What may not be compared, and in which scenarios."""
    alternatives, scenarios = results.labels(lang)
    sentences = []
    for a, alternative in enumerate(alternatives):
        where = [say("quoted", lang, text=each) for r, each in enumerate(scenarios) if not results.comparable[a, r]]
        if where:
            places = say("all_scenarios", lang) if len(where) == len(scenarios) else say("some_scenarios", lang, scenarios=listed(where, lang))
            sentences.append(say("sum_outside", lang, alternative=alternative, places=places))
    return sentences


def _ranking(results: Results, indicator: int, lang: str) -> str:
    order = ranked(results, 0, indicator)
    if not order:
        return ""
    alternatives, totals = results.labels(lang)[0], results.totals[:, 0, indicator]
    lowest = totals[order[0]]
    shown = [amount(results, indicator, float(each), lang) for each in totals]
    others = []
    for a in order[1:]:
        ratio = figure(float(totals[a] / lowest), lang) if lowest > 0 else ""
        others.append(say("sum_other" if ratio else "sum_other_plain", lang, alternative=alternatives[a], value=shown[a], ratio=ratio))
    told = {"alternative": alternatives[order[0]], "value": shown[order[0]], "others": listed(others, lang)}
    if results.drawn:
        low, high = (figure(float(each), lang) for each in results.drawn.percentiles[[0, -1], order[0], 0, indicator] / results.scale(indicator)[1])
        return say("sum_lowest_drawn", lang, low=low, high=high, **told)
    close = [a for a in order[1:] if lowest > 0 and totals[a] / lowest - 1 <= results.study.margin]
    near = listed([say("quoted", lang, text=alternatives[a]) for a in close], lang)
    tail = " " + say("sum_close", lang, margin=percent(results.study.margin, lang), alternatives=near) if close else ""
    return say("sum_lowest", lang, **told) + tail


def _stability(results: Results, picked: list[int], lang: str) -> list[str]:
    """Whether the order of the central values is the same in every indicator and scenario."""
    first = ranked(results, 0, picked[0])
    if not first:
        return []
    labels, scenarios = [results.indicators[i].label(lang) for i in picked], results.labels(lang)[1]
    changed = {r: [label for label, i in zip(labels, picked, strict=True) if ranked(results, r, i) != first] for r in range(len(scenarios))}
    same = say("sum_same_order" if len(picked) > 1 else "sum_one_indicator", lang)
    sentences = [say("sum_other_order", lang, first=labels[0], indicators=listed(changed[0], lang)) if changed[0] else same]
    if len(scenarios) > 1 and not any(changed.values()):
        sentences.append(say("sum_scenarios_same", lang))
    for r in range(1, len(scenarios)):
        if changed[r] and ranked(results, r, picked[0]):
            key = "sum_scenario_all" if changed[r] == labels else "sum_scenario_other"
            sentences.append(say(key, lang, scenario=scenarios[r], first=labels[0], indicators=listed(changed[r], lang)))
    return sentences


def _drivers(results: Results, picked: list[int], lang: str) -> list[tuple[str, str]]:
    """The task and the stage that weigh most in each alternative, with the range of their shares over the indicators."""
    found = []
    for a, alternative in enumerate(results.labels(lang)[0]):
        sound = [i for i in picked if np.isfinite(results.totals[a, 0, i]) and results.totals[a, 0, i] > 0]
        tags = [tag for tag in ("task", "stage") if sound and (tag == "stage" or any(results.group(tag)[0]))]
        parts = {tag: _heaviest(results, a, sound, tag, lang) for tag in tags}
        if parts:
            found.append((alternative, say("sum_driver" if "task" in parts else "sum_driver_stage", lang, **parts)))
    return found


def _heaviest(results: Results, alternative: int, picked: list[int], tag: str, lang: str) -> str:
    keys, sums = results.group(tag)
    shares = sums[alternative, 0][:, picked] / results.totals[alternative, 0, picked]
    top = np.argmax(shares, axis=0)
    parts = []
    for n in dict.fromkeys(int(each) for each in top):
        own = [float(shares[n, each]) for each in np.flatnonzero(top == n)]
        names = listed([results.indicators[picked[each]].label(lang).lower() for each in np.flatnonzero(top == n)], lang)
        low, high = percent(min(own), lang), percent(max(own), lang)
        spread = low if low == high else say("from_to", lang, low=low, high=high)
        label = tag_label(tag, keys[n], lang).lower()
        parts.append(say("sum_heaviest_all" if len(own) == len(picked) else "sum_heaviest", lang, label=label, share=spread, indicators=names))
    return listed(parts, lang)
