"""The page in a real browser: it shows and moves the engine's numbers, keeps its state in the address, and can be read and used by all."""

from __future__ import annotations

import html as html_module
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lca
from lca.background import Background
from lca.calculation import compute as compute_study
from lca.page.write import render
from lca.report.sentences import figure
from lca.results import Results
from lca.study import Study
from lca.wording import percent

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine: the page was not opened in a browser")

# What every step of a test may use. A step changes what a reader would change, and waits as long as a reader would see nothing.
HELP = """
const $ = id => document.getElementById(id), wait = time => new Promise(done => setTimeout(done, time)), text = id => $(id).textContent;
const number = name => Object.entries(PAGE.controls).find(([, each]) => each.name === name)[0], field = name => $(`v${number(name)}-first`);
const enter = async (each, value, event = "change") => { each.value = value; each.dispatchEvent(new Event(event, {bubbles: true})); await wait(400); };
const saved = [];
window.Blob = class extends Blob { constructor(parts, about) { super(parts, about); saved.push(parts.join("")); } };
HTMLAnchorElement.prototype.click = () => {};
const download = name => { $(name).click(); return saved.at(-1); };
const totals = () => JSON.parse(download("json")).results.map(each => each.indicators.map(one => one.total));
"""
CHECK = """
  const faults = [], all = [...document.querySelectorAll("*")], ids = all.map(each => each.id).filter(Boolean);
  for (const each of document.querySelectorAll("details")) each.open = true;
  await wait(300);
  ids.forEach((id, n) => { if (ids.indexOf(id) !== n) faults.push("twice: " + id); });
  for (const each of document.querySelectorAll("input, select, button, textarea")) if (!(each.labels?.length || each.textContent.trim() || each.getAttribute("aria-label"))) faults.push("no label: " + each.id);
  for (const each of document.querySelectorAll("[for], [aria-describedby], [aria-labelledby]")) for (const name of ["for", "aria-describedby", "aria-labelledby"]) if (each.hasAttribute(name) && !document.getElementById(each.getAttribute(name))) faults.push("points nowhere: " + each.getAttribute(name));
  for (const each of document.querySelectorAll("svg:not([aria-hidden])")) if (!each.getAttribute("aria-label")) faults.push("figure without text");
  const odd = document.body.innerText.match(/.{0,30}(undefined|NaN|null|\\{\\w+\\}|\\[object).{0,30}/);
  if (odd) faults.push("not a text: " + odd[0]);
  if (!document.documentElement.lang || !document.title) faults.push("no language or title");
  return faults;
"""
KEYBOARD = """
  for (const each of document.querySelectorAll("details")) each.open = true;
  await wait(300);
  const able = [...document.querySelectorAll("a[href], button, input, select, summary")].filter(each => each.checkVisibility() && !each.disabled);
  const faults = able.filter(each => each.tabIndex < 0).map(each => `out of reach: ${each.outerHTML.slice(0, 80)}`);
  for (const each of document.querySelectorAll("[tabindex]")) if (each.tabIndex > 0) faults.push("an order of its own: " + each.id);
  for (const each of document.querySelectorAll("*")) if (each.onclick && !able.includes(each) && !each.disabled) faults.push("for the mouse alone: " + each.outerHTML.slice(0, 80));
  for (const each of able) { each.focus(); if (document.activeElement !== each) faults.push("takes no focus: " + each.outerHTML.slice(0, 80)); }
  const order = ["results", "controls", "more"].map(id => [...document.querySelectorAll("*")].indexOf($(id)));
  return {faults, count: able.length, sorted: order[0] < order[1] && order[1] < order[2]};
"""
CONTRAST = """
  for (const each of document.querySelectorAll("details")) each.open = true;
  await wait(300);
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => { const [r, g, b] = parse(colour).slice(0, 3).map(each => each / 255).map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = each => { for (let at = each; at; at = at.parentElement) { const colour = parse(getComputedStyle(at).backgroundColor); if (colour.length < 4 || colour[3] > 0) return getComputedStyle(at).backgroundColor; } return "rgb(255, 255, 255)"; };
  let count = 0, least = 99, smallest = 99;
  const faults = new Set();
  for (const each of document.querySelectorAll("body *")) {
    if (!each.checkVisibility() || ![...each.childNodes].some(one => one.nodeType === 3 && one.textContent.trim()) || each.closest("script, noscript")) continue;
    const style = getComputedStyle(each), picture = each.closest("svg"), [a, b] = [light(picture ? style.fill : style.color), light(behind(picture ?? each))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize) * (picture?.viewBox.baseVal?.width ? picture.getBoundingClientRect().width / picture.viewBox.baseVal.width : 1);
    count++;
    least = Math.min(least, ratio);
    smallest = Math.min(smallest, size);
    if (ratio < 4.5) faults.add(`${ratio.toFixed(2)}: ${each.tagName}.${each.className.baseVal ?? each.className} ${each.textContent.slice(0, 40)}`);
    if (size < 11) faults.add(`${size.toFixed(1)} px: ${each.tagName}.${each.className.baseVal ?? each.className} ${each.textContent.slice(0, 40)}`);
  }
  return {faults: [...faults], count, least, smallest, wide: document.documentElement.scrollWidth - innerWidth, far: [...document.querySelectorAll("body *")].filter(each => each.checkVisibility() && !each.parentElement.closest('.scroll') && each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 120)).slice(0, 5)};
"""


