"""Results set beside something: scenarios and indicators, quality, the world per person, lay terms, what others ask for, and the three checks."""

from typing import Any

import numpy as np

from lca.documents import read_csv
from lca.folders import PACKAGE, shipped
from lca.monte_result import Draws, Pair
from lca.report import charts
from lca.report.checklist import for_the_public
from lca.report.digital import climate_of, electric
from lca.report.evidence import MANY, amount
from lca.report.sentences import figure, listed, unit_text
from lca.report.summary import ranked
from lca.results import Results
from lca.wording import any_label, localise, number, percent, say, tag_keys, tag_label

SHADES, MOST = 5, 3  # shades of the heat map; equivalences of a page


def heat(results: Results, lang: str) -> dict[str, Any]:
    """Scenarios by indicators: each alternative against the first one there, the darker the farther from it."""
    if len(results.scenarios) * (len(results.study.alternatives) - 1) < 2:
        return {}
    alternatives, scenarios = results.labels(lang)
    with np.errstate(all="ignore"):
        ratios = results.totals[1:] / results.totals[:1]

    def cell(a: int, r: int, i: int) -> tuple[str, str]:
        ratio = float(ratios[a, r, i])
        if not np.isfinite(ratio) or ratio <= 0:
            return say("no_value", lang), ""
        shade = min(SHADES, round(2 * abs(float(np.log2(ratio)))))
        text = localise(f"{ratio:.2f}", lang) if ratio < 10 else number(ratio, lang)
        return text, f"{'up' if ratio > 1 else 'down'}{shade}" if shade else ""

    rows = [{"scenario": scenario, "rows": [{"label": alternatives[a + 1], "cells": [cell(a, r, i) for i in results.headline]} for a in range(len(ratios))]}
            for r, scenario in enumerate(scenarios)]  # fmt: skip
    picked = ratios[:, :, results.headline]
    same = sum(bool((picked[a, :, n] < 1).all() or (picked[a, :, n] > 1).all()) for a in range(len(ratios)) for n in range(picked.shape[2]))
    return {"rows": rows, "finding": say("heat_finding", lang, same=same, count=len(ratios) * picked.shape[2], first=alternatives[0])}


def frontiers(results: Results, lang: str) -> list[dict[str, Any]]:
    """Quality against each headline indicator, where qualities differ or some fall below the least one."""
    quality, least = results.quality[:, 0], results.study.functional_unit.at_least
    if np.ptp(quality) <= 1e-9 and results.comparable[:, 0].all():
        return []
    names, shown = results.labels(lang)[0], []
    for i in results.headline:
        totals, fits = results.totals[:, 0, i], results.comparable[:, 0]
        if not np.isfinite(totals).all():
            continue
        best = [a for a in range(len(names)) if fits[a] and not any(
            fits[b] and totals[b] <= totals[a] and quality[b] >= quality[a] and (totals[b], quality[b]) != (totals[a], quality[a]) for b in range(len(names))
        )]  # fmt: skip
        told = {"indicator": results.indicators[i].label(lang), "alternatives": listed([names[a] for a in best], lang)}
        title = say(f"frontier_{('none', 'one')[len(best)] if len(best) < 2 else 'title'}", lang, **told)
        points = [(names[a], float(totals[a]), float(quality[a]), bool(fits[a])) for a in range(len(names))]

        def show(value: float, i: int = i) -> str:
            return amount(results, i, value, lang)

        limit, axes = (least, say("frontier_least", lang, least=percent(least, lang))), (told["indicator"], say("quality", lang))
        svg = charts.frontier(points, limit, axes, show, lambda share: percent(share, lang), title, lang)
        shown.append({"title": title, "svg": svg})
    return shown


