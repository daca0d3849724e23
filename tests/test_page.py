"""The page computes what the engine computes, in JavaScript; it holds no word of a study as code."""

from __future__ import annotations

import json
import re
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
from lca.breakeven import break_even
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
from lca.report.years import over_years
from lca.results import Results
from lca.rows import compute
from lca.study import Study
from lca.views import attributions, effects
from lca.wording import percent
from lca.years import foresee

quickjs = pytest.importorskip("quickjs", reason="quickjs (extra 'test') runs the page's JavaScript")
STUDIES = sorted(each.stem for each in shipped("scenarios").glob("*.yaml"))


def page_context(results: Results) -> Any:
    context = quickjs.Context()
    context.eval(f"const MODEL = {json.dumps(numbers_of(results))};\n{code_of(results)}")
    return context


def engine_of_page(results: Results) -> Any:
    context = page_context(results)
    context.eval(
        "const asked = given => JSON.stringify((({totals, quality, parts}) => ({totals, quality, parts: parts.map(p => p.map(g => [...g]))}))(computeModel(given)))"
    )
    return lambda given: json.loads(context.eval(f"asked({json.dumps(given)})"))


def numbers(found: Any) -> Array:
    return np.array(found, dtype=float)


def random_rows(results: Results, base: dict[str, float], count: int, seed: int) -> tuple[list[dict[str, float]], dict[str, Array]]:
    """Settings within ranges and among options on top of a scenario's own: as a user makes them, and as rows for the engine."""
    random, variables = np.random.default_rng(seed), results.study.model.variables
    origins = {origin for each in variables.values() for origin in each.origins}
    free = [each for each in variables.values() if has_range(each) or (len(each.parameter.choices) > 1 and not each.alias)]
    assert not origins & {each.name for each in free}, "what can be moved never stands for what an instance sets itself"
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
    return moved, given


