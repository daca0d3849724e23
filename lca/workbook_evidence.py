"""Sheets of a workbook that show what the results rest on: parameters, elementary flows, sources, gaps."""

from __future__ import annotations

from lca.citations import cited_sources, inventory_gaps
from lca.description import users
from lca.quantities import PLAIN, show_dimension
from lca.results import Results
from lca.scopes import Variable
from lca.sheets import LABEL, TEXT, WIDE, Cell, Column, Input, Page, write_link, write_table
from lca.wording import number, tag_label

NO_UNIT = "-"


def write_parameters(page: Page) -> None:
    """Every parameter as it is written, with its range and source, and its value in every scenario."""
    columns = [Column(page.say("name"), 34), Column(page.say("w_label"), WIDE, wrap=True)]
    columns += [Column(page.say("w_kind"), 12), Column(page.say("w_written"), LABEL, wrap=True)]
    columns += [Column(page.say("w_value_written"), 14, number=True), Column(page.say("unit"), 22)]
    columns += [Column(page.say(key), 14, number=True) for key in ("w_low", "w_high", "w_value_base")]
    columns += [Column(page.say("w_unit_base"), 24), Column(page.say("distribution"), 14), Column(page.say("together"), 18)]
    columns += [Column(page.say("correlated"), 26, wrap=True), Column(page.say("basis"), 18), Column(page.say("w_source_key"), 30)]
    columns += [Column(page.say("w_citation"), TEXT, wrap=True), Column(page.say("w_locator"), LABEL, wrap=True), Column(page.say("year"), 8, "0", number=True)]
    columns += [Column(page.say("geography"), 12), Column(page.say("note"), TEXT, wrap=True), Column(page.say("find"), TEXT, wrap=True)]
    columns += [Column(page.say("used_by"), 11, "0", number=True)]
    columns += [Column(scenario, 18, bold=True, number=True) for scenario in page.scenarios]
    variables = page.results.study.model.variables
    ordered = sorted(variables, key=lambda name: name.partition(".")[0] if "." in name else "")  # the study's own first
    write_table(page.book, page.sheet, columns, (_parameter(page, variables[name]) for name in ordered), fixed=1)


def _parameter(page: Page, variable: Variable) -> list[Cell]:
    study, parameter, values = page.results.study, variable.parameter, page.results.values[variable.name]
    size, dimension = parameter.unit.factor, study.model.dimensions[variable.name]
    base = show_dimension(dimension) if dimension != PLAIN else NO_UNIT
    unit = parameter.unit.text or base
    cells: list[Cell] = [variable.name, parameter.about.get(f"label_{page.book.lang}", "")]
    per_scenario: list[Cell] = [float(each) / size for each in values]
    if parameter.choices:
        given = "" if variable.alias else Input(parameter.choice)
        cells += [page.say("w_kind_choice"), variable.alias or parameter.written, given, "", None, None, None, ""]
        per_scenario = [parameter.choices[int(each)] for each in values]
    elif variable.formula:
        text = variable.formula.text if variable.formula.kind == "name" else parameter.written
        cells += [page.say("w_kind_formula"), text, None, unit, None, None, None, base]
    else:
        low, high = (None if each is None else each / size for each in (parameter.low, parameter.high))
        cells += [page.say("w_kind_quantity"), parameter.written, Input(parameter.value / size), unit, low, high, parameter.value, base]
    told = (parameter.about.get(each, "") for each in ("note", f"find_{page.book.lang}"))
    return [*cells, *_origin(page, variable), *told, len(users(variable.name, study)), *per_scenario]


def _origin(page: Page, variable: Variable) -> list[Cell]:
    """How a value spreads, its basis, source and what belongs to them; what follows another value has none of its own."""
    if variable.formula or variable.alias:
        return [""] * 9
    parameter, lang = variable.parameter, page.book.lang
    source, year = page.results.study.sources.get(parameter.source), parameter.about.get("year", "")
    basis = tag_label("basis", parameter.basis, lang) if parameter.basis else ""
    ranks = ", ".join(f"{other} ({number(rank, lang)})" for other, rank in parameter.correlated.items())
    return [parameter.distribution, parameter.together, ranks, basis, parameter.source, source.citation if source else "", parameter.about.get("locator", ""),
            int(year) if year.isdecimal() else year, parameter.about.get("geography", "")]  # fmt: skip


