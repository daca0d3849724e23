"""The command on what to measure next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lca.options import LangOption, StudyArgument, check_file


def measure_next(
    study: StudyArgument,
    draws: Annotated[int, typer.Option("--draws", metavar="N", min=100, help="How many draws of all ranges, background included.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The seed of the draws: the same gives the same.")] = 1,
    scenario: Annotated[str, typer.Option("--scenario", help="The scenario to look at; the first one if left out.")] = "",
    sobol: Annotated[bool, typer.Option("--sobol", help="Show Sobol' indices too (needs the extra 'sensitivity').")] = False,
    output: Annotated[list[Path] | None, typer.Option("-o", "--output", help="Write a file, .json or .csv (may be repeated).")] = None,
    lang: LangOption = "en",
) -> None:
    """Say which values are worth knowing better: how likely each would change the recommendation, and what carries the variance.

    Example: lca measure-next fraud_detection --draws 1000 -o next.json"""
    from lca import measure_next, terminal
    from lca.measure_background import background_variance
    from lca.measure_tables import as_dictionary
    from lca.sobol import find_salib
    from lca.sobol import sobol as indices
    from lca.tables import write_found
    from lca.terminal_measure import show_measure_next

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
