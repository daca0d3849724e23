"""The editors' schemas: what we ship passes, mistakes do not; scalars are text or numbers as YAML 1.2 (VS Code) reads them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lca.documents import Mapping, Text, read_yaml
from lca.folders import PACKAGE, shipped
from lca.formats import fields
from lca.new_study import spell_schema
from lca.schema import DOCUMENTS, make_schema
from lca.wording import tag_keys

NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
VALIDATORS = {document: jsonschema.Draft7Validator(make_schema(document)) for document in DOCUMENTS}
STUDIES, INVENTORIES = sorted(shipped("scenarios").glob("*.yaml")), sorted((shipped("inventories") / "foreground").glob("*.yaml"))


def as_read_by_editors(value: Any) -> Any:
    """Numbers, true and null as the core schema of YAML 1.2 has them; all else is text."""
    if isinstance(value, dict):
        return {str(key): as_read_by_editors(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_read_by_editors(each) for each in value]
    if value in ("", "~", "null", "true", "false"):
        return {"true": True, "false": False}.get(value)
    return float(value) if NUMBER.fullmatch(value) else str(value)


def faults(document: str, content: Any) -> list[str]:
    return [f"{'.'.join(map(str, each.absolute_path))}: {each.message}" for each in VALIDATORS[document].iter_errors(content)]


def read(path: Path) -> Any:
    return as_read_by_editors(read_yaml(path))


@pytest.mark.parametrize("path", [*STUDIES, *INVENTORIES], ids=lambda path: path.stem)
def test_what_we_ship_passes(path: Path) -> None:
    assert faults("study" if path in STUDIES else "inventory", read(path)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_schemas_are_sound_and_the_written_ones_current(document: str) -> None:
    jsonschema.Draft7Validator.check_schema(make_schema(document))
    written = (PACKAGE.parent / "docs" / "schema" / f"{document}.schema.json").read_text(encoding="utf-8")
    assert written == spell_schema(document), "python docs/renew.py"
    assert json.loads(written) == make_schema(document)


def changed(path: str, value: Any) -> Any:
    """The demo with one thing set (or taken away, by None)."""
    content = read(STUDIES[[each.stem for each in STUDIES].index("fraud_detection")])
    *way, last = path.split("/")
    entry = content
    for key in way:
        entry = entry[key]
    if value is None:
        del entry[last]
    else:
        entry[last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("titel_en", "x", "Additional properties are not allowed ('titel_en' was unexpected)"),
        ("title_en", None, "'title_en' is a required property"),
        ("parameters/review_time/low", "about 4", "'about 4' does not match"),
        ("parameters/review_time/basis", "guess", "'guess' is not one of ['measured', 'read', 'derived', 'assumption']"),
        ("parameters/review_time/loww", 4, "('loww' was unexpected)"),
        ("parameters/review_time/distribution", "beta", "'beta' is not one of"),
        ("processes/boosting_work/stage", "usage", "'usage' is not one of ['manufacturing'"),
        ("processes/boosting_work/needs/review/amount", None, "is not valid under any of the given schemas"),
        ("choices/labour", "holiday", "'holiday' is not one of ['work_related', 'marginal'"),
        ("choices/labor", "marginal", "'labor' was unexpected"),
        ("indicators", ["climate"], "'climate' is not valid under any of the given schemas"),
        ("indicators", "climate_change", "'climate_change' is not of type 'array'"),
        ("equalise_by", "maximum", "'maximum' is not valid under any of the given schemas"),
        ("status", {"kind": "finished"}, "'finished' is not one of ['screening', 'complete', 'reviewed']"),
        ("units", {"payment": 1}, "is not of type 'array'"),
        ("parameters/country/choices", "FRA", "'FRA' is not of type 'array'"),
    ],
)
def test_mistakes_do_not_pass(path: str, value: Any, expected: str) -> None:
    found = faults("study", changed(path, value))
    assert len(found) == 1 and expected in found[0]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("indicators", ["climate_change", "EF v3.1 | acidification | accumulated exceedance (AE)"]),
        ("use", ["my/own.yaml", "foreground/office.yaml"]),
        ("equalise_by", {"extra_review": {"input": "a", "amount": "gap"}}),
        ("second_order/good_orders_refused/amount", {"people": 0.1, "boosting_rented": "x / y"}),
        ("parameters/review_time/value", 6),
        ("processes/boosting_work/needs/boosting", 1),
        ("processes/boosting_work/covers", ["climate_change"]),
    ],
)
def test_all_forms_pass(path: str, value: Any) -> None:
    assert faults("study", changed(path, value)) == []


def test_a_study_like_another_needs_nothing_more() -> None:
    assert faults("study", {"like": "fraud_detection"}) == []
    required = [key for key, each in fields()["study"].items() if each.required]
    assert len(faults("study", {})) == len(required) == 11
    assert faults("inventory", {}) == []


def test_editors_complete_closed_names() -> None:
    schema = make_schema("study")
    assert schema["definitions"]["process"]["properties"]["actor"]["enum"] == tag_keys("actor")
    assert "foreground/office.yaml" in schema["properties"]["use"]["items"]["anyOf"][0]["enum"]
    assert "climate_change" in schema["properties"]["indicators"]["items"]["anyOf"][0]["enum"]
    assert schema["properties"]["choices"]["properties"]["end_of_life"]["enum"][0] == "cutoff"
    assert "fraud_detection" in schema["properties"]["like"]["anyOf"][0]["enum"]


def test_every_key_has_its_meaning_and_example() -> None:
    power = make_schema("inventory")["definitions"]["parameter"]["properties"]["basis"]
    assert power["description"] == "how the value was had from its source. Example: read"
    whole = json.dumps(make_schema("study"))
    assert all(
        json.dumps(each.meaning)[1:-1] in whole
        for kind, known in fields().items()
        for each in known.values()
        if kind not in ("inventory", "reference", "expected") and not kind.startswith("lever")
    )


def test_text_as_editors_read_it() -> None:
    entry = Mapping({Text("a"): Text("1e3"), Text("b"): Text("yes"), Text("c"): [Text("2013"), Text("7 year")]})
    assert as_read_by_editors(entry) == {"a": 1000.0, "b": "yes", "c": [2013.0, "7 year"]}
