"""The smaller parts of a study's document: functional unit, indicators, scenarios and what they set, status, texts."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from lca.checks import FunctionalUnit, Scenario, Status
from lca.documents import Mapping, child, read_csv
from lca.errors import DataError, Faults, UnitError, UnknownName, nearest
from lca.expressions import Expression, dimension, read_expression
from lca.folders import PACKAGE
from lca.formats import check, options
from lca.library import find_indicator
from lca.methods import Indicator
from lca.model import Model
from lca.parameters import Parameter
from lca.quantities import PLAIN, Units, multiply, show_dimension
from lca.scopes import Scopes, Variable
from lca.wording import tag_keys

ELAPSED = "elapsed"  # years since the first one, which only what the years set may read
MOST = 100  # years in one horizon


def read_functional_unit(document: Mapping, units: Units, faults: Faults) -> FunctionalUnit:
    entry = check(document.get("functional_unit"), faults, "the functional unit", "functional_unit")
    quality = check(entry.get("quality"), faults, "the quality", "quality")
    amount, at_least = units.quantity("1"), 0.0
    with faults.at(entry.place, "the functional unit: "):
        amount, least = units.quantity(entry.text("amount", "1")), units.quantity(quality.text("at_least", "0"))
        at_least = least.value
        if least.unit.dimension:
            raise UnitError(f"the least quality must be a plain number, not {show_dimension(least.unit.dimension)}")
    if not amount.value > 0:
        faults.add(entry.place_of("amount"), f"the functional unit must be more than zero, not {entry.text('amount')}")
    return FunctionalUnit(entry.text("text_en"), entry.text("text_fr"), amount, quality.text("measure_en"), quality.text("measure_fr"), at_least,
                          entry.text("per_year"), entry.place_of("per_year"))  # fmt: skip


def read_indicators_of(document: Mapping, indicators: dict[str, Indicator], faults: Faults) -> tuple[str, ...]:
    chosen = document.get("indicators")
    if not isinstance(chosen, list) or not chosen:
        faults.add(document.place_of("indicators"), "'indicators' must be a list of at least one indicator")
        return ()
    keys = list[str]()
    for each in chosen:
        with faults.at(getattr(each, "place", "")):
            if not isinstance(each, str):
                raise UnknownName(f"there is no indicator '{each}'. A name that holds ': ' goes in quotes")
            keys.append(find_indicator(str(each), indicators).key)
    if keys and not any(key in indicators for key in keys):
        faults.add(document.place_of("indicators"), f"a study needs at least one indicator of the project. {nearest('', indicators)}")
    return tuple(dict.fromkeys([*(key for key in indicators if key in keys), *keys]))


def read_scenarios(document: Mapping, scopes: Scopes, faults: Faults) -> dict[str, Scenario]:
    entries, scenarios = child(document, "scenarios", faults), dict[str, Scenario]()
    for key, entry in entries.items():
        entry = check(entry, faults, f"scenario '{key}'", "scenario")
        parent = entry.text("from")
        if parent and parent not in scenarios:
            faults.add(entry.place_of("from"), f"scenario '{key}' is from '{parent}', which {_not_above(str(key), parent, entries)}", UnknownName)
        settings = read_settings({str(name): value for name, value in child(entry, "set", faults).items()}, scopes, faults, f"scenario '{key}'")
        scenarios[str(key)] = Scenario(str(key), entry.text("label_en"), entry.text("label_fr"), parent, settings)
    if not scenarios:
        faults.add(document.place_of("scenarios"), "a study needs at least one scenario")
    return told_apart(scenarios)


def told_apart(found: dict[str, Any]) -> dict[str, Any]:
    """Alternatives or scenarios, with its key behind each label that another one has too."""
    for name in ("label_en", "label_fr"):
        counts = Counter(getattr(each, name) for each in found.values())
        found = {key: replace(each, **{name: f"{label} ({key})"}) if counts[label := getattr(each, name)] > 1 else each for key, each in found.items()}
    return found


def _not_above(key: str, parent: str, entries: Mapping) -> str:
    """Why a scenario cannot be from another: it is not there, comes from this one itself, or stands below."""
    if parent not in entries:
        return f"does not exist. {nearest(parent, entries)}"
    seen = list[str]()
    while parent not in seen and isinstance(entry := entries.get(parent), Mapping):
        seen.append(parent)
        parent = str(entry.get("from", ""))
    return f"comes from '{key}': a circle" if key in seen else "stands below it: order them"


def read_settings(texts: dict[str, str], scopes: Scopes, faults: Faults, what: str) -> dict[str, Variable]:
    """What a scenario or the command line sets: quantities, choices, formulas of the parent's values."""
    settings = {}
    for name, text in texts.items():
        with faults.at(getattr(text, "place", ""), f"{what} sets '{name}': "):
            if name in scopes.choices:
                raise DataError("it is a value choice, which holds for the whole study: write it under 'choices:', or run with --choice")
            variable = scopes.variables[scopes.study_name(name)]
            if not isinstance(text, str):
                raise DataError("expected a value or a formula")
            settings[variable.name] = scopes.given(variable.name, replace(variable.parameter, place=getattr(text, "place", "")), str(text))
    return settings


