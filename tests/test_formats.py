"""The declared format, and the page that explains it: every example of docs/formats.md is read, run or refused as it says."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import lca
from lca.background import check_shares
from lca.documents import Mapping, Text, read_csv
from lca.errors import Faults, LCAError
from lca.folders import PACKAGE, shipped
from lca.formats import check, fields, options
from lca.processes import read_background
from lca.schema import PLAIN
from lca.sources import read_sources
from lca.wording import tag_keys

ROOT = PACKAGE.parent


def load_renew() -> ModuleType:
    spec = importlib.util.spec_from_file_location("renew", ROOT / "docs" / "renew.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


renew = load_renew()
PAGE = renew.PAGE.read_text(encoding="utf-8")
STUDIES = [Path(path).stem for path in renew.examples(PAGE) if path.startswith("scenarios/") and "wrong_" not in path]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    renew.write_examples(PAGE, folder)
    return folder


@pytest.fixture
def inside(written: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working folder is that of the page's files."""
    monkeypatch.chdir(written)
    yield written


def mapping(**entries: str) -> Mapping:
    found = Mapping({Text(key, "x.yaml:2"): value for key, value in entries.items()})
    found.place = "x.yaml:1"
    return found


def faults_of(of: str, /, **entries: str) -> str:
    faults = Faults()
    check(mapping(**entries), faults, "it", of)
    with pytest.raises(LCAError) as caught:
        faults.check()
    return str(caught.value)


def test_unknown_missing_and_wrong_words() -> None:
    assert faults_of("status", kind="screening", bye="A") == "x.yaml:2: it has no key 'bye'. Did you mean 'by'?"
    assert faults_of("status", by="A") == "x.yaml:1: it lacks the key 'kind'"
    assert faults_of("status", kind="complet") == "x.yaml:2: it: 'kind' cannot be 'complet'. Did you mean 'complete'?"
    assert faults_of("parameter", range="wide") == "x.yaml:2: it: 'range' cannot be 'wide'. Allowed: extremes."


def test_a_sound_entry_and_one_that_is_no_mapping() -> None:
    faults = Faults()
    entry = mapping(kind="reviewed", by="A", on="B")
    assert check(entry, faults, "it", "status") is entry
    faults.check()
    assert check(Text("so", "x.yaml:3"), faults, "it", "status") == {}
    with pytest.raises(LCAError, match=r"x\.yaml:3: it must be 'key: value' lines, not 'so'"):
        faults.check()


def test_an_unknown_kind_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        check(mapping(), Faults(), "it", "studio")


def test_options() -> None:
    assert options("study", "equalise_by") == ("minimum", "none", "side_by_side")
    assert options("parameter", "distribution") == ("lognormal", "normal", "triangular", "uniform", "discrete")


def test_the_declared_format_holds_together() -> None:
    """What a key holds is a plain word, a list of options, a tag of the nomenclature or a kind that is declared; each kind is in use."""
    used = set()
    for known in fields().values():
        for each in known.values():
            for part in each.holds.split(" or "):
                way, _, what = part.partition(":")
                if way in ("one", "many", "list"):
                    used.add(what)
                    assert what in fields(), each
                else:
                    assert part in PLAIN or (way == "option" and what) or (way == "tag" and tag_keys(what)), each
            assert each.meaning and not each.meaning.endswith("."), each
    assert fields().keys() - used == {"study", "inventory", "reference", "lever", "lever_advice"}


def test_statuses_and_kinds_of_effects_have_names() -> None:
    assert set(options("status", "kind")) == set(tag_keys("status")) and set(options("effect", "kind")) == set(tag_keys("effect"))


def test_every_key_is_shown_on_the_page() -> None:
    """In an example, or at least in words (the tables at its end do not count)."""
    text = PAGE[: PAGE.index("<!-- begin keys -->")]
    missing = [f"{kind}.{key}" for kind, known in fields().items() for key in known if f"{key}:" not in text and f"`{key}`" not in text]
    assert missing == []


@pytest.mark.parametrize("study", STUDIES)
def test_studies_of_the_page_run(inside: Path, study: str) -> None:
    results = lca.run(study)
    assert (abs(results.totals) > 0).all() and results.study.key == study


