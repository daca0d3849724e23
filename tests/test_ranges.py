"""Ranges of background rows: own or default, what shares one draw, and correlations that cannot be."""

from __future__ import annotations

import importlib.util
import math
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lca import ranges
from lca.background import Background, background_rows, check_shares, rows_in_force
from lca.checks import possible
from lca.citations import background_in_use
from lca.description import describe
from lca.documents import Mapping, Text, read_csv
from lca.door import make_export
from lca.errors import DataError, Faults, LCAError, UnknownName
from lca.folders import PACKAGE, shipped
from lca.processes import BackgroundExchange, Flow, Product, read_background
from lca.ranges import DEFAULT, EXACT, OWN, REST, RangedExchange, give_ranges, read_kinds
from lca.results import Results
from lca.sources import read_sources
from lca.study import Study
from lca.tables import as_dictionary
from lca.uncertainty import describe_distribution

Small = Callable[..., Study]


def load_documented() -> ModuleType:
    spec = importlib.util.spec_from_file_location("documented_ranges", PACKAGE.parent / "docs" / "ranges.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


documented = load_documented()
KINDS = "kind,label_en,label_fr,if_process,if_process_unit,if_input,if_input_unit,if_place,if_amount,spread,source,locator,basis,note\n"
PRODUCTS = {
    "mix": Product("mix", "kWh", "GLO", "Mix", "Mix", "carrier", shares="yes"),
    "coal_power": Product("coal_power", "kWh", "GLO", "Coal", "Charbon", "grid"),
    "wind_power": Product("wind_power", "kWh", "GLO", "Wind", "Vent", "grid"),
    "steel": Product("steel", "kg", "GLO", "Steel", "Acier"),
}
FLOWS = {
    "soot": Flow("soot", "", "Soot", "air; unspecified", "kg", "Soot", "Suie"),
    "ore": Flow("ore", "", "Ore", "natural resource; in ground", "kg", "Ore", "Minerai"),
}


def row(process: str, name: str, amount: float, low: float | None = None, high: float | None = None, **texts: str) -> BackgroundExchange:
    cells = Mapping({Text(key): Text(text, "mine.csv:7") for key, text in {"amount": f"{amount:g}", "basis": "read", "note": "", **texts}.items()})
    cells.place = "mine.csv:7"
    return BackgroundExchange(process, name, amount, low, high, cells)


@pytest.fixture
def ranged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[RangedExchange]]:
    """Rows with their ranges, by a table of kinds of the test's own."""

    def give(table: str, *rows: BackgroundExchange) -> list[RangedExchange]:
        (tmp_path / "default_ranges.csv").write_text(KINDS + table, encoding="utf-8")
        monkeypatch.setattr(ranges, "shipped", lambda folder: tmp_path)
        faults = Faults()
        found = give_ranges(PRODUCTS, FLOWS, rows, faults, read_sources(Faults()))
        faults.check()
        return found

    return give


ANY = "any,Any,Tout,,,,,,,1.5,assumption,,assumption,\n"
AIR = "air,Air,Air,,,,kg,air; *,,1.6,assumption,,assumption,\n"


def test_a_default_is_the_standard_deviation_as_percentiles(ranged: Callable[..., list[RangedExchange]]) -> None:
    """exp(1.96 ln 1.5) = 2.2138; a lognormal of that range has ln 1.5 as its scale again."""
    (found,) = ranged(ANY, row("steel", "ore", 2.0))
    assert (found.low, found.high, found.origin, found.kind) == (pytest.approx(2 / 2.213770, rel=1e-5), pytest.approx(2 * 2.213770, rel=1e-5), DEFAULT, "any")
    assert describe_distribution(found.amount, found.low, found.high) == {
        "uncertainty type": 2, "loc": pytest.approx(math.log(2)), "scale": pytest.approx(math.log(1.5))}  # fmt: skip


def test_the_first_kind_that_fits_counts_and_an_own_range_wins(ranged: Callable[..., list[RangedExchange]]) -> None:
    found = ranged(AIR + ANY, row("steel", "soot", 1.0), row("steel", "ore", 1.0), row("steel", "soot", 1.0, 0.9, 1.2), row("steel", "ore", 1.0, kind="air"))
    assert [(each.kind, each.origin) for each in found] == [("air", DEFAULT), ("any", DEFAULT), ("", OWN), ("air", DEFAULT)]
    assert (found[2].low, found[2].high) == (0.9, 1.2)


def test_what_is_taken_away_and_what_is_nothing(ranged: Callable[..., list[RangedExchange]]) -> None:
    less, nothing = ranged(ANY, row("steel", "ore", -2.0), row("steel", "soot", 0.0))
    assert less.low == pytest.approx(-4.427540, rel=1e-5) and less.high == pytest.approx(-0.9034362, rel=1e-5)
    assert (nothing.low, nothing.high, nothing.origin) == (None, None, EXACT)


