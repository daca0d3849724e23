"""CSV and JSON read back: the same sums, both writings of numbers, texts that no spreadsheet computes, null for what has no value."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.results import Results
from lca.study import Study
from lca.tables import as_dictionary, inert, write_deep, write_table


def sums(frame: pd.DataFrame, results: Results) -> np.ndarray:
    order = pd.MultiIndex.from_product([[*results.study.alternatives], results.scenarios, results.study.indicators])
    found = frame.groupby(["alternative", "scenario", "indicator"])["value"].sum()
    return found.reindex(order, fill_value=0.0).to_numpy().reshape(results.totals.shape)


def test_french_csv_opens_in_french_spreadsheets(results: Results, tmp_path: Path) -> None:
    path = write_table(results, tmp_path / "table.csv", "fr")
    assert path.read_bytes().startswith("\ufeffalternative;scenario;process;".encode())
    frame = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig", keep_default_na=False)
    assert frame["value"].dtype == float
    np.testing.assert_allclose(sums(frame, results), results.totals, rtol=1e-12)
    assert "Ordinateur portable" in " ".join(frame["process_label"])


@pytest.mark.slow
def test_english_csv(results: Results, tmp_path: Path) -> None:
    path = write_table(results, tmp_path / "table.CSV", "en")
    frame = pd.read_csv(path, keep_default_na=False)
    np.testing.assert_allclose(sums(frame, results), results.totals, rtol=1e-12)
    pd.testing.assert_frame_equal(frame.drop(columns="value_choices"), results.table("en"), check_dtype=False, rtol=1e-15)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_inert(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a = b", "kg CO2-eq", "1+1", "'=1", " =1"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hostile_labels_are_inert_in_csv(small: Callable[..., Study], background: Background, tmp_path: Path, lang: str) -> None:
    head = "    unit: parcel\n    actor: provider\n    stage: use"
    study = small((head, f'{head}\n    label_en: "=1+1"\n    label_fr: "@SUM(A1);1"'))
    path = write_table(compute(study, background), tmp_path / "hostile.csv", lang)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";" if lang == "fr" else ",") for cell in row]
    assert ("'@SUM(A1);1" if lang == "fr" else "'=1+1") in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]


def test_json_round_trip(results: Results, tmp_path: Path) -> None:
    found = json.loads(write_table(results, tmp_path / "all.json", "en").read_text(encoding="utf-8"))
    assert found == json.loads(json.dumps(as_dictionary(results, "en")))
    assert (found["status"]["kind"], found["status"]["text"]) == ("screening", "screening")
    assert found["verdict"] == "No verdict: uncertainty not computed."
    table = pd.DataFrame(found["contributions"]["rows"], columns=found["contributions"]["columns"])
    columns, order = list(results.study.indicators), pd.MultiIndex.from_product([results.study.alternatives, results.scenarios])
    added = table.groupby(["alternative", "scenario"])[columns].sum().loc[order].to_numpy()
    np.testing.assert_allclose(added.reshape(results.totals.shape), results.totals, rtol=1e-12)
    scores = [[total["scores"][key] for key in results.study.indicators] for total in found["totals"]]
    np.testing.assert_array_equal(np.reshape(scores, results.totals.transpose(1, 0, 2).shape), results.totals.transpose(1, 0, 2))
    assert found["parameters"]["boosting_work.service_life"] == [35040.0] * 3
    assert found["parameter_units"]["boosting_work.service_life"] == "hour"
    assert found["parameters"]["country"] == ["FRA", "FRA", "USA"]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_no_value_is_null(results: Results, tmp_path: Path, value: float) -> None:
    broken = results.contributions.copy()
    broken[0, 0] = value
    found = json.loads(write_table(replace(results, contributions=broken), tmp_path / "broken.json", "fr").read_text(encoding="utf-8"))
    assert {*found["totals"][0]["scores"].values()} == {None}
    assert None in [each for row in found["contributions"]["rows"] for each in row]
    assert all(isinstance(each, float) for each in found["totals"][1]["scores"].values())


def test_json_holds_what_stands_beside_the_totals(everything: Callable[..., Study], background: Background) -> None:
    results = compute(everything(), background)
    found = as_dictionary(results, "en")
    assert found["status"]["text"] == "reviewed by some label on some label"
    labour = found["value_choices"]["labour"]
    assert (labour["value"], labour["default"]) == ("marginal", "work_related")
    assert labour["text"].startswith("only the electricity of the desk") and labour["default_text"].startswith("what the work needs")
    assert [each["default"] for key, each in found["value_choices"].items() if key != "labour"] == [""] * (len(found["value_choices"]) - 1)
    beside = {(each["effect"], each.get("alternative")): each.get("scores") for each in found["beside"]}
    assert beside[("more_parcels", "machine")] == pytest.approx({key: 0.1 * value for key, value in found["totals"][0]["scores"].items()})
    assert beside[("unknown", None)] is None
    sums: dict[str, float] = dict.fromkeys(results.study.alternatives, 0.0)
    for each in found["scopes"]["location_based"]:
        sums[each["alternative"]] += each["scores"]["climate_change"]
    assert list(sums.values()) == pytest.approx(results.totals[:, 0, 0], rel=1e-12)
    assert "market_based" not in found["scopes"]
    assert found["scopes"]["without_contract"] == ["electricity_lv_FRA", "electricity_mv_FRA"]
    (shared,) = found["shared"]
    assert shared["shares"] == {"volume": {"us": 0.25, "others": 0.75}, "time": {"us": 0.3, "others": 0.7}}
    assert shared["changes"][1]["scores"]["climate_change"] == pytest.approx(shared["whole"]["climate_change"] / 3)
    (spread,) = found["one_offs"]
    assert (spread["whole"], spread["over"], spread["over_unit"]) == (3.0, pytest.approx(1000), "parcel/year")
    assert spread["borne"] == {"hand": 0.0, "machine": pytest.approx(3 / 1000 * 8760 * 10)}


def test_json_without_any_of_it(small: Callable[..., Study], background: Background) -> None:
    found = as_dictionary(compute(small(), background), "fr")
    assert (found["scopes"], found["shared"], found["one_offs"]) == ({}, [], [])
    assert found["beside"] == [{"effect": "more_parcels", "kind": "second_order", "label": "plus de colis", "amount": "not quantified"}]


def test_an_effect_that_is_not_quantified_for_an_alternative_has_no_scores_there(small: Callable[..., Study], background: Background) -> None:
    effect = ("amount: not quantified}", "process: by_hand, amount: {hand: not quantified, machine: -0.1}}")
    told = as_dictionary(compute(small(effect), background), "en")["beside"]
    assert [(each["alternative"], "scores" in each) for each in told] == [("hand", False), ("machine", True)]
    assert told[0]["amount"] == "hand: not quantified; machine: -0.1"


def test_a_csv_says_under_which_value_choices_it_stands(small: Callable[..., Study], background: Background, tmp_path: Path) -> None:
    for change, said in (((), "default"), ((("units: [parcel", "choices: {labour: marginal, reservoirs: allocated}\nunits: [parcel"),), "labour=marginal")):
        results = compute(small(*change), background)
        for write in (write_table, write_deep):
            frame = pd.read_csv(write(results, tmp_path / "table.csv", "en"))
            assert set(frame["value_choices"]) == {said}
