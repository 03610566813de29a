"""Bodies are validated as the JSON Schema Test Suite specifies, for draft 2020-12.

`scripts/schema_suite.sh` downloads the suite, or GREENROOM_SCHEMA_SUITE names its folder; nothing
of it is in this repository. Each schema is loaded as that of a JSON body, so that references and
values are read as in any contract and any request.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greenroom.contract.catalog import build
from greenroom.errors import InvalidContractError
from greenroom.mock.request import bodies
from greenroom.mock.request.body_reading import BodyReading
from greenroom.schema.validators import SchemaSet

_DEFAULT = Path(__file__).resolve().parents[1] / ".cache" / "json-schema-suite"
SUITE = Path(os.environ.get("GREENROOM_SCHEMA_SUITE", _DEFAULT)) / "tests" / "draft2020-12"
FILES = sorted(path.relative_to(SUITE).as_posix() for path in SUITE.rglob("*.json"))
JSON = "application/json"
# A schema of a contract is part of a document, unlike those of the suite.
IDENTIFIER = "https://suite.test/schema"

ASSERTED = "formats are asserted here, which is an implementation's to choose"
REMOTE = "refers to another document, and nothing is fetched"
DYNAMIC = "a $dynamicRef that leads to several schemas is refused when a contract is loaded"
DIALECT = "OpenAPI 3.1 has one dialect; that of a schema is not looked at"
FORMATS = (
    "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4",
    "ipv6", "iri", "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri",
    "uri-reference", "uri-template", "uuid",
)  # fmt: skip
# Where the results differ from the suite, and why: the groups of each file. No others may.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "defs.json": {"validate definition against metaschema": REMOTE},
    "dynamicRef.json": {
        "A $dynamicRef resolves to the first $dynamicAnchor still in scope that is encountered "
        "when the schema is evaluated": DYNAMIC,
        "A $dynamicRef with intermediate scopes that don't include a matching $dynamicAnchor does "
        "not affect dynamic scope resolution": DYNAMIC,
        "A $dynamicRef that initially resolves to a schema with a matching $dynamicAnchor resolves "
        "to the first $dynamicAnchor in the dynamic scope": DYNAMIC,
        "multiple dynamic paths to the $dynamicRef keyword": DYNAMIC,
        "after leaving a dynamic scope, it is not used by a $dynamicRef": DYNAMIC,
        "strict-tree schema, guards against misspelled properties": REMOTE,
        "tests for implementation dynamic anchor and reference link": REMOTE,
        "$ref and $dynamicAnchor are independent of order - $defs first": REMOTE,
        "$ref and $dynamicAnchor are independent of order - $ref first": REMOTE,
        "$ref to $dynamicRef finds detached $dynamicAnchor": REMOTE,
        "$dynamicRef skips over intermediate resources - direct reference": DYNAMIC,
    },
    "format.json": dict.fromkeys((f"{name} format" for name in FORMATS), ASSERTED),
    "optional/cross-draft.json": {
        "refs to historic drafts are processed as historic drafts": REMOTE
    },
    "optional/dynamicRef.json": {
        "$dynamicRef skips over intermediate resources - pointer reference across resource "
        "boundary": DYNAMIC
    },
    "ref.json": {"remote ref, containing refs itself": REMOTE},
    "refRemote.json": dict.fromkeys(
        (
            "remote ref",
            "fragment within remote ref",
            "anchor within remote ref",
            "ref within remote ref",
            "base URI change",
            "base URI change - change folder",
            "base URI change - change folder in subschema",
            "root ref in remote ref",
            "remote ref with ref to defs",
            "Location-independent identifier in remote ref",
            "retrieved nested refs resolve relative to their URI not $id",
            "remote HTTP ref with different $id",
            "remote HTTP ref with different URN $id",
            "remote HTTP ref with nested absolute ref",
            "$ref to $ref finds detached $anchor",
        ),
        REMOTE,
    ),
    "unevaluatedItems.json": {"unevaluatedItems with $dynamicRef": DYNAMIC},
    "unevaluatedProperties.json": {"unevaluatedProperties with $dynamicRef": DYNAMIC},
    "vocabulary.json": {
        "schema that uses custom metaschema with with no validation vocabulary": DIALECT
    },
}


def reader(schema: Any) -> bodies.BodyValidator:
    """The validator of the bodies of a contract with a schema of the suite.

    Raises InvalidContractError if no contract can have the schema.
    """
    if isinstance(schema, dict):
        kept = {key: value for key, value in schema.items() if key != "$schema"}
        schema = {"$id": IDENTIFIER, **kept}
    content = {JSON: {"schema": {"$ref": "#/components/schemas/Case"}}}
    operation = {"requestBody": {"content": content}, "responses": {"200": {"description": "Ok."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Suite", "version": "1"},
        "paths": {"/case": {"post": operation}},
        "components": {"schemas": {"Case": schema}},
    }
    contract = build(document, "suite", "suite.yaml")
    body = contract.operations[0].body
    assert body is not None
    return bodies.compile_validators(body, SchemaSet(contract.document))[JSON]


def unlike(group: Any) -> Iterator[str]:
    """The tests of a group whose result differs from the suite."""
    try:
        violations = reader(group["schema"])
    except InvalidContractError as error:
        yield str(error)
        return
    for test in group["tests"]:
        is_valid = not violations(json.dumps(test["data"]).encode(), "", BodyReading())
        if is_valid != test["valid"]:
            yield test["description"]


@pytest.mark.skipif(not FILES, reason="no suite here: run scripts/schema_suite.sh")
@pytest.mark.parametrize("file", FILES or ["none"])
def test_bodies_are_validated_as_the_suite_specifies(file: str) -> None:
    """Except as listed in the table, with reasons."""
    groups = json.loads((SUITE / file).read_text(encoding="utf-8"))

    found = {group["description"]: list(unlike(group)) for group in groups}

    assert {name for name, different in found.items() if different} == set(
        EXCEPTIONS.get(file, ())
    ), found
