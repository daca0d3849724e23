"""Sobol' indices of studies whose variances are known: our wiring to SALib, groups and pools."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pytest

from lca.draws import BackgroundRows
from lca.errors import LCAError
from lca.measure_next import background_variance, targets
from lca.measure_tables import as_dictionary, sobol_rows
from lca.monte import Draws, draw
from lca.results import Results
from lca.sobol import BACKGROUND, OTHERS, Sobol, sobol

SUMS = """
title_en: Sums
title_fr: Sommes
goal_en: To test.
goal_fr: Pour tester.
functional_unit: {text_en: a frame, text_fr: un cadre, amount: 1 frame, quality: {measure_en: whole, measure_fr: entier, at_least: 0}}
alternatives:
  first: {label_en: First, label_fr: Premier, process: first, quality: 1}
  other: {label_en: Other, label_fr: Autre, process: other, quality: 1}
second_order:
  nothing: {label_en: nothing, label_fr: rien, amount: not quantified}
units: [frame]
parameters:
  one: {value: 10 kg/frame, low: 8, high: 12, distribution: uniform, source: assumption, label_en: one, label_fr: un}
  two: {value: 10 kg/frame, low: 7, high: 13, distribution: uniform, source: assumption}
  three: {value: 10 kg/frame, low: 9, high: 11, distribution: uniform, source: assumption}
  half: {value: 1, low: 0.02, high: 1.98, distribution: uniform, source: assumption}
  times: {value: 1, low: 0.02, high: 1.98, distribution: uniform, source: assumption}
processes:
  first: {unit: frame, actor: supplier, stage: manufacturing, needs: {steel_low_alloyed: FORMULA}}
  other: {unit: frame, actor: supplier, stage: manufacturing, needs: {steel_low_alloyed: OTHER}}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [climate_change]
"""


@pytest.fixture
def drawn(calculated: Callable[..., Results]) -> Callable[..., Draws]:
    def read(formula: str, other: str = "40 kg/frame + 0 * one", *changes: tuple[str, str]) -> Draws:
        text = SUMS.replace("FORMULA", formula).replace("OTHER", other.replace("40 kg/frame", "4 * fixed"))
        text = text.replace("parameters:\n", "parameters:\n  fixed: {value: 10 kg/frame, low: 10, high: 10, source: assumption}\n", 1)
        return draw(calculated("sums.yaml", text, *changes), 500)

    return read


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A background that does not move."""
    monkeypatch.setattr(BackgroundRows, "draw", lambda self, part, only="": np.repeat(self.amounts[:, None], part.size, axis=1))


def indices(found: Sobol, target: int = 0) -> dict[tuple[str, ...], tuple[float, float]]:
    return {factor: (float(found.first[target, k]), float(found.total[target, k])) for k, factor in enumerate(found.factors)}


@pytest.mark.usefixtures("still")
def test_a_sum_has_shares_of_its_variances(drawn: Callable[..., Draws]) -> None:
    """Uniform ranges as wide as 4, 6 and 2: variances as 16, 36 and 4, first order and total alike; what the second takes off turns with it."""
    draws = drawn("one + two + three")
    assert targets(draws) == [(0, 0, None), (0, 1, 0)]
    found = sobol(draws, targets(draws), base=1024)
    for target in (0, 1):
        by_name = indices(found, target)
        for name, share in (("one", 16 / 56), ("two", 36 / 56), ("three", 4 / 56)):
            assert by_name[name,] == pytest.approx((share, share), abs=0.03)
        assert by_name[BACKGROUND,] == pytest.approx((0, 0), abs=1e-9)
    assert found.rows == 1024 * (len(found.factors) + 2) and found.lost == 0


@pytest.mark.usefixtures("still")
def test_a_product_has_an_interaction(drawn: Callable[..., Draws]) -> None:
    """Of x y with means of 1 and variances v: first order v / (2 v + v^2), total (v + v^2) / (2 v + v^2)."""
    draws, v = drawn("half * times * fixed"), 1.96**2 / 12
    by_name = indices(sobol(draws, targets(draws), base=2048))
    for name in ("half", "times"):
        assert by_name[name,] == pytest.approx((1 / (2 + v), (1 + v) / (2 + v)), abs=0.04)


@pytest.mark.usefixtures("still")
def test_what_is_not_among_the_most_is_one_group_and_correlated_values_stay_together(drawn: Callable[..., Draws]) -> None:
    draws = drawn("one + two + three", "4 * fixed", ("high: 11, distribution: uniform", "high: 11, distribution: uniform, correlated: {two: 0.9}"))
    found = sobol(draws, targets(draws), most=1, base=1024)
    cluster = next(each for each in found.factors if len(each) > 1)
    assert set(cluster) == {"two", "three"} and (OTHERS,) in found.factors and len(found.factors) == 3
    # the normal scores correlate by 0.9, the uniform values by 6/pi asin(0.45) = 0.891
    both = 36 + 4 + 2 * 0.891 * 6 * 2
    by_name = indices(found)
    assert by_name[cluster] == pytest.approx((both / (both + 16),) * 2, abs=0.07)
    assert by_name[OTHERS,] == pytest.approx((16 / (both + 16),) * 2, abs=0.07)


def test_the_background_is_a_factor(drawn: Callable[..., Draws]) -> None:
    """Where a total is a scale times a score of the background, their shares follow from their relative variances."""
    draws = drawn("half * fixed")
    spread = (draws.totals[:, 1, 0, 0].std() / draws.totals[:, 1, 0, 0].mean()) ** 2  # the second moves with the background alone
    v = 1.96**2 / 12
    by_name = indices(sobol(draws, [(0, 0, None)], base=1024))
    whole = v + spread + v * spread
    assert by_name["half",] == pytest.approx((v / whole, (v + v * spread) / whole), abs=0.05)
    assert by_name[BACKGROUND,] == pytest.approx((spread / whole, (spread + v * spread) / whole), abs=0.03)


@pytest.mark.usefixtures("still")
def test_shown_and_written(drawn: Callable[..., Draws]) -> None:
    draws = drawn("one + two + three")
    found = sobol(draws, targets(draws), base=64)
    (head, rows), (other, _) = sobol_rows(found, "en")
    assert (head, other) == ("total: First", "difference: Other less First")
    assert rows[0][0] == "two [two]" and rows[1][0] == "one [one]" and "\n" in rows[0][1][0] and " ± " in rows[0][1][0]
    plain = as_dictionary(draws, [], background_variance(draws.results), found)["sobol"]
    assert len(plain) == 2 * len(found.factors) and {each["less"] for each in plain} == {None, "first"}


def test_without_the_package_one_error_says_what_to_install(drawn: Callable[..., Draws], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    draws = drawn("one + two")
    with pytest.raises(LCAError, match=r"SALib, which is not installed. Install it with: pip install 'lca-ml\[sensitivity\]'"):
        sobol(draws, targets(draws))
