"""The parts of a study, and its checks as a whole: clashing names, dimensions of what is set, levers that move nothing, and correlations
(known names, one number per pair, a matrix from which one can draw)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from lca.errors import Faults, Message, UnitError, UnknownName, nearest
from lca.expressions import Array, Expression, dimension, reached
from lca.model import Model
from lca.parameters import Parameter
from lca.processes import Process, Product
from lca.quantities import PLAIN, Dimension, Quantity, Units, multiply, show_dimension
from lca.scopes import Scopes, Variable, read_names
from lca.wording import message

ROUNDING = 1e-9  # how far below zero an eigenvalue is still taken as zero
ROOM = 0.01  # what a proposed matrix keeps of it per name, so that two decimals suffice
Pair = tuple[str, str]


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
            with faults.at(place, f"{what} sets '{name}': "):
                found = dimension(variable.formula, lambda leaf: model.dimension_of(leaf) or PLAIN, units) if variable.formula else found
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
        with faults.at(process.place, f"quality of '{each.key}': "):
            if found := dimension(each.quality, lambda leaf: model.dimension_of(leaf) or PLAIN, scopes.units):
                raise UnitError(f"'{each.written}' is {show_dimension(found)}; a quality is a plain number")
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


def check_correlated(scopes: Scopes, faults: Faults) -> None:
    """What a parameter is correlated with must exist, beside it in its process or in the study; and all of it must be possible."""
    stated = read_correlations(scopes, faults)
    for names, matrix in ((names, _matrix(names, stated)) for names in _connected(stated)):
        if np.linalg.eigvalsh(matrix)[0] >= -ROUNDING:
            continue
        near, listed = possible(matrix), ", ".join(f"'{each}'" for each in names)
        changes = [f"{first} and {second} {near[row, column]:g} ({matrix[row, column]:g} now)" for row, first in enumerate(names)
                   for column, second in enumerate(names) if row < column and abs(near[row, column] - matrix[row, column]) > ROOM / 2]  # fmt: skip
        place, *others = dict.fromkeys(place for pair, (_, place) in stated.items() if pair[0] in names)
        also = f"; see also {', '.join(others)}" if others else ""
        told = f"the correlations of {listed} contradict each other (what is not stated is 0{also})"
        faults.add(place, f"{told}. Possible is, for example: {'; '.join(changes)}")


def correlations(scopes: Scopes) -> list[tuple[list[str], Array]]:
    """What hangs together: the names of what is drawn, and their matrix."""
    stated = read_correlations(scopes, Faults())
    return [(names, _matrix(names, stated)) for names in _connected(stated)]


def read_correlations(scopes: Scopes, faults: Faults) -> dict[Pair, tuple[float, str]]:
    """The stated number of each pair of what is drawn, and where it stands."""
    owned = {f"{key}.{name}": each for key, process in scopes.processes.items() for name, each in process.parameters.items()}
    known, stated = {**scopes.study, **owned}, dict[Pair, tuple[float, str]]()
    for name, parameter in ((name, each) for name, each in known.items() if each.correlated):
        near = {each.rpartition(".")[2]: each for each in known if each.rpartition(".")[0] == name.rpartition(".")[0]}
        for other, value in parameter.correlated.items():
            full = near.get(other, other)
            if full not in known:
                text = f"'{parameter.name}' is correlated with the unknown parameter '{other}'. {nearest(other, {*near, *known})}"
                faults.add(parameter.place, text, UnknownName)
            elif full == name or known[full].kind != "quantity":
                kind = "itself" if full == name else f"a {known[full].kind}"
                faults.add(parameter.place, f"'{parameter.name}' is correlated with '{other}', which is {kind}: only values with a range are drawn")
            else:
                _state(drawn_as(name, parameter), drawn_as(full, known[full]), value, parameter.place, stated, faults)
    return stated


def drawn_as(name: str, parameter: Parameter) -> str:
    """What is drawn: the group with which a value shares its draw, or the value."""
    return f"group {parameter.together}" if parameter.together else name


def _state(first: str, second: str, value: float, place: str, stated: dict[Pair, tuple[float, str]], faults: Faults) -> None:
    if first == second:
        if value != 1:
            faults.add(place, f"'{first}' shares one draw, which is a correlation of 1, not {value:g}")
        return
    pair = (min(first, second), max(first, second))
    before, where = stated.setdefault(pair, (value, place))
    if before != value:
        faults.add(place, f"'{pair[0]}' and '{pair[1]}' are correlated by {value:g} here and by {before:g} at {where}. State it once, or alike")


def _connected(stated: dict[Pair, tuple[float, str]]) -> Iterator[list[str]]:
    """The names that hang together, a list for each cluster."""
    waiting = sorted({name for pair in stated for name in pair})
    while waiting:
        cluster = reached(waiting[:1], lambda each: [name for pair in stated if each in pair for name in pair])
        yield sorted(cluster)
        waiting = [each for each in waiting if each not in cluster]


def _matrix(names: list[str], stated: dict[Pair, tuple[float, str]]) -> Array:
    matrix = np.eye(len(names))
    for (first, second), (value, _) in stated.items():
        if first in names:
            row, column = names.index(first), names.index(second)
            matrix[row, column] = matrix[column, row] = value
    return matrix


def possible(matrix: Array) -> Array:
    """A correlation matrix near one that is none: no eigenvalue below a little, ones on the diagonal, two decimals."""
    values, vectors = np.linalg.eigh(matrix)
    lifted = (vectors * np.maximum(values, ROOM * len(matrix))) @ vectors.T
    size = np.sqrt(np.diag(lifted))
    return np.asarray(np.round(lifted / np.outer(size, size), 2))
