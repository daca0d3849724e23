"""What the commands share: how options are read and files are checked before any work."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lca.errors import UnknownName, nearest

EXAMPLES = {"--set": "--set country=DEU", "--choice": "--choice labour=marginal"}


def read_settings(option: str, texts: Iterable[str]) -> dict[str, str]:
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UnknownName(f"{option} '{text}': write NAME=VALUE, as in {EXAMPLES[option]}")
        settings[name.strip()] = value.strip()
    return settings


def check_file(option: str, path: Path, suffixes: tuple[str, ...]) -> None:
    if path.suffix.lower() not in suffixes:
        raise UnknownName(f"{option} {path}: there is no output with the suffix '{path.suffix}'. {nearest(path.suffix, suffixes)}")
    if not path.parent.is_dir():
        raise UnknownName(f"{option} {path}: there is no folder {path.parent}")


def writer(path: Path) -> Any:
    """The writer that a suffix asks for."""
    check_file("-o", path, (".xlsx", ".html", ".csv", ".json"))
    if path.suffix.lower() == ".xlsx":
        from lca.workbook import write_workbook as write
    elif path.suffix.lower() == ".html":
        from lca.report.page import write_report as write
    else:
        from lca.tables import write_table as write
    return write
