"""The one table of contributions and its views. Every total, share and comparison is a sum over it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lca import engine
from lca.background import Background
from lca.errors import Message, UnknownName, nearest
from lca.expressions import Array
from lca.methods import UNCOVERED, Indicator
from lca.model import Line
from lca.rows import Values, functional_demand, levels_of
from lca.study import Study
from lca.wording import message, say

if TYPE_CHECKING:
    from pandas import DataFrame

PARTS = ("direct", "grid", "other")
TAGS = ("stage", "task", "tier", "actor")
GROUPS = (*TAGS, "process", "input", "part", "flow", "origin")
DESCRIBED = ("alternative", "scenario", "process", "process_label", "line", "line_label", "input", *TAGS, "part")
NO_VERDICT = message("m_no_verdict")


def may_rank(study: Study, quality: Array) -> bool:
    """Qualities that still differ are shown, not ranked, unless all that reaches the least quality counts as equal; readings of one thing never are."""
    found = quality[quality >= study.functional_unit.at_least * (1 - 1e-9)]
    equal = study.equalise_by == "minimum" or bool(np.ptp(found) <= 1e-9 if len(found) else True)
    return equal and study.equalise_by != "side_by_side"


@dataclass(frozen=True, eq=False)
class Results:
    """`contributions` is alternative x scenario x line x part x indicator, per functional unit."""

    study: Study
    background: Background
    scenarios: tuple[str, ...]
    values: Values
    call_amounts: Array  # row x call
    line_amounts: Array  # row x line, in units of what the line counts
    line_inputs: Any  # row x line: position among products, then flows
    quantities: Array  # alternative x row x line
    contributions: Array
    quality: Array  # alternative x row
    beside: dict[str, Array]  # what is computed beside the alternatives: row x part x indicator
    warnings: tuple[Message, ...]
    about: dict[str, Any] = field(default_factory=dict)
    drawn: Any = None  # what draws of all ranges came to, where they were asked for
    decided: Any = None  # levers, worlds, values that move the results and meetings (lca/decisions.py), where they were asked for

    @property
    def indicators(self) -> list[Indicator]:
        return [self.background.indicators[key] for key in self.study.indicators]

    @property
    def lines(self) -> list[Line]:
        return self.study.model.lines

    @property
    def headline(self) -> list[int]:
        """The indicators shown everywhere; all that the inventory was built for where a study chose companions only."""
        covered = [n for n, each in enumerate(self.indicators) if each.role != UNCOVERED]
        return [n for n in covered if self.indicators[n].role == "headline"] or covered

    @property
    def uncovered(self) -> list[int]:
        """The indicators that the inventory was not built for: computed and shown, never ranked."""
        return [n for n, each in enumerate(self.indicators) if each.role == UNCOVERED]

    @cached_property
    def totals(self) -> Array:
        """Alternative x scenario x indicator."""
        return np.asarray(self.contributions.sum(axis=(2, 3)))

    @property
    def comparable(self) -> Any:
        """Whether an alternative reaches the least quality (alternative x scenario)."""
        return self.quality >= self.study.functional_unit.at_least * (1 - 1e-9)

    def may_rank(self, row: int) -> bool:
        return may_rank(self.study, self.quality[:, row])

    def group(self, tag: str) -> tuple[list[str], Array]:
        """Sums by a tag or another of GROUPS: names and alternative x scenario x name x indicator."""
        if tag == "part":
            return list(PARTS), np.asarray(self.contributions.sum(axis=2))
        factors = self.background.factors[:, self.background.positions(self.study.indicators)]
        if tag == "flow":
            return list(self.background.flows), np.asarray(self.inventory()[..., None] * factors)
        if tag == "origin":  # the processes that emit and extract, in the background and in the study
            names, emitted = self.summed([self.study.model.nodes[line.node].process.key for line in self.lines], self.direct @ factors)
            behind = self.activity[..., None] * np.asarray(self.background.biosphere.T @ factors)
            return [*self.background.products, *names], np.concatenate([behind, emitted], axis=2)
        if tag == "input":
            names = [*self.background.products, *self.background.flows]
            sums = np.zeros((*self.contributions.shape[:2], len(names), self.contributions.shape[-1]))
            for r in range(len(self.scenarios)):
                for number, position in enumerate(self.line_inputs[r]):
                    sums[:, r, position] += self.contributions[:, r, number].sum(axis=1)
            return names, sums
        if tag == "process":
            keys = [self.study.model.nodes[line.node].process.key for line in self.lines]
        elif tag in TAGS:
            keys = [line.tags.get(tag, "") for line in self.lines]
        else:
            raise UnknownName(f"cannot group by '{tag}'. {nearest(tag, GROUPS)}")
        return self.summed(keys, self.contributions.sum(axis=3))

    @staticmethod
    def summed(keys: Sequence[Any], per_line: Array) -> tuple[list[Any], Array]:
        """Sums over the lines of one key each; `per_line` is alternative x scenario x line x indicator."""
        names = {name: n for n, name in enumerate(dict.fromkeys(keys))}
        sums = np.zeros((*per_line.shape[:2], len(names), per_line.shape[3]))
        np.add.at(np.moveaxis(sums, 2, 0), np.array([names[key] for key in keys], dtype=int), np.moveaxis(per_line, 2, 0))
        return list(names), sums

    @cached_property
    def levels(self) -> Array:
        """How often every process of the study runs per functional unit: alternative x scenario x node."""
        return levels_of(self.study, self.study.model.roots, functional_demand(self.study), self.call_amounts)

    @cached_property
    def activity(self) -> Array:
        """How much every background process runs per functional unit: alternative x scenario x process."""
        count = len(self.background.products)
        used = sorted({int(each) for each in self.line_inputs.ravel() if each < count})
        per_unit = np.zeros((count + len(self.background.flows), count))
        per_unit[used] = engine.supply(self.background.technosphere, used).T
        return np.asarray(np.einsum("arl,rlp->arp", self.quantities, per_unit[self.line_inputs]))

    @cached_property
    def direct(self) -> Array:
        """What foreground processes exchange with nature themselves: alternative x scenario x line x flow."""
        count = len(self.background.products)
        nature = np.concatenate([np.zeros((count, len(self.background.flows))), np.eye(len(self.background.flows))])
        return np.asarray(self.quantities[..., None] * nature[self.line_inputs][None])

    def inventory(self) -> Array:
        """Elementary flows per functional unit: alternative x scenario x flow."""
        return self._inventory

    @cached_property
    def _inventory(self) -> Array:
        behind = np.einsum("fp,arp->arf", self.background.biosphere.toarray(), self.activity)
        return np.asarray(behind + self.direct.sum(axis=2))

    def uncounted(self) -> list[str]:
        """Flows in the inventory for which none of the chosen indicators has a factor."""
        chosen = self.background.positions(self.study.indicators)
        found = np.abs(self.inventory()).sum(axis=(0, 1))
        return [key for number, key in enumerate(self.background.flows) if found[number] and not self.background.factors[number, chosen].any()]

    def scale(self, indicator: int) -> tuple[str, float]:
        """The display unit of an indicator for this study."""
        return self.indicators[indicator].scale(float(np.nanmax(np.abs(self.totals[:, :, indicator]), initial=0.0)))

    def labels(self, lang: str) -> tuple[list[str], list[str]]:
        """Labels of alternatives and of the scenarios that were run."""
        alternatives = [getattr(each, f"label_{lang}") for each in self.study.alternatives.values()]
        return alternatives, [getattr(self.study.scenarios[key], f"label_{lang}") for key in self.scenarios]

    @cached_property
    def _things(self) -> dict[str, Any]:
        return {**self.background.products, **self.background.flows}

    @cached_property
    def _inputs(self) -> list[str]:
        return list(self._things)

    def line_label(self, number: int, row: int, lang: str) -> str:
        """What a line is about: its own label, else that of what it counts."""
        own = self.lines[number].exchange.about.get(f"label_{lang}")
        return own or self.name_label(self._inputs[int(self.line_inputs[row, number])], lang)

    def process_label(self, key: str, lang: str) -> str:
        process = self.study.scopes.processes[key]
        label = process.about.get(f"label_{lang}", key)
        return f"{label} ({say('given_factor', lang)})" if process.given else label

    def name_label(self, name: str, lang: str) -> str:
        """The label of a product, a flow or a process."""
        return str(getattr(self._things[name], f"label_{lang}")) if name in self._things else self.process_label(name, lang)

    def described(self, lang: str) -> Iterator[tuple[tuple[str, ...], Array]]:
        """What every contribution belongs to, in the order of DESCRIBED, and its value per indicator (rows of zeros left out)."""
        inputs, alternatives = [*self.background.products, *self.background.flows], list(self.study.alternatives)
        labels = lru_cache(None)(lambda line, row: self.line_label(line, row, lang))
        for a, r, number, part in zip(*np.nonzero(self.contributions.any(axis=-1)), strict=True):
            each = self.lines[number]
            process = self.study.model.nodes[each.node].process.key
            yield (
                alternatives[a], self.scenarios[r], process, self.process_label(process, lang), each.exchange.key, labels(number, r),
                inputs[self.line_inputs[r, number]], *(each.tags.get(tag, "") for tag in TAGS), PARTS[part],
            ), self.contributions[a, r, number, part]  # fmt: skip

    def table(self, lang: str = "en") -> "DataFrame":
        """The whole table, one row per alternative, scenario, line, part and indicator (zeros left out), in the indicators' own units."""
        import pandas as pd

        about = [(each.key, each.label(lang), each.unit) for each in self.indicators]
        rows = [
            (*described, key, label, value, unit)
            for described, values in self.described(lang)
            for (key, label, unit), value in zip(about, values.tolist(), strict=True)
            if value
        ]
        return pd.DataFrame(rows, columns=[*DESCRIBED, "indicator", "indicator_label", "value", "unit"])

    def compare(self, lang: str = "en") -> "DataFrame":
        """Totals per functional unit: a row per scenario and alternative, a column per indicator in its display unit."""
        import pandas as pd

        alternatives, scenarios = self.labels(lang)
        index = pd.MultiIndex.from_product([scenarios, alternatives], names=["scénario", "variante"] if lang == "fr" else ["scenario", "alternative"])
        columns = {}
        for number, indicator in enumerate(self.indicators):
            unit, size = self.scale(number)
            columns[f"{indicator.label(lang)} [{unit}]"] = (self.totals[:, :, number] / size).T.ravel()
        frame = pd.DataFrame(columns, index=index)
        frame["qualité" if lang == "fr" else "quality"] = self.quality.T.ravel()
        frame["comparable"] = self.comparable.T.ravel()
        frame.attrs["functional_unit"] = getattr(self.study.functional_unit, f"text_{lang}")
        return frame
