"""What a critical reviewer would ask next: the questions that a study leaves open, those that touch its decision first.

Ranks: 1 what could turn the comparison, 2 what the totals rest on, 3 what is left out, 4 what the study has to say of
itself, 5 its sources. Within a rank by size; two of a kind of rank 1 and one of each other kind come before the next ones."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from lca.expressions import Array
from lca.influence import Steps
from lca.quantities import multiply
from lca.report.checklist import checklist, count, for_the_public
from lca.results import Results
from lca.review_basis import Question, Say, ask, end_of, first_of, headline_of, join, label_of, named, percent_of, value_of
from lca.review_data import data_questions
from lca.wording import say

SCOPE, STATEMENT = 3, 4
DECISION = 1
LANGUAGES = ("en", "fr")
ENDS = ("low", "high")


def questions(results: Results, steps: Steps) -> list[Question]:
    """All questions, in the order in which to answer them; `steps` are those of the first row."""
    of_comparison, of_study = (_not_comparable, _close, _unequal), (_scope, _disclosure, _unfinished, _statements)
    found = [*_turning(results, steps), *_losing_quality(results, steps), *(each for asked in of_comparison for each in asked(results))]
    found += [*data_questions(results, steps), *(each for asked in of_study for each in asked(results))]
    seen, ordered = Counter[str](), []
    for each in sorted(found, key=lambda each: (each.rank, -each.size)):
        ordered.append((seen[each.kind] // (2 if each.rank == 1 else 1), each))
        seen[each.kind] += 1
    return [each for _, each in sorted(ordered, key=lambda pair: pair[0])]


def _scope(results: Results) -> Iterator[Question]:
    """Headline indicators that the study does not compute (a burden that moves there is not seen), effects and omissions without a number."""
    known, effects, left = results.background.indicators.values(), results.study.effects, results.study.left_out
    missing = [each for each in known if each.role == "headline" and each.key not in results.study.indicators]
    if missing:
        yield ask("indicators", SCOPE, len(missing) / sum(each.role == "headline" for each in known), indicators=join(each.label for each in missing))

    if effects and not any(each.beside for each in effects.values()):
        yield ask("effects", SCOPE, 1.0, names=first_of(effects))

    vague = [key for key, each in left.items() if not re.search(r"\d", each["effect_en"])]
    if vague:
        yield ask("left_out", SCOPE, len(vague) / len(left), count=str(len(vague)), all=str(len(left)), names=first_of(vague))


def _disclosure(results: Results) -> Iterator[Question]:
    """What the goal says of disclosure to the public, against the status."""
    study = results.study
    if any(say("q_mark", lang) in study.text("goal", lang) for lang in LANGUAGES):
        return  # not written yet: another question asks for it
    if for_the_public(study) and study.status.kind != "reviewed":
        yield ask("public", DECISION, 1.0, status=lambda lang: say(f"q_status_{study.status.kind}", lang))
    if not any(re.search(say("q_word_public", lang), study.text("goal", lang), re.IGNORECASE) for lang in LANGUAGES):
        yield ask("disclosure", STATEMENT, 1.0)


def _unfinished(results: Results) -> Iterator[Question]:
    """Texts that still hold the mark of what is to be completed."""
    study, unit = results.study, results.study.functional_unit
    texts = {**study.texts, **{f"functional_unit.{each}": getattr(unit, each) for each in ("text_en", "text_fr", "measure_en", "measure_fr")}}
    texts |= {f"{key}.{each}": text for part in (study.left_out, study.report) for key, entry in part.items() for each, text in entry.items()}
    texts |= {f"{key}.label": f"{each.label_en} {each.label_fr}" for part in (study.alternatives, study.scenarios, study.effects) for key, each in part.items()}
    texts |= {f"{name}.{each}": text for name, variable in study.model.variables.items() for each, text in variable.parameter.about.items()}
    open_ones = [key for key, text in texts.items() if any(say("q_mark", lang) in text for lang in LANGUAGES)]
    if open_ones:
        yield ask("unfinished", STATEMENT, 1.0, count=str(len(open_ones)), names=first_of(open_ones))


def _statements(results: Results) -> Iterator[Question]:
    """No value says how many functional units the service renders in a time; no status, and mandatory items of the report that nobody wrote."""
    study = results.study
    wanted = multiply(study.functional_unit.amount.unit.dimension, study.units.unit("year").dimension, -1.0)
    if not any(study.model.dimensions[name] == wanted for name in study.model.used()):
        yield ask("yearly", STATEMENT, 0.5, unit=study.functional_unit.amount.unit.text)
    if not study.status.stated:
        yield ask("status", STATEMENT, 0.4)
    _, mandatory, missing = count(checklist(results, "en"))
    if missing:
        yield ask("report", STATEMENT, len(missing) / mandatory, count=str(len(missing)), all=str(mandatory), names=first_of(missing))


def _turning(results: Results, steps: Steps) -> Iterator[Question]:
    """One value alone, at one end of its range, turns the order of two comparable alternatives."""
    headline = results.headline
    pairs = [pair for pair in combinations(range(len(results.study.alternatives)), 2) if results.comparable[list(pair), 0].all()]
    for number, name in enumerate(steps.names):
        for end, totals in zip(ENDS, (steps.low[number], steps.high[number]), strict=True):
            turned = {pair: sizes for pair in pairs if (sizes := turned_by(steps.base, totals, pair, headline))}
            if turned:
                changes = [_change(results, steps.base, pair, list(sizes)) for pair, sizes in turned.items()]
                size = sum(sum(sizes.values()) for sizes in turned.values()) / len(headline)
                yield ask("turns", DECISION, size, name=name, label=label_of(results, name), value=value_of(results, name, end),
                          end=end_of(end), changes=join(changes))  # fmt: skip


def turned_by(base: Array, moved: Array, pair: tuple[int, int], indicators: list[int]) -> dict[int, float]:
    """The indicators whose order turns, each with the smaller of the two differences, relative to the larger total before."""
    found = {}
    for i in indicators:
        before, after = base[pair[0], i] - base[pair[1], i], moved[pair[0], i] - moved[pair[1], i]
        size = min(abs(before), abs(after)) / max(abs(base[list(pair), i]).max(), 1e-300)
        if before * after < 0 and size > 1e-9:
            found[i] = float(size)
    return found


def _change(results: Results, base: Array, pair: tuple[int, int], indicators: list[int]) -> Say:
    """Which alternative, above before, comes below which, and for what."""
    by_direction: dict[tuple[int, int], list[int]] = {}
    for i in indicators:
        by_direction.setdefault(pair if base[pair[0], i] > base[pair[1], i] else (pair[1], pair[0]), []).append(i)

    def text(lang: str) -> str:
        names = results.labels(lang)[0]
        parts = [say("q_below", lang, more=names[more], less=names[less], indicators=headline_of(results, which)(lang))
                 for (more, less), which in by_direction.items()]  # fmt: skip
        return ", ".join(parts)

    return text


def _losing_quality(results: Results, steps: Steps) -> Iterator[Question]:
    """One value alone decides whether an alternative reaches the least quality."""
    least = results.study.functional_unit.at_least
    for number, name in enumerate(steps.names):
        for end, qualities in zip(ENDS, (steps.low_quality[number], steps.high_quality[number]), strict=True):
            lost = [int(a) for a in np.flatnonzero(results.comparable[:, 0] & (qualities < least * (1 - 1e-9)))]
            if lost:
                worst = float(qualities[lost].min())
                yield ask("quality_lost", DECISION, least - worst, name=name, label=label_of(results, name), value=value_of(results, name, end),
                          end=end_of(end), alternatives=join(named(results, a) for a in lost),
                          quality=percent_of(worst), least=percent_of(least))  # fmt: skip


def _not_comparable(results: Results) -> Iterator[Question]:
    least = results.study.functional_unit.at_least
    for a, r in zip(*np.nonzero(~results.comparable), strict=True):
        reached = float(results.quality[a, r])
        yield ask("not_comparable", DECISION, 1.0 if np.isnan(reached) else least - reached, alternative=named(results, a),
                  scenario=results.scenarios[r], quality=percent_of(reached), least=percent_of(least))  # fmt: skip


def _close(results: Results) -> Iterator[Question]:
    """Differences within the margin are none."""
    margin = results.study.margin
    for a, b in combinations(range(len(results.study.alternatives)), 2):
        with np.errstate(all="ignore"):
            gap = np.abs(results.totals[a, 0] - results.totals[b, 0]) / np.abs(results.totals[[a, b], 0]).max(axis=0)
        close = [i for i in results.headline if gap[i] <= margin]
        if close and results.comparable[[a, b], 0].all() and results.may_rank(0):
            yield ask("close", DECISION, margin * len(close) / len(results.headline), first=named(results, a), second=named(results, b),
                      margin=percent_of(margin), indicators=headline_of(results, close), scenario=results.scenarios[0])  # fmt: skip


def _unequal(results: Results) -> Iterator[Question]:
    """Qualities that differ by more than the margin and are counted as equal, or are not made equal at all."""
    study, qualities = results.study, results.quality[results.comparable[:, 0], 0]
    if len(qualities) < 2 or study.equalise_by not in ("minimum", "none"):
        return
    least, most = float(qualities.min()), float(qualities.max())
    if study.equalise_by == "none" and most > least:
        yield ask("unequal", DECISION, most - least, least=percent_of(least), most=percent_of(most))
    elif most - least > study.margin * most:
        yield ask("hidden_gap", DECISION, most - least, least=percent_of(least), most=percent_of(most), margin=percent_of(study.margin))
