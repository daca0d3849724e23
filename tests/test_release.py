"""The background as a product: its version, its data card, and its files, which come back whole in an empty Brightway."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from lca import card, edition
from lca.background import Background, rows_in_force
from lca.card import Card, as_markdown, check_target, sections, uses, write_release
from lca.door_background import write_background_excel, write_package
from lca.errors import Faults, LCAError, UnknownName
from lca.folders import PACKAGE, shipped
from lca.methods import read_indicators
from lca.results import Results
from lca.sources import read_sources
from lca.wording import say

pytestmark = pytest.mark.slow

FILES = ["DATA_CARD.en.md", "DATA_CARD.fr.md", "lca_background.bw2package", "lca_background.xlsx", "references.csv"]
METHODS = 5  # the headline indicators, and scarcity, whose factors are ours
ROW = ("electricity_mv_FRA", "electricity_lost_FRA")

# As a user does in an empty project: import, then score; the methods are read from the list inside bw2io, as docs/background.md says.
READ = """
import json, sys, zipfile, pathlib
import bw2calc as bc, bw2data as bd, bw2io as bi

path, names, products, by_names, row = json.loads(sys.argv[1])
bd.projects.set_current("empty")
bi.create_default_biosphere3()
own = "lca water flows"
if path.endswith(".bw2package"):
    bi.BW2Package.import_file(path)
    unlinked = 0
else:
    book = bi.ExcelImporter(path)
    if by_names:
        for each in book.data:
            for exchange in each["exchanges"]:
                exchange.pop("input", None), exchange.pop("database", None)
    book.apply_strategies()
    book.match_database("biosphere3", fields=("name", "unit", "categories"))
    book.match_database(fields=("name", "unit", "location", "reference product"))
    book.match_database(fields=("name", "unit", "categories"))
    unlinked = book.statistics()[2]
    book.write_database()
    own = "lca background"
    import openpyxl
    sheet = [[cell.value for cell in line] for line in openpyxl.load_workbook(path)["method water_scarcity"]]
    assert tuple(sheet[0][1:4]) == tuple(names[-1]), sheet[0]
    bd.Method(tuple(names[-1])).write([((line[0], line[1]), line[3]) for line in sheet[2:]])
archive = zipfile.ZipFile(pathlib.Path(bi.__file__).parent / "data" / "lcia" / "lcia_39_ecoinvent.zip")
shipped = {tuple(each["name"]): each for each in json.loads(archive.read("data.json"))}
for name in map(tuple, names[:-1]):
    method = bd.Method(name)
    method.register(unit=shipped[name]["unit"])
    method.write([(tuple(each["input"]), each["amount"]) for each in shipped[name]["exchanges"]])
methods = [tuple(each) for each in names]
nodes = [bd.get_node(database="lca background", code=product) for product in products]
demand, objects, _ = bd.prepare_lca_inputs({nodes[0]: 1}, methods[0])
lca = bc.LCA(demand, data_objs=objects)
lca.lci(factorize=True)
lca.lcia()
scores = [[] for _ in nodes]
for method in methods:
    lca.switch_method(method)
    for node, found in zip(nodes, scores):
        lca.lci(demand={node.id: 1})
        lca.lcia()
        found.append(float(lca.score))
texts, numbers = ("type", "negative", "comment", "source", "basis", "together"), ("amount", "uncertainty type", "loc", "scale", "minimum", "maximum")
def told(exchange):
    key = exchange["input"] if exchange["input"][0] != own else ("ours", exchange["input"][1])
    return [*key, [str(exchange.get(n, "")) for n in texts], [float(exchange.get(n, 0)) for n in numbers]]
content = {}
for each in bd.Database("lca background"):
    if each["type"] == "processwithreferenceproduct":
        node = [each.get(n, "") for n in ("name", "reference product", "unit", "location", "comment", "label_fr")]
        content[each["code"]] = [node, sorted(told(exchange) for exchange in each.exchanges())]
for node, exchanges in content.values():
    for exchange in exchanges:
        if exchange[0] in ("ours", "lca background"):
            exchange[0] = "ours"
    exchanges.sort()
