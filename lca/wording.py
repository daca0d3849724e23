"""Numbers and short texts in both languages: the texts are in lca/report/wording.csv, sentences.csv and card.csv, names of tags are in the nomenclature."""

import math
import re
from collections.abc import Callable
from functools import lru_cache

from lca.documents import read_csv
from lca.errors import Message
from lca.folders import PACKAGE, shipped

THIN = "\N{NARROW NO-BREAK SPACE}"


@lru_cache(maxsize=1)
def bank() -> dict[str, dict[str, str]]:
    """The short texts that all outputs share, the sentences of the report and those of the data card."""
    rows = (row for name in ("wording.csv", "sentences.csv", "card.csv") for row in read_csv(PACKAGE / "report" / name, ("key", "en", "fr")))
    return {str(row["key"]): {"en": str(row["en"]), "fr": str(row["fr"])} for row in rows}


@lru_cache(maxsize=1)
def _nomenclature() -> dict[tuple[str, str], dict[str, str]]:
    rows = read_csv(shipped("inventories") / "nomenclature.csv", ("kind", "key", "label_en", "label_fr"))
    return {(str(row["kind"]), str(row["key"])): {"en": str(row["label_en"]), "fr": str(row["label_fr"])} for row in rows}


@lru_cache(maxsize=1)
def _unit_words() -> dict[str, str]:
    return {str(row["unit"]): str(row["word_fr"]) for row in read_csv(shipped("inventories") / "unit_words.csv", ("unit", "word_fr"))}


def say(key: str, lang: str, **slots: object) -> str:
    """A text of the bank in a language, its slots filled."""
    return bank()[key][lang].format(**slots)


def listed(items: list[str], lang: str) -> str:
    """Items as a sentence has them: a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {say('and', lang)} {items[-1]}" if items else ""


def tag_label(kind: str, key: str, lang: str) -> str:
    """The name of a stage, task, tier, actor, part, basis or country; an untagged one says so."""
    if not key:
        return say("untagged", lang)
    return _nomenclature().get((kind, key), {}).get(lang, key)


def message(key: str, **slots: str | Callable[[str], str]) -> Message:
    """A message of the bank; a slot that differs between the languages is a function of the language."""
    texts = [say(key, lang, **{name: slot if isinstance(slot, str) else slot(lang) for name, slot in slots.items()}) for lang in ("en", "fr")]
    return Message(texts[0], texts[1], tuple(slot for slot in slots.values() if isinstance(slot, str)))


def any_label(key: str, lang: str) -> str:
    """The name of a key of the nomenclature of whatever kind, or the key."""
    return next((labels[lang] for (_, each), labels in _nomenclature().items() if each == key), key)


def tag_keys(kind: str) -> list[str]:
    return [key for each, key in _nomenclature() if each == kind]


def number(value: float, lang: str, digits: int = 3) -> str:
    """A number with three significant figures, in the language's own writing."""
    if math.isnan(value):
        return say("no_value", lang)
    if value == 0 or not math.isfinite(value):
        return f"{value:g}".replace("inf", "∞")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    rounded = round(value, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{rounded:,.{min(decimals, 12)}f}" if 1e-4 <= abs(value) < 1e9 else f"{value:.{digits - 1}e}"
    return localise(text, lang)


def localise(text: str, lang: str) -> str:
    return text.replace(",", THIN).replace(".", ",") if lang == "fr" else text


def percent(share: float, lang: str) -> str:
    """A share in percent, one decimal below ten."""
    if math.isnan(share):
        return say("no_value", lang)
    value = 100 * share
    text = "< 0.1" if 0 < abs(value) < 0.05 else f"{value:.1f}" if abs(value) < 9.95 else f"{value:.0f}"
    return f"{localise(text, lang)}{THIN if lang == 'fr' else ' '}%"


def unit_words(unit: str, lang: str) -> str:
    """A unit as it is said: kg CO2-eq/payment, in French kg éq. CO2/paiement; a unit that the bank does not know stays as it is."""
    if lang != "fr":
        return unit
    unit = re.sub(r"[A-Za-z_]+", lambda each: _unit_words().get(each[0], each[0]), unit)
    return re.sub(r"(\S+)-eq\b", lambda each: f"éq. {say('world', lang) if each[1] == 'world' else each[1]}", unit)


def quantity(value: float, unit: str, lang: str) -> str:
    return f"{number(value, lang)}{THIN if lang == 'fr' else ' '}{unit_words(unit, lang)}".strip()
