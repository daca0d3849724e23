"""The foreground as a workbook that Brightway's Excel importer reads, and Activity Browser's table of scenario differences."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lca.errors import DataError
from lca.folders import write_whole
from lca.processes import TAGS

if TYPE_CHECKING:
    from lca.door import Export

Key = tuple[str, str]  # database and code
Node = dict[str, Any]

# `input` first: the importer takes a row that begins with a word such as "database" for a heading.
COLUMNS = ("input", "name", "reference product", "amount", "unit", "database", "location", "categories", "type",
           "uncertainty type", "loc", "scale", "minimum", "maximum", "negative", "comment", "source", "basis", "together", *TAGS)  # fmt: skip
ENDS = ("activity name", "reference product", "location", "categories", "database", "key")
SEPARATOR = ";"  # what Activity Browser expects in a .csv
LONGEST = 32000  # letters that a cell can hold, rounded down


def write_excel(export: Export, path: Path) -> Path:
    """The foreground in the layout of bw2io: a block per activity. Exchanges name their inputs by key, so all of them link."""
    others = ", ".join([export.biosphere, *(each for each in export.databases if each != export.database)])
    about = f"{export.title}; scenario {export.base}; needs the databases {others}, which lca brightway --project writes"
    rows: list[list[Any]] = [["Database", export.database], ["comment", about], []]
    for activity in export.databases[export.database]:
        rows += block(activity, export.nodes)
    return write_sheets(path, {re.sub(r"[\\/*\[\]:?']", "_", export.database)[:30]: rows})


def block(activity: Node, nodes: dict[Key, Node]) -> list[list[Any]]:
    """The rows of one activity, a blank one last; `nodes` are those that its exchanges may name."""
    fields = {key: value for key, value in activity.items() if key not in ("name", "exchanges", "categories") and value != ""}
    if "categories" in activity:
        fields["categories"] = "::".join(activity["categories"])
    rows = [["Activity", activity["name"]], *([key, value] for key, value in fields.items())]
    if activity["exchanges"]:
        rows += [["Exchanges"], list(COLUMNS), *(_exchange(nodes, each) for each in activity["exchanges"])]
    return [*rows, []]


def _exchange(nodes: dict[Key, Node], exchange: dict[str, Any]) -> list[Any]:
    node = nodes[tuple(exchange["input"])]
    seen = {each: node.get(each, "") for each in ("name", "reference product", "unit", "location")}
    joined = {"input": "::".join(exchange["input"]), "categories": "::".join(node.get("categories", ())), "database": exchange["input"][0]}
    return [{**seen, **exchange, **joined}.get(column, "") for column in COLUMNS]


def difference_rows(export: Export) -> list[list[Any]]:
    """Head and rows of the scenario differences: exchanges whose amount differs between scenarios, one row per pair."""
    sums: dict[tuple[Key, Key, str], Any] = {}
    for edge in export.edges:
        key = (edge.input, edge.output, edge.kind)
        sums[key] = sums.get(key, 0.0) + edge.amounts
    head = [f"{end} {each}" for end in ("from", "to") for each in ENDS]
    rows = [[*_end(export, giver), *_end(export, taker), kind, *amounts.tolist()] for (giver, taker, kind), amounts in sums.items() if np.ptp(amounts) > 0]
    return [[*head, "flow type", *export.scenarios], *rows]


def _end(export: Export, key: Key) -> list[str]:
    node = export.nodes[key]
    categories = repr(tuple(node["categories"])) if "categories" in node else ""
    texts = [node["name"], node.get("reference product", ""), node.get("location", ""), categories, key[0], repr(key)]
    return [each.replace("#", "\N{MUSIC SHARP SIGN}") for each in texts]  # what follows a # is a comment to Activity Browser


def write_differences(export: Export, path: Path) -> Path:
    """Write the scenario differences as .xlsx (second sheet, as Activity Browser expects) or .csv."""
    rows = difference_rows(export)
    if len(rows) == 1:
        raise DataError(f"no amount of '{export.study}' differs between its scenarios: there are no differences to write")
    if path.suffix.lower() == ".csv":
        import pandas as pd

        frame = pd.DataFrame(rows[1:], columns=rows[0])
        return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, sep=SEPARATOR, encoding="utf-8"))
    about = [["Scenario differences for Activity Browser", export.title], ["database", export.database], ["written in scenario", export.base]]
    return write_sheets(path, {"information": about, "scenarios": rows})


def write_sheets(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    return write_whole(path, lambda temporary: _fill(temporary, sheets))


def _fill(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    import xlsxwriter  # type: ignore[import-untyped]

    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, int | float) and not isinstance(value, bool):
                        sheet.write_number(number, column, value)
                    elif value != "":
                        sheet.write_string(number, column, str(value)[:LONGEST])
