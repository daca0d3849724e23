"""Which name each formula sees. A process owns its parameters; its formulas see them, then what its file expects of the
study, then (in the study's own processes) the study. Instances follow their originals; what an instance sets of the
expected names holds for all that it calls."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lca.documents import Mapping, Row
from lca.errors import DataError, LCAError, UnitError, UnknownName, nearest
from lca.expressions import Expression, reached, read_expression
from lca.instances import Reader, entry_of
from lca.parameters import Parameter
from lca.processes import Process, template
from lca.quantities import is_quantity, show_dimension
from lca.scopes_expected import Lacking, find_lacking, spell_lacking, spell_refused

Environment = tuple[tuple[str, str], ...]  # expected name and the variable that stands for it
Resolve = Callable[[str], str]


@dataclass(frozen=True)
class Variable:
    """A parameter under its full name (`oven.power`), with its formula bound to full names.

    `alias` is the choice that a choice follows; setting one of `origins` sets this one too (the nearest wins)."""

    name: str
    parameter: Parameter
    formula: Expression | None = None
    alias: str = ""
    origins: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        return self.origins[0] if self.origins else ""

    @property
    def reads(self) -> list[str]:
        """The variables that it is computed from."""
        return [*(read_names(self.formula) if self.formula else ()), *([self.alias] if self.alias else ())]


def read_names(expression: Expression) -> list[str]:
    """The variables that a bound formula reads, choices included."""
    return [each.choice if each.kind == "lookup" else each.text for each in expression.leaves]


class Scopes:
    """Finds the variable behind a name, and makes it when it is first asked for.

    `choices` are the value choices of the method: every formula sees them, and nothing but the study as a whole sets them."""

    def __init__(self, study: dict[str, Parameter], processes: dict[str, Process], reader: Reader, choices: dict[str, Parameter] | None = None) -> None:
        self.study, self.processes, self.reader, self.units, self.choices = dict(study), processes, reader, reader.units, choices or {}
        self.variables: dict[str, Variable] = {}
        self.lacking: dict[str, Lacking | None] = {}  # what inventories expect and the study lacks; None: it has it
        self.refused: dict[str, str] = {}  # what is said of choices that an inventory does not know, by their place
        self.told = False  # once the study is expanded, what it lacks is an error where it is met
        self._expected: dict[str, set[str]] = {}
        self._called: dict[str, list[str]] = {}
        self._read: dict[tuple[str, str], set[str]] = {}

    def parameters(self, process: Process) -> dict[str, Parameter]:
        return self.parameters(self.processes[process.like]) if process.like in self.processes else process.parameters

    def settings(self, process: Process) -> set[str]:
        """The names that a process or one of its originals sets."""
        above = self.settings(self.processes[process.like]) if process.like in self.processes else set[str]()
        return {*process.settings, *above}

    def outside(self, process: Process, name: str) -> bool:
        """Whether a name may come from the study or from a caller's `with`."""
        return name in process.expects or (process.from_study and name in self.study)

    def bind(self, expression: Expression, resolve: Resolve) -> Expression:
        """The formula with full names; a lookup gets one input per choice."""
        if expression.kind == "name":
            name = resolve(expression.text)
            if self.variables[name].parameter.choices:
                raise DataError(f"'{expression.text}' is a choice, not a number: it can only stand in <{expression.text}>")
            return replace(expression, text=name)
        if expression.kind == "lookup":
            choice = self.choice(expression.choice, resolve)
            pattern = template(expression.text)
            assert pattern is not None
            names = list[Expression]()
            for each in (pattern[0].format(each) for each in self.variables[choice].parameter.choices):
                try:
                    names.append(Expression("name", resolve(each)))
                except UnknownName as error:
                    raise UnknownName(f"{expression.text} needs '{each}': {error}") from None
            return replace(expression, choice=choice, inputs=tuple(names))
        return replace(expression, inputs=tuple(self.bind(each, resolve) for each in expression.inputs)) if expression.inputs else expression

    def choice(self, name: str, resolve: Resolve) -> str:
        full = resolve(name)
        if not self.variables[full].parameter.choices:
            raise DataError(f"<{name}> needs a choice, but '{name}' is a number")
        return full

    def study_name(self, name: str) -> str:
        """The variable behind a name in the study: its own, or `process.parameter`."""
        if name in self.variables:
            return name
        if "." in name:
            key, _, own = name.partition(".")
            process = self.processes.get(key)
            if process is None:
                raise UnknownName(f"there is no process '{key}'. {nearest(key, self.processes)}")
            known = {*self.parameters(process), *self.settings(process)}
            if own not in known:
                raise UnknownName(f"unknown parameter '{name}'. {nearest(own, known, 'parameter')}")
            return self.own(process, (), own)
        if name in self.choices:
            self._add(name, self.choices[name], self.study_name)
            return name
        if name not in self.study:
            dotted = [f"{key}.{own}" for key, process in self.processes.items() for own in self.parameters(process)]
            near = [*self.study, *(each for each in dotted if each.endswith(f".{name}"))]
            raise UnknownName(f"unknown parameter '{name}'. {nearest(name, near, 'parameter')}")
        self._add(name, self.study[name], self.study_name)
        return name

    def own(self, process: Process, environment: Environment, name: str) -> str:
        """A parameter of a process; a formula that reads what its caller set has a variable of its own there."""
        settings = self.settings(process)
        reads = self._reads(process, name) if environment else set()
        outer = tuple(pair for pair in environment if pair[0] not in settings and pair[0] in reads)
        full = f"{process.key}.{name}" + (f"|{','.join(f'{left}={right}' for left, right in outer)}" if outer else "")
        if full in self.variables:
            return full
        parameter = self.parameters(process).get(name)
        if name in process.settings:
            self._set(process, name, full)
        elif process.like and (name in settings or (parameter and not parameter.formula)):
            original = self.own(self.processes[process.like], (), name)
            followed = self.variables[original].parameter
            formula, alias = (None, original) if followed.choices else (Expression("name", original), "")
            self.variables[full] = Variable(full, followed, formula, alias)
        elif parameter:
            origins = (*([f"{process.key}.{name}"] if outer else []), *(f"{each}.{name}" for each in self.originals(process)))
            self._add(full, parameter, self.resolver(process, environment), origins)
        return full

    def originals(self, process: Process) -> list[str]:
        """What an instance is like, nearest first."""
        return [process.like, *self.originals(self.processes[process.like])] if process.like in self.processes else []

    def resolver(self, process: Process, environment: Environment) -> Resolve:
        inner = dict(environment)

        def resolve(name: str) -> str:
            if name in self.parameters(process) or name in self.settings(process):
                return self.expected(process, name, self.own(process, environment, name))
            if name in process.expects or name in inner:
                return self.expected(process, name, inner.get(name, ""))
            if name in self.choices:
                return self.study_name(name)
            known = {*self.parameters(process), *process.expects}
            if process.from_study and ("." in name or name in self.study):
                return self.study_name(name)
            if process.from_study:
                raise UnknownName(f"unknown parameter '{name}'. {nearest(name, {*known, *self.study}, 'parameter')}")
            if name in self.study:
                raise UnknownName(f"'{name}' belongs to the study, which '{process.key}' does not see: its file must say so under 'expects:'")
            raise UnknownName(f"unknown parameter '{name}'. {nearest(name, known, 'parameter')}")

        return resolve

    def expected(self, process: Process, name: str, full: str) -> str:
        """What an inventory expects of the study or of what its callers set, checked against what it accepts.
        An example stands in for a parameter of the study that is lacking or of another kind."""
        if not full and name not in self.lacking:
            self.lacking[name] = find_lacking(name, process, self.processes.values(), self.study, self.reader)
        if not full and (found := self.lacking[name]):
            if self.told:
                raise UnknownName(spell_lacking(found, self.study))
            found.wanted.append(process.expects[name])
            self.study[name], self.variables[name] = found.stand_in, Variable(name, found.stand_in)
        full = full or self.study_name(name)
        accepted = [str(each) for each in process.expects[name].get("choices", ())] if name in process.expects else []
        variable = self.variables[full]
        wrong = [each for each in variable.parameter.choices if accepted and each not in accepted]
        if wrong and self.told:
            raise UnknownName(spell_refused(name, wrong, process.expects[name]))
        if wrong:  # what is right stands in, so that the rest is checked
            self.refused.setdefault(variable.parameter.place, spell_refused(name, wrong, process.expects[name]))
            self.variables[full] = replace(variable, parameter=replace(variable.parameter, choices=tuple(accepted)))
        return full

    def inside(self, process: Process, environment: Environment) -> Environment:
        """What holds below a process of all that it or what it calls reads: what it sets of the expected names, then what its callers set."""
        names = [name for name in sorted(self.settings(process)) if name in self.study and name not in self.parameters(process)]
        mine = {name: self.own(process, environment, name) for name in names}
        return tuple(sorted(pair for pair in {**dict(environment), **mine}.items() if pair[0] in self._below(process.key, ())))

    def _below(self, key: str, path: tuple[str, ...]) -> set[str]:
        if key in self._expected or key in path:
            return self._expected.get(key, set())
        process, formulas = self.processes[key], [each.formula for each in self.processes[key].requires]
        names = {pattern[1] for exchange in process.exchanges if (pattern := template(exchange.input))}
        names |= {leaf.choice or leaf.text for each in (*formulas, *(exchange.amount for exchange in process.exchanges)) for leaf in each.leaves}
        called = dict.fromkeys(each for exchange in process.exchanges for each in self.called(exchange.input))
        found = set[str]().union(*(self._reads(process, name) for name in names), *(self._below(each, (*path, key)) for each in called))
        self._expected[key] = found
        return found

    def called(self, name: str) -> list[str]:
        """The processes that a line may call: a choice picks one of those whose names fit."""
        if name not in self._called:
            pattern = template(name)
            head, _, tail = pattern[0].partition("{}") if pattern else (name, "", "")
            fits = [each for each in self.processes if each.startswith(head) and each.endswith(tail)] if pattern else [name] * (name in self.processes)
            self._called[name] = fits
        return self._called[name]

    def _reads(self, process: Process, name: str) -> set[str]:
        """The names from outside that a name of a process comes down to."""
        if (process.key, name) in self._read:
            return self._read[process.key, name]
        parameters, settings = self.parameters(process), self.settings(process)

        def below(each: str) -> list[str]:
            formula = parameters[each].formula if each in parameters and each not in settings else None
            return [leaf.choice or leaf.text for leaf in formula.leaves] if formula else []

        found = self._read[process.key, name] = {each for each in reached([name], below) if each not in parameters and self.outside(process, each)}
        return found

    def _add(self, full: str, parameter: Parameter, resolve: Resolve, origins: tuple[str, ...] = ()) -> None:
        self.variables[full] = Variable(full, parameter, origins=origins)  # first without formula: it may read itself (a cycle, found later)
        if parameter.formula:
            try:
                formula = self.bind(parameter.formula, resolve)
            except LCAError as error:
                raise type(error)(f"{parameter.place}: '{full}': {error}") from None
            self.variables[full] = replace(self.variables[full], formula=formula)

    def check_with(self, process: Process) -> None:
        """A name that `with` sets must be one of the process, or one that something below it reads."""
        known = {*self.parameters(process), *self._below(process.key, ())}
        for name, text in process.settings.items():
            if name not in known:
                raise UnknownName(f"{text.place}: '{process.key}' sets '{name}', which neither it nor what it calls reads. {nearest(name, known, 'parameter')}")

    def _set(self, process: Process, name: str, full: str) -> None:
        """What `with` says: a value, a formula of the study, a choice or the name of another choice."""
        setting = process.settings[name]
        original = self.parameters(process).get(name) or self.study.get(name)
        if original is None:
            hint = nearest(name, [*self.parameters(process), *self.study], "parameter")
            raise UnknownName(f"'{process.key}' sets '{name}', which the study does not declare. {hint}")
        self.variables[full] = Variable(full, original)  # it may read itself (a cycle, found later)
        if isinstance(setting, Row):
            setting = entry_of(setting)
        if isinstance(setting, Mapping):
            self.variables[full] = Variable(full, self.reader.renew(full, name, setting, original, setting.place))
        else:
            self.variables[full] = self.given(full, replace(original, place=setting.place), str(setting))

    def given(self, full: str, parameter: Parameter, text: str) -> Variable:
        """A variable that is set to a text of the study."""
        if parameter.choices:
            if text in parameter.choices:
                return Variable(full, replace(parameter, choice=text, written=text))
            if text not in self.study or not self.study[text].choices:
                raise UnknownName(f"'{full}' cannot be '{text}'. {nearest(text, parameter.choices)}")
            return Variable(full, replace(parameter, choices=self.study[text].choices), alias=self.study_name(text))
        formula = read_expression(text, self.units)
        bound = self.bind(formula, self.study_name)
        if is_quantity(text):
            quantity = self.units.quantity(text)
            unstated = parameter.formula is not None and not parameter.unit.text  # proved later, where the formula is known
            if quantity.unit.dimension != parameter.unit.dimension and not unstated:
                raise UnitError(
                    f"'{text}' is {show_dimension(quantity.unit.dimension)}; '{full}' is {show_dimension(parameter.unit.dimension)} (as in {parameter.written})"
                )
            return Variable(
                full, replace(parameter, value=quantity.value, unit=quantity.unit, written=text, formula=None, low=None, high=None, source="", basis="")
            )
        return Variable(full, replace(parameter, written=text, formula=formula, low=None, high=None, source="", basis=""), formula=bound)
