"""The report: its numbers are those of the results, nothing is dropped, and the page stands on its own."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import lca
from lca.background import Background
from lca.beside import Effect
from lca.calculation import compute
from lca.checks import Status
from lca.documents import Mapping
from lca.errors import LCAError, Message
from lca.folders import PACKAGE
from lca.report import checklist, digital, evidence, figures, page
from lca.report.places import places, worlds
from lca.report.sentences import figure, listed, raised, share, spaced, unit_text, written
from lca.report.summary import ranked, summary
from lca.results import Results
from lca.study import Study
from lca.wording import bank, say

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


@pytest.fixture
def light(everything: Callable[..., Study], background: Background) -> Results:
    """The small study, for what does not hang on the study."""
    return compute(everything(), background)


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
    written = page.squeezed(html)
    assert len(written.encode()) < 500_000
    assert read.loads == []
    assert not read.tags & {"script", "iframe", "object", "embed", "link", "img", "form"}
    assert "@import" not in html and re.findall(r"url\((?!#)", html) == []
    assert len(read.ids) == len(set(read.ids))
    assert {each[1:] for each in read.targets if each.startswith("#")} <= set(read.ids)
    assert all(each.startswith(("#", "https://", "http://")) for each in read.targets)


class Shown(HTMLParser):
    """What a browser makes of a page: tags with their attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_file_shows_what_the_page_shows_in_fewer_letters(pages: dict[str, str], lang: str) -> None:
    whole, file = (Shown(re.sub("<style>.*?</style>", "", html, flags=re.S)) for html in (pages[lang], page.squeezed(pages[lang])))
    assert file.found == whole.found
    assert file.text.split() == whole.text.split()


def test_only_end_tags_that_html_implies_are_dropped() -> None:
    table = "<table><thead><tr><th>a</th></tr></thead>\n<tbody><tr><th>b</th><td><ul><li>c</li><li>d</li></ul></td></tr>\n</tbody></table>\n<p>e</p>"
    assert page.squeezed(table) == "<table><thead><tr><th>a\n<tbody><tr><th>b<td><ul><li>c<li>d</ul>\n</table>\n<p>e</p>"
    assert page.squeezed("<li>a</li> b") == "<li>a</li> b"
    assert page.squeezed("<div><p>a</p> b<p>c</p><p>d</p></div>") == "<div><p>a</p> b<p>c<p>d</div>"
    assert page.squeezed("<pre>a:\n  b</pre>\n\n  <p>c</p>") == "<pre>a:\n  b</pre>\n<p>c</p>"  # what is laid out by spaces keeps them
    assert page.squeezed('<a href="https://x.org/a?b" title="c d">e</a>') == '<a href=https://x.org/a?b title="c d">e</a>'


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_missing_in_a_language(lang: str) -> None:
    for key, texts in bank().items():
        assert texts[lang], key
    for key, texts in bank().items():
        slots = [set(re.findall(r"{(\w+)}", texts[each])) for each in LANGUAGES]
        assert slots[0] == slots[1] or key == "sum_heaviest_all", key


def test_every_key_of_the_template_is_in_a_bank() -> None:
    template = "".join(each.read_text(encoding="utf-8") for each in (PACKAGE / "report").glob("*.html"))
    texts = "".join((PACKAGE / "report" / name).read_text(encoding="utf-8") for name in ("sentences.csv", "wording.csv"))
    slots = dict.fromkeys(re.findall(r"{(\w+)}", texts), "x")
    for key in re.findall(r"say\('([a-z_0-9-]+)'[,)]", template):
        assert say(key, "fr", **slots)


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
    contents = page._contents(results, "fr")
    sections = contents["sections"]
    present, total, missing = checklist.count(sections)
    assert total == sum(row["level"] == "M" for row in rows)
    assert present + len(missing) == total
    empty = sum(not item.present for section in sections for item in section.items)
    empty += sum(not each for row in contents["declaration"]["rows"] for each in row["cells"])
    assert pages["fr"].count("À COMPLÉTER") == empty
    assert pages["en"].count("TO BE COMPLETED") == empty
    assert f"{present} of {total} mandatory items present" in pages["en"]
    assert not [row["id"] for row in rows if row["place"] and row["part"]]
    asked = {each for row in rows for key in ("place", "part") for each in row[key].split("+")}
    parts = {"sides", "weighting", "acceptance", "bundle", "scenarios", "declaration-annex", "declaration-green"}  # of sections that need not be there
    asked -= {"", *parts}
    assert asked - checklist.absent(results) <= set(Page(pages["en"]).ids)


