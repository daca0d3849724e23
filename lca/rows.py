"""Values of every parameter for every row (a row is a scenario)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import numpy as np

from lca import engine
from lca.checks import Scenario
from lca.errors import DataError, Faults, Message
from lca.expressions import Array, Expression, evaluate, evaluate_alike
from lca.model import Model
from lca.quantities import Units
from lca.scopes import Variable
from lca.study import Study
from lca.wording import message

Values = dict[str, Array]
CELLS = 2**16  # numbers that are computed together, so that they stay in the processor's cache


class Modelled(Protocol):
    """What amounts and levels are computed from: a study, or processes that were expanded without one."""

    @property
    def model(self) -> Model: ...

    @property
    def units(self) -> Units: ...


def compute_rows(study: Study, scenarios: list[Scenario], settings: dict[str, Variable]) -> tuple[Values, list[Message]]:
    """One row per scenario; `settings` (of the command line) come on top of each and see its values."""
    variables, faults, messages = study.model.variables, Faults(), list[Message]()
    rows = []
    for scenario, values, given in scenario_values(study, scenarios, settings, {}):
        _check_limits(study, scenario, values, given, faults, messages)
        _check_requirements(study, scenario, values, faults)
        _check_signs(study, scenario, values, faults)
        rows.append(values)
    faults.check()
    return {name: np.concatenate([np.broadcast_to(each[name], (1,)) for each in rows]) for name in variables}, messages


def scenario_values(study: Study, scenarios: list[Scenario], settings: dict[str, Variable], drawn: Values) -> Iterator[tuple[Scenario, Values, Values]]:
    """The values of each scenario and what it gives of them; `drawn` holds wherever no scenario says otherwise."""
    variables, done = study.model.variables, dict[str, tuple[Values, Values]]()
    plain = compute(variables, drawn)
    for scenario in study.scenarios.values():
        before, given = done.get(scenario.parent, (plain, {}))
        given = given | _given(scenario.settings, variables, before)
        done[scenario.key] = (compute(variables, drawn | given), given)
    for scenario in scenarios:
        values, given = done[scenario.key]
        if settings:
            given = given | _given(settings, variables, values)
            values = compute(variables, drawn | given)
        yield scenario, values, given


def compute(variables: dict[str, Variable], given: Values, moved: Callable[[str, Array], Array] = lambda name, value: value) -> Values:
    """All variables in their order; what is given stands for itself and for those that follow it; `moved` changes a value
    before others read it."""
    values: Values = {}
    for name, variable in variables.items():
        key = next((each for each in (name, *variable.origins) if each in given), None)
        if key is not None:
            values[name] = given[key]
        elif variable.formula:
            values[name] = value_of(variable.formula, values)
        else:
            values[name] = _plain(variable, variables, values)
        values[name] = moved(name, values[name])
    return values


def value_of(expression: Expression, values: Values) -> Array:
    """A formula on the values of the rows."""
    return evaluate(expression, lambda leaf: read_leaf(leaf, values))


def amounts_of(expressions: Iterable[Expression], values: Values, rows: int) -> Array:
    """Formulas on the values of the rows: row x formula."""
    written, shapes = list(expressions), dict[str, list[int]]()
    found, step = np.empty((len(written), rows)), max(1, CELLS // rows)  # the rows of a formula lie side by side
    for number, each in enumerate(written):
        shapes.setdefault(each.shape, []).append(number)
    for places in (alike[start : start + step] for alike in shapes.values() for start in range(0, len(alike), step)):
        found[places] = evaluate_alike([written[each] for each in places], lambda leaf: read_leaf(leaf, values))
    return found.T


def functional_demand(study: Study) -> Array:
    """The functional unit, asked of every alternative."""
    return np.full(len(study.model.roots), study.functional_unit.amount.value)


def levels_of(study: Modelled, roots: list[int], demand: Array, calls: Array) -> Array:
    """How often every process runs, for demands on some (root x row x process)."""
    steps = [(each.caller, each.called, calls[:, number]) for number, each in enumerate(study.model.calls)]
    with np.errstate(all="ignore"):
        return engine.activity_levels(np.repeat(demand[:, None], len(calls), axis=1), roots, steps, len(study.model.nodes))


def read_leaf(leaf: Expression, values: Values) -> Array:
    """The value of a name, or of the name that a choice picks."""
    if leaf.kind == "name":
        return values[leaf.text]
    index, options = values[leaf.choice].astype(int), [values[each.text] if each.kind == "name" else np.array([each.value]) for each in leaf.inputs]
    if index.size == 1:
        return options[int(index[0])]
    return np.asarray(np.stack(np.broadcast_arrays(index, *options)[1:])[index, np.arange(index.size)])


def _plain(variable: Variable, variables: dict[str, Variable], values: Values) -> Array:
    """A quantity, or a choice as the position of its value."""
    parameter = variable.parameter
    if not parameter.choices:
        return np.array([parameter.value])
    if not variable.alias:
        return np.array([float(parameter.choices.index(parameter.choice))])
    return values[variable.alias]


def _given(settings: dict[str, Variable], variables: dict[str, Variable], before: Values) -> Values:
    """What settings come to on the values before them."""
    given: Values = {}
    for name, setting in settings.items():
        own = variables[name].parameter.choices
        if setting.alias:
            others = setting.parameter.choices
            label = others[int(before[setting.alias][0])]
            if label not in own:
                place = f"{setting.parameter.place}: " if setting.parameter.place else ""
                raise DataError(f"{place}'{name}' cannot be '{label}'. Allowed: {', '.join(own)}.")
            given[name] = np.array([float(own.index(label))])
        elif setting.formula:
            given[name] = value_of(setting.formula, before)
        else:
            given[name] = _plain(setting, variables, before)
    return given


def _check_requirements(study: Study, scenario: Scenario, values: Values, faults: Faults) -> None:
    """What the inventories themselves demand; a requirement without a value is not met. A covered share lies between 0 and 1."""
    for contract in study.contracts.values():
        covered = float(value_of(contract.covered, values)[0])
        if not 0 <= covered <= 1:
            faults.add("", f"market_based '{contract.product}': covered is {covered:.4g} in scenario '{scenario.key}'; allowed is 0 to 1 (100 %)")
    for each in study.model.requirements:
        held = value_of(each.formula, values)
        if not (np.nan_to_num(held) != 0).all():
            told = each.requirement
            process = study.model.nodes[each.node].process.key
            faults.add(told.place, f"'{process}' in scenario '{scenario.key}': {told.message_en} / {told.message_fr} ({told.written})")


def _check_signs(study: Study, scenario: Scenario, values: Values, faults: Faults) -> None:
    """What a one-off is spread over, and what users take of a shared thing, is never less than nothing."""
    checked = [(f"'{exchange.key}' is spread over", exchange.place, over) for exchange, over in study.model.spread]
    for key, each in study.shared.items():
        checked += [(f"'{user}' takes of '{key}' by {rule}", "", use) for rule, by in each.uses.items() for user, use in by.items()]
    for what, place, expression in checked:
        found = value_of(expression, values)
        if (found < 0).any():
            faults.add(place, f"{what} {found[0]:.4g} in scenario '{scenario.key}'; allowed is zero and more")


def _check_limits(study: Study, scenario: Scenario, values: Values, given: Values, faults: Faults, messages: list[Message]) -> None:
    """Beyond `allowed` is a fault; beyond low and high is an extrapolation, said aloud."""
    for name, variable in study.model.variables.items():
        parameter, value = variable.parameter, values[name]
        limits = parameter.allowed
        if limits and ((value < limits[0]) | (value > limits[1])).any():
            low, high = (f"{each / parameter.unit.factor:g} {parameter.unit.text}".strip() for each in limits)
            shown = f"{value[0] / parameter.unit.factor:g} {parameter.unit.text}".strip()
            faults.add(parameter.place, f"'{name}' is {shown} in scenario '{scenario.key}'; allowed is {low} to {high}")
        if name in given and parameter.is_beyond(float(value[0])):
            messages.append(message("m_extrapolation", scenario=scenario.key, name=name))
