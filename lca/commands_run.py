"""The command `run`: a study computed, shown and written."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lca.errors import LCAError, UnknownName, nearest
from lca.folders import find
from lca.options import (
    ChoiceOption,
    LangOption,
    LocaleOption,
    MethodOption,
    OutputOption,
    ParametersOption,
    ScenarioOption,
    SetOption,
    StudyArgument,
    check_file,
    read_settings,
    writers,
)

if TYPE_CHECKING:
    from lca.results import Results

ByOption = Annotated[
    str, typer.Option("--by", help="Show shares by stage, task, tier, actor, process, input, part, flow, origin (what emits or extracts) or scope.")
]
DrawsOption = Annotated[
    int | None, typer.Option("--draws", metavar="N", help="Draw all ranges N times, background included, and give verdicts (1000 is a start).")
]
DecideOption = Annotated[
    bool, typer.Option("--decide", help="Put into the files what a decision rests on: levers, break-even points, worlds and the values that move most.")
]


def run(
    study: StudyArgument,
    scenario: ScenarioOption = None,
    set_: SetOption = None,
    parameters: ParametersOption = None,
    method: MethodOption = None,
    output: OutputOption = None,
    by: ByOption = "",
    actor: Annotated[str, typer.Option("--actor", help="The reporting actor of --by scope; the study's own if left out.")] = "",
    choice: ChoiceOption = None,
    draws: DrawsOption = None,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the draws: the same gives the same.")] = 1,
    levers: Annotated[bool, typer.Option("--levers", help="Rank the levers of the library that apply, each alone and all together.")] = False,
    decide: DecideOption = False,
    page: Annotated[bool, typer.Option("--page", help="Write the .html as a page to play with: sliders, choices, scenarios, break-even.")] = False,
    deep: Annotated[Path | None, typer.Option("--deep", metavar="FILE", help="Write every process with every elementary flow, as .csv.")] = None,
    locale: LocaleOption = "",
    lang: LangOption = "en",
) -> None:
    """Run a study and compare its alternatives per functional unit.

    Example: lca run fraud_detection --set country=DEU --by stage -o out.xlsx"""
    from lca import terminal
    from lca.calculation import run as run_study
    from lca.options_file import read_parameter_file
    from lca.tables import write_deep
    from lca.views import scopes

    _check_view(by, actor)
    files = writers(output or (), study, locale, page)
    if deep:
        check_file("--deep", deep, (".csv",))
        files.append((deep, partial(write_deep, locale=locale)))
    settings, choices = read_settings("--set", set_ or []), read_settings("--choice", choice or [])
    if parameters:
        given, chosen = read_parameter_file(parameters, find("scenarios", study).stem)
        settings, scenario = {**given, **settings}, scenario or chosen
    with terminal.progress() as say:
        results = run_study(study, scenario or (), settings, say, method or (), choices)
    if by == "scope":
        scopes(results, actor)  # an unknown actor is a fault before anything is shown
    if draws is not None:
        results = _drawn(results, draws, seed)
    if decide:
        results = _decided(results)
    results.about["bundle"] = any(path.name.endswith("_README.txt") for path, _ in files)
    _show(results, by, actor, levers, lang)
    for path, write in files:
        path.parent.mkdir(exist_ok=True)  # a folder that -o names
        terminal.show_written(write(results, path, lang), lang)


def _check_view(by: str, actor: str) -> None:
    from lca.results import GROUPS

    if by and by not in (*GROUPS, "scope"):
        raise UnknownName(f"cannot group by '{by}'. {nearest(by, (*GROUPS, 'scope'))}")
    if actor and by != "scope":
        raise LCAError("--actor goes with --by scope")


def _show(results: "Results", by: str, actor: str, levers: bool, lang: str) -> None:
    from lca import terminal, terminal_views

    terminal.show_comparison(results, lang)
    terminal_views.show_choices(results, lang)
    terminal_views.show_effects(results, lang)
    terminal_views.show_shared(results, lang)
    if by == "scope":
        terminal_views.show_scopes(results, actor, lang)
    elif by:
        terminal_views.show_groups(results, by, lang)
    if results.drawn:
        from lca import terminal_draws

        terminal_draws.show_draws(results.drawn, lang)
    if levers:
        _show_levers(results, lang)
    terminal.show_warnings(results, lang)


def _drawn(results: "Results", draws: int, seed: int) -> "Results":
    from lca import terminal
    from lca.monte import draw

    with terminal.progress("drawing") as say:
        return replace(results, drawn=draw(results, draws, seed, say))


def _decided(results: "Results") -> "Results":
    from lca import terminal
    from lca.decisions import decide

    with terminal.progress("worlds") as say:
        return replace(results, decided=decide(results, say))


def _show_levers(results: "Results", lang: str) -> None:
    from lca.levers_effects import try_levers
    from lca.terminal_levers import show_levers

    show_levers(try_levers(results), (), lang)
