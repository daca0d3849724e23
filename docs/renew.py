"""Writes what the documentation takes from the software: the editors' schemas; in formats.md the output of its study, the
messages and the tables of keys. To run after a change of the format or of the data: python docs/renew.py"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path

from lca.__main__ import main
from lca.formats import Field, fields
from lca.new_study import spell_schema
from lca.schema import DOCUMENTS

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "formats.md"
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


def renewed() -> dict[Path, str]:
    """The files of the documentation as they should be."""
    page = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_examples(page, folder)
        shown, _ = run(folder, "reading_room")
        for path, text, told in BLOCK.findall(page):
            if told:
                _, said = run(folder, Path(path).stem)
                page = page.replace(f"# {path}\n{text}```\n\n```text\n{told}```", f"# {path}\n{text}```\n\n```text\n{said}```")
    page = between(page, "output", f"```text\n{shown}\n```")
    page = between(page, "keys", field_tables().strip())
    return {PAGE: page, **{DOCS / "schema" / f"{each}.schema.json": spell_schema(each) for each in DOCUMENTS}}


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
    for path, text in renewed().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
