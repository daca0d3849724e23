"""Reads YAML and CSV so that text stays text and every value knows its place (file:line)."""

import csv
import io
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml

from lca.errors import DataError, Faults, UnknownName, nearest
from lca.folders import short

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_HOLDS = (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.AliasEvent)


class Text(str):
    """A scalar as written (`NO` is Norway, `1e6` is read as a number later), with its place."""

    place: str

    def __new__(cls, value: str, place: str = "") -> Self:
        text = super().__new__(cls, value)
        text.place = place
        return text


class Mapping(dict[str, Any]):
    """A YAML mapping or CSV row with its place; keys are Text."""

    place: str = ""

    def text(self, key: str, default: str = "") -> str:
        value = self.get(key, default)
        if not isinstance(value, str):
            raise DataError(f"{self.place_of(key)}: '{key}' must be text, not {'a list' if isinstance(value, list) else 'key: value lines'}")
        return value

    def place_of(self, key: str) -> str:
        return next((each.place for each in self if each == key and isinstance(each, Text)), self.place)

    def like(self, entries: dict[str, Any]) -> "Mapping":
        """Other entries at the same place."""
        return placed(entries, self.place)


def placed(entries: dict[str, Any], place: str) -> Mapping:
    """Entries with their place."""
    mapping = Mapping(entries)
    mapping.place = place
    return mapping


class Sequence(list[Any]):
    place: str = ""


