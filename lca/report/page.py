"""Writes the report: one file of HTML, without script, font or picture from elsewhere."""

import re
from functools import lru_cache
from pathlib import Path
from statistics import mode
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lca import measure_tables, monte_tables
from lca.background import rows_in_force
from lca.documents import read_csv
from lca.folders import PACKAGE, write_whole
from lca.report import balances, beside, carriers, checklist, declaration, diagram, digital, evidence, figures, places, quality, setting
from lca.report.claims import claimed, claims
from lca.report.conclusions import conclusions
from lca.report.curves import spread
from lca.report.decided import decided
from lca.report.flow_trees import flow_trees
from lca.report.interpretation import interpretation
from lca.report.rebound import second_order
from lca.report.sentences import SEMICOLON, raised, spaced, unit_text
from lca.report.summary import ranked, summary
from lca.report.years import ahead
from lca.results import Results
from lca.tables import command, status_text, value_choices
from lca.wording import percent, say, tag_keys, tag_label

FOLDER = PACKAGE / "report"
IMPLIED = re.compile(r"</(?:t[dhr]|thead|tbody|li|p|d[dt])>(?=\s*<(?:/?(?:t[dhr]|tbody|li|d[dlt]|div|details|[ou]l|table|section)|/thead|p|h[1-6])\b)")
SECTIONS = {"per_person": "per-person", "site_indicators": "site-indicators", "model_cards": "model-card", "flow_trees": "flows-tree"}


def write_report(results: Results, path: Path, lang: str) -> Path:
    """Write the report of a run; the file appears once it is whole."""
    return write_whole(path, lambda temporary: temporary.write_text(squeezed(render(results, lang)), encoding="utf-8"))


@lru_cache(maxsize=1)  # the files of one run show the same page
def render(results: Results, lang: str) -> str:
    """The page as text. Every text of a study is escaped by the template; only our own figures and style are markup."""
    contents = {**_contents(results, lang), "interpretation": interpretation(results, lang), "second_order": second_order(results, lang)}
    contents |= {"conclusions": conclusions(results, lang, contents), "cells": lambda row, whole=None: evidence.cells(results, row, whole, lang)}
    return _templates(lang).get_template("page.html").render(style=Markup((FOLDER / "page.css").read_text(encoding="utf-8")), **contents)


@lru_cache(maxsize=2)
def _templates(lang: str) -> Environment:
    """The templates with what they may say in a language."""
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                              finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else spaced(value, lang))  # fmt: skip
    environment.globals.update(say=lambda key, **slots: say(key, lang, **slots), unit=lambda text: unit_text(text, lang), lang=lang)
    environment.globals.update(colon=spaced(" :", lang) if lang == "fr" else ":", semicolon=SEMICOLON[lang])
    environment.filters["raised"] = raised
    return environment


def squeezed(html: str) -> str:
    """The same page in fewer letters: apostrophes as they are (all our attributes stand in double quotes), plain attributes without
    quotes, no end tags that HTML implies, no space that is not seen."""
    html = re.sub(r"\n\s*(?=[\n<])", "\n", IMPLIED.sub("", re.sub("&#39;|&#x27;", "'", html)))
    html = re.sub(r"(<style>)(.*?)(?=</style>)", lambda found: found[1] + re.sub(r"\s*([{};,>])\s*|(?<=:)\s+", r"\1", found[2]), html, flags=re.S)
    return re.sub(r'( [a-z-]+)="([^\s"\'=<>`]+)"(?=[ >])', r"\1=\2", html)