def drawn_figures(results: Results, lang: str) -> list[dict[str, Any]]:
    """How the totals of the first scenario spread over the draws, and in which part of them the lowest is below the next."""
    draws, shown = results.drawn, list[dict[str, Any]]()
    names = results.labels(lang)[0]
    for i in results.headline if draws else ():
        order, label, size = ranked(results, 0, i), results.indicators[i].label(lang), results.scale(i)[1]
        title = say("draws_figure_plain", lang, indicator=label)
        if order:
            pair = draws.pair(order[0], order[1], 0, i)
            title = say("draws_figure", lang, indicator=label, first=names[order[0]], second=names[order[1]], share=percent(pair.below, lang))
        rows = [(name, draws.totals[:, a, 0, i], amount(results, i, float(draws.percentiles[2, a, 0, i]), lang)) for a, name in enumerate(names)]
        shown.append({"title": title, "svg": charts.spreads(rows, lambda value, size=size: figure(value / size, lang), title, lang)})  # type: ignore[misc]
    return shown


def told_pairs(draws: Draws) -> list[list[Pair]]:
    """Per scenario the pairs of alternatives to show: all; where alternatives are many, those with the first or a lowest one, and
    in further scenarios those of which a verdict is another than in the first."""
    pairs, results = [list(draws.pairs(r)) for r in range(len(draws.results.scenarios))], draws.results
    if len(results.study.alternatives) <= MANY:
        return pairs
    ends = {0, *np.nan_to_num(results.totals[:, 0, results.headline], nan=np.inf).argmin(axis=0).tolist()}
    shown = [{(each.first, each.second) for each, at_first in zip(found, pairs[0], strict=True)
              if (each.verdict != at_first.verdict if r else ends & {each.first, each.second})} for r, found in enumerate(pairs)]  # fmt: skip
    return [[each for each in found if (each.first, each.second) in some] for found, some in zip(pairs, shown, strict=True)]


def per_person(results: Results, lang: str) -> dict[str, Any]:
    """Totals as parts of what a person of the world causes in a year, and of an equal share of planetary boundaries; where method and unit are those of EF."""
    known = {str(row["indicator"]): row for row in read_csv(shipped("impact_methods") / "normalisation.csv",
             ("indicator", "world_per_person", "boundary_per_person", "source", "boundary_source"))}  # fmt: skip
    weights = {str(row["indicator"]): row for row in read_csv(shipped("inventories") / "weighting.csv", ("indicator", "weight", "source"))}
    rows, weighted, without, cited = list[dict[str, Any]](), list[dict[str, Any]](), list[str](), list[str]()
    for i, each in enumerate(results.indicators):
        if each.key not in known:
            without += [each.label(lang)] if i in results.headline else []
            continue
        for column, source, key in (("world_per_person", "source", "normal_world"), ("boundary_per_person", "boundary_source", "normal_boundary")):
            whole = float(known[each.key].text(column))
            cells = [figure(float(value) / whole, lang) for value in results.totals[:, 0, i]]
            rows.append({"label": each.label(lang), "what": say(key, lang, value=figure(whole, lang), unit=unit_text(each.unit, lang)), "cells": cells})
            cited.append(known[each.key].text(source))
        if each.key in weights and not for_the_public(results.study):
            weight = float(weights[each.key].text("weight")) / 100
            cells = [figure(weight * float(value) / float(known[each.key].text("world_per_person")), lang) for value in results.totals[:, 0, i]]
            weighted.append({"label": each.label(lang), "what": localise(f"{100 * weight:.2f} %", lang), "cells": cells})
            cited.append(weights[each.key].text("source"))
    return {"rows": rows, "weighted": weighted, "without": listed(without, lang), "sources": _sources(results, cited)}


def _sources(results: Results, keys: list[str]) -> list[tuple[str, str, str]]:
    return [(each.citation, each.url, each.note) for each in (results.study.sources[key] for key in dict.fromkeys(keys))]


def equivalences(results: Results, lang: str) -> dict[str, Any]:
    """At most three per page, beside the number, never in its place; for the first scenario."""
    rows, cited, keys = list[dict[str, Any]](), list[str](), [results.indicators[i].key for i in results.headline]
    for row in read_csv(shipped("inventories") / "equivalences.csv", ("indicator", "amount", "label_en", "label_fr", "unit", "year", "source")):
        if row["indicator"] in keys and len(rows) < MOST:
            i = results.study.indicators.index(row.text("indicator"))
            values = results.totals[:, 0, i] / float(row.text("amount"))
            texts = [f"{figure(float(each), lang)} {row['unit']}" for each in values]
            cells = [(amount(results, i, float(total), lang), text) for total, text in zip(results.totals[:, 0, i], texts, strict=True)]
            rows.append({"label": results.indicators[i].label(lang), "what": row.text(f"label_{lang}"), "year": row.text("year"), "cells": cells})
            cited.append(row.text("source"))
    return {"rows": rows, "sources": _sources(results, cited)}


