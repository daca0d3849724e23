"""Formulas: text to a checked tree; the tree to numbers over rows and to a dimension. User text is never run."""

import ast
import keyword
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lca import arithmetic
from lca.errors import DataError, LCAError, UnitError, nearest
from lca.quantities import PLAIN, Dimension, Units, is_quantity, multiply, show_dimension

Array = arithmetic.Array

LONGEST = 2000
DEEPEST = 100  # levels of a tree, so that no reader of it exhausts the stack
GREATEST_POWER = 9
NAME = re.compile(r"[a-z][a-z0-9_]*(?:_[A-Z][A-Z0-9_]*)?")  # a trailing choice in capitals: heat_FRA
TEMPLATE = re.compile(r"([a-z][A-Za-z0-9_]*_)<([a-z][a-z0-9_]*)>")
_FOREIGN = re.compile(r"[^A-Za-z0-9_.+\-*/(),<>=! ]")
_NUMBER_TEXT = re.compile(r"(?<![A-Za-z0-9_.])\.?[0-9][A-Za-z0-9_.]*")
_GOOD_NUMBER = re.compile(r"[0-9]+\.?[0-9]*(?:[eE][0-9]*)?|\.[0-9]+(?:[eE][0-9]*)?")  # the sign of an exponent stands behind
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
HIDING = {"/": slice(1, 2), "where": slice(1), **dict.fromkeys(("**", "exp", "min", "max", *COMPARISONS), slice(None))}  # inputs whose infinity may not show
FUNCTIONS = {"min": (1, 99), "max": (1, 99), "ceil": (1, 1), "floor": (1, 1), "sqrt": (1, 1), "exp": (1, 1), "log": (1, 1), "where": (3, 3)}


@dataclass(frozen=True)
class Expression:
    """A node: a number (value, dimension), a name, a lookup (text is the template, choice its parameter) or a call."""

    kind: str
    text: str = ""
    value: float = 0.0
    dimension: Dimension = PLAIN
    choice: str = ""
    inputs: "tuple[Expression, ...]" = ()

    @cached_property
    def shape(self) -> str:
        """All but the names and numbers: formulas of one shape are computed together."""
        if self.kind != "call":
            return "number" if self.kind == "number" else "name"
        return f"{self.text}({','.join(each.shape for each in self.inputs)})"

    @cached_property
    def leaves(self) -> "tuple[Expression, ...]":
        """The names and lookups that a formula reads."""
        if self.kind in ("name", "lookup"):
            return (self, *(leaf for each in self.inputs for leaf in each.leaves))
        return tuple(leaf for each in self.inputs for leaf in each.leaves)


def read_expression(text: str, units: Units) -> Expression:
    """A formula, or a quantity such as `7 year`, as a checked tree."""
    text = " ".join(str(text).split())
    if len(text) > LONGEST:
        raise DataError(f"a formula of {len(text)} characters is too long: at most {LONGEST}")
    if is_quantity(text):
        quantity = units.quantity(text)
        return Expression("number", text, quantity.value, quantity.unit.dimension)
    templates: dict[str, tuple[str, str]] = {}

    def hide(match: re.Match[str]) -> str:
        key = f"é{len(templates)}é"  # no user's name: letters with accents were refused before
        templates[key] = (match.group(0), match.group(2))
        return key

    try:
        _check_signs(text)
        tree = ast.parse(TEMPLATE.sub(hide, text), mode="eval")
        return _check(tree.body, templates, 1)
    except LCAError as error:
        said = str(error)
        for key, (shown, _) in templates.items():
            said = said.replace(key, shown)
        raise type(error)(f"'{_cut(text)}' {said}") from None
    except OverflowError:
        raise DataError(f"'{_cut(text)}' holds a number that is too large") from None
    except (SyntaxError, ValueError):
        raise DataError(f"'{_cut(text)}' is not a formula: {_explain(text)}") from None
    except (RecursionError, MemoryError):
        raise DataError(f"'{_cut(text)}' is nested too deep: at most {DEEPEST} levels") from None


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def _check_signs(text: str) -> None:
    """What Python would take but a formula does not hold: quotes, look-alike letters, 0x10, 1_000."""
    foreign = _FOREIGN.search(text)
    if foreign:
        hints = {"^": " (a power is **)", "%": " (in a formula write 0.05, not 5 %)", "×": " (times is *)", "·": " (times is *)", "−": " (minus is -)"}
        raise DataError(f"holds {foreign.group()!r}{hints.get(foreign.group(), '')}. Allowed: + - * / **, comparisons, brackets, names, numbers, functions")
    for number in _NUMBER_TEXT.findall(text):
        if not _GOOD_NUMBER.fullmatch(number):
            raise DataError(f"holds '{number}', which is not a number here. Write 1000, 0.5 or 1e-3")