def without_policy(html: str) -> str:
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)


def show(html: str, path: Path, fragment: str = "", width: int = 1200) -> tuple[str, str]:
    """The document after its script ran, and what the browser complained of. On a phone it stands in a frame: no window is so narrow."""
    path.write_text(html, encoding="utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={path.parent / 'profile'}", "--enable-logging=stderr",
               f"--window-size={width},900", "--virtual-time-budget=20000", "--dump-dom", f"{path.as_uri()}{fragment}"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def drive(html: str, path: Path, steps: str, fragment: str = "", width: int = 1200) -> Any:
    """What the steps, run in the page like a reader's hand, come back with. They ride in a copy without the policy, which would refuse them."""
    probe = f"""{HELP} setTimeout(async () => {{ let found; try {{ found = await (async () => {{ {steps} }})(); }} catch (fault) {{ found = {{fault: String(fault)}}; }}
      (parent === window ? window : parent).postMessage(JSON.stringify(found === undefined ? null : found), "*"); }}, 900);"""
    listen = 'addEventListener("message", told => { document.body.setAttribute("data-found", told.data); });'
    whole = without_policy(html).replace("</body>", f"<script>{{ {listen} {probe} }}</script></body>")
    if width < 500:
        inner = path.with_name("inner.html")
        inner.write_text(whole, encoding="utf-8")
        shown, said = show(f'<body><iframe src="{inner.name}{fragment}" width="{width}" height="800"></iframe><script>{listen}</script></body>', path)
    else:
        shown, said = show(whole, path, fragment, width)
    assert not said
    found = re.search(r'data-found="([^"]*)"', shown)
    assert found, "the steps came to an end"
    told = json.loads(html_module.unescape(found[1]))
    assert not (isinstance(told, dict) and "fault" in told), told
    return told


@pytest.fixture(scope="module")
def page(results: Results) -> str:
    return render(results, "en")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_link_shows_the_engines_numbers(results: Results, page: str, tmp_path: Path, lang: str) -> None:
    fragment = f"#lang={lang}&scenario=base&country=DEU&yearly_payments=2400000"
    shown, said = show(without_policy(page), tmp_path / "page.html", fragment)
    assert not said and 'data-ready="yes"' in shown
    other = lca.run("fraud_detection", ["base"], {"country": "DEU", "yearly_payments": "2400000 payment/year"})
    for total in other.totals[:, 0, other.headline].T.ravel():
        assert any(f">{figure(float(total) / size, lang)}<" in shown for i in other.headline for _, size in [results.scale(i)])
    assert f'<html lang="{lang}">' in shown
    assert drive(page, tmp_path / "checked.html", CHECK, fragment) == []


@pytest.mark.slow
def test_what_a_reader_moves_moves_the_engines_numbers(results: Results, page: str, tmp_path: Path) -> None:
    steps = """
      const found = {own: totals(), gauges: document.querySelectorAll("#gauges rect").length, years: document.querySelectorAll("[data-lang]:not([hidden]) svg").length};
      await enter($(field("yearly_payments").id + "-slider"), 700, "input");
      found.payments = Number(field("yearly_payments").value);
      await enter(field("country"), PAGE.controls[number("country")].options.findIndex(each => each[0] === "DEU"));
      await enter(field("review_time"), "7,5");
      Object.assign(found, {moved: totals(), address: location.hash, changed: text("changed"), up: [...document.querySelectorAll("#gauges figure:first-child .value")].map(each => each.textContent), command: text("command"), csv: download("csv")});
      await enter(field("review_time"), "seven");
      Object.assign(found, {refused: totals(), invalid: field("review_time").getAttribute("aria-invalid"), why: text(field("review_time").id + "-said")});
      $("language").click(); await wait(300);
      Object.assign(found, {french: text("results-title"), title: document.title, kept: totals()});
      $("reset").click(); await wait(300);
      Object.assign(found, {reset: totals(), bare: location.hash});
      $("scenario-1").click(); await wait(300);
      return {...found, scenario: totals()};
    """
    found = drive(page, tmp_path / "page.html", steps)
    assert np.allclose(found["own"], results.totals[:, 0], rtol=1e-9, atol=0)
    settings = {"country": "DEU", "yearly_payments": f"{found['payments']} payment/year", "review_time": "7.5 person_minute/payment"}
    moved = lca.run("fraud_detection", ["base"], settings)
    assert found["payments"] != 1.2e6 and np.allclose(found["moved"], moved.totals[:, 0], rtol=1e-9, atol=0)
    ratio, volume = moved.totals[:, 0, results.headline[0]] / results.totals[:, 0, results.headline[0]], found["payments"] / 1.2e6
    said = [percent(abs(each * times - 1), "en") for each in ratio for times in (volume, 1)]
    assert found["gauges"] == 0 and found["years"] == len(results.headline)
    assert [re.sub("[▲▼+\u2212 ]|\u202f", "", each) for each in found["up"]] == [each.replace(" ", "") for each in said]
    assert "country=DEU" in found["address"] and "review_time=7.5" in found["address"] and "Germany" in found["changed"]
    assert "lca run fraud_detection --scenario base" in found["command"] and "--set country=DEU" in found["command"]
    rows = [line.split(",") for line in found["csv"].split("\r\n")]
    assert rows[0][:5] == ["scenario", "alternative", "indicator", "unit", "total"]
    written = [[float(row[4]) for row in rows[1:] if row[1] == each] for each in results.study.alternatives]
    assert np.allclose(written, moved.totals[:, 0], rtol=1e-9, atol=0)
    assert found["refused"] == found["moved"] and found["invalid"] == "true" and "not applied" in found["why"]
    assert found["french"] == "Résultats" and found["title"] == results.study.text("title", "fr") and found["kept"] == found["moved"]
    assert found["reset"] == found["own"] and "country" not in found["bare"] and "lang=fr" in found["bare"]
    assert np.allclose(found["scenario"], results.totals[:, 1], rtol=1e-9, atol=0)
    again = drive(
        page, tmp_path / "again.html", 'return {totals: totals(), lang: document.documentElement.lang, name: field("country").value};', found["address"]
    )
    assert again["totals"] == found["moved"] and again["lang"] == "en"


@pytest.mark.slow
def test_every_control_is_reached_by_the_keyboard(page: str, tmp_path: Path) -> None:
    found = drive(page, tmp_path / "page.html", KEYBOARD)
    assert found["faults"] == [] and found["count"] > 50 and found["sorted"]


@pytest.mark.slow
@pytest.mark.parametrize("width", [1200, 375])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_text_can_be_read(page: str, tmp_path: Path, lang: str, width: int) -> None:
    found = drive(page, tmp_path / "page.html", CONTRAST, f"#lang={lang}&yearly_payments=2400000", width)
    assert found["faults"] == [] and found["count"] > 300 and found["least"] >= 4.5 and found["smallest"] >= 11
    assert found["wide"] <= 0 and not found["far"], "nothing stands out of the page"


@pytest.mark.slow
def test_the_policy_of_the_page_holds_in_a_browser(page: str, tmp_path: Path) -> None:
    foreign = page.replace("</body>", '<script>document.body.dataset.taken = "yes";</script></body>')
    shown, said = show(foreign, tmp_path / "page.html")
    assert 'data-ready="yes"' in shown, "its own script runs"
    assert "data-taken" not in shown.partition("<script")[0] and "Content Security Policy" in said, "another one does not"


@pytest.mark.slow
def test_hostile_labels_are_harmless_in_a_browser(everything: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    hostile = "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"
    html = without_policy(render(compute_study(everything(hostile), background), "en"))
    shown, _ = show(html, tmp_path / "page.html")
    assert "<title>Small</title>" in shown and 'data-ready="yes"' in shown and "<img" not in shown.partition("page-data")[0]
