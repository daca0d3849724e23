"""The first scenario again with each value of each choice, of the study and of the method: what a choice changes."""

from typing import Any

from lca.calculation import by_choice, compute, names_read
from lca.methods import known_choices
from lca.report.sentences import figure
from lca.report.summary import ranked
from lca.results import Results
from lca.wording import any_label, say


def places(results: Results, lang: str) -> list[dict[str, Any]]:
    """Per choice of the study and per value of it, a row for each alternative and a cell for each headline indicator."""
    study, tables, used = results.study, [], names_read(results.study)
    for name, parameter in study.scopes.study.items():
        if len(parameter.choices) < 2 or name not in used:
            continue
        own, groups = parameter.choices[int(results.values[name][0])], []
        for value in parameter.choices:
            again = results if value == own else compute(study, results.background, results.scenarios[:1], {**results.about["settings"], name: value})
            mark = f" ({say('places_own', lang)})" if value == own else ""
            groups.append({"label": any_label(value, lang) + mark, "warnings": [], "rows": _rows(results, again, lang)})
        tables.append({"label": parameter.about.get(f"label_{lang}", name), "groups": groups})
    return tables


def _rows(results: Results, again: Results, lang: str) -> list[dict[str, Any]]:
    """A row per alternative, in the display units of the study."""
    return [
        {"label": alternative, "cells": [figure(float(again.totals[a, 0, i]) / results.scale(i)[1], lang) for i in results.headline]}
        for a, alternative in enumerate(results.labels(lang)[0])
    ]


def worlds(results: Results, lang: str) -> dict[str, Any]:
    """Per value choice that the study reads and per option of it the same rows, what is missing there, and in how many cases the order holds."""
    tables, held = [], list[bool]()
    for choice, by_option in by_choice(results).items():
        known, groups = known_choices()[choice]["options"], []
        for option, again in by_option.items():
            own = option == results.study.choices.values[choice]
            mark = f" ({say('worlds_own', lang)})" if own else ""
            missing = [getattr(each, lang) for each in again.warnings if each not in results.warnings]
            groups.append({"label": known[option].text(lang) + mark, "warnings": missing, "rows": _rows(results, again, lang)})
            held += [ranked(again, 0, i) == ranked(results, 0, i) for i in results.headline if not own and ranked(results, 0, i)]
        tables.append({"label": results.study.choices.texts[choice][f"label_{lang}"], "groups": groups})
    return {"tables": tables, "held": sum(held), "cases": len(held)}
