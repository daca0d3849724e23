"""The first scenario again with each value of each choice: what a choice changes."""

from __future__ import annotations

from typing import Any

from lca.calculation import compute
from lca.report.sentences import figure, phrase
from lca.results import Results
from lca.wording import any_label


def places(results: Results, lang: str) -> list[dict[str, Any]]:
    """Per choice of the study and per value of it, a row for each alternative and a cell for each headline indicator."""
    study, picked, tables, used = results.study, results.headline, [], results.study.model.used()
    for name, parameter in study.scopes.study.items():
        if len(parameter.choices) < 2 or name not in used:
            continue
        own, groups = parameter.choices[int(results.values[name][0])], []
        for value in parameter.choices:
            again = compute(study, results.background, results.scenarios[:1], {**results.about["settings"], name: value})
            rows = []
            for a, alternative in enumerate(results.labels(lang)[0]):
                cells = [figure(float(again.totals[a, 0, i]) / results.scale(i)[1], lang) for i in picked]
                rows.append({"label": alternative, "cells": cells})
            mark = f" ({phrase('places_own', lang)})" if value == own else ""
            groups.append({"label": any_label(value, lang) + mark, "rows": rows})
        tables.append({"label": parameter.about.get(f"label_{lang}", name), "groups": groups})
    return tables
