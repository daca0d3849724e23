"""The checklist of what a report must hold: what this page has, and where; the rest is never dropped."""

from __future__ import annotations

from dataclasses import dataclass

from lca.documents import read_csv
from lca.folders import PACKAGE
from lca.results import Results
from lca.views import one_offs

MANDATORY = "M"
# The section of the page that holds an item in full, and those that hold some of it only.
PLACES = {
    "R00-2": "cover", "R00-3": "cover", "R00-4": "cover", "R00-5": "reproduction", "R02-1": "goal", "R02-3": "goal", "R02-4": "reference-flows",
    "R02-6": "boundaries", "R02-7": "matrix", "R02-8": "tiers", "R02-9": "left-out", "R02-10": "left-out", "R02-11": "electricity",
    "R02-13": "indicators", "R02-14": "choices",
    "R03-1": "parameters", "R03-3": "references", "R03-4": "unit-processes", "R03-12": "flows", "R03-13": "uncounted",
    "R04-1": "totals", "R04-2": "indicators", "R04-3": "indicators", "R04-5": "limits", "R04-7": "limits", "R04-8": "limits", "R04-11": "limits",
    "R05-1": "contributions", "R05-8": "summary", "R07-9": "limits", "R08-12": "scopes", "R08-13": "limits", "R09-1": "parameters", "R09-3": "factors",
}  # fmt: skip
PARTS = {
    "R00-6": "summary", "R01-1": "goal", "R01-2": "goal", "R01-3": "goal", "R01-4": "goal", "R02-5": "goal", "R03-2": "unit-processes", "R03-6": "left-out",
    "R03-9": "choices", "R03-10": "shared", "R03-11": "amortisation", "R04-4": "worlds", "R05-2": "contributions", "R08-2": "contributions",
    "R08-4": "second-order", "R08-7": "shared", "R09-6": "references",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A line of the checklist; `place` is the section to look at, `text` what the analyst wrote."""

    key: str
    level: str
    title: str
    present: bool
    place: str
    text: str


@dataclass(frozen=True)
class Section:
    title: str
    items: list[Item]


def absent(results: Results) -> set[str]:
    """Sections that the page of this study does not have, because there is nothing to show."""
    study = results.study
    there = {"scopes": bool(study.reporting_actor), "shared": bool(study.shared), "amortisation": bool(one_offs(results))}
    return {section for section, present in there.items() if not present}


def checklist(results: Results, lang: str) -> list[Section]:
    written, missing = results.study.report, absent(results)
    folder = PACKAGE / "report"
    rows = list(read_csv(folder / "contents.csv", ("id", "section", "level", "by", "title_en", "title_fr")))
    sections = []
    for section in read_csv(folder / "sections.csv", ("section", "title_en", "title_fr")):
        items = [_item(str(row["id"]), str(row["level"]), str(row[f"title_{lang}"]), written.get(str(row["id"]), {}).get(f"text_{lang}", ""), missing)
                 for row in rows if row["section"] == section["section"]]  # fmt: skip
        sections.append(Section(str(section[f"title_{lang}"]), items))
    return sections


def _item(key: str, level: str, title: str, text: str, missing: set[str]) -> Item:
    full, part = (places.get(key, "") for places in (PLACES, PARTS))
    full, part = (place if place not in missing else "" for place in (full, part))
    return Item(key, level, title, bool(text or full), full or part, text)


def count(sections: list[Section]) -> tuple[int, int, list[str]]:
    """Mandatory items present, mandatory items in all, and the ids of those that are missing."""
    mandatory = [item for section in sections for item in section.items if item.level == MANDATORY]
    missing = [item.key for item in mandatory if not item.present]
    return len(mandatory) - len(missing), len(mandatory), missing
