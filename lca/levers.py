"""The library of levers: what can be done, by whom, in which phase, on what grounds. A lever is a named override of
parameters; one without a parameter in the inventories is listed with the reason and never applied. Recommendations of the
field name the levers that serve them."""

import re
from dataclasses import dataclass

from lca.documents import Mapping, child, listed, read_yaml
from lca.errors import Faults, UnknownName, nearest
from lca.folders import layered
from lca.formats import check, fields, options
from lca.quantities import is_quantity
from lca.sources import Source, check_source, read_sources
from lca.wording import tag_keys

WAYS = ("times", "plus", "value")  # what a change may do to a parameter
BOUNDS = ("low", "high")
_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Change:
    """What a lever does to a parameter: multiplies it, adds to it, or sets it; `when` is a formula that the process of the
    parameter must meet. Numbers stay text until a study gives their units."""

    name: str
    way: str
    written: str
    low: str
    high: str
    when: str
    place: str


@dataclass(frozen=True)
class Lever:
    key: str
    texts: dict[str, str]
    phase: str
    actor: str
    changes: tuple[Change, ...]
    not_with: tuple[str, ...]
    lost: float  # share of the quality that it costs, as the lever states it
    source: str
    basis: str
    place: str

    def text(self, key: str, lang: str) -> str:
        return self.texts.get(f"{key}_{lang}", "")


@dataclass(frozen=True)
class Advice:
    """A recommendation and the levers that serve it."""

    key: str
    kind: str
    moment: str
    texts: dict[str, str]
    levers: tuple[str, ...]
    source: str
    place: str

    def text(self, lang: str) -> str:
        return self.texts[f"text_{lang}"]


@dataclass(frozen=True)
class Library:
    levers: dict[str, Lever]  # in the order in which they are applied
    advice: dict[str, Advice]
    sources: dict[str, Source]

    def advice_for(self, lever: str) -> list[Advice]:
        return [each for each in self.advice.values() if lever in each.levers]


def read_library() -> Library:
    """The shipped levers and recommendations, and those of the user's ./inventories, which win."""
    faults, levers, advice = Faults(), dict[str, Lever](), dict[str, Advice]()
    sources = read_sources(faults)
    for key, entry in _entries("levers.yaml").items():
        levers[key] = _read_lever(key, entry, sources, faults)
    for key, entry in _entries("recommendations.yaml").items():
        advice[key] = _read_advice(key, entry, levers, sources, faults)
    for lever in levers.values():
        _check_names("not_with", lever.not_with, levers, lever.place, f"lever '{lever.key}'", faults)
    faults.check()
    return Library(levers, advice, sources)


def _entries(name: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in layered("inventories", name):
        found |= {str(key): entry for key, entry in read_yaml(path).items()}
    return found


def _read_lever(key: str, entry: object, sources: dict[str, Source], faults: Faults) -> Lever:
    what = f"lever '{key}'"
    document = check(entry, faults, what, "lever")
    for tag in ("phase", "actor"):
        if (found := document.text(tag)) and found not in tag_keys(tag):
            faults.add(document.place_of(tag), f"{what} has the unknown {tag} '{found}'. {nearest(found, tag_keys(tag))}", UnknownName)
    changes = tuple(_read_change(str(name), each, what, faults) for name, each in child(document, "set", faults).items())
    reasons = [each for each in ("not_modelled_en", "not_modelled_fr") if each in document]
    if bool(changes) == bool(reasons) or len(reasons) == 1:
        faults.add(document.place, f"{what} must either set parameters (under 'set') or say why it sets none (not_modelled_en and not_modelled_fr)")
    lost = 0.0
    if "quality_lost" in document:
        loss = check(document["quality_lost"], faults, f"'quality_lost' of {what}", "lever_loss")
        _check_range(loss, "value", f"'quality_lost' of {what}", faults)
        number = _NUMBER.match(loss.text("value", "0"))
        lost = (float(number.group()) if number else float("nan")) / (100 if loss.text("value").rstrip().endswith("%") else 1)
        if not 0 <= lost <= 1:
            faults.add(loss.place, f"{what} loses {loss.text('value')} of the quality; allowed is 0 to 100 %")
    source, basis = check_source(document, sources, faults, what)
    texts = {each: " ".join(document.text(each).split()) for each in fields()["lever"] if each in document and isinstance(document[each], str)}
    return Lever(key, texts, document.text("phase"), document.text("actor"), changes, tuple(map(str, listed(document, "not_with", faults))), lost,
                 source, basis, document.place)  # fmt: skip


def _read_change(name: str, entry: object, what: str, faults: Faults) -> Change:
    """A change of one parameter; a number has a range, a choice has none."""
    what = f"'{name}' of {what}"
    document = check(entry, faults, what, "lever_change")
    ways = [each for each in WAYS if each in document]
    if len(ways) != 1:
        faults.add(document.place, f"{what} must hold one of {', '.join(WAYS)}")
        return Change(name, WAYS[0], "1", "1", "1", "", document.place)
    written = document.text(ways[0])
    if is_quantity(written):
        _check_range(document, ways[0], what, faults)
    elif ways[0] != "value" or any(each in document for each in BOUNDS):
        faults.add(document.place_of(ways[0]), f"{what}: '{written}' is not a number; a choice stands under 'value' and has no low and high")
    return Change(name, ways[0], written, document.text("low"), document.text("high"), document.text("when"), document.place)


def _check_range(entry: Mapping, key: str, what: str, faults: Faults) -> None:
    """low <= value <= high, in the unit of the value."""
    missing = [each for each in BOUNDS if each not in entry]
    if missing:
        faults.add(entry.place, f"{what} has no {' and no '.join(missing)}: every number of a lever has a range")
        return
    texts = [entry.text("low"), entry.text(key), entry.text("high")]
    for each in (texts[0], texts[2]):
        if not _NUMBER.fullmatch(each):
            faults.add(entry.place, f"{what}: '{each}' is not a plain number; low and high are in the unit of the value")
            return
    low, value, high = (float(match.group()) if (match := _NUMBER.match(each)) else float("nan") for each in texts)
    if low > high:
        faults.add(entry.place_of("low"), f"{what} has a low of {texts[0]} above its high of {texts[2]}")
    elif not low <= value <= high:
        faults.add(entry.place_of(key), f"{what}: {texts[1]} is outside {texts[0]} to {texts[2]}")


def _read_advice(key: str, entry: object, levers: dict[str, Lever], sources: dict[str, Source], faults: Faults) -> Advice:
    what = f"recommendation '{key}'"
    document = check(entry, faults, what, "lever_advice")
    named = tuple(map(str, listed(document, "levers", faults)))
    _check_names("levers", named, levers, document.place_of("levers") if "levers" in document else document.place, what, faults)
    source, _ = check_source(document, sources, faults, what, options("parameter", "basis")[1])
    texts = {each: " ".join(document.text(each).split()) for each in ("text_en", "text_fr")}
    return Advice(key, document.text("kind"), document.text("moment"), texts, named, source, document.place)


def _check_names(key: str, names: tuple[str, ...], levers: dict[str, Lever], place: str, what: str, faults: Faults) -> None:
    for each in names:
        if each not in levers:
            faults.add(place, f"{what}: '{key}' names the unknown lever '{each}'. {nearest(each, levers)}", UnknownName)
