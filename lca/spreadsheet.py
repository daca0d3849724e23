"""Formulas as spreadsheets count them: the checked tree as text for a cell, by the rules of arithmetic.py, for Excel and LibreOffice."""

from collections.abc import Callable

from lca.arithmetic import TOLERANCE
from lca.expressions import COMPARISONS, Expression

LONGEST_PART = 3000  # a formula has at most 8,192 characters ...
DEEPEST_PART = 20  # ... and 64 levels of functions
MOST_OPTIONS = 250  # CHOOSE takes 254
NO_VALUE = "NA()"

Cell = Callable[[str], str]  # the cell of a variable
Step = Callable[[Expression, str], str]  # gives a part of a formula a cell of its own, and says which

_NEAR = f"{TOLERANCE!r}*MAX(ABS({{0}}),ABS({{1}}))".upper()
_TESTS = {"<": "{1}-{0}>{near}", "<=": "{0}-{1}<={near}", ">": "{0}-{1}>{near}", ">=": "{1}-{0}<={near}", "==": "ABS({0}-{1})<={near}",
          "!=": "ABS({0}-{1})>{near}"}  # fmt: skip
_WHOLE = f"IF(ABS({{0}}-INT({{0}}+0.5))<={_NEAR.format('{0}', 'INT({0}+0.5)')},INT({{0}}+0.5),{{step}})"
_PLAIN = {
    "negative": "(-{0})", "+": "({0}+{1})", "-": "({0}-{1})", "*": "({0}*{1})", "/": "({0}/{1})", "sqrt": "SQRT({0})", "exp": "EXP({0})", "log": "LN({0})",
    "where": "IF({0}<>0,{1},{2})", "ceil": _WHOLE.format("{0}", step="-INT(-{0})"), "floor": _WHOLE.format("{0}", step="INT({0})"),
    **{sign: f"IF({test.format('{0}', '{1}', near=_NEAR)},1,0)" for sign, test in _TESTS.items()},
}  # fmt: skip
_REPEATED = ("ceil", "floor", *COMPARISONS)  # what stands more than once in their text


def literal(value: float) -> str:
    """A number, in brackets where its sign could bind wrongly (-2^2 is 4 in a spreadsheet)."""
    text = repr(float(value)).upper().removesuffix(".0")
    return f"({text})" if value < 0 else text


def formula(expression: Expression, cell: Cell, step: Step) -> str:
    """A bound formula without its equals sign; no value is an error, which spreads save from the branch of IF not taken."""
    if expression.kind == "number":
        return literal(expression.value)
    if expression.kind == "name":
        return cell(expression.text)
    parts = [formula(each, cell, step) for each in expression.inputs]
    if expression.kind == "lookup":
        return _pick(cell(expression.choice), parts, 0)
    room, alone = LONGEST_PART // len(parts), expression.text in _REPEATED or (expression.text == "**" and not _whole_number(expression.inputs[1]))
    for number, (each, text) in enumerate(zip(expression.inputs, parts, strict=True)):
        if each.kind in ("call", "lookup") and (alone or len(text) > room or _depth(text) > DEEPEST_PART):
            parts[number] = step(each, text)
    if expression.text in ("min", "max"):
        return f"{expression.text.upper()}({','.join(parts)})"
    return _power(expression.inputs[1], *parts) if expression.text == "**" else _PLAIN[expression.text].format(*parts)


def _pick(position: str, parts: list[str], first: int) -> str:
    """CHOOSE counts from 1, positions from 0; its other options may be errors."""
    head, rest = parts[:MOST_OPTIONS], parts[MOST_OPTIONS:]
    chosen = f"CHOOSE({position}+{1 - first},{','.join(head)})" if first < 2 else f"CHOOSE({position}-{first - 1},{','.join(head)})"
    return f"IF({position}<{first + MOST_OPTIONS},{chosen},{_pick(position, rest, first + MOST_OPTIONS)})" if rest else chosen


def _whole_number(exponent: Expression) -> bool:
    written = exponent.inputs[0] if exponent.text == "negative" else exponent
    return written.kind == "number" and written.value == int(written.value) and written.value != 0


def _power(exponent: Expression, base: str, power: str) -> str:
    """0 ** 0 is 1, and a negative base has whole powers only: programs differ in both."""
    if _whole_number(exponent):
        return f"POWER({base},{power})"
    return f"IF({power}=0,1+0*{base},IF(AND({base}<0,{power}<>INT({power})),{NO_VALUE},POWER({base},{power})))"


def _depth(text: str) -> int:
    """How many brackets are open at once."""
    deepest = level = 0
    for sign in text:
        level += (sign == "(") - (sign == ")")
        deepest = max(deepest, level)
    return deepest
