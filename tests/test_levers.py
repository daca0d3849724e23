"""Levers: the shipped library, and what levers are worth on studies whose sums can be made by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lca.background import Background
from lca.calculation import compute
from lca.documents import read_yaml
from lca.errors import DataError, Faults, LCAError, UnitError, UnknownName
from lca.folders import shipped
from lca.levers import Library, read_library
from lca.levers_effects import SHIFT, Tried, try_levers
from lca.results import Results
from lca.sources import read_sources
from lca.study import Study, read_study
from lca.terminal_levers import show_levers

HEAD = "label_en: LABEL, label_fr: ÉTIQUETTE, phase: hardware, actor: provider, source: assumption"
Try = Callable[..., Tried]
HAND, MACHINE, CLIMATE = 0, 1, 0


def spell(head: str, levers: dict[str, str]) -> str:
    return "".join(f"{key}: {{{head}, {text}}}\n" for key, text in levers.items())


LONGER = "set: {robot_in_use.lifetime: {times: 2, low: 1.5, high: 4}}"
WEAKER = "set: {robot_in_use.power: {times: 0.5, low: 0.5, high: 0.8}}"


@pytest.fixture
def attempt(small: Callable[..., Study], background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Try:
    """Levers of a user, tried by name on the small study."""
    monkeypatch.chdir(tmp_path)

    def read(*changes: tuple[str, str], names: list[str] | None = None, head: str = HEAD, **levers: str) -> Tried:
        Path("inventories").mkdir(exist_ok=True)
        Path("inventories/levers.yaml").write_text(spell(head, levers), encoding="utf-8")
        return try_levers(compute(small(*changes), background), list(levers) if names is None else names)

    return read


def stage(results: Results, name: str, indicator: int = CLIMATE) -> float:
    names, sums = results.group("stage")
    return float(sums[MACHINE, 0, names.index(name), indicator])


def test_a_lifetime_doubled_halves_its_manufacture(attempt: Try) -> None:
    tried = attempt(longer=LONGER)
    steel = stage(tried.results, "manufacturing") / float(tried.results.totals[MACHINE, 0, CLIMATE])
    assert 0 < steel < 1
    assert tried.changes[0, :, MACHINE, CLIMATE] == pytest.approx([-steel / 2, -steel / 3, -steel * 3 / 4], rel=1e-9)
    assert not tried.changes[0, :, HAND].any()


def test_ways_to_change(attempt: Try) -> None:
    """50 W: plus 10 is 1.2 times, 25 is a half; the country is a choice without a range."""
    tried = attempt(
        added="set: {robot_in_use.power: {plus: 10 W/robot, low: 0, high: 50}}",
        given="set: {robot_in_use.power: {value: 25 W/robot, low: 0, high: 100}}",
        half="set: {robot_in_use.power: {times: 0.5, low: 0, high: 2}}",
        moved="set: {country: {value: DEU}}",
    )
    added, given, half, moved = tried.changes[:, :, MACHINE, CLIMATE]
    assert added[0] == pytest.approx(-0.4 * half[0]) and added[1] == 0 and added[2] == pytest.approx(half[2])
    assert given == pytest.approx(half)
    assert moved[0] == moved[1] == moved[2] > 0 and tried.changes[3, 0, HAND, CLIMATE] > moved[0]


def test_joint_run_beside_the_sum(attempt: Try) -> None:
    """Two halvings of one power leave a quarter: the sum of the single effects leaves nothing of it."""
    tried = attempt(one=WEAKER, two=WEAKER)
    power = -2 * float(tried.changes[0, 0, MACHINE, CLIMATE])
    assert 0 < power < 1 and tried.joined == ("one", "two")
    assert tried.joint[:, MACHINE, CLIMATE] == pytest.approx([-0.75 * power, -(1 - 0.8**2) * power, -0.75 * power], rel=1e-9)
    assert tried.added[MACHINE, CLIMATE] == pytest.approx(-power, rel=1e-9)


def test_listed_order_decides(attempt: Try) -> None:
    """Set, then halved, is a half; halved, then set, is what was set."""
    half, given = "set: {robot_in_use.power: {times: 0.5, low: 0.5, high: 0.5}}", "set: {robot_in_use.power: {value: 40 W/robot, low: 40, high: 40}}"
    first, then = attempt(given=given, half=half), attempt(half=half, given=given)
    single = float(first.changes[1, 0, MACHINE, CLIMATE])  # 50 to 25 W
    assert first.joint[0, MACHINE, CLIMATE] == pytest.approx(single * 30 / 25) and then.joint[0, MACHINE, CLIMATE] == pytest.approx(single * 10 / 25)


def test_what_saves_nothing_or_is_excluded_stays_out_of_the_joint_run(attempt: Try) -> None:
    tried = attempt(one=WEAKER, two=f"{WEAKER}, not_with: [one]", worse="set: {robot_in_use.power: {times: 2, low: 2, high: 2}}")
    assert tried.joined == ("one",) and tried.joint[0] == pytest.approx(tried.changes[0, 0])
    assert [tried.levers[each].key for each in tried.ranked(CLIMATE)] == ["one", "two", "worse"]


def test_on_top_of_what_the_scenario_sets(attempt: Try) -> None:
    """The scenario's own 10 years, doubled: half of what it makes now."""
    tried = attempt(("label_fr: Base}", "label_fr: Base, set: {robot_in_use.lifetime: 10 year}}"), longer=LONGER)
    steel = stage(tried.results, "manufacturing") / float(tried.results.totals[MACHINE, 0, CLIMATE])
    assert tried.changes[0, 0, MACHINE, CLIMATE] == pytest.approx(-steel / 2, rel=1e-9)


