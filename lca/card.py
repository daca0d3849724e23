"""The data card of the background: what it holds, how good it is, under which licences it may be used, how to cite it."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from lca import __version__
from lca.background import Background, Progress, load_background, rows_in_force
from lca.brightway import BACKGROUND, WATER
from lca.citations import gaps
from lca.documents import read_csv, read_yaml
from lca.door_background import cite, table_of, write_background_excel, write_package
from lca.errors import Faults, LCAError
from lca.folders import shipped, write_whole
from lca.grades import grades
from lca.options import check_file, check_folder
from lca.sources import ASSUMPTION, Source, read_sources
from lca.tables import inert
from lca.terminal import screen
from lca.wording import percent, say, tag_label

LANGUAGES = ("en", "fr")
SUFFIXES = (".bw2package", ".xlsx", ".md")
AREA = "background"  # of what is left out
GRADES = "ABCD"


@dataclass(frozen=True)
class Section:
    """A title with paragraphs and a table; `columns` of it are enough on a screen, `paper` says that a screen does without."""

    title: str
    text: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    columns: int | None = None
    paper: bool = False


@dataclass(frozen=True)
class Card:
    background: Background
    sources: dict[str, Source]
    lang: str


def make_card(lang: str, progress: Progress) -> Card:
    return Card(load_background(progress), read_sources(Faults()), lang)


def sections(card: Card) -> Iterator[Section]:
    """The whole card in its language."""
    edition, lang = card.background.edition, card.lang
    about = read_yaml(shipped("inventories") / "background" / "about.yaml")
    yield Section(edition.title_fr if lang == "fr" else edition.title_en, (about.text(f"scope_{lang}"),), rows=_facts(card))
    yield Section(say("card_limits", lang), (about.text(f"limits_{lang}"),))
    yield Section(say("card_processes", lang), head=_words(lang, "card_table", "card_n_processes", "card_rows", "card_assumed"), rows=_tables(card))
    yield Section(say("card_indicators", lang), (say("card_indicators_note", lang),), _words(lang, "card_indicator", "card_unit", "card_method"),
                  tuple((each.label(lang), each.unit, " | ".join(each.method)) for each in card.background.indicators.values()))  # fmt: skip
    yield Section(say("card_grades", lang), (say("card_grades_note", lang),), (say("card_indicator", lang), *GRADES, say("card_not_compared", lang)),
                  _grades(card))  # fmt: skip
    yield Section(say("card_basis", lang), rows=_basis(card))
    yield Section(say("card_licences", lang), (say("card_licences_note", lang, licence=edition.licence),),
                  _words(lang, "card_class", "card_references", "card_rows"), _licences(card))  # fmt: skip
    yield Section(say("card_choices", lang), rows=_choices(card))
    left_out = gaps({AREA}, lang)
    yield Section(say("card_left_out", lang), head=_words(lang, "card_item", "card_effect"), rows=tuple(each[1:3] for each in left_out), columns=1)
    yield Section(say("card_use", lang), tuple(say(each, lang, database=BACKGROUND, water=WATER) for each in ("card_use_package", "card_use_excel")),
                  paper=True)  # fmt: skip
    yield Section(say("card_cite", lang), (cite(edition, lang), say("card_cite_note", lang)))


def _words(lang: str, *keys: str) -> tuple[str, ...]:
    return tuple(say(each, lang) for each in keys)


def _facts(card: Card) -> tuple[tuple[str, str], ...]:
    background, edition, lang = card.background, card.background.edition, card.lang
    kinds = Counter(str(each["kind"]) for each in read_csv(shipped("inventories") / "zones.csv", ("key", "kind")))
    zones = ", ".join(say("card_of_kind", lang, count=count, kind=say(f"card_zone_{kind}", lang)) for kind, count in kinds.items())
    ours = sum(not each.uuid for each in background.flows.values())
    years = sorted(int(row.row.text("year")) for row in rows_in_force(background) if row.row.text("year").isdecimal())
    version = say("card_changed", lang, version=edition.name) if edition.changed else edition.name
    return (
        (say("card_version", lang), version), (say("card_date", lang), edition.date), (say("card_content", lang), edition.content),
        (say("card_licence", lang), edition.licence), (say("card_authors", lang), edition.authors), (say("card_zones", lang), zones),
        (say("card_flows", lang), say("card_flows_text", lang, count=len(background.flows) - ours, ours=ours)),
        (say("card_years", lang), say("card_years_text", lang, first=years[0], last=years[-1], middle=years[len(years) // 2])),
        (say("card_made_with", lang), ", ".join([f"lca {__version__}", *(f"{name} {each}" for name, each in background.versions.items())])),
    )  # fmt: skip


def _tables(card: Card) -> tuple[tuple[str, ...], ...]:
    """Per table its processes, rows and share of assumptions, and all of them."""
    rows = rows_in_force(card.background)
    names = {table: tag_label("table", table, card.lang) for table in sorted({table_of(each) for each in rows})}
    found = []
    for table, label in [*names.items(), ("", say("card_all", card.lang))]:
        mine = [each for each in rows if not table or table_of(each) == table]
        assumed = sum(each.row["basis"] == ASSUMPTION for each in mine) / len(mine)
        found.append((label, str(len({each.process for each in mine})), str(len(mine)), percent(assumed, card.lang)))
    return tuple(found)


def _grades(card: Card) -> tuple[tuple[str, ...], ...]:
    """Per indicator how many products have which grade; those without any published value are D as well, and told apart."""
    background, known, rows = card.background, grades(card.background), list[tuple[str, ...]]()
    for key, indicator in background.indicators.items():
        products = {product for (product, each), found in known.evidence.items() if each == key and found}
        if products or indicator.role == "headline":
            counts = Counter(known.of(each, key) for each in products)
            rows.append((indicator.label(card.lang), *(str(counts[each]) for each in GRADES), str(len(background.products) - len(products))))
    return tuple(rows)


def _basis(card: Card) -> tuple[tuple[str, ...], ...]:
    rows = rows_in_force(card.background)
    return tuple((tag_label("basis", basis, card.lang), str(count), percent(count / len(rows), card.lang))
                 for basis, count in Counter(each.row.text("basis") for each in rows).most_common())  # fmt: skip


def _licences(card: Card) -> tuple[tuple[str, ...], ...]:
    """Per class the references in use and the rows that rest on them; assumptions rest on none."""
    used = uses(card)
    classes = Counter(card.sources[key].licence_class for key in used)
    rows = Counter[str]()
    for key, (count, _, _) in used.items():
        rows[card.sources[key].licence_class] += count
    assumed = sum(each.row["source"] == ASSUMPTION for each in rows_in_force(card.background))
    found = [(say(f"card_class_{key.replace('-', '_')}", card.lang), str(count), str(rows[key])) for key, count in classes.most_common()]
    return (*found, (say("card_class_assumption", card.lang), "–", str(assumed)))


def _choices(card: Card) -> tuple[tuple[str, ...], ...]:
    known = read_yaml(shipped("impact_methods") / "choices.yaml")
    return tuple((known[key].text(f"label_{card.lang}"), str(known[key]["options"][option][card.lang])) for key, option in card.background.chosen.items())


def uses(card: Card) -> dict[str, tuple[int, int, int]]:
    """Per reference the rows, the factors and the published values for comparison that name it."""
    rows = Counter(each.row.text("source") for each in rows_in_force(card.background))
    files = [shipped("impact_methods") / each.factors for each in card.background.indicators.values() if each.factors]
    factors = Counter(row.text("source") for path in files for row in read_csv(path, ("source",)))
    compared = Counter(row.text("source") for row in read_csv(shipped("inventories") / "published.csv", ("source",)))
    return {key: (rows[key], factors[key], compared[key]) for key in card.sources if rows[key] or factors[key] or compared[key]}


def show_card(card: Card) -> None:
    """The card on the screen."""
    console = screen()
    for section in (each for each in sections(card) if not each.paper):
        console.print(Text(section.title, style="bold"))
        for text in section.text:
            console.print(Text(text))
        cells = [each[: section.columns] for each in section.rows]
        if section.columns == 1:
            cells = [("-", *each) for each in cells]
        if cells:
            console.print(_table(section.head if section.columns is None else (), cells))
        console.print()


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(box=None, show_header=bool(head), pad_edge=False, padding=(0, 2, 0, 0), header_style="italic")
    for position in range(len(rows[0])):
        figures = position > 0 and all(each[position][:1].isdecimal() or each[position] == "–" for each in rows)
        table.add_column(head[position] if head else "", overflow="fold", justify="right" if figures else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def as_markdown(card: Card) -> str:
    lines: list[str] = []
    for depth, section in enumerate(sections(card)):
        lines += [f"{'##' if depth else '#'} {section.title}", ""]
        for text in section.text:
            lines += [text, ""]
        if section.rows:
            head = section.head or ("",) * len(section.rows[0])
            lines += [_line(head), _line("---" for _ in head), *map(_line, section.rows), ""]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"


def check_target(written: str) -> Path:
    """Where -o leads, checked before any work: a file by its suffix, or a folder."""
    path = Path(written)
    if path.suffix and not path.is_dir() and not written.endswith(("/", "\\")):
        check_file("-o", path, SUFFIXES)
    else:
        check_folder("-o", written)
    return path


def write_release(card: Card, path: Path, biosphere: str, progress: Progress) -> list[Path]:
    """One file by its suffix, or all files of a release in a folder."""
    if path.suffix.lower() in SUFFIXES and not path.is_dir():
        return [_write(card, path, biosphere, progress)]
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise LCAError(f"cannot make the folder {path}: {error.strerror or error}") from None
    written = [_write(card, path / f"lca_background{suffix}", biosphere, progress) for suffix in SUFFIXES[:2]]
    written += [_write(Card(card.background, card.sources, lang), path / f"DATA_CARD.{lang}.md", biosphere, progress) for lang in LANGUAGES]
    return [*written, write_whole(path / "references.csv", lambda temporary: _write_references(card, temporary))]


def _write(card: Card, path: Path, biosphere: str, progress: Progress) -> Path:
    suffix = path.suffix.lower()
    if suffix == ".bw2package":
        return write_package(card.background, card.sources, path, biosphere, progress)
    if suffix == ".xlsx":
        return write_background_excel(card.background, card.sources, path, biosphere)
    return write_whole(path, lambda temporary: temporary.write_text(as_markdown(card), encoding="utf-8"))


def _write_references(card: Card, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("key", "title", "authors", "year", "url", "licence", "class", "rows", "factors", "compared", "note"))
        for key, counts in uses(card).items():
            each = card.sources[key]
            texts = (key, each.title, each.authors, each.year, each.url, each.licence, each.licence_class)
            writer.writerow((*map(inert, texts), *counts, inert(each.note)))
