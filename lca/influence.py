"""How far each value moves the results: one at a time, from its low to its high, all else as in one scenario."""

from dataclasses import dataclass

import numpy as np

from lca import engine
from lca.background import Background
from lca.calculation import count_amounts, quantities_of
from lca.errors import UnknownName, nearest
from lca.expressions import Array
from lca.results import Results
from lca.rows import Values, amounts_of, compute
from lca.scopes import Variable
from lca.study import Study


@dataclass(frozen=True)
class Steps:
    """Totals per functional unit: as they are (alternative x indicator), and with each value at its low and at its high
    (name x alternative x indicator). Nothing where a process demands what then does not hold. Qualities likewise."""

    names: tuple[str, ...]
    base: Array
    low: Array
    high: Array
    low_quality: Array  # name x alternative
    high_quality: Array


def step(results: Results, row: int = 0) -> Steps:
    """Every value with a range that reaches the results, moved alone; what the scenario sets itself stays as it sets it."""
    study = results.study
    fixed = fixed_values(results, row)
    used = study.model.used(each.quality for each in study.alternatives.values())
    moved = [each for name, each in study.model.variables.items() if name in used - fixed.keys() and has_range(each)]
    rows = 1 + 2 * len(moved)
    given = dict(fixed)
    for number, variable in enumerate(moved):
        parameter = variable.parameter
        column = given[variable.name] = np.full(rows, parameter.value)
        column[1 + 2 * number], column[2 + 2 * number] = parameter.low, parameter.high
    totals, quality = totals_of(study, results.background, compute(study.model.variables, given), rows)
    by_row = np.moveaxis(totals, 1, 0)
    return Steps(tuple(each.name for each in moved), by_row[0], by_row[1::2], by_row[2::2], quality.T[1::2], quality.T[2::2])


def totals_of(study: Study, background: Background, values: Values, rows: int) -> tuple[Array, Array]:
    """Totals per functional unit (alternative x row x indicator) and qualities (alternative x row) for rows of values.

    Nothing where a process demands what does not hold, or where something is spread over less than nothing."""
    calls, lines, inputs = count_amounts(study, background, values, rows)
    if not inputs.strides[0] or (inputs == inputs[:1]).all():
        inputs = inputs[:1]  # one table of unit scores serves all rows
    unit = background.table[inputs][..., background.positions(study.indicators)].sum(axis=2, keepdims=True)
    totals = engine.scores(quantities_of(study, calls, lines), unit)
    held = amounts_of([each.formula for each in study.model.requirements], values, rows)
    spread = amounts_of([over for _, over in study.model.spread], values, rows)
    totals[:, (np.nan_to_num(held) == 0).any(axis=1) | (spread < 0).any(axis=1)] = np.nan
    return totals, amounts_of([each.quality for each in study.alternatives.values()], values, rows).T


def row_of(results: Results, scenario: str) -> int:
    """The row of a scenario that was run; the first one without a name."""
    if scenario and scenario not in results.scenarios:
        raise UnknownName(f"there is no scenario '{scenario}' among those that were run. {nearest(scenario, results.scenarios)}")
    return results.scenarios.index(scenario) if scenario else 0


def fixed_values(results: Results, row: int = 0) -> Values:
    """What the scenario and the command line set, as they set it."""
    return {name: results.values[name][row : row + 1] for name in set_names(results, row)}


def influence(results: Results, row: int = 0) -> list[tuple[str, float]]:
    return rank(results, step(results, row))


def rank(results: Results, steps: Steps) -> list[tuple[str, float]]:
    """The values in order of their swing: how far a total moves between low and high, relative to what it is; of the
    alternatives the one that moves most, the mean over the headline indicators."""
    three = np.stack([steps.low, np.broadcast_to(steps.base, steps.low.shape), steps.high])
    with np.errstate(all="ignore"):
        swing = (np.fmax.reduce(three) - np.fmin.reduce(three)) / np.abs(steps.base)
    swing = np.where(np.isfinite(swing), swing, 0.0)[:, :, results.headline].max(axis=1).mean(axis=1)
    return sorted(zip(steps.names, swing.tolist(), strict=True), key=lambda pair: -pair[1])


def has_range(variable: Variable) -> bool:
    """Whether it has a value and a range of its own (an instance follows its original)."""
    low, high = variable.parameter.low, variable.parameter.high
    return not variable.formula and low is not None and high is not None and low < high


def set_names(results: Results, row: int) -> set[str]:
    """What a scenario, those it comes from and the command line set."""
    study, names = results.study, {results.study.scopes.study_name(each) for each in results.about.get("settings", ())}
    scenario = study.scenarios.get(results.scenarios[row])
    while scenario:
        names |= scenario.settings.keys()
        scenario = study.scenarios.get(scenario.parent)
    return names