def test_instances_are_moved_too_each_once(attempt: Try) -> None:
    """One like the robot that follows it, and one with a lifetime of its own: both are doubled, once."""
    more = """  robot_that_follows: {like: robot_in_use}
  robot_with_its_own: {like: robot_in_use, with: {lifetime: 3 year}}
  robot_in_use:
"""
    calls = "robot_in_use: fleet / yearly\n      robot_that_follows: fleet / yearly\n      robot_with_its_own: fleet / yearly"
    tried = attempt(("  robot_in_use:\n", more), ("robot_in_use: fleet / yearly", calls), longer=LONGER)
    steel = stage(tried.results, "manufacturing") / float(tried.results.totals[MACHINE, 0, CLIMATE])
    assert tried.changes[0, :, MACHINE, CLIMATE] == pytest.approx([-steel / 2, -steel / 3, -steel * 3 / 4], rel=1e-9)


def test_no_farther_than_the_limit(attempt: Try) -> None:
    """The lifetime of 5 years may be 100 at most."""
    tried = attempt(forever="set: {robot_in_use.lifetime: {times: 50, low: 20, high: 60}}")
    assert tried.changes[0, 0, MACHINE] == pytest.approx(tried.changes[0, 1, MACHINE]) and tried.stopped == {"forever": ("robot_in_use.lifetime",)}


def test_a_condition(attempt: Try) -> None:
    tried = attempt(names=[], yes="set: {robot_in_use.power: {times: 0.5, low: 0.5, high: 0.5, when: 2 * steel_mass > steel_mass}}",
                    no="set: {robot_in_use.power: {times: 0.5, low: 0.5, high: 0.5, when: steel_mass > 2 * steel_mass}}")  # fmt: skip
    assert [each.key for each in tried.levers] == ["yes"] and tried.left["no"] == "no_condition"
    assert tried.left["servers_kept_longer"] == "no_parameter" and tried.left["offsets"] == "not_modelled"


def test_quality_that_a_lever_costs(attempt: Try) -> None:
    """85 % less a tenth is 76.5 %, below the 80 % asked for; by hand nothing changes."""
    tried = attempt(cheap=f"{WEAKER}, quality_lost: {{value: 10 %, low: 0, high: 20}}")
    assert tried.quality[0] == pytest.approx([0.9, 0.765])