def plain(document: Mapping, key: str, default: str, units: Units, faults: Faults) -> float:
    with faults.at(document.place_of(key), f"'{key}': "):
        quantity = units.quantity(document.text(key, default))
        if quantity.unit.dimension or quantity.value < 0:
            raise DataError("must be a plain number from zero up")
        return quantity.value
    return 0.0


def read_report(document: Mapping, faults: Faults) -> dict[str, dict[str, str]]:
    """What the analyst wrote for items of the report, by their ids."""
    known = [str(row["id"]) for row in read_csv(PACKAGE / "report" / "contents.csv", ("id",))] if "report" in document else []
    for key in child(document, "report", faults):
        if key not in known:
            faults.add(document["report"].place_of(key), f"a report has no item '{key}'. {nearest(key, known)}", UnknownName)
    return read_labelled(document, "report", "statement", faults)


def read_left_out(document: Mapping, faults: Faults) -> dict[str, dict[str, str]]:
    """What is left out; it counts nothing, unless it says how else it is treated."""
    return {key: {"treatment": options("omission", "treatment")[0], **each} for key, each in read_labelled(document, "left_out", "omission", faults).items()}


def read_labelled(document: Mapping, key: str, kind: str, faults: Faults) -> dict[str, dict[str, str]]:
    """Entries that hold texts only."""
    found = {}
    for name, entry in child(document, key, faults).items():
        entry = check(entry, faults, f"'{name}' of {key}", kind)
        found[str(name)] = {each: " ".join(str(text).split()) for each, text in entry.items()}
    return found


def read_status(document: Mapping, faults: Faults) -> Status:
    """How far the study is, as a person states it; without a word it is a screening."""
    if "status" not in document:
        return Status()
    entry = check(document["status"], faults, "the status", "status")
    status = Status(entry.text("kind", "screening"), entry.text("by"), entry.text("on"), stated=True)
    if (status.kind == "reviewed") != bool(status.by and status.on):
        faults.add(entry.place, "the status 'reviewed' needs 'by' (who) and 'on' (when); no other status has them")
    return status


def read_actor(document: Mapping, faults: Faults) -> str:
    actor = document.text("reporting_actor")
    if actor and actor not in tag_keys("actor"):
        faults.add(document.place_of("reporting_actor"), f"there is no actor '{actor}'. {nearest(actor, tag_keys('actor'))}", UnknownName)
    return actor


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
        kept = {name: each for name, each in self.settings.items() if name not in left_out}
        settings = {name: replace(each, formula=_put(each.formula, elapsed)) if each.formula else each for name, each in kept.items()}
        return Scenario(f"{parent} {year}", str(year), str(year), parent, settings)


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
    with faults.at(entry.place_of("volume"), "'volume' of the years: "):
        volume = scopes.bind(read_expression(entry.text("volume", "0"), scopes.units), scopes.study_name)
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
    with faults.at(horizon.place, "'volume' of the years: "):
        found = dimension(horizon.volume, lambda leaf: model.dimension_of(leaf) or PLAIN, units) or PLAIN
        span, counted = units.unit("year").dimension, unit.amount.unit.dimension
        done = multiply(found, span)  # in a year
        if done == counted:
            return horizon
        if counted != span or not done or span[0][0] in dict(done):
            wanted = "something counted per time" if counted == span else show_dimension(multiply(counted, span, -1))
            raise UnitError(f"it is {show_dimension(found)}; allowed is {wanted}")
        return replace(horizon, per=show_dimension(done))
    return horizon