def test_what_the_analyst_wrote_fills_its_item(light: Results) -> None:
    study = replace(light.study, report={"R00-1": {"text_en": "The shop & co", "text_fr": "La boutique & cie"}})
    html = page.render(replace(light, study=study), "fr")
    assert "La boutique &amp; cie" in html
    empty = replace(light, study=replace(light.study, report={}))
    before, after = (checklist.count(checklist.checklist(each, "fr")) for each in (empty, replace(light, study=study)))
    assert after[0] == before[0] + 1 and "R00-1" not in after[2]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_labels_are_inert(light: Results, lang: str) -> None:
    study = light.study
    alternatives = {key: replace(each, label_en=HOSTILE, label_fr=HOSTILE) for key, each in study.alternatives.items()}
    scenarios = {key: replace(each, label_en=HOSTILE, label_fr=HOSTILE) for key, each in study.scenarios.items()}
    nodes = [replace(each, process=replace(each.process, about={"label_en": HOSTILE, "label_fr": HOSTILE})) for each in study.model.nodes]
    hostile = replace(study, model=replace(study.model, nodes=nodes), alternatives=alternatives, scenarios=scenarios, texts=dict.fromkeys(study.texts, HOSTILE),
                      effects={"x": Effect("x", "second_order", HOSTILE, HOSTILE, HOSTILE)})  # fmt: skip
    html = page.render(replace(light, study=hostile, warnings=(Message(HOSTILE, HOSTILE),)), lang)
    assert "script" not in Page(html).tags
    assert "<script" not in html
    assert "&lt;script&gt;" in html and "{{ 7 * 7 }}" in html


def test_a_source_that_is_no_web_address_is_no_link(light: Results) -> None:
    key = next(iter(evidence.references(light)))
    sources = {**light.study.sources, key: replace(light.study.sources[key], url="javascript:alert(1)")}
    assert 'href="javascript' not in page.render(replace(light, study=replace(light.study, sources=sources)), "en")


