"""Ways to work, water, furniture, waste and recycling: masses and carbon close, and offices of seven countries add up by hand."""

import csv
from collections.abc import Callable

import pytest
from test_closure import INVENTORIES, ROWS, value
from test_value_choices import OFFICE, calculate, calling, machine, unit_score

from lca.background import Background
from lca.study import Study

Small = Callable[..., Study]
TRANSPORT = "foreground/transport.yaml"
KG = {
    row["input"]
    for path in sorted((INVENTORIES / "background").glob("*_exchanges.csv"))
    for row in csv.DictReader(path.open(encoding="utf-8"))
    if row["unit"] == "kg" and not row["input"].endswith(("_supply", "_fossil", "_biogenic", "_oxides", "_monoxide", "_dioxide", "_fine"))
}


# Vehicles


@pytest.mark.parametrize(
    ("vehicle", "mass", "spares"),
    [
        ("motorcycle", 115, 10.5),  # two more sets of tyres of 5.25 kg
        ("motorcycle_electric", 85, 10.5),
        ("bicycle", 16, 4.5),  # 1.5 kg of parts and two more sets of tyres of 1.5 kg
        ("bicycle_electric", 25, 6.0),  # and half a battery of 3 kg
    ],
)
def test_materials_of_a_vehicle_are_its_mass(vehicle: str, mass: float, spares: float) -> None:
    inputs = sum(amount for name, amount in ROWS[vehicle].items() if name in KG)
    assert inputs - spares == pytest.approx(mass, rel=0.05)


@pytest.mark.parametrize("process", ["motorcycle_petrol_small", "motorcycle_petrol", "van_diesel"])
def test_carbon_of_the_fuel_leaves_the_exhaust(process: str) -> None:
    """Processes in vehicle-kilometres; those named freight_ and passenger_ are held by test_closure."""
    burned = sum(amount * value(name, "carbon_dioxide") for name, amount in ROWS[process].items() if name.endswith("_supply"))
    assert ROWS[process]["carbon_dioxide_fossil"] == pytest.approx(burned, rel=0.03)


@pytest.mark.parametrize(
    ("process", "litres", "density", "persons"),
    [
        ("motorcycle_petrol_small", 2.784, 0.745, 1),  # root of 1.67 and 4.6
        ("passenger_jeepney", 100 / 6.7, 0.832, 18 * 0.635),
        ("passenger_minibus", 33.1, 0.832, 18),
        ("passenger_autorickshaw", 3.6, 0.745, 1.8),
    ],
)
def test_fuel_per_hundred_kilometres_and_person(process: str, litres: float, density: float, persons: float) -> None:
    fuel = sum(amount for name, amount in ROWS[process].items() if name.endswith("_supply"))
    assert fuel == pytest.approx(litres / 100 * density / persons, rel=0.01)


def test_a_full_minibus_beats_the_car_of_one(background: Background) -> None:
    one = {name: unit_score(background, name, "climate_change") for name in ("passenger_bicycle", "passenger_jeepney", "passenger_minibus", "motorcycle_petrol_small", "passenger_car_petrol")}  # fmt: skip
    assert list(one.values()) == sorted(one.values())


@pytest.mark.parametrize(
    ("process", "amount", "file", "product"),
    [
        ("car_electric_km", "0.1 vehicle*km/parcel", TRANSPORT, "passenger_car_electric_FRA"),
        ("train_to_work", "0.1 person*km/parcel", OFFICE, "passenger_train_FRA"),
        ("metro_to_work", "0.1 person*km/parcel", OFFICE, "passenger_metro_FRA"),
    ],
)
def test_a_foreground_vehicle_is_that_of_the_background(small: Small, background: Background, process: str, amount: str, file: str, product: str) -> None:
    results = calculate(small(*calling(process, amount, files=file)), background)
    for indicator in ("climate_change", "primary_energy", "water_consumption", "adp_elements"):
        assert machine(results, indicator) == pytest.approx(unit_score(background, product, indicator), rel=1e-6)


# Water


def test_water_made_from_the_sea(small: Small, background: Background) -> None:
    """3.5 kWh and 0.1 kg of chemicals; with the world's electricity among 1.7 to 2.8 kg CO2 per m3 as published."""
    results = calculate(small(*calling("desalinated_water", "0.1 m3/parcel", files="foreground/water.yaml")), background)
    power, chemicals = (unit_score(background, name, "climate_change") for name in ("electricity_mv_FRA", "chemicals_inorganic"))
    assert machine(results, "climate_change") == pytest.approx(3.5 * power + 0.1 * chemicals, rel=1e-6)
    assert 1.7 <= 3.5 * unit_score(background, "electricity_mv_GLO", "climate_change") <= 2.8


# Waste and recycling


@pytest.mark.parametrize(("waste", "carbon"), [("paper", 0.40), ("food", 0.15), ("municipal_waste", 0.16)])
def test_methane_of_a_landfill_by_hand(waste: str, carbon: float) -> None:
    """Half of the degradable carbon decomposes, half of the gas is methane, 16/12 by mass."""
    made = carbon * 0.5 * 0.5 * 16 / 12
    assert ROWS[f"landfill_{waste}_open"]["methane_biogenic"] == pytest.approx(made * 0.8, rel=1e-4)
    assert ROWS[f"landfill_{waste}"]["methane_biogenic"] == pytest.approx(made * (1 - 0.6) * (1 - 0.1), rel=1e-4)


