"""Every combination of the value choices that a study reads: in how many of these worlds the order of two alternatives holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np

from lca.arithmetic import plain
from lca.background import Background
from lca.calculation import choices_read, compute, under_choices
from lca.crossings import signs
from lca.errors import DataError, LCAError, UnknownName, nearest
from lca.expressions import Array
from lca.influence import row_of
from lca.results import Results, may_rank
from lca.study import Study

MOST = 512  # worlds that are run

Options = dict[str, str]


@dataclass(frozen=True)
class World:
    """One combination: totals (alternative x indicator) and qualities, or why there is no result; `changed` is what differs from the study."""

    options: Options
    changed: Options
    totals: Array
    quality: Array
    fault: str = ""


@dataclass(frozen=True)
class Order:
    """Two alternatives in one indicator, the lower of the base first (or as they stand in the study where they are `equal`): in how many
    worlds that holds and in how many of these within the margin of the study, in how many they are not comparable; `flips` are the
    smallest changes that turn the order."""

    first: int
    second: int
    indicator: int
    equal: bool
    held: int
    close: int
    lost: int
    flips: tuple[Options, ...]


@dataclass(frozen=True)
class Grid:
    results: Results
    scenario: str
    choices: dict[str, tuple[str, ...]]  # what was crossed
    fixed: Options
    worlds: tuple[World, ...]
    orders: tuple[Order, ...]

    def as_dictionary(self) -> dict[str, Any]:
        """All of it in plain words and numbers, totals in the indicators' own units."""
        names, indicators = list(self.results.study.alternatives), [each.key for each in self.results.indicators]
        orders = [{
            "indicator": indicators[each.indicator], "lower": names[each.first], "higher": names[each.second], "equal": each.equal,
            "holds_in": each.held, "within_margin": each.close, "not_comparable": each.lost, "worlds": len(self.worlds), "flips_if": list(each.flips),
        } for each in self.orders]  # fmt: skip
        worlds = [{
            "choices": each.options,
            "totals": {name: {indicators[i]: plain(each.totals[a, i]) for i in self.results.headline} for a, name in enumerate(names)},
            "quality": {name: plain(each.quality[a]) for a, name in enumerate(names)},
            "fault": each.fault,
        } for each in self.worlds]  # fmt: skip
        return {"study": self.results.study.key, "scenario": self.scenario, "choices": {key: list(each) for key, each in self.choices.items()},
                "fixed": self.fixed, "orders": orders, "worlds": worlds}  # fmt: skip


def robustness(results: Results, scenario: str = "", fixed: Mapping[str, str] | None = None, progress: Callable[[str], None] = lambda text: None) -> Grid:
    """A scenario (the first if left out) in every world; `fixed` are value choices that keep one option."""
    study, background = results.study, results.background
    scenario = results.scenarios[row_of(results, scenario)]
    fixed = dict(fixed or {})
    for key, option in fixed.items():
        if key not in study.choices.parameters:
            raise UnknownName(f"there is no value choice '{key}'. {nearest(key, study.choices.parameters)}")
        if option not in (known := study.choices.parameters[key].choices):
            raise UnknownName(f"'{key}' cannot be '{option}'. {nearest(option, known)}")
    crossed = {key: options for key, options in choices_read(study, background).items() if key not in fixed}
    _check_size(crossed)
    bare = under_choices(replace(study, scenarios=_line_of(study, scenario)), fixed)
    base = bare.choices.values
    backgrounds: dict[tuple[str, ...], Background] = {}
    worlds = []
    for number, combination in enumerate(product(*crossed.values()), 1):
        progress(f"{number}/{prod(map(len, crossed.values()))}")
        options = dict(zip(crossed, combination, strict=True))
        other = under_choices(bare, options)
        chosen = tuple(other.choices.values[each] for each in background.chosen)
        if chosen not in backgrounds:
            backgrounds[chosen] = background.with_choices(other.choices.values)
        changed = {name: option for name, option in options.items() if option != base[name]}
        worlds.append(_run(other, backgrounds[chosen], scenario, results.about["settings"], options, changed))
    first = next(each for each in worlds if not each.changed)
    pairs = combinations(range(len(study.alternatives)), 2)
    orders = [_order(results, worlds, first, pair, i) for pair in pairs if _may_compare(study, first, pair) for i in results.headline]
    return Grid(results, scenario, crossed, fixed, tuple(worlds), tuple(orders))


def _check_size(crossed: dict[str, tuple[str, ...]]) -> None:
    count = prod(map(len, crossed.values()))
    if count > MOST:
        sizes = sorted(crossed.items(), key=lambda each: -len(each[1]))
        shown = ", ".join(f"{key} ({len(options)})" for key, options in sizes)
        key, options = sizes[0]
        left = f"with one option of '{key}', {count // len(options)} worlds remain"
        raise DataError(f"the value choices make {count} worlds, allowed are {MOST}: fix one of {shown}; {left}")


def _line_of(study: Study, scenario: str) -> Any:
    """A scenario and those that it starts from, in the order of the study."""
    wanted, each = set[str](), study.scenarios.get(scenario)
    while each:
        wanted.add(each.key)
        each = study.scenarios.get(each.parent)
    return {key: each for key, each in study.scenarios.items() if key in wanted}


def _run(study: Study, background: Background, scenario: str, settings: dict[str, str], options: Options, changed: Options) -> World:
    try:
        found = compute(study, background, [scenario], settings)
    except LCAError as error:  # a demand of an inventory that does not hold in this world
        shape = (len(study.alternatives), len(study.indicators))
        return World(options, changed, np.full(shape, np.nan), np.full(shape[0], np.nan), str(error))
    return World(options, changed, found.totals[:, 0], found.quality[:, 0])


def _may_compare(study: Study, world: World, pair: tuple[int, int]) -> bool:
    """Both reach the least quality, and what reaches it may be ranked."""
    return bool((world.quality[list(pair)] >= study.functional_unit.at_least * (1 - 1e-9)).all()) and may_rank(study, world.quality)


def _difference(world: World, pair: tuple[int, int], indicator: int) -> float:
    """In parts of the larger of the two; nan where there is no result."""
    a, b = world.totals[pair[0], indicator], world.totals[pair[1], indicator]
    return float((a - b) / (max(abs(a), abs(b)) or 1.0))


def _order(results: Results, worlds: list[World], base: World, pair: tuple[int, int], indicator: int) -> Order:
    sign = float(signs(np.array(_difference(base, pair, indicator))))
    if sign > 0:
        pair = (pair[1], pair[0])
    held = close = lost = 0
    flipped: list[Options] = []
    for world in worlds:
        difference = _difference(world, pair, indicator)
        if not np.isfinite(difference) or not _may_compare(results.study, world, pair):
            lost += 1
        elif float(signs(np.array(difference))) == -abs(sign):
            held += 1
            close += abs(difference) <= results.study.margin
        else:
            flipped.append(world.changed)
    smallest = [each for each in flipped if not any(other.items() < each.items() for other in flipped)]
    return Order(*pair, indicator, sign == 0, held, close, lost, tuple(sorted(smallest, key=len)))
