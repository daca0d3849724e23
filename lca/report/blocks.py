"""The page as a short list of blocks (headings, paragraphs, tables, figures), for files that are no HTML."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from lca.sheets import NOT_IN_XML
from lca.wording import say

BLOCK = re.compile("address|article|aside|blockquote|body|caption|d[dlt]|details|div|fig(caption|ure)|footer|h[1-6r]|header|html|li|main|nav|[ou]l|p|pre|"
                   "section|summary|table|t(body|d|foot|h|head|r)")  # fmt: skip
VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
SILENT = ("button", "nav", "script", "select", "style", "template", "title")  # what is for a screen only
SHOWN = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic", "code": "code", "pre": "code", "small": "small", "sup": "raised"}
DRAWING = re.compile(r"<svg\b[^>]*>.*?</svg>", re.S)  # the texts of a study are escaped: only our own figures match


@dataclass(frozen=True)
class Run:
    """Text in one style; `mark` is what still has to be written; `drawing` is a small picture in the line. A line ends at a newline."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    small: bool = False
    raised: bool = False
    mark: bool = False
    link: str = ""
    drawing: str = ""


@dataclass(frozen=True)
class Paragraph:
    """`kind` is li, caption, pre, a class of the page or nothing; `level` is that of a heading or how deep a list item stands."""

    runs: list[Run]
    kind: str = ""
    level: int = 0
    label: str = ""
    anchors: tuple[str, ...] = ()


@dataclass
class Cell:
    runs: list[Run] = field(default_factory=list)
    span: int = 1
    side: str = "left"
    bold: bool = False
    anchors: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return text_of(self.runs)


@dataclass
class Row:
    """`kind` is head, group (the head of what follows), total or nothing."""

    kind: str = ""
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Table:
    rows: list[Row] = field(default_factory=list)

    @property
    def columns(self) -> int:
        return max((sum(cell.span for cell in row.cells) for row in self.rows), default=0)

    @property
    def heads(self) -> int:
        """How many rows stand again on every page."""
        return next((n for n, row in enumerate(self.rows) if row.kind != "head"), len(self.rows))

    def follow_heads(self) -> None:
        """Cells stand where the last head above their column stands, as the style of the page has it."""
        sides = list[str]()
        for row in self.rows:
            if row.kind == "head":
                sides = [cell.side for cell in row.cells for _ in range(cell.span)]
            elif len(row.cells) == len(sides):
                for cell, side in zip(row.cells, sides, strict=True):
                    cell.side = side if cell.side == "left" else cell.side

    def widths(self) -> list[float]:
        """The part of the width that each column should have: room for its longest word, and more for longer texts."""
        needs = [4.0] * self.columns
        for row in self.rows:
            place = 0
            for cell in row.cells:
                words, text = re.split(r"[ \n]", cell.text), cell.text
                if cell.span == 1:
                    numbers = cell.side == "right" and row.kind != "head"  # they stand unbroken
                    longest = max(map(len, text.split("\n") if numbers else [each[:22] for each in words]))
                    needs[place] = max(needs[place], longest + 1.0, min(len(text), 24 if row.kind == "head" else 40) * 0.62)
                place += cell.span
        return [each / sum(needs) for each in needs]


@dataclass(frozen=True)
class Figure:
    drawing: str
    text: str


@dataclass(frozen=True)
class Contents:
    title: str


Block = Paragraph | Table | Figure | Contents


def text_of(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


@lru_cache(maxsize=1)
def _unwritten() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(say("to_be_completed", lang)) for lang in ("en", "fr")))