def test_what_is_exact_has_no_range(ranged: Callable[..., list[RangedExchange]]) -> None:
    exact, other = ranged("one,One,Un,,,,,,1,1,assumption,,derived,\n" + ANY, row("steel", "ore", 1.0), row("steel", "ore", 1.1))
    assert (exact.low, exact.high, exact.origin) == (None, None, EXACT)
    assert other.origin == DEFAULT


def test_of_shares_the_largest_is_the_rest(ranged: Callable[..., list[RangedExchange]]) -> None:
    shares = [row("mix", "coal_power", 0.3), row("mix", "wind_power", 0.7), row("mix", "soot", 0.1)]
    found = ranged(ANY, *shares)
    assert [(each.origin, each.share) for each in found] == [(DEFAULT, True), (REST, True), (DEFAULT, False)]
    assert (found[1].low, found[1].high) == (None, None)
    (alone,) = ranged(ANY, row("mix", "coal_power", 1.0))
    assert alone.origin == EXACT


@pytest.mark.parametrize(
    ("table", "kind", "error", "fault"),
    [
        (AIR + ANY, "airs", UnknownName, r"mine\.csv:7: there is no kind 'airs' in default_ranges\.csv\. Did you mean 'air'\?"),
        (AIR, "", DataError, r"mine\.csv:7: steel <- ore has no range, and no kind in default_ranges\.csv fits it"),
        (ANY.replace("1.5", "0.5"), "", DataError, r"default_ranges\.csv:2: the spread of 'any' is '0\.5'; it is a geometric standard deviation"),
        (ANY.replace("1.5", "wide"), "", DataError, r"default_ranges\.csv:2: the spread of 'any' is 'wide'"),
        (ANY.replace("1.5", "inf"), "", DataError, r"default_ranges\.csv:2: the spread of 'any' is 'inf'"),
        (ANY + ANY.replace("1.5", "1.6"), "", DataError, r"default_ranges\.csv:3: the kind 'any' has the spread 1\.6 here and 1\.5 at"),
        (ANY.replace("1.5,assumption", "1.5,ipcc_2006_v22"), "", UnknownName, r"default_ranges\.csv:2: .* unknown source 'ipcc_2006_v22'\. Did you mean 'ipcc_2006_v2'\?"),
    ],
)  # fmt: skip
def test_faults_name_file_and_line(ranged: Callable[..., list[RangedExchange]], table: str, kind: str, error: type[LCAError], fault: str) -> None:
    with pytest.raises(error, match=fault):
        ranged(table, row("steel", "ore", 1.0, **({"kind": kind} if kind else {})))


# The shipped tables


def test_every_shipped_row_has_a_range_or_is_exact(background: Background) -> None:
    for each in background_rows(background.key):
        whole = each.low is not None and each.high is not None and each.low <= each.amount <= each.high
        assert whole if each.origin in (OWN, DEFAULT) else each.origin in (EXACT, REST), each.row.place


def test_only_one_or_the_energy_of_a_kilowatt_hour_is_exact(background: Background) -> None:
    """Besides these only an alloy whose name states what it is of."""
    exact = [each for each in background_rows(background.key) if each.origin == EXACT]
    assert {round(each.amount, 12) for each in exact if each.process != "solder_SAC305"} == {0.0, 1.0, 3.6}


def test_every_kind_has_a_use_or_is_for_users(background: Background) -> None:
    known = {each.key for each in read_kinds(shipped("inventories") / "default_ranges.csv", Faults())}
    assert known - {each.kind for each in background_rows(background.key)} == {"particulates"}  # all shipped ones have their own


def test_no_amount_stands_at_the_end_of_a_lognormal(background: Background) -> None:
    """It would be the median there, and half of all draws would leave the range."""
    wrong = [each.row.place for each in background_rows(background.key) if each.origin == OWN and not each.row.text("distribution")
             and each.low and each.high and each.low * each.high > 0 and each.amount in (each.low, each.high) and not each.share]  # fmt: skip
    assert wrong == []


def groups(background: Background) -> dict[str, list[RangedExchange]]:
    found: dict[str, list[RangedExchange]] = defaultdict(list)
    for each in background_rows(background.key):
        if each.row.text("together"):
            found[each.row.text("together")].append(each)
    return found


def test_every_group_has_members_that_are_drawn(background: Background) -> None:
    found = groups(background)
    assert {name for name, rows in found.items() if len(rows) < 2} == set()
    assert [each.row.place for rows in found.values() for each in rows if each.low is None] == []
    assert [each.row.place for rows in found.values() for each in rows if each.share] == []  # shares sum to one instead


