"""Processes and exchanges from inventories/: background tables (CSV) and foreground processes (YAML)."""

from dataclasses import dataclass, field
from filecmp import cmp
from functools import lru_cache
from pathlib import Path
from typing import Any

from lca.documents import Mapping, Row, Text, child, listed, placed, read_csv, read_yaml
from lca.entries import MADE, PRODUCT, USED, Declared, check_row, read_table
from lca.errors import DataError, Faults, LCAError, UnitError, UnknownName, nearest
from lca.expressions import NAME, TEMPLATE, Expression, read_expression
from lca.folders import shipped, short
from lca.formats import check
from lca.parameters import Parameter, read_parameters
from lca.quantities import Units, show_dimension
from lca.sources import Source, check_source

TAGS = ("stage", "task", "tier", "actor")
DIRECTIONS = {"needs": "product", "takes": "resource", "emits": "emission"}


@dataclass(frozen=True)
class Flow:
    """An elementary flow: Brightway's by UUID, or one of our country-named water flows (no UUID)."""

    key: str
    uuid: str
    name: str
    compartment: str
    unit: str
    label_en: str
    label_fr: str


@dataclass(frozen=True)
class Product:
    """What a background process makes; `part` is 'grid' for a power plant's own doing, 'carrier' for delivered energy."""

    key: str
    unit: str
    location: str
    label_en: str
    label_fr: str
    part: str = ""
    note: str = ""
    shares: str = ""  # 'yes': its rows in its own unit are shares of a whole


@dataclass(frozen=True)
class BackgroundExchange:
    process: str
    input: str
    amount: float  # in the unit of the input per unit of the process
    low: float | None
    high: float | None
    row: Mapping
    when: tuple[str, str] | None = None  # the value choice and the option under which alone the row counts


@dataclass(frozen=True)
class Exchange:
    """One line of a foreground process: how much of what, for one unit of it."""

    key: str
    input: str  # a name, or a template such as electricity_mv_<country>
    direction: str
    amount: Expression
    written: str
    tags: dict[str, str]
    about: dict[str, str]
    place: str
    over: str = ""  # what a one-off is spread over; the amount is divided by it


@dataclass(frozen=True)
class Requirement:
    """What must hold in every row, and what to say when it does not."""

    formula: Expression
    written: str
    message_en: str
    message_fr: str
    place: str


@dataclass(frozen=True)
class Process:
    """A foreground process, which owns its parameters; `like` and `settings` make it an instance.

    `covers` names the only indicators it was built for; a `given` one stands for a published factor; a `device` is listed."""

    key: str
    unit: str
    tags: dict[str, str]
    parameters: dict[str, Parameter]
    exchanges: tuple[Exchange, ...]
    expects: dict[str, Mapping]
    about: dict[str, str]
    place: str
    like: str = ""
    settings: dict[str, Text | Mapping | Row] = field(default_factory=dict)
    from_study: bool = False
    requires: tuple[Requirement, ...] = ()
    covers: tuple[str, ...] = ()
    given: bool = False
    device: bool = False


def read_flows() -> dict[str, Flow]:
    """The elementary flows that inventories may use."""
    folder, flows = shipped("inventories"), {}
    for name in ("flows.csv", "water_flows.csv"):
        for row in read_csv(folder / name, ("flow", "name", "compartment", "unit", "label_en", "label_fr")):
            flows[str(row["flow"])] = Flow(
                str(row["flow"]), row.text("uuid"), *(str(row[each]) for each in ("name", "compartment", "unit", "label_en", "label_fr"))
            )
    return flows


def background_files() -> list[Path]:
    """The shipped tables, then those of the user's ./inventories/background; a copy of a shipped one (in a checkout) counts once."""
    ours = {path.name: path for path in sorted((shipped("inventories") / "background").glob("*.csv"))}
    theirs = sorted(Path("inventories", "background").resolve().glob("*.csv"))
    for path in theirs:
        if path.name in ours and not cmp(path, ours[path.name]):
            raise DataError(f"{short(path)}: differs from the shipped table of that name, which counts. Give it another name (in a checkout: install again)")
    return [*ours.values(), *(path for path in theirs if path.name not in ours)]


