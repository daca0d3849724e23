"""What software and data centres are asked to report: carbon intensity by its parts and by what it is counted in, indicators of the sites, and how much
rests on assumptions."""

from typing import Any

import numpy as np

from lca.citations import picked_names
from lca.documents import Mapping, read_csv
from lca.expressions import Array
from lca.folders import PACKAGE
from lca.report.evidence import amount, owner_of, valued
from lca.report.sentences import figure, listed, unit_text, written
from lca.results import PARTS, Results
from lca.review_basis import NONE, assumed_rows, shares_by_assumption
from lca.views import fleets
from lca.wording import any_label, percent, say, tag_label

CARRIER, UNIT, GRID = "carrier", "kWh", PARTS.index("grid")
TASKS = {"provider": "training", "consumer": "inference"}  # whose processes are counted on each side of a model


def electric(results: Results) -> Any:
    """Which lines count electricity in the first scenario."""
    products = list(results.background.products.values())
    picks = [products[n] if n < len(products) else None for n in results.line_inputs[0]]
    return np.array([each is not None and (each.part, each.unit) == (CARRIER, UNIT) for each in picks])


def climate_of(results: Results) -> int | None:
    """Which indicator is that of climate change, where the study has it."""
    return next((i for i, each in enumerate(results.indicators) if each.key == "climate_change"), None)


def intensity(results: Results, lang: str) -> list[tuple[str, list[str]]]:
    """SCI = E x I + M per functional unit (ISO/IEC 21031), its parts, what it leaves out, and those of who provides and who uses a model."""
    climate = climate_of(results)
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
    rows = [(say(f"sci_{key}", lang), cells) for key, cells in (
        ("energy", [f"{figure(float(each), lang)} {UNIT}" for each in energy]), ("per_unit", per_unit), ("operation", told(operation)),
        ("embodied", told(embodied)), ("sum", told(operation + embodied)))]  # fmt: skip
    for side in ("provider", "consumer"):
        mask = np.array([sides.get(line.tags.get("task", "")) == side for line in results.lines]) & (powered | ~running)
        if (impact := part(mask)).any():
            rows += [(say(f"sci_{side}", lang), told(impact)), *intensities(results, climate, side, impact, lang)]
    return [*rows, (say("sci_outside", lang), told(part(running & ~powered))), (say("sci_whole", lang), told(results.totals[:, 0, climate]))]


def counts(results: Results, side: str, lang: str) -> list[tuple[str, Array]]:
    """What one side of a model is counted in, and how many stand behind a functional unit of every alternative: that unit itself where it is a thing
    that is counted; then what processes run by, or state as a value."""
    study, names, own = results.study, picked_names(results), results.study.functional_unit.amount
    counted = own.unit.text in study.units.declared and side == "consumer"
    found = [(unit_text(own.unit.text, lang), np.full(len(study.alternatives), own.number))] if counted else []
    for row in read_csv(PACKAGE / "report" / "intensity_units.csv", ("side", "unit", "per", "tier", "parameters", "label_en", "label_fr")):
        if row["side"] == side and row["unit"] != own.unit.text and (amounts := _counted(results, row, names)).any():
            found.append((row.text(f"label_{lang}"), amounts / float(row.text("per"))))
    return found


def _counted(results: Results, row: Mapping, names: frozenset[str]) -> Array:
    """Only trainings count for who provides a model, only inference for who uses it; what such a process calls is not counted again."""
    model, each_runs, inner = results.study.model, dict[int, float](), set[int]()
    for n, node in enumerate(model.nodes):
        values = [results.values[name][0] for each in row.text("parameters").split("|") if (name := f"{node.process.key}.{each}") in names]
        here = node.tags.get("task") == TASKS[row.text("side")] and row["tier"] in ("", node.tags.get("tier"))  # not people or networks beside it
        if here and (values or (node.process.unit == row["unit"] and not row["parameters"])):
            each_runs[n] = float(values[0]) if values else 1.0
    for call in model.calls:  # callers stand before what they call
        inner |= {call.called} if call.caller in each_runs or call.caller in inner else set()
    return np.asarray(sum((results.levels[:, 0, n] * size for n, size in each_runs.items() if n not in inner), np.zeros(len(results.levels))))


def intensities(results: Results, climate: int, side: str, impacts: Array, lang: str) -> list[tuple[str, list[str]]]:
    """The impacts of one side by what it is counted in, with how many stand behind a functional unit: the product is the absolute amount."""

    def cell(impact: float, amount: float) -> str:
        if not impact or not amount:
            return "–"
        unit, size = results.indicators[climate].scale(abs(impact / amount))
        return say("sci_times", lang, value=f"{figure(impact / amount / size, lang)} {unit_text(unit, lang)}", count=figure(amount, lang))

    return [(say("sci_per", lang, unit=label), [cell(float(a), float(b)) for a, b in zip(impacts, amounts, strict=True)])
            for label, amounts in counts(results, side, lang)]  # fmt: skip


