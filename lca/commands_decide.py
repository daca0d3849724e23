"""Commands on a decision: where two alternatives meet, in how many worlds an order holds, what moves the results most, the years
ahead, what to measure next, and totals over a grid or a table of values."""

from pathlib import Path
from typing import Annotated

import typer

from lca.errors import LCAError
from lca.options import ChoiceOption, LangOption, SetOption, StudyArgument, check_file, compute, read_settings

ScenarioName = Annotated[str, typer.Option("--scenario", help="The scenario to look at; the first one if left out.")]


def break_even(
    study: StudyArgument,
    parameter: Annotated[str, typer.Argument(metavar="PARAMETER", help="The value to move, as in yearly_payments.")],
    low: Annotated[str, typer.Option("--from", metavar="VALUE", help="Where to begin, with its unit; the low of the parameter if left out.")] = "",
    high: Annotated[str, typer.Option("--to", metavar="VALUE", help="Where to end, with its unit; the high of the parameter if left out.")] = "",
    scenario: ScenarioName = "",
    against: Annotated[str, typer.Option("--against", metavar="SCENARIO", help="Compare each alternative with itself in another scenario.")] = "",
    draws: Annotated[int | None, typer.Option("--draws", metavar="N", help="How far each point spreads in N draws of all other values (at most 200).")] = None,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the draws: the same gives the same.")] = 1,
    set_: SetOption = None,
    choice: ChoiceOption = None,
    lang: LangOption = "en",
) -> None:
    """Find the values of a parameter at which two alternatives meet, per indicator.

    Example: lca break-even fraud_detection yearly_payments --to "1e8 payment/year" """
    from lca import terminal_decisions
    from lca.breakeven import break_even as find

    results = compute(study, set_, choice)
    terminal_decisions.show_break_even(find(results, parameter, low, high, scenario, against, draws=draws, seed=seed), lang)


def robust(
    study: StudyArgument,
    scenario: ScenarioName = "",
    fix: Annotated[list[str] | None, typer.Option("--fix", metavar="NAME=OPTION", help="Keep a value choice at one option (may be repeated).")] = None,
    lang: LangOption = "en",
) -> None:
    """Cross all value choices that matter: in how many worlds does the order of the alternatives hold, and what turns it?

    Example: lca robust fraud_detection"""
    from lca import terminal, terminal_decisions
    from lca.calculation import run
    from lca.grid import robustness

    fixed = read_settings("--choice", fix or [])
    with terminal.progress("worlds") as say:
        grid = robustness(run(study, progress=say), scenario, fixed, progress=say)
    terminal_decisions.show_grid(grid, lang)


def tornado(
    study: StudyArgument,
    scenario: ScenarioName = "",
    most: Annotated[int, typer.Option("--most", min=1, help="How many values to show for each.")] = 10,
    indicator: Annotated[list[str] | None, typer.Option("--indicator", metavar="NAME", help="Only this indicator (may be repeated).")] = None,
    differences: Annotated[bool, typer.Option("--differences", help="Only the differences between two alternatives.")] = False,
    lang: LangOption = "en",
) -> None:
    """Show the values that move the results most, one at a time between low and high.

    Example: lca tornado fraud_detection --indicator climate_change --differences"""
    from lca import terminal_decisions
    from lca.tornado import tornados

    results = compute(study)
    found = tornados(results, scenario, most, tuple(indicator or ()))
    terminal_decisions.show_tornados(results, [each for each in found if each.second or not differences], lang)


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
    from lca import terminal, terminal_views
    from lca.tables_years import write_years
    from lca.years import foresee

    for path in output or ():
        check_file("-o", path, (".csv", ".json"))
    found = foresee(compute(study, set_, choice), scenario)
    terminal_views.show_years(found, lang)
    for path in output or ():
        terminal.show_written(write_years(found, path, lang), lang)


def sweep(
    study: StudyArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="The table to write, .csv: a line per row of values and alternative.")],
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="NAME=LOW:HIGH:STEPS", help="A value to move (may be repeated: all combinations); NAME=STEPS for its own range."),
    ] = None,
    rows: Annotated[Path | None, typer.Option("--rows", metavar="FILE", help="A table of values, .csv, with a column per name, instead of --vary.")] = None,
    scenario: ScenarioName = "",
    set_: SetOption = None,
    choice: ChoiceOption = None,
    lang: LangOption = "en",
) -> None:
    """Compute a study over a grid or a table of values; what was interrupted goes on where it stopped.

    Example: lca sweep fraud_detection --vary yearly_payments=1000 -o sweep.csv"""
    from lca import terminal
    from lca.sweep import read_grid, read_rows
    from lca.sweep import sweep as write
    from lca.wording import say

    if bool(vary) == (rows is not None):
        raise LCAError("a sweep needs either --vary NAME=LOW:HIGH:STEPS or --rows FILE")
    check_file("-o", output, (".csv",))
    grid = read_settings("--vary", vary or [])
    if len(grid) < len(vary or ()):
        raise LCAError("--vary names a value twice")
    results = compute(study, set_, choice, [scenario] if scenario else ())
    wanted = read_rows(results, rows) if rows else read_grid(results, grid)
    with terminal.bar() as progress:
        kept = write(results, wanted, output, scenario, progress)
    if kept:
        typer.echo(say("sweep_anew", lang) if kept < 0 else say("sweep_resumed", lang, count=f"{kept}"), err=True)
    terminal.show_written(output, lang)


def measure_next(
    study: StudyArgument,
    draws: Annotated[int, typer.Option("--draws", metavar="N", min=100, help="How many draws of all ranges, background included.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The seed of the draws: the same gives the same.")] = 1,
    scenario: ScenarioName = "",
    sobol: Annotated[bool, typer.Option("--sobol", help="Show Sobol' indices too (needs the extra 'sensitivity').")] = False,
    output: Annotated[list[Path] | None, typer.Option("-o", "--output", help="Write a file, .json or .csv (may be repeated).")] = None,
    lang: LangOption = "en",
) -> None:
    """Say which values are worth knowing better: how likely each would change the recommendation, and what carries the variance.

    Example: lca measure-next fraud_detection --draws 1000 -o next.json"""
    from lca import measure_next, terminal
    from lca.measure_next import background_variance
    from lca.measure_tables import as_dictionary
    from lca.sobol import find_salib
    from lca.sobol import sobol as indices
    from lca.tables import write_found
    from lca.terminal_draws import show_measure_next

    for path in output or ():
        check_file("-o", path, (".json", ".csv"))
    if sobol:
        find_salib()  # what is missing is said before any work
    with terminal.progress("measuring") as say:
        drawn = measure_next.draw_one(study, scenario, draws, seed, say)
        findings, points = measure_next.measure_next(drawn), background_variance(drawn.results)
        found = indices(drawn, measure_next.targets(drawn), progress=say) if sobol else None
    show_measure_next(drawn, findings, points, found, lang)
    for path in output or ():
        terminal.show_written(write_found(as_dictionary(drawn, findings, points, found), path, lang), lang)
