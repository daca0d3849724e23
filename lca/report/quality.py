"""How good the data are: what is bought from the background, scored on the five aspects of the pedigree matrix by the rules of pedigree.csv."""

from functools import lru_cache
from typing import Any

import numpy as np

from lca import engine
from lca.citations import background_in_use
from lca.documents import read_csv
from lca.expressions import Array
from lca.folders import PACKAGE
from lca.grades import grades
from lca.processes import BackgroundExchange
from lca.ranges import EXACT
from lca.report.sentences import SEMICOLON, listed, share
from lca.results import Results
from lca.sources import ASSUMPTION
from lca.tables import graded
from lca.wording import any_label, localise, percent, say

SHOWN = 0.01  # of a total: products and lines that carry less, and values that move less between low and high, stand in the workbook alone
MATRIX = "weidema_1996"  # where the aspects come from
WORST, OF_ROWS = 5.0, [0, 2, 3]  # the aspects that single rows have; the others are those of a product


@lru_cache(maxsize=1)
def rules() -> dict[str, dict[str, tuple[float, dict[str, str]]]]:
    """Per aspect what may be found, the score that it gives, and the rule in words."""
    found: dict[str, dict[str, tuple[float, dict[str, str]]]] = {}
    for row in read_csv(PACKAGE / "report" / "pedigree.csv", ("aspect", "fact", "score", "rule_en", "rule_fr")):
        found.setdefault(row.text("aspect"), {})[row.text("fact")] = float(row.text("score")), {lang: row.text(f"rule_{lang}") for lang in ("en", "fr")}
    return found


def scored(aspect: str, fact: str | float) -> float:
    """The score of a fact, or of a number below the first limit; none where no rule speaks of it."""
    known = rules()[aspect]
    return known.get(fact, (np.nan, {}))[0] if isinstance(fact, str) else next(score for limit, (score, _) in known.items() if fact < float(limit))


def row_scores(row: BackgroundExchange, place: str, now: int) -> tuple[float, float, float]:
    """Reliability, time and place of one row of a process that stands for `place`."""
    basis, source, year, own = (row.row.text(each) for each in ("basis", "source", "year", "location"))
    wide = rules()["geographical"]
    fact = own if own in wide else "wider" if place.startswith(f"{own}_") else "part" if place in wide or own.startswith(f"{place}_") else "other"
    return (scored("reliability", "undocumented" if basis == source == ASSUMPTION else basis),
            scored("temporal", float(abs(now - int(year)))) if year.isdecimal() else np.nan,
            scored("geographical", "same" if own == place else fact) if own else np.nan)  # fmt: skip


def pedigree(results: Results) -> tuple[list[str], Array, Array]:
    """The products bought, their scores (1 best, 5 worst), and the part of what lies behind them that has one: product x headline indicator x aspect.

    A row behind a product weighs by how much of its score passes through it; what is exact by definition is no data."""
    background, keys = results.background, [results.indicators[i].key for i in results.headline]
    used = sorted({int(each) for each in results.line_inputs[:, results.quantities.any(axis=(0, 1))].ravel() if each < len(background.products)})
    names, known = [list(background.products)[each] for each in used], grades(background)
    rows, places = [each for each in background_in_use(results) if each.origin != EXACT], background.places
    unit, now = background.table.sum(axis=1)[:, background.positions(keys)], int(results.about["date"][:4])
    passing = np.abs(np.array([each.amount * unit[places[each.input]] for each in rows]).reshape(len(rows), len(keys)))
    running = np.abs(engine.supply(background.technosphere, used)[[places[each.process] for each in rows]])
    facts = [(1.0, each.row.text("source") == ASSUMPTION, *row_scores(each, background.products[each.process].location, now)) for each in rows]
    table = np.array(facts).reshape(len(rows), 2 + len(OF_ROWS))
    sums, there = (np.einsum("rp,ri,rf->pif", running, passing, each, optimize=True) for each in (np.nan_to_num(table), np.isfinite(table)))
    scores, parts = np.full((len(used), len(keys), len(rules())), np.nan), np.ones((len(used), len(keys), len(rules())))
    with np.errstate(all="ignore"):
        scores[..., OF_ROWS], parts[..., OF_ROWS], loose = (sums / there)[..., 2:], there[..., 2:] / sums[..., :1], sums[..., 1] / sums[..., 0]
    for n, i in zip(*np.nonzero(sums[..., 0]), strict=True):
        beside = any(each.counts for each in known.evidence.get((names[n], keys[i]), ()))
        scores[n, i, 1] = min(WORST, scored("completeness", float(loose[n, i])) + (not beside))
        scores[n, i, 4] = scored("technological", known.of(names[n], keys[i])) if beside else np.nan
    return names, scores, np.where(np.isfinite(scores), parts, 0.0)


