"""YAML and CSV: text stays text, places are kept, hostile files are one clear error."""

import copy
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.documents import Mapping, Sequence, Text, check_keys, child, read_csv, read_text, read_yaml
from lca.errors import DataError, Faults, LCAError, UnknownName


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def yaml(content: str | bytes) -> Mapping:
    path = Path("x.yaml")
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_yaml(path)


def csv(content: str | bytes, *required: str) -> list[Mapping]:
    path = Path("x.csv")
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_csv(path, required))


def test_text_stays_text(folder: Path) -> None:
    read = yaml("country: NO\nnumber: 1e6\ntime: 1:30\ndate: 2024-01-01\nnothing: ~\nempty:\nyes: true\nold: 0o17\nunder: 1_000\n")
    assert read == {
        "country": "NO", "number": "1e6", "time": "1:30", "date": "2024-01-01", "nothing": "~",
        "empty": "", "yes": "true", "old": "0o17", "under": "1_000",
    }  # fmt: skip
    assert all(type(each) is Text for each in (*read, *read.values()))


def test_places(folder: Path) -> None:
    read = yaml("# first\na: 1\nb:\n  c: [2,\n    3]\n  d: {e: 4}\n")
    assert read.place == "x.yaml:2"
    assert read["b"]["c"].place == "x.yaml:4"
    assert [each.place for each in read["b"]["c"]] == ["x.yaml:4", "x.yaml:5"]
    assert read["b"].place_of("d") == "x.yaml:6"
    assert read["b"].place_of("nowhere") == "x.yaml:4"
    assert read["b"]["d"]["e"].place == "x.yaml:6"


def test_texts_and_mappings_can_be_copied_and_stored(folder: Path) -> None:
    read = yaml("a: [b]\n")
    for again in (copy.deepcopy(read), pickle.loads(pickle.dumps(read))):
        assert again == {"a": ["b"]}
        assert again["a"][0].place == "x.yaml:1"


def test_windows_files_are_read(folder: Path) -> None:
    assert yaml(b"\xef\xbb\xbfa: 1\r\nb:\r\n  c: 2\r\n") == {"a": "1", "b": {"c": "2"}}
    assert csv(b"\xef\xbb\xbfa,b\r\n1,2\r\n", "a", "b") == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: 1\na: 2\n", r"^x.yaml:2: the key 'a' is repeated \(first at x.yaml:1\)$"),
        ("a:\n  b: 1\n  b: 1\n", r"^x.yaml:3: the key 'b' is repeated"),
        ("a: &x 1\nb: *x\nc: 2\n", r"^x.yaml:1: anchors and aliases .* not allowed: write the value out\nx.yaml:2: anchors and aliases [^\n]*$"),
        ("a: &x [b]\nc: [*x, *x]\n", "anchors and aliases"),
        ("*a : b\n", "anchors and aliases"),
        ("base: &base {a: 1}\nmore:\n  <<: *base\n", "anchors and aliases"),
        ("a: !!python/object/apply:os.system [ls]\n", r"^x.yaml:1: tags \(tag:yaml.org,2002:python/object/apply:os.system\) are not allowed"),
        ("a: !!binary aGk=\n", "tags"),
        ("a: !own 1\n", r"tags \(!own\)"),
        ("a:\n\t- b\n", "^x.yaml:2: is not valid YAML: .*tab.*Indent with spaces"),
        ("a: @b\n", "put such text in quotes"),
        ("a: b: c\n", r"^x.yaml:1: is not valid YAML: a second ': ' in the line"),
        ("a: [1, 2\n", "is not valid YAML"),
        ("a: 'x\n", "is not valid YAML"),
        ("a:\n - b\n c: d\n", "^x.yaml:3: is not valid YAML"),
        ("[" * 10000, "is not valid YAML: "),
        ("{a: " * 10000, "is not valid YAML: "),
        ("a: 1\n---\nb: 2\n", "^x.yaml:3: holds more than one document"),
        ("", "^x.yaml: is empty$"),
        ("# nothing\n\n", "^x.yaml: is empty$"),
        ("- a\n- b\n", "^x.yaml: expected 'key: value' lines at the top$"),
        ("just text\n", "expected 'key: value' lines"),
        ("? [a]\n: b\n", "^x.yaml:1: a key must be plain text$"),
        ("? {a: b}\n: c\n", "a key must be plain text"),
        ("a: \x07\n", "^x.yaml: is not valid YAML: control characters are not allowed"),
        (b"a: \x00\n", "^x.yaml: is a binary file, not text$"),
        (b"\xff\xfea\x00", r"^x.yaml:1: is not UTF-8 text \(byte 0\)\. Save it as UTF-8$"),
        (b"b: c\na: caf\xe9\n", r"^x.yaml:2: is not UTF-8 text \(byte 11\)\. Save it as UTF-8$"),
        (bytes(range(256)), r"^x.yaml:\d+: is not UTF-8 text"),
    ],
)
def test_hostile_yaml(folder: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        yaml(content)


def test_a_yaml_bomb_costs_nothing(folder: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]" for number in range(1, 30)]
    with pytest.raises(DataError, match=r"^x\.yaml:1: anchors and aliases"):
        yaml("\n".join(lines))


def test_missing_file_and_folder(folder: Path) -> None:
    with pytest.raises(UnknownName, match=r"^there is no file no\.yaml$"):
        read_yaml(Path("no.yaml"))
    with pytest.raises(DataError, match="is a folder, not a file"):
        read_text(folder)
    with pytest.raises(DataError, match="cannot be read"):
        read_text(Path("x" * 5000))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(alphabet="ab:-?&*!|>[]{},'\"#%@`\n\t ~=<", max_size=60).map(str.encode))