def read_background(sources: dict[str, Source], faults: Faults) -> tuple[dict[str, Product], list[BackgroundExchange]]:
    """All background tables; units are converted to those of the inputs and checked."""
    units, flows, declared = Units(("unit",)), read_flows(), Declared()
    products: dict[str, Product] = {}
    files = background_files()
    for path in (each for each in files if not each.stem.endswith((MADE, USED))):
        faults.add(short(path), f"the name of a background table must end in {MADE}.csv or {USED}.csv")
    for path in (each for each in files if each.stem.endswith(MADE)):
        for row in read_table(path, PRODUCT, faults):
            if row["process"] in flows:
                faults.add(row.place, f"the process '{row['process']}' has the name of a flow. Give it another name")
            elif declared.accept(row, path, units, faults):
                products[str(row["process"])] = Product(*(row.text(each) for each in PRODUCT))
    exchanges: list[BackgroundExchange] = []
    seen: dict[tuple[str, ...], str] = {}
    for path in (each for each in files if each.stem.endswith(USED)):
        for row in declared.rows(path, faults):
            with faults.at(row.place):
                exchanges.append(_read_row(row, products, flows, units, sources, faults))
                check_row(row, exchanges[-1].amount, exchanges[-1].low is not None, seen, faults)
    declared.check_used(faults)
    return products, exchanges


def _read_row(row: Mapping, products: dict[str, Product], flows: dict[str, Flow], units: Units,
              sources: dict[str, Source], faults: Faults) -> BackgroundExchange:  # fmt: skip
    process, name = str(row["process"]), str(row["input"])
    target = flows.get(name) or products.get(name)
    if target is None:
        raise UnknownName(f"there is no product or flow '{name}'. {nearest(name, [*products, *flows])}")
    unit, wanted = units.unit(row["unit"]), units.unit(target.unit)
    if unit.dimension != wanted.dimension:
        raise UnitError(f"'{row['unit']}' is {show_dimension(unit.dimension)}; {name} is counted in {target.unit}")
    amount, low, high = (units.bound(row[key], unit) / wanted.factor if row[key] else None for key in ("amount", "low", "high"))
    if amount is None:
        raise DataError("has no amount")
    if (low is None) != (high is None) or (low is not None and high is not None and not low <= amount <= high):
        raise DataError(f"the amount {row['amount']} is not between low {row['low'] or '(none)'} and high {row['high'] or '(none)'}")
    check_source(row, sources, faults, f"{process} <- {name}")
    return BackgroundExchange(process, name, amount, low, high, row, _read_when(row.text("when")))


def _read_when(text: str) -> tuple[str, str] | None:
    """`reservoirs=gross`: a row for one option of a value choice."""
    if not text:
        return None
    (choice, _, option), known = text.partition("="), read_yaml(shipped("impact_methods") / "choices.yaml")
    if choice not in known:
        raise UnknownName(f"'when' is '{text}', but there is no value choice '{choice}'. {nearest(choice, known)}")
    if option not in known[choice]["options"]:
        raise UnknownName(f"'when' is '{text}', but '{choice}' cannot be '{option}'. {nearest(option, known[choice]['options'])}")
    return choice, option