def means(results: Results, names: list[str], scores: Array, known: Array) -> tuple[Array, Array]:
    """Of each total of the first scenario the mean score, weighted by what comes from each product, and the part of the total that has one:
    alternative x headline indicator x aspect."""
    inputs, sums = results.group("input")
    carried = np.nan_to_num(np.abs(sums[:, 0][..., results.headline]))
    weights = carried[:, [inputs.index(name) for name in names], :, None] * known
    with np.errstate(all="ignore"):
        return (weights * np.nan_to_num(scores)).sum(axis=1) / weights.sum(axis=1), weights.sum(axis=1) / carried.sum(axis=1)[..., None]


def aspects(results: Results, lang: str) -> dict[str, Any]:
    """What the section shows: the rules, the mean scores, the weakest aspect and the products that carry something of a total."""
    names, scores, known = pedigree(results)
    mean, parts = means(results, names, scores, known)
    heads, about = [say(f"dq_{each}", lang) for each in rules()], places_and_years(results, lang)

    def cell(value: float, part: float) -> tuple[str, str]:
        return ("–", "") if np.isnan(value) else (localise(f"{value:.1f}", lang), percent(part, lang) if part < 0.995 else "")

    groups = [(results.indicators[i].label(lang), [(label, [cell(float(a), float(b)) for a, b in zip(mean[n, k], parts[n, k], strict=True)])
               for n, label in enumerate(results.labels(lang)[0])]) for k, i in enumerate(results.headline)]  # fmt: skip
    rows = [(results.name_label(product, lang), about[product], [
             (letter, *((share(part, 1.0, lang), "·".join("–" if np.isnan(each) else f"{each:.0f}" for each in own)) if part >= SHOWN else ("", "")))
             for letter, part, own in zip(letters.values(), carried, scores[names.index(product)], strict=True)])
            for product, letters, carried in graded(results) if max(carried) >= SHOWN and product in names]  # fmt: skip
    told = [SEMICOLON[lang].join(f"{score:.0f} = {texts[lang]}" for score, texts in each.values()) for each in rules().values()]
    with np.errstate(all="ignore"):
        over = np.nan_to_num(np.nansum(mean * parts, axis=(0, 1)) / np.nansum(parts, axis=(0, 1)))
    worst = int(over.argmax())
    return {"names": heads, "rules": zip(heads, told, strict=True), "means": groups, "rows": rows, "source": results.study.sources[MATRIX],
            "finding": say("dq_finding", lang, worst=heads[worst], worst_mean=cell(float(over[worst]), 1.0)[0]) if over.any() else ""}  # fmt: skip


def places_and_years(results: Results, lang: str) -> dict[str, str]:
    """Of every background product in use its place and the years of its own rows."""
    years: dict[str, list[str]] = {}
    for each in background_in_use(results):
        years.setdefault(each.process, []).append(each.row.text("year"))
    return {key: f"{any_label(results.background.products[key].location, lang)} {span(found)}".strip() for key, found in years.items()}


def span(years: list[str]) -> str:
    """The first and the last of some years."""
    known = sorted(each for each in years if each.isdecimal())
    return "–".join(dict.fromkeys((known[0], known[-1]))) if known else ""


def foreground(results: Results, key: str, used: frozenset[str], lang: str) -> str:
    """The places and years that the values of a process of the foreground state, and how many state a year."""
    values = [each.parameter for name, each in results.study.model.variables.items() if name in used and name.startswith(f"{key}.") and each.parameter.basis]
    years = [each.about["year"] for each in values if each.about.get("year")]
    where = listed(sorted({any_label(each.about["geography"], lang) for each in values if each.about.get("geography")}), lang)
    return ", ".join(filter(None, (where, say("dq_dated", lang, years=span(years), count=len(years), all=len(values)) if span(years) else "")))
