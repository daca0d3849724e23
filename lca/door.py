"""The door to Brightway: a study in its own shape (an activity per process in its context, in the process's own unit), as a project in the
user's own Brightway, as a workbook that its Excel importer reads, and as Activity Browser's table of scenario differences."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lca.background import Progress, ask_brightway, brightway_versions
from lca.brightway import BACKGROUND, WATER, spell
from lca.citations import names_in, read_in
from lca.door_background import Key, Node, block, describe_edition, flow_nodes, input_keys, process_nodes, write_sheets
from lca.errors import DataError, LCAError, UnknownName, nearest
from lca.expressions import Array, reached
from lca.folders import own, write_whole
from lca.methods import own_factors
from lca.model import Call, Line
from lca.processes import TAGS
from lca.results import Results
from lca.sources import ASSUMPTION
from lca.uncertainty import describe_distribution

ENDS = ("activity name", "reference product", "location", "categories", "database", "key")
SEPARATOR = ";"  # what Activity Browser expects in a .csv
FORMAT = "2"  # changes when what the project holds changes


@dataclass(frozen=True)
class Edge:
    """An exchange with its amount in every scenario; keys are database and code."""

    output: tuple[str, str]
    input: tuple[str, str]
    kind: str
    amounts: Array


@dataclass(frozen=True)
class Export:
    """Databases in the order in which they are written; `database` is the foreground, in the amounts of the scenario `base`."""

    study: str
    title: str
    biosphere: str
    base: str
    scenarios: tuple[str, ...]
    databases: dict[str, list[Node]]
    nodes: dict[Key, Node]  # all that an exchange may name, elementary flows included
    edges: list[Edge]
    demands: dict[str, tuple[str, float]]  # alternative: code and amount of one functional unit
    indicators: list[dict[str, Any]]
    metadata: dict[str, dict[str, str]]  # what a database says of itself

    @property
    def database(self) -> str:
        return self.study


def make_export(results: Results, base: str, biosphere: str, whole: bool) -> Export:
    """The reached part of a study with the background that it needs (or the whole of it)."""
    study = results.study
    base = base or results.scenarios[0]
    if base not in results.scenarios:
        raise UnknownName(f"there is no scenario '{base}'. {nearest(base, results.scenarios)}")
    if len({biosphere, study.key, BACKGROUND, WATER}) < 4:
        raise LCAError(f"the study '{study.key}', the biosphere '{biosphere}', '{BACKGROUND}' and '{WATER}' need four different names: they are four databases")
    _check_amounts(results)
    inputs = input_keys(results.background, biosphere)
    activities, edges, codes = make_activities(results, results.scenarios.index(base), inputs)
    flows = flow_nodes(results.background, inputs)
    start = None if whole else {edge.input[1] for edge in edges if edge.input[0] == BACKGROUND}
    products = process_nodes(results.background, study.sources, inputs, start)
    databases = {WATER: [each for key, each in flows.items() if key[0] == WATER], BACKGROUND: products, study.key: activities}
    nodes = flows | {(name, each["code"]): each for name, database in databases.items() for each in database}
    amount = study.functional_unit.amount.value
    sizes = [study.units.unit(study.model.nodes[root].process.unit).factor for root in study.model.roots]
    demands = {key: (codes[root], amount / size) for key, root, size in zip(study.alternatives, study.model.roots, sizes, strict=True)}
    indicators = [
        {"key": each.key, "method": each.method, "unit": each.unit, "factors": own_factors(each) if each.factors else {}} for each in results.indicators
    ]
    return Export(study.key, study.text("title", "en"), biosphere, base, results.scenarios, databases, nodes, edges, demands, indicators,
                  {BACKGROUND: describe_edition(results.background)})  # fmt: skip


def _check_amounts(results: Results) -> None:
    """Brightway holds numbers only; what does not run may be without value."""
    for a, r, line in zip(*np.nonzero(~np.isfinite(results.quantities)), strict=True):
        process = results.study.model.nodes[results.lines[line].node].process.key
        raise DataError(
            f"'{results.lines[line].exchange.key}' of '{process}' has no value in scenario '{results.scenarios[r]}' "
            f"(alternative '{list(results.study.alternatives)[a]}'), and Brightway holds numbers only. Mend the scenario first"
        )


def write_project(export: Export, project: str, progress: Progress) -> bool:
    """Write the export into the user's own Brightway; False where the project holds it already."""
    if not project.strip():
        raise LCAError("the Brightway project needs a name: --project NAME")
    content = {each: getattr(export, each) for each in ("study", "title", "biosphere", "databases", "indicators", "metadata")}
    content["demands"] = list(export.demands.values())
    text = json.dumps([FORMAT, brightway_versions(), content], sort_keys=True)
    request = {**content, "project": project, "content": hashlib.sha256(text.encode()).hexdigest(), "lock": str(own("projects") / "door.lock")}
    return bool(ask_brightway("export", request, None, progress)["written"])


