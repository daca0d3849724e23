"""Electricity by shares of plants (contracts, residual mixes, hours, one's own plants), and tables of a user's own zone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import write_changed

from lca.background import Background, background_key, check_shares, load_background
from lca.calculation import compute
from lca.errors import DataError, Faults, LCAError, UnitError, UnknownName
from lca.processes import background_files, read_background
from lca.results import PARTS, Results
from lca.sources import read_sources
from lca.study import read_study
from lca.views import market_based, scopes

GRID = PARTS.index("grid")
CLIMATE = 1  # position among the indicators of the study
STUDY = """
title_en: A server under a contract
title_fr: Un serveur sous contrat
goal_en: To test.
goal_fr: Pour tester.
use: [foreground/datacentre.yaml, foreground/electricity.yaml]
functional_unit:
  text_en: one server for one hour
  text_fr: un serveur pendant une heure
  amount: 1 server * hour
  quality: {measure_en: up, measure_fr: en marche, at_least: 99 %}
alternatives:
  contract: {label_en: Under a wind contract, label_fr: Sous contrat éolien, process: hall, quality: 1}
  noon: {label_en: At noon, label_fr: À midi, process: at_noon, quality: 1}
  evening: {label_en: In the evening, label_fr: Le soir, process: at_evening, quality: 1}
  panels: {label_en: Panels, label_fr: Panneaux, process: under_panels, quality: 1}
  genset: {label_en: Genset, label_fr: Groupe électrogène, process: on_genset, quality: 1}
equalise_by: none
reporting_actor: provider
second_order:
  more: {label_en: more servers, label_fr: plus de serveurs, amount: not quantified}
parameters:
  country: {value: DEU, choices: [DEU, FRA]}
  energy: {value: 490 W/server, low: 400, high: 600, source: assumption}
processes:
  hall: {like: server_in_use, actor: provider, with: {power: 350 W/server}}
  wind_contract: {like: electricity_from_shares, actor: supplier, with: {share_wind_onshore: 80 %, share_wind_offshore: 0.2, losses: 0 %}}
  residual_mix:
    like: electricity_from_shares
    actor: supplier
    with: {share_hard_coal: 0.3, share_lignite: 0.25, share_gas_cc: 0.4, share_nuclear: 0.05, losses: 0 %}
  # Germany, mean of 2020 from 13 to 14 and from 20 to 21 o'clock, generation by source of the ENTSO-E Transparency Platform; the
  # platform knows one coal, one gas, one wind and one hydropower here, which the test halves; wind at sea is the rest.
  noon:
    like: electricity_from_shares
    with:
      share_biogas: 0.07728
      share_hard_coal: 0.2082 / 2
      share_lignite: 0.2082 / 2
      share_gas_cc: 0.1046 / 2
      share_gas_oc: 0.1046 / 2
      share_oil: 0.006892
      share_geothermal: 0.002791
      share_hydro_reservoir: 0.02708 / 2
      share_hydro_ror: 0.02708 / 2
      share_nuclear: 0.1056
      share_pv_ground: 0.2497 / 2
      share_pv_roof: 0.2497 / 2
      share_wind_onshore: 0.2179 / 2
      share_wind_offshore: 1 - 0.07728 - 0.2082 - 0.1046 - 0.006892 - 0.002791 - 0.02708 - 0.1056 - 0.2497 - 0.2179 / 2
      losses: 2.42 %
  evening:
    like: noon
    with:
      share_biogas: 0.09587
      share_hard_coal: 0.2836 / 2
      share_lignite: 0.2836 / 2
      share_gas_cc: 0.1415 / 2
      share_gas_oc: 0.1415 / 2
      share_oil: 0.008367
      share_geothermal: 0.003524
      share_hydro_reservoir: 0.0343 / 2
      share_hydro_ror: 0.0343 / 2
      share_nuclear: 0.1328
      share_pv_ground: 0.004619 / 2
      share_pv_roof: 0.004619 / 2
      share_wind_onshore: 0.2954 / 2
      share_wind_offshore: 1 - 0.09587 - 0.2836 - 0.1415 - 0.008367 - 0.003524 - 0.0343 - 0.1328 - 0.004619 - 0.2954 / 2
  at_noon: {unit: server * hour, actor: host, stage: use, needs: {noon: energy}}
  at_evening: {unit: server * hour, actor: host, stage: use, needs: {evening: energy}}
  under_panels: {unit: server * hour, actor: host, stage: use, needs: {electricity_on_site_pv: energy}}
  on_genset: {unit: server * hour, actor: host, stage: use, needs: {electricity_diesel_genset: energy}}
