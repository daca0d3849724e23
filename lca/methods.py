"""Indicators and value choices: names of ours for Brightway methods and for the decisions every result rests on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lca.documents import Mapping, check_keys, child, read_csv, read_yaml
from lca.errors import Faults, UnknownName, nearest
from lca.folders import shipped


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
        return self.label_fr if lang == "fr" else self.label_en

    def scale(self, largest: float) -> tuple[str, float]:
        """The display unit for a table whose largest absolute value is given."""
        for text, size in self.display:
            if largest >= size:
                return text, size
        return self.display[-1] if self.display else (self.unit, 1.0)


@dataclass(frozen=True)
class Choices:
    """The value choices of a study, each with its label: name to (label_en, label_fr, value_en, value_fr, is default)."""

    values: dict[str, str]
    texts: dict[str, dict[str, str]]


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


def own_factors(indicator: Indicator) -> dict[str, float]:
    """Flow and factor of a method that is ours."""
    rows = read_csv(shipped("impact_methods") / indicator.factors, ("flow", "factor", "source"))
    return {str(row["flow"]): float(row["factor"]) for row in rows}


def read_choices(given: Mapping, faults: Faults) -> Choices:
    """The value choices: those of the study, else the defaults of impact_methods/choices.yaml."""
    path: Path = shipped("impact_methods") / "choices.yaml"
    known = read_yaml(path)
    values, texts = {}, {}
    for key in given:
        if key not in known:
            faults.add(given.place_of(key), f"there is no value choice '{key}'. {nearest(key, known)}", UnknownName)
    for key, entry in known.items():
        options = child(entry, "options", faults)
        value = given.text(key, entry.text("default"))
        if value not in options:
            faults.add(given.place_of(key), f"'{key}' cannot be '{value}'. {nearest(value, options)}", UnknownName)
            continue
        values[str(key)] = value
        texts[str(key)] = {
            "label_en": entry.text("label_en"),
            "label_fr": entry.text("label_fr"),
            **{f"value_{lang}": options[value].text(lang) for lang in ("en", "fr")},
        }
    return Choices(values, texts)