@pytest.mark.parametrize(
    ("process", "lost"),
    [
        ("plastic_PET_recycled", ("landfill_inert",)),
        ("plastic_PE_HD_recycled", ("landfill_inert", "incineration_plastics")),
        ("cardboard_recycled", ("landfill_inert",)),
    ],
)
def test_what_enters_recycling_comes_out_or_is_lost(process: str, lost: tuple[str, ...]) -> None:
    assert ROWS[process]["recyclables_sorted"] == pytest.approx(1 + sum(ROWS[process][name] for name in lost), rel=0.025)


METALS = {"gold": (250e-6, 0.97), "silver": (1000e-6, 0.96), "palladium": (110e-6, 0.96), "copper": (0.2, 0.95)}


def test_the_four_metals_bear_the_smelter_once(background: Background) -> None:
    """What one kg of boards yields of each metal, at what each bears, is one kg of boards through the smelter."""
    shares = {metal: content * smelted * ROWS[f"{metal}_from_boards"]["circuit_boards_smelting"] for metal, (content, smelted) in METALS.items()}
    assert sum(shares.values()) == pytest.approx(1, abs=1e-4)
    assert shares["gold"] == pytest.approx(15.1 / (15.1 + 0.72 + 4.54 + 1.62), rel=0.01)  # USD per kg of boards
    for metal in ("gold", "silver", "palladium", "copper"):
        assert unit_score(background, f"{metal}_from_boards", "climate_change") < unit_score(background, f"{metal}_primary", "climate_change")


def test_burning_the_plastics_of_municipal_waste_gives_its_carbon() -> None:
    plastics = 0.12 * 0.75 * 44 / 12
    assert plastics < ROWS["incineration_municipal_waste"]["carbon_dioxide_fossil"] < 1.5 * plastics


def test_timber_lowers_the_building_as_in_the_case_study(background: Background) -> None:
    """18 % less climate change (Liang 2020, materials and site)."""
    timber, concrete = (unit_score(background, name, "climate_change") for name in ("office_building_timber", "office_building"))
    assert 0.72 <= timber / concrete <= 0.92


# Offices of seven countries

KENYA = ("  country: {value: FRA, choices: [FRA, DEU, USA]}", "  country: {value: KEN, choices: [KEN]}")


def test_a_kilometre_of_commuting_in_kenya_by_hand(small: Small, background: Background) -> None:
    """Car 6 %, motorcycle 10.9 %, public transport 26.7 %: minibuses 85, tuk-tuks 3, the rest 12 % in trains (10) and buses (90); 53 % walk."""
    results = calculate(small(KENYA, *calling("commuting", "0.1 person*km/parcel", files=OFFICE)), background)
    score = {name: unit_score(background, name, "climate_change") for name in (
        "passenger_car_petrol", "passenger_car_diesel", "passenger_car", "battery_li_ion", "electricity_lv_KEN", "motorcycle_petrol_small", "passenger_minibus",
        "passenger_autorickshaw", "passenger_bus", "diesel_burned", "steel_low_alloyed", "concrete")}  # fmt: skip
    electric = 0.18 * score["electricity_lv_KEN"] + 340 / 200_000 * score["battery_li_ion"] + score["passenger_car"] / 200_000
    train = 0.6 * score["diesel_burned"] + 0.0008 * score["steel_low_alloyed"] + 0.002 * score["concrete"]
    wanted = (
        0.06 / 1.08 * ((1 - 0.12 - 0.001) * score["passenger_car_petrol"] + 0.12 * score["passenger_car_diesel"] + 0.001 * electric)
        + 0.109 / 1.3 * score["motorcycle_petrol_small"]
        + 0.267 * (0.85 * score["passenger_minibus"] + 0.03 * score["passenger_autorickshaw"])
        + 0.267 * 0.12 * (0.1 * train + 0.9 * score["passenger_bus"])
    )
    assert machine(results, "climate_change") == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("country", ["FRA", "DEU", "USA", "MDG", "PHL", "KEN", "IND"])
def test_an_hour_at_an_office_of_each_country(small: Small, background: Background, country: str) -> None:
    there = (KENYA[0], KENYA[1].replace("KEN", country))
    results = calculate(small(there, *calling("person_hour_at_office", "0.1 person_hour/parcel", files=OFFICE)), background)
    assert 0.1 <= machine(results, "climate_change") <= 3  # kg CO2-eq per hour


@pytest.mark.parametrize("country", ["FRA", "DEU", "USA", "MDG", "PHL", "KEN", "IND"])
def test_the_ways_to_work_of_a_country_are_no_more_than_all(country: str) -> None:
    lines = (INVENTORIES / "foreground" / "office.yaml").read_text(encoding="utf-8").splitlines()

    def share(name: str) -> float:
        found = next(line for line in lines if line.strip().startswith(f"{name}_{country}: "))
        return float(found.split("value: ")[1].split()[0]) / 100

    assert share("car") + share("transit") + share("motorcycle") <= 1
    assert share("minibus") + share("jeepney") + share("rickshaw") <= 1
    assert share("train_part") + share("bus_part") <= 1
    assert share("diesel") + share("electric") <= 1
