"""Data held against themselves: ranges, masses of devices, energy and carbon; what goods and energy are taken; what leaves without being followed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import numpy as np

from lca.calculation import needed, running_processes
from lca.citations import background_in_use, inventory_gaps
from lca.documents import read_csv
from lca.folders import PACKAGE, shipped
from lca.ranges import DEFAULT, EXACT
from lca.report.sentences import NO_BREAK, figure, listed, share, unit_text, written
from lca.results import Results
from lca.review_basis import assumed_rows, assumed_values, values_in_use
from lca.wording import localise, percent, say, tag_keys, tag_label

CLOSE, CUT, SMALL, MOST = 0.05, 0.01, 0.001, 8  # of carbon; of the mass, as a cut-off; of a total, to be shown; goods and devices that are listed
MASS, ENERGY, HEAT, PRIMARY = "kg", "kWh", "MJ", "primary_energy"
MADE, DISCARDED, CARRIER = "manufacturing", "end_of_life", "carrier"
CARBON = "carbon_dioxide"  # a column of fuel_properties.csv, and how the flows of that gas begin


def checks(results: Results, lang: str) -> dict[str, Any]:
    """All that the section shows."""
    return {"plausible": plausibility(results, lang), "masses": masses(results, lang), "closed": energy_and_carbon(results, lang),
            "taken": flows(results, lang), "co_products": co_products(results, lang), "treatments": treatments(results, lang),
            "requirements": requirements(lang)}  # fmt: skip


def plausibility(results: Results, lang: str) -> list[str]:
    """What has a range and lies in it, by name where it does not; where the ranges of the background come from."""
    used, rows = {name: results.study.model.variables[name].parameter for name in values_in_use(results, 0)}, background_in_use(results)
    ranged = sum(each.low is not None for each in used.values())
    outside = [(name, r) for name, each in used.items() for r, value in enumerate(results.values[name]) if each.is_beyond(float(value))]
    told = listed([say("dq_in_scenario", lang, name=name, scenario=results.labels(lang)[1][r]) for name, r in outside], lang)
    origin = Counter(each.origin for each in rows)
    ranges = {"count": len(used), "ranged": ranged, "inside": ranged - len({name for name, _ in outside}),
              "allowed": sum(bool(each.allowed) for each in used.values())}  # fmt: skip
    behind = {"rows": len(rows), "own": len(rows) - origin[DEFAULT] - origin[EXACT], "default": origin[DEFAULT], "exact": origin[EXACT]}
    return [say("dq_ranges", lang, **{key: written(each, lang) for key, each in ranges.items()}),
            *([say("dq_outside", lang, values=told)] if outside else []),
            *([say("dq_bases", lang, values=_counted(lang, "basis", (each.basis for each in used.values())))] if used else []),
            say("dq_rows", lang, **{key: written(each, lang) for key, each in behind.items()})]  # fmt: skip


def _counted(lang: str, kind: str, found: Iterable[str]) -> str:
    """How many there are of each word of a list of the nomenclature."""
    counts = Counter(found)
    return listed([f"{tag_label(kind, each, lang).lower()}{NO_BREAK}{counts[each]}" for each in tag_keys(kind) if counts[each]], lang)


def treatments(results: Results, lang: str) -> str:
    """How many gaps are treated in which way, and how many values in use are estimates."""
    told = [each["treatment"] for each in results.study.left_out.values()] + [each[-1] for each in inventory_gaps(results, lang)]
    assumed = assumed_values(results, 0).intersection(values_in_use(results, 0))
    return say("dq_gaps", lang, count=len(told), treatments=_counted(lang, "treatment", told), assumed=written(len(assumed), lang),
               rows=written(len(assumed_rows(results)), lang))  # fmt: skip


def masses(results: Results, lang: str) -> dict[str, Any]:
    """Per device that runs the mass bought for one and the most that one treatment takes at its end; parts end with what they are built into."""
    study, products = results.study, list(results.background.products.values())
    nodes = {node.process.key: n for n, node in enumerate(study.model.nodes) if node.process.device and results.levels[:, 0, n].any()}
    demand = np.array([study.units.unit(study.model.nodes[n].process.unit).factor for n in nodes.values()])
    amounts, found = needed(study, list(nodes.values()), demand, results.call_amounts, results.line_amounts)[:, 0], list[tuple[float, tuple[str, ...]]]()
    for key, row in zip(nodes, amounts, strict=True):
        bought, treated = 0.0, defaultdict[str, float](float)
        for n in (n for n in np.flatnonzero(row) if results.line_inputs[0, n] < len(products)):
            product, stage = products[results.line_inputs[0, n]], results.lines[n].tags["stage"]
            if product.unit == MASS and stage == DISCARDED:
                treated[product.key] += float(row[n])
            elif product.unit == MASS and stage == MADE:
                bought += float(row[n]) * _is_good(product.key)
        if bought > 0 and max(treated.values(), default=0.0) > 0:
            ratio = bought / max(treated.values())
            found.append((ratio, (results.process_label(key, lang), figure(bought, lang), figure(max(treated.values()), lang), localise(f"{ratio:.2f}", lang))))
    found.sort(key=lambda each: -abs(np.log(each[0])))
    ends = {end: localise(f"{choose(each[0] for each in found):.2f}", lang) for end, choose in (("low", min), ("high", max)) if found}
    slots = {"dq_masses": len(found), "dq_no_mass": len(nodes) - len(found), "dq_more": max(0, len(found) - MOST)}
    return {"rows": [each[1] for each in found[:MOST]], "told": [say(key, lang, count=count, **ends) for key, count in slots.items() if count]}


def energy_and_carbon(results: Results, lang: str) -> list[str]:
    """No delivered energy holds less primary energy than itself; what burns to give energy or transport emits the carbon of its fuel."""
    background, unit, told = results.background, results.study.units.unit, list[str]()
    bought = {int(each) for each in results.line_inputs[0, results.quantities[:, 0].any(axis=0)]}
    carriers = {n: unit(each.unit) for n, each in enumerate(background.products.values()) if n in bought and each.part == CARRIER}
    if PRIMARY in results.study.indicators:
        scores = background.unit[..., background.positions([PRIMARY])[0]].sum(axis=1) * unit(HEAT).factor
        ratios = {n: float(scores[n]) / each.factor for n, each in carriers.items() if each.dimension == unit(ENERGY).dimension}
        least = min(ratios, key=lambda n: ratios[n], default=0)
        told += [say("dq_energy", lang, count=len(ratios), held=sum(each >= 1 for each in ratios.values()), ratio=localise(f"{ratios[least]:.2f}", lang),
                     carrier=results.name_label([*background.products][least], lang))] if ratios else []  # fmt: skip
    held = {row.text("fuel"): float(row.text(CARBON)) for row in read_csv(shipped("inventories") / "fuel_properties.csv", ("fuel", CARBON))}
    burned, emitted = defaultdict[str, float](float), defaultdict[str, float](float)
    for each in background_in_use(results):
        made = background.products[each.process].unit
        if made.endswith("*km") or unit(made).dimension == unit(ENERGY).dimension:  # no carbon can stay in transport or energy
            burned[each.process] += each.amount * held.get(each.input, 0.0)
            emitted[each.process] += each.amount * each.input.startswith(CARBON)
    closed = {key: emitted[key] / burned[key] for key in sorted(burned) if burned[key] and emitted[key]}
    apart = [f"{results.name_label(key, lang)}{NO_BREAK}({localise(f'{each:.2f}', lang)})" for key, each in closed.items() if abs(each - 1) > CLOSE]
    told += [say("dq_carbon", lang, count=len(closed), closed=len(closed) - len(apart), limit=percent(CLOSE, lang))] if closed else []
    return told + ([say("dq_carbon_apart", lang, processes=listed(apart, lang))] if apart else [])


def flows(results: Results, lang: str) -> dict[str, Any]:
    """Goods by mass, water and services apart, energy, and what is treated at the end, the largest first, with the largest share of each total; and
    what a cut-off by mass would have removed."""
    products, found = list(results.background.products.values()), defaultdict[str, dict[str, Any]](dict)
    for n in (n for n in np.flatnonzero(results.quantities[:, 0].any(axis=0)) if results.line_inputs[0, n] < len(products)):
        product = products[results.line_inputs[0, n]]
        if product.part == CARRIER or product.unit == MASS:
            of_mass = "treated" if results.lines[n].tags["stage"] == DISCARDED else "goods" if _is_good(product.key) else "apart"
            of_kind = found[CARRIER if product.part == CARRIER else of_mass]
            with np.errstate(all="ignore"):
                parts = np.nan_to_num(results.contributions[:, 0, n].sum(axis=1) / results.totals[:, 0])[:, results.headline]
            amount, carried = of_kind.get(product.key, (0.0, 0.0))
            of_kind[product.key] = amount + results.quantities[:, 0, n], carried + parts

    def largest(keys: list[str], of_kind: dict[str, Any]) -> list[str]:
        return [share(float(each), 1.0, lang) if each >= SMALL else "" for each in np.sum([of_kind[key][1] for key in keys], axis=0).max(axis=0)]

    tables = []
    for kind in (each for each in ("goods", "apart", CARRIER, "treated") if each in found):
        order = sorted(found[kind], key=lambda key: -float(np.abs(found[kind][key][0]).max()))
        rows = [(results.name_label(key, lang), unit_text(results.background.products[key].unit, lang),
                 [figure(float(value), lang) if value else "–" for value in found[kind][key][0]], largest([key], found[kind]))
                for key in order[:MOST]]  # fmt: skip
        rest = [(say("dq_others", lang, count=len(order) - MOST), "", [""] * len(results.totals), largest(order[MOST:], found[kind]))] if order[MOST:] else []
        tables.append((say(f"dq_{kind}", lang), [*rows, *rest]))
    goods = found["goods"].values()
    small = [carried for amount, carried in goods if (np.abs(amount) <= CUT * np.sum([each for each, _ in goods], axis=0)).all()]
    lost = np.sum(small, axis=0) if small else np.zeros((1, 1))
    a, i = np.unravel_index(int(lost.argmax()), lost.shape)
    finding = say("dq_cut", lang, count=len(goods), small=len(small), limit=percent(CUT, lang), share=percent(float(lost[a, i]), lang),
                  indicator=results.indicators[results.headline[int(i)]].label(lang), alternative=results.labels(lang)[0][int(a)])  # fmt: skip
    return {"tables": tables, "finding": finding if small else ""}


@lru_cache(maxsize=256)
def _is_good(product: str) -> bool:
    """Whether what is counted by mass is a thing, not water or a service done to a mass."""
    return not any(fnmatchcase(product, row.text("product")) for row in read_csv(PACKAGE / "report" / "no_goods.csv", ("product",)))


def co_products(results: Results, lang: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The processes in use that serve several purposes, by how their burden is shared: name, what else they give, and how."""
    running = {*running_processes(results), *(each.process for each in background_in_use(results))}
    rows = read_csv(shipped("inventories") / "multifunctional.csv", ("process", f"co_products_{lang}", "treatment", f"how_{lang}"))
    found: dict[str, list[tuple[str, str, str]]] = {key: [] for key in tag_keys("allocation")}
    for row in rows:
        if row["process"] in running:
            about = (results.name_label(row.text("process"), lang), row.text(f"co_products_{lang}"), row.text(f"how_{lang}"))
            found[row.text("treatment")].append(about)
    return [(tag_label("allocation", key, lang), told) for key, told in found.items() if told]


def requirements(lang: str) -> list[tuple[str, str, str]]:
    """What is required of the data, by aspect, and the section that tells how far they meet it."""
    rows = read_csv(PACKAGE / "report" / "requirements.csv", ("aspect_en", "aspect_fr", "text_en", "text_fr", "place"))
    return [(row.text(f"aspect_{lang}"), row.text(f"text_{lang}"), row.text("place")) for row in rows]