def read_text(path: Path) -> str:
    """A text file as UTF-8; a missing or binary one is one clear error."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UnknownName(f"there is no file {short(path)}") from None
    except IsADirectoryError:
        raise DataError(f"{short(path)}: is a folder, not a file") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{short(path)}:{line}: is not UTF-8 text (byte {error.start}). Save it as UTF-8") from None
    except OSError as error:
        raise DataError(f"{short(path)}: cannot be read ({error.strerror})") from None
    if "\0" in text:
        raise DataError(f"{short(path)}: is a binary file, not text")
    return text


def read_yaml(path: Path) -> Mapping:
    """A YAML file as mappings, lists and text with places; anchors, tags and repeated keys are faults."""
    return _read_yaml(short(path), read_text(path))


@lru_cache(maxsize=256)  # nothing changes a document once it is read
def _read_yaml(name: str, text: str) -> Mapping:
    faults = Faults()
    try:
        root = _build(yaml.parse(text, Loader=_Loader), name, faults)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        raise DataError(f"{place}: is not valid YAML: {_explain(error)}") from None
    faults.check()
    if root is None:
        raise DataError(f"{name}: is empty")
    if not isinstance(root, Mapping):
        raise DataError(f"{name}: expected 'key: value' lines at the top")
    return root


def _explain(error: yaml.YAMLError) -> str:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if "cannot start any token" in problem:
        return "a tab or a sign that YAML keeps for itself (@ ` %). Indent with spaces and put such text in quotes"
    if "mapping values are not allowed" in problem:
        return "a second ': ' in the line. Put text that holds a colon in quotes, and check the indentation"
    return problem


def _build(events: Iterable[Any], name: str, faults: Faults) -> Any:
    """Turn parser events into the tree (iterative: nesting cannot exhaust the stack)."""
    root: Any = None
    stack: list[tuple[Any, list[Text]]] = []  # open collection, pending key
    for event in events:
        kind = type(event)
        if kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            stack.pop()
            continue
        if kind not in _HOLDS:
            continue
        place = f"{name}:{event.start_mark.line + 1}"
        if event.anchor:
            faults.add(place, "anchors and aliases (&, *) are not allowed: write the value out")
        elif event.tag:
            faults.add(place, f"tags ({event.tag}) are not allowed: write plain text")
        if kind in (yaml.ScalarEvent, yaml.AliasEvent):
            value: Any = Text(getattr(event, "value", ""), place)
        else:
            value = Mapping() if kind is yaml.MappingStartEvent else Sequence()
            value.place = place
        if not stack:
            if root is not None:
                faults.add(place, "holds more than one document")
            root = value
        else:
            _place_into(*stack[-1], value, place, faults)
        if kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
            stack.append((value, []))
    return root


def _place_into(parent: Any, key: list[Text], value: Any, place: str, faults: Faults) -> None:
    if isinstance(parent, Sequence):
        parent.append(value)
    elif not key:
        if not isinstance(value, Text):
            faults.add(place, "a key must be plain text")
            value = Text("?", place)
        key.append(value)
    else:
        name = key.pop()
        if name in parent:
            faults.add(name.place, f"the key '{name}' is repeated (first at {parent.place_of(name)})")
        parent[name] = value


class Row(NamedTuple):
    """A row of a CSV file as it stands there, for tables of which few rows are read."""

    place: str
    cells: dict[str, str]

    def mapping(self) -> Mapping:
        return placed({key: value.strip() for key, value in self.cells.items()}, self.place)  # the place of the row is that of its cells


def read_csv(path: Path, required: Iterable[str]) -> Iterator[Mapping]:
    """Rows of a CSV file with their places; the named columns must be there."""
    return (row.mapping() for row in read_rows(path, required))


def read_rows(path: Path, required: Iterable[str]) -> Iterator[Row]:
    name, faults = short(path), Faults()
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        columns = [each.strip() for each in next(reader, [])]
        _check_columns(columns, required, f"{name}:1")
        for cells in reader:
            place = f"{name}:{reader.line_num}"
            if cells and len(cells) != len(columns):
                faults.add(
                    place,
                    f"has {len(cells)} cells, the first line has {len(columns)} columns (numbers have a decimal point; text with a comma goes in quotes)",
                )
            elif cells:
                yield Row(place, dict(zip(columns, cells, strict=True)))
    except csv.Error as error:
        raise DataError(f"{name}:{reader.line_num}: is not valid CSV: {error}") from None
    faults.check()


def _check_columns(columns: list[str], required: Iterable[str], place: str) -> None:
    missing = [each for each in required if each not in columns]
    if missing:
        other = next((name for sign, name in ((";", "semicolons"), ("\t", "tabs")) if any(sign in each for each in columns)), None)
        if other:
            raise DataError(f"{place}: columns are separated by {other}. Save the table with commas between the cells and decimal points in numbers")
        raise DataError(f"{place}: lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}{_near(missing, columns)}")
    repeated = sorted({each for each in columns if columns.count(each) > 1})
    if repeated:
        raise DataError(f"{place}: repeats the column{'s' if len(repeated) > 1 else ''} {', '.join(repeated)}")


def _near(missing: list[str], columns: list[str]) -> str:
    """Columns that are there under nearly the name of one that is missing."""
    found = [f"'{each}' stands there" for each in columns if each and each not in missing and get_close_matches(each.lower(), missing, n=1, cutoff=0.75)]
    return f" ({', '.join(found)})" if found else ""


def check_keys(mapping: Any, faults: Faults, what: str, required: Iterable[str] = (), optional: Iterable[str] = ()) -> Mapping:
    """Unknown and missing keys are faults (they catch `{amount: max(a, b)}`, which YAML splits at the comma)."""
    if not isinstance(mapping, Mapping):
        found = f"'{mapping[:60]}'" if isinstance(mapping, str) else "a list" if isinstance(mapping, list) else "nothing"
        faults.add(getattr(mapping, "place", ""), f"{what} must be 'key: value' lines, not {found}")
        return Mapping()
    required, allowed = list(required), {*required, *optional}
    for key in mapping:
        if key not in allowed:
            hint = "A number has a decimal point: YAML splits at the comma." if key[:1].isdigit() else nearest(key, allowed)
            faults.add(mapping.place_of(key), f"{what} has no key '{key}'. {hint}", UnknownName)
    for key in required:
        if key not in mapping:
            faults.add(mapping.place, f"{what} lacks the key '{key}'")
    return mapping


def listed(mapping: Mapping, key: str, faults: Faults) -> list[Any]:
    """A list below a key; empty when absent, a fault when it is something else."""
    value = mapping.get(key)
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        faults.add(mapping.place_of(key), f"'{key}' must be a list, as in [{value if isinstance(value, str) else 'one, two'}]")
        return []
    return value


def child(mapping: Mapping, key: str, faults: Faults) -> Mapping:
    """A mapping below a key; empty when absent, a fault when it is something else."""
    value = mapping.get(key)
    if value is None or value == "":
        return Mapping()
    if not isinstance(value, Mapping):
        faults.add(getattr(value, "place", mapping.place), f"'{key}' must hold 'key: value' lines")
        return Mapping()
    return value
