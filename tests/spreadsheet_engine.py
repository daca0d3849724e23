"""A small spreadsheet in Python: the functions that our workbooks use, by the rules of Excel (its unary minus binds first, IF is lazy)."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable
from typing import Any

TOKEN = re.compile(r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+\.?\d*(?:E[+-]?\d+)?)|(?P<ref>(?:'(?:[^']|'')+'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"""
                   r"""|(?P<name>[A-Z]+)|(?P<sign><>|<=|>=|[-+*/&=<>(),]))""")  # fmt: skip
LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"))
Read = Callable[[str, str], Any]
Part = Callable[[Read], Any]


class CellError(Exception):
    """#N/A, #NUM!, #DIV/0! or #VALUE!"""


def number(value: Any) -> float:
    if value is None:
        return 0.0
    try:
        return float(value)
    except ValueError:
        raise CellError("#VALUE!") from None


def finite(value: float) -> float:
    if not math.isfinite(value):
        raise CellError("#NUM!")
    return value


def compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(left: Any, right: Any) -> bool:
        left, right = (("" if isinstance(other, str) else 0.0) if one is None else one for one, other in ((left, right), (right, left)))
        if isinstance(left, str) != isinstance(right, str):  # any text is more than any number
            return test(isinstance(left, str), isinstance(right, str))
        return test(left.casefold(), right.casefold()) if isinstance(left, str) else test(float(left), float(right))

    return compared


def joined(left: Any, right: Any) -> str:
    return "".join("" if each is None else each if isinstance(each, str) else f"{each:.15g}" for each in (left, right))


def divide(left: Any, right: Any) -> float:
    if number(right) == 0:
        raise CellError("#DIV/0!")
    return finite(number(left) / number(right))


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: finite(number(a) + number(b)), "-": lambda a, b: finite(number(a) - number(b)), "*": lambda a, b: finite(number(a) * number(b)),
    "/": divide, "&": joined, "=": compare(operator.eq), "<>": compare(operator.ne), "<": compare(operator.lt), "<=": compare(operator.le),
    ">": compare(operator.gt), ">=": compare(operator.ge),
}  # fmt: skip