def test_fuel_and_carbon_dioxide_of_one_fire_share_a_draw(background: Background) -> None:
    fuels = {str(each["fuel"]): "biogenic" if each["in_ground"] == "biomass_energy" else "fossil"
             for each in read_csv(shipped("inventories") / "fuel_properties.csv", ("fuel", "in_ground"))}  # fmt: skip
    by_process: dict[str, dict[str, str]] = defaultdict(dict)
    for each in background_rows(background.key):
        by_process[each.process][each.input] = each.row.text("together")
    fires = [(process, rows, fuel, f"carbon_dioxide_{kind}") for process, rows in by_process.items() for fuel, kind in fuels.items()
             if fuel in rows and f"carbon_dioxide_{kind}" in rows]  # fmt: skip
    assert len(fires) >= 50
    assert [(process, fuel) for process, rows, fuel, gas in fires if not rows[fuel] or rows[fuel] != rows[gas]] == []


def test_every_mix_is_drawn_as_shares(background: Background) -> None:
    mixes = [key for key in background.products if key.startswith("electricity_mix_")]
    assert [key for key in mixes if background.products[key].shares != "yes"] == []
    products, rows = read_background(read_sources(Faults()), Faults())
    faults = Faults()
    check_shares(products, rows, faults)
    faults.check()
    rest = [each.process for each in background_rows(background.key) if each.share and each.origin in (REST, EXACT)]
    assert len(rest) == len(set(rest)) == sum(each.shares == "yes" for each in products.values())


# Views


def test_show_tells_where_a_range_comes_from(results: Results) -> None:
    study, background = results.study, results.background
    mix = dict(describe("electricity_mix_FRA", study, background, "en"))
    assert "(the rest of the whole)" in mix["electricity_nuclear_FRA"]
    assert "(0.00400 - 0.00441; default range: share of a mix)" in mix["electricity_hard_coal_FRA"]  # 0.004201441 over and times 1.05
    assert "plage par défaut : part d'un mix)" in dict(describe("electricity_mix_FRA", study, background, "fr"))["electricity_hard_coal_FRA"]
    fire = dict(describe("electricity_hard_coal_FRA", study, background, "en"))
    assert "(0.389006 - 0.443975; Drawn together with: electricity_hard_coal_FRA)" in fire["hard_coal_supply"]


def test_json_holds_the_rows_with_their_ranges(results: Results) -> None:
    found = {(each["process"], each["input"]): each for each in as_dictionary(results, "en")["background"]}
    coal, sulfur = found["electricity_mix_FRA", "electricity_hard_coal_FRA"], found["electricity_oil_FRA", "sulfur_dioxide"]
    assert (coal["range"], coal["kind"], coal["high"]) == (DEFAULT, "share", pytest.approx(0.004201441 * 1.05, rel=1e-4))
    assert (sulfur["range"], sulfur["kind"], sulfur["together"]) == (DEFAULT, "gas_to_air", "stack sulfur_dioxide oil")
    assert found["electricity_hard_coal_FRA", "hard_coal_supply"]["range"] == OWN
    assert len(found) == len({(each.process, each.input) for each in rows_in_force(results.background) if (each.process, each.input) in found})


def test_brightway_is_told_what_is_a_default(results: Results) -> None:
    export = make_export(results, "", "biosphere3", whole=False)
    nodes = {node["code"]: node for database in export.databases.values() for node in database}

    def exchange(process: str, name: str) -> dict[str, object]:
        code = results.background.flows[name].uuid if name in results.background.flows else name
        return next(each for each in nodes[process]["exchanges"] if each["input"][1] == code)

    sulfur = exchange("electricity_oil_FRA", "sulfur_dioxide")
    assert str(sulfur["comment"]).endswith("default range (gas_to_air)")
    assert sulfur["uncertainty type"] == 2 and sulfur["scale"] == pytest.approx(math.log(1.6))
    share = exchange("electricity_mix_FRA", "electricity_hard_coal_FRA")
    assert "uncertainty type" not in share  # drawn alone, the shares would not sum to one
    assert str(share["comment"]).endswith("a share, drawn with the others only: 0.004001 to 0.004411, default range (share)")
    assert str(exchange("electricity_mix_FRA", "electricity_nuclear_FRA")["comment"]).endswith("drawn with the others only: the rest of the whole")
    assert "default" not in str(exchange("electricity_hard_coal_FRA", "carbon_dioxide_fossil")["comment"])


# Correlations


