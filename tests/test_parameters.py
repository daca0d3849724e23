"""Values with ranges and sources, formulas, choices; every fault is said with its place."""

from pathlib import Path

import pytest

from lca.documents import child, read_yaml
from lca.errors import DataError, Faults, LCAError, UnitError
from lca.expressions import write
from lca.parameters import Parameter, check_dimension, read_parameters
from lca.quantities import Units
from lca.sources import Source

UNITS = Units(("payment", "server"))
SOURCES = {"subuno_2013": Source("subuno_2013", "Manual review")}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(*lines: str) -> tuple[dict[str, Parameter], list[str]]:
    """Parameters from YAML lines (the first is line 2 of the file) and the faults."""
    Path("x.yaml").write_text("parameters:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    faults = Faults()
    parameters = read_parameters(child(read_yaml(Path("x.yaml")), "parameters", faults), UNITS, SOURCES, faults)
    try:
        faults.check()
    except LCAError as error:
        return parameters, str(error).splitlines()
    return parameters, []


def test_a_quantity() -> None:
    parameters, faults = read("power: {value: 300 W/server, low: 200, high: 0.45 kW/server, source: subuno_2013, basis: read, year: 2013, note: nameplate}")
    power = parameters["power"]
    assert faults == []
    assert power.kind == "quantity"
    assert (power.value, power.low, power.high) == pytest.approx((0.3, 0.2, 0.45), rel=1e-12)
    assert power.written == "300 W/server"
    assert (power.source, power.basis, power.place) == ("subuno_2013", "read", "x.yaml:2")
    assert power.about == {"source": "subuno_2013", "basis": "read", "year": "2013", "note": "nameplate"}
    assert power.allowed is None


def test_what_is_allowed() -> None:
    parameters, faults = read("pue: {value: 1.5, low: 1.1, high: 1.9, allowed: [1, 5], source: assumption}")
    assert faults == []
    assert parameters["pue"].allowed == (1.0, 5.0)
    assert parameters["pue"].basis == "assumption"


def test_a_formula() -> None:
    parameters, faults = read('fleet: {formula: "ceil(peak * yearly / capacity) + 1", unit: server, note: n}', "ratio: {formula: 1 / 12}")
    assert faults == []
    assert parameters["fleet"].kind == "formula"
    assert write(parameters["fleet"].formula) == "(ceil(((peak * yearly) / capacity)) + 1)"  # type: ignore[arg-type]
    assert parameters["fleet"].unit.text == "server"
    assert parameters["ratio"].unit.text == ""


def test_a_choice() -> None:
    parameters, faults = read("country: {value: NO, choices: [FR, NO, DE], label_en: Country}")
    assert faults == []
    assert parameters["country"].kind == "choice"
    assert (parameters["country"].choice, parameters["country"].choices) == ("NO", ("FR", "NO", "DE"))


GOOD = "source: subuno_2013, basis: read"


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("a: 5 kWh", ["x.yaml:2: parameter 'a': must hold 'value:' with 'source:', or 'formula:', or 'value:' with 'choices:'"]),
        ("a: [1, 2]", ["x.yaml:2: parameter 'a': must hold 'value:' with 'source:', or 'formula:', or 'value:' with 'choices:'"]),
        (f"a: {{{GOOD}}}", ["x.yaml:2: parameter 'a' lacks the key 'value'"]),
        (f"a: {{value: 5, vlaue: 6, {GOOD}}}", ["x.yaml:2: parameter 'a' has no key 'vlaue'. Did you mean 'value'?"]),
        (f"a: {{value: 5 kwh, {GOOD}}}", ["x.yaml:2: parameter 'a': there is no unit 'kwh'. Did you mean 'kWh'?"]),
        (f"a: {{value: '1,5', {GOOD}}}",
         ["x.yaml:2: parameter 'a': '1,5' is not a number with a unit, as in 1500.5 kWh (decimal point, nothing between thousands)"]),
        (f"a: {{value: nan, {GOOD}}}",
         ["x.yaml:2: parameter 'a': 'nan' is not a number with a unit, as in 1500.5 kWh (decimal point, nothing between thousands)"]),
        (f"a: {{value: 1e999, {GOOD}}}", ["x.yaml:2: parameter 'a': '1e999' is not a finite number"]),
        ("a: {value: 5, low: 4, high: 6}", ["x.yaml:2: parameter 'a' has no source. Give a key of references.yaml, or 'assumption'"]),
        ("a: {value: 5, source: subuno_2031, basis: read}", ["x.yaml:2: parameter 'a' names the unknown source 'subuno_2031'. Did you mean 'subuno_2013'?"]),
        ("a: {value: 5, source: subuno_2013}", ["x.yaml:2: parameter 'a' has no basis. Allowed: assumption, derived, measured, read."]),
        ("a: {value: 5, source: assumption}", ["x.yaml:2: parameter 'a' is an assumption and needs low and high"]),
        (f"a: {{value: 5, low: 4, {GOOD}}}", ["x.yaml:2: parameter 'a' has a low or a high without the other"]),
        (f"a: {{value: 5, high: 6, {GOOD}}}", ["x.yaml:2: parameter 'a' has a low or a high without the other"]),
        (f"a: {{value: 7, low: 4, high: 6, {GOOD}}}", ["x.yaml:2: parameter 'a': the value 7 is outside low 4 to high 6"]),
        (f"a: {{value: 5, low: 6, high: 4, {GOOD}}}", ["x.yaml:2: parameter 'a': low 6 is more than high 4"]),
        (f"a: {{value: 5 kWh, low: 4 hour, high: 6, {GOOD}}}", ["x.yaml:2: parameter 'a': '4 hour' is hour, its value is kWh"]),
        (f"a: {{value: 5, low: [4], high: 6, {GOOD}}}",
         ["x.yaml:2: parameter 'a': '['4']' is not a number with a unit, as in 1500.5 kWh (decimal point, nothing between thousands)"]),
        (f"a: {{value: 7, allowed: [1, 5], {GOOD}}}", ["x.yaml:2: parameter 'a': 7 is outside what is allowed: 1 to 5"]),
        (f"a: {{value: 7, allowed: 5, {GOOD}}}", ["x.yaml:2: parameter 'a': 'allowed' must be a list of the least and the greatest value"]),
        (f"a: {{value: 7, allowed: [1, 5, 9], {GOOD}}}", ["x.yaml:2: parameter 'a': 'allowed' must be a list of the least and the greatest value"]),
        (f"a: {{value: 5, low: 4, high: 6, range: extreme, {GOOD}}}",
         ["x.yaml:2: parameter 'a': 'range' cannot be 'extreme'. Did you mean 'extremes'?"]),
        ("a: {formula: 'x[0]'}", ["x.yaml:2: parameter 'a': 'x[0]' holds '['. Allowed: + - * / **, comparisons, brackets, names, numbers, functions"]),
        ("a: {formula: }", ["x.yaml:2: parameter 'a': '' is not a formula: it is empty"]),
        ("a: {formula: x, unit: kwh}", ["x.yaml:2: parameter 'a': there is no unit 'kwh'. Did you mean 'kWh'?"]),
        ("a: {value: FRE, choices: [FRA, DEU]}", ["x.yaml:2: parameter 'a': 'FRE' is not among its choices. Did you mean 'FRA'?"]),
        ("a: {choices: [FRA, DEU]}", ["x.yaml:2: parameter 'a' lacks the key 'value': which of its choices holds"]),
        (f"a: {{value: 5 kWh, unit: kWh, {GOOD}}}", ["x.yaml:2: parameter 'a' has a value, which states its own unit: write 'value: 7 year'"]),
        ("a: {value: FRA, choices: [FRA], low: 1}", ["x.yaml:2: parameter 'a' has 'choices' and cannot have low"]),
        (f"a: {{value: 5, distribution: lognormal, {GOOD}}}", ["x.yaml:2: parameter 'a' has a distribution, which needs low and high"]),
        (f"a: {{value: 5, low: 0, high: 9, distribution: lognormal, {GOOD}}}", ["x.yaml:2: parameter 'a' is lognormal, and its low is 0: it must be more than zero"]),
        (f"a: {{value: 2, low: 1, high: 4.5, distribution: discrete, {GOOD}}}", ["x.yaml:2: parameter 'a' is discrete, from 1 to 4.5: both must be whole plain numbers or counts"]),
        (f"a: {{value: 5, low: 1, high: 9, distribution: normal, range: extremes, {GOOD}}}",
         ["x.yaml:2: parameter 'a': normal runs between percentiles; leave out 'range: extremes'"]),
        (f"a: {{value: 5, low: 1, high: 9, distribution: lognorm, {GOOD}}}", ["x.yaml:2: parameter 'a': 'distribution' cannot be 'lognorm'. Did you mean 'lognormal'?"]),
        (f"a: {{value: 5, low: 1, high: 9, correlated: {{b: 1.5}}, {GOOD}}}", ["x.yaml:2: parameter 'a' is correlated with 'b' by 1.5; allowed is -1 to 1"]),
        (f"a: {{value: 40 %, low: 0.1, high: 0.65, {GOOD}}}", ["x.yaml:2: parameter 'a': the value 40 % is outside low 0.1 % to high 0.65 %"]),
        ("a: {value: FRA, choices: FRA}", ["x.yaml:2: parameter 'a': 'choices' must be a list of names, as in [FRA, DEU]"]),
        ("a: {value: FRA, choices: {FRA: 1}}", ["x.yaml:2: parameter 'a': 'choices' must be a list of names, as in [FRA, DEU]"]),
        ("a: {value: FRA, choices: []}", ["x.yaml:2: parameter 'a': 'choices' must be a list of names, as in [FRA, DEU]"]),
        ("a: {value: FRA, choices: [FRA, [DEU]]}", ["x.yaml:2: parameter 'a': 'choices' must be a list of names, as in [FRA, DEU]"]),
        ("a: {value: FRA, choices: [FRA, DEU, FRA]}", ["x.yaml:2: parameter 'a' names a choice twice"]),
        ("a: {value: FRA, choices: [FRA], source: nobody, basis: read}", ["x.yaml:2: parameter 'a' names the unknown source 'nobody'. Allowed: subuno_2013."]),
    ],
)  # fmt: skip
def test_faults(line: str, faults: list[str]) -> None:
    assert read(line)[1] == faults


