"""The results as tables: blocks of rows that the screen and the report both show, all contributions as CSV, everything as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from shlex import quote
from typing import Any

import numpy as np

from lca import monte_tables
from lca.arithmetic import plain
from lca.calculation import running_processes
from lca.citations import background_in_use
from lca.devices import of_study
from lca.expressions import Array
from lca.folders import short, write_whole
from lca.grades import grades
from lca.methods import known_choices
from lca.quantities import show_dimension
from lca.results import DESCRIBED, Results
from lca.study import Study
from lca.views import SCOPES, Attribution, attributions, deep_table, effects, market_based, one_offs, scopes
from lca.wording import percent, say, tag_label

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what makes a spreadsheet compute a text
CSV_WRITING: dict[str, dict[str, Any]] = {
    "en": {"encoding": "utf-8", "sep": ",", "decimal": "."},
    "fr": {"encoding": "utf-8-sig", "sep": ";", "decimal": ","},  # as French spreadsheets open it
}


@dataclass(frozen=True)
class Row:
    """Of the first scenario; `values` are per indicator, in its own unit; `note` is a kind or a share."""

    label: str
    values: Array
    note: str = ""


@dataclass(frozen=True)
class Block:
    """Rows under a head; `total` (without a label) is what they are parts of."""

    label: str
    rows: list[Row]
    total: Row | None = None


def group_blocks(results: Results, by: str, lang: str, known: Sequence[str] = ()) -> list[Block]:
    """Per alternative the sums by a tag or another group; the `known` names come first, whether they have anything or not."""
    found, sums = results.group(by)
    names = [*known, *(each for each in found if each not in known)]
    labels = [results.name_label(name, lang) if by in ("process", "input", "flow", "origin") else tag_label(by, name, lang) for name in names]
    nothing = np.zeros_like(results.totals[:, 0])
    values = np.stack([sums[:, 0, found.index(name)] if name in found else nothing for name in names], axis=1)
    return _by_alternative(results, labels, values, results.totals[:, 0], lang)


def scope_blocks(results: Results, values: Array, lang: str) -> list[Block]:
    """Per alternative its scopes; `values` are those of lca/views.py."""
    return _by_alternative(results, [say(f"w_{each}", lang) for each in SCOPES], values[:, 0], values[:, 0].sum(axis=1), lang)


def _by_alternative(results: Results, labels: list[str], values: Array, totals: Array, lang: str) -> list[Block]:
    heads = results.labels(lang)[0]
    return [Block(head, list(map(Row, labels, values[a])), Row("", totals[a])) for a, head in enumerate(heads)]


def effect_blocks(results: Results, lang: str) -> list[Block]:
    """Per alternative the quantified effects beside its total, which stands there for scale."""
    found, known = effects(results), results.study.effects
    blocks = []
    for a, (key, head) in enumerate(zip(results.study.alternatives, results.labels(lang)[0], strict=True)):
        rows = [Row(getattr(known[name], f"label_{lang}"), values[a, 0], tag_label("effect", known[name].kind, lang))
                for name, values in found.items() if key in known[name].beside]  # fmt: skip
        blocks.append(Block(head, rows, Row("", results.totals[a, 0])))
    return blocks if found else []


def rule_blocks(each: Attribution, lang: str) -> list[Block]:
    """Per rule the part of every user in a shared thing; each note is the share."""
    blocks = []
    for rule, shares in each.shares.items():
        rows = [Row(each.shared.users[user][f"label_{lang}"], share[0] * each.whole[0], percent(float(share[0]), lang)) for user, share in shares.items()]
        total = sum(float(share[0]) for share in shares.values())
        blocks.append(Block(say(f"shared_{rule}", lang), rows, Row("", total * each.whole[0], percent(total, lang))))
    return blocks


def change_blocks(each: Attribution, lang: str) -> list[Block]:
    """What changes without a user: short run and long run, which sum to nothing."""
    blocks: dict[str, Block] = {}
    for (user, change), values in each.changes.items():
        block = blocks.setdefault(change, Block(say(f"shared_{change}", lang), []))
        block.rows.append(Row(each.shared.users[user][f"label_{lang}"], values[0]))
    return list(blocks.values())


def write_table(results: Results, path: Path, lang: str, locale: str = "") -> Path:
    """Write the file that the suffix asks for: .csv (one line per contribution) or .json (everything)."""
    if path.suffix.lower() == ".csv":
        frame = results.table(lang)
        for column in frame.columns.drop("value"):
            frame[column] = frame[column].map({text: inert(text) for text in frame[column].unique()})
        frame["value_choices"] = _choices(results)
        return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, **CSV_WRITING[locale or lang]))
    text = json.dumps(as_dictionary(results, lang), ensure_ascii=False, allow_nan=False)  # tens of thousands of rows: no indentation
    return write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_found(found: dict[str, Any], path: Path, lang: str) -> Path:
    """Write plain data as .json, or its lists of rows below each other as .csv, each with the name of its list as `kind`."""
    if path.suffix.lower() == ".json":
        return write_whole(path, lambda temporary: temporary.write_text(json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1), encoding="utf-8"))
    import pandas as pd

    frame = pd.DataFrame([{"kind": kind, **row} for kind, rows in found.items() if isinstance(rows, list) for row in rows])
    return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, **CSV_WRITING[lang]))


def write_deep(results: Results, path: Path, lang: str, locale: str = "") -> Path:
    """Every process with every elementary flow, per functional unit, for the rows that were run."""
    frame = deep_table(results, lang)
    for column in frame.columns[: list(frame.columns).index("amount")]:
        frame[column] = frame[column].map(inert)
    frame["value_choices"] = _choices(results)
    return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, **CSV_WRITING[locale or lang]))


def _choices(results: Results) -> str:
    """The value choices behind a table: those that differ from the defaults."""
    return "; ".join(f"{key}={value}" for key, value in results.study.choices.changed.items()) or "default"


def inert(text: str) -> str:
    """A text that a spreadsheet shows and does not compute: an apostrophe stands before what would begin a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_dictionary(results: Results, lang: str) -> dict[str, Any]:
    """The results as plain data; a number without value is null."""
    study = results.study
    alternatives, scenarios = results.labels(lang)
    totals = [
        {"alternative": key, "scenario": scenario, "quality": plain(results.quality[a, r]), "comparable": bool(results.comparable[a, r]),
         "scores": _scores(results, results.totals[a, r])}
        for r, scenario in enumerate(results.scenarios) for a, key in enumerate(study.alternatives)
    ]  # fmt: skip
    return {
        "title": study.text("title", lang),
        "status": {**asdict(study.status), "text": status_text(study, lang)},
        "functional_unit": getattr(study.functional_unit, f"text_{lang}"),
        "verdict": monte_tables.verdict(results, lang),
        "uncertainty": monte_tables.as_dictionary(results.drawn) if results.drawn else None,
        **(results.decided.as_dictionary() if results.decided else {}),
        "alternatives": dict(zip(study.alternatives, alternatives, strict=True)),
        "scenarios": dict(zip(results.scenarios, scenarios, strict=True)),
        "indicators": {each.key: {"label": each.label(lang), "unit": each.unit, "role": each.role, "method": list(each.method)} for each in results.indicators},
        "value_choices": value_choices(study, lang),
        "grade_meaning": say("grade_meaning", lang),
        "grades": {**{product: letters for product, letters, _ in graded(results)}, **_graded_devices(results)},
        "totals": totals,
        "beside": _beside(results, lang),
        "scopes": _scopes(results),
        "shared": _shared(results, lang),
        "one_offs": _one_offs(results),
        "contributions": {
            "columns": [*DESCRIBED, *(each.key for each in results.indicators)],
            "rows": [[*described, *(plain(each) for each in values.tolist())] for described, values in results.described(lang)],
        },
        "parameters": {name: _values(results, name) for name in study.model.variables},
        "parameter_units": {name: show_dimension(dimension) if dimension else "" for name, dimension in study.model.dimensions.items()},
        "background": [
            {
                "process": each.process,
                "input": each.input,
                "amount": each.amount,
                "low": each.low,
                "high": each.high,
                "range": each.origin,
                "kind": each.kind,
                **{key: each.row.text(key) for key in ("distribution", "together", "source", "basis")},
            }
            for each in background_in_use(results)
        ],  # per unit of its process, in the unit of its input
        "warnings": [getattr(each, lang) for each in results.warnings],
        "about": results.about,
    }


