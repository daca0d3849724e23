"""At which value of a parameter two alternatives meet, per indicator, and where one falls below the least quality."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, product
from typing import Any

import numpy as np

from lca.arithmetic import plain
from lca.crossings import Change, changes, scan, signs
from lca.draws import Foreground, Part, whole_number
from lca.errors import DataError, LCAError, Message
from lca.expressions import Array
from lca.influence import fixed_values, row_of, set_names, totals_of
from lca.parameters import Parameter
from lca.results import Results
from lca.rows import Values, amounts_of, compute

POINTS, WIDE = 200, 20.0  # points of the scan; the ratio of high to low from which they stand in equal ratios
BLOCK = 500  # rows that are computed at once

Contender = tuple[int, int]  # an alternative in a row (a scenario)
Range = tuple[float, float]
MOST, DRAWN_POINTS, DRAWN_ROWS = 200, 40, 2000  # draws; points of the scan in each, and rows that are computed at once
PERCENTILES = (2.5, 50.0, 97.5)


@dataclass(frozen=True)
class Meeting:
    """Two contenders in one indicator: what changes between low and high, and who is lower at the beginning
    (-1 the first, 1 the second, 0 neither; none where there is no value at all); `closest` is the least difference of the
    scan, in parts of the larger of the two."""

    first: Contender
    second: Contender
    indicator: int
    changes: tuple[Change, ...]
    begins: int | None
    closest: float


@dataclass(frozen=True)
class Spread:
    """Percentiles of the first value at which the lower one changes, over the draws in which it does; `none` is the part of the
    draws with a result in which it never does, `lost` the part of all draws without a result."""

    places: Array
    none: float
    lost: float


@dataclass(frozen=True)
class BreakEven:
    """Values are in base units; `below` names where each contender misses the least quality, `missing` where there is no
    result (as far as the scan tells), `unmet` which demands of the inventories do not hold there; `values` is what the
    parameter is in each row, and `set_in` the rows whose scenario sets it: it moves all the same."""

    results: Results
    parameter: Parameter
    name: str
    rows: tuple[int, ...]
    low: float
    high: float
    reaches: bool
    meetings: tuple[Meeting, ...]
    below: dict[Contender, tuple[Range, ...]]
    missing: tuple[Range, ...]
    unmet: tuple[Message, ...]
    values: dict[int, float]
    set_in: tuple[int, ...]
    draws: int = 0
    spreads: tuple[Spread, ...] = ()  # of each meeting over the draws, where they were asked for

    def shown(self, value: float) -> float:
        """A value in the unit of the parameter."""
        return value / self.parameter.unit.factor

    def as_dictionary(self) -> dict[str, Any]:
        """All of it in plain words and numbers, values in the unit of the parameter."""
        lower = {-1: "first", 0: "neither", 1: "second", None: "no value"}

        def ranges(found: tuple[Range, ...]) -> list[list[float]]:
            return [[self.shown(each) for each in ends] for ends in found]

        meetings = [{
            "indicator": self.results.indicators[each.indicator].key, "first": self._named(each.first), "second": self._named(each.second),
            "lower_at_low": lower[each.begins], "closest": each.closest if np.isfinite(each.closest) else None,
            "changes": [{"kind": change.kind, "from": self.shown(change.start), "to": self.shown(change.end),
                         "lower_before": lower[change.before], "lower_after": lower[change.after]} for change in each.changes],
            **self._spread(number),
        } for number, each in enumerate(self.meetings)]  # fmt: skip
        return {
            "study": self.results.study.key, "parameter": self.name, "unit": self.parameter.unit.text,
            "value": {self.results.scenarios[row]: self.shown(value) for row, value in self.values.items()},
            "low": self.shown(self.low), "high": self.shown(self.high), "reaches_the_results": self.reaches, "meetings": meetings,
            "below_least_quality": [{**self._named(contender), "ranges": ranges(found)} for contender, found in self.below.items() if found],
            "no_result": ranges(self.missing), "demands_not_met": [each.en for each in self.unmet],
        }  # fmt: skip

    def _spread(self, number: int) -> dict[str, Any]:
        if not self.spreads:
            return {}
        found = self.spreads[number]
        places = {f"p{share:g}": plain(self.shown(float(place))) for share, place in zip(PERCENTILES, found.places, strict=True)}
        return {"drawn": {"draws": self.draws, **places, "no_change": plain(found.none), "no_result": found.lost}}

    def _named(self, contender: Contender) -> dict[str, str]:
        return {"alternative": list(self.results.study.alternatives)[contender[0]], "scenario": self.results.scenarios[contender[1]]}


def break_even(results: Results, name: str, low: str = "", high: str = "", scenario: str = "", against: str = "", points: int = POINTS,
               draws: int | None = None, seed: int = 1) -> BreakEven:  # fmt: skip
    """Every pair of alternatives in a scenario (the first if left out) over the range of a parameter, or from `low` to `high`;
    with a scenario `against` it, each alternative in the one and in the other instead. With `draws`, how far each point spreads."""
    rows = tuple(row_of(results, each) for each in ([scenario, against] if against else [scenario]))
    full, parameter = find_parameter(results, name)
    ends = range_of(results, name, parameter, low, high)
    count = len(results.study.alternatives)
    pairs = [((a, rows[0]), (a, rows[1])) for a in range(count)] if against else [((a, rows[0]), (b, rows[0])) for a, b in combinations(range(count), 2)]
    values = {row: float(results.values[full][row]) if full in results.values else parameter.value for row in rows}  # as written where nothing reads it
    set_in = tuple(row for row in rows if full in set_names(results, row))
    if not reaches(results, full):
        return BreakEven(results, parameter, full, rows, *ends, False, (), {}, (), (), values, set_in)
    grid = scan(*ends, points, WIDE)
    function = partial(_compared, results, full, rows, pairs)
    found = function(grid)
    by_column = changes(function, grid, found)
    keys, contenders = list(product(pairs, results.headline)), list(product(range(count), rows))
    meetings = tuple(_meeting(*pair, i, by_column[n], found[:, n]) for n, (pair, i) in enumerate(keys))
    below = {each: _negative(grid, found[:, len(keys) + n], by_column[len(keys) + n]) for n, each in enumerate(contenders)}
    missing = _runs(grid, np.isnan(found[:, : len(keys)]).any(axis=1))
    whole = BreakEven(results, parameter, full, rows, *ends, True, meetings, below, missing, _unmet(results, full, rows, grid), values, set_in)
    return whole if draws is None else with_draws(whole, draws, seed)


def with_draws(found: BreakEven, draws: int | str, seed: int | str = 1) -> BreakEven:
    """The same with what all other values that are drawn make of its points."""
    draws, seed = whole_number("the number of draws", draws, 2), whole_number("the seed", seed, 0)
    if draws > MOST:
        raise DataError(f"{draws} draws of a break-even point: allowed are 2 to {MOST}")
    pairs = [(each.first, each.second, each.indicator) for each in found.meetings]
    return replace(found, draws=draws, spreads=tuple(spreads(found.results, found.name, (found.low, found.high), pairs, draws, seed)))


def _meeting(first: Contender, second: Contender, indicator: int, found: list[Change], differences: Array) -> Meeting:
    finite = differences[np.isfinite(differences)]
    begins = int(signs(finite)[0]) if len(finite) else None
    return Meeting(first, second, indicator, tuple(found), begins, float(np.abs(finite).min()) if len(finite) else float("nan"))


def find_parameter(results: Results, name: str) -> tuple[str, Parameter]:
    """The full name and the parameter behind a name, which must be a number."""
    scopes = results.study.scopes
    full = scopes.study_name(name)
    parameter = scopes.variables[full].parameter
    if parameter.choices:
        raise DataError(f"'{name}' is a choice between {', '.join(parameter.choices)}, not a number: there is nothing between its values to meet at")
    return full, parameter


def range_of(results: Results, name: str, parameter: Parameter, low: str, high: str) -> Range:
    """From where to where to look: as asked, else the range of the parameter."""
    ends = []
    for word, text, own in (("low", low, parameter.low), ("high", high, parameter.high)):
        try:
            found = results.study.units.bound(text, parameter.unit) if text else own
        except LCAError as error:
            raise type(error)(f"{word} '{text}' of '{name}': {error}") from None
        if found is None:
            raise DataError(f"'{name}' has no range of its own: say from which low to which high to look")
        ends.append(found)

    def shown(value: float) -> str:
        return f"{value / parameter.unit.factor:g} {parameter.unit.text}".strip()

    if not ends[0] < ends[1]:
        raise DataError(f"'{name}': low {shown(ends[0])} must be less than high {shown(ends[1])}")
    limits = parameter.allowed
    if limits and not limits[0] <= ends[0] < ends[1] <= limits[1]:
        raise DataError(f"'{name}' from {shown(ends[0])} to {shown(ends[1])}: allowed is {shown(limits[0])} to {shown(limits[1])}")
    return ends[0], ends[1]


def reaches(results: Results, name: str) -> bool:
    study = results.study
    used = study.model.used(each.quality for each in study.alternatives.values())
    return name in used or any(name in study.model.variables[each].origins for each in used)


def _compared(results: Results, name: str, rows: tuple[int, ...], pairs: list[tuple[Contender, Contender]], points: Array) -> Array:
    """Relative differences of the pairs in the headline indicators, then by how much of the least quality each contender exceeds it."""
    blocks = []
    for start in range(0, len(points), BLOCK):
        given = [totals_along(results, name, row, points[start : start + BLOCK]) for row in rows]
        totals, quality = dict(zip(rows, (each[0] for each in given), strict=True)), [each[1] for each in given]
        columns = [_relative(totals[a[1]][a[0], :, i], totals[b[1]][b[0], :, i]) for (a, b), i in product(pairs, results.headline)]
        least = results.study.functional_unit.at_least or 1.0
        columns += [found[a] / least - (1 - 1e-9) for a in range(len(results.study.alternatives)) for found in quality]
        blocks.append(np.stack(columns, axis=1))
    return np.concatenate(blocks)


def totals_along(results: Results, name: str, row: int, points: Array, drawn: Values | None = None) -> tuple[Array, Array]:
    """Totals and qualities of one row with other values of one parameter, which moves even where the scenario sets it; others may be drawn."""
    given = {**(drawn or {}), **fixed_values(results, row), name: points}
    return totals_of(results.study, results.background, compute(results.study.model.variables, given), len(points))


def _relative(first: Array, second: Array) -> Array:
    """The difference in parts of the larger of the two."""
    largest = np.maximum(np.abs(first), np.abs(second))
    return np.asarray((first - second) / np.where(largest == 0, 1.0, largest))


def _runs(points: Array, picked: Any) -> tuple[Range, ...]:
    """Where neighbouring points are picked: first and last of each run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], picked.astype(int), [0]])))
    return tuple((float(points[start]), float(points[end - 1])) for start, end in zip(edges[::2], edges[1::2], strict=True))