def test_a_formula_has_no_value_beside_it() -> None:
    assert read("a: {formula: x, value: 5}")[1] == ["x.yaml:2: parameter 'a' has 'formula' and cannot have value"]


def test_distribution_group_and_correlation_are_kept() -> None:
    parameters, faults = read(f"a: {{value: 5, low: 4, high: 6, distribution: uniform, range: extremes, together: fab, correlated: {{b: 0.8}}, {GOOD}}}",
                              f"b: {{value: 5, low: 4, high: 6, range: extremes, {GOOD}}}")  # fmt: skip
    assert faults == []
    assert (parameters["a"].distribution, parameters["a"].together, parameters["a"].correlated) == ("uniform", "fab", {"b": 0.8})
    assert parameters["b"].distribution == "triangular"


def test_all_faults_come_at_once_and_good_parameters_are_kept() -> None:
    parameters, faults = read(f"a: {{value: 5 kwh, {GOOD}}}", f"b: {{value: 5 kWh, {GOOD}}}", "c: {formula: 1 +}")
    assert [each.split(" ")[0] for each in faults] == ["x.yaml:2:", "x.yaml:4:"]
    assert parameters["b"].value == 5.0


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Power", "cannot be a name: small letters"),
        ("2x", "cannot be a name: small letters"),
        ("a.b", "cannot be a name: small letters"),
        ("a-b", "cannot be a name: small letters"),
        ("__import__", "cannot be a name: small letters"),
        ("é", "cannot be a name: small letters"),
        ("ｐower", "cannot be a name: small letters"),
        ("роwer", "cannot be a name: small letters"),
        ("min", "cannot be a name: it is a function"),
        ("year", "cannot be a name: it is a unit"),
        ("server", "cannot be a name: it is a unit"),
        ("while", "cannot be a name: it is a reserved word"),
        ("yield", "cannot be a name: it is a reserved word"),
        ("lambda", "cannot be a name: it is a reserved word"),
    ],
)
def test_names(name: str, fault: str) -> None:
    faults = read(f"{name}: {{value: 5, {GOOD}}}")[1]
    assert len(faults) == 1
    assert faults[0].startswith(f"x.yaml:2: '{name}' {fault}")


