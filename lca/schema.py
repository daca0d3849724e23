"""The format as a JSON schema, by which editors check and complete, from format.csv."""

from typing import Any

from lca.expressions import reached
from lca.folders import shipped
from lca.formats import Field, fields
from lca.methods import known_choices, read_indicators
from lca.wording import tag_keys

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"  # the one that all versions of the YAML extension of VS Code know
DOCUMENTS = ("study", "inventory")  # the kinds that are whole files
SHORT = {"line": "formula", "setting": "text"}  # an entry of this kind may be written as this alone
SCALAR: Schema = {"type": ["string", "number"]}  # `1.5` and `1.5 kWh` are both text to us
PLAIN: dict[str, Schema] = {
    "name": {"type": "string"},
    "text": SCALAR,
    "formula": SCALAR,
    "unit": SCALAR,
    "quantity": {**SCALAR, "pattern": r"^\s*[+-]?(\d|\.\d)"},
    "names": {"type": "array", "items": SCALAR},
    "texts": {"type": "object", "additionalProperties": SCALAR},
}


def make_schema(document: str) -> Schema:
    """The schema of a study or of an inventory."""
    body = _entry(document)
    required = body.pop("required")
    needs = {"if": {"not": {"required": ["like"]}}, "then": {"required": required}} if "like" in fields()[document] else {"required": required}
    kinds = [each for each in _reached(document) if each != document]
    definitions = {each: {"anyOf": [PLAIN[SHORT[each]], _entry(each)]} if each in SHORT else _entry(each) for each in kinds}
    return {"$schema": DRAFT, "title": f"lca {document}", **body, **needs, "definitions": definitions}


def _entry(kind: str) -> Schema:
    known = fields()[kind]
    told = {key: f"{each.meaning}. Example: {each.example}" if each.example else each.meaning for key, each in known.items()}
    properties = {key: {**_property(kind, each), "description": told[key]} for key, each in known.items()}
    required = [key for key, each in known.items() if each.required]
    return {"type": "object", "properties": properties, "additionalProperties": False, "required": required}


def _property(kind: str, each: Field) -> Schema:
    closed = _closed().get((kind, each.key))
    if closed:
        return closed
    forms = [_form(part) for part in each.holds.split(" or ")]
    return forms[0] if len(forms) == 1 else {"anyOf": forms}


def _form(holds: str) -> Schema:
    way, _, what = holds.partition(":")
    if way in ("option", "tag"):
        return {"enum": what.split("|") if way == "option" else tag_keys(what)}
    reference = {"$ref": f"#/definitions/{what}"}
    forms: dict[str, Schema] = {"one": reference, "many": {"type": "object", "additionalProperties": reference}, "list": {"type": "array", "items": reference}}
    return forms[way] if what else dict(PLAIN[holds])


def _closed() -> dict[tuple[str, str], Schema]:
    """Keys whose names are known: an editor completes them. Where a user may have more, any other name is sound too."""
    told = {key: "; ".join(f"{option}: {text['en']}" for option, text in entry["options"].items()) for key, entry in known_choices().items()}
    choices = {key: {"enum": [str(each) for each in entry["options"]], "description": told[key]} for key, entry in known_choices().items()}
    inventories = sorted(path.relative_to(shipped("inventories")).as_posix() for path in (shipped("inventories") / "foreground").glob("*.yaml"))
    studies = sorted(path.stem for path in shipped("scenarios").glob("*.yaml"))
    used = {"type": "array", "items": {"anyOf": [{"enum": inventories}, {"type": "string"}]}}
    return {
        ("study", "like"): {"anyOf": [{"enum": studies}, {"type": "string"}]},
        ("study", "use"): used,
        ("inventory", "use"): used,
        ("study", "choices"): {"type": "object", "properties": choices, "additionalProperties": False},
        ("study", "indicators"): {"type": "array", "items": {"anyOf": [{"enum": list(read_indicators())}, {"type": "string", "pattern": "\\|"}]}},
        ("process", "covers"): {"type": "array", "items": {"enum": list(read_indicators())}},
    }


def _reached(document: str) -> list[str]:
    """The kinds of entry that a document may hold, itself first."""

    def below(kind: str) -> list[str]:
        parts = [part.partition(":") for field in fields()[kind].values() for part in field.holds.split(" or ")]
        return [what for way, _, what in parts if way in ("one", "many", "list")]

    return reached([document], below)
