"""What `lca new` writes. A study begun: like another, with its goals to be completed and the values that matter most written out. Or a
questionnaire for someone who knows no life-cycle assessment: the values that a study itself states, those first that move its results
most; filled in, it is a file of parameters."""

import json
import os
import re
from pathlib import Path
from textwrap import shorten

import numpy as np
import xlsxwriter  # type: ignore[import-untyped]

from lca.background import Progress
from lca.calculation import run
from lca.description import stated
from lca.errors import DataError, UnknownName
from lca.expressions import Array
from lca.folders import find, shipped, write_whole
from lca.influence import Steps, fixed_values, influence, rank, step, totals_of
from lca.parameters import Parameter
from lca.results import Results
from lca.rows import compute
from lca.schema import make_schema
from lca.scopes import Variable
from lca.sheets import Book, Cell, Column, Input, Page, clean, set_height, set_page, text_lines, write_cell
from lca.wording import any_label, bank, percent, say

MOST, MOST_CHOICES = 12, 4  # values and choices written out
LONGEST_NOTE = 200
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
SCHEMA = "study.schema.json"
LARGE, MEDIUM, LEAST = 0.2, 0.05, 0.001  # how far a total moves; what moves less is not asked
YOURS, FROM = 2, 4  # columns
WIDTHS, ORIGINS = (4, 16, 106), ("invoice", "time", "measured", "log", "contract", "estimate")

Question = tuple[Variable, float]


def begin_study(name: str, like: str, lang: str, progress: Progress = lambda text: None) -> list[Path]:
    """Writes the study and the editors' schema beside it: in ./scenarios if there is one, else in the working folder."""
    name, folder = name.removesuffix(".yaml"), Path("scenarios") if Path("scenarios").is_dir() else Path()
    if not NAME.fullmatch(name):
        raise UnknownName(f"'{name}' cannot be the name of a study: letters without accents, digits, _ and -. It will stand in {folder.resolve()}")
    path, schema = folder / f"{name}.yaml", folder / SCHEMA
    original = find("scenarios", like)
    if name == original.stem:
        raise UnknownName(f"'{name}' is the name of the study that it would be like: choose another")
    if path.exists():
        raise DataError(f"{path.as_posix()}: is there already, and nothing is overwritten: choose another name")
    if schema.exists() and '"lca study"' not in schema.read_text(encoding="utf-8", errors="replace"):
        raise DataError(f"{schema.as_posix()}: is there already and is no schema of ours: move it away")
    results = run(original, progress=progress)
    text = draft(name, _spell(original, folder), results, lang)
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))
    write_whole(schema, lambda temporary: temporary.write_text(spell_schema("study"), encoding="utf-8", newline="\n"))
    return [path, schema]


def spell_schema(document: str) -> str:
    return json.dumps(make_schema(document), ensure_ascii=False, indent=1) + "\n"


def _spell(original: Path, folder: Path) -> str:
    """A name where every run finds it, else the way there from the new file."""
    near = original.resolve().parent in (folder.resolve(), shipped("scenarios").resolve())
    return original.stem if near else Path(os.path.relpath(original.resolve(), folder.resolve())).as_posix()


def draft(name: str, like: str, results: Results, lang: str) -> str:
    """The text of the study; it gives the results of the other until it is edited."""
    study, title = results.study, name.replace("_", " ").capitalize()
    moving = [(each, share) for each, share in influence(results) if share][:MOST]
    lines = [
        f"# {say('new_editor', lang, schema=SCHEMA)}",
        f"# {say('new_head', lang, like=like, name=name)}",
        f"like: {like if NAME.fullmatch(like) else json.dumps(like, ensure_ascii=False)}",
        *(f"title_{each}: {json.dumps(say('new_title', each, name=title), ensure_ascii=False)}" for each in ("en", "fr")),
        *(f"goal_{each}: {json.dumps(say('new_goal', each), ensure_ascii=False)}" for each in ("en", "fr")),
        f"# {say('new_choices', lang)}",
        f"# choices: {{{', '.join(f'{key}: {value}' for key, value in study.choices.values.items() if len(study.choices.parameters[key].choices) > 1)}}}",
        f"# {say('new_parameters', lang, count=len(moving), scenario=getattr(study.scenarios[results.scenarios[0]], f'label_{lang}'))}",
    ]
    used = study.model.used(each.quality for each in study.alternatives.values())
    choices = [(key, each) for key, each in study.scopes.study.items() if each.choices and key in used][:MOST_CHOICES]
    lines += ["parameters:"] if choices or moving else []
    lines += [f"  {key}: {_choice(each)}  # {' '.join(each.about.get(f'label_{lang}', key).split())}" for key, each in choices]
    for each, share in moving:
        parameter = study.model.variables[each].parameter
        lines += [f"  # {_explain(each, share, parameter, lang)}", f"  {each}: {_entry(parameter)}"]
    return "\n".join(lines) + "\n"


