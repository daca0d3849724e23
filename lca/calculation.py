"""Runs a study: parameters to rows, rows to amounts, amounts to the table of contributions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lca import __version__, engine
from lca.arithmetic import finite
from lca.background import Background, Progress, load_background
from lca.beside import read_beside
from lca.checks import check_settings
from lca.errors import Faults, Message, UnknownName, nearest
from lca.expressions import Array
from lca.library import extend, find_indicator, warn_uncovered
from lca.methods import Indicator
from lca.model import complete
from lca.processes import Process
from lca.results import Results
from lca.rows import Modelled, Values, amounts_of, compute_rows, functional_demand, levels_of
from lca.study import EQUALISE, Study, read_study
from lca.study_parts import read_settings
from lca.wording import message, percent

NO_SHARE = 2.0  # a quality of more than 200 % is hardly meant


def open_study(study: str | Path, progress: Progress = lambda text: None, choices: Mapping[str, str] | None = None) -> tuple[Study, Background]:
    """A study, read and checked against the background that it calls, both under its value choices (`choices` come before its own)."""
    background = load_background(progress)
    opened = read_study(study, background.products, background.flows, background.indicators, dict(choices or {}))
    return opened, background.with_choices(opened.choices.values)


def run(study: str | Path, scenarios: Iterable[str] = (), settings: Mapping[str, str] | None = None, progress: Progress = lambda text: None,
        methods: Sequence[str] = (), choices: Mapping[str, str] | None = None) -> Results:  # fmt: skip
    """The results of a study, by path or name; `scenarios` picks some, `settings` come on top of each, `methods` are indicators more."""
    opened, background = open_study(study, progress, choices)
    added = [find_indicator(each, background.indicators).key for each in methods]
    results = compute(replace(opened, indicators=tuple(dict.fromkeys([*opened.indicators, *added]))), background, scenarios, settings or {})
    return replace(results, about={**results.about, "methods": list(methods), "choices": dict(choices or {})})


def compute(study: Study, background: Background, scenarios: Iterable[str] = (), settings: Mapping[str, str] | None = None) -> Results:
    faults = Faults()
    chosen = list(dict.fromkeys(scenarios)) or list(study.scenarios)
    for each in chosen:
        if each not in study.scenarios:
            faults.add("", f"there is no scenario '{each}'. {nearest(each, study.scenarios)}", UnknownName)
    background = extend(background, study.indicators)
    given = read_settings(dict(settings or {}), study.scopes, faults, "--set")
    faults.check()
    study = replace(study, model=complete(study.model, study.scopes, faults))
    faults.check()
    check_settings(given, study.model, study.units, faults, "--set")
    faults.check()
    values, messages = compute_rows(study, [study.scenarios[each] for each in chosen], given)
    reached = study.model.used(each.quality for each in study.alternatives.values())
    reached |= {origin for name in reached for origin in study.model.variables[name].origins}
    messages += [message("m_set_idle", name=name) for name in given if name not in reached]
    return _assemble(study, background, tuple(chosen), values, [*study.warnings, *messages], dict(settings or {}))


def under_choices(study: Study, options: Mapping[str, str]) -> Study:
    """A study under other options of value choices; its background has to follow (`with_choices`)."""
    parameters = {key: replace(each, choice=options[key], written=options[key]) if key in options else each for key, each in study.choices.parameters.items()}
    variables = {name: replace(each, parameter=parameters[name]) if name in options else each for name, each in study.model.variables.items()}
    choices = replace(study.choices, values={**study.choices.values, **options}, parameters=parameters)
    return replace(study, choices=choices, model=replace(study.model, variables=variables))


def names_read(study: Study) -> set[str]:
    """The variables that lines, qualities, shared things, contracts or formulas of scenarios read."""
    outside = [*(each.quality for each in study.alternatives.values()), *read_beside(study.shared, study.contracts)]
    outside += [each.formula for scenario in study.scenarios.values() for each in scenario.settings.values() if each.formula]
    return study.model.used(outside)


def by_choice(results: Results) -> dict[str, dict[str, Results]]:
    """The first scenario (that of the study's own option is the first of `results`) under every option of every value choice that the
    study or its background reads."""
    study, background = results.study, results.background

    def under(choice: str, option: str) -> Results:
        if option == study.choices.values[choice]:
            return results
        other = under_choices(study, {choice: option})
        return compute(other, background.with_choices(other.choices.values), results.scenarios[:1], results.about["settings"])

    return {choice: {option: under(choice, option) for option in options} for choice, options in choices_read(study, background).items()}


def choices_read(study: Study, background: Background) -> dict[str, tuple[str, ...]]:
    """The value choices with several options that the study or its background reads."""
    read = {*names_read(study), *background.chosen}
    return {choice: parameter.choices for choice, parameter in study.choices.parameters.items() if choice in read and len(parameter.choices) > 1}


def _assemble(study: Study, background: Background, chosen: tuple[str, ...], values: Values, messages: list[Message], settings: dict[str, str]) -> Results:
    rows = len(chosen)
    calls, lines, inputs = count_amounts(study, background, values, rows)
    quantities = quantities_of(study, calls, lines)
    unit = background.table[inputs][..., background.positions(study.indicators)]
    beside = _beside(study, calls, lines, unit)
    with np.errstate(all="ignore"):
        contributions = finite(quantities[..., None, None] * unit[None])
    size = np.nansum(np.abs(contributions), axis=(2, 3), keepdims=True)
    contributions[np.abs(contributions) < engine.NOISE * size] = 0.0
    quality = amounts_of([each.quality for each in study.alternatives.values()], values, rows).T
    about = {
        "version": __version__,
        "brightway": background.versions,
        "background": background.key,
        "background_version": background.edition.name,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": settings,
    }
    results = Results(study, background, chosen, values, calls, lines, inputs, quantities, contributions, quality, beside, (), about)
    return replace(results, warnings=tuple(dict.fromkeys([*messages, *_warnings(results)])))


def count_amounts(study: Modelled, background: Background, values: Values, rows: int) -> tuple[Array, Array, Any]:
    """Amounts of calls and of lines per row, and which product or flow each line counts there."""
    inputs, sizes = _inputs(study, background, values, rows)
    lines = amounts_of([each.amount for each in study.model.lines], values, rows) / sizes
    return amounts_of([each.amount for each in study.model.calls], values, rows), lines, inputs


def quantities_of(study: Study, calls: Array, lines: Array) -> Array:
    """How much of what each line counts, per functional unit (alternative x row x line)."""
    return needed(study, study.model.roots, functional_demand(study), calls, lines)


def needed(study: Modelled, roots: list[int], demand: Array, calls: Array, lines: Array) -> Array:
    """How much of what each line counts, for demands on processes (root x row x line)."""
    levels = np.moveaxis(levels_of(study, roots, demand, calls), 2, 1)[:, [line.node for line in study.model.lines]]  # root x line x row
    with np.errstate(all="ignore"):
        found = levels * lines.T
        if not np.isfinite(found).all():  # what does not run needs nothing, even where an amount has no value
            found = finite(np.where(levels == 0, 0.0, found))
    return np.moveaxis(found, 1, 2)


def _beside(study: Study, calls: Array, lines: Array, unit: Array) -> dict[str, Array]:
    """Scores of what stands beside the alternatives (row x part x indicator): effects per functional unit, the rest as a whole."""
    if not study.model.beside:
        return {}
    quantities = needed(study, list(study.model.beside.values()), beside_demand(study), calls, lines)
    return dict(zip(study.model.beside, np.einsum("brl,rlpi->brpi", quantities, unit), strict=True))


def beside_demand(study: Study) -> Array:
    """Effects are per functional unit, what else stands beside is a whole."""
    per_unit = {name for each in study.effects.values() for name in each.beside.values()}
    return np.array([study.functional_unit.amount.value if name in per_unit else 1.0 for name in study.model.beside])


def _inputs(study: Modelled, background: Background, values: Values, rows: int) -> tuple[Any, Array]:
    """Per row and line: which product or flow, and how many base units one of its units is."""
    position, lines = background.places, study.model.lines
    inputs = np.array([position[line.inputs[0]] for line in lines], dtype=int)[:, None]
    sizes = np.array([study.units.unit(line.units[0]).factor for line in lines])[:, None]
    if any(line.choice and len(values[line.choice]) > 1 for line in lines):
        inputs, sizes = np.repeat(inputs, rows, axis=1), np.repeat(sizes, rows, axis=1)
    for number, line in enumerate(lines):
        if line.choice:
            pick = values[line.choice].astype(int)
            inputs[number] = np.array([position[each] for each in line.inputs])[pick]
            sizes[number] = np.array([study.units.unit(each).factor for each in line.units])[pick]
    return np.broadcast_to(inputs, (len(lines), rows)).T, sizes.T


def _names(indicators: list[Indicator]) -> Callable[[str], str]:
    return lambda lang: ", ".join(each.label(lang) for each in indicators)


def running_processes(results: Results) -> dict[str, Process]:
    """The processes that run in a row, for an alternative or beside them (a value choice may leave one without effect)."""
    model = results.study.model
    roots = [*model.roots, *model.beside.values()]
    running = np.flatnonzero(levels_of(results.study, roots, np.ones(len(roots)), results.call_amounts).any(axis=(0, 1)))
    return {each.key: each for each in (model.nodes[number].process for number in running)}


def _warnings(results: Results) -> list[Message]:
    """What a reader of the numbers must know."""
    messages, study, scenarios = list[Message](), results.study, results.scenarios
    alternatives, least = list(study.alternatives.values()), study.functional_unit.at_least

    def named(number: int) -> Callable[[str], str]:
        return lambda lang: str(getattr(alternatives[number], f"label_{lang}"))

    for a, r in zip(*np.nonzero(~results.comparable), strict=True):
        reached, wanted = partial(percent, float(results.quality[a, r])), partial(percent, least)
        messages.append(message("m_below_quality", alternative=named(a), scenario=scenarios[r], quality=reached, least=wanted))
    for a, r in zip(*np.nonzero(results.quality > NO_SHARE), strict=True):
        messages.append(message("m_quality_share", alternative=named(a), scenario=scenarios[r], quality=partial(percent, float(results.quality[a, r]))))
    for name, value in results.values.items():
        messages += [message("m_no_value", name=name, scenario=scenarios[r]) for r in np.flatnonzero(np.isnan(value))]
    for a, r in zip(*np.nonzero(np.isnan(results.totals).any(axis=2)), strict=True):
        messages.append(message("m_no_result", alternative=named(a), scenario=scenarios[r]))
    for name, found in results.beside.items():
        messages += [message("m_no_result", alternative=name, scenario=scenarios[r]) for r in np.flatnonzero(np.isnan(found).any(axis=(1, 2)))]
    for key, shared in study.shared.items():
        for rule, by_user in shared.uses.items():  # shares of nothing
            whole = amounts_of(list(by_user.values()), results.values, len(scenarios)).sum(axis=1)
            messages += [message("m_no_value", name=f"{key} | {rule}", scenario=scenarios[r]) for r in np.flatnonzero(~(np.abs(whole) > 0))]
    counted = np.abs(results.contributions).sum(axis=(0, 1, 3, 4))
    for number, line in enumerate(results.lines):
        if counted[number] == 0 and np.abs(results.quantities[:, :, number]).sum() > 0:
            messages.append(message("m_uncounted", line=line.exchange.key, process=study.model.nodes[line.node].process.key))
    messages += warn_uncovered(results.background, study.indicators)
    used = running_processes(results)
    messages += [message("m_given", process=key) for key, process in sorted(used.items()) if process.given]
    for process in (each for each in used.values() if each.covers):
        left = [each for each in results.indicators if each.key not in process.covers]
        messages += [message("m_not_covered", process=process.key, indicators=_names(left))] if left else []
    if study.equalise_by not in EQUALISE:
        messages.append(message(f"m_{study.equalise_by}"))
    if study.equalise_by == "none" and np.ptp(results.quality, axis=0).any():
        messages.append(message("m_not_equalised"))
    return messages
