"""A checked formula as JavaScript, by the same rules as `arithmetic`: a step without a finite number has no value from there on."""

from collections.abc import Callable

from lca.arithmetic import TOLERANCE
from lca.expressions import Expression

# F: no value where not finite; N: near; W: where; Q: power; C and K: ceil and floor; the rest are comparisons
RUNTIME = f"""
const F = x => Number.isFinite(x) ? x : NaN, N = (a, b) => Math.abs(a - b) <= {TOLERANCE!r} * Math.max(Math.abs(a), Math.abs(b));
const H = (a, b, held) => a !== a || b !== b ? NaN : +held, W = (c, yes, no) => c !== c ? NaN : c !== 0 ? yes : no;
const Q = (a, b) => a !== a || b !== b ? NaN : Math.pow(a, b), I = Math.min, J = Math.max, R = Math.sqrt, E = Math.exp, L = Math.log;
const O = (x, step) => {{ const whole = Math.floor(x + 0.5); return N(x, whole) ? whole : step(x); }};
const C = x => O(x, Math.ceil), K = x => O(x, Math.floor);
const LT = (a, b) => H(a, b, a < b && !N(a, b)), LE = (a, b) => H(a, b, a < b || N(a, b)), EQ = (a, b) => H(a, b, N(a, b));
const GT = (a, b) => LT(b, a), GE = (a, b) => LE(b, a), NE = (a, b) => H(a, b, !N(a, b));
""".strip()
_FUNCTIONS = {
    "min": "I", "max": "J", "sqrt": "R", "exp": "E", "log": "L", "ceil": "C", "floor": "K", "where": "W", "**": "Q",
    "<": "LT", "<=": "LE", ">": "GT", ">=": "GE", "==": "EQ", "!=": "NE",
}  # fmt: skip
_NEVER_INFINITE = ("I", "J", "C", "K", "W", "R", "LT", "LE", "GT", "GE", "EQ", "NE")  # on inputs that are finite or nan
_KEEPS = ("+", "-", "*", "negative")  # what is infinite stays without a finite number through these: one check outside them does


def javascript(expression: Expression, read: Callable[[Expression], str]) -> str:
    """The formula as one JavaScript expression that needs RUNTIME; `read` writes what a name or a lookup is there."""
    text, may_be_infinite = _step(expression, read), expression.kind == "call" and _FUNCTIONS.get(expression.text) not in _NEVER_INFINITE
    return f"F({text})" if may_be_infinite else text


def _step(expression: Expression, read: Callable[[Expression], str]) -> str:
    """A step whose own result is not yet checked."""
    if expression.kind == "number":
        return write_number(expression.value)
    if expression.kind != "call":
        return read(expression)
    inner = [_step(each, read) if expression.text in _KEEPS else javascript(each, read) for each in expression.inputs]
    if expression.text in _FUNCTIONS:
        return f"{_FUNCTIONS[expression.text]}({','.join(inner)})"
    return f"(-{inner[0]})" if expression.text == "negative" else f"({inner[0]}{expression.text}{inner[1]})"


def write_number(value: float) -> str:
    """The shortest text for a number; a negative one in brackets, so that no `--` comes about."""
    text = repr(float(value)).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text
