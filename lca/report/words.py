"""What decisions say, in words, for the screen and the page alike: meetings, worlds, values that move a result, and levers."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from lca.breakeven import BreakEven, Meeting
from lca.crossings import Change
from lca.expressions import Array
from lca.grid import Grid, Order
from lca.levers import Lever
from lca.levers_effects import WHY_NOT, Tried
from lca.report.sentences import SEMICOLON, unit_text, written
from lca.results import Results
from lca.tornado import Bar, Tornado
from lca.wording import THIN, number, percent, say, tag_label

DIGITS = 4  # of a value at which two meet
SHOWN, WAYS = 6, 3  # changes and ways to turn an order that are told
RISES, FALLS, STAYS = "▲", "▼", "–"
SMALL = 5e-4  # a change that rounds to nothing


def told(found: BreakEven, meeting: Meeting, names: Mapping[int, str], lang: str) -> str:
    """Who is lower from low to high, change by change; `names` are those of the first (-1) and the second (1)."""
    if meeting.begins is None:
        return say("no_value", lang)
    if not meeting.changes:
        return say("decide_never", lang, name=names[meeting.begins], closest=percent(meeting.closest, lang))
    parts = [_change(found, each, names, lang) for each in meeting.changes[:SHOWN]]
    if len(meeting.changes) > SHOWN:
        parts.append(say("decide_more", lang, count=len(meeting.changes) - SHOWN))
    elif after := meeting.changes[-1].after:
        parts.append(say("decide_after", lang, name=names[after]))
    return SEMICOLON[lang].join(parts)


def drawn(found: BreakEven, number: int, lang: str) -> str:
    """How far the place of a meeting spreads over draws; nothing where none were asked for, or no draw has one."""
    if not found.spreads or np.isnan(found.spreads[number].places).any():
        return ""
    low, middle, high = (value(found, float(each), lang, DIGITS - 1) for each in found.spreads[number].places)
    return say("decide_drawn", lang, low=low, middle=middle, high=high, none=percent(found.spreads[number].none, lang))


def drawn_note(found: BreakEven, lang: str) -> str:
    lost = max((each.lost for each in found.spreads), default=0.0)
    return say("decide_drawn_note", lang, count=found.draws, lost=percent(lost, lang)) if found.spreads else ""


def _change(found: BreakEven, change: Change, names: Mapping[int, str], lang: str) -> str:
    start, end = (value(found, each, lang) for each in (change.start, change.end))
    if change.kind == "touch":
        return say("decide_touch", lang, at=start)
    if change.kind == "equal":
        before = [say("decide_until", lang, name=names[change.before], at=start)] if change.before else []
        return SEMICOLON[lang].join([*before, say("decide_equal", lang, low=start, high=end)])
    if change.kind == "step" and start != end:
        return say("decide_step", lang, name=names[change.before], low=start, high=end)
    return say("decide_step_at" if change.kind == "step" else "decide_until", lang, name=names[change.before], at=start)


def value(found: BreakEven, given: float, lang: str, digits: int = DIGITS) -> str:
    """A value of the parameter, with a digit more than results have."""
    amount = written(float(f"{found.shown(given):.{digits}g}"), lang)
    return f"{amount}{THIN if lang == 'fr' else ' '}{unit_text(found.parameter.unit.text, lang)}".strip()


def limits(found: BreakEven, lang: str) -> list[str]:
    """Where the comparison does not stand."""
    study, (alternatives, scenarios) = found.results.study, found.results.labels(lang)
    least, texts = percent(study.functional_unit.at_least, lang), list[str]()

    def ends(low: float, high: float) -> dict[str, str]:
        return {"low": value(found, low, lang), "high": value(found, high, lang)}

    for (a, row), ranges in found.below.items():
        name = alternatives[a] if len(found.rows) == 1 else f"{alternatives[a]} ({scenarios[row]})"
        texts += [say("decide_below", lang, name=name, least=least, **ends(*each)) for each in ranges]
    texts += [say("decide_missing", lang, **ends(*each)) for each in found.missing]
    texts += [str(getattr(each, lang)) for each in found.unmet]
    if study.equalise_by != "minimum" and np.ptp(found.results.quality[:, list(found.rows)]) > 1e-9:
        texts.append(say("decide_unequal", lang))
    return texts


def held(grid: Grid, order: Order, lang: str) -> list[str]:
    margin = percent(grid.results.study.margin, lang)
    parts = [say("decide_holds", lang, held=order.held, count=len(grid.worlds))]
    parts += [say("decide_close", lang, count=order.close, margin=margin)] if order.close and not order.equal else []
    return parts + ([say("decide_lost", lang, count=order.lost)] if order.lost else [])


def ranges(results: Results, bar: Bar, lang: str) -> tuple[str, str]:
    """The label of a value and its range."""
    parameter = results.study.model.variables[bar.name].parameter
    low, high = (number((each or 0.0) / parameter.unit.factor, lang) for each in (parameter.low, parameter.high))
    return parameter.about.get(f"label_{lang}", ""), f"{say('from_to', lang, low=low, high=high)} {unit_text(parameter.unit.text, lang)}".strip()


def swing(whole: Tornado, bar: Bar) -> float:
    three = [bar.low, whole.base, bar.high]
    return float(np.fmax.reduce(three) - np.fmin.reduce(three))


def source(tried: Tried, lever: Lever, lang: str) -> str:
    found = tried.library.sources.get(lever.source)
    return f"{found.authors.replace(';', ',').partition(',')[0]} {found.year}".strip() if found else say("lever_assumed", lang)


def about(tried: Tried, lever: Lever, lang: str) -> str:
    return " · ".join((tag_label("phase", lever.phase, lang), tag_label("actor", lever.actor, lang), source(tried, lever, lang)))


def shifts(tried: Tried, lever: int, lang: str) -> list[str]:
    """One line per alternative in which a burden shifts."""
    names, lines = tried.results.labels(lang)[0], list[str]()
    for a, (rising, falling) in tried.shifts(lever).items():
        moves = [f"{arrow} {tried.results.indicators[n].label(lang)} {change(tried.changes[lever, 0, a, n], lang)}"
                 for arrow, which in ((RISES, rising), (FALLS, falling)) for n in which]  # fmt: skip
        lines.append(say("lever_shift", lang, alternative=names[a], moves=", ".join(moves)))
    return lines


def spread(ends: Array, lang: str) -> str:
    """The change at the value, and below it the range from the greatest saving."""
    if not (np.abs(np.nan_to_num(ends)) >= SMALL).any():
        return STAYS
    found, shown = sorted(float(each) for each in ends[1:] if not np.isnan(each)), change(ends[0], lang)
    if found and found[-1] - found[0] > SMALL:
        shown += "\n" + say("lever_range", lang, low=change(found[0], lang), high=change(found[-1], lang))
    return shown


def change(amount: float, lang: str) -> str:
    """A relative change with its sign."""
    if np.isnan(amount):
        return say("no_value", lang)
    sign = "+" if amount >= SMALL else "-" if amount <= -SMALL else ""
    return f"{sign}{percent(abs(float(amount)), lang)}" if sign else percent(0.0, lang)


def out_of_joint(tried: Tried, lang: str) -> str:
    out = [each.text("label", lang) for each in tried.levers if each.key not in tried.joined]
    return say("lever_out_of_joint", lang, levers=SEMICOLON[lang].join(out)) if out else ""


def left(tried: Tried, lang: str) -> list[str]:
    """How many levers are not applied, and why."""
    counts = Counter(tried.left.values())
    return [say(f"lever_{why}", lang, count=counts[why]) for why in WHY_NOT if counts[why]]
