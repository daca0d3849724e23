"""How far published values of devices agree among themselves, and ours beside them by family and by part (for device_validation.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

from lca.background import Background
from lca.devices import SPANS, Catalogue
from lca.documents import Mapping, read_csv
from lca.folders import shipped
from lca.grades import CLOSE, Comparison
from lca.wording import tag_keys

CLIMATE = "climate_change"
SAME_SPAN = 0.05  # stages between which our own score differs by less are compared with each other
BEHIND = ({"azure_greensku_2024", "dell_r740_lca_2019"}, {"azure_greensku_2024", "seagate_lca"}, {"luccioni_2022", "hpe_pcf_2021"})  # one quotes the other
WITHIN = (CLOSE, 2.0, 3.0)
FAMILIES = {
    "accelerator": "accelerators", "processor": "processors", "server": "servers", "drive": "drives", "solid": "drives", "hard": "drives",
    "storage": "drives", "memory": "memory", "terminal": "terminals", "network": "network",
}  # fmt: skip
FACILITY = "facility"
KINDS = {"solid_state_disk": "Solid-state drives, per TB", "hard_disk": "Hard disks, per drive"}
OTHERS_HEAD = ["tool", "device", "indicator", "theirs", "ours", "unit", "ours over theirs"]
PARTS = ("device", "part", "lines", "low", "high", "unit", "year", "source", "locator", "note")


@dataclass(frozen=True)
class Pair:
    """Two values of different documents for the same thing; the factor between their nearest ends."""

    first: Comparison
    second: Comparison
    factor: float


def apart(first: Comparison, second: Comparison, size: Callable[[Comparison], float] = lambda _: 1.0) -> float:
    """The factor between the nearest ends of two ranges, each per its size; one where they overlap."""
    low, high = second.low / size(second), second.high / size(second)
    return max(1.0, low / (first.high / size(first)), first.low / size(first) / high)


def same_thing(comparisons: Iterable[Comparison]) -> list[Pair]:
    """Pairs for one device and indicator, over the same stages or such that differ little in ours."""
    return [Pair(*two, apart(*two)) for two in combinations(comparisons, 2)
            if (two[0].product, two[0].indicator) == (two[1].product, two[1].indicator) and _documents(*two)
            and abs(two[0].ours / two[1].ours - 1) < SAME_SPAN]  # fmt: skip


def same_kind(comparisons: Iterable[Comparison], size: Callable[[Comparison], float]) -> list[Pair]:
    """Pairs for different devices of one kind, each value per its size."""
    return [Pair(*two, apart(*two, size)) for two in combinations(comparisons, 2)
            if two[0].product != two[1].product and two[0].source != two[1].source and _documents(*two)]  # fmt: skip


def _documents(first: Comparison, second: Comparison) -> bool:
    """Whether two values stand in different documents, editions of one included; the one that quotes the other is no second one."""
    return (first.source, first.year) != (second.source, second.year) and {first.source, second.source} not in BEHIND


def told(what: str, pairs: list[Pair], comparisons: int) -> str:
    if not pairs:
        return f"- {what}: no two documents."
    factors = [each.factor for each in pairs]
    near = sum(each <= CLOSE for each in factors)
    return (f"- {what}: {comparisons} values, {len(pairs)} pairs of different documents; **{near} of {len(pairs)} ({100 * near / len(pairs):.0f} %) "
            f"within a factor {CLOSE:g} of each other**, median factor {median(factors):.2f}, largest {max(factors):.3g}.")  # fmt: skip


def agreement(comparisons: Iterable[Comparison]) -> str:
    """The lines of the page: the same device, and the same kind of drive."""
    known = list(comparisons)
    exact = same_thing(known)
    held = {id(each) for pair in exact for each in (pair.first, pair.second)}
    lines = [told("The same device, indicator and stages", exact, len(held))]
    kinds, sizes = _drives()
    for kind, what in KINDS.items():
        chosen = [each for each in known if kinds.get(each.product) == kind and each.indicator == CLIMATE]
        pairs = same_kind(chosen, (lambda each: sizes[each.product]) if what.endswith("TB") else lambda _: 1.0)
        lines.append(told(f"{what}, climate change, different drives", pairs, len(chosen)))
    return "\n".join(lines)


def _drives() -> tuple[dict[str, str], dict[str, float]]:
    """The kind of each drive, and its capacity in TB."""
    folder = shipped("inventories") / "foreground"
    kinds = {row.text("process"): row.text("like") for row in read_csv(folder / "drives_processes.csv", ("process", "like"))}
    values = read_csv(folder / "drives_values.csv", ("process", "parameter", "value"))
    return kinds, {row.text("process"): float(row.text("value").split()[0]) for row in values if row.text("parameter") == "capacity"}


def family(device: str) -> str:
    return FAMILIES.get(device.split("_")[0], FACILITY)


def families(devices: Iterable[str], comparisons: Iterable[Comparison], ratio: Callable[[Comparison], float]) -> list[list[str]]:
    """Climate change by family, then all of it, then the other indicators."""
    keys, known = list(devices), list(comparisons)
    climate = [each for each in known if each.indicator == CLIMATE]
    groups = {name: [each for each in climate if family(each.product) == name] for name in dict.fromkeys([*FAMILIES.values(), FACILITY])}
    rows = [_family(name, sum(family(key) == name for key in keys), values, ratio) for name, values in groups.items()]
    others = [each for each in known if each.indicator != CLIMATE]
    return [*rows, _family("all", len(keys), climate, ratio), _family("all, other indicators", len(keys), others, ratio)]


def _family(name: str, devices: int, values: list[Comparison], ratio: Callable[[Comparison], float]) -> list[str]:
    head = [name, str(devices), str(len({each.product for each in values})), str(len(values))]
    if not values:
        return [*head, *[""] * (1 + len(WITHIN))]
    return [*head, f"{median(ratio(each) for each in values):.2f}",
            *(f"{100 * sum(each.factor <= limit for each in values) / len(values):.0f} %" for limit in WITHIN)]  # fmt: skip


FAMILY_HEAD = ["family", "devices", "with a value", "values", "median of ours over published", *(f"within {each:g}" for each in WITHIN)]
PART_HEAD = ["device", "part", "ours", "published", "unit", "ratio", "source", "what the difference is"]


def parts(found: Catalogue, background: Background) -> list[list[str]]:
    """The parts of a device that a document tells apart, beside our lines for them: making and delivery; then all of it."""
    place, made = background.positions([CLIMATE])[0], [n for n, each in enumerate(tag_keys("stage")) if each in SPANS["making"]]
    grouped: dict[str, list[Mapping]] = {}
    for row in read_csv(shipped("inventories") / "device_parts.csv", PARTS):
        grouped.setdefault(row.text("device"), []).append(row)
    lines = []
    for device, rows in grouped.items():
        components = found.devices[device].components
        ours = [sum(float(components[line].scores[made, place].sum()) for line in row.text("lines").split()) for row in rows]
        published = [float(row.text("low") or 0) for row in rows]
        lines += [_part(device, row.text("part"), mine, theirs, row) for row, mine, theirs in zip(rows, ours, published, strict=True)]
        lines.append([*_part(device, "all", sum(ours), sum(published), rows[0])[:-1], ""])
    return lines


def _part(device: str, part: str, ours: float, published: float, row: Mapping) -> list[str]:
    stated = [f"{published:g}", row.text("unit"), f"x {ours / published:.2f}"] if published else ["", row.text("unit"), ""]
    return [f"`{device}`", part, f"{ours:.4g}", *stated, row.text("source"), row.text("note")]


def others(found: Catalogue, background: Background) -> list[list[str]]:
    """What other tools hold for a whole device, beside ours: no evidence either way."""
    lines = []
    for row in read_csv(Path(__file__).with_name("other_tools.csv"), ("tool", "device", "indicator", "value", "unit")):
        name, place = row.text("device"), background.positions([row.text("indicator")])[0]
        ours, theirs = float(found.devices[name].scores[:, place].sum()), float(row.text("value"))
        lines.append([row.text("tool"), f"`{name}`", row.text("indicator"), f"{theirs:g}", f"{ours:.3g}", row.text("unit"), f"x {ours / theirs:.2f}"])
    return lines