def test_numbers_of_the_page(inside: Path) -> None:
    results = lca.run("reading_room", scenarios=["base"])
    lines = [line.inputs[0] for line in results.lines]
    electricity = [results.quantities[a, 0, [each.startswith("electricity_lv") for each in lines]].sum() for a in (0, 1)]
    assert electricity == pytest.approx([120.0, 10.9], rel=1e-12)
    values = {name: float(each[0]) for name, each in results.values.items()}
    heat = values["heating_season"] * (values["lamps"] / values["readers"] * values["lamp_in_use.power"] - values["lit"] * values["desk_lamp.power"])
    assert 1000 * heat == pytest.approx(55.05, rel=1e-12)
    for number in ("**120 kWh**", "**10.9 kWh**", "**55.05 kWh**"):
        assert number in PAGE
    per_kwh = results.background.unit[list(results.background.products).index("electricity_lv_FRA")].sum(axis=0)
    gas = results.background.unit[list(results.background.products).index("heat_natural_gas")].sum(axis=0)
    place = results.background.positions(["climate_change"])[0]
    expected = 55.05 * (0.4 * 3.6 * gas[place] + 0.6 * per_kwh[place])
    assert results.beside["heat_of_lamps | desk"][0].sum(axis=0)[1] == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
def test_what_the_page_takes_from_the_software_is_current() -> None:
    for path, text in renew.renewed().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is not current: python docs/renew.py"


def test_background_rows_of_the_page(tmp_path: Path) -> None:
    blocks = PAGE.split("```csv\n")[1:]
    assert len(blocks) == 4
    for block, name in zip(blocks[:2], ("fuels_processes.csv", "electricity_exchanges.csv"), strict=True):
        path = tmp_path / name
        path.write_text(block.split("```")[0], encoding="utf-8")
        columns = (shipped("inventories") / "background" / name).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert all(list(row) == columns[: len(row)] for row in read_csv(path, columns[:3]))


def test_the_zone_of_the_page(inside: Path) -> None:
    """The two tables of a user's own zone, beside the references of the page."""
    folder = inside / "inventories" / "background"
    folder.mkdir()
    for block, name in zip(PAGE.split("```csv\n")[3:], ("valley_processes.csv", "valley_exchanges.csv"), strict=True):
        (folder / name).write_text(block.split("```")[0], encoding="utf-8")
    faults = Faults()
    products, exchanges = read_background(read_sources(faults), faults)
    check_shares(products, exchanges, faults)
    faults.check()
    shutil.rmtree(folder)
    mine = {each.input: each.amount for each in exchanges if each.process.endswith("_VALLEY")}
    assert mine == {
        "electricity_hydro_ror_GLO": 0.7,
        "electricity_pv_roof_GLO": 0.3,
        "electricity_mix_VALLEY": 1.03,
        "electricity_mv_VALLEY": 1.05,
        "water_consumed_FRA": 1.0,
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("second_order:", "equalise_by: [minimum]\nsecond_order:", "a study: 'equalise_by' cannot be 'a list'. Allowed: minimum, none, side_by_side"),
        ("units: [parcel", "status: {kind: [screening]}\nunits: [parcel", "'kind' must be text, not a list"),
        ("care: {", "care: {label_en: [a, b], ", "parameter 'care': 'label_en' must be text, not a list"),
        ("title_en: Small", "title_en: {a: b}", "a study: 'title_en' must be text, not key: value lines"),
    ],
)
def test_a_list_where_a_word_or_text_belongs(small: Callable[..., object], old: str, new: str, expected: str) -> None:
    with pytest.raises(LCAError, match=re.escape(expected)):
        small((old, new))


def test_tables_of_keys() -> None:
    lines = renew.field_tables().splitlines()
    assert [line[4:] for line in lines if line.startswith("### ")] == [each.replace("_", " ") for each in fields()]
    assert "| `title_en` * | text | title in English | `Screening online payments for fraud` |" in lines
    assert "| `requires` | a list of [requirement](#requirement) | what must hold in every scenario |  |" in lines
    assert all(re.sub(r"\\\|", "", line).count("|") == 5 for line in lines if line.startswith("|"))
