"""Commands that hand something over: to Brightway, or as the beginning of a study."""

from pathlib import Path
from typing import Annotated

import typer

from lca.errors import LCAError, UnknownName, nearest
from lca.options import DEMO, ChoiceOption, LangOption, StudyArgument, check_file, compute


def brightway(
    study: StudyArgument,
    project: Annotated[str, typer.Option("--project", metavar="NAME", help="The project to write, in BRIGHTWAY2_DIR or Brightway's own folder.")] = "",
    background: Annotated[str, typer.Option("--background", help="The background in the project: used (what the study reaches) or all.")] = "used",
    biosphere: Annotated[str, typer.Option("--biosphere", metavar="NAME", help="The name of the database of elementary flows.")] = "biosphere3",
    scenario: Annotated[str, typer.Option("--scenario", help="The scenario whose amounts are written; the first one if left out.")] = "",
    choice: ChoiceOption = None,
    excel: Annotated[Path | None, typer.Option("--excel", metavar="FILE", help="Write the study's processes as .xlsx for Brightway's Excel importer.")] = None,
    differences: Annotated[
        Path | None,
        typer.Option("--scenario-differences", metavar="FILE", help="Write the table by which Activity Browser runs the scenarios, .xlsx or .csv."),
    ] = None,
    lang: LangOption = "en",
) -> None:
    """Write a study as a Brightway project, to open in Activity Browser or a notebook.

    Example: lca brightway fraud_detection --project fraud --scenario-differences scenarios.xlsx"""
    from lca import door, terminal

    if not project and not excel and not differences:
        raise LCAError("nothing to write. Name a --project, an --excel file or a --scenario-differences file")
    if background not in (extents := ("used", "all")):
        raise UnknownName(f"--background cannot be '{background}'. {nearest(background, extents)}")
    for option, path, suffixes in (("--excel", excel, (".xlsx",)), ("--scenario-differences", differences, (".xlsx", ".csv"))):
        if path:
            check_file(option, path, suffixes)
    export = door.make_export(compute(study, choice=choice), scenario, biosphere, background == "all")
    if project:
        with terminal.progress(f"writing the Brightway project {project}") as say:
            written = door.write_project(export, project, say)
        terminal.show_project(project, export.study, written, lang)
    if excel:
        terminal.show_written(door.write_excel(export, excel), lang)
    if differences:
        terminal.show_written(door.write_differences(export, differences), lang)


def background_(
    output: Annotated[
        list[str] | None,
        typer.Option("-o", "--output", help="Write a .bw2package or .xlsx for Brightway or the data card as .md; a FOLDER/ gets them all."),
    ] = None,
    biosphere: Annotated[str, typer.Option("--biosphere", metavar="NAME", help="The name of your database of elementary flows.")] = "biosphere3",
    lang: LangOption = "en",
) -> None:
    """Show the data card of the background (scope, grades, licences, how to cite), or write the background for others to use.

    Example: lca background -o release/"""
    from lca import card, terminal

    targets = [card.check_target(each) for each in output or ()]
    with terminal.progress() as say:
        about = card.make_card(lang, say)
    if not targets:
        card.show_card(about)
    for path in targets:
        with terminal.progress("writing") as say:
            written = card.write_release(about, path, biosphere, say)
        for each in written:
            terminal.show_written(each, lang)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the new study; it is written in ./scenarios if there is one, else here.")] = "",
    like: Annotated[str, typer.Option("--like", metavar="STUDY", help="The study from which it takes all that it does not write.")] = DEMO,
    questionnaire: Annotated[
        str, typer.Option("--questionnaire", metavar="STUDY", help="Write instead what to ask a client for this study; run it with --parameters.")
    ] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="The questionnaire, .xlsx.")] = None,
    lang: LangOption = "en",
) -> None:
    """Begin a study of your own, like another, with the dozen values that move its results most; or a questionnaire for a client.

    Example: lca new my_shop --like fraud_detection, or: lca new --questionnaire fraud_detection -o questions.xlsx"""
    from lca import new_study, terminal

    if bool(name) == bool(questionnaire) or bool(output) != bool(questionnaire):
        raise LCAError("write a NAME for a new study, as in lca new my_shop, or --questionnaire STUDY -o FILE.xlsx")
    if output:
        from lca.new_study import write_questionnaire

        check_file("-o", output, (".xlsx",))
        terminal.show_written(write_questionnaire(compute(questionnaire), output, lang), lang)
        return
    with terminal.progress() as say:
        written = new_study.begin_study(name, like, lang, say)
    for path in written:
        terminal.show_written(path, lang)
