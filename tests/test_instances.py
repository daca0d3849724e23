"""Instances with values of their own, tables of instances, and choices that pick a process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.results import Results
from lca.study import Study

Small = Callable[..., Study]
PROCESSES = """process,like,label_en,label_fr,note
robot_in_use_small,robot_in_use,A small robot,Un petit robot,
robot_in_use_large,robot_in_use,A large robot,Un grand robot,for heavy parcels
"""
VALUES = """process,parameter,value,low,high,source,basis,locator,note
robot_in_use_small,power,20 W/robot,10,30,specpower_ssj2008,read,Table 1,
robot_in_use_small,steel_mass,5 kg/robot,4,6,assumption,,,guessed
robot_in_use_large,power,0.2 kW/robot,0.15,0.3,specpower_ssj2008,read,Table 2,
"""
USED = (
    ("units: [parcel", "tables: [machines]\nunits: [parcel"),
    ("parameters:\n  country", "parameters:\n  size: {value: small, choices: [small, large]}\n  country"),
    ("robot_in_use: fleet / yearly", "robot_in_use_<size>: fleet / yearly"),
    ("base: {label_en: Base, label_fr: Base}",
     "base: {label_en: Base, label_fr: Base}\n  heavy: {from: base, label_en: H, label_fr: L, set: {size: large}}"),
)  # fmt: skip


@pytest.fixture
def machines(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Study]:
    """The small study with a table of machines beside it; changes are (old, new) in the values."""
    monkeypatch.chdir(tmp_path)

    def read(*changes: tuple[str, str], processes: str = PROCESSES) -> Study:
        values = VALUES
        for old, new in changes:
            assert old in values
            values = values.replace(old, new)
        Path("machines_processes.csv").write_text(processes, encoding="utf-8")
        Path("machines_values.csv").write_text(values, encoding="utf-8")
        return small(*USED)

    return read


def by_process(results: Results, key: str) -> dict[str, list[float]]:
    """What the lines of a name count, by process, per scenario (second alternative)."""
    model = results.study.model
    return {model.nodes[line.node].process.key: results.quantities[1, :, number].tolist()
            for number, line in enumerate(results.lines) if line.exchange.key == key}  # fmt: skip


def test_a_choice_picks_a_process(machines: Callable[..., Study], background: Background) -> None:
    """0.03 robot-years for ten parcels, 262.8 hours: at 20 W for the small robot, at 200 W for the large one."""
    found = by_process(compute(machines(), background), "electricity_mv_<country>")
    assert found["robot_in_use_small"] == pytest.approx([262.8 * 0.02, 0])
    assert found["robot_in_use_large"] == pytest.approx([0, 262.8 * 0.2])


def test_what_a_table_leaves_out_follows_the_original(machines: Callable[..., Study], background: Background) -> None:
    study = machines()
    found = by_process(compute(study, background), "steel")
    assert found["robot_in_use_small"] == pytest.approx([262.8 * 5 / (5 * 8760), 0])
    assert found["robot_in_use_large"] == pytest.approx([0, 262.8 * 30 / (5 * 8760)])
    longer = by_process(compute(study, background, settings={"robot_in_use.lifetime": "10 year"}), "steel")
    assert longer["robot_in_use_small"] == pytest.approx([262.8 * 5 / (10 * 8760), 0])


def test_values_of_a_table_have_range_and_source(machines: Callable[..., Study]) -> None:
    parameter = machines().model.variables["robot_in_use_large.power"].parameter
    assert (parameter.value, parameter.low, parameter.high) == pytest.approx((0.2, 0.15, 0.3))
    assert (parameter.source, parameter.basis, parameter.about["locator"]) == ("specpower_ssj2008", "read", "Table 2")
    assert parameter.allowed == pytest.approx((0, 1))  # that of the original, 0 to 1000 W


def test_the_same_can_be_written_in_the_study(small: Small, background: Background) -> None:
    entry = "{value: 20 W/robot, low: 10, high: 30, source: specpower_ssj2008, basis: read}"
    study = small(
        ("scenarios:", f"  small_one: {{like: robot_in_use, with: {{power: {entry}}}}}\nscenarios:"),
        ("robot_in_use: fleet / yearly", "small_one: fleet / yearly"),
    )
    assert by_process(compute(study, background), "electricity_mv_<country>") == {"small_one": pytest.approx([262.8 * 0.02])}
    assert study.model.variables["small_one.power"].parameter.source == "specpower_ssj2008"


def test_one_off_of_a_chosen_process(machines: Callable[..., Study], small: Small, background: Background) -> None:
    machines()
    study = small(*USED, ("robot_in_use_<size>: fleet / yearly", "robot_in_use_<size>: {amount: fleet, over: yearly}"))
    assert by_process(compute(study, background), "electricity_mv_<country>")["robot_in_use_small"] == pytest.approx([262.8 * 0.02, 0])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("20 W/robot", "20 kWh/robot", "machines_values.csv:2: 'robot_in_use_small.power' is"),
        ("20 W/robot", "20 W/robott", "machines_values.csv:2: parameter 'power'"),
        ("specpower_ssj2008,read,Table 1", "specpower_ssj2009,read,Table 1", "machines_values.csv:2: parameter 'power' names the unknown source"),
        ("20 W/robot,10,30", "20 W/robot,25,30", "machines_values.csv:2: parameter 'power': the value 20 W/robot is outside low"),
        ("small,power", "smal,power", "machines_values.csv:2: there is no process 'robot_in_use_smal' in the table beside"),
        ("small,power", "small,powr", "machines_values.csv:2: 'robot_in_use_small' sets 'powr', which neither it nor what it calls reads"),
        ("small,steel_mass,5 kg/robot", "small,power,5 W/robot", "machines_values.csv:3: the value of 'power' of 'robot_in_use_small' stands twice"),
        ("process,parameter,value,low", "process,parameter,amount,low", "machines_values.csv:1: lacks the column value"),
    ],
)
def test_bad_values_are_named_with_file_and_line(machines: Callable[..., Study], old: str, new: str, fault: str) -> None:
    with pytest.raises(LCAError) as error:
        machines((old, new))
    assert fault in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "robot_in_use_large,robot_in_use",
            "robot_in_use_large,robot",
            "machines_processes.csv:3: process 'robot_in_use_large' is like 'robot', which does not",
        ),
        ("robot_in_use_large,robot_in_use", "by_hand,robot_in_use", "machines_processes.csv:3: the process 'by_hand' is declared twice"),
        ("A small robot", "", "machines_processes.csv:2: the row of 'robot_in_use_small' has no 'label_en'"),
        ("robot_in_use_large,", "robot_in_use_huge,", "'robot_in_use_<size>' needs a process 'robot_in_use_large'"),
    ],
)
def test_bad_rows_are_named(machines: Callable[..., Study], old: str, new: str, fault: str) -> None:
    with pytest.raises(LCAError) as error:
        machines(("robot_in_use_large", new.rstrip(",")) if new == "robot_in_use_huge," else ("small", "small"), processes=PROCESSES.replace(old, new))
    assert fault in str(error.value)


GRADED = (
    ("steel_mass: {value: 30 kg/robot", """grade: {value: plain, choices: [plain, fine]}
      mass_plain: {value: 30 kg/robot, low: 20, high: 40, source: assumption}
      mass_fine: {value: 50 kg/robot, low: 40, high: 60, source: assumption}
      steel_mass: {formula: mass_<grade>, unit: kg/robot}
      unread: {value: 30 kg/robot"""),
)  # fmt: skip


def test_a_row_makes_a_choice_once_and_for_all(machines: Callable[..., Study], small: Small, background: Background) -> None:
    machines()
    values = Path("machines_values.csv")
    values.write_text("process,parameter,value,source\nrobot_in_use_small,grade,fine,assumption\n", encoding="utf-8")
    study = small(*GRADED, *USED)
    assert study.model.variables["robot_in_use_small.grade"].parameter.choices == ("fine",)
    assert by_process(compute(study, background), "steel")["robot_in_use_small"] == pytest.approx([262.8 * 50 / (5 * 8760), 0])
    values.write_text("process,parameter,value,source\nrobot_in_use_small,grade,fines,assumption\n", encoding="utf-8")
    with pytest.raises(LCAError, match=r"mass_<grade> needs 'mass_fines': unknown parameter 'mass_fines'. Did you mean 'mass_fine'"):
        small(*GRADED, *USED)
