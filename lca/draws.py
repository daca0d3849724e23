"""What is drawn: streams of quantiles by name, and the values of parameters and background rows at them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lca.checks import correlations, drawn_as
from lca.errors import DataError
from lca.expressions import Array
from lca.influence import has_range
from lca.ranges import RangedExchange
from lca.rows import Values
from lca.scopes import Variable
from lca.study import Study
from lca.uncertainty import quantile

BLOCK = 1000  # draws of one Latin hypercube; more draws are more of them, so that memory does not grow
Name = TypeVar("Name")
Each = TypeVar("Each")


@dataclass(frozen=True)
class Part:
    """Draws `start` to `start + size` of a run, which are drawn and computed in one go."""

    seed: int
    number: int
    start: int
    size: int


def parts(n: int, seed: int) -> list[Part]:
    return [Part(seed, number, start, min(BLOCK, n - start)) for number, start in enumerate(range(0, n, BLOCK))]


def whole_number(what: str, value: object, least: int) -> int:
    """A count or a seed, as a number or as text."""
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) < least:
        raise DataError(f"{what} is '{text}'; allowed is a whole number, {least} or more")
    return int(text)


def stream(part: Part, name: str) -> Array:
    """Quantiles between 0 and 1: one in each of as many equal strata as there are draws, in a random order that hangs on
    seed and name alone, so that what else is drawn changes nothing."""
    text = f"{part.seed}|{part.number}|{name}".encode()
    random = np.random.default_rng(int.from_bytes(hashlib.blake2b(text, digest_size=16).digest()))
    return np.asarray((random.permutation(part.size) + random.uniform(1e-9, 1 - 1e-9, part.size)) / part.size)


def correlated(streams: list[Array], matrix: Array) -> list[Array]:
    """The same quantiles in an order that correlates them (Gaussian copula); each keeps its strata."""
    values, vectors = np.linalg.eigh(matrix)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    from scipy.special import ndtri

    mixed = root @ ndtri(np.stack(streams))
    return [np.sort(each)[np.argsort(np.argsort(order))] for each, order in zip(streams, mixed, strict=True)]


def standard_ranks(columns: Array) -> Array:
    """The ranks within columns (draw first) with mean 0 and deviation 1, equal values with equal ranks; nothing where all are equal."""
    found = np.empty(columns.shape)
    for number, column in enumerate(columns.T):
        _, places, counts = np.unique(column, return_inverse=True, return_counts=True)
        found[:, number] = (np.cumsum(counts) - counts / 2)[places]
    found -= found.mean(axis=0)
    spread = found.std(axis=0)
    return np.asarray(np.divide(found, spread, out=np.zeros_like(found), where=spread > 0))


def grouped(pairs: Iterable[tuple[Name, Each]]) -> dict[Name, list[Each]]:
    found: dict[Name, list[Each]] = {}
    for name, each in pairs:
        found.setdefault(name, []).append(each)
    return found


class Foreground:
    """The parameters of a study that have a range of their own and reach its results."""

    def __init__(self, study: Study) -> None:
        used = study.model.used(each.quality for each in study.alternatives.values())
        drawn = [each for name, each in study.model.variables.items() if name in used and has_range(each)]
        self.streams = grouped((drawn_as(each.name, each.parameter), each) for each in drawn)
        drawn_of = ((names, matrix, [n for n, name in enumerate(names) if name in self.streams]) for names, matrix in correlations(study.scopes))
        self.correlated = [([names[n] for n in kept], matrix[np.ix_(kept, kept)]) for names, matrix, kept in drawn_of if len(kept) > 1]
        self.cut: dict[str, int] = {}  # how many draws lay outside what is allowed

    def draw(self, part: Part) -> Values:
        return self.values(self.shares(part))

    def shares(self, part: Part) -> dict[str, Array]:
        """The quantiles of every stream."""
        shares = {name: stream(part, name) for name in self.streams}
        for names, matrix in self.correlated:
            shares |= zip(names, correlated([shares[each] for each in names], matrix), strict=True)
        return shares

    def run_shares(self, n: int, seed: int) -> dict[str, Array]:
        """The quantiles of every stream in a whole run."""
        found = [self.shares(each) for each in parts(n, seed)]
        return {name: np.concatenate([each[name] for each in found]) for name in self.streams}

    def values(self, shares: dict[str, Array]) -> Values:
        """A column of values per name, at given quantiles. What lies outside `allowed` is cut there and counted."""
        return {each.name: self.value(each, shares[name]) for name, variables in self.streams.items() for each in variables}

    def value(self, variable: Variable, share: Array) -> Array:
        parameter = variable.parameter
        assert parameter.low is not None and parameter.high is not None
        found = quantile(share, parameter.value, parameter.low, parameter.high, parameter.distribution)
        if parameter.allowed:
            within = np.clip(found, *parameter.allowed)
            outside = int((within != found).sum())
            self.cut |= {variable.name: self.cut.get(variable.name, 0) + outside} if outside else {}
            return within
        check_sign(found, parameter.low, parameter.high, f"'{variable.name}'", parameter.place)
        return found


def check_sign(found: Array, low: float, high: float, what: str, place: str) -> None:
    """A range above zero that is drawn below it (a life of less than no time) needs another distribution."""
    wrong = int(((found <= 0) & (low > 0) | (found >= 0) & (high < 0)).sum())
    if wrong:
        raise DataError(f"{place}: {what} has a range on one side of zero, and {wrong} of {found.size} draws lie on the other. "
                        "Use 'distribution: lognormal', or state what is 'allowed'")  # fmt: skip


class BackgroundRows:
    """The amounts of background rows, drawn by range; shares of a whole sum to one."""

    def __init__(self, rows: list[RangedExchange], rest: str) -> None:
        seen: dict[str, int] = {}
        named = []
        for number, row in enumerate(rows):
            key = f"{row.process} <- {row.input}"
            seen[key] = seen.get(key, 0) + 1
            if row.low is not None and row.high is not None and row.low < row.high:
                group = row.row.text("together")
                named.append((f"background group {group}" if group else f"background {key} {seen[key]}", number))
        self.rows, self.streams = rows, grouped(named)
        self.amounts = np.array([each.amount for each in rows])
        shares = grouped((row.process, number) for number, row in enumerate(rows) if row.share)
        self.wholes = [(numbers, [rows[each].origin == rest for each in numbers].index(True)) for numbers in shares.values()
                       if any(rows[each].origin == rest for each in numbers)]  # fmt: skip

    def draw(self, part: Part, only: str = "") -> Array:
        """Amounts per row and draw (row x draw); with `only`, just what has its range from there moves."""
        found = np.repeat(self.amounts[:, None], part.size, axis=1)
        for name, numbers in self.streams.items():
            moved = [each for each in numbers if not only or self.rows[each].origin == only]
            share = stream(part, name) if moved else np.zeros(0)
            for each in moved:
                found[each] = self.value(each, share)
        for numbers, rest in self.wholes:
            found[numbers] = whole(found[numbers], rest)
        return found

    def value(self, number: int, share: Array) -> Array:
        """The amounts of a row with a range, at given quantiles."""
        row = self.rows[number]
        assert row.low is not None and row.high is not None
        found = quantile(share, row.amount, row.low, row.high, row.row.text("distribution"))
        check_sign(found, row.low, row.high, f"{row.process} <- {row.input}", row.row.place)
        return found


def whole(shares: Array, rest: int) -> Array:
    """Shares (share x draw) that sum to one: the largest is the rest; where nothing is left for it, all are divided by their sum."""
    found = shares.copy()
    found[rest] = 0.0
    others = found.sum(axis=0)
    found[rest] = np.maximum(1 - others, 0.0)
    return np.asarray(found / np.maximum(others, 1.0))
