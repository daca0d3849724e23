"""What the page shows and asks: labels in both languages, the values that may be moved, counts of machines, sources."""

import json
from collections.abc import Iterable
from typing import Any

from lca.citations import cited_sources
from lca.influence import has_range, rank, set_names, step
from lca.methods import known_choices
from lca.report.evidence import owner_of
from lca.report.sentences import spaced, unit_text
from lca.results import Results
from lca.scopes import Variable
from lca.tables import status_text, value_choices
from lca.views import fleets
from lca.wording import any_label, bank, say, tag_keys, tag_label

LANGUAGES = ("en", "fr")
SHARED_TEXTS = ("and", "quoted", "no_value", "functional_unit", "quality", "alternative", "scenario", "warnings", "basis", "source", "value", "unit", "range",
                "total", "stage", "task", "figure_title", "figure_title_plain", "sum_lowest", "sum_other", "sum_other_plain", "sum_close", "sum_no_order",
                "sum_no_claim", "shared_changes", "shared_changes_note", "beside_scale")  # fmt: skip
MOST = 15  # values in sight; all others are found by searching
Labels = dict[str, str]


def contents_of(results: Results) -> dict[str, Any]:
    """Texts and facts for the page; what the model needs stands apart (`numbers_of`)."""
    study, unit, position = results.study, results.study.functional_unit, {name: n for n, name in enumerate(results.study.model.variables)}
    owners: dict[str, int] = {}
    controls, fleets = {position[name]: _control(results, name, owners) for name in _shown(results)}, _fleets(results, position)
    units = {str(each["unit"]) for each in (*controls.values(), *fleets) if each.get("unit")}
    ranked = [position[name] for name, swing in rank(results, step(results)) if swing > 0 and position[name] in controls]
    drawn = results.drawn
    return {
        "study": study.key, "about": {key: results.about[key] for key in ("version", "date")}, "texts": texts(), "title": _both(study.texts, "title_"),
        "unit": _both(unit, "text_"), "measure": _both(unit, "measure_"), "least": unit.at_least, "margin": study.margin,
        "equal": study.equalise_by == "minimum", "ranked": study.equalise_by != "side_by_side", "status": each_language(lambda lang: status_text(study, lang)),
        "alternatives": [_both(each) for each in study.alternatives.values()], "keys": list(study.alternatives),
        "scenarios": [{"key": key, **_both(study.scenarios[key])} for key in results.scenarios],
        "indicators": [{"key": each.key, "unit": each.unit, "headline": i in results.headline, **each_language(each.label),
                        "display": [(each_language(lambda lang, text=text: unit_text(text, lang)), size) for text, size in each.display or ((each.unit, 1.0),)]}
                       for i, each in enumerate(results.indicators)],
        "stages": [{"key": key, **each_language(lambda lang, key=key: tag_label("stage", key, lang))} for key in tag_keys("stage")],
        "tasks": [{"key": key, **each_language(lambda lang, key=key: tag_label("task", key, lang))} for key in (*tag_keys("task"), "")],
        "controls": controls, "owners": [_owner(results, each) for each in owners], "first": _first(results, controls, ranked),
        "names": list(position), "bases": {key: each_language(lambda lang, key=key: tag_label("basis", key, lang)) for key in tag_keys("basis")},
        "year": position.get(unit.per_year), "units_per_year": study.units.unit("year").factor / unit.amount.value, "fleets": fleets,
        "units": {each: unit_text(each, "fr") for each in sorted(units)},
        "effects": _effects(results), "shared": _shared(results), "warnings": [_both(each, "") for each in results.warnings],
        "demands": [_both(each.requirement, "message_") for each in study.model.requirements],
        "choices": [{lang: f"{each[lang]['label']} – {each[lang]['text']}" for lang in LANGUAGES} for each in _value_choices(results)],
        "drawn": {"n": drawn.n, "low": plain_numbers(drawn.percentiles[0]), "high": plain_numbers(drawn.percentiles[-1])} if drawn else None,
        "sources": _sources(results, controls.values()),
        "commands": dict(results.about.get("choices", {})),
    }  # fmt: skip


