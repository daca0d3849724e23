"""A study like another: what it writes replaces, the rest is the other's. And new values for parameters of inventories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lca.documents import Mapping, child, read_yaml
from lca.errors import DataError, Faults, LCAError, UnknownName, nearest
from lca.folders import find, short
from lca.instances import Reader, renewed
from lca.processes import Process

BY_ENTRY = ("choices", "second_order", "left_out", "parameters", "processes")  # inherited entry by entry
NOT_INHERITED = ("like", "status", "report")  # what an analyst says of one study


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
    document = _without_empty(document)
    merged = _over(document, Mapping({key: value for key, value in above.items() if key not in NOT_INHERITED}))
    for key, value in document.items():
        if key in BY_ENTRY and isinstance(value, Mapping) and isinstance(above.get(key), Mapping):
            old = above[key]
            if key == "parameters":
                place, value = value.place, Mapping({name: renewed(entry, old.get(name)) for name, entry in value.items()})
                value.place = place
            merged[key] = _over(value, old)
    return merged


def _without_empty(document: Mapping) -> Mapping:
    """`parameters:` with nothing below it adds nothing and takes nothing away."""
    kept = Mapping({key: value for key, value in document.items() if key not in BY_ENTRY or value != ""})
    kept.place = document.place
    return kept


def _over(entries: Mapping, above: Mapping) -> Mapping:
    """Entries, and those above that they do not replace, in the order of above; every key keeps the place where it was written."""
    written = {key: key for key in entries}
    merged = Mapping({written.get(key, key): entries.get(key, value) for key, value in above.items()})
    merged.update({key: value for key, value in entries.items() if key not in above})
    merged.place = entries.place
    return merged


def split_dotted(parameters: Mapping) -> tuple[Mapping, Mapping]:
    """The study's own parameters, and those that it renews in its inventories (`process.parameter`)."""
    own, dotted = (Mapping({key: value for key, value in parameters.items() if ("." in key) == wanted}) for wanted in (False, True))
    own.place = dotted.place = parameters.place
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
            try:
                new = reader.renew(name, own, entry, process.parameters[own], place)
            except LCAError as error:
                faults.catch(error)
                continue
            processes[key] = replace(process, parameters={**process.parameters, own: new})
    return processes


def own_parameters(document: Mapping, faults: Faults) -> tuple[Mapping, Mapping]:
    return split_dotted(child(document, "parameters", faults))