def test_the_dimension_of_a_formula_against_its_unit() -> None:
    parameters, _ = read("fleet: {formula: a, unit: server}", "free: {formula: a}", "plain: {formula: a, unit: 1}")
    check_dimension(parameters["fleet"], UNITS.unit("server").dimension)
    check_dimension(parameters["fleet"], None)
    check_dimension(parameters["free"], UNITS.unit("kWh").dimension)
    check_dimension(parameters["plain"], ())
    with pytest.raises(UnitError) as caught:
        check_dimension(parameters["fleet"], UNITS.unit("payment/hour").dimension)
    assert str(caught.value) == "'a' is payment / hour, but the unit says server"
    with pytest.raises(UnitError, match="'a' is kWh, but the unit says a plain number"):
        check_dimension(parameters["plain"], UNITS.unit("kWh").dimension)


def test_errors_keep_their_class() -> None:
    Path("x.yaml").write_text(f"a: {{value: 5 kwh, {GOOD}}}\n")
    faults = Faults()
    read_parameters(read_yaml(Path("x.yaml")), UNITS, SOURCES, faults)
    with pytest.raises(UnitError):
        faults.check()
    assert issubclass(UnitError, LCAError)
    assert not issubclass(UnitError, DataError)


def test_what_lies_at_the_end_of_its_range_is_not_beyond_it() -> None:
    parameters, faults = read("cold: {value: -5, low: -8, high: -2, source: assumption, note: below zero}")
    assert faults == []
    assert [parameters["cold"].is_beyond(each) for each in (-8.1, -8.0, -5.0, -2.0, -1.9)] == [True, False, False, False, True]
