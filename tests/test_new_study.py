"""A study begun by `lca new`: short, sound at once, equal to its original until it is edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_command_line import lca, refuse

import lca as library
from lca.background import Background
from lca.calculation import open_study
from lca.documents import read_yaml
from lca.errors import LCAError
from lca.influence import influence
from lca.new_study import begin_study, draft
from lca.results import Results
from lca.study import Study


def begin(folder: Path, *arguments: str) -> list[str]:
    done = lca("new", *arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_new_study_through_the_command_line(background: Background, results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert begin(tmp_path, "my_shop", "--like", "fraud_detection", "--lang", "fr") == ["écrit : my_shop.yaml", "écrit : study.schema.json"]
    lines = (tmp_path / "my_shop.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 40 and lines[0] == "# yaml-language-server: $schema=study.schema.json" and "like: fraud_detection" in lines
    assert 'goal_fr: "À COMPLÉTER : pourquoi l\'étude est menée, pour qui, et si elle sera divulguée au public"' in lines
    assert any(line.startswith('goal_en: "TO BE COMPLETED') for line in lines)
    monkeypatch.chdir(tmp_path)
    own = library.run("my_shop")
    assert own.totals == pytest.approx(results.totals, rel=1e-12) and own.quality == pytest.approx(results.quality, rel=1e-12)
    assert own.study.texts["title_fr"] == "My shop (À COMPLÉTER)"
    assert own.study.model.variables["review_time"].parameter.about["label_en"] == "time of a person to review one payment"


@pytest.mark.slow
def test_the_dozen_values_that_move_most_with_all_their_facts(
    background: Background, results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begin_study("mine", "fraud_detection", "en")
    document = read_yaml(tmp_path / "mine.yaml")
    names = [name for name, _ in influence(results)[:12]]
    assert list(document["parameters"]) == ["country", "training_country", *names]
    own = library.run("mine").study.model.variables
    for name in names:
        was, now = results.study.model.variables[name].parameter, own[name].parameter
        assert (now.value, now.source, now.basis, now.distribution, now.together) == (was.value, was.source, was.basis, was.distribution, was.together)
        assert (now.low, now.high) == (pytest.approx(was.low, rel=1e-12), pytest.approx(was.high, rel=1e-12))
        assert now.about["find_fr"] == was.about["find_fr"] and now.allowed == was.allowed


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_each_value_tells_how_to_find_it(results: Results, lang: str) -> None:
    lines = draft("mine", "fraud_detection", results, lang).splitlines()
    label = {"en": "share of the payments flagged by the rule", "fr": "part des paiements signalés par la règle"}[lang]
    place = next(number for number, line in enumerate(lines) if line.startswith("  flagged_share:"))
    assert lines[place - 1].startswith(f"  # {label} (") and results.study.scopes.study["flagged_share"].about[f"find_{lang}"] in lines[place - 1]
    assert all(len(line) < 320 for line in lines)


@pytest.mark.slow
def test_every_fact_of_a_value_is_written(background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Distribution, group, ranks, extremes, notes in place of a way to find: all come back the same."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "origin.yaml").write_text(
        "like: fraud_detection\nparameters:\n"
        '  review_time: {value: 6 person_minute/payment, low: 4, high: 15, distribution: lognormal, together: "a, b", correlated: {flagged_share: -0.5}, source: assumption}\n'
        '  flagged_share: {value: 16 %, low: 5, high: 27, range: extremes, source: assumption, note: "read: twice"}\n',
        encoding="utf-8",
    )
    begin_study("mine", "origin.yaml", "en")
    assert read_yaml(tmp_path / "mine.yaml")["like"] == "origin"
    was, now = (library.run(each, scenarios=["base"]).study.scopes.study for each in ("origin", "mine"))
    for name in ("review_time", "flagged_share"):
        facts = [(each.written, each.distribution, each.together, each.correlated, each.source, each.basis) for each in (was[name], now[name])]
        assert facts[0] == facts[1]
    assert now["review_time"].correlated == {"flagged_share": -0.5} and now["flagged_share"].distribution == "triangular"


@pytest.mark.slow
def test_in_the_folder_of_scenarios_like_a_study_elsewhere(background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "été.yaml").write_text("like: fraud_detection\ntitle_en: Summer\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    begin_study("mine.yaml", "theirs/été.yaml", "en")
    assert read_yaml(tmp_path / "scenarios" / "mine.yaml")["like"] == "../theirs/été.yaml"
    assert sorted(each.name for each in (tmp_path / "scenarios").iterdir()) == ["mine.yaml", "study.schema.json"]
    assert open_study("mine")[0].texts["title_en"] == "Mine (TO BE COMPLETED)"
    monkeypatch.chdir(tmp_path / "theirs")  # the way from one to the other does not hang on where the command runs
    assert open_study(tmp_path / "scenarios" / "mine.yaml")[0].key == "mine"


def test_nothing_is_overwritten(background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text("my work", encoding="utf-8")
    assert "mine.yaml: is there already, and nothing is overwritten: choose another name" in refuse("new", "mine", folder=tmp_path)
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "my work"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.schema.json").write_text("{}", encoding="utf-8")
    with pytest.raises(LCAError, match="is no schema of ours"):
        begin_study("other", "fraud_detection", "en")
    assert not (tmp_path / "other.yaml").exists()


@pytest.mark.parametrize(
    ("name", "like", "expected"),
    [
        ("../mine", "fraud_detection", "'../mine' cannot be the name of a study: letters without accents, digits, _ and -"),
        ("", "fraud_detection", "'' cannot be the name of a study"),
        ("fraud_detection", "fraud_detection", "'fraud_detection' is the name of the study that it would be like"),
        ("mine", "fraud_detecton", "there is no file 'fraud_detecton'"),
    ],
)
def test_refusals(background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, like: str, expected: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LCAError) as caught:
        begin_study(name, like, "en")
    assert expected in str(caught.value) and list(tmp_path.iterdir()) == []


def test_a_label_of_several_lines_stays_in_its_comment(small: Callable[..., Study], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label = 'label_en: "one\\nalternatives: {}", label_fr: "one\\n# two"'
    small(("choices: [FRA, DEU, USA]", f"choices: [FRA, DEU, USA], {label}"), ("care: {value: 85 %", f"care: {{{label}, value: 85 %"),
          ("power: {value", f"power: {{{label}, value"))  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for lang in ("en", "fr"):
        path = begin_study(f"child_{lang}", "small.yaml", lang)[0]
        assert library.run(path).totals.tolist() == library.run("small.yaml").totals.tolist()
