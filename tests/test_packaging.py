"""The wheel carries all data and nothing else."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lca import folders

pytest.importorskip("setuptools")

ROOT = folders.PACKAGE.parent
DATA = ("inventories", "impact_methods", "scenarios")
BUILD = "import sys, setuptools.build_meta as backend; print(backend.build_wheel(sys.argv[1]))"


def data_files(folder: Path) -> set[str]:
    """All files, save hidden ones and compiled code."""
    inside = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path.as_posix() for path in inside if not any(part.startswith(".") or part == "__pycache__" for part in path.parts)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built without network in a copy of what is needed for it."""
    if not (ROOT / "setup.cfg").is_file():
        pytest.skip("needs a checkout")
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE", "LICENSE-DATA", "MANIFEST.in"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, tree / name)
    for name in ("lca", *DATA):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PYTHONWARNINGS": "ignore"}
    built = subprocess.run([sys.executable, "-c", BUILD, str(out)], cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-3000:]
    return zipfile.ZipFile(out / built.stdout.splitlines()[-1])


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
