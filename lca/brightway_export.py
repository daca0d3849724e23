"""The part of the Brightway room that writes into the user's own Brightway: a project for Activity Browser or a notebook.

A file of ours in the project's folder says what was written and whether it is whole. What lacks it is never touched."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lca.brightway import BIOSPHERE, Say, write_methods
from lca.errors import LCAError
from lca.folders import write_whole

MARKER = "written_by_lca.json"
PATIENCE = 60  # seconds to wait for another writer
OTHER = "Choose another name with --project"


def export(request: dict[str, Any], say: Say) -> dict[str, Any]:
    """Write the project, or find it written."""
    with _alone(Path(request["lock"]), say):
        import bw2data as bd
        from bw2data.project import safe_filename

        name = request["project"]
        folder = Path(bd.projects._base_data_dir) / safe_filename(name, full=False)
        marker = _read_marker(folder)
        if not marker and (name in bd.projects or (folder.is_dir() and any(folder.iterdir()))):
            raise LCAError(f"there is a Brightway project '{name}' that lca did not write. {OTHER}")
        if marker.get("complete") and _is_written(request, marker):
            return {"written": False}
        bd.projects.set_current("default", update=False)  # lets go of the files of the one written anew
        try:
            _begin(request, folder)
            bd.projects.set_current(name)
            _fill(request, say)
            _mark(request, folder, {each: bd.databases[each]["modified"] for each in bd.databases})
        except Exception as error:  # a full disk comes as one of many kinds; what lies at its bottom says so
            bottom: BaseException = error
            while bottom.__context__:
                bottom = bottom.__context__
            raise LCAError(f"the Brightway project '{name}' is unfinished, run again when this is mended: {type(bottom).__name__}: {bottom}") from None
    return {"written": True}


@contextmanager
def _alone(path: Path, say: Say) -> Iterator[None]:
    """One writer at a time: SQLite's lock on a file, which goes with its process, however that ends."""
    lock = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise LCAError(f"{path} cannot be written ({error})") from None
            say("waiting for another lca")
            lock.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
            lock.execute("BEGIN EXCLUSIVE")
        yield
    except sqlite3.OperationalError as error:
        raise LCAError(f"another lca is still writing ({error}). Try again when it is done") from None
    finally:
        lock.close()


def _read_marker(folder: Path) -> dict[str, Any]:
    path = folder / MARKER
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _is_written(request: dict[str, Any], marker: dict[str, Any]) -> bool:
    """Whether a whole project of ours holds what is asked; an error where it holds what we must not overwrite."""
    import bw2data as bd

    name = request["project"]
    if marker["study"] != request["study"]:
        raise LCAError(f"the Brightway project '{name}' holds the study '{marker['study']}'. {OTHER}")
    bd.projects.set_current(name, update=False)
    found = {each: bd.databases[each].get("modified") for each in bd.databases}
    if marker["content"] == request["content"] and marker["databases"].keys() <= found.keys():
        return True
    changed = sorted(each for each, stamp in found.items() if marker["databases"].get(each) != stamp)
    if changed:
        raise LCAError(f"the Brightway project '{name}' holds work of others, which would be lost: {', '.join(changed)}. {OTHER}")
    return False


def _begin(request: dict[str, Any], folder: Path) -> None:
    """Mark the project unfinished, then clear it."""
    folder.mkdir(exist_ok=True)
    _mark(request, folder, None)
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif each.name != MARKER:
            each.unlink()


def _mark(request: dict[str, Any], folder: Path, databases: dict[str, str] | None) -> None:
    marker = {"written by": "lca", "study": request["study"], "content": request["content"], "complete": databases is not None, "databases": databases or {}}
    write_whole(folder / MARKER, lambda path: path.write_text(json.dumps(marker, indent=1), encoding="utf-8"))


def _fill(request: dict[str, Any], say: Say) -> None:
    import bw2data as bd
    from bw2io.importers import Ecospold2BiosphereImporter

    say("flows")
    biosphere = request["biosphere"]
    flows = Ecospold2BiosphereImporter(biosphere)  # what bw2io.create_default_biosphere3 does, under any name
    flows.apply_strategies()
    flows.write_database(check_typos=False)  # what bw2io reads is right
    if biosphere != BIOSPHERE:
        bd.config.p["biosphere_database"] = biosphere
    for name, nodes in request["databases"].items():
        say(name)
        database = bd.Database(name)
        database.register(**request["metadata"].get(name, {}))
        database.write({(name, each["code"]): _with_tuples(each) for each in nodes}, check_typos=False)
    say("methods")
    write_methods(request, biosphere)
    study = request["study"]
    methods = [tuple(each["method"]) for each in request["indicators"]]
    bd.calculation_setups[study] = {"inv": [{(study, code): amount} for code, amount in request["demands"]], "ia": methods}


def _with_tuples(node: dict[str, Any]) -> dict[str, Any]:
    """JSON knows lists only; Brightway wants tuples."""
    categories = {"categories": tuple(node["categories"])} if "categories" in node else {}
    return {**node, **categories, "exchanges": [{**each, "input": tuple(each["input"])} for each in node["exchanges"]]}


def pack(request: dict[str, Any], folder: Path, say: Say) -> dict[str, Any]:
    """Databases and methods as a file of bw2io's package format, in `folder`, where Brightway keeps its own files too."""
    say("package")
    import bw2data as bd
    from bw2io import BW2Package

    objects = []
    for name, nodes in request["databases"].items():
        data = {(name, each["code"]): {**_with_tuples(each), "database": name} for each in nodes}
        objects.append(_packed(bd.Database(name), {**request["metadata"], "format": "lca"}, data))
    for method in request["methods"]:
        factors = [(tuple(key), amount) for key, amount in method["factors"]]
        objects.append(_packed(bd.Method(tuple(method["name"])), {**request["metadata"], "unit": method["unit"]}, factors))
    try:
        BW2Package._write_file(folder / "package", objects)  # export_objs alone is public, and writes what a project holds
    except OSError as error:
        raise LCAError(f"the package cannot be written: {error.strerror or error}") from None
    return {"written": True}


def _packed(thing: Any, metadata: dict[str, Any], data: Any) -> dict[str, Any]:
    from bw2io import BW2Package

    return {"metadata": metadata, "name": thing.name, "class": BW2Package._get_class_metadata(thing), "data": data}
