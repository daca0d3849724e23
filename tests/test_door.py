"""The door to Brightway: what is written, by hand; plain bw2calc finds our totals in it; nothing of others is touched."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import SMALL

from lca.background import Background
from lca.brightway import spell
from lca.bundle import write_bundle
from lca.calculation import compute
from lca.door import Export, difference_rows, make_export, write_differences, write_excel, write_project
from lca.errors import DataError, LCAError, UnknownName
from lca.results import Results
from lca.study import read_study

pytestmark = pytest.mark.slow

SCENARIOS = """base: {label_en: Base, label_fr: Base}
  usa: {from: base, label_en: U, label_fr: U, set: {country: USA}}
  long: {from: base, label_en: L, label_fr: L, set: {robot_in_use.lifetime: 6 year}}
"""
VAN = """processes:
  van: {unit: parcel, stage: use, actor: provider, needs: {freight_lorry: 2 t*km/parcel}}
"""
INDICATORS = "[climate_change, adp_elements, water_consumption, primary_energy, water_scarcity, crustal_scarcity]"
YEAR = 8760.0  # hours

# Opens a project as a user does and prints its scores for each list of changes: amounts of exchanges that replace those of the project.
SCORE = """
import json, sys
import bw2calc as bc, bw2data as bd, bw_processing as bp, numpy as np

project, study, worlds = json.loads(sys.argv[1])
bd.projects.set_current(project, update=False)
setup, found = bd.calculation_setups[study], []
number = lambda key: bd.get_node(database=key[0], code=key[1]).id
for changes in worlds:
    package, scores = bp.create_datapackage(), []
    for kind, matrix in (("technosphere", "technosphere_matrix"), ("biosphere", "biosphere_matrix")):
        mine = [each for each in changes if each[2] == kind]
        if mine:
            package.add_persistent_vector(matrix=matrix, indices_array=np.array([(number(a), number(b)) for a, b, _, _ in mine], dtype=bp.INDICES_DTYPE),
                                          data_array=np.array([each[3] for each in mine]), flip_array=np.array([kind == "technosphere"] * len(mine)))
    for demand in setup["inv"]:
        scores.append([])
        for method in setup["ia"]:
            inputs, objects, _ = bd.prepare_lca_inputs({number(key): amount for key, amount in demand.items()}, method)
            lca = bc.LCA(inputs, data_objs=[*objects, package] if changes else objects)
            lca.lci(); lca.lcia()
            scores[-1].append(float(lca.score))
    found.append(scores)