one = next(e for e in bd.get_node(database="lca background", code=row[0]).exchanges() if e["input"][1] == row[1])
about = {key: bd.databases["lca background"][key] for key in ("version", "content", "licence", "how to cite")}
print(json.dumps({"unlinked": unlinked, "scores": scores, "content": content, "one": dict(one), "about": about}))
"""


@pytest.fixture(scope="module")
def english(background: Background) -> Card:
    return Card(background, read_sources(Faults()), "en")


def imported(path: Path, background: Background, folder: Path, monkeypatch: pytest.MonkeyPatch, by_names: bool = False) -> tuple[dict[str, Any], Any]:
    """What an empty Brightway holds after the import, and the scores that ours gives for the same products."""
    (folder / "empty").mkdir()
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(folder / "empty"))
    indicators = [each for each in background.indicators.values() if each.role == "headline"]
    indicators += [each for each in background.indicators.values() if each.factors]
    assert len(indicators) == METHODS
    names = list(background.products)
    picked = list(range(0, len(names), len(names) // 29))
    asked = [str(path), [each.method for each in indicators], [names[each] for each in picked], by_names, ROW]
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", READ, json.dumps(asked)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    ours = background.unit[picked].sum(axis=1)[:, background.positions(each.key for each in indicators)]
    assert len(picked) >= 30
    return json.loads(done.stdout.strip().splitlines()[-1]), ours


def check_import(found: dict[str, Any], ours: Any, background: Background) -> None:
    assert found["unlinked"] == 0
    np.testing.assert_allclose(np.array(found["scores"]), ours, rtol=1e-6, atol=1e-12 * np.abs(ours).max())
    assert found["content"].keys() == background.products.keys()
    assert sum(len(exchanges) for _, exchanges in found["content"].values()) == len(rows_in_force(background)) + len(background.products)
    row = next(each for each in rows_in_force(background) if (each.process, each.input) == ROW)
    assert row.low and row.high
    assert found["one"]["scale"] == pytest.approx(np.log(row.high / row.low) / 3.919928) and found["one"]["uncertainty type"] == 2
    assert found["one"]["loc"] == pytest.approx(np.log(row.amount)) and found["one"]["basis"] == row.row["basis"]
    assert found["one"]["together"] == row.row["together"] and row.row["note"] in found["one"]["comment"]
    assert found["one"]["source"].endswith(read_sources(Faults())[row.row["source"]].title)
    assert found["about"]["version"] == background.edition.name and background.edition.content in found["about"]["how to cite"]


def test_the_package_comes_back_in_an_empty_brightway(english: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_package(english.background, english.sources, tmp_path / "a.bw2package")
    check_import(*imported(path, english.background, tmp_path, monkeypatch), english.background)


@pytest.mark.slow
def test_the_workbook_comes_back_by_keys_and_by_names_alone(english: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And holds the same as the package."""
    path = write_background_excel(english.background, english.sources, tmp_path / "a.xlsx")
    assert path.stat().st_size < 3e6
    contents = []
    for by_names in (False, True):
        (tmp_path / str(by_names)).mkdir()
        found, ours = imported(path, english.background, tmp_path / str(by_names), monkeypatch, by_names)
        check_import(found, ours, english.background)
        contents.append(found["content"])
    path = write_package(english.background, english.sources, tmp_path / "a.bw2package")
    contents.append(imported(path, english.background, tmp_path, monkeypatch)[0]["content"])
    first = contents[0]
    for other in contents[1:]:
        assert {key: (node, [each[:3] for each in rows]) for key, (node, rows) in other.items()} == {
            key: (node, [each[:3] for each in rows]) for key, (node, rows) in first.items()
        }
        numbers = [np.array([each[3] for content in (first, other) for each in content[key][1]]) for key in first]
        assert all(np.allclose(*np.split(each, 2), rtol=1e-12, atol=0.0) for each in numbers)


def test_a_workbook_for_another_name_of_the_flows(english: Card, tmp_path: Path) -> None:
    path = write_background_excel(english.background, english.sources, tmp_path / "a.xlsx", "my flows")
    texts = {str(cell) for row in openpyxl.load_workbook(path, read_only=True)["fuels"].iter_rows(values_only=True) for cell in row}
    assert any(each.startswith("my flows::") for each in texts) and not any(each.startswith("biosphere3::") for each in texts)
    for name in ("lca background", "lca water flows", " "):
        with pytest.raises(LCAError, match="--biosphere cannot be"):
            write_background_excel(english.background, english.sources, tmp_path / "b.xlsx", name)


# The card


def table(card: Card, key: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for section in sections(card) if section.title == say(key, card.lang) for row in section.rows}


