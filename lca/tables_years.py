"""The years of a study as rows of text, for the screen and the report alike, and as files."""

from pathlib import Path

from lca.arithmetic import plain
from lca.folders import write_whole
from lca.monte_tables import Rows
from lca.tables import CSV_WRITING, inert, write_found
from lca.wording import number, percent, say, unit_words
from lca.years import Years

COLUMNS = ("alternative", "year", "indicator", "unit", "absolute", "per_unit", "absolute_at_the_first_activity", "quality", "comparable")


def title(found: Years, lang: str) -> str:
    scenario = getattr(found.rows.study.scenarios[found.scenario], f"label_{lang}")
    return say("years_title", lang, first=found.horizon.first, last=found.horizon.last, scenario=scenario)


def per(found: Years, lang: str) -> str:
    """What the intensity is told per."""
    if found.horizon.per:
        return say("years_per_unit", lang, unit=found.horizon.per)
    return say("years_per_functional_unit", lang, text=getattr(found.rows.study.functional_unit, f"text_{lang}"))


def heads(found: Years, lang: str) -> list[str]:
    """Two columns per headline indicator: the total of a year, and the intensity."""
    columns = []
    for i in found.rows.headline:
        absolute, intensity = (unit_words(found.scale(i, values)[0], lang) for values in (found.absolute, found.per_unit))
        columns += [f"{found.rows.indicators[i].label(lang)}\n{absolute}", f"{say('years_intensity', lang)}\n{intensity}"]
    return columns


def yearly(found: Years, lang: str) -> Rows:
    """Per alternative a row per year: the total of the year beside the intensity; a star where the least quality is missed."""
    pairs = [(i, values, found.scale(i, values)[1]) for i in found.rows.headline for values in (found.absolute, found.per_unit)]
    groups = []
    for a, alternative in enumerate(found.rows.labels(lang)[0]):
        rows = []
        for y, year in enumerate(found.years):
            cells = [number(float(values[a, y, i]) / size, lang) for i, values, size in pairs]
            rows.append((f"{year}{'' if found.rows.comparable[a, y] else ' *'}", cells))
        groups.append((alternative, rows))
    return groups


def together(found: Years, lang: str) -> Rows:
    """Per alternative what all years come to, what that is made of, and how the last year stands to the first."""
    picked, groups = found.rows.headline, []
    sizes = [found.scale(i, found.cumulated)[1] for i in picked]
    keys = ("years_as_first", "years_other", "years_growth")
    for a, alternative in enumerate(found.rows.labels(lang)[0]):
        sums = [(say("years_cumulated", lang), found.cumulated), *((say(key, lang), each) for key, each in zip(keys, found.parts, strict=True))]
        rows = [(label, [number(float(each[a, i]) / size, lang) for i, size in zip(picked, sizes, strict=True)]) for label, each in sums]
        for key, values in (("years_ratio_absolute", found.absolute), ("years_ratio_intensity", found.per_unit)):
            first = [float(each) or float("nan") for each in values[a, 0, picked]]
            rows.append((say(key, lang), [percent(float(last) / each, lang) for last, each in zip(values[a, -1, picked], first, strict=True)]))
        groups.append((alternative, rows))
    return groups


def notes(found: Years, lang: str) -> list[str]:
    """How to read the tables, and what a reader must know of them."""
    told = [say("years_reading", lang, first=found.horizon.first)]
    for alternative, reached in zip(found.rows.labels(lang)[0], found.rows.comparable, strict=True):
        if missed := [str(year) for year, each in zip(found.years, reached, strict=True) if not each]:
            least = percent(found.rows.study.functional_unit.at_least, lang)
            told.append(say("years_below", lang, alternative=alternative, least=least, years=", ".join(missed)))
    for name, years in found.beyond.items():
        told.append(say("years_beyond", lang, name=name, years=", ".join(map(str, years))))
    return told


def write_years(found: Years, path: Path, lang: str) -> Path:
    """Write the file that the suffix asks for: .csv (a line per alternative, year and indicator) or .json (everything)."""
    if path.suffix.lower() == ".json":
        return write_found(found.as_dictionary(), path, lang)
    import pandas as pd

    results = found.rows
    lines = [
        (inert(alternative), year, each.key, each.unit, *(plain(values[a, y, i]) for values in (found.absolute, found.per_unit, found.held)),
         plain(results.quality[a, y]), bool(results.comparable[a, y]))
        for a, alternative in enumerate(results.study.alternatives) for y, year in enumerate(found.years) for i, each in enumerate(results.indicators)
    ]  # fmt: skip
    frame = pd.DataFrame(lines, columns=list(COLUMNS))
    return write_whole(path, lambda temporary: frame.to_csv(temporary, index=False, **CSV_WRITING[lang]))
