"""Figures as metafiles: whole records, and every shape where the drawing has it."""

from __future__ import annotations

import struct

import pytest

from lca.report.metafile import FINE, metafile

SPACE = 'xmlns="http://www.w3.org/2000/svg" font-family="Arial"'


def records(content: bytes) -> list[tuple[int, bytes]]:
    """Kind and content of every record; the head counts them and all bytes."""
    found, place = list[tuple[int, bytes]](), 0
    while place < len(content):
        kind, size = struct.unpack_from("<2I", content, place)
        assert size >= 8 and size % 4 == 0
        found.append((kind, content[place + 8 : place + size]))
        place += size
    assert place == len(content) == struct.unpack_from("<I", content, 48)[0]
    assert len(found) == struct.unpack_from("<I", content, 52)[0]
    assert content[40:44] == b" EMF" and (found[0][0], found[-1][0]) == (1, 14)
    return found


def drawn(shape: str) -> list[tuple[int, bytes]]:
    return records(metafile(f'<svg {SPACE} viewBox="-1 0 100 50">{shape}</svg>'))


def points(found: list[tuple[int, bytes]], *kinds: int) -> list[tuple[float, float]]:
    at = (struct.unpack("<2i", content) for kind, content in found if kind in kinds)
    return [(x / FINE - 1, y / FINE) for x, y in at]


def test_a_rectangle_has_its_corners_and_colour() -> None:
    found = drawn('<rect x="2" y="3" width="10" height="4" fill="#0072B2"/>')
    assert points(found, 27, 54) == [(2, 3), (12, 3), (12, 7), (2, 7)]
    (brush,) = [content for kind, content in found if kind == 39]
    assert brush[8:12] == bytes([0x00, 0x72, 0xB2, 0])
    assert [struct.unpack("<I", content)[0] for kind, content in found if kind == 37][:2] == [1, 0x80000008]  # filled, without a line


@pytest.mark.parametrize("path", ["M2,3H12V7H2z", "M2 3h10v4h-10z", "M2 3l10 0 0 4 -10 0z", "M2,3 12,3 12,7 2,7"])
def test_ways_of_writing_a_path_are_one(path: str) -> None:
    assert points(drawn(f'<path d="{path}"/>'), 27, 54) == [(2, 3), (12, 3), (12, 7), (2, 7)]


def test_a_circle_is_four_curves_that_close() -> None:
    found = drawn('<circle cx="10" cy="20" r="5"/>')
    ends = [struct.unpack("<2i", content[36:44]) for kind, content in found if kind == 5]
    assert [(x / FINE - 1, y / FINE) for x, y in ends] == [(10, 15), (15, 20), (10, 25), (5, 20)]


def test_groups_move_and_scale_what_they_hold() -> None:
    assert points(drawn('<g transform="translate(10 20) scale(2)"><path d="M1 1l2 3"/></g>'), 27, 54) == [(12, 22), (16, 28)]


def test_text_keeps_its_letters_anchor_and_place() -> None:
    found = drawn('<text x="7" y="9" text-anchor="end" font-size="10"><tspan>é</tspan> ₂</text>')
    (text,) = [content for kind, content in found if kind == 84]
    assert struct.unpack_from("<2i", text, 28) == (8 * FINE, 9 * FINE)
    assert text[68 : 68 + 6].decode("utf-16-le") == "é ₂"
    assert [struct.unpack("<I", content)[0] for kind, content in found if kind == 22] == [24 | 2]
    (font,) = [content for kind, content in found if kind == 82]
    assert struct.unpack_from("<i", font, 4)[0] == -10 * FINE


def test_a_halo_is_a_ground_in_its_colour() -> None:
    found = drawn('<text x="1" y="1" stroke="#112233" fill="#112233">a</text>')
    assert [content for kind, content in found if kind == 25] == [bytes([0x11, 0x22, 0x33, 0])]
    assert [struct.unpack("<I", content)[0] for kind, content in found if kind == 18] == [1, 2]
