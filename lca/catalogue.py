"""What can be named in a study or on the command line: kinds, and for each kind its entries to look through."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import Any

from lca.background import Background, load_background
from lca.description import value_text
from lca.devices import catalogue
from lca.documents import Mapping, read_csv, read_yaml
from lca.errors import Faults, LCAError, UnknownName, nearest
from lca.folders import shipped, short, write_whole
from lca.grades import LETTERS, grades
from lca.levers import read_library
from lca.library import method_index
from lca.quantities import show_dimension
from lca.sources import read_sources
from lca.study import Study
from lca.tables import CSV_WRITING, inert
from lca.wording import bank, number, say, tag_keys, tag_label

LABELS = ("label_en", "label_fr")
NO_FACT = ("key", *LABELS, "note", "source", "basis", "locator")
TOTAL = "total"
DEVICES = "devices"  # the kind that is shown and written with its numbers
SIMILAR = 0.6  # words less alike than this are not offered for each other


@dataclass(frozen=True)
class Entry:
    """Something that can be named: its name, its labels and one or two facts."""

    key: str
    label_en: str = ""
    label_fr: str = ""
    facts: tuple[str, ...] = ()

    @property
    def folded(self) -> str:
        return fold(f"{self.key} {self.label_en} {self.label_fr}")


Opener = Callable[[], tuple[Study, Background]]  # opens the study when a kind needs it
Reader = Callable[[Opener, str], list[Entry]]


def kinds() -> dict[str, Reader]:
    """All kinds; what the data folders hold besides the known ones is found there."""
    found = dict(READERS)
    for row in _rows(_nomenclature()):
        found.setdefault(str(row["kind"]), partial(_names, str(row["kind"])))
    for path in sorted(shipped("inventories").rglob("*.csv")):
        if path != _nomenclature() and {"key", *LABELS} <= set(path.read_text(encoding="utf-8-sig").partition("\n")[0].strip().split(",")):
            found.setdefault(path.stem, partial(_table, path))
    return found


def count_kinds(readers: dict[str, Reader], opened: Opener, lang: str) -> list[Entry]:
    """The kinds as entries, with how many there are of each."""
    return [Entry(kind, kind_label(kind, "en"), kind_label(kind, "fr"), (str(len(read(opened, lang))),)) for kind, read in readers.items()]


def find_kind(name: str) -> str:
    """A kind by its singular or plural."""
    known = kinds()
    found = [name] if name in known else [kind for kind in known if _forms(name) & _forms(kind)]
    if not found:
        raise UnknownName(f"there is no kind '{name}' to list. {nearest(name, known)}")
    return found[0]


def choose(entries: Iterable[Entry], words: Iterable[str]) -> list[Entry]:
    """The entries that have all the words, whatever their case and accents, in their name or in a label of either language."""
    wanted = [fold(each) for each in words]
    return [each for each in entries if all(word in each.folded for word in wanted)]


def resembling(entries: Iterable[Entry], words: Iterable[str], most: int = 3) -> list[Entry]:
    """The entries that come closest to having all the words."""
    wanted, found = [fold(each) for each in words], list(entries)
    parts = {each.key: each.folded.replace("_", " ").split() for each in found}
    known = {part for each in parts.values() for part in each}
    alike = {(word, part): 1.0 if word in part else SequenceMatcher(None, word, part).ratio() for word in wanted for part in known}
    marks = {key: sum(max((alike[word, part] for part in each), default=0.0) for word in wanted) for key, each in parts.items()}
    return [each for each in sorted(found, key=lambda each: -marks[each.key])[:most] if marks[each.key] >= SIMILAR * len(wanted)]


def fold(text: str) -> str:
    """A text without case and accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))


def kind_label(kind: str, lang: str) -> str:
    return bank().get(f"list_{kind}", {}).get(lang, "")  # none for a kind that only the data know


def _forms(name: str) -> set[str]:
    """A word with what its singular and its plural may be."""
    singular = {name, name.removesuffix("s"), name.removesuffix("es")} | ({f"{name.removesuffix('ies')}y"} if name.endswith("ies") else set())
    return {form for each in singular for form in (each, f"{each}s")}


def _nomenclature() -> Path:
    return shipped("inventories") / "nomenclature.csv"


def _rows(path: Path) -> list[Mapping]:
    return list(read_csv(path, ("key", *LABELS)))


def _labels(about: dict[str, Any]) -> tuple[str, str]:
    return str(about.get("label_en", "")), str(about.get("label_fr", ""))


def _names(kind: str, opened: Opener, lang: str) -> list[Entry]:
    rows = [row for row in _rows(_nomenclature()) if row["kind"] == kind]
    return [Entry(str(row["key"]), *_labels(row), (row.text("note"),) if lang == "en" else ()) for row in rows]


def _table(path: Path, opened: Opener, lang: str) -> list[Entry]:
    rows = _rows(path)
    columns = [each for each in (rows[0] if rows else ()) if each not in NO_FACT][:2]
    return [
        Entry(str(row["key"]), *_labels(row), tuple(f"{_word('column', each, lang)} {_word('value', row[each], lang)}" for each in columns if row[each]))
        for row in rows
    ]


def _word(what: str, key: str, lang: str) -> str:
    """A column or a value of a table of the data, in words where the bank has them."""
    return bank().get(f"{what}_{key}", {}).get(lang, key)


