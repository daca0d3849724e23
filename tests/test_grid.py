"""The value choices crossed: studies made so that known options turn the order, each world against a run of its own."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

import lca
from lca import grid
from lca.background import Background
from lca.calculation import compute
from lca.errors import DataError, UnknownName
from lca.grid import Grid, robustness
from lca.results import Results
from lca.study import Study
from lca.terminal_decisions import show_grid

Small = Callable[..., Study]
WORLDS = 3 * 3  # labour, and the reservoirs of the background
BASE = "base: {label_en: Base, label_fr: Base}"


def needing(amount: str, **values: float) -> tuple[tuple[str, str], ...]:
    """By hand a parcel takes 2 kWh; the machine takes the same electricity by a formula of values that have an option in their name."""
    stated = "".join(f"  {name}: {{value: {value} kWh/parcel, source: assumption, basis: derived}}\n" for name, value in values.items())
    return (
        ("robot_in_use: fleet / yearly", f'electricity_lv_<country>: {{amount: "{amount}", stage: use}}'),
        ("  care:", f"{stated}  share_cutoff: {{value: 1, source: assumption, basis: derived}}\n"
                    f"  share_circular_footprint: {{value: 0.6, source: assumption, basis: derived}}\n  care:"),
    )  # fmt: skip


HOURS = {"hours_work_related": 3.0, "hours_marginal": 1.5, "hours_whole_life": 4.0}


def crossed(study: Study, background: Background, scenario: str = "", **fixed: str) -> Grid:
    return robustness(compute(study, background), scenario, fixed)


def test_one_choice_turns_the_order(small: Small, background: Background) -> None:
    """3 and 4 kWh are above 2, marginal labour takes 1.5: the hand is lower in six of nine worlds."""
    found = crossed(small(*needing("hours_<labour>", **HOURS)), background)
    assert list(found.choices) == ["labour", "reservoirs"] and len(found.worlds) == WORLDS
    for order in found.orders:
        assert (order.first, order.second, order.equal) == (0, 1, False)
        assert (order.held, order.close, order.lost) == (6, 0, 0)
        assert order.flips == ({"labour": "marginal"},)
    assert [each.indicator for each in found.orders] == [0, 1]


def test_two_choices_turn_the_order_only_together(small: Small, background: Background) -> None:
    """Marginal labour takes 2.5, the circular footprint 0.6 of it: 1.5. Alone they stay above 2: 2.5 and 0.6 * 4."""
    hours = {"hours_work_related": 4.0, "hours_marginal": 2.5, "hours_whole_life": 5.0}
    found = crossed(small(*needing("hours_<labour> * share_<end_of_life>", **hours)), background)
    assert len(found.worlds) == 2 * WORLDS
    for order in found.orders:
        assert order.held == 15 and order.flips == ({"labour": "marginal", "end_of_life": "circular_footprint"},)


def test_within_the_margin_is_counted(small: Small, background: Background) -> None:
    """1.9 against 2 differs by 5 %: within the margin of 10 %."""
    hours = {"hours_work_related": 1.0, "hours_marginal": 1.9, "hours_whole_life": 2.0}
    found = crossed(small(*needing("hours_<labour>", **hours)), background)
    assert {(each.first, each.held, each.close) for each in found.orders} == {(1, 6, 3)}
    assert found.orders[0].flips == ({"labour": "whole_life"},)  # equal there, no longer lower


def test_equal_in_the_base(small: Small, background: Background) -> None:
    found = crossed(small(*needing("hours_<labour>", **{**HOURS, "hours_work_related": 2.0})), background)
    assert {(each.equal, each.held) for each in found.orders} == {(True, 3)}
    assert found.orders[0].flips == ({"labour": "marginal"}, {"labour": "whole_life"})


def test_every_world_is_what_a_run_under_its_choices_gives(small: Small, background: Background) -> None:
    study = small(
        *needing("hours_<labour>", **HOURS), (BASE, BASE + "\n  more: {from: base, label_en: M, label_fr: M, set: {hours_marginal: 2 * hours_<labour>}}")
    )
    found = crossed(study, background, "more")
    by_options = {tuple(each.options.values()): each for each in found.worlds}
    for options in (("work_related", "allocated"), ("marginal", "gross"), ("whole_life", "net")):
        alone = lca.run(study.path, ["more"], choices=dict(zip(found.choices, options, strict=True)))
        world = by_options[options]
        assert world.totals == pytest.approx(alone.totals[:, 0], rel=1e-12) and world.quality == pytest.approx(alone.quality[:, 0])


def test_settings_of_the_command_hold_in_every_world(small: Small, background: Background) -> None:
    study = small(*needing("hours_<labour>", **HOURS))
    found = robustness(compute(study, background, settings={"hours_marginal": "5 kWh/parcel"}))
    assert {each.held for each in found.orders} == {WORLDS}


def test_a_choice_can_be_held(small: Small, background: Background) -> None:
    study = small(*needing("hours_<labour>", **HOURS))
    found = crossed(study, background, labour="marginal")
    assert list(found.choices) == ["reservoirs"] and len(found.worlds) == 3 and found.fixed == {"labour": "marginal"}
    assert {(each.first, each.held) for each in found.orders} == {(1, 3)}
    with pytest.raises(UnknownName, match=r"there is no value choice 'labor'\. Did you mean 'labour'"):
        crossed(study, background, labor="marginal")
    with pytest.raises(UnknownName, match=r"'labour' cannot be 'margin'\. Did you mean 'marginal'"):
        crossed(study, background, labour="margin")


def test_too_many_worlds_name_the_choice_to_hold(small: Small, background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MOST", 8)
    with pytest.raises(DataError) as raised:
        crossed(small(*needing("hours_<labour>", **HOURS)), background)
    told = "the value choices make 9 worlds, allowed are 8: fix one of labour (3), reservoirs (3); with one option of 'labour', 3 worlds remain"
    assert str(raised.value) == told


def test_an_unknown_scenario(small: Small, background: Background) -> None:
    with pytest.raises(UnknownName, match="there is no scenario 'bse' among those that were run"):
        crossed(small(), background, "bse")


def test_what_is_not_comparable_has_no_order(small: Small, background: Background) -> None:
    assert crossed(small(("at_least: 80 %", "at_least: 88 %")), background, reservoirs="net").orders == ()
    assert crossed(small(("indicators:", "equalise_by: none\nindicators:")), background, reservoirs="net").orders == ()
    assert crossed(small(("indicators:", "equalise_by: side_by_side\nindicators:")), background, reservoirs="net").orders == ()


def test_a_world_in_which_a_demand_fails_has_no_result(small: Small, background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    demand = ("    parameters:\n      capacity:", "    requires:\n      - {formula: hours_<labour> <= most, message_en: too long, message_fr: trop long}\n"
              "    parameters:\n      most: {value: 3.5 kWh/parcel, source: assumption, basis: derived}\n      capacity:")  # fmt: skip
    found = crossed(small(*needing("hours_<labour>", **HOURS), demand), background)
    assert {(each.held, each.lost) for each in found.orders} == {(3, 3)}
    assert [np.isnan(each.totals).all() for each in found.worlds] == [bool(each.fault) for each in found.worlds]
    show_grid(found, "en")
    text = " ".join(capsys.readouterr().out.split())
    assert "3 not comparable" in text and "Worlds without a result: 3. The first:" in text and "too long" in text


def test_plain_words_for_json(small: Small, background: Background) -> None:
    found = crossed(small(*needing("hours_<labour>", **HOURS)), background)
    read = json.loads(json.dumps(found.as_dictionary(), allow_nan=False))
    assert read["choices"]["labour"] == ["work_related", "marginal", "whole_life"] and len(read["worlds"]) == WORLDS
    order = read["orders"][0]
    assert (order["lower"], order["higher"], order["holds_in"], order["worlds"]) == ("hand", "machine", 6, WORLDS)
    assert order["flips_if"] == [{"labour": "marginal"}]


@pytest.mark.parametrize(("lang", "expected"), [
    ("en", ("Robustness: 9 worlds", "A below B", "6 of 9 worlds", "labour = marginal: only the electricity of the desk")),
    ("fr", ("Robustesse : 9 mondes", "A au-dessous de B", "6 mondes sur 9", "labour = marginal : la seule électricité du poste")),
])  # fmt: skip
def test_the_view_fits_the_screen(small: Small, background: Background, capsys: pytest.CaptureFixture[str], lang: str, expected: tuple[str, ...]) -> None:
    show_grid(crossed(small(*needing("hours_<labour>", **HOURS)), background), lang)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 100
    text = " ".join(" ".join(lines).split())
    for each in expected:
        assert each in text


@pytest.mark.slow
def test_the_shipped_study(results: Results) -> None:
    """Every fifth world against a run under its choices."""
    found = robustness(results)
    assert len(found.worlds) == np.prod([len(each) for each in found.choices.values()]) and found.orders
    for world in found.worlds[::5]:
        alone = lca.run("fraud_detection", [found.scenario], choices=world.options)
        assert world.totals == pytest.approx(alone.totals[:, 0], rel=1e-12)
