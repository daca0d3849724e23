"""A question of a reviewer and what its texts are filled with, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lca.errors import Message
from lca.results import Results
from lca.wording import message, percent, quantity, say

Say = Callable[[str], str]  # a text by language
FIRST = 3  # how many of several are named


@dataclass(frozen=True)
class Question:
    """`rank` says what it touches (see lca/review.py), `size` how much, relative to the others of its rank."""

    rank: int
    size: float
    kind: str
    message: Message


def ask(kind: str, rank: int, size: float, **slots: str | Say) -> Question:
    return Question(rank, size, kind, message(f"q_{kind}", **slots))


def join(texts: Iterable[Say]) -> Say:
    """Several texts that may hold commas."""
    parts = list(texts)
    return lambda lang: (" ; " if lang == "fr" else "; ").join(each(lang) for each in parts)


def first_of(texts: Iterable[str | Say]) -> Say:
    """The first few of a list, and how many more there are."""
    parts = list(texts)

    def text(lang: str) -> str:
        shown = ", ".join(each if isinstance(each, str) else each(lang) for each in parts[:FIRST])
        return shown + (f" {say('q_more', lang, count=len(parts) - FIRST)}" if parts[FIRST:] else "")

    return text


def percent_of(share: float) -> Say:
    return lambda lang: percent(share, lang)


def named(results: Results, alternative: int) -> Say:
    return lambda lang: results.labels(lang)[0][alternative]


def label_of(results: Results, name: str) -> Say:
    about = results.study.model.variables[name].parameter.about
    return lambda lang: about.get(f"label_{lang}", name)


def value_of(results: Results, name: str, which: str = "value") -> Say:
    """A value, or the low or high end of its range, in its own unit."""
    parameter = results.study.model.variables[name].parameter
    return lambda lang: quantity(getattr(parameter, which) / parameter.unit.factor, parameter.unit.text, lang)


def end_of(end: str) -> Say:
    return lambda lang: say(f"q_{end}", lang)


def headline_of(results: Results, which: list[int]) -> Say:
    """The names of some headline indicators, or that it is all of them."""
    if len(which) > 1 and which == results.headline:
        return lambda lang: say("q_all_headline", lang)
    return join(results.indicators[i].label for i in which)
