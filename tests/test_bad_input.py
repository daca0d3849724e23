"""What a user gets wrong: one clear error with place, fault and what is allowed, exit code 2, never a traceback."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from test_command_line import lca, refuse

from lca.background import Background
from lca.calculation import compute
from lca.documents import read_yaml
from lca.errors import DataError, LCAError
from lca.study import Study

Small = Callable[..., Study]
BASE = "base: {label_en: Base, label_fr: Base}"
CARE = "care: {value: 85 %, low: 50, high: 99, source: assumption}"
STEEL = "steel_mass: {value: 30 kg/robot, low: 20, high: 40, source: assumption}"
STAYS = "stage: use\n    needs:\n      electricity_lv_<country>"
EFFECTS = "second_order:\n  more_parcels: {label_en: more parcels, label_fr: plus de colis, amount: not quantified}\n"
SHARES = """stage: use
    parameters:
      van: {value: 60 %, low: 50, high: 70, source: assumption}
      bike: {value: BIKE, low: 40, high: 60, source: assumption}
    requires:
      - {formula: van + bike == 1, message_en: the shares must sum to 100 %, message_fr: les parts doivent totaliser 100 %}
    needs:
      electricity_lv_<country>"""

MISTAKES = {
    "a tag": ("title_en: Small", "title_en: !!python/object/apply:os.system [ls]",
              "tags (tag:yaml.org,2002:python/object/apply:os.system) are not allowed: write plain text"),
    "a formula of 5,000 characters": ("fleet / yearly", f"'{'1 + ' * 1249}1000'", "line 'robot_in_use': a formula of 5000 characters is too long: at most 2000"),
    "a scenario from itself": (BASE, f"{BASE[:-1]}, from: base}}", "scenario 'base' is from 'base', which comes from 'base': a circle"),
    "scenarios in a circle": (BASE, "a: {from: b, label_en: A, label_fr: A}\n  b: {from: c, label_en: B, label_fr: B}\n  c: {from: a, label_en: C, label_fr: C}",
                              "scenario 'a' is from 'b', which comes from 'a': a circle\nscenario 'b' is from 'c', which comes from 'b': a circle"),
    "a scenario from one that is not there": (BASE, f"{BASE}\n  b: {{from: bas, label_en: B, label_fr: B}}", "is from 'bas', which does not exist. Did you mean 'base'?"),
    "a scenario sets nothing known": (BASE, f"{BASE[:-1]}, set: {{yearli: 5 parcel/year}}}}",
                                      "scenario 'base' sets 'yearli': unknown parameter 'yearli'. Did you mean 'yearly'?"),
    "a template with an unknown choice": ("electricity_lv_<country>", "electricity_lv_<contry>", "unknown parameter 'contry'. Did you mean 'country'?"),
    "a template with a number for a choice": ("electricity_lv_<country>", "electricity_lv_<yearly>", "<yearly> needs a choice, but 'yearly' is a number"),
    "a choice without its product": ("choices: [FRA, DEU, USA]", "choices: [FRA, DEU, US]",
                                     "there is no process or product 'electricity_lv_US'. Did you mean 'electricity_lv_USA'?\n"
        "there is no process or product 'electricity_mv_US'. Did you mean 'electricity_mv_USA'?"),
    "a template without a choice": ("electricity_lv_<country>", "electricity_lv", "there is no process or product 'electricity_lv'. Did you mean 'electricity_lv_"),
    "an instance of itself": ("  robot_in_use:\n", "  again: {like: again}\n  robot_in_use:\n", "instances are like each other in a circle: again -> again"),
    "shares that do not sum to one": (STAYS, SHARES.replace("BIKE", "50 %"),
                                      "'by_hand' in scenario 'base': the shares must sum to 100 % / les parts doivent totaliser 100 % (van + bike == 1)"),
    "low above high": (CARE, CARE.replace("low: 50, high: 99", "low: 99, high: 50"), "parameter 'care': low 99 % is more than high 50 %"),
    "a quality missing": (", quality: 0.9}", "}", "alternative 'hand' lacks the key 'quality'"),
    "no second-order effects": (EFFECTS, "", "a study lacks the key 'second_order'"),
    "second-order effects left empty": (EFFECTS, "second_order:\n",
                                        "'second_order' must list the effects on the world around the service, each with an amount or 'not quantified'"),
    "percent with bounds as fractions": (CARE, CARE.replace("low: 50, high: 99", "low: 0.5, high: 0.99"),
                                         "parameter 'care': the value 85 % is outside low 0.5 % to high 0.99 %"),
    "a fraction with bounds in percent": (CARE, CARE.replace("85 %", "0.85"), "parameter 'care': the value 0.85 is outside low 50 to high 99"),
    "percent without its sign": (CARE, CARE.replace("85 %", "85").replace("}", ", allowed: [0, 1]}"), "parameter 'care': 85 is outside what is allowed: 0 to 1"),
    "mg for kg, by the range": (STEEL, STEEL.replace("30 kg/robot, low: 20, high: 40", "30 mg/robot, low: 20 kg/robot, high: 40 kg/robot"),
                                "parameter 'steel_mass': the value 30 mg/robot is outside low 20 kg/robot to high 40 kg/robot"),
    "mg for kg, by what is allowed": (STEEL, STEEL.replace("30 kg/robot", "30 mg/robot").replace("}", ", allowed: [1 kg/robot, 1000 kg/robot]}"),
                                      "parameter 'steel_mass': 30 mg/robot is outside what is allowed: 1 kg/robot to 1000 kg/robot"),
    "a decimal comma": (STEEL, STEEL.replace("30 kg/robot", "'30,5 kg/robot'"),
                        "parameter 'steel_mass': '30,5 kg/robot' is not a number with a unit, as in 1500.5 kWh (decimal point, nothing between thousands)"),
    "a decimal comma without quotes": (STEEL, STEEL.replace("30 kg/robot", "30,5 kg/robot"),
                                       "parameter 'steel_mass' has no key '5 kg/robot'. A number has a decimal point: YAML splits at the comma."),
    "a decimal comma in a bound": (STEEL, STEEL.replace("low: 20", "low: '20,5'"), "parameter 'steel_mass': '20,5' is not a number with a unit"),
    "a decimal comma in a line": ("electricity_lv_<country>: 2 kWh", "electricity_lv_<country>: 2,5 kWh", "is not a formula: a number has a decimal point, not a comma"),
    "a decimal comma in the least quality": ("at_least: 80 %", "at_least: '80,5 %'", "the functional unit: '80,5 %' is not a number with a unit"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_clear_error_with_its_place(small: Small, background: Background, mistake: str) -> None:
    old, new, expected = MISTAKES[mistake]
    with pytest.raises(LCAError) as caught:
        compute(small((old, new)), background)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(expected.splitlines())
    for line, each in zip(lines, expected.splitlines(), strict=True):
        place, _, fault = line.partition(": ")
        assert place.rsplit(":", 1)[0].endswith("small.yaml") and place.rsplit(":", 1)[1].isdigit(), line
        assert each in fault


@pytest.mark.parametrize("mistake", ["a tag", "shares that do not sum to one", "a decimal comma without quotes"])
def test_on_the_command_line(small: Small, background: Background, tmp_path: Path, mistake: str) -> None:
    """What a study says of itself and what its rows show are refused alike: one line, exit code 2, nothing computed."""
    old, new, expected = MISTAKES[mistake]
    with pytest.raises(LCAError):
        compute(small((old, new)), background)
    for command in ("check", "run"):
        said = refuse(command, "small.yaml", folder=tmp_path)
        assert said.startswith("error: small.yaml:") and expected in said and len(said.splitlines()) == 1


def test_shares_that_do_sum_to_one(small: Small, background: Background) -> None:
    compute(small((STAYS, SHARES.replace("BIKE", "40 %"))), background)


def test_mg_for_kg_in_a_scenario(small: Small, background: Background) -> None:
    """What an inventory allows is kept by whoever sets the value."""
    limits = (STEEL, STEEL.replace("}", ", allowed: [1, 1000]}"))
    with pytest.raises(DataError) as caught:
        compute(small(limits, (BASE, f"{BASE[:-1]}, set: {{robot_in_use.steel_mass: 30 mg/robot}}}}")), background)
    assert "'robot_in_use.steel_mass' is 3e-05 kg/robot in scenario 'base'; allowed is 1 kg/robot to 1000 kg/robot" in str(caught.value)


def test_an_alias_bomb(background: Background, tmp_path: Path) -> None:
    """A billion elements in ten lines: refused at once, one fault a line, none of it built."""
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]", *(f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in pairwise(names))]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines), encoding="utf-8")
    before = time.perf_counter()
    with pytest.raises(DataError) as caught:
        read_yaml(tmp_path / "bomb.yaml")
    assert time.perf_counter() - before < 1.0
    faults = str(caught.value).splitlines()
    assert len(faults) == 10 and all(each.endswith("anchors and aliases (&, *) are not allowed: write the value out") for each in faults)
    assert "Traceback" not in refuse("check", "bomb.yaml", folder=tmp_path)


def test_a_lever_shadowed_by_an_instance_is_a_warning(small: Small, background: Background, tmp_path: Path) -> None:
    saving = "saving: {from: base, label_en: Saving, label_fr: Sobre, set: {robot_in_use.power: 45 W/robot}}"
    fast = "  fast: {like: robot_in_use, with: {power: 55 W/robot}}\nscenarios:\n"
    results = compute(small(("robot_in_use: fleet", "fast: fleet"), ("scenarios:\n", fast), (BASE, f"{BASE}\n  {saving}")), background)
    expected = "Scenario 'saving' sets 'robot_in_use.power', which reaches no exchange; an instance may shadow it."
    assert expected in [each.en for each in results.warnings]
    assert (results.totals[:, 0] == results.totals[:, 1]).all()
    done = lca("check", "small.yaml", folder=tmp_path)
    assert done.returncode == 0 and expected in " ".join(done.stdout.split())


def test_a_quality_in_percent_without_its_sign_is_a_warning(small: Small, background: Background) -> None:
    """Nothing forbids it (a quality may be above one), so it is said aloud."""
    results = compute(small((CARE, CARE.replace("85 %", "85"))), background)
    expected = "The quality of 'By machine' is 8500 % in scenario 'base': is that a percentage written without its sign?"
    assert expected in [each.en for each in results.warnings]
    assert not any("without its sign" in each.en for each in compute(small(), background).warnings)
