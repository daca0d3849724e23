"""Writes what the documentation takes from the software, to run after a change of the format or of the data (make data):
the editors' schemas; in formats.md the output of its study, the messages and the tables of keys; in compose.md the output of
each study; the totals of the shipped studies (results.csv), after saying what moved in them; the background beside published values, and how much of each study
rests on assumptions (background_validation.md and its tables); the devices beside published values (device_validation.md);
all texts of the software in both languages (sentences.md)."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
import ranges  # beside this file
import sentences
import validation

import lca
from lca.__main__ import main
from lca.edition import lock_edition, read_edition
from lca.folders import shipped
from lca.formats import Field, fields
from lca.methods import read_indicators
from lca.new_study import spell_schema
from lca.results import Results
from lca.schema import DOCUMENTS
from lca.sources import ASSUMPTION

DOCS = Path(__file__).resolve().parent
PAGE, COMPOSE = DOCS / "formats.md", DOCS / "compose.md"
TOTALS, COMPARED = DOCS / "results.csv", DOCS / "background_validation.csv"
VALIDATION, ASSUMPTIONS, RANGES = DOCS / "background_validation.md", DOCS / "background_assumptions.csv", DOCS / "background_ranges.csv"
DEVICES, DEVICE_TABLE = DOCS / "device_validation.md", DOCS / "device_validation.csv"
LARGEST, NAMED = 10, 0.02  # rows listed per indicator; the share from which the page names one
MOVED = 1e-6  # relative change that is told
BLOCK = re.compile(r"```yaml\n# (\S+)\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)
WORDS = {"name": "a name", "names": "a list of names", "texts": "lines `name: text`"}  # how the tables put it; other plain ones as they are


def examples(page: str) -> dict[str, str]:
    """The files that a page holds, by path."""
    return {path: f"# {path}\n{text}" for path, text, _ in BLOCK.findall(page)}


def write_examples(page: str, folder: Path) -> None:
    for path, text in examples(page).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def run(folder: Path, study: str) -> tuple[str, str]:
    """What `lca run` writes in a folder: output and errors."""
    output, errors, before, arguments = io.StringIO(), io.StringIO(), Path.cwd(), sys.argv
    os.chdir(folder)
    sys.argv = ["lca", "run", study]
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors), contextlib.suppress(SystemExit):
            main()
    finally:
        os.chdir(before)
        sys.argv = arguments
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines()).strip(), errors.getvalue()


def only_tables(shown: str) -> str:
    """What a run shows before its verdict, and what it shows beside the total: no word on the status and no warnings."""
    head, _, tail = shown.partition("\nNo verdict")
    beside = tail.partition("\nBeside the total")
    return f"{head.rstrip()}\n" + (f"\n{(beside[1] + beside[2]).partition(chr(10) + 'Warnings')[0].strip()}\n" if beside[1] else "")


def retold(page: str, folder: Path) -> str:
    """A page with what its studies show, or what is said against them, below each that has such a block."""
    for path, text, told in BLOCK.findall(page):
        if told:
            shown, said = run(folder, Path(path).stem)
            page = page.replace(f"# {path}\n{text}```\n\n```text\n{told}```", f"# {path}\n{text}```\n\n```text\n{only_tables(shown) if shown else said}```")
    return page


def renewed_compose() -> str:
    """The page on composing a service as it should be."""
    page = COMPOSE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        write_examples(page, Path(name))
        return retold(page, Path(name))


def renewed() -> dict[Path, str]:
    """The files of the documentation as they should be."""
    page = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_examples(page, folder)
        shown, _ = run(folder, "reading_room")
        page = retold(page, folder)
    page = between(page, "output", f"```text\n{shown}\n```")
    page = between(page, "keys", field_tables().strip())
    studies = {path.stem: lca.run(path) for path in sorted(shipped("scenarios").glob("*.yaml"))}
    totals = as_csv([("study", "scenario", "alternative", "indicator", "total", "unit"), *study_totals(studies)])
    validated, assumed, text = validation.validate(studies), all_assumptions(studies), VALIDATION.read_text(encoding="utf-8")
    for mark, table in {**validation.marks(validated), "assumptions": assumption_table(assumed)}.items():
        text = between(text, mark, table)
    sizes = ranges.range_shares(studies)
    text = between(text, "ranges", validation.markdown([each.replace("_", " ") for each in sizes[0]], [list(each) for each in sizes[1:]]))
    tables = {TOTALS: totals, COMPARED: as_csv(validation.table(validated)), ASSUMPTIONS: as_csv(assumed), RANGES: as_csv(ranges.kind_rows())}
    schemas = {DOCS / "schema" / f"{each}.schema.json": spell_schema(each) for each in DOCUMENTS}
    return {PAGE: page, VALIDATION: text, **renewed_devices(), **sentences.renewed_sentences(), **tables, **schemas}


def renewed_devices() -> dict[Path, str]:
    """The page of the devices and its table as they should be."""
    (rows, marks), text = validation.validate_devices(), DEVICES.read_text(encoding="utf-8")
    for mark, table in marks.items():
        text = between(text, mark, table)
    return {DEVICES: text, DEVICE_TABLE: as_csv(rows)}


def study_totals(studies: dict[str, Results]) -> list[tuple[str, ...]]:
    """The totals of every shipped study, seven figures."""
    rows = []
    for study, results in studies.items():
        for r, scenario in enumerate(results.scenarios):
            for a, alternative in enumerate(results.study.alternatives):
                rows += [(study, scenario, alternative, each.key, f"{results.totals[a, r, i]:.6e}", each.unit) for i, each in enumerate(results.indicators)]
    return rows


def all_assumptions(studies: dict[str, Results]) -> list[tuple[str, ...]]:
    """Of every shipped study and headline indicator, the share resting on assumptions and the largest rows of it."""
    rows = [("study", "indicator", "share", "row")]
    for study, results in studies.items():
        for indicator, shares in assumption_shares(results).items():
            largest = sorted(shares.items(), key=lambda item: -item[1])[:LARGEST]
            rows += [(study, indicator, f"{share:.4f}", row) for row, share in (("all", sum(shares.values())), *largest)]
    return rows


def assumption_shares(results: Results) -> dict[str, dict[str, float]]:
    """The rows of the background that are assumptions, by headline indicator, each with its share of all |elementary exchanges|."""
    counted = ranges.exchange_sizes(results)
    whole = np.sum([sizes for _, sizes in counted], axis=0)
    shares: dict[str, dict[str, float]] = {}
    for place, number in enumerate(results.headline):
        assumed = shares.setdefault(results.indicators[number].key, {})
        for row, sizes in counted:
            if row.row["basis"] == ASSUMPTION and sizes[place]:
                name = f"{row.process} <- {row.input}"
                assumed[name] = assumed.get(name, 0.0) + float(sizes[place] / whole[place])
    return shares


def assumption_table(assumed: list[tuple[str, ...]]) -> str:
    """The rows of the page: the totals, and single rows that carry more than a little."""
    shown = [[*row[:2], f"{100 * float(row[2]):.1f} %", row[3]] for row in assumed[1:] if row[3] == "all" or float(row[2]) >= NAMED]
    return validation.markdown(list(assumed[0]), shown)


def as_csv(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def moved(before: str, after: str) -> list[str]:
    """What a change of the data moved in the shipped studies: an update must not move results silently."""
    tables = [{tuple(row[:4]): float(row[4]) for row in list(csv.reader(text.splitlines()))[1:]} for text in (before, after)]
    lines = [f"{' '.join(key)}: new" for key in tables[1] if key not in tables[0]] + [f"{' '.join(key)}: gone" for key in tables[0] if key not in tables[1]]
    for key in (each for each in tables[1] if each in tables[0]):
        old, new = tables[0][key], tables[1][key]
        if abs(new - old) > MOVED * abs(old):
            lines.append(f"{' '.join(key)}: {old:.4g} -> {new:.4g} ({100 * (new / old - 1):+.2f} %)" if old else f"{' '.join(key)}: 0 -> {new:.4g}")
    return lines


def between(page: str, mark: str, text: str) -> str:
    head, rest = page.split(f"<!-- begin {mark} -->\n")
    return f"{head}<!-- begin {mark} -->\n{text}\n{rest[rest.index(f'<!-- end {mark} -->') :]}"


def field_tables() -> str:
    """Every kind of entry with its keys, in Markdown."""
    return "\n".join(line for kind, known in fields().items() for line in _table(kind, known))


def _table(kind: str, known: dict[str, Field]) -> list[str]:
    rows = [f"| `{key}`{' *' if each.required else ''} | {_words(each.holds)} | {_bars(each.meaning)} | {_code(each.example)} |" for key, each in known.items()]
    return [f"### {kind.replace('_', ' ')}", "", "| key | holds | meaning | example |", "| --- | --- | --- | --- |", *rows, ""]


def _words(holds: str) -> str:
    return " or ".join(_word(part) for part in holds.split(" or "))


def _word(holds: str) -> str:
    way, _, what = holds.partition(":")
    link = f"[{what.replace('_', ' ')}](#{what.replace('_', '-')})"
    words = {"option": ", ".join(f"`{each}`" for each in what.split("|")), "tag": f"{what} (`lca list {what}`)", "one": link,
             "many": f"`name:` {link}", "list": f"a list of {link}"}  # fmt: skip
    return words[way] if what else WORDS.get(holds, holds)


def _code(example: str) -> str:
    return f"`{_bars(example)}`" if example else ""


def _bars(text: str) -> str:
    """A bar would end the cell of a table."""
    return text.replace("|", r"\|")


if __name__ == "__main__":
    if told := lock_edition(read_edition(read_indicators())):
        sys.exit(told)
    files = {**renewed(), COMPOSE: renewed_compose()}
    if TOTALS.is_file():
        print("\n".join(moved(TOTALS.read_text(encoding="utf-8"), files[TOTALS]) or ["no total of a shipped study moved"]))
    print(files[ASSUMPTIONS], end="")
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
