"""The sheet of parameters: what the study and its inventories hold, what the reader gives instead, and what is in force."""

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell  # type: ignore[import-untyped]

from lca.description import readers
from lca.quantities import PLAIN, show_dimension
from lca.scopes import Variable
from lca.sheets import Cell, Formula, Input
from lca.spreadsheet import literal
from lca.wording import number, tag_label
from lca.workbook_live import LivePage

NO_UNIT = "-"
YOURS = 2  # the column of what the reader gives


def write_parameters(page: LivePage) -> None:
    """Every parameter as it is written, with its range and source, its value in every scenario, and the one in force."""
    variables, read_by, live = page.results.study.model.variables, readers(page.results.study), page.live
    page.write("parameters", (_parameter(page, variables[name], len(read_by.get(name, ()))) for name in live.rows), fixed=1)
    for name, row in live.rows.items():
        if (options := variables[name].parameter.choices) and not _is_fixed(page, name):
            page.sheet.data_validation(row, YOURS, row, YOURS, {"validate": "list", "source": f"={live.list_of(options, name)}"})


def _is_fixed(page: LivePage, name: str) -> bool:
    """A value choice changes unit scores too: it holds for the whole workbook."""
    return name in page.results.study.scopes.choices


def _parameter(page: LivePage, variable: Variable, uses: int) -> list[Cell]:
    study, parameter, values, live = page.results.study, variable.parameter, page.results.values[variable.name], page.live
    size, dimension = parameter.unit.factor, study.model.dimensions[variable.name]
    base = show_dimension(dimension) if dimension != PLAIN else NO_UNIT
    unit, shown = parameter.unit.text or base, [_show(variable, float(each)) for each in values]
    if parameter.choices:
        given = "" if variable.alias else Input(parameter.choice)
        cells: list[Cell] = [page.say("w_kind_choice"), variable.alias or parameter.written, given, None, None, None]
        unit = base = ""
    elif variable.formula:
        text = variable.formula.text if variable.formula.kind == "name" else parameter.written
        cells = [page.say("w_kind_formula"), text, None, None, None, None]
    else:
        low, high = (None if each is None else each / size for each in (parameter.low, parameter.high))
        cells = [page.say("w_kind_quantity"), parameter.written, Input(parameter.value / size), low, high, parameter.value]
    head: list[Cell] = [variable.name, parameter.about.get(f"label_{page.book.lang}", ""), *_yours(page, variable, shown[0]), unit]
    told = (parameter.about.get(each, "") for each in ("note", f"find_{page.book.lang}"))
    return [
        *head,
        *cells,
        base,
        *_origin(page, variable),
        *told,
        uses,
        *_in_force(page, variable),
        *shown,
        *(_show(variable, float(each[variable.name][0])) if variable.name in each else None for each in live.given),
    ]


def _show(variable: Variable, value: float) -> str | float:
    """A value in the unit in which it is written; a choice by its name."""
    return variable.parameter.choices[int(value)] if variable.parameter.choices else value / variable.parameter.unit.factor


def _yours(page: LivePage, variable: Variable, shown: str | float) -> list[Cell]:
    """What the reader gives, and what is in force in the same unit."""
    live, cell, size = page.live, page.live.cell(variable.name), variable.parameter.unit.factor
    own = live.own.get(variable.name)
    given = "" if own is None else own.parameter.choice if own.parameter.choices else own.parameter.value / size
    yours: Cell = None if _is_fixed(page, variable.name) else Input(given, own=True)
    if variable.parameter.choices:
        return [yours, Formula(f"INDEX({live.list_of(variable.parameter.choices, variable.name)},{cell}+1)", shown)]
    return [yours, Formula(cell if size == 1 else f"{cell}/{literal(size)}", shown)]


def _in_force(page: LivePage, variable: Variable) -> list[Cell]:
    """What the reader gives, else what the chosen scenario sets; and the value in force: that, or what an original is given, or its own."""
    live, name, parameter = page.live, variable.name, variable.parameter
    row, count = live.rows[name], len(live.given)
    options = live.list_of(parameter.choices, name) if parameter.choices else ""

    def converted(text: str) -> str:
        return f"MATCH({text},{options},0)-1" if options else text if parameter.unit.factor == 1 else f"{text}*{literal(parameter.unit.factor)}"

    held = '""'
    if any(name in each for each in live.given):
        picked = f"INDEX({xl_range(row, live.base_column + count + 1, row, live.base_column + 2 * count)},{live.scenario})"
        held = f'IF({picked}="","",{converted(picked)})'
    if not _is_fixed(page, name):
        yours = xl_rowcol_to_cell(row, YOURS)
        typed = converted(f'{yours}&""' if options else yours)  # an option is a text, also one that looks like a number
        held = f'IF({yours}<>"",{typed},{held})'
    if variable.formula:
        own = live.text(variable.formula)
    elif parameter.choices:
        own = live.cell(variable.alias) if variable.alias else str(parameter.choices.index(parameter.choice))
    else:
        own = literal(parameter.value)
    for each in reversed([each for each in (name, *variable.origins) if each in live.rows]):  # the nearest wins
        at = live.at("parameters", live.rows[each], live.base_column - 1)
        own = f'IF({at}<>"",{at},{own})'
    value = float(live.values[name][0])
    return [Formula(held, value if name in live.own or name in live.given[0] else ""), Formula(own, value)]


def _origin(page: LivePage, variable: Variable) -> list[Cell]:
    """How a value spreads, its basis, source and what belongs to them; what follows another value has none of its own."""
    if variable.formula or variable.alias:
        return [""] * 9
    parameter, lang = variable.parameter, page.book.lang
    source, year = page.results.study.sources.get(parameter.source), parameter.about.get("year", "")
    basis = tag_label("basis", parameter.basis, lang) if parameter.basis else ""
    ranks = ", ".join(f"{other} ({number(rank, lang)})" for other, rank in parameter.correlated.items())
    return [parameter.distribution, parameter.together, ranks, basis, parameter.source, source.citation if source else "", parameter.about.get("locator", ""),
            int(year) if year.isdecimal() else year, parameter.about.get("geography", "")]  # fmt: skip
