"""How far each value moves the results: one at a time, from its low to its high, all else as in one scenario."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lca import engine
from lca.calculation import count_amounts, quantities_of, unit_table
from lca.expressions import Array
from lca.results import Results
from lca.rows import amounts_of, compute
from lca.scopes import Variable


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
    fixed = {name: results.values[name][row] for name in set_names(results, row)}
    used = study.model.used(each.quality for each in study.alternatives.values())
    moved = [each for name, each in study.model.variables.items() if name in used - fixed.keys() and _has_range(each)]
    rows = 1 + 2 * len(moved)
    given = {name: np.full(rows, value) for name, value in fixed.items()}
    for number, variable in enumerate(moved):
        parameter = variable.parameter
        column = given[variable.name] = np.full(rows, parameter.value)
        column[1 + 2 * number], column[2 + 2 * number] = parameter.low, parameter.high
    values = {name: np.broadcast_to(each, (rows,)) for name, each in compute(study.model.variables, given).items()}
    calls, lines, inputs = count_amounts(study, results.background, values, rows)
    unit = unit_table(results.background)[..., results.background.positions(study.indicators)].sum(axis=1, keepdims=True)[inputs]
    totals = engine.scores(quantities_of(study, calls, lines), unit)
    for each in study.model.requirements:
        held = amounts_of([each.formula], values, rows)[:, 0]
        totals[:, np.nan_to_num(held) == 0] = np.nan
    quality = amounts_of([each.quality for each in study.alternatives.values()], values, rows)
    by_row = np.moveaxis(totals, 1, 0)
    return Steps(tuple(each.name for each in moved), by_row[0], by_row[1::2], by_row[2::2], quality[1::2], quality[2::2])


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


def _has_range(variable: Variable) -> bool:
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