def test_any_bytes_give_a_mapping_or_a_clear_error(folder: Path, content: bytes) -> None:
    for read in (yaml, csv):
        try:
            read(content)
        except LCAError as error:
            assert str(error).startswith(f"x.{read.__name__}")


def test_csv(folder: Path) -> None:
    rows = csv('process, amount ,note\na, 1 ,"x, ""y"""\n\nb,2,"two\nlines"\nc,3,\u2028\n', "process", "amount")
    assert rows == [
        {"process": "a", "amount": "1", "note": 'x, "y"'},
        {"process": "b", "amount": "2", "note": "two\nlines"},
        {"process": "c", "amount": "3", "note": ""},
    ]
    assert [row.place for row in rows] == ["x.csv:2", "x.csv:5", "x.csv:6"]
    assert rows[0].place_of("amount") == "x.csv:2"


def test_a_line_separator_inside_a_cell_splits_nothing(folder: Path) -> None:
    assert csv("a,b\n1,x\u2028y\x0cz\x85w\n", "a") == [{"a": "1", "b": "x\u2028y\x0cz\x85w"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "^x.csv:1: lacks the columns a, b$"),
        ("a\n1\n", "^x.csv:1: lacks the column b$"),
        ("a,B\n1,2\n", r"^x.csv:1: lacks the column b \('B' stands there\)$"),
        ("a;b\n1;2\n", r"^x.csv:1: columns are separated by semicolons. Save the table with commas between the cells and decimal points in numbers$"),
        ("a\tb\n1\t2\n", r"^x.csv:1: columns are separated by tabs. Save the table with commas"),
        ("a,b,a\n1,2,3\n", "^x.csv:1: repeats the column a$"),
        ("a,b\n1\n2,3\n4,5,6\n", r"^x.csv:2: has 1 cells, the first line has 2 columns .*\nx.csv:4: has 3 cells"),
        ('a,b\n"1,2\n', "is not valid CSV"),
        ('"a,b\n', "is not valid CSV"),
        ('a,b\n"1"x,2\n', "is not valid CSV"),
        (f"a,b\n1,{'x' * 200000}\n", "is not valid CSV: field larger"),
        (b"a,b\n1,\x00\n", "is a binary file"),
        (b"PK\x03\x04\xff\n", "is not UTF-8 text"),
    ],
)
def test_hostile_csv(folder: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        csv(content, "a", "b")


def test_good_rows_come_before_the_faults_of_bad_ones(folder: Path) -> None:
    Path("x.csv").write_text("a,b\n1\n2,3\n")
    rows = read_csv(Path("x.csv"), ("a",))
    assert next(rows) == {"a": "2", "b": "3"}
    with pytest.raises(DataError, match=r"^x\.csv:2: has 1 cells"):
        next(rows)


def test_unknown_keys_are_faults(folder: Path) -> None:
    read = yaml("line: {amount: max(a, b)}\nother: {amuont: 1}\n")
    faults = Faults()
    check_keys(read["line"], faults, "line 'line'", ("amount",), ("input",))
    check_keys(read["other"], faults, "line 'other'", ("amount",), ("input",))
    with pytest.raises(DataError) as caught:
        faults.check()
    assert str(caught.value).splitlines() == [
        "x.yaml:1: line 'line' has no key 'b)'. Allowed: amount, input.",
        "x.yaml:2: line 'other' has no key 'amuont'. Did you mean 'amount'?",
        "x.yaml:2: line 'other' lacks the key 'amount'",
    ]


def test_text_or_a_list_instead_of_lines() -> None:
    faults = Faults()
    assert check_keys(Text("hello", "x.yaml:1"), faults, "process 'a'") == {}
    assert check_keys(Sequence(["x"]), faults, "process 'b'") == {}
    with pytest.raises(DataError) as caught:
        faults.check()
    assert str(caught.value) == "x.yaml:1: process 'a' must be 'key: value' lines, not 'hello'\nprocess 'b' must be 'key: value' lines, not a list"


def test_child(folder: Path) -> None:
    read, faults = yaml("a: {b: c}\nd:\ne: text\nf: [1]\n"), Faults()
    assert child(read, "a", faults) == {"b": "c"}
    assert child(read, "d", faults) == {}
    assert child(read, "nowhere", faults) == {}
    faults.check()
    assert child(read, "e", faults) == child(read, "f", faults) == {}
    with pytest.raises(DataError, match=r"^x.yaml:3: 'e' must hold 'key: value' lines\nx.yaml:4: 'f' must hold"):
        faults.check()


def test_text_of_a_mapping(folder: Path) -> None:
    read = yaml("a: x\nb: [1]\n")
    assert read.text("a") == "x"
    assert read.text("c", "default") == "default"
    with pytest.raises(DataError, match=r"x.yaml:2: 'b' must be text, not a list"):
        read.text("b", "default")
