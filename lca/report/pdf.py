"""The report as PDF: the blocks of the page, with an outline, tables that break over pages, and figures as vectors. Needs the package fpdf2."""

import io
import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from lca.folders import PACKAGE, write_whole
from lca.report.blocks import Block, Contents, Figure, Paragraph, Run, Table, read_blocks, text_of
from lca.report.page import render
from lca.report.vector import Drawings
from lca.results import Results
from lca.wording import say

FONT = "Report"  # the letters are a part of DejaVu Sans Condensed: see pdf_fonts.txt
LANGUAGES = {"en": "en-GB", "fr": "fr-FR"}
INK, BLUE, RED, TINT, YELLOW, LINE = (27, 27, 27), (0, 90, 142), (200, 60, 0), (245, 245, 242), (255, 255, 0), (213, 213, 213)
HEADS = (20.0, 15.0, 11.5, 10.0, 9.5, 9.5)  # points, by level
SIZES = ((5, 8.0), (8, 7.0), (11, 6.0), (99, 4.4))  # points of the letters of a table with at most so many columns
TEXT, MM, SCALE, MARGIN, HIGH = 9.5, 0.3528, 0.235, 18.0, 240.0  # points, mm per point, mm per unit of a figure, mm
MOST_LINES = 60  # of a cell, which stands on one page


def write_pdf(results: Results, path: Path, lang: str) -> Path:
    """Write the report as .pdf; the file appears once it is whole."""
    html = render(results, lang)
    writer = _Writer(Drawings(html, FONT), f"{results.study.text('title', lang)} – {say('kind', lang)}", lang, results)
    blocks = read_blocks(html)
    for each, after in zip(blocks, [*blocks[1:], None], strict=True):
        writer.write(each, after)
    content = bytes(writer.pdf.output())
    return write_whole(path, lambda temporary: temporary.write_bytes(content))


