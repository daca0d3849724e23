"""Where files are looked for and how they are written."""

from pathlib import Path

import pytest

from lca import folders
from lca.errors import LCAError, UnknownName


def test_shipped_folders_are_found() -> None:
    for name in ("inventories", "impact_methods", "scenarios"):
        assert folders.shipped(name).is_dir()
    with pytest.raises(UnknownName, match="data folder 'recipes' is neither in"):
        folders.shipped("recipes")


def test_the_users_file_goes_before_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert folders.find("inventories", "units.txt") == folders.shipped("inventories") / "units.txt"
    (tmp_path / "inventories").mkdir()
    (tmp_path / "inventories" / "units.txt").write_text("mine")
    assert folders.find("inventories", "units.txt").read_text() == "mine"
    (tmp_path / "units.txt").write_text("given path")
    assert folders.find("inventories", "units.txt").read_text() == "given path"


def test_a_file_next_to_the_asking_one_is_found(tmp_path: Path) -> None:
    asking = tmp_path / "scenarios" / "study.yaml"
    asking.parent.mkdir()
    (asking.parent / "near.yaml").write_text("near")
    (tmp_path / "inventories").mkdir()
    (tmp_path / "inventories" / "beside.yaml").write_text("beside")
    assert folders.find("inventories", "near", asking).read_text() == "near"
    assert folders.find("inventories", "beside.yaml", asking).read_text() == "beside"


def test_a_name_without_suffix_is_a_yaml_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fraud.yaml").write_text("")
    assert folders.find("scenarios", "fraud") == Path("fraud.yaml")


def test_an_unknown_file_names_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "fraud_detection.yaml").write_text("")
    with pytest.raises(UnknownName, match=r"there is no file 'fraud_detecton' .*Did you mean 'fraud_detection'"):
        folders.find("scenarios", "fraud_detecton")
    with pytest.raises(UnknownName, match=r"Did you mean 'fraud_detection\.yaml'"):
        folders.find("scenarios", "fraud_detecton.yaml")


@pytest.mark.parametrize("name", ["", ".", "..", "x" * 5000, "a\0b", "/", "no/such/folder/x.yaml"])
def test_odd_names_are_one_clear_error(name: str) -> None:
    with pytest.raises(UnknownName, match="there is no file"):
        folders.find("scenarios", name)


def test_paths_are_short_in_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert folders.short(tmp_path / "scenarios" / "x.yaml") == "scenarios/x.yaml"
    assert folders.short(Path("x.yaml")) == "x.yaml"
    assert folders.short(folders.PACKAGE / "errors.py") == "errors.py"
    assert folders.short(tmp_path.parent / "elsewhere.yaml") == (tmp_path.parent / "elsewhere.yaml").as_posix()


def test_own_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path / "bw"))
    assert folders.own("cache") == tmp_path / "bw" / "lca" / "cache"
    assert (tmp_path / "bw" / "lca" / "cache").is_dir()


def test_own_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path / "file"))
    with pytest.raises(LCAError, match=r"cannot make the folder .*Not a directory.*BRIGHTWAY2_DIR"):
        folders.own("cache")


def test_own_folder_without_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRIGHTWAY2_DIR", raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    cache, projects = folders.own("cache"), folders.own("projects")
    assert cache.name == "cache"
    assert projects.name == "projects"
    assert cache.is_dir()
    assert projects.is_dir()


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    assert folders.write_whole(path, lambda temporary: temporary.write_text("first")) == path
    assert path.read_text() == "first"
    assert path.stat().st_mode & 0o777 == 0o644

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        folders.write_whole(path, fail)
    assert path.read_text() == "first"
    assert [each.name for each in tmp_path.iterdir()] == ["out.txt"]


def test_a_file_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(LCAError, match="there is no folder"):
        folders.write_whole(tmp_path / "no" / "out.txt", lambda temporary: None)
    with pytest.raises(LCAError, match="it is a folder"):
        folders.write_whole(tmp_path, lambda temporary: None)
    with pytest.raises(LCAError, match=r"cannot write .*too long"):
        folders.write_whole(tmp_path / f"{'x' * 300}.txt", lambda temporary: None)


def test_a_folder_is_made_whole_and_the_first_writer_wins(tmp_path: Path) -> None:
    path = tmp_path / "project"
    folders.make_whole_folder(path, lambda folder: (folder / "a").write_text("first"))
    folders.make_whole_folder(path, lambda folder: (folder / "a").write_text("second"))
    assert (path / "a").read_text() == "first"
    assert [each.name for each in tmp_path.iterdir()] == ["project"]


def test_a_folder_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "a").write_text("half")
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        folders.make_whole_folder(tmp_path / "project", fail)
    assert list(tmp_path.iterdir()) == []
