"""The page computes what the engine computes, in JavaScript; it holds no word of a study as code."""

from __future__ import annotations

import html as html_module
import json
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_command_line import lca as command

import lca
from lca.background import Background
from lca.calculation import compute as compute_study
from lca.errors import LCAError
from lca.expressions import Array
from lca.folders import shipped
from lca.influence import has_range, influence, totals_of
from lca.monte import draw
from lca.page.contents import texts
from lca.page.model import FOLDER, code_of, given_of, numbers_of
from lca.page.write import render
from lca.report.sentences import figure
from lca.results import Results
from lca.rows import compute
from lca.study import Study
from lca.views import effects
from lca.wording import percent

quickjs = pytest.importorskip("quickjs", reason="quickjs (extra 'test') runs the page's JavaScript")
STUDIES = sorted(each.stem for each in shipped("scenarios").glob("*.yaml"))
SMALL_STUDIES = ("sorting_languages", "measured_algorithms", "network_pressure")


def engine_of_page(results: Results) -> Any:
    context = quickjs.Context()
    context.eval(f"const MODEL = {json.dumps(numbers_of(results))};\n{code_of(results)}")
    context.eval(
        "const asked = given => JSON.stringify((({totals, quality, parts}) => ({totals, quality, parts: parts.map(p => p.map(g => [...g]))}))(computeModel(given)))"
    )
    return lambda given: json.loads(context.eval(f"asked({json.dumps(given)})"))


def numbers(found: Any) -> Array:
    return np.array(found, dtype=float)


def random_rows(results: Results, scenario: int, count: int, seed: int) -> tuple[list[dict[str, float]], list[dict[str, Array]]]:
    """Settings within ranges and among options on top of a scenario: as a user makes them, and as rows for the engine."""
    random, variables = np.random.default_rng(seed), results.study.model.variables
    origins = {origin for each in variables.values() for origin in each.origins}
    free = [each for each in variables.values() if has_range(each) or (len(each.parameter.choices) > 1 and not each.alias)]
    assert not origins & {each.name for each in free}, "what can be moved never stands for what an instance sets itself"
    base = {name: float(value[0]) for name, value in list(given_of(results))[scenario].items()}
    moved = []
    for _ in range(count):
        chosen = {}
        for n in random.choice(len(free), size=int(random.integers(1, len(free))), replace=False):
            parameter = free[n].parameter
            chosen[free[n].name] = float(random.integers(len(parameter.choices))) if parameter.choices else random.uniform(parameter.low, parameter.high)
        moved.append(chosen)

    def plain(name: str) -> float:
        parameter = variables[name].parameter
        return base.get(name, float(parameter.choices.index(parameter.choice)) if parameter.choices else parameter.value)

    touched = {name for each in moved for name in each}
    given = {name: np.array([value]) for name, value in base.items()} | {name: np.array([each.get(name, plain(name)) for each in moved]) for name in touched}
    return moved, [given]


