"""Totals over many rows of values, a full grid or a table: computed and written block by block, continued where it was interrupted."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from lca import __version__
from lca.breakeven import find_parameter, range_of, reaches
from lca.draws import whole_number
from lca.errors import DataError, LCAError, UnknownName, nearest
from lca.expressions import Array
from lca.influence import fixed_values, row_of, totals_of
from lca.parameters import Parameter
from lca.results import Results
from lca.rows import compute

MOST = 10_000_000  # rows
BLOCK = 2048  # rows that are computed and written in one go: memory does not grow with their number
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rows:
    """Values of parameters (full names): every combination of what `columns` hold, or row by row (numbers in base units, options by position)."""

    parameters: dict[str, Parameter]
    columns: list[Array]
    crossed: bool

    @property
    def count(self) -> int:
        return prod(map(len, self.columns)) if self.crossed else len(self.columns[0])

    def block(self, start: int) -> list[Array]:
        places = np.arange(start, min(start + BLOCK, self.count))
        each = np.unravel_index(places, [len(column) for column in self.columns]) if self.crossed else [places] * len(self.columns)
        return [column[picked] for column, picked in zip(self.columns, each, strict=True)]


def read_grid(results: Results, written: Mapping[str, str]) -> Rows:
    """NAME: `low:high:steps`, or `steps` alone over the range of the parameter."""
    parameters, columns = dict[str, Parameter](), list[Array]()
    for name, text in written.items():
        low, high, steps = text.split(":") if text.count(":") == 2 else ("", "", text)
        full, parameter = find_parameter(results, name)
        _check_new(results, name, full, parameters)
        count = whole_number(f"the number of steps of '{name}' (as in {name}=low:high:steps)", steps, 1)
        if prod(map(len, columns)) * count > MOST:
            raise DataError(f"with {count} steps of '{name}' there are more than {MOST:,} combinations: take fewer steps")
        columns.append(np.linspace(*range_of(results, name, parameter, low.strip(), high.strip()), count))
        parameters[full] = parameter
    return Rows(parameters, columns, crossed=True)


def read_rows(results: Results, path: Path) -> Rows:
    """A table with a column per parameter; numbers are in its unit or state their own, choices are options."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            names, *lines = list(csv.reader(file)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read as a table: {getattr(error, 'strerror', None) or error}") from None
    parameters = dict[str, Parameter]()
    for name in names:
        full = results.study.scopes.study_name(name.strip())
        _check_new(results, name, full, parameters)
        parameters[full] = results.study.scopes.variables[full].parameter
    if not names or not lines or len(lines) > MOST:
        raise DataError(f"{path}: holds {len(lines):,} rows; allowed are 1 to {MOST:,}, below a line of names")
    if wrong := next((n for n, line in enumerate(lines, 2) if len(line) != len(names)), 0):
        raise DataError(f"{path}:{wrong}: holds {len(lines[wrong - 2])} values for {len(names)} names")
    return Rows(parameters, [_column(results, path, each, texts) for each, texts in zip(parameters.values(), zip(*lines, strict=True), strict=True)], False)


def _check_new(results: Results, name: str, full: str, before: Iterable[str]) -> None:
    if full in before:
        raise DataError(f"'{name}' is given twice")
    if not reaches(results, full):
        raise DataError(f"'{name}' does not reach the results of the study: it would move nothing")


def _column(results: Results, path: Path, parameter: Parameter, texts: Iterable[str]) -> Array:
    known = dict[str, float]()  # each text is read once
    low, high = parameter.allowed or (-np.inf, np.inf)
    for line, text in enumerate(texts, 2):
        if text not in known:
            place = f"{path}:{line}: '{parameter.name}'"
            if parameter.choices:
                if text.strip() not in parameter.choices:
                    raise UnknownName(f"{place} cannot be '{text}'. {nearest(text, parameter.choices)}")
                known[text] = float(parameter.choices.index(text.strip()))
                continue
            try:
                known[text] = results.study.units.bound(text.strip(), parameter.unit)
            except LCAError as error:
                raise type(error)(f"{place}: {error}") from None
            if not low <= known[text] <= high:
                factor, unit = parameter.unit.factor, parameter.unit.text
                raise DataError(f"{place} is {text}; allowed is {low / factor:g} to {high / factor:g} {unit}".rstrip())
    return np.array([known[each] for each in texts])


