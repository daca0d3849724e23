"""Views of results beyond the sums by tag: greenhouse-gas-protocol scopes, effects beside the total, shares of things used
together, one-offs that are spread, and the deep table of processes and flows. Each sums to what it shows a part of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lca.beside import Shared
from lca.errors import UnknownName, nearest
from lca.expressions import Array, Expression, dimension
from lca.methods import UNCOVERED
from lca.processes import Exchange
from lca.quantities import show_dimension
from lca.results import PARTS, Results
from lca.rows import amounts_of

if TYPE_CHECKING:
    from pandas import DataFrame

SCOPES = ("scope_1", "scope_2", "scope_3")
ROUNDING = 1e-12  # what differences of large numbers leave of a zero
DIRECT, GRID, OTHER = range(len(PARTS))


def scopes(results: Results, actor: str) -> Array:
    """Scopes 1, 2 and 3 of a reporting actor, location-based: alternative x row x scope x indicator.

    Scope 1 is what its own processes emit, scope 2 what the plants behind the energy it buys emit, scope 3 all else."""
    own = _own(results, actor)
    total = results.contributions.sum(axis=(2, 3))
    mine = results.contributions[:, :, own].sum(axis=2)
    with np.errstate(invalid="ignore"):  # what has no value has none in scope 3 either
        return np.stack([mine[:, :, DIRECT], mine[:, :, GRID], total - mine[:, :, DIRECT] - mine[:, :, GRID]], axis=2)


def market_based(results: Results, actor: str) -> tuple[Array | None, list[str]]:
    """The same with the contracts and residual factors of the study; none, and the purchases without a contract, where some are missing."""
    found, study, inputs = scopes(results, actor), results.study, [*results.background.products, *results.background.flows]
    missing = set()
    for number in np.flatnonzero(_own(results, actor)):
        for row, position in enumerate(results.line_inputs[:, number]):
            if not results.contributions[:, row, number, GRID].any():
                continue
            contract = study.contracts.get(inputs[position])
            if contract is None:
                missing.add(inputs[position])
                continue
            covered = float(_value(results, contract.covered)[row])
            bought, rest = results.beside[contract.contract][row], results.beside[contract.residual][row]
            one = study.units.unit(results.background.products[contract.product].unit).factor  # what stands beside is for one base unit
            unit = one * (covered * bought + (1 - covered) * rest)
            market = results.quantities[:, row, number, None, None] * unit
            here = results.contributions[:, row, number]
            found[:, row, 1] += market[:, DIRECT] + market[:, GRID] - here[:, GRID]
            found[:, row, 2] += market[:, OTHER] - here[:, OTHER] - here[:, DIRECT]
    size = np.abs(scopes(results, actor)).sum(axis=2, keepdims=True)
    found[np.abs(found) < ROUNDING * size] = 0.0
    return (None if missing or not study.contracts else found), sorted(missing)


def _own(results: Results, actor: str) -> Array:
    """The lines of the reporting actor; the study's own where none is named."""
    known, actor = {line.tags["actor"] for line in results.lines}, actor or results.study.reporting_actor
    if not actor:
        raise UnknownName(f"scopes are those of an actor: name one (--actor), or write 'reporting_actor:' in the study. {nearest('', known)}")
    if actor not in known:
        raise UnknownName(f"no process of the study is run by the actor '{actor}'. {nearest(actor, known)}")
    return np.array([line.tags["actor"] == actor for line in results.lines])


def _value(results: Results, expression: Expression) -> Array:
    return amounts_of([expression], results.values, len(results.scenarios))[:, 0]


def effects(results: Results) -> dict[str, Array]:
    """The quantified effects beside the total, per functional unit: alternative x row x indicator; never added to it."""
    shape = results.totals.shape
    found = {}
    for key, effect in results.study.effects.items():
        if effect.beside:
            found[key] = np.zeros(shape)
            for a, alternative in enumerate(results.study.alternatives):
                if alternative in effect.beside:
                    found[key][a] = results.beside[effect.beside[alternative]].sum(axis=1)
    return found


@dataclass(frozen=True)
class Attribution:
    """A shared thing: its whole (row x indicator), the share of each user by each rule (row), and what changes without a user."""

    shared: Shared
    whole: Array
    shares: dict[str, dict[str, Array]]
    changes: dict[tuple[str, str], Array]


def attributions(results: Results) -> list[Attribution]:
    """Average shares by energy, time, volume or peak sum to one; what changes is a view of its own and sums to nothing."""
    found = []
    for key, shared in results.study.shared.items():
        shares = {}
        for rule, by_user in shared.uses.items():
            uses = {user: _value(results, use) for user, use in by_user.items()}
            with np.errstate(all="ignore"):
                shares[rule] = {user: use / np.sum(list(uses.values()), axis=0) for user, use in uses.items()}
        changes = {pair: results.beside[name].sum(axis=1) for pair, name in shared.changes.items()}
        found.append(Attribution(shared, results.beside[f"{key} | shared"].sum(axis=1), shares, changes))
    return found


