"""What the totals of one row rest on: the values in use there, and the share that passes through an assumption."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from lca import engine
from lca.calculation import quantities_of
from lca.citations import background_in_use, names_in
from lca.expressions import Array, Expression
from lca.influence import set_names
from lca.processes import BackgroundExchange
from lca.ranges import RangedExchange
from lca.results import Results
from lca.sources import ASSUMPTION

NONE, PARAMETERS, BACKGROUND, BOTH = range(4)


def values_in_use(results: Results, row: int) -> list[str]:
    """The quantities that reach a total or a quality in a row, as they are read there."""
    model, fixed = results.study.model, set_names(results, row)
    formulas = [*(each.amount for each in model.calls), *(each.amount for each in model.lines), *(each.quality for each in results.study.alternatives.values())]
    waiting, found = [name for each in formulas for name in names_in(each, results.values, row)], dict[str, None]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            formula = model.variables[name].formula
            waiting += names_in(formula, results.values, row) if formula and name not in fixed else []
    return [name for name in model.variables if name in found and (name in fixed or model.variables[name].parameter.kind == "quantity")]


def assumed_values(results: Results, row: int) -> set[str]:
    """What rests on an assumption, or on a value without a source (as a scenario or an instance may set it), itself or through its formula."""
    found, fixed = set[str](), set_names(results, row)
    for name, variable in results.study.model.variables.items():
        parameter = variable.parameter
        if name in fixed or (variable.formula is None and parameter.kind == "quantity"):
            assumed = name in fixed or parameter.basis in ("", ASSUMPTION)
        else:
            behind = names_in(variable.formula, results.values, row) if variable.formula else []
            assumed = parameter.basis == ASSUMPTION or not found.isdisjoint(behind)
        if assumed:
            found.add(name)
    return found


def assumed_rows(results: Results) -> list[RangedExchange]:
    """The background rows in use whose amount is an assumption."""
    return [each for each in background_in_use(results) if each.row["basis"] == ASSUMPTION]


def shares_by_assumption(results: Results, rows: Sequence[BackgroundExchange], row: int = 0) -> Array:
    """Four parts of each total (part x alternative x indicator), which sum to one: what reaches it along chains of values
    without an assumption, with one among the parameters only, among the background rows (`rows`) only, among both.

    A chain leads from the functional unit to an exchange with nature; it counts as assumed as soon as one value of it is."""
    background, study, assumed = results.background, results.study, assumed_values(results, row)

    def sound(amounts: Iterable[Expression]) -> Array:
        return np.array([not any(name in assumed for name in names_in(each, results.values, row)) for each in amounts], dtype=float)

    calls = results.call_amounts[[row]] * sound(each.amount for each in study.model.calls)
    lines = results.line_amounts[[row]] * sound(each.amount for each in study.model.lines)
    inputs = results.line_inputs[row]
    every, checked = results.quantities[:, row], quantities_of(study, calls, lines)[:, 0]
    picked = background.positions(study.indicators)
    whole = background.table.sum(axis=1)[inputs][:, picked]
    clean = np.concatenate([unit_without(results, rows), background.factors])[inputs][:, picked]
    total = every @ whole
    parts = np.stack([checked @ clean, (every - checked) @ clean, checked @ (whole - clean), (every - checked) @ (whole - clean)])
    with np.errstate(all="ignore"):
        return np.asarray(parts / total)


def unit_without(results: Results, rows: Sequence[BackgroundExchange]) -> Array:
    """Scores of one unit of every product as if some exchanges of the background were nothing."""
    from scipy.sparse import coo_matrix

    background = results.background
    places = _places(results)

    def amounts(known: Iterable[str], shape: tuple[int, int]) -> Any:
        some = [each for each in rows if each.input in known]
        cells = [np.array([places[name] for name in names], dtype=int) for names in ([each.input for each in some], [each.process for each in some])]
        return coo_matrix((np.array([each.amount for each in some], dtype=float), (cells[0], cells[1])), shape=shape)

    technosphere, biosphere = background.technosphere.tocsc(), background.biosphere.tocsc()
    return engine.unit_scores(technosphere + amounts(background.products, technosphere.shape), biosphere - amounts(background.flows, biosphere.shape),
                              background.factors.T)  # fmt: skip


def weights(results: Results, rows: Sequence[BackgroundExchange], row: int = 0) -> Array:
    """The share of each total that passes through each of some background rows (row x alternative x indicator)."""
    background, places = results.background, _places(results)
    picked = background.positions(results.study.indicators)
    products, flows = background.unit.sum(axis=1)[:, picked], background.factors[:, picked]
    scores = np.array([each.amount * (products if each.input in background.products else flows)[places[each.input]] for each in rows])
    running = results.activity[:, row][:, [places[each.process] for each in rows]].T
    with np.errstate(all="ignore"):
        return np.asarray(np.abs(running[..., None] * scores.reshape(len(rows), 1, len(picked))) / np.abs(results.totals[:, row]))


def _places(results: Results) -> dict[str, int]:
    """Where products and flows stand in their matrices."""
    return {key: number for names in (results.background.products, results.background.flows) for number, key in enumerate(names)}
