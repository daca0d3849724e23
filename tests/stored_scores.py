"""Our totals as Brightway would have them: what the tests against bw2calc share."""

import numpy as np

from lca.calculation import quantities_of
from lca.expressions import Array
from lca.judge import merged_amounts
from lca.results import Results


def stored_scores(results: Results) -> Array:
    """Our totals on amounts rounded as Brightway stores them (float32); matrices and factors are so already."""

    def stored(array: Array) -> Array:
        return array.astype(np.float32).astype(float)

    background, study = results.background, results.study
    calls, lines = merged_amounts(results)
    quantities = quantities_of(study, stored(calls), stored(lines))
    unit = background.table[results.line_inputs][..., background.positions(study.indicators)]
    return np.asarray(np.einsum("arl,rlpi->ari", quantities, unit))
