"""Messages: the place first, all faults at once, the nearest name."""

import pytest

from lca.errors import BackgroundError, DataError, Faults, LCAError, UnitError, UnknownName, nearest


def test_every_error_is_an_lca_error() -> None:
    for error in (DataError, UnitError, UnknownName, BackgroundError):
        assert issubclass(error, LCAError)


def test_nothing_collected_raises_nothing() -> None:
    Faults().check()


def test_all_faults_come_in_one_error() -> None:
    faults = Faults()
    faults.add("a.yaml:3", "lacks the key 'unit'")
    faults.add("", "no place to name")
    with faults.at():
        raise UnitError("a.yaml:9: there is no unit 'kw'")
    with pytest.raises(DataError) as caught:
        faults.check()
    assert str(caught.value) == "a.yaml:3: lacks the key 'unit'\nno place to name\na.yaml:9: there is no unit 'kw'"


def test_faults_of_one_kind_keep_their_class() -> None:
    faults = Faults()
    faults.add("a.yaml:3", "first", UnitError)
    faults.add("a.yaml:4", "second", UnitError)
    with pytest.raises(UnitError, match=r"^a.yaml:3: first\na.yaml:4: second$"):
        faults.check()


def test_the_same_fault_is_said_once() -> None:
    faults = Faults()
    for _ in range(3):
        faults.add("a.yaml:3", "first")
        with faults.at():
            raise DataError("a.yaml:3: first")
    with pytest.raises(DataError, match=r"^a.yaml:3: first$"):
        faults.check()


@pytest.mark.parametrize(
    ("name", "allowed", "expected"),
    [
        ("server_lifetme", ["server_lifetime", "power"], "Did you mean 'server_lifetime'?"),
        ("kwh", ["kWh", "hour"], "Did you mean 'kWh'?"),
        ("LIFETIME", ["lifetime"], "Did you mean 'lifetime'?"),
        ("zzz", ["b", "a"], "Allowed: a, b."),
        ("zzz", [], "There is no name to choose from."),
        ("zzz", [str(number) for number in range(10, 30)], "Allowed: 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, ...."),
    ],
)
def test_nearest_name(name: str, allowed: list[str], expected: str) -> None:
    assert nearest(name, allowed) == expected


def test_nearest_names_what_is_missing() -> None:
    assert nearest("x", [], "parameter") == "There is no parameter to choose from."


def test_an_error_is_kept_with_its_place_and_the_reading_goes_on() -> None:
    faults = Faults()
    for text in ("kw", "kW"):
        with faults.at("a.yaml:9", f"'{text}': "):
            if text == "kw":
                raise UnitError("no unit")
            faults.add("a.yaml:10", "read on")
    with pytest.raises(DataError) as caught:
        faults.check()
    assert str(caught.value) == "a.yaml:9: 'kw': no unit\na.yaml:10: read on"
    with pytest.raises(KeyError), faults.at():
        raise KeyError("a bug of ours is told as it is")