def check_arithmetic(study: str, count: int) -> None:
    results = lca.run(study)
    ask, position = engine_of_page(results), {name: n for n, name in enumerate(results.study.model.variables)}
    per_scenario, finite = -(-count // len(results.scenarios)), 0
    for scenario, base in enumerate(given_of(results)):
        own = ask({position[name]: float(value[0]) for name, value in base.items()})
        assert numbers(own["totals"])[: len(results.study.alternatives)] == pytest.approx(results.totals[:, scenario], rel=1e-9, abs=0, nan_ok=True)
        moved, [given] = random_rows(results, scenario, per_scenario, seed=scenario)
        values = compute(results.study.model.variables, given)
        totals, quality = totals_of(results.study, results.background, values, per_scenario)
        size = np.abs(results.totals).max(axis=(0, 1))
        for row, changes in enumerate(moved):
            found = ask({position[name]: value for name, value in ({name: float(each[0]) for name, each in base.items()} | changes).items()})
            there = numbers(found["totals"])[: len(results.study.alternatives)]
            assert (np.isnan(there) == np.isnan(totals[:, row])).all()
            assert not (np.abs(there - totals[:, row]) > 1e-9 * np.abs(totals[:, row]) + 1e-15 * size).any()
            assert numbers(found["quality"]) == pytest.approx(quality[:, row], rel=1e-9, nan_ok=True)
            assert numbers(found["parts"])[: len(there)].sum(axis=1) == pytest.approx(there, rel=1e-9, nan_ok=True)
            finite += int(np.isfinite(totals[:, row]).all())
    assert finite > per_scenario / 2, "most of what is compared has a value"


@pytest.mark.parametrize("study", SMALL_STUDIES)
def test_the_page_computes_what_the_engine_computes(study: str) -> None:
    check_arithmetic(study, 60)


@pytest.mark.slow
@pytest.mark.parametrize("study", STUDIES)
def test_every_study_computes_alike_in_the_page(study: str) -> None:
    check_arithmetic(study, 200)


# what the file holds


@pytest.fixture(scope="module")
def page(results: Results) -> str:
    return render(results, "en")


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', html, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def test_the_page_is_one_small_file_that_asks_for_nothing(page: str) -> None:
    assert len(page.encode()) <= 1e6
    outside = re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)
    assert not re.search(r"\b(src|srcset|action|@import)\s*=|<link|<img|<iframe|url\((?!#)|XMLHttpRequest|WebSocket|sendBeacon|importScripts", outside)
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bon[a-z]+=\"", outside)
    assert set(re.findall(r"https?://[^\"'\s/]+", outside)) <= {"http://www.w3.org"}


def test_the_policy_allows_the_script_and_the_style_of_the_page_alone(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy and "default-src 'none'" in policy[1] and "unsafe" not in policy[1] and "connect-src" not in policy[1]
    texts = {"style": re.findall(r"<style>(.*?)</style>", page, re.DOTALL), "script": re.findall(r"<script>(.*?)</script>", page, re.DOTALL)}
    for kind, (text,) in texts.items():
        assert f"{kind}-src 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy[1]
    assert not re.search(r'\sstyle="', page), "a style on an element would be refused"


def test_no_text_of_a_study_becomes_markup_or_code(everything: Callable[..., Study], background: Background) -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} ${alert(3)} &amp;"
    study = everything(hostile, ("title_en: Small", f"title_en: {json.dumps(hostile)}"), ("on time", "<b>on time</b>"))
    html = render(compute_study(study, background), "en")
    assert html.count("<script") == 2 and "<img" not in html and "<b>" not in html and "alert(1)</script>" not in html
    read = data_of(html)
    assert read["title"]["en"] == hostile and read["effects"][0]["en"] == hostile
    assert "alert" not in code_of(compute_study(study, background))


def test_effects_beside_the_total_are_computed_alike(everything: Callable[..., Study], background: Background) -> None:
    results = compute_study(everything(), background)
    found, (base,) = engine_of_page(results), list(given_of(results))
    position = {name: n for n, name in enumerate(results.study.model.variables)}
    totals = numbers(found({position[name]: float(value[0]) for name, value in base.items()})["totals"])
    for root, name in enumerate(results.study.model.beside, len(results.study.alternatives)):
        assert totals[root] == pytest.approx(results.beside[name][0].sum(axis=0), rel=1e-9)
    own = effects(results)["less_paper"][:, 0]
    roots = data_of(render(results, "en"))["effects"][1]["roots"]
    assert numbers([totals[root] for root in roots]) == pytest.approx(own, rel=1e-9)


def test_what_does_not_hold_gives_no_number(small: Callable[..., Study], background: Background) -> None:
    demand = (
        "    needs:\n      robot_in_use",
        "    requires: [{formula: fleet < 5 * 1, message_en: too many robots, message_fr: trop de robots}]\n    needs:\n      robot_in_use",
    )
    results = compute_study(
        small(
            (
                "fleet: {formula: ceil(yearly / capacity), unit: robot}",
                "fleet: {formula: ceil(yearly / capacity), unit: robot}\n      few: {formula: fleet / per_robot}\n      per_robot: {value: 1 robot, low: 1, high: 2, source: assumption}",
            ),
            (demand[0], demand[1].replace("fleet < 5 * 1", "few < 5")),
        ),
        background,
    )
    ask, position = engine_of_page(results), {name: n for n, name in enumerate(results.study.model.variables)}
    assert np.isfinite(numbers(ask({})["totals"])).all()
    assert np.isnan(numbers(ask({position["yearly"]: 1e6})["totals"])).all()
    assert data_of(render(results, "fr"))["demands"] == [{"en": "too many robots", "fr": "trop de robots"}]


