"""Commands on a decision: where two alternatives meet, in how many worlds an order holds, what moves the results most."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.errors import UnknownName, nearest
from lca.options import ChoiceOption, LangOption, SetOption, StudyArgument, read_settings

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
    from lca import terminal, terminal_decisions
    from lca.breakeven import break_even as find
    from lca.calculation import run

    with terminal.progress() as say:
        results = run(study, (), read_settings("--set", set_ or []), say, (), read_settings("--choice", choice or []))
        found = find(results, parameter, low, high, scenario, against, draws=draws, seed=seed)
    terminal_decisions.show_break_even(found, lang)


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
    from lca import terminal, terminal_decisions
    from lca.calculation import run
    from lca.tornado import tornados

    with terminal.progress() as say:
        results = run(study, progress=say)
    known = [each.key for each in results.indicators]
    if unknown := [each for each in indicator or () if each not in known]:
        raise UnknownName(f"there is no indicator '{unknown[0]}' in the study. {nearest(unknown[0], known)}")
    found = tornados(results, scenario, most, tuple(indicator or ()))
    terminal_decisions.show_tornados(results, [each for each in found if each.second or not differences], lang)
