"""The results as a workbook: a sheet to start from, then one table per sheet, values in full."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter  # type: ignore[import-untyped]

from lca import monte_tables
from lca import workbook_live as live
from lca import workbook_views as more
from lca.description import stated
from lca.folders import write_whole
from lca.results import DESCRIBED, TAGS, Results
from lca.sheets import LIVE_PATTERN, OWN_FILL, Book, Column, Page, clean, set_height, set_page, text_lines, write_cell, write_link
from lca.tables import command, status_text, value_choices
from lca.views import effects, one_offs
from lca.wording import percent, say, tag_keys, tag_label
from lca.workbook_parameters import YOURS, write_parameters

OPTIONS = {"constant_memory": False, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
START_WIDTHS = (34, 110)
BAR = "#0072B2"
CHART_WIDTH, CHART_HEIGHT = 640, 240  # pixels; a row of a sheet has 20
PIXELS_PER_ROW = 20
TOTALS = 4  # the first column of totals on the sheet of results
LONGEST = 240  # letters of a name of a cell, which may have 255 with its number


def write_workbook(results: Results, path: Path, lang: str) -> Path:
    """Write the workbook, in English or French."""
    return write_whole(path, lambda temporary: _fill(results, temporary, lang))


def _fill(results: Results, path: Path, lang: str) -> None:
    with xlsxwriter.Workbook(path, OPTIONS) as workbook:
        created = datetime.fromisoformat(results.about["date"])
        workbook.set_properties({"title": clean(results.study.text("title", lang)), "comments": f"lca {results.about['version']}", "created": created})
        for name, text in {"lca_study": results.study.key, "lca_scenarios": ",".join(results.scenarios)}.items():  # by which it is read back
            workbook.set_custom_property(name, text)
        book, (alternatives, scenarios) = Book(workbook, lang), results.labels(lang)
        names = _distinct(alternatives, list(results.study.alternatives)), _distinct(scenarios, list(results.scenarios))
        cells = live.Live(results, book, names[1])
        for key, write in _sheets(results).items():
            title = say(f"w_sheet_{key}", lang)
            sheet = workbook.add_worksheet(title)
            if key in RECALCULATED:
                sheet.set_tab_color(f"#{OWN_FILL}")
            write(live.LivePage(book, results, *names, sheet, title, cells))
        for name, cell in _cell_names(cells):
            workbook.define_name(name, f"={cell}")


def _cell_names(cells: live.Live) -> Iterator[tuple[str, str]]:
    """Names for formulas of the reader: of the values in force of the study's own parameters and of the totals; unique whatever their case."""
    results, taken = cells.results, set[str]()
    named = [(f"v_{name}", cells.at("parameters", cells.rows[name], YOURS + 1)) for name in stated(results.study)]
    named += [(f"total_{alternative}_{indicator.key}", cells.at("results", live.FIRST + a, TOTALS + i))
              for a, alternative in enumerate(results.study.alternatives) for i, indicator in enumerate(results.indicators)]  # fmt: skip
    for text, cell in named:
        legal = re.sub(r"[^A-Za-z0-9_]", "_", text)[:LONGEST]
        name = next(each for each in (legal, *(f"{legal}_{number}" for number in range(2, len(named) + 2))) if each.lower() not in taken)
        taken.add(name.lower())
        yield name, cell


def _distinct(labels: list[str], keys: list[str]) -> list[str]:
    """Labels, with the key behind those that are empty or not unique."""
    labels = [clean(label) for label in labels]
    return [label if label and labels.count(label) == 1 else f"{label} ({key})".strip() for label, key in zip(labels, keys, strict=True)]


