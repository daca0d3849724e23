"""The devices' catalogue: computed without a study, listed in both languages, graded beside published values row by row."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_formats import renew  # puts docs/ on the path

from lca import devices as module
from lca.__main__ import list_
from lca.background import Background
from lca.calculation import compute
from lca.description import describe
from lca.devices import COLUMNS, Catalogue, catalogue, of_study, read_catalogue
from lca.documents import read_csv
from lca.errors import DataError, LCAError, UnknownName
from lca.folders import shipped
from lca.grades import Comparison, scores_of, shares_by_source
from lca.study import Study
from lca.tables import as_dictionary
from lca.wording import tag_keys

pytestmark = pytest.mark.slow
agreement = renew.validation.agreement

Small = Callable[..., Study]

LAMPS = """
units: [lamp]
tables: [foreground/lamps]
processes:
  lamp:
    device: yes
    label_en: Lamp, delivered
    label_fr: Lampe, livrée
    unit: lamp
    stage: manufacturing
    actor: supplier
    parameters:
      steel: {value: 2 kg/lamp, low: 1, high: 3, source: babbitt_2020, basis: read}
      coils: {value: 3, low: 1, high: 4, source: assumption}
      distance: {value: 500 km, low: 100, high: 900, source: jasper_2022, basis: read}
    needs:
      steel_low_alloyed: steel
      coil: coils
      freight_lorry: {amount: steel * distance, stage: transport}
      landfill_inert: {amount: 0.5 * steel, stage: end_of_life}
  coil:
    unit: lamp
    parameters:
      wire: {value: 0.2 kg/lamp, low: 0.1, high: 0.3, source: fichter_2014, basis: read}
    needs:
      copper_wire: wire
  lamp_in_use:
    unit: lamp * hour
    stage: use
    actor: end_user
    parameters:
      life: {value: 10000 hour, low: 5000, high: 20000, source: assumption}
    needs:
      lamp: 1 / life
