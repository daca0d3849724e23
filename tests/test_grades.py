"""Grades come from counted comparisons, never from a word typed in; the list is read once and checked row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lca import grades as module
from lca.background import Background
from lca.errors import Faults, LCAError
from lca.grades import COLUMNS, MOST, NEAR, Comparison, grades, letter, main_rows, read_comparisons, scores_of, shares_by_source
from lca.sources import read_sources

HEAD = ",".join(COLUMNS)


def compared(*factors: float, independent: bool = True, source: str = "") -> list[Comparison]:
    """Comparisons of as many sources, unless one is given."""
    return [Comparison("steel", "climate", 1.0, 1.0, "kg", source or f"s{n}", factor, independent) for n, factor in enumerate(factors)]


@pytest.mark.parametrize(
    ("factors", "wanted"),
    [((1.0, 1.5, 1.2), "A"), ((1.0, 1.5, 1.2, 9.0), "A"), ((1.5, 1.1, 1.51), "B"), ((1.4,), "C"), ((2.9, 9.0), "C"), ((3.0,), "C"), ((3.1,), "D"), ((), "D")],
)
def test_grade_by_count(factors: tuple[float, ...], wanted: str) -> None:
    assert letter(compared(*factors)) == wanted


def test_a_value_that_our_rows_rest_on_is_no_evidence() -> None:
    assert letter(compared(1.0, 1.0, 1.0, independent=False)) == "D"


def test_of_a_source_the_worst_value_counts() -> None:
    assert letter(compared(1.0, 1.0, 1.0, source="one")) == "C"
    assert letter(compared(1.0, 9.0, source="one")) == "D"
    assert letter(compared(9.0, 1.0, source="one")) == "D"


def test_a_range_that_anything_fits_is_near_at_most() -> None:
    wide = [replace(each, low=1.0, high=NEAR + 0.1) for each in compared(1.0, 1.0, 1.0)]
    assert letter(wide) == "C"
    assert letter([replace(each, high=NEAR) for each in wide]) == "A"


def test_a_value_beside_a_small_part_of_a_score_does_not_count() -> None:
    assert letter([replace(each, weight=0.66) for each in compared(1.0)]) == "D"
    assert letter([replace(each, weight=0.67) for each in compared(1.0)]) == "C"


# The shipped list


def found(background: Background, product: str, indicator: str, source: str) -> Comparison:
    return next(each for each in grades(background).comparisons if (each.product, each.indicator, each.source) == (product, indicator, source))


def test_shipped_comparisons_by_hand(background: Background) -> None:
    """Gold: 12 500 (2008) and 18 000 (2012) published, about 34 000 here: two within a factor 3, none within 1.5."""
    ours = scores_of(background, "climate_change")["gold_primary"]
    one = found(background, "gold_primary", "climate_change", "nuss_eckelman_2014")
    assert one.factor == pytest.approx(ours / 12500)
    assert one.independent
    assert found(background, "gold_primary", "climate_change", "norgate_haque_2012").factor == pytest.approx(ours / 18000)
    assert grades(background).of("gold_primary", "climate_change") == "C"
    assert grades(background).of("gold_primary", "adp_elements") == "D"


def test_energy_calculated_back_from_a_value_is_not_confirmed_by_it(background: Background) -> None:
    """All energy of these metals comes from the published total; that of gold and cobalt does not."""
    for product in ("gallium", "tungsten", "platinum_primary", "neodymium", "nickel"):
        assert shares_by_source(background, "primary_energy")[product, "nuss_eckelman_2014"] > 0.5
        assert not found(background, product, "primary_energy", "nuss_eckelman_2014").independent
    assert found(background, "cobalt", "primary_energy", "nuss_eckelman_2014").independent


def test_the_same_shares_are_no_evidence(background: Background) -> None:
    same = [each for each in grades(background).comparisons if each.source == "ember_owid_2024"]
    assert len(same) > 200
    assert not any(each.independent for each in same)


def test_every_same_as_bites(background: Background) -> None:
    """A value that is said to be the same as a source of ours lies beside rows of that source."""
    macknick = [each for each in grades(background).comparisons if each.source == "macknick_2012"]
    assert len(macknick) == 4
    assert not any(each.independent for each in macknick)


def test_a_value_counts_for_other_deliveries_of_the_same_mix(background: Background) -> None:
    """National inventories stand beside the mix: they count for what its grid delivers, and what stands beside low voltage counts for medium."""
    known = grades(background)
    for level in ("mix", "hv", "mv", "lv"):
        sources = {each.source for each in known.evidence[f"electricity_{level}_DEU", "climate_change"] if each.independent}
        assert {"uba_2024", "iinas_2023", "scarlat_2022"} <= sources
    assert known.of("electricity_mv_DEU", "climate_change") == "A"
    assert not {each.product for each in known.evidence["electricity_mv_DEU", "climate_change"]} & {"electricity_mix_FRA", "electricity_lv_FRA"}


def test_no_value_counts_for_a_mixture(background: Background) -> None:
    """What makes less than four fifths of a product says nothing about it."""
    rows = main_rows(background, "climate_change")
    row, share = rows["electricity_mix_FRA"]
    assert share < MOST
    assert row.input not in {each.product for each in grades(background).evidence["electricity_mix_FRA", "climate_change"]}


def test_the_list_is_read_once_per_process(background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    first = grades(background)
    monkeypatch.setattr(module, "read_csv", lambda *_: pytest.fail("read again"))
    assert grades(background) is first


def test_grades_follow_the_value_choices(background: Background) -> None:
    """With all evaporation charged to power, American electricity comes nearer to the value that does so too."""
    gross = background.with_choices({"reservoirs": "gross"})
    near, far = (next(each for each in grades(each_one).comparisons if each.source == "lbnl_2016") for each_one in (gross, background))
    assert near.ours > far.ours
    assert near.factor < far.factor


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("steal_low_alloyed,climate_change,1,1,kg CO2-eq/kg,2020,uba_2024,p. 1,", "no product 'steal_low_alloyed'. Did you mean 'steel_low_alloyed'"),
        ("steel_low_alloyed,climate,1,1,kg CO2-eq/kg,2020,uba_2024,p. 1,", "no indicator 'climate'"),
        ("steel_low_alloyed,climate_change,1,1,g CO2-eq/kg,2020,uba_2024,p. 1,", "is in 'g CO2-eq/kg', but ours in 'kg CO2-eq/kg'"),
        ("steel_low_alloyed,climate_change,2,1,kg CO2-eq/kg,2020,uba_2024,p. 1,", "above zero and in order"),
        ("steel_low_alloyed,climate_change,0,1,kg CO2-eq/kg,2020,uba_2024,p. 1,", "above zero and in order"),
        ("steel_low_alloyed,climate_change,nan,1,kg CO2-eq/kg,2020,uba_2024,p. 1,", "above zero and in order"),
        ("steel_low_alloyed,climate_change,one,1,kg CO2-eq/kg,2020,uba_2024,p. 1,", "must be numbers"),
        ("steel_low_alloyed,climate_change,1,1,kg CO2-eq/kg,2020,uba_2042,p. 1,", "unknown source 'uba_2042'"),
        ("steel_low_alloyed,climate_change,1,1,kg CO2-eq/kg,2020,,p. 1,", "has no source"),
    ],
)
def test_a_wrong_row_is_a_fault_with_its_place(row: str, wanted: str, background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "published_mine.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    monkeypatch.setattr(module, "shipped", lambda folder: tmp_path)
    with pytest.raises(LCAError) as fault:
        read_comparisons(background, read_sources(Faults()))
    assert wanted in str(fault.value)
    assert "published_mine.csv:2" in str(fault.value)


@pytest.mark.parametrize(("extra", "wanted"), [("part,same_as\n{},grit,", "no part 'grit'"), ("part,same_as\n{},,embers_2024", "unknown source 'embers_2024'")])
def test_optional_columns_are_checked(extra: str, wanted: str, background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "steel_low_alloyed,climate_change,1,1,kg CO2-eq/kg,2020,uba_2024,p. 1,"
    (tmp_path / "published.csv").write_text(f"{HEAD},{extra.format(row)}\n", encoding="utf-8")
    monkeypatch.setattr(module, "shipped", lambda folder: tmp_path)
    with pytest.raises(LCAError, match=wanted):
        read_comparisons(background, read_sources(Faults()))


def test_a_score_of_nothing_is_infinitely_far(background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "published.csv").write_text(f"{HEAD}\nelectricity_waste_GLO,climate_change,1,1,kg CO2-eq/kWh,2020,uba_2024,p. 1,\n", encoding="utf-8")
    monkeypatch.setattr(module, "shipped", lambda folder: tmp_path)
    (one,) = read_comparisons(background, read_sources(Faults()))
    assert one.factor == float("inf")
    assert letter([one]) == "D"


def test_a_value_for_a_part_stands_beside_that_part(background: Background) -> None:
    one = found(background, "electricity_mix_USA", "climate_change", "egrid_2023")
    place = list(background.products).index("electricity_mix_USA")
    assert one.ours == pytest.approx(background.unit[place, 1, background.positions(["climate_change"])[0]])
    assert one.weight == pytest.approx(one.ours / scores_of(background, "climate_change")["electricity_mix_USA"])
