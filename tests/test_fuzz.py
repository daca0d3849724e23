"""Whatever stands in a study, the outcome is a result or one clear error: never another exception."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from lca.background import Background
from lca.calculation import compute
from lca.documents import Mapping, read_yaml
from lca.errors import LCAError
from lca.folders import shipped
from lca.study import read_study

pytestmark = pytest.mark.slow

SEED, MUTATIONS = 20_240_611, 304
WRONG: tuple[Any, ...] = (
    "nonsense",
    "",
    "1e300",
    "-1",
    "0",
    "5 kWh",
    "[red]",
    "<b>",
    "FRA",
    "country",
    ["a"],
    [],
    [["a"]],
    {"a": "b"},
    {},
    {"formula": "1 / 0"},
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value of a document."""
    if path:
        yield path
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from places(value, (*path, key))


def changed(tree: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with one value replaced, or left out (None)."""
    if not path:
        return new
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    if len(path) == 1 and new is None:
        del copy[path[0]]
    else:
        copy[path[0]] = changed(tree[path[0]], path[1:], new)
    return copy


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that do not change are parsed once, to be quick."""
    known: dict[Path, Mapping] = {}

    def read(path: Path) -> Mapping:
        if path.stem == "mutant":
            return read_yaml(path)
        known[path] = known.get(path) or read_yaml(path)
        return known[path]

    for room in ("study", "sources", "methods"):
        monkeypatch.setattr(f"lca.{room}.read_yaml", read)


def outcome(path: Path, background: Background) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            study = read_study(path, background.products, background.flows, background.indicators)
            results = compute(study, background)
        except LCAError as error:
            assert str(error).strip()
            return "error"
        missing = np.argwhere(~np.isfinite(results.totals))
        assert not len(missing) or any("has no result" in each.en for each in results.warnings)
        assert all(results.scale(number)[0] for number in range(len(results.indicators)))
        return "result"


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("part", [0, 1, *(pytest.param(each, marks=pytest.mark.slow) for each in (2, 3))])
def test_a_study_with_one_wrong_value_runs_or_says_why(part: int, tmp_path: Path, background: Background) -> None:
    document: Any = yaml.load((shipped("scenarios") / "fraud_detection.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    chance = random.Random(SEED + part)
    every = sorted(places(document), key=str)
    texts = [path for path in every if str(path[-1]).endswith(("_en", "_fr", "note"))]
    every = [path for path in every if path not in texts] + texts[::8]  # most texts are alike
    found: Counter[str] = Counter()
    for path in chance.sample(every, MUTATIONS // 4):
        new = chance.choice((None, *WRONG))
        file = tmp_path / "mutant.yaml"
        file.write_text(
            yaml.dump(changed(document, path, new), Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
        try:
            found[outcome(file, background)] += 1
        except Exception as error:
            raise AssertionError(f"{'.'.join(map(str, path))} = {new!r}: {type(error).__name__}: {error}") from error
    assert found["error"] > 3 and found["result"] > 3, found
