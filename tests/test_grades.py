"""Grades come from counted comparisons, never from a word typed in."""

import pytest

from lca.background import Background
from lca.errors import Faults
from lca.grades import Comparison, grade, read_comparisons
from lca.sources import read_sources


def compared(*factors: float, independent: bool = True) -> list[Comparison]:
    return [Comparison("steel", "climate", 1.0, 1.0, "kg", "x", factor, independent) for factor in factors]


@pytest.mark.parametrize(
    ("factors", "wanted"),
    [((1.0, 1.5, 1.2), "A"), ((1.0, 1.5, 1.2, 9.0), "A"), ((1.5, 1.1, 1.51), "B"), ((1.4,), "C"), ((2.9, 9.0), "C"), ((3.1,), "D"), ((), "D")],
)
def test_grade_by_count(factors: tuple[float, ...], wanted: str) -> None:
    assert grade(compared(*factors), "steel", "climate") == wanted


def test_a_value_that_our_rows_rest_on_is_no_evidence() -> None:
    assert grade(compared(1.0, 1.0, 1.0, independent=False), "steel", "climate") == "D"


def test_shipped_comparisons(background: Background) -> None:
    found = {(each.product, each.high): each for each in read_comparisons(background, read_sources(Faults()))}
    ours = background.unit[list(background.products).index("gold_primary")].sum(axis=0)[list(background.indicators).index("climate_change")]
    assert found["gold_primary", 12500].factor == pytest.approx(ours / 12500)
    assert found["gold_primary", 12500].independent
    assert grade(list(found.values()), "gold_primary", "climate_change") == "C"
    assert grade(list(found.values()), "gold_primary", "adp_elements") == "D"
