"""Brightway's methods beyond our indicators: factors by hand, bw2calc as judge, marks wherever the result is shown."""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from stored_scores import stored_scores
from test_command_line import lca as command

from lca import library
from lca.background import Background
from lca.calculation import compute
from lca.edition import read_edition
from lca.errors import DataError, UnknownName
from lca.folders import own
from lca.judge import judge
from lca.library import extend, find_indicator, method_factors, method_index
from lca.methods import UNCOVERED, read_indicators
from lca.report.page import write_report
from lca.report.summary import ranked
from lca.results import Results
from lca.study import Study
from lca.views import deep_table
from lca.workbook import write_workbook

ACIDIFICATION = "EF v3.1 | acidification | accumulated exceedance (AE)"
IPCC = ("IPCC 2021", "climate change", "global warming potential (GWP100)")
ACIDIFICATION_KEY = "ef_v3_1_acidification_accumulated_exceedance_ae"


@pytest.fixture
def with_acidification(small: Callable[..., Study], background: Background) -> Results:
    return compute(small(("[climate_change, adp_elements]", f'["{ACIDIFICATION}", climate_change]')), background)


def test_the_list_names_units_and_counts() -> None:
    methods = {each.name: each for each in method_index()}
    assert len(methods) == len(method_index()) > 700
    assert (methods[IPCC].unit, methods[IPCC].factors) == ("kg CO2-Eq", 226)
    assert methods[IPCC].text == "IPCC 2021 | climate change | global warming potential (GWP100)"


def test_factors_of_the_ipcc_report(background: Background) -> None:
    found = dict(zip(background.flows, method_factors(IPCC, background.flows), strict=True))
    assert found["methane_fossil"] == float(np.float32(29.8))
    assert found["dinitrogen_monoxide"] == 273
    assert found["sulfur_hexafluoride"] == 25200
    assert found["carbon_dioxide_fossil"] == 1
    assert found["water_FRA"] == 0, "our own flows have no UUID and no factor"


@pytest.mark.slow
def test_keys_are_safe_and_tell_all_methods_apart(background: Background) -> None:
    every = extend(background, [library._key(each.text) for each in method_index()])
    made = list(every.indicators)[len(background.indicators) :]
    assert len(made) == len(method_index())
    assert all(key.isascii() and key.replace("_", "").isalnum() and len(key) <= 60 for key in made)
    assert every.unit.shape[2] == every.factors.shape[1] == len(every.indicators) and np.isfinite(every.unit).all()


def test_added_methods_are_solved_as_the_shipped_indicators_are(background: Background) -> None:
    ours = [each for each in background.indicators.values() if not each.factors]
    factors = np.stack([method_factors(each.method, background.flows) for each in ours], axis=1)
    np.testing.assert_array_equal(factors, background.factors[:, background.positions(each.key for each in ours)])
    again = background.with_methods([replace(each, key=f"again_{each.key}") for each in ours], factors)
    for each in ours:
        first, second = again.positions([each.key, f"again_{each.key}"])
        np.testing.assert_allclose(again.unit[..., second], again.unit[..., first], rtol=1e-10, atol=1e-13 * np.abs(again.unit[..., first]).max())
    assert list(background.indicators) == list(read_indicators()), "the given background is as before"


@pytest.mark.slow
def test_bw2calc_gives_the_same_acidification(with_acidification: Results) -> None:
    results = with_acidification
    size = np.abs(results.contributions).sum(axis=(2, 3))
    for scores in judge(results).values():
        assert scores.shape == results.totals.shape == (2, 1, 2)
        assert (np.abs(scores - results.totals) / size).max() <= 1e-6
        assert (np.abs(scores - stored_scores(results)) / size).max() <= 1e-10


def test_acidification_from_the_inventory_by_hand(with_acidification: Results) -> None:
    """The two flows of ours that the method knows, with the factors printed in EF 3.1: mol H+ per kg."""
    flows, inventory = list(with_acidification.background.flows), with_acidification.inventory()
    sulfur, nitrogen = (inventory[..., flows.index(each)] for each in ("sulfur_dioxide", "nitrogen_oxides"))
    np.testing.assert_allclose(with_acidification.totals[..., 1], 1.31 * sulfur + 0.74 * nitrogen, rtol=1e-6)


def test_names_of_methods(background: Background) -> None:
    known = background.indicators
    assert find_indicator("climate_change", known).key == "climate_change"
    assert find_indicator("ef V3.1|climate change |  global warming potential (gwp100)", known).key == "climate_change", "a method that is ours already"
    made = find_indicator(ACIDIFICATION, known)
    assert (made.key, made.unit, made.label_fr) == (ACIDIFICATION_KEY, "mol H+-eq", ACIDIFICATION)
    with pytest.raises(UnknownName, match=r"there is no indicator 'climate'. Did you mean 'climate_change'"):
        find_indicator("climate", known)
    with pytest.raises(UnknownName, match=r"Nearest: 'EF v3.1 \| acidification .* Search with: lca list methods WORDS"):
        find_indicator("EF v3.1 | acidificaton | accumulated exceedance", known)
    with pytest.raises(UnknownName, match=r"Brightway has no method '\|'. Search"):
        find_indicator("|", known)


