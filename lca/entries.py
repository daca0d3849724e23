"""What the rows of background tables must hold before they are read as processes and exchanges."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lca.documents import Mapping, read_csv
from lca.errors import Faults, LCAError, UnknownName, nearest
from lca.folders import short
from lca.quantities import Units
from lca.sources import ASSUMPTION

PRODUCT = ("process", "unit", "location", "label_en", "label_fr", "part", "note", "shares")
ROW = ("process", "input", "amount", "unit", "low", "high", "distribution", "together", "when", "year", "location", "source", "locator", "basis", "note")
MAY_LACK = ("note", "shares", "distribution", "together", "when", "year", "location", "locator")
PARTS = ("carrier", "direct", "grid")
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
YEAR = re.compile(r"\d{4}(-\d{4})?")
MADE, USED = "_processes", "_exchanges"  # ends of the names of the two kinds of tables


def read_table(path: Path, columns: tuple[str, ...], faults: Faults) -> Iterator[Mapping]:
    """Rows of a background table; a column that nothing reads is a fault."""
    for number, row in enumerate(read_csv(path, [each for each in columns if each not in MAY_LACK])):
        for key in (each for each in row if not number and each not in columns):
            faults.add(f"{short(path)}:1", f"there is no column '{key}'. {nearest(key, columns)}", UnknownName)
        yield row


@dataclass
class Declared:
    """The processes declared so far, each with its place; those that were refused are not missed further down."""

    places: dict[str, str] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)  # by their name in small letters
    refused: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)  # by rows of the tables of exchanges

    def accept(self, row: Mapping, path: Path, units: Units, faults: Faults) -> bool:
        """Whether a row declares a process that can be read; what is wrong with it is kept."""
        key = str(row["process"])
        wrong = list(self._wrong_name(key, path))
        if row["part"] and row["part"] not in PARTS:
            wrong.append(f"the part of '{key}' cannot be '{row['part']}'. {nearest(row['part'], PARTS)} Or leave it empty")
        if row.text("shares") not in ("", "yes"):
            wrong.append(f"'shares' of '{key}' is '{row.text('shares')}': it can be 'yes' or empty")
        if lacking := [each for each in ("unit", "label_en", "label_fr") if not row[each]]:
            wrong.append(f"the process '{key}' has no {', '.join(lacking)}")
        try:
            units.unit(row["unit"])
        except LCAError as error:
            faults.add(row.place, f"the process '{key}': {error}", type(error))
            self.refused.add(key)
        for text in wrong:
            faults.add(row.place, text)
            self.refused.add(key)
        if key in self.refused:
            return False
        self.places[key], self.folders[key], self.spelled[key.lower()] = row.place, path.parent, key
        return True

    def _wrong_name(self, key: str, path: Path) -> Iterator[str]:
        same = key if key in self.places else self.spelled.get(key.lower())
        if not KEY.fullmatch(key):
            yield f"'{key}' cannot be a process: letters, digits and _, beginning with a letter" if key else "has no name in the column 'process'"
        elif same == key and self.folders[key] != path.parent:
            yield f"the process '{key}' is declared twice: it is a shipped one, which cannot be changed. Declare yours under a name of its own"
        elif same == key:
            yield f"the process '{key}' is declared twice (first at {self.places[key]})"
        elif same:
            yield f"the process '{key}' differs from '{same}' only by capital letters"

    def rows(self, path: Path, faults: Faults) -> Iterator[Mapping]:
        """Rows of a table of exchanges whose process and input were not refused; an unknown or a shipped process is a fault."""
        name = path.name.replace(USED, MADE)
        for row in read_table(path, ROW, faults):
            key = str(row["process"])
            self.named.add(key)
            if key in self.refused or row["input"] in self.refused:
                continue
            if not key:
                faults.add(row.place, "has no name in the column 'process'")
            elif key in self.places and self.folders[key] != path.parent:
                faults.add(row.place, f"'{key}' is a shipped process, which cannot be changed: declare one under a name of your own")
            elif key in self.places:
                yield row
            elif (path.parent / name).is_file():
                faults.add(row.place, f"there is no process '{key}'. {nearest(key, self.places)}", UnknownName)
            else:
                faults.add(row.place, f"there is no process '{key}': there is no table {name} beside this one, which would declare it", UnknownName)
                break

    def check_used(self, faults: Faults) -> None:
        """Every process has an exchange; where its second table is missing, that is said once."""
        told: set[str] = set()
        for key in sorted(self.places.keys() - self.named):
            table = self.places[key].rpartition(":")[0]
            name = Path(table).name.replace(MADE, USED)
            missing = not (self.folders[key] / name).is_file()
            if table not in told:
                faults.add(self.places[key], f"the process '{key}' has no exchange" + (f": there is no table {name} beside this one" if missing else ""))
            told.update([table] if missing else [])


def check_row(row: Mapping, amount: float, ranged: bool, seen: dict[tuple[str, ...], str], faults: Faults) -> None:
    """What a row must hold beside a number, a unit and a source."""
    key = (str(row["process"]), str(row["input"]), row.text("when"))
    what = f"{key[0]} <- {key[1]}"
    if key[0] == key[1]:
        faults.add(row.place, f"{what}: a process cannot need itself. Put what it loses into its other inputs")
    if key in seen:
        faults.add(row.place, f"{what} is there twice (first at {seen[key]}): write one row with the sum")
    if amount < 0 and not row.text("note"):
        faults.add(row.place, f"{what}: the amount {row['amount']} is negative. An input is positive; if it is a credit, say so in 'note'")
    if row.text("year") and not YEAR.fullmatch(row.text("year")):
        faults.add(row.place, f"{what}: '{row.text('year')}' is no year. Allowed: 2023, or 2022-2023")
    if row["basis"] == ASSUMPTION and not ranged:
        faults.add(row.place, f"{what} is an assumption and needs low and high")
    seen.setdefault(key, row.place)