def with_three(first: str, second: str = "", third: str = "", **more: str) -> tuple[str, str]:
    lines = [f"  {name}: {{value: 2, low: 1, high: 4, source: assumption{', correlated: {' + text + '}' if text else ''}{more.get(name, '')}}}\n"
             for name, text in (("one", first), ("two", second), ("three", third))]  # fmt: skip
    return "  yearly:", f"{''.join(lines)}  yearly:"


def test_correlations_that_can_be_are_read(small: Small) -> None:
    small(with_three("two: 0.9, three: 0.9", "three: 0.9"))
    small(with_three("two: 0.5, three: -0.5", "three: 0.5"))  # the eigenvalues are 0, 1.5 and 1.5: at the very edge
    small(with_three("two: 0.9", "one: 0.9"))  # stated twice, alike


def test_correlations_that_contradict_each_other_are_a_fault(small: Small) -> None:
    """By hand: eigenvalues -0.8, 1.9 and 1.9; lifted to 0.03 and scaled to ones on the diagonal, every pair is (1.9 - 0.03) / 3 / 1.2767 = 0.49."""
    with pytest.raises(DataError) as found:
        small(with_three("two: 0.9, three: -0.9", "three: 0.9"))
    said = str(found.value)
    assert re.search(r"\.yaml:\d+: the correlations of 'one', 'three', 'two' contradict each other \(what is not stated is 0; see also \S+\.yaml:\d+\)", said)
    assert "one and three -0.49 (-0.9 now)" in said and "one and two 0.49 (0.9 now)" in said and "three and two 0.49 (0.9 now)" in said
    small(with_three("two: 0.49, three: -0.49", "three: 0.49"))  # what is proposed is read


def test_what_is_not_stated_is_nought(small: Small) -> None:
    """0.9 with two others that know nothing of each other: 1 - 0.9 sqrt 2 is less than zero."""
    with pytest.raises(DataError, match=r"contradict each other .* Possible is, for example: .*two and .*|three and two 0\.\d+ \(0 now\)"):
        small(with_three("two: 0.9, three: 0.9"))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (with_three("two: 0.9", "one: 0.8"), r"'one' and 'two' are correlated by 0\.8 here and by 0\.9 at .*\.yaml:\d+\. State it once, or alike"),
        (with_three("two: 0.5", one=", together: pair", two=", together: pair"), r"'group pair' shares one draw, which is a correlation of 1, not 0\.5"),
        (with_three("three: 0.9", "three: -0.9", one=", together: pair", two=", together: pair"), r"'group pair' and 'three' are correlated by -0\.9 here and by 0\.9 at"),
    ],
)  # fmt: skip
def test_statements_of_one_pair_must_agree(small: Small, change: tuple[str, str], fault: str) -> None:
    with pytest.raises(DataError, match=fault):
        small(change)


def test_what_is_proposed_can_always_be() -> None:
    draw = np.random.default_rng(7)
    for size in (3, 5, 10):
        for _ in range(50):
            half = np.triu(draw.uniform(-1, 1, (size, size)), 1)
            found = possible(half + half.T + np.eye(size))
            assert np.linalg.eigvalsh(found)[0] > 0 and (np.diag(found) == 1).all() and (found == found.T).all()
            assert np.abs(found).max() <= 1


# How much rests on defaults (docs/ranges.py)


def test_the_part_that_passes_a_default_lies_between_none_and_all(results: Results) -> None:
    rows = background_in_use(results)
    assert documented._through(results, []) == pytest.approx([0.0] * 4, abs=1e-9)
    assert documented._through(results, [each for each in rows if each.input in results.background.flows]) == pytest.approx([1.0] * 4, abs=0.01)


def test_the_part_of_the_exchanges_by_hand(results: Results) -> None:
    """Climate change has no place: its exchanges with a default over all of them."""
    background = results.background
    activity = dict(zip(background.products, results.activity[:, 0].sum(axis=0), strict=True))
    factors = dict(zip(background.flows, background.factors[:, background.positions(["climate_change"])[0]], strict=True))
    sizes = [(each.origin, abs(each.amount * activity[each.process] * factors[each.input])) for each in rows_in_force(background) if each.input in factors]
    wanted = sum(size for origin, size in sizes if origin == DEFAULT) / sum(size for _, size in sizes)
    table = documented.range_shares({"demo": results})
    (found,) = [dict(zip(table[0], each, strict=True)) for each in table[1:] if each[1] == "climate_change"]
    assert float(found["exchanges_default"]) == pytest.approx(wanted, abs=1e-4) and wanted > 0.01
    assert float(found["chains_default"]) >= float(found["chains_default_without_shares"]) >= float(found["exchanges_default"])
    parts = [float(found[each]) for each in ("rows_own", "rows_default", "rows_exact")]
    assert sum(parts) == pytest.approx(1, abs=2e-4)
