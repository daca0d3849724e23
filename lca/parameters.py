"""Parameters: a value with its range and source, a formula, or a choice among named values."""

import keyword
from dataclasses import dataclass, field
from typing import Any

from lca.documents import Mapping, Text, child
from lca.errors import DataError, Faults, UnitError, UnknownName, nearest
from lca.expressions import FUNCTIONS, NAME, Expression, read_expression
from lca.formats import check
from lca.quantities import Dimension, Unit, Units, show_dimension
from lca.sources import Source, check_source

ABOUT = ("source", "basis", "year", "geography", "locator", "label_en", "label_fr", "note", "find_en", "find_fr", "category")
ONLY_QUANTITY = ("low", "high", "range", "distribution", "together", "correlated", "allowed")


@dataclass(frozen=True)
class Parameter:
    """One of: a quantity (value, low, high in base units), a formula, a choice.

    `distribution` says how values spread between low and high; `together` and `correlated` tie its draws to others."""

    name: str
    unit: Unit
    value: float = float("nan")
    written: str = ""
    low: float | None = None
    high: float | None = None
    allowed: tuple[float, float] | None = None
    distribution: str = ""
    together: str = ""
    correlated: dict[str, float] = field(default_factory=dict)
    formula: Expression | None = None
    choices: tuple[str, ...] = ()
    choice: str = ""
    source: str = ""
    basis: str = ""
    about: dict[str, str] = field(default_factory=dict)
    place: str = ""

    @property
    def kind(self) -> str:
        return "choice" if self.choices else "formula" if self.formula else "quantity"

    def is_beyond(self, value: float) -> bool:
        """Whether a value lies outside low and high, rounding aside."""
        low, high = self.low, self.high
        return low is not None and high is not None and not low - 1e-9 * abs(low) <= value <= high + 1e-9 * abs(high)


def read_parameters(entries: Mapping, units: Units, sources: dict[str, Source], faults: Faults) -> dict[str, Parameter]:
    """The parameters below a `parameters:` key."""
    parameters = {}
    for name, entry in entries.items():
        check_name(name, units, entries.place_of(name), faults)
        with faults.at(getattr(entry, "place", entries.place_of(name)), f"parameter '{name}': "):
            parameters[str(name)] = _read_parameter(name, entry, units, sources, faults)
    return parameters


def check_name(name: str, units: Units, place: str, faults: Faults) -> None:
    if not NAME.fullmatch(name):
        faults.add(place, f"'{name}' cannot be a name: small letters, digits and _, beginning with a letter (a choice in capitals at the end)")
    elif name in FUNCTIONS or name in units.names or keyword.iskeyword(name):
        kind = "a function" if name in FUNCTIONS else "a unit" if name in units.names else "a reserved word"
        faults.add(place, f"'{name}' cannot be a name: it is {kind}")


def _read_parameter(name: str, entry: Any, units: Units, sources: dict[str, Source], faults: Faults) -> Parameter:
    what = f"parameter '{name}'"
    if not isinstance(entry, Mapping):
        raise DataError("must hold 'value:' with 'source:', or 'formula:', or 'value:' with 'choices:'")
    entry = check(entry, faults, what, "parameter")
    if any(key[:1].isdigit() for key in entry):  # a decimal comma cuts the value short
        return Parameter(name, units.unit(""), place=entry.place)
    if "formula" in entry or "choices" in entry:
        kind, others = ("formula", ("value", "choices")) if "formula" in entry else ("choices", ("unit",))
        if extra := [each for each in (*others, *ONLY_QUANTITY) if each in entry]:
            faults.add(entry.place_of(extra[0]), f"{what} has '{kind}' and cannot have {', '.join(extra)}")
    if "formula" in entry:
        return Parameter(name, units.unit(entry.text("unit")), formula=read_expression(entry.text("formula"), units),
                         written=entry.text("formula"), about=_about(entry), place=entry.place)  # fmt: skip
    if "choices" in entry:
        return _read_choice(name, entry, sources, faults)
    if "unit" in entry:
        faults.add(entry.place_of("unit"), f"{what} has a value, which states its own unit: write 'value: 7 year'")
    if "value" not in entry:
        faults.add(entry.place, f"{what} lacks the key 'value'")
        return Parameter(name, units.unit(""), place=entry.place)
    return _read_quantity(name, entry, units, sources, faults)


