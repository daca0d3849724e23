"""From processes to a model: which process calls which, with which tags, and where the lines end."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from lca.errors import DataError, Faults, LCAError, UnitError, UnknownName, nearest
from lca.expressions import Expression, dimension, reached
from lca.parameters import check_dimension
from lca.processes import Exchange, Flow, Process, Product, Requirement, template
from lca.quantities import Dimension, Units, multiply, show_dimension
from lca.scopes import Environment, Scopes, Variable, read_names
from lca.scopes_expected import tell_lacking

SUPPLIER = "supplier"
REQUIRED_TAGS = ("stage", "actor")


@dataclass(frozen=True)
class Node:
    """A process in one context: the names it reads of the study and the tags it has there."""

    process: Process
    environment: Environment
    tags: dict[str, str]

    @property
    def key(self) -> str:
        marks = [f"{name}={variable}" for name, variable in self.environment] + [self.tags[tag] for tag in sorted(self.tags)]
        return f"{self.process.key} [{', '.join(marks)}]"


@dataclass(frozen=True)
class Call:
    caller: int
    called: int
    amount: Expression
    exchange: Exchange


@dataclass(frozen=True)
class Line:
    """An exchange that ends in the background or in nature; `inputs` has one name per choice of `choice`."""

    node: int
    amount: Expression
    exchange: Exchange
    inputs: tuple[str, ...]
    units: tuple[str, ...]
    choice: str
    tags: dict[str, str]


@dataclass(frozen=True)
class Bound:
    """A requirement of a process in its context."""

    node: int
    formula: Expression
    requirement: Requirement


@dataclass
class Model:
    """`roots` are the nodes of the alternatives; `beside` names the nodes that are computed beside them (own bars, shared things)."""

    variables: dict[str, Variable] = field(default_factory=dict)  # in an order in which they can be computed
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)  # callers before called
    calls: list[Call] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)
    beside: dict[str, int] = field(default_factory=dict)
    requirements: list[Bound] = field(default_factory=list)

    def dimension_of(self, leaf: Expression) -> Dimension | None:
        """The dimension of a name, or of the names that a choice picks from (all alike)."""
        if leaf.kind == "lookup":
            return self.dimensions.get(leaf.inputs[0].text) if leaf.inputs[0].kind == "name" else leaf.inputs[0].dimension
        return self.dimensions.get(leaf.text)

    def used(self, more: Iterable[Expression] = ()) -> set[str]:
        """The variables that reach a line, a call, a requirement or one of the given formulas."""
        expressions = [*(call.amount for call in self.calls), *(line.amount for line in self.lines), *(each.formula for each in self.requirements), *more]
        start = [name for each in expressions for name in read_names(each)] + [line.choice for line in self.lines if line.choice]
        return set(reached(start, lambda name: self.variables[name].reads))

    @property
    def spread(self) -> list[tuple[Exchange, Expression]]:
        """The one-offs, and what each is spread over."""
        ways: list[Call | Line] = [*self.calls, *self.lines]
        return [(each.exchange, each.amount.inputs[1]) for each in ways if each.exchange.over]

    @property
    def running(self) -> list[int]:
        """The nodes that the alternatives reach; callers stand before what they call."""
        found = set(self.roots)
        for call in self.calls:
            found |= {call.called} if call.caller in found else set()
        return sorted(found)


def expand(scopes: Scopes, roots: Iterable[str], beside: dict[str, str], products: dict[str, Product], flows: dict[str, Flow], faults: Faults) -> Model:
    """Walk from the alternatives' processes, then from those beside them, to the lines that end in the background or in nature."""
    return _Expansion(scopes, products, flows, faults).run(list(roots), beside)


