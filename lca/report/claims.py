"""What the draws allow to be claimed of the alternative with the lowest value, in whole sentences."""

from lca.monte_result import ABOVE, BELOW, FEWEST, LIKELY, LIKELY_ABOVE, LIKELY_BELOW, NO_DIFFERENCE, TOO_FEW, Draws, Pair
from lca.report.sentences import listed
from lca.report.summary import ranked
from lca.results import Results
from lca.wording import localise, percent, say

MARGIN = "margin"  # no difference, though one is the lower in nearly all draws: too small a difference


def kinds(draws: Draws, order: list[int], indicator: int) -> dict[str, list[Pair]]:
    """The pairs of the lowest alternative with each other one in the first scenario, by what may be said of them; the firmest first."""
    found: dict[str, list[Pair]] = {key: [] for key in (BELOW, LIKELY_BELOW, ABOVE, NO_DIFFERENCE, MARGIN, TOO_FEW)}
    for other in order[1:]:
        pair = draws.pair(order[0], other, 0, indicator)
        kind = {LIKELY_ABOVE: ABOVE}.get(pair.verdict, pair.verdict if pair.verdict in found else TOO_FEW)
        found[MARGIN if kind == NO_DIFFERENCE and pair.below >= LIKELY else kind].append(pair)
    return {key: pairs for key, pairs in found.items() if pairs}


def claims(results: Results, indicator: int, lang: str) -> str:
    """A sentence per kind of verdict, the others of one kind taken together with their smallest share of draws."""
    names, order = results.labels(lang)[0], ranked(results, 0, indicator)
    sentences = []
    for kind, pairs in kinds(results.drawn, order, indicator).items():
        others = listed([say("quoted", lang, text=names[each.second]) for each in pairs], lang)
        least = percent(min(each.above if kind == ABOVE else each.below for each in pairs), lang)
        told = {"others": others, "margin": percent(results.study.margin, lang), "likely": percent(LIKELY, lang), "fewest": f"{FEWEST}"}
        sentences.append(
            say(f"claim_{kind}", lang, share=say("at_least", lang, share=least) if len(pairs) > 1 and least != percent(1.0, lang) else least, **told)
        )
    return " ".join(sentences)


def claimed(results: Results, lang: str) -> str:
    """All of it in one sentence for a cover: the first scenario, all headline indicators."""
    draws, picked, names = results.drawn, results.headline, results.labels(lang)[0]
    orders = {i: order for i in picked if (order := ranked(results, 0, i))}
    found = {i: kinds(draws, order, i) for i, order in orders.items()}
    told = {"n": localise(f"{draws.n:,}", lang)}
    if not any(kind in (BELOW, LIKELY_BELOW) for each in found.values() for kind in each):
        return say("claimed_none" if orders else "claimed_unranked", lang, **told)
    firsts = {order[0] for order in orders.values()}
    if len(firsts) > 1:
        sums = {kind: sum(len(each.get(kind, ())) for each in found.values()) for kind in (BELOW, LIKELY_BELOW)}
        whole = sum(len(order) - 1 for order in orders.values())
        return say("claimed_counts", lang, sure=sums[BELOW], likely=sums[LIKELY_BELOW], rest=whole - sum(sums.values()), all=whole, **told)
    parts = {kind: _over_indicators(found, kind, names, len(picked), lang) for kind in (BELOW, LIKELY_BELOW)}
    key = "both" if all(parts.values()) else "sure" if parts[BELOW] else "likely"
    return say(f"claimed_{key}", lang, first=names[firsts.pop()], sure=parts[BELOW], likely=parts[LIKELY_BELOW], **told)


def _over_indicators(found: dict[int, dict[str, list[Pair]]], kind: str, names: list[str], whole: int, lang: str) -> str:
    """Which others one kind of verdict concerns, and for how many indicators."""
    counts: dict[int, int] = {}
    for each in found.values():
        for pair in each.get(kind, ()):
            counts[pair.second] = counts.get(pair.second, 0) + 1
    parts = []
    for count in sorted(set(counts.values()), reverse=True):
        others = listed([say("quoted", lang, text=names[a]) for a, times in counts.items() if times == count], lang)
        parts.append(say("claimed_all" if count == whole else "claimed_some", lang, others=others, count=count, all=whole))
    return listed(parts, lang)
