"""The report: its numbers are those of the results, nothing is dropped, and the page stands on its own."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from lca.calculation import compute
from lca.beside import Effect
from lca.errors import LCAError, Message
from lca.folders import PACKAGE
from lca.report import checklist, evidence, figures, page
from lca.report.places import places
from lca.report.sentences import bank, figure, listed, phrase, raised, share, spaced, unit_text, written
from lca.report.summary import may_rank, ranked, summary
from lca.results import Results

LANGUAGES = ("en", "fr")
VOID = {"meta", "br", "rect", "path", "circle", "link", "img", "hr", "input"}
HOSTILE = "<script>alert(1)</script>\"'&{{ 7 * 7 }}{x}"


class Page(HTMLParser):
    """Checks nesting; keeps tables, ids, links and what a browser would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.cell: list[str] | None = None
        self.feed(html)
        self.close()
        assert not self.stack, f"left open: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.targets += [given["href"]] if tag == "a" else []
        self.loads += [given[name] for name in ("src", "srcset", "data", "poster", "href") if name in given and (name, tag) != ("href", "a")]
        assert not [name for name in given if name.startswith("on")]
        if tag not in VOID:
            self.stack.append(tag)
        if tag == "table":
            self.tables.append((given.get("class", ""), []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("td", "th"):
            self.cell = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.stack and self.stack.pop() == tag, f"</{tag}> at {self.getpos()}"
        if tag in ("td", "th") and self.cell is not None:
            self.tables[-1][1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def table(self, kind: str) -> list[list[str]]:
        return next(rows for name, rows in self.tables if name == kind)


@pytest.fixture(scope="module")
def pages(results: Results) -> dict[str, str]:
    return {lang: page.render(results, lang) for lang in LANGUAGES}


def parsed(text: str, lang: str) -> float:
    text = re.sub(r"\s", "", text)
    return float(text.replace(",", ".") if lang == "fr" else text.replace(",", ""))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_totals_of_the_page_are_those_of_the_results(results: Results, pages: dict[str, str], lang: str) -> None:
    rows = [row for row in Page(pages[lang]).table("totals")[1:] if len(row) > 1]
    per_scenario = len(results.indicators) + 1
    assert len(rows) == per_scenario * len(results.scenarios)
    for r in range(len(results.scenarios)):
        for i, indicator in enumerate(results.indicators):
            label, unit, *cells = rows[r * per_scenario + i]
            assert label == indicator.label(lang)
            assert unit == " ".join(unit_text(results.scale(i)[0], lang).split())
            shown = [parsed(each, lang) for each in cells]
            assert shown == pytest.approx(results.totals[:, r, i] / results.scale(i)[1], rel=5.1e-3)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_well_formed_small_and_loads_nothing(pages: dict[str, str], lang: str) -> None:
    html = pages[lang]
    read = Page(html)
    assert html.startswith("<!DOCTYPE html>")
    assert f'<html lang="{lang}">' in html
    assert len(html.encode()) < 500_000
    assert read.loads == []
    assert not read.tags & {"script", "iframe", "object", "embed", "link", "img", "form"}
    assert "@import" not in html and re.findall(r"url\((?!#)", html) == []
    assert len(read.ids) == len(set(read.ids))
    assert {each[1:] for each in read.targets if each.startswith("#")} <= set(read.ids)
    assert all(each.startswith(("#", "https://", "http://")) for each in read.targets)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_missing_in_a_language(lang: str) -> None:
    for key, texts in bank().items():
        assert texts[lang], key
    for key, texts in bank().items():
        slots = [set(re.findall(r"{(\w+)}", texts[each])) for each in LANGUAGES]
        assert slots[0] == slots[1] or key == "sum_heaviest_all", key


def test_every_key_of_the_template_is_in_a_bank() -> None:
    template = (PACKAGE / "report" / "page.html").read_text(encoding="utf-8")
    for key in re.findall(r"say\('([a-z_-]+)'[,)]", template):
        assert phrase(key, "fr", **dict.fromkeys(("unit", "count", "scenario", "present", "total", "version", "share", "measure", "least"), "x"))


def test_no_english_sentence_is_left_in_french(pages: dict[str, str]) -> None:
    for key, texts in bank().items():
        if len(texts["en"].split()) > 2 and "{" not in texts["en"]:
            assert texts["en"] not in pages["fr"], key


def test_every_item_of_the_contents_is_in_the_checklist_once(results: Results, pages: dict[str, str]) -> None:
    with (PACKAGE / "report" / "contents.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for lang in LANGUAGES:
        first = [row[0] for row in Page(pages[lang]).table("text checklist") if len(row) == 4][1:]
        assert first == [row["id"] for row in rows]
    sections = checklist.checklist(results, "fr")
    present, total, missing = checklist.count(sections)
    assert total == sum(row["level"] == "M" for row in rows)
    assert present + len(missing) == total
    empty = sum(not item.present for section in sections for item in section.items)
    assert pages["fr"].count("À COMPLÉTER") == empty
    assert pages["en"].count("TO BE COMPLETED") == empty
    assert f"{present} of {total} mandatory items present" in pages["en"]
    assert set(checklist.PLACES) | set(checklist.PARTS) <= {row["id"] for row in rows}
    assert set(checklist.PLACES.values()) | set(checklist.PARTS.values()) <= set(Page(pages["en"]).ids)


def test_what_the_analyst_wrote_fills_its_item(results: Results) -> None:
    study = replace(results.study, report={"R00-1": {"text_en": "The shop & co", "text_fr": "La boutique & cie"}})
    html = page.render(replace(results, study=study), "fr")
    assert "La boutique &amp; cie" in html
    empty = replace(results, study=replace(results.study, report={}))
    before, after = (checklist.count(checklist.checklist(each, "fr")) for each in (empty, replace(results, study=study)))
    assert after[0] == before[0] + 1 and "R00-1" not in after[2]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_labels_are_inert(results: Results, lang: str) -> None:
    study = results.study
    alternatives = {key: replace(each, label_en=HOSTILE, label_fr=HOSTILE) for key, each in study.alternatives.items()}
    scenarios = {key: replace(each, label_en=HOSTILE, label_fr=HOSTILE) for key, each in study.scenarios.items()}
    nodes = [replace(each, process=replace(each.process, about={"label_en": HOSTILE, "label_fr": HOSTILE})) for each in study.model.nodes]
    hostile = replace(study, model=replace(study.model, nodes=nodes), alternatives=alternatives, scenarios=scenarios, texts=dict.fromkeys(study.texts, HOSTILE),
                      effects={"x": Effect("x", "second_order", HOSTILE, HOSTILE, HOSTILE)})  # fmt: skip
    html = page.render(replace(results, study=hostile, warnings=(Message(HOSTILE, HOSTILE),)), lang)
    assert "script" not in Page(html).tags
    assert "<script" not in html
    assert "&lt;script&gt;" in html and "{{ 7 * 7 }}" in html


def test_a_source_that_is_no_web_address_is_no_link(results: Results) -> None:
    key = next(iter(evidence.references(results)))
    sources = {**results.study.sources, key: replace(results.study.sources[key], url="javascript:alert(1)")}
    assert 'href="javascript' not in page.render(replace(results, study=replace(results.study, sources=sources)), "en")


def test_the_file_is_absent_after_a_failure(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert page.write_report(results, tmp_path / "good.html", "fr").read_text(encoding="utf-8").rstrip().endswith("</html>")
    monkeypatch.setattr(page, "render", lambda results, lang: "\ud800")  # cannot be encoded: writing stops half-way
    with pytest.raises(UnicodeEncodeError):
        page.write_report(results, tmp_path / "bad.html", "fr")
    assert [each.name for each in tmp_path.iterdir()] == ["good.html"]
    with pytest.raises(LCAError):
        page.write_report(results, tmp_path / "nowhere" / "bad.html", "fr")


def test_flows_times_factors_are_the_totals(results: Results) -> None:
    indicators = [list(results.background.indicators).index(each) for each in results.study.indicators]
    found = np.einsum("arf,fi->ari", results.inventory(), results.background.factors[:, indicators])
    assert found == pytest.approx(results.totals, rel=1e-6)  # Brightway's matrices hold the factors as float32


@pytest.mark.parametrize("tag", ["stage", "task", "tier", "actor", "part"])
def test_the_parts_of_a_table_add_up_to_its_total(results: Results, tag: str) -> None:
    assert results.group(tag)[1].sum(axis=2) == pytest.approx(results.totals, rel=1e-9)


def test_what_may_not_be_compared_is_said_and_not_ranked(results: Results) -> None:
    quality = results.quality.copy()
    quality[1, 0] = 0.1
    changed = replace(results, quality=quality)
    assert 1 not in ranked(changed, 0, 0)
    label = results.labels("en")[0][1]
    assert not any(label in text for _, text in summary(changed, "en")["found"])
    assert any(label in text and "neither compared nor ranked" in text for text in summary(changed, "en")["opening"])
    assert "†" in page.render(changed, "en")


def test_different_qualities_that_are_not_made_equal_are_not_ranked(results: Results) -> None:
    changed = replace(results, study=replace(results.study, equalise_by="none"))
    assert not may_rank(changed, 0)
    assert summary(changed, "fr")["found"] == [] and summary(changed, "fr")["order"] == []
    assert "aucune variante" not in page.render(changed, "fr")


def test_a_result_without_value_is_said(results: Results) -> None:
    contributions = results.contributions.copy()
    contributions[0, 0] = np.nan
    html = page.render(replace(results, contributions=contributions), "en")
    assert "no value" in html and ">nan" not in html.lower()
    assert 0 not in ranked(replace(results, contributions=contributions), 0, 0)


def test_bars_start_at_zero_and_end_at_their_values(results: Results) -> None:
    svg = str(figures.comparison(results, 0, "x", "en"))
    assert len(svg.encode()) < 30_000
    ends = {}
    for x, y, width in re.findall(r'<rect x="([\d.]+)" y="(\d+)" width="([\d.]+)"', svg):
        ends[int(y)] = float(x) + float(width)
    totals = results.totals[:, :, 0].T.ravel()
    lengths = np.array([ends[y] for y in sorted(ends)])
    assert lengths / lengths.max() == pytest.approx(totals / totals.max(), abs=2e-3)


def test_numbers_and_units_are_written_as_the_language_does() -> None:
    assert figure(1.2345e-5, "fr") == "1,23\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10⁻⁵"
    assert figure(13912.3, "en") == "13,900"
    assert written(0.5, "fr") == "0,5" and written(1.125, "en") == "1.125" and written(1.2e6, "en") == "1,200,000"
    assert share(1.0, 4.0, "en") == "25 %" and share(1.0, 1e5, "en") == "<\N{NO-BREAK SPACE}0.1 %"
    assert unit_text("kg CO2-eq", "en") == "kg\N{NO-BREAK SPACE}CO₂-eq"
    assert unit_text("m3 world-eq", "fr") == "m³\N{NO-BREAK SPACE}éq.\N{NO-BREAK SPACE}monde"
    assert raised("2 kg CO2 per cm2, CO2x") == "2 kg CO₂ per cm², CO2x"
    assert spaced("« a » : b", "fr") == "«\N{NO-BREAK SPACE}a\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}: b"
    assert spaced("5 % ; b", "fr") == "5\N{NARROW NO-BREAK SPACE}%\N{NARROW NO-BREAK SPACE}; b" and spaced("5 % ; b", "en") == "5 % ; b"
    assert listed(["a", "b", "c"], "fr") == "a, b et c" and listed(["a"], "en") == "a" and listed([], "en") == ""


def test_the_study_in_every_place_is_the_study_run_there(results: Results) -> None:
    """The section of places shows what `--set` gives."""
    tables = places(results, "en")
    assert [each["label"] for each in tables] == ["country of the servers and of the staff", "country of the training servers"]
    assert [each["label"] for each in tables[0]["groups"]] == ["France (as in the scenario)", "Germany", "United States"]
    germany = compute(results.study, results.background, ["base"], {"country": "DEU"})
    for i, number in enumerate(results.headline):
        shown = tables[0]["groups"][1]["rows"][0]["cells"][i]
        assert shown == figure(float(germany.totals[0, 0, number]) / results.scale(number)[1], "en")
