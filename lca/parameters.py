"""Parameters: a value with its range and source, a formula, or a choice among named values."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field
from typing import Any

from lca.documents import Mapping, Text, check_keys
from lca.errors import DataError, Faults, LCAError, UnitError, UnknownName, nearest
from lca.expressions import FUNCTIONS, NAME, Expression, read_expression
from lca.quantities import Dimension, Unit, Units, show_dimension
from lca.sources import Source, check_source

ABOUT = ("source", "basis", "year", "geography", "locator", "label_en", "label_fr", "note")
RANGE = ("low", "high", "range", "distribution", "together", "allowed")


@dataclass(frozen=True)
class Parameter:
    """One of: a quantity (value, low, high in base units), a formula, a choice."""

    name: str
    unit: Unit
    value: float = float("nan")
    written: str = ""
    low: float | None = None
    high: float | None = None
    allowed: tuple[float, float] | None = None
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


def read_parameters(entries: Mapping, units: Units, sources: dict[str, Source], faults: Faults) -> dict[str, Parameter]:
    """The parameters below a `parameters:` key."""
    parameters = {}
    for name, entry in entries.items():
        check_name(name, units, entries.place_of(name), faults)
        try:
            parameters[str(name)] = _read_parameter(name, entry, units, sources, faults)
        except LCAError as error:
            faults.add(getattr(entry, "place", entries.place_of(name)), f"parameter '{name}': {error}", type(error))
    return parameters


def check_name(name: str, units: Units, place: str, faults: Faults) -> None:
    if not NAME.fullmatch(name):
        faults.add(place, f"'{name}' cannot be a name: small letters, digits and _, beginning with a letter (a choice in capitals at the end)")
    elif name in FUNCTIONS or name in units.names or keyword.iskeyword(name):
        kind = "a function" if name in FUNCTIONS else "a unit" if name in units.names else "a reserved word"
        faults.add(place, f"'{name}' cannot be a name: it is {kind}")


def _read_parameter(name: str, entry: Any, units: Units, sources: dict[str, Source], faults: Faults) -> Parameter:
    what = f"parameter '{name}'"
    if isinstance(entry, Mapping) and "formula" in entry:
        check_keys(entry, faults, what, ("formula",), ("unit", *ABOUT))
        return Parameter(name, units.unit(entry.text("unit")), formula=read_expression(entry.text("formula"), units),
                         written=entry.text("formula"), about=_about(entry), place=entry.place)  # fmt: skip
    if isinstance(entry, Mapping) and "choices" in entry:
        return _read_choice(name, check_keys(entry, faults, what, ("value", "choices"), ABOUT), sources, faults)
    if not isinstance(entry, Mapping):
        raise DataError("must hold 'value:' with 'source:', or 'formula:', or 'value:' with 'choices:'")
    check_keys(entry, faults, what, ("value",), (*RANGE, *ABOUT))
    if "value" not in entry:
        return Parameter(name, units.unit(""), place=entry.place)
    if entry.text("range") not in ("", "extremes"):
        faults.add(entry.place_of("range"), f"{what}: 'range' may only be 'extremes' (left out, low and high are the 2.5th and 97.5th percentile)")
    quantity = units.quantity(entry.text("value"))
    low, high = (units.bound(entry[key], quantity.unit) if entry.get(key) else None for key in ("low", "high"))
    source, basis = check_source(entry, sources, faults, what)
    if (low is None) != (high is None):
        faults.add(entry.place, f"{what} has a low or a high without the other")
    elif low is not None and high is not None and not low <= quantity.value <= high:
        faults.add(entry.place, f"{what}: the value {entry['value']} is outside low {entry['low']} to high {entry['high']}")
    if basis == "assumption" and low is None:
        faults.add(entry.place, f"{what} is an assumption and needs low and high")
    allowed = _read_allowed(entry, quantity.unit, units)
    if allowed and not allowed[0] <= quantity.value <= allowed[1]:
        faults.add(entry.place, f"{what}: {entry['value']} is outside what is allowed: {' to '.join(entry['allowed'])}")
    return Parameter(name, quantity.unit, quantity.value, entry.text("value"), low, high, allowed,
                     source=source, basis=basis, about=_about(entry), place=entry.place)  # fmt: skip


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
