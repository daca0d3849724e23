"""Views that the command line shows below the comparison: shares by a tag, scopes, effects beside the total, shared things."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from lca.background import load_background
from lca.devices import catalogue
from lca.expressions import Array
from lca.results import NO_VERDICT, Results
from lca.review_basis import BACKGROUND, BOTH, NONE, PARAMETERS, Question
from lca.tables import Block, change_blocks, effect_blocks, group_blocks, rule_blocks, scope_blocks, status_text
from lca.tables_years import heads, notes, per, title, together, yearly
from lca.terminal import WIDTH, bold, indented, screen, show_groups_of, table_of
from lca.views import attributions, market_based, scopes
from lca.wording import number, percent, say, tag_keys, tag_label, unit_words
from lca.years import Years

if TYPE_CHECKING:
    from lca.catalogue import Entry

MOST = 15  # lines of a list of shares; what is smaller comes in one line
NOTHING = "–"
YEAR = 6  # letters of the column of years


def show_groups(results: Results, by: str, lang: str) -> None:
    """Shares by a tag or another group, per alternative, in the first scenario that was run."""
    title, groups = _titled(results, f"{say('shares_by', lang)} {say(f'by_{by}', lang)}", lang), list[tuple[str, list[tuple[str, list[str]]]]]()
    totals = results.totals[:, 0, results.headline]
    for a, block in enumerate(group_blocks(results, by, lang)):
        with np.errstate(divide="ignore", invalid="ignore"):  # an alternative may be nothing on an indicator
            rows = [(row.label, shares) for row in block.rows if (shares := row.values[results.headline] / totals[a]).any()]
        if len(rows) > MOST:
            rows.sort(key=lambda row: -abs(row[1]).max())
            rows[MOST:] = [(say("smaller", lang, count=len(rows) - MOST), np.sum([shares for _, shares in rows[MOST:]], axis=0))]
        groups.append((block.label, [(label, [percent(float(each), lang) if each else NOTHING for each in shares]) for label, shares in rows]))
    show_groups_of(title, [say("alternative", lang), *indicator_heads(results, lang)], groups)


def show_devices(title: str, entries: "list[Entry]", lang: str) -> None:
    """One unit of each device: headline indicators by stage, and the total with its grade."""
    background = load_background()
    found, console = catalogue(background), screen()
    picked = [(n, each) for n, each in enumerate(background.indicators.values()) if each.role == "headline"]
    groups = []
    for entry in entries:
        device, rows = found.devices[entry.key], list[tuple[str, list[str]]]()
        for stage in found.stages:
            values = [number(float(each), lang) if each else NOTHING for each in device.scores[stage, [n for n, _ in picked]]]
            rows.append((tag_label("stage", tag_keys("stage")[stage], lang), [f"{each}  " for each in values]))
        totals = [f"{number(float(device.scores[:, n].sum()), lang)} {found.grade(entry.key, each.key)}" for n, each in picked]
        label = f"{getattr(entry, f'label_{lang}') or entry.key}\n[{entry.key}], 1 {device.process.unit}"
        groups.append((label, [*rows, (say("w_total", lang), totals)]))
    show_groups_of(f"{title} ({len(entries)})", ["", *(f"{each.label(lang)}\n{unit_words(each.unit, lang)}" for _, each in picked)], groups)
    console.print(Text(say("grade_meaning", lang)))
    if found.assumed:
        console.print(Text(say("devices_assumed", lang, values=", ".join(f"{name} = {each}" for name, each in found.assumed.items()))))


def show_scopes(results: Results, actor: str, lang: str) -> None:
    """Scopes of a reporting actor: location-based always, market-based where the study gives contract and residual factors."""
    who = tag_label("actor", actor or results.study.reporting_actor, lang).lower()
    _show_blocks(results, say("scopes_location", lang, actor=who), scope_blocks(results, scopes(results, actor), lang), lang, total=True)
    found, missing = market_based(results, actor)
    if found is not None:
        _show_blocks(results, say("scopes_market", lang, actor=who), scope_blocks(results, found, lang), lang, total=True)
    else:
        screen().print(Text(say("scopes_no_market", lang, missing=", ".join(missing)) if missing else say("scopes_no_contract", lang)))


def show_effects(results: Results, lang: str) -> None:
    """Own bars: what the service causes around it, beside the total and never in it."""
    blocks = [Block(each.label, [replace(row, label=f"{row.label} ({row.note})") for row in each.rows]) for each in effect_blocks(results, lang)]
    if blocks:
        _show_blocks(results, say("beside_total", lang), blocks, lang)


def show_shared(results: Results, lang: str) -> None:
    """Whose part of a shared thing is how large, by every rule; what changes without a user stands apart."""
    for each in attributions(results):
        heads = [say("shared_user", lang), say("shared_share", lang)]
        _show_blocks(results, getattr(each.shared, f"label_{lang}"), [*rule_blocks(each, lang), *change_blocks(each, lang)], lang, heads)


def _show_blocks(results: Results, title: str, blocks: list[Block], lang: str, heads: Sequence[str] = (), total: bool = False) -> None:
    """Amounts in display units; with a head of its own the notes stand in a column, and rows of nothing too."""
    groups = []
    for block in blocks:
        rows = [row for row in block.rows if heads or row.values.any()]
        rows += [replace(block.total, label=say("w_total", lang))] if total and block.total else []
        amounts = [[number(float(row.values[n]) / results.scale(n)[1], lang) if row.values[n] else NOTHING for n in results.headline] for row in rows]
        groups.append((block.label, [(row.label, [*([row.note] if heads else []), *each]) for row, each in zip(rows, amounts, strict=True)]))
    columns = [*(heads or [say("alternative", lang)]), *indicator_heads(results, lang, units=True)]
    show_groups_of(_titled(results, title, lang), columns, groups, len(heads) - 1)


def _titled(results: Results, title: str, lang: str) -> Text:
    return Text(say("titled", lang, title=title, scenario=results.labels(lang)[1][0]))


def indicator_heads(results: Results, lang: str, units: bool = False) -> list[str]:
    """The headline indicators, with their display units where amounts stand below."""
    return [
        f"{results.indicators[n].label(lang)}\n{unit_words(results.scale(n)[0], lang)}" if units else results.indicators[n].label(lang)
        for n in results.headline
    ]


def show_choices(results: Results, lang: str) -> None:
    """How far the study is, and the value choices behind the numbers that differ from the defaults."""
    choices, console = results.study.choices, screen()
    changed = [say("titled", lang, title=choices.texts[key][f"label_{lang}"], scenario=choices.texts[key][f"value_{lang}"]) for key in choices.changed]
    console.print(Text(say("status_is", lang, status=status_text(results.study, lang))))
    console.print(Text(f"{say('choices_are', lang)} {'' if changed else say('choices_default', lang)}".rstrip()))
    for text in changed:
        console.print(indented(f"- {text}"))


def show_review(results: Results, shares: Array, asked: list[Question], wanted: int, lang: str) -> None:
    """What the totals rest on, then the questions of a critical reviewer, the first `wanted` of them."""
    console = screen()
    table = table_of(say("review_rests", lang), [say("alternative", lang), *(results.indicators[each].label(lang) for each in results.headline)])
    for a, alternative in enumerate(results.labels(lang)[0]):
        parts = shares[:, a][:, results.headline]
        rows = {alternative: 1 - parts[NONE], f"  {say('review_parameters', lang)}": parts[PARAMETERS] + parts[BOTH],
                f"  {say('review_background', lang)}": parts[BACKGROUND] + parts[BOTH]}  # fmt: skip
        for label, row in rows.items():
            table.add_row(Text(label), *(percent(float(each), lang) for each in row))
    console.print(table)
    console.print(Text(say("review_how", lang)))
    console.print(bold(f"\n{say('review', lang)}"))
    for place, each in enumerate(asked[:wanted], 1):
        console.print(Text(f"{place:>2}. {getattr(each.message, lang)}".rstrip()))
    if not asked:
        console.print(Text(f"    {say('review_nothing', lang)}"))
    if asked[wanted:]:
        console.print(Text(f"    {say('review_more', lang, count=len(asked) - wanted)}"))
    console.print()


def show_years(found: Years, lang: str) -> None:
    """Year by year the total beside the intensity, then all years together."""
    console, columns = screen(), heads(found, lang)
    console.print(bold(found.rows.study.text("title", lang)))
    console.print(Text(per(found, lang)))
    console.print(bold(title(found, lang)))
    wide = min(13, (2 * (WIDTH - YEAR)) // len(columns) * 5 // 9)
    for place, (alternative, rows) in enumerate(yearly(found, lang)):
        table = Table(title=alternative, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=0, show_header=place == 0)
        table.add_column("", width=YEAR)
        for n, column in enumerate(columns):
            table.add_column(column, justify="right", width=wide - 3 * (n % 2), overflow="fold")
        for year, cells in rows:
            table.add_row(year, *cells)
        console.print(table)
    labels = [f"{found.rows.indicators[i].label(lang)}\n{unit_words(found.scale(i, found.cumulated)[0], lang)}" for i in found.rows.headline]
    show_groups_of(say("years_together", lang, count=len(found.years)), [say("alternative", lang), *labels], together(found, lang))
    for each in notes(found, lang):
        console.print(Text(f"- {each}"))
    console.print(bold(getattr(NO_VERDICT, lang)))
