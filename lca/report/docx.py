"""The report for word processors: the blocks of the page, with real headings, tables that repeat their heads, and figures as SVG."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lca.folders import write_whole
from lca.report.blocks import Block, Contents, Figure, Paragraph, Row, Run, Table, read_blocks, text_of
from lca.report.metafile import metafile
from lca.report.page import render
from lca.report.vector import Drawings
from lca.results import Results
from lca.sheets import NOT_IN_XML
from lca.wording import say

SPACES = " ".join(
    f'xmlns:{name}="http://schemas.openxmlformats.org/{path}"'
    for name, path in (("w", "wordprocessingml/2006/main"), ("r", "officeDocument/2006/relationships"), ("a", "drawingml/2006/main"),
                       ("wp", "drawingml/2006/wordprocessingDrawing"), ("pic", "drawingml/2006/picture"))
)  # fmt: skip
PICTURE = (  # a picture in the line: as metafile for old programs, as SVG for those that know it
    '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{x}" cy="{y}"/><wp:docPr id="{n}" name="Figure {n}" descr={text}/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{n}" name="Figure {n}"/>'
    '<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{plain}"><a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="{svg}"/></a:ext></a:extLst></a:blip>'
    '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{x}" cy="{y}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
)
TABLE_STYLE = (
    '<w:style {spaces} w:type="table" w:customStyle="1" w:styleId="Report"><w:name w:val="Report"/><w:tblPr><w:tblBorders>'
    '<w:bottom w:val="single" w:sz="4" w:color="D5D5D5"/><w:insideH w:val="single" w:sz="4" w:color="D5D5D5"/></w:tblBorders><w:tblCellMar>'
    '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>'
    '<w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="12" w:color="1B1B1B"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>'
)
SIDES = {"verdict": ("1B1B1B", "F5F5F2"), "warning": ("D55E00", "FDF3EC")}  # a bar on the left and what lies behind the text
FONT = "Arial"
LANGUAGES = {"en": "en-GB", "fr": "fr-FR"}
EMU, TWIP = 12700, 20  # per point
WIDE, HIGH, SCALE = 482.0, 640.0, 0.65  # room on the page in points, and points per unit of a figure
SIZES = ((6, 17), (8, 15), (11, 13), (99, 9))  # half-points of the letters of a table with at most so many columns


def write_docx(results: Results, path: Path, lang: str) -> Path:
    """Write the report as .docx; the file appears once it is whole."""
    document = _document(results, lang)
    return write_whole(path, lambda temporary: document.save(str(temporary)))


def _document(results: Results, lang: str) -> Any:
    """A document on A4 in the language of the report."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    html = render(results, lang)
    blocks, document = read_blocks(html), docx.Document()
    section, styles, properties = document.sections[0], document.styles, document.core_properties
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    for style in styles:
        if style.name in ("Normal", "Title") or style.name.startswith("Heading "):
            style.font.name, style.font.color.rgb = FONT, RGBColor(0x1B, 0x1B, 0x1B)
            for kind in ("ascii", "hAnsi"):
                style.element.rPr.rFonts.attrib.pop(qn(f"w:{kind}Theme"), "")
    styles["Normal"].font.size, styles["Normal"].paragraph_format.space_after = Pt(9.5), Pt(4)
    for each in styles.element.iter("{*}lang"):
        each.set(each.tag.replace("lang", "val"), LANGUAGES[lang])
    styles.element.append(parse_xml(TABLE_STYLE.format(spaces=SPACES)))
    properties.title, properties.language = NOT_IN_XML.sub("", results.study.text("title", lang))[:255], LANGUAGES[lang]
    properties.author, properties.comments, properties.subject = f"lca {results.about['version']}", "", say("kind", lang)
    properties.created = properties.modified = datetime.fromisoformat(results.about["date"]).replace(tzinfo=None)
    section.footer.paragraphs[0]._p.append(parse_xml(f'<w:fldSimple {SPACES} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    body = parse_xml(f"<w:body {SPACES}>{''.join(_Writer(document, blocks, Drawings(html, FONT)).body())}</w:body>")
    for element in list(body):
        document.element.body.insert(-1, element)
    return document


class _Writer:
    """Writes blocks as the XML of a document's body."""

    def __init__(self, document: Any, blocks: list[Block], drawings: Drawings) -> None:
        self.part, self.blocks, self.drawings, self.count = document.part, blocks, drawings, 0
        cells = (cell.anchors for each in blocks if isinstance(each, Table) for row in each.rows for cell in row.cells)
        paragraphs = (each.anchors for each in blocks if isinstance(each, Paragraph))
        self.anchors = {name: n for n, name in enumerate(dict.fromkeys(name for names in (*paragraphs, *cells) for name in names), 1)}

    def body(self) -> Iterator[str]:
        told = ""
        for each in self.blocks:
            if isinstance(each, Paragraph):
                told = text_of(each.runs)
                yield self._paragraph(each)
            elif isinstance(each, Table):
                yield self._table(each)
            elif isinstance(each, Figure):
                yield _wrapped(self._picture(each.drawing, each.text), '<w:keepNext/><w:spacing w:before="60" w:after="40"/>')
                if each.text != told:  # a heading may have said it
                    yield _wrapped(_text(Run(each.text, small=True)))
            else:
                yield from self._contents(each)

    def _paragraph(self, each: Paragraph) -> str:
        known = next((kind for kind in each.kind.split() if kind in SIDES), "")
        style, start = "", ""
        if each.kind == "heading":
            style = f'<w:pStyle w:val="{"Title" if each.level == 1 else f"Heading{each.level - 1}"}"/>'
        elif each.kind == "li":
            left = 340 * each.level + (100 if each.label else 440)
            tabs = f'<w:tab w:val="left" w:pos="{left}"/><w:tab w:val="right" w:pos="{WIDE * TWIP:.0f}"/>'
            style = f'<w:tabs>{tabs}</w:tabs><w:ind w:left="{left}" w:hanging="440"/>'
            start = _text(Run(f"{each.label}\t")) if each.label else ""
        elif each.kind == "caption":
            style = "<w:keepNext/>"
        elif known:
            bar, ground = SIDES[known]
            style = f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="6" w:color="{bar}"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{ground}"/>'
        return _wrapped(start + self._runs(each.runs, bold=known == "verdict"), style, self._bookmarks(each.anchors))

    def _runs(self, runs: Iterable[Run], bold: bool = False, size: int = 0) -> str:
        parts = []
        for run in runs:
            text = _text(Run(" ")) + self._picture(run.drawing, "") + _text(Run(" ")) if run.drawing else _text(run, bold, size)
            if run.link[:1] == "#" and run.link[1:] in self.anchors:
                text = f'<w:hyperlink w:anchor="{_bookmark(run.link[1:])}">{text}</w:hyperlink>'
            elif run.link.startswith(("https://", "http://")):
                target = self.part.relate_to(run.link, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", is_external=True)
                text = f'<w:hyperlink r:id="{target}">{text}</w:hyperlink>'
            parts.append(text)
        return "".join(parts)

    def _bookmarks(self, names: Iterable[str]) -> str:
        found = ((self.anchors[name], _bookmark(name)) for name in names)
        return "".join(f'<w:bookmarkStart w:id="{n}" w:name="{name}"/><w:bookmarkEnd w:id="{n}"/>' for n, name in found)

    def _table(self, table: Table) -> str:
        size = next(size for most, size in SIZES if table.columns <= most)
        widths = [f"{WIDE * TWIP * each:.0f}" for each in table.widths()]
        rows = "".join(self._row(row, widths, size) for row in table.rows)
        look = f'<w:tblLook w:firstRow="{int(table.heads > 0)}" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        properties = f'<w:tblStyle w:val="Report"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>{look}'
        grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
        return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_wrapped('')}"

    def _row(self, row: Row, widths: list[str], size: int) -> str:
        cells, place = [], 0
        for cell in row.cells:
            span = cell.span
            width = sum(map(int, widths[place : place + span]))
            place += span
            fill = '<w:shd w:val="clear" w:color="auto" w:fill="F5F5F2"/>' if row.kind == "group" else ""
            style = f'{"<w:keepNext/>" if row.kind == "group" else ""}<w:spacing w:before="20" w:after="20"/><w:jc w:val="{cell.side}"/>'
            text = _wrapped(self._runs(cell.runs, cell.bold, size), style, self._bookmarks(cell.anchors))
            cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{span}"/>{fill}</w:tcPr>{text}</w:tc>')
        if place < len(widths):  # a row that ends early
            cells.append(f'<w:tc><w:tcPr><w:gridSpan w:val="{len(widths) - place}"/></w:tcPr>{_wrapped("")}</w:tc>')
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if row.kind == 'head' else ''}</w:trPr>{''.join(cells)}</w:tr>"

    def _contents(self, each: Contents) -> Iterator[str]:
        """A table of contents that is there at once and that a word processor renews with its page numbers."""
        mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
        heads = [each for each in self.blocks if isinstance(each, Paragraph) and each.kind == "heading" and each.level == 2]
        yield _wrapped(_text(Run(each.title, bold=True)), "<w:keepNext/>")
        instruction = r'<w:r><w:instrText xml:space="preserve">TOC \o "1-1" \h \z \u</w:instrText></w:r>'
        start = mark.format("begin") + instruction + mark.format("separate")
        for head in heads:
            yield _wrapped(start + self._runs([Run(text_of(head.runs), link=f"#{head.anchors[0] if head.anchors else ''}")]))
            start = ""
        yield _wrapped(mark.format("end"))

    def _picture(self, svg: str, text: str) -> str:
        self.count += 1
        drawing = self.drawings.make(svg)
        scale = min(SCALE, WIDE / drawing.width, HIGH / drawing.height)
        plain = self._part(f"figure{self.count}.emf", "image/x-emf", metafile(drawing.text))
        held = self._part(f"figure{self.count}.svg", "image/svg+xml", drawing.text.encode())
        x, y = (int(each * scale * EMU) for each in (drawing.width, drawing.height))
        return PICTURE.format(x=x, y=y, n=self.count, text=quoteattr(text), plain=plain, svg=held)

    def _part(self, name: str, kind: str, content: bytes) -> str:
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        part = Part(PackURI(f"/word/media/{name}"), kind, content, self.part.package)
        return str(self.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"))


def _wrapped(runs: str, style: str = "", before: str = "") -> str:
    return f"<w:p><w:pPr>{style}</w:pPr>{before}{runs}</w:p>"


def _bookmark(name: str) -> str:
    return f"_{re.sub(r'[^A-Za-z0-9]', '_', name)}"[:40]


def _text(run: Run, bold: bool = False, size: int = 0) -> str:
    """A run; newlines and tabs in it are those of the page's layout."""
    size = size or (17 if run.small else 0)
    style = [
        '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>' if run.code else "",
        "<w:b/>" if bold or run.bold else "", "<w:i/>" if run.italic else "",
        '<w:color w:val="005A8E"/>' if run.link else "", f'<w:sz w:val="{size}"/>' if size else "",
        '<w:highlight w:val="yellow"/>' if run.mark else "", '<w:u w:val="single"/>' if run.link else "",
        '<w:vertAlign w:val="superscript"/>' if run.raised else "",
    ]  # fmt: skip
    breaks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    parts = (breaks.get(each) or f'<w:t xml:space="preserve">{escape(each)}</w:t>' for each in re.split(r"([\n\t])", run.text) if each)
    return f"<w:r><w:rPr>{''.join(style)}</w:rPr>{''.join(parts)}</w:r>"
