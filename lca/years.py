"""A scenario year by year: each year is a row of values, computed as every scenario is; what it comes to per functional unit, in the
year, and over all years, and how much of that the growth of the activity brings."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lca import engine
from lca.arithmetic import finite, plain
from lca.calculation import compute
from lca.errors import DataError
from lca.expressions import Array
from lca.influence import row_of
from lca.results import Results
from lca.rows import amounts_of
from lca.study import Study
from lca.study_parts import Horizon


@dataclass(frozen=True)
class Years:
    """`rows` has a row per year; `held` is what the years come to if the activity stays that of the first year. Totals are
    alternative x year x indicator. The intensity is per functional unit, or per what the horizon names."""

    rows: Results
    scenario: str
    horizon: Horizon
    per_unit: Array
    absolute: Array
    held: Array

    @property
    def years(self) -> list[int]:
        return list(self.horizon.years)

    @cached_property
    def cumulated(self) -> Array:
        """Alternative x indicator."""
        return np.asarray(self.absolute.sum(axis=1))

    @cached_property
    def parts(self) -> tuple[Array, Array, Array]:
        """What the cumulated total is made of: every year as the first one, all that changes but the activity, growth of the activity."""
        as_first, held = self.absolute[:, 0] * len(self.years), self.held.sum(axis=1)
        noise = engine.NOISE * np.abs(self.cumulated)
        other, growth = (np.where(np.abs(each) < noise, 0.0, each) for each in (held - as_first, self.cumulated - held))
        return as_first, other, growth

    @cached_property
    def beyond(self) -> dict[str, list[int]]:
        """What the years set, and in which of them it is beyond the low and high of its parameter."""
        parameters = {name: self.rows.study.model.variables[name].parameter for name in self.horizon.settings}
        values = {name: np.nan_to_num(self.rows.values[name], nan=each.value).tolist() for name, each in parameters.items()}  # no value is not beyond
        found = {name: [y for y, value in zip(self.years, values[name], strict=True) if each.is_beyond(value)] for name, each in parameters.items()}
        return {name: years for name, years in found.items() if years}

    def scale(self, indicator: int, values: Array) -> tuple[str, float]:
        """The display unit of an indicator for some of its values."""
        return self.rows.indicators[indicator].scale(float(np.nanmax(np.abs(values[..., indicator]), initial=0.0)))

    def as_dictionary(self) -> dict[str, Any]:
        """All of it in plain words and numbers, in the indicators' own units."""
        results, keys = self.rows, [each.key for each in self.rows.indicators]

        def told(values: Array) -> dict[str, float | None]:
            return {key: plain(value) for key, value in zip(keys, values, strict=True)}

        alternatives = {
            name: {
                "years": [{"year": year, "per_unit": told(self.per_unit[a, y]), "absolute": told(self.absolute[a, y]), "held": told(self.held[a, y]),
                           "quality": plain(results.quality[a, y]), "comparable": bool(results.comparable[a, y])} for y, year in enumerate(self.years)],
                "cumulated": told(self.cumulated[a]),
                **{part: told(values[a]) for part, values in zip(("as_first_year", "other_changes", "growth"), self.parts, strict=True)},
            }
            for a, name in enumerate(results.study.alternatives)
        }  # fmt: skip
        return {"study": results.study.key, "scenario": self.scenario, "from": self.horizon.first, "to": self.horizon.last,
                "per": self.horizon.per or results.study.functional_unit.text_en, "units": {each.key: each.unit for each in results.indicators},
                "alternatives": alternatives, "beyond_ranges": self.beyond}  # fmt: skip


def foresee(results: Results, scenario: str = "") -> Years:
    """The years of a study in one of the scenarios that were run, the first if left out."""
    study, horizon = results.study, results.study.horizon
    if horizon is None:
        raise DataError(f"the study '{study.key}' looks no years ahead: write 'years:' into it, as docs/formats.md shows")
    scenario = results.scenarios[row_of(results, scenario)]
    rows, absolute, done = _run(results, horizon, scenario)
    held = _run(results, horizon, scenario, _drivers(study, horizon))[1]
    with np.errstate(all="ignore"):
        per_unit = finite(absolute / done[:, None]) if horizon.per else rows.totals
    return Years(rows, scenario, horizon, per_unit, absolute, held)


def _run(results: Results, horizon: Horizon, scenario: str, left_out: frozenset[str] = frozenset()) -> tuple[Results, Array, Array]:
    """A row per year, the totals of the years, and what is done in each."""
    study = results.study
    years = {each.key: each for each in (horizon.scenario(scenario, year, left_out) for year in horizon.years)}
    rows = compute(replace(study, scenarios={**study.scenarios, **years}), results.background, years, results.about["settings"])
    span, amount = study.units.quantity("1 year").value, study.functional_unit.amount.value
    done = amounts_of([horizon.volume], rows.values, len(years))[:, 0] * span
    times = np.full(len(years), span / amount) if horizon.per else done / amount  # functional units in a year
    return rows, finite(rows.totals * times[:, None]), done


def _drivers(study: Study, horizon: Horizon) -> frozenset[str]:
    """What the years set of the values that the activity follows from."""
    alone = replace(study.model, calls=[], lines=[], requirements=[])
    reached = alone.used([horizon.volume])
    reached |= {origin for name in reached for origin in study.model.variables[name].origins}
    return frozenset(horizon.settings.keys() & reached)