class _Expansion:
    def __init__(self, scopes: Scopes, products: dict[str, Product], flows: dict[str, Flow], faults: Faults) -> None:
        self.scopes, self.products, self.flows, self.faults = scopes, products, flows, faults
        self.model = Model()
        self.index: dict[tuple[str, Environment, tuple[tuple[str, str], ...]], int] = {}
        self.untagged: set[tuple[str, ...]] = set()

    def run(self, roots: list[str], beside: dict[str, str]) -> Model:
        for process in (each for each in self.scopes.processes.values() if each.from_study):
            self.check_with(process)
        self.model.roots = [self.visit(key, (), {}, {}, ()) for key in roots]
        self.model.beside = {name: self.visit(key, (), {}, {}, ()) for name, key in beside.items()}
        mine = [each.place.partition(":")[0] for each in (*map(self.scopes.processes.__getitem__, roots), *self.scopes.processes.values()) if each.from_study]
        tell_lacking(self.scopes.lacking.values(), self.scopes.study, mine[0] if mine else "", self.faults)
        for place, text in self.scopes.refused.items():
            self.faults.add(place, text, UnknownName)
        self.scopes.told = True
        self.faults.check()
        model, last = self.model, len(self.model.nodes) - 1  # nodes were found called first: turn the order round
        model.nodes.reverse()
        model.roots = [last - each for each in model.roots]
        model.beside = {name: last - each for name, each in model.beside.items()}
        model.requirements = [replace(each, node=last - each.node) for each in model.requirements]
        model.calls = sorted((replace(each, caller=last - each.caller, called=last - each.called) for each in model.calls), key=lambda each: each.caller)
        model.lines = [replace(each, node=last - each.node) for each in model.lines]
        model.variables = _in_order(self.scopes.variables)
        model.dimensions = _prove(model, self.scopes.units, self.faults)
        self.faults.check()
        return model

    def check_with(self, process: Process) -> None:
        with self.faults.at():
            self.scopes.check_with(process)

    def visit(self, key: str, environment: Environment, inherited: dict[str, str], on_line: dict[str, str], path: tuple[str, ...]) -> int:
        if key in path:
            raise DataError(f"{self.scopes.processes[key].place}: the processes call each other in a circle: {' -> '.join((*path[path.index(key) :], key))}")
        process = self.scopes.processes[key]
        with self.faults.at(process.place):
            environment = self.scopes.inside(process, environment)
        tags = merge_tags(inherited, process.tags, on_line)
        mark = (key, environment, tuple(sorted(tags.items())))
        if mark in self.index:
            return self.index[mark]
        if not process.from_study:  # those of the study are checked even where nothing reaches them
            self.check_with(process)
        found: list[Call | Line] = []
        for exchange in process.exchanges:
            try:
                found += self.follow(process, exchange, environment, tags, (*path, key))
            except LCAError as error:
                self.faults.add("" if ": the processes call" in str(error) else exchange.place, str(error), type(error))
        self.model.nodes.append(Node(process, environment, tags))
        number = self.index[mark] = len(self.model.nodes) - 1
        self.model.calls += [replace(each, caller=number) for each in found if isinstance(each, Call)]
        self.model.lines += [replace(each, node=number) for each in found if isinstance(each, Line)]
        for requirement in process.requires:
            with self.faults.at(requirement.place):
                formula = self.scopes.bind(requirement.formula, self.scopes.resolver(process, environment))
                self.model.requirements.append(Bound(number, formula, requirement))
        return number

    def follow(self, process: Process, exchange: Exchange, environment: Environment, tags: dict[str, str], path: tuple[str, ...]) -> list[Call | Line]:
        resolve = self.scopes.resolver(process, environment)
        amount = self.scopes.bind(exchange.amount, resolve)
        pattern = template(exchange.input)
        choice = ""
        inputs: tuple[str, ...] = (exchange.input,)
        if pattern:
            choice = self.scopes.choice(pattern[1], resolve)
            inputs = tuple(pattern[0].format(each) for each in self.scopes.variables[choice].parameter.choices)
        processes = self.scopes.processes if exchange.direction == "product" else {}
        if any(each in processes for each in inputs):  # of a choice, some may be processes and some products
            if other := [each for each in inputs if each not in processes and each not in self.products]:
                raise UnknownName(f"'{exchange.input}' needs a process '{other[0]}'. {nearest(other[0], processes)}")
            parts = list(zip(inputs, _picked(amount, choice, len(inputs), bool(exchange.over)) if pattern else [amount], strict=True))
            calls = [Call(0, self.visit(key, environment, tags, exchange.tags, path), part, exchange) for key, part in parts if key in processes]
            return [*calls, *(line for key, part in parts if key not in processes for line in self.end(process, exchange, part, (key,), "", tags, path))]
        return list(self.end(process, exchange, amount, inputs, choice, tags, path))

    def end(self, process: Process, exchange: Exchange, amount: Expression, inputs: tuple[str, ...], choice: str, tags: dict[str, str],
            path: tuple[str, ...]) -> list[Line]:  # fmt: skip
        units, line_tags = tuple(self.unit_of(each, exchange) for each in inputs), merge_tags(tags, {}, exchange.tags)
        missing = [tag for tag in REQUIRED_TAGS if tag not in line_tags]
        if missing:
            if not process.from_study and (path[0], *missing) in self.untagged:
                return []  # one line of an inventory stands for all below the same process
            self.untagged.add((path[0], *missing))
            way = " -> ".join(path)
            raise DataError(f"'{exchange.key}' of '{process.key}' ends without {' and '.join(missing)} (called by {way}): tag the line or a process above it")
        return [Line(0, amount, exchange, inputs, units, choice, line_tags)]

    def unit_of(self, name: str, exchange: Exchange) -> str:
        """The unit in which an input is counted; an unknown one is an error naming the nearest."""
        wants_product = exchange.direction == "product"
        known: dict[str, Product] | dict[str, Flow] = self.products if wants_product else self.flows
        if name in known:
            return known[name].unit
        if name in (self.flows if wants_product else self.products):
            hint = "It is an elementary flow: it stands under takes or emits." if wants_product else "It is a product: it stands under needs."
        else:
            hint = nearest(name, [*known, *(self.scopes.processes if wants_product else ())])
        raise UnknownName(f"there is no {'process or product' if wants_product else 'flow'} '{name}'. {hint}")


