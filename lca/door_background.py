"""The background in Brightway's own shape: its processes and flows as nodes, as a package of bw2io and as a workbook."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lca.background import Background, Progress, ask_brightway, rows_in_force
from lca.brightway import BACKGROUND, BIOSPHERE, WATER, spell
from lca.citations import reach
from lca.edition import Edition
from lca.errors import LCAError
from lca.folders import write_whole
from lca.methods import own_factors
from lca.processes import TAGS, BackgroundExchange, Product
from lca.ranges import DEFAULT, EXACT, REST, RangedExchange
from lca.sources import ASSUMPTION, Source
from lca.uncertainty import describe_distribution
from lca.wording import say

Key = tuple[str, str]  # database and code
Node = dict[str, Any]

# `input` first: the importer takes a row that begins with a word such as "database" for a heading.
COLUMNS = ("input", "name", "reference product", "amount", "unit", "database", "location", "categories", "type",
           "uncertainty type", "loc", "scale", "minimum", "maximum", "negative", "comment", "source", "basis", "together", *TAGS)  # fmt: skip
LONGEST = 32000  # letters that a cell can hold, rounded down
PACKAGE = "package"  # the file that Brightway's process leaves in its folder


def input_keys(background: Background, biosphere: str, water: str = WATER) -> dict[str, Key]:
    """Database and code of every product and flow; `water` is the database of the flows that Brightway does not ship."""
    keys = {key: (BACKGROUND, key) for key in background.products}
    return keys | {key: (biosphere, flow.uuid) if flow.uuid else (water, key) for key, flow in background.flows.items()}


def flow_nodes(background: Background, keys: dict[str, Key]) -> dict[Key, Node]:
    categories = {key: [each for each in flow.compartment.split("; ") if each != "unspecified"] for key, flow in background.flows.items()}
    return {keys[key]: {"code": keys[key][1], "name": flow.name, "unit": spell(flow.unit), "categories": categories[key], "type": categories[key][0],
                        "label_fr": flow.label_fr, "exchanges": []} for key, flow in background.flows.items()}  # fmt: skip


def process_nodes(background: Background, sources: dict[str, Source], keys: dict[str, Key], start: Iterable[str] | None) -> list[Node]:
    """Background processes with source, basis and uncertainty of every exchange: all, or those that `start` comes down to."""
    rows, below = rows_in_force(background), dict[str, list[RangedExchange]]()
    for each in rows:
        below.setdefault(each.process, []).append(each)
    reached = below.keys() if start is None else reach(start, rows) & below.keys()
    citations = {key: each.citation for key, each in sources.items()}
    return [_process(product, below[key], background, keys, citations) for key, product in background.products.items() if key in reached]


def _range(row: RangedExchange) -> str:
    """What a comment says of a range that is not the row's own. Shares that sum to one cannot be drawn one by one, so they get none in Brightway."""
    told = {DEFAULT: f"default range ({row.kind})", EXACT: "exact", REST: "the rest of the whole"}.get(row.origin, "")
    if row.share and row.origin != EXACT:
        bounds = f"{row.low:.4g} to {row.high:.4g}, " if row.low is not None and row.origin != REST else ""
        return f"a share, drawn with the others only: {bounds}{told}".removesuffix(", ")
    return told


def _process(product: Product, exchanges: list[RangedExchange], background: Background, keys: dict[str, Key], citations: dict[str, str]) -> Node:
    made = [{"input": keys[product.key], "amount": 1.0, "type": "production"}]
    for each in exchanges:
        row = each.row
        comment = [row.text("note"), row.text("locator"), " ".join(filter(None, (row.text("location"), row.text("year")))), _range(each)]
        made.append({
            "input": keys[each.input], "amount": each.amount, "type": "technosphere" if each.input in background.products else "biosphere",
            "comment": "; ".join(filter(None, comment)), "source": citations.get(row.text("source"), ASSUMPTION), "basis": row.text("basis"),
            **({} if each.share else describe_distribution(each.amount, each.low, each.high, row.text("distribution"))),
        })  # fmt: skip
        if row.text("together"):
            made[-1]["together"] = row.text("together")
    return {
        "code": product.key, "name": product.label_en, "reference product": product.label_en, "unit": spell(product.unit), "location": product.location,
        "type": "processwithreferenceproduct", "production amount": 1.0, "comment": product.note, "label_fr": product.label_fr, "exchanges": made,
    }  # fmt: skip