print(json.dumps(found))
"""


def python(code: str, *arguments: str) -> Any:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-X", "utf8", "-m", "lca", "brightway", *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def small_results(tmp_path_factory: pytest.TempPathFactory, background: Background) -> Results:
    path = tmp_path_factory.mktemp("door") / "parcels.yaml"
    text = SMALL.replace("base: {label_en: Base, label_fr: Base}\n", SCENARIOS).replace("[climate_change, adp_elements]", INDICATORS)
    text = text.replace("amount: not quantified", "process: van, amount: 0.5").replace("processes:\n", VAN)
    path.write_text(text, encoding="utf-8")
    return compute(read_study(path, background.products, background.flows, background.indicators), background)


@pytest.fixture(scope="module")
def export(small_results: Results) -> Export:
    return make_export(small_results, "", "biosphere3", whole=False)


@pytest.fixture(scope="module")
def project(export: Export) -> str:
    assert write_project(export, "parcels by lca", lambda text: None)
    return "parcels by lca"


def check_scores(results: Results, project: str, worlds: dict[str, list[Any]]) -> None:
    """What plain bw2calc finds in a project, changed as the worlds say, against our totals of those scenarios."""
    found = python(SCORE, json.dumps([project, results.study.key, list(worlds.values())]))
    for scenario, scores in zip(worlds, found, strict=True):
        row = results.scenarios.index(scenario)
        size = np.abs(results.contributions[:, row]).sum(axis=(1, 2))
        assert (np.abs(np.array(scores) - results.totals[:, row]) / size).max() <= 1e-6, scenario


def exchange(export: Export, code: str, target: tuple[str, str]) -> dict[str, Any]:
    node = next(each for each in export.databases[export.database] if each["code"] == code)
    return next(each for each in node["exchanges"] if each["input"] == target)


def test_processes_come_in_their_own_units(export: Export) -> None:
    """3 robots (1000 a year, 400 each) for 1000 parcels a year; 50 W; 30 kg of steel over 5 years; 0.001 g/h."""
    assert exchange(export, "by_machine", ("parcels", "robot_in_use"))["amount"] == pytest.approx(3 * YEAR / 1000)
    assert exchange(export, "robot_in_use", ("lca background", "electricity_mv_FRA"))["amount"] == pytest.approx(0.05)
    assert exchange(export, "robot_in_use", ("lca background", "steel_low_alloyed"))["amount"] == pytest.approx(30 / (5 * YEAR))
    robot = next(each for each in export.databases["parcels"] if each["code"] == "robot_in_use")
    leak = next(each for each in robot["exchanges"] if each["type"] == "biosphere")
    assert leak["amount"] == pytest.approx(1e-6) and export.nodes[leak["input"]]["name"] == "Ethane, 1,1,1,2-tetrafluoro-, HFC-134a"
    assert export.demands == {"hand": ("by_hand", 10.0), "machine": ("by_machine", 10.0)}


def test_what_stands_beside_the_alternatives_stays_outside(small_results: Results, export: Export) -> None:
    assert {each.process.key for each in small_results.study.model.nodes} > {"van", "by_hand", "by_machine", "robot_in_use"}
    assert {each["code"] for each in export.databases["parcels"]} == {"by_hand", "by_machine", "robot_in_use"}


def test_an_activity_says_what_it_is(export: Export) -> None:
    robot = next(each for each in export.databases["parcels"] if each["code"] == "robot_in_use")
    told = {key: robot[key] for key in ("name", "reference product", "unit", "location", "stage", "actor")}
    assert told == {"name": "robot_in_use", "reference product": "robot_in_use", "unit": "robot hour", "location": "GLO", "stage": "use", "actor": "provider"}
    assert robot["exchanges"][0] == {"input": ("parcels", "robot_in_use"), "amount": 1.0, "type": "production"}


def test_an_amount_that_is_one_quantity_keeps_its_range(export: Export) -> None:
    found = exchange(export, "robot_in_use", ("lca background", "electricity_mv_FRA"))
    assert (found["uncertainty type"], found["loc"], found["scale"]) == (2, pytest.approx(math.log(0.05)), pytest.approx(math.log(1.5) / 3.919928))
    assert (found["source"], found["basis"]) == ("assumption", "assumption")
    steel = exchange(export, "robot_in_use", ("lca background", "steel_low_alloyed"))
    assert "uncertainty type" not in steel and steel["comment"] == "amount: steel_mass / lifetime"
    assert (steel["stage"], steel["actor"]) == ("manufacturing", "supplier")


def test_what_another_scenario_takes_stands_there_with_zero(export: Export) -> None:
    found = exchange(export, "robot_in_use", ("lca background", "electricity_mv_USA"))
    assert found["amount"] == 0.0 and "uncertainty type" not in found
    assert not any(each["input"] == ("lca background", "electricity_mv_DEU") for node in export.databases["parcels"] for each in node["exchanges"])


def test_background_in_use_or_all(export: Export, small_results: Results, background: Background) -> None:
    used = {each["code"] for each in export.databases["lca background"]}
    assert {"electricity_lv_FRA", "electricity_mv_USA", "steel_low_alloyed"} < used < set(background.products)
    assert "freight_lorry" not in {each["input"][1] for node in export.databases["parcels"] for each in node["exchanges"]}
    inside = {("lca background", each) for each in used}
    needed = {each["input"] for node in export.databases["lca background"] for each in node["exchanges"] if each["type"] == "technosphere"}
    assert needed <= inside
    whole = make_export(small_results, "", "biosphere3", whole=True)
    assert {each["code"] for each in whole.databases["lca background"]} == set(background.products)


def test_differences_by_hand(export: Export) -> None:
    head, *rows = difference_rows(export)
    assert head[:7] == ["from activity name", "from reference product", "from location", "from categories", "from database", "from key", "to activity name"]
    assert head[12:] == ["flow type", "base", "usa", "long"]
    found = {(row[5], row[11]): row[12:] for row in rows}
    robot, hand = "('parcels', 'robot_in_use')", "('parcels', 'by_hand')"
    steel = [pytest.approx(30 / (years * YEAR)) for years in (5, 5, 6)]
    assert found == {
        ("('lca background', 'electricity_lv_FRA')", hand): ["technosphere", pytest.approx(2), 0, pytest.approx(2)],
        ("('lca background', 'electricity_lv_USA')", hand): ["technosphere", 0, pytest.approx(2), 0],
        ("('lca background', 'electricity_mv_FRA')", robot): ["technosphere", pytest.approx(0.05), 0, pytest.approx(0.05)],
        ("('lca background', 'electricity_mv_USA')", robot): ["technosphere", 0, pytest.approx(0.05), 0],
        ("('lca background', 'steel_low_alloyed')", robot): ["technosphere", *steel],
    }


def test_nothing_differs_in_one_scenario(export: Export, tmp_path: Path) -> None:
    alone = replace(export, edges=[each for each in export.edges if not np.ptp(each.amounts)])
    with pytest.raises(DataError, match="no amount of 'parcels' differs"):
        write_differences(alone, tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".csv", pytest.param(".xlsx", marks=pytest.mark.slow)])
def test_bw2calc_finds_our_totals_in_every_scenario(small_results: Results, export: Export, project: str, suffix: str, tmp_path: Path) -> None:
    """The project as it stands is the first scenario; the table, read as Activity Browser reads it, makes the others."""
    path = write_differences(export, tmp_path / f"differences{suffix}")
    table = pd.read_csv(path, sep=";") if suffix == ".csv" else pd.read_excel(path, sheet_name=1, comment="#", na_values="", keep_default_na=False)
    keys = [[eval(each) for each in table[column]] for column in ("from key", "to key")]
    changes = {each: list(zip(*keys, table["flow type"], table[each].astype(float), strict=True)) for each in ("usa", "long")}
    check_scores(small_results, project, {"base": [], **changes})


@pytest.mark.slow
def test_flows_are_those_of_brightway(export: Export, project: str, background: Background) -> None:
    code = """
