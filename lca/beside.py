"""What is computed beside the alternatives and never added to them: second-order effects, things shared with others,
contracts. Each becomes a process of the study, so that one engine computes them all. Work that equalises qualities is
added to the alternatives themselves."""

from dataclasses import dataclass, field, replace

from lca.documents import Mapping, Text, child, placed
from lca.errors import DataError, Faults, UnknownName, nearest
from lca.expressions import Expression, dimension, read_expression
from lca.formats import check, fields
from lca.model import Model
from lca.parameters import Parameter
from lca.processes import TAGS, Exchange, Process, Product
from lca.quantities import PLAIN, Unit, Units, show_dimension
from lca.scopes import Scopes

NOT_QUANTIFIED = "not quantified"
RULES = tuple(key for key, each in fields()["user"].items() if each.holds == "formula")  # the attribution rules
CHANGES = tuple(key for key, each in fields()["user"].items() if each.holds == "one:change")


@dataclass(frozen=True)
class Effect:
    """An effect on the world around; `beside` names its process per alternative, none where it is not quantified."""

    key: str
    kind: str
    label_en: str
    label_fr: str
    written: str
    beside: dict[str, str] = field(default_factory=dict)
    unquantified: tuple[str, ...] = ()  # alternatives for which the study says so


@dataclass(frozen=True)
class Shared:
    """A thing used together with others: its whole beside the alternatives, and what each user uses by each rule."""

    key: str
    label_en: str
    label_fr: str
    users: dict[str, dict[str, str]]  # labels
    uses: dict[str, dict[str, Expression]]  # rule -> user -> amount
    changes: dict[tuple[str, str], str]  # (user, short_run or long_run) -> beside name


@dataclass(frozen=True)
class Contract:
    """A purchase of electricity: processes for one unit under contract and for one of the residual mix."""

    product: str
    contract: str
    residual: str
    covered: Expression


class Beside:
    """Makes the processes; `names` tells what stands beside the alternatives and by which process."""

    def __init__(self, processes: dict[str, Process], units: Units, faults: Faults) -> None:
        self.processes, self.units, self.faults = processes, units, faults
        self.names: dict[str, str] = {}

    def add(self, name: str, unit: str, entry: Mapping, amount: str, tagged: Mapping | None = None) -> None:
        """A process of the study that needs so much of the one that an entry names, with the tags of `tagged`."""
        tags = {tag: str(tagged[tag]) for tag in TAGS if tagged and tag in tagged}
        target, key = entry.text("process"), name.replace(" ", "_").replace("|", "_")
        place = entry.place_of("process")
        if target not in self.processes:
            self.faults.add(place, f"{name}: there is no process '{target}'. {nearest(target, self.processes)}", UnknownName)
            return
        if key in self.processes:
            self.faults.add(place, f"{name}: the name '{key}' is that of a process")
            return
        about = {each: entry.text(each) for each in ("label_en", "label_fr") if each in entry}
        with self.faults.at(entry.place_of("amount"), f"{name}: "):
            line = Exchange(target, target, "product", read_expression(amount, self.units), amount, tags, {}, entry.place_of("amount"))
            self.processes[key] = Process(key, unit, {}, {}, (line,), {}, about, entry.place, from_study=True)
            self.names[name] = key


def read_effects(document: Mapping, alternatives: dict[str, str], beside: Beside) -> dict[str, Effect]:
    """Second-order effects; `alternatives` gives the unit of each one's process."""
    faults, effects = beside.faults, {}
    for key, entry in child(document, "second_order", faults).items():
        entry = check(entry, faults, f"'{key}' of second_order", "effect")
        amounts = entry.get("amount", NOT_QUANTIFIED)
        per = amounts if isinstance(amounts, Mapping) else dict.fromkeys(alternatives, amounts)
        for name in per:
            if name not in alternatives:
                faults.add(entry.place_of("amount"), f"'{key}': there is no alternative '{name}'. {nearest(name, alternatives)}", UnknownName)
        quantified = {name: " ".join(str(text).split()) for name, text in per.items() if text != NOT_QUANTIFIED and name in alternatives}
        if quantified and "process" not in entry:
            text = f"'{key}' of second_order has an amount and needs the 'process' that is caused or avoided; or write: amount: {NOT_QUANTIFIED}"
            faults.add(entry.place, text)
            quantified = {}
        for name, text in quantified.items():
            beside.add(f"{key} | {name}", alternatives[name], entry, text, entry)
        found = {name: f"{key} | {name}" for name in quantified if f"{key} | {name}" in beside.names}
        written = "; ".join(f"{name}: {' '.join(str(text).split())}" for name, text in per.items()) if isinstance(amounts, Mapping) else str(amounts)
        labels = {each: " ".join(entry.text(each).split()) for each in ("label_en", "label_fr")}
        effects[str(key)] = Effect(str(key), entry.text("kind", "second_order"), labels["label_en"], labels["label_fr"], written, found,
                                   tuple(name for name, text in per.items() if text == NOT_QUANTIFIED))  # fmt: skip
    if not effects and "second_order" in document:
        text = f"'second_order' must list the effects on the world around the service, each with an amount or '{NOT_QUANTIFIED}'"
        faults.add(document.place_of("second_order"), text)
    return effects


