"""The command that computes a study over a grid or a table of values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lca.errors import LCAError
from lca.options import ChoiceOption, LangOption, SetOption, StudyArgument, check_file, read_settings


def sweep(
    study: StudyArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="The table to write, .csv: a line per row of values and alternative.")],
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="NAME=LOW:HIGH:STEPS", help="A value to move (may be repeated: all combinations); NAME=STEPS for its own range."),
    ] = None,
    rows: Annotated[Path | None, typer.Option("--rows", metavar="FILE", help="A table of values, .csv, with a column per name, instead of --vary.")] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="The scenario to look at; the first one if left out.")] = "",
    set_: SetOption = None,
    choice: ChoiceOption = None,
    lang: LangOption = "en",
) -> None:
    """Compute a study over a grid or a table of values; what was interrupted goes on where it stopped.

    Example: lca sweep fraud_detection --vary yearly_payments=1000 -o sweep.csv"""
    from lca import terminal
    from lca.calculation import run
    from lca.sweep import read_grid, read_rows
    from lca.sweep import sweep as write
    from lca.wording import say

    if bool(vary) == (rows is not None):
        raise LCAError("a sweep needs either --vary NAME=LOW:HIGH:STEPS or --rows FILE")
    check_file("-o", output, (".csv",))
    grid = read_settings("--vary", vary or [])
    if len(grid) < len(vary or ()):
        raise LCAError("--vary names a value twice")
    with terminal.progress() as tell:
        results = run(study, [scenario] if scenario else (), read_settings("--set", set_ or []), tell, (), read_settings("--choice", choice or []))
    wanted = read_rows(results, rows) if rows else read_grid(results, grid)
    with terminal.bar() as progress:
        kept = write(results, wanted, output, scenario, progress)
    if kept:
        typer.echo(say("sweep_anew", lang) if kept < 0 else say("sweep_resumed", lang, count=f"{kept}"), err=True)
    terminal.show_written(output, lang)
