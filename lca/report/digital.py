"""What software and data centres are asked to report: carbon intensity by its parts, indicators of the site, and how much rests on assumptions."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.citations import picked_names
from lca.documents import read_csv
from lca.expressions import Array
from lca.folders import PACKAGE
from lca.report.evidence import amount, owner_of, shown
from lca.report.sentences import figure, unit_text
from lca.results import Results
from lca.review_basis import NONE, assumed_rows, shares_by_assumption
from lca.wording import percent, say, tag_label

CARRIER, UNIT = "carrier", "kWh"


def electric(results: Results) -> Any:
    """Which lines count electricity in the first scenario."""
    products = list(results.background.products.values())
    picks = [products[n] if n < len(products) else None for n in results.line_inputs[0]]
    return np.array([each is not None and (each.part, each.unit) == (CARRIER, UNIT) for each in picks])


def intensity(results: Results, lang: str) -> list[tuple[str, list[str]]]:
    """SCI = E x I + M per functional unit (ISO/IEC 21031), its parts, what it leaves out, and those of who provides and who uses a model."""
    climate = next((i for i, each in enumerate(results.indicators) if each.key == "climate_change"), None)
    running = np.array([line.tags.get("stage") == "use" for line in results.lines])
    powered = electric(results) & running
    energy = results.quantities[:, 0, powered].sum(axis=1)
    if climate is None or not energy.any():
        return []
    impacts: Array = results.contributions[:, 0, :, :, climate].sum(axis=2)
    sides = {str(row["task"]): str(row["side"]) for row in read_csv(PACKAGE / "report" / "intensity_sides.csv", ("task", "side"))}

    def part(mask: Any) -> Array:
        return np.asarray(impacts[:, mask].sum(axis=1))

    def told(values: Array) -> list[str]:
        return [amount(results, climate, float(each), lang) for each in values]

    operation, embodied = part(powered), part(~running)
    with np.errstate(all="ignore"):
        per_unit = [f"{figure(float(each), lang)} {unit_text('g CO2-eq', lang)}/{UNIT}" for each in 1000 * operation / energy]
    rows = [("energy", [f"{figure(float(each), lang)} {UNIT}" for each in energy]), ("per_unit", per_unit),
            ("operation", told(operation)), ("embodied", told(embodied)), ("sum", told(operation + embodied))]  # fmt: skip
    for side in ("provider", "consumer"):
        mask = np.array([sides.get(line.tags.get("task", "")) == side for line in results.lines]) & (powered | ~running)
        rows += [(side, told(part(mask)))] if part(mask).any() else []
    rows += [("outside", told(part(running & ~powered))), ("whole", told(results.totals[:, 0, climate]))]
    return [(say(f"sci_{key}", lang), cells) for key, cells in rows]


def site_indicators(results: Results, lang: str) -> list[tuple[str, str, str, str]]:
    """Indicators of data centres among the values in use: name, process, value in the first scenario, basis."""
    return sorted({(name, *about) for name, _, about in _named(results, "site_indicators.csv", lang)})


def sharing(results: Results, lang: str) -> dict[str, list[tuple[str, str, str, str]]]:
    """By what things used together are shared and dimensioned, among the values in use: time, capacity, peak."""
    found: dict[str, dict[tuple[str, float], list[tuple[str, str, str]]]] = {}
    for kind, name, about in _named(results, "sharing.csv", lang):
        label = results.study.model.variables[name].parameter.about.get(f"label_{lang}", name)
        found.setdefault(kind, {}).setdefault((label, round(float(results.values[name][0]), 9)), []).append(about)
    return {kind: [(label, say("dq_and_others", lang, name=rows[0][0], count=len(rows) - 1) if len(rows) > 1 else rows[0][0], *rows[0][1:])
                   for (label, _), rows in some.items()] for kind, some in found.items()}  # fmt: skip


def _named(results: Results, file: str, lang: str) -> list[tuple[str, str, tuple[str, str, str]]]:
    """The values in use that a table of the report lists: what it says of them, name, and process, value in the first scenario, basis."""
    known = {str(row["parameter"]): str(row["indicator"]) for row in read_csv(PACKAGE / "report" / file, ("parameter", "indicator"))}
    order, rows = {each: n for n, each in enumerate(known.values())}, []
    for name in sorted(picked_names(results)):
        if (key := name.rpartition(".")[2]) in known:
            variable = results.study.model.variables[name]
            value = f"{shown(variable, float(results.values[name][0]), lang)} {unit_text(variable.parameter.unit.text, lang)}".strip()
            where = results.process_label(owner_of(name), lang) if owner_of(name) else say("area_study", lang)
            rows.append((known[key], name, (where, value, tag_label("basis", variable.parameter.basis, lang) if variable.parameter.basis else "")))
    return sorted(rows, key=lambda row: order[row[0]])


def assumed(results: Results, lang: str) -> list[tuple[str, list[str]]]:
    """Per alternative the share of each headline total that passes through at least one assumption."""
    sound = shares_by_assumption(results, assumed_rows(results))[NONE][:, results.headline]
    return [(name, [percent(1 - float(each), lang) for each in row]) for name, row in zip(results.labels(lang)[0], sound, strict=True)]