def _negative(points: Array, values: Array, found: list[Change]) -> tuple[Range, ...]:
    """Where a function is below zero, its ends as exact as the changes between."""
    begun = float(points[0]) if values[0] < 0 else None
    ranges = []
    for each in found:
        if each.after < 0 and begun is None:
            begun = each.end
        elif each.before < 0 <= each.after and begun is not None:
            ranges.append((begun, each.start))
            begun = None
    return tuple(ranges) if begun is None else (*ranges, (begun, float(points[-1])))


def _unmet(results: Results, name: str, rows: tuple[int, ...], points: Array) -> tuple[Message, ...]:
    """The demands of the inventories that do not hold everywhere between the ends."""
    study, found = results.study, []
    for row in rows:
        values = compute(study.model.variables, {**fixed_values(results, row), name: points})
        for each in study.model.requirements:
            if (np.nan_to_num(amounts_of([each.formula], values, len(points))) == 0).any():
                found.append(Message(each.requirement.message_en, each.requirement.message_fr, (study.model.nodes[each.node].process.key,)))
    return tuple(dict.fromkeys(found))


def spreads(results: Results, name: str, ends: Range, pairs: Sequence[tuple[Contender, Contender, int]], n: int, seed: int) -> list[Spread]:
    """Parameters are drawn as in a run of draws; the background and what a scenario sets stay as they are."""
    points, rows = scan(*ends, DRAWN_POINTS, WIDE), sorted({row for first, second, _ in pairs for _, row in (first, second)})
    drawn, step = Foreground(results.study).draw(Part(seed, 0, 0, n)), DRAWN_ROWS // DRAWN_POINTS
    blocks = []
    for start in range(0, n, step):
        part = {key: np.repeat(values[start : start + step], len(points)) for key, values in drawn.items()}
        count = min(step, n - start)
        totals = {row: totals_along(results, name, row, np.tile(points, count), part)[0] for row in rows}
        blocks.append(np.stack([totals[a[1]][a[0], :, i] - totals[b[1]][b[0], :, i] for a, b, i in pairs], axis=-1).reshape(count, len(points), -1))
    return [_spread(each, points) for each in np.moveaxis(np.concatenate(blocks), -1, 0)]


def _spread(differences: Array, points: Array) -> Spread:
    """Of one function (draw x point): a line is drawn between the points on both sides of the first change of sign."""
    known = np.isfinite(differences).all(axis=1)
    found = differences[known]
    size = np.abs(found).max(axis=1, initial=0.0, keepdims=True)
    sign = signs(np.divide(found, size, out=np.zeros_like(found), where=size > 0))
    turned = (sign[:, 1:] * sign[:, :-1] < 0) | ((sign[:, 1:] == 0) & (sign[:, :-1] != 0))
    draw = np.flatnonzero(turned.any(axis=1))
    at = turned[draw].argmax(axis=1)
    before, after = found[draw, at], found[draw, at + 1]
    places = points[at] + (points[at + 1] - points[at]) * before / (before - after)
    percentiles = np.percentile(places, PERCENTILES) if len(places) else np.full(len(PERCENTILES), np.nan)
    return Spread(percentiles, 1 - len(draw) / len(found) if len(found) else np.nan, 1 - float(known.mean()))
