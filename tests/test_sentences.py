"""The texts of both languages: the same slots, French typography, and a page that shows each of them once."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from lca.report.sentences import spaced

FOLDER = Path(__file__).resolve().parents[1] / "docs"
SAME = {  # words that are alike in both languages, and what holds no words
    "bracketed", "sci_times", "spread_times", "range_exact", "source", "note", "licence", "w_sheet_contributions", "w_sheet_sources", "w_verdict", "w_comparable", "w_total", "list_tier", "distribution",
    "new_editor", "new_how", "q_unverified", "w_sheet_scopes", "next_error", "w_phase", "w_column_source", "w_condition", "w_question", "total", "date",
    "figure_title_plain", "compartment air; unspecified", "mix", "scope_head", "i_sources", "card_table", "card_licences", "card_version", "card_date",
    "card_licence", "card_of_kind", "cell",
}  # fmt: skip
CODE = re.compile(r"`[^`]*`|[\w.]+\(\"[^\"]*\"\)|\b(equalise_by|indicators|status|report): ?|https?://\S+|^yaml-language-server: \S+")  # not prose
SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sentences_page", FOLDER / "sentences.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


SENTENCES = module()
ROWS = SENTENCES.rows()
PROSE = [(key, texts) for _, key, texts in ROWS if key not in SENTENCES.PATTERNS]


def faults(text: str) -> list[str]:
    """What French typography forbids."""
    prose = CODE.sub("code", spaced(text, "fr"))
    found = [each[0] for each in re.finditer(rf".?(?<![{SPACES}])[:;?!»]|«(?![{SPACES}]).?", prose)]
    return found + [each for each in ('"', "“", "”", "  ", " :", " ;", " ?", " !", "« ", " »") if each in prose]


def test_the_page_is_current() -> None:
    for path, text in SENTENCES.renewed_sentences().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is not current: python docs/sentences.py (or make data)"


def test_the_page_shows_every_text_once_with_its_slots_filled() -> None:
    page = SENTENCES.PAGE.read_text(encoding="utf-8")
    assert "{" not in page
    shown = re.findall(r"\| `([^`]+)` \|$", page, re.MULTILINE)
    assert sorted(shown) == sorted(key for _, key, _ in ROWS)


def test_keys_are_unique_over_the_banks() -> None:
    keys = [key for _, key, _ in ROWS]
    assert len(keys) == len(set(keys))


def test_every_sample_is_used() -> None:
    slots = {(key, slot) for _, key, texts in ROWS for slot in SENTENCES.SLOT.findall(texts["en"])}
    used = {each for key, slot in slots for each in SENTENCES.SAMPLES if each == slot or (each.endswith(f".{slot}") and key.startswith(each[: -len(slot) - 1]))}
    assert not SENTENCES.SAMPLES.keys() - used


def test_a_slot_without_a_sample_is_an_error() -> None:
    with pytest.raises(KeyError, match="unheard_of"):
        SENTENCES.shown("key", "a {unheard_of} slot", "en")


def test_both_languages_have_the_same_slots() -> None:
    uneven = [key for key, texts in PROSE if set(SENTENCES.SLOT.findall(texts["en"])) != set(SENTENCES.SLOT.findall(texts["fr"]))]
    assert not uneven


def test_every_text_is_translated() -> None:
    assert {key for _, key, texts in ROWS if texts["en"] == texts["fr"]} == SAME
    assert not [key for key, texts in PROSE if not texts["en"].strip() or not texts["fr"].strip()]


def test_no_text_has_two_spaces_or_one_at_its_end() -> None:
    assert not [key for key, texts in PROSE for text in texts.values() if "  " in text or text != text.strip()]


def test_french_typography() -> None:
    assert {key: found for key, texts in PROSE if (found := faults(texts["fr"]))} == {}


@pytest.mark.parametrize("text", ["Fin: oui", "Fin ; non?", "«ici »", "« ici»", 'le "mot"', "le “mot”", "deux  mots", "vraiment!"])
def test_faults_of_typography_would_be_found(text: str) -> None:
    assert faults(text)


def test_prose_beside_code_is_still_read() -> None:
    assert not faults('Ou bien : `book("a"); book.write()` écrit « a » ; bw("b"), « status: ».')
    assert faults("`a; b` écrit: b")
