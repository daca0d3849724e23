"""Any row as a Brightway foreground database: bw2calc recomputes every alternative and scenario."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.background import ask_brightway
from lca.calculation import quantities_of, unit_table
from lca.expressions import Array
from lca.results import Results


def foreground_request(results: Results) -> dict[str, Any]:
    """All nodes of all scenarios as processes in base units, with one demand per alternative and scenario."""
    study, background = results.study, results.background
    names = [*background.products, *background.flows]
    processes, exchanges, demands = [], [], {}
    for r, scenario in enumerate(results.scenarios):
        keys = [f"{scenario} | {node.key}" for node in study.model.nodes]
        for key, node in zip(keys, study.model.nodes, strict=True):
            processes.append({"key": key, "label_en": key, "unit": node.process.unit, "location": "GLO"})
        exchanges += [[keys[call.caller], keys[call.called], float(results.call_amounts[r, number])] for number, call in enumerate(study.model.calls)]
        for number, line in enumerate(study.model.lines):
            exchanges.append([keys[line.node], names[results.line_inputs[r, number]], float(results.line_amounts[r, number])])
        for alternative, root in zip(study.alternatives, study.model.roots, strict=True):
            demands[f"{alternative} | {scenario}"] = [keys[root], study.functional_unit.amount.value]
    flows = [{"key": each.key, "uuid": each.uuid} for each in background.flows.values()]
    methods = [list(each.method) for each in results.indicators]
    return {"products": list(background.products), "flows": flows, "processes": processes, "exchanges": exchanges, "demands": demands, "methods": methods}


def judge(results: Results) -> dict[str, Array]:
    """Scores by bw2calc as arrays alternative x scenario x indicator, under 'lca' and 'multilca'."""
    answer = ask_brightway("judge", foreground_request(results), results.background.project)
    labels = [[f"{alternative} | {scenario}" for scenario in results.scenarios] for alternative in results.study.alternatives]
    return {name: np.array([[scores[label] for label in row] for row in labels]) for name, scores in answer.items()}


def stored_scores(results: Results) -> Array:
    """Our totals on amounts and factors rounded as Brightway stores them (float32)."""

    def stored(array: Array) -> Array:
        return array.astype(np.float32).astype(float)

    background, study = results.background, results.study
    quantities = quantities_of(study, stored(results.call_amounts), stored(results.line_amounts))
    unit = unit_table(background)
    unit[len(background.products) :] = stored(unit[len(background.products) :])
    chosen = [list(background.indicators).index(key) for key in study.indicators]
    return np.asarray(np.einsum("arl,rlpi->ari", quantities, unit[results.line_inputs][..., chosen]))
