"""Any row as a Brightway foreground database: bw2calc recomputes every alternative and scenario."""

from typing import Any

import numpy as np

from lca.background import ask_brightway
from lca.expressions import Array
from lca.results import Results


def foreground_request(results: Results) -> dict[str, Any]:
    """All nodes of all scenarios as processes in base units, with one demand per alternative and scenario."""
    study, background = results.study, results.background
    names = [*background.products, *background.flows]
    processes, exchanges, demands = [], [], {}
    calls, lines = merged_amounts(results)
    for r, scenario in enumerate(results.scenarios):
        keys = [f"{scenario} | {node.key}" for node in study.model.nodes]
        for key, node in zip(keys, study.model.nodes, strict=True):
            processes.append({"key": key, "label_en": key, "unit": node.process.unit, "location": "GLO"})
        exchanges += [[keys[call.caller], keys[call.called], amount] for call, amount in zip(study.model.calls, calls[r].tolist(), strict=True) if amount]
        for line, number, amount in zip(study.model.lines, results.line_inputs[r], lines[r].tolist(), strict=True):
            exchanges += [[keys[line.node], names[number], amount]] if amount else []
        for alternative, root in zip(study.alternatives, study.model.roots, strict=True):
            demands[f"{alternative} | {scenario}"] = [keys[root], study.functional_unit.amount.value]
    flows = [{"key": each.key, "uuid": each.uuid} for each in background.flows.values()]
    indicators = [{"key": each.key, "method": each.method, "unit": each.unit, "factors": {}} for each in results.indicators]
    return {"products": list(background.products), "flows": flows, "processes": processes, "exchanges": exchanges, "demands": demands, "indicators": indicators,
            "changes": background.changes}  # fmt: skip


def merged_amounts(results: Results) -> tuple[Array, Array]:
    """Amounts of calls and lines as Brightway holds them: what joins the same two things is one number (on the first of them)."""
    model = results.study.model
    calls = _merge(results.call_amounts, [[(call.caller, call.called) for call in model.calls]] * len(results.scenarios))
    lines = _merge(results.line_amounts, [[(line.node, int(number)) for line, number in zip(model.lines, row, strict=True)] for row in results.line_inputs])
    return calls, lines


def _merge(amounts: Array, keys: list[list[tuple[int, int]]]) -> Array:
    merged = np.zeros_like(amounts)
    for r, row in enumerate(keys):
        for number, key in enumerate(row):
            merged[r, row.index(key)] += amounts[r, number]
    return merged


def judge(results: Results) -> dict[str, Array]:
    """Scores by bw2calc as arrays alternative x scenario x indicator, under 'lca' and 'multilca'."""
    answer = ask_brightway("judge", foreground_request(results), results.background.project)
    labels = [[f"{alternative} | {scenario}" for scenario in results.scenarios] for alternative in results.study.alternatives]
    return {name: np.array([[scores[label] for label in row] for row in labels]) for name, scores in answer.items()}