def model_cards(results: Results, lang: str) -> list[tuple[str, str]]:
    """Per alternative with electricity in the tasks that others ask for: the blocks of a model card and of a bill of materials, per functional unit."""
    asked = list(read_csv(PACKAGE / "report" / "model_card.csv", ("task", "stage", "emissions", "energy")))
    climate = climate_of(results)
    unit, products = getattr(results.study.functional_unit, f"text_{lang}"), list(results.background.products.values())
    powered = electric(results)
    cards = []
    for a, name in enumerate(results.labels(lang)[0]):
        lines, places = list[str](), dict[str, None]()
        for row in asked:
            energy = 0.0
            for n, line in enumerate(results.lines):
                if powered[n] and (line.tags.get("task"), line.tags.get("stage")) == (row["task"], row["stage"]):
                    energy += float(results.quantities[a, 0, n])
                    places |= {any_label(products[int(results.line_inputs[0, n])].location, lang): None} if results.quantities[a, 0, n] else {}
            if not energy:
                continue
            if row["emissions"] and climate is not None:
                names, sums = results.group("task")
                grams = 1000 * float(sums[a, 0, names.index(row.text("task")), climate])
                todo = say("card_empty", lang)
                lines += [f"{row['emissions']}:", f"  emissions: {grams:.4g}  # g CO2-eq",
                          f'  source: "lca {results.about["version"]}, {say("card_source", lang)}"',
                          f'  training_type: ""  # {todo}', f"  geographical_location: {_quoted(', '.join(places))}",
                          f'  hardware_used: ""  # {todo}']  # fmt: skip
            lines += [] if any(each == "energyConsumption:" for each in lines) else ["energyConsumption:"]
            lines += [f"  {row['energy']}:", f"    - energyQuantity: {energy:.4g}", "      energyUnit: kilowattHour"]
        if lines:
            cards.append((name, "\n".join([f"# {say('card_per', lang, unit=unit)}", *lines])))
    return cards


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "").replace('"', "'") + '"'


def checks(results: Results, lang: str) -> dict[str, Any]:
    """Completeness by stage and alternative, what was varied, and whether the alternatives rest on the same ground."""
    names, sums = results.group("stage")
    stages = tag_keys("stage")
    complete = [(tag_label("stage", stage, lang), [say("check_counted" if stage in names and sums[a, 0, names.index(stage)].any() else "check_nothing", lang)
                 for a in range(len(sums))]) for stage in stages]  # fmt: skip
    varied = [say("check_local", lang) if results.decided else say("check_local_not", lang)]
    varied.append(say("check_global", lang, count=results.drawn.n) if results.drawn else say("check_global_not", lang))
    varied.append(say("check_worlds", lang, count=len(results.decided.grid.worlds)) if results.decided and results.decided.grid else say("check_choices", lang))
    same = [(say(f"check_{key}", lang), [say("check_same", lang)] * len(sums)) for key in ("unit", "background", "methods")]
    same.append((say("check_quality", lang), [percent(float(each), lang) for each in results.quality[:, 0]]))
    levels = results.levels[:, 0] != 0
    same.append((say("check_processes", lang), [str(len({results.study.model.nodes[n].process.key for n in np.flatnonzero(row)})) for row in levels]))
    given = sorted(
        {results.process_label(each.process.key, lang) for n, each in enumerate(results.study.model.nodes) if each.process.given and levels[:, n].any()}
    )
    return {"complete": complete, "varied": varied, "same": same,
            "gaps": say("check_gaps", lang, count=len(results.study.left_out), flows=len(results.uncounted())),
            "given": say("check_given", lang, processes=listed(given, lang)) if given else ""}  # fmt: skip
