"""The report as PDF: whole, with its language, title, outline and links, and with every letter it needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lca
from lca.folders import PACKAGE
from lca.report.page import render
from lca.results import Results

pytest.importorskip("fpdf")


@pytest.fixture(scope="module")
def results() -> Results:
    """The lightest shipped study: what a file holds hangs on the page, not on the study."""
    return lca.run("sorting_languages")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_pdf_is_whole(results: Results, tmp_path: Path, lang: str) -> None:
    from lca.report.pdf import write_pdf

    data = write_pdf(results, tmp_path / "a.pdf", lang).read_bytes()
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF") and len(data) < 1_000_000
    assert f"/Lang ({'fr-FR' if lang == 'fr' else 'en-GB'})".encode() in data
    html = re.sub(r"<svg.*?</svg>", "", render(results, lang), flags=re.S)
    assert data.count(b"/Parent") > len(re.findall(r"<h[1-6]|<summary", html))
    assert data.count(b"/Subtype /Link") > 50


def test_the_letters_of_both_languages_are_in_the_fonts_which_are_small(results: Results) -> None:
    from fontTools.ttLib import TTFont

    texts = {letter for lang in ("en", "fr") for letter in render(results, lang) if letter.isprintable()}
    for name in ("regular", "bold"):
        path = PACKAGE / "report" / f"pdf_{name}.ttf"
        assert texts - {chr(each) for each in TTFont(path).getBestCmap()} == set()
        assert path.stat().st_size < 50_000
