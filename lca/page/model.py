"""The model of a study as JavaScript: formulas as code, all else as numbers. `model.js` computes the totals from them."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from lca.calculation import beside_demand
from lca.errors import Faults
from lca.expressions import Array, Expression
from lca.folders import PACKAGE
from lca.javascript import RUNTIME, javascript, write_number
from lca.model import Call, Line
from lca.results import Results
from lca.rows import functional_demand, scenario_values
from lca.scopes import Variable
from lca.study_parts import read_settings

FOLDER = PACKAGE / "page"


def code_of(results: Results) -> str:
    """All that computes: rules of arithmetic, the formulas of this study, and the steps from values to totals. It holds no text of a study."""
    return "\n".join([RUNTIME, *_formulas(results), (FOLDER / "model.js").read_text(encoding="utf-8")])


def numbers_of(results: Results) -> dict[str, Any]:
    """What the formulas stand in: who calls whom, where lines end, unit scores, and what each scenario sets."""
    model, groups, picks, scores = results.study.model, _Distinct(), _Distinct(), _Distinct()
    amounts, position = _amounts(results), {name: number for number, name in enumerate(model.variables)}
    table = results.background.table[..., results.background.positions(results.study.indicators)].sum(axis=1)
    things, lines = {key: number for number, key in enumerate([*results.background.products, *results.background.flows])}, []
    for line, kept in zip(model.lines, amounts.of(each.amount for each in model.lines), strict=True):
        sizes = np.array([results.study.units.unit(each).factor for each in line.units])  # scores are those of one unit of what the line counts
        rows = [scores.add(tuple(row.tolist())) for row in table[[things[each] for each in line.inputs]] / sizes[:, None]]
        pick = picks.add((position[line.choice] if line.choice else -1, tuple(rows)))
        lines.append((line.node, kept, pick, groups.add((line.tags["stage"], line.tags.get("task", "")))))
    calls = [(each.caller, each.called, kept) for each, kept in zip(model.calls, amounts.of(each.amount for each in model.calls), strict=True)]
    return {
        "variables": len(model.variables), "nodes": len(model.nodes),
        "roots": [*model.roots, *model.beside.values()], "demand": [*functional_demand(results.study).tolist(), *beside_demand(results.study).tolist()],
        "alternatives": len(model.roots), "calls": _columns(calls, 3), "lines": _columns(lines, 4), "picks": list(picks), "scores": list(scores),
        "groups": list(groups), "indicators": len(results.indicators),
        "qualities": amounts.of(each.quality for each in results.study.alternatives.values()),
        "uses": [[amounts.of(by_user.values()) for by_user in each.uses.values()] for each in results.study.shared.values()],
        "demands": amounts.of(each.formula for each in model.requirements), "spread": amounts.of(_spread(results)),
        "allowed": [(position[name], *each.parameter.allowed) for name, each in model.variables.items() if each.parameter.allowed],
        "origins": {position[name]: [position[each] for each in known] for name, variable in model.variables.items()
                    if (known := [each for each in variable.origins if each in position])},
        "scenarios": [{position[name]: float(value[0]) for name, value in given.items()} for given in given_of(results)],
    }  # fmt: skip


class _Distinct(dict[Any, int]):
    """Things that occur several times, each kept once, and where it stands."""

    def add(self, thing: Any) -> int:
        return self.setdefault(thing, len(self))


class _Amounts(_Distinct):
    """Formulas as JavaScript, each computed once however many lines need it."""

    def __init__(self, variables: Iterable[str]) -> None:
        super().__init__()
        self.position = {name: number for number, name in enumerate(variables)}

    def write(self, expression: Expression) -> str:
        return javascript(expression, self.read)

    def of(self, expressions: Iterable[Expression]) -> list[int]:
        return [self.add(self.write(each)) for each in expressions]

    def read(self, leaf: Expression) -> str:
        if leaf.kind == "name":
            return f"v[{self.position[leaf.text]}]"
        return f"[{','.join(self.write(each) for each in leaf.inputs)}][v[{self.position[leaf.choice]}]]"


def _amounts(results: Results) -> _Amounts:
    """Every formula that is computed once all values are known, in the order in which `numbers_of` and the code name them."""
    model, found = results.study.model, _Amounts(results.study.model.variables)
    ways: list[Call | Line] = [*model.lines, *model.calls]
    found.of(each.amount for each in ways)
    found.of([*(each.quality for each in results.study.alternatives.values()), *(each.formula for each in model.requirements), *_spread(results)])
    found.of(use for each in results.study.shared.values() for by_user in each.uses.values() for use in by_user.values())
    return found


def _spread(results: Results) -> list[Expression]:
    """What one-offs are spread over, which is never less than nothing."""
    ways: list[Call | Line] = [*results.study.model.calls, *results.study.model.lines]
    return [each.amount.inputs[1] for each in ways if each.exchange.over]


def _formulas(results: Results) -> Iterable[str]:
    amounts = _amounts(results)
    yield "function fillValues(t, v) {"
    for number, variable in enumerate(results.study.model.variables.values()):
        yield f"v[{number}]=t[{number}]??{_plain(variable, amounts)};"
    yield "}"
    yield "const amountsOf = v => ["
    yield from (f"{each}," for each in amounts)
    yield "];"


def _plain(variable: Variable, amounts: _Amounts) -> str:
    if variable.formula:
        return amounts.write(variable.formula)
    if variable.alias:
        return f"v[{amounts.position[variable.alias]}]"
    parameter = variable.parameter
    return str(parameter.choices.index(parameter.choice)) if parameter.choices else write_number(parameter.value)


def given_of(results: Results) -> Iterable[dict[str, Array]]:
    """What each scenario and the command line set, as numbers."""
    study = results.study
    settings = read_settings(dict(results.about.get("settings", {})), study.scopes, Faults(), "--set")
    for _, _, given in scenario_values(study, [study.scenarios[each] for each in results.scenarios], settings, {}):
        yield given


def _columns(rows: Sequence[Sequence[int]], count: int) -> list[list[int]]:
    return [[row[n] for row in rows] for n in range(count)]
