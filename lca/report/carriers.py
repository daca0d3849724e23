"""Where delivered electricity comes from: the mix behind it, its year, its losses, and what one unit scores."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.processes import BackgroundExchange
from lca.report.sentences import NO_BREAK, SEMICOLON, figure, share, unit_text
from lca.results import Results
from lca.wording import percent

PLANTS = 5


def electricity(results: Results, rows: Sequence[BackgroundExchange], lang: str) -> dict[str, Any]:
    """The carriers that the foreground buys in any scenario, a row for each."""
    background, picked = results.background, results.headline
    chosen = background.positions(results.indicators[i].key for i in picked)
    products = list(background.products.values())
    counted = results.line_inputs[:, results.quantities.any(axis=(0, 1))]
    used = [n for n in sorted({int(each) for each in counted.ravel()}) if n < len(products) and products[n].part == "carrier"]
    scores = background.unit[used].sum(axis=1)[:, chosen]
    scales = [results.indicators[i].scale(float(np.abs(scores[:, n]).max(initial=0.0))) for n, i in enumerate(picked)]
    per = products[used[0]].unit if used else ""
    heads = [(results.indicators[i].label(lang), f"{unit_text(scale[0], lang)}/{per}") for i, scale in zip(picked, scales, strict=True)]
    table = []
    for place, n in enumerate(used):
        cells = [figure(float(score) / scale[1], lang) for score, scale in zip(scores[place], scales, strict=True)]
        table.append({"label": getattr(products[n], f"label_{lang}"), "cells": cells, **_origin(results, products[n].key, rows, lang)})
    return {"heads": heads, "rows": table, "mixes": {each["mix"]: each["plants"] for each in table if each["plants"]}}


def _origin(results: Results, carrier: str, rows: Sequence[BackgroundExchange], lang: str) -> dict[str, str]:
    """The chain of carriers down to the plants: which mix, of which years, with which losses."""
    products = results.background.products
    plants, losses, mixes, years = defaultdict[str, float](float), 0.0, list[str](), set[str]()
    waiting, seen = [(carrier, 1.0)], set[str]()
    while waiting:
        key, amount = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        for each in (row for row in rows if row.process == key and row.input in products):
            part = products[each.input].part
            if part == "carrier":
                waiting.append((each.input, amount * each.amount))
            elif part == "grid":
                plants[each.input] += amount * each.amount
                mixes.append(key)
                years.add(each.row.text("year"))
            elif products[each.input].unit == products[carrier].unit:
                losses += amount * each.amount
    total = sum(plants.values())
    largest = sorted(plants, key=lambda key: -plants[key])[:PLANTS]
    named = [f"{getattr(products[key], f'label_{lang}')}{NO_BREAK}{share(plants[key], total, lang)}" for key in largest]
    mix = ", ".join(getattr(products[key], f"label_{lang}") for key in dict.fromkeys(mixes))
    return {"mix": mix, "plants": SEMICOLON[lang].join(named), "years": ", ".join(sorted(years - {""})), "losses": percent(losses, lang)}
