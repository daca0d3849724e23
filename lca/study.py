"""Reads a study: one YAML file and the inventories that it uses, checked and expanded into a model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from lca.checks import Alternative, FunctionalUnit, Scenario, check_alternatives, check_reach, check_settings, check_shared_names
from lca.documents import Mapping, Text, check_keys, child, listed, read_csv, read_yaml
from lca.errors import DataError, Faults, LCAError, Message, UnitError, UnknownName, nearest
from lca.expressions import read_expression
from lca.folders import PACKAGE, find, short
from lca.methods import Choices, Indicator, read_choices
from lca.model import Model, expand
from lca.parameters import check_name, read_parameters
from lca.processes import Flow, Process, Product, read_processes, resolve_instances
from lca.quantities import Units, show_dimension
from lca.scopes import Scopes, Variable
from lca.sources import Source, read_sources

REQUIRED = (
    "title_en",
    "title_fr",
    "goal_en",
    "goal_fr",
    "functional_unit",
    "alternatives",
    "second_order",
    "parameters",
    "processes",
    "scenarios",
    "indicators",
)
OPTIONAL = ("use", "equalise_by", "margin", "choices", "left_out", "units", "report")
EQUALISE = ("minimum", "none")
LABELS = ("label_en", "label_fr")


@dataclass(frozen=True)
class Study:
    key: str
    path: Path
    texts: dict[str, str]
    functional_unit: FunctionalUnit
    equalise_by: str
    margin: float
    choices: Choices
    alternatives: dict[str, Alternative]
    scenarios: dict[str, Scenario]
    indicators: tuple[str, ...]
    second_order: dict[str, dict[str, str]]
    left_out: dict[str, dict[str, str]]
    report: dict[str, dict[str, str]]
    files: tuple[str, ...]
    units: Units
    sources: dict[str, Source]
    scopes: Scopes
    model: Model
    warnings: tuple[Message, ...]

    def text(self, key: str, lang: str) -> str:
        return self.texts[f"{key}_{lang}"]


def read_study(name: str | Path, products: dict[str, Product], flows: dict[str, Flow], indicators: dict[str, Indicator]) -> Study:
    """A study by path or by name; all faults come in one error."""
    path = find("scenarios", str(name))
    try:
        return _read_study(path, products, flows, indicators)
    except RecursionError:
        raise DataError(f"{short(path)}: processes or parameters lead to each other over too many steps: a hundred in a row is safe") from None


def _read_study(path: Path, products: dict[str, Product], flows: dict[str, Flow], indicators: dict[str, Indicator]) -> Study:
    faults = Faults()
    document = check_keys(read_yaml(path), faults, "a study", REQUIRED, OPTIONAL)
    documents = {short(path): document, **_read_used(document, path, faults)}
    sources = read_sources(faults)
    units = _read_units(documents, faults)
    parameters = read_parameters(child(document, "parameters", faults), units, sources, faults)
    processes = _read_all_processes(documents, units, sources, faults)
    check_shared_names(parameters, processes, products, faults)
    faults.check()
    scopes = Scopes(parameters, resolve_instances(processes, faults), units)
    alternatives = _read_alternatives(document, scopes, faults)
    unit = _read_functional_unit(document, units, faults)
    chosen = _read_indicators(document, indicators, faults)
    choices = read_choices(child(document, "choices", faults), faults)
    scenarios = _read_scenarios(document, scopes, faults)
    faults.check()
    for each in parameters:
        scopes.study_name(each)
    model = expand(scopes, [each.process for each in alternatives.values()], products, flows, faults)
    check_alternatives(alternatives, unit, model, scopes, faults)
    for scenario in scenarios.values():
        check_settings(scenario.settings, model, units, faults, f"scenario '{scenario.key}'")
    equalise = _one_of(document, "equalise_by", EQUALISE, faults)
    margin = _plain(document, "margin", "10 %", units, faults)
    effects = _read_labelled(document, "second_order", ("amount",), faults)
    left_out = _read_labelled(document, "left_out", ("effect_en", "effect_fr"), faults)
    report = _read_report(document, faults)
    faults.check()
    texts = {each: " ".join(document.text(each).split()) for each in ("title_en", "title_fr", "goal_en", "goal_fr")}
    warnings = check_reach(model, alternatives, scenarios, parameters)
    return Study(path.stem, path, texts, unit, equalise, margin, choices, alternatives, scenarios, chosen, effects, left_out, report,
                 tuple(documents), units, sources, scopes, model, warnings)  # fmt: skip


def _read_used(document: Mapping, path: Path, faults: Faults) -> dict[str, Mapping]:
    """The inventories named under `use:`, theirs included, each once."""
    found: dict[str, Mapping] = {}
    waiting = [(path, each, document) for each in listed(document, "use", faults)]
    while waiting:
        asker, name, owner = waiting.pop(0)
        try:
            file = find("inventories", str(name), asker)
            if short(file) in found:
                continue
            inventory = check_keys(read_yaml(file), faults, "an inventory", (), ("units", "use", "expects", "processes", "note"))
        except LCAError as error:
            faults.add(owner.place_of("use"), str(error), type(error))
            continue
        found[short(file)] = inventory
        waiting += [(file, each, inventory) for each in listed(inventory, "use", faults)]
    return found


def _read_units(documents: dict[str, Mapping], faults: Faults) -> Units:
    """The countable units that the study and its inventories declare, before anything is read with them."""
    known, declared = Units(), list[Text]()
    for document in documents.values():
        for each in listed(document, "units", faults):
            if not isinstance(each, Text):
                faults.add(document.place_of("units"), "'units' must be a list of names")
            elif each in known.names:
                faults.add(document.place_of("units"), f"'{each}' is a unit already")
            else:
                declared.append(each)
    faults.check()
    try:
        return Units(declared)
    except LCAError as error:
        name = next((each for each in declared if f"'{each}'" in str(error)), Text(""))
        raise type(error)(f"{name.place}: {error}") from None


def _read_all_processes(documents: dict[str, Mapping], units: Units, sources: dict[str, Source], faults: Faults) -> dict[str, Process]:
    processes: dict[str, Process] = {}
    for number, document in enumerate(documents.values()):
        for key, process in read_processes(document, units, sources, faults, from_study=number == 0).items():
            if key in processes:
                faults.add(process.place, f"the process '{key}' is declared twice (first at {processes[key].place})")
            processes[key] = process
    return processes


def _read_alternatives(document: Mapping, scopes: Scopes, faults: Faults) -> dict[str, Alternative]:
    alternatives = {}
    for key, entry in child(document, "alternatives", faults).items():
        check_name(key, scopes.units, getattr(key, "place", ""), faults)
        entry = check_keys(entry, faults, f"alternative '{key}'", ("process", "quality", *LABELS))
        if entry.text("process") not in scopes.processes:
            faults.add(
                entry.place_of("process"),
                f"alternative '{key}': there is no process '{entry.text('process')}'. {nearest(entry.text('process'), scopes.processes)}",
                UnknownName,
            )
            continue
        try:
            quality = scopes.bind(read_expression(entry.text("quality"), scopes.units), scopes.study_name)
        except LCAError as error:
            faults.add(entry.place_of("quality"), f"quality of '{key}': {error}", type(error))
            continue
        alternatives[str(key)] = Alternative(str(key), entry.text("label_en"), entry.text("label_fr"), entry.text("process"), quality, entry.text("quality"))
    if not alternatives:
        faults.add(document.place_of("alternatives"), "a study needs at least one alternative")
    return alternatives


def _read_functional_unit(document: Mapping, units: Units, faults: Faults) -> FunctionalUnit:
    entry = check_keys(document.get("functional_unit"), faults, "the functional unit", ("text_en", "text_fr", "amount", "quality"))
    quality = check_keys(entry.get("quality"), faults, "the quality", ("measure_en", "measure_fr", "at_least"))
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
    return FunctionalUnit(entry.text("text_en"), entry.text("text_fr"), amount, quality.text("measure_en"), quality.text("measure_fr"), at_least)


def _read_indicators(document: Mapping, indicators: dict[str, Indicator], faults: Faults) -> tuple[str, ...]:
    chosen = document.get("indicators")
    if not isinstance(chosen, list) or not chosen:
        faults.add(document.place_of("indicators"), "'indicators' must be a list of at least one indicator")
        return ()
    for each in chosen:
        if not isinstance(each, Text) or each not in indicators:
            faults.add(getattr(each, "place", ""), f"there is no indicator '{each}'. {nearest(str(each), indicators)}", UnknownName)
    return tuple(key for key in indicators if key in chosen)


def _read_scenarios(document: Mapping, scopes: Scopes, faults: Faults) -> dict[str, Scenario]:
    entries, scenarios = child(document, "scenarios", faults), dict[str, Scenario]()
    for key, entry in entries.items():
        entry = check_keys(entry, faults, f"scenario '{key}'", LABELS, ("from", "set", "note"))
        parent = entry.text("from")
        if parent and parent not in scenarios:
            text = "stands below it: order them" if parent in entries else f"does not exist. {nearest(parent, entries)}"
            faults.add(entry.place_of("from"), f"scenario '{key}' is from '{parent}', which {text}", UnknownName)
        settings = read_settings({str(name): value for name, value in child(entry, "set", faults).items()}, scopes, faults, f"scenario '{key}'")
        scenarios[str(key)] = Scenario(str(key), entry.text("label_en"), entry.text("label_fr"), parent, settings)
    if not scenarios:
        faults.add(document.place_of("scenarios"), "a study needs at least one scenario")
    return scenarios


def read_settings(texts: dict[str, str], scopes: Scopes, faults: Faults, what: str) -> dict[str, Variable]:
    """What a scenario or the command line sets: quantities, choices, formulas of the parent's values."""
    settings = {}
    for name, text in texts.items():
        try:
            variable = scopes.variables[scopes.study_name(name)]
            if not isinstance(text, str):
                raise DataError("expected a value or a formula")
            settings[variable.name] = scopes.given(variable.name, replace(variable.parameter, place=getattr(text, "place", "")), str(text))
        except LCAError as error:
            faults.add(getattr(text, "place", ""), f"{what} sets '{name}': {error}", type(error))
    return settings


