"""Indicators and value choices: names of ours for Brightway methods and for the decisions every result rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lca.documents import Mapping, check_keys, child, read_csv, read_yaml
from lca.errors import Faults, UnknownName, nearest
from lca.folders import shipped
from lca.parameters import Parameter
from lca.quantities import Unit
from lca.wording import say

UNCOVERED = "uncovered"  # the role of an indicator that the inventory was not built for: shown with a mark, never ranked


@dataclass(frozen=True)
class Indicator:
    """`display` holds the units to show results in, with what one of each is in `unit`, largest first."""

    key: str
    label_en: str
    label_fr: str
    unit: str
    method: tuple[str, ...]
    role: str
    display: tuple[tuple[str, float], ...]
    note_en: str
    note_fr: str
    factors: str = ""  # a file of own factors in impact_methods/, for methods that Brightway does not ship

    def label(self, lang: str) -> str:
        text = self.label_fr if lang == "fr" else self.label_en
        return f"{text} ({say('uncovered', lang)})" if self.role == UNCOVERED else text

    def scale(self, largest: float) -> tuple[str, float]:
        """The display unit for a table whose largest absolute value is given."""
        for text, size in self.display:
            if largest >= size:
                return text, size
        return self.display[-1] if self.display else (self.unit, 1.0)


@dataclass(frozen=True)
class Choices:
    """The value choices of a study: what it chose, the texts, and each as a choice parameter that every formula sees."""

    values: dict[str, str]
    texts: dict[str, dict[str, str]]  # label_en, label_fr, reason_en, reason_fr (why this default), value_en, value_fr
    parameters: dict[str, Parameter]
    defaults: dict[str, str]

    @property
    def changed(self) -> dict[str, str]:
        """The choices that differ from the defaults."""
        return {key: value for key, value in self.values.items() if value != self.defaults[key]}


def read_indicators() -> dict[str, Indicator]:
    """The indicators of impact_methods/indicators.yaml, headline ones first as written."""
    path, faults, indicators = shipped("impact_methods") / "indicators.yaml", Faults(), {}
    for key, entry in read_yaml(path).items():
        entry = check_keys(
            entry, faults, f"indicator '{key}'", ("label_en", "label_fr", "unit", "method", "role", "display", "note_en", "note_fr"), ("factors", "source")
        )
        faults.check()
        display = sorted(((str(unit), float(size)) for unit, size in child(entry, "display", faults).items()), key=lambda pair: -pair[1])
        indicators[str(key)] = Indicator(str(key), entry["label_en"], entry["label_fr"], entry["unit"], tuple(str(each) for each in entry["method"]),
                                         entry["role"], tuple(display), entry["note_en"], entry["note_fr"], entry.text("factors"))  # fmt: skip
    return indicators


def mark_uncovered(indicators: Iterable[Indicator], covers: Iterable[str]) -> dict[str, Indicator]:
    """Indicators by key; those that the background does not cover have that as their role."""
    return {each.key: each if {each.key, " | ".join(each.method)} & set(covers) else replace(each, role=UNCOVERED) for each in indicators}


def own_factors(indicator: Indicator) -> dict[str, float]:
    """Flow and factor of a method that is ours."""
    rows = read_csv(shipped("impact_methods") / indicator.factors, ("flow", "factor", "source"))
    return {str(row["flow"]): float(row["factor"]) for row in rows}


def known_choices() -> Mapping:
    """The value choices that the software offers, with their options and texts."""
    return read_yaml(shipped("impact_methods") / "choices.yaml")


def read_choices(stated: Mapping, given: dict[str, str], faults: Faults) -> Choices:
    """The value choices: those given for this run, else those of the study, else the defaults of impact_methods/choices.yaml."""
    known, choices = known_choices(), Choices({}, {}, {}, {})
    for key in (*stated, *given):
        if key not in known:
            place = stated.place_of(key) if key in stated else ""
            faults.add(place, f"there is no value choice '{key}'. {nearest(key, known)}", UnknownName)
    for key, entry in known.items():
        options = child(entry, "options", faults)
        value = given.get(key) or stated.text(key, entry.text("default"))
        if value not in options:
            faults.add("" if key in given else stated.place_of(key), f"'{key}' cannot be '{value}'. {nearest(value, options)}", UnknownName)
            continue
        name, labels = str(key), {each: entry.text(each) for each in ("label_en", "label_fr", "reason_en", "reason_fr")}
        choices.values[name], choices.defaults[name] = str(value), entry.text("default")
        choices.texts[name] = {**labels, **{f"value_{lang}": options[value].text(lang) for lang in ("en", "fr")}}
        choices.parameters[name] = Parameter(name, Unit("", 1.0, ()), written=value, choices=tuple(str(each) for each in options),
                                             choice=value, about=labels, place=entry.place)  # fmt: skip
    return choices
