"""Text to number and unit. The only room with pint, loaded with our own short list of units."""

import keyword
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lca.errors import DataError, UnitError, nearest
from lca.folders import shipped

_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(.*)", re.DOTALL)
_BROKEN_NUMBER = re.compile(r"[_.,':]|\s*[0-9](?!\s*/)|[xX][0-9]")  # what may follow a number only by mistake
_UNIT_TEXT = re.compile(r"[A-Za-z0-9_%*/^(). ]*")
_POWER = re.compile(r"(?:\*\*|\^) ?(?:[1-9]|0?\.5|1\.5)(?![\w.])(?! ?(?:\*\*|\^))")
_ONE = re.compile(r"(?<![\w.])1 ?(?=/)")  # as in 1/year
_NO_UNIT = re.compile(r"\*\*|\^|\.|(?<!\w)[0-9]")  # what is left of a unit when powers and ones are gone
_WORD = re.compile(r"[A-Za-z_]\w*")
_HOW = "Allowed: names of units with * and /, powers up to 9 and brackets, as in kg / (person * hour) or m ** 2"
_TAKEN = ("per", "square", "squared", "cubic", "cubed", "sq", *keyword.kwlist)  # words that pint reads in its own way
UNIT_NAME = re.compile(r"[a-z][a-z0-9_]*")

Dimension = tuple[tuple[str, float], ...]  # base unit and power, sorted; () is a plain number
PLAIN: Dimension = ()


@dataclass(frozen=True)
class Unit:
    """A unit as written, what one of it is in base units, and its dimension."""

    text: str
    factor: float
    dimension: Dimension


@dataclass(frozen=True)
class Quantity:
    """A number in base units; `number` is the one written before the unit."""

    value: float
    number: float
    unit: Unit


def multiply(left: Dimension, right: Dimension, power: float = 1.0) -> Dimension:
    """The dimension of left * right ** power."""
    powers = dict(left)
    for base, exponent in right:
        powers[base] = round(powers.get(base, 0.0) + exponent * power, 9)
    return tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))


def show_dimension(dimension: Dimension) -> str:
    """A dimension in base units, as messages show it."""
    if not dimension:
        return "a plain number"
    up = [base if power == 1 else f"{base}^{power:g}" for base, power in dimension if power > 0]
    down = [base if power == -1 else f"{base}^{-power:g}" for base, power in dimension if power < 0]
    return " * ".join(up or ["1"]) + "".join(f" / {each}" for each in down)


def is_quantity(text: str) -> bool:
    """Whether a text reads as a number with at most a unit behind it (else it is a formula)."""
    match = _NUMBER.fullmatch(text)
    rest = match.group(2).strip() if match else "?"
    return match is not None and (not rest or rest[0].isalpha() or rest[0] == "%" or rest.startswith("1/"))


class Units:
    """The units of the project plus the countable ones that a study and its inventories declare."""

    def __init__(self, declared: Iterable[str] = ()) -> None:
        self.declared = tuple(dict.fromkeys(str(each) for each in declared))
        for name in self.declared:
            if not UNIT_NAME.fullmatch(name):
                raise UnitError(f"'{name}' cannot be the name of a unit: small letters, digits and _, beginning with a letter")
            if name in _definitions() or name in _TAKEN:
                raise UnitError(f"'{name}' cannot be declared as a unit: the name is taken")
        self._registry = _registry()
        for name in self.declared:
            _declare(name)
        self._known: dict[str, Unit] = {}

    @property
    def names(self) -> list[str]:
        return [*_definitions(), *self.declared, "%"]

    def is_count(self, dimension: Dimension) -> bool:
        return all(base in self.declared for base, _ in dimension)

    def unit(self, text: str) -> Unit:
        """The unit that a text names; an unknown one is an error naming the nearest."""
        text = " ".join(str(text).split())
        if text not in self._known:
            self._known[text] = self._parse(text)
        return self._known[text]

    def _parse(self, text: str) -> Unit:
        if text in ("", "-", "1"):
            return Unit(text, 1.0, PLAIN)
        if len(text) > 200 or not _UNIT_TEXT.fullmatch(text):
            raise UnitError(f"'{text[:60]}' is not a unit. {_HOW}")
        for word in _WORD.findall(text):
            if word not in self.names:
                raise UnitError(f"there is no unit '{word}'. {nearest(word, self.names)}")
        if _NO_UNIT.search(_ONE.sub("", _POWER.sub("", text))):
            raise UnitError(f"'{text}' is not a unit. {_HOW}")
        try:
            factor, base = self._registry.get_base_units(self._registry.parse_units(text.replace("%", " percent ").strip()))
            factor = float(factor)
        except OverflowError:
            factor = math.inf
        except Exception:  # pint raises many kinds, from tokenizer to type errors
            raise UnitError(f"'{text}' is not a unit. {_HOW}") from None
        if not 0 < factor < math.inf:
            raise UnitError(f"'{text}' is not a unit of a size that a number can hold")
        powers: Mapping[str, Any] = base._units
        return Unit(text, factor, tuple(sorted((name, float(power)) for name, power in powers.items())))

    def quantity(self, text: str) -> Quantity:
        """A number with at most a unit behind it."""
        match = _NUMBER.fullmatch(str(text))
        if not match or _BROKEN_NUMBER.match(match.group(2)):
            raise DataError(f"'{text}' is not a number with a unit, as in 1500.5 kWh (decimal point, nothing between thousands)")
        number, unit = float(match.group(1)), self.unit(match.group(2).strip())
        return Quantity(self._finite(number * unit.factor, text), number, unit)

    @staticmethod
    def _finite(value: float, text: str) -> float:
        if not math.isfinite(value):
            raise DataError(f"'{text}' is not a finite number")
        return value

    def bound(self, text: str, unit: Unit) -> float:
        """A low or high: in the unit of its value unless it states one of the same dimension."""
        quantity = self.quantity(text)
        if not quantity.unit.text:
            return self._finite(quantity.number * unit.factor, text)
        if quantity.unit.dimension != unit.dimension:
            raise UnitError(f"'{text}' is {show_dimension(quantity.unit.dimension)}, its value is {show_dimension(unit.dimension)}")
        return quantity.value


@lru_cache(maxsize=1)
def _definitions() -> dict[str, str]:
    lines = (shipped("inventories") / "units.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): text.strip() for name, text in pairs}


@lru_cache(maxsize=1)
def _registry() -> Any:
    """One for all studies: which of the declared units a study may use is for its `Units` to say."""
    import pint

    registry: Any = pint.UnitRegistry(None, cache_folder=None)
    for name, text in _definitions().items():
        registry.define(f"{name} = {text}")
    return registry


@cache
def _declare(name: str) -> None:
    """Once each, and `pages` beside `page`, which pint alone would take for its plural."""
    _registry().define(f"{name} = [{name}]")