def test_the_card_counts_what_the_files_hold(english: Card) -> None:
    def count(pattern: str) -> int:
        paths = (shipped("inventories") / "background").glob(pattern)
        return sum(len(list(csv.DictReader(path.open(encoding="utf-8")))) for path in paths)

    tables = table(english, "card_processes")
    assert int(tables["All"][0]) == count("*_processes.csv") == sum(int(row[0]) for label, row in tables.items() if label != "All")
    other_options = sum(bool(each.row.text("when")) for each in rows_in_force(english.background))
    assert other_options > 0 and int(tables["All"][1]) < count("*_exchanges.csv")
    assert tables["Buildings"][:2] == (str(count("building_processes.csv")), str(count("building_exchanges.csv")))
    facts = dict(next(sections(english)).rows)
    with (shipped("inventories") / "water_flows.csv").open(encoding="utf-8") as file:
        assert f"{len(list(csv.DictReader(file)))} of ours" in facts["Elementary flows"]


def test_grades_and_licences_add_up(english: Card) -> None:
    for counts in table(english, "card_grades").values():
        assert sum(map(int, counts)) == len(english.background.products)
    licences = table(english, "card_licences")
    assert sum(int(rows) for _, rows in licences.values()) == len(rows_in_force(english.background))
    assert sum(int(count) for count, _ in licences.values() if count.isdecimal()) == len(uses(english))


def test_both_languages_hold_the_same(english: Card) -> None:
    french = replace(english, lang="fr")
    pages = [as_markdown(each) for each in (english, french)]
    assert [line.count("|") for line in pages[0].splitlines()] == [line.count("|") for line in pages[1].splitlines()]
    assert pages[0].count("\n## ") == pages[1].count("\n## ") == len(list(sections(english))) - 1
    with (PACKAGE / "report" / "card.csv").open(encoding="utf-8") as file:
        sentences = [row["en"] for row in csv.DictReader(file) if len(row["en"].split()) > 2 and "{" not in row["en"]]
    assert len(sentences) > 5 and not [each for each in sentences if each in pages[1]]


def test_every_row_of_a_table_in_markdown_has_its_cells(english: Card) -> None:
    for section in sections(english):
        assert len({len(row) for row in (*section.rows, section.head) if row}) <= 1, section.title
    for lines in re.findall(r"(?:^\|.*\n)+", as_markdown(english), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines.splitlines()}) == 1, lines


