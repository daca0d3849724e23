"""The parts of a study, and its checks as a whole: clashing names, dimensions of what is set, levers that move nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lca.errors import Faults, LCAError, Message, UnitError, UnknownName, nearest
from lca.expressions import Expression, dimension
from lca.model import Model
from lca.parameters import Parameter
from lca.processes import Process, Product
from lca.quantities import PLAIN, Dimension, Quantity, Units, multiply, show_dimension
from lca.scopes import Scopes, Variable, read_names
from lca.wording import message


@dataclass(frozen=True)
class Alternative:
    """A way to render the function: a process and the formula of its quality."""

    key: str
    label_en: str
    label_fr: str
    process: str
    quality: Expression
    written: str
    place: str


@dataclass(frozen=True)
class Scenario:
    """Values of another scenario (`parent`), some of them set anew; formulas see the parent's values."""

    key: str
    label_en: str
    label_fr: str
    parent: str
    settings: dict[str, Variable]


@dataclass(frozen=True)
class Status:
    """screening, complete (not reviewed) or reviewed, by whom and when: entered by a person, never concluded."""

    kind: str = "screening"
    by: str = ""
    on: str = ""
    stated: bool = False


@dataclass(frozen=True)
class FunctionalUnit:
    text_en: str
    text_fr: str
    amount: Quantity
    measure_en: str
    measure_fr: str
    at_least: float
    per_year: str = ""  # the value that says how much of the service is used in a time
    place: str = ""


def check_settings(settings: dict[str, Variable], model: Model, units: Units, faults: Faults, what: str) -> None:
    """What sets a value must have its dimension."""
    for name, variable in settings.items():
        if not variable.parameter.choices and name in model.dimensions:
            place = variable.parameter.place
            found: Dimension | None = variable.parameter.unit.dimension
            try:
                found = dimension(variable.formula, lambda leaf: model.dimension_of(leaf) or PLAIN, units) if variable.formula else found
            except LCAError as error:
                faults.add(place, f"{what} sets '{name}': {error}", type(error))
                continue
            if found is not None and found != model.dimensions[name]:
                text = f"{what} sets '{name}' to {show_dimension(found)}; it is {show_dimension(model.dimensions[name])}"
                faults.add(place, text, UnitError)


def check_shared_names(parameters: dict[str, Parameter], processes: dict[str, Process], products: dict[str, Product],
                       choices: dict[str, Parameter], faults: Faults) -> None:  # fmt: skip
    for name, parameter in (*parameters.items(), *((name, each) for process in processes.values() for name, each in process.parameters.items())):
        if name in choices:
            faults.add(parameter.place, f"'{name}' cannot be a parameter: it is a value choice of the method (lca list choices)")
    for process in processes.values():
        for name, parameter in process.parameters.items():
            if name in process.expects or (process.from_study and name in parameters):
                faults.add(parameter.place, f"'{name}' is a parameter of '{process.key}' and of the study: rename one of them")
        if process.key in products:
            faults.add(process.place, f"the process '{process.key}' has the name of a background product")


def check_covers(processes: dict[str, Process], indicators: Iterable[str], faults: Faults) -> None:
    for process in processes.values():
        for name in (each for each in process.covers if each not in indicators):
            faults.add(process.place, f"'{process.key}' covers the unknown indicator '{name}'. {nearest(name, indicators)}", UnknownName)


def check_per_year(unit: FunctionalUnit, model: Model, units: Units, faults: Faults) -> None:
    """How much is used in a time must be that: the functional unit over time."""
    wanted = multiply(unit.amount.unit.dimension, units.unit("year").dimension, -1.0)
    if unit.per_year not in model.variables:
        own = [name for name in model.variables if "." not in name and model.dimensions[name] == wanted]
        faults.add(unit.place, f"the functional unit: there is no value '{unit.per_year}'. {nearest(unit.per_year, own)}", UnknownName)
    elif model.dimensions[unit.per_year] != wanted:
        found = show_dimension(model.dimensions[unit.per_year])
        faults.add(unit.place, f"the functional unit: '{unit.per_year}' is {found}; per_year must be {show_dimension(wanted)}", UnitError)


def check_alternatives(alternatives: dict[str, Alternative], unit: FunctionalUnit, model: Model, scopes: Scopes, faults: Faults) -> None:
    for root, each in zip(model.roots, alternatives.values(), strict=True):
        process = model.nodes[root].process
        if scopes.units.unit(process.unit).dimension != unit.amount.unit.dimension:
            text = f"alternative '{each.key}' makes {process.unit}; the functional unit is {show_dimension(unit.amount.unit.dimension)}"
            faults.add(process.place, text, UnitError)
        try:
            found = dimension(each.quality, lambda leaf: model.dimension_of(leaf) or PLAIN, scopes.units)
            if found:
                raise UnitError(f"'{each.written}' is {show_dimension(found)}; a quality is a plain number")
        except LCAError as error:
            faults.add(process.place, f"quality of '{each.key}': {error}", type(error))
    if unit.per_year:
        check_per_year(unit, model, scopes.units, faults)


def check_reach(model: Model, alternatives: dict[str, Alternative], scenarios: dict[str, Scenario], parameters: Iterable[str],
                beside: list[Expression]) -> tuple[Message, ...]:  # fmt: skip
    """Levers that move nothing and parameters that nobody reads are said aloud."""
    used = model.used([*(each.quality for each in alternatives.values()), *beside])
    read_by_scenarios = {name for each in scenarios.values() for setting in each.settings.values() if setting.formula for name in read_names(setting.formula)}
    reached = used | {origin for name in used for origin in model.variables[name].origins}
    messages = [message("m_idle", name=name) for name in parameters if name not in reached | read_by_scenarios]
    for scenario in scenarios.values():
        messages += [message("m_shadowed", scenario=scenario.key, name=name) for name in scenario.settings if name not in reached]
    return tuple(messages)
