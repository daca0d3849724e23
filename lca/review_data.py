"""Questions on the data: assumptions that move the result, sources, age and place of values, factors without an inventory."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations

import numpy as np

from lca.calculation import running_processes
from lca.citations import cited_sources
from lca.expressions import Array
from lca.grades import LETTERS, grades
from lca.influence import Steps, rank, set_names
from lca.parameters import Parameter
from lca.processes import BackgroundExchange
from lca.results import Results
from lca.review_basis import (
    BACKGROUND,
    BOTH,
    NONE,
    PARAMETERS,
    Question,
    Say,
    ask,
    assumed_rows,
    first_of,
    headline_of,
    join,
    label_of,
    named,
    percent_of,
    shares_by_assumption,
    value_of,
    values_in_use,
    weights,
)
from lca.sources import ASSUMPTION
from lca.wording import say, tag_keys, tag_label

BASIS, SOURCES = 2, 5
LEAST = 0.05  # what moves or carries less of a total is no question, however small the margin
MOST_OF_IT = 0.5  # of a difference
OLD = 10  # years
MANY = 5, 0.2  # values, and their share, for which one source alone is much


def data_questions(results: Results, steps: Steps) -> Iterator[Question]:
    moving = rank(results, steps)
    yield from _assumptions(results, moving)
    rows = assumed_rows(results)
    yield from _shares(results, rows)
    yield from _background(results, rows)
    yield from _grades(results)
    yield from _factors(results)
    variables, values = results.study.model.variables, results.values
    for r, scenario in enumerate(results.scenarios):
        if beyond := [name for name in sorted(set_names(results, r)) if variables[name].parameter.is_beyond(float(values[name][r]))]:
            yield ask("beyond", BASIS, 0.0, scenario=scenario, names=first_of(beyond))  # the range in which a value was documented is left
    used = set(values_in_use(results, 0))
    by_influence = [*(name for name, _ in moving if name in used), *(used - {name for name, _ in moving})]
    yield from _old(results, by_influence)
    yield from _places(results, by_influence)
    yield from _sources(results)
    ranged = [variables[name].parameter for name, _ in moving if name in used]
    if len(ranged) > 1 and not any(each.together or each.correlated for each in ranged):
        yield ask("untied", SOURCES, 0.0, count=str(len(ranged)))


def _assumptions(results: Results, moving: list[tuple[str, float]]) -> Iterator[Question]:
    """Assumptions that alone move a total by more than the margin."""
    for name, swing in moving:
        parameter = results.study.model.variables[name].parameter
        if parameter.basis == ASSUMPTION and swing > max(results.study.margin, LEAST):
            yield ask("assumption", BASIS, swing, name=name, label=label_of(results, name), value=value_of(results, name), low=value_of(results, name, "low"),
                      high=value_of(results, name, "high"), swing=percent_of(swing),
                      find=_how_to_find(parameter))  # fmt: skip


def _how_to_find(parameter: Parameter) -> Say:
    return lambda lang: say("q_find", lang, how=parameter.about[f"find_{lang}"]) if f"find_{lang}" in parameter.about else ""


def _shares(results: Results, rows: Sequence[BackgroundExchange]) -> Iterator[Question]:
    """The total of which most rests on assumptions."""
    parts = shares_by_assumption(results, rows)[:, :, results.headline]
    rests = np.nan_to_num(1 - parts[NONE])
    if rests.max(initial=0.0) > 0:
        a, i = np.unravel_index(int(rests.argmax()), rests.shape)
        yield ask("rests", BASIS, float(rests[a, i]), alternative=named(results, int(a)), share=percent_of(float(rests[a, i])),
                  indicator=results.indicators[results.headline[i]].label,
                  parameters=percent_of(float(parts[PARAMETERS, a, i] + parts[BOTH, a, i])),
                  background=percent_of(float(parts[BACKGROUND, a, i] + parts[BOTH, a, i])))  # fmt: skip


def _background(results: Results, rows: Sequence[BackgroundExchange]) -> Iterator[Question]:
    """Background rows that are assumptions and carry more than the margin of a total."""
    carried = np.nan_to_num(weights(results, rows))[:, :, results.headline]
    for number in np.flatnonzero(carried.max(axis=(1, 2), initial=0.0) > max(results.study.margin, LEAST)):
        a, i = np.unravel_index(int(carried[number].argmax()), carried[number].shape)
        row = rows[int(number)]
        yield ask("row", BASIS, float(carried[number].max(axis=0).mean()), process=row.process, input=row.input, place=row.row.place,
                  share=percent_of(float(carried[number, a, i])), alternative=named(results, int(a)),
                  indicator=results.indicators[results.headline[i]].label)  # fmt: skip


def _grades(results: Results) -> Iterator[Question]:
    """The headline indicators for which most of a difference comes from products of the lowest grade."""
    known, (names, sums) = grades(results.background), results.group("input")
    comparable, found = np.flatnonzero(results.comparable[:, 0]), dict[int, Array]()
    for i in results.headline:
        weak = [name in results.background.products and known.of(name, results.indicators[i].key) == LETTERS[-1] for name in names]
        parts = np.where(weak, sums[:, 0, :, i], 0.0)
        totals, resting = results.totals[:, 0, i], parts.sum(axis=1)
        gaps = [(totals[a] - totals[b], resting[a] - resting[b], max(abs(totals[a]), abs(totals[b]))) for a, b in combinations(comparable, 2)]
        if any(abs(gap) > results.study.margin * size and rest / gap > MOST_OF_IT for gap, rest, size in gaps):
            found[i] = np.nan_to_num(parts / np.where(totals, totals, np.inf)[:, None])
    if found:
        i, a = max(((i, int(shares.sum(axis=1).argmax())) for i, shares in found.items()), key=lambda pair: float(found[pair[0]][pair[1]].sum()))
        largest = [names[n] for n in np.argsort(-found[i][a]) if found[i][a, n] > 0]
        yield ask("grade", BASIS, float(found[i][a].sum()), indicators=headline_of(results, list(found)), share=percent_of(float(found[i][a].sum())),
                  alternative=named(results, a), indicator=results.indicators[i].label, products=first_of(largest))  # fmt: skip


def _factors(results: Results) -> Iterator[Question]:
    """Given factors, processes built for some indicators only, and indicators for which the inventory was not built."""
    for key, process in running_processes(results).items():
        if process.given:
            yield ask("given", BASIS, 1.0, process=key)
        left = [each for each in results.indicators if process.covers and each.key not in process.covers]
        if left:
            yield ask("covers", BASIS, len(left) / len(results.indicators), process=key, indicators=join(each.label for each in left))
    for i in results.uncovered:
        yield ask("uncovered", BASIS, 0.0, indicator=results.indicators[i].label)


def _old(results: Results, used: list[str]) -> Iterator[Question]:
    """Values much older than the newest one in use."""
    years = {name: int(found[-1]) for name in used if (found := re.findall(r"\d{4}", results.study.model.variables[name].parameter.about.get("year", "")))}
    newest = max(years.values(), default=0)
    old = [name for name, year in years.items() if year < newest - OLD]
    if old:
        yield ask("old", SOURCES, len(old) / len(used), count=str(len(old)), years=str(OLD), newest=str(newest),
                  names=first_of(f"{each} ({years[each]})" for each in old))  # fmt: skip


def _places(results: Results, used: list[str]) -> Iterator[Question]:
    """Values of another country than those that are chosen."""
    countries, variables = tag_keys("country"), results.study.model.variables
    chosen = {each.parameter.choices[int(results.values[name][0])] for name, each in variables.items() if set(each.parameter.choices) & set(countries)}
    where = {name: variables[name].parameter.about.get("geography", "") for name in used}
    other = [name for name, place in where.items() if place and place not in chosen]
    if chosen and other:
        yield ask("place", SOURCES, len(other) / len(used), count=str(len(other)), names=first_of(f"{each} ({where[each]})" for each in other),
                  countries=join(partial(tag_label, "country", each) for each in sorted(chosen)))  # fmt: skip


def _sources(results: Results) -> Iterator[Question]:
    """Citations that nobody verified (the reference says so), and sources on which many values hang alone."""
    cited = cited_sources(results)
    marks = re.compile(say("q_unverified", "en"), re.IGNORECASE)
    loose = sorted((each for each in cited.values() if marks.search(each.source.note)), key=lambda each: -each.values)
    all_values = sum(each.values for each in cited.values())
    if loose:
        count = sum(each.values for each in loose)
        yield ask("sources", SOURCES, count / all_values, count=str(len(loose)), values=str(count), all=str(all_values),
                  names=first_of(f"{each.source.key} ({each.values})" for each in loose))  # fmt: skip
    for key, each in cited.items():
        if each.values >= MANY[0] and each.values > MANY[1] * all_values:
            yield ask("single", SOURCES, each.values / all_values, source=key, count=str(each.values), all=str(all_values))