import json, sys, bw2data as bd
bd.projects.set_current(sys.argv[1], update=False)
flows = {each["code"]: [each["name"], each["unit"], list(each["categories"])] for name in ("biosphere3", "lca water flows") for each in bd.Database(name)}
print(json.dumps([flows, bd.databases["lca background"]["version"], bd.databases["lca background"]["content"]]))
"""
    there, version, content = python(code, project)
    assert (version, content) == (background.edition.name, background.edition.content)
    ours = {code: [node["name"], node["unit"], node["categories"]] for (name, code), node in export.nodes.items() if "categories" in node}
    assert {code: there[code] for code in ours} == ours


IMPORT = """
import copy, json, sys, bw2data as bd, bw2io as bi
project, study, path, biosphere, target = json.loads(sys.argv[1])
def content():
    texts = ("type", "negative", "comment", "source", "basis", "stage", "actor")
    numbers = ("amount", "uncertainty type", "loc", "scale", "minimum", "maximum")
    return {each["code"]: (dict(each.items()), sorted(str((e.input.key, [f"{e.get(n, 0):.12g}" for n in numbers], [e.get(n, "") for n in texts]))
            for e in each.exchanges())) for each in bd.Database(study)}
bd.projects.set_current(project, update=False)
bd.projects.copy_project(target)
before, setup = content(), copy.deepcopy(bd.calculation_setups[study])
del bd.databases[study]
bd.config.p["biosphere_database"] = biosphere
book = bi.ExcelImporter(path)
book.apply_strategies()
book.write_database()
bd.calculation_setups[study] = setup  # Brightway drops it with the database
after = content()
fields = [(code, key) for code, (node, _) in before.items() for key, value in node.items() if key != "id" and value != after[code][0].get(key, "")]
print(json.dumps([book.statistics()[2], fields, [code for code in before if before[code][1] != after[code][1]]]))
"""


@pytest.mark.slow
def test_the_workbook_comes_back_whole(small_results: Results, export: Export, project: str, tmp_path: Path) -> None:
    path = write_excel(export, tmp_path / "model.xlsx")
    assert python(IMPORT, json.dumps([project, "parcels", str(path), "biosphere3", "imported"])) == [0, [], []]
    check_scores(small_results, "imported", {"base": []})


@pytest.mark.slow
def test_the_files_of_a_folder_give_our_totals(small_results: Results, project: str, tmp_path: Path) -> None:
    """The model comes back by the importer of Brightway, and the table makes its other scenarios."""
    write_bundle(small_results, tmp_path / "parcels_README.txt", "en")
    assert python(IMPORT, json.dumps([project, "parcels", str(tmp_path / "parcels_brightway.xlsx"), "biosphere3", "bundled"])) == [0, [], []]
    table = pd.read_excel(tmp_path / "parcels_scenarios.xlsx", sheet_name=1, comment="#", na_values="", keep_default_na=False)
    keys = [[eval(each) for each in table[column]] for column in ("from key", "to key")]
    changes = {each: list(zip(*keys, table["flow type"], table[each].astype(float), strict=True)) for each in ("usa", "long")}
    check_scores(small_results, "bundled", {"base": [], **changes})


@pytest.mark.slow
def test_the_shipped_study_with_all_its_scenarios(results: Results, tmp_path: Path) -> None:
    export = make_export(results, "frugal", "my flows", whole=True)
    assert write_project(export, "fraud", lambda text: None)
    head, *rows = difference_rows(export)
    size = len(head) - len(results.scenarios)
    worlds = {each: [(eval(row[5]), eval(row[11]), row[12], row[size + n]) for row in rows] for n, each in enumerate(results.scenarios)}
    check_scores(results, "fraud", {**worlds, "frugal": []})
    path = write_excel(export, tmp_path / "model.xlsx")
    assert python(IMPORT, json.dumps(["fraud", "fraud_detection", str(path), "my flows", "fraud imported"])) == [0, [], []]
    check_scores(results, "fraud imported", {"frugal": []})


@pytest.mark.slow
def test_distributions_can_be_drawn(project: str) -> None:
    code = """