def _contents(results: Results, lang: str) -> dict[str, Any]:
    study, picked = results.study, results.headline
    alternatives, scenarios = results.labels(lang)
    sources = evidence.references(results)
    parameters = evidence.parameters(results, {key: n for n, key in enumerate(sources, 1)}, lang)
    beyond: dict[str, Any] = {
        "heat": setting.heat(results, lang), "frontier": setting.frontiers(results, lang),
        "measure": measure_tables.words(results.drawn, lang) if results.drawn else [], "years": ahead(results, lang),
        "per_person": setting.per_person(results, lang), "equivalences": setting.equivalences(results, lang), "intensity": digital.intensity(results, lang),
        "site_indicators": digital.site_indicators(results, lang), "model_cards": setting.model_cards(results, lang),
        "flow_trees": flow_trees(results, lang), "sharing": digital.sharing(results, lang), "declaration": declaration.declaration(results, lang),
        "spread": spread(results, lang), "acceptance": acceptance(results, lang),
    }  # fmt: skip
    empty = _empty(results, beyond, lang)
    sections = checklist.checklist(results, lang, empty)
    unit, told, (boxes, diagrams) = study.functional_unit, beyond["acceptance"], diagram.boundaries(results, lang)
    return {
        "title": study.text("title", lang), "goal": study.text("goal", lang), "functional_unit": getattr(unit, f"text_{lang}"),
        "quality": {"measure": getattr(unit, f"measure_{lang}"), "least": percent(unit.at_least, lang)},
        "study": study, "results": results, "alternatives": alternatives, "scenarios": scenarios,
        "verdict": claimed(results, lang) if results.drawn else monte_tables.verdict(results, lang), "summary": summary(results, lang),
        "claims": {results.indicators[i].label(lang): claims(results, i, lang) for i in picked} if results.drawn else {},
        "drawn": _drawn(results, lang),
        "warnings": [getattr(each, lang) for each in results.warnings], "count": checklist.count(sections), "sections": sections,
        "indicators": [{"label": each.label(lang), "unit": results.scale(i)[0], "own_unit": each.unit, "method": " | ".join(each.method),
                        "note": getattr(each, f"note_{lang}"), "headline": i in picked,
                        "acceptance": told.get(each.key)} for i, each in enumerate(results.indicators)],
        "picked": picked, "many": len(alternatives) > evidence.MANY, "telling": percent(quality.SHOWN, lang),
        "figures": _figures(results, picked, lang), "patterns": figures.patterns(), "legend": figures.legend(lang),
        "task_legend": figures.task_legend(results, lang), "task_figures": _task_figures(results, lang),
        "totals": evidence.totals(results, lang), "groups": {tag: evidence.groups(results, tag, lang) for tag in ("stage", "task", "tier", "actor", "part")},
        "places": places.places(results, lang), "worlds": places.worlds(results, lang),
        "lines": {i: evidence.largest_lines(results, i, lang) for i in picked}, "top_flows": {i: evidence.largest_flows(results, i, lang) for i in picked},
        "matrix": evidence.matrix(results, lang), "stages": [tag_label("stage", each, lang) for each in tag_keys("stage")],
        "reference_flows": evidence.reference_flows(results, lang), "unit_processes": evidence.unit_processes(results, lang),
        "aspects": quality.aspects(results, lang), **balances.checks(results, lang),
        "boxes": boxes, "diagrams": diagrams, "electricity": carriers.electricity(results, rows_in_force(results.background), lang),
        "left_out": evidence.left_out(results, lang), "flows": evidence.flows(results, lang), "parameters": parameters,
        "references": [(each.source, "" if evidence.FACTS.fullmatch(each.source.licence) else each.source.licence) for each in sources.values()],
        "consulted": mode([each.source.accessed for each in sources.values() if each.source.accessed] or ["–"]),
        "linked": {row["reference"] for table in parameters for row in table["rows"]},
        "choices": list(value_choices(study, lang).values()), "status": status_text(study, lang),
        "effects": [(getattr(each, f"label_{lang}"), tag_label("effect", each.kind, lang), each.written if each.beside else "")
                    for each in study.effects.values()],
        "beside": beside.beside(results, lang), "scopes": beside.scope_tables(results, lang), "shared": beside.shared_things(results, lang),
        "amortisation": beside.amortisation(results, lang), "absent": checklist.absent(results) | empty, **beyond,
        "set_by_hand": results.about["settings"] | results.about.get("choices", {}), "decided": decided(results, lang), "checks": setting.checks(results, lang),
        "assumed": digital.assumed(results, lang), "machines": digital.machines(results, lang), "glossary": _glossary(lang),
        "command": command(results, lang, f"{study.key}/" if results.about.get("bundle") else f"{study.key}.html"),
    }  # fmt: skip


