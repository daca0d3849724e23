"""The report for word processors, read back: headings, tables, numbers, links, pictures, language."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

import lca
from lca.report.docx import write_docx
from lca.report.page import render
from lca.report.sentences import figure
from lca.results import Results

LANGUAGES = ("en", "fr")


@pytest.fixture(scope="module")
def results() -> Results:
    """The lightest shipped study: what a file holds hangs on the page, not on the study."""
    return lca.run("sorting_languages")


@pytest.fixture(scope="module")
def files(results: Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("docx")
    return {lang: write_docx(results, folder / f"{lang}.docx", lang) for lang in LANGUAGES}


@pytest.fixture(scope="module", params=LANGUAGES)
def opened(request: pytest.FixtureRequest, files: dict[str, Path]) -> tuple[str, Any]:
    return request.param, docx.Document(str(files[request.param]))


def test_headings_are_those_of_the_page(results: Results, opened: tuple[str, Any]) -> None:
    lang, document = opened
    html = re.sub(r"<svg.*?</svg>", "", render(results, lang), flags=re.S)
    found = [(each.style.name, each.text) for each in document.paragraphs if each.style.name == "Title" or each.style.name.startswith("Heading")]
    for level, name in ((1, "Title"), (2, "Heading 1")):
        heads = [re.sub("<[^>]+>", "", each).replace("&#39;", "'") for each in re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", html)]
        assert [text for style, text in found if style == name] == heads
    assert len(found) == len(re.findall(r"<h[1-6]|<summary", html))


def test_tables_repeat_their_heads_and_hold_the_totals(results: Results, opened: tuple[str, Any]) -> None:
    lang, document = opened
    html = render(results, lang)
    assert len(document.tables) == html.count("<table") + html.count("<dl")
    label, numbers = results.indicators[results.headline[0]].label(lang), results.totals[:, 0, results.headline[0]] / results.scale(results.headline[0])[1]
    table = next(each for each in document.tables if len(each.columns) == 2 + len(results.study.alternatives) and label in each._tbl.xpath("string()"))
    row = next(each for each in table._tbl.tr_lst if each.xpath("string(w:tc[1])") == label)
    assert [cell.xpath("string()") for cell in row.tc_lst[2:]] == [figure(float(each), lang) for each in numbers]
    assert {each.get(qn("w:val")) for cell in row.tc_lst[2:] for each in cell.iter(qn("w:jc"))} == {"right"}
    heads = [each._tbl.tr_lst[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for each in document.tables]
    assert sum(heads) == html.count("<thead")


def test_links_lead_somewhere(opened: tuple[str, Any]) -> None:
    body = opened[1].element.body
    names = [each.get(qn("w:name")) for each in body.iter(qn("w:bookmarkStart"))]
    targets = {each.get(qn("w:anchor")) for each in body.iter(qn("w:hyperlink")) if each.get(qn("w:anchor"))}
    assert len(names) == len(set(names)) and targets <= set(names) and len(targets) > 20
    outside = [each.target_ref for each in opened[1].part.rels.values() if each.is_external]
    assert outside and all(each.startswith(("https://", "http://")) for each in outside)


def test_figures_are_svg_with_a_metafile_beside_and_their_text(results: Results, files: dict[str, Path], opened: tuple[str, Any]) -> None:
    lang, document = opened
    html = render(results, lang)
    blips = list(document.element.body.iter(qn("a:blip")))
    described = [each.get("descr") for each in document.element.body.iter(qn("wp:docPr"))]
    assert sum(bool(each) for each in described) == html.count('role="img"')
    told = [paragraph.text for paragraph in document.paragraphs]
    assert all(told.count(each) == described.count(each) for each in described if each), "in a heading or below the figure, not both"
    for blip in blips:
        (svg,) = blip.iter("{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip")
        assert etree.fromstring(document.part.related_parts[svg.get(qn("r:embed"))].blob).tag == "{http://www.w3.org/2000/svg}svg"
        assert document.part.related_parts[blip.get(qn("r:embed"))].blob[40:44] == b" EMF"
    assert len(document.inline_shapes) == len(blips) > html.count('role="img"')  # the key of the figures, too
    with zipfile.ZipFile(files[lang]) as archive:
        assert archive.testzip() is None


def test_what_is_to_be_completed_is_yellow(results: Results, opened: tuple[str, Any]) -> None:
    lang, document = opened
    marked = [each.getparent().getparent().xpath("string()") for each in document.element.body.iter(qn("w:highlight"))]
    assert set(marked) == {"À COMPLÉTER" if lang == "fr" else "TO BE COMPLETED"}
    assert len(marked) == render(results, lang).count(marked[0])


def test_language_paper_size_and_properties(results: Results, files: dict[str, Path], opened: tuple[str, Any]) -> None:
    lang, document = opened
    code = {"en": "en-GB", "fr": "fr-FR"}[lang]
    assert {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))} == {code}
    assert (document.core_properties.title, document.core_properties.language) == (results.study.text("title", lang), code)
    assert document.core_properties.created.isoformat()[:10] == results.about["date"][:10]
    assert (round(document.sections[0].page_width.mm), round(document.sections[0].page_height.mm)) == (210, 297)
    assert files[lang].stat().st_size < 1_000_000
    fields = [each.text for each in document.element.body.iter(qn("w:instrText"))]
    assert len(fields) == 1 and fields[0].startswith("TOC")


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_processor_reads_all_of_it(results: Results, files: dict[str, Path], tmp_path: Path, lang: str) -> None:
    """LibreOffice Writer opens the file and hands its text back: every paragraph in its order."""
    if not (office := shutil.which("soffice")):
        pytest.skip("LibreOffice (soffice) is not installed: no word processor opens the file")
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run([office, home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), str(files[lang])],
                   capture_output=True, timeout=120, check=False)  # fmt: skip
    if not (path := tmp_path / f"{lang}.txt").is_file():
        pytest.skip("LibreOffice is here without its word processor (package libreoffice-writer)")
    text, place = " ".join(path.read_text(encoding="utf-8-sig").split()), 0
    for paragraph in docx.Document(str(files[lang])).paragraphs:
        if paragraph.text:
            place = text.find(" ".join(paragraph.text.split()), place)
            assert place >= 0, paragraph.text
    for i in results.headline:
        assert figure(float(results.totals[0, 0, i] / results.scale(i)[1]), lang) in text