def choice_flags(results: Results) -> list[str]:
    """The value choices of a run as its command line gives them."""
    return [f"--choice {key}={option}" for key, option in results.about.get("choices", {}).items()]


def command(results: Results, lang: str, output: str) -> str:
    """The command that gives these results again, in a file or a folder."""
    picked = [] if results.scenarios == tuple(results.study.scenarios) else [f"--scenario {each}" for each in results.scenarios]
    settings = [f"--set {name}='{text}'" for name, text in results.about["settings"].items()]
    methods = [f"--method '{each}'" for each in results.about.get("methods", ())]
    drawn = [f"--draws {results.drawn.n} --seed {results.drawn.seed}"] if results.drawn else []
    decided = ["--decide"] if results.decided else []
    options = [*picked, *settings, *choice_flags(results), *methods, *drawn, *decided]
    return " ".join(["lca run", quote(short(results.study.path)), *options, f"--lang {lang} -o {quote(output)}"])


def status_text(study: Study, lang: str) -> str:
    """How far the study is, as a person stated it."""
    return say(f"status_{study.status.kind}", lang, by=study.status.by, on=study.status.on)


def value_choices(study: Study, lang: str) -> dict[str, dict[str, Any]]:
    """Every value choice with what was chosen, the default where that is another, and why there is this default."""
    known, found = known_choices(), {}
    for key, texts in study.choices.texts.items():
        default = study.choices.defaults[key] if key in study.choices.changed else ""
        found[key] = {
            "value": study.choices.values[key], "label": texts[f"label_{lang}"], "text": texts[f"value_{lang}"],
            "default": default, "default_text": known[key]["options"][default].text(lang) if default else "", "reason": known[key].text(f"reason_{lang}"),
        }  # fmt: skip
    return found