def table_of(row: BackgroundExchange) -> str:
    """The table that a row stands in: electricity, materials ..."""
    return Path(row.row.place.rpartition(":")[0]).stem.removesuffix("_exchanges")


def describe_edition(background: Background) -> dict[str, str]:
    """What a Brightway database of ours says of itself."""
    edition = background.edition
    return {"title": edition.title_en, "version": edition.name, "date": edition.date, "content": edition.content, "licence": edition.licence,
            "authors": edition.authors, "value choices": ", ".join(f"{key}={option}" for key, option in background.chosen.items()),
            "how to cite": cite(edition, "en")}  # fmt: skip


def cite(edition: Edition, lang: str) -> str:
    title = edition.title_fr if lang == "fr" else edition.title_en
    return say("card_citation", lang, authors=edition.authors, year=edition.date[:4], title=title, version=edition.name, content=edition.content,
               licence=edition.licence)  # fmt: skip


def write_package(background: Background, sources: dict[str, Source], path: Path, biosphere: str = BIOSPHERE, progress: Progress = lambda text: None) -> Path:
    """The background, our water flows and the methods on them, as bw2io.BW2Package.import_file reads them."""
    check_names(biosphere)
    keys = input_keys(background, biosphere)
    water = [node for key, node in flow_nodes(background, keys).items() if key[0] == WATER]
    request = {
        "databases": {WATER: water, BACKGROUND: process_nodes(background, sources, keys, None)},
        "metadata": describe_edition(background),
        "methods": [{"name": each.method, "unit": each.unit, "factors": [[keys[flow], factor] for flow, factor in own_factors(each).items()]}
                    for each in background.indicators.values() if each.factors],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        ask_brightway("pack", request, Path(folder), progress)
        return write_whole(path, lambda temporary: shutil.copyfile(Path(folder) / PACKAGE, temporary))


def write_background_excel(background: Background, sources: dict[str, Source], path: Path, biosphere: str = BIOSPHERE) -> Path:
    """The background as bw2io.ExcelImporter reads it: a sheet per table. A workbook holds one database, so our water flows stand in it too.

    Sheets that begin with "skip" are not imported: the factors of our methods."""
    check_names(biosphere)
    keys = input_keys(background, biosphere, BACKGROUND)
    flows, processes = flow_nodes(background, keys), process_nodes(background, sources, keys, None)
    nodes = flows | {(BACKGROUND, each["code"]): each for each in processes}
    tables = {each.process: table_of(each) for each in reversed(rows_in_force(background))}
    about = [["Database", BACKGROUND], *([key, value] for key, value in describe_edition(background).items()), []]
    sheets: dict[str, list[list[Any]]] = {"about": about}
    for each in processes:
        sheets.setdefault(tables[each["code"]][:30], []).extend(block(each, nodes))
    sheets["water flows"] = [row for key, each in flows.items() if key[0] == BACKGROUND for row in block(each, nodes)]
    for method in (each for each in background.indicators.values() if each.factors):
        rows = [[BACKGROUND, flow, nodes[keys[flow]]["name"], factor] for flow, factor in own_factors(method).items()]
        head = [["skip", *method.method, f"{method.unit} per cubic meter"], ["database", "code", "name", "amount"]]
        sheets[f"method {method.key}"[:30]] = [*head, *rows]
    return write_sheets(path, sheets)


def check_names(biosphere: str) -> None:
    if not biosphere.strip() or biosphere in (BACKGROUND, WATER):
        raise LCAError(f"--biosphere cannot be '{biosphere}': '{BACKGROUND}' and '{WATER}' are databases of ours")


def block(activity: Node, nodes: dict[Key, Node]) -> list[list[Any]]:
    """The rows of one activity, a blank one last; `nodes` are those that its exchanges may name."""
    fields = {key: value for key, value in activity.items() if key not in ("name", "exchanges", "categories") and value != ""}
    if "categories" in activity:
        fields["categories"] = "::".join(activity["categories"])
    rows = [["Activity", activity["name"]], *([key, value] for key, value in fields.items())]
    rows += [["Exchanges"], list(COLUMNS)] if activity["exchanges"] else []
    for exchange in activity["exchanges"]:
        node = nodes[tuple(exchange["input"])]
        seen = {each: node.get(each, "") for each in ("name", "reference product", "unit", "location")}
        joined = {"input": "::".join(exchange["input"]), "categories": "::".join(node.get("categories", ())), "database": exchange["input"][0]}
        rows.append([{**seen, **exchange, **joined}.get(column, "") for column in COLUMNS])
    return [*rows, []]


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
