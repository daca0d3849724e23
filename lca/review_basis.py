"""What a review stands on: a question of a reviewer with what its texts are filled with, in both languages; and what the totals of one row
rest on, the values in use there and the share that passes through an assumption."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca import engine
from lca.calculation import quantities_of
from lca.citations import background_in_use, names_in
from lca.errors import Message
from lca.expressions import Array, Expression, reached
from lca.influence import set_names
from lca.processes import BackgroundExchange
from lca.ranges import RangedExchange
from lca.results import Results
from lca.sources import ASSUMPTION
from lca.wording import message, percent, quantity, say

NONE, PARAMETERS, BACKGROUND, BOTH = range(4)
Say = Callable[[str], str]  # a text by language
FIRST = 3  # how many of several are named


def values_in_use(results: Results, row: int) -> list[str]:
    """The quantities that reach a total or a quality in a row, as they are read there."""
    model, fixed = results.study.model, set_names(results, row)
    formulas = [*(each.amount for each in model.calls), *(each.amount for each in model.lines), *(each.quality for each in results.study.alternatives.values())]

    def below(name: str) -> list[str]:
        formula = model.variables[name].formula
        return names_in(formula, results.values, row) if formula and name not in fixed else []

    found = set(reached([name for each in formulas for name in names_in(each, results.values, row)], below))
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

    background, count = results.background, len(results.background.products)

    def amounts(known: Iterable[str], shape: tuple[int, int]) -> Any:
        some = [each for each in rows if each.input in known]
        cells = np.array([(background.places[each.input], background.places[each.process]) for each in some], dtype=int).reshape(-1, 2).T
        inputs = np.where(cells[0] < count, cells[0], cells[0] - count)  # flows have a matrix of their own
        return coo_matrix((np.array([each.amount for each in some], dtype=float), (inputs, cells[1])), shape=shape)

    technosphere, biosphere = background.technosphere.tocsc(), background.biosphere.tocsc()
    return engine.unit_scores(technosphere + amounts(background.products, technosphere.shape), biosphere - amounts(background.flows, biosphere.shape),
                              background.factors.T)  # fmt: skip


def weights(results: Results, rows: Sequence[BackgroundExchange], row: int = 0) -> Array:
    """The share of each total that passes through each of some background rows (row x alternative x indicator)."""
    background, places = results.background, results.background.places
    picked = background.positions(results.study.indicators)
    unit = background.table.sum(axis=1)[:, picked]
    scores = np.array([each.amount * unit[places[each.input]] for each in rows])
    running = results.activity[:, row][:, [places[each.process] for each in rows]].T
    with np.errstate(all="ignore"):
        return np.asarray(np.abs(running[..., None] * scores.reshape(len(rows), 1, len(picked))) / np.abs(results.totals[:, row]))


@dataclass(frozen=True)
class Question:
    """`rank` says what it touches (see lca/review.py), `size` how much, relative to the others of its rank."""

    rank: int
    size: float
    kind: str
    message: Message


def ask(kind: str, rank: int, size: float, **slots: str | Say) -> Question:
    return Question(rank, size, kind, message(f"q_{kind}", **slots))


def join(texts: Iterable[Say]) -> Say:
    """Several texts that may hold commas."""
    parts = list(texts)
    return lambda lang: (" ; " if lang == "fr" else "; ").join(each(lang) for each in parts)


def first_of(texts: Iterable[str | Say]) -> Say:
    """The first few of a list, and how many more there are."""
    parts = list(texts)

    def text(lang: str) -> str:
        shown = ", ".join(each if isinstance(each, str) else each(lang) for each in parts[:FIRST])
        return shown + (f" {say('q_more', lang, count=len(parts) - FIRST)}" if parts[FIRST:] else "")

    return text


def percent_of(share: float) -> Say:
    return lambda lang: percent(share, lang)


def named(results: Results, alternative: int) -> Say:
    return lambda lang: results.labels(lang)[0][alternative]


def label_of(results: Results, name: str) -> Say:
    about = results.study.model.variables[name].parameter.about
    return lambda lang: about.get(f"label_{lang}", name)


def value_of(results: Results, name: str, which: str = "value") -> Say:
    """A value, or the low or high end of its range, in its own unit."""
    parameter = results.study.model.variables[name].parameter
    return lambda lang: quantity(getattr(parameter, which) / parameter.unit.factor, parameter.unit.text, lang)


def end_of(end: str) -> Say:
    return lambda lang: say(f"q_{end}", lang)


def headline_of(results: Results, which: list[int]) -> Say:
    """The names of some headline indicators, or that it is all of them."""
    if len(which) > 1 and which == results.headline:
        return lambda lang: say("q_all_headline", lang)
    return join(results.indicators[i].label for i in which)