def graded(results: Results) -> list[tuple[str, dict[str, str], list[float]]]:
    """The background products that a study calls, each with its grade per headline indicator and the largest share of a total that comes from it."""
    known, (names, sums) = grades(results.background), results.group("input")
    parts = np.abs(np.nan_to_num(sums)) / np.where(results.totals, np.abs(results.totals), np.inf)[:, :, None]
    shares = np.nan_to_num(parts).max(axis=(0, 1))[:, results.headline]
    keys = [results.indicators[i].key for i in results.headline]
    found = [(name, row.tolist()) for name, row in zip(names, shares, strict=True) if name in results.background.products and row.any()]
    return [(name, {key: known.of(name, key) for key in keys}, row) for name, row in sorted(found, key=lambda each: -max(each[1]))]


def _graded_devices(results: Results) -> dict[str, dict[str, str]]:
    """The devices that run in a study, each with its grade per headline indicator."""
    found = of_study(results.study, results.background, [key for key, each in running_processes(results).items() if each.device])
    return {key: {results.indicators[i].key: found.grade(key, results.indicators[i].key) for i in results.headline} for key in found.devices}


def _beside(results: Results, lang: str) -> list[dict[str, Any]]:
    """Effects by alternative and scenario; those that are not quantified have no scores."""
    study, quantified, found = results.study, effects(results), []
    for key, effect in study.effects.items():
        about = {"effect": key, "kind": effect.kind, "label": getattr(effect, f"label_{lang}"), "amount": effect.written}
        if key not in quantified:
            found.append(about)
        for a, alternative in enumerate(study.alternatives if key in quantified else ()):
            for r, scenario in enumerate(results.scenarios):
                scores = {} if alternative in effect.unquantified else {"scores": _scores(results, quantified[key][a, r])}
                found.append({**about, "alternative": alternative, "scenario": scenario, **scores})
    return found


def _scopes(results: Results) -> dict[str, Any]:
    """Scopes of the reporting actor; market-based ones are absent where a purchase has no contract."""
    actor = results.study.reporting_actor
    if not actor:
        return {}
    market, missing = market_based(results, actor)
    return {
        "actor": actor, "without_contract": missing,
        **{approach: [{"alternative": alternative, "scenario": scenario, "scope": scope, "scores": _scores(results, values[a, r, s])}
                      for a, alternative in enumerate(results.study.alternatives) for r, scenario in enumerate(results.scenarios)
                      for s, scope in enumerate(SCOPES)]
           for approach, values in (("location_based", scopes(results, actor)), ("market_based", market)) if values is not None},
    }  # fmt: skip


def _shared(results: Results, lang: str) -> list[dict[str, Any]]:
    """Shared things by scenario: the whole, shares by rule, and what changes without a user."""
    return [
        {"thing": each.shared.key, "label": getattr(each.shared, f"label_{lang}"), "scenario": scenario, "whole": _scores(results, each.whole[r]),
         "shares": {rule: {user: plain(share[r]) for user, share in by_user.items()} for rule, by_user in each.shares.items()},
         "changes": [{"user": user, "change": change, "scores": _scores(results, values[r])} for (user, change), values in each.changes.items()]}
        for each in attributions(results) for r, scenario in enumerate(results.scenarios)
    ]  # fmt: skip


def _one_offs(results: Results) -> list[dict[str, Any]]:
    """Lines that are spread: the whole, over what, and what every alternative bears per functional unit."""
    return [
        {"process": each.process, "line": each.exchange.key, "counted": each.counted, "scenario": scenario, "whole": plain(each.whole[r]),
         "whole_unit": each.whole_unit, "over": plain(each.over[r]), "over_unit": each.over_unit, "unit": each.unit,
         "borne": {key: plain(each.borne[a, r]) for a, key in enumerate(results.study.alternatives)}}
        for each in one_offs(results) for r, scenario in enumerate(results.scenarios)
    ]  # fmt: skip


def _scores(results: Results, values: Array) -> dict[str, float | None]:
    return {each.key: plain(value) for each, value in zip(results.indicators, values, strict=True)}


def _values(results: Results, name: str) -> list[Any]:
    """A parameter in every scenario that was run, in base units; a choice has the names that were chosen."""
    choices = results.study.model.variables[name].parameter.choices
    return [choices[int(each)] if choices else plain(each) for each in results.values[name]]
