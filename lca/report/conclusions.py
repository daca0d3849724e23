"""The draft of conclusions, limitations and recommendations: sentences tied to the checks, most of them of other sections; a person completes it."""

from typing import Any

import numpy as np

from lca.grades import LETTERS, grades
from lca.report.interpretation import shares, span
from lca.report.sentences import written
from lca.report.words import SMALL
from lca.results import Results
from lca.review_basis import NONE, assumed_rows, assumed_values, shares_by_assumption, values_in_use
from lca.wording import percent, say, tag_keys, tag_label

ITEM, MEASURED = "R05-9", 3  # under which an analyst enters conclusions; sentences on what to measure next


def conclusions(results: Results, lang: str, page: dict[str, Any]) -> dict[str, Any]:
    """`page` holds what the report says elsewhere."""
    robust, order = page["decided"].get("robustness", {}), page["summary"]["order"]
    firm = [*([robust["finding"]] if robust.get("choices") else []), *page["interpretation"]["turning"]] if order else []
    said = [page["verdict"], *order, *firm, say("conclude_same", lang), say("conclude_varied", lang, text=" ".join(page["checks"]["varied"]))]
    return {"entered": results.study.report.get(ITEM, {}).get(f"text_{lang}", ""), "said": said, "limits": _limits(results, lang, page),
            "advice": _advice(results, lang, page["measure"])}  # fmt: skip


def _limits(results: Results, lang: str, page: dict[str, Any]) -> list[str]:
    used, rows, known, (names, sums) = values_in_use(results, 0), assumed_rows(results), grades(results.background), results.group("input")
    assumed = 1 - shares_by_assumption(results, rows)[NONE][:, results.headline]
    counts = {"count": len(assumed_values(results, 0).intersection(used)), "all": len(used), "rows": len(rows)}
    found = {key: written(each, lang) for key, each in counts.items()}
    told = [say("conclude_assumed", lang, span=span(assumed, lang), **found)] if np.isfinite(assumed).any() else []
    worst = [[name in results.background.products and known.of(name, results.indicators[i].key) == LETTERS[-1] for i in results.headline] for name in names]
    carried = shares(results, np.where(worst, sums[:, 0][..., results.headline], 0.0).sum(axis=1))
    unknown = sum(not each.beside for each in results.study.effects.values())
    return [*page["summary"]["outside"], *told, page["checks"]["gaps"],
            say("conclude_ungraded", lang, worst=LETTERS[-1], span=span(carried, lang)), say("conclude_effects", lang, count=unknown)]  # fmt: skip


def _advice(results: Results, lang: str, measure: list[str]) -> list[str]:
    decided, told = results.decided, list[str]()
    best = np.nan_to_num(decided.levers.changes[:, 0][..., results.headline]).min(axis=(1, 2)) if decided else ()
    for phase in tag_keys("phase"):
        saved = [(float(change), each) for change, each in zip(best, decided.levers.levers if decided else (), strict=True) if each.phase == phase]
        change, lever = min(saved, key=lambda each: each[0], default=(0.0, None))
        if lever and change <= -SMALL:
            told.append(say("conclude_lever", lang, phase=tag_label("phase", phase, lang), label=lever.text("label", lang), share=percent(-change, lang)))
    return [*told, *measure[:MEASURED], *([] if decided and measure else [say("conclude_run", lang, study=results.study.key)])]