def _write_start(page: Page) -> None:
    """What this is, what it says, where the rest is and how to get it again; two columns, no table."""
    book, sheet = page.book, page.sheet
    for position, width in enumerate(START_WIDTHS):
        sheet.set_column(position, position, width)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, clean(page.results.study.text("title", book.lang)), book.format(bold=True, font_size=16))
    sheet.set_row(0, 26)
    row = 1
    index = [(page.say(f"w_sheet_{key}"), page.say(f"w_about_{key}")) for key in _sheets(page.results) if key != "start"]
    for key, lines in {"": _summary(page), "w_sheets": index, **_details(page)}.items():
        if key:
            row += 1
            sheet.write_string(row, 0, page.say(key), book.format(bold=True, font_size=12, bottom=1))
            sheet.write_blank(row, 1, None, book.format(bottom=1))
            row += 1
        for name, text in lines:
            if key == "w_sheets":
                write_link(book, sheet, row, 0, f"internal:'{name}'!A1", name)
            else:
                write_cell(book, sheet, row, 0, name, Column("", wrap=True))
            write_cell(book, sheet, row, 1, text, Column("", wrap=True, bold=name == page.say("w_verdict")))
            set_height(sheet, row, max(text_lines(each, width) for each, width in zip((name, text), START_WIDTHS, strict=True)))
            row += 1
    sheet.freeze_panes(1, 0)
    set_page(sheet, sum(START_WIDTHS))


def _summary(page: Page) -> list[tuple[str, str]]:
    study, lang = page.results.study, page.book.lang
    unit = study.functional_unit
    least = page.say("w_least", measure=getattr(unit, f"measure_{lang}"), share=percent(unit.at_least, lang))
    return [
        (page.say("w_functional_unit"), getattr(unit, f"text_{lang}")),
        (page.say("w_least_quality"), least),
        (page.say("w_status"), status_text(study, lang)),
        (page.say("w_verdict"), monte_tables.verdict(page.results, lang)),
        (page.say("w_goal"), study.text("goal", lang)),
    ]


def _sheets(results: Results) -> dict[str, Callable[[live.LivePage], None]]:
    """The sheets of this workbook: a view that the study has nothing for is left out."""
    absent = {key for key, there in PRESENT.items() if not there(results)}
    return {key: write for key, write in SHEETS.items() if key not in absent}


def _details(page: Page) -> dict[str, list[tuple[str, str]]]:
    """How to read the workbook, value choices, warnings, and what it takes to get it again."""
    results, study, lang = page.results, page.results.study, page.book.lang
    about = results.about
    choices = [(each["label"], _choice(page, each)) for each in value_choices(study, lang).values()]
    choices += [(page.say("w_equalise_by"), page.say(f"w_equalise_{study.equalise_by}")), (page.say("w_margin"), percent(study.margin, lang))]
    again = [
        (page.say("w_command"), command(results, lang, f"{study.key}.xlsx")),
        (page.say("w_files"), ", ".join(study.files)),
        ("lca", str(about["version"])),
    ]
    again += [*about["brightway"].items(), (page.say("w_background"), f"{about['background_version']} ({about['background']})")]
    again.append((page.say("w_date"), about["date"]))
    return {
        "w_legend": [("", page.say(f"w_legend_{each}")) for each in ("input", "live", "names", "static", "figures", "units")],
        "w_choices": choices,
        "warnings": [("", getattr(each, lang)) for each in results.warnings] or [("", page.say("w_no_warning"))],
        "w_reproduction": again,
    }


def _choice(page: Page, choice: dict[str, str]) -> str:
    """What was chosen, told from the default where it is another, and why there is this default."""
    chosen = page.say("choice_other", value=choice["text"], default=choice["default_text"]) if choice["default"] else choice["text"]
    return f"{chosen}. {choice['reason']}".strip() if choice["reason"] else chosen


