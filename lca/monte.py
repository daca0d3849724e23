"""A study under drawn values: foreground and background move together, the same draws for all alternatives and scenarios."""

from collections import Counter
from functools import partial
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from lca.background import Progress
from lca.calculation import count_amounts, quantities_of
from lca.checks import Scenario
from lca.draws import Foreground, Part, grouped, parts, whole_number
from lca.errors import Faults, Message
from lca.expressions import Array
from lca.monte_background import Reach, Scored
from lca.monte_result import Draws
from lca.ranges import DEFAULT
from lca.results import Results
from lca.rows import Values, amounts_of, scenario_values
from lca.study_parts import read_settings
from lca.wording import message, number, percent

__all__ = ["Draws", "draw"]
FEWEST = 2
NAMED = 3  # names that a message lists
PRODUCTIVE, VALUE = "productive", "value"  # why a draw does not count, beside what the inventories demand


def draw(results: Results, n: int | str = 1000, seed: int | str = 1, progress: Progress = lambda text: None) -> Draws:
    """The totals of results in `n` draws; the same n and seed give the same draws."""
    n, seed = whole_number("the number of draws", n, FEWEST), whole_number("the seed", seed, 0)
    run = Run(results)
    totals, by_stage = (np.empty((n, *results.totals.shape[:2], *more)) for more in ((run.width,), (len(run.stages), run.width)))
    quality, valid = np.empty((n, *results.quality.shape)), np.empty((n, len(results.scenarios)), dtype=bool)
    for part in parts(n, seed):
        progress(f"{part.start + part.size} / {n}")
        place = slice(part.start, part.start + part.size)
        totals[place], by_stage[place], quality[place], valid[place] = run.compute(run.foreground.draw(part), run.reach.score(part))
    totals[np.broadcast_to(~valid[:, None], totals.shape[:3])] = np.nan
    by_stage[np.broadcast_to(~valid[:, None], totals.shape[:3])] = np.nan
    default = run.default_variance(parts(n, seed)[0])
    left_out = {name: count for name, count in run.left_out.items() if count}
    return Draws(results, n, seed, totals, by_stage, tuple(run.stages), quality, valid, default, run.direct, left_out, dict(run.foreground.cut),
                 tuple(run.messages(n)))  # fmt: skip


