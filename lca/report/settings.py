"""The table of parameters: value, range, basis and source of everything that reaches a result."""

from __future__ import annotations

from typing import Any

from lca.report.evidence import concerning
from lca.report.sentences import figure, phrase, written
from lca.results import Results
from lca.scopes import Variable
from lca.wording import any_label, tag_label


def parameters(results: Results, numbers: dict[str, int], lang: str) -> list[dict[str, Any]]:
    """Per process the variables in use; those that only follow another one are not repeated. `numbers` are those of the references."""
    study = results.study
    used = study.model.used(each.quality for each in study.alternatives.values())
    tables: dict[str, list[dict[str, Any]]] = {"": []}
    for name in sorted(used):
        variable = study.model.variables[name]
        if not _follows(variable, results):
            owner = name.partition(".")[0] if "." in name else ""
            tables.setdefault(owner, []).append(_row(name, variable, results, numbers, lang))
    labels = {key: process.about.get(f"label_{lang}", key) for key, process in study.scopes.processes.items()}
    return [{"label": labels.get(owner, phrase("area_study", lang)), "rows": rows} for owner, rows in tables.items() if rows]


def _follows(variable: Variable, results: Results) -> bool:
    """Whether a variable has the same values as the one that it is said to follow."""
    followed = variable.alias or variable.origin or (variable.formula.text if variable.formula and variable.formula.kind == "name" else "")
    return followed in results.values and bool((results.values[followed] == results.values[variable.name]).all())


def _row(name: str, variable: Variable, results: Results, numbers: dict[str, int], lang: str) -> dict[str, Any]:
    parameter, size = variable.parameter, variable.parameter.unit.factor
    values = [_shown(variable, float(each), lang) for each in results.values[name]]
    others = [(f"S{n}", value) for n, value in enumerate(values[1:], 2) if value != values[0]]
    bounds = [written(each / size, lang) for each in (parameter.low, parameter.high) if each is not None]
    return {
        "name": name, "label": parameter.about.get(f"label_{lang}", ""), "value": values[0], "others": others, "unit": parameter.unit.text,
        "range": " – ".join(bounds), "formula": parameter.written if variable.formula and parameter.formula else "",
        "basis": tag_label("basis", parameter.basis, lang) if parameter.basis else "",
        "reference": numbers.get(parameter.source, 0), "warnings": concerning(results.warnings, name, lang),
    }  # fmt: skip


def _shown(variable: Variable, value: float, lang: str) -> str:
    if variable.parameter.choices:
        return any_label(variable.parameter.choices[int(value)], lang)
    return (figure if variable.formula else written)(value / variable.parameter.unit.factor, lang)