def sweep(results: Results, rows: Rows, path: Path, scenario: str = "", progress: Progress = lambda done, count: None) -> int:
    """Write a line per row and alternative; returns how many rows an earlier, interrupted run had left (-1: it was another one)."""
    row = row_of(results, scenario)
    part, alternatives, head = path.with_name(f"{path.name}.part"), list(results.study.alternatives), _head(results, rows, row)
    try:
        kept, end = _left(part, head, len(alternatives)) if part.exists() else (0, 0)
        with part.open("r+" if kept > 0 else "w", newline="", encoding="utf-8") as file:
            if kept > 0:
                file.truncate(end)
                file.seek(end)
            else:
                file.write(head)
            for start in range(max(kept, 0), rows.count, BLOCK):
                progress(start, rows.count)
                _write(file, results, row, rows, start)
                file.flush()
        progress(rows.count, rows.count)
        part.replace(path)
    except OSError as error:
        raise LCAError(f"cannot write {path}: {error.strerror or error}") from None
    return kept


def _head(results: Results, rows: Rows, row: int) -> str:
    """A line with a mark of all that the numbers hang on, then the names of the columns."""
    study = results.study
    fixed = sorted((name, value.tolist()) for name, value in fixed_values(results, row).items())
    texts = [__version__, study.model, study.functional_unit, study.alternatives, study.indicators, fixed, rows.parameters, rows.crossed, BLOCK]
    digest = hashlib.sha256("\0".join(map(repr, texts)).encode())
    for each in (results.background.table, *rows.columns):
        digest.update(each.tobytes())
    names = [f"{name} [{each.unit.text}]" if each.unit.text else name for name, each in rows.parameters.items()]
    totals = [f"{results.indicators[n].key} [{results.indicators[n].unit}]" for n in results.headline]
    return f"# lca {__version__} {study.key} {results.scenarios[row]} {digest.hexdigest()[:16]}\n{','.join([*names, 'alternative', 'quality', *totals])}\n"


def _left(part: Path, head: str, width: int) -> tuple[int, int]:
    """How many rows of whole blocks a file holds and where they end; -1 where another run has left it."""
    with part.open("rb") as file:
        if file.read(len(head.encode())) != head.encode():
            return -1, 0
        lines, end, found = 0, file.tell(), (0, file.tell())
        for line in file:
            whole = line.endswith(b"\n")
            lines, end = lines + whole, end + len(line)
            if whole and lines % (BLOCK * width) == 0:
                found = lines // width, end
        return found


def _write(file: TextIO, results: Results, row: int, rows: Rows, start: int) -> None:
    columns = rows.block(start)
    given = {**fixed_values(results, row), **dict(zip(rows.parameters, columns, strict=True))}
    totals, quality = totals_of(results.study, results.background, compute(results.study.model.variables, given), len(columns[0]))
    shown = [[each.choices[int(n)] for n in column] if each.choices else (column / each.unit.factor).tolist()
             for each, column in zip(rows.parameters.values(), columns, strict=True)]  # fmt: skip
    lines = [_lines(shown, key, totals[a][:, results.headline].T, quality[a]) for a, key in enumerate(results.study.alternatives)]
    csv.writer(file, lineterminator="\n").writerows(line for together in zip(*lines, strict=True) for line in together)


def _lines(shown: list[list[Any]], key: str, totals: Array, quality: Array) -> Iterator[tuple[Any, ...]]:
    """Nothing stands where there is no value."""
    found = [[None if value != value else value for value in each.tolist()] for each in (quality, *totals)]
    return zip(*shown, [key] * len(quality), *found, strict=True)