def test_the_file_is_absent_after_a_failure(light: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert page.write_report(light, folder / "good.html", "fr").read_text(encoding="utf-8").rstrip().endswith("</html>")
    monkeypatch.setattr(page, "render", lambda results, lang: "\ud800")  # cannot be encoded: writing stops half-way
    with pytest.raises(UnicodeEncodeError):
        page.write_report(light, folder / "bad.html", "fr")
    assert [each.name for each in folder.iterdir()] == ["good.html"]
    with pytest.raises(LCAError):
        page.write_report(light, folder / "nowhere" / "bad.html", "fr")


def test_flows_times_factors_are_the_totals(results: Results) -> None:
    indicators = [list(results.background.indicators).index(each) for each in results.study.indicators]
    found = np.einsum("arf,fi->ari", results.inventory(), results.background.factors[:, indicators])
    assert found == pytest.approx(results.totals, rel=1e-6)  # Brightway's matrices hold the factors as float32


@pytest.mark.parametrize("tag", ["stage", "task", "tier", "actor", "part"])
def test_the_parts_of_a_table_add_up_to_its_total(results: Results, tag: str) -> None:
    assert results.group(tag)[1].sum(axis=2) == pytest.approx(results.totals, rel=1e-9)


@pytest.mark.slow
def test_what_may_not_be_compared_is_said_and_not_ranked(results: Results) -> None:
    quality = results.quality.copy()
    quality[1, 0] = 0.1
    changed = replace(results, quality=quality)
    assert 1 not in ranked(changed, 0, 0)
    label = results.labels("en")[0][1]
    assert not any(label in text for _, text in summary(changed, "en")["found"])
    assert any(label in text and "neither compared nor ranked" in text for text in summary(changed, "en")["opening"])
    assert "†" in page.render(changed, "en")


@pytest.mark.slow
def test_different_qualities_that_are_not_made_equal_are_not_ranked(results: Results) -> None:
    changed = replace(results, study=replace(results.study, equalise_by="none"))
    assert not changed.may_rank(0)
    assert summary(changed, "fr")["found"] == [] and summary(changed, "fr")["order"] == []
    assert "aucune variante" not in page.render(changed, "fr")


def test_a_result_without_value_is_said(light: Results) -> None:
    contributions = light.contributions.copy()
    contributions[0, 0] = np.nan
    html = page.render(replace(light, contributions=contributions), "en")
    assert "no value" in html and ">nan" not in html.lower()
    assert 0 not in ranked(replace(light, contributions=contributions), 0, 0)


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
    assert unit_text("kg CO2-eq/payment", "fr") == "kg\N{NO-BREAK SPACE}éq.\N{NO-BREAK SPACE}CO₂/paiement"
    assert unit_text("GB/person_hour", "fr") == "Go/heure-personne" and unit_text("GB/person_hour", "en") == "GB/person_hour"
    assert unit_text("furlong", "fr") == "furlong", "a unit of a user's own stays as it is written"
    assert raised("2 kg CO2 per cm2, CO2x") == "2 kg CO₂ per cm², CO2x"
    assert spaced("« a » : b", "fr") == "«\N{NO-BREAK SPACE}a\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}: b"
    assert spaced("5 % ; b", "fr") == "5\N{NARROW NO-BREAK SPACE}%\N{NARROW NO-BREAK SPACE}; b" and spaced("5 % ; b", "en") == "5 % ; b"
    assert listed(["a", "b", "c"], "fr") == "a, b et c" and listed(["a"], "en") == "a" and listed([], "en") == ""


def test_an_item_that_needs_several_sections_is_there_with_all_of_them_only() -> None:
    row = {"id": "R", "level": "M", "title_en": "x", "title_fr": "x", "place": "a+b", "part": ""}
    found = [checklist._item(Mapping(row), "", missing, "en") for missing in (set(), {"b"}, {"a", "b"})]
    assert [(each.present, each.place) for each in found] == [(True, "a"), (False, "a"), (False, "")]


def test_the_parts_of_the_carbon_intensity_add_up(results: Results) -> None:
    """What is in it and what is outside it make the total; E times I is the operation."""
    rows = dict(digital.intensity(results, "en"))
    for a in range(len(results.study.alternatives)):
        found = {key: parsed(re.match(r"[\d.,]+", rows[say(f"sci_{key}", "en")][a])[0], "en") for key in
                 ("energy", "per_unit", "operation", "embodied", "sum", "outside", "whole")}  # fmt: skip
        assert found["sum"] == pytest.approx(found["operation"] + found["embodied"], rel=0.01)
        assert found["whole"] == pytest.approx(found["sum"] + found["outside"], rel=0.01)
        assert found["operation"] * 1e6 == pytest.approx(found["energy"] * found["per_unit"], rel=0.02)


def test_indicators_of_sites_are_the_values_in_use(results: Results) -> None:
    shown = digital.site_indicators(results, "en")
    rows = [row for site in shown for row in site["rows"]]
    assert {row[0] for row in rows} == {"PUE", "WUE", "CUE"}
    values = [float(each[0]) for name, each in results.values.items() if name.endswith(".pue")]
    assert all(any(float(row[1]) == pytest.approx(each, rel=5e-3) for each in values) for row in rows if row[0] == "PUE")


def test_no_electricity_no_carbon_intensity(light: Results) -> None:
    assert digital.intensity(replace(light, quantities=np.zeros_like(light.quantities)), "en") == []


@pytest.mark.slow
def test_the_study_in_every_place_is_the_study_run_there(results: Results) -> None:
    """The section of places shows what `--set` gives."""
    tables = places(results, "en")
    assert [each["label"] for each in tables] == ["country of the servers and of the staff", "country of the training servers"]
    assert [each["label"] for each in tables[0]["groups"]] == ["France (as in the scenario)", "Germany", "United States"]
    germany = compute(results.study, results.background, ["base"], {"country": "DEU"})
    for i, number in enumerate(results.headline):
        shown = tables[0]["groups"][1]["rows"][0]["cells"][i]
        assert shown == figure(float(germany.totals[0, 0, number]) / results.scale(number)[1], "en")


STATUS = {
    "screening": ("screening", "étude préliminaire (screening)"),
    "complete": ("complete, not reviewed", "étude complète, sans revue critique"),
    "reviewed": ("reviewed by A & B on 1 May", "revue critique par A & B, le 1 May"),
}  # fmt: skip


@pytest.mark.parametrize("kind", STATUS)
def test_the_status_is_the_one_that_a_person_stated(light: Results, kind: str) -> None:
    reviewed = kind == "reviewed"
    changed = replace(light, study=replace(light.study, status=Status(kind, "A & B" if reviewed else "", "1 May" if reviewed else "")))
    for lang, expected in zip(LANGUAGES, STATUS[kind], strict=True):
        cover = page.render(changed, lang).partition("<nav")[0].replace("&amp;", "&")
        (shown,) = re.findall(r'<dt>Statu[st]</dt><dd>(.*?)\. <a href="#checklist">', cover)
        assert shown == expected[0].upper() + expected[1:]
        assert ("of 51 mandatory items present" if lang == "en" else "éléments obligatoires présents sur 51") in cover


def test_no_text_states_conformity_with_a_standard() -> None:
    """Two sentences of the report speak of it, to say that nothing of the kind is claimed; messages of the model are about units."""
    denied = {"status_none", "limit_standard"}
    assert "no claim of conformity" in bank()["status_none"]["en"] and "does not say that the study conforms" in bank()["limit_standard"]["en"]
    texts = {f"{path.name} {row[0]}": " ".join(row[1:]) for path in (PACKAGE / "report").glob("*.csv") for row in csv.reader(path.open(encoding="utf-8"))}
    texts |= {path.name: path.read_text(encoding="utf-8") for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), PACKAGE / "format.csv"]}
    found = [name for name, text in texts.items() if re.search(r"\bconform|\bcomplian|\bcomplies|certifi(ed|é)\b", text, re.IGNORECASE)]
    assert [name for name in found if name.split()[-1] not in denied] == []