import json, sys, bw2calc as bc, bw2data as bd
bd.projects.set_current(sys.argv[1], update=False)
setup = bd.calculation_setups["parcels"]
demand, method = setup["inv"][1], setup["ia"][0]
inputs, objects, _ = bd.prepare_lca_inputs({bd.get_node(database=key[0], code=key[1]): amount for key, amount in demand.items()}, method)
lca = bc.LCA(inputs, data_objs=objects, use_distributions=True, seed_override=1)
lca.lci(); lca.lcia()
found = []
for _ in range(30):
    found.append(float(lca.score)); next(lca)
print(json.dumps(found))
"""
    draws = np.array(python(code, project))
    assert np.isfinite(draws).all() and 0.01 < draws.std() / draws.mean() < 1


# One process for all that can be found in a Brightway folder; the content is replaced by a small database, which is fast.
STATES = """
import json, sys
import lca.brightway_export as door
from lca.errors import LCAError
def fill(request, say):
    import bw2data as bd
    bd.Database("a").write({})
    bd.Database(request["study"]).write({(request["study"], "x"): {"name": request["content"], "exchanges": []}})
    if request["content"] == "broken":
        raise OSError(28, "No space left on device")
door._fill = fill
def ask(project="p", study="s", content="1"):
    try:
        return door.export({"project": project, "study": study, "content": content, "lock": sys.argv[1]}, lambda text: None)["written"]
    except (LCAError, OSError) as error:
        return str(error)
