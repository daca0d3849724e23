"""Values from a file: the yellow cells of a workbook or questionnaire of ours, or a table with name, value and unit, as `--set` would take them."""

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from lca.documents import Text, read_csv
from lca.errors import DataError, Faults
from lca.folders import short
from lca.options import LANGUAGES, check_file
from lca.quantities import is_quantity
from lca.wording import say

STUDY, SCENARIOS = "lca_study", "lca_scenarios"  # custom properties of our workbooks
SHEETS, COLUMNS = ("w_sheet_parameters", "w_sheet_questions"), 9  # where the values stand, and among how many columns
NO_UNIT = ("-", "1")


def read_parameter_file(path: Path, study: str) -> tuple[dict[str, str], list[str]]:
    """What to set, each with its place, and the scenario that was chosen, if any."""
    check_file("--parameters", path, (".xlsx", ".csv"))
    faults = Faults()
    if path.suffix.lower() == ".csv":
        rows = [(row.text("name"), row.text("value"), row.text("unit"), row.place) for row in read_csv(path, ("name", "value"))]
        found, chosen = rows, list[str]()
    else:
        found, chosen = _read_workbook(path, study)
    settings: dict[str, str] = {}
    for name, value, unit, place in found:
        if name in settings:
            faults.add(place, f"'{name}' stands twice")
        elif (text := _text(name, value, unit, place, faults)) != "":
            settings[name] = Text(text, place)
    faults.check()
    return settings, chosen


def _text(name: str, value: Any, unit: str, place: str, faults: Faults) -> str:
    """A value as it is written behind `--set NAME=`: a number in the unit of its row, or a text as it stands."""
    if value is None or isinstance(value, str):
        text = (value or "").strip()
        if text.startswith(("=", "#")):
            faults.add(place, f"'{name}' holds {text[:40]}, which has no value yet. Open and save the file in a spreadsheet program, or type the number")
            return ""
        try:
            value = float(text)
        except ValueError:
            if text and unit and not is_quantity(text):
                number = "a number is due" if unit in NO_UNIT else f"a number in {unit} is due, or one with its own unit behind it"
                faults.add(place, f"'{name}' holds '{text[:40]}', but {number} (decimal point, nothing between thousands)")
                return ""
            return text
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.add(place, f"'{name}' holds {value}, which is no number and no text")
        return ""
    unit = unit.strip().replace("1 / ", "1/")
    return f"{value:.17g} {'' if unit in NO_UNIT else unit}".strip()


def _read_workbook(path: Path, study: str) -> tuple[list[tuple[str, Any, str, str]], list[str]]:
    import openpyxl  # type: ignore[import-untyped]

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        properties = {each.name: str(each.value) for each in book.custom_doc_props.props}
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        raise DataError(f"{short(path)}: is no workbook that can be read ({error})") from None
    lang, title = next(((each, title) for each in LANGUAGES for key in SHEETS if (title := say(key, each)) in book.sheetnames), ("", ""))
    if STUDY not in properties or not lang:
        raise DataError(f"{short(path)}: is no workbook of ours: make one with `lca run STUDY -o FILE.xlsx`")
    if properties[STUDY] != study:
        raise DataError(f"{short(path)}: is a workbook of the study '{properties[STUDY]}', not of '{study}'")
    sheet, asked = book[title], title == say("w_sheet_questions", lang)
    formulas = openpyxl.load_workbook(path, read_only=True)[title]
    head, *rows = sheet.iter_rows(max_col=COLUMNS)
    columns = {cell.value: number for number, cell in enumerate(head)}
    name, yours, unit = (columns.get(say(each, lang), -1) for each in ("name", "w_yours", "unit"))
    if -1 in (name, yours, unit):
        raise DataError(f"{short(path)}: the sheet '{title}' lacks a column of ours: leave its first row as it is")
    found = list[tuple[str, Any, str, str]]()
    for number, (row, written) in enumerate(zip(rows, formulas.iter_rows(min_row=2, max_col=COLUMNS, values_only=True), strict=True), 2):
        if row[name].value is not None and written[yours] is not None:
            value = written[yours] if row[yours].value is None else row[yours].value  # a formula that nothing has calculated yet
            in_percent = asked and not isinstance(value, str) and "%" in str(row[yours].number_format)  # spreadsheets hold 16 % as 0.16
            stated = "" if in_percent else str(row[unit].value or "")
            found.append((str(row[name].value), value, stated, f"{short(path)}: {title}!{row[yours].column_letter}{number}"))
    chosen = []
    if SCENARIOS in properties:
        label, lists = book[say("w_sheet_results", lang)]["A2"].value, book[say("w_sheet_lists", lang)]
        known = [row[0] for row in lists.iter_rows(min_row=2, max_col=1, values_only=True) if row[0] is not None]
        if label not in known:
            raise DataError(f"{short(path)}: {say('w_sheet_results', lang)}!A2: there is no scenario '{label}'. Allowed: {', '.join(map(str, known))}.")
        chosen = [properties[SCENARIOS].split(",")[known.index(label)]]
    return found, chosen