class _Reader(HTMLParser):
    def __init__(self, drawings: list[str]) -> None:
        super().__init__()
        self.drawings, self.blocks = drawings, list[Block]()
        self.stack, self.counts, self.runs, self.anchors = list[tuple[str, dict[str, str]]](), list[int](), list[Run](), list[str]()
        self.table: Table | None = None
        self.cell: Cell | None = None
        self.level, self.fresh = 1, False

    def within(self, *tags: str) -> bool:
        return any(tag in tags for tag, _ in self.stack)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kinds = given.get("class", "").split()
        if BLOCK.fullmatch(tag):
            self.flush()
            self._open_block(tag, given, kinds)
        elif self.within(*SILENT):
            pass
        elif tag == "br" or ((self.runs or (self.cell and self.cell.runs)) and ((tag == "small" and self.cell) or (tag == "span" and self.within("thead")))):
            self.write("\n")  # as the style of the page breaks the line
        elif tag == "small" and self.runs:
            self.write(" – ")
        elif tag == "span" and not kinds and self.runs and self.stack[-1][0] == "li":
            self.write("\t")
        elif tag == "svg":
            self._drawing(given)
        if given.get("id"):
            self.anchors.append(given["id"])
        if tag not in VOID:
            self.stack.append((tag, given))

    def _open_block(self, tag: str, given: dict[str, str], kinds: list[str]) -> None:
        if tag in ("ol", "ul"):
            self.counts.append(int(given.get("start", "1")) if tag == "ol" else 0)
        elif tag == "li":
            self.fresh = True
        elif tag in ("table", "dl"):
            self.table = Table()
            self.blocks.append(self.table)
        elif self.table is not None and tag in ("tr", "dt"):
            named = {"total": "total", "headline": "total"}
            self.table.rows.append(Row("head" if self.within("thead") else next((named[each] for each in kinds if each in named), "")))
        if self.table is not None and self.table.rows and tag in ("td", "th", "dt", "dd"):
            if tag == "dd" and self.stack and len(self.table.rows[-1].cells) > 1:
                self.table.rows.append(Row(cells=[Cell()]))  # a second definition of a term
            self.table.rows[-1].kind = "group" if given.get("scope") == "rowgroup" else self.table.rows[-1].kind
            side = "right" if "n" in kinds else "center" if "center" in kinds else "left"
            self.cell = Cell(span=int(given.get("colspan", "1")), side=side, bold=tag == "dt" or self.table.rows[-1].kind != "")
            self.table.rows[-1].cells.append(self.cell)
        if tag == "nav":
            self.blocks.append(Contents(given.get("aria-label", "")))

    def _drawing(self, given: dict[str, str]) -> None:
        """A figure with its alternative text is a block; a small picture with a size stands in the line; the rest decorates a screen."""
        if given.get("role") == "img":
            self.flush()
            self.blocks.append(Figure(self.drawings[int(given["data-n"])], given.get("aria-label", "")))
        elif float(given.get("width", "0")) > 0:
            self.runs.append(Run("", drawing=self.drawings[int(given["data-n"])]))

    def handle_endtag(self, tag: str) -> None:
        if BLOCK.fullmatch(tag):
            self.flush()
        if tag in ("td", "th", "dt", "dd", "table", "dl"):
            self.cell = None
        if tag in ("table", "dl") and self.table is not None:
            self.table.follow_heads()
            self.table = None
        elif tag in ("ol", "ul") and self.counts:
            self.counts.pop()
        if any(each == tag for each, _ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.within(*SILENT):
            self.write(data if self.within("pre") else re.sub(r"[ \t\n\r\f]+", " ", data))

    def write(self, text: str) -> None:
        """Add text in the style of what is open; no space begins a line."""
        before = text_of(self.runs)
        if not self.within("pre") and (before[-1:] in ("", " ", "\n", "\t") and not (self.runs and self.runs[-1].drawing)):
            text = text.lstrip(" ")
        if not text:
            return
        style: dict[str, Any] = {SHOWN[tag]: True for tag, _ in self.stack if tag in SHOWN}
        link = next((given.get("href", "") for tag, given in reversed(self.stack) if tag == "a"), "")
        place = 0
        for found in _unwritten().finditer(text):
            self.runs += [Run(text[place : found.start()], link=link, **style)] if found.start() > place else []
            self.runs.append(Run(found.group(), mark=True, link=link, **style))
            place = found.end()
        self.runs += [Run(text[place:], link=link, **style)] if place < len(text) else []

    def flush(self) -> None:
        """What was written so far becomes a paragraph, or a part of the open cell."""
        runs, self.runs = self.runs, []
        if not text_of(runs).strip() and not any(run.drawing for run in runs):
            return
        if self.cell is not None:
            self.cell.runs += [Run("\n"), *runs] if self.cell.runs else runs
            self.cell.anchors += self.anchors
        else:
            self.blocks.insert(len(self.blocks) - (self.table is not None), self._paragraph(runs))  # what is said of a table stands above it
        self.anchors = []

    def _paragraph(self, runs: list[Run]) -> Paragraph:
        anchors = tuple(self.anchors)
        for tag, given in reversed(self.stack):
            if re.fullmatch(r"h[1-6]", tag) or tag == "summary":
                level = self.level + 1 if tag == "summary" else int(tag[1])
                self.level = self.level if tag == "summary" else level
                return Paragraph(runs, "heading", min(level, 6), anchors=anchors)
            if tag == "li":
                label = ""
                if self.fresh and self.counts:
                    self.fresh = False
                    label = f"{self.counts[-1]}." if self.counts[-1] else "•"
                    self.counts[-1] += 1 if self.counts[-1] else 0
                return Paragraph(runs, "li", max(1, len(self.counts)), label, anchors)
            if tag in ("caption", "figcaption", "pre"):
                return Paragraph(runs, "caption" if tag == "figcaption" else tag, anchors=anchors)
            if tag == "p":
                return Paragraph(runs, given.get("class", ""), anchors=anchors)
        return Paragraph(runs, anchors=anchors)


def read_blocks(html: str) -> list[Block]:
    """The blocks of a page in their order: what is folded is open, what is for a screen only is left out."""
    drawings = list[str]()

    def keep(found: re.Match[str]) -> str:
        drawings.append(found.group())
        return f'{found.group().partition(">")[0].rstrip("/")} data-n="{len(drawings) - 1}"></svg>'

    reader = _Reader(drawings)
    reader.feed(DRAWING.sub(keep, NOT_IN_XML.sub("", html)))
    reader.close()
    reader.flush()
    return [each for each in reader.blocks if not isinstance(each, Table) or each.columns]
