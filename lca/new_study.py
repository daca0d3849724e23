"""A study begun: like another, with its goals to be completed and the values that matter most written out."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from textwrap import shorten

from lca.calculation import Progress, run
from lca.errors import DataError, UnknownName
from lca.folders import find, shipped, write_whole
from lca.influence import influence
from lca.parameters import Parameter
from lca.results import Results
from lca.schema import make_schema
from lca.study import Study
from lca.wording import percent, say

MOST, MOST_CHOICES = 12, 4  # values and choices written out
LONGEST_NOTE = 200
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
SCHEMA = "study.schema.json"


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
        f"# choices: {{{', '.join(f'{key}: {value}' for key, value in _open_choices(study).items())}}}",
        f"# {say('new_parameters', lang, count=len(moving), scenario=getattr(study.scenarios[results.scenarios[0]], f'label_{lang}'))}",
    ]
    choices = _own_choices(study)
    lines += ["parameters:"] if choices or moving else []
    lines += [f"  {key}: {_choice(each)}  # {' '.join(each.about.get(f'label_{lang}', key).split())}" for key, each in choices]
    for each, share in moving:
        parameter = study.model.variables[each].parameter
        lines += [f"  # {_explain(each, share, parameter, lang)}", f"  {each}: {_entry(parameter)}"]
    return "\n".join(lines) + "\n"


def _own_choices(study: Study) -> list[tuple[str, Parameter]]:
    """Where and which: the choices of the study itself that are in use."""
    used = study.model.used(each.quality for each in study.alternatives.values())
    return [(key, each) for key, each in study.scopes.study.items() if each.choices and key in used][:MOST_CHOICES]


def _choice(parameter: Parameter) -> str:
    named = f", source: {parameter.source}, basis: {parameter.basis}" if parameter.source else ""
    return f"{{value: {parameter.choice}, choices: [{', '.join(parameter.choices)}]{named}}}"


def _open_choices(study: Study) -> dict[str, str]:
    """The value choices that leave a choice."""
    return {key: value for key, value in study.choices.values.items() if len(study.choices.parameters[key].choices) > 1}


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