def _one_of(document: Mapping, key: str, allowed: tuple[str, ...], faults: Faults) -> str:
    value = document.text(key, allowed[0])
    if value not in allowed:
        faults.add(document.place_of(key), f"'{key}' cannot be '{value}'. {nearest(value, allowed)}", UnknownName)
    return value


def _plain(document: Mapping, key: str, default: str, units: Units, faults: Faults) -> float:
    try:
        quantity = units.quantity(document.text(key, default))
        if quantity.unit.dimension or quantity.value < 0:
            raise DataError("must be a plain number from zero up")
        return quantity.value
    except LCAError as error:
        faults.add(document.place_of(key), f"'{key}': {error}", type(error))
        return 0.0


def _read_report(document: Mapping, faults: Faults) -> dict[str, dict[str, str]]:
    """What the analyst wrote for items of the report, by their ids."""
    known = [str(row["id"]) for row in read_csv(PACKAGE / "report" / "contents.csv", ("id",))] if "report" in document else []
    for key in child(document, "report", faults):
        if key not in known:
            faults.add(document["report"].place_of(key), f"a report has no item '{key}'. {nearest(key, known)}", UnknownName)
    return _read_labelled(document, "report", (), faults, ("text_en", "text_fr"))


def _read_labelled(document: Mapping, key: str, required: tuple[str, ...], faults: Faults, labels: tuple[str, ...] = LABELS) -> dict[str, dict[str, str]]:
    found = {}
    for name, entry in child(document, key, faults).items():
        entry = check_keys(entry, faults, f"'{name}' of {key}", (*labels, *required), ("note",))
        found[str(name)] = {each: " ".join(str(text).split()) for each, text in entry.items()}
    if key == "second_order" and not found and key in document:
        faults.add(document.place_of(key), "'second_order' must list the effects on the world around the service, each with an amount or 'not quantified'")
    return found
