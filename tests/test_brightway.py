"""bw2calc is the judge: every alternative and scenario of every shipped study, by LCA and by MultiLCA."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from stored_scores import stored_scores

import lca
from lca.background import Background, background_key, load_background
from lca.calculation import compute
from lca.folders import own, shipped
from lca.judge import judge
from lca.results import PARTS, Results
from lca.study import Study

STUDIES = sorted(path.stem for path in shipped("scenarios").glob("*.yaml"))


def check(results: Results) -> None:
    size = np.abs(results.contributions).sum(axis=(2, 3)) + 1e-300  # what counts nothing scores nothing
    for name, scores in judge(results).items():
        assert scores.shape == results.totals.shape
        assert (np.abs(scores - results.totals) / size).max() <= 1e-6, f"{name}: more than the rounding of float32"
        assert (np.abs(scores - stored_scores(results)) / size).max() <= 1e-10, f"{name}: differs on equally rounded inputs"


@pytest.mark.parametrize("study", [each if each == "fraud_detection" else pytest.param(each, marks=pytest.mark.slow) for each in STUDIES])
def test_bw2calc_gives_the_same_scores(study: str) -> None:
    check(lca.run(study))


def test_bw2calc_agrees_on_a_study_with_emissions_of_its_own(small: Callable[..., Study], background: Background) -> None:
    study = small(
        (
            "base: {label_en: Base, label_fr: Base}",
            "base: {label_en: Base, label_fr: Base}\n  usa: {from: base, label_en: U, label_fr: U, set: {country: USA}}",
        ),
        ("[climate_change, adp_elements]", "[climate_change, adp_elements, water_consumption, primary_energy, water_scarcity, crustal_scarcity]"),
    )
    check(compute(study, background))


@pytest.mark.slow
def test_bw2calc_agrees_under_other_value_choices() -> None:
    plain, other = lca.run("fraud_detection", ["base"]), lca.run("fraud_detection", ["base"], choices={"reservoirs": "gross"})
    water = other.study.indicators.index("water_consumption")
    assert (other.totals[:, :, water] > 1.001 * plain.totals[:, :, water]).all()
    assert other.background.changes
    check(other)


@pytest.mark.slow
def test_a_killed_set_up_leaves_nothing_that_is_taken_for_whole(tmp_path: Path) -> None:
    environment = {**os.environ, "BRIGHTWAY2_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "lca", "check", STUDIES[0]]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "background" in line:
                process.kill()
                break
    assert not list((tmp_path / "lca" / "cache").glob("background-*.npz"))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "lca" / "cache").glob("background-*.npz"))) == 1


def test_a_damaged_cache_is_made_again(background: Background) -> None:
    path = own("cache") / f"background-{background_key()}.npz"
    path.write_bytes(path.read_bytes()[:1000])
    again = load_background()
    np.testing.assert_array_equal(again.unit, background.unit)


@pytest.mark.slow
def test_two_at_once(tmp_path: Path) -> None:
    environment = {**os.environ, "BRIGHTWAY2_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "lca", "check", STUDIES[0]]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors


def test_a_warm_run_imports_no_brightway(background: Background) -> None:
    code = "import sys, lca; lca.run('fraud_detection'); print([each for each in sys.modules if each.startswith('bw')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for folder, expected in ((str(tmp_path / "file"), "cannot make the folder"), ("~no_such_user/x", "there is no such home folder")):
        done = subprocess.run(
            [sys.executable, "-m", "lca", "check", STUDIES[0]], env={**os.environ, "BRIGHTWAY2_DIR": folder}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2 and expected in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_plants_part_of_electricity_by_hand(background: Background) -> None:
    """Emissions of the plants behind a kWh, losses and fuel chains left out: shares times stack emissions, read from the tables alone."""
    made: dict[str, list[dict[str, str]]] = {}
    for path in (shipped("inventories") / "background").glob("*_exchanges.csv"):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            if row.get("when", "") in ("", "reservoirs=allocated"):  # the default
                made.setdefault(row["process"], []).append(row)
    climate, flows = list(background.indicators).index("climate_change"), list(background.flows)

    def stack(process: str) -> float:
        total = 0.0
        for row in made[process]:
            name, part = row["input"], background.products[process].part
            if name in flows and part in ("grid", "direct"):
                total += float(row["amount"]) * background.factors[flows.index(name), climate]
            elif name in background.products and name != process and {part, background.products[name].part} <= {"grid", "carrier", "direct"}:
                total += float(row["amount"]) * stack(name)
        return total

    for country in ("FRA", "DEU", "USA"):
        place = list(background.products).index(f"electricity_mv_{country}")
        assert background.unit[place, PARTS.index("grid"), climate] == pytest.approx(stack(f"electricity_mv_{country}"), rel=1e-6)
