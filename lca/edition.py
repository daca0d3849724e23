"""Which edition of the background this is: its version, and whether the tables in use still are those of that version."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lca.documents import check_keys, listed, read_yaml
from lca.errors import Faults, UnknownName, nearest
from lca.folders import shipped
from lca.processes import background_files

ABOUT = ("title_en", "title_fr", "authors", "licence", "version", "date", "covers")
TEXTS = ("scope_en", "scope_fr", "limits_en", "limits_fr")  # for the data card
LENGTH = 16  # of a fingerprint


@dataclass(frozen=True)
class Edition:
    """`content` is the fingerprint of the tables in use, `locked` that of the tables as the version was given to them."""

    title_en: str
    title_fr: str
    authors: str
    licence: str
    version: str
    date: str
    covers: tuple[str, ...]  # the indicators that the flows were collected for
    content: str
    locked: str

    @property
    def changed(self) -> bool:
        """Whether the tables are other ones than those of the version, by a table of the user or by an edit."""
        return self.content != self.locked

    @property
    def name(self) -> str:
        """The version; with the beginning of the fingerprint where the tables are not those of the version."""
        return f"{self.version}+{self.content[:8]}" if self.changed else self.version


def lock_file() -> Path:
    """Holds the version and the fingerprint that go together."""
    return shipped("inventories") / "background" / "background.lock"


def content_key() -> str:
    """A fingerprint of the numbers: tables, flows and own factors, alike on every system and with every Brightway."""
    folder, digest = shipped("inventories"), hashlib.sha256()
    for path in (folder / "flows.csv", folder / "water_flows.csv", *background_files(), *sorted(shipped("impact_methods").glob("*.csv"))):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(text).digest())
    return digest.hexdigest()[:LENGTH]


def read_edition(known: Iterable[str]) -> Edition:
    """What about.yaml says; it covers indicators by key, or methods of Brightway written with ' | '."""
    faults, lock = Faults(), lock_file()
    about = check_keys(read_yaml(shipped("inventories") / "background" / "about.yaml"), faults, "a background", (*ABOUT, *TEXTS))
    covers = listed(about, "covers", faults)
    for each in covers:
        if "|" not in str(each) and each not in known:
            faults.add(getattr(each, "place", ""), f"there is no indicator '{each}'. {nearest(str(each), known)}", UnknownName)
    faults.check()
    version, _, locked = lock.read_text(encoding="utf-8").strip().partition(" ") if lock.is_file() else ("", "", "")
    texts = {each: about.text(each) for each in ABOUT if each != "covers"}
    return Edition(**texts, covers=tuple(str(each) for each in covers), content=content_key(), locked=locked if version == texts["version"] else "")


def lock_edition(edition: Edition) -> str:
    """Writes the lock for a new version, or says why not: tables that changed need one."""
    lock = lock_file()
    if edition.changed and lock.is_file() and lock.read_text(encoding="utf-8").split()[:1] == [edition.version]:
        return (f"the tables of the background changed since its version {edition.version}. Give it a new version and date in "
                "inventories/background/about.yaml and a line in CHANGELOG.md (docs/background.md says which number), then run this again")  # fmt: skip
    lock.write_text(f"{edition.version} {edition.content}\n", encoding="utf-8")
    return ""
