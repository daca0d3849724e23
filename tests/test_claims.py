"""What the report claims of draws is what the draws allow, by hand-made totals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.monte import draw
from lca.monte_result import ABOVE, BELOW, LIKELY_BELOW, NO_DIFFERENCE, TOO_FEW
from lca.report import claims as claims_room
from lca.report import page
from lca.report.claims import MARGIN, claimed, claims, kinds
from lca.report.summary import ranked, summary
from lca.results import Results
from lca.study import Study
from lca.wording import percent, say


@pytest.fixture
def drawn(everything: Callable[..., Study], background: Background) -> Results:
    found = compute(everything(), background)
    return replace(found, drawn=draw(found, 100, 1))


def lower_in(results: Results, share: float, ratio: float = 0.5) -> Results:
    """The lowest alternative of each indicator is at `ratio` times the other in a share of the draws and at the inverse in the rest."""
    totals, n = results.drawn.totals.copy(), results.drawn.n
    for i in results.headline:
        first, second = ranked(results, 0, i)
        totals[:, second, 0, i] = 1.0
        totals[:, first, 0, i] = np.where(np.arange(n) < share * n, ratio, 1 / ratio)
    quality = np.ones_like(results.drawn.quality)
    return replace(results, drawn=replace(results.drawn, totals=totals, quality=quality, valid=np.ones_like(results.drawn.valid)))


CASES = [(1.0, 0.5, BELOW, "claimed_sure"), (0.9, 0.5, LIKELY_BELOW, "claimed_likely"), (0.6, 0.5, NO_DIFFERENCE, "claimed_none"),
         (1.0, 0.99, MARGIN, "claimed_none"), (0.02, 0.5, ABOVE, "claimed_none")]  # fmt: skip


@pytest.mark.parametrize(("share", "ratio", "kind", "cover"), CASES)
def test_each_verdict_has_its_sentence(drawn: Results, share: float, ratio: float, kind: str, cover: str) -> None:
    results = lower_in(drawn, share, ratio)
    i = results.headline[0]
    order = ranked(results, 0, i)
    assert list(kinds(results.drawn, order, i)) == [kind]
    for lang in ("en", "fr"):
        other = say("quoted", lang, text=results.labels(lang)[0][order[1]])
        told = percent(1 - share if kind == ABOVE else share, lang)
        slots = {"others": other, "share": told, "margin": percent(results.study.margin, lang), "likely": percent(0.8, lang)}
        assert claims(results, i, lang) == say(f"claim_{kind}", lang, **slots)
        start = say(cover, lang, n="100", first="|", sure="|", likely="|", rest="|", all="|").partition("|")[0]
        if cover == "claimed_none":
            assert claimed(results, lang).startswith(start)


def test_too_few_draws_say_nothing(drawn: Results) -> None:
    results = lower_in(drawn, 1.0)
    valid = results.drawn.valid.copy()
    valid[50:] = False
    results = replace(results, drawn=replace(results.drawn, valid=valid))
    i = results.headline[0]
    assert list(kinds(results.drawn, ranked(results, 0, i), i)) == [TOO_FEW]


def test_the_summary_gives_the_range_of_the_lowest(drawn: Results) -> None:
    results = lower_in(drawn, 1.0)
    i = results.headline[0]
    scale = results.scale(i)[1]
    found = summary(results, "en")["found"][0][1]
    low, high = (float(each.replace(",", "")) for each in re.search(r"95 % of its draws: ([\d.,]+) to ([\d.,]+)\)", found).groups())
    assert low == pytest.approx(0.5 / scale, rel=5e-3) and high == pytest.approx(0.5 / scale, rel=5e-3)


def test_without_draws_or_order_nothing_is_claimed(drawn: Results) -> None:
    assert say("m_no_verdict", "en") in page.render(replace(drawn, drawn=None), "en")
    unranked = replace(drawn, quality=drawn.quality * np.array([[1.0], [0.0]]))
    assert claimed(unranked, "en") == say("claimed_unranked", "en", n="100")


def test_alternatives_that_lead_in_some_indicators_only_are_counted(drawn: Results) -> None:
    """One pair in each headline indicator; where the leaders differ, the cover gives counts that sum to all."""
    results, whole = lower_in(drawn, 1.0), len(drawn.headline)
    assert whole > 1 and len({ranked(results, 0, i)[0] for i in results.headline}) > 1
    assert claimed(results, "en") == say("claimed_counts", "en", n="100", all=whole, sure=whole, likely=0, rest=0)


def test_one_leader_is_named_with_what_it_leads(drawn: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    results, i = lower_in(drawn, 1.0), drawn.headline[0]
    totals = results.drawn.totals.copy()
    totals[..., i] = totals[:, ::-1, ..., i]
    results = replace(results, drawn=replace(results.drawn, totals=totals))
    monkeypatch.setattr(claims_room, "ranked", lambda found, row, each: ranked(found, row, each)[:: -1 if each == i else 1])
    first, second = (results.labels("fr")[0][a] for a in claims_room.ranked(results, 0, i))
    told = say("claimed_all", "fr", others=say("quoted", "fr", text=second), count=2, all=2)
    assert claimed(results, "fr") == say("claimed_sure", "fr", n="100", first=first, sure=told)
