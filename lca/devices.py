"""Devices: processes whose family says `device: yes`, the rows of its tables included, each computed for one unit without a
study and graded by the values that others published for it (inventories/published_devices.csv)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lca.background import Background
from lca.calculation import count_amounts, needed
from lca.documents import Mapping as Document
from lca.documents import Text, read_csv, read_text
from lca.errors import Faults, LCAError
from lca.expressions import Array
from lca.folders import shipped, short
from lca.grades import DEVICES, RESTS, Comparison, check_row, compare, letter, origins, shares_by_source
from lca.instances import Reader, resolve_instances
from lca.methods import read_choices
from lca.model import Model, expand
from lca.parameters import Parameter
from lca.processes import Exchange, Process
from lca.quantities import Unit, Units
from lca.rows import Modelled, Values, value_of
from lca.rows import compute as compute_values
from lca.scopes import Scopes
from lca.sources import Source, read_sources
from lca.study import Study, read_all_processes, read_units, read_used
from lca.wording import tag_keys

COLUMNS = ("process", "stage", "indicator", "low", "high", "unit", "year", "source", "locator", "note")
SPANS = {"making": ("manufacturing", "transport"), "all_but_use": ("manufacturing", "transport", "end_of_life")}  # what is published together
MARKS = ("device:", "like:", "tables:")  # a file without any of them is not looked into
ASSUMED = {"country": "FRA"}  # where a device asks a study for it; said wherever the devices are listed


@dataclass(frozen=True)
class Component:
    """A line of a device itself, with all that stands behind it; `scores` is stage x indicator."""

    label_en: str
    label_fr: str
    scores: Array


@dataclass(frozen=True)
class Device:
    """One unit of a device; `scores` is stage x indicator, `inputs` the scores of what it buys of the background, per indicator."""

    process: Process
    scores: Array
    components: dict[str, Component]
    inputs: dict[str, Array]


@dataclass(frozen=True)
class Expanded:
    model: Model
    units: Units


@dataclass(frozen=True)
class Catalogue:
    """Devices by their key, and what was published for them; `assumed` holds what no study said."""

    devices: dict[str, Device]
    comparisons: tuple[Comparison, ...]
    assumed: dict[str, str]

    def beside(self, key: str, indicator: str) -> tuple[Comparison, ...]:
        return tuple(each for each in self.comparisons if (each.product, each.indicator) == (key, indicator))

    def grade(self, key: str, indicator: str) -> str:
        return letter(self.beside(key, indicator))

    @property
    def stages(self) -> list[int]:
        """The stages in which some device has something, by their place among all."""
        return [s for s in range(len(tag_keys("stage"))) if any(each.scores[s].any() for each in self.devices.values())]


_known: dict[tuple[object, ...], Catalogue] = {}


def catalogue(background: Background) -> Catalogue:
    """All devices under the default value choices; they are read once per process and working folder."""
    key = (background.key, tuple(background.indicators), tuple(sorted(background.chosen.items())), Path.cwd())
    if key not in _known:
        _known[key] = read_catalogue(background)
    return _known[key]


def read_catalogue(background: Background) -> Catalogue:
    """The devices of the shipped inventories and of the user's ./inventories/foreground."""
    faults = Faults()
    sources, choices = read_sources(faults), read_choices(Document(), {}, faults)
    faults.check()
    devices, assumed = dict[str, Device](), dict[str, str]()
    for documents in _families():
        reader = Reader(read_units(documents, faults), sources)
        processes = resolve_instances(read_all_processes(documents, reader, faults), faults)
        faults.check()
        given = {name: Parameter(name, Unit("", 1.0, ()), choices=(each,), choice=each, written=each) for name, each in ASSUMED.items()}
        scopes = Scopes(given, processes, reader, choices.parameters)
        wanted = {key: each for key, each in processes.items() if each.device and not _is_known(each, devices, faults)}
        if not wanted:
            continue
        model = expand(scopes, wanted, {}, background.products, background.flows, faults)
        devices |= compute_devices(Expanded(model, reader.units), dict(zip(wanted, model.roots, strict=True)), background, faults)
        faults.check()
        assumed |= {name: each for name, each in ASSUMED.items() if name in model.variables}
    return Catalogue(devices, tuple(read_published(devices, background, sources)), assumed)