def _choice(parameter: Parameter) -> str:
    named = f", source: {parameter.source}, basis: {parameter.basis}" if parameter.source else ""
    return f"{{value: {parameter.choice}, choices: [{', '.join(parameter.choices)}]{named}}}"


def _explain(name: str, share: float, parameter: Parameter, lang: str) -> str:
    """What a value is, how far it moves a total, and how to find it (else what is noted of it)."""
    about = parameter.about
    label = f"{about.get(f'label_{lang}', name)} ({percent(share, lang)})"
    how = about.get(f"find_{lang}") or shorten(about.get("note", ""), LONGEST_NOTE, placeholder=" ...")
    return " ".join((say("new_how", lang, label=label, how=how) if how else label).split())


def _entry(parameter: Parameter) -> str:
    """A value as YAML, with all that its range and its draws hang on."""
    size = parameter.unit.factor
    bounds = {key: f"{bound / size:.12g}" for key, bound in (("low", parameter.low), ("high", parameter.high)) if bound is not None}
    ranks = ", ".join(f"{other}: {rank:g}" for other, rank in parameter.correlated.items())
    together = json.dumps(parameter.together, ensure_ascii=False) if parameter.together else ""
    facts = {"value": parameter.written, **bounds, "distribution": parameter.distribution, "together": together,
             "correlated": ranks and f"{{{ranks}}}", "source": parameter.source, "basis": parameter.basis}  # fmt: skip
    return f"{{{', '.join(f'{key}: {text}' for key, text in facts.items() if text)}}}"


def write_questionnaire(results: Results, path: Path, lang: str) -> Path:
    """Writes the questionnaire of the first scenario of some results."""
    return write_whole(path, lambda temporary: _fill(results, questions(results), temporary, lang))


def questions(results: Results) -> list[Question]:
    """The values that the study's own files state, with a range or with options, by how far they move a total."""
    own = stated(results.study)
    swings = [*rank(results, step(results)), *rank(results, _step_options(results, own))]
    return [(own[name], swing) for name, swing in sorted(swings, key=lambda pair: -pair[1]) if name in own and swing >= LEAST]


def _step_options(results: Results, own: dict[str, Variable]) -> Steps:
    """Every choice under each of its options: the least and the greatest total stand for low and high."""
    study, fixed = results.study, fixed_values(results)
    used = study.model.used(each.quality for each in study.alternatives.values())
    picked = [name for name, each in own.items() if name in used - fixed.keys() and len(each.parameter.choices) > 1 and not each.alias]
    base = results.totals[:, 0]
    found = np.empty((len(picked), 2, *base.shape))
    for number, name in enumerate(picked):
        options: Array = np.arange(float(len(own[name].parameter.choices)))
        totals, _ = totals_of(study, results.background, compute(study.model.variables, {**fixed, name: options}), len(options))
        found[number] = np.fmin.reduce(totals, axis=1), np.fmax.reduce(totals, axis=1)
    none = np.empty((len(picked), len(base)))
    return Steps(tuple(picked), base, found[:, 0], found[:, 1], none, none)