def check_arithmetic(results: Results, count: int) -> None:
    ask, position = engine_of_page(results), {name: n for n, name in enumerate(results.study.model.variables)}
    per_scenario, finite = -(-count // len(results.scenarios)), 0
    for scenario, settings in enumerate(given_of(results)):
        base = {name: float(value[0]) for name, value in settings.items()}
        own = ask({position[name]: value for name, value in base.items()})
        np.testing.assert_allclose(numbers(own["totals"])[: len(results.study.alternatives)], results.totals[:, scenario], rtol=1e-9, atol=0)
        moved, given = random_rows(results, base, per_scenario, seed=scenario)
        values = compute(results.study.model.variables, given)
        totals, quality = totals_of(results.study, results.background, values, per_scenario)
        size = np.abs(results.totals).max(axis=(0, 1))
        for row, changes in enumerate(moved):
            found = ask({position[name]: value for name, value in (base | changes).items()})
            there = numbers(found["totals"])[: len(results.study.alternatives)]
            assert (np.isnan(there) == np.isnan(totals[:, row])).all()
            assert not (np.abs(there - totals[:, row]) > 1e-9 * np.abs(totals[:, row]) + 1e-15 * size).any()
            np.testing.assert_allclose(numbers(found["quality"]), quality[:, row], rtol=1e-9)
            np.testing.assert_allclose(numbers(found["parts"])[: len(there)].sum(axis=1), there, rtol=1e-9)
            finite += int(np.isfinite(totals[:, row]).all())
    assert finite > per_scenario / 2, "most of what is compared has a value"


def test_the_page_computes_whole_machines_and_lookups_alike(everything: Callable[..., Study], background: Background) -> None:
    check_arithmetic(compute_study(everything(), background), 60)


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_computes_alike_in_the_page(study: str) -> None:
    check_arithmetic(lca.run(study), 200)


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


def test_without_years_no_figure_of_years(small: Callable[..., Study], background: Background) -> None:
    assert "data-lang=" not in render(compute_study(small(), background), "en").partition("<script")[0]


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


def test_shared_things_are_shared_alike(everything: Callable[..., Study], background: Background) -> None:
    results = compute_study(everything(), background)
    context, (there,) = page_context(results), attributions(results)
    moved = json.dumps(numbers_of(results)["scenarios"][0])
    found = json.loads(
        context.eval(f"(() => {{ const {{totals, amounts}} = computeModel({moved}); return JSON.stringify({{totals, amounts: [...amounts]}}); }})()")
    )
    (shared,), uses = data_of(render(results, "en"))["shared"], numbers_of(results)["uses"][0]
    assert [each["en"] for each in shared["rules"]] == ["Average, by time of use", "Average, by volume"] and len(uses) == len(there.shares) == 2
    assert found["totals"][shared["whole"]] == pytest.approx(there.whole[0], rel=1e-9)
    for rule, shares in zip(uses, there.shares.values(), strict=True):
        used = [found["amounts"][n] for n in rule]
        assert [each / sum(used) for each in used] == pytest.approx([float(share[0]) for share in shares.values()], rel=1e-9)
    for change, ((user, _), values) in zip(shared["changes"], there.changes.items(), strict=True):
        assert change["user"] == list(there.shared.users).index(user)
        assert found["totals"][change["root"]] == pytest.approx(values[0], rel=1e-9)


def test_the_years_ahead_stand_as_the_engine_has_them(results: Results, page: str) -> None:
    found = foresee(results)
    for lang in ("en", "fr"):
        assert all(str(over_years(found, i, lang)) in page for i in results.headline)


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
    assert read["units"]["payment/year"] == "paiement/an", "as a French reader sees it"
    assert payments["unit"] == "payment/year" and payments["value"] / payments["size"] == pytest.approx(1.2e6)
    assert payments["low"] / payments["size"] == pytest.approx(0.3e6) and payments["source"] in read["sources"] and payments["fr"]
    assert [option[0] for option in controls["country"]["options"]] == list(variables["country"].parameter.choices)
    assert read["names"][read["year"]] == "yearly_payments" and read["units_per_year"] * payments["value"] == pytest.approx(1.2)
    first = [read["names"][n] for n in read["first"]]
    ranked = [name for name, _ in influence(results)][:5]
    assert first[:2] == ["country", "training_country"] and set(ranked) <= set(first) and len(first) <= 17
    assert not {name for name in results.background.chosen if name in controls and not controls[name]["fixed"]}
    assert {each["owner"]["en"] for each in read["fleets"]} and [each["unit"] for each in read["fleets"]] == ["server"]


def test_draws_stand_as_a_band(small: Callable[..., Study], background: Background) -> None:
    results = compute_study(small(), background)
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
@pytest.mark.parametrize("study", ["fraud_detection", "product_recommendation"])
def test_the_curve_meets_where_the_engine_finds_it(study: str) -> None:
    """The page and the engine scan at other points, so what turns twice between two points may be seen by one of them only."""
    results = lca.run(study)
    context, read, compared = page_context(results), data_of(render(results, "en")), 0
    given = json.dumps(next(iter(numbers_of(results)["scenarios"])))
    moved = [n for n in read["first"] if (each := read["controls"][str(n)]).get("low", 0) < each.get("high", 0)]
    for n in moved[:6]:
        control = read["controls"][str(n)]
        found = break_even(results, control["name"])
        span = control["high"] - control["low"]
        for i in results.headline:
            met = json.loads(context.eval(f"JSON.stringify(meetingsOf({given}, {n}, {i}, {control['low']}, {control['high']}, 81).met)"))
            for meeting in (each for each in found.meetings if each.indicator == i):
                here = [each["value"] for each in met if (each["first"], each["second"]) == (meeting.first[0], meeting.second[0])]
                there = [each for each in meeting.changes if each.kind in ("crossing", "step")]
                for value in here:
                    assert any(each.start - 1e-6 * span <= value <= each.end + 1e-6 * span for each in meeting.changes), (control["name"], value)
                if len(there) == 1 and len(meeting.changes) == 1:
                    assert len(here) == 1, control["name"]
                compared += len(here)
    assert compared


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