def of_study(study: Study, background: Background, keys: Iterable[str]) -> Catalogue:
    """Some devices as a study has them: with its own values, before any scenario."""
    nodes = {each.process.key: number for number, each in reversed(list(enumerate(study.model.nodes)))}
    faults, chosen = Faults(), {key: nodes[key] for key in keys if key in nodes}
    devices = compute_devices(study, chosen, background, faults) if chosen else {}
    return Catalogue(devices, tuple(read_published(devices, background, study.sources, only=devices)) if devices else (), {})


def _is_known(process: Process, devices: Mapping[str, Device], faults: Faults) -> bool:
    """Whether a device was computed with another file; another one of the same name is a fault."""
    other = devices.get(process.key)
    if other and other.process.place != process.place:
        faults.add(process.place, f"the device '{process.key}' is declared twice (first at {other.process.place})")
    return other is not None


def _families() -> Iterable[dict[str, Document]]:
    """Inventories that hold devices or instances of them, with all that they use; what a larger set holds does not come again."""
    ours, theirs = (sorted(folder.glob("*.yaml")) for folder in (shipped("inventories") / "foreground", Path("inventories", "foreground").resolve()))
    faults, found, known = Faults(), list[dict[str, Document]](), dict[str, Document]()
    paths = {**{path.name: path for path in ours}, **{path.name: path for path in theirs}}  # as `use:` finds them: the user's first
    for path in (each for each in paths.values() if any(key in read_text(each) for key in MARKS)):
        documents = read_used(Document({Text("use", short(path)): [Text(path.as_posix(), short(path))]}), (), faults, known)
        faults.check()
        own = next(iter(documents.values()))
        entries = [each for each in own.get("processes", {}).values() if isinstance(each, dict)] if isinstance(own.get("processes"), dict) else []
        if any("device" in each for each in entries) or (("tables" in own or any("like" in each for each in entries)) and _has_devices(documents)):
            found.append(documents)
    seen = set[str]()
    for documents in sorted(found, key=len, reverse=True):
        if next(iter(documents)) not in seen:
            seen |= documents.keys()
            yield {"": Document(), **documents}  # the first one is a study's, which is not there


def _has_devices(documents: Mapping[str, Document]) -> bool:
    tables = [each["processes"] for each in documents.values() if isinstance(each.get("processes"), dict)]
    return any("device" in entry for table in tables for entry in table.values() if isinstance(entry, dict))


def compute_devices(modelled: Modelled, nodes: dict[str, int], background: Background, faults: Faults) -> dict[str, Device]:
    """One unit of each of some nodes; a requirement that does not hold is a fault."""
    model = modelled.model
    values = compute_values(model.variables, {})
    _check_requirements(model, values, faults)
    calls, lines, inputs = count_amounts(modelled, background, values, 1)
    called = sorted({each.called for each in model.calls if each.caller in nodes.values()})
    demand = [modelled.units.unit(model.nodes[each].process.unit).factor for each in nodes.values()] + [1.0] * len(called)
    quantities = needed(modelled, [*nodes.values(), *called], np.array(demand), calls, lines)[:, 0]
    unit = background.table.sum(axis=1)[inputs[0]]
    stages = np.array([[each.tags["stage"] == stage for each in model.lines] for stage in tag_keys("stage")])
    scores = np.stack([quantities[:, each] @ unit[each] for each in stages], axis=1)
    behind = dict(zip(called, scores[len(nodes) :], strict=True))
    names, found, calling = [*background.products, *background.flows], dict[str, Device](), dict[int, list[int]]()
    for n, call in enumerate(model.calls):
        calling.setdefault(call.caller, []).append(n)
    for row, (key, node) in enumerate(nodes.items()):
        bought = dict[str, Array]()
        for line in np.flatnonzero(quantities[row]):
            name = names[inputs[0, line]]
            bought[name] = bought.get(name, np.zeros(unit.shape[1])) + quantities[row, line] * unit[line]
        own = [(*_named(model, n), demand[row] * calls[0, n] * behind[model.calls[n].called]) for n in calling.get(node, ()) if calls[0, n]]
        for n in (n for n, each in enumerate(model.lines) if each.node == node and quantities[row, n]):
            product = background.products.get(names[inputs[0, n]]) or background.flows[names[inputs[0, n]]]
            about = {"label_en": product.label_en, "label_fr": product.label_fr, **model.lines[n].exchange.about}
            own.append((_name(model.lines[n].exchange, product.key), about, stages[:, n, None] * (quantities[row, n] * unit[n])[None]))
        found[key] = Device(model.nodes[node].process, scores[row], _components(own), bought)
    return found