@dataclass(frozen=True)
class OneOff:
    """A line whose amount is spread over uses or time: the whole and what it is spread over (row, in their units), and what each
    alternative bears per functional unit (alternative x row, in units of what the line counts)."""

    process: str
    exchange: Exchange
    counted: str  # the process or thing that is counted
    whole: Array
    whole_unit: str
    over: Array
    over_unit: str
    borne: Array
    unit: str


def one_offs(results: Results) -> list[OneOff]:
    """Every line that is written with `over`; a process that runs in several contexts with the same values counts once,
    with what all of them bear."""
    model = results.study.model
    found: dict[tuple[str, str, bytes], OneOff] = {}
    for node, each, amount, counted, unit, borne in (each for each in _needs(results) if each[1].over):
        whole, over = (_shown(results, part) for part in amount.inputs)  # an amount with `over` is a division
        key = (model.nodes[node].process.key, each.key, whole[0].tobytes() + over[0].tobytes())
        if key in found:
            found[key] = replace(found[key], borne=found[key].borne + borne)
        else:
            found[key] = OneOff(key[0], each, counted, *whole, *over, borne, unit)
    return list(found.values())


def _needs(results: Results) -> Iterator[tuple[int, Exchange, Expression, str, str, Array]]:
    """What calls another process, then what ends in the background or in nature, with what every alternative needs of it."""
    model, units = results.study.model, results.study.units
    for number, call in enumerate(model.calls):
        process = model.nodes[call.called].process
        level = results.levels[:, :, call.caller]  # what does not run bears nothing, even where the amount has no value
        borne = np.where(level == 0, 0.0, level * results.call_amounts[:, number]) / units.unit(process.unit).factor
        yield call.caller, call.exchange, call.amount, process.key, process.unit, borne

    for number, line in enumerate(results.lines):
        pick = int(results.values[line.choice][0]) if line.choice else 0
        yield line.node, line.exchange, line.amount, line.inputs[pick], line.units[pick], results.quantities[:, :, number]


def _shown(results: Results, expression: Expression) -> tuple[Array, str]:
    """Values of a formula in the unit of the parameter that it names, else in base units."""
    study, values = results.study, _value(results, expression)
    if expression.kind == "name":
        unit = study.model.variables[expression.text].parameter.unit
        if unit.text:  # a formula may state none
            return values / unit.factor, unit.text
    found = dimension(expression, study.model.dimension_of, study.units)
    return values, show_dimension(found) if found else ""


def deep_table(results: Results, lang: str = "en", alternatives: list[int] | None = None) -> "DataFrame":
    """Every process with every flow that it exchanges with nature, foreground and background, for the rows that were run.

    Amounts are per functional unit; indicators in their own units; what no indicator characterises stays as a row."""
    import pandas as pd

    background, study = results.background, results.study
    products, flows = list(background.products.values()), list(background.flows.values())
    factors = background.factors[:, background.positions(study.indicators)]
    biosphere = background.biosphere.tocoo()
    rows = []
    for a in alternatives if alternatives is not None else range(len(study.alternatives)):
        for r, scenario in enumerate(results.scenarios):
            found: dict[tuple[str, str, str, int], float] = {}
            activity = results.activity[a, r]
            for flow, process, amount in zip(biosphere.row, biosphere.col, biosphere.data, strict=True):
                if activity[process]:
                    mark = ("background", products[process].key, getattr(products[process], f"label_{lang}"), int(flow))
                    found[mark] = found.get(mark, 0.0) + amount * activity[process]
            for line, position, amount in zip(results.lines, results.line_inputs[r], results.quantities[a, r], strict=True):
                if position >= len(products) and amount:
                    process = study.model.nodes[line.node].process.key
                    mark = ("foreground", process, results.process_label(process, lang), int(position) - len(products))
                    found[mark] = found.get(mark, 0.0) + amount
            for (kind, key, label, flow), amount in found.items():
                nature = flows[flow]
                rows.append((list(study.alternatives)[a], scenario, kind, key, label, nature.key, getattr(nature, f"label_{lang}"), nature.compartment,
                             amount, nature.unit, *(amount * factors[flow])))  # fmt: skip
    columns = ["alternative", "scenario", "system", "process", "process_label", "flow", "flow_label", "compartment", "amount", "unit"]
    return pd.DataFrame(rows, columns=[*columns, *(f"{each.label(lang) if each.role == UNCOVERED else each.key} [{each.unit}]" for each in results.indicators)])


def fleets(results: Results) -> list[tuple[str, str, list[int]]]:
    """Whole numbers of things that are counted: the values that a ceil makes, with their unit and where the process that owns each stands."""
    model, units, found = results.study.model, results.study.units, []
    for name, variable in model.variables.items():
        dimension = model.dimensions.get(name, ())
        if variable.formula and dimension and units.is_count(dimension) and len(dimension) == 1 and dimension[0][1] == 1 and _rounds_up(variable.formula):
            found.append((name, dimension[0][0], [n for n, node in enumerate(model.nodes) if node.process.key == name.rpartition(".")[0]]))
    return found


def _rounds_up(expression: Expression) -> bool:
    return expression.text == "ceil" or any(_rounds_up(each) for each in expression.inputs)