def _picked(amount: Expression, choice: str, size: int, is_spread: bool) -> list[Expression]:
    """An amount for each option of a choice: itself for the one that holds, else nothing. What it is spread over stays as it is."""
    ones = [tuple(Expression("number", value=float(each == number)) for each in range(size)) for number in range(size)]
    whole = amount.inputs[0] if is_spread else amount
    parts = [Expression("call", "*", inputs=(whole, Expression("lookup", f"<{choice}>", choice=choice, inputs=each))) for each in ones]
    return [replace(amount, inputs=(part, amount.inputs[1])) for part in parts] if is_spread else parts


def complete(model: Model, scopes: Scopes, faults: Faults) -> Model:
    """The model with the variables that were asked for since it was expanded."""
    if scopes.variables.keys() <= model.variables.keys():
        return model
    larger = replace(model, variables=_in_order(scopes.variables))
    return replace(larger, dimensions=_prove(larger, scopes.units, faults))


def merge_tags(inherited: dict[str, str], own: dict[str, str], line: dict[str, str]) -> dict[str, str]:
    """The line's tag beats the called process's own, which beats what is inherited; `actor: supplier` alone is sticky."""
    merged = {**inherited, **own, **line}
    return {**merged, "actor": SUPPLIER} if inherited.get("actor") == SUPPLIER else merged


def _in_order(variables: dict[str, Variable]) -> dict[str, Variable]:
    graph = {name: each.reads for name, each in variables.items()}
    try:
        return {name: variables[name] for name in TopologicalSorter(graph).static_order()}
    except CycleError as error:
        cycle = list(reversed(error.args[1]))
        raise DataError(f"{variables[cycle[0]].parameter.place}: the parameters need each other in a circle: {' -> '.join(cycle)}") from None


def _prove(model: Model, units: Units, faults: Faults) -> dict[str, Dimension]:
    """The dimension of every variable and amount, proved without values."""
    known: dict[str, Dimension] = {}

    def read(leaf: Expression) -> Dimension | None:
        if leaf.kind == "name":
            return known.get(leaf.text)
        found = [known.get(each.text) if each.kind == "name" else each.dimension for each in leaf.inputs]
        for name, each in zip(leaf.inputs, found, strict=True):
            if each != found[0]:
                raise UnitError(
                    f"looks up {leaf.text}, but {name.text} is {show_dimension(each or ())} and {leaf.inputs[0].text} is {show_dimension(found[0] or ())}"
                )
        return found[0]

    for name, variable in model.variables.items():
        found: Dimension | None = variable.parameter.unit.dimension
        if variable.formula:
            with faults.at(variable.parameter.place, f"'{name}': "):
                proved = dimension(variable.formula, read, units)
                check_dimension(variable.parameter, proved)
                found = proved
        known[name] = found if found is not None else variable.parameter.unit.dimension
    amounts = [(call.exchange, call.caller, call.amount, model.nodes[call.called].process.unit) for call in model.calls]
    amounts += [(line.exchange, line.node, line.amount, unit) for line in model.lines for unit in dict.fromkeys(line.units)]
    for exchange, node, amount, unit in ((each[0], model.nodes[each[1]], *each[2:]) for each in amounts):
        expected = multiply(units.unit(unit).dimension, units.unit(node.process.unit).dimension, -1.0)
        with faults.at(exchange.place):
            found = dimension(amount, read, units)
            if found is not None and found != expected:
                written = f"{exchange.written} over {exchange.over}" if exchange.over else exchange.written
                shown = f"'{written if len(written) <= 80 else written[:77] + '...'}'"
                raise UnitError(f"{shown} is {show_dimension(found)}; {exchange.input} per unit of {node.process.key} must be {show_dimension(expected)}")
    for each in model.requirements:
        with faults.at(each.requirement.place):
            if dimension(each.formula, read, units):
                raise UnitError(f"'{each.requirement.written}' must be a comparison or a plain number")
    return known
