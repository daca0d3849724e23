"""What `lca show` tells of a parameter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lca.background import Background
from lca.description import describe
from lca.study import Study

Small = Callable[..., Study]
SPREAD = ("power: {value: 50 W/robot, low: 40, high: 60, source: assumption,",
          "power: {value: 50 W/robot, low: 40, high: 60, distribution: normal, together: drives, correlated: {lifetime: -0.5}, source: assumption, "
          "find_en: a plug-in meter, find_fr: un wattmètre de prise,")  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", {"Distribution": "normal", "Drawn together with": "drives", "Correlated with": "lifetime (-0.500)", "How to find it": "a plug-in meter"}),
        ("fr", {"Distribution": "normal", "Tirée avec": "drives", "Corrélée avec": "lifetime (-0,500)", "Comment la trouver": "un wattmètre de prise"}),
    ],
)
def test_how_a_value_spreads_and_is_found(small: Small, background: Background, lang: str, expected: dict[str, str]) -> None:
    facts = dict(describe("robot_in_use.power", small(SPREAD), background, lang))
    assert facts.items() >= expected.items()
    plain = dict(describe("robot_in_use.lifetime", small(SPREAD), background, lang))
    assert not expected.keys() & plain.keys()