def _write_results(page: live.LivePage) -> None:
    """Totals per functional unit in the scenario that the reader chooses, with the values in force; a chart per headline indicator."""
    results = page.results
    count = page.write("results", live.live_totals(page), fixed=2)
    page.sheet.data_validation(live.FIRST, 0, live.FIRST, 0, {"validate": "list", "source": f"={page.live.down('lists', 0, len(page.scenarios))}"})
    write_cell(page.book, page.sheet, count + 1, 0, page.say("w_choose", parameters=say("w_sheet_parameters", page.book.lang)), Column(""))
    headline = [number for number, each in enumerate(results.indicators) if each.role == "headline"]
    for place, number in enumerate(headline):
        down, right = divmod(place, 2)
        chart, description = _chart(page, number)
        row = count + 3 + down * (CHART_HEIGHT // PIXELS_PER_ROW + 1)
        page.sheet.insert_chart(row, 0, chart, {"x_offset": right * (CHART_WIDTH + PIXELS_PER_ROW), "object_position": 2, "description": description})


def _write_scenarios(page: Page) -> None:
    """Totals per functional unit in every scenario, as they were computed, and their ratio to the first alternative."""
    results, totals = page.results, page.results.totals
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = totals / totals[:1]
    rows = [
        [scenario, alternative, float(results.quality[a, r]), page.say("w_yes" if results.comparable[a, r] else "w_no"), *totals[a, r], *ratios[a, r]]
        for r, scenario, a, alternative in page.cases()
    ]
    page.write("scenarios", rows, fixed=2)


def _chart(page: Page, number: int) -> tuple[Any, str]:
    """A bar per alternative of the chosen scenario, labelled; and its description in words."""
    results, last, column = page.results, len(page.alternatives), TOTALS + number
    indicator, totals = results.indicators[number], results.totals[:, 0, number]
    title = f"{indicator.label(page.book.lang)} [{indicator.unit}]"
    chart = page.book.workbook.add_chart({"type": "bar"})
    chart.add_series({
        "name": title, "categories": [page.name, 1, 1, last, 1], "values": [page.name, 1, column, last, column], "gap": 60,
        "fill": {"color": BAR}, "data_labels": {"value": True, "num_format": LIVE_PATTERN},
    })  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 11}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})  # every bar has its number beside it
    chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
    chart.show_hidden_data()
    shown = "; ".join(f"{name}: {value:.3g} {indicator.unit}" for name, value in zip(page.alternatives, totals, strict=True))
    return chart, f"{title}. {shown}"


def _write_contributions(page: Page) -> None:
    """The whole table of contributions, a column per indicator, in the words of the language."""
    results, lang = page.results, page.book.lang
    words = {
        "alternative": dict(zip(results.study.alternatives, page.alternatives, strict=True)),
        "scenario": dict(zip(results.scenarios, page.scenarios, strict=True)),
    }

    def word(column: str, text: str) -> str:
        return tag_label(column, text, lang) if column in (*TAGS, "part") else words.get(column, {}).get(text, text)

    rows = ((zip(DESCRIBED, described, strict=True), values) for described, values in results.described(lang))
    page.write("contributions", ([*(word(column, text) for column, text in cells), *values] for cells, values in rows))


def _write_by(tag: str, page: Page) -> None:
    """A row per scenario, alternative and indicator; a column per name of the tag, and their sum."""
    results, lang = page.results, page.book.lang
    found, sums = results.group(tag)
    known = tag_keys(tag)
    names = sorted(found, key=lambda name: known.index(name) if name in known else len(known))
    order = [found.index(name) for name in names]
    rows = [
        [scenario, alternative, indicator.label(lang), indicator.unit, *sums[a, r, order, i], float(results.totals[a, r, i])]
        for r, scenario, a, alternative in page.cases()
        for i, indicator in enumerate(results.indicators)
    ]
    page.write("by", rows, fixed=4, names=[tag_label(tag, name, lang) for name in names])


SHEETS: dict[str, Callable[[live.LivePage], None]] = {
    "start": _write_start, "results": _write_results, "live_tags": live.write_live_tags, "scenarios": _write_scenarios,
    "contributions": _write_contributions, **{f"by_{tag}": partial(_write_by, tag) for tag in (*TAGS, "part")},
    "hot_spots": more.write_hot_spots, "scopes": more.write_scopes, "beside": more.write_beside, "shared": more.write_shared,
    "one_offs": more.write_one_offs, "parameters": write_parameters, "inventory": more.write_inventory, "grades": more.write_grades,
    "background": more.write_background, "sources": more.write_sources,
    "gaps": more.write_gaps, **more.DECISIONS, **more.DRAWS, **live.LIVE,
}  # fmt: skip
RECALCULATED = ("results", "live_tags", "parameters", *live.LIVE)
PRESENT: dict[str, Callable[[Results], bool]] = {
    "scopes": lambda results: bool(results.study.reporting_actor), "beside": lambda results: bool(effects(results)),
    "shared": lambda results: bool(results.study.shared), "one_offs": lambda results: bool(one_offs(results)),
    **dict.fromkeys(more.DECISIONS, lambda results: results.decided is not None), **dict.fromkeys(more.DRAWS, lambda results: results.drawn is not None),
}  # fmt: skip