"""
ROWS = """process,like,label_en,label_fr,note
lamp_small,lamp,Small lamp,Petite lampe,
lamp_large,lamp,Large lamp,Grande lampe,
"""
VALUES = """process,parameter,value,low,high,source,locator,basis,year,geography,note
lamp_small,steel,1.5 kg/lamp,1.4,1.6,techpowerup_cpu,x,read,2021,,
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A working folder with the lamps (some texts replaced) in ./inventories/foreground."""

    def make(*changes: tuple[str, str]) -> Path:
        folder, text = tmp_path / "inventories" / "foreground", LAMPS
        folder.mkdir(parents=True, exist_ok=True)
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        for name, content in (("lamps.yaml", text), ("lamps_processes.csv", ROWS), ("lamps_values.csv", VALUES)):
            (folder / name).write_text(content, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        return folder

    return make


@pytest.fixture
def lamps(write: Callable[..., Path], background: Background, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Catalogue]:
    """The catalogue of the lamps alone, beside the published rows that are given."""

    def read(*rows: str) -> Catalogue:
        inventories = write().parent
        (inventories / "published_devices.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
        monkeypatch.setattr(module, "shipped", lambda name: inventories if name == "inventories" else shipped(name))
        return read_catalogue(background)

    return read


def by_hand(background: Background, indicator: str, steel: float) -> dict[str, float]:
    """A lamp of so much steel, with three coils of 0.2 kg of wire, 500 km by lorry, half of its steel dumped."""
    unit = scores_of(background, indicator)
    tonne_km = background.products["freight_lorry"].unit
    assert tonne_km in ("t*km", "t * km", "tkm", "tonne_km", "kg*km"), tonne_km
    size = 1.0 if tonne_km.startswith("kg") else 1e-3
    made = steel * unit["steel_low_alloyed"] + 3 * 0.2 * unit["copper_wire"]
    return {"manufacturing": made, "transport": steel * 500 * size * unit["freight_lorry"], "use": 0.0, "end_of_life": 0.5 * steel * unit["landfill_inert"]}


def test_devices_of_a_user_by_hand(write: Callable[..., Path], background: Background) -> None:
    write()
    found = read_catalogue(background).devices
    assert {"lamp", "lamp_small", "lamp_large", "server", "terminal_laptop_14"} <= found.keys()
    assert not {"coil", "lamp_in_use", "server_in_use"} & found.keys(), "no family of theirs says that it makes devices"
    for key, steel in (("lamp", 2.0), ("lamp_small", 1.5), ("lamp_large", 2.0)):
        for place, indicator in enumerate(background.indicators):
            wanted = by_hand(background, indicator, steel)
            assert found[key].scores[:, place] == pytest.approx([wanted[each] for each in tag_keys("stage")], rel=1e-12)
    assert found["lamp_small"].process.about["label_fr"] == "Petite lampe"


def test_components_are_the_lines_of_the_device_itself(write: Callable[..., Path], background: Background) -> None:
    write()
    found = read_catalogue(background).devices
    place, unit = list(background.indicators).index("climate_change"), scores_of(background, "climate_change")
    parts = found["lamp_small"].components
    assert list(parts) == ["coil", "steel_low_alloyed", "freight_lorry", "landfill_inert"]
    assert parts["coil"].scores.sum(axis=0)[place] == pytest.approx(0.6 * unit["copper_wire"], rel=1e-12)
    for device in found.values():
        assert np.sum([each.scores for each in device.components.values()], axis=0) == pytest.approx(device.scores, rel=1e-12)


def test_a_device_has_the_total_of_a_study_that_calls_it(small: Small, background: Background, write: Callable[..., Path]) -> None:
    """Ten parcels, a tenth of a device each."""
    write()
    found = read_catalogue(background).devices
    for key, unit, used in (("lamp_small", "lamp", "lamps"), ("terminal_laptop_14", "terminal", "terminals"), ("server", "server", "servers")):
        study = small(("second_order:", f"use: [foreground/{used}.yaml]\nsecond_order:"), ("robot_in_use: fleet / yearly", f"{key}: 0.1 {unit}/parcel"))
        wanted = compute(study, background).totals[1, 0]
        assert found[key].scores.sum(axis=0)[background.positions(study.indicators)] == pytest.approx(wanted, rel=1e-12)
        of_it = of_study(study, background, [key])
        assert of_it.devices[key].scores == pytest.approx(found[key].scores, rel=1e-12)
        assert of_it.comparisons == tuple(each for each in read_catalogue(background).comparisons if each.product == key)


def test_a_study_grades_the_device_that_it_has(small: Small, background: Background) -> None:
    """Six terabytes more in each laptop: what was published for one is far from it."""
    changes = (("second_order:", "use: [foreground/terminals.yaml]\nsecond_order:"), ("robot_in_use: fleet / yearly", "terminal: 0.1 terminal/parcel"))
    plain, large = (
        small(*changes),
        small(*changes, ("  country:", "  terminal.storage: {value: 99 TB/terminal, low: 90, high: 110, source: assumption}\n  country:")),
    )
    assert (
        of_study(large, background, ["terminal"]).devices["terminal"].scores.sum()
        > 10 * of_study(plain, background, ["terminal"]).devices["terminal"].scores.sum()
    )
    results = compute(plain, background)
    letters = json.loads(json.dumps(as_dictionary(results, "en")))["grades"]
    known = catalogue(background)
    assert letters["terminal"] == {key: known.grade("terminal", key) for key in ("climate_change", "adp_elements")}
    assert "robot_in_use" not in letters
    facts = dict(describe("terminal", plain, background, "fr"))
    assert facts["Changement climatique"].split(" (")[0].endswith("kg éq. CO2/terminal")
    assert "note" in facts["Changement climatique"]


# Grades


def row(background: Background, factor: float, source: str, stage: str = "making", steel: float = 1.5) -> str:
    """A published value for the small lamp that is so many times ours."""
    scores = by_hand(background, "climate_change", steel)
    spans = {"making": ("manufacturing", "transport"), "all_but_use": ("manufacturing", "transport", "end_of_life")}
    value = factor * sum(scores[each] for each in spans.get(stage, (stage,)))
    return f"lamp_small,{stage},climate_change,{value!r},{value!r},kg CO2-eq/lamp,2021,{source},p. 1,"


@pytest.mark.parametrize(
    ("factors", "grade"),
    [((1.2, 0.7, 1.49), "A"), ((1.2, 1.4, 1.6), "B"), ((0.7,), "C"), ((2.9, 5.0), "C"), ((3.1,), "D"), ((), "D")],
)
def test_grades_by_hand(factors: tuple[float, ...], grade: str, lamps: Callable[..., Catalogue], background: Background) -> None:
    found = lamps(*(row(background, each, source) for each, source in zip(factors, ("uba_2024", "iinas_2023", "chancerel_2009"), strict=False)))
    assert found.grade("lamp_small", "climate_change") == grade
    assert found.grade("lamp_large", "climate_change") == found.grade("lamp_small", "adp_elements") == "D"
    assert [each.factor for each in found.comparisons] == pytest.approx([max(each, 1 / each) for each in factors])


def test_what_a_maker_says_of_the_make_up_is_no_footprint(lamps: Callable[..., Catalogue], background: Background) -> None:
    """A size from the document of the value leaves the value independent."""
    (one,) = lamps(row(background, 1.0, "techpowerup_cpu")).comparisons
    assert one.close and one.independent


def test_the_document_of_the_background_behind_it_is_no_evidence(lamps: Callable[..., Catalogue], background: Background) -> None:
    shares = {source: share for (product, source), share in shares_by_source(background, "climate_change").items() if product == "steel_low_alloyed"}
    source = max(shares.keys() - {"assumption"}, key=lambda each: shares[each])
    (one,) = lamps(row(background, 1.0, source)).comparisons
    assert shares[source] > 0.2
    assert not one.independent


def test_a_value_for_a_small_part_of_a_device_does_not_count(lamps: Callable[..., Catalogue], background: Background) -> None:
    found = lamps(row(background, 1.0, "uba_2024", "transport"), row(background, 1.0, "uba_2024", "end_of_life"))
    assert [each.factor for each in found.comparisons] == pytest.approx([1.0, 1.0])
    assert found.grade("lamp_small", "climate_change") == "D"
    assert lamps(row(background, 1.0, "uba_2024", "all_but_use")).comparisons[0].weight == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("wrong", "wanted", "kind"),
    [
        ("lamp_smal,making,climate_change,1,1,kg CO2-eq/lamp,2021,uba_2024,p,", "no device 'lamp_smal'. Did you mean 'lamp_small'", UnknownName),
        ("coil,making,climate_change,1,1,kg CO2-eq/lamp,2021,uba_2024,p,", "no device 'coil'", UnknownName),
        ("lamp,makin,climate_change,1,1,kg CO2-eq/lamp,2021,uba_2024,p,", "no stage 'makin'. Did you mean 'making'", UnknownName),
        ("lamp,use,climate_change,1,1,kg CO2-eq/lamp,2021,uba_2024,p,", "no stage 'use'", UnknownName),
        ("lamp,making,climate_chang,1,1,kg CO2-eq/lamp,2021,uba_2024,p,", "no indicator 'climate_chang'. Did you mean 'climate_change'", UnknownName),
        ("lamp,making,climate_change,1,1,kg CO2-eq/kg,2021,uba_2024,p,", "is in 'kg CO2-eq/kg', but ours in 'kg CO2-eq/lamp'", DataError),
        ("lamp,making,climate_change,1,1,kg CO2-eq/lamp,2021,uba_2042,p,", "unknown source 'uba_2042'", UnknownName),
        ("lamp,making,climate_change,2,1,kg CO2-eq/lamp,2021,uba_2024,p,", "above zero and in order", DataError),
        ("lamp,making,climate_change,,1,kg CO2-eq/lamp,2021,uba_2024,p,", "must be numbers", DataError),
    ],
)
def test_a_wrong_row_is_one_error_with_its_place(
    wrong: str, wanted: str, kind: type[LCAError], lamps: Callable[..., Catalogue], background: Background
) -> None:
    with pytest.raises(kind) as fault:
        lamps(row(background, 1.0, "uba_2024"), wrong)
    assert wanted in str(fault.value)
    assert "published_devices.csv:3" in str(fault.value)
    assert len(str(fault.value).splitlines()) == 1


# What a family must be


def test_a_country_that_a_device_asks_for_is_said(write: Callable[..., Path], background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    write(("units: [lamp]", "units: [lamp]\nexpects:\n  country: {}"), ("      steel_low_alloyed: steel\n", "      electricity_mv_<country>: 2 kWh/lamp\n"))
    found = read_catalogue(background)
    place = list(background.indicators).index("climate_change")
    assert found.assumed == {"country": "FRA"}
    wanted = by_hand(background, "climate_change", 2.0)["manufacturing"] + 2 * scores_of(background, "climate_change")["electricity_mv_FRA"]
    assert found.devices["lamp"].scores[0, place] == pytest.approx(wanted - 2 * scores_of(background, "climate_change")["steel_low_alloyed"], rel=1e-12)
    list_("devices", ["lamp"], lang="en")
    assert "country = FRA" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ([("units: [lamp]", "units: [lamp]\nexpects:\n  night: {}"), ("steel_low_alloyed: steel", "steel_low_alloyed: steel * night")], "'night'"),
        ([("device: yes", "device: no")], "'device' cannot be 'no'"),
        ([("    actor: supplier\n    param", "    param")], "ends without actor"),
        ([("      coils:", "      least: {value: 1.8 kg/lamp, low: 1, high: 2, source: assumption}\n      coils:"),
          ("    needs:\n      steel", "    requires:\n      - {formula: steel > least, message_en: too light, message_fr: trop légère}\n    needs:\n      steel")],
         "'lamp_small': too light / trop légère"),
        ([("steel_low_alloyed: steel", "steal_low_alloyed: steel")], "Did you mean 'steel_low_alloyed'"),
        ([("units: [lamp]", "units: [lamp, terminal]"), ("  lamp_in_use:\n    unit: lamp * hour", "  terminal:\n    device: yes\n    unit: terminal * hour")],
         "the device 'terminal' is declared twice"),
    ],
)  # fmt: skip
def test_a_wrong_family_is_an_error(changes: list[tuple[str, str]], wanted: str, write: Callable[..., Path], background: Background) -> None:
    write(*changes)
    with pytest.raises(LCAError) as fault:
        read_catalogue(background)
    assert wanted in str(fault.value)
    assert "lamps" in str(fault.value)


def test_a_file_of_the_user_without_devices_harms_nothing(write: Callable[..., Path], background: Background) -> None:
    folder = write()
    (folder / "other.yaml").write_text("units: [server]\nprocesses:\n  server: {unit: server, needs: {nonsense: 1}}\n", encoding="utf-8")
    assert "lamp_small" in read_catalogue(background).devices


# The list


def test_the_list_in_both_languages(write: Callable[..., Path], background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    write()
    made = by_hand(background, "climate_change", 1.5)["manufacturing"]
    list_("device", ["SMALL", "lamp"])
    text = capsys.readouterr().out
    assert "Devices, per unit (1)" in text and "[lamp_small], 1 lamp" in text and "End of life" in text and "Use" not in text
    assert f"{made:.2f}" in text
    list_("devices", ["petite"], lang="fr")
    text = capsys.readouterr().out
    assert "Équipements, par unité (1)" in text and "Petite lampe" in text and "Fabrication" in text and "Small" not in text
    assert f"{made:.2f}".replace(".", ",") in text
    assert max(len(line) for line in text.splitlines()) <= 100
    list_("devices", ["lampshade"], lang="en")
    assert "Nothing among 'devices'" in capsys.readouterr().out


def test_the_list_as_a_file(write: Callable[..., Path], background: Background, tmp_path: Path) -> None:
    import pandas as pd

    write()
    list_("devices", ["small", "lamp"], output=tmp_path / "devices.csv")
    frame = pd.read_csv(tmp_path / "devices.csv", keep_default_na=False)
    assert set(frame["device"]) == {"lamp_small"}
    assert list(frame["stage"].unique()) == [*tag_keys("stage"), "total"]
    one = frame[frame["indicator"] == "climate_change"].set_index("stage")
    wanted = by_hand(background, "climate_change", 1.5)
    assert [one.loc[each, "value"] for each in tag_keys("stage")] == pytest.approx([wanted[each] for each in tag_keys("stage")], rel=1e-12)
    assert one.loc["total", "value"] == pytest.approx(sum(wanted.values()), rel=1e-12)
    assert (one.loc["total", "grade"], one.loc["transport", "grade"], one.loc["total", "unit"]) == ("D", "", "kg CO2-eq/lamp")
    for kind, name in (("flows", "flows.csv"), ("devices", "devices.pdf")):
        with pytest.raises(LCAError, match="lca list devices -o"):
            list_(kind, output=tmp_path / name)


# The page


def test_the_page_tells_every_comparison_and_the_devices_without(background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalogue(background)
    assert known.comparisons
    rows, marks = renew.validation.validate_devices()
    told = {(each.product, each.part, each.indicator, each.source) for each in known.comparisons}
    assert told <= {(line[0], line[1], line[2], line[8]) for line in rows[1:]}
    assert {line[0] for line in rows[1:]} == known.devices.keys()
    assert marks["within"].count("\n| `") + marks["beyond"].count("\n| `") == len(known.comparisons)
    assert all(f"<!-- begin {mark} -->" in renew.DEVICES.read_text(encoding="utf-8") for mark in marks)
    one = known.comparisons[0]
    alone = replace(known, comparisons=(replace(one, product="server", factor=2.0, indicator="climate_change"),))
    monkeypatch.setattr(renew.validation, "catalogue", lambda _: alone)
    _, marks = renew.validation.validate_devices()
    assert f"**1 of {len(known.devices)} devices**" in marks["summary"]
    assert "0 of 1 (0 %) of the values" in marks["summary"]
    assert "`terminal_laptop_14`" in marks["unvalidated"] and "`server`" not in marks["unvalidated"]
    assert marks["within"] == "none"


def test_what_is_far_from_a_published_value_has_a_cause(background: Background) -> None:
    silent = [f"{each.product}, {each.part}, {each.source}" for each in catalogue(background).comparisons if each.factor > 1.5 and not each.note]
    assert not silent, f"rows of published_devices.csv beyond a factor 1.5 without a cause in their note: {'; '.join(silent)}"


# How far published values agree


def value(product: str, low: float, high: float, source: str, year: str = "2020", ours: float = 10.0, indicator: str = "climate_change") -> Comparison:
    factor = max(low / ours, ours / high, 1.0)
    return Comparison(product, indicator, low, high, "kg", source, factor, True, ours, "making", 1.0, year)


def test_pairs_of_published_values_by_hand() -> None:
    """10 beside 4 to 5: a factor 2 to the nearest end; editions are documents, quotations are not; stages must not matter in ours."""
    one, range_, edition = value("lamp", 10, 10, "a"), value("lamp", 4, 5, "b"), value("lamp", 12, 12, "a", "2023")
    pairs = agreement.same_thing([one, range_, edition])
    assert [each.factor for each in pairs] == pytest.approx([2.0, 1.2, 2.4])
    same = value("lamp", 99, 99, "a")
    assert [each.factor for each in agreement.same_thing([one, same])] == []
    assert agreement.same_thing([one, value("coil", 10, 10, "b")]) == agreement.same_thing([one, value("lamp", 10, 10, "b", indicator="adp_elements")]) == []
    assert agreement.same_thing([one, value("lamp", 10, 10, "b", ours=10.6)]) == []
    assert len(agreement.same_thing([one, value("lamp", 10, 10, "b", ours=10.4)])) == 1
    quoted = [value("lamp", 1, 1, each) for each in sorted(agreement.BEHIND[0])]
    assert agreement.same_thing(quoted) == []
    text = agreement.told("Lamps", pairs, 3)
    assert "3 values, 3 pairs" in text and "1 of 3 (33 %)" in text and "median factor 2.00, largest 2.4" in text
    assert agreement.told("Lamps", [], 0) == "- Lamps: no two documents."


def test_pairs_of_a_kind_are_per_size() -> None:
    """10 for 2 TB and 30 for 4 TB: 5 and 7.5 per TB, a factor 1.5; one source or one device makes no pair."""
    values, sizes = [value("small", 10, 10, "a"), value("large", 30, 30, "b"), value("other", 99, 99, "a")], {"small": 2.0, "large": 4.0, "other": 1.0}
    pairs = agreement.same_kind(values, lambda each: sizes[each.product])
    assert [each.factor for each in pairs] == pytest.approx([1.5, 99 / 7.5])
    assert agreement.same_kind([values[0], value("small", 1, 1, "b")], lambda _: 1.0) == []


def test_families_by_hand() -> None:
    """Two servers of ours at 10 beside 16 and 40, one processor beside 5, one value on another indicator."""
    values = [
        value("server_a", 16, 16, "a"),
        value("server_a", 40, 40, "b"),
        value("processor_b", 5, 5, "a"),
        value("terminal_c", 10, 10, "a", indicator="adp"),
    ]
    found = {row[0]: row[1:] for row in agreement.families(["server_a", "server_d", "processor_b", "terminal_c", "rack"], values, renew.validation.ratio)}
    assert found["servers"] == ["2", "1", "2", f"{(10 / 16 + 10 / 40) / 2:.2f}", "0 %", "50 %", "50 %"]
    assert found["processors"] == ["1", "1", "1", "2.00", "0 %", "100 %", "100 %"]
    assert found["facility"] == ["1", "0", "0", "", "", "", ""]
    assert found["all"][:3] == ["5", "2", "3"] and found["all, other indicators"][3:] == ["1.00", "100 %", "100 %", "100 %"]


def test_the_drives_have_a_capacity() -> None:
    kinds, sizes = agreement._drives()
    for key, kind in kinds.items():
        assert kind not in agreement.KINDS or sizes[key] > 0, key
    assert sizes["drive_server_3840gb"] == 3.84


def test_the_parts_of_a_device_are_all_of_its_making(background: Background) -> None:
    """Every line of the device that makes or delivers it stands in one part, and no line in two."""
    known = catalogue(background)
    place, made = background.positions(["climate_change"])[0], [tag_keys("stage").index(each) for each in ("manufacturing", "transport")]
    rows = agreement.parts(known, background)
    for row in (each for each in rows if each[1] == "all"):
        assert float(row[2]) == pytest.approx(known.devices[row[0].strip("`")].scores[made, place].sum(), rel=1e-3)
    lines = [line for row in read_csv(shipped("inventories") / "device_parts.csv", agreement.PARTS) for line in row.text("lines").split()]
    assert len(lines) == len(set(lines))
    flash = next(row for row in rows if row[1] == "solid-state drives")
    assert float(flash[2]) == pytest.approx(known.devices["server_r740_full"].components["solid_state_server_3840gb"].scores[made, place].sum(), rel=1e-3)
    assert flash[3] == "3443"