def test_every_control_says_what_it_is(results: Results, page: str) -> None:
    read, variables = data_of(page), results.study.model.variables
    controls = {each["name"]: each for each in read["controls"].values()}
    payments = controls["yearly_payments"]
    assert payments["unit"] == "payment/year" and payments["value"] / payments["size"] == pytest.approx(1.2e6)
    assert payments["low"] / payments["size"] == pytest.approx(0.3e6) and payments["source"] in read["sources"] and payments["fr"]
    assert [option[0] for option in controls["country"]["options"]] == list(variables["country"].parameter.choices)
    assert read["names"][read["year"]] == "yearly_payments" and read["units_per_year"] * payments["value"] == pytest.approx(1.2)
    first = [read["names"][n] for n in read["first"]]
    ranked = [name for name, _ in influence(results)][:5]
    assert first[:2] == ["country", "training_country"] and set(ranked) <= set(first) and len(first) <= 17
    assert not {name for name in results.background.chosen if name in controls and not controls[name]["fixed"]}
    assert {each["owner"]["en"] for each in read["fleets"]} and [each["unit"] for each in read["fleets"]] == ["server"]


@pytest.mark.slow
def test_draws_stand_as_a_band(results: Results) -> None:
    drawn = draw(results, 20, 1)
    read = data_of(render(replace(results, drawn=drawn), "en"))
    assert read["drawn"]["n"] == 20 and read["drawn"]["high"][0][0][0] == pytest.approx(drawn.percentiles[-1][0, 0, 0])
    assert data_of(render(results, "en"))["drawn"] is None


def test_texts_are_there_in_both_languages_and_used() -> None:
    script, markup = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.js", "page.html"))
    markup += (FOLDER / "fault.html").read_text(encoding="utf-8")
    known = texts()
    asked = set(re.findall(r"\bsay\((?:[^()\"]*\? )?\"(\w+)\"(?: : \"(\w+)\")?", script)) | {(each, "") for each in re.findall(r"say\('(\w+)'\)", markup)}
    names = {name for pair in asked for name in pair if name}
    assert names <= known.keys()
    unused = [key for key in known if key.startswith("i_") and f'"{key}"' not in script and f"'{key}'" not in markup and f'"{key}"' not in script + markup]
    assert not unused
    assert all(each["en"] and each["fr"] for each in known.values())


def test_numbers_are_written_as_in_the_report() -> None:
    context = quickjs.Context()
    context.eval((FOLDER / "format.js").read_text(encoding="utf-8"))
    random = np.random.default_rng(1)
    values = [0.0, 1.0, -2.5, 1234567.0, 0.05, 1e-5, 2.34e12, 999.6, -1e-7, *(random.lognormal(0, 8, 300) * random.choice([-1, 1], 300))]
    for value in map(float, values):
        for lang in ("en", "fr"):
            assert context.eval(f"figure({value!r}, {lang!r})") == figure(value, lang), value
            assert context.eval(f"percent({value / 100!r}, {lang!r})").replace("\u2212", "-") == percent(value / 100, lang), value


@pytest.mark.slow
@pytest.mark.parametrize("study", STUDIES)
def test_every_page_is_at_most_a_megabyte(study: str) -> None:
    assert len(render(lca.run(study), "fr").encode()) <= 1e6


def test_the_command_writes_the_page_or_says_what_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert command("run", "sorting_languages", "-o", str(path), "--page", "--lang", "fr").returncode == 0
    assert '<html lang="fr">' in path.read_text(encoding="utf-8") and data_of(path.read_text(encoding="utf-8"))["study"] == "sorting_languages"
    refused = command("run", "sorting_languages", "-o", str(tmp_path / "x.csv"), "--page")
    assert refused.returncode == 2 and "--page goes with -o FILE.html" in refused.stderr


