"""What a critical reviewer would ask next: the questions that a study leaves open, those that touch its decision first.

Ranks: 1 what could turn the comparison, 2 what the totals rest on, 3 what is left out, 4 what the study has to say of
itself, 5 its sources. Within a rank by size; two of a kind of rank 1 and one of each other kind come before the next ones."""

from __future__ import annotations

from collections import Counter

from lca.influence import Steps
from lca.results import Results
from lca.review_asking import Question
from lca.review_comparison import comparison_questions
from lca.review_data import data_questions
from lca.review_statements import statement_questions


def questions(results: Results, steps: Steps) -> list[Question]:
    """All questions, in the order in which to answer them; `steps` are those of the first row."""
    found = [*comparison_questions(results, steps), *data_questions(results, steps), *statement_questions(results)]
    seen, ordered = Counter[str](), []
    for each in sorted(found, key=lambda each: (each.rank, -each.size)):
        ordered.append((seen[each.kind] // (2 if each.rank == 1 else 1), each))
        seen[each.kind] += 1
    return [each for _, each in sorted(ordered, key=lambda pair: pair[0])]