def test_burdens_that_shift(attempt: Try) -> None:
    """In the United States climate change is higher and depletion lower than in France; in Germany both are higher."""
    tried = attempt(america="set: {country: {value: USA}}", germany="set: {country: {value: DEU}}")
    climate, depletion = tried.changes[0, 0, MACHINE]
    assert climate > SHIFT and depletion < -SHIFT
    assert tried.shifts(0) == {HAND: ([0], [1]), MACHINE: ([0], [1])} and tried.shifts(1) == {}


def test_sign_change_and_the_rest_are_shown(attempt: Try, capsys: pytest.CaptureFixture[str]) -> None:
    told = "sign_change_en: LOSES AT BATCH ONE, sign_change_fr: PERD AVEC UN LOT DE UN, condition_en: IF, condition_fr: SI"
    tried = attempt(cheap=f"{WEAKER}, {told}, quality_lost: {{value: 10 %, low: 0, high: 20}}", worse="set: {country: {value: DEU}}")
    show_levers(tried, ["climate_change"], "en")
    english = capsys.readouterr().out
    assert "sign change: LOSES AT BATCH ONE" in english and "if: IF" in english and "quality lost as the lever states: 10 %" in english
    assert "below the least quality: By machine" in english and "Effects do not add up" in english and "exclude one above): LABEL" in english
    show_levers(tried, [], "fr")
    french = capsys.readouterr().out
    assert "changement de signe : PERD AVEC UN LOT DE UN" in french and "ÉTIQUETTE" in french and "Matériel" in french
    with pytest.raises(UnknownName, match="Did you mean 'climate_change'"):
        show_levers(tried, ["climate_chance"], "en")


@pytest.mark.parametrize(
    ("text", "error", "expected"),
    [
        ("set: {robot_in_use.lifetim: {times: 2, low: 1, high: 3}}", UnknownName, "does not use. Did you mean 'robot_in_use.lifetime'?"),
        ("set: {robot_in_use.power: {times: 2, low: 3, high: 1}}", DataError, "has a low of 3 above its high of 1"),
        ("set: {robot_in_use.power: {times: 2, low: 3, high: 4}}", DataError, "2 is outside 3 to 4"),
        ("set: {robot_in_use.power: {times: 2}}", DataError, "has no low and no high: every number of a lever has a range"),
        ("set: {robot_in_use.power: {times: 2, low: 1 W, high: 3}}", DataError, "'1 W' is not a plain number"),
        ("set: {robot_in_use.power: {times: 2, plus: 1, low: 1, high: 3}}", DataError, "must hold one of times, plus, value"),
        ("set: {robot_in_use.power: {plus: 2 kg, low: 1, high: 3}}", UnitError, "cannot change 'robot_in_use.power': '2 kg' is kg"),
        ("set: {robot_in_use.power: {value: much}}", DataError, "'much' is a choice, and it is a number"),
        ("set: {country: {times: 2, low: 1, high: 3}}", DataError, "it is a choice, not a number"),
        ("set: {country: {value: FRA, low: 1, high: 3}}", DataError, "a choice stands under 'value' and has no low and high"),
        ("set: {country: {value: XYZ}}", DataError, "does not apply to 'small'"),
        ("set: {care: {times: 1, low: 1, high: 1}}, not_with: [cheep]", UnknownName, "'not_with' names the unknown lever 'cheep'"),
        ("set: {}", DataError, "must either set parameters (under 'set') or say why it sets none"),
        ("not_modelled_en: no, not_modelled_fr: non", DataError, "lever 'cheap' sets no parameter: no"),
        ("set: {care: {times: 1, low: 1, high: 1}}, quality_lost: {value: 200 %, low: 0, high: 300}", DataError, "loses 200 % of the quality"),
        ("sett: {}", LCAError, "lever 'cheap' has no key 'sett'. Did you mean 'set'?"),
    ],
)
def test_bad_levers(attempt: Try, text: str, error: type[LCAError], expected: str) -> None:
    with pytest.raises(error, match=re.escape(expected)):
        attempt(cheap=text)


