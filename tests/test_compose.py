"""The page on composing a service (docs/compose.md): its studies run and show what it says; and what a study lacks is told once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_formats import load_renew

import lca
from lca.background import Background
from lca.calculation import compute
from lca.documents import read_csv, read_yaml
from lca.errors import Faults, LCAError, UnknownName
from lca.folders import shipped
from lca.parameters import read_parameters
from lca.quantities import Units
from lca.results import Results
from lca.sources import read_sources
from lca.study import Study

Small = Callable[..., Study]
renew = load_renew()
PAGE = renew.COMPOSE.read_text(encoding="utf-8")
BLOCKS = {Path(path).stem: told for path, _, told in renew.BLOCK.findall(PAGE) if told}
FOREGROUND = shipped("inventories") / "foreground"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compose")
    renew.write_examples(PAGE, folder)
    return folder


@pytest.fixture
def inside(written: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(written)
    yield written


@pytest.mark.slow
@pytest.mark.parametrize("study", BLOCKS)
def test_studies_of_the_page_show_what_it_says(inside: Path, background: Background, study: str) -> None:
    shown, said = renew.run(inside, study)
    assert (renew.only_tables(shown) if shown else said) == BLOCKS[study], "the page is not current: python docs/renew.py"
    assert bool(shown) == (not study.startswith("wrong_"))


def test_the_page_has_few_studies_and_all_are_shown() -> None:
    studies = [Path(path).stem for path in renew.examples(PAGE) if path.startswith("scenarios/")]
    assert studies == list(BLOCKS) and 6 <= len(studies) <= 9


def total(results: Results, alternative: str, scenario: int = 0, indicator: int = 1) -> float:
    return float(results.totals[list(results.study.alternatives).index(alternative), scenario, indicator])


def value(results: Results, name: str) -> float:
    return float(results.values[name][0])


def test_operations_by_hand(inside: Path) -> None:
    """6 N D over the rate that is reached: the 12.8 hours of the page."""
    results = lca.run("tickets_training", scenarios=["base"])
    assert value(results, "training_from_flops.accelerator_hours") == pytest.approx(6 * 110e6 * 8e9 / (312e12 * 0.40 * 0.92) / 3600)
    assert f"{value(results, 'training_from_flops.accelerator_hours'):.1f}" == "12.8" and "= 12.8 accelerator-hours" in PAGE


def test_capacity_does_not_follow_the_requests(inside: Path) -> None:
    results = lca.run("tickets")
    network = total(results, "vms") - (total(results, "vms") - total(results, "vms", 1)) / 0.9  # what is left of many tickets: 20 kB each
    for each in ("vms", "share", "fleet"):
        assert total(results, each, 1) - network == pytest.approx((total(results, each) - network) / 10, rel=0.01)
    for each in ("api", "meter"):
        assert total(results, each, 1) == pytest.approx(total(results, each), rel=1e-12)


def test_doing_nothing_and_a_team_by_hand(inside: Path) -> None:
    """55 % of the cases make three minutes of work; of a team, ninety an hour, 15 % breaks, a tenth checked in half the time ..."""
    results = lca.run("tickets_without", scenarios=["base"])
    work = (1 + 0.1 * 0.5 + 0.1 * 0.06) / 90  # ... and 6 % of what is checked done again
    lower, upper = work / 0.85 * 1.067, work / 0.85 * (1.067 + 0.1)  # team leaders; training of new people adds some percent
    hours = 0.55 * 3 / 60 * total(results, "people") / total(results, "nothing")
    assert lower < hours < upper
    assert results.quality[-1, 0] == pytest.approx(0.45) and not results.comparable[-1, 0]
    whole = lca.run("tickets_whole", scenarios=["base"])
    assert total(whole, "people") == pytest.approx(1.06 * total(results, "people"), rel=1e-9)  # 6 % sorted again


@pytest.mark.slow
def test_three_boundaries_in_order(inside: Path) -> None:
    found = [total(lca.run("tickets_without", scenarios=["base"], choices={"labour": each}), "people") for each in ("marginal", "work_related", "whole_life")]
    assert found == sorted(found) and found[0] < 0.01 * found[1]


def parameters_of() -> dict[str, set[str]]:
    """What may be set of each process of the inventories: its parameters and what its file expects."""
    found: dict[str, set[str]] = {}
    for path in FOREGROUND.glob("*.yaml"):
        document = read_yaml(path)
        for key, entry in document.get("processes", {}).items():
            found[key] = {*entry.get("parameters", {}), *document.get("expects", {})}
    for path in FOREGROUND.glob("*_processes.csv"):
        found |= {str(row["process"]): found.get(str(row["like"]), set()) for row in read_csv(path, ("process", "like"))}
    return found


def test_the_table_names_processes_and_parameters_that_exist() -> None:
    known = parameters_of()
    rows = re.findall(r"^\| (`.+?) \|.*?\| (.+?) \|", PAGE[PAGE.index("## What to set first") :], re.MULTILINE)
    rows += [(process, told) for process, told in re.findall(r'^\| "[^|]*" \| (.+?) \| (.+?) \|$', PAGE, re.MULTILINE)]
    assert len(rows) >= 35
    for processes, told in rows:
        heads = [each.removesuffix("...") for each in re.findall(r"`([a-z_.]+)`", processes)]
        reached = {name for key, names in known.items() if key.startswith(tuple(heads)) for name in names}
        reached |= known["network_segment"] if "video_delivery" in heads else set()
        assert heads and all(any(key.startswith(head) for key in known) for head in heads), processes
        for name in re.findall(r"`([a-z_]+)(?:: \w+)?`", told):
            assert name in reached | {"country"}, (processes, name)


# What inventories expect of a study


def test_examples_of_what_is_expected_can_be_read() -> None:
    """Every expected name has an example or choices, here or in another inventory; an example is a whole parameter."""
    documents = [read_yaml(path) for path in sorted(FOREGROUND.glob("*.yaml"))]
    declared = [each for document in documents for each in document.get("units", ())]
    units, faults, helped, all_names = Units(list(dict.fromkeys(declared))), Faults(), set[str](), set[str]()
    for document in documents:
        for name, entry in document.get("expects", {}).items():
            all_names.add(str(name))
            if "example" in entry:
                assert read_parameters(type(entry)({name: entry["example"]}), units, read_sources(faults), faults)[name].written
            helped |= {str(name)} if {"example", "choices"} & entry.keys() else set()
    faults.check()
    assert all_names == helped


METER = ("second_order:", "use: [foreground/ml_machines.yaml]\nsecond_order:")
ASKED = ("robot_in_use: fleet / yearly", "metered_electricity: asked")
KWH = ("  yearly: {value", "  asked: {value: 1 kWh/parcel, low: 1, high: 1, source: assumption}\n  yearly: {value")
COUNTRY, HAND = "  country: {value: FRA, choices: [FRA, DEU, USA]}\n", ("electricity_lv_<country>: 2", "electricity_lv_FRA: 2")
OWN = ("electricity_mv_<country>: power", "electricity_mv_FRA: power")


def refused(small: Small, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(LCAError) as caught:
        small(*changes)
    return str(caught.value).splitlines()


def test_a_missing_parameter_is_told_once(small: Small) -> None:
    """Electricity, water and the building need the country; one message names who wants it, what it is and a line to add."""
    (line,) = refused(small, METER, ASKED, KWH, HAND, OWN, (COUNTRY, ""))
    assert line.startswith("small.yaml: ") or "small.yaml: inventories" in line
    assert "ml_machines.yaml expects the parameter 'country' of the study (country of the data centre; any zone" in line
    assert line.endswith("which does not declare it. Under 'parameters:', for example: country: {value: FRA, choices: [FRA, DEU, USA]}")


def test_the_line_that_the_message_shows_mends_the_study(small: Small, background: Background) -> None:
    (line,) = refused(small, METER, ASKED, KWH, HAND, OWN, (COUNTRY, ""))
    study = small(METER, ASKED, KWH, HAND, OWN, (COUNTRY, f"  {line.partition('for example: ')[2]}\n"))
    assert (compute(study, background).totals[1] > 0).all()


def test_a_misspelt_one_is_guessed(small: Small) -> None:
    (line,) = refused(small, METER, ASKED, KWH, HAND, OWN, (COUNTRY, COUNTRY.replace("country", "contry")))
    assert "Did you mean 'contry'?" in line


def test_another_kind_or_dimension_is_told_once(small: Small) -> None:
    (line,) = refused(small, METER, ASKED, KWH, HAND, OWN, (COUNTRY, "  country: {value: 3, low: 1, high: 5, source: assumption}\n"))
    assert "small.yaml:19: " in line and "which has a number for it instead of a choice" in line
    answers = ("second_order:", "use: [foreground/ml_inference.yaml]\nsecond_order:")
    yearly = (
        "  yearly: {value",
        "  asked: {value: 1 request/parcel, low: 1, high: 1, source: assumption}\n  yearly_requests: {value: 1e6 1/year, low: 1, high: 1e7, source: assumption}\n  yearly: {value",
    )
    (line,) = refused(small, answers, ("robot_in_use: fleet / yearly", "inference_rented: asked"), yearly)
    assert "which has it in 1 / hour instead of request / hour" in line


def test_a_country_that_an_inventory_does_not_know_is_told_once(small: Small) -> None:
    people = ("second_order:", "use: [foreground/office.yaml]\nsecond_order:")
    hours = ("  yearly: {value", "  asked: {value: 1 person_hour/parcel, low: 1, high: 1, source: assumption}\n  yearly: {value")
    (line,) = refused(
        small,
        people,
        ("robot_in_use: fleet / yearly", "person_hour_at_office: {amount: asked, stage: use, actor: provider}"),
        hours,
        ("[FRA, DEU, USA]", "[FRA, POL]"),
    )
    assert "office.yaml has no 'POL' for 'country'. Did you mean 'PHL'? Allowed: FRA, DEU, USA, MDG, PHL, KEN, IND. What calls it may set another" in line


def test_other_faults_are_told_beside_it(small: Small) -> None:
    """An example stands in for what is lacking, so that the units of the rest are proven in the same run."""
    lines = refused(small, METER, ASKED, KWH, OWN, (COUNTRY, ""), (HAND[0], "electricity_lv_FRX: 2"))
    assert len(lines) == 2 and "'country'" in "".join(lines) and "'electricity_lv_FRX'" in "".join(lines)


def test_lines_without_tags_are_told_once_per_process(small: Small) -> None:
    heat = ("amount: not quantified}", "process: heat_reused, amount: 1 kWh/parcel, kind: heat_reuse}")
    lines = refused(small, heat, ("units: [parcel", "use: [foreground/cooling.yaml]\nunits: [parcel"))
    assert len(lines) == 1 and "ends without actor" in lines[0]


def test_the_exception_is_that_of_an_unknown_name(small: Small) -> None:
    with pytest.raises(UnknownName):
        small(METER, ASKED, KWH, HAND, OWN, (COUNTRY, ""))
