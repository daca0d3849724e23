"""Numbers with units: our own short list, hand-computed conversions, an algebra that holds."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.errors import DataError, LCAError, UnitError
from lca.quantities import PLAIN, Dimension, Unit, Units, is_quantity, multiply, show_dimension

UNITS = Units(("payment", "server"))
NAMES = [each for each in UNITS.names if each != "%"]
dimensions = st.dictionaries(st.sampled_from(["kWh", "hour", "kg", "payment"]), st.integers(-3, 3).filter(bool).map(float), max_size=4).map(
    lambda powers: tuple(sorted(powers.items()))
)


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("1.5 kWh", 1.5, {"kWh": 1}),
        ("3.6 MJ", 1.0, {"kWh": 1}),
        ("36 GJ", 10000.0, {"kWh": 1}),
        ("7 year", 61320.0, {"hour": 1}),
        ("1 month", 730.0, {"hour": 1}),
        ("90 minute", 1.5, {"hour": 1}),
        ("300 W/server", 0.3, {"kWh": 1, "hour": -1, "server": -1}),
        ("5 payment/second/server", 18000.0, {"payment": 1, "hour": -1, "server": -1}),
        ("10 person_minute/payment", 1 / 6, {"person": 1, "hour": 1, "payment": -1}),
        ("27 %", 0.27, {}),
        ("27%", 0.27, {}),
        ("12 1/year", 12 / 8760, {"hour": -1}),
        ("12 1 / year", 12 / 8760, {"hour": -1}),
        ("40e6 payment/year", 40e6 / 8760, {"payment": 1, "hour": -1}),
        ("1.8 litre/kWh", 0.0018, {"m": 3, "kWh": -1}),
        ("100 cm2", 0.01, {"m": 2}),
        ("100 cm ** 2", 0.01, {"m": 2}),
        ("100 cm^2", 0.01, {"m": 2}),
        ("1 Gbps", 450e9, {"byte": 1, "hour": -1}),
        ("2 t km", 2000000.0, {"kg": 1, "m": 1}),
        ("2 kg / (person * hour)", 2.0, {"kg": 1, "person": -1, "hour": -1}),
        ("5", 5.0, {}),
        ("-5 kg", -5.0, {"kg": 1}),
        ("+.5kg", 0.5, {"kg": 1}),
        ("1e6", 1e6, {}),
        ("5 -", 5.0, {}),
        ("5\u00a0kWh", 5.0, {"kWh": 1}),
    ],
)
def test_quantities(text: str, value: float, dimension: dict[str, float]) -> None:
    quantity = UNITS.quantity(text)
    assert quantity.value == pytest.approx(value, rel=1e-12)
    assert dict(quantity.unit.dimension) == dimension


def test_the_number_as_written_is_kept() -> None:
    quantity = UNITS.quantity("300 W/server")
    assert quantity.number == 300.0
    assert quantity.unit.text == "W/server"
    assert quantity.unit.factor == pytest.approx(0.001, rel=1e-12)


def test_kwh_per_hour_is_a_thousand_watts() -> None:
    assert UNITS.unit("kWh/hour").dimension == UNITS.unit("W").dimension
    assert UNITS.unit("kWh/hour").factor == pytest.approx(1000 * UNITS.unit("W").factor, rel=1e-12)


def test_none_of_the_stock_traps() -> None:
    assert UNITS.quantity("1 t").value == 1000.0  # not a unit of pressure, not a short ton
    assert UNITS.unit("GB").dimension == (("byte", 1.0),)  # not a plain number
    for text in ("ton", "pt", "degC", "eV", "kkWh", "kilokWh", "kWhs", "hours", "meter", "delta_kg", "pi", "e", "_100km"):
        with pytest.raises(UnitError, match=f"there is no unit '{text}'"):
            UNITS.unit(text)


@pytest.mark.parametrize("text", ["", "-", "1", "%", "percent"])
def test_plain_units(text: str) -> None:
    assert UNITS.unit(text).dimension == PLAIN
    assert UNITS.unit(text).factor == (0.01 if text in ("%", "percent") else 1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5 kwh", "there is no unit 'kwh'. Did you mean 'kWh'?"),
        ("5 kWh/yaer", "there is no unit 'yaer'. Did you mean 'year'?"),
        ("5 servers", "there is no unit 'servers'. Did you mean 'server'?"),
        ("5 kWh per hour", "there is no unit 'per'. Did you mean 'person'?"),
        ("5 µg", "'µg' is not a unit. Allowed: names of units with * and /, powers up to 9 and brackets, as in kg / (person * hour) or m ** 2"),
    ],
)
def test_unknown_units_name_the_nearest(text: str, message: str) -> None:
    with pytest.raises(UnitError) as caught:
        UNITS.quantity(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    ["", " ", "NaN", "nan", "inf", "-inf", "infinity", "1,5 kWh", "1 000 kWh", "1'000", "1_000", "1_000 kWh", "0x10", "0x10 kWh", "1.5.2 kWh", "1:30",
     "NO", "true", "١٢ kWh", "１２ kWh", "²", "\0", "- 5 kWh", "1e400 kWh", "1e999", "-1e999", "1e308 GWh", "__import__('os')"],
)  # fmt: skip
def test_what_is_no_finite_number(text: str) -> None:
    with pytest.raises(DataError, match=r"is not a (finite number|number with a unit, as in 1500.5 kWh)"):
        UNITS.quantity(text)


@pytest.mark.parametrize(
    "unit",
    ["kWh()", "kWh(2)", "2kWh", "2 kWh", "kWh. hour", "kWh/", "/hour", "*", "1/2", "1/0", "kWh/0", "(kWh", "kWh)", "((", "kWh**", "kWh**99", "kWh**1e9",
     "kWh**9**9**9", "1**9**9**9", "kWh**(9**9**9)", "kWh ** 2 ** 3", "kWh^9^9^9", "kWh**(hour)", "kWh**hour", "kWh + 3 kWh", "kWh - kWh", "kWh\0", "m²",
     "kWh·h", "kWh;", "kWh.real", "kWh.__class__", "__class__", "x[0]", "kWh if", "'kWh'", "(" * 100 + "kWh" + ")" * 100, "kWh*" * 3000 + "kWh", "\u212a"],
)  # fmt: skip
def test_hostile_units_are_refused_at_once(unit: str) -> None:
    with pytest.raises(UnitError, match=r"is not a unit|there is no unit"):
        UNITS.unit(unit)


def test_units_beyond_what_a_number_holds() -> None:
    with pytest.raises(UnitError, match="of a size that a number can hold"):
        UNITS.unit("*".join(["TB**9"] * 5))
    with pytest.raises(UnitError, match="of a size that a number can hold"):
        UNITS.unit("/".join(["kg", *["TB**9"] * 5]))


@pytest.mark.parametrize("name", ["Payment", "2x", "é", "", "a b", "a-b", "x" + "\n"])
def test_declared_units_need_a_plain_name(name: str) -> None:
    with pytest.raises(UnitError, match="cannot be the name of a unit: small letters"):
        Units((name,))


@pytest.mark.parametrize("name", ["hour", "byte", "percent", "per", "square", "cubed", "if", "lambda"])
def test_declared_units_cannot_take_a_name_that_means_something(name: str) -> None:
    with pytest.raises(UnitError, match=f"'{name}' cannot be declared as a unit: the name is taken"):
        Units((name,))


def test_declared_units_count() -> None:
    assert UNITS.is_count(PLAIN)
    assert UNITS.is_count(UNITS.unit("server").dimension)
    assert UNITS.is_count(UNITS.unit("payment/server").dimension)
    assert not UNITS.is_count(UNITS.unit("kWh").dimension)
    assert not UNITS.is_count(UNITS.unit("person").dimension)
    assert not UNITS.is_count(UNITS.unit("server * hour").dimension)
    with pytest.raises(UnitError, match="there is no unit 'payment'"):
        Units().unit("payment")


def test_bounds_are_in_the_unit_of_their_value() -> None:
    watt = UNITS.unit("W/server")
    assert UNITS.bound("200", watt) == pytest.approx(0.2, rel=1e-12)
    assert UNITS.bound("0.2 kW/server", watt) == pytest.approx(0.2, rel=1e-12)
    assert UNITS.bound("11", UNITS.unit("%")) == pytest.approx(0.11, rel=1e-12)
    with pytest.raises(UnitError) as caught:
        UNITS.bound("5 kWh", watt)
    assert str(caught.value) == "'5 kWh' is kWh, its value is kWh / hour / server"
    with pytest.raises(DataError, match="'1e308' is not a finite number"):
        UNITS.bound("1e308", UNITS.unit("GWh"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5", True), ("5 kWh", True), ("27%", True), ("12 1/year", True), ("-5 kg", True), ("1/12", False), ("5 * x", False), ("x", False),
     ("", False), ("5 - x", False), ("0.5 + 1", False), ("1_000", False), ("(5)", False), ("١", False)],
)  # fmt: skip
def test_is_quantity(text: str, expected: bool) -> None:
    assert is_quantity(text) is expected


@pytest.mark.parametrize(
    ("dimension", "shown"),
    [
        (PLAIN, "a plain number"),
        ((("kWh", 1.0),), "kWh"),
        ((("hour", -1.0),), "1 / hour"),
        ((("hour", 1.0), ("payment", -1.0), ("person", 1.0)), "hour * person / payment"),
        ((("m", 3.0), ("kWh", -2.0)), "m^3 / kWh^2"),
        ((("m", 0.5),), "m^0.5"),
    ],
)
def test_dimensions_as_messages_show_them(dimension: Dimension, shown: str) -> None:
    assert show_dimension(dimension) == shown


@given(dimensions, dimensions, dimensions)
def test_dimensions_multiply_as_numbers_do(a: Dimension, b: Dimension, c: Dimension) -> None:
    assert multiply(a, b) == multiply(b, a)
    assert multiply(multiply(a, b), c) == multiply(a, multiply(b, c))
    assert multiply(a, PLAIN) == a
    assert multiply(a, a, -1.0) == PLAIN
    assert multiply(a, a) == multiply(PLAIN, a, 2.0)
    assert multiply(multiply(PLAIN, multiply(a, b), 0.5), multiply(PLAIN, multiply(a, b), 0.5)) == multiply(a, b)


def test_fractions_of_powers_add_up() -> None:
    kg: Dimension = (("kg", 1.0),)
    tenths = multiply(multiply(PLAIN, kg, 0.1), kg, 0.2)
    assert tenths == multiply(PLAIN, kg, 0.3)  # 0.1 + 0.2 is not 0.3 in floating point


@given(st.floats(min_value=1e-12, max_value=1e12), st.sampled_from(NAMES))
def test_a_quantity_survives_the_way_there_and_back(number: float, name: str) -> None:
    quantity = UNITS.quantity(f"{number!r} {name}")
    assert quantity.value / quantity.unit.factor == pytest.approx(number, rel=1e-12)
    assert UNITS.quantity(f"{quantity.value / quantity.unit.factor!r} {name}").value == pytest.approx(quantity.value, rel=1e-12)


@settings(deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from([1, 2, 3]))
def test_units_follow_the_algebra_of_dimensions(first: str, second: str, power: int) -> None:
    one, other = UNITS.unit(first), UNITS.unit(second)
    product, ratio = UNITS.unit(f"{first} * {second} ** {power}"), UNITS.unit(f"{first} / {second}")
    assert product.dimension == multiply(one.dimension, other.dimension, float(power))
    assert product.factor == pytest.approx(one.factor * other.factor**power, rel=1e-12)
    assert ratio.dimension == multiply(one.dimension, other.dimension, -1.0)
    assert ratio.factor == pytest.approx(one.factor / other.factor, rel=1e-12)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0159.eE+-_x,'% */^()kWhours²µ\u00a0\0", max_size=14))
def test_any_text_is_a_quantity_or_a_clear_error(text: str) -> None:
    try:
        quantity = UNITS.quantity(text)
    except LCAError as error:
        assert str(error)[0] in "'t"
    else:
        assert math.isfinite(quantity.value)
        assert isinstance(quantity.unit, Unit)
