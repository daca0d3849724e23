"""Instances of processes, those of tables included, and new values for parameters that stand elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lca.documents import Mapping, Row, Text, listed, read_csv, read_rows
from lca.errors import DataError, Faults, LCAError, UnitError, UnknownName, nearest
from lca.folders import find
from lca.formats import check
from lca.parameters import Parameter, read_parameters
from lca.processes import Process
from lca.quantities import Units, show_dimension
from lca.sources import Source

KEPT = ("label_en", "label_fr", "find_en", "find_fr", "allowed")  # of a parameter that gets a new value
ROW = ("process", "like", "label_en", "label_fr", "note")
ABOUT = ("label_en", "label_fr", "note")


@dataclass(frozen=True)
class Reader:
    """What it takes to read a value: the units and the references."""

    units: Units
    sources: dict[str, Source]

    def renew(self, name: str, own: str, entry: object, old: Parameter, place: str) -> Parameter:
        """A parameter (`name` in full) with a new entry, of the same dimension; labels and limits stay where it has none."""
        faults = Faults()
        if old.choices and isinstance(entry, Mapping) and "choices" not in entry:  # made once and for all
            entry, written = Mapping({Text("choices", place): [Text(entry.text("value"), place)], **entry}), entry
            entry.place = written.place
        spelled = Mapping({Text(own, place): renewed(entry, Mapping({each: text for each, text in old.about.items() if each in KEPT}))})
        new = read_parameters(spelled, self.units, self.sources, faults).get(own, old)
        stated = all(each.kind == "quantity" or each.unit.text for each in (old, new))
        if stated and "choice" not in (old.kind, new.kind) and new.unit.dimension != old.unit.dimension:
            text = f"'{name}' is {show_dimension(new.unit.dimension)}; the inventory has {show_dimension(old.unit.dimension)} (as in {old.written})"
            faults.add(place, text, UnitError)
        faults.check()
        return replace(new, allowed=new.allowed or old.allowed)


def renewed(entry: object, old: object) -> object:
    """A parameter's new entry, with the labels of the old one where it has none; limits are those of a number."""
    if not isinstance(entry, Mapping) or not isinstance(old, Mapping):
        return entry
    is_number = "formula" not in entry and "choices" not in entry
    kept = {key: value for key, value in old.items() if key in KEPT and key not in entry and (is_number or key != "allowed")}
    if isinstance(kept.get("allowed"), list):
        kept["allowed"] = [_with_unit(each, old.text("value")) for each in kept["allowed"]]
    whole = Mapping({**kept, **entry})
    whole.place = entry.place
    return whole


def _with_unit(bound: object, value: str) -> object:
    """A limit written without a unit is in that of its value, also where the new value has another."""
    unit = value.strip().partition(" ")[2]
    return Text(f"{bound} {unit}", getattr(bound, "place", "")) if isinstance(bound, str) and unit and " " not in bound.strip() else bound


def read_tables(document: Mapping, asker: Path, known: Iterable[str], read: set[Path], faults: Faults, from_study: bool) -> dict[str, Process]:
    """The instances that a document's `tables:` hold, a row each in NAME_processes.csv, with their values in NAME_values.csv.

    A value has its own source and range; it is read when something reaches it. What was `read` already is not read again."""
    found, taken = dict[str, Process](), set(known)
    for name in listed(document, "tables", faults):
        try:
            files = [find("inventories", f"{name}_{each}.csv", asker) for each in ("processes", "values")]
            if files[0].resolve() in read:
                continue
            read.add(files[0].resolve())
            for row in read_csv(files[0], ROW[:4]):
                check_row(row, taken, faults)
                about = {each: row.text(each) for each in ABOUT if row.text(each)}
                found[row.text("process")] = Process(row.text("process"), "", {}, {}, (), {}, about, row.place, row.text("like"), from_study=from_study)
            for value in read_rows(files[1], ("process", "parameter", "value", "source")):
                _add_value(value, found, faults)
        except LCAError as error:
            faults.add(document.place_of("tables") if isinstance(error, UnknownName) else "", str(error), type(error))
    return found


def check_row(row: Mapping, taken: set[str], faults: Faults) -> None:
    """A row names a new process and what that is like."""
    key = row.text("process")
    for each in ROW[:4]:
        if not row.text(each):
            faults.add(row.place, f"the row of '{key}' has no '{each}'")
    if key in taken:
        faults.add(row.place, f"the process '{key}' is declared twice")
    taken.add(key)


def _add_value(row: Row, found: dict[str, Process], faults: Faults) -> None:
    key, name = row.cells["process"].strip(), row.cells["parameter"].strip()
    if key not in found:
        faults.add(row.place, f"there is no process '{key}' in the table beside. {nearest(key, found)}", UnknownName)
    elif name in found[key].settings:
        faults.add(row.place, f"the value of '{name}' of '{key}' stands twice (first at {found[key].settings[name].place})")
    else:
        found[key].settings[name] = row


def entry_of(row: Row) -> Mapping:
    """The value that a row of NAME_values.csv holds."""
    whole, faults = row.mapping(), Faults()
    entry = Mapping({each: text for each, text in whole.items() if text and each not in ("process", "parameter")})
    entry.place = row.place
    check(entry, faults, f"the value of '{whole['parameter']}' of '{whole['process']}'", "setting")
    faults.check()
    return entry


def resolve_instances(processes: dict[str, Process], faults: Faults) -> dict[str, Process]:
    """Give instances the lines, unit and tags of their originals; parameters are linked when the study is expanded."""

    def resolve(key: str, seen: tuple[str, ...]) -> Process:
        process = processes[key]
        if not process.like:
            return process
        if process.like not in processes:
            faults.add(process.place, f"process '{key}' is like '{process.like}', which does not exist. {nearest(process.like, processes)}", UnknownName)
            return process
        if process.like in seen:
            raise DataError(f"{process.place}: instances are like each other in a circle: {' -> '.join((*seen, process.like))}")
        original = resolve(process.like, (*seen, process.like))
        return replace(process, unit=original.unit, tags={**original.tags, **process.tags}, exchanges=original.exchanges,
                       expects=original.expects, from_study=original.from_study, about={**original.about, **process.about},
                       requires=original.requires, covers=original.covers, given=original.given,
                       device=process.device or original.device)  # fmt: skip

    return {key: resolve(key, (key,)) for key in processes}