def over(work: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """An operator on numbers or on columns of them."""
    if not isinstance(left, list) and not isinstance(right, list):
        return work(left, right)
    size = len(left if isinstance(left, list) else right)
    lists = (each if isinstance(each, list) else [each] * size for each in (left, right))
    return [work(*pair) for pair in zip(*lists, strict=True)]


def real(work: Callable[..., float]) -> Callable[..., float]:
    def counted(*values: Any) -> float:
        try:
            found = work(*map(number, values))
        except (ValueError, OverflowError, ZeroDivisionError):
            raise CellError("#NUM!") from None
        if isinstance(found, complex):
            raise CellError("#NUM!")
        return finite(found)

    return counted


def column_of(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def match(wanted: Any, column: list[Any], _: Any) -> int:
    found = [n for n, each in enumerate(column_of(column), 1) if each is not None and compare(operator.eq)(each, wanted)]
    if not found:
        raise CellError("#N/A")
    return found[0]


def power(base: float, exponent: float) -> float:
    if base == 0 == exponent:
        raise ValueError
    return float(base**exponent)


EAGER: dict[str, Callable[..., Any]] = {
    "ABS": real(abs), "INT": real(math.floor), "MAX": real(lambda *values: max(values)), "MIN": real(lambda *values: min(values)), "POWER": real(power), "SQRT": real(math.sqrt), "EXP": real(math.exp),
    "LN": real(math.log), "AND": lambda *values: all(map(bool, values)), "OR": lambda *values: any(map(bool, values)), "MATCH": match,
    "SUMPRODUCT": lambda *columns: finite(sum(math.prod(map(number, each)) for each in zip(*map(column_of, columns), strict=True))),
    "COUNTIF": lambda column, wanted: sum(each == wanted for each in column_of(column) if each is not None),
}  # fmt: skip


def if_(read: Read, condition: Part, yes: Part, no: Part) -> Any:
    return yes(read) if condition(read) else no(read)


def iferror(read: Read, tried: Part, otherwise: Part) -> Any:
    try:
        return tried(read)
    except CellError:
        return otherwise(read)


def choose(read: Read, position: Part, *options: Part) -> Any:
    place = int(number(position(read)))
    if not 1 <= place <= len(options):
        raise CellError("#VALUE!")
    return options[place - 1](read)


def not_available(read: Read) -> Any:
    raise CellError("#N/A")


LAZY: dict[str, Callable[..., Any]] = {"IF": if_, "IFERROR": iferror, "CHOOSE": choose, "NA": not_available}


class Parser:
    """A formula as a function of what its cells hold."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text):
            found = TOKEN.match(text, place)
            assert found, f"no spreadsheet reads {text[place:]!r} of {text!r}"
            place = found.end()
            self.tokens.append((str(found.lastgroup), found.group().strip()))
        self.tokens.append(("end", ""))

    def whole(self) -> Part:
        part = self.level(0)
        assert self.tokens[0][0] == "end", f"left over: {self.tokens[:5]}"
        return part

    def take(self) -> tuple[str, str]:
        return self.tokens.pop(0)

    def level(self, number_: int) -> Part:
        if number_ == len(LEVELS):
            return self.unary()
        left = self.level(number_ + 1)
        while self.tokens[0] in [("sign", sign) for sign in LEVELS[number_]]:
            work, one, two = OPERATORS[self.take()[1]], left, self.level(number_ + 1)
            left = lambda read, work=work, one=one, two=two: over(work, one(read), two(read))  # type: ignore[misc]  # noqa: E731
        return left

    def unary(self) -> Part:
        if self.tokens[0] == ("sign", "-"):
            self.take()
            inner = self.unary()
            return lambda read: -number(inner(read))
        return self.atom()

    def atom(self) -> Part:
        kind, text = self.take()
        if kind == "text":
            return lambda read: text[1:-1].replace('""', '"')
        if kind == "number":
            return lambda read: float(text)
        if kind == "ref":
            sheet, _, cells = text.rpartition("!")
            name, cells = sheet[1:-1].replace("''", "'"), cells.replace("$", "")
            return lambda read: read(name, cells)
        if (kind, text) == ("sign", "("):
            inner = self.level(0)
            assert self.take() == ("sign", ")")
            return inner
        assert kind == "name", f"{text!r} cannot stand here"
        if text in ("TRUE", "FALSE"):
            return lambda read: text == "TRUE"
        assert self.take() == ("sign", "(")
        inputs = list[Part]()
        while self.tokens[0] != ("sign", ")"):
            inputs.append(self.level(0))
            if self.tokens[0] == ("sign", ","):
                self.take()
        self.take()
        if text == "INDEX":
            return lambda read: self.index(inputs[0](read), inputs[1](read))
        if text in LAZY:
            return lambda read: LAZY[text](read, *inputs)
        return lambda read: EAGER[text](*(each(read) for each in inputs))

    @staticmethod
    def index(column: Any, place: Any) -> Any:
        if not 1 <= number(place) <= len(column_of(column)):
            raise CellError("#REF!")
        return column_of(column)[int(place) - 1]


class Workbook:
    """The cells of a file that was read with openpyxl; what was cached is never looked at."""

    def __init__(self, book: Any, sheets: Iterable[str]) -> None:
        self.cells = {(sheet.title, cell.coordinate): cell.value for name in sheets for sheet in [book[name]] for line in sheet.iter_rows() for cell in line
                      if cell.value is not None}  # fmt: skip
        self.formulas = {at: each for at, each in self.cells.items() if isinstance(each, str) and each.startswith("=")}
        self.parts: dict[tuple[str, str], Part] = {}
        self.found: dict[tuple[str, str], Any] = {}

    def put(self, sheet: str, cell: str, value: Any) -> None:
        self.found.clear()
        self.cells[sheet, cell] = value

    def get(self, sheet: str, cell: str) -> Any:
        """The value of a cell, or of the cells of a range; an error is raised."""
        from openpyxl.utils import get_column_letter, range_boundaries

        if ":" in cell:
            left, top, right, bottom = range_boundaries(cell)
            return [self.get(sheet, f"{get_column_letter(column)}{row}") for row in range(top, bottom + 1) for column in range(left, right + 1)]
        at = (sheet, cell)
        if at not in self.formulas:
            return self.cells.get(at)
        if at not in self.found:
            if at not in self.parts:
                self.parts[at] = Parser(self.formulas[at][1:]).whole()
            try:
                self.found[at] = self.parts[at](lambda name, cells: self.get(name or sheet, cells))
            except CellError as error:
                self.found[at] = error
        if isinstance(self.found[at], CellError):
            raise self.found[at]
        return self.found[at]
