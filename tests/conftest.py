"""One Brightway project for the whole test run, in a folder of its own; the shipped study, computed once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lca
from lca import calculation
from lca.background import Background, load_background
from lca.calculation import compute
from lca.folders import find, shipped
from lca.methods import Indicator
from lca.processes import Flow, Product
from lca.results import Results
from lca.study import Study, read_study


@pytest.fixture(scope="session", autouse=True)
def brightway_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("brightway")
    before = os.environ.get("BRIGHTWAY2_DIR")
    os.environ["BRIGHTWAY2_DIR"] = str(folder)
    yield folder
    os.environ.pop("BRIGHTWAY2_DIR")
    if before is not None:
        os.environ["BRIGHTWAY2_DIR"] = before


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """A shipped study that is opened again from a folder without data of its own is the same: it is read once (a second each)."""
    kept, patch = dict[tuple[object, ...], Study](), pytest.MonkeyPatch()

    def read(name: str | Path, products: dict[str, Product], flows: dict[str, Flow], indicators: dict[str, Indicator], choices: dict[str, str]) -> Study:
        path, here = find("scenarios", str(name)).resolve(), Path.cwd()
        own = here != shipped("scenarios").parent and any((here / each).exists() for each in ("inventories", "impact_methods", "scenarios"))
        if path.parent != shipped("scenarios") or own:
            return read_study(name, products, flows, indicators, choices)
        key = (path, path.stat().st_mtime_ns, here, *indicators, *choices.items())
        if key not in kept:
            kept[key] = read_study(name, products, flows, indicators, choices)
        return kept[key]

    patch.setattr(calculation, "read_study", read)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def results() -> Results:
    return lca.run("fraud_detection")


@pytest.fixture(scope="session")
def background() -> Background:
    return load_background()


SMALL = """
title_en: Small
title_fr: Petite
goal_en: To test.
goal_fr: Pour tester.
functional_unit:
  text_en: ten parcels
  text_fr: dix colis
  amount: 10 parcel
  quality: {measure_en: on time, measure_fr: à l'heure, at_least: 80 %}
alternatives:
  hand: {label_en: By hand, label_fr: À la main, process: by_hand, quality: 0.9}
  machine: {label_en: By machine, label_fr: À la machine, process: by_machine, quality: care}
second_order:
  more_parcels: {label_en: more parcels, label_fr: plus de colis, amount: not quantified}
units: [parcel, robot]
parameters:
  country: {value: FRA, choices: [FRA, DEU, USA]}
  care: {value: 85 %, low: 50, high: 99, source: assumption}
  yearly: {value: 1000 parcel/year, low: 10, high: 1e6, source: assumption}
processes:
  by_hand:
    unit: parcel
    actor: provider
    stage: use
    needs:
      electricity_lv_<country>: 2 kWh/parcel
  by_machine:
    unit: parcel
    actor: provider
    parameters:
      capacity: {value: 400 parcel/year/robot, low: 300, high: 500, source: assumption}
      fleet: {formula: ceil(yearly / capacity), unit: robot}
    needs:
      robot_in_use: fleet / yearly
  robot_in_use:
    unit: robot * hour
    stage: use
    parameters:
      power: {value: 50 W/robot, low: 40, high: 60, source: assumption, allowed: [0, 1000]}
      lifetime: {value: 5 year, low: 3, high: 7, source: assumption, allowed: [1, 100]}
      steel_mass: {value: 30 kg/robot, low: 20, high: 40, source: assumption}
    needs:
      electricity_mv_<country>: power
      steel: {input: steel_low_alloyed, amount: steel_mass / lifetime, stage: manufacturing, actor: supplier}
    emits:
      hfc_134a: {amount: 0.001 g/robot/hour}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [climate_change, adp_elements]
"""


# The small study with all that stands beside its totals or cuts them anew; every label is LABEL.
EVERYTHING = (
    ("amount: not quantified}", """kind: rebound, process: by_hand, amount: {machine: 0.1}}
  less_paper: {label_en: LABEL, label_fr: LABEL, process: by_hand, amount: 0 - 0.2}
  unknown: {label_en: LABEL, label_fr: LABEL, amount: not quantified}"""),
    ("label_en: more parcels, label_fr: plus de colis", "label_en: LABEL, label_fr: LABEL"),
    ("units: [parcel", """status: {kind: reviewed, by: LABEL, on: LABEL}
reporting_actor: provider
choices: {labour: marginal}
units: [parcel"""),
    ("  yearly:", """  pool: {value: 3000 robot*hour, low: 1, high: 9000, source: assumption, find_en: LABEL, find_fr: LABEL}
  us_time: {value: 300 hour, low: 1, high: 9000, source: assumption, distribution: normal, together: LABEL}
  their_time: {value: 700 hour, low: 1, high: 9000, source: assumption, correlated: {pool: 0.8}}
  little: {value: 10 robot*hour, low: 1, high: 9000, source: assumption}
  much: {value: 1000 robot*hour, low: 1, high: 9000, source: assumption}
  yearly:"""),
    ("  by_hand:", """  green:
    {unit: kWh, stage: use, actor: supplier, given_factor: yes, label_en: LABEL, label_fr: LABEL, emits: {carbon_dioxide_fossil: 0.01 kg/kWh}}
  by_hand:"""),
    ("robot_in_use: fleet / yearly", "robot_in_use: {amount: fleet, over: yearly, label_en: LABEL, label_fr: LABEL}\n      green: 2 kWh/parcel"),
    ("scenarios:", """shared:
  robots:
    label_en: LABEL
    label_fr: LABEL
    process: robot_in_use
    actor: provider
    amount: pool
    users:
      us:
        label_en: LABEL
        label_fr: LABEL
        volume: yearly
        time: us_time
        short_run: {process: robot_in_use, amount: little}
        long_run: {process: robot_in_use, amount: much}
      others: {label_en: LABEL, label_fr: LABEL, volume: 3 * yearly, time: their_time}
scenarios:"""),
)  # fmt: skip


@pytest.fixture
def everything(small: Callable[..., Study]) -> Callable[..., Study]:
    """Reads the small study with all of it, under one label for everything."""

    def read(label: str = "some label", *changes: tuple[str, str]) -> Study:
        written = json.dumps(label, ensure_ascii=False)
        return small(*((old, new.replace("LABEL", written)) for old, new in EVERYTHING), *changes)

    return read


def write_changed(path: Path, text: str, changes: tuple[tuple[str, str], ...]) -> Path:
    """Write a study with some texts replaced, which it must hold."""
    for old, new in changes:
        assert old in text, f"the study holds no {old!r}"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path, background: Background) -> Callable[..., Study]:
    """Writes the small study with some texts replaced, and reads it."""

    def read(*changes: tuple[str, str]) -> Study:
        path = write_changed(tmp_path / "small.yaml", SMALL, changes)
        return read_study(path, background.products, background.flows, background.indicators)

    return read


@pytest.fixture
def calculated(tmp_path: Path, background: Background) -> Callable[..., Results]:
    """Writes a study of a test's own with some texts replaced, reads and computes it."""

    def run(name: str, text: str, *changes: tuple[str, str]) -> Results:
        path = write_changed(tmp_path / name, text, changes)
        return compute(read_study(path, background.products, background.flows, background.indicators), background)

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests recorded about the size of the code."""
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        for name, value in getattr(report, "user_properties", ()):
            if name == "size" and report.when == "call":
                terminalreporter.write_line(str(value))
