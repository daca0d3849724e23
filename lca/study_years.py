"""The years that a study looks ahead: what changes from year to year, and how much is done in a year."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lca.checks import FunctionalUnit, Scenario
from lca.documents import Mapping, child
from lca.errors import Faults, LCAError, UnitError
from lca.expressions import Expression, dimension, read_expression
from lca.formats import check
from lca.model import Model
from lca.parameters import Parameter
from lca.quantities import PLAIN, Units, multiply, show_dimension
from lca.scopes import Scopes, Variable
from lca.study_parts import read_settings

ELAPSED = "elapsed"  # years since the first one, which only what the years set may read
MOST = 100  # years in one horizon


@dataclass(frozen=True)
class Horizon:
    """`volume` is what is done per time, in units of the alternatives' processes; where the functional unit is itself a span of time,
    it is what the impact is told per, and `per` its unit."""

    first: int
    last: int
    volume: Expression
    settings: dict[str, Variable]
    place: str
    per: str = ""

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    def scenario(self, parent: str, year: int, left_out: frozenset[str] = frozenset()) -> Scenario:
        """A year as a scenario from another one: what the years set, less some of it, with the years elapsed as a number."""
        elapsed = Expression("number", str(year - self.first), float(year - self.first))
        settings = {name: _at(each, elapsed) for name, each in self.settings.items() if name not in left_out}
        return Scenario(f"{parent} {year}", str(year), str(year), parent, settings)


def _at(variable: Variable, elapsed: Expression) -> Variable:
    return replace(variable, formula=_put(variable.formula, elapsed)) if variable.formula else variable


def _put(expression: Expression, elapsed: Expression) -> Expression:
    if expression.kind == "name" and expression.text == ELAPSED:
        return elapsed
    return replace(expression, inputs=tuple(_put(each, elapsed) for each in expression.inputs)) if expression.inputs else expression


def read_horizon(document: Mapping, scopes: Scopes, faults: Faults) -> Horizon | None:
    """The `years:` of a study, if it has any."""
    if "years" not in document:
        return None
    entry = check(document["years"], faults, "'years'", "years")
    first, last = (_year(entry, key, faults) for key in ("from", "to"))
    if first and last and first > last:
        faults.add(entry.place_of("to"), f"'to' is {last}, before 'from' ({first})")
    elif first and last and last - first >= MOST:
        faults.add(entry.place_of("to"), f"from {first} to {last} are {last - first + 1} years; allowed are up to {MOST}")
    volume = Expression("number", "0")
    try:
        volume = scopes.bind(read_expression(entry.text("volume", "0"), scopes.units), scopes.study_name)
    except LCAError as error:
        faults.add(entry.place_of("volume"), f"'volume' of the years: {error}", type(error))
    if ELAPSED in scopes.variables:
        faults.add(scopes.variables[ELAPSED].parameter.place, f"'{ELAPSED}' stands for the years since the first one: rename the parameter")
    scopes.variables[ELAPSED] = Variable(ELAPSED, Parameter(ELAPSED, scopes.units.unit(""), 0.0))
    settings = read_settings({str(name): text for name, text in child(entry, "set", faults).items()}, scopes, faults, "'years'")
    del scopes.variables[ELAPSED]
    return Horizon(first, last, volume, settings, entry.place)


def _year(entry: Mapping, key: str, faults: Faults) -> int:
    text = entry.text(key, "")
    if re.fullmatch("[0-9]{4}", text):
        return int(text)
    if text:
        faults.add(entry.place_of(key), f"'{key}' must be a year of four digits, as in 2025, not '{text}'")
    return 0


def with_years(scenarios: dict[str, Scenario], horizon: Horizon | None) -> dict[str, Scenario]:
    """The scenarios, and what the years set as one more: the same checks hold for it."""
    return {**scenarios, "years": Scenario("years", "", "", "", horizon.settings)} if horizon else scenarios


def check_volume(horizon: Horizon | None, unit: FunctionalUnit, model: Model, units: Units, faults: Faults) -> Horizon | None:
    """What is done per time is counted as the functional unit is; where that is a span of time, as anything else, which `per` then names."""
    if horizon is None:
        return None
    try:
        found = dimension(horizon.volume, lambda leaf: model.dimension_of(leaf) or PLAIN, units) or PLAIN
        span, counted = units.unit("year").dimension, unit.amount.unit.dimension
        done = multiply(found, span)  # in a year
        if done == counted:
            return horizon
        if counted != span or not done or span[0][0] in dict(done):
            wanted = "something counted per time" if counted == span else show_dimension(multiply(counted, span, -1))
            raise UnitError(f"it is {show_dimension(found)}; allowed is {wanted}")
        return replace(horizon, per=show_dimension(done))
    except LCAError as error:
        faults.add(horizon.place, f"'volume' of the years: {error}", type(error))
        return horizon
