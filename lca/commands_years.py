"""The command on the years ahead."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lca.commands_decide import ScenarioName
from lca.options import ChoiceOption, LangOption, SetOption, StudyArgument, check_file, read_settings


def years(
    study: StudyArgument,
    scenario: ScenarioName = "",
    set_: SetOption = None,
    choice: ChoiceOption = None,
    output: Annotated[list[Path] | None, typer.Option("-o", "--output", help="Write a file, .csv or .json (may be repeated).")] = None,
    lang: LangOption = "en",
) -> None:
    """Follow a study over the years that it looks ahead: the total of each year beside the impact of one use, and all years together.

    Example: lca years llm_service -o years.csv"""
    from lca import terminal, terminal_years
    from lca.calculation import run
    from lca.tables_years import write_years
    from lca.years import foresee

    for path in output or ():
        check_file("-o", path, (".csv", ".json"))
    with terminal.progress() as say:
        found = foresee(run(study, (), read_settings("--set", set_ or []), say, (), read_settings("--choice", choice or [])), scenario)
    terminal_years.show_years(found, lang)
    for path in output or ():
        terminal.show_written(write_years(found, path, lang), lang)
