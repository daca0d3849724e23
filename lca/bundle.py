"""What goes with a report to a reviewer: the model for Brightway, the scenarios for Activity Browser, and a page that says what each file is."""

from pathlib import Path
from shlex import quote

from lca.brightway import BIOSPHERE
from lca.door import make_export, write_differences, write_excel
from lca.errors import DataError, LCAError
from lca.folders import short, write_whole
from lca.results import Results
from lca.tables import choice_flags, command
from lca.wording import say

MODEL, SCENARIOS = "_brightway.xlsx", "_scenarios.xlsx"
ENDS = (".html", "_page.html", ".docx", ".pdf", ".xlsx", ".csv", ".json", MODEL, SCENARIOS)  # all that a folder may hold of a study


def write_bundle(results: Results, path: Path, lang: str) -> Path:
    """Write both files beside `path`, then `path`, which lists what lies there; what cannot be written is said with its reason."""
    name, about, told = path.name.removesuffix("_README.txt"), results.about, list[str]()
    missing = [MODEL, SCENARIOS]
    try:
        export = make_export(results, "", BIOSPHERE, whole=False)
        missing.remove(write_excel(export, path.with_name(name + MODEL)).name.removeprefix(name))
        missing.remove(write_differences(export, path.with_name(name + SCENARIOS)).name.removeprefix(name))
    except DataError:  # no value for Brightway to hold, or nothing that differs
        told = [say("bundle_no_value" if MODEL in missing else "bundle_same", lang)]
    except LCAError as error:
        told = [say("bundle_missing", lang, fault=str(error))]
    for end in missing:
        path.with_name(name + end).unlink(missing_ok=True)  # of another run
    project = " ".join(["lca brightway", quote(short(results.study.path)), *choice_flags(results), "--background all --project", quote(name)])
    told[:0] = [say("bundle_file", lang, file=name + end, text=say(f"bundle{end.replace('.', '_')}", lang, project=project))
                for end in ENDS if path.with_name(name + end).is_file()]  # fmt: skip
    drawn = say("seed_drawn", lang, count=results.drawn.n, seed=results.drawn.seed) if results.drawn else say("seed_none", lang)
    facts = ((say("w_command", lang), command(results, lang, f"{name}/")), (say("seed", lang), drawn), ("lca", about["version"]),
             ("Brightway", ", ".join(f"{each} {version}" for each, version in about["brightway"].items())),
             (say("background_hash", lang), f"{about['background_version']} ({about['background']})"), (say("run_date", lang), about["date"]))  # fmt: skip
    told += ["", *(say("titled", lang, title=title, scenario=text) for title, text in facts), "", say("bundle_note", lang)]
    lines = [results.study.text("title", lang), "", *told]
    return write_whole(path, lambda temporary: temporary.write_text("\n".join(lines) + "\n", encoding="utf-8"))
