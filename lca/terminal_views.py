"""Views that the command line shows below the comparison: shares by a tag, scopes, effects beside the total, shared things."""

from __future__ import annotations

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from lca.expressions import Array
from lca.results import Results
from lca.review_asking import Question
from lca.review_basis import BACKGROUND, BOTH, NONE, PARAMETERS
from lca.terminal import screen, table_of
from lca.views import SCOPES, attributions, effects, market_based, scopes
from lca.wording import number, percent, say, tag_label

MOST = 15  # lines of a list of shares; what is smaller comes in one line


def show_groups(results: Results, by: str, lang: str) -> None:
    """Shares by a tag or another group, per alternative, in the first scenario that was run."""
    names, sums = results.group(by)
    labels = [results.process_label(name, lang) if by == "process" else results.name_label(name, lang) if by in ("input", "flow", "origin")
              else tag_label(by, name, lang) for name in names]  # fmt: skip
    _show_shares(results, f"{say('shares_by', lang)} {say(f'by_{by}', lang)}", labels, sums, lang)


def _show_shares(results: Results, title: str, labels: list[str], sums: Array, lang: str) -> None:
    picked = results.headline
    alternatives, scenarios = results.labels(lang)
    table = table_of(f"{title}: {scenarios[0]}", [say("alternative", lang), *(results.indicators[each].label(lang) for each in picked)])
    for a, alternative in enumerate(alternatives):
        table.add_row(Text(alternative, style="bold"))
        totals = results.totals[a, 0, picked]
        shares = sums[a, 0][:, picked] / totals
        order = [n for n in range(len(labels)) if shares[n].any()]
        if len(order) > MOST:
            order = sorted(order, key=lambda n: -abs(shares[n]).max())
        for n in order[:MOST]:
            table.add_row(Text(f"  {labels[n]}"), *(percent(each, lang) for each in shares[n]))
        if order[MOST:]:
            table.add_row(Text(f"  {say('smaller', lang, count=str(len(order) - MOST))}"), *(percent(each, lang) for each in shares[order[MOST:]].sum(axis=0)))
    screen().print(table)


def show_scopes(results: Results, actor: str, lang: str) -> None:
    """Scopes of a reporting actor: location-based always, market-based where the study gives contract and residual factors."""
    labels = [say(f"w_{each}", lang) for each in SCOPES]
    who = tag_label("actor", actor or results.study.reporting_actor, lang)
    _show_shares(results, say("scopes_location", lang, actor=who), labels, scopes(results, actor), lang)
    found, missing = market_based(results, actor)
    if found is not None:
        _show_amounts(results, say("scopes_market", lang, actor=who), labels, found[:, 0], lang)
    elif missing and results.study.contracts:
        screen().print(Text(say("scopes_no_market", lang, missing=", ".join(missing))))


def _show_amounts(results: Results, title: str, labels: list[str], sums: Array, lang: str) -> None:
    """Amounts in display units: alternative x name x indicator."""
    picked = results.headline
    scales = [results.scale(each) for each in picked]
    heads = [f"{results.indicators[each].label(lang)}\n{unit}" for each, (unit, _) in zip(picked, scales, strict=True)]
    table = table_of(title, [say("alternative", lang), *heads])
    for a, alternative in enumerate(results.labels(lang)[0]):
        table.add_row(Text(alternative, style="bold"))
        for label, values in zip(labels, sums[a], strict=True):
            if values.any():
                table.add_row(Text(f"  {label}"), *(number(values[each] / size, lang) for each, (_, size) in zip(picked, scales, strict=True)))
    screen().print(table)


def show_effects(results: Results, lang: str) -> None:
    """Own bars: what the service causes around it, beside the total and never in it."""
    found = effects(results)
    if found:
        known = results.study.effects
        labels = [f"{getattr(known[key], f'label_{lang}')} ({tag_label('effect', known[key].kind, lang)})" for key in found]
        title = f"{say('beside_total', lang)}: {results.labels(lang)[1][0]}"
        _show_amounts(results, title, labels, np.stack([each[:, 0] for each in found.values()], axis=1), lang)


def show_shared(results: Results, lang: str) -> None:
    """Whose part of a shared thing is how large, by every rule; what changes without a user stands apart."""
    picked = results.headline
    scales = [results.scale(each) for each in picked]
    for each in attributions(results):
        title = f"{getattr(each.shared, f'label_{lang}')}: {results.labels(lang)[1][0]}"
        table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column(say("shared_user", lang), overflow="fold", width=36)
        heads = [f"{results.indicators[n].label(lang)}\n{unit}" for n, (unit, _) in zip(picked, scales, strict=True)]
        for head in (say("shared_share", lang), *heads):
            table.add_column(head, justify="right", overflow="fold")
        users = {user: labels[f"label_{lang}"] for user, labels in each.shared.users.items()}
        for rule, shares in each.shares.items():
            table.add_row(Text(say(f"shared_{rule}", lang), style="bold"))
            for user, share in shares.items():
                cells = [number(share[0] * each.whole[0, n] / size, lang) for n, (_, size) in zip(picked, scales, strict=True)]
                table.add_row(Text(f"  {users[user]}"), percent(float(share[0]), lang), *cells)
        for change in dict.fromkeys(change for _, change in each.changes):
            table.add_row(Text(say(f"shared_{change}", lang), style="bold"))
            for user in (user for user, named in each.changes if named == change):
                values = each.changes[(user, change)]
                table.add_row(Text(f"  {users[user]}"), "", *(number(values[0, n] / size, lang) for n, (_, size) in zip(picked, scales, strict=True)))
        screen().print(table)


def show_choices(results: Results, lang: str) -> None:
    """The value choices behind the numbers: those that differ from the defaults, and where the rest is told."""
    choices = results.study.choices
    changed = [f"{choices.texts[key][f'label_{lang}']}: {choices.texts[key][f'value_{lang}']}" for key in choices.changed]
    screen().print(Text(f"{say('choices_are', lang)} {'; '.join(changed) if changed else say('choices_default', lang)}"))


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
    console.print(Text(f"\n{say('review', lang)}", style="bold"))
    for number, each in enumerate(asked[:wanted], 1):
        console.print(Text(f"{number:>2}. {getattr(each.message, lang)}".rstrip()))
    if not asked:
        console.print(Text(f"    {say('review_nothing', lang)}"))
    if asked[wanted:]:
        console.print(Text(f"    {say('review_more', lang, count=len(asked) - wanted, study=results.study.key)}"))
