"""Where functions of one variable change sign: a scan of all at once, then every bracket cut again and again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from lca.arithmetic import Array

EQUAL = 1e-12  # a relative difference up to this is none
EXACT = 1e-9  # how narrow a bracket becomes, relative to where it stands
JUMP = 1e-6  # what changes by more than this within such a bracket does so at a step
POINT = 1e-4  # a stretch of equality that is shorter than this, relative to its place or the range, is a point
CUTS, SEARCHES, MANY = 16, 8, 1000  # points within a bracket; passes after a dip; brackets beyond which none is cut further

Function = Callable[[Array], Array]  # points -> relative differences (point x function), nan where there are none
Bracket = tuple[int, float, float, float, float]  # function, left end and the difference there, right end and the difference there


@dataclass(frozen=True)
class Change:
    """A crossing, a step across zero, a touch (`start` is `end`) or a stretch of equality; `before` and `after` are the signs
    on both sides, 0 where the range ends."""

    kind: str
    start: float
    end: float
    before: int
    after: int


def scan(low: float, high: float, count: int, wide: float) -> Array:
    """Points from low to high; in equal ratios where the range is positive and spans more than a factor of `wide`."""
    points = np.geomspace(low, high, count) if low > 0 and high / low > wide else np.linspace(low, high, count)
    points[0], points[-1] = low, high
    return points


def changes(function: Function, points: Array, found: Array) -> list[list[Change]]:
    """Per function, in their order, what happens between the points at which `found` was found (point x function).

    Two changes of sign between neighbouring points are found only where the difference dips towards zero there."""
    columns = [(number, points, found[:, number]) for number in range(found.shape[1])]
    dips = [each for column in columns for each in _dips(*column)]
    brackets = [each for column in columns for each in _brackets(*column)] + _search(function, dips)
    done = _narrow(function, brackets, float(np.ptp(points)))
    return [_told(sorted(each[1:] for each in done if each[0] == number), points, values) for number, _, values in columns]


def signs(differences: Array) -> Array:
    return np.where(np.abs(differences) <= EQUAL, 0.0, np.sign(differences))


def _brackets(number: int, points: Array, values: Array) -> list[Bracket]:
    """Neighbouring points between which the sign changes."""
    sign = signs(values)
    picked = np.flatnonzero((sign[1:] != sign[:-1]) & np.isfinite(sign[1:]) & np.isfinite(sign[:-1]))
    return [(number, float(points[i]), float(values[i]), float(points[i + 1]), float(values[i + 1])) for i in picked]


def _dips(number: int, points: Array, values: Array) -> list[Bracket]:
    """Around points of one sign that lie nearer to zero than their neighbours, and so near that it may be reached beside them."""
    sign, size = signs(values), np.abs(values)
    with np.errstate(invalid="ignore"):
        change = np.abs(np.diff(values))
        lowest = (size[1:-1] <= size[:-2]) & (size[1:-1] <= size[2:]) & (size[1:-1] < np.fmax(change[:-1], change[1:]))
    same = (sign[1:-1] == sign[:-2]) & (sign[1:-1] == sign[2:]) & (sign[1:-1] != 0)
    return [(number, float(points[i]), float(values[i]), float(points[i + 2]), float(values[i + 2])) for i in np.flatnonzero(lowest & same)]


def _cut(function: Function, brackets: list[Bracket]) -> Iterator[tuple[int, Array, Array]]:
    """The points of each bracket, its ends included, and the differences there."""
    points = np.array([np.linspace(left, right, CUTS + 2) for _, left, _, right, _ in brackets])
    inner = function(points[:, 1:-1].ravel()).reshape(len(brackets), CUTS, -1)
    for place, (number, _, first, _, last) in enumerate(brackets):
        yield number, points[place], np.concatenate([[first], inner[place, :, number], [last]])


def _search(function: Function, dips: list[Bracket]) -> list[Bracket]:
    """Brackets where a dip reaches zero."""
    found: list[Bracket] = []
    for _ in range(SEARCHES):
        if not dips or len(dips) > MANY:
            break
        waiting, dips = dips, []
        for column in _cut(function, waiting):
            reached = _brackets(*column)
            found += reached
            dips += [] if reached else _dips(*column)
    return found


def _narrow(function: Function, brackets: list[Bracket], span: float) -> list[Bracket]:
    """Every bracket cut until it is narrow; one that holds several changes becomes several."""
    done: list[Bracket] = []
    while brackets:
        wide = [each for each in brackets if each[3] - each[1] > max(EXACT * max(abs(each[1]), abs(each[3])), EQUAL * span)]
        done += [each for each in brackets if each not in wide]
        if len(wide) > MANY:
            return [*done, *wide]
        brackets = [each for column in _cut(function, wide) for each in _brackets(*column)] if wide else []
    return done


def _told(brackets: list[tuple[float, float, float, float]], points: Array, values: Array) -> list[Change]:
    """What the narrow brackets of one function amount to, from left to right."""
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return []
    found: list[Change] = []
    begun = (float(points[finite[0]]), 0) if signs(values)[finite[0]] == 0 else None
    for left, first, right, last in brackets:
        before, after = (int(each) for each in signs(np.array([first, last])))
        if before and after:
            is_step = abs(last - first) > JUMP
            place = left - first * (right - left) / (last - first)
            found.append(Change("step", left, right, before, after) if is_step else Change("crossing", place, place, before, after))
        elif before:
            begun = (right, before)
        elif begun:
            found.append(_stretch(*begun, left, after, float(np.ptp(points))))
            begun = None
    return [*found, _stretch(*begun, float(points[finite[-1]]), 0, float(np.ptp(points)))] if begun else found


def _stretch(start: float, before: int, end: float, after: int, span: float) -> Change:
    """Equality from start to end, or the point that it amounts to."""
    if end - start > POINT * max(abs(start), abs(end), span):
        return Change("equal", start, end, before, after)
    place = start if before == 0 else end if after == 0 else (start + end) / 2
    return Change("crossing" if before * after < 0 else "touch", place, place, before, after)