def _name(exchange: Exchange, picked: str) -> str:
    """The name of a line: its own, else what it counts (of what a choice picks from, what it picks)."""
    return picked if exchange.key == exchange.input else exchange.key


def _named(model: Model, call: int) -> tuple[str, dict[str, str]]:
    called, exchange = model.nodes[model.calls[call].called].process, model.calls[call].exchange
    return _name(exchange, called.key), {**called.about, **exchange.about}


def _components(own: Iterable[tuple[str, dict[str, str], Array]]) -> dict[str, Component]:
    found = dict[str, Component]()
    for key, about, scores in own:
        before = found[key].scores if key in found else 0.0
        found[key] = Component(about.get("label_en", key), about.get("label_fr", key), before + scores)
    return found


def _check_requirements(model: Model, values: Values, faults: Faults) -> None:
    for each in model.requirements:
        if not (np.nan_to_num(value_of(each.formula, values)) != 0).all():
            told = each.requirement
            faults.add(told.place, f"'{model.nodes[each.node].process.key}': {told.message_en} / {told.message_fr} ({told.written})")


def read_published(devices: Mapping[str, Device], background: Background, sources: dict[str, Source],
                   only: Mapping[str, Device] | None = None) -> list[Comparison]:  # fmt: skip
    """Every published value beside ours; rows of other devices are passed over if `only` some are asked for."""
    faults, found, path = Faults(), list[Comparison](), shipped("inventories") / DEVICES
    rests = lru_cache(lambda indicator: shares_by_source(background, indicator))
    stages = [each for each in tag_keys("stage") if each in {stage for span in SPANS.values() for stage in span}]
    known = (("device", "process", devices), ("indicator", "indicator", background.indicators), ("stage", "stage", [*stages, *SPANS]))
    for row in read_csv(path, COLUMNS) if path.is_file() else ():
        name, indicator, stage = (row.text(each) for each in ("process", "indicator", "stage"))
        if only is not None and name not in only:
            continue
        try:
            check_row(row, known, lambda: f"{background.indicators[indicator].unit}/{devices[name].process.unit}", sources)  # noqa: B023
        except LCAError as error:
            if only is None:  # a study does not answer for the list
                faults.add("", str(error), type(error))
            continue
        device, place = devices[name], background.positions([indicator])[0]
        scores = dict(zip(tag_keys("stage"), device.scores[:, place].tolist(), strict=True))
        ours, whole = sum(scores[each] for each in SPANS.get(stage, (stage,))), sum(scores.values())
        found.append(compare(row, name, stage, ours, whole, _is_independent(device, place, origins(row), rests(indicator))))
    faults.check()
    return found


def _is_independent(device: Device, place: int, published: set[str], rests: Mapping[tuple[str, str], float]) -> bool:
    """Less than a twentieth of its score rests on rows from the document of the value. What a maker says of the make-up of a device is no footprint."""
    carried = sum(abs(scores[place]) * rests.get((name, each), 0.0) for name, scores in device.inputs.items() for each in published)
    return bool(carried < RESTS * abs(device.scores[:, place].sum()))
