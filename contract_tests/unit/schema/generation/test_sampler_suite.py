"""For every schema of the JSON Schema Test Suite a valid value is generated, or none.

`scripts/schema_suite.sh` downloads the suite, or GREENROOM_SCHEMA_SUITE names its folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greenroom.schema.generation.sampler import Sampler, UnsatisfiedError
from greenroom.schema.validators import SchemaSet

_DEFAULT = Path(__file__).resolve().parents[4] / ".cache" / "json-schema-suite"
SUITE = Path(os.environ.get("GREENROOM_SCHEMA_SUITE", _DEFAULT)) / "tests" / "draft2020-12"
FILES = sorted(path.relative_to(SUITE).as_posix() for path in SUITE.rglob("*.json"))
# A value that is valid by it exists, and is not found: almost everything is ruled out by a `not`
# around choices.
MISSED = {("not.json", "collect annotations inside a 'not', even if collection is disabled")}

pytestmark = pytest.mark.skipif(
    not FILES, reason="the suite is not there; scripts/schema_suite.sh brings it"
)


def groups(file: str) -> Iterator[tuple[str, Any, list[Any], SchemaSet]]:
    """Name, schema and valid values of each group whose schema can be compiled alone."""
    for group in json.loads((SUITE / file).read_text(encoding="utf-8")):
        raw = {"schema": group["schema"]}
        if isinstance(group["schema"], dict):
            # References to the root lead to the schema itself.
            raw = group["schema"]
        schemas = SchemaSet(raw)
        try:
            is_valid = schemas.validator(where(group["schema"])).is_valid
        except ValueError:
            continue
        valid = [t["data"] for t in group["tests"] if t["valid"] and is_valid(t["data"])]
        yield group["description"], raw, valid, schemas


def where(schema: Any) -> str:
    """The pointer of a schema that is a document, or alone in one."""
    return "" if isinstance(schema, dict) and "schema" not in schema else "/schema"


@pytest.mark.parametrize("seed", [None, 1, 2])
@pytest.mark.parametrize("file", FILES)
def test_a_value_is_generated_for_a_schema_of_the_suite(file: str, seed: int | None) -> None:
    """Where the suite has a valid value, one is generated."""
    for name, raw, valid, schemas in groups(file):
        pointer = where(raw)
        try:
            value = Sampler(schemas).value(pointer, seed)
        except UnsatisfiedError:
            assert not valid or (file, name) in MISSED, name
        else:
            assert schemas.validator(pointer).is_valid(value), (name, value)
