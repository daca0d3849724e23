"""The blocks of a page, whatever the page holds; figures that stand alone."""

from __future__ import annotations

import re

import pytest

import lca
from lca.report import figures, page
from lca.report.blocks import Contents, Figure, Paragraph, Run, Table, read_blocks, text_of
from lca.report.vector import Drawings, rules
from lca.results import Results


@pytest.fixture(scope="module")
def results() -> Results:
    """The lightest shipped study: what a file holds hangs on the page, not on the study."""
    return lca.run("sorting_languages")


def only(html: str) -> Paragraph:
    (block,) = read_blocks(html)
    assert isinstance(block, Paragraph)
    return block


def test_runs_keep_their_style_and_space_is_that_of_a_browser() -> None:
    block = only('<p class="verdict"> a  <strong>b<em> c</em></strong>\n d <code>e</code><sup><a href="#ref-1">1</a></sup> </p>')
    assert block.kind == "verdict" and text_of(block.runs) == "a b c d e1 "
    assert block.runs[1:3] == [Run("b", bold=True), Run(" c", bold=True, italic=True)]
    assert block.runs[-2] == Run("1", raised=True, link="#ref-1")


def test_headings_summaries_and_anchors() -> None:
    html = '<section id="s"><h2>A</h2><details><summary>B</summary><div>c</div></details><h3 id="t">D</h3><details><summary>E</summary></details></section>'
    blocks = [each for each in read_blocks(html) if isinstance(each, Paragraph)]
    assert [(text_of(each.runs), each.kind, each.level, each.anchors) for each in blocks] == [
        ("A", "heading", 2, ("s",)), ("B", "heading", 3, ()), ("c", "", 0, ()), ("D", "heading", 3, ("t",)), ("E", "heading", 4, ())]  # fmt: skip


def test_lists_are_numbered_and_nested() -> None:
    html = "<ol start=3><li>a<p>more</p><li>b<ul><li>c</li></ul></li></ol><ol><li>d</ol>"
    found = [(each.label, each.level, text_of(each.runs)) for each in read_blocks(html) if isinstance(each, Paragraph)]
    assert found == [("3.", 1, "a"), ("", 0, "more"), ("4.", 1, "b"), ("•", 2, "c"), ("1.", 1, "d")]


def test_tables_with_spans_sides_and_a_caption() -> None:
    html = """<table><caption>T</caption><thead><tr><th>x</th><th class="n" colspan="2">y<span>kg</span></th></tr></thead>
      <tbody><tr><th scope="rowgroup" colspan="3">g<p class="warning">w</p></th></tr><tr id="r" class="total"><th>a<br>b</th><td class="n">1</td><td class="center">2</td></tr></table>"""
    caption, table = read_blocks(html)
    assert isinstance(caption, Paragraph) and caption.kind == "caption" and isinstance(table, Table)
    assert (table.columns, table.heads, [row.kind for row in table.rows]) == (3, 1, ["head", "group", "total"])
    assert [[(cell.text, cell.span, cell.side) for cell in row.cells] for row in table.rows] == [
        [("x", 1, "left"), ("y\nkg", 2, "right")], [("g\nw", 3, "left")], [("a\nb", 1, "left"), ("1", 1, "right"), ("2", 1, "center")]]  # fmt: skip
    assert table.rows[2].cells[0].anchors == ["r"]
    assert sum(table.widths()) == pytest.approx(1)


def test_cells_stand_as_the_head_above_them() -> None:
    (table,) = read_blocks('<table><thead><tr><th>a</th><th class="n">b</th></tr></thead><tr><th>x</th><td>1</td></tr><tr><td>one</td></tr></table>')
    assert isinstance(table, Table)
    assert [[cell.side for cell in row.cells] for row in table.rows] == [["left", "right"], ["left", "right"], ["left"]]


def test_terms_become_a_table_and_what_is_for_a_screen_is_left_out() -> None:
    html = '<nav aria-label="C"><a href="#a">gone</a></nav><script>alert(1)</script><dl><dt>t<dd>d<dd>e</dl><hr><blink>kept</blink>'
    contents, table, kept = read_blocks(html)
    assert contents == Contents("C") and isinstance(table, Table) and isinstance(kept, Paragraph)
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["t", "d"], ["", "e"]]
    assert text_of(kept.runs) == "kept"


def test_what_is_to_be_completed_is_marked_wherever_it_stands() -> None:
    assert [(run.text, run.mark) for run in only("<p>a À COMPLÉTER : b</p>").runs] == [("a ", False), ("À COMPLÉTER", True), (" : b", False)]
    assert only("<p>TO BE COMPLETED</p>").runs == [Run("TO BE COMPLETED", mark=True)]


@pytest.mark.parametrize(
    "html", ["", "<p>", "</p></td>", "<table>", "<td>x</td>", "<li>x", "<tr><td>", "a<svg>", "<table><tr></table>", "\x00<p>\x01\ufffe</p>"]
)
def test_broken_html_is_read_somehow(html: str) -> None:
    read_blocks(html)


def test_text_that_looks_like_markup_stays_text() -> None:
    text = "<script>alert(1)</script><svg><rect></svg>"
    assert text_of(only(f"<p>{text.replace('<', '&lt;')}</p>").runs) == text


def test_no_text_of_the_page_is_lost(results: Results) -> None:
    html = page.render(results, "fr")
    blocks = read_blocks(html)
    tables = [cell.text for each in blocks if isinstance(each, Table) for row in each.rows for cell in row.cells]
    shown = "".join(re.sub(r"\s", "", each) for each in [*(text_of(each.runs) for each in blocks if isinstance(each, Paragraph)), *tables])
    body = re.sub(r"<svg.*?</svg>|<nav.*?</nav>|<style.*?</style>|<title>.*?</title>", "", html, flags=re.S)
    bare = [re.sub(r"\s", "", each) for each in re.findall(r">([^<>&]+)<", body)]
    assert len(bare) > 1000
    assert [each for each in set(bare) if each not in shown] == []
    assert len([each for each in blocks if isinstance(each, Table)]) == html.count("<table") + html.count("<dl")
    assert len([each for each in blocks if isinstance(each, Figure)]) == html.count('role="img"')


def test_a_figure_stands_alone_with_all_its_bars(results: Results) -> None:
    svg = str(figures.comparison(results, 0, "x", "en"))
    made = Drawings(str(figures.patterns()), "Some Font").make(svg)
    assert "url(#" not in made.text and "class=" not in made.text and "style=" not in made.text and "paint-order" not in made.text
    assert made.text.count("<rect") >= svg.count("<rect") and 'font-family="Some Font"' in made.text
    assert (made.width, made.height) == tuple(map(float, re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0]))
    for text in re.findall(r">([^<>&]+)</text>", svg):
        assert text in made.text
    colours = [each.get("fill") for each in Drawings(str(figures.patterns()), "").patterns["stage-0"].iter("rect")]
    assert colours[0] in made.text


def test_stronger_rules_of_the_style_come_later() -> None:
    found = dict(rules())
    assert found["", "text", "s0"]["text-anchor"] == "middle" and found["diagram", "", "out"]["text-anchor"] == "end"
    order = [key for key, _ in rules()]
    assert order.index(("", "text", "")) < order.index(("", "", "scenario")) < order.index(("diagram", "", "out"))
