"""References: every value names one, or says aloud that it is an assumption."""

from dataclasses import dataclass
from datetime import datetime

from lca.documents import Mapping, read_yaml
from lca.errors import DataError, Faults, UnknownName, nearest
from lca.folders import layered
from lca.formats import check, options

ASSUMPTION, NO_DAY = "assumption", "0001-01-01"


@dataclass(frozen=True)
class Source:
    """A document that a reader can open."""

    key: str
    title: str
    authors: str = ""
    year: str = ""
    url: str = ""
    licence: str = ""
    note: str = ""
    licence_class: str = ""  # open, fact-cited or odbl-separate
    accessed: str = ""  # year-month-day

    @property
    def citation(self) -> str:
        head = f"{self.authors} ({self.year})" if self.authors and self.year else self.authors or self.year
        return f"{head}. {self.title}" if head else self.title


def read_sources(faults: Faults) -> dict[str, Source]:
    """The shipped references and those of the user's ./inventories/references.yaml, which win."""
    sources: dict[str, Source] = {}
    for path in layered("inventories", "references.yaml"):
        for key, entry in read_yaml(path).items():
            entry = check(entry, faults, f"reference '{key}'", "reference")
            try:
                datetime.strptime(entry.text("accessed", NO_DAY), "%Y-%m-%d")
            except ValueError:
                faults.add(entry.place_of("accessed"), f"reference '{key}' was accessed on '{entry.text('accessed')}', which is no day. Write year-month-day")
            sources[key] = Source(key, *(entry.text(name) for name in ("title", "authors", "year", "url", "licence", "note", "class", "accessed")))
    return sources


def check_source(entry: Mapping, sources: dict[str, Source], faults: Faults, what: str, basis: str = "") -> tuple[str, str]:
    """The source and the basis of a value (`basis` where none is written); `source: assumption` alone says both."""
    source, basis = entry.text("source"), entry.text("basis", basis)
    if not source:
        faults.add(entry.place, f"{what} has no source. Give a key of references.yaml, or 'assumption'")
    elif source != ASSUMPTION and source not in sources:
        faults.add(entry.place_of("source"), f"{what} names the unknown source '{source}'. {nearest(source, sources)}", UnknownName)
    basis = basis or (ASSUMPTION if source == ASSUMPTION else "")
    if source == ASSUMPTION and basis in ("measured", "read"):
        faults.add(entry.place_of("basis"), f"{what} is '{basis}', but its source is an assumption. Name the document, or leave the basis out")
    if source and basis not in options("parameter", "basis"):
        faults.add(entry.place, f"{what} has {f'the basis {basis!r}' if basis else 'no basis'}. {nearest(basis, options('parameter', 'basis'))}", DataError)
    return source, basis