def write_inventory(page: Page) -> None:
    """Elementary flows per functional unit, and the factor that each indicator has for them."""
    results, lang, background = page.results, page.book.lang, page.results.background
    inventory = results.inventory()
    chosen = background.positions(results.study.indicators)
    columns = [Column(page.say("w_flow"), 42, wrap=True), Column(page.say("w_flow_key"), 28), Column(page.say("w_flow_name"), 42, wrap=True)]
    columns += [Column(page.say("w_compartment"), 26), Column(page.say("unit"), 9), Column(page.say("w_counted"), 12)]
    columns += [Column(page.say("w_given"), 26, wrap=True)]
    columns += [Column(f"{scenario} – {alternative}", 22, bold=True, number=True) for scenario in page.scenarios for alternative in page.alternatives]
    columns += [Column(page.say("w_factor", indicator=each.label(lang), unit=each.unit), 18, number=True) for each in results.indicators]
    rows, uncounted, given = list[list[Cell]](), set(results.uncounted()), _given(results, lang)
    for position, flow in enumerate(background.flows.values()):
        amounts, factors = inventory[:, :, position], background.factors[position, chosen]
        if amounts.any():
            label, counted = getattr(flow, f"label_{lang}"), page.say("w_no" if flow.key in uncounted else "w_yes")
            about: list[Cell] = [label, flow.key, flow.name, flow.compartment, flow.unit, counted, given.get(flow.key, "")]
            rows.append([*about, *amounts.T.ravel(), *(each or None for each in factors)])
    write_table(page.book, page.sheet, columns, rows, fixed=1)


def _given(results: Results, lang: str) -> dict[str, str]:
    """Per flow the processes that stand for a published factor and bring it in."""
    found: dict[str, list[str]] = {}
    for position, line in enumerate(results.lines):
        process = results.study.model.nodes[line.node].process
        if process.given and results.quantities[:, :, position].any():
            found.setdefault(line.inputs[0], []).append(results.process_label(process.key, lang))
    return {key: ", ".join(dict.fromkeys(labels)) for key, labels in found.items()}


def write_sources(page: Page) -> None:
    """The references that values in use cite."""
    cited = cited_sources(page.results)
    columns = [Column(page.say("w_source_key"), 30), Column(page.say("w_citation"), 90, wrap=True), Column(page.say("w_url"), WIDE)]
    columns += [Column(page.say("licence"), 22, wrap=True), Column(page.say("note"), TEXT, wrap=True), Column(page.say("w_values_cited"), 12, "0", number=True)]
    rows: list[list[Cell]] = [[key, each.source.citation, "", each.source.licence, each.source.note, each.values] for key, each in cited.items()]
    write_table(page.book, page.sheet, columns, rows, fixed=1)
    for row, each in enumerate(cited.values(), 1):
        write_link(page.book, page.sheet, row, 2, each.source.url, each.source.url)


def write_gaps(page: Page) -> None:
    """What is not counted, and what it may change."""
    study, lang, results = page.results.study, page.book.lang, page.results
    rows = [[page.say("w_gap_study"), "", each[f"label_{lang}"], each[f"effect_{lang}"]] for each in study.left_out.values()]
    for effect in study.effects.values():
        amount = effect.written if effect.beside else page.say("w_not_quantified")
        rows.append([page.say("w_gap_second_order"), "", getattr(effect, f"label_{lang}"), amount])
    rows += [[page.say("w_gap_inventory"), tag_label("area", area, lang), item, effect] for area, item, effect in inventory_gaps(results, lang)]
    for key in results.uncounted():
        flow = results.background.flows[key]
        rows.append([page.say("w_gap_flow"), flow.compartment, flow.label_fr if lang == "fr" else flow.label_en, page.say("w_gap_flow_effect")])
    columns = [Column(page.say("w_kind"), 26), Column(page.say("w_area"), 24)]
    columns += [Column(page.say("w_gap"), 70, wrap=True), Column(page.say("w_effect"), 90, wrap=True)]
    write_table(page.book, page.sheet, columns, rows)