def _fill(results: Results, asked: list[Question], path: Path, lang: str) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": clean(results.study.text("title", lang)), "comments": f"lca {results.about['version']}"})
        workbook.set_custom_property("lca_study", results.study.key)  # by which it is read back
        book = Book(workbook, lang)
        titles = [say(f"w_sheet_{each}", lang) for each in ("questions", "instructions")]
        first, second = (Page(book, results, [], [], workbook.add_worksheet(title), title) for title in titles)
        lists = _write_instructions(second, asked)
        first.write("questions", [_question(first, *each) for each in asked], fixed=1)
        origins = [say(f"ask_from_{each}", lang) for each in ORIGINS]
        for row, (variable, _) in enumerate(asked, 1):
            first.sheet.data_validation(row, FROM, row, FROM, {"validate": "list", "source": origins, "show_error": False})
            if variable.name in lists:
                first.sheet.data_validation(row, YOURS, row, YOURS, {"validate": "list", "source": f"='{titles[1]}'!{lists[variable.name]}"})


def _question(page: Page, variable: Variable, swing: float) -> list[Cell]:
    parameter, value = variable.parameter, float(page.results.values[variable.name][0])
    today = parameter.choices[int(value)] if parameter.choices else value / parameter.unit.factor
    unit = "" if parameter.choices else parameter.unit.text or "-"
    size = "large" if swing >= LARGE else "medium" if swing >= MEDIUM else "small"
    empty = Input("", own=True)
    matters = page.say(f"ask_{size}", share=percent(swing, page.book.lang))
    return [_label(page, variable), today, empty, unit, empty, empty, _find(page, variable), matters, variable.name]


def _label(page: Page, variable: Variable) -> str:
    """Its label as a question, with the process that it belongs to."""
    process, _, own = variable.name.rpartition(".")
    label = variable.parameter.about.get(f"label_{page.book.lang}") or own.replace("_", " ")
    if process:
        return page.say("ask_of", process=page.results.process_label(process, page.book.lang), label=label)
    return page.say("ask", label=f"{label[:1].upper()}{label[1:]}")


def _find(page: Page, variable: Variable) -> str:
    """How to find it: as its author says, else a sentence for its kind of unit (what stands above the stroke)."""
    parameter = variable.parameter
    if parameter.choices or (own := parameter.about.get(f"find_{page.book.lang}", "")) == "":
        up = [base for base, power in page.results.study.units.unit(parameter.unit.text.partition("/")[0]).dimension if power > 0]
        kinds = ["choice"] if parameter.choices else ["share"] if parameter.unit.text == "%" else ["_".join(up), *up, "count"]
        return page.say(next(key for each in kinds if (key := f"ask_find_{each}") in bank()))
    return own


def _write_instructions(page: Page, asked: list[Question]) -> dict[str, str]:
    """What this is and how to fill it in, then the options of the choices; returns the cells of these."""
    book, sheet, study, lang = page.book, page.sheet, page.results.study, page.book.lang
    sheet.hide_gridlines(2)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, clean(study.text("title", lang)), book.format(bold=True, font_size=16))
    sizes = {"large": percent(LARGE, lang), "medium": percent(MEDIUM, lang), "least": percent(LEAST, lang)}
    slots = {**sizes, "unit": getattr(study.functional_unit, f"text_{lang}"), "study": study.key, "scenario": page.results.labels(lang)[1][0]}
    for row, key in enumerate(("what", "fill", "percent", "unit", "blank", "from", "asked", "matters", "back"), 2):
        text = page.say(f"ask_how_{key}", **slots)
        sheet.merge_range(row, 0, row, len(WIDTHS) - 1, clean(text), book.format(text_wrap=True))
        set_height(sheet, row, text_lines(text, sum(WIDTHS)))
    row, lists = row + 2, dict[str, str]()
    for variable in (each for each, _ in asked if each.parameter.choices):
        options = variable.parameter.choices
        lists[variable.name] = f"$B${row + 2}:$B${row + 1 + len(options)}"
        write_cell(book, sheet, row, 0, _label(page, variable), Column("", bold=True))
        for number, option in enumerate(options, row + 1):
            write_cell(book, sheet, number, 1, option, Column(""))
            write_cell(book, sheet, number, 2, any_label(option, lang) if any_label(option, lang) != option else "", Column(""))
        row += len(options) + 2
    set_page(sheet, sum(WIDTHS))
    return lists