found = [ask(), ask(), ask(content="2")]
import bw2data as bd
bd.projects.set_current("p")
found.append([each["name"] for each in bd.Database("s")])
found += [ask(study="t", content="2"), ask(content="broken"), json.loads((bd.projects.dir / door.MARKER).read_text())["complete"], ask(content="3")]
bd.projects.set_current("p")
bd.Database("mine").write({})
found += [ask(content="3"), ask(content="4"), "mine" in bd.databases]
bd.projects.set_current("theirs")
bd.Database("theirs").write({})
found += [ask("theirs"), ask("default")]
bd.projects.set_current("theirs")
found.append(list(bd.databases))
bd.projects.delete_project("theirs")
found.append(ask("theirs"))
print(json.dumps(found))
"""


def test_only_what_lca_wrote_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path))
    found = python(STATES, str(tmp_path / "lock"))
    assert found[:4] == [True, False, True, ["2"]], "written, nothing to do, written anew"
    assert "holds the study 's'" in found[4]
    assert "No space left" in found[5] and found[6] is False and found[7] is True, "unfinished, then clean"
    assert found[8] is False and "holds work of others, which would be lost: mine" in found[9] and found[10] is True
    assert all("that lca did not write" in each for each in (found[11], found[12], found[14])) and found[13] == ["theirs"]


@pytest.mark.slow
def test_two_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path))
    code = (
        STATES.split("found = ")[0].replace('raise OSError(28, "No space left on device")', "import time; time.sleep(2)")
        + "print(json.dumps(ask(content='broken')))"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [json.loads(each.communicate(timeout=60)[0].strip().splitlines()[-1]) for each in both]
    assert sorted(answers) == [False, True], "one writes, the other waits and finds it written"


@pytest.mark.slow
def test_a_killed_export_is_begun_again(export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path))
    study = tmp_path / "parcels.yaml"
    study.write_text(SMALL, encoding="utf-8")
    arguments = [sys.executable, "-m", "lca", "brightway", str(study), "--project", "p"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "writing the Brightway project p: lca background" in line:
                os.killpg(process.pid, 9)
                break
    markers = list(tmp_path.glob("*/written_by_lca.json"))
    assert [json.loads(each.read_text())["complete"] for each in markers] == [False]
    done = command(str(study), "--project", "p")
    assert done.returncode == 0 and "is written" in done.stdout, done.stderr
    assert len(python(SCORE, json.dumps(["p", "parcels", [[]]]))[0]) == 2
    again = command(str(study), "--project", "p", "--lang", "fr")
    assert again.returncode == 0 and "contient déjà cette étude : rien à faire" in again.stdout


def test_names_that_cannot_be(small_results: Results) -> None:
    with pytest.raises(UnknownName, match="there is no scenario 'bas'"):
        make_export(small_results, "bas", "biosphere3", whole=False)
    with pytest.raises(LCAError, match="need four different names"):
        make_export(small_results, "", "parcels", whole=False)
    with pytest.raises(LCAError, match="the Brightway project needs a name"):
        write_project(make_export(small_results, "", "biosphere3", whole=False), " ", print)


def test_an_amount_without_value_is_refused(tmp_path: Path, background: Background) -> None:
    path = tmp_path / "parcels.yaml"
    path.write_text(
        SMALL.replace("power: {value: 50 W/robot, low: 40", "power: {value: 0 W/robot, low: 0").replace(
            "_<country>: power", "_<country>: power * (1 / (0 * lifetime / lifetime))"
        ),
        encoding="utf-8",
    )
    results = compute(read_study(path, background.products, background.flows, background.indicators), background)
    with pytest.raises(DataError, match="'electricity_mv_<country>' of 'robot_in_use' has no value in scenario 'base'"):
        make_export(results, "", "biosphere3", whole=False)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "nothing to write. Name a --project, an --excel file or a --scenario-differences file"),
        (("--project", "p", "--background", "al"), "--background cannot be 'al'. Did you mean 'all'?"),
        (("--excel", "a.xls"), "--excel a.xls: there is no output with the suffix '.xls'. Did you mean '.xlsx'?"),
        (("--scenario-differences", "no_folder/a.csv"), "--scenario-differences no_folder/a.csv: there is no folder no_folder"),
        (("--project", "p", "--scenario", "bas"), "there is no scenario 'bas'. Did you mean 'base'?"),
    ],
)
def test_bad_commands(background: Background, arguments: tuple[str, ...], expected: str) -> None:
    done = command("fraud_detection", *arguments)
    assert done.returncode == 2 and done.stderr.splitlines()[-1].startswith("error: ") and expected in done.stderr


def test_units_are_spelled_out() -> None:
    assert [spell(each) for each in ("t*km", "server * hour", "kW * year", "kg / (person * hour)", "m3")] == [
        "ton kilometer", "server hour", "kilowatt year", "kilogram per (person hour)", "cubic meter"
    ]  # fmt: skip
