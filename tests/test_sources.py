"""Every value names its source, or says aloud that it is an assumption."""

from pathlib import Path

import pytest

from lca import folders
from lca.documents import Mapping, Text
from lca.errors import DataError, Faults, UnknownName
from lca.sources import Source, check_source, read_sources

KNOWN = {"subuno_2013": Source("subuno_2013", "Manual review"), "cybersource_2012": Source("cybersource_2012", "Fraud report")}


def entry(**values: str) -> Mapping:
    mapping = Mapping({Text(key, f"x.yaml:{line}"): Text(value, f"x.yaml:{line}") for line, (key, value) in enumerate(values.items(), 4)})
    mapping.place = "x.yaml:3"
    return mapping


def check(**values: str) -> tuple[tuple[str, str], str]:
    faults = Faults()
    found = check_source(entry(**values), KNOWN, faults, "parameter 'a'")
    try:
        faults.check()
    except (DataError, UnknownName) as error:
        return found, str(error)
    return found, ""


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"source": "assumption"}, ("assumption", "assumption")),
        ({"source": "assumption", "basis": "assumption"}, ("assumption", "assumption")),
        ({"source": "assumption", "basis": "derived"}, ("assumption", "derived")),
        ({"source": "subuno_2013", "basis": "read"}, ("subuno_2013", "read")),
        ({"source": "subuno_2013", "basis": "measured"}, ("subuno_2013", "measured")),
        ({"source": "subuno_2013", "basis": "assumption"}, ("subuno_2013", "assumption")),
    ],
)
def test_good_sources(values: dict[str, str], found: tuple[str, str]) -> None:
    assert check(**values) == (found, "")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "x.yaml:3: parameter 'a' has no source. Give a key of references.yaml, or 'assumption'"),
        ({"source": ""}, "x.yaml:3: parameter 'a' has no source. Give a key of references.yaml, or 'assumption'"),
        ({"source": "subuno_2031", "basis": "read"}, "x.yaml:4: parameter 'a' names the unknown source 'subuno_2031'. Did you mean 'subuno_2013'?"),
        ({"source": "subuno_2013"}, "x.yaml:3: parameter 'a' has no basis. Allowed: assumption, derived, measured, read."),
        ({"source": "subuno_2013", "basis": "red"}, "x.yaml:3: parameter 'a' has the basis 'red'. Did you mean 'read'?"),
        ({"source": "assumption", "basis": "measured"},
         "x.yaml:5: parameter 'a' is 'measured', but its source is an assumption. Name the document, or leave the basis out"),
    ],
)  # fmt: skip
def test_bad_sources(values: dict[str, str], message: str) -> None:
    assert check(**values)[1] == message


def test_citations() -> None:
    assert Source("a", "Title", "A. Author", "2013").citation == "A. Author (2013). Title"
    assert Source("a", "Title", "A. Author").citation == "A. Author. Title"
    assert Source("a", "Title", year="2013").citation == "2013. Title"
    assert Source("a", "Title").citation == "Title"


@pytest.fixture
def two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The shipped inventories folder and the user's, both empty."""
    shipped, users = tmp_path / "shipped", tmp_path / "user" / "inventories"
    shipped.mkdir()
    users.mkdir(parents=True)
    monkeypatch.setattr(folders, "shipped", lambda folder: shipped)
    monkeypatch.chdir(users.parent)
    return shipped / "references.yaml", users / "references.yaml"


def test_no_references_at_all(two_folders: tuple[Path, Path]) -> None:
    assert read_sources(Faults()) == {}


def test_the_users_references_win(two_folders: tuple[Path, Path]) -> None:
    two_folders[0].write_text("a: {title: shipped, year: 2013}\nb: {title: other, url: https://example.org}\n")
    two_folders[1].write_text("a: {title: mine}\nc: {title: new, authors: X}\n")
    assert read_sources(Faults()) == {
        "a": Source("a", "mine"),
        "b": Source("b", "other", url="https://example.org"),
        "c": Source("c", "new", "X"),
    }


def test_faults_of_references_come_together(two_folders: tuple[Path, Path]) -> None:
    two_folders[0].write_text("a: {titel: x}\nb: text\n")
    faults = Faults()
    read_sources(faults)
    with pytest.raises(DataError) as caught:
        faults.check()
    place = str(two_folders[0])
    assert str(caught.value).splitlines() == [
        f"{place}:1: reference 'a' has no key 'titel'. Did you mean 'title'?",
        f"{place}:1: reference 'a' lacks the key 'title'",
        f"{place}:2: reference 'b' must be 'key: value' lines, not 'text'",
    ]


def test_the_shipped_references_have_no_fault() -> None:
    faults = Faults()
    assert all(each.title for each in read_sources(faults).values())
    faults.check()


@pytest.mark.parametrize(("day", "good"), [("2026-11-25", True), ("yesterday", False), ("2026-02-30", False), ("20261125", False), ("25/11/2026", False)])
def test_a_day_of_access_is_a_day(two_folders: tuple[Path, Path], day: str, good: bool) -> None:
    two_folders[1].write_text(f'mine: {{title: Mine, accessed: "{day}"}}', encoding="utf-8")
    faults = Faults()
    read_sources(faults)
    if good:
        faults.check()
    else:
        with pytest.raises(DataError, match=r"references\.yaml:1: reference 'mine' was accessed on '.*', which is no day\. Write year-month-day"):
            faults.check()
