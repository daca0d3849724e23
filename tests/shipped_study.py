"""What the tests of shipped studies share."""

from __future__ import annotations

from typing import Any

import yaml
from test_command_line import lca as command

from lca.folders import shipped
from lca.report import page
from lca.results import Results


def own_values(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Every parameter that the study itself states."""
    written = yaml.safe_load((shipped("scenarios") / f"{name}.yaml").read_text(encoding="utf-8"))
    owners = {"": written, **written["processes"]}
    return [(f"{owner}.{key}", entry) for owner, process in owners.items() for key, entry in (process.get("parameters") or {}).items()]


def check_own_value(entry: dict[str, Any]) -> None:
    assert entry["label_en"] and entry["label_fr"]
    if "choices" not in entry and "formula" not in entry:
        assert entry["source"] and entry["basis"]
        assert float(entry["low"]) <= float(str(entry["value"]).split()[0]) <= float(entry["high"])
        assert entry["source"] != "assumption" or entry["basis"] in ("assumption", "derived")


def check_sources_and_ranges(results: Results) -> None:
    for name, variable in results.study.model.variables.items():
        about = variable.parameter
        if "." in name or about.kind != "quantity":
            continue
        assert about.source, name
        assert about.low is not None or about.basis == "derived", name


def check_without_fault(study: str) -> None:
    done = command("check", study)
    assert done.returncode == 0 and "no fault found" in done.stdout


def check_report_names_all(results: Results, lang: str) -> None:
    text = page.render(results, lang)
    for alternative in results.study.alternatives.values():
        assert getattr(alternative, f"label_{lang}") in text
