"""What can be listed: kinds, filters, what comes near; and the command `lca list`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lca import catalogue
from lca.__main__ import list_
from lca.background import Background
from lca.catalogue import Entry, choose, find_kind, fold, kinds, resembling
from lca.errors import UnknownName
from lca.folders import shipped
from lca.results import Results
from lca.study import Study
from lca.terminal import show_list


@pytest.fixture
def opened(results: Results, background: Background) -> catalogue.Opener:
    return lambda: (results.study, background)


def never() -> tuple[Study, Background]:
    raise AssertionError("this kind needs no study")


def listed(kind: str, lang: str = "en", opener: catalogue.Opener = never) -> dict[str, Entry]:
    return {each.key: each for each in kinds()[kind](opener, lang)}


def test_countries_tasks_and_what_else_the_nomenclature_holds() -> None:
    assert listed("country")["DEU"] == Entry("DEU", "Germany", "Allemagne", ("ISO 3166-1 alpha-3",))
    assert listed("country", "fr")["DEU"].facts == (), "notes are in English"
    assert list(listed("stage")) == ["manufacturing", "transport", "use", "end_of_life"]


def test_facts_of_each_kind(opened: catalogue.Opener) -> None:
    assert listed("products", opener=opened)["electricity_lv_FRA"].facts[:2] == ("kWh", "FRA")
    assert "climate_change C" in listed("products", opener=opened)["electricity_lv_FRA"].facts[2]
    assert listed("products", opener=opened)["ultrapure_water_TWN"].facts[2] == "grade D"
    assert listed("flows", opener=opened)["methane_fossil"].facts == ("kg", "air; unspecified")
    assert listed("parameters", opener=opened)["facility_metered.pue"].facts == ("1.4",)
    assert listed("processes", opener=opened)["server_in_use"].facts == ("server * hour", "datacentre")
    assert listed("units", opener=opened)["MWh"].facts == ("1,000 kWh",)
    assert listed("units", opener=opened)["percent"].facts == ("0.0100",)
    assert listed("indicators", opener=opened)["climate_change"].facts[0] == "kg CO2-eq"
    assert listed("sources")["act_2022"].facts == ("2022",)
    assert "cutoff (default)" in listed("choices")["end_of_life"].facts
    assert "cutoff (par défaut)" in listed("choices", "fr")["end_of_life"].facts
    assert listed("studies")["fraud_detection"].label_fr == "Détection de la fraude sur les paiements en ligne"
    method = listed("methods")["Cumulative Energy Demand (CED) | energy resources: non-renewable, nuclear | energy content (HHV)"]
    assert method.facts == ("MJ-Eq", "factors: 1")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("methods", "methods"), ("method", "methods"), ("study", "studies"), ("process", "processes"), ("countries", "country"), ("country", "country"),
     ("stages", "stage"), ("choice", "choices"), ("flow", "flows"), ("basis", "basis"), ("areas", "area")],
)  # fmt: skip
def test_singular_and_plural(name: str, kind: str) -> None:
    assert find_kind(name) == kind


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"there is no kind 'methds' to list. Did you mean 'methods'"):
        find_kind("methds")


def test_kinds_are_found_in_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of devices that appears in a folder of inventories/ can be listed at once."""
    folder = tmp_path / "inventories"
    shutil.copytree(shipped("inventories"), folder)
    (folder / "deep").mkdir()
    text = "key,label_en,label_fr,mass,node,more,source\ntablet,Tablet,Tablette,0.5 kg,,x,s\nphone,Phone,Téléphone,0.2 kg,5 nm,x,s\n"
    (folder / "deep" / "gadgets.csv").write_text(text, encoding="utf-8")
    (folder / "others.csv").write_text("key,label\na,b\n", encoding="utf-8")
    monkeypatch.setattr(catalogue, "shipped", lambda name: folder if name == "inventories" else shipped(name))
    assert find_kind("gadget") == "gadgets" and "others" not in kinds()
    found = kinds()["gadgets"](never, "en")
    assert found == [Entry("tablet", "Tablet", "Tablette", ("mass 0.5 kg",)), Entry("phone", "Phone", "Téléphone", ("mass 0.2 kg", "node 5 nm"))]
    assert [each.key for each in choose(found, ["TELE"])] == ["phone"]


def test_words_are_found_without_case_and_accents_in_either_language() -> None:
    entries = [Entry("power_fra", "Power in France", "Électricité en France"), Entry("power_deu", "Power in Germany", "Électricité en Allemagne")]
    assert fold("Éœ Ç") == "eœ c"
    assert choose(entries, ["ELECTRICITE", "germany"]) == [entries[1]]
    assert choose(entries, []) == entries and choose(entries, ["power", "spain"]) == []


def test_what_resembles_comes_nearest_first() -> None:
    entries = [Entry("coal_fra", "Coal, France"), Entry("coal_deu", "Coal, Germany"), Entry("water_deu", "Water, Germany")]
    assert resembling(entries, ["watr", "deu"])[0].key == "water_deu"
    assert resembling(entries, ["goal", "germany"])[0].key == "coal_deu"
    assert resembling(entries, ["zzzz"]) == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_kind_fits_a_terminal(opened: catalogue.Opener, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    for kind, read in kinds().items():
        entries = read(opened, lang)
        show_list(kind, entries, lang)
        text = capsys.readouterr().out
        assert max(len(line) for line in text.splitlines()) <= 100, kind
        assert all(each.key[:20] in text for each in entries), kind
    counts = {each.key: each.facts[0] for each in catalogue.count_kinds(kinds(), opened, lang)}
    assert counts["country"] == "257" and list(counts) == list(kinds())


def test_words_that_nothing_has(capsys: pytest.CaptureFixture[str]) -> None:
    list_("country", ["allemange"], lang="fr")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["Rien parmi « country » ne contient tous ces mots : allemange.", "Les plus proches :", "  DEU  Allemagne"]


def test_the_command(background: Background, tmp_path: Path) -> None:
    """The list of methods opens no study and no Brightway."""
    code = "import sys; sys.argv = ['lca', 'list', 'methods', 'WATER', 'recipe', 'midpoint (h)']; from lca.__main__ import main\n"
    code += "try: main()\nexcept SystemExit: print([each for each in sys.modules if each.startswith(('bw2', 'pandas', 'scipy', 'pint'))])"
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, check=True)
    flat = " ".join(done.stdout.split())
    assert "Methods of Brightway (" in flat and flat.endswith("[]")
    assert "ReCiPe 2016 v1.03, midpoint (H) | water use | water consumption cubic meter, factors: 5 potential (WCP)" in flat
    done = subprocess.run([sys.executable, "-m", "lca", "list", "nonsense"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2 and done.stderr.startswith("error: there is no kind 'nonsense'")
