"""What inventories expect of a study. Where the study lacks such a parameter, or has another kind of thing under its name, the
example of an inventory stands in for it while the rest is checked; then one fault says what is lacking and who wants it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

from lca.documents import Mapping
from lca.errors import Faults, UnitError, UnknownName, nearest
from lca.instances import Reader
from lca.parameters import Parameter, read_parameters
from lca.processes import Process
from lca.quantities import show_dimension

NAMED, LISTED = 4, 12  # inventories that a message names, choices that it lists


@dataclass(frozen=True)
class Lacking:
    """An expected parameter that the study lacks: how it could be written, why the one that it has will not do, and who wants it."""

    name: str
    example: Mapping
    stand_in: Parameter
    why: str
    place: str
    wanted: list[Mapping]


def find_lacking(name: str, process: Process, processes: Iterable[Process], study: dict[str, Parameter], reader: Reader) -> Lacking | None:
    """What the study lacks of an expected name, if anything: all of it, or it has a number for a choice or a number of another dimension.
    A study can write it as one of the inventories says, else by what may be chosen."""
    entries = [each.expects[name] for each in (process, *processes) if name in each.expects]
    written = (Mapping(each["example"]) for each in entries if isinstance(each.get("example"), Mapping))
    chosen = (Mapping({"value": each["choices"][0], "choices": each["choices"]}) for each in entries if each.get("choices"))
    example = next(chain(written, chosen), None)
    if example is None and name not in study:
        raise UnknownName(f"'{process.key}' expects the parameter '{name}' of the study, which does not declare it. {nearest(name, study, 'parameter')}")
    if example is None:
        return None
    faults = Faults()
    stand_in = read_parameters(Mapping({name: example}), reader.units, reader.sources, faults).get(name)
    faults.check()
    assert stand_in
    if name not in study:
        return Lacking(name, example, stand_in, "", "", [process.expects[name]])
    declared, why = study[name], ""
    kinds = ["a choice" if each.choices else "a number" for each in (declared, stand_in)]
    if kinds[0] != kinds[1]:
        why = f"has {kinds[0]} for it instead of {kinds[1]}"
    elif declared.kind == stand_in.kind == "quantity" and declared.unit.dimension != stand_in.unit.dimension:
        why = f"has it in {show_dimension(declared.unit.dimension)} instead of {show_dimension(stand_in.unit.dimension)}"
    return Lacking(name, example, stand_in, why, declared.place, [process.expects[name]]) if why else None


def tell_lacking(lacking: Iterable[Lacking | None], study: Collection[str], file: str, faults: Faults) -> None:
    """One fault for each, at the study's file or at what it declares."""
    found = [each for each in lacking if each]
    declared = set(study) - {each.name for each in found}
    for each in found:
        faults.add(each.place or file, spell_lacking(each, declared), UnitError if each.why else UnknownName)


def spell_lacking(lacking: Lacking, declared: Collection[str]) -> str:
    """Who wants what, and a line that mends it."""
    files = list(dict.fromkeys(each.place.partition(":")[0] for each in lacking.wanted))
    others = [each.rpartition("/")[2] for each in files[1:NAMED]] + ([f"{len(files) - NAMED} more"] if len(files) > NAMED else [])
    who = files[0] + (f" (and {', '.join(others)})" if others else "")
    notes = [each.text("note") for each in lacking.wanted if each.text("note")]
    told = "; ".join(filter(None, [lacking.wanted[0].text("label_en"), *notes[:1]]))
    what = f"'{lacking.name}' of the study{f' ({told})' if told else ''}"
    hint = "" if lacking.why else nearest(lacking.name, declared, "parameter")
    close = f" {hint}" if hint.startswith("Did") else ""
    text = f"{who} expects the parameter {what}, which {lacking.why or 'does not declare it'}.{close}"
    return f"{text} Under 'parameters:', for example: {lacking.name}: {_spell(lacking.example)}"


def spell_refused(name: str, wrong: list[str], entry: Mapping) -> str:
    """What an inventory does not know of a parameter with choices, and what it knows."""
    known, hint = [str(each) for each in entry["choices"]], nearest(wrong[0], map(str, entry["choices"]))
    many = f" (nor {', '.join(wrong[1:])})" if len(wrong) > 1 else ""
    those = f" Allowed: {', '.join(known)}." if hint.startswith("Did") and len(known) <= LISTED else ""
    file = entry.place.partition(":")[0]
    return f"{file} has no '{wrong[0]}'{many} for '{name}'. {hint}{those} What calls it may set another: with: {{{name}: ...}}"


def _spell(value: object) -> str:
    """An entry as it is written in a study."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_spell(each)}" for key, each in value.items()) + "}"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
