"""The door to Brightway: a study in Brightway's own shape, written as a project in the user's own Brightway."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.background import Progress, ask_brightway, brightway_versions
from lca.brightway import BACKGROUND, WATER
from lca.door_background import describe_edition, flow_nodes, input_keys, process_nodes
from lca.door_files import Key, Node
from lca.door_foreground import Edge, make_activities
from lca.errors import DataError, LCAError, UnknownName, nearest
from lca.folders import own
from lca.methods import own_factors
from lca.results import Results

FORMAT = "2"  # changes when what the project holds changes


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
