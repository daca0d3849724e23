"""The format of studies and inventories, declared once in format.csv: what is read is checked against it, the editors'
schema and the tables of docs/formats.md are made from it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lca.documents import Mapping, check_keys, read_csv
from lca.errors import Faults, UnknownName, nearest
from lca.folders import PACKAGE


@dataclass(frozen=True)
class Field:
    """A key of a kind of entry; `holds` names what stands behind it (text, formula, `one:kind`, `many:kind` ...)."""

    key: str
    required: bool
    holds: str
    meaning: str
    example: str


@lru_cache(maxsize=1)
def fields() -> dict[str, dict[str, Field]]:
    """Every kind of entry with its keys."""
    kinds: dict[str, dict[str, Field]] = {}
    for row in read_csv(PACKAGE / "format.csv", ("kind", "key", "required", "holds", "meaning", "example")):
        each = Field(str(row["key"]), row["required"] == "yes", str(row["holds"]), str(row["meaning"]), str(row["example"]))
        kinds.setdefault(str(row["kind"]), {})[each.key] = each
    return kinds


def options(kind: str, key: str) -> tuple[str, ...]:
    """The words that a key may hold."""
    holds = fields()[kind][key].holds
    return tuple(holds.removeprefix("option:").split(" or ")[0].split("|"))


def check(entry: Any, faults: Faults, what: str, kind: str) -> Mapping:
    """An entry of a kind: unknown and missing keys and words outside the list are faults."""
    known = fields()[kind]
    mapping = check_keys(entry, faults, what, [key for key, each in known.items() if each.required], known)
    for key, value in ((key, value) for key, value in mapping.items() if key in known):
        holds, written = known[key].holds, isinstance(value, str)
        if holds.startswith("option:") and (value not in options(kind, key) if written else isinstance(value, list) or " or " not in holds):
            shown = value if written else "a list" if isinstance(value, list) else "key: value lines"
            faults.add(mapping.place_of(key), f"{what}: '{key}' cannot be '{shown}'. {nearest(shown, options(kind, key))}", UnknownName)
        elif holds == "text" and not written:
            faults.add(mapping.place_of(key), f"{what}: '{key}' must be text, not {'a list' if isinstance(value, list) else 'key: value lines'}")
    return mapping