market_based:
  electricity_mv_DEU: {contract: wind_contract, residual: residual_mix, covered: 60 %}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [primary_energy, climate_change]
"""
NOON = {"biogas": 0.07728, "hard_coal": 0.1041, "lignite": 0.1041, "gas_cc": 0.0523, "gas_oc": 0.0523, "oil": 0.006892, "geothermal": 0.002791,
        "hydro_reservoir": 0.01354, "hydro_ror": 0.01354, "nuclear": 0.1056, "pv_ground": 0.12485, "pv_roof": 0.12485, "wind_onshore": 0.10895,
        "wind_offshore": 0.108907}  # fmt: skip
EVENING = {"biogas": 0.09587, "hard_coal": 0.1418, "lignite": 0.1418, "gas_cc": 0.07075, "gas_oc": 0.07075, "oil": 0.008367, "geothermal": 0.003524,
           "hydro_reservoir": 0.01715, "hydro_ror": 0.01715, "nuclear": 0.1328, "pv_ground": 0.0023095, "pv_roof": 0.0023095, "wind_onshore": 0.1477,
           "wind_offshore": 0.14772}  # fmt: skip
Read = Callable[..., Results]


@pytest.fixture
def run(tmp_path: Path, background: Background) -> Read:
    """The study above, with some texts replaced."""

    def read(*changes: tuple[str, str]) -> Results:
        path = write_changed(tmp_path / "contract.yaml", STUDY, changes)
        return compute(read_study(path, background.products, background.flows, background.indicators), background)

    return read


def parts(background: Background, product: str, indicator: str = "climate_change") -> np.ndarray:
    """Direct, grid and other part of one unit of a product."""
    return background.unit[list(background.products).index(product), :, list(background.indicators).index(indicator)]


def mixed(background: Background, shares: dict[str, float]) -> np.ndarray:
    return sum((share * parts(background, f"electricity_{key}_GLO") for key, share in shares.items()), np.zeros(len(PARTS)))


def test_scope_2_of_a_wind_contract_and_a_residual_mix(run: Read, background: Background) -> None:
    results = run()
    found, missing = market_based(results, "provider")
    assert missing == []
    assert found is not None
    bought = 0.350 * 1.4  # kWh per server hour, by hand
    here = scopes(results, "provider")
    assert here[0, 0, 1, CLIMATE] == pytest.approx(bought * parts(background, "electricity_mv_DEU")[GRID], rel=1e-9)
    wind = mixed(background, {"wind_onshore": 0.8, "wind_offshore": 0.2})
    rest = mixed(background, {"hard_coal": 0.3, "lignite": 0.25, "gas_cc": 0.4, "nuclear": 0.05})
    assert found[0, 0, 1, CLIMATE] == pytest.approx(bought * (0.6 * wind[GRID] + 0.4 * rest[GRID]), rel=1e-9)
    assert found[0, 0, 0] == pytest.approx(here[0, 0, 0])
    change = bought * (0.6 * wind.sum() + 0.4 * rest.sum() - parts(background, "electricity_mv_DEU").sum())
    assert found[0, 0, :, CLIMATE].sum() - here[0, 0, :, CLIMATE].sum() == pytest.approx(change, rel=1e-9)


@pytest.mark.parametrize(("alternative", "shares"), [(1, NOON), (2, EVENING)])
def test_hours_follow_their_shares(run: Read, background: Background, alternative: int, shares: dict[str, float]) -> None:
    results = run()
    assert sum(shares.values()) == pytest.approx(1, abs=1e-9)
    unit = mixed(background, shares)
    one, two, three = scopes(results, "host")[alternative, 0, :, CLIMATE]
    assert one == 0.0
    assert two == pytest.approx(0.490 * unit[GRID], rel=1e-9)  # what is delivered
    assert two + three == pytest.approx(0.490 * unit.sum() * 1.0242, rel=1e-9)  # and what is lost, which is a supplier's
    assert results.totals[alternative, 0, CLIMATE] == pytest.approx(two + three, rel=1e-12)


def test_the_actor_of_an_instance_decides_whose_scope_2_it_is(run: Read) -> None:
    results = run(("  noon:\n    like: electricity_from_shares", "  noon:\n    like: electricity_from_shares\n    actor: supplier"))
    assert scopes(results, "host")[1, 0, 1, CLIMATE] == 0.0
    assert results.totals[1, 0, CLIMATE] == pytest.approx(run().totals[1, 0, CLIMATE], rel=1e-12)


def test_shares_that_leave_something_out_are_a_fault(run: Read) -> None:
    with pytest.raises(LCAError, match="the shares of the plants must sum to one"):
        run(("share_wind_offshore: 0.2", "share_wind_offshore: 0.18"))
    with pytest.raises(LCAError, match=r"share_wind_offshore.*-0\.2"):
        run(("share_wind_onshore: 80 %, share_wind_offshore: 0.2", "share_wind_onshore: 120 %, share_wind_offshore: -0.2"))
    with pytest.raises(UnknownName, match=r"share_wind_offshor'.*Did you mean 'share_wind_offshore'"):
        run(("share_wind_offshore: 0.2", "share_wind_offshor: 0.2"))


def test_shares_of_the_world_give_the_world(run: Read, background: Background) -> None:
    rows = [each for each in read_background(read_sources(Faults()), Faults())[1] if each.process == "electricity_mix_GLO"]
    shares = {each.input.removeprefix("electricity_").removesuffix("_GLO"): each.amount for each in rows if each.input.endswith("_GLO")}
    written = "{" + ", ".join(f"share_{key}: {value!r}" for key, value in shares.items()) + "}"
    results = run(("with: {share_wind_onshore: 80 %, share_wind_offshore: 0.2, losses: 0 %}", f"with: {written}"), ("needs: {noon:", "needs: {wind_contract:"),
                  ("like: electricity_from_shares, actor: supplier", "like: electricity_from_shares, actor: host"))  # fmt: skip
    wanted = 0.490 * parts(background, "electricity_mv_GLO")
    assert scopes(results, "host")[1, 0, 1, CLIMATE] == pytest.approx(wanted[GRID], rel=1e-6)
    assert results.totals[1, 0, CLIMATE] == pytest.approx(wanted.sum(), rel=1e-4)  # losses 5.43 %, there with more digits


@pytest.mark.parametrize(("country", "within"), [("DEU", 0.01), ("FRA", 0.03), ("USA", 0.06), ("CHN", 0.13)])
def test_plants_of_the_world_stand_for_those_of_a_country(background: Background, country: str, within: float) -> None:
    rows = [each for each in read_background(read_sources(Faults()), Faults())[1] if each.process == f"electricity_mix_{country}"]
    shares = {each.input.removeprefix("electricity_").rpartition("_")[0]: each.amount for each in rows if each.input in background.products}
    assert mixed(background, shares).sum() == pytest.approx(parts(background, f"electricity_mix_{country}").sum(), rel=within)


def test_panels_and_genset_on_the_site(run: Read, background: Background) -> None:
    results = run()
    for i, indicator in enumerate(("primary_energy", "climate_change")):
        roof = parts(background, "electricity_pv_roof_GLO", indicator).sum()
        assert results.totals[3, 0, i] == pytest.approx(0.490 * roof, rel=1e-3)  # the same plant, by its yield
    assert scopes(results, "host")[3, 0, 1].tolist() == [0.0, 0.0]
    half = run(
        ("needs: {electricity_on_site_pv", "needs: {sunny"),
        ("  at_noon:", "  sunny: {like: electricity_on_site_pv, with: {yearly_yield: 2444 kWh/kW/year}}\n  at_noon:"),
    )
    plant = parts(background, "plant_pv_roof_1MW").sum() / (1222 * 30 * 0.915) / 1000
    assert results.totals[3, 0, CLIMATE] - half.totals[3, 0, CLIMATE] == pytest.approx(0.490 * plant / 2, rel=1e-9)
    diesel, machine = parts(background, "diesel_burned"), parts(background, "diesel_genset_1kW").sum() / (500 * 20)
    burned = [0.490 * 9 * diesel[0], 0, 0.490 * (9 * diesel[1:].sum() + machine)]
    assert scopes(results, "host")[4, 0, :, CLIMATE] == pytest.approx(burned, rel=1e-9)


@pytest.mark.parametrize(("share", "rapeseed"), [(100, 0), (40, 25)])
def test_a_genset_on_hvo(run: Read, background: Background, share: int, rapeseed: int) -> None:
    """Nothing fossil from the stack of what is HVO; the rest as diesel, by energy."""
    results = run(
        ("needs: {electricity_diesel_genset: energy}", "needs: {green: energy}"),
        ("  at_noon:", f"  green: {{like: electricity_diesel_genset, with: {{hvo_share: {share} %, hvo_from_rapeseed: {rapeseed} %}}}}\n  at_noon:"),
    )
    fuels = {"diesel_burned": 1 - share / 100, "hvo_burned": share / 100 * (1 - rapeseed / 100), "hvo_rapeseed_burned": share / 100 * rapeseed / 100}
    total = sum(9 * part * parts(background, fuel).sum() for fuel, part in fuels.items()) + parts(background, "diesel_genset_1kW").sum() / (500 * 20)
    assert results.totals[4, 0, CLIMATE] == pytest.approx(0.490 * total, rel=1e-9)
    assert parts(background, "hvo_burned")[0] < 0.03 * parts(background, "diesel_burned")[0]


# --- a zone of one's own -------------------------------------------------------------------------------------------

PROCESSES = """process,unit,location,label_en,label_fr,part,note,shares
electricity_mix_VALLEY,kWh,VALLEY,"Electricity mix, valley","Mix électrique, vallée",carrier,,yes
electricity_mv_VALLEY,kWh,VALLEY,"Electricity, medium voltage, valley","Électricité, moyenne tension, vallée",carrier,,
"""
EXCHANGES = """process,input,amount,unit,low,high,distribution,together,when,year,location,source,locator,basis,note
electricity_mix_VALLEY,electricity_hydro_ror_GLO,0.7,kWh,0.6,0.8,,,,2024,VALLEY,valley_2025,p. 3,read,
electricity_mix_VALLEY,electricity_pv_roof_GLO,300,Wh,200,400,,,,2024,VALLEY,valley_2025,p. 3,read,
electricity_mv_VALLEY,electricity_mix_VALLEY,1.03,kWh,,,,,,2024,VALLEY,valley_2025,p. 4,read,
"""
REFERENCES = "valley_2025: {title: Electricity of the valley, authors: Valley works, year: 2025}\n"
PLACE = "inventories/background/valley_"
Zone = Callable[..., Path]


@pytest.fixture
def zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Zone:
    """A folder with a user's own zone, some texts replaced, which is made the working folder."""

    def write(*changes: tuple[str, str]) -> Path:
        folder = tmp_path / "mine" / "inventories" / "background"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (("background/valley_processes.csv", PROCESSES), ("background/valley_exchanges.csv", EXCHANGES), ("references.yaml", REFERENCES)):
            for old, new in changes:
                text = text.replace(old, new)
            (folder.parent / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(folder.parent.parent)
        return folder

    return write


def faults() -> str:
    found = Faults()
    products, exchanges = read_background(read_sources(found), found)
    try:
        found.check()
        check_shares(products, exchanges, found)
        found.check()
    except LCAError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def test_a_zone_of_ones_own_is_read_after_the_shipped_ones(zone: Zone) -> None:
    shipped_files, key = background_files(), background_key()
    folder = zone()
    assert background_files() == [*shipped_files, folder / "valley_exchanges.csv", folder / "valley_processes.csv"]
    assert faults() == ""
    assert read_background(read_sources(Faults()), Faults())[0]["electricity_mix_VALLEY"].shares == "yes"
    mine = background_key()
    zone(("300,Wh", "300.0,Wh"))
    assert len({key, mine, background_key()}) == 3


RIVER = "electricity_mix_VALLEY,electricity_hydro_ror_GLO,0.7,kWh,0.6,0.8"
MIXED = "electricity_mix_VALLEY <- electricity_hydro_ror_GLO"
RIVER_ROW, _, SUPPLY = (f"{line}\n" for line in EXCHANGES.splitlines()[1:])
GAS = "electricity_mix_VALLEY,natural_gas_supply_USA,-0.2,Sm3,,,,,,2024,VALLEY,valley_2025,p. 3,read,\n"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (",300,Wh", ",280,Wh", f"DataError: {PLACE}exchanges.csv:2: the shares of 'electricity_mix_VALLEY' (from this row on, inputs counted in kWh) sum to 0.98. They must sum to 1 (within 1e-06)"),
        (f"{RIVER}", f"{RIVER.replace('ror', 'rorr')}", f"UnknownName: {PLACE}exchanges.csv:2: there is no product or flow 'electricity_hydro_rorr_GLO'. Did you mean 'electricity_hydro_ror_GLO'?"),
        (",0.7,kWh,0.6", ",-0.7,kWh,0", f"DataError: {PLACE}exchanges.csv:2: the amount -0.7 is not between low 0 and high 0.8"),
        (",0.7,kWh,0.6,0.8", ",-0.7,kWh,,", f"DataError: {PLACE}exchanges.csv:2: {MIXED}: the amount -0.7 is negative. An input is positive; if it is a credit, say so in 'note'"),
        (RIVER_ROW, RIVER_ROW.replace("0.7,kWh,0.6,0.8", "-0.7,kWh,,").replace("read,", "read,a credit"), f"{PLACE}exchanges.csv:2: -0.7 is no share of 'electricity_mix_VALLEY': a share lies between 0 and 1 kWh per kWh"),
        (SUPPLY, GAS + SUPPLY, f"DataError: {PLACE}exchanges.csv:4: electricity_mix_VALLEY <- natural_gas_supply_USA: the amount -0.2 is negative"),
        (",1.03,kWh", ",-1.03,kWh", f"DataError: {PLACE}exchanges.csv:4: electricity_mv_VALLEY <- electricity_mix_VALLEY: the amount -1.03 is negative"),
        (SUPPLY, RIVER_ROW + SUPPLY, f"DataError: {PLACE}exchanges.csv:4: {MIXED} is there twice (first at {PLACE}exchanges.csv:2): write one row with the sum"),
        (",1.03,kWh", ",1030,kWh", f"DataError: {PLACE}exchanges.csv:4: 'electricity_mv_VALLEY' takes 1030 kWh of its own kind per kWh (from this row on): what is delivered was made, losses on top. Allowed: 1 to 100"),
        (",1.03,kWh", ",0.00103,kWh", f"DataError: {PLACE}exchanges.csv:4: 'electricity_mv_VALLEY' takes 0.00103 kWh of its own kind per kWh"),
        ("mv_VALLEY,electricity_mix", "mv_VALLEY,electricity_mv", f"DataError: {PLACE}exchanges.csv:4: electricity_mv_VALLEY <- electricity_mv_VALLEY: a process cannot need itself"),
        ("400,,,,2024", "400,,,,last year", f"DataError: {PLACE}exchanges.csv:3: electricity_mix_VALLEY <- electricity_pv_roof_GLO: 'last year' is no year. Allowed: 2023, or 2022-2023"),
        ("valley_2025,p. 3,read", ",p. 3,read", f"{PLACE}exchanges.csv:2: {MIXED} has no source. Give a key of references.yaml, or 'assumption'"),
        ("p. 4,read", "p. 4,guessed", f"DataError: {PLACE}exchanges.csv:4: electricity_mv_VALLEY <- electricity_mix_VALLEY has the basis 'guessed'. Allowed: assumption, derived, measured, read."),
        ("p. 4,read", "p. 4,assumption", f"DataError: {PLACE}exchanges.csv:4: electricity_mv_VALLEY <- electricity_mix_VALLEY is an assumption and needs low and high"),
        ("mix_VALLEY,kWh", "mix_VALLEY,KWh", f"UnitError: {PLACE}processes.csv:2: the process 'electricity_mix_VALLEY': there is no unit 'KWh'. Did you mean 'kWh'?"),
        ("mix_VALLEY", "mix VALLEY", f"DataError: {PLACE}processes.csv:2: 'electricity_mix VALLEY' cannot be a process: letters, digits and _, beginning with a letter"),
        ("electricity_mv_VALLEY", "electricity_mv_fra", f"DataError: {PLACE}processes.csv:3: the process 'electricity_mv_fra' differs from 'electricity_mv_FRA' only by capital letters"),
        ("carrier,,yes", "carrer,,yes", f"DataError: {PLACE}processes.csv:2: the part of 'electricity_mix_VALLEY' cannot be 'carrer'. Did you mean 'carrier'? Or leave it empty"),
        ('"Electricity mix, valley"', "", f"DataError: {PLACE}processes.csv:2: the process 'electricity_mix_VALLEY' has no label_en"),
        ("electricity_mix_VALLEY,electricity_pv", ",electricity_pv", f"DataError: {PLACE}exchanges.csv:3: has no name in the column 'process'"),
        ("distribution", "distribusion", f"UnknownName: {PLACE}exchanges.csv:1: there is no column 'distribusion'. Did you mean 'distribution'?"),
        (",0.7,kWh,0.6,0.8", ",0.7,MWh,0.6,0.8", f"DataError: {PLACE}exchanges.csv:2: 700 is no share of 'electricity_mix_VALLEY': a share lies between 0 and 1 kWh per kWh"),
        (",0.7,kWh", ",0.7,kg", f"UnitError: {PLACE}exchanges.csv:2: 'kg' is kg; electricity_hydro_ror_GLO is counted in kWh"),
        ("400,,,,2024", "400,,,,", f"DataError: {PLACE}exchanges.csv:3: electricity_mix_VALLEY <- electricity_pv_roof_GLO has no year: a share states the year for which it holds"),
        ("electricity_mv_VALLEY,kWh", "electricity_mix_VALLEY,kWh", f"DataError: {PLACE}processes.csv:3: the process 'electricity_mix_VALLEY' is declared twice (first at {PLACE}processes.csv:2)"),
        ("electricity_mv_VALLEY", "electricity_mv_FRA", f"DataError: {PLACE}processes.csv:3: the process 'electricity_mv_FRA' is declared twice: it is a shipped one, which cannot be changed. Declare yours under a name of its own"),
        ("electricity_mv_VALLEY,electricity_mix", "electricity_mv_FRA,electricity_mix", f"{PLACE}exchanges.csv:4: 'electricity_mv_FRA' is a shipped process, which cannot be changed"),
        ("mix_VALLEY,kWh", "mix_VALLEY,MWh", f"{PLACE}exchanges.csv:2: the shares of 'electricity_mix_VALLEY' (from this row on, inputs counted in MWh) sum to 0.001. They must sum to 1 (within 1e-06): the unit of the process or of its rows is a thousand times too large or too small"),
        (",,yes", ",,Yes", f"DataError: {PLACE}processes.csv:2: 'shares' of 'electricity_mix_VALLEY' is 'Yes': it can be 'yes' or empty"),
        ("valley_2025,p. 3", "valley_2024,p. 3", f"UnknownName: {PLACE}exchanges.csv:2: electricity_mix_VALLEY <- electricity_hydro_ror_GLO names the unknown source 'valley_2024'. Did you mean 'valley_2025'?"),
        (",0.7,kWh", ",\"0,7\",kWh", f"DataError: {PLACE}exchanges.csv:2: '0,7' is not a number with a unit, as in 1500.5 kWh (decimal point, nothing between thousands)"),
    ],
)  # fmt: skip
def test_bad_input_is_named_with_file_and_line(zone: Zone, old: str, new: str, fault: str) -> None:
    zone((old, new))
    assert fault in faults()


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("exchanges", ",0.7,kWh", ",0,7,kWh", r":2: has 16 cells, the first line has 15 columns \(numbers have a decimal point; text with a comma goes in quotes\)$"),
        ("exchanges", "input,amount", "input,quantity", r":1: lacks the column amount$"),
        ("exchanges", "process,input", "Process,Input", r":1: lacks the columns process, input \('Process' stands there, 'Input' stands there\)$"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_read(zone: Zone, name: str, old: str, new: str, fault: str) -> None:
    zone((old, new))
    with pytest.raises(DataError, match=f"^{PLACE}{name}[.]csv{fault}"):
        faults()


def test_a_file_of_french_excel(zone: Zone) -> None:
    """A mark before the first letter is read over; another encoding is a fault with its line, before the semicolons are."""
    table = zone() / "valley_processes.csv"
    table.write_bytes(b"\xef\xbb\xbf" + PROCESSES.encode())
    assert faults() == ""
    table.write_bytes(PROCESSES.replace(",", ";").encode("cp1252"))
    with pytest.raises(DataError, match=rf"^{PLACE}processes\.csv:2: is not UTF-8 text \(byte \d+\)\. Save it as UTF-8$"):
        faults()
    table.write_text(PROCESSES.replace(",", ";"), encoding="utf-8")
    with pytest.raises(DataError, match=rf"^{PLACE}processes\.csv:1: columns are separated by semicolons\. Save the table with commas between the cells"):
        faults()


def test_a_table_without_its_companion(zone: Zone) -> None:
    folder = zone()
    (folder / "valley_exchanges.csv").unlink()
    wanted = f"{PLACE}processes.csv:2: the process 'electricity_mix_VALLEY' has no exchange: there is no table valley_exchanges.csv beside this one"
    assert faults() == f"DataError: {wanted}"
    zone()
    (folder / "valley_processes.csv").unlink()
    wanted = f"{PLACE}exchanges.csv:2: there is no process 'electricity_mix_VALLEY': there is no table valley_processes.csv beside this one"
    assert faults() == f"UnknownName: {wanted}, which would declare it"


def test_units_of_one_kind_may_differ(zone: Zone) -> None:
    """A mix counted in MWh whose rows say so, and losses in Wh."""
    zone(("mix_VALLEY,kWh", "mix_VALLEY,MWh"), (",0.7,kWh,0.6,0.8", ",700,kWh,600,800"), (",300,Wh,200,400", ",0.3,MWh,0.2,0.4"), (",1.03,kWh", ",1030,Wh"))
    assert faults() == ""


def test_a_table_of_another_name_is_not_passed_over(zone: Zone) -> None:
    (zone() / "valley.csv").write_text("process\n", encoding="utf-8")
    assert faults() == "DataError: inventories/background/valley.csv: the name of a background table must end in _processes.csv or _exchanges.csv"


def test_copies_of_shipped_tables_count_once_and_only_as_they_are(zone: Zone) -> None:
    """A checkout beside an installed package holds them all."""
    shipped_files, folder = background_files(), zone()
    for path in shipped_files:
        (folder / path.name).write_bytes(path.read_bytes())
    assert background_files() == [*shipped_files, folder / "valley_exchanges.csv", folder / "valley_processes.csv"]
    (folder / "waste_processes.csv").write_text("process\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"inventories/background/waste_processes\.csv: differs from the shipped table of that name"):
        background_key()


def test_faults_come_from_loading_before_anything_is_built(zone: Zone) -> None:
    zone((",300,Wh", ",280,Wh"))
    with pytest.raises(DataError, match=r"valley_exchanges\.csv:2: the shares of 'electricity_mix_VALLEY' .* sum to 0\.98\."):
        load_background()
    zone((",0.7,kWh", ",0.7,kg"))
    with pytest.raises(UnitError, match=r"valley_exchanges\.csv:2: 'kg' is kg"):
        load_background()


@pytest.mark.slow
def test_a_zone_of_ones_own_runs_end_to_end(zone: Zone, background: Background, tmp_path: Path) -> None:
    zone()
    mine = load_background()
    assert mine.key != background.key
    assert mine.unit[[list(mine.products).index(each) for each in background.products]] == pytest.approx(background.unit, rel=1e-6, abs=1e-12)
    mix = 0.7 * parts(background, "electricity_hydro_ror_GLO") + 0.3 * parts(background, "electricity_pv_roof_GLO")
    assert parts(mine, "electricity_mv_VALLEY").sum() == pytest.approx(1.03 * mix.sum(), rel=1e-6)
    path = tmp_path / "study.yaml"
    text = STUDY.replace("choices: [DEU, FRA]", "choices: [DEU, FRA]}\n  valley: {value: VALLEY, choices: [VALLEY, DEU]")
    path.write_text(text.replace("needs: {noon: energy}", 'needs: {"electricity_mv_<valley>": energy}'), encoding="utf-8")
    results = compute(read_study(path, mine.products, mine.flows, mine.indicators), mine)
    assert results.totals[1, 0, CLIMATE] == pytest.approx(0.490 * 1.03 * mix.sum(), rel=1e-6)
