"""Formulas printed for spreadsheets: the same numbers as the engine's, whatever the tree."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spreadsheet_engine import CellError, Parser

from lca.expressions import COMPARISONS, FUNCTIONS, Expression, evaluate, read_expression
from lca.quantities import Units
from lca.spreadsheet import formula, literal

NAMES = {"a": "$A$1", "b": "$B$2", "c": "$C$3"}


def calculate(expression: Expression, values: dict[str, float]) -> float:
    """A tree printed and calculated as a sheet would; parts with a cell of their own are kept beside."""
    steps: dict[str, str] = {}

    def step(_: Expression, text: str) -> str:
        assert len(text) < 8192
        steps.setdefault(text, text)
        return f"$Z${1 + [*steps].index(text)}"

    cells = {cell.replace("$", ""): values[name] for name, cell in NAMES.items()} | {"D4": 1.0}
    text = formula(expression, lambda name: {**NAMES, "pick": "$D$4"}[name], step)

    def read(_: str, cell: str) -> float:
        if cell not in cells:
            cells[cell] = math.nan
            cells[cell] = float(Parser([*steps][int(cell[1:]) - 1]).whole()(read))
        found = cells[cell]
        if math.isnan(found):
            raise CellError("#N/A")
        return found

    try:
        return float(Parser(text).whole()(read))
    except CellError:
        return math.nan


def expect(expression: Expression, values: dict[str, float]) -> float:
    def read(leaf: Expression) -> np.ndarray:
        return evaluate(leaf.inputs[1], read) if leaf.kind == "lookup" else np.array([values[leaf.text]])

    return float(evaluate(expression, read)[0])


CALLS = [("negative", 1), ("+", 2), ("-", 2), ("*", 2), ("/", 2), ("**", 2), *((each, 2) for each in COMPARISONS), *((each, low) for each, (low, _) in FUNCTIONS.items()),
         ("min", 3), ("max", 3)]  # fmt: skip
NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, 2.0, -2.0, 0.5, 1 / 3, 3.0, 1e-9, 1 + 1e-10, 1 + 1e-8, -1.0, 100.0]),
    st.floats(-1e3, 1e3).filter(lambda x: not 0 < abs(x) < 1e-6),
)
LEAVES = st.one_of(
    NUMBERS.map(lambda value: Expression("number", repr(value), value)),
    st.sampled_from([*NAMES]).map(lambda name: Expression("name", name)),
    NUMBERS.map(lambda value: Expression("lookup", "x_<pick>", choice="pick", inputs=(Expression("name", "c"), Expression("number", "", value)))),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.sampled_from(CALLS).flatmap(lambda call: st.tuples(*[inner] * call[1]).map(lambda parts: Expression("call", call[0], inputs=parts))),
    max_leaves=12,
)


@settings(max_examples=600, deadline=None)
@given(TREES, st.fixed_dictionaries(dict.fromkeys(NAMES, st.one_of(NUMBERS, st.just(math.nan)))))
def test_any_tree_gives_the_same_in_a_sheet(tree: Expression, values: dict[str, float]) -> None:
    expected = expect(tree, values)
    if not 1e-250 < abs(expected) < 1e250 and expected != 0 and not math.isnan(expected):
        return  # what underflows on the way is another matter
    assert calculate(tree, values) == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


CASES = {
    "-2 ** 2": -4.0, "(-2) ** 2": 4.0, "(-8) ** (1 / 3)": math.nan, "0 ** 0": 1.0, "2 ** -1": 0.5, "0 ** -1": math.nan, "1 / 0": math.nan,
    "where(a < 1, 1 / 0, 5)": 5.0, "where(0 / 0, 1, 2)": math.nan, "ceil(3 * 0.1 / 0.1)": 3.0, "ceil(2.0000001)": 3.0, "floor(2.9999999999)": 3.0,
    "floor(-1.5)": -2.0, "ceil(-1.5)": -1.0, "0.1 + 0.2 == 0.3": 1.0, "1 < 1 + 1e-12": 0.0, "1 <= 1 - 1e-12": 1.0, "1 != 1 + 1e-8": 1.0, "-a - -3": 1.0,
    "sqrt(0 - 1)": math.nan, "log(0)": math.nan, "exp(1000)": math.nan, "min(3, a, 1 / 0)": math.nan, "max(1, 2 * a)": 4.0, "2 - (3 - 4)": 3.0,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_edges(text: str, expected: float) -> None:
    tree, values = read_expression(text, Units()), {"a": 2.0, "b": 0.0, "c": 0.0}
    assert calculate(tree, values) == pytest.approx(expected, rel=1e-9, nan_ok=True)
    assert expect(tree, values) == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_a_deep_or_long_formula_is_cut_into_parts_that_cells_hold() -> None:
    tree = Expression("name", "a")
    for _ in range(8):
        tree = Expression(
            "call", "+", inputs=(tree, Expression("call", "ceil", inputs=(Expression("call", "*", inputs=(tree, Expression("number", "", 0.5))),)))
        )
        tree = Expression("call", "min", inputs=(tree, Expression("name", "b")))
    assert calculate(tree, {"a": 1.0, "b": 7.0, "c": 0.0}) == 7.0
    wide = Expression(
        "call", "max", inputs=tuple(Expression("call", "*", inputs=(Expression("name", "a"), Expression("number", "", float(n)))) for n in range(99))
    )
    assert calculate(wide, {"a": 2.0, "b": 0.0, "c": 0.0}) == 196.0


def test_a_choice_of_many_options_is_picked_in_parts() -> None:
    many = Expression("lookup", "x_<pick>", choice="pick", inputs=tuple(Expression("number", "", float(n)) for n in range(600)))
    for place in (0, 249, 250, 251, 499, 500, 599):
        text = formula(many, lambda name, place=place: str(place), lambda _, text: text)  # type: ignore[misc]
        assert Parser(text).whole()(lambda sheet, cell: None) == place


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (-2.5, "(-2.5)"), (1e-9, "1E-09"), (1e22, "1E+22"), (0.1, "0.1")])
def test_literals(value: float, text: str) -> None:
    assert literal(value) == text
