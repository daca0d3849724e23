"""The background beside published values, for background_validation.md and its table: every comparison with the row that makes
the gap and what that row moves, the grades counted, and how much of the shipped studies rests on products of each grade.
Likewise the devices, for device_validation.md."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

import agreement  # beside this file
import numpy as np

from lca.background import Background, load_background
from lca.devices import SPANS, Catalogue, catalogue
from lca.errors import Faults
from lca.grades import CLOSE, LETTERS, MOST, Comparison, Grades, grades, main_rows, scores_of
from lca.methods import UNCOVERED
from lca.processes import BackgroundExchange
from lca.results import Results
from lca.review_basis import weights
from lca.sources import read_sources
from lca.wording import tag_keys

GAP = 0.25  # of the published value; a wider one names the row that makes it
ALL = 0.999
MANY = 10  # values of one source: the page tells their median, not each of them
TOLD = 0.0005  # of a total; what passes less through a row is not told
SHOWN = 12  # gaps that the shipped studies rest on most
CASES = (  # what the page explains one by one: product, indicator
    ("electricity_hard_coal_GLO", "climate_change"), ("electricity_biomass_GLO", "climate_change"), ("electricity_hydro_reservoir_GLO", "climate_change"),
    ("electricity_hydro_reservoir_GLO", "water_consumption"), ("electricity_nuclear_GLO", "adp_elements"), ("electricity_wind_onshore_GLO", "adp_elements"),
    ("electricity_mix_NLD", "climate_change"), ("electricity_mix_BEL", "climate_change"), ("electricity_mix_MDG", "climate_change"),
    ("gallium", "climate_change"), ("steel_stainless_304", "climate_change"),
)  # fmt: skip
COLUMNS = ("product", "indicator", "part", "ours", "published_low", "published_high", "unit", "year", "source", "ratio", "independent", "grade")
DEVICE_COLUMNS = ("device", "stage", "indicator", "ours", "published_low", "published_high", "unit", "year", "source", "locator",
                  "ratio", "independent", "grade", "largest_components", "cause")  # fmt: skip
DEVICE_HEAD = ("device", "stage", "indicator", "ours", "published", "unit", "source", "ratio", "independent", "grade", "largest components", "cause")
LARGEST = 4  # components of a device that are named
CLIMATE = "climate_change"
CAUSE = ("row", "row_share", "row_of_gap", "closes_at", "next_row", "next_share")


@dataclass(frozen=True)
class Cause:
    """The row that makes most of a score where it first divides, and the largest row behind it; shares are of the score."""

    row: BackgroundExchange
    share: float
    behind: BackgroundExchange | None
    behind_share: float

    @property
    def name(self) -> str:
        return f"{self.row.process} <- {self.row.input}"


@dataclass(frozen=True)
class Validation:
    """Everything that the page tells: comparisons with their causes, the grades, and the studies run."""

    background: Background
    grades: Grades
    causes: dict[tuple[str, str], Cause]
    passing: dict[tuple[str, str, str], float]  # study, row, indicator: the largest share of a total that passes through the row
    studies: dict[str, Results]

    def is_wide(self, each: Comparison) -> bool:
        return abs(ratio(each) - 1) > GAP

    def passes(self, study: str, each: Comparison) -> float | None:
        return self.passing.get((study, self.causes[each.product, each.indicator].name, each.indicator))


def ratio(each: Comparison) -> float:
    """Ours over the nearest end of what was published; one within its range."""
    return each.ours / each.high if each.ours > each.high else each.ours / each.low if each.ours < each.low else 1.0


def gap(each: Comparison) -> float:
    return each.ours - min(max(each.ours, each.low), each.high)


def validate(studies: dict[str, Results]) -> Validation:
    background = load_background()
    found = grades(background)
    wanted = {(each.product, each.indicator) for each in found.comparisons} | set(CASES)
    causes = _causes(background, wanted)
    passing = {}
    for study, results in studies.items():
        rows = list({cause.name: cause.row for cause in causes.values()}.values())
        shares = np.nan_to_num(weights(results, rows)).max(axis=1)
        for row, values in zip(rows, shares, strict=True):
            for indicator, share in zip(results.study.indicators, values, strict=True):
                passing[study, f"{row.process} <- {row.input}", indicator] = float(share)
    return Validation(background, found, causes, passing, studies)


def _causes(background: Background, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Cause]:
    found, main = {}, dict[str, dict[str, tuple[BackgroundExchange, float]]]()
    for product, indicator in wanted:
        rows = main.setdefault(indicator, main_rows(background, indicator) if indicator not in main else {})
        scores, place, whole = scores_of(background, indicator), product, 1.0
        row, share = rows[place]
        for _ in rows:  # no chain is longer
            if share < MOST or row.input not in rows or (rows[row.input][0].input not in rows and rows[row.input][1] > ALL):
                break  # it divides, or what comes next passes one flow on
            place, whole = row.input, whole * share
            row, share = rows[place]
        behind, part = rows.get(row.input, (None, 0.0))
        found[product, indicator] = Cause(row, whole * share, behind, whole * share * part if scores[row.input] else 0.0)
    return found


def table(found: Validation) -> list[tuple[str, ...]]:
    """Every comparison; where the gap is wide, the row that makes it and what it moves."""
    head = (*COLUMNS, *CAUSE, *(f"passes_{study}" for study in found.studies))
    rows = []
    for each in found.grades.comparisons:
        about = (each.product, each.indicator, each.part, f"{each.ours:.4g}", f"{each.low:g}", f"{each.high:g}", each.unit, each.year, each.source,
                 f"{ratio(each):.2f}", "yes" if each.independent else "no", found.grades.of(each.product, each.indicator))  # fmt: skip
        rows.append((*about, *(_told(found, each) if found.is_wide(each) else [""] * (len(head) - len(about)))))
    return [head, *rows]


def _told(found: Validation, each: Comparison) -> list[str]:
    cause = found.causes[each.product, each.indicator]
    made = cause.share * each.ours / each.weight
    closes = 1 - gap(each) / made
    behind = f"{cause.behind.process} <- {cause.behind.input}" if cause.behind else ""
    passes = [found.passes(study, each) for study in found.studies]
    return [cause.name, f"{cause.share:.2f}", f"{made / abs(gap(each)):.2f}", f"{closes:.2f}" if closes >= 0 else "no", behind,
            f"{cause.behind_share:.2f}" if behind else "", *("" if share is None else f"{share:.4f}" for share in passes)]  # fmt: skip


def marks(found: Validation) -> dict[str, str]:
    """The tables and sentences of the page by their mark."""
    mass = {source for source, count in Counter(each.source for each in found.grades.comparisons).items() if count > MANY and not _is_material(found, source)}
    single = [each for each in found.grades.comparisons if each.independent and each.source not in mass]
    kinds: dict[str, Callable[[Comparison], bool]] = {
        "technologies": lambda each: not _is_mix(each) and _energy(each), "mixes": _is_mix, "materials": lambda each: not _is_mix(each) and not _energy(each)
    }  # fmt: skip
    return {
        **{mark: _gaps(found, [each for each in single if test(each)]) for mark, test in kinds.items()},
        "groups": "\n".join(_group(found, source) for source in sorted(mass)),
        "rest": _rest([each for each in found.grades.comparisons if not each.independent and each.source not in mass]),
        "cases": _cases(found), "open": _open(found), "grades": _counts(found), "resting": _resting(found),
    }  # fmt: skip


def _is_mix(each: Comparison) -> bool:
    return each.product.startswith(("electricity_mix_", "electricity_hv_", "electricity_mv_", "electricity_lv_"))


def _energy(each: Comparison) -> bool:
    return each.product.startswith("electricity_") or each.product.endswith("_supply") or "_supply_" in each.product


def _is_material(found: Validation, source: str) -> bool:
    return not any(_is_mix(each) for each in found.grades.comparisons if each.source == source)


def _gaps(found: Validation, chosen: list[Comparison]) -> str:
    """One line per product and indicator: the values beside ours, the grade, and of the widest gap the row and the remark."""
    grouped: dict[tuple[str, str, str], list[Comparison]] = defaultdict(list)
    for each in chosen:
        grouped[each.product, each.indicator, each.part].append(each)
    rows = []
    for (product, indicator, part), values in grouped.items():
        widest = max(values, key=lambda each: each.factor)
        known = "; ".join(f"{_span(each)} (x {ratio(each):.2f}, {each.source})" for each in values)
        told = _sentence(found, widest) if found.is_wide(widest) else ""
        rows.append([product, f"{indicator} ({part})" if part else indicator, f"{values[0].ours:.3g}", known, widest.unit,
                     found.grades.of(product, indicator), told, widest.note if told else ""])  # fmt: skip
    return markdown(["product", "indicator", "ours", "published", "unit", "grade", "row that makes the gap", "remark"], rows)


def _span(each: Comparison) -> str:
    return f"{each.low:.4g}" if each.low == each.high else f"{each.low:.3g} to {each.high:.3g}"


def _sentence(found: Validation, each: Comparison) -> str:
    """The row, its share of our score, how many times the gap it is, and what passes through it in the studies."""
    name, share, of_gap, closes, *_ = _told(found, each)
    passing = [f"{study} {100 * part:.1f} %" for study in found.studies if (part := found.passes(study, each) or 0.0) >= TOLD]
    end = f"; {', '.join(passing)}" if passing else "; in no shipped study"
    return f"`{name}`: {100 * float(share):.0f} % of ours, {of_gap} of the gap{'' if closes == 'no' else f', which closes at x {closes}'}{end}"


def _group(found: Validation, source: str) -> str:
    """A source of many values in one line per indicator."""
    lines = []
    grouped: dict[str, list[Comparison]] = defaultdict(list)
    for each in (each for each in found.grades.comparisons if each.source == source):
        grouped[each.indicator].append(each)
    title = read_sources(Faults())[source].title
    for indicator, values in grouped.items():
        ratios = [ratio(each) for each in values]
        rows = Counter(found.causes[each.product, indicator].row.input.rsplit("_", 1)[0] for each in values if found.is_wide(each))
        most = ", ".join(f"{name} ({count})" for name, count in rows.most_common(3))
        kind = "independent" if all(each.independent for each in values) else "not independent: consistency only"
        lines.append(f"- **{title}** (`{source}`), {indicator}: {len(values)} values, {kind}; median of ours over published {median(ratios):.2f}, "
                     f"{sum(abs(each - 1) <= GAP for each in ratios)} within 25 %. Rows that make the others: {most}.")  # fmt: skip
    return "\n".join(lines)


def _rest(others: list[Comparison]) -> str:
    return ", ".join(f"{each.product} {each.indicator} {ratio(each):.2f} ({each.source})" for each in sorted(others, key=lambda each: -each.factor))


def _cases(found: Validation) -> str:
    """The cases that the text explains: ours, the values, and the two rows that make it."""
    rows = []
    for product, indicator in CASES:
        cause, values = found.causes[product, indicator], [each for each in found.grades.comparisons if (each.product, each.indicator) == (product, indicator)]
        behind = f"; `{cause.behind.process} <- {cause.behind.input}` {100 * cause.behind_share:.0f} %" if cause.behind else ""
        known = "; ".join(f"{_span(each)} (x {ratio(each):.2f}, {each.source}{'' if each.independent else ', not independent'})" for each in values)
        unit = f"{found.background.indicators[indicator].unit}/{found.background.products[product].unit}"
        passing = [f"{study} {100 * part:.1f} %" for study in found.studies if (part := found.passing.get((study, cause.name, indicator), 0.0)) >= TOLD]
        rows.append([product, indicator, f"{scores_of(found.background, indicator)[product]:.3g} {unit}", known or "none read",
                     f"`{cause.name}` {100 * cause.share:.0f} %{behind}", ", ".join(passing)])  # fmt: skip
    return markdown(["product", "indicator", "ours", "published", "rows that make it, share of ours", "passes through the first"], rows)


def _open(found: Validation) -> str:
    """The wide gaps whose row carries most of a shipped study."""
    rows = []
    for each in (each for each in found.grades.comparisons if each.independent and found.is_wide(each)):
        carried = {study: found.passes(study, each) or 0.0 for study in found.studies}
        study = max(carried, key=lambda key: carried[key])
        rows.append((carried[study], study, each))
    rows.sort(key=lambda row: -row[0])
    lines, seen = [], set[str]()
    for share, study, each in rows:
        name = found.causes[each.product, each.indicator].name
        if name + each.indicator not in seen and len(lines) < SHOWN and share >= 0.001:
            seen.add(name + each.indicator)
            lines.append([f"`{name}`", each.indicator, f"{100 * share:.1f} % of {study}", f"{each.product}: x {ratio(each):.2f} of {each.source}", each.note])
    return markdown(["row", "indicator", "passes through it", "gap", "remark"], lines)


def headline(background: Background) -> list[str]:
    return [key for key, each in background.indicators.items() if each.role == "headline"]


def _counts(found: Validation) -> str:
    """How many products have which grade."""
    rows = []
    for key in (key for key, each in found.background.indicators.items() if each.role != UNCOVERED):
        counts = Counter(found.grades.of(product, key) for product in found.background.products)
        rows.append([key, *(str(counts[each]) for each in LETTERS), str(sum(each.indicator == key and each.independent for each in found.grades.comparisons))])
    return markdown(["indicator", *LETTERS, "independent values"], rows)


def _resting(found: Validation) -> str:
    """How much of the totals of a study, all alternatives together, comes from products of each grade as the study calls them."""
    rows = []
    for study, results in found.studies.items():
        names, sums = results.group("input")
        for place in results.headline:
            key, parts = results.indicators[place].key, np.abs(sums[:, 0, :, place]).sum(axis=0)
            shares: dict[str, float] = defaultdict(float)
            for name, part in zip(names, parts / parts.sum(), strict=True):
                shares[found.grades.of(name, key) if name in found.background.products else "own flows"] += float(part)
            worst = sorted((-part, name) for name, part in zip(names, parts / parts.sum(), strict=True)
                           if name in found.background.products and found.grades.of(name, key) == "D")[:3]  # fmt: skip
            rows.append([study, key, *(f"{100 * shares[each]:.1f} %" for each in (*LETTERS, "own flows")),
                         ", ".join(f"{name} {-100 * part:.1f} %" for part, name in worst if part < -0.001)])  # fmt: skip
    return markdown(["study", "indicator", *LETTERS, "own flows", "largest of grade D"], rows)


def markdown(columns: list[str], rows: list[list[str]]) -> str:
    head = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    return "\n".join([*head, *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)])


def validate_devices() -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """The table of all devices beside what was published for them, and the texts of the page by their mark."""
    background = load_background()
    found = catalogue(background)
    rows = [_compared_row(found, each, background) for each in found.comparisons]
    for key, device in found.devices.items():
        for indicator in (each for each in headline(background) if not found.beside(key, each)):
            ours = device.scores[:, background.positions([indicator])[0]].sum()
            unit = f"{background.indicators[indicator].unit}/{device.process.unit}"
            rows.append((key, "total", indicator, f"{ours:.4g}", "", "", unit, "", "", "", "", "", "D", _largest(found, background, key, "", indicator), ""))
    climate = [each for each in found.comparisons if each.indicator == CLIMATE]
    return [DEVICE_COLUMNS, *rows], {
        "summary": _device_summary(found, climate),
        "beyond": _device_page([row for row, each in zip(rows, found.comparisons, strict=False) if each.factor > CLOSE]),
        "within": _device_page([row for row, each in zip(rows, found.comparisons, strict=False) if each.factor <= CLOSE]),
        "unvalidated": ", ".join(f"`{key}`" for key in found.devices if not found.beside(key, CLIMATE)) or "none",
        "grades": _device_grades(found, background),
        "agreement": agreement.agreement(found.comparisons),
        "families": markdown(agreement.FAMILY_HEAD, agreement.families(found.devices, found.comparisons, ratio)),
        "parts": markdown(agreement.PART_HEAD, agreement.parts(found, background)),
        "others": markdown(agreement.OTHERS_HEAD, agreement.others(found, background)),
    }


def _compared_row(found: Catalogue, each: Comparison, background: Background) -> tuple[str, ...]:
    return (each.product, each.part, each.indicator, f"{each.ours:.4g}", f"{each.low:g}", f"{each.high:g}", each.unit, each.year, each.source, each.locator,
            f"{ratio(each):.3f}", "yes" if each.independent else "no", found.grade(each.product, each.indicator),
            _largest(found, background, each.product, each.part, each.indicator), each.note)  # fmt: skip


def _largest(found: Catalogue, background: Background, key: str, part: str, indicator: str) -> str:
    """The components that make most of a device in some stages (all of them without a word), with their shares."""
    device, place = found.devices[key], background.positions([indicator])[0]
    stages = [n for n, each in enumerate(tag_keys("stage")) if not part or each in SPANS.get(part, (part,))]
    parts = {name: float(each.scores[stages, place].sum()) for name, each in device.components.items()}
    whole = float(device.scores[stages, place].sum())
    if not whole:
        return ""
    return ", ".join(f"{name} {100 * value / whole:.0f} %" for name, value in sorted(parts.items(), key=lambda item: -item[1])[:LARGEST] if value)


def _device_summary(found: Catalogue, climate: list[Comparison]) -> str:
    """How many devices have a published climate result, and how near ours come."""
    beside: dict[str, list[Comparison]] = defaultdict(list)
    for each in climate:
        beside[each.product].append(each)
    close = {key: sum(each.factor <= CLOSE for each in values) for key, values in beside.items()}
    every = sum(count == len(beside[key]) for key, count in close.items())
    some, none = sum(0 < count < len(beside[key]) for key, count in close.items()), sum(not count for count in close.values())
    alone = [each for each in climate if each.independent]
    near = sum(each.factor <= CLOSE for each in climate)
    middle = f"; median of ours over published {median(ratio(each) for each in climate):.2f}" if climate else ""
    return "\n".join([
        f"- **{len(beside)} of {len(found.devices)} devices** have a published result on climate change ({len(climate)} values of "
        f"{len({each.source for each in climate})} documents{middle}); {len(found.devices) - len(beside)} have none.",
        f"- **{_of(near, len(climate))} of the values lie within a factor {CLOSE:g} of ours**; of the {len(alone)} independent ones "
        f"{_of(sum(each.factor <= CLOSE for each in alone), len(alone))}.",
        f"- Devices: {every} within {CLOSE:g} of every value, {some} of some, {none} of none.",
        f"- On other indicators: {len(found.comparisons) - len(climate)} values.",
    ])  # fmt: skip


def _of(count: int, whole: int) -> str:
    return f"{count} of {whole} ({100 * count / whole:.0f} %)" if whole else "none"


def _device_page(rows: list[tuple[str, ...]]) -> str:
    cells = [[f"`{device}`", stage, indicator, ours, low if low == high else f"{low} to {high}", unit, f"{source} ({year})" if year else source,
              f"x {float(times):.2f}", independent, grade, largest, cause]
             for device, stage, indicator, ours, low, high, unit, year, source, _, times, independent, grade, largest, cause in rows]  # fmt: skip
    return markdown(list(DEVICE_HEAD), cells) if rows else "none"


def _device_grades(found: Catalogue, background: Background) -> str:
    counts = {key: Counter(found.grade(device, key) for device in found.devices) for key in headline(background)}
    return markdown(["indicator", *LETTERS], [[key, *(str(each[letter]) for letter in LETTERS)] for key, each in counts.items()])
