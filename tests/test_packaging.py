"""The wheel, the sdist and an editable install carry all data and nothing else."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from lca import folders

pytest.importorskip("setuptools")

ROOT = folders.PACKAGE.parent
DATA = ("inventories", "impact_methods", "scenarios")
BUILD = "import sys, setuptools.build_meta as backend; print(getattr(backend, sys.argv[1])(sys.argv[2]))"
WHERE = "import site, sys; site.addsitedir(sys.argv[1]); from lca import folders; print(folders.PACKAGE, *map(folders.shipped, sys.argv[2:]), sep='\\n')"


def data_files(folder: Path) -> set[str]:
    """All files, save hidden ones and compiled code."""
    inside = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path.as_posix() for path in inside if not any(part.startswith(".") or part == "__pycache__" for part in path.parts)}


def build(what: str, tree: Path, out: Path) -> Path:
    """Build without network: build_wheel, build_sdist or build_editable."""
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PYTHONWARNINGS": "ignore"}
    built = subprocess.run([sys.executable, "-c", BUILD, what, str(out)], cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-3000:]
    return out / built.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is needed to build."""
    if not (ROOT / "setup.cfg").is_file():
        pytest.skip("needs a checkout")
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE", "LICENSE-DATA", "MANIFEST.in"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, tree / name)
    for name in ("lca", *DATA):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return tree


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(build("build_wheel", tree, tmp_path_factory.mktemp("wheel")))


def test_nothing_else_stands_at_the_top(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert "lca" in tops
    assert {top for top in tops if top != "lca" and not top.endswith(".dist-info")} == set()
    assert len(tops) == 2


@pytest.mark.parametrize("folder", DATA)
def test_every_data_file_is_in_the_wheel(wheel: zipfile.ZipFile, folder: str) -> None:
    prefix = f"lca/{folder}/"
    assert {name.removeprefix(prefix) for name in wheel.namelist() if name.startswith(prefix)} == data_files(ROOT / folder)


def test_all_code_and_what_stands_beside_it_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    carried = {name.removeprefix("lca/") for name in wheel.namelist() if name.startswith("lca/") and name.split("/")[1] not in DATA}
    assert carried == data_files(ROOT / "lca")


def test_contents_are_the_same(wheel: zipfile.ZipFile) -> None:
    for name in ("lca/inventories/units.txt", "lca/errors.py"):
        source = ROOT / name if name.startswith("lca/errors") else ROOT / name.removeprefix("lca/")
        assert wheel.read(name) == source.read_bytes()


def test_the_command_and_the_licences_are_there(wheel: zipfile.ZipFile) -> None:
    info = next(name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name)
    assert "lca = lca.__main__:main" in wheel.read(f"{info}/entry_points.txt").decode()
    carried = {Path(name).name for name in wheel.namelist() if name.startswith(info)}
    assert {"LICENSE", "LICENSE-DATA"} <= carried


@pytest.mark.slow
def test_a_wheel_built_from_the_sdist_is_the_same(wheel: zipfile.ZipFile, tree: Path, tmp_path: Path) -> None:
    with tarfile.open(build("build_sdist", tree, tmp_path)) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (inside,) = (tmp_path / "unpacked").iterdir()
    again = zipfile.ZipFile(build("build_wheel", inside, tmp_path))
    assert {name for name in again.namelist() if "dist-info" not in name} == {name for name in wheel.namelist() if "dist-info" not in name}


def test_an_editable_install_finds_the_data_of_the_checkout(tree: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(build("build_editable", tree, tmp_path)) as archive:
        archive.extractall(tmp_path / "site")
    command = [sys.executable, "-I", "-S", "-c", WHERE, str(tmp_path / "site"), *DATA]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[-3000:]
    assert [Path(each).resolve() for each in found.stdout.splitlines()] == [(tree / name).resolve() for name in ("lca", *DATA)]
