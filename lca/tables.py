"""The table of contributions as CSV, and the whole of the results as JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from lca.folders import write_whole
from lca.quantities import show_dimension
from lca.results import NO_VERDICT, Results

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what makes a spreadsheet compute a text
CSV_WRITING: dict[str, dict[str, Any]] = {
    "en": {"encoding": "utf-8", "sep": ",", "decimal": "."},
    "fr": {"encoding": "utf-8-sig", "sep": ";", "decimal": ","},  # as French spreadsheets open it
}


def write_table(results: Results, path: Path, lang: str) -> Path:
    """Write the file that the suffix asks for: .csv (one line per contribution) or .json (everything)."""
    if path.suffix.lower() == ".csv":
        frame = results.table(lang)
        for column in frame.columns.drop("value"):
            frame[column] = frame[column].map({text: inert(text) for text in frame[column].unique()})
        return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, **CSV_WRITING[lang]))
    text = json.dumps(as_dictionary(results, lang), ensure_ascii=False, indent=1, allow_nan=False)
    return write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def inert(text: str) -> str:
    """A text that a spreadsheet shows and does not compute: an apostrophe stands before what would begin a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_dictionary(results: Results, lang: str) -> dict[str, Any]:
    """The results as plain data; a number without value is null."""
    study = results.study
    alternatives, scenarios = results.labels(lang)
    totals = [
        {"alternative": key, "scenario": scenario, "quality": _plain(results.quality[a, r]), "comparable": bool(results.comparable[a, r]),
         "scores": {indicator.key: _plain(results.totals[a, r, i]) for i, indicator in enumerate(results.indicators)}}
        for r, scenario in enumerate(results.scenarios) for a, key in enumerate(study.alternatives)
    ]  # fmt: skip
    contributions = results.table(lang).to_dict(orient="records")
    return {
        "title": study.text("title", lang),
        "status": "screening",
        "functional_unit": getattr(study.functional_unit, f"text_{lang}"),
        "verdict": getattr(NO_VERDICT, lang),
        "alternatives": dict(zip(study.alternatives, alternatives, strict=True)),
        "scenarios": dict(zip(results.scenarios, scenarios, strict=True)),
        "indicators": {each.key: {"label": each.label(lang), "unit": each.unit, "method": list(each.method)} for each in results.indicators},
        "value_choices": study.choices.values,
        "totals": totals,
        "contributions": [{**each, "value": _plain(each["value"])} for each in contributions],
        "parameters": {name: _values(results, name) for name in study.model.variables},
        "parameter_units": {name: show_dimension(dimension) if dimension else "" for name, dimension in study.model.dimensions.items()},
        "warnings": [getattr(each, lang) for each in results.warnings],
        "about": results.about,
    }


def _values(results: Results, name: str) -> list[Any]:
    """A parameter in every scenario that was run, in base units; a choice has the names that were chosen."""
    choices = results.study.model.variables[name].parameter.choices
    return [choices[int(each)] if choices else _plain(each) for each in results.values[name]]


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
