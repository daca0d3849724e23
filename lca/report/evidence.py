"""The tables behind the summary: contributions, flows, processes, parameters and references, as rows of text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from lca.citations import Citation, cited_sources, inventory_gaps, picked_names
from lca.errors import Message
from lca.expressions import Array
from lca.influence import influence
from lca.model import Call, Line
from lca.processes import Exchange
from lca.report.quality import SHOWN, foreground, places_and_years
from lca.report.sentences import NO_BREAK, figure, share, unit_text, written
from lca.results import Results
from lca.scopes import Variable
from lca.tables import Block, Row, group_blocks
from lca.wording import any_label, bank, percent, say, tag_keys, tag_label

LARGEST, FLOWS, FEWEST = 30, 15, 3  # lines and elementary flows that are listed of all alternatives together, of each at least
MANY = 4  # alternatives beyond which less is shown of each
SMALL = 0.002  # of a total: exchanges of processes that carry less stand in the workbook alone
FACTS = re.compile("(single )?facts?( cited)?")  # a licence that says no more than the head of the references


def totals(results: Results, lang: str) -> list[dict[str, Any]]:
    """Per scenario a row for each indicator, a cell for each alternative, in display units; the qualities last."""
    picked = results.headline
    tables = []
    for r, scenario in enumerate(results.labels(lang)[1]):
        rows = []
        for i, indicator in enumerate(results.indicators):
            unit, scale = results.scale(i)
            cells = [figure(float(each) / scale, lang) for each in results.totals[:, r, i]]
            rows.append({"label": indicator.label(lang), "unit": unit_text(unit, lang), "headline": i in picked, "cells": cells})
        quality = [percent(float(each), lang) + ("" if fits else " †") for each, fits in zip(results.quality[:, r], results.comparable[:, r], strict=True)]
        tables.append({"label": scenario, "warnings": concerning(results.warnings, results.scenarios[r], lang), "rows": rows, "quality": quality})
    return tables


def concerning(warnings: tuple[Message, ...], name: str, lang: str) -> list[str]:
    """The warnings that name something, to stand next to it."""
    return [getattr(each, lang) for each in warnings if name in each.about]


def groups(results: Results, tag: str, lang: str) -> list[Block]:
    """Per alternative a row for each name of a tag and the total; of stages and tiers all known ones, so that an absent one is seen."""
    found = group_blocks(results, tag, lang, tag_keys(tag))
    if tag in ("stage", "tier"):
        return found
    return [replace(each, rows=[row for row in each.rows if row.values[results.headline].any()]) for each in found]


def cells(results: Results, row: Row, whole: Row | None, lang: str) -> list[tuple[str, str]]:
    """A cell per headline indicator in its display unit, with its share of a whole; a dash where there is nothing."""
    return [
        (figure(float(row.values[i]) / results.scale(i)[1], lang), share(float(row.values[i]), float(whole.values[i]), lang) if whole else "")
        if row.values[i] else ("–", "")
        for i in results.headline
    ]  # fmt: skip


def amount(results: Results, indicator: int, value: float, lang: str) -> str:
    """A value of an indicator in its display unit."""
    unit, size = results.scale(indicator)
    return f"{figure(value / size, lang)}{NO_BREAK}{unit_text(unit, lang)}"


def largest_lines(results: Results, indicator: int, lang: str) -> dict[str, Any]:
    """The lines that weigh most, the same line of a process in several tasks taken together."""
    values = results.contributions[:, 0, :, :, indicator].sum(axis=2)
    return _largest(results, values, line_keys(results, lang), lambda key: (key[2], results.process_label(key[0], lang)), indicator, LARGEST, lang)


@lru_cache(maxsize=2)
def line_keys(results: Results, lang: str) -> list[tuple[str, str, str]]:
    """What is the same of all tasks: per line its process, its exchange and its label."""
    return [(results.study.model.nodes[line.node].process.key, line.exchange.key, results.line_label(n, 0, lang)) for n, line in enumerate(results.lines)]


def largest_flows(results: Results, indicator: int, lang: str) -> dict[str, Any]:
    """The elementary flows that weigh most."""
    flows = list(results.background.flows.values())
    factors = results.background.factors[:, results.background.positions([results.indicators[indicator].key])[0]]
    values = results.inventory()[:, 0] * factors
    labels = [(getattr(each, f"label_{lang}"), compartment(each.compartment, lang)) for each in flows]
    return _largest(results, values, list(range(len(flows))), lambda n: labels[n], indicator, FLOWS, lang)


def _largest(results: Results, values: Array, keys: list[Any], label: Callable[[Any], tuple[str, str]], indicator: int, most: int, lang: str) -> dict[str, Any]:
    """A row for each that is among the largest of some alternative, then the rest; per alternative share, value and width of a bar."""
    scale, sums, totals, named = results.scale(indicator)[1], defaultdict[Any, Any](float), results.totals[:, 0, indicator], dict[Any, None]()
    for key, value in zip(keys, values.T, strict=True):
        sums[key] += value

    def cells(value: Array) -> list[tuple[str, str, int]]:
        return [(share(part, whole, lang), figure(part / scale, lang), round(100 * min(1.0, abs(part / (whole or np.inf))))) if part else ("–", "", 0)
                for part, whole in zip(value.tolist(), totals.tolist(), strict=True)]  # fmt: skip

    for a, total in enumerate(totals):
        order = sorted((each for each in sums if sums[each][a]), key=lambda each: -abs(sums[each][a]))[: max(FEWEST, most // len(totals))]
        named |= dict.fromkeys(each for n, each in enumerate(order) if n < FEWEST or abs(sums[each][a]) >= SHOWN * abs(total))
    shares = {key: float(np.abs(np.nan_to_num(sums[key] / np.where(totals, totals, np.inf))).max()) for key in named}
    rows = [(*label(key), cells(sums[key])) for key in sorted(named, key=lambda key: -shares[key])]
    return {"rows": rows, "rest": cells(0.0 * totals + sum(value for key, value in sums.items() if key not in named))}


def compartment(text: str, lang: str) -> str:
    return say(f"compartment {text}", lang) if f"compartment {text}" in bank() else text


def flows(results: Results, lang: str) -> list[dict[str, Any]]:
    """All elementary flows of the first scenario, and the factors that the headline and companion indicators give them."""
    amounts, background = results.inventory()[:, 0], results.background
    chosen = background.positions(results.study.indicators)
    uncounted = set(results.uncounted())
    return [
        {"label": getattr(flow, f"label_{lang}"), "compartment": compartment(flow.compartment, lang), "unit": unit_text(flow.unit, lang),
         "amounts": [figure(float(each), lang) if each else "–" for each in amounts[:, n]], "uncounted": flow.key in uncounted,
         "factors": [figure(float(each), lang) if each else "" for each in background.factors[n, chosen]]}
        for n, flow in enumerate(background.flows.values()) if amounts[:, n].any()
    ]  # fmt: skip


def matrix(results: Results, lang: str) -> list[tuple[str, list[str]]]:
    """Stages by tasks: where anything is counted at all, in any alternative and scenario."""
    runs: Any = results.quantities.any(axis=(0, 1))
    counted = {(line.tags.get("stage", ""), line.tags.get("task", "")) for line, each in zip(results.lines, runs, strict=True) if each}
    tasks = [*tag_keys("task"), *([""] if any(task == "" for _, task in counted) else [])]
    return [(tag_label("task", task, lang), ["●" if (stage, task) in counted else "–" for stage in tag_keys("stage")]) for task in tasks]


def reference_flows(results: Results, lang: str) -> list[tuple[str, str, list[str]]]:
    """How much every foreground process that carries more than a trace of a total runs per functional unit, in the first scenario."""
    model, units = results.study.model, results.study.units
    levels, sums = results.levels[:, 0], dict[str, Array]()
    for n, node in enumerate(model.nodes):
        sums[node.process.key] = sums.get(node.process.key, 0) + levels[:, n] / units.unit(node.process.unit).factor
    named = {node.process.key: node for node in model.nodes}
    telling = {key for key, _ in _telling(results)}
    return [(results.process_label(key, lang), named[key].process.unit, [figure(float(each), lang) if each else "–" for each in amounts])
            for key, amounts in sums.items() if key in telling]  # fmt: skip


def unit_processes(results: Results, lang: str) -> list[dict[str, Any]]:
    """Every foreground process that carries more than a trace, once: what it takes and gives per unit, with the formula and its value in
    the first scenario."""
    seen, telling, used, about = dict[str, dict[str, Any]](), _telling(results), picked_names(results), places_and_years(results, lang)
    for n, process in enumerate(each.process for each in results.study.model.nodes):
        found = list(_exchanges(results, n, about, lang)) if process.key not in seen and results.levels[:, :, n].any() else []
        rows = [(*names, figure(size, lang), unit, each.written) for each, names, size, unit in found if (process.key, each.key) in telling]
        small = len(found) - len(rows)
        told = [(say("unit_processes_small", lang, count=small, share=percent(SMALL, lang)), "", "", "", "")] if small else []
        if rows:
            label = results.process_label(process.key, lang)
            seen[process.key] = {"key": process.key, "label": label, "unit": process.unit, "about": foreground(results, process.key, used, lang),
                                 "rows": rows + told}  # fmt: skip
    return list(seen.values())


def _exchanges(results: Results, n: int, about: dict[str, str], lang: str) -> Iterator[tuple[Exchange, tuple[str, str], float, str]]:
    """What a process takes and gives per unit in the first scenario: exchange, name with what is known of its place and year, amount and unit."""
    names = [*results.background.products, *results.background.flows]
    model, units = results.study.model, results.study.units
    size = units.unit(model.nodes[n].process.unit).factor
    for c, call in enumerate(model.calls):
        if call.caller == n and results.call_amounts[:, c].any():
            called = model.nodes[call.called].process
            name = call.exchange.about.get(f"label_{lang}") or results.process_label(called.key, lang)
            yield call.exchange, (name, ""), float(results.call_amounts[0, c]) * size / units.unit(called.unit).factor, called.unit
    for m, line in enumerate(results.lines):
        if line.node == n and results.line_amounts[:, m].any():
            pick = int(results.values[line.choice][0]) if line.choice else 0
            name = names[results.line_inputs[0, m]]
            where = say(f"dq_{line.exchange.direction}", lang) if name in results.background.flows else about.get(name, "")
            yield line.exchange, (results.line_label(m, 0, lang), where), float(results.line_amounts[0, m]) * size, line.units[pick]


@lru_cache(maxsize=1)  # two tables ask for them
def _telling(results: Results) -> set[tuple[str, str]]:
    """The exchanges of processes that are, with all that lies behind them, more than a trace of a headline total, in some alternative and scenario."""
    picked, sums = results.headline, defaultdict[tuple[str, str], Any](float)
    for each, node, value in carried(results):
        sums[results.study.model.nodes[node].process.key, each.exchange.key] += value[..., picked]  # the same one of a process in several contexts
    least = SMALL * np.abs(np.nan_to_num(results.totals[..., picked]))
    return {key for key, found in sums.items() if (np.abs(np.nan_to_num(found)) > least).any()}


def carried(results: Results) -> Iterator[tuple[Line | Call, int, Array]]:
    """Every line and call with the process that has it and the impact along it, with all that lies behind (alternative x scenario x indicator)."""
    levels, behind = results.levels, defaultdict[int, Any](float)
    for m, line in enumerate(results.lines):
        value = results.contributions[:, :, m].sum(axis=2)
        behind[line.node] += value
        yield line, line.node, value
    for call, size in zip(reversed(results.study.model.calls), results.call_amounts.T[::-1], strict=True):  # called first
        with np.errstate(all="ignore"):
            value = np.nan_to_num(levels[:, :, call.caller] * size / levels[:, :, call.called])[..., None] * behind[call.called]
        behind[call.caller] += value
        yield call, call.caller, value


def parameters(results: Results, numbers: dict[str, int], lang: str) -> list[dict[str, Any]]:
    """Per process the variables in use; those that only follow another one are not repeated. `numbers` are those of the references."""
    study = results.study
    moving = {name for name, swing in influence(results) if swing >= SHOWN}
    set_by_scenarios = {name for each in study.scenarios.values() for name in each.settings}
    used = {name for name in picked_names(results) if name in moving | set_by_scenarios or "." not in name or study.scopes.processes[owner_of(name)].from_study}
    tables: dict[str, list[dict[str, Any]]] = {"": []}
    for name in sorted(used):
        variable = study.model.variables[name]
        if not _follows(variable, results):
            owner = owner_of(name)
            tables.setdefault(owner, []).append(_parameter(name, variable, results, numbers, lang))
    labels = {key: process.about.get(f"label_{lang}", key) for key, process in study.scopes.processes.items()}
    return [{"label": labels.get(owner, say("area_study", lang)), "rows": rows} for owner, rows in tables.items() if rows]


def owner_of(name: str) -> str:
    """The process of a parameter; none for those of the study."""
    return name.partition(".")[0] if "." in name else ""


def _follows(variable: Variable, results: Results) -> bool:
    """Whether a variable has the same values as the one that it is said to follow."""
    followed = variable.alias or variable.origin or (variable.formula.text if variable.formula and variable.formula.kind == "name" else "")
    return followed in results.values and bool((results.values[followed] == results.values[variable.name]).all())


def _parameter(name: str, variable: Variable, results: Results, numbers: dict[str, int], lang: str) -> dict[str, Any]:
    parameter, size = variable.parameter, variable.parameter.unit.factor
    values = [shown(variable, float(each), lang) for each in results.values[name]]
    others = [(f"S{n}", value) for n, value in enumerate(values[1:], 2) if value != values[0]]
    bounds = [written(each / size, lang) for each in (parameter.low, parameter.high) if each is not None]
    return {
        "name": name, "label": parameter.about.get(f"label_{lang}", ""), "value": values[0], "others": others, "unit": parameter.unit.text,
        "range": " – ".join(bounds), "formula": parameter.written if variable.formula and parameter.formula else "",
        "basis": tag_label("basis", parameter.basis, lang) if parameter.basis else "",
        "reference": numbers.get(parameter.source, 0), "warnings": concerning(results.warnings, name, lang),
    }  # fmt: skip


def shown(variable: Variable, value: float, lang: str) -> str:
    """A value of a parameter in its own unit, or the name of what a choice picks."""
    if variable.parameter.choices:
        return any_label(variable.parameter.choices[int(value)], lang)
    return (figure if variable.formula else written)(value / variable.parameter.unit.factor, lang)


def valued(variable: Variable, value: float, lang: str) -> str:
    """The same with its unit in the words of the language."""
    return f"{shown(variable, value, lang)} {unit_text(variable.parameter.unit.text, lang)}".strip()


def left_out(results: Results, lang: str) -> dict[str, list[tuple[str, str, str]]]:
    """What the study leaves out, then what the inventories leave out, by area: item, effect and treatment."""
    found = {say("area_study", lang): [(*(each[f"{key}_{lang}"] for key in ("label", "effect")), each["treatment"])
                                       for each in results.study.left_out.values()]}  # fmt: skip
    for area, item, effect, treatment in inventory_gaps(results, lang):
        found.setdefault(tag_label("area", area, lang), []).append((item, effect, treatment))
    return {area: [(item, effect, tag_label("treatment", treatment, lang)) for item, effect, treatment in items] for area, items in found.items()}


def references(results: Results) -> dict[str, Citation]:
    """The references that values in use cite, in the order of their citations."""
    return dict(sorted(cited_sources(results).items(), key=lambda pair: pair[1].source.citation.lower()))
