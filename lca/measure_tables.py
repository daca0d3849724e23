"""What to measure next as sentences, rows of text and plain data, for the screen, the report and files alike."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.arithmetic import plain
from lca.draws import Foreground, grouped
from lca.measure_next import COVERED, Change, Finding, Points, background_variance, measure_next, recommended
from lca.monte_result import FEWEST, Draws
from lca.monte_tables import Rows
from lca.results import Results
from lca.sobol import BACKGROUND, OTHERS, Sobol, Target
from lca.wording import listed, localise, percent, quantity, say

MOST_WORDS, MOST_POINTS = 10, 5  # findings that are told; data points that are named per alternative
LEAST = 0.005  # of the variance, for a factor that is shown
EDGES = (0.001, 0.999)  # quantiles that stand for an open end


def words(draws: Draws, lang: str, scenario: int = 0, findings: Sequence[Finding] | None = None) -> list[str]:
    """What is recommended and which single values would change it, most likely first; else a sentence that says there are none."""
    chosen = recommended(draws, scenario)
    if not chosen:
        why = "few" if draws.count[scenario] < FEWEST else "unreached" if draws.results.may_rank(scenario) and draws.totals.shape[1] > 1 else "unranked"
        return [say(f"next_{why}", lang, least=FEWEST)]
    results, foreground = draws.results, Foreground(draws.results.study)
    found = measure_next(draws, scenario) if findings is None else findings
    standing = grouped((best, results.indicators[i].label(lang)) for i, best in chosen.items())
    told = [say("next_standing", lang, name=results.labels(lang)[0][best], indicators=listed(names, lang)) for best, names in standing.items()]
    alike = grouped(((each.stream, each.probability, each.changes), each) for each in found)  # what decides on the quality does so in all indicators
    told += [_told(results, foreground, each, lang) for each in list(alike.values())[:MOST_WORDS]]
    if not found:
        told.append(say("next_none", lang, count=len(foreground.streams), n=localise(f"{draws.n:,}", lang)))
    if len(alike) > MOST_WORDS:
        told.append(say("next_more", lang, count=len(alike) - MOST_WORDS))
    return told


def _told(results: Results, foreground: Foreground, findings: list[Finding], lang: str) -> str:
    """The sentence of a value that changes one or more indicators in the same way."""
    first = findings[0]
    widest = max(first.changes, key=lambda each: each.high - each.low)
    low, high = (quantity(*_amount(foreground, first.stream, min(max(each, EDGES[0]), EDGES[1])), lang) for each in (widest.low, widest.high))
    kind = "several" if len(first.changes) > 1 else "below" if widest.low == 0 else "above" if widest.high == 1 else "between"
    names = listed([results.indicators[each.indicator].label(lang) for each in findings], lang)
    said = say(f"next_{kind}", lang, label=stream_label(results, foreground, first.stream, lang), named=first.stream, share=percent(first.probability, lang),
               indicators=names, count=len(first.changes), low=low, high=high, name=results.labels(lang)[0][widest.alternative])  # fmt: skip
    gain = max(each.gain for each in findings)
    return f"{said} {say('next_gain', lang, gain=percent(gain, lang)) if gain else say('next_quality', lang)}"


def stream_label(results: Results, foreground: Foreground, stream: str, lang: str) -> str:
    """The labels of what a stream moves."""
    return listed([each.parameter.about.get(f"label_{lang}") or each.name for each in foreground.streams[stream]], lang)


def _amount(foreground: Foreground, stream: str, share: float) -> tuple[float, str]:
    """What a stream is at a quantile, in the unit of its parameter (of a group: of its first), and that unit."""
    variable = foreground.streams[stream][0]
    unit = variable.parameter.unit
    return float(foreground.value(variable, np.array([share]))[0]) / unit.factor, unit.text


def background_points(results: Results, lang: str, row: int = 0, points: Points | None = None) -> Rows:
    """Per alternative how many data points of the background carry nearly all of the variance, and the largest of them, by
    their mean share over the headline indicators."""
    points, picked, groups = points or background_variance(results, row), results.headline, []
    count = localise(f"{len(points.names):,}", lang)
    for a, alternative in enumerate(results.labels(lang)[0]):
        carry = [say("next_of", lang, count=len(points.enough(a, i)), total=count) for i in picked]
        rows = [(say("next_enough", lang, share=percent(COVERED, lang)), carry)]
        shares = points.shares[:, a, picked]
        for n in np.argsort(-shares.mean(axis=1), kind="stable")[:MOST_POINTS]:
            rows.append((_point_label(results, points, int(n), lang), [percent(float(each), lang) for each in shares[n]]))
        groups.append((alternative, rows))
    return groups


def _point_label(results: Results, points: Points, number: int, lang: str) -> str:
    row = points.rows.rows[points.rows.streams[points.names[number]][0]]
    if group := row.row.text("together"):
        return say("next_group", lang, name=group)
    return say("next_row", lang, input=results.name_label(row.input, lang), process=results.name_label(row.process, lang))


def sobol_rows(found: Sobol, lang: str) -> Rows:
    """Per total and difference its factors, and per headline indicator their first-order and total index, each with its error."""
    results, groups = found.draws.results, []
    foreground, names = Foreground(results.study), results.labels(lang)[0]
    for (first, second), numbers in grouped(((each[1], each[2]), n) for n, each in enumerate(found.targets)).items():
        place = {found.targets[n][0]: n for n in numbers}
        rows = []
        most = found.total[numbers].max(axis=0)
        for k in (each for each in np.argsort(-most, kind="stable") if most[each] >= LEAST):
            pairs = [[(found.first[n, k], found.first_error[n, k]), (found.total[n, k], found.total_error[n, k])] for n in numbers]
            told = [[say("next_error", lang, share=round(100 * share), error=round(100 * error)) for share, error in pair] for pair in pairs]
            cells = {i: "\n".join(each) for i, each in zip(place, told, strict=True)}
            rows.append((_factor_label(results, foreground, found.factors[k], lang), [cells.get(i, "") for i in results.headline]))
        head = say("next_total", lang, name=names[first]) if second is None else say("next_difference", lang, first=names[first], second=names[second])
        groups.append((head, rows))
    return groups


def _factor_label(results: Results, foreground: Foreground, factor: tuple[str, ...], lang: str) -> str:
    if factor[0] in (OTHERS, BACKGROUND) and factor[0] not in foreground.streams:
        return say(f"next_{factor[0]}", lang)
    return listed([f"{stream_label(results, foreground, each, lang)} [{each}]" for each in factor], lang)


def as_dictionary(draws: Draws, findings: Sequence[Finding], points: Points, found: Sobol | None, scenario: int = 0) -> dict[str, Any]:
    """All of it in plain words and numbers, values in the unit of their parameter."""
    results, foreground = draws.results, Foreground(draws.results.study)
    alternatives, indicators = list(results.study.alternatives), [each.key for each in results.indicators]

    def change(each: Finding, one: Change) -> dict[str, Any]:
        ends = {key: None if share in (0, 1) else _amount(foreground, each.stream, share)[0] for key, share in (("from", one.low), ("to", one.high))}
        return {"name": each.stream, "unit": _amount(foreground, each.stream, 0.5)[1], "indicator": indicators[each.indicator], "probability": each.probability,
                "gain": each.gain, **ends, "alternative": alternatives[one.alternative]}  # fmt: skip

    def index(target: Target, n: int, k: int) -> dict[str, Any]:
        assert found is not None
        what = {"alternative": alternatives[target[1]], "less": None if target[2] is None else alternatives[target[2]]}
        numbers = {key: plain(getattr(found, key)[n, k]) for key in ("first", "first_error", "total", "total_error")}
        return {"name": " & ".join(found.factors[k]), "indicator": indicators[target[0]], **what, **numbers}

    carry = [{"name": points.names[n], "indicator": indicators[i], "alternative": name, "share": float(points.shares[n, a, i])}
             for a, name in enumerate(alternatives) for i in results.headline for n in points.enough(a, i)]  # fmt: skip
    return {
        "study": results.study.key, "scenario": results.scenarios[scenario], "draws": draws.n, "seed": draws.seed,
        "recommended": {indicators[i]: alternatives[best] for i, best in recommended(draws, scenario).items()},
        "next": [change(each, one) for each in findings for one in each.changes],
        "sobol": [index(target, n, k) for n, target in enumerate(found.targets) for k in range(len(found.factors))] if found else [],
        "background": carry, "background_rows": len(points.names),
    }  # fmt: skip
