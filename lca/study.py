"""Reads a study: one YAML file and the inventories that it uses, checked and expanded into a model."""

from dataclasses import dataclass, replace
from pathlib import Path

from lca import study_parts as parts
from lca.beside import Beside, Contract, Effect, Shared, bind_beside, check_beside, equalised, read_beside, read_contracts, read_effects, read_shared
from lca.checks import (
    Alternative,
    FunctionalUnit,
    Scenario,
    Status,
    check_alternatives,
    check_correlated,
    check_covers,
    check_reach,
    check_settings,
    check_shared_names,
)
from lca.documents import Mapping, Text, child, listed, read_yaml
from lca.errors import DataError, Faults, LCAError, Message, UnknownName, nearest
from lca.expressions import read_expression
from lca.folders import find, short
from lca.formats import check, fields, options
from lca.instances import Reader, own_parameters, read_tables, read_with_like, renew_parameters, resolve_instances
from lca.methods import Choices, Indicator, read_choices
from lca.model import Model, complete, expand
from lca.parameters import check_name, read_parameters
from lca.processes import Flow, Process, Product, read_processes
from lca.quantities import Units
from lca.scopes import Scopes
from lca.sources import Source, read_sources

EQUALISE = options("study", "equalise_by")


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
    horizon: parts.Horizon | None
    indicators: tuple[str, ...]
    effects: dict[str, Effect]
    shared: dict[str, Shared]
    contracts: dict[str, Contract]
    status: Status
    reporting_actor: str
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


def read_study(name: str | Path, products: dict[str, Product], flows: dict[str, Flow], indicators: dict[str, Indicator],
               choices: dict[str, str] | None = None) -> Study:  # fmt: skip
    """A study by path or by name; all faults come in one error. `choices` come before the study's own value choices."""
    path = find("scenarios", str(name))
    try:
        return _read_study(path, products, flows, indicators, choices or {})
    except RecursionError:
        raise DataError(f"{short(path)}: processes or parameters lead to each other over too many steps: a hundred in a row is safe") from None


def _read_study(path: Path, products: dict[str, Product], flows: dict[str, Flow], indicators: dict[str, Indicator], given: dict[str, str]) -> Study:
    faults = Faults()
    document, files = read_with_like(path)
    document = check(document, faults, "a study", "study")
    documents = {short(path): document, **read_used(document, files, faults)}
    sources, units = read_sources(faults), read_units(documents, faults)
    own, dotted = own_parameters(document, faults)
    parameters = read_parameters(own, units, sources, faults)
    reader = Reader(units, sources)
    processes = renew_parameters(dotted, read_all_processes(documents, reader, faults), reader, faults)
    choices = read_choices(child(document, "choices", faults), given, faults)
    faults.check()
    beside = Beside(processes, units, faults)
    read = _read_alternatives(document, beside, faults)
    check_shared_names(parameters, processes, products, choices.parameters, faults)
    check_covers(processes, indicators, faults)
    resolved = resolve_instances(processes, Faults())  # with the units of what they are like; faults are told below
    made = {key: resolved[each.process].unit for key, each in read.items() if each.process in resolved}
    effects, shared, contracts = read_effects(document, made, beside), read_shared(document, beside), read_contracts(document, products, beside)
    faults.check()
    scopes = Scopes(parameters, resolve_instances(processes, faults), reader, choices.parameters)
    alternatives = {key: _bind_quality(each, scopes, faults) for key, each in read.items()}
    unit = parts.read_functional_unit(document, units, faults)
    chosen = parts.read_indicators_of(document, indicators, faults)
    scenarios = parts.read_scenarios(document, scopes, faults)
    faults.check()
    for each in parameters:
        scopes.study_name(each)
    horizon = parts.read_horizon(document, scopes, faults)
    model = expand(scopes, [each.process for each in alternatives.values()], beside.names, products, flows, faults)
    shared, contracts = bind_beside(shared, contracts, scopes, faults)
    model = complete(model, scopes, faults)
    check_beside(shared, contracts, model, units, faults)
    check_correlated(scopes, faults)
    check_alternatives(alternatives, unit, model, scopes, faults)
    for scenario in parts.with_years(scenarios, horizon).values():
        check_settings(scenario.settings, model, units, faults, f"scenario '{scenario.key}'")
    horizon = parts.check_volume(horizon, unit, model, units, faults)
    way = document.get("equalise_by", EQUALISE[0])
    equalise = next(iter(way), "") if isinstance(way, Mapping) else str(way)
    margin, status = parts.plain(document, "margin", "10 %", units, faults), parts.read_status(document, faults)
    left_out, report = parts.read_left_out(document, faults), parts.read_report(document, faults)
    actor = parts.read_actor(document, faults)
    faults.check()
    texts = {each: " ".join(document.text(each).split()) for each in ("title_en", "title_fr", "goal_en", "goal_fr")}
    warnings = check_reach(model, alternatives, parts.with_years(scenarios, horizon), [*parameters, *dotted], read_beside(shared, contracts))
    tables = [each.place.partition(":")[0] for each in processes.values()]
    names = tuple(dict.fromkeys([*(short(each) for each in files), *documents, *tables]))
    return Study(path.stem, path, texts, unit, equalise, margin, choices, alternatives, scenarios, horizon, chosen, effects, shared, contracts, status, actor,
                 left_out, report, names, units, sources, scopes, model, warnings)  # fmt: skip