class _Writer:
    def __init__(self, drawings: Drawings, title: str, lang: str, results: Results) -> None:
        import fpdf

        class Pages(fpdf.FPDF):  # type: ignore[misc, unused-ignore]
            def footer(self) -> None:
                self.set_y(-12)
                self.set_font(FONT, "", 7.5)
                self.set_text_color(*INK)
                self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="C")

        logging.getLogger("fpdf").setLevel(logging.ERROR)  # it tells of every letter that a font lacks
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        self.pdf, self.drawings, self.face = Pages(format="A4"), drawings, fpdf.FontFace
        self.pdf.set_margins(MARGIN, MARGIN)
        self.pdf.set_auto_page_break(True, MARGIN)
        for style, name in (("", "regular"), ("B", "bold")):
            self.pdf.add_font(FONT, style, PACKAGE / "report" / f"pdf_{name}.ttf")
        self.pdf.set_title(title)
        self.pdf.set_lang(LANGUAGES[lang])
        self.pdf.set_creator(f"lca {results.about['version']}")
        self.pdf.set_creation_date(datetime.fromisoformat(results.about["date"]))
        self.pdf.add_page()
        self.links, self.depth = dict[str, int](), -1

    def write(self, each: Block, after: Block | None) -> None:
        """Write a block; a heading stays with what comes after it."""
        if isinstance(each, Paragraph):
            if each.kind == "heading" and self.pdf.will_page_break(26 + (self._size(after.drawing)[1] if isinstance(after, Figure) else 0)):
                self.pdf.add_page()
            self._paragraph(each)
        elif isinstance(each, Table):
            self._table(each)
        elif isinstance(each, Figure):
            self._figure(each)
        elif isinstance(each, Contents):
            self.pdf.ln(3)

    def _anchor(self, names: Iterable[str]) -> None:
        for name in names:
            self.pdf.set_link(self._link(name), y=self.pdf.get_y())

    def _link(self, name: str) -> int:
        if name not in self.links:
            self.links[name] = self.pdf.add_link()
        return self.links[name]

    def _paragraph(self, each: Paragraph) -> None:
        pdf, kinds = self.pdf, each.kind.split()
        size, left = HEADS[each.level - 1] if each.kind == "heading" else 8.0 if "small" in kinds or each.kind == "caption" else TEXT, MARGIN
        bold = each.kind == "heading" or "verdict" in kinds
        if each.kind == "heading":
            pdf.ln(6 if each.level == 2 else 2.5)
            self.depth = min(each.level - 1, self.depth + 1)
            pdf.start_section(" ".join(text_of(each.runs).split()), level=self.depth)
        self._anchor(each.anchors)
        if each.kind == "li":
            left = MARGIN + 5 * each.level
            pdf.set_x(left - 5)
            self._runs([Run(each.label)], size)
        pdf.set_left_margin(left)
        pdf.set_x(left)
        self._runs(each.runs, size, bold)
        pdf.set_left_margin(MARGIN)
        pdf.ln(size * MM * 1.35 + (0.6 if each.kind == "li" else 1.6))

    def _runs(self, runs: Iterable[Run], size: float, bold: bool = False) -> None:
        pdf = self.pdf
        for run in runs:
            if run.drawing:
                if pdf.will_page_break(size * MM * 2):
                    pdf.add_page()
                drawing = self.drawings.make(run.drawing)
                pdf.image(io.BytesIO(drawing.text.encode()), x=pdf.get_x() + 2, y=pdf.get_y() + 0.4, w=drawing.width * 0.2, h=drawing.height * 0.2)
                pdf.set_x(pdf.get_x() + drawing.width * 0.2 + 3)
                continue
            pdf.set_font(FONT, "B" if bold or run.bold or run.mark else "", size * (0.88 if run.small or run.code else 1))
            link = self._link(run.link[1:]) if run.link[:1] == "#" else run.link
            pdf.set_text_color(*(RED if run.mark else BLUE if link else INK))
            pdf.char_vpos = "SUP" if run.raised else "LINE"
            pdf.write(size * MM * 1.35, run.text.replace("\t", "   "), link)
        pdf.char_vpos = "LINE"

    def _table(self, table: Table) -> None:
        pdf, size = self.pdf, next(size for most, size in SIZES if table.columns <= most)
        self._anchor(name for row in table.rows for cell in row.cells for name in cell.anchors)
        pdf.set_font(FONT, "", size)
        pdf.set_text_color(*INK)
        pdf.set_draw_color(*LINE)
        widths, room, heads = table.widths(), pdf.epw / (size * MM * 0.55), table.heads
        with pdf.table(col_widths=widths, borders_layout="HORIZONTAL_LINES", num_heading_rows=heads, first_row_as_headings=heads > 0, v_align="TOP",
                       headings_style=self.face(emphasis="BOLD"), line_height=size * MM * 1.25, padding=(0.5, 0.8)) as made:  # fmt: skip
            for row in table.rows:
                line, place = made.row(), 0
                for cell in row.cells:
                    most = int(MOST_LINES * room * sum(widths[place : place + cell.span]) * 0.8)
                    text = cell.text if len(cell.text) <= most else f"{cell.text[:most]}…"
                    back = YELLOW if any(run.mark for run in cell.runs) else TINT if row.kind == "group" else None
                    style = self.face(emphasis="BOLD" if cell.bold or (cell.runs and all(run.bold for run in cell.runs)) else "", fill_color=back)
                    line.cell(text, align=cell.side.upper(), style=style, colspan=cell.span)
                    place += cell.span
        pdf.ln(3)

    def _figure(self, each: Figure) -> None:
        width, height = self._size(each.drawing)
        if self.pdf.will_page_break(height):
            self.pdf.add_page()
        self.pdf.image(io.BytesIO(self.drawings.make(each.drawing).text.encode()), w=width, h=height, alt_text=each.text)
        self.pdf.ln(3)

    def _size(self, svg: str) -> tuple[float, float]:
        drawing = self.drawings.make(svg)
        scale = min(SCALE, self.pdf.epw / drawing.width, HIGH / drawing.height)
        return drawing.width * scale, drawing.height * scale
