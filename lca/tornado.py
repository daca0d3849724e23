"""The values that move a total, or the difference of two totals, most: each alone from its low to its high."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from lca.arithmetic import plain
from lca.errors import DataError, UnknownName, nearest
from lca.expressions import Array
from lca.influence import Steps, row_of, step
from lca.results import Results

MOST = 10


@dataclass(frozen=True)
class Bar:
    """A value and what it comes to at its low and at its high; nan where a demand of an inventory does not hold there."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Tornado:
    """Of an alternative (or of the first less the second) in one indicator, in its own unit: as it is, and the values that move it, widest first."""

    first: int
    second: int | None
    indicator: int
    base: float
    bars: tuple[Bar, ...]

    def turns(self, bar: Bar) -> bool:
        """Whether the value alone turns the order of the two."""
        return self.second is not None and min(bar.low * self.base, bar.high * self.base) < 0


def tornados(results: Results, scenario: str = "", most: int = MOST, indicators: Sequence[str] = (), steps: Steps | None = None) -> list[Tornado]:
    """Per headline indicator (or per one of `indicators`) one for every alternative, then one for the difference of every pair,
    in a scenario (the first if left out); `steps` are those of that scenario, where they are known."""
    known = results.study.indicators
    for each in indicators:
        if each not in known:
            raise UnknownName(f"there is no indicator '{each}' in the study. {nearest(each, known)}")
    if most < 1:
        raise DataError(f"a tornado of {most} values: allowed is 1 and more")
    steps = steps or step(results, row_of(results, scenario))
    count, found = len(results.study.alternatives), []
    sides: list[tuple[int, int | None]] = [*((a, None) for a in range(count)), *combinations(range(count), 2)]
    for i in [known.index(each) for each in indicators] or results.headline:
        for first, second in sides:
            base, low, high = (each[..., first, i] - (0.0 if second is None else each[..., second, i]) for each in (steps.base, steps.low, steps.high))
            found.append(Tornado(first, second, i, float(base), _widest(steps.names, float(base), low, high, most)))
    return found


def _widest(names: tuple[str, ...], base: float, low: Array, high: Array, most: int) -> tuple[Bar, ...]:
    """Bars by how far they reach, the middle included; those that move nothing (beyond rounding) are left out."""
    three = np.stack([low, np.full_like(low, base), high])
    with np.errstate(all="ignore"):
        swing = np.nan_to_num(np.fmax.reduce(three) - np.fmin.reduce(three))
    order = np.argsort(-swing, kind="stable")[:most]
    least = 1e-12 * max(abs(base), float(np.nanmax(np.abs(three), initial=0.0)))
    return tuple(Bar(names[n], float(low[n]), float(high[n])) for n in order if swing[n] > least)


def as_dictionary(results: Results, found: list[Tornado], scenario: str = "") -> dict[str, Any]:
    """All of it in plain words and numbers: values in the unit of their parameter, totals in the indicator's own."""
    names, variables = list(results.study.alternatives), results.study.model.variables

    def bar(each: Bar, whole: Tornado) -> dict[str, Any]:
        parameter = variables[each.name].parameter
        ends = {end: (getattr(parameter, end) or 0.0) / parameter.unit.factor for end in ("low", "high")}
        return {"parameter": each.name, "unit": parameter.unit.text, **ends, "at_low": plain(each.low), "at_high": plain(each.high),
                "turns_the_order": whole.turns(each)}  # fmt: skip

    bars = [{"indicator": results.indicators[each.indicator].key, "unit": results.indicators[each.indicator].unit, "alternative": names[each.first],
             "less": None if each.second is None else names[each.second], "base": plain(each.base), "bars": [bar(one, each) for one in each.bars]}
            for each in found]  # fmt: skip
    return {"study": results.study.key, "scenario": results.scenarios[row_of(results, scenario)], "tornados": bars}
