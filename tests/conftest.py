"""One Brightway project for the whole test run, in a folder of its own; the shipped study, computed once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lca
from lca.background import Background, load_background
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


@pytest.fixture
def small(tmp_path: Path, background: Background) -> Callable[..., Study]:
    """Writes the small study with some texts replaced, and reads it."""

    def read(*changes: tuple[str, str]) -> Study:
        text = SMALL
        for old, new in changes:
            assert old in text, f"the small study holds no {old!r}"
            text = text.replace(old, new)
        path = tmp_path / "small.yaml"
        path.write_text(text, encoding="utf-8")
        return read_study(path, background.products, background.flows, background.indicators)

    return read
