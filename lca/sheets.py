"""Tables on the sheets of a workbook: text stays text, numbers stay whole and show three significant figures."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import cycle
from typing import Any

from lca.documents import Mapping, read_csv
from lca.folders import PACKAGE
from lca.results import Results
from lca.wording import say

INPUT_FILL, OWN_FILL = "FFF9DB", "FFE066"
LIVE_PATTERN = "[>=100]#,##0;[>=0.1]0.000;0.00E+00"  # of a number that changes as the reader types
HEAD_FILL = "F2F2F2"
LONGEST_TEXT = 32_000  # a cell holds 32,767 characters
LONGEST_LINK = 2_000
ROW_HEIGHT = 15
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_LINES = 27  # a row is at most 409 points high
PAGE_WIDTH = 210.0  # characters that stay legible on a page
BOLD = 1.15  # width of a bold letter

Value = str | float | int | None


@dataclass(frozen=True)
class Input:
    """A value that a person gave: its cell is light yellow. One that awaits what the reader gives (`own`) is yellow."""

    value: Value
    own: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign, and what it came to: programs that do not calculate show that."""

    text: str
    value: Value


Cell = Value | Input | Formula


@dataclass(frozen=True)
class Column:
    """`pattern` is the number format; without one, three significant figures are shown."""

    title: str
    width: float = 13.0
    pattern: str = ""
    bold: bool = False
    wrap: bool = False
    number: bool = False  # its title stands on the right, as its numbers do


