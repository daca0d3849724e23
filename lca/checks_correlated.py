"""What is said of correlations must hold together: known names, one number per pair, and a matrix from which one can draw."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.errors import Faults, UnknownName, nearest
from lca.expressions import Array
from lca.parameters import Parameter
from lca.scopes import Scopes

ROUNDING = 1e-9  # how far below zero an eigenvalue is still taken as zero
ROOM = 0.01  # what a proposed matrix keeps of it per name, so that two decimals suffice
Pair = tuple[str, str]


def check_correlated(scopes: Scopes, faults: Faults) -> None:
    """What a parameter is correlated with must exist, beside it in its process or in the study; and all of it must be possible."""
    stated = read_correlations(scopes, faults)
    for names in _connected(stated):
        _check_possible(names, stated, faults)


def correlations(scopes: Scopes) -> list[tuple[list[str], Array]]:
    """What hangs together: the names of what is drawn, and their matrix."""
    stated = read_correlations(scopes, Faults())
    return [(names, _matrix(names, stated)) for names in _connected(stated)]


def read_correlations(scopes: Scopes, faults: Faults) -> dict[Pair, tuple[float, str]]:
    """The stated number of each pair of what is drawn, and where it stands."""
    known, stated = _parameters(scopes), dict[Pair, tuple[float, str]]()
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


def _parameters(scopes: Scopes) -> dict[str, Parameter]:
    """All parameters by full name: those of the study, those of processes behind a dot."""
    owned = {f"{key}.{name}": each for key, process in scopes.processes.items() for name, each in process.parameters.items()}
    return {**scopes.study, **owned}


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
        cluster, size = {waiting[0]}, 0
        while len(cluster) > size:
            size = len(cluster)
            cluster |= {name for pair in stated if cluster & {*pair} for name in pair}
        yield sorted(cluster)
        waiting = [each for each in waiting if each not in cluster]


def _matrix(names: list[str], stated: dict[Pair, tuple[float, str]]) -> Array:
    matrix = np.eye(len(names))
    for (first, second), (value, _) in stated.items():
        if first in names:
            row, column = names.index(first), names.index(second)
            matrix[row, column] = matrix[column, row] = value
    return matrix


def _check_possible(names: list[str], stated: dict[Pair, tuple[float, str]], faults: Faults) -> None:
    matrix = _matrix(names, stated)
    if np.linalg.eigvalsh(matrix)[0] >= -ROUNDING:
        return
    near, listed = possible(matrix), ", ".join(f"'{each}'" for each in names)
    changes = [f"{first} and {second} {near[row, column]:g} ({matrix[row, column]:g} now)" for row, first in enumerate(names)
               for column, second in enumerate(names) if row < column and abs(near[row, column] - matrix[row, column]) > ROOM / 2]  # fmt: skip
    place, *others = dict.fromkeys(place for pair, (_, place) in stated.items() if pair[0] in names)
    also = f"; see also {', '.join(others)}" if others else ""
    faults.add(place, f"the correlations of {listed} contradict each other (what is not stated is 0{also}). Possible is, for example: {'; '.join(changes)}")


def possible(matrix: Array) -> Array:
    """A correlation matrix near one that is none: no eigenvalue below a little, ones on the diagonal, two decimals."""
    values, vectors = np.linalg.eigh(matrix)
    lifted = (vectors * np.maximum(values, ROOM * len(matrix))) @ vectors.T
    size = np.sqrt(np.diag(lifted))
    return np.asarray(np.round(lifted / np.outer(size, size), 2))