def test_bad_names(attempt: Try) -> None:
    with pytest.raises(UnknownName, match=r"there is no lever 'servers_kept_long'\. Did you mean 'servers_kept_longer'\?"):
        attempt(cheap=WEAKER, names=["servers_kept_long"])


def test_an_unknown_phase(attempt: Try) -> None:
    with pytest.raises(UnknownName, match=r"unknown phase 'hardwear'\. Did you mean 'hardware'\?"):
        attempt(head=HEAD.replace("phase: hardware", "phase: hardwear"), cheap=WEAKER)


def test_the_users_lever_wins(attempt: Try) -> None:
    tried = attempt(servers_kept_longer=LONGER)
    assert [each.key for each in tried.levers] == ["servers_kept_longer"] and tried.levers[0].text("label", "en") == "LABEL"


def test_the_example_of_the_page(background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lamps burn at 0.67 of the power: that much less electricity of the ceiling lamps, none of the desk lamps' body."""
    monkeypatch.chdir(tmp_path)
    page = (shipped("inventories").parent / "docs" / "formats.md").read_text(encoding="utf-8")
    for path, text in re.findall(r"```yaml\n# (\S+)\n(.*?)```", page, re.DOTALL):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
    results = compute(read_study("reading_room", background.products, background.flows, background.indicators), background)
    tried = try_levers(results, ["fewer_lamps_lit"])
    names, sums = results.group("stage")
    use = float(sums[0, 0, names.index("use"), CLIMATE] / results.totals[0, 0, CLIMATE])
    assert tried.changes[0, :, 0, CLIMATE] == pytest.approx([-0.33 * use, -0.5 * use, -0.1 * use], rel=1e-9)


# ---- what is shipped ----


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


def inventory_parameters() -> tuple[set[str], set[str]]:
    """`process.parameter` of all shipped inventories (instances in tables left out), and the names that they expect."""
    dotted, expected = set[str](), set[str]()
    for path in sorted((shipped("inventories") / "foreground").glob("*.yaml")):
        document = read_yaml(path)
        expected |= set(document.get("expects", {}))
        for key, process in document.get("processes", {}).items():
            dotted |= {f"{key}.{each}" for each in process.get("parameters", {})}
    return dotted, expected


def test_parameters_of_shipped_levers_exist(library: Library) -> None:
    dotted, expected = inventory_parameters()
    missing = [(lever.key, change.name) for lever in library.levers.values() for change in lever.changes if change.name not in dotted | expected]
    assert missing == []
    assert sum(bool(each.changes) for each in library.levers.values()) >= 40


def test_shipped_texts_and_sources(library: Library) -> None:
    """Both languages of all that is said, a known source, and a reason with every judgement."""
    sources = read_sources(Faults())
    for lever in library.levers.values():
        for key in ("label", "condition", "sign_change", "side_effects", "not_modelled"):
            english, french = lever.text(key, "en"), lever.text(key, "fr")
            assert bool(english) == bool(french) and (english != french or not english), (lever.key, key)
        assert lever.text("label", "en") and (lever.text("condition", "en") or not lever.changes), lever.key
        assert lever.source in sources or (lever.source == "assumption" and lever.texts.get("note")), lever.key
    for advice in library.advice.values():
        assert advice.text("en") != advice.text("fr") and advice.source in sources, advice.key
        assert (advice.kind == "checklist") == bool(advice.moment), advice.key
    counts = [sum(each.kind == kind for each in library.advice.values()) for kind in ("rule", "more_rules", "strategy", "scopes")]
    assert counts == [10, 5, 4, 12]
    served = {each for advice in library.advice.values() for each in advice.levers}
    assert len(served) > 60


def test_levers_of_the_shipped_study(results: Results) -> None:
    """Longer life lowers depletion where machines are owned; a burden is said to shift where water pays for electricity."""
    tried = try_levers(results)
    assert len(tried.levers) >= 12
    keys, indicators = [each.key for each in tried.levers], [each.key for each in results.indicators]
    owned, depletion = list(results.study.alternatives).index("boosting_owned"), indicators.index("adp_elements")
    assert tried.changes[keys.index("servers_kept_longer"), 0, owned, depletion] < -0.01
    for indicator in results.headline:
        best = [float(tried.changes[each, 0, :, indicator].min()) for each in tried.ranked(indicator)]
        saving = [each for each in best if each < 0]
        assert len(saving) >= 12 and best[: len(saving)] == sorted(saving)
    assert {*tried.left, *keys} == set(read_library().levers)
    assert (tried.joint[2][:, results.headline] <= tried.joint[1][:, results.headline] + 1e-9).all()


CHAT = """
title_en: A help desk
title_fr: Une assistance
goal_en: To test levers.
goal_fr: Pour tester les leviers.
use: [foreground/ml_data.yaml, foreground/ml_development.yaml, foreground/ml_inference.yaml, foreground/no_ml.yaml, foreground/labour.yaml]
functional_unit:
  text_en: one request
  text_fr: une requête
  amount: 1 request
  quality: {measure_en: share answered, measure_fr: part répondue, at_least: 50 %}
alternatives:
  api: {label_en: API, label_fr: Interface, process: by_api, quality: 0.9}
  metered: {label_en: Own model, label_fr: Modèle propre, process: by_metered, quality: 0.9}
  rules: {label_en: Rules and people, label_fr: Règles et personnes, process: by_rules, quality: 0.9}
second_order: {none: {label_en: none, label_fr: aucun, amount: not quantified}}
parameters:
  country: {value: FRA, choices: [FRA]}
  service_life: {value: 4 year, low: 3, high: 5, source: assumption}
  yearly_requests: {value: 1e6 request/year, low: 1e5, high: 1e7, source: assumption}
  inference_api.batch: BATCH
processes:
  by_api: {unit: request, actor: provider, stage: use, needs: {inference_api: 1, keep: {input: data_kept, amount: 1 / yearly_requests}}}
  by_metered: {unit: request, actor: provider, stage: use, needs: {inference_metered: 1, work: {input: development, amount: 1 / yearly_requests}}}
  by_rules: {unit: request, actor: provider, stage: use, needs: {rules_engine: 1 decision/request, task_by_people: 0.1 task/request}}
scenarios:
  base: {label_en: Base, label_fr: Base}
indicators: [climate_change, water_consumption, adp_elements]
"""


@pytest.fixture
def chat(background: Background, tmp_path: Path) -> Callable[[str], Results]:
    def read(batch: str) -> Results:
        path = tmp_path / "chat.yaml"
        path.write_text(CHAT.replace("BATCH", f"{{value: {batch}, choices: [single, usual, large]}}"), encoding="utf-8")
        return compute(read_study(path, background.products, background.flows, background.indicators), background)

    return read


@pytest.mark.slow
def test_int8_costs_at_batch_one_only(chat: Callable[[str], Results]) -> None:
    """17 to 33 % more energy of the accelerator and nothing less; in large batches the lever does not act on the API."""
    alone = try_levers(chat("single"), ["int8_weights"])
    api = alone.changes[0, :, 0, 0]
    assert 0 < api[1] < api[0] < api[2] <= 0.327 and api[1] / api[2] == pytest.approx(0.174 / 0.327, rel=1e-6) and not alone.joined
    together = try_levers(chat("large"), ["int8_weights"])
    assert not together.changes[0, :, 0].any() and together.changes[0, 0, 1, 0] > 0


def test_levers_of_a_service_built_from_the_inventories(chat: Callable[[str], Results]) -> None:
    tried = try_levers(chat("usual"))
    keys = [each.key for each in tried.levers]
    assert len(keys) >= 30 and {"just_enough_model", "answer_cache", "larger_batches", "keep_data_shorter", "leaner_search"} <= set(keys)
    cache = tried.changes[keys.index("answer_cache"), :, 0, 0]
    assert cache / cache[0] == pytest.approx([1, 20 / 32, 45 / 32], rel=1e-6) and -0.32 < cache[0] < -0.2
    assert "patient_answers" not in tried.joined and "larger_batches" in tried.joined
    assert not np.isnan(tried.joint).any()
