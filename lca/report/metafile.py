"""Figures as enhanced metafiles (EMF), for word processors that show no SVG: rectangles, circles, paths and text of a drawing that stands alone."""

import re
import struct
from collections.abc import Iterator
from xml.etree import ElementTree

FINE = 20  # metafile units per unit of a figure
DEVICE, MILLIMETRES = 40000, 529  # units of the reference device and its width: 96 figure units an inch
NOTHING = 0x80000005, 0x80000008  # brush and pen of the system that draw nothing
ANCHORS = {"middle": 6, "end": 2}
BRUSH, PEN, FONT = 1, 2, 3
Place = tuple[float, float, float]  # shift across, shift down, scale
COMMANDS = re.compile(r"([MmLlHhVvCcZz])|(-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?)")
LENGTHS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "z": 0}


def metafile(svg: str) -> bytes:
    """A drawing (of lca/report/vector.py) as EMF."""
    root = ElementTree.fromstring(svg)
    x, y, width, height = map(float, root.get("viewBox", "").split())
    family = root.get("font-family", "Arial")
    body = [_record(18, struct.pack("<i", 1)), *_drawn(root, (-x * FINE, -y * FINE, FINE), {"font-family": family}), _record(14, struct.pack("<3I", 0, 0, 20))]
    wide, high = round(width * FINE), round(height * FINE)
    frame = (round(each * MILLIMETRES * 100 / DEVICE) for each in (wide, high))
    size = 88 + sum(map(len, body))
    head = struct.pack("<4i4i", 0, 0, wide, high, 0, 0, *frame) + struct.pack("<4I2H3I", 0x464D4520, 0x10000, size, len(body) + 1, 4, 0, 0, 0, 0)
    return _record(1, head + struct.pack("<4i", DEVICE, DEVICE, MILLIMETRES, MILLIMETRES)) + b"".join(body)


def _record(kind: int, content: bytes = b"") -> bytes:
    content += b"\0" * (-len(content) % 4)
    return struct.pack("<2I", kind, len(content) + 8) + content


def _drawn(parent: ElementTree.Element, place: Place, style: dict[str, str]) -> Iterator[bytes]:
    for each in parent:
        tag, own = each.tag.rpartition("}")[2], style | dict(each.attrib)
        if tag == "g":
            move = [*map(float, re.findall(r"-?[\d.]+", each.get("transform", "0 0"))), 1.0]  # not scaled if nothing says so
            yield from _drawn(each, (place[0] + move[0] * place[2], place[1] + move[1] * place[2], place[2] * move[2]), own)
        elif tag == "text":
            yield from _text("".join(each.itertext()), place, own)
        elif tag in ("rect", "path", "circle"):
            yield from _shape(tag, place, own)


def _shape(tag: str, place: Place, style: dict[str, str]) -> Iterator[bytes]:
    fill, stroke = style.get("fill", "#000000"), style.get("stroke", "none")
    x, y, width, height, cx, cy, r = (float(style.get(each, "0")) for each in ("x", "y", "width", "height", "cx", "cy", "r"))
    k = 0.5523 * r  # four curves make a circle
    circle = f"M{cx - r} {cy}c0 {-k} {r - k} {-r} {r} {-r}c{k} 0 {r} {r - k} {r} {r}c0 {k} {k - r} {r} {-r} {r}c{-k} 0 {-r} {k - r} {-r} {-r}z"
    path = {"rect": f"M{x} {y}h{width}v{height}h{-width}z", "circle": circle}.get(tag) or style.get("d", "")
    pen = struct.pack("<I4I6I", PEN, 0, 0, 0, 0, 0x10000 | (1 if style.get("stroke-dasharray") else 0),
                      max(1, round(float(style.get("stroke-width", "1")) * place[2])), 0, _colour(stroke), 0, 0)  # fmt: skip
    yield from (_record(39, struct.pack("<4I", BRUSH, 0, _colour(fill), 0)), _record(95, pen))
    yield from (
        _record(37, struct.pack("<I", NOTHING[0] if fill == "none" else BRUSH)),
        _record(37, struct.pack("<I", NOTHING[1] if stroke == "none" else PEN)),
    )
    yield from (_record(59), *_path(path, place), _record(60), _record(63, struct.pack("<4i", 0, 0, -1, -1)))
    yield from (_record(37, struct.pack("<I", each)) for each in NOTHING)
    yield from (_record(40, struct.pack("<I", each)) for each in (BRUSH, PEN))


def _path(text: str, place: Place) -> Iterator[bytes]:
    """Moves, lines and curves; after the first pair of a move come lines."""
    tokens, x, y, start, command = COMMANDS.findall(text), 0.0, 0.0, (0.0, 0.0), ""
    while tokens:
        if tokens[0][0]:
            command = tokens.pop(0)[0]
        kind, own = command.lower(), command.islower()
        given = [float(tokens.pop(0)[1]) for _ in range(LENGTHS[kind])]
        if kind == "z":
            x, y = start
            yield _record(61)
        elif kind in "hv":
            x, y = (given[0] + own * x, y) if kind == "h" else (x, given[0] + own * y)
        else:
            points = [(across + own * x, down + own * y) for across, down in zip(given[::2], given[1::2], strict=True)]
            x, y = points[-1]
        if kind == "m":
            start, command = (x, y), "l" if own else "L"
        if kind == "c":
            yield _record(5, struct.pack("<4iI6i", 0, 0, -1, -1, 3, *(each for point in points for each in _at(*point, place))))
        elif kind != "z":
            yield _record(27 if kind == "m" else 54, struct.pack("<2i", *_at(x, y, place)))


def _text(text: str, place: Place, style: dict[str, str]) -> Iterator[bytes]:
    """One line on its baseline; a halo is an opaque ground."""
    halo = style.get("stroke", "none") != "none"
    height, bold = round(float(style.get("font-size", "12")) * place[2]), style.get("font-weight", "") in ("bold", "700", "600")
    face = style["font-family"].encode("utf-16-le")[:62].ljust(64, b"\0")
    yield _record(82, struct.pack("<I5i8B", FONT, -height, 0, 0, 0, 700 if bold else 400, 0, 0, 0, 1, 0, 0, 0, 0) + face + bytes(228))
    yield from (
        _record(37, struct.pack("<I", FONT)),
        _record(18, struct.pack("<I", 2 if halo else 1)),
        _record(25, struct.pack("<I", _colour(style.get("stroke", "")))),
    )
    yield from (
        _record(24, struct.pack("<I", _colour(style.get("fill", "#000000")))),
        _record(22, struct.pack("<I", 24 | ANCHORS.get(style.get("text-anchor", ""), 0))),
    )
    letters = text.encode("utf-16-le")
    at = _at(float(style.get("x", "0")), float(style.get("y", "0")), place)
    yield _record(84, struct.pack("<4iI2f2i3I4iI", 0, 0, -1, -1, 2, 1.0, 1.0, *at, len(letters) // 2, 76, 0, 0, 0, -1, -1, 0) + letters)
    yield from (_record(37, struct.pack("<I", 0x8000000D)), _record(40, struct.pack("<I", FONT)))


def _at(x: float, y: float, place: Place) -> tuple[int, int]:
    return round(place[0] + x * place[2]), round(place[1] + y * place[2])


def _colour(text: str) -> int:
    found = text.removeprefix("#") if text.startswith("#") else "000000"
    red, green, blue = bytes.fromhex("".join(each * 2 for each in found) if len(found) == 3 else found)
    return red | green << 8 | blue << 16