def test_every_value_choice_is_listed_and_marked_where_it_is_not_the_default(everything: Callable[..., Study], background: Background) -> None:
    results = compute(everything(), background)
    for lang, mark in (("en", "Not the default, which is:"), ("fr", "Différent du choix par défaut, qui est :")):
        html = page.render(results, lang)
        part = html[html.index('id="choices">') : html.index('id="indicators">')]
        (rows,) = [table for _, table in Page(html).tables if table and table[0][-1] == say("choice_reason", lang)]
        assert [row[0] for row in rows[1:]] == [each[f"label_{lang}"] for each in results.study.choices.texts.values()]
        marked = [row[0] for row in rows[1:] if mark in row[1].replace("\N{NO-BREAK SPACE}", " ")]
        assert marked == [results.study.choices.texts["labour"][f"label_{lang}"]]
        assert part.count("≠") == 1 and all(row[2] for row in rows[1:])


@pytest.mark.parametrize("work", ["extra_review: {input: by_hand, amount: 4 * gap}", "rework_of_errors: {input: by_hand, amount: errors}"])
def test_qualities_made_equal_by_work_are_told(small: Callable[..., Study], background: Background, work: str) -> None:
    results = compute(small(("units: [parcel", f"equalise_by: {{{work}}}\nunits: [parcel")), background)
    assert results.may_rank(0)
    for lang in LANGUAGES:
        html = page.render(results, lang)
        assert spaced(say(f"sum_equalise_{work.partition(':')[0]}", lang), lang) in html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_effects_stand_beside_the_totals(everything: Callable[..., Study], background: Background, small: Callable[..., Study], lang: str) -> None:
    results = compute(everything(), background)
    read = Page(page.render(results, lang))
    rows = read.table("beside")
    assert [len(row) for row in rows[1:]] == [1, 4, 3, 1, 4, 4, 3]  # by hand one effect, by machine both, each with its total for scale
    for i, number in enumerate(results.headline):
        hand = results.totals[0, 0, number] / results.scale(number)[1]
        minus = [parsed(row[2 + i].replace("\N{MINUS SIGN}", "-"), lang) for row in (rows[2], rows[5], rows[6])]
        assert minus == pytest.approx([-0.2 * hand, 0.1 * hand, -0.2 * hand], rel=5.1e-3)
    effects = next(table for _, table in read.tables if table[0][-1] == say("amount", lang) and len(table) == 4)
    assert [row[2] for row in effects[1:]] == ["machine: 0.1", "0 - 0.2", say("not_quantified", lang)]


