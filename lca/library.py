"""Brightway's methods beyond our indicators: their list and their factors, read once from the archive inside bw2io."""

import hashlib
import importlib.util
import json
import re
import zipfile
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lca.background import Background, brightway_versions
from lca.errors import BackgroundError, Message, UnknownName, nearest
from lca.expressions import Array
from lca.folders import own, write_whole
from lca.methods import UNCOVERED, Indicator
from lca.processes import Flow
from lca.wording import message, say

SEPARATOR = " | "
LONGEST_KEY = 60


class Method(NamedTuple):
    """A method as Brightway names it, its unit and how many flows it has a factor for."""

    name: tuple[str, ...]
    unit: str
    factors: int

    @property
    def text(self) -> str:
        return SEPARATOR.join(self.name)


def method_index() -> list[Method]:
    """All methods that bw2io ships."""
    return _load()[0]


def method_factors(name: tuple[str, ...], flows: dict[str, Flow]) -> Array:
    """The factor of each flow (by UUID), rounded as bw2calc stores it; zero where the method has none."""
    methods, store = _load()
    number = [each.name for each in methods].index(name)
    first = sum(each.factors for each in methods[:number])
    place = slice(first, first + methods[number].factors)
    found = dict(zip(store["uuid"][store["flow"][place]].astype(str).tolist(), store["amount"][place].tolist(), strict=True))
    return np.array([found.get(each.uuid, 0.0) for each in flows.values()])


def find_indicator(text: str, known: dict[str, Indicator]) -> Indicator:
    """An indicator by its key, or by a Brightway method written with ' | ' between the parts of its name."""
    if text in known:
        return known[text]
    if "|" not in text:
        raise UnknownName(f"there is no indicator '{text}'. {nearest(text, known)} Methods of Brightway can be named too: lca list methods WORDS")
    wanted = _folded(text)
    for each in known.values():
        if _folded(SEPARATOR.join(each.method)) == wanted:
            return each
    methods = {_folded(each.text): each for each in method_index()}
    if wanted in methods:
        return _as_indicator(methods[wanted])
    close = ", ".join(f"'{methods[each].text}'" for each in get_close_matches(wanted, methods, n=3, cutoff=0.4))
    raise UnknownName(f"Brightway has no method '{text}'. {f'Nearest: {close}. ' if close else ''}Search with: lca list methods WORDS")


def extend(background: Background, keys: Iterable[str]) -> Background:
    """The background with the indicators that it lacks; their keys are those of `find_indicator`."""
    missing = [key for key in keys if key not in background.indicators]
    if not missing:
        return background
    made = {each.key: each for each in map(_as_indicator, method_index())}
    added = [made[key] for key in missing]
    return background.with_methods(added, np.stack([method_factors(each.method, background.flows) for each in added], axis=1))


def warn_uncovered(background: Background, keys: tuple[str, ...]) -> list[Message]:
    """What a reader must know of results that the inventory was not built for."""
    counted = np.count_nonzero(background.factors, axis=0)
    found = [(background.indicators[key], counted[place]) for key, place in zip(keys, background.positions(keys), strict=True)]
    return [_warning(indicator, f"{count}", f"{len(background.flows)}") for indicator, count in found if indicator.role == UNCOVERED]


def _warning(indicator: Indicator, count: str, flows: str) -> Message:
    names = {"en": indicator.label_en, "fr": indicator.label_fr}
    return message("m_uncovered", indicator=names.__getitem__, count=lambda _: count, flows=lambda _: flows)


def _as_indicator(method: Method) -> Indicator:
    notes = (say("of_brightway", lang) for lang in ("en", "fr"))
    return Indicator(_key(method.text), method.text, method.text, method.unit.replace("-Eq", "-eq"), method.name, "companion", (), *notes)


def _key(text: str) -> str:
    """Letters, digits and _ only; a long name is cut and told from others by a few signs of its hash."""
    key = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 7]}_{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def _folded(text: str) -> str:
    return SEPARATOR.join(" ".join(part.split()) for part in text.casefold().split("|"))


def _load() -> tuple[list[Method], dict[str, Array]]:
    return _cached(own("cache") / f"methods-{brightway_versions()['bw2io']}.npz")


@lru_cache(maxsize=1)
def _cached(path: Path) -> tuple[list[Method], dict[str, Array]]:
    """The list from our cache; what is not there or is damaged is made again."""
    try:
        return _read(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return _read(write_whole(path, _write))


def _read(path: Path) -> tuple[list[Method], dict[str, Array]]:
    with np.load(path) as stored:
        store = {name: stored[name] for name in stored.files}
    return [Method(tuple(name), unit, count) for name, unit, count in json.loads(str(store.pop("methods")))], store


def _write(path: Path) -> None:
    """All names and factors in one small file: the archive holds 40 MB of JSON text."""
    spec = importlib.util.find_spec("bw2io")
    archive = Path(spec.origin if spec and spec.origin else "bw2io").parent / "data" / "lcia" / "lcia_39_ecoinvent.zip"
    try:
        with zipfile.ZipFile(archive) as opened:
            found = json.loads(opened.read("data.json"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BackgroundError(f"cannot read the methods of Brightway in {archive}: {error}") from None
    factors = [(each["input"][1], each["amount"]) for method in found for each in method["exchanges"]]
    uuids = {uuid: number for number, uuid in enumerate(dict.fromkeys(uuid for uuid, _ in factors))}
    methods = json.dumps([(each["name"], each["unit"], len(each["exchanges"])) for each in found])
    with path.open("wb") as file:
        np.savez_compressed(file, methods=np.array(methods), uuid=np.array(list(uuids), dtype="S36"), flow=np.array([uuids[uuid] for uuid, _ in factors]),
                            amount=np.array([amount for _, amount in factors], dtype=np.float32))  # fmt: skip