def _sources(results: Results, controls: Iterable[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """The references of values in use and of those that may be moved."""
    known = results.study.sources
    named = {*cited_sources(results), *(each["source"] for each in controls if "source" in each)}
    return {key: (known[key].citation, known[key].url) for key in sorted(named & known.keys())}


def each_language(text: Any) -> Labels:
    """A text of ours in both languages, with the spaces that each does not break."""
    return {lang: spaced(text(lang), lang) for lang in LANGUAGES}


def _both(thing: Any, start: str = "label_") -> Labels:
    """A text that a study or an inventory holds in both languages."""
    found = thing if isinstance(thing, dict) else vars(thing)
    return {lang: spaced(str(found.get(f"{start}{lang}", "")), lang) for lang in LANGUAGES}


def texts() -> dict[str, Labels]:
    """The texts of the page itself."""
    return {key: {lang: spaced(text[lang], lang) for lang in LANGUAGES} for key, text in bank().items() if key.startswith("i_") or key in SHARED_TEXTS}


def plain_numbers(array: Any) -> Any:
    """Nested lists for JSON, which knows no number without value."""
    return json.loads(json.dumps(array.tolist()).replace("NaN", "null"))


def _shown(results: Results) -> Iterable[str]:
    """What may be moved or is set by a scenario: values with a range or of the study itself, choices of several options."""
    study, chosen = results.study, {name for row in range(len(results.scenarios)) for name in set_names(results, row)}
    used = study.model.used(each.quality for each in study.alternatives.values())
    return [name for name, each in study.model.variables.items() if name in used and (name in chosen or _movable(each, results))]


def _movable(variable: Variable, results: Results) -> bool:
    parameter, own = variable.parameter, "." not in variable.name
    if variable.formula or variable.alias or variable.name in results.background.chosen:  # what the background hangs on needs another run
        return False
    return len(parameter.choices) > 1 if parameter.choices else has_range(variable) or own


def _control(results: Results, name: str, owners: dict[str, int]) -> dict[str, Any]:
    """A value with what a reader wants to know of it, in its own unit."""
    variable = results.study.model.variables[name]
    parameter, size = variable.parameter, variable.parameter.unit.factor
    found: dict[str, Any] = {"name": name, "owner": owners.setdefault(owner_of(name), len(owners)), "fixed": not _movable(variable, results)}
    found |= _label(results, variable)
    if parameter.choices:
        value_choice = known_choices().get(name)
        found["value"] = parameter.choices.index(parameter.choice) if parameter.choice in parameter.choices else 0
        found["options"] = [(each, *((value_choice["options"][each].text(lang) if value_choice else any_label(each, lang)) for lang in LANGUAGES))
                            for each in parameter.choices]  # fmt: skip
    else:
        about = {"low": parameter.low, "high": parameter.high, "allowed": parameter.allowed, "value": None if variable.formula else parameter.value}
        found |= {key: value for key, value in about.items() if value is not None} | {"unit": parameter.unit.text, "size": size}
    facts = {"basis": parameter.basis, "source": parameter.source, **{key: parameter.about.get(key) for key in ("year", "geography", "locator")}}
    return found | {key: value for key, value in facts.items() if value}


def _label(results: Results, variable: Variable) -> Labels:
    value_choice = results.study.choices.texts.get(variable.name)
    if value_choice:
        return _both(value_choice)
    about = variable.parameter.about
    if "label_en" in about:
        return _both(about)
    written = variable.name.split("|")[0].partition(".")[2] or variable.name
    return dict.fromkeys(LANGUAGES, any_label(written, "en").replace("_", " "))


def _owner(results: Results, key: str) -> Labels:
    return each_language(lambda lang: results.process_label(key, lang)) if key else each_language(lambda lang: say("area_study", lang))


def _first(results: Results, controls: dict[int, dict[str, Any]], ranked: list[int]) -> list[int]:
    """The choices of the study, then the values that move the results most."""
    own = [
        n
        for n, each in controls.items()
        if "options" in each and not each["fixed"] and "." not in each["name"] and each["name"] not in results.study.choices.values
    ]
    return own + [n for n in ranked if not controls[n]["fixed"]][:MOST]


def _fleets(results: Results, position: dict[str, int]) -> list[dict[str, Any]]:
    """Whole numbers of machines, and where each stands."""
    return [{"variable": position[name], "unit": unit, "nodes": nodes, **_label(results, results.study.model.variables[name]),
             "owner": _owner(results, owner_of(name)) if "." in name else dict.fromkeys(LANGUAGES, "")} for name, unit, nodes in fleets(results)]  # fmt: skip


def _effects(results: Results) -> list[dict[str, Any]]:
    """Effects beside the totals: which root of the model each alternative has."""
    study, roots = results.study, _roots(results)
    return [{**_both(each), "kind": each_language(lambda lang, each=each: tag_label("effect", each.kind, lang)),
             "roots": [roots.get(each.beside.get(alternative, "")) for alternative in study.alternatives]} for each in study.effects.values()]  # fmt: skip


def _shared(results: Results) -> list[dict[str, Any]]:
    """Things used together: the root of the whole, the rules that `numbers_of` gives uses for, and the roots of what changes without a user."""
    roots = _roots(results)
    return [{**_both(each), "whole": roots[f"{key} | shared"], "users": [_both(user) for user in each.users.values()],
             "rules": [each_language(lambda lang, rule=rule: say(f"shared_{rule}", lang)) for rule in each.uses],
             "changes": [{**each_language(lambda lang, change=change: say(f"shared_{change}", lang)), "root": roots[name], "user": list(each.users).index(user)}
                         for (user, change), name in each.changes.items()]} for key, each in results.study.shared.items()]  # fmt: skip


def _roots(results: Results) -> dict[str, int]:
    """Where what stands beside the alternatives is computed."""
    return {name: number + len(results.study.model.roots) for number, name in enumerate(results.study.model.beside)}


def _value_choices(results: Results) -> list[dict[str, dict[str, Any]]]:
    found = {lang: list(value_choices(results.study, lang).values()) for lang in LANGUAGES}
    return [dict(zip(LANGUAGES, each, strict=True)) for each in zip(*found.values(), strict=True)]
