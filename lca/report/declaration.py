"""What is asked of a model: annex XI of the European regulation on artificial intelligence, and the list of the Green AI literature, in one table."""

from typing import Any

import numpy as np

from lca.citations import picked_names
from lca.documents import Mapping, read_csv
from lca.expressions import Array
from lca.folders import PACKAGE
from lca.report.digital import TASKS, UNIT, climate_of, counts, electric
from lca.report.evidence import shown
from lca.report.sentences import SEMICOLON, figure, share, unit_text
from lca.results import Results
from lca.wording import any_label, percent, say, tag_label

NAMED = 3  # values that stand in one cell
SIZES = (("GWh", 1e6), ("MWh", 1e3), (UNIT, 1.0), ("Wh", 1e-3), ("mWh", 1e-6))


def declaration(results: Results, lang: str) -> dict[str, Any]:
    """A row per item asked for, with who asks and a cell per alternative that trains or runs a model; `open` are those who miss something."""
    asked = list(read_csv(PACKAGE / "report" / "declaration.csv", ("key", "annex", "green", "parameters", "label_en", "label_fr")))
    running = electric(results) & np.array([line.tags.get("stage") == "use" for line in results.lines])
    masks = {task: running & np.array([line.tags.get("task") == task for line in results.lines]) for task in TASKS.values()}
    drawn = [{task: float(results.quantities[a, 0, mask].sum()) for task, mask in masks.items()} for a in range(len(results.study.alternatives))]
    models = [a for a, each in enumerate(drawn) if any(each.values())]
    columns = [_read(results, a, asked, lang) | _computed(results, a, drawn[a], np.any(list(masks.values()), axis=0), lang) for a in models]
    rows, unfilled = list[dict[str, Any]](), set[str]() if models else {"annex", "green"}
    for row in asked if models else ():
        cells = [each[row.text("key")] for each in columns]
        unfilled |= {who for who in ("annex", "green") if row[who] and not all(cells)}
        who = [*([say("ai_annex", lang, point=row["annex"])] if row["annex"] else []), *(["Green AI"] if row["green"] else [])]
        rows.append({"label": row.text(f"label_{lang}"), "asked": ", ".join(who), "cells": cells[:1] if len(set(cells)) == 1 else cells})
    return {"rows": rows, "open": unfilled, "names": [results.labels(lang)[0][a] for a in models]}


def _read(results: Results, a: int, asked: list[Mapping], lang: str) -> dict[str, str]:
    """What values of an alternative say that bear the names of the table; nothing is left for the analyst to complete."""
    variables, picked, cells, bases = results.study.model.variables, sorted(picked_names(results, a)), dict[str, str](), dict[str, None]()
    for row in asked:
        wanted, told = row.text("parameters").split("|"), dict[tuple[object, str], str]()
        for name in (name for each in wanted if each for name in picked if name.rpartition(".")[2] == each):
            parameter, value = variables[name].parameter, float(results.values[name][0])
            label = "" if parameter.choices or len(wanted) == 1 else parameter.about.get(f"label_{lang}", "")
            text = f"{shown(variables[name], value, lang)} {unit_text(parameter.unit.text, lang).removeprefix('1')}".strip()
            told.setdefault((text if parameter.choices else value, label), say("bracketed", lang, name=text, share=label) if label else text)
            bases |= {tag_label("basis", parameter.basis, lang): None} if parameter.basis and row["annex"] else {}
        more = [say("ai_more", lang, count=len(told) - NAMED)] if len(told) > NAMED else []
        cells[row.text("key")] = SEMICOLON[lang].join([*list(told.values())[:NAMED], *more])
    return cells | {"measured": say("ai_modelled", lang, basis=", ".join(bases).lower()) if bases else say("ai_estimated", lang)}


def _computed(results: Results, a: int, drawn: dict[str, float], mask: Array, lang: str) -> dict[str, str]:
    """What the results say of an alternative; `drawn` is its electricity by task, on the lines of `mask`."""
    unit, nodes, climate = results.study.functional_unit, results.study.model.nodes, climate_of(results)
    training, answering = (drawn[TASKS[side]] for side in ("provider", "consumer"))
    whole = {n for n, node in enumerate(nodes) if node.process.unit == "1" and node.tags.get("task") == TASKS["provider"] and results.levels[a, 0, n]}
    whole -= {call.called for call in results.study.model.calls if call.caller in whole}
    energy = [say("ai_per", lang, value=_energy(training, lang), unit=say("ai_unit", lang))] if training else []
    energy += [say("ai_whole", lang, value=_energy(training / float(results.levels[a, 0, n]), lang)) for n in whole if training and len(whole) == 1]
    by = [(label, answering / amounts[a]) for label, amounts in counts(results, "consumer", lang) if amounts[a]]
    embodied, places, products = "", dict[str, Array](), list(results.background.products.values())
    if climate is not None:
        impacts: Array = results.contributions[a, 0, :, :, climate].sum(axis=1)
        made = float(impacts[[line.tags.get("stage") != "use" for line in results.lines]].sum())
        embodied = say("ai_embodied" if made else "ai_not_embodied", lang, share=share(made, float(results.totals[a, 0, climate]), lang))
        for n in np.flatnonzero(mask & (results.quantities[a, 0] != 0)):
            place = any_label(products[int(results.line_inputs[0, n])].location, lang)
            places[place] = places.get(place, 0.0) + np.array([1000 * impacts[n], results.quantities[a, 0, n]])
    grids = [(place, f"{figure(grams / amount, lang)} {unit_text('g CO2-eq', lang)}/{UNIT}") for place, (grams, amount) in places.items()]
    return {
        "training_energy": SEMICOLON[lang].join(energy), "embodied": embodied, "date": str(results.about["date"])[:10],
        "inference_energy": SEMICOLON[lang].join(say("ai_per", lang, value=_energy(value, lang), unit=label) for label, value in by if value),
        "tool": say("ai_tool", lang, version=results.about["version"]),
        "place": SEMICOLON[lang].join(say("bracketed", lang, name=place, share=grid) for place, grid in grids),
        "quality": say("bracketed", lang, name=percent(float(results.quality[a, 0]), lang), share=getattr(unit, f"measure_{lang}")),
    }  # fmt: skip


def _energy(value: float, lang: str) -> str:
    unit, size = next((each for each in SIZES if abs(value) >= each[1]), SIZES[-1])  # the last also of what has no value
    return f"{figure(value / size, lang)} {unit}"
