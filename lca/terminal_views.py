"""Views that the command line shows below the comparison: shares by a tag, scopes, effects beside the total, shared things."""

from __future__ import annotations

import numpy as np
from rich.padding import Padding
from rich.text import Text

from lca.expressions import Array
from lca.results import Results
from lca.review_asking import Question
from lca.review_basis import BACKGROUND, BOTH, NONE, PARAMETERS
from lca.tables import status_text
from lca.terminal import screen, table_of
from lca.views import SCOPES, attributions, effects, market_based, scopes
from lca.wording import number, percent, say, tag_label

MOST = 15  # lines of a list of shares; what is smaller comes in one line
NOTHING = "–"


def show_groups(results: Results, by: str, lang: str) -> None:
    """Shares by a tag or another group, per alternative, in the first scenario that was run."""
    names, sums = results.group(by)
    labels = [results.process_label(name, lang) if by == "process" else results.name_label(name, lang) if by in ("input", "flow", "origin")
              else tag_label(by, name, lang) for name in names]  # fmt: skip
    picked = results.headline
    table = table_of(_titled(results, f"{say('shares_by', lang)} {say(f'by_{by}', lang)}", lang), [say("alternative", lang), *_heads(results, lang)])
    for a, alternative in enumerate(results.labels(lang)[0]):
        table.add_row(Text(alternative, style="bold"))
        shares = sums[a, 0][:, picked] / results.totals[a, 0, picked]
        order = [n for n in range(len(labels)) if shares[n].any()]
        if len(order) > MOST:
            order = sorted(order, key=lambda n: -abs(shares[n]).max())
        for n in order[:MOST]:
            table.add_row(_indented(labels[n]), *_shares(shares[n], lang))
        if rest := order[MOST:]:
            table.add_row(_indented(say("smaller", lang, count=len(rest))), *_shares(shares[rest].sum(axis=0), lang))
    screen().print(table)


def show_scopes(results: Results, actor: str, lang: str) -> None:
    """Scopes of a reporting actor: location-based always, market-based where the study gives contract and residual factors."""
    labels = [say(f"w_{each}", lang) for each in SCOPES]
    who = tag_label("actor", actor or results.study.reporting_actor, lang).lower()
    _show_amounts(results, say("scopes_location", lang, actor=who), labels, scopes(results, actor)[:, 0], lang, total=True)
    found, missing = market_based(results, actor)
    if found is not None:
        _show_amounts(results, say("scopes_market", lang, actor=who), labels, found[:, 0], lang, total=True)
    else:
        screen().print(Text(say("scopes_no_market", lang, missing=", ".join(missing)) if missing else say("scopes_no_contract", lang)))


def _show_amounts(results: Results, title: str, labels: list[str], sums: Array, lang: str, total: bool = False) -> None:
    """Amounts in display units: alternative x name x indicator, and their sum where they make up a whole."""
    table = table_of(_titled(results, title, lang), [say("alternative", lang), *_heads(results, lang, units=True)])
    for a, alternative in enumerate(results.labels(lang)[0]):
        table.add_row(Text(alternative, style="bold"))
        for label, values in zip(labels, sums[a], strict=True):
            if values.any():
                table.add_row(_indented(label), *_amounts(results, values, lang))
        if total:
            table.add_row(_indented(say("w_total", lang)), *_amounts(results, sums[a].sum(axis=0), lang))
    screen().print(table)


def show_effects(results: Results, lang: str) -> None:
    """Own bars: what the service causes around it, beside the total and never in it."""
    found = effects(results)
    if found:
        known = results.study.effects
        labels = [f"{getattr(known[key], f'label_{lang}')} ({tag_label('effect', known[key].kind, lang)})" for key in found]
        _show_amounts(results, say("beside_total", lang), labels, np.stack([each[:, 0] for each in found.values()], axis=1), lang)


def show_shared(results: Results, lang: str) -> None:
    """Whose part of a shared thing is how large, by every rule; what changes without a user stands apart."""
    for each in attributions(results):
        heads = [say("shared_user", lang), say("shared_share", lang), *_heads(results, lang, units=True)]
        table = table_of(_titled(results, getattr(each.shared, f"label_{lang}"), lang), heads, narrow=1)
        users = {user: labels[f"label_{lang}"] for user, labels in each.shared.users.items()}
        for rule, shares in each.shares.items():
            table.add_row(Text(say(f"shared_{rule}", lang), style="bold"))
            for user, share in shares.items():
                table.add_row(_indented(users[user]), percent(float(share[0]), lang), *_amounts(results, share[0] * each.whole[0], lang))
        for change in dict.fromkeys(change for _, change in each.changes):
            table.add_row(Text(say(f"shared_{change}", lang), style="bold"))
            for user in (user for user, named in each.changes if named == change):
                table.add_row(_indented(users[user]), "", *_amounts(results, each.changes[(user, change)][0], lang))
        screen().print(table)


def _titled(results: Results, title: str, lang: str) -> Text:
    return Text(say("titled", lang, title=title, scenario=results.labels(lang)[1][0]))


def _heads(results: Results, lang: str, units: bool = False) -> list[str]:
    """The headline indicators, with their display units where amounts stand below."""
    return [f"{results.indicators[n].label(lang)}\n{results.scale(n)[0]}" if units else results.indicators[n].label(lang) for n in results.headline]


def _shares(shares: Array, lang: str) -> list[str]:
    return [percent(float(each), lang) if each else NOTHING for each in shares]


def _amounts(results: Results, values: Array, lang: str) -> list[str]:
    return [number(float(values[n]) / results.scale(n)[1], lang) if values[n] else NOTHING for n in results.headline]


def _indented(label: str) -> Padding:
    """A label below a head, indented on every line that it takes."""
    return Padding(Text(label), (0, 0, 0, 2))


def show_choices(results: Results, lang: str) -> None:
    """How far the study is, and the value choices behind the numbers that differ from the defaults."""
    choices, console = results.study.choices, screen()
    changed = [say("titled", lang, title=choices.texts[key][f"label_{lang}"], scenario=choices.texts[key][f"value_{lang}"]) for key in choices.changed]
    console.print(Text(say("status_is", lang, status=status_text(results.study, lang))))
    console.print(Text(f"{say('choices_are', lang)} {'' if changed else say('choices_default', lang)}".rstrip()))
    for text in changed:
        console.print(Padding(Text(f"- {text}"), (0, 0, 0, 2)))


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
    for place, each in enumerate(asked[:wanted], 1):
        console.print(Text(f"{place:>2}. {getattr(each.message, lang)}".rstrip()))
    if not asked:
        console.print(Text(f"    {say('review_nothing', lang)}"))
    if asked[wanted:]:
        console.print(Text(f"    {say('review_more', lang, count=len(asked) - wanted)}"))
    console.print()