def test_own_bars_start_at_one_zero_and_bear_no_colour_of_a_stage() -> None:
    svg = str(figures.own_bars([("a", [("x", 3.0, "3"), ("y", -1.0, "-1")]), ("b", [("x", 1.5, "1.5")])], "found", "en"))
    bars = [(float(x), float(width)) for x, width in re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)"', svg)]
    zero = float(re.findall(r'<path d="M([\d.]+),', svg)[0])
    assert [width / bars[0][1] for _, width in bars] == pytest.approx([1, 1 / 3, 1 / 2], abs=2e-3)
    assert [bars[0][0], sum(bars[1]), bars[2][0]] == pytest.approx([zero] * 3, abs=0.11)
    assert "stage-" not in svg and svg.count("url(#beside-bar)") == 3
    assert "NaN" not in str(figures.own_bars([("a", [("x", float("nan"), "no value")])], "found", "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_scopes_sum_to_the_totals(everything: Callable[..., Study], background: Background, lang: str) -> None:
    results = compute(everything(), background)
    html = page.render(results, lang)
    rows = Page(html).table("scopes")[1:]
    for a, block in enumerate((rows[:5], rows[5:])):
        for i, number in enumerate(results.headline):
            values = [0.0 if row[1 + 2 * i] == "–" else parsed(row[1 + 2 * i], lang) for row in block[1:]]
            assert values[3] == pytest.approx(results.totals[a, 0, number] / results.scale(number)[1], rel=5.1e-3)
            assert sum(values[:3]) == pytest.approx(values[3], rel=1e-2)
    assert "electricity_lv" not in html.partition('id="shared"')[0].partition('id="scopes"')[2]  # purchases without a contract by their labels
    assert say("scopes_no_market", lang, missing="").split(":")[0].split(".")[0][:30] in html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_of_a_shared_thing_are_shown_with_their_sum(everything: Callable[..., Study], background: Background, lang: str) -> None:
    rows = Page(page.render(compute(everything(), background), lang)).table("shared")[1:]
    shares = [float(row[1].replace("%", "").replace("\N{NARROW NO-BREAK SPACE}", "")) for row in rows if len(row) > 1]
    assert shares == [30, 70, 100, 25, 75, 100]
    assert [row[0] for row in rows if len(row) == 1] == [say("shared_time", lang), say("shared_volume", lang)]


def test_one_offs_are_shown_with_what_they_are_spread_over(everything: Callable[..., Study], background: Background) -> None:
    (_, row) = Page(page.render(compute(everything(), background), "en")).table("amortisation")
    assert row == ["some labelby_machine", "3.00 robotfleet", "1,000 parcel/yearyearly", "–", "263", "robot * hour"]


def test_the_demo_shows_its_one_offs(results: Results, pages: dict[str, str]) -> None:
    rows = Page(pages["en"]).table("amortisation")[1:]
    assert [row[3:6] for row in rows] == [["–", "250", "250"], ["–", "20.8", "20.8"], ["–", "8.06", "8.06"]]  # 1200 person-hours over 4.8 million payments ...


def test_a_page_without_scopes_shared_things_or_one_offs_says_so_in_its_checklist(small: Callable[..., Study], background: Background) -> None:
    results = compute(small(), background)
    read = Page(page.render(results, "en"))
    assert not {"scopes", "shared", "amortisation", "uncertainty"} & set(read.ids)
    assert checklist.absent(results) == {"scopes", "shared", "amortisation", "uncertainty", "robustness", "sensitivity", "break-even", "levers"}
    states = {row[0]: row[3] for row in read.table("text checklist") if len(row) == 4}
    assert {states[key] for key in ("R08-12", "R03-11")} == {"TO BE COMPLETED"}
    assert all(states[key].startswith("TO BE COMPLETED") for key in ("R03-10", "R08-7"))  # a share of time, and no more


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_labels_are_inert_beside_the_totals_too(everything: Callable[..., Study], background: Background, lang: str) -> None:
    html = page.render(compute(everything(HOSTILE), background), lang)
    read = Page(html)
    assert {"beside", "scopes", "shared", "amortisation"} <= set(read.ids)
    assert "script" not in read.tags and "<script" not in html
    assert html.count("&lt;script&gt;") > 20 and "{{ 7 * 7 }}" in html


@pytest.mark.slow
def test_the_study_under_other_value_choices_is_the_study_run_so(results: Results) -> None:
    """The section of value choices shows what `--choice` gives, and counts the cases in which the order holds."""
    found = worlds(results, "en")
    options = {table["label"]: [group["label"] for group in table["groups"]] for table in found["tables"]}
    assert {key: len(each) for key, each in options.items()} == {"End of life": 2, "Human labour": 3, "Reservoirs of hydropower": 3}
    assert all([label.endswith("(as in the study)") for label in each] == [True] + [False] * (len(each) - 1) for each in options.values())
    marginal = lca.run("fraud_detection", ["base"], choices={"labour": "marginal"})
    shown = found["tables"][1]["groups"][1]["rows"]
    for a, row in enumerate(shown):
        assert row["cells"] == [figure(float(marginal.totals[a, 0, i]) / results.scale(i)[1], "en") for i in results.headline]
    assert any("given factor" in text for text in found["tables"][1]["groups"][2]["warnings"])  # a person's whole life
    assert found["cases"] == 5 * 4
    changed = sum(ranked(marginal, 0, i) != ranked(results, 0, i) for i in results.headline)
    assert changed == 4 and found["held"] == found["cases"] - changed  # with the desk's electricity alone the order turns, elsewhere it holds


def test_what_weighs_most_and_the_rest_are_the_whole(results: Results) -> None:
    for i in results.headline:
        for found in (evidence.largest_lines(results, i, "en"), evidence.largest_flows(results, i, "en")):
            shares = [[cell[0] for cell in cells] for *_, cells in found["rows"]] + [[cell[0] for cell in found["rest"]]]
            for column in zip(*shares, strict=True):
                sums = sum(float(each.strip(" %")) for each in column if each != "–" and "<" not in each)
                assert sums == pytest.approx(100, abs=0.5 * len(column))


def test_exchanges_that_carry_a_trace_alone_are_counted_and_not_shown(results: Results) -> None:
    carried: dict[tuple[str, str], float] = {}
    totals = np.abs(results.totals[..., results.headline])
    for each, node, value in evidence.carried(results):
        key = (results.study.model.nodes[node].process.key, each.exchange.key)
        carried[key] = carried.get(key, 0.0) + value[..., results.headline]
    large = {key for key, value in carried.items() if (np.abs(value) > evidence.SMALL * totals).any()}
    shown = {process["key"]: process["rows"] for process in evidence.unit_processes(results, "en")}
    assert shown.keys() == {process for process, _ in large} and 0 < len(large) < len(carried)
    assert sum(bool(row[2]) for rows in shown.values() for row in rows) == len(large)
    root = results.study.model.roots[0]
    behind = sum(value[0, 0] for _, node, value in evidence.carried(results) if node == root)
    assert behind == pytest.approx(results.totals[0, 0], rel=1e-9)  # all of it passes the first process