def _studies(opened: Opener, lang: str) -> list[Entry]:
    entries = {}
    for folder in (shipped("scenarios"), Path("scenarios")):
        for path in sorted(folder.glob("*.yaml")):
            try:
                document = read_yaml(path)
                titles = " ".join(document.text("title_en").split()), " ".join(document.text("title_fr").split())
            except LCAError as error:
                titles = (str(error).splitlines()[0],) * 2
            entries[path.stem] = Entry(path.stem, *titles, (short(path),))
    return list(entries.values())


def _products(opened: Opener, lang: str) -> list[Entry]:
    background = opened()[1]
    known = grades(background)
    return [Entry(each.key, each.label_en, each.label_fr, (each.unit, each.location, known.text(each.key, background, lang)))
            for each in background.products.values()]  # fmt: skip


def _devices(opened: Opener, lang: str) -> list[Entry]:
    background = load_background()
    found, keys = catalogue(background), [key for key, each in background.indicators.items() if each.role == "headline"]
    entries = []
    for name, device in found.devices.items():
        letters = [f"{key} {letter}" for key in keys if (letter := found.grade(name, key)) != LETTERS[-1]]
        grade = say("grades_rest" if letters else "grades_none", lang, grades=", ".join(letters), worst=LETTERS[-1])
        entries.append(Entry(name, *_labels(device.process.about), (device.process.unit, grade)))
    return entries


def write_list(kind: str, entries: Iterable[Entry], path: Path, lang: str) -> Path:
    """Devices as a table: a row per device, stage (the total too) and indicator, with the grade of the total."""
    import pandas as pd

    if kind != DEVICES or path.suffix.lower() != ".csv":
        raise LCAError(f"-o writes the list of devices as .csv: lca list {DEVICES} -o {DEVICES}.csv")
    background = load_background()
    found = catalogue(background)
    names = {TOTAL: say("w_total", lang)} | {stage: tag_label("stage", stage, lang) for stage in tag_keys("stage")}
    rows = [(key, device.process.about.get(f"label_{lang}", key), stage, names[stage], each.key, each.label(lang), float(value),
             f"{each.unit}/{device.process.unit}")
            for key, device in ((each.key, found.devices[each.key]) for each in entries)
            for stage, scores in zip((*tag_keys("stage"), TOTAL), (*device.scores, device.scores.sum(axis=0)), strict=True)
            for each, value in zip(background.indicators.values(), scores, strict=True)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["device", "device_label", "stage", "stage_label", "indicator", "indicator_label", "value", "unit"])
    frame["grade"] = [found.grade(*pair) for pair in zip(frame["device"], frame["indicator"], strict=True)]
    frame.loc[frame["stage"] != TOTAL, "grade"] = ""
    for column in frame.columns.drop("value"):
        frame[column] = frame[column].map(inert)
    return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, **CSV_WRITING[lang]))


def _units(opened: Opener, lang: str) -> list[Entry]:
    units = opened()[0].units
    found = [units.unit(each) for each in units.names]
    return [Entry(each.text, facts=(f"{number(each.factor, lang)} {show_dimension(each.dimension) if each.dimension else ''}".strip(),)) for each in found]


def _choices(opened: Opener, lang: str) -> list[Entry]:
    entries = []
    for key, entry in read_yaml(shipped("impact_methods") / "choices.yaml").items():
        options = [say("list_default", lang, option=each) if each == entry["default"] else str(each) for each in entry["options"]]
        entries.append(Entry(str(key), entry.text("label_en"), entry.text("label_fr"), tuple(options)))
    return entries


def _levers(opened: Opener, lang: str) -> list[Entry]:
    return [Entry(each.key, each.text("label", "en"), each.text("label", "fr"),
                  (tag_label("phase", each.phase, lang), tag_label("actor", each.actor, lang), each.text("not_modelled", lang)))
            for each in read_library().levers.values()]  # fmt: skip


READERS: dict[str, Reader] = {
    "studies": _studies,
    "processes": lambda opened, lang: [
        Entry(each.key, *_labels(each.about), (each.unit, Path(each.place).stem)) for each in opened()[0].scopes.processes.values()
    ],
    "products": _products,
    DEVICES: _devices,
    "parameters": lambda opened, lang: [
        Entry(each.name, *_labels(each.parameter.about), (value_text(each, lang),)) for each in opened()[0].model.variables.values()
    ],
    "flows": lambda opened, lang: [Entry(each.key, each.label_en, each.label_fr, (each.unit, each.compartment)) for each in opened()[1].flows.values()],
    "indicators": lambda opened, lang: [
        Entry(each.key, each.label("en"), each.label("fr"), (each.unit, " | ".join(each.method))) for each in opened()[1].indicators.values()
    ],
    "methods": lambda opened, lang: [Entry(each.text, facts=(each.unit, say("list_factors", lang, count=each.factors))) for each in method_index()],
    "sources": lambda opened, lang: [Entry(each.key, each.title, each.title, (each.year,)) for each in read_sources(Faults()).values()],
    "units": _units,
    "choices": _choices,
    "levers": _levers,
    "recommendations": lambda opened, lang: [
        Entry(each.key, each.text("en"), each.text("fr"), (", ".join(each.levers),)) for each in read_library().advice.values()
    ],
}
