"""Where the data lives: the user's folders first, then the shipped ones; and where our own files go."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lca.errors import LCAError, UnknownName, nearest

PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """The shipped data folder: inside the package when installed, beside it in a checkout."""
    for candidate in (PACKAGE / folder, PACKAGE.parent / folder):
        if candidate.is_dir():
            return candidate
    raise UnknownName(f"data folder '{folder}' is neither in {PACKAGE} nor in {PACKAGE.parent}")


def layered(folder: str, name: str) -> list[Path]:
    """A data file as shipped, then the user's own one in ./<folder>, whose entries win."""
    return [path for path in dict.fromkeys((shipped(folder) / name, Path(folder).resolve() / name)) if path.is_file()]


def find(folder: str, name: str, *near: Path) -> Path:
    """A data file: given path, then next to the asking files, then ./<folder>, then the shipped one."""
    names = [name] if Path(name).suffix else [f"{name}.yaml", name]
    places = [Path(), *(place for each in near for place in (each.parent, each.parent.parent / folder)), Path(folder), shipped(folder)]
    for place in places:
        for each in names:
            with suppress(OSError):  # a name that is too long, a folder that may not be entered
                if (place / each).is_file():
                    return place / each
    known = {path.relative_to(place).as_posix() for place in places[1:] if place.is_dir() for pattern in ("*.yaml", "*/*.yaml") for path in place.glob(pattern)}
    plain = {Path(each).stem: each for each in known}
    hint = nearest(Path(name).stem, plain) if not Path(name).suffix else nearest(name, known)
    raise UnknownName(f"there is no file '{name}' (looked in the working folder, ./{folder} and the shipped {folder}). {hint}")


def short(path: Path) -> str:
    """A path as it is shown in messages: relative to the working folder or to the package where it can be."""
    for base in (Path.cwd(), PACKAGE, PACKAGE.parent):
        if path.resolve().is_relative_to(base):
            return path.resolve().relative_to(base).as_posix()
    return path.as_posix()


def own(kind: str) -> Path:
    """Our folder for Brightway projects ('projects') or for what can be recomputed ('cache')."""
    given = os.environ.get("BRIGHTWAY2_DIR")
    if given:
        try:
            folder = Path(given).expanduser() / "lca" / kind
        except RuntimeError:
            raise LCAError(f"BRIGHTWAY2_DIR is '{given}', but there is no such home folder") from None
    else:
        import platformdirs

        base = platformdirs.user_cache_dir("lca") if kind == "cache" else platformdirs.user_data_dir("lca")
        folder = Path(base) / kind
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LCAError(f"cannot make the folder {folder}: {error.strerror}. Name another one in BRIGHTWAY2_DIR") from None
    return folder


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file under a temporary name and rename it once it is whole."""
    path = Path(path)
    try:
        if path.is_dir():
            raise LCAError(f"cannot write {path}: it is a folder")
        if not path.parent.is_dir():
            raise UnknownName(f"cannot write {path}: there is no folder {path.parent}")
        handle, name = tempfile.mkstemp(prefix=".lca-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise LCAError(f"cannot write {path}: {error.strerror}") from None
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    except Exception as error:
        fault = next((each for each in (error, *error.args) if isinstance(each, OSError)), None)  # xlsxwriter wraps what a full disk raises
        if fault is None:
            raise
        raise LCAError(f"cannot write {path}: {fault.strerror or fault}") from None
    finally:
        temporary.unlink(missing_ok=True)
    return path


def make_whole_folder(path: Path, fill: Callable[[Path], object]) -> Path:
    """Fill a folder under a temporary name and rename it once it is whole; a second writer loses without harm."""
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        fill(temporary)
        try:
            temporary.replace(path)
        except OSError:
            if not path.is_dir():
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return path