def read_processes(document: Mapping, units: Units, sources: dict[str, Source], faults: Faults, from_study: bool) -> dict[str, Process]:
    """The processes of an inventory or study file."""
    processes = {}
    expects = {str(key): check(value, faults, f"what is expected as '{key}'", "expected") for key, value in child(document, "expects", faults).items()}
    for key, value in expects.items():
        if not all(isinstance(each, str) for each in listed(value, "choices", faults)):
            faults.add(value.place_of("choices"), f"the choices of '{key}' must be names")
    for key, entry in child(document, "processes", faults).items():
        if not NAME.fullmatch(key):
            faults.add(getattr(key, "place", ""), f"'{key}' cannot be a process: small letters, digits and _, beginning with a letter")
        entry = check(entry, faults, f"process '{key}'", "process")
        if "like" in entry and (extra := [each for each in ("unit", *DIRECTIONS, "parameters", "requires", "covers", "given_factor") if each in entry]):
            faults.add(entry.place, f"process '{key}' is like '{entry['like']}' and cannot have its own {', '.join(extra)}: use 'with'")
        elif "like" not in entry and "unit" not in entry:
            faults.add(entry.place, f"process '{key}' lacks the key 'unit'")
        try:
            units.unit(entry.text("unit"))
        except LCAError as error:
            faults.add(entry.place_of("unit"), f"process '{key}': {error}", type(error))
            continue
        settings: dict[str, Text | Mapping | Row] = {}  # of an instance: texts, or values with source and range
        for name, value in child(entry, "with", faults).items():
            settings[str(name)] = value if isinstance(value, Text) else check(value, faults, f"process '{key}', '{name}'", "setting")
        processes[str(key)] = Process(
            str(key), entry.text("unit"), _read_tags(entry, f"process '{key}'", faults),
            read_parameters(child(entry, "parameters", faults), units, sources, faults),
            _read_exchanges(entry, units, faults), expects, {each: str(entry[each]) for each in ("label_en", "label_fr", "note") if each in entry},
            entry.place, entry.text("like"), settings, from_study,
            _read_requirements(entry, units, faults), tuple(str(each) for each in listed(entry, "covers", faults)), "given_factor" in entry,
            "device" in entry,
        )  # fmt: skip
    return processes


def _read_requirements(entry: Mapping, units: Units, faults: Faults) -> tuple[Requirement, ...]:
    found = []
    for each in listed(entry, "requires", faults):
        each = check(each, faults, "a requirement", "requirement")
        texts, place = [each.text(key) for key in ("formula", "message_en", "message_fr")], each.place_of("formula")
        with faults.at(place):
            found.append(Requirement(read_expression(each.text("formula", "1"), units), texts[0], texts[1], texts[2], place))
    return tuple(found)


def _read_exchanges(entry: Mapping, units: Units, faults: Faults) -> tuple[Exchange, ...]:
    exchanges = []
    for direction in DIRECTIONS:
        for key, line in child(entry, direction, faults).items():
            place = entry[direction].place_of(key)
            if not isinstance(line, Mapping):
                line = placed({Text("amount", place): line}, place)
            check(line, faults, f"line '{key}'", "line")
            try:
                amount: Any = read_expression(line.get("amount", "0"), units)
                if "over" in line:
                    amount = Expression("call", "/", inputs=(amount, read_expression(line.text("over"), units)))
            except LCAError as error:
                faults.add(line.place_of("amount"), f"line '{key}': {error}", type(error))
                continue
            about = {each: str(line[each]) for each in ("label_en", "label_fr", "note") if each in line}
            exchanges.append(Exchange(str(key), line.text("input", str(key)), DIRECTIONS[direction], amount, line.text("amount"),
                                      _read_tags(line, f"line '{key}'", faults), about, place, line.text("over")))  # fmt: skip
    return tuple(exchanges)


def _read_tags(entry: Mapping, what: str, faults: Faults) -> dict[str, str]:
    """The tags of a process or line; nomenclature.csv closes their lists."""
    tags = {tag: str(entry[tag]) for tag in TAGS if tag in entry}
    for tag, value in tags.items():
        if value not in _allowed_tags()[tag]:
            faults.add(entry.place_of(tag), f"{what}: the {tag} cannot be '{value}'. {nearest(value, _allowed_tags()[tag])}", UnknownName)
    return tags


@lru_cache(maxsize=1)
def _allowed_tags() -> dict[str, list[str]]:
    rows = list(read_csv(shipped("inventories") / "nomenclature.csv", ("kind", "key")))
    return {tag: [str(row["key"]) for row in rows if row["kind"] == tag] for tag in TAGS}


def template(name: str) -> tuple[str, str] | None:
    """The pattern and the choice parameter of a templated input (`electricity_mv_<country>`), if it is one."""
    match = TEMPLATE.search(name)
    return (TEMPLATE.sub(lambda each: f"{each.group(1)}{{}}", name), match.group(2)) if match else None