def site_indicators(results: Results, lang: str) -> list[dict[str, Any]]:
    """Per process with such values and per place where it draws electricity: indicator, value, category, year and basis. A process that draws the first
    indicator times its own energy is a site: what its plants emit gives one indicator more, and those that it lacks are named."""
    known = list(read_csv(PACKAGE / "report" / "site_indicators.csv", ("parameter", "indicator", "computed")))
    order, names, found = [row.text("indicator") for row in known], picked_names(results), dict[tuple[str, str], dict[str, Any]]()
    for n in np.flatnonzero(results.levels[:, 0].any(axis=0)):
        key = results.study.model.nodes[n].process.key
        have = {row.text("indicator"): _value(results, name, lang) for row in known if (name := f"{key}.{row['parameter']}") in names}
        if have:
            first = results.values.get(f"{key}.{known[0]['parameter']}", [np.nan])
            place, emitted = _electricity(results, int(n), float(first[0]), lang)
            if emitted is not None:
                told = f"{figure(emitted, lang)} {unit_text('kg CO2-eq', lang)}/{UNIT}"
                have.setdefault(next(row.text("indicator") for row in known if row["computed"]), (told, "–", have[order[0]][2], say("site_computed", lang)))
            label, missing = results.process_label(key, lang), [each for each in order if each not in have and emitted is not None]
            found[label, place] = {"label": say("bracketed", lang, name=label, share=place) if place else label, "missing": listed(missing, lang),
                                   "rows": [(each, *have[each]) for each in order if each in have]}  # fmt: skip
    return [found[key] for key in sorted(found)]


def _value(results: Results, name: str, lang: str) -> tuple[str, str, str, str]:
    """A value in the first scenario, with category, year and basis of the one that it follows."""
    variables = results.study.model.variables
    variable = source = variables[name]
    while source.formula and source.formula.kind == "name":
        source = variables[source.formula.text]
    value = valued(variable, float(results.values[name][0]), lang)
    category, year = (source.parameter.about.get(key) or say("site_unstated", lang) for key in ("category", "year"))
    return value, category, year, tag_label("basis", source.parameter.basis, lang) if source.parameter.basis else "–"


def _electricity(results: Results, node: int, expected: float, lang: str) -> tuple[str, float | None]:
    """Where a process draws electricity; and what plants emit per unit of its own energy, where it draws what is expected of it."""
    climate, products = climate_of(results), list(results.background.products.values())
    a = int(np.flatnonzero(results.levels[:, 0, node])[0])
    lines = np.flatnonzero(electric(results) & np.array([line.node == node for line in results.lines]) & (results.quantities[a, 0] != 0))
    level, drawn = float(results.levels[a, 0, node]), float(results.quantities[a, 0, lines].sum())
    place = ", ".join(dict.fromkeys(any_label(products[int(results.line_inputs[0, n])].location, lang) for n in lines))
    is_site = climate is not None and np.isclose(drawn, expected * level, rtol=1e-6, atol=0.0)
    return place, float(results.contributions[a, 0, lines, GRID, climate].sum()) / level if is_site else None


def sharing(results: Results, lang: str) -> dict[str, list[tuple[str, str, str, str]]]:
    """By what things used together are shared and dimensioned, among the values in use: time, capacity, peak."""
    known = {row.text("parameter"): row.text("indicator") for row in read_csv(PACKAGE / "report" / "sharing.csv", ("parameter", "indicator"))}
    found: dict[str, dict[tuple[str, float], list[tuple[str, str, str]]]] = {kind: {} for kind in known.values()}
    for name in sorted(picked_names(results)):
        if kind := known.get(name.rpartition(".")[2]):
            label = results.study.model.variables[name].parameter.about.get(f"label_{lang}", name)
            where = results.process_label(owner_of(name), lang) if owner_of(name) else say("area_study", lang)
            value, _, _, basis = _value(results, name, lang)
            found[kind].setdefault((label, round(float(results.values[name][0]), 9)), []).append((where, value, basis))
    return {kind: [(label, say("dq_and_others", lang, name=rows[0][0], count=len(rows) - 1) if len(rows) > 1 else rows[0][0], *rows[0][1:])
                   for (label, _), rows in some.items()] for kind, some in found.items() if some}  # fmt: skip


def machines(results: Results, lang: str) -> list[tuple[str, str, list[tuple[str, float]]]]:
    """How many whole machines must stand there: what they are, where, and their number in each scenario beside the largest of them."""
    found: dict[tuple[str, str, tuple[str, ...]], Array] = {}
    for name, unit, nodes in fleets(results):
        if not nodes or results.levels[:, :, nodes].any():
            label = results.study.model.variables[name].parameter.about.get(f"label_{lang}", name)
            where, count = results.process_label(owner_of(name), lang) if owner_of(name) else "", results.values[name]
            found[label, where, tuple(f"{written(float(each), lang)} {unit_text(unit, lang)}" for each in count)] = count  # in several contexts once
    sized = {key: np.nan_to_num(count / max(1.0, np.nanmax(count))) for key, count in found.items()}
    return [(label, where, [(text, round(100 * float(part), 1)) for text, part in zip(told, sized[label, where, told], strict=True)])
            for label, where, told in sorted(found)]  # fmt: skip


def assumed(results: Results, lang: str) -> list[tuple[str, list[str]]]:
    """Per alternative the share of each headline total that passes through at least one assumption."""
    sound = shares_by_assumption(results, assumed_rows(results))[NONE][:, results.headline]
    return [(name, [percent(1 - float(each), lang) for each in row]) for name, row in zip(results.labels(lang)[0], sound, strict=True)]
