"""Formulas in JavaScript give what the engine gives: hand-picked edges and random trees, run in quickjs."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.expressions import FUNCTIONS, Expression, evaluate, read_expression
from lca.javascript import RUNTIME, javascript, write_number
from lca.quantities import Units

quickjs = pytest.importorskip("quickjs", reason="quickjs (extra 'test') runs the page's JavaScript")
ENGINE = quickjs.Context()
ENGINE.eval(RUNTIME)
UNITS = Units()
NAMES = ("a", "b", "c", "k")


def by_page(expression: Expression, values: dict[str, float]) -> float:
    def read(leaf: Expression) -> str:
        if leaf.kind == "name":
            return leaf.text
        return f"[{','.join(javascript(each, read) for each in leaf.inputs)}][{leaf.choice}]"

    given = "".join(f",{name}={'NaN' if math.isnan(value) else write_number(value)}" for name, value in values.items())
    found = ENGINE.eval(f"(() => {{ const _=0{given}; const x = {javascript(expression, read)}; return x !== x ? null : x; }})()")
    return math.nan if found is None else float(found)


def by_engine(expression: Expression, values: dict[str, float]) -> float:
    def read(leaf: Expression) -> np.ndarray:
        if leaf.kind == "name":
            return np.array([values[leaf.text]])
        picked = leaf.inputs[int(values[leaf.choice])]
        return np.array([picked.value if picked.kind == "number" else values[picked.text]])

    return float(evaluate(expression, read)[0])


def check_same(expression: Expression, values: dict[str, float]) -> None:
    expected, found = by_engine(expression, values), by_page(expression, values)
    assert math.isnan(found) if math.isnan(expected) else found == pytest.approx(expected, rel=1e-9, abs=0), (expression, values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 - 4 - 2", 1), ("2 ** 3 ** 2", 512), ("-2 ** 2", -4), ("5 - -5", 10), ("2 ** -1", 0.5), ("0 ** 0", 1), ("(-8) ** (1/3)", None),
        ("1 / 0", None), ("0 / 0", None), ("1 / (1 / 0)", None), ("1 / (1e200 * 1e200)", None), ("1 - 1e200 * 1e200 * 0", None), ("log(0)", None),
        ("exp(1000)", None), ("exp(-1e200 * 1e200)", None), ("sqrt(-1)", None), ("min(1, 1 / 0)", None), ("max(0 / 0, 1)", None),
        ("0.1 + 0.2 == 0.3", 1), ("0.1 + 0.2 <= 0.3", 1), ("0.1 + 0.2 > 0.3", 0), ("0.3 >= 0.1 + 0.2", 1), ("0.1 + 0.2 != 0.3", 0), ("1 < 1.00000001", 1),
        ("1 / 0 == 1 / 0", None), ("(1 / 0) ** 0", None), ("1 ** (0 / 0)", None), ("ceil(2.0000000001)", 2), ("ceil(2.00000001)", 3),
        ("floor(2.9999999999)", 3), ("floor(-1.2)", -2), ("ceil(0)", 0), ("ceil(1e-12)", 1), ("where(0, 1 / 0, 3)", 3), ("where(1, 1 / 0, 3)", None),
        ("where(1 / 0, 1, 1)", None), ("where(2, 5, 1 / 0)", 5),
    ],
)  # fmt: skip
def test_edges(text: str, expected: float | None) -> None:
    expression = read_expression(text, UNITS)
    found = by_page(expression, {})
    assert math.isnan(found) if expected is None else found == pytest.approx(expected, rel=1e-12)
    check_same(expression, {})


NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, 2.0, -1.0, 0.5, 1e-9, 1 + 1e-10, 1 - 1e-8, 3.0000000001, 1e200, -1e308, 5e-324]),
    st.floats(-1e6, 1e6, allow_nan=False),
)  # fmt: skip


def _call(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def make(text: str, size: int) -> st.SearchStrategy[Expression]:
        return st.lists(inner, min_size=size, max_size=size).map(lambda found: Expression("call", text, inputs=tuple(found)))

    binary = [make(text, 2) for text in ("+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!=")]
    named = [make(name, low if high == low else max(low, 2)) for name, (low, high) in FUNCTIONS.items()]
    return st.one_of(*binary, *named, make("negative", 1), make("min", 1), make("max", 3))


LEAVES = st.one_of(
    NUMBERS.map(lambda value: Expression("number", value=value)),
    st.sampled_from(NAMES[:3]).map(lambda name: Expression("name", name)),
    st.lists(st.sampled_from(NAMES[:3]), min_size=3, max_size=3).map(
        lambda names: Expression("lookup", "x_<k>", choice="k", inputs=tuple(Expression("name", each) for each in names))
    ),
)  # fmt: skip


TREES = (st.recursive(LEAVES, _call, max_leaves=12), st.tuples(*([st.one_of(NUMBERS, st.just(math.nan))] * 3), st.integers(0, 2)))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(*TREES)
def test_random_trees(expression: Expression, found: tuple[float, ...]) -> None:
    check_same(expression, dict(zip(NAMES, map(float, found), strict=True)))


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, derandomize=True)
@given(*TREES)
def test_many_random_trees(expression: Expression, found: tuple[float, ...]) -> None:
    check_same(expression, dict(zip(NAMES, map(float, found), strict=True)))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_without_loss(value: float) -> None:
    assert json.loads(write_number(value).strip("()")) == value