def _empty(results: Results, beyond: dict[str, Any], lang: str) -> set[str]:
    """What has nothing to show, or not all that the checklist asks for."""
    empty = {SECTIONS.get(key, key) for key, found in beyond.items() if not (found["rows"] if isinstance(found, dict) and "rows" in found else found)}
    empty |= {"digital"} if {"intensity", "site-indicators"} <= empty else set()
    whole = {"weighting": beyond["per_person"]["weighted"], "bundle": results.about.get("bundle"), "scenarios": len(results.scenarios) > 1,
             "acceptance": len(beyond["acceptance"]) == len(results.indicators),
             "sides": {say(f"sci_{side}", lang) for side in ("provider", "consumer")} & {label for label, _ in beyond["intensity"]},
             **{f"sharing-{each}": beyond["sharing"].get(each) for each in ("time", "resource")},
             **dict.fromkeys((f"declaration-{each}" for each in beyond["declaration"]["open"]), False)}  # fmt: skip
    return empty | {key for key, there in whole.items() if not there}


def acceptance(results: Results, lang: str) -> dict[str, tuple[str, str, str]]:
    """What is known of how well each indicator is accepted, how sound and how telling it is, with its source."""
    rows = list(read_csv(FOLDER / "acceptance.csv", ("indicator", "text_en", "text_fr", "source")))
    found = [(row.text("indicator"), row.text(f"text_{lang}"), results.study.sources[row.text("source")]) for row in rows]
    return {key: (text, source.citation, source.url) for key, text, source in found if key in results.study.indicators}


def _glossary(lang: str) -> list[tuple[str, str, str]]:
    """Terms of the report in the order of its language, each with the one in the other language and what it means."""
    other = "en" if lang == "fr" else "fr"
    rows = read_csv(FOLDER / "glossary.csv", ("term_en", "term_fr", "meaning_en", "meaning_fr"))
    terms = ((row.text(f"term_{lang}"), row.text(f"term_{other}"), row.text(f"meaning_{lang}")) for row in rows)
    return sorted(terms, key=lambda row: row[0].lower().replace("é", "e"))


def _drawn(results: Results, lang: str) -> dict[str, Any] | None:
    """The spread of the totals and the verdicts, per scenario that was run."""
    draws = results.drawn
    if draws is None:
        return None

    def table(label: str, groups: monte_tables.Rows) -> dict[str, Any]:
        shown = [{"label": name, "warnings": (), "rows": [{"label": each, "cells": cells} for each, cells in rows]} for name, rows in groups]
        return {"label": label, "groups": shown}

    scenarios = results.labels(lang)[1]
    told = enumerate(zip(scenarios, setting.told_pairs(draws), strict=True))
    verdicts = [table(scenario, monte_tables.comparisons(draws, lang, r, pairs)) for r, (scenario, pairs) in told if pairs]
    return {"title": monte_tables.title(draws, lang), "rule": monte_tables.rule(draws, lang), "spread": [table(scenarios[0], monte_tables.spread(draws, lang))],
            "verdicts": verdicts, "figures": setting.drawn_figures(results, lang), "warnings": [getattr(each, lang) for each in draws.warnings]}  # fmt: skip


def _figures(results: Results, picked: list[int], lang: str) -> list[dict[str, Any]]:
    found = []
    for i in picked:
        order, totals = ranked(results, 0, i), results.totals[:, 0, i]
        order = [] if order and totals[order[0]] == totals[order[1]] else order  # two share the lowest place
        finding = figures.finding(results, i, order, lang)
        slots = {"indicator": results.indicators[i].label(lang), "alternative": results.labels(lang)[0][order[0]] if order else ""}
        found.append({"title": say("figure_title" if order else "figure_title_plain", lang, **slots), "svg": figures.comparison(results, i, finding, lang)})
    return found


def _task_figures(results: Results, lang: str) -> list[tuple[str, Markup]]:
    """Where there are several tasks."""
    return [(results.indicators[i].label(lang), figures.comparison(results, i, figures.task_finding(results, i, lang), lang, "task"))
            for i in results.headline if len(figures.tasks(results)) > 1]  # fmt: skip