def test_a_study_names_methods_and_their_faults(small: Callable[..., Study]) -> None:
    study = small(("[climate_change, adp_elements]", f'["{ACIDIFICATION}", "{" | ".join(IPCC)}", climate_change]'))
    assert study.indicators == ("climate_change", ACIDIFICATION_KEY, "ipcc_2021_climate_change_global_warming_potential_gwp100")
    with pytest.raises(UnknownName, match=r"small.yaml:\d+: Brightway has no method 'EF \| x'"):
        small(("[climate_change, adp_elements]", "[climate_change, EF | x]"))
    with pytest.raises(UnknownName, match=r"small.yaml:\d+: there is no indicator .* A name that holds ': ' goes in quotes"):
        small(("[climate_change, adp_elements]", "[climate_change, EF v3.1 | ecotoxicity: freshwater | x]"))
    with pytest.raises(DataError, match="a study needs at least one indicator of the project"):
        small(("[climate_change, adp_elements]", f'["{ACIDIFICATION}"]'))


def test_the_mark_is_everywhere_and_nothing_is_ranked(with_acidification: Results) -> None:
    results = with_acidification
    assert [each.key for each in results.indicators] == ["climate_change", ACIDIFICATION_KEY]
    assert results.headline == [0] and results.uncovered == [1]
    assert results.indicators[1].role == UNCOVERED
    marks = {"en": "(inventory not built for this indicator)", "fr": "(inventaire non établi pour cet indicateur)"}
    for lang, mark in marks.items():
        assert results.indicators[1].label(lang) == f"{ACIDIFICATION} {mark}"
        assert f"{ACIDIFICATION} {mark} [mol H+-eq]" in results.compare(lang).columns
        table = results.table(lang)
        assert set(table[table["indicator"] == ACIDIFICATION_KEY]["indicator_label"]) == {f"{ACIDIFICATION} {mark}"}
        found = [getattr(each, lang) for each in results.warnings if ACIDIFICATION in getattr(each, lang)]
        assert len(found) == 1 and f"2 {'of its' if lang == 'en' else 'de ses'} {len(results.background.flows)}" in found[0]
        assert f"{ACIDIFICATION} {mark} [mol H+-eq]" in deep_table(results, lang).columns
    assert len(ranked(results, 0, 0)) == 2 and ranked(results, 0, 1) == []


@pytest.mark.slow
def test_every_mention_in_the_files_has_the_mark(with_acidification: Results, tmp_path: Path) -> None:
    """Report and workbook name the indicator in labels, which have the mark, and in the warning and the list of methods, which say it otherwise."""
    mark, warning = "(inventory not built for this indicator)", "the inventory was not built for this indicator"
    page = write_report(with_acidification, tmp_path / "a.html", "en").read_text(encoding="utf-8")
    texts = [html.unescape(each).replace("\u00a0", " ").strip() for each in re.findall(r">([^<>]*accumulated exceedance[^<>]*)<", page)]
    assert sum(mark in each for each in texts) >= 2
    assert {each for each in texts if mark not in each and warning not in each} == {ACIDIFICATION}, "the method's own name"
    book = openpyxl.load_workbook(write_workbook(with_acidification, tmp_path / "a.xlsx", "en"))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if "accumulated exceedance" in str(cell.value)]
    assert len(cells) > 5 and all(mark in each or warning in each for each in cells)


def test_what_a_background_covers_is_data(background: Background) -> None:
    assert background.covers == tuple(read_indicators()), "all indicators of the project"
    assert read_edition({}.fromkeys(background.covers)) == background.edition
    with pytest.raises(UnknownName, match=r"about.yaml:\d+: there is no indicator 'crustal_scarcity'"):
        read_edition(background.covers[:-1])
    wider = replace(background, edition=replace(background.edition, covers=(*background.covers, ACIDIFICATION)))
    assert extend(wider, [ACIDIFICATION_KEY]).indicators[ACIDIFICATION_KEY].role == "companion"
    assert extend(wider, ["climate_change"]) is wider


@pytest.mark.slow
def test_the_archive_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    before = method_index()
    path = own("cache") / f"methods-{library.brightway_versions()['bw2io']}.npz"
    assert path.stat().st_size < 2e6
    library._cached.cache_clear()
    path.write_bytes(path.read_bytes()[:1000])
    assert method_index() == before, "a damaged file is made again"
    library._cached.cache_clear()
    monkeypatch.setattr(library, "_write", lambda path: pytest.fail("read again"))
    assert method_index() == before


def test_the_command_line_takes_methods(background: Background, tmp_path: Path) -> None:
    def lca(*arguments: str) -> subprocess.CompletedProcess[str]:
        return command("run", "fraud_detection", *arguments, folder=tmp_path)

    done = lca("--scenario", "base", "--method", ACIDIFICATION, "--lang", "fr", "-o", "a.csv")
    assert done.returncode == 0, done.stderr
    flat = " ".join(done.stdout.split())
    assert f"{ACIDIFICATION} (inventaire non établi pour cet indicateur)" in flat and "mol éq. H+" in flat
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    assert "(inventaire non établi pour cet indicateur)" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    done = lca("--method", "EF v3.1 | acidity | x")
    assert done.returncode == 2 and "Brightway has no method" in done.stderr and len(done.stderr.splitlines()) == 1
