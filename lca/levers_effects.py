"""What each lever is worth in a study: every applicable one alone, then all together, on top of one scenario. All are rows
of one computation; changes are relative to the scenario as it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lca.arithmetic import plain
from lca.errors import DataError, Faults, UnitError, UnknownName, nearest
from lca.expressions import Array, read_expression
from lca.influence import fixed_values, totals_of
from lca.levers import Change, Lever, Library, read_library
from lca.model import complete
from lca.quantities import is_quantity, show_dimension
from lca.results import Results
from lca.rows import Values, compute, value_of
from lca.study import Study

ENDS = 3  # of each lever: at its value, at its low, at its high
SHIFT = 0.01  # a burden shifts where one indicator rises by more than this and another falls by more than this
NOTHING = 1e-12  # a relative change below this is none
WHY_NOT = ("not_modelled", "no_parameter", "no_condition", "no_option", "no_effect", "not_met")  # why a lever is not applied


@dataclass(frozen=True)
class Step:
    """A change of one variable of the study, at value, low and high."""

    variable: str
    way: str
    amounts: Array


@dataclass(frozen=True)
class Tried:
    """Relative changes of the totals: of each lever alone (lever x end x alternative x indicator), and of those in `joined`
    together (at their values, at their weaker ends, at their stronger ends). Qualities after what levers say they cost."""

    results: Results
    row: int
    library: Library
    levers: tuple[Lever, ...]
    changes: Array
    quality: Array  # lever x alternative
    joined: tuple[str, ...]
    joint: Array  # end x alternative x indicator
    left: dict[str, str]  # levers that are not applied, and which of WHY_NOT
    stopped: dict[str, tuple[str, ...]] = field(default_factory=dict)  # variables of a lever that reached their limit

    @property
    def added(self) -> Array:
        """The sum of the single changes of the levers that were joined (alternative x indicator)."""
        picked = [number for number, each in enumerate(self.levers) if each.key in self.joined]
        return np.asarray(self.changes[picked, 0].sum(axis=0))

    def ranked(self, indicator: int) -> list[int]:
        """The levers by what they save at their value, in the alternative where they save most."""
        ends = [(each.min(), each.max()) for each in np.nan_to_num(self.changes[:, 0, :, indicator])]
        return sorted(range(len(ends)), key=lambda number: (ends[number][0] if ends[number][0] < 0 else ends[number][1], number))

    def shifts(self, lever: int) -> dict[int, tuple[list[int], list[int]]]:
        """Per alternative in which a burden shifts: the headline indicators that rise and those that fall."""
        found = {}
        for a, change in enumerate(self.changes[lever, 0]):
            rising = [n for n in self.results.headline if change[n] > SHIFT]
            falling = [n for n in self.results.headline if change[n] < -SHIFT]
            if rising and falling:
                found[a] = (rising, falling)
        return found

    def as_dictionary(self) -> dict[str, Any]:
        """All of it in plain words and numbers: relative changes of the totals, at value, low and high."""
        names, indicators = list(self.results.study.alternatives), self.results.indicators

        def told(changes: Array) -> dict[str, dict[str, Any]]:
            return {name: {each.key: plain(changes[a, i]) for i, each in enumerate(indicators)} for a, name in enumerate(names)}

        singles = [{
            "lever": each.key, "phase": each.phase, "actor": each.actor, **dict(zip(("value", "low", "high"), map(told, self.changes[n]), strict=True)),
            "burden_shifts": [names[a] for a in self.shifts(n)], "recommendations": [advice.key for advice in self.library.advice_for(each.key)],
        } for n, each in enumerate(self.levers)]  # fmt: skip
        return {"scenario": self.results.scenarios[self.row], "levers": singles, "joined": list(self.joined), "joint": told(self.joint[0]),
                "sum_of_singles": told(self.added), "not_applied": self.left}  # fmt: skip


def try_levers(results: Results, names: Iterable[str] = (), row: int = 0) -> Tried:
    """All levers that apply to a study, or those asked for by name, on top of a scenario that was run (the first one)."""
    library, asked = read_library(), list(dict.fromkeys(names))
    for each in asked:
        if each not in library.levers:
            raise UnknownName(f"there is no lever '{each}'. {nearest(each, library.levers)}")
    wanted = [each for key, each in library.levers.items() if key in asked or not asked]
    study, steps, left = _bind(results, wanted)
    if asked:
        _refuse(study, wanted, left)
    kept = [each for each in wanted if each.key in steps]
    given = fixed_values(results, row)
    totals, qualities, stopped = _run(results, study, given, [[(each.key, steps[each.key], end)] for each in kept for end in range(ENDS)])
    base = totals[0]
    changes = _relative(totals[1:], base).reshape(len(kept), ENDS, *base.shape)
    left |= {each.key: "not_met" for each, change in zip(kept, changes, strict=True) if np.isnan(change[0]).any()}
    if not asked:
        left |= {each.key: "no_effect" for each, change in zip(kept, changes, strict=True) if each.key not in left and not (np.abs(change) > NOTHING).any()}
    stay = [number for number, each in enumerate(kept) if each.key not in left]
    levers, changes = tuple(kept[number] for number in stay), changes[stay]
    moved = (np.abs(np.nan_to_num(changes[:, 0])) > NOTHING).any(axis=-1)  # a lever costs quality where it moves something
    quality = qualities[1::ENDS][stay] * np.where(moved, 1 - np.array([each.lost for each in levers])[:, None], 1.0)
    joined = _joined(results, levers, changes)
    together, _, _ = _run(results, study, given, [[(each.key, steps[each.key], ends[kind]) for each, ends in joined] for kind in range(ENDS)])
    return Tried(results, row, library, levers, changes, quality, tuple(each.key for each, _ in joined), _relative(together[1:], base),
                 {each.key: left[each.key] for each in wanted if each.key in left}, stopped)  # fmt: skip


def targets(name: str, study: Study, used: Iterable[str]) -> list[str]:
    """The variables that a lever on a parameter moves: of its process and of what is like it, in every context; without a
    process, the parameter of the study and what instances set in its place. Those that follow another are moved by it."""
    found, key, own = list[str](), *name.rpartition(".")[::2]
    for each in used:
        process, _, its = each.partition("|")[0].rpartition(".")
        alike = [process, *study.scopes.originals(study.scopes.processes[process])] if process else []
        if its == own and (key in alike if key else not process or _sets(study, process, own)) and each not in study.scopes.choices:
            found.append(each)
    return [each for each in found if not _follows(study, each, found)]


def _sets(study: Study, process: str, name: str) -> bool:
    scopes = study.scopes
    return name in scopes.settings(scopes.processes[process]) and name not in scopes.parameters(scopes.processes[process])


def _follows(study: Study, name: str, others: list[str]) -> bool:
    variable = study.model.variables[name]
    return variable.alias in others or (variable.formula is not None and variable.formula.kind == "name" and variable.formula.text in others)


def _bind(results: Results, levers: list[Lever]) -> tuple[Study, dict[str, list[Step]], dict[str, str]]:
    """The steps of each lever in a study, and why the others have none; conditions may need variables more."""
    study, faults = results.study, Faults()
    used = study.model.used(each.quality for each in study.alternatives.values())
    order = [each for each in study.model.variables if each in used]
    steps, left = dict[str, list[Step]](), dict[str, str]()
    for lever in levers:
        found, reasons = list[Step](), ["no_parameter" if lever.changes else "not_modelled"]
        for change in lever.changes:
            for name in targets(change.name, study, order):
                with faults.at(change.place, f"lever '{lever.key}' cannot change '{name}': "):
                    step = _step(lever, change, name, results, reasons)
                    found += [step] if step else []
        if found:
            steps[lever.key] = found
        else:
            left[lever.key] = reasons[-1]
    faults.check()
    study = replace(study, model=complete(study.model, study.scopes, faults))
    faults.check()
    return study, steps, left


def _step(lever: Lever, change: Change, name: str, results: Results, reasons: list[str]) -> Step | None:
    """A change in base units; none where its condition is not met or the study does not offer the choice."""
    study = results.study
    parameter, units = study.model.variables[name].parameter, study.units
    if change.when and not _holds(change, name, results):
        reasons.append("no_condition")
        return None
    if parameter.choices:
        if change.way != "value" or is_quantity(change.written):
            raise DataError(f"it is a choice, not a number. {nearest(change.written, parameter.choices)}")
        if change.written not in parameter.choices:
            reasons.append("no_option")
            return None
        return Step(name, change.way, np.full(ENDS, float(parameter.choices.index(change.written))))
    if not is_quantity(change.written):
        raise DataError(f"'{change.written}' is a choice, and it is a number")
    amount = units.quantity(change.written)
    wanted = () if change.way == "times" else study.model.dimensions[name]
    if amount.unit.dimension != wanted:
        raise UnitError(f"'{change.written}' is {show_dimension(amount.unit.dimension)}; here it must be {show_dimension(wanted)}")
    return Step(name, change.way, np.array([amount.value, *(units.bound(each, amount.unit) for each in (change.low, change.high))]))


def _holds(change: Change, name: str, results: Results) -> bool:
    """Whether the condition of a change holds in the process of a variable, with the values of the first scenario."""
    study, scopes = results.study, results.study.scopes
    formula = read_expression(change.when, study.units)
    process = name.partition("|")[0].rpartition(".")[0]
    resolve = scopes.resolver(scopes.processes[process], ()) if process else scopes.study_name
    bound = scopes.bind(formula, resolve)
    model = complete(study.model, scopes, faults := Faults())
    faults.check()
    values = compute(model.variables, fixed_values(results))
    return bool(np.nan_to_num(value_of(bound, values)).all())


def _refuse(study: Study, levers: list[Lever], left: dict[str, str]) -> None:
    """A lever that was asked for by name must be able to act."""
    known = {each.partition("|")[0] for each in study.model.variables}
    for lever in levers:
        if left.get(lever.key) == "not_modelled":
            raise DataError(f"lever '{lever.key}' sets no parameter: {lever.text('not_modelled', 'en')}")
        if left.get(lever.key) == "no_parameter":
            name = lever.changes[0].name
            raise UnknownName(f"{lever.place}: lever '{lever.key}' sets '{name}', which '{study.key}' does not use. {nearest(name, known, 'parameter')}")
        if lever.key in left:
            raise DataError(f"lever '{lever.key}' does not apply to '{study.key}': {lever.text('condition', 'en') or lever.changes[0].when}")


def _run(results: Results, study: Study, given: Values, trials: list[list[tuple[str, list[Step], int]]]) -> tuple[Array, Array, dict[str, tuple[str, ...]]]:
    """Rows of steps on top of a scenario, itself the first: totals (row x alternative x indicator), qualities (row x alternative), and
    what reached a limit in trials of one lever."""
    rows, moved = 1 + len(trials), dict[str, list[tuple[str, int, float]]]()
    for number, trial in enumerate(trials, 1):
        for step, end in ((step, end) for _, steps, end in trial for step in steps):
            moved.setdefault(step.variable, []).append((step.way, number, float(step.amounts[end])))
    stopped: dict[str, tuple[str, ...]] = {}

    def move(name: str, value: Array) -> Array:
        """In the rows of its steps, in their order, no farther than what makes sense for it."""
        if name not in moved:
            return value
        value = np.array(np.broadcast_to(value, (rows,)))
        for way, row, amount in moved[name]:
            value[row] = value[row] * amount if way == "times" else value[row] + amount if way == "plus" else amount
        inside = np.clip(value, *(study.model.variables[name].parameter.allowed or (-np.inf, np.inf)))
        for trial in (trials[row - 1] for row in np.flatnonzero(inside != value) if row and len(trials[row - 1]) == 1):
            stopped.update({key: (*stopped.get(key, ()), name) for key, _, end in trial if end == 0})
        return np.asarray(inside)

    totals, quality = totals_of(study, results.background, compute(study.model.variables, given, move), rows)
    return np.moveaxis(totals, 1, 0), quality.T, stopped


def _relative(totals: Array, base: Array) -> Array:
    """Changes relative to the base; none where the base is nothing."""
    with np.errstate(all="ignore"):
        return np.where(base == 0, 0.0, (totals - base) / np.abs(base))


def _joined(results: Results, levers: tuple[Lever, ...], changes: Array) -> list[tuple[Lever, tuple[int, int, int]]]:
    """The levers of the joint run with their ends: those that save something, and only the first of those that exclude each
    other. Which end is the weaker one is seen from the mean over alternatives and headline indicators."""
    joined: list[tuple[Lever, tuple[int, int, int]]] = []
    for lever, change in zip(levers, np.nan_to_num(changes[..., results.headline]), strict=True):
        excluded = any(each.key in lever.not_with or lever.key in each.not_with for each, _ in joined)
        if change[0].min() < -NOTHING and not excluded:
            low, high = change[1].mean(), change[2].mean()
            joined.append((lever, (0, 1, 2) if low >= high else (0, 2, 1)))
    return joined
