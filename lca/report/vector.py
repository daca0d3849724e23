"""Figures of the page as SVG that stands alone: with its style written on every shape and without pattern, as word processors need it."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from lca.folders import PACKAGE

SPACE = "http://www.w3.org/2000/svg"
DRAWN = ("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "font-size", "font-weight", "text-anchor", "paint-order", "width", "height")
Style = dict[str, str]


@dataclass(frozen=True)
class Drawing:
    text: str
    width: float
    height: float


class Drawings:
    """Makes the figures of a page stand alone; `html` holds the patterns that they share."""

    def __init__(self, html: str, family: str) -> None:
        self.family = family
        shared = re.findall(r"<pattern\b.*?</pattern>", html, re.S)
        self.patterns = {each.get("id", ""): each for each in map(ElementTree.fromstring, shared)}
        self.boxes = {f"#{each.get('id')}": each for each in map(ElementTree.fromstring, re.findall(r"<g id=.*?</g>", html, re.S))}

    def make(self, svg: str) -> Drawing:
        root = ElementTree.fromstring(svg)
        for use in list(root.iter("use")):
            use.extend(deepcopy(list(self.boxes[use.attrib.pop("href")])))
            use.tag, use.attrib = "g", {"transform": f"translate({use.get('x')} {use.get('y')})"}
        _style(root, root.get("class", ""))
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == "title":
                    parent.remove(child)
            for place, child in reversed(list(enumerate(parent))):
                self._simplify(parent, place, child)
        x, y, width, height = map(float, root.get("viewBox", f"0 0 {root.get('width')} {root.get('height')}").split())
        plain = {"xmlns": SPACE, "viewBox": f"{x:g} {y:g} {width:g} {height:g}", "width": f"{width:g}", "height": f"{height:g}", "font-family": self.family}
        root.attrib.clear()
        root.attrib.update(plain)
        return Drawing(ElementTree.tostring(root, encoding="unicode"), width, height)

    def _simplify(self, parent: ElementTree.Element, place: int, child: ElementTree.Element) -> None:
        """Patterns as single marks, a text with a halo as two texts."""
        pattern = self.patterns.get(child.get("fill", "")[5:-1])
        if pattern is not None:
            child.set("fill", pattern[0].get("fill", "none"))
            parent[place + 1 : place + 1] = list(_tiles(child, pattern))
        if child.attrib.pop("paint-order", ""):
            halo = deepcopy(child)
            child.attrib.pop("stroke", None)
            child.attrib.pop("stroke-width", None)
            halo.set("fill", halo.get("stroke", "none"))
            parent.insert(place, halo)


def _tiles(shape: ElementTree.Element, pattern: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The marks of a pattern, as often as whole tiles fit across the shape and fill its height."""
    marks, size = list(pattern)[1:], float(pattern.get("height", "1"))
    x, y, width, height = (float(shape.get(each, "0")) for each in ("x", "y", "width", "height"))
    rows = max(1, round(height / size))
    scale = height / rows / size
    for down in range(rows if marks else 0):
        for across in range(int(width / (size * scale))):
            group = ElementTree.Element("g", {"transform": f"translate({x + across * size * scale:.1f} {y + down * size * scale:.1f}) scale({scale:.3f})"})
            group.extend(marks)
            yield group


def _style(root: ElementTree.Element, name: str) -> None:
    for element in root.iter():
        kinds = element.get("class", "").split()
        found: Style = {}
        for (outer, tag, kind), declared in rules():
            if (not outer or outer == name) and (not tag or tag == element.tag) and (not kind or kind in kinds):
                found |= declared
        found |= _declared(element.attrib.pop("style", ""))
        element.attrib.update(found)
        element.attrib.pop("class", None)


@lru_cache(maxsize=1)
def rules() -> list[tuple[tuple[str, str, str], Style]]:
    """The rules of the page's style that draw: class of the figure, tag, class; weaker ones first."""
    found = []
    css = re.sub(r"@media.*", "", (PACKAGE / "report" / "page.css").read_text(encoding="utf-8"), flags=re.S)
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        for selector in selectors.split(","):
            parts = re.fullmatch(r"\s*(?:svg(?:\.([\w-]+))? )?([a-z]+)?(?:\.([\w-]+))?\s*", selector)
            declared = _declared(body)
            if parts and declared:
                found.append(((parts[1] or "", parts[2] or "", parts[3] or ""), declared))
    return sorted(found, key=lambda each: (bool(each[0][0]) + bool(each[0][2]), bool(each[0][1])))


def _declared(body: str) -> Style:
    pairs = ((name.strip(), value.strip().removesuffix("px")) for name, _, value in (each.partition(":") for each in body.split(";")))
    return {name: "bold" if value == "600" else value for name, value in pairs if name in DRAWN and not re.search("auto|%|var|rem", value)}