@pytest.mark.parametrize(("named", "said"), [("yearly", ""), ("yaerly", "Did you mean 'yearly'"), ("care", "per_year must be parcel / hour")])
def test_what_is_used_in_a_year_is_named_by_the_study(small: Callable[..., Study], background: Background, named: str, said: str) -> None:
    changes = ("amount: 10 parcel", f"amount: 10 parcel\n  per_year: {named}")
    if said:
        with pytest.raises(LCAError, match=said):
            small(changes)
        return
    read = data_of(render(compute_study(small(changes), background), "en"))
    assert read["names"][read["year"]] == "yearly" and read["units_per_year"] == pytest.approx(8760 / 10)


# in a browser

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
CHECK = """
(() => {
  const faults = [], all = [...document.querySelectorAll("*")], ids = all.map(each => each.id).filter(Boolean);
  ids.forEach((id, n) => { if (ids.indexOf(id) !== n) faults.push("twice: " + id); });
  for (const each of document.querySelectorAll("input, select, button, textarea")) if (!(each.labels?.length || each.textContent.trim() || each.getAttribute("aria-label"))) faults.push("no label: " + each.id);
  for (const each of document.querySelectorAll("[for], [aria-describedby], [aria-labelledby]")) for (const name of ["for", "aria-describedby", "aria-labelledby"]) if (each.hasAttribute(name) && !document.getElementById(each.getAttribute(name))) faults.push("points nowhere: " + each.getAttribute(name));
  for (const each of document.querySelectorAll("svg:not([aria-hidden])")) if (!each.getAttribute("aria-label")) faults.push("figure without text");
  for (const each of document.querySelectorAll("details")) each.open = true;
  if (document.body.innerText.match(/undefined|NaN|null|\\{\\w+\\}|\\[object/)) faults.push("not a text: " + document.body.innerText.match(/.{0,30}(undefined|NaN|null|\\{\\w+\\}|\\[object).{0,30}/));
  if (!document.documentElement.lang || !document.title) faults.push("no language or title");
  return faults;
})()
"""


def open_in_browser(html: str, path: Path, fragment: str = "") -> tuple[str, str]:
    """The document after its script ran, with what was found wrong, and what the browser complained of."""
    # the checks of this test ride along in a copy without the policy, which would refuse them (as another test shows)
    probe = f'<script>setTimeout(() => {{ document.body.setAttribute("data-faults", JSON.stringify({CHECK})); }}, 1200)</script>'
    path.write_text(html.replace("</body>", f"{probe}</body>"), encoding="utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={path.parent / 'profile'}",
        "--enable-logging=stderr",
        "--virtual-time-budget=4000",
        "--dump-dom",
        f"{path.as_uri()}{fragment}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def without_policy(html: str) -> str:
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine: the page was not opened in a browser")
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_browser_shows_the_engines_numbers(results: Results, page: str, tmp_path: Path, lang: str) -> None:
    shown, said = open_in_browser(without_policy(page), tmp_path / "page.html", f"#lang={lang}&scenario=base&country=DEU&yearly_payments=2400000")
    assert not said and 'data-ready="yes"' in shown
    assert html_module.unescape(re.search(r'data-faults="([^"]*)"', shown)[1]) == "[]"  # type: ignore[index]
    other = lca.run("fraud_detection", ["base"], {"country": "DEU", "yearly_payments": "2400000 payment/year"})
    for total in other.totals[:, 0, other.headline].T.ravel():
        assert any(f">{figure(float(total) / size, lang)}<" in shown for i in other.headline for _, size in [results.scale(i)])
    assert f'<html lang="{lang}">' in shown


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine: the page was not opened in a browser")
def test_the_policy_of_the_page_holds_in_a_browser(page: str, tmp_path: Path) -> None:
    shown, said = open_in_browser(page, tmp_path / "page.html")
    assert 'data-ready="yes"' in shown, "its own script runs"
    assert "data-faults" not in shown.partition("<script>")[0] and "Content Security Policy" in said, "another one does not"


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine: the page was not opened in a browser")
def test_hostile_labels_are_harmless_in_a_browser(everything: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    hostile = "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"
    html = without_policy(render(compute_study(everything(hostile), background), "en"))
    shown, _ = open_in_browser(html, tmp_path / "page.html")
    assert "<title>Small</title>" in shown and 'data-ready="yes"' in shown and "<img" not in shown.partition("page-data")[0]
