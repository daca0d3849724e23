"""The checklist of what a report must hold: what this page has, and where; the rest is never dropped."""

import re
from collections.abc import Set
from dataclasses import dataclass

from lca.documents import Mapping, read_csv
from lca.folders import PACKAGE
from lca.report.rebound import beside_first
from lca.results import Results
from lca.study import Study
from lca.views import one_offs
from lca.wording import say

MANDATORY = "M"


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
    there = {
        "uncertainty": results.drawn is not None,
        **dict.fromkeys(("robustness", "sensitivity", "break-even", "levers"), results.decided is not None),
        "scopes": bool(study.reporting_actor),
        "shared": bool(study.shared),
        "amortisation": bool(one_offs(results)),
        **dict.fromkeys(("net", "rebound"), any(beside_first(results, a) for a in range(1, len(study.alternatives)))),
    }
    return {section for section, present in there.items() if not present}


def for_the_public(study: Study) -> bool:
    """Whether the goal speaks of disclosure to the public, in any language, without a "not"."""
    parts = [(lang, part.lower()) for lang in ("en", "fr") for part in re.split(r"[.;!?]", study.text("goal", lang))]
    return any(re.search(say("q_word_public", lang), part) and not re.search(say("q_word_not", lang), part) for lang, part in parts)


def checklist(results: Results, lang: str, empty: Set[str] = frozenset()) -> list[Section]:
    """`empty` are sections more that have nothing to show."""
    written, missing = results.study.report, absent(results) | empty
    folder = PACKAGE / "report"
    rows = list(read_csv(folder / "contents.csv", ("id", "section", "level", "title_en", "title_fr", "place", "part")))
    sections = []
    for section in read_csv(folder / "sections.csv", ("section", "title_en", "title_fr")):
        items = [_item(row, written.get(str(row["id"]), {}).get(f"text_{lang}", ""), missing, lang) for row in rows if row["section"] == section["section"]]
        sections.append(Section(str(section[f"title_{lang}"]), items))
    return sections


def _item(row: Mapping, text: str, missing: set[str], lang: str) -> Item:
    """`place` is the section of the page that holds an item in full (or several that only together do), `part` one that holds some of it only."""
    needed = str(row["place"]).split("+")
    there = [each for each in needed if each not in missing]
    full = needed[0] if there == needed else ""
    part = there[0] if there else "" if row["part"] in missing else str(row["part"])
    return Item(row.text("id"), row.text("level"), row.text(f"title_{lang}"), bool(text or full), full or part, text)


def count(sections: list[Section]) -> tuple[int, int, list[str]]:
    """Mandatory items present, mandatory items in all, and the ids of those that are missing."""
    mandatory = [item for section in sections for item in section.items if item.level == MANDATORY]
    missing = [item.key for item in mandatory if not item.present]
    return len(mandatory) - len(missing), len(mandatory), missing
