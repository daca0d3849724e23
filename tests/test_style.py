"""The rules of the design that a machine can check: rooms, sizes, words, types."""

import ast
import re
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from lca import folders

ROOT = folders.PACKAGE
FILES = sorted(ROOT.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

# Lower floors first; a room may import those below it and those on its own floor, never in a circle.
# The engine stands below the background, which uses it: it knows nothing but arrays.
FLOORS = (
    ("errors", "folders"),
    ("documents", "quantities", "wording"),
    ("formats", "arithmetic", "uncertainty", "crossings"),
    ("sources",),
    ("expressions",),
    ("spreadsheet", "javascript"),
    ("parameters", "engine", "entries"),
    ("processes", "methods", "ranges"),
    ("edition",),
    ("background", "brightway"),
    ("library", "grades", "schema", "instances"),
    ("scopes", "measurements"),
    ("model",),
    ("checks", "beside"),
    ("study",),
    ("rows",),
    ("results",),
    ("views", "citations"),
    ("calculation",),
    ("judge", "door", "influence", "breakeven", "grid", "tornado", "draws", "monte", "sobol", "sweep", "years"),
    ("measure", "review_basis"),
    ("devices", "levers"),
    ("decisions",),
    ("report", "workbook", "bundle", "page", "tables", "sheets", "description", "catalogue", "review", "new_study", "terminal"),
    ("options",),
    ("card",),
    ("commands",),
    ("__main__",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
DOMAIN_WORDS = ("gpu", "pue", "wue", "codecarbon", "bloom", "nvidia", "server", "laptop")
LONGEST_FILE, LONGEST_FUNCTION = 300, 50


def room(path: Path) -> str:
    return known_room(path.relative_to(ROOT).with_suffix("").parts[0])


def known_room(name: str) -> str:
    """`workbook_views` is a part of the room `workbook`."""
    return name if name in FLOOR else name.split("_")[0] if name.split("_")[0] in FLOOR else name


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, at the top or inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            yield from ((node.lineno, f"{node.module}.{each.name}") for each in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_room_has_its_place() -> None:
    unknown = {room(path) for path in FILES} - FLOOR.keys() - {"__init__"}
    assert not unknown, f"rooms without a floor in this test: {', '.join(sorted(unknown))}"


def inner_imports() -> Iterator[tuple[Path, int, str]]:
    """Every import of one of our rooms by another."""
    for path, tree in TREES.items():
        for line, name in imports(tree):
            parts = name.split(".")
            if parts[0] == "lca" and len(parts) > 1 and {room(path), known_room(parts[1])} <= FLOOR.keys():
                yield path, line, known_room(parts[1])


def test_lower_rooms_never_import_higher_ones() -> None:
    offenders = [f"{folders.short(path)}:{line}: {room(path)} imports {there}" for path, line, there in inner_imports() if FLOOR[there] > FLOOR[room(path)]]
    assert not offenders, "\n".join(offenders)


def test_rooms_do_not_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path, _, there in inner_imports():
        graph.setdefault(room(path), set()).update({there} - {room(path)})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    ("package", "only"),
    [("bw2", "brightway"), ("bw_processing", "brightway"), ("pint", "quantities"), ("yaml", "documents")],
)
def test_packages_stay_in_their_room(package: str, only: str) -> None:
    prefix = re.compile(rf"{package}(\w*)(\.|$)" if package == "bw2" else rf"{package}(\.|$)")
    elsewhere = {path: tree for path, tree in TREES.items() if room(path) != only}
    offenders = [f"{folders.short(path)}:{line}: {name}" for path, tree in elsewhere.items() for line, name in imports(tree) if prefix.match(name)]
    assert not offenders, "\n".join(offenders)


def test_the_engine_is_numpy_and_scipy_only() -> None:
    names = {name.split(".")[0] for _, name in imports(TREES[ROOT / "engine.py"])}
    assert names <= {"__future__", "collections", "typing", "numpy", "scipy", "lca"}
    assert {name for _, name in imports(TREES[ROOT / "engine.py"]) if name.startswith("lca")} <= {"lca.expressions.Array", "lca.arithmetic.Array"}


def test_nothing_is_imported_that_runs_text() -> None:
    """User text is never run: no eval, exec, compile or pickle, and YAML only by its events."""
    offenders = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec", "compile", "__import__"):
                offenders.append(f"{folders.short(path)}:{node.lineno}: {node.func.id}")
        offenders += [f"{folders.short(path)}:{line}: {name}" for line, name in imports(tree) if name.split(".")[0] in ("pickle", "marshal", "shelve")]
    assert not offenders, "\n".join(offenders)


def test_files_are_short() -> None:
    lengths = {folders.short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    offenders = [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > LONGEST_FILE]
    assert not offenders, f"at most {LONGEST_FILE} lines a file:\n" + "\n".join(offenders)


def test_functions_are_short() -> None:
    offenders = [
        f"{folders.short(path)}:{node.lineno}: {node.name} has {lines} lines"
        for path, tree in TREES.items()
        for node in functions(tree)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not offenders, f"at most {LONGEST_FUNCTION} lines a function:\n" + "\n".join(offenders)


def test_every_function_is_typed() -> None:
    offenders = []
    for path, tree in TREES.items():
        for node in functions(tree):
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, *filter(None, (node.args.vararg, node.args.kwarg))]
            bare = [each.arg for each in every if each.annotation is None and each.arg not in ("self", "cls")]
            if bare or node.returns is None:
                offenders.append(f"{folders.short(path)}:{node.lineno}: {node.name} lacks the type of {', '.join(bare) or 'what it returns'}")
    assert not offenders, "\n".join(offenders)


def domain_words(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Names and strings (docstrings too) that hold a word of the domain."""
    word = re.compile(rf"(?<![a-z])({'|'.join(DOMAIN_WORDS)})s?(?![a-z])")
    for node in ast.walk(tree):
        texts = {
            ast.Name: "id", ast.Attribute: "attr", ast.arg: "arg", ast.FunctionDef: "name", ast.ClassDef: "name", ast.alias: "name", ast.keyword: "arg",
        }  # fmt: skip
        text = node.value if isinstance(node, ast.Constant) else getattr(node, texts.get(type(node), ""), None)
        if isinstance(text, str) and (found := word.search(text.lower())):
            yield getattr(node, "lineno", 0), found.group(1), text[:60]


def test_no_domain_word_in_the_code() -> None:
    offenders = [f"{folders.short(path)}:{line}: '{word}' in {text!r}" for path, tree in TREES.items() for line, word, text in domain_words(tree)]
    assert not offenders, "domain words belong in the data:\n" + "\n".join(offenders)


def test_domain_words_would_be_found() -> None:
    code = 'def f(gpu_hours): x = "the PUE of a site"; y.servers = 1; z = "observer, queue, updates"'
    assert sorted(word for _, word, _ in domain_words(ast.parse(code))) == ["gpu", "pue", "server"]


def test_data_folders_hold_no_code() -> None:
    for name in ("inventories", "impact_methods", "scenarios"):
        assert [folders.short(path) for path in folders.shipped(name).rglob("*.py")] == []


def test_size_of_the_code(record_property: Callable[[str, object], None]) -> None:
    """The size is shown at the end of a run (conftest.py)."""
    total = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES)
    record_property("size", f"lca/ holds {total} lines in {len(FILES)} files")
    assert total < 18_000


def test_the_map_of_the_code_names_every_room() -> None:
    told = set(re.findall(r"`([a-z_*]+)`", (ROOT.parent / "docs" / "code.md").read_text(encoding="utf-8")))
    families = tuple(each.removesuffix("*") for each in told if each.endswith("_*"))
    missing = sorted(path.stem for path in FILES if path.stem not in {*told, "__init__"} and not path.stem.startswith(families))
    assert not missing