def read_used(document: Mapping, files: tuple[Path, ...], faults: Faults, known: dict[str, Mapping] | None = None) -> dict[str, Mapping]:
    """The inventories named under `use:`, theirs included, each once; those `known` already are not read again."""
    found, known = dict[str, Mapping](), {} if known is None else known
    waiting = [(files, each, document) for each in listed(document, "use", faults)]
    while waiting:
        askers, name, owner = waiting.pop(0)
        with faults.at(owner.place_of("use")):
            file = find("inventories", str(name), *askers)
            if short(file) not in found:
                inventory = known[short(file)] = known.get(short(file)) or check(read_yaml(file), faults, "an inventory", "inventory")
                found[short(file)] = inventory
                waiting += [((file,), each, inventory) for each in listed(inventory, "use", faults)]
    return found


def read_units(documents: dict[str, Mapping], faults: Faults) -> Units:
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


def read_all_processes(documents: dict[str, Mapping], reader: Reader, faults: Faults) -> dict[str, Process]:
    processes, tables = dict[str, Process](), set[Path]()
    for number, (name, document) in enumerate(documents.items()):
        for key, process in read_processes(document, reader.units, reader.sources, faults, from_study=number == 0).items():
            if key in processes:
                faults.add(process.place, f"the process '{key}' is declared twice (first at {processes[key].place})")
            processes[key] = process
        processes |= read_tables(document, Path(name), processes, tables, faults, from_study=number == 0)
    return processes


def _read_alternatives(document: Mapping, beside: Beside, faults: Faults) -> dict[str, Alternative]:
    """The alternatives, with the work that equalises their qualities where the study asks for it; qualities are not bound yet."""
    alternatives = {}
    for key, entry in child(document, "alternatives", faults).items():
        check_name(key, beside.units, getattr(key, "place", ""), faults)
        entry = check(entry, faults, f"alternative '{key}'", "alternative")
        process = entry.text("process")
        if process not in beside.processes:
            hint = nearest(process, beside.processes)
            faults.add(entry.place_of("process"), f"alternative '{key}': there is no process '{process}'. {hint}", UnknownName)
        labels = entry.text("label_en"), entry.text("label_fr")
        with faults.at(entry.place_of("quality"), f"quality of '{key}': "):
            quality = read_expression(entry.text("quality", "0"), beside.units)  # a missing one is a fault already
            alternatives[str(key)] = Alternative(str(key), *labels, process, quality, entry.text("quality"), entry.place)
    if not alternatives:
        faults.add(document.place_of("alternatives"), "a study needs at least one alternative")
    if isinstance(document.get("equalise_by"), Mapping):
        qualities = {key: each.quality for key, each in alternatives.items()}
        faults.check()
        way = check(document["equalise_by"], faults, "'equalise_by'", "equaliser")
        if len(way) != 1:
            faults.add(way.place, f"'equalise_by' must hold one of {', '.join(fields()['equaliser'])}")
        faults.check()
        for key, each in alternatives.items():
            process, quality = equalised(key, way, each.process, qualities, beside)
            alternatives[key] = replace(each, process=process, quality=quality)
    return parts.told_apart(alternatives)


def _bind_quality(alternative: Alternative, scopes: Scopes, faults: Faults) -> Alternative:
    with faults.at(alternative.place, f"quality of '{alternative.key}': "):
        return replace(alternative, quality=scopes.bind(alternative.quality, scopes.study_name))
    return alternative
