"""A sweep: a grid worked out by hand, a run that is interrupted and goes on, and what is asked wrongly."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from lca import sweep
from lca.background import Background
from lca.calculation import compute
from lca.errors import DataError, LCAError, UnitError, UnknownName
from lca.results import Results
from lca.study import Study


@pytest.fixture
def small_results(small: Callable[..., Study], background: Background) -> Results:
    return compute(small(), background)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        assert next(file).startswith("# lca ")
        return list(csv.DictReader(file))


def test_a_grid_equals_runs_one_by_one(small: Callable[..., Study], background: Background, small_results: Results, tmp_path: Path) -> None:
    grid = sweep.read_grid(small_results, {"robot_in_use.power": "40:60:2", "yearly": "1000 parcel/year:2000:3", "care": "0.5:0.9:2"})
    assert sweep.sweep(small_results, grid, tmp_path / "out.csv") == 0
    found = lines(tmp_path / "out.csv")
    assert len(found) == 2 * 3 * 2 * 2
    assert [each["robot_in_use.power [W/robot]"] for each in found[::12]] == ["40.0", "60.0"]
    assert [each["yearly [parcel/year]"] for each in found[:12:4]] == ["1000.0", "1500.0", "2000.0"]
    assert not (tmp_path / "out.csv.part").exists()
    for each in found:
        settings = {"robot_in_use.power": each["robot_in_use.power [W/robot]"] + " W/robot", "yearly": each["yearly [parcel/year]"] + " parcel/year"}
        alone = compute(small(), background, (), settings)
        a = list(alone.study.alternatives).index(each["alternative"])
        assert float(each["climate_change [kg CO2-eq]"]) == pytest.approx(alone.totals[a, 0, 0], rel=1e-12)
        assert float(each["quality"]) == pytest.approx(0.9 if each["alternative"] == "hand" else float(each["care [%]"]) / 100)


def test_by_hand(small_results: Results, tmp_path: Path) -> None:
    """By hand, ten parcels take 20 kWh of low voltage, whatever the robots do; by machine the part of the power grows in proportion."""
    sweep.sweep(small_results, sweep.read_grid(small_results, {"robot_in_use.power": "40:60:3"}), tmp_path / "out.csv")
    found = [float(each["climate_change [kg CO2-eq]"]) for each in lines(tmp_path / "out.csv")]
    background = small_results.background
    unit = background.unit[list(background.products).index("electricity_lv_FRA")].sum(axis=0)[background.positions(["climate_change"])[0]]
    assert found[::2] == pytest.approx([20 * unit] * 3, rel=1e-12)
    assert found[5] - found[3] == pytest.approx(found[3] - found[1], rel=1e-9)
    assert found[5] > found[1]


def test_a_table_with_units_and_choices(small_results: Results, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("country,robot_in_use.power\nDEU,0.05 kW/robot\nFRA,50\nDEU,50\n", encoding="utf-8")
    sweep.sweep(small_results, sweep.read_rows(small_results, tmp_path / "rows.csv"), tmp_path / "out.csv")
    found = lines(tmp_path / "out.csv")
    assert [each["country"] for each in found[::2]] == ["DEU", "FRA", "DEU"]
    assert [list(found[n].values())[2:] for n in (0, 1)] == [list(found[n].values())[2:] for n in (4, 5)]
    assert float(found[2]["climate_change [kg CO2-eq]"]) == pytest.approx(small_results.totals[0, 0, 0])
    assert found[0]["climate_change [kg CO2-eq]"] != found[2]["climate_change [kg CO2-eq]"]


def test_a_run_that_was_interrupted_goes_on_and_gives_the_same_bytes(small_results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BLOCK", 8)
    grid = sweep.read_grid(small_results, {"robot_in_use.power": "40:60:5", "yearly": "10:1000:9"})
    sweep.sweep(small_results, grid, tmp_path / "whole.csv")

    def stop(done: int, count: int) -> None:
        if done >= 24:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep.sweep(small_results, grid, tmp_path / "out.csv", progress=stop)
    assert not (tmp_path / "out.csv").exists()
    part = tmp_path / "out.csv.part"
    with part.open("ab") as file:
        file.write(b"47.5,120.0,hand,0.")  # killed within a line
    steps: list[int] = []
    assert sweep.sweep(small_results, grid, tmp_path / "out.csv", progress=lambda done, count: steps.append(done)) == 24
    assert steps == [24, 32, 40, 45]
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_what_another_run_left_is_begun_anew(small_results: Results, tmp_path: Path) -> None:
    (tmp_path / "out.csv.part").write_text("# lca other\n1,2\n", encoding="utf-8")
    assert sweep.sweep(small_results, sweep.read_grid(small_results, {"yearly": "3"}), tmp_path / "out.csv") == -1
    assert len(lines(tmp_path / "out.csv")) == 6


def test_no_value_where_a_demand_does_not_hold(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    demand = "    unit: robot * hour\n    requires:\n      - {formula: power <= 50, message_en: x, message_fr: x}\n"
    results = compute(small(("    unit: robot * hour\n", demand.replace("power <= 50", "lifetime >= lifetime * (power / power)"))), background)
    sweep.sweep(results, sweep.read_grid(results, {"robot_in_use.power": "0:60:2"}), tmp_path / "out.csv")
    assert [each["climate_change [kg CO2-eq]"] == "" for each in lines(tmp_path / "out.csv")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("written", "error", "said"),
    [
        ({"powr": "1:2:3"}, UnknownName, "powr"),
        ({"country": "1:2:3"}, DataError, "choice"),
        ({"yearly": "10:1000:0"}, DataError, "allowed is a whole number, 1 or more"),
        ({"yearly": "10:1000:2.5"}, DataError, "whole number"),
        ({"yearly": "10:1000"}, DataError, "whole number"),
        ({"yearly": "a lot:1000:3"}, DataError, "a lot"),
        ({"yearly": "1000:10:3"}, DataError, "less than"),
        ({"yearly": "1 kg:10 kg:3"}, UnitError, "kg"),
        ({"yearly": "nan:10:3"}, DataError, "nan"),
        ({"robot_in_use.power": "1:5000:3"}, DataError, "allowed is 0 W/robot to 1000 W/robot"),
        ({"yearly": "10:1000:100000", "care": "0.5:0.9:101"}, DataError, "more than 10,000,000 combinations"),
        ({"by_machine.fleet": "5"}, DataError, "no range of its own"),
    ],
)
def test_a_grid_asked_wrongly(small_results: Results, written: dict[str, str], error: type[LCAError], said: str) -> None:
    with pytest.raises(error, match=said):
        sweep.read_grid(small_results, written)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 rows"),
        ("yearly\n", "0 rows"),
        ("yearly,yearly\n1,2\n", "twice"),
        ("yerly\n1\n", "yearly"),
        ("yearly,care\n1\n", "1 values for 2 names"),
        ("yearly\n1\nmany\n", "rows.csv:3: 'yearly'.*many"),
        ("yearly\n\n", "values for"),
        ("country\nATLANTIS\n", "ATLANTIS"),
        ("robot_in_use.power\n2 kW/robot\n", "allowed is 0 to 1000"),
    ],
)
def test_a_table_asked_wrongly(small_results: Results, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    with pytest.raises(LCAError, match=said):
        sweep.read_rows(small_results, tmp_path / "rows.csv")


def test_a_table_that_is_none(small_results: Results, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(b"\xff\xfe\x00bin")
    for path in (tmp_path / "rows.csv", tmp_path, tmp_path / "none.csv"):
        with pytest.raises(DataError, match="cannot be read"):
            sweep.read_rows(small_results, path)
