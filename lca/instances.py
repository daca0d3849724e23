"""What stands elsewhere: instances of processes, those of tables included, a study like another (what it writes replaces, the rest
is the other's), and new values for parameters of both."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lca.documents import Mapping, Row, Text, child, listed, read_csv, read_rows, read_yaml
from lca.errors import DataError, Faults, LCAError, UnitError, UnknownName, nearest
from lca.folders import find, short
from lca.formats import check
from lca.parameters import Parameter, read_parameters
from lca.processes import Process
from lca.quantities import Units, show_dimension
from lca.sources import Source

KEPT = ("label_en", "label_fr", "find_en", "find_fr", "allowed")  # of a parameter that gets a new value
ROW = ("process", "like", "label_en", "label_fr", "note")
ABOUT = ("label_en", "label_fr", "note")
BY_ENTRY = ("choices", "second_order", "left_out", "parameters", "processes")  # inherited entry by entry
NOT_INHERITED = ("like", "status", "report")  # what an analyst says of one study


@dataclass(frozen=True)
class Reader:
    """What it takes to read a value: the units and the references."""

    units: Units
    sources: dict[str, Source]

    def renew(self, name: str, own: str, entry: object, old: Parameter, place: str) -> Parameter:
        """A parameter (`name` in full) with a new entry, of the same dimension; labels and limits stay where it has none."""
        faults = Faults()
        if old.choices and isinstance(entry, Mapping) and "choices" not in entry:  # made once and for all
            entry = entry.like({Text("choices", place): [Text(entry.text("value"), place)], **entry})
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
    if isinstance(kept.get("allowed"), list) and (unit := old.text("value").strip().partition(" ")[2]):
        # A limit written without a unit is in that of its value, also where the new value has another.
        bare = [isinstance(each, str) and " " not in each.strip() for each in kept["allowed"]]
        kept["allowed"] = [Text(f"{each} {unit}", getattr(each, "place", "")) if is_bare else each for each, is_bare in zip(kept["allowed"], bare, strict=True)]
    return entry.like({**kept, **entry})


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
    entry = whole.like({each: text for each, text in whole.items() if text and each not in ("process", "parameter")})
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


def read_with_like(path: Path, below: tuple[Path, ...] = ()) -> tuple[Mapping, tuple[Path, ...]]:
    """A study's document, completed by the studies that it is like; and the files in which it stands, its own first."""
    document = read_yaml(path)
    if path.resolve() in below:
        raise DataError(f"{short(path)}: studies are like each other in a circle: {' -> '.join(short(each) for each in (*below, path))}")
    if not document.get("like"):
        return document, (path,)
    try:
        original = find("scenarios", document.text("like"), path)
    except UnknownName as error:
        raise UnknownName(f"{document.place_of('like')}: {error}") from None
    above, files = read_with_like(original, (*below, path.resolve()))
    return _merge(document, above), (path, *files)


def _merge(document: Mapping, above: Mapping) -> Mapping:
    # `parameters:` with nothing below it adds nothing and takes nothing away
    document = document.like({key: value for key, value in document.items() if key not in BY_ENTRY or value != ""})
    merged = _over(document, Mapping({key: value for key, value in above.items() if key not in NOT_INHERITED}))
    for key, value in document.items():
        if key in BY_ENTRY and isinstance(value, Mapping) and isinstance(above.get(key), Mapping):
            old = above[key]
            if key == "parameters":
                value = value.like({name: renewed(entry, old.get(name)) for name, entry in value.items()})
            merged[key] = _over(value, old)
    return merged


def _over(entries: Mapping, above: Mapping) -> Mapping:
    """Entries, and those above that they do not replace, in the order of above; every key keeps the place where it was written."""
    written = {key: key for key in entries}
    merged = {written.get(key, key): entries.get(key, value) for key, value in above.items()}
    return entries.like({**merged, **{key: value for key, value in entries.items() if key not in above}})


def own_parameters(document: Mapping, faults: Faults) -> tuple[Mapping, Mapping]:
    """The study's own parameters, and those that it renews in its inventories (`process.parameter`)."""
    stated = child(document, "parameters", faults)
    own, dotted = (stated.like({key: value for key, value in stated.items() if ("." in key) == wanted}) for wanted in (False, True))
    return own, dotted


def renew_parameters(dotted: Mapping, processes: dict[str, Process], reader: Reader, faults: Faults) -> dict[str, Process]:
    """The processes, with the values and sources that the study gives to their parameters."""
    processes = dict(processes)
    for name, entry in dotted.items():
        key, _, own = name.partition(".")
        place = dotted.place_of(name)
        process = processes.get(key)
        if process is None:
            faults.add(place, f"there is no process '{key}'. {nearest(key, processes)}", UnknownName)
        elif process.like:
            faults.add(place, f"'{key}' is like '{process.like}' and has no parameters of its own: set '{own}' in its 'with', or renew '{process.like}.{own}'")
        elif own not in process.parameters:
            faults.add(place, f"unknown parameter '{name}'. {nearest(own, process.parameters, 'parameter')}", UnknownName)
        else:
            with faults.at():
                new = reader.renew(name, own, entry, process.parameters[own], place)
                processes[key] = replace(process, parameters={**process.parameters, own: new})
    return processes
