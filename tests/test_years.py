"""The years ahead: growth, efficiency and cumulated totals worked out by hand; faults, one clear message each."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.background import Background
from lca.calculation import compute
from lca.errors import LCAError
from lca.report.years import over_years
from lca.study import Study
from lca.tables_years import heads, notes, together, write_years, yearly
from lca.terminal_views import show_years
from lca.years import Years, foresee

Small = Callable[..., Study]
LAST = "indicators: [climate_change, adp_elements]"
HAND, MACHINE = 0, 1


def ahead(text: str) -> tuple[str, str]:
    return LAST, f"years: {text}\n{LAST}"


def of(small: Small, background: Background, text: str, *changes: tuple[str, str]) -> Years:
    return foresee(compute(small(*changes, ahead(text)), background))


def test_growth_of_a_tenth_over_three_years(small: Small, background: Background) -> None:
    """1000, 1100 and 1210 parcels a year, ten to a functional unit; by hand every parcel takes the same."""
    found = of(small, background, '{from: 2025, to: 2027, volume: yearly, set: {yearly: "yearly * 1.1 ** elapsed"}}')
    unit = compute(small(), background).totals[HAND, 0]
    assert found.years == [2025, 2026, 2027]
    np.testing.assert_allclose(found.per_unit[HAND], np.tile(unit, (3, 1)), rtol=1e-12)
    np.testing.assert_allclose(found.absolute[HAND], np.outer([100, 110, 121], unit), rtol=1e-12)
    np.testing.assert_allclose(found.cumulated[HAND], 331 * unit, rtol=1e-12)
    as_first, other, growth = (each[HAND] for each in found.parts)
    np.testing.assert_allclose(as_first, 300 * unit, rtol=1e-12)
    np.testing.assert_allclose(other, 0, atol=1e-9 * unit.max())
    np.testing.assert_allclose(growth, 31 * unit, rtol=1e-12)


def test_a_fleet_that_grows_in_steps(small: Small, background: Background) -> None:
    """400 parcels a robot: 3 robots for 1000 and 1100 parcels, 4 for 1210; the year of the machine is that of its robots."""
    found = of(small, background, '{from: 2025, to: 2027, volume: yearly, set: {yearly: "yearly * 1.1 ** elapsed"}}')
    np.testing.assert_allclose(found.absolute[MACHINE, 1], found.absolute[MACHINE, 0], rtol=1e-12)
    np.testing.assert_allclose(found.absolute[MACHINE, 2], found.absolute[MACHINE, 0] * 4 / 3, rtol=1e-12)
    np.testing.assert_allclose(found.per_unit[MACHINE, 1], found.per_unit[MACHINE, 0] / 1.1, rtol=1e-12)


def test_efficiency_that_offsets_growth_exactly(small: Small, background: Background) -> None:
    """A quarter more parcels a year, a fifth less electricity each: the year stays as it is, and the parts cancel."""
    more = (
        ("  yearly: {value", "  each: {value: 2 kWh/parcel, low: 1.1, high: 3, source: assumption}\n  yearly: {value"),
        ("2 kWh/parcel\n  by_machine", "each\n  by_machine"),
    )
    text = '{from: 2025, to: 2028, volume: yearly, set: {yearly: "yearly * 1.25 ** elapsed", each: "each * 0.8 ** elapsed"}}'
    found = of(small, background, text, *more)
    np.testing.assert_allclose(found.absolute[HAND], np.tile(found.absolute[HAND, 0], (4, 1)), rtol=1e-12)
    np.testing.assert_allclose(found.held[HAND], np.outer(0.8 ** np.arange(4), found.absolute[HAND, 0]), rtol=1e-12)
    as_first, other, growth = (each[HAND] for each in found.parts)
    np.testing.assert_allclose(other + growth, 0, atol=1e-9 * as_first.max())
    np.testing.assert_allclose(growth, as_first / 4 * (4 - (1 + 0.8 + 0.64 + 0.512)), rtol=1e-9)
    assert found.beyond == {"each": [2028]}  # 1.024 kWh, the low is 1.1


def test_one_year_is_the_plain_run(small: Small, background: Background) -> None:
    plain = compute(small(), background)
    found = of(small, background, '{from: 2030, to: 2030, volume: yearly, set: {yearly: "yearly * 2 ** elapsed"}}')
    np.testing.assert_array_equal(found.per_unit[:, 0], plain.totals[:, 0])
    np.testing.assert_allclose(found.cumulated, 100 * plain.totals[:, 0], rtol=1e-12)
    assert not np.any(found.parts[1]) and not np.any(found.parts[2])


@given(first=st.integers(1000, 9000), count=st.integers(1, 12))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_without_settings_every_year_is_the_base(small: Small, background: Background, first: int, count: int) -> None:
    plain = compute(small(), background)
    found = of(small, background, f"{{from: {first}, to: {first + count - 1}, volume: yearly}}")
    np.testing.assert_array_equal(found.per_unit, np.repeat(plain.totals, count, axis=1))
    np.testing.assert_allclose(found.cumulated, count * found.absolute[:, 0], rtol=1e-12)


def test_years_follow_the_scenario_that_is_asked_for(small: Small, background: Background) -> None:
    base = "base: {label_en: Base, label_fr: Base}"
    change = (base, f"{base}\n  large: {{from: base, label_en: L, label_fr: L, set: {{yearly: 5000 parcel/year}}}}")
    results = compute(small(change, ahead('{from: 2025, to: 2026, volume: yearly, set: {yearly: "yearly * 2 ** elapsed"}}')), background)
    found = foresee(results, "large")
    np.testing.assert_allclose(found.absolute[HAND], np.outer([500, 1000], results.totals[HAND, 0]), rtol=1e-12)
    with pytest.raises(LCAError, match="there is no scenario 'huge'"):
        foresee(results, "huge")


def test_a_functional_unit_that_is_a_year_is_told_per_parcel(small: Small, background: Background) -> None:
    """The functional unit is two years of ten parcels an hour: a year is half of it, and a parcel the 87,600th part of a year."""
    changes = (
        ("amount: 10 parcel", "amount: 2 year"),
        ("by_hand:\n    unit: parcel", "by_hand:\n    unit: hour"), ("by_machine:\n    unit: parcel", "by_machine:\n    unit: hour"),
        ("2 kWh/parcel\n  by_machine", "hourly * each\n  by_machine"), ("robot_in_use: fleet / yearly", "robot_in_use: fleet"),
        ("  yearly: {value", "  each: {value: 2 kWh/parcel, low: 1, high: 3, source: assumption}\n  hourly: {value: 10 parcel/hour, low: 1, high: 90, source: assumption}\n  yearly: {value"),
    )  # fmt: skip
    found = of(small, background, '{from: 2025, to: 2026, volume: hourly, set: {hourly: "hourly * 3 ** elapsed"}}', *changes)
    assert found.horizon.per == "parcel"
    np.testing.assert_allclose(found.absolute[HAND, 0], compute(small(*changes), background).totals[HAND, 0] / 2, rtol=1e-12)
    np.testing.assert_allclose(found.absolute[HAND, 1], 3 * found.absolute[HAND, 0], rtol=1e-12)
    np.testing.assert_allclose(found.per_unit[HAND], found.absolute[HAND] / np.array([[87600.0], [3 * 87600.0]]), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{from: 2035, to: 2025, volume: yearly}", "'to' is 2025, before 'from' (2035)"),
        ("{from: 2025.5, to: 2030, volume: yearly}", "'from' must be a year of four digits, as in 2025, not '2025.5'"),
        ("{from: 2025, to: soon, volume: yearly}", "'to' must be a year of four digits, as in 2025, not 'soon'"),
        ("{from: 2025, to: 2524, volume: yearly}", "from 2025 to 2524 are 500 years; allowed are up to 100"),
        ("{from: 2025, to: 2030, volume: yaerly}", "'volume' of the years: unknown parameter 'yaerly'. Did you mean 'yearly'?"),
        ("{from: 2025, to: 2030, volume: care}", "'volume' of the years: it is a plain number; allowed is parcel / hour"),
        ("{from: 2025, to: 2030, volume: elapsed * yearly}", "'volume' of the years: unknown parameter 'elapsed'"),
        ("{from: 2025, to: 2030}", "'years' lacks the key 'volume'"),
        ("{from: 2025, to: 2030, volume: yearly, growth: 3 %}", "'years' has no key 'growth'. Allowed: from, note, set, to, volume."),
        ("{from: 2025, to: 2030, volume: yearly, set: {yearly: yearly * elapsd}}", "'years' sets 'yearly': unknown parameter 'elapsd'"),
        ("{from: 2025, to: 2030, volume: yearly, set: {yearly: 3 + elapsed}}", "scenario 'years' sets 'yearly' to a plain number; it is parcel / hour"),
        ("{from: 2025, to: 2030, volume: yearly, set: {yerly: 3}}", "'years' sets 'yerly': unknown parameter 'yerly'"),
        ("2025", "'years' must be 'key: value' lines, not '2025'"),
    ],
)  # fmt: skip
def test_one_clear_message_for_each_fault(small: Small, text: str, fault: str) -> None:
    with pytest.raises(LCAError) as error:
        small(ahead(text))
    assert str(error.value).count("\n") == 0, str(error.value)
    assert fault in str(error.value)


def test_elapsed_is_known_to_the_years_alone(small: Small) -> None:
    with pytest.raises(LCAError, match="elapsed"):
        small(("  yearly: {value", '  later: {formula: "2 * elapsed", unit: ""}\n  yearly: {value'), ahead("{from: 2025, to: 2030, volume: later * yearly}"))
    with pytest.raises(LCAError, match="'elapsed' stands for the years since the first one: rename the parameter"):
        small(
            ("  yearly: {value", "  elapsed: {value: 1, low: 0, high: 2, source: assumption}\n  yearly: {value"),
            ahead("{from: 2025, to: 2030, volume: yearly}"),
        )


def test_a_year_beyond_what_is_allowed_is_named(small: Small, background: Background) -> None:
    text = '{from: 2025, to: 2030, volume: yearly, set: {robot_in_use.power: "robot_in_use.power * 5 ** elapsed"}}'
    with pytest.raises(LCAError, match=r"'robot_in_use.power' is 1250 W/robot in scenario 'base 2027'; allowed is 0 W/robot to 1000 W/robot"):
        of(small, background, text)


def test_a_study_without_years_says_so(small: Small, background: Background) -> None:
    with pytest.raises(LCAError, match="looks no years ahead"):
        foresee(compute(small(), background))


def test_what_is_shown_and_written(small: Small, background: Background, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Quality falls below the least (80 %) in the third year, which every view says."""
    found = of(small, background, '{from: 2025, to: 2027, volume: yearly, set: {yearly: "yearly * 1.1 ** elapsed", care: "care - 0.03 * elapsed"}}')
    assert [label for label, _ in yearly(found, "en")[MACHINE][1]] == ["2025", "2026", "2027 *"]
    assert any("By machine is below the least quality of 80 % in 2027." in each for each in notes(found, "en"))
    assert any("« care »" in each for each in notes(found, "fr")) is False
    assert len(heads(found, "fr")) == 2 * len(found.rows.headline) == len(yearly(found, "fr")[0][1][0][1])
    assert together(found, "en")[HAND][1][-2][1][0] == "121 %" and together(found, "en")[HAND][1][-1][1][0] == "100 %"
    for lang in ("en", "fr"):
        show_years(found, lang)
        assert max(map(len, capsys.readouterr().out.splitlines())) <= 100
        assert over_years(found, found.rows.headline[0], lang).count("<path") == 8
    data = json.loads(write_years(found, tmp_path / "years.json", "en").read_text(encoding="utf-8"))
    hand = data["alternatives"]["hand"]
    assert sum(each["absolute"]["climate_change"] for each in hand["years"]) == pytest.approx(hand["cumulated"]["climate_change"])
    assert hand["as_first_year"]["climate_change"] + hand["other_changes"]["climate_change"] + hand["growth"]["climate_change"] == pytest.approx(hand["cumulated"]["climate_change"])  # fmt: skip
    rows = list(csv.DictReader(write_years(found, tmp_path / "years.csv", "en").open(encoding="utf-8")))
    assert len(rows) == 2 * 3 * 2 and rows[-1]["comparable"] == "False"
