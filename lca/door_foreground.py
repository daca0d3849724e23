"""The foreground of a study as Brightway activities: one per process in its context, in the process's own unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.brightway import spell
from lca.citations import names_in
from lca.expressions import Array, Expression
from lca.model import Call, Line, Model
from lca.parameters import Parameter
from lca.processes import TAGS
from lca.results import Results
from lca.sources import ASSUMPTION
from lca.uncertainty import describe_distribution


@dataclass(frozen=True)
class Edge:
    """An exchange with its amount in every scenario; keys are database and code."""

    output: tuple[str, str]
    input: tuple[str, str]
    kind: str
    amounts: Array


def make_activities(results: Results, base: int, inputs: dict[str, tuple[str, str]]) -> tuple[list[dict[str, Any]], list[Edge], dict[int, str]]:
    """Activities in the amounts of the row `base`, their exchanges in all rows, and the code of every node that the alternatives reach.

    What another scenario takes in place of an input stands there with the amount zero, so that scenarios find it."""
    model = results.study.model
    reached = _reach(model)
    codes = _codes(model, reached)
    names = _names(results, reached, codes)
    activities, edges = dict[int, Any](), list[Edge]()
    for node in reached:
        process = model.nodes[node].process
        key = (results.study.key, codes[node])
        activities[node] = {
            "code": codes[node], "name": names[node], "reference product": names[node], "unit": spell(process.unit), "location": "GLO",
            "type": "processwithreferenceproduct", "production amount": 1.0, "comment": process.about.get("note", ""),
            "label_fr": process.about.get("label_fr", ""), **model.nodes[node].tags, "exchanges": [{"input": key, "amount": 1.0, "type": "production"}],
        }  # fmt: skip
    for node, target, item, amounts in _amounts(results, codes, inputs):
        kind = "technosphere" if isinstance(item, Call) or item.exchange.direction == "product" else "biosphere"
        edges.append(Edge((results.study.key, codes[node]), target, kind, amounts))
        described = _describe(results, base, item, float(amounts[base]))
        activities[node]["exchanges"].append({"input": target, "amount": float(amounts[base]), "type": kind, **described})
    return list(activities.values()), edges, codes


def _reach(model: Model) -> list[int]:
    """The nodes that the alternatives reach (callers stand before what they call)."""
    found = set(model.roots)
    for call in model.calls:
        if call.caller in found:
            found.add(call.called)
    return sorted(found)


def _codes(model: Model, reached: list[int]) -> dict[int, str]:
    """The key of the process where it has one context only, else with its context."""
    nodes = [model.nodes[each] for each in reached]
    return dict(zip(reached, _distinct([each.process.key for each in nodes], [each.key for each in nodes]), strict=True))


def _names(results: Results, reached: list[int], codes: dict[int, str]) -> dict[int, str]:
    nodes = [results.study.model.nodes[each] for each in reached]
    labels = [each.process.about.get("label_en", each.process.key) for each in nodes]
    contexts = [f"{label} {each.key.removeprefix(each.process.key).strip()}" for label, each in zip(labels, nodes, strict=True)]
    return dict(zip(reached, _distinct(labels, contexts, [f"{label} ({codes[n]})" for label, n in zip(labels, reached, strict=True)]), strict=True))


def _distinct(*forms: list[str]) -> list[str]:
    """Of every thing the first form that it shares with no other."""
    counts = [Counter(form) for form in forms]
    return [next((each for each, count in zip(row, counts, strict=True) if count[each] == 1), row[-1]) for row in zip(*forms, strict=True)]


def _amounts(results: Results, codes: dict[int, str], inputs: dict[str, tuple[str, str]]) -> Iterator[tuple[int, tuple[str, str], Call | Line, Array]]:
    """Who needs what, and how much in every row: in the unit of the input per unit of the process. What is zero in all rows is left out."""
    study, names = results.study, [*results.background.products, *results.background.flows]
    sizes = [study.units.unit(each.process.unit).factor for each in study.model.nodes]
    calls, lines = np.nan_to_num(results.call_amounts), np.nan_to_num(results.line_amounts)  # only what does not run is without value
    for number, call in enumerate(study.model.calls):
        amounts = calls[:, number] * sizes[call.caller] / sizes[call.called]
        if call.caller in codes and amounts.any():
            yield call.caller, (study.key, codes[call.called]), call, amounts
    for number, line in enumerate(study.model.lines):
        taken = results.line_inputs[:, number]
        for each in dict.fromkeys(taken.tolist()):
            amounts = np.where(taken == each, lines[:, number], 0.0) * sizes[line.node]
            if line.node in codes and amounts.any():
                yield line.node, inputs[names[each]], line, amounts


def _describe(results: Results, base: int, item: Call | Line, amount: float) -> dict[str, Any]:
    """What a reader wants to know of an exchange: formula, note, tags of its own, sources, uncertainty."""
    exchange, variables = item.exchange, results.study.model.variables
    formula = f"{exchange.written} / ({exchange.over})" if exchange.over else exchange.written
    zero = f"zero in scenario {results.scenarios[base]}; another scenario uses it" if amount == 0 else ""
    comment = [exchange.about.get("label_en", ""), f"amount: {formula}", exchange.about.get("note", ""), zero]
    behind = list(_quantities(item.amount, results, base))
    titles = [results.study.sources[each.source].citation if each.source in results.study.sources else ASSUMPTION for each in behind]
    spread = {}
    name = item.amount.text
    if amount and item.amount.kind == "name" and not variables[name].formula:
        parameter, value = variables[name].parameter, float(results.values[name][base])
        if value == parameter.value and parameter.low is not None and parameter.high is not None:
            spread = describe_distribution(amount, parameter.low * amount / value, parameter.high * amount / value, parameter.distribution)
    return {
        "comment": "; ".join(filter(None, comment)),
        "source": "; ".join(dict.fromkeys(titles)),
        "basis": ", ".join(dict.fromkeys(each.basis for each in behind)),
        **{tag: exchange.tags[tag] for tag in TAGS if tag in exchange.tags},
        **spread,
    }


def _quantities(expression: Expression, results: Results, base: int) -> Iterator[Parameter]:
    """The values that a formula comes down to in a row, each once."""
    variables, values = results.study.model.variables, results.values
    waiting, seen = names_in(expression, values, base), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        variable = variables[name]
        if variable.formula:
            waiting += names_in(variable.formula, values, base)
        elif variable.parameter.kind == "quantity" and variable.parameter.source:
            yield variable.parameter