@dataclass
class Book:
    """A workbook that is being written, with the formats it has so far."""

    workbook: Any
    lang: str
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def format(self, **properties: Any) -> Any:
        """The format with these properties, made once; text stands at the top of its cell."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"valign": "top", **properties})
        return self.formats[key]


@dataclass(frozen=True)
class Page:
    """What a sheet shows, with the names that hold in the whole workbook."""

    book: Book
    results: Results
    alternatives: list[str]
    scenarios: list[str]
    sheet: Any
    name: str

    def say(self, key: str, **slots: object) -> str:
        return say(key, self.book.lang, **slots)

    def cases(self) -> Iterator[tuple[int, str, int, str]]:
        """Every scenario with every alternative: number and name of both."""
        return ((r, scenario, a, alternative) for r, scenario in enumerate(self.scenarios) for a, alternative in enumerate(self.alternatives))

    def write(self, table: str, rows: Iterable[Sequence[Cell]], fixed: int = 0, names: Sequence[str] = ()) -> int:
        """A table of columns.csv, from the first cell on: head, filter, widths; the first row and `fixed` columns stay in view. Returns its
        number of rows. `names` are those of its columns that only the results know."""
        book, sheet = self.book, self.sheet
        columns = [each for row in known_columns() if row["sheet"] == table for each in self._columns(row, names)]
        for position, column in enumerate(columns):
            sheet.set_column(position, position, column.width)
            side = {"align": "right"} if column.number else {"indent": 1} if position else {}
            sheet.write_string(0, position, clean(column.title), book.format(bold=True, text_wrap=True, bottom=1, bg_color=f"#{HEAD_FILL}", **side))
        set_height(sheet, 0, max(text_lines(column.title, column.width, BOLD) for column in columns))
        count = 0
        for count, cells in enumerate(rows, 1):
            for position, (column, value) in enumerate(zip(columns, cells, strict=True)):
                write_cell(book, sheet, count, position, value, column)
            wrapped = [(value, column.width) for column, value in zip(columns, cells, strict=True) if column.wrap and isinstance(value, str)]
            set_height(sheet, count, max((text_lines(*each) for each in wrapped), default=1))
        sheet.freeze_panes(1, fixed)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        set_page(sheet, sum(column.width for column in columns))
        sheet.repeat_rows(0)
        return count

    def _columns(self, row: Mapping, names: Sequence[str]) -> list[Column]:
        """The columns of a row of columns.csv: one for each of what it is `of`, by whose longest name its width may be."""
        labels, units = [each.label(self.book.lang) for each in self.results.indicators], [each.unit for each in self.results.indicators]
        lists: dict[str, Sequence[str]] = {"": [""], "scenarios": self.scenarios, "alternatives": self.alternatives, "indicators": labels, "names": names}
        lists["amounts"] = [f"{label} [{unit}]" for label, unit in zip(labels, units, strict=True)]
        width = fit(lists[row["width"]]) if row["width"] in lists else float(row["width"])
        style = dict.fromkeys(row.text("style").split(), True)
        each = lists[row["of"]] if row["of"] in lists else [self.say(row.text("of"))]
        titles = [self.say(row.text("title"), name=name, indicator=name, unit=unit) if row["title"] else name for name, unit in zip(each, cycle(units))]
        return [Column(title, width, row.text("pattern"), **style) for title in titles]


@lru_cache(maxsize=1)
def known_columns() -> list[Mapping]:
    return list(read_csv(PACKAGE / "columns.csv", ("sheet", "title", "of", "width", "pattern", "style")))


def clean(text: str) -> str:
    """A text that a cell can hold and that an XML file may contain."""
    return NOT_IN_XML.sub("", text)[:LONGEST_TEXT]


def three_figures(value: float) -> str:
    """The number format that shows a number with three significant figures (all figures of a whole number below a million)."""
    if value == 0 or not math.isfinite(value):
        return "0"
    size = int(f"{abs(value):.2e}".partition("e")[2])
    if size >= 6 or size < -4:
        return "0.00E+00"
    return "#,##0" if size >= 2 else f"0.{'0' * (2 - size)}"


def write_cell(book: Book, sheet: Any, row: int, position: int, value: Cell, column: Column) -> None:
    """One cell: a number as a number, a text as a text whatever it begins with, a number without value as words."""
    properties: dict[str, Any] = {"bold": True} if column.bold else {}
    if isinstance(value, Input):
        properties |= {"bg_color": f"#{OWN_FILL}", "border": 1, "border_color": "#FFFFFF"} if value.own else {"bg_color": f"#{INPUT_FILL}"}
        value = value.value
        sheet.write_blank(row, position, None, book.format(**properties))
    if isinstance(value, Formula):
        found, shown = value.value, {"num_format": column.pattern or LIVE_PATTERN} if column.number else {"indent": min(position, 1)}
        has_none = isinstance(found, float) and not math.isfinite(found)
        sheet.write_formula(row, position, f"={value.text}", book.format(**shown, **properties), "#N/A" if has_none else found)
    elif isinstance(value, str):
        if column.wrap:
            properties["text_wrap"] = True
        if position:
            properties["indent"] = 1  # clear of the number on its left
        if value:
            sheet.write_string(row, position, clean(value), book.format(**properties))
    elif value is not None:
        number = float(value)
        if math.isfinite(number):
            sheet.write_number(row, position, number, book.format(num_format=column.pattern or three_figures(number), **properties))
        else:
            sheet.write_string(row, position, say("no_value", book.lang), book.format(align="right", italic=True, **properties))


def set_page(sheet: Any, width: float) -> None:
    """A4 on its side, on as many pages beside each other as it takes to stay legible."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(max(1, round(width / PAGE_WIDTH)), 0)
    sheet.set_footer("&L&A&R&P / &N")


def set_height(sheet: Any, row: int, lines: int) -> None:
    """Room for wrapped lines: not every program finds it by itself."""
    if lines > 1:
        sheet.set_row(row, ROW_HEIGHT * min(lines, MOST_LINES))


def text_lines(text: str, width: float, size: float = 1.0) -> int:
    """How many lines a text takes in a column, words kept whole."""
    lines, used = 1, 0.0
    for word in text.split():
        need = size * len(word)
        if used and used + 1 + need > width:
            lines, used = lines + 1, 0.0
        used += need + (1 if used else 0)
        lines, used = lines + int(used // (width + 1)), used % (width + 1)
    return lines


def fit(texts: Sequence[str], most: float = 60.0) -> float:
    """The width of a column that shows its texts on one line."""
    return min(most, max(map(len, texts), default=0) + 2.0)


def write_link(book: Book, sheet: Any, row: int, position: int, target: str, text: str) -> None:
    """A link to a sheet of this workbook or to a page of the web; anything else stays text."""
    web = target.startswith(("https://", "http://")) and len(target) < LONGEST_LINK and " " not in target
    if web or target.startswith("internal:"):
        sheet.write_url(row, position, target, book.format(font_color="#0072B2", underline=1, indent=min(position, 1)), text)
    elif text:
        sheet.write_string(row, position, clean(text), book.format())