class Run:
    """What a study's draws are computed with."""

    def __init__(self, results: Results) -> None:
        self.results, self.study = results, results.study
        self.width, count = len(results.indicators), len(results.background.products)
        self.used = sorted({int(each) for each in results.line_inputs.ravel()})
        self.reach = Reach(results.background, [each for each in self.used if each < count], self.study.indicators)
        factors = results.background.factors[:, results.background.positions(self.study.indicators)]
        self.nature = factors[[each - count for each in self.used if each >= count]]
        self.stages = sorted({line.tags.get("stage", "") for line in results.lines})
        self.sums = [self._sums(row) for row in results.line_inputs]
        self.settings = read_settings(dict(results.about.get("settings", {})), self.study.scopes, Faults(), "--set")
        self.scenarios: list[Scenario] = [self.study.scenarios[key] for key in results.scenarios]
        self.foreground = Foreground(self.study)
        self.left_out, self.direct = Counter[tuple[str, str]](), 0

    def _sums(self, inputs: Array) -> list[tuple[Any, csr_matrix]]:
        """Which lines count what in a scenario, as matrices that sum over lines: all of them, then those of each stage."""
        places = {each: number for number, each in enumerate(self.used)}
        columns = np.array([places[int(each)] for each in inputs], dtype=int)

        def matrix(lines: list[int]) -> csr_matrix:
            return csr_matrix((np.ones(len(lines)), (range(len(lines)), columns[lines])), shape=(len(lines), len(self.used)))

        of_stage = [[number for number, line in enumerate(self.results.lines) if line.tags.get("stage", "") == stage] for stage in self.stages]
        return [(slice(None), matrix(list(range(len(inputs))))), *((lines, matrix(lines)) for lines in of_stage)]

    def compute(self, drawn: Values, scored: Scored) -> tuple[Array, Array, Array, Array]:
        """Totals, sums by stage and qualities of drawn parameters and backgrounds (draw first), and which draws count in which scenario."""
        unit, size = self._unit(scored.unit), len(scored.productive)
        self.direct += scored.direct
        self.left_out["", PRODUCTIVE] += int((~scored.productive).sum())
        found = []
        for r, (scenario, values, given) in enumerate(scenario_values(self.study, self.scenarios, self.settings, drawn)):
            calls, lines, _ = count_amounts(self.study, self.results.background, values, size)
            quantities = quantities_of(self.study, calls, lines)
            totals, *of_stages = (_scores(quantities[:, :, kept], matrix, unit) for kept, matrix in self.sums[r])
            by_stage = np.stack(of_stages, axis=2)
            quality = amounts_of([each.quality for each in self.study.alternatives.values()], values, size)
            valid = scored.productive & self._possible(scenario.key, values, given, size, scored.productive)
            lost = valid & np.isnan(totals[:, np.isfinite(self.results.totals[:, r]).all(axis=1)]).any(axis=(1, 2))
            self.left_out[scenario.key, VALUE] += int(lost.sum())
            found.append((totals, by_stage, quality, valid & ~lost))
        totals, by_stage, quality, valid = (np.stack(each, axis=-1) for each in zip(*found, strict=True))
        return np.moveaxis(totals, -1, 2), np.moveaxis(by_stage, -1, 2), quality, valid

    def _unit(self, products: Array) -> Array:
        """Scores of one unit of all that is counted, per draw: products, then flows."""
        return np.concatenate([products, np.broadcast_to(self.nature, (len(products), *self.nature.shape))], axis=1)

    def _possible(self, scenario: str, values: Values, given: Values, rows: int, among: Array) -> Array:
        """Draws in which all holds that the inventories demand, and what a scenario sets is allowed; the others are counted by reason."""
        model, possible = self.study.model, np.ones(rows, dtype=bool)
        tests = [(f"{model.nodes[each.node].process.key}: {each.requirement.written}", np.nan_to_num(amounts_of([each.formula], values, rows)[:, 0]) != 0)
                 for each in model.requirements]  # fmt: skip
        limits = [(name, variable.parameter.allowed) for name, variable in model.variables.items() if name in given]
        tests += [(f"{name} ('allowed')", (values[name] >= each[0]) & (values[name] <= each[1])) for name, each in limits if each]
        tests += [(f"{exchange.key} ('over' >= 0)", ~(amounts_of([over], values, rows)[:, 0] < 0)) for exchange, over in model.spread]
        for text, held in dict(tests).items():
            self.left_out[scenario, text] += int((among & ~held).sum())
            possible &= held
        return possible

    def default_variance(self, part: Part) -> Array:
        """The variance of the totals where nothing moves but rows of the background with a default range (alternative x scenario x indicator)."""
        scored = self.reach.score(part, DEFAULT)
        unit = self._unit(scored.unit)[scored.productive]
        totals = [_scores(np.repeat(self.results.quantities[:, [r]], len(unit), axis=1), sums[0][1], unit) for r, sums in enumerate(self.sums)]
        return np.stack([each.var(axis=0) if len(unit) else np.full(each.shape[1:], np.nan) for each in totals], axis=1)

    def messages(self, n: int) -> list[Message]:
        """What a reader of the draws must know."""
        found, cut = list[Message](), sorted(self.foreground.cut.items(), key=lambda pair: -pair[1])
        reasons = grouped(((what, count), scenario) for (scenario, what), count in self.left_out.items() if count)
        for (what, count), scenarios in reasons.items():
            key = f"draws_m_{what}" if what in (PRODUCTIVE, VALUE) else "draws_m_impossible"
            found.append(message(key, scenarios=", ".join(scenarios), what=what, share=partial(percent, count / n)))
        if self.direct:
            found.append(message("draws_m_direct", count=str(self.direct)))
        if cut:
            names = ", ".join(f"{name} ({count})" for name, count in cut[:NAMED])
            found.append(message("draws_m_cut", count=partial(number, float(sum(count for _, count in cut))), names=names, parameters=str(len(cut))))
        return found


def _scores(quantities: Array, sums: csr_matrix, unit: Array) -> Array:
    """Totals (draw x alternative x indicator) of quantities (alternative x draw x line)."""
    alternatives, draws, lines = quantities.shape
    summed = np.asarray(quantities.reshape(-1, lines) @ sums).reshape(alternatives, draws, -1)
    return np.asarray(np.moveaxis(summed, 0, 1) @ unit)