def _explain(text: str) -> str:
    words = [each for each in re.findall(r"[A-Za-z_]+", text) if keyword.iskeyword(each)]
    if not text:
        return "it is empty"
    if words:
        return f"'{words[0]}' is a reserved word and cannot be a name"
    if text.count("(") != text.count(")"):
        return "a bracket is missing or too many"
    if text.count("(") > DEEPEST:
        return f"it is nested too deep, at most {DEEPEST} levels"
    if re.search(r"[0-9],[0-9]", text) and "(" not in text:
        return "a number has a decimal point, not a comma"
    if re.search(r"[0-9] +[A-Za-z]", text):
        return "a number with a unit stands alone (give it a name as a parameter and use that)"
    return "something is missing or too many between its names and numbers"


def _check(node: ast.AST, templates: dict[str, tuple[str, str]], level: int) -> Expression:
    """Only what the white list names becomes a part of the tree."""
    if level > DEEPEST:
        raise DataError(f"is nested too deep: at most {DEEPEST} levels")

    def call(function: str, *inputs: ast.AST) -> Expression:
        return Expression("call", function, inputs=tuple(_check(each, templates, level + 1) for each in inputs))

    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if not math.isfinite(float(value)):
                raise OverflowError
            return Expression("number", str(value), float(value))
        case ast.Name(id=name) if name in templates:
            return Expression("lookup", templates[name][0], choice=templates[name][1])
        case ast.Name(id=name):
            return Expression("name", _name(name))
        case ast.Attribute(value=ast.Name(id=process), attr=name):
            return Expression("name", _name(process, name))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return call("negative", operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _check(operand, templates, level + 1)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return call(_OPERATORS[type(operator)], left, right)
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _OPERATORS:
            return call(_OPERATORS[type(operator)], left, right)
        case ast.Call(func=ast.Name(id=function), args=inputs, keywords=[]):
            if function not in FUNCTIONS:
                raise DataError(f"calls '{function}', which is no function here. {nearest(function, FUNCTIONS)}")
            low, high = FUNCTIONS[function]
            if not low <= len(inputs) <= high:
                raise DataError(f"gives {function} {len(inputs)} inputs; it takes {low if low == high else f'{low} to {high}'}")
            return call(function, *inputs)
        case ast.Attribute():
            raise DataError("holds a name with more than one dot (allowed: parameter, process.parameter)")
        case ast.Compare(ops=operators) if len(operators) > 1:
            raise DataError("compares more than two numbers at once. For a < b < c write (a < b) * (b < c)")
        case ast.BoolOp() | ast.UnaryOp() | ast.IfExp():
            raise DataError("holds a word of logic. For 'a and b' write a * b, for 'a or b' max(a, b), for 'x if a else y' where(a, x, y)")
    raise DataError("holds something that no formula may. Allowed: + - * / **, comparisons, brackets, names, numbers, " + ", ".join(FUNCTIONS))


def _name(*parts: str) -> str:
    for part in parts:
        if not NAME.fullmatch(part):
            raise DataError(f"uses '{part}', which cannot be a name (small letters, digits and _; a choice in capitals at the end)")
        if part in FUNCTIONS:
            raise DataError(f"uses the function {part} without brackets behind it")
    return ".".join(parts)


def reached(start: Iterable[str], below: Callable[[str], Iterable[str]]) -> list[str]:
    """What some names come down to step by step, each once, themselves first."""
    found = list(dict.fromkeys(start))
    known = set(found)
    for name in found:  # which grows meanwhile
        more = dict.fromkeys(each for each in below(name) if each not in known)
        known |= more.keys()
        found += more
    return found


def write(expression: Expression) -> str:
    """The formula as text with full brackets, as messages show its parts."""
    inputs = [write(each) for each in expression.inputs]
    if expression.kind != "call":
        return expression.text
    if expression.text == "negative":
        return f"(-{inputs[0]})"
    if expression.text in FUNCTIONS:
        return f"{expression.text}({', '.join(inputs)})"
    return f"({inputs[0]} {expression.text} {inputs[1]})"


def evaluate(expression: Expression, read: Callable[[Expression], Array]) -> Array:
    """The formula over rows; a step without a finite number has no value (nan) from there on."""
    return np.asarray(evaluate_alike([expression], read)[0])


def evaluate_alike(alike: Sequence[Expression], read: Callable[[Expression], Array]) -> Array:
    """Formulas of one shape (formula x row, or one row where all are constant)."""
    with np.errstate(all="ignore"):
        return arithmetic.finite(_evaluate(alike, read))


def _evaluate(alike: Sequence[Expression], read: Callable[[Expression], Array]) -> Array:
    """Infinity goes on from step to step and is looked for at the end, and before the steps that would hide it."""
    kind, function, width = alike[0].kind, alike[0].text, len(alike[0].inputs)
    if kind == "number":
        return np.array([[each.value] for each in alike])
    if kind != "call":
        columns = [read(each) for each in alike]
        size = max(map(len, columns))
        return np.concatenate([each if len(each) == size else np.broadcast_to(each, (size,)) for each in columns]).reshape(-1, size)
    inputs = [_evaluate([each.inputs[place] for each in alike], read) for place in range(width)]
    if function in HIDING:
        inputs[HIDING[function]] = map(arithmetic.finite, inputs[HIDING[function]])
    return arithmetic.OPERATIONS[function](*inputs)


def dimension(expression: Expression, read: Callable[[Expression], Dimension | None], units: Units) -> Dimension | None:
    """The dimension of a formula, proved without values; None for a bare zero, which fits any."""
    if expression.kind == "number":
        return None if expression.value == 0 and not expression.dimension else expression.dimension
    if expression.kind != "call":
        return read(expression)
    inputs = [dimension(each, read, units) for each in expression.inputs]
    try:
        return _dimension(expression, inputs, units)
    except UnitError as error:
        raise UnitError(f"'{_cut(write(expression))}' {error}") from None


def _dimension(expression: Expression, inputs: list[Dimension | None], units: Units) -> Dimension | None:
    function = expression.text
    if function in ("+", "-", "min", "max", *COMPARISONS):
        common = _common(inputs)
        return PLAIN if function in COMPARISONS else common
    if function == "where":
        _plain(inputs[0], "the condition of where")
        return _common(inputs[1:])
    if function == "negative":
        return inputs[0]
    if function in ("*", "/"):
        return multiply(inputs[0] or PLAIN, inputs[1] or PLAIN, 1.0 if function == "*" else -1.0)
    if function == "sqrt":
        return multiply(PLAIN, inputs[0] or PLAIN, 0.5)
    if function == "**":
        return _raised(inputs, expression.inputs[1])
    if function in ("ceil", "floor"):
        if not units.is_count(inputs[0] or PLAIN):
            raise UnitError(f"gives {function} {show_dimension(inputs[0] or PLAIN)}; it takes plain numbers and counts only")
        return inputs[0]
    _plain(inputs[0], function)
    return PLAIN


def _common(inputs: list[Dimension | None]) -> Dimension | None:
    known = [each for each in inputs if each is not None]
    for each in known[1:]:
        if each != known[0]:
            raise UnitError(f"mixes {show_dimension(known[0])} and {show_dimension(each)}")
    return known[0] if known else None


def _plain(dimension: Dimension | None, what: str) -> None:
    if dimension:
        raise UnitError(f"gives {what} {show_dimension(dimension)}; it takes a plain number")


def _raised(inputs: list[Dimension | None], exponent: Expression) -> Dimension:
    _plain(inputs[1], "an exponent")
    if not inputs[0]:
        return PLAIN
    sign, number = (-1.0, exponent.inputs[0]) if exponent.text == "negative" else (1.0, exponent)
    if number.kind != "number":
        raise UnitError(f"raises {show_dimension(inputs[0])} to a power that is not a written number")
    if number.value > GREATEST_POWER:
        raise UnitError(f"raises {show_dimension(inputs[0])} to the power {number.text}; at most {GREATEST_POWER}")
    return multiply(PLAIN, inputs[0], sign * number.value)
