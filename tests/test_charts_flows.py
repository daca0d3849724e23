"""Figures of flows, of tasks and along a value: their numbers are those of the one table, and every writer can draw them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from lca.background import Background
from lca.breakeven import break_even, totals_along
from lca.calculation import compute
from lca.decisions import decide
from lca.report import figures, page
from lca.report.curves import POINTS, curves
from lca.report.flow_trees import END, LEAST, flow_trees, flows, large
from lca.report.metafile import metafile
from lca.report.vector import Drawings
from lca.results import Results
from lca.study import Study

DEEP = (
    ("    emits:\n      hfc_134a", "      upkeep: 0.01 m2/robot/hour\n      credit: 0.001 m2/robot/hour\n    emits:\n      hfc_134a"),
    (
        "  robot_in_use:\n    unit",
        """  upkeep: {unit: m2, stage: use, needs: {credit: 2, electricity_lv_<country>: 3 kWh/m2}}
  credit: {unit: m2, stage: use, needs: {electricity_mv_<country>: -1 kWh/m2, steel_low_alloyed: 1 kg/m2}}
  robot_in_use:\n    unit""",
    ),
)  # two ways lead to one process, and something is taken off
HOSTILE = "<script>alert(1)</script>\"'&"
TAGS = {"rect", "path", "circle", "text", "tspan", "g"}


@pytest.fixture
def found(small: Callable[..., Study], background: Background) -> Results:
    return compute(small(*DEEP), background)


@pytest.fixture
def rich(everything: Callable[..., Study], background: Background) -> Results:
    return compute(everything(HOSTILE, *DEEP), background)


def drawable(svg: str) -> ElementTree.Element:
    """The figure as every writer must read it."""
    root = ElementTree.fromstring(svg)
    assert {each.tag for each in root.iter()} <= TAGS | {"svg", "title"}
    for each in root.iter("path"):
        assert re.fullmatch(r"[MLHVCZmlhvcz0-9., -]+", each.get("d", "")), each.get("d")
    assert "'" not in re.sub(r">[^<]*<", "><", svg).replace("&#x27;", "") and "nan" not in svg
    assert metafile(Drawings(str(figures.patterns()), "Arial").make(svg).text)[40:44] == b" EMF"
    return root


@pytest.mark.parametrize("which", ["found", "rich"])
def test_what_flows_out_of_a_process_is_what_flows_into_it(which: str, request: pytest.FixtureRequest) -> None:
    results: Results = request.getfixturevalue(which)
    model, names = results.study.model, results.group("process")
    for a, i in np.ndindex(len(results.totals), len(results.indicators)):
        total, into, out, own = float(results.totals[a, 0, i]), *(defaultdict[str, float](float) for _ in range(3))
        for (caller, called), value in flows(results, a, i, "en").items():
            out[caller] += value
            into[called] += value
            own[caller] += value if called.startswith(END) else 0.0
        root = model.nodes[model.roots[a]].process.key
        assert out[root] == pytest.approx(total, rel=1e-9)
        for key in (each for each in out if each != root):
            assert out[key] == pytest.approx(into[key], rel=1e-9, abs=1e-12 * abs(total))
        assert sum(value for key, value in into.items() if key.startswith(END)) == pytest.approx(total, rel=1e-9)
        for key, value in zip(names[0], names[1][a, 0, :, i], strict=True):
            assert own[key] == pytest.approx(float(value), rel=1e-9, abs=1e-12 * abs(total))


def test_small_flows_and_what_only_they_reach_are_not_drawn() -> None:
    whole = {("a", "b"): 60.0, ("a", "c"): -2.0, ("c", END + "x"): 40.0, ("b", END + "y"): 2.9, ("b", END + "x"): -57.1}
    assert large(whole, "a", 3.0) == {("a", "b"): 60.0, ("b", END + "x"): -57.1}
    assert set(large(whole, "a", 2.0)) == set(whole) and not large(whole, "a", 61.0)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_tree_tells_its_largest_path_and_what_it_leaves_out(found: Results, lang: str) -> None:
    shown = flow_trees(found, lang)
    assert [label for label, _, _ in shown["rows"]] == found.labels(lang)[0]
    assert shown["indicator"] == found.indicators[found.headline[1]].label(lang)
    for a, (_, svg, rest) in enumerate(shown["rows"]):
        root, told = drawable(svg), flows(found, a, found.headline[1], lang)
        total = float(found.totals[a, 0, found.headline[1]])
        ribbons = [path for each in root.iter("g") if each.get("class") == "ribbon" for path in each]
        assert len(ribbons) == sum(value >= LEAST * total for value in told.values()) and len(svg) < 8000
        largest = max((pair for pair in told if pair[1].startswith(END)), key=lambda pair: told[pair])[1].removeprefix(END)
        assert largest in page.spaced(root.get("aria-label", ""), lang).replace("\N{NO-BREAK SPACE}", " ") and "3" in rest


def test_a_study_without_impact_has_no_tree(small: Callable[..., Study], background: Background) -> None:
    found = compute(small(), background)
    none = replace(found, contributions=found.contributions * 0)
    assert flow_trees(none, "en")["rows"] == []
    html = page.render(none, "en")
    assert 'id="flows-tree"' not in html and "#flows-tree" not in html


def test_hostile_labels_stay_text_in_every_figure(rich: Results) -> None:
    html = page.render(replace(rich, decided=decide(rich)), "fr")
    assert "<script" not in html and '<section id="flows-tree">' in html and 'href="#flows-tree"' in html
    for svg in re.findall(r'<svg [^>]*role="img".*?</svg>', html, re.S):
        ElementTree.fromstring(svg)


@pytest.mark.parametrize("name", ["yearly", "care"])
def test_curves_pass_through_the_totals_and_mark_every_meeting(found: Results, name: str) -> None:
    met = break_even(found, name)
    shown = curves(met, "en")
    assert len(shown) == len(found.headline)
    for each, i in zip(shown, found.headline, strict=True):
        root = drawable(each["svg"])
        lines = [line.get("d", "") for line in root.iter("path") if line.get("class") == "line" and "h30" not in line.get("d", "")]
        dashes = {line.get("stroke-dasharray") for line in root.iter("path") if line.get("class") == "line"}
        assert len(lines) == len(dashes) == len(found.study.alternatives)
        changes = [change for meeting in met.meetings if meeting.indicator == i for change in meeting.changes]
        assert len(list(root.iter("circle"))) == len(changes)
        places = {change.start for change in changes} | {met.values[0]}
        paths = [np.array(re.findall(r"[ML]([\d.]+),([\d.]+)", line), dtype=float).T for line in lines]
        for dot in root.iter("circle"):  # two lines meet there
            apart = sorted(abs(float(np.interp(float(dot.get("cx", "")), *path)) - float(dot.get("cy", ""))) for path in paths)
            assert apart[1] < 2
        assert all(2 <= path.shape[1] <= POINTS + len(places) for path in paths)  # what lies straight between others is left out
        own = [line for line in root.iter("path") if line.get("class") == "boundary"]
        assert len(own) == 1


def test_the_totals_along_a_value_are_those_of_a_run_with_it(found: Results, small: Callable[..., Study], background: Background) -> None:
    along = totals_along(found, "yearly", 0, np.array([1000.0, 2500.0]) * found.study.scopes.variables["yearly"].parameter.unit.factor)[0]
    again = compute(small(*DEEP, ("value: 1000 parcel/year", "value: 2500 parcel/year")), background)
    np.testing.assert_allclose(along, np.concatenate([found.totals[:, :1], again.totals[:, :1]], axis=1), rtol=1e-9)


def test_bars_by_task_are_as_wide_as_the_table_says(small: Callable[..., Study], background: Background) -> None:
    change = ("    stage: use\n    needs:\n      electricity_lv_<country>: 2 kWh/parcel",
              "    stage: use\n    task: training\n    needs:\n      electricity_lv_<country>: 2 kWh/parcel\n"
              "      more: {input: electricity_lv_<country>, amount: 1 kWh/parcel, task: inference}")  # fmt: skip
    found = compute(small(change, ("label_fr: Base}", "label_fr: Base}\n  more: {label_en: More, label_fr: Plus, set: {care: 90 %}}")), background)
    assert len(found.scenarios) == 2
    root = drawable(str(figures.comparison(found, 0, "x", "en", "task")))
    first, second, *others = (float(each.get("width", "0")) for each in root.iter("rect"))
    assert len(others) == 1  # the untagged other alternative, in the first scenario alone
    order = [each for each in figures.tasks(found) if each in ("training", "inference")]
    ratio = 2.0 if order == ["training", "inference"] else 0.5
    assert first / second == pytest.approx(ratio, abs=0.02)
    assert len(page._task_figures(found, "en")) == len(found.headline)
    assert "67" in figures.task_finding(found, 0, "en")


def test_one_task_needs_no_figure(found: Results) -> None:
    assert len(figures.tasks(found)) == 1 and page._task_figures(found, "en") == []