def write_excel(export: Export, path: Path) -> Path:
    """The foreground in the layout of bw2io: a block per activity. Exchanges name their inputs by key, so all of them link."""
    others = ", ".join([export.biosphere, *(each for each in export.databases if each != export.database)])
    about = f"{export.title}; scenario {export.base}; needs the databases {others}, which lca brightway --project writes"
    rows: list[list[Any]] = [["Database", export.database], ["comment", about], []]
    for activity in export.databases[export.database]:
        rows += block(activity, export.nodes)
    return write_sheets(path, {re.sub(r"[\\/*\[\]:?']", "_", export.database)[:30]: rows})


def difference_rows(export: Export) -> list[list[Any]]:
    """Head and rows of the scenario differences: exchanges whose amount differs between scenarios, one row per pair."""
    sums: dict[tuple[Key, Key, str], Any] = {}
    for edge in export.edges:
        key = (edge.input, edge.output, edge.kind)
        sums[key] = sums.get(key, 0.0) + edge.amounts
    head = [f"{end} {each}" for end in ("from", "to") for each in ENDS]
    rows = [[*_end(export, giver), *_end(export, taker), kind, *amounts.tolist()] for (giver, taker, kind), amounts in sums.items() if np.ptp(amounts) > 0]
    return [[*head, "flow type", *export.scenarios], *rows]


def _end(export: Export, key: Key) -> list[str]:
    node = export.nodes[key]
    categories = repr(tuple(node["categories"])) if "categories" in node else ""
    texts = [node["name"], node.get("reference product", ""), node.get("location", ""), categories, key[0], repr(key)]
    return [each.replace("#", "\N{MUSIC SHARP SIGN}") for each in texts]  # what follows a # is a comment to Activity Browser


def write_differences(export: Export, path: Path) -> Path:
    """Write the scenario differences as .xlsx (second sheet, as Activity Browser expects) or .csv."""
    rows = difference_rows(export)
    if len(rows) == 1:
        raise DataError(f"no amount of '{export.study}' differs between its scenarios: there are no differences to write")
    if path.suffix.lower() == ".csv":
        import pandas as pd

        frame = pd.DataFrame(rows[1:], columns=rows[0])
        return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, sep=SEPARATOR, encoding="utf-8"))
    about = [["Scenario differences for Activity Browser", export.title], ["database", export.database], ["written in scenario", export.base]]
    return write_sheets(path, {"information": about, "scenarios": rows})


def make_activities(results: Results, base: int, inputs: dict[str, tuple[str, str]]) -> tuple[list[dict[str, Any]], list[Edge], dict[int, str]]:
    """Activities in the amounts of the row `base`, their exchanges in all rows, and the code of every node that the alternatives reach.

    What another scenario takes in place of an input stands there with the amount zero, so that scenarios find it."""
    model = results.study.model
    running, nodes = model.running, [model.nodes[each] for each in model.running]
    codes = dict(zip(running, _distinct([each.process.key for each in nodes], [each.key for each in nodes]), strict=True))  # by context where it has several
    names = _names(results, running, codes)
    activities, edges = dict[int, Any](), list[Edge]()
    for node in running:
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


def _names(results: Results, running: list[int], codes: dict[int, str]) -> dict[int, str]:
    nodes = [results.study.model.nodes[each] for each in running]
    labels = [each.process.about.get("label_en", each.process.key) for each in nodes]
    contexts = [f"{label} {each.key.removeprefix(each.process.key).strip()}" for label, each in zip(labels, nodes, strict=True)]
    return dict(zip(running, _distinct(labels, contexts, [f"{label} ({codes[n]})" for label, n in zip(labels, running, strict=True)]), strict=True))


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
    read = reached(names_in(item.amount, results.values, base), partial(read_in, variables, results.values, base))
    behind = [each.parameter for each in map(variables.__getitem__, read) if not each.formula and each.parameter.kind == "quantity" and each.parameter.source]
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