def read_shared(document: Mapping, beside: Beside) -> dict[str, Shared]:
    """Things shared with others; every user states the same rules."""
    faults, found = beside.faults, {}
    for key, entry in child(document, "shared", faults).items():
        entry = check(entry, faults, f"'{key}' of shared", "shared")
        beside.add(f"{key} | shared", "", entry, entry.text("amount", "0"), entry)
        users: dict[str, dict[str, str]] = {}
        uses: dict[str, dict[str, Expression]] = {}
        changes: dict[tuple[str, str], str] = {}
        for name, user in child(entry, "users", faults).items():
            user = check(user, faults, f"user '{name}' of '{key}'", "user")
            users[str(name)] = {each: user.text(each) for each in ("label_en", "label_fr")}
            for rule in (each for each in RULES if each in user):
                with faults.at(user.place_of(rule)):
                    uses.setdefault(rule, {})[str(name)] = read_expression(user.text(rule), beside.units)
            for change in (each for each in CHANGES if each in user):
                line = check(user[change], faults, f"'{change}' of '{name}'", "change")
                beside.add(f"{key} | {name} | {change}", "", line, line.text("amount", "0"), entry)
                changes[(str(name), change)] = f"{key} | {name} | {change}"
        for rule, by_user in uses.items():
            if missing := [name for name in users if name not in by_user]:
                faults.add(entry.place_of("users"), f"'{key}' is shared by {rule}, but {', '.join(missing)} does not state it")
        if not uses:
            faults.add(entry.place_of("users"), f"the users of '{key}' must state at least one of {', '.join(RULES)}")
        found[str(key)] = Shared(str(key), entry.text("label_en"), entry.text("label_fr"), users, uses, changes)
    return found


def read_contracts(document: Mapping, products: dict[str, Product], beside: Beside) -> dict[str, Contract]:
    """Market-based electricity: contract and residual factors for a background product."""
    faults, found = beside.faults, {}
    for product, entry in child(document, "market_based", faults).items():
        entry = check(entry, faults, f"'{product}' of market_based", "contract")
        if product not in products:
            faults.add(entry.place, f"market_based: there is no background product '{product}'. {nearest(product, products)}", UnknownName)
            continue
        for part in ("contract", "residual"):
            line = placed({"process": entry.get(part, ""), "amount": Text("1", entry.place)}, entry.place_of(part))
            beside.add(f"{product} | {part}", products[product].unit, line, "1")
        with faults.at(entry.place_of("covered")):
            covered = read_expression(entry.text("covered", "0"), beside.units)
            found[str(product)] = Contract(str(product), f"{product} | contract", f"{product} | residual", covered)
    return found


def equalised(key: str, entry: Mapping, process: str, qualities: dict[str, Expression], beside: Beside) -> tuple[str, Expression]:
    """The process of an alternative with the work that brings it to a common quality, and that quality."""
    way = next((each for each in fields()["equaliser"] if each in entry), "")
    work = check(entry.get(way), beside.faults, f"'{way}' of equalise_by", "equalising_work")
    own, one = qualities[key], Expression("number", "1", 1.0)
    best = Expression("call", "max", inputs=tuple(qualities.values())) if way == "extra_review" else one
    lacking = Expression("call", "max", inputs=(Expression("call", "-", inputs=(best, own)), Expression("number", "0")))  # work is never taken back
    missing = Parameter("gap" if way == "extra_review" else "errors", Unit("", 1.0, ()), formula=lacking,
                        written="best quality - own quality" if way == "extra_review" else "1 - quality", place=work.place)  # fmt: skip
    name = f"{key}_equalised"
    if name in beside.processes:
        raise DataError(f"{work.place}: the name '{name}' is taken by a process")
    labels = {each: work.text(each) for each in ("label_en", "label_fr") if each in work}
    tags = {tag: str(work[tag]) for tag in TAGS if tag in work}
    original = beside.processes[process]
    amount = read_expression(work.text("amount", "0"), beside.units)
    lines = (Exchange(process, process, "product", one, "1", {}, {}, work.place),
             Exchange(way, work.text("input"), "product", amount, work.text("amount"), tags, labels, work.place_of("amount")))  # fmt: skip
    beside.processes[name] = Process(name, original.unit, {}, {missing.name: missing}, lines, {}, original.about, work.place, from_study=True)
    return name, best


def bind_beside(shared: dict[str, Shared], contracts: dict[str, Contract], scopes: Scopes, faults: Faults) -> tuple[dict[str, Shared], dict[str, Contract]]:
    """Uses and covered shares with full names."""

    def bind(expression: Expression) -> Expression:
        with faults.at():
            return scopes.bind(expression, scopes.study_name)
        return Expression("number", "0")

    bound = {key: replace(each, uses={rule: {user: bind(use) for user, use in by.items()} for rule, by in each.uses.items()}) for key, each in shared.items()}
    return bound, {key: replace(each, covered=bind(each.covered)) for key, each in contracts.items()}


def read_beside(shared: dict[str, Shared], contracts: dict[str, Contract]) -> list[Expression]:
    return [*(use for each in shared.values() for by in each.uses.values() for use in by.values()), *(each.covered for each in contracts.values())]


def check_beside(shared: dict[str, Shared], contracts: dict[str, Contract], model: Model, units: Units, faults: Faults) -> None:
    """What users of a thing state under one rule must have one dimension; a covered share is a plain number."""

    def found(expression: Expression) -> object:
        with faults.at():
            return dimension(expression, lambda leaf: model.dimension_of(leaf) or PLAIN, units) or PLAIN
        return PLAIN

    for each in shared.values():
        for rule, by in each.uses.items():
            dimensions = {found(use) for use in by.values()}
            if len(dimensions) > 1:
                faults.add("", f"the users of '{each.key}' state {rule} in {' and in '.join(sorted(show_dimension(d) for d in dimensions))}")  # type: ignore[arg-type]
    for contract in contracts.values():
        if found(contract.covered):
            faults.add("", f"market_based '{contract.product}': 'covered' must be a plain share")