def test_a_bar_and_a_formula_stay_text(english: Card, tmp_path: Path) -> None:
    key = next(iter(uses(english)))
    sources = {**english.sources, key: replace(english.sources[key], title="=1+1", authors="a|b")}
    write_release(replace(english, sources=sources), tmp_path, "biosphere3", print)
    with (tmp_path / "references.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    assert rows[key]["title"] == "'=1+1" and rows.keys() == uses(english).keys()
    assert {row["class"] for row in rows.values()} == {"open", "fact-cited"}
    assert sorted(each.name for each in tmp_path.iterdir()) == FILES


# The version


def test_changed_tables_have_a_new_version() -> None:
    """When this fails: a new version and date in about.yaml, a line in CHANGELOG.md, then make data (docs/background.md)."""
    found = edition.read_edition(read_indicators())
    assert not found.changed, f"the tables (now {found.content}) are not those of version {found.version} (locked {found.locked or 'never'})"


def test_the_version_is_told_where_a_reader_looks() -> None:
    root, found = PACKAGE.parent, edition.read_edition(read_indicators())
    if not (root / "CITATION.cff").is_file():
        pytest.skip("needs a checkout")
    assert re.fullmatch(r"\d+\.\d+\.\d+", found.version) and re.fullmatch(r"\d{4}-\d\d-\d\d", found.date)
    assert f"Background {found.version}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
    cited = (root / "CITATION.cff").read_text(encoding="utf-8").partition("references:")[2]
    assert f"version: {found.version}\n" in cited and f"date-released: {found.date}\n" in cited
    assert found.licence in (root / "LICENSE-DATA").read_text(encoding="utf-8")


def test_a_lock_holds_until_there_is_a_new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, indicators = tmp_path / "lock", read_indicators()
    monkeypatch.setattr(edition, "lock_file", lambda: lock)
    new = edition.read_edition(indicators)
    assert new.changed and new.name == f"{new.version}+{new.content[:8]}"
    assert edition.lock_edition(new) == "" and lock.read_text(encoding="utf-8") == f"{new.version} {new.content}\n"
    assert edition.read_edition(indicators).name == new.version
    monkeypatch.setattr(edition, "content_key", lambda: "f" * 16)
    changed = edition.read_edition(indicators)
    assert changed.name == f"{new.version}+ffffffff" and f"changed since its version {new.version}" in edition.lock_edition(changed)
    assert edition.read_edition(indicators).changed, "the lock stays"
    assert edition.lock_edition(replace(changed, version="9.0.0")) == "" and lock.read_text(encoding="utf-8").startswith("9.0.0 fff")


def test_the_fingerprint_is_of_the_tables_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alike with the line ends of Windows; another one with a table of the user's own."""
    before, files = edition.content_key(), edition.background_files()
    windows = tmp_path / files[0].name
    windows.write_bytes(files[0].read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(edition, "background_files", lambda: [windows, *files[1:]])
    assert edition.content_key() == before
    windows.write_bytes(files[0].read_bytes().replace(b"0", b"1", 1))
    assert edition.content_key() != before
    monkeypatch.undo()
    own = tmp_path / "inventories" / "background"
    own.mkdir(parents=True)
    (own / "mine_processes.csv").write_text("process,unit,location,label_en,label_fr,part\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert edition.read_edition(read_indicators()).changed


def test_results_name_the_version(results: Results, background: Background) -> None:
    assert results.about["background_version"] == background.edition.name == background.edition.version


# The command


def lca(*arguments: str, limit: int = 0) -> subprocess.CompletedProcess[str]:
    def small_files() -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-X", "utf8", "-m", "lca", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, preexec_fn=small_files if limit else None)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_the_card_on_the_screen(background: Background) -> None:
    english, french = lca("background"), lca("background", "--lang", "fr")
    for text in (background.edition.version, background.edition.content, "213 countries", "EF v3.1", "single facts, cited", "How to cite"):
        assert text in english.stdout
    assert "Exclusions" in french.stdout and "Left out" not in french.stdout
    assert max(len(line) for line in (english.stdout + french.stdout).splitlines()) <= 100


def test_a_folder_gets_all_and_is_written_again(background: Background, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "DATA_CARD.fr.md").write_text("old", encoding="utf-8")
    done = lca("background", "-o", f"{tmp_path}/new/", "-o", str(tmp_path / "carte.MD"), "--lang", "fr")
    assert done.returncode == 0, done.stderr
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == FILES
    page = (tmp_path / "carte.MD").read_text(encoding="utf-8")
    assert page == (tmp_path / "new" / "DATA_CARD.fr.md").read_text(encoding="utf-8") and "## Comment citer" in page
    assert "## How to cite" in (tmp_path / "new" / "DATA_CARD.en.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("a.zip", "there is no output with the suffix '.zip'"),
        ("a.bw2packge", "Did you mean '.bw2package'?"),
        ("no/such/a.md", "there is no folder"),
        ("no/such/folder/", "there is no folder"),
        ("file/", "there is a file of that name"),
        ("file", "there is a file of that name"),
    ],
)
def test_where_nothing_can_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, expected: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("kept", encoding="utf-8")
    with pytest.raises((LCAError, UnknownName), match=re.escape(expected)):
        check_target(target)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_folder_may_have_a_dot_in_its_name(tmp_path: Path) -> None:
    assert check_target(f"{tmp_path}/release-1.0/").name == "release-1.0"
    (tmp_path / "b.md").mkdir()
    assert check_target(str(tmp_path / "b.md")).is_dir()


@pytest.mark.skipif(os.name != "posix", reason="a limit of the size of files stands for the full disk")
@pytest.mark.parametrize("suffix", card.SUFFIXES)
def test_a_full_disk_leaves_what_was_there(background: Background, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text("kept", encoding="utf-8")
    done = lca("background", "-o", str(path), limit=3000)
    assert done.returncode == 2 and done.stderr.splitlines()[-1].startswith("error: ") and "File too large" in done.stderr
    assert path.read_text(encoding="utf-8") == "kept" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which not even root can write")
@pytest.mark.parametrize("target", ["/proc/a.md", "/proc/lca_release/"])
def test_a_folder_that_cannot_be_written(background: Background, target: str) -> None:
    done = lca("background", "-o", target)
    assert done.returncode == 2 and done.stderr.startswith("error: cannot ") and "/proc/" in done.stderr
