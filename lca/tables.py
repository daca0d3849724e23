"""The table of contributions as CSV, and the whole of the results as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lca.folders import write_whole
from lca.results import NO_VERDICT, Results


def write_table(results: Results, path: Path, lang: str) -> Path:
    """Write the file that the suffix asks for: .csv (one line per contribution) or .json (everything)."""
    if path.suffix.lower() == ".csv":
        frame = results.table(lang)
        return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, encoding="utf-8-sig" if lang == "fr" else "utf-8",
                                                                sep=";" if lang == "fr" else ",", decimal="," if lang == "fr" else "."))  # fmt: skip
    text = json.dumps(as_dictionary(results, lang), ensure_ascii=False, indent=1, allow_nan=False)
    return write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


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
        "parameters": {name: [_plain(each) for each in results.values[name]] for name, variable in study.model.variables.items() if not variable.parameter.choices},
        "warnings": [getattr(each, lang) for each in results.warnings],
        "about": results.about,
    }


def _plain(value: float) -> float | None:
    return float(value) if value == value else None
