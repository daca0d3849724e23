"""The smaller parts of a study's document: functional unit, indicators, scenarios and what they set, status, texts."""

from __future__ import annotations

from dataclasses import replace

from lca.checks import FunctionalUnit, Scenario, Status
from lca.documents import Mapping, child, read_csv
from lca.errors import DataError, Faults, LCAError, UnitError, UnknownName, nearest
from lca.folders import PACKAGE
from lca.formats import check
from lca.library import find_indicator
from lca.methods import Indicator
from lca.quantities import Units, show_dimension
from lca.scopes import Scopes, Variable
from lca.wording import tag_keys


def read_functional_unit(document: Mapping, units: Units, faults: Faults) -> FunctionalUnit:
    entry = check(document.get("functional_unit"), faults, "the functional unit", "functional_unit")
    quality = check(entry.get("quality"), faults, "the quality", "quality")
    amount, at_least = units.quantity("1"), 0.0
    try:
        amount, least = units.quantity(entry.text("amount", "1")), units.quantity(quality.text("at_least", "0"))
        at_least = least.value
        if least.unit.dimension:
            raise UnitError(f"the least quality must be a plain number, not {show_dimension(least.unit.dimension)}")
    except LCAError as error:
        faults.add(entry.place, f"the functional unit: {error}", type(error))
    if not amount.value > 0:
        faults.add(entry.place_of("amount"), f"the functional unit must be more than zero, not {entry.text('amount')}")
    return FunctionalUnit(entry.text("text_en"), entry.text("text_fr"), amount, quality.text("measure_en"), quality.text("measure_fr"), at_least,
                          entry.text("per_year"), entry.place_of("per_year"))  # fmt: skip


def read_indicators_of(document: Mapping, indicators: dict[str, Indicator], faults: Faults) -> tuple[str, ...]:
    chosen = document.get("indicators")
    if not isinstance(chosen, list) or not chosen:
        faults.add(document.place_of("indicators"), "'indicators' must be a list of at least one indicator")
        return ()
    keys = list[str]()
    for each in chosen:
        if not isinstance(each, str):
            faults.add(getattr(each, "place", ""), f"there is no indicator '{each}'. A name that holds ': ' goes in quotes", UnknownName)
            continue
        try:
            keys.append(find_indicator(str(each), indicators).key)
        except UnknownName as error:
            faults.add(getattr(each, "place", ""), str(error), UnknownName)
    if keys and not any(key in indicators for key in keys):
        faults.add(document.place_of("indicators"), f"a study needs at least one indicator of the project. {nearest('', indicators)}")
    return tuple(dict.fromkeys([*(key for key in indicators if key in keys), *keys]))


def read_scenarios(document: Mapping, scopes: Scopes, faults: Faults) -> dict[str, Scenario]:
    entries, scenarios = child(document, "scenarios", faults), dict[str, Scenario]()
    for key, entry in entries.items():
        entry = check(entry, faults, f"scenario '{key}'", "scenario")
        parent = entry.text("from")
        if parent and parent not in scenarios:
            faults.add(entry.place_of("from"), f"scenario '{key}' is from '{parent}', which {_not_above(str(key), parent, entries)}", UnknownName)
        settings = read_settings({str(name): value for name, value in child(entry, "set", faults).items()}, scopes, faults, f"scenario '{key}'")
        scenarios[str(key)] = Scenario(str(key), entry.text("label_en"), entry.text("label_fr"), parent, settings)
    if not scenarios:
        faults.add(document.place_of("scenarios"), "a study needs at least one scenario")
    return scenarios


def _not_above(key: str, parent: str, entries: Mapping) -> str:
    """Why a scenario cannot be from another: it is not there, comes from this one itself, or stands below."""
    if parent not in entries:
        return f"does not exist. {nearest(parent, entries)}"
    seen = list[str]()
    while parent not in seen and isinstance(entry := entries.get(parent), Mapping):
        seen.append(parent)
        parent = str(entry.get("from", ""))
    return f"comes from '{key}': a circle" if key in seen else "stands below it: order them"


def read_settings(texts: dict[str, str], scopes: Scopes, faults: Faults, what: str) -> dict[str, Variable]:
    """What a scenario or the command line sets: quantities, choices, formulas of the parent's values."""
    settings = {}
    for name, text in texts.items():
        try:
            if name in scopes.choices:
                raise DataError("it is a value choice, which holds for the whole study: write it under 'choices:', or run with --choice")
            variable = scopes.variables[scopes.study_name(name)]
            if not isinstance(text, str):
                raise DataError("expected a value or a formula")
            settings[variable.name] = scopes.given(variable.name, replace(variable.parameter, place=getattr(text, "place", "")), str(text))
        except LCAError as error:
            faults.add(getattr(text, "place", ""), f"{what} sets '{name}': {error}", type(error))
    return settings


def plain(document: Mapping, key: str, default: str, units: Units, faults: Faults) -> float:
    try:
        quantity = units.quantity(document.text(key, default))
        if quantity.unit.dimension or quantity.value < 0:
            raise DataError("must be a plain number from zero up")
        return quantity.value
    except LCAError as error:
        faults.add(document.place_of(key), f"'{key}': {error}", type(error))
        return 0.0


def read_report(document: Mapping, faults: Faults) -> dict[str, dict[str, str]]:
    """What the analyst wrote for items of the report, by their ids."""
    known = [str(row["id"]) for row in read_csv(PACKAGE / "report" / "contents.csv", ("id",))] if "report" in document else []
    for key in child(document, "report", faults):
        if key not in known:
            faults.add(document["report"].place_of(key), f"a report has no item '{key}'. {nearest(key, known)}", UnknownName)
    return read_labelled(document, "report", "statement", faults)


def read_labelled(document: Mapping, key: str, kind: str, faults: Faults) -> dict[str, dict[str, str]]:
    """Entries that hold texts only."""
    found = {}
    for name, entry in child(document, key, faults).items():
        entry = check(entry, faults, f"'{name}' of {key}", kind)
        found[str(name)] = {each: " ".join(str(text).split()) for each, text in entry.items()}
    return found


def read_status(document: Mapping, faults: Faults) -> Status:
    """How far the study is, as a person states it; without a word it is a screening."""
    if "status" not in document:
        return Status()
    entry = check(document["status"], faults, "the status", "status")
    status = Status(entry.text("kind", "screening"), entry.text("by"), entry.text("on"), stated=True)
    if (status.kind == "reviewed") != bool(status.by and status.on):
        faults.add(entry.place, "the status 'reviewed' needs 'by' (who) and 'on' (when); no other status has them")
    return status


def read_actor(document: Mapping, faults: Faults) -> str:
    actor = document.text("reporting_actor")
    if actor and actor not in tag_keys("actor"):
        faults.add(document.place_of("reporting_actor"), f"there is no actor '{actor}'. {nearest(actor, tag_keys('actor'))}", UnknownName)
    return actor
