"""The model in cells: amounts, levels, unit scores and checks as formulas on the values in force, so that the workbook recalculates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell  # type: ignore[import-untyped]

from lca import spreadsheet
from lca.errors import Faults
from lca.expressions import Array, Expression, write
from lca.results import TAGS, Results
from lca.rows import Values, scenario_values, value_of
from lca.sheets import Book, Cell, Formula, Input, Page, Value, known_columns
from lca.study_parts import read_settings
from lca.wording import say, tag_label

FIRST = 1  # row of the first line of a table, from 0


@dataclass
class Live:
    """Where the cells of the model stand. Lists and steps are found while the other sheets are written, so theirs come last."""

    results: Results
    book: Book
    scenarios: list[str]
    rows: dict[str, int] = field(default_factory=dict)  # of the variables on their sheet
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)
    steps: dict[str, tuple[int, Expression]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        titles = [row["title"] for row in known_columns() if row["sheet"] == "parameters"]
        self.base_column = titles.index("w_base_in_force")  # of values in force, in base units
        results, variables = self.results, self.results.study.model.variables
        ordered = sorted(variables, key=lambda name: name.partition(".")[0] if "." in name else "")  # the study's own first
        self.rows = {name: number for number, name in enumerate(ordered, FIRST)}
        self.values: Values = {name: each[:1] for name, each in results.values.items()}
        settings = read_settings(dict(results.about.get("settings", {})), results.study.scopes, Faults(), "--set")
        self.own = {name: each for name, each in settings.items() if not each.formula and not each.alias}
        rest = {name: each for name, each in settings.items() if name not in self.own}
        chosen = [results.study.scenarios[each] for each in results.scenarios]
        self.given = [given for _, _, given in scenario_values(results.study, chosen, rest, {})]
        self.nodes = {node: row for row, node in enumerate(results.study.model.running, FIRST)}
        self.calls = [number for number, each in enumerate(results.study.model.calls) if each.caller in self.nodes]
        self.lines = [number for number, each in enumerate(results.lines) if each.node in self.nodes]
        things = [*results.background.products, *results.background.flows]
        used = {each for number in self.lines for each in results.lines[number].inputs}
        self.things = {key: number for number, key in enumerate(things) if key in used}
        self.unit: Array = results.background.table[..., results.background.positions(results.study.indicators)].sum(axis=1)

    def at(self, sheet: str, row: int, column: int) -> str:
        return f"{self.name(sheet)}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def down(self, sheet: str, column: int, count: int) -> str:
        """A column of a table."""
        return f"{self.name(sheet)}!{xl_range_abs(FIRST, column, FIRST + max(count, 1) - 1, column)}"

    def name(self, sheet: str) -> str:
        title = say(f"w_sheet_{sheet}", self.book.lang).replace("'", "''")
        return f"'{title}'"

    def cell(self, name: str) -> str:
        """The value of a variable in force; of a choice, its position from 0."""
        return self.at("parameters", self.rows[name], self.base_column)

    @property
    def scenario(self) -> str:
        return self.at("lists", FIRST, 1)

    def list_of(self, texts: Sequence[str], title: str) -> str:
        """Where the options of a choice, or the inputs that it picks from, stand in a list."""
        key = tuple(texts)
        self.lists.setdefault(key, title)
        return self.down("lists", 2 + list(self.lists).index(key), len(key))

    def step(self, expression: Expression, text: str) -> str:
        row, _ = self.steps.setdefault(text, (FIRST + len(self.steps), expression))
        return self.at("steps", row, 1)

    def text(self, expression: Expression) -> str:
        return spreadsheet.formula(expression, self.cell, self.step)

    def found(self, expression: Expression) -> float:
        return float(value_of(expression, self.values)[0])

    def formula(self, expression: Expression) -> Formula:
        return Formula(self.text(expression), self.found(expression))


@dataclass(frozen=True)
class LivePage(Page):
    live: Live


def write_calls(page: LivePage) -> None:
    """Per call its amount, and how much of the called each alternative runs for it."""
    live, model, count = page.live, page.results.study.model, len(page.alternatives)
    levels, rows = page.results.levels[:, 0], list[list[Cell]]()
    for row, number in enumerate(live.calls, FIRST):
        call = model.calls[number]
        names: list[Cell] = [model.nodes[each].process.key for each in (call.caller, call.called)]
        runs = [Formula(*_needed(live.at("levels", live.nodes[call.caller], 1 + a), f"$D{row + 1}", levels[a, call.caller],
                                 page.results.call_amounts[0, number])) for a in range(count)]  # fmt: skip
        rows.append([*names, call.exchange.written, live.formula(call.amount), *runs])
    page.write("calls", rows, fixed=2)


def _needed(level: str, amount: str, running: float, found: float) -> tuple[str, float]:
    """What does not run needs nothing, even where an amount has no value."""
    return f"IF({level}=0,0,{level}*{amount})", 0.0 if running == 0 else float(running * found)


def write_levels(page: LivePage) -> None:
    """How often every process runs per functional unit: what is asked of it and what its callers need."""
    live, model, demand = page.live, page.results.study.model, page.results.study.functional_unit.amount.value
    into: dict[int, list[int]] = {}
    for row, number in enumerate(live.calls, FIRST):
        into.setdefault(model.calls[number].called, []).append(row)
    rows = list[list[Cell]]()
    for node in live.nodes:
        cells: list[Cell] = [model.nodes[node].process.key]
        for a, root in enumerate(model.roots):
            terms = [live.at("calls", row, 4 + a) for row in into.get(node, ())]
            asked = [spreadsheet.literal(demand)] if node == root else []
            cells.append(Formula("+".join([*asked, *terms]) or "0", float(page.results.levels[a, 0, node])))
        rows.append([*cells, model.nodes[node].process.unit])
    page.write("levels", rows, fixed=1)


def write_lines(page: LivePage) -> None:
    """Per line what it counts, how much each alternative needs of it, and the scores of one unit."""
    live, results, lang = page.live, page.results, page.book.lang
    rows = list[list[Cell]]()
    for row, number in enumerate(live.lines, FIRST):
        line, found = results.lines[number], float(results.line_amounts[0, number])
        tags: list[Cell] = [tag_label(tag, line.tags.get(tag, ""), lang) for tag in TAGS]
        counted, size, scores = _counted(page, number, row)
        amount = live.text(line.amount)
        levels = results.levels[:, 0, line.node]
        needs = [Formula(*_needed(live.at("levels", live.nodes[line.node], 1 + a), f"$I{row + 1}", level, found)) for a, level in enumerate(levels)]
        label = results.line_label(number, 0, lang) if "label_en" in line.exchange.about else line.exchange.key
        rows.append([results.study.model.nodes[line.node].process.key, label, *tags, line.exchange.written, counted,
                     Formula(f"{amount}/{size}" if size != "1" else amount, found), *needs, *scores])  # fmt: skip
    page.write("lines", rows, fixed=2)


def _counted(page: LivePage, number: int, row: int) -> tuple[Cell, str, list[Formula]]:
    """What a line counts, how many base units one of its units is, and its unit scores: picked by a choice where it has one."""
    live, results = page.live, page.results
    line, places = results.lines[number], list(live.things)
    scores = live.unit[results.line_inputs[0, number]]
    key = list(live.things)[list(live.things.values()).index(results.line_inputs[0, number])]
    sizes = [results.study.units.unit(each).factor for each in line.units]
    if not line.choice:
        at = FIRST + places.index(key)
        return key, spreadsheet.literal(sizes[0]), [Formula(live.at("unit_scores", at, 3 + i), float(each)) for i, each in enumerate(scores)]
    name = Formula(f"INDEX({live.list_of(line.inputs, line.exchange.input)},{live.cell(line.choice)}+1)", key)
    match = f"MATCH($H{row + 1},{live.down('unit_scores', 0, len(places))},0)"

    def pick(column: int) -> str:
        return f"INDEX({live.down('unit_scores', column, len(places))},{match})"

    size = spreadsheet.literal(sizes[0]) if len(set(sizes)) == 1 else pick(2)
    return name, size, [Formula(pick(3 + i), float(each)) for i, each in enumerate(scores)]


def write_unit_scores(page: LivePage) -> None:
    """Scores of one unit of every product and flow that a line may count."""
    live, background = page.live, page.results.background
    rows = list[list[Cell]]()
    for key, number in live.things.items():
        unit = (background.products.get(key) or background.flows[key]).unit
        rows.append([key, unit, page.results.study.units.unit(unit).factor, *map(float, live.unit[number])])
    page.write("unit_scores", rows, fixed=1)


def write_checks(page: LivePage) -> None:
    """What must hold, as the engine asks it: where one does not, there is no result."""
    page.write("checks", [[page.say(f"w_check_{kind}"), name, text, Formula(held, 1)] for kind, name, text, held in _checks(page.live)], fixed=2)


def _checks(live: Live) -> Iterable[tuple[str, str, str, str]]:
    study, lang = live.results.study, live.book.lang
    for each in study.model.requirements:
        told = each.requirement
        text = f"{told.message_fr if lang == 'fr' else told.message_en} ({told.written})"
        yield "demand", study.model.nodes[each.node].process.key, text, f"IFERROR(IF({live.text(each.formula)}<>0,1,0),0)"
    for name, variable in study.model.variables.items():
        if limits := variable.parameter.allowed:
            size, unit, cell = variable.parameter.unit.factor, variable.parameter.unit.text, live.cell(name)
            low, high = map(spreadsheet.literal, limits)
            yield "limit", name, " - ".join(f"{each / size:g}" for each in limits) + f" {unit}", f"IFERROR(IF(OR({cell}<{low},{cell}>{high}),0,1),1)"
    spread = [(exchange.key, exchange.over, over) for exchange, over in study.model.spread]
    spread += [(key, user, use) for key, each in study.shared.items() for by in each.uses.values() for user, use in by.items()]
    for name, text, expression in spread:
        yield "sign", name, text, f"IFERROR(IF({live.text(expression)}<0,0,1),1)"
    for contract in study.contracts.values():
        text = live.text(contract.covered)
        yield "covered", contract.product, write(contract.covered), f"IFERROR(IF(AND({text}>=0,{text}<=1),1,0),0)"


def write_steps(page: LivePage) -> None:
    """Parts of formulas that stand in several places or would make them too long."""
    live = page.live
    page.write("steps", [[write(expression), Formula(text, live.found(expression))] for text, (_, expression) in live.steps.items()])


def write_lists(page: LivePage) -> None:
    """The scenarios, the number of the chosen one, the options of choices and what they pick from."""
    live = page.live
    columns: list[Sequence[Cell]] = [page.scenarios, [Formula(f"MATCH({live.at('results', FIRST, 0)},{live.down('lists', 0, len(page.scenarios))},0)", 1)]]
    columns += [[*texts] for texts in live.lists]
    longest = max(map(len, columns))
    rows = [[each[row] if row < len(each) else None for each in columns] for row in range(longest)]
    page.write("lists", rows, names=[f"{number}. {title}" for number, title in enumerate(live.lists.values(), 1)])


def live_totals(page: LivePage) -> list[list[Cell]]:
    """Per alternative quality and totals in the chosen scenario, with the values in force."""
    live, results, count = page.live, page.results, len(page.live.lines)
    checks, quality = sum(1 for _ in _checks(live)), [each.quality for each in results.study.alternatives.values()]
    least = spreadsheet.literal(results.study.functional_unit.at_least * (1 - 1e-9))
    width, rows = len(page.alternatives), list[list[Cell]]()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = results.totals[:, 0] / results.totals[:1, 0]
    for a, alternative in enumerate(page.alternatives):
        row, totals = FIRST + a, list[Cell]()
        for i, total in enumerate(results.totals[a, 0]):
            product = f"SUMPRODUCT({live.down('lines', 9 + a, count)},{live.down('lines', 9 + width + i, count)})"
            refused = f"COUNTIF({live.down('checks', 3, checks)},0)>0" if checks else "FALSE"
            totals.append(Formula(f'IF({refused},"{page.say("w_refused")}",{_said(page, product)})', _told(page, total)))
        columns = range(4, 4 + len(totals))
        parts = [Formula(_said(page, f"{xl_rowcol_to_cell(row, each)}/{xl_rowcol_to_cell(FIRST, each, row_abs=True)}"), _told(page, ratio))
                 for each, ratio in zip(columns, ratios[a], strict=True)]  # fmt: skip
        shown = [page.say("w_yes"), page.say("w_no")]
        comparable = Formula(f'IFERROR(IF(C{row + 1}>={least},"{shown[0]}","{shown[1]}"),"{shown[1]}")', shown[not results.comparable[a, 0]])
        name: Cell = Input(page.scenarios[0], own=True) if a == 0 else Formula(f"$A${FIRST + 1}", page.scenarios[0])
        rows.append([name, alternative, live.formula(quality[a]), comparable, *totals, *parts])
    return rows


def _said(page: Page, text: str) -> str:
    return f'IFERROR({text},"{page.say("no_value")}")'


def _told(page: Page, value: float) -> Value:
    return float(value) if np.isfinite(value) else page.say("no_value")


def write_live_tags(page: LivePage) -> None:
    """Sums by stage, task, tier and actor, with the values in force."""
    live, results, count, width = page.live, page.results, len(page.live.lines), len(page.alternatives)
    rows = list[list[Cell]]()
    for place, tag in enumerate(TAGS):
        names, sums = results.group(tag)
        there = {results.lines[number].tags.get(tag, "") for number in live.lines}
        for a, alternative in enumerate(page.alternatives):
            for n, name in ((n, each) for n, each in enumerate(names) if each in there):
                own = f"({live.down('lines', 2 + place, count)}=$C{FIRST + len(rows) + 1})*{live.down('lines', 9 + a, count)}"
                products = [f"SUMPRODUCT({own}*{live.down('lines', 9 + width + i, count)})" for i in range(sums.shape[3])]
                cells = [Formula(_said(page, text), _told(page, value)) for text, value in zip(products, sums[a, 0, n], strict=True)]
                rows.append([page.say(f"w_column_{tag}"), alternative, tag_label(tag, name, page.book.lang), *cells])
    page.write("live_tags", rows, fixed=3)


LIVE = {
    "checks": write_checks, "lines": write_lines, "calls": write_calls, "levels": write_levels, "unit_scores": write_unit_scores,
    "steps": write_steps, "lists": write_lists,
}  # fmt: skip
