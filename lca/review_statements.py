"""Questions on what the study leaves out and on what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.quantities import multiply
from lca.report.checklist import checklist, count, for_the_public
from lca.results import Results
from lca.review_asking import Question, ask, first_of, join
from lca.wording import say

SCOPE, STATEMENT = 3, 4
DECISION = 1
HEADLINE = "headline"
LANGUAGES = ("en", "fr")


def statement_questions(results: Results) -> Iterator[Question]:
    yield from _indicators(results)
    yield from _effects(results)
    yield from _left_out(results)
    yield from _disclosure(results)
    yield from _yearly(results)
    yield from _unfinished(results)
    yield from _report(results)


def _indicators(results: Results) -> Iterator[Question]:
    """Headline indicators that the study does not compute: a burden that moves there is not seen."""
    known = results.background.indicators.values()
    missing = [each for each in known if each.role == HEADLINE and each.key not in results.study.indicators]
    if missing:
        yield ask("indicators", SCOPE, len(missing) / sum(each.role == HEADLINE for each in known), indicators=join(each.label for each in missing))


def _effects(results: Results) -> Iterator[Question]:
    effects = results.study.effects
    if effects and not any(each.beside for each in effects.values()):
        yield ask("effects", SCOPE, 1.0, names=first_of(effects))


def _left_out(results: Results) -> Iterator[Question]:
    """Omissions whose effect has no number."""
    left = results.study.left_out
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


def _yearly(results: Results) -> Iterator[Question]:
    """No value says how many functional units the service renders in a time."""
    study = results.study
    wanted = multiply(study.functional_unit.amount.unit.dimension, study.units.unit("year").dimension, -1.0)
    if not any(study.model.dimensions[name] == wanted for name in study.model.used()):
        yield ask("yearly", STATEMENT, 0.5, unit=study.functional_unit.amount.unit.text)


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


def _report(results: Results) -> Iterator[Question]:
    """No status, and mandatory items of the report that nobody wrote."""
    if not results.study.status.stated:
        yield ask("status", STATEMENT, 0.4)
    _, mandatory, missing = count(checklist(results, "en"))
    if missing:
        yield ask("report", STATEMENT, len(missing) / mandatory, count=str(len(missing)), all=str(mandatory), names=first_of(missing))