def _read_quantity(name: str, entry: Mapping, units: Units, sources: dict[str, Source], faults: Faults) -> Parameter:
    what = f"parameter '{name}'"
    quantity = units.quantity(entry.text("value"))
    low, high = (units.bound(entry[key], quantity.unit) if entry.get(key) else None for key in ("low", "high"))
    source, basis = check_source(entry, sources, faults, what)
    if (low is None) != (high is None):
        faults.add(entry.place, f"{what} has a low or a high without the other")
    elif low is not None and high is not None and not low <= quantity.value <= high:
        bounds = [f"{text} {quantity.unit.text}".strip() if not units.quantity(text).unit.text else text for text in (entry["low"], entry["high"])]
        fault = f"low {bounds[0]} is more than high {bounds[1]}" if low > high else f"the value {entry['value']} is outside low {bounds[0]} to high {bounds[1]}"
        faults.add(entry.place, f"{what}: {fault}")
    if basis == "assumption" and low is None:
        faults.add(entry.place, f"{what} is an assumption and needs low and high")
    allowed = _read_allowed(entry, quantity.unit, units)
    if allowed and not allowed[0] <= quantity.value <= allowed[1]:
        faults.add(entry.place, f"{what}: {entry['value']} is outside what is allowed: {' to '.join(entry['allowed'])}")
    distribution, correlated = _read_distribution(entry, low, high, quantity.unit, faults, what), _read_correlated(entry, units, faults, what)
    return Parameter(name, quantity.unit, quantity.value, entry.text("value"), low, high, allowed, distribution, entry.text("together"), correlated,
                     source=source, basis=basis, about=_about(entry), place=entry.place)  # fmt: skip


def _read_distribution(entry: Mapping, low: float | None, high: float | None, unit: Unit, faults: Faults, what: str) -> str:
    """How values spread between low and high; extremes without a word for it are triangular."""
    distribution, extremes = entry.text("distribution"), entry.text("range") == "extremes"
    if distribution and low is None:
        faults.add(entry.place_of("distribution"), f"{what} has a distribution, which needs low and high")
    if distribution == "lognormal" and low is not None and low <= 0:
        faults.add(entry.place_of("distribution"), f"{what} is lognormal, and its low is {entry['low']}: it must be more than zero")
    if distribution == "discrete" and low is not None and high is not None and (unit.factor != 1 or low % 1 or high % 1):
        faults.add(entry.place_of("distribution"), f"{what} is discrete, from {entry['low']} to {entry['high']}: both must be whole plain numbers or counts")
    if distribution and extremes != (distribution in ("triangular", "uniform", "discrete")) and "range" in entry:
        faults.add(entry.place_of("range"), f"{what}: {distribution} runs between percentiles; leave out 'range: extremes'")
    return distribution or ("triangular" if extremes else "")


def _read_correlated(entry: Mapping, units: Units, faults: Faults, what: str) -> dict[str, float]:
    found = {}
    for name, text in child(entry, "correlated", faults).items():
        found[str(name)] = units.quantity(str(text)).value
        if not -1 <= found[str(name)] <= 1:
            faults.add(entry.place_of("correlated"), f"{what} is correlated with '{name}' by {text}; allowed is -1 to 1")
    return found


def _about(entry: Mapping) -> dict[str, str]:
    return {key: str(entry[key]) for key in ABOUT if key in entry}


def _read_allowed(entry: Mapping, unit: Unit, units: Units) -> tuple[float, float] | None:
    bounds = entry.get("allowed")
    if not bounds:
        return None
    if not isinstance(bounds, list) or len(bounds) != 2:
        raise DataError("'allowed' must be a list of the least and the greatest value")
    return units.bound(bounds[0], unit), units.bound(bounds[1], unit)


def _read_choice(name: str, entry: Mapping, sources: dict[str, Source], faults: Faults) -> Parameter:
    listed, value = entry["choices"], entry.text("value")
    if "value" not in entry:
        faults.add(entry.place, f"parameter '{name}' lacks the key 'value': which of its choices holds")
    if not isinstance(listed, list) or not listed or not all(isinstance(each, Text) and each for each in listed):
        raise DataError("'choices' must be a list of names, as in [FRA, DEU]")
    choices = tuple(str(each) for each in listed)
    if len(set(choices)) < len(choices):
        faults.add(entry.place_of("choices"), f"parameter '{name}' names a choice twice")
    if "source" in entry:
        check_source(entry, sources, faults, f"parameter '{name}'")
    if "value" in entry and value not in choices:
        faults.add(entry.place, f"parameter '{name}': '{value}' is not among its choices. {nearest(value, choices)}", UnknownName)
    return Parameter(name, Unit("", 1.0, ()), choices=choices, choice=value, written=value,
                     source=entry.text("source"), basis=entry.text("basis"), about=_about(entry), place=entry.place)  # fmt: skip


def check_dimension(parameter: Parameter, found: Dimension | None) -> None:
    """The dimension of a formula against the unit that its parameter states."""
    if parameter.unit.text and found is not None and found != parameter.unit.dimension:
        raise UnitError(f"'{parameter.written}' is {show_dimension(found)}, but the unit says {show_dimension(parameter.unit.dimension)}")
