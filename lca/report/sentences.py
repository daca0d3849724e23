"""How the report writes: units, numbers, lists and spaces as each language has them."""

import math
import re

from lca.wording import THIN, localise, number, percent, unit_words
from lca.wording import listed as listed

NO_BREAK, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
_FRENCH_SPACES = (
    (re.compile(r" ([;!?%])"), THIN + r"\1"), (re.compile(" :"), NO_BREAK + ":"), (re.compile("« "), "«" + NO_BREAK), (re.compile(" »"), NO_BREAK + "»"),
)  # fmt: skip
SEMICOLON = {"en": "; ", "fr": " ; "}
_RAISED = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻+")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def spaced(text: str, lang: str) -> str:
    """A text with the spaces that its language does not break."""
    if lang == "fr":
        for pattern, replacement in _FRENCH_SPACES:
            text = pattern.sub(replacement, text)
    return text


def raised(text: str) -> str:
    """CO₂, m² and m³ as they are printed."""
    text = re.sub(r"\bCO2\b", "CO2".translate(_LOWERED), text)
    return re.sub(r"\b([ckmµ]?m)([23])\b", lambda each: each[1] + each[2].translate(_RAISED), text)


def unit_text(unit: str, lang: str) -> str:
    """A unit as it is printed: m³, kg CO₂-eq; in French kg éq. CO₂."""
    return unit_words(raised(unit), lang).replace(" ", NO_BREAK)


def figure(value: float, lang: str) -> str:
    """A number with three significant figures; a power of ten where it is very small or large."""
    return re.sub("^-", MINUS, _powers(number(value, lang)))


def written(value: float, lang: str) -> str:
    """A number as it was entered: no digit dropped, none added."""
    if math.isnan(value):
        return number(value, lang)
    return _powers(localise(f"{value:,.0f}" if 1e6 <= abs(value) < 1e9 else f"{value:,.6g}", lang))


def _powers(text: str) -> str:
    return re.sub(r"e([+-])0*([0-9]+)", lambda each: f"{NO_BREAK}×{NO_BREAK}10" + f"{each[1]}{each[2]}".strip("+").translate(_RAISED), text)


def share(value: float, total: float, lang: str) -> str:
    """A share in percent; what would round to nothing says so."""
    if not total:
        return ""
    return f"<{NO_BREAK}{percent(0.001, lang)}" if 0 < value / total < 0.0005 else percent(value / total, lang)
