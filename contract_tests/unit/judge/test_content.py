"""Header fields and bodies of responses and webhooks are judged alike."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.contract.model import Parameter
from greenroom.schema.instance_walk import SchemaWalk
from greenroom_contracts.judge.header_fields import header_findings, raw_fields
from greenroom_contracts.judge.location import Location

COUNTS = {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize(
    ("schema", "values", "kinds"),
    [
        ({"type": "integer"}, ["5"], []),
        ({"type": "integer"}, ["five"], ["invalid-header"]),
        ({"type": "string", "format": "date"}, ["2026-01-31"], []),
        ({"enum": ["a", "b"]}, ["c"], ["invalid-header"]),
        (COUNTS, ["1, 2"], []),
        (COUNTS, ["1", "2"], []),
        (COUNTS, ["1, two"], ["invalid-header"]),
        ({"type": "string"}, [], ["missing-header"]),
    ],
)
def test_a_header_field_is_read_by_its_schema(
    schema: dict[str, Any], values: list[str], kinds: list[str]
) -> None:
    """As the mock reads it: a list at its commas, its items by their type."""
    document = {"h": {"schema": schema}}
    header = Parameter("X-Count", "header", "/h", True, "simple", False, "/h/schema")
    fields = tuple(("x-count", value) for value in values)

    found = header_findings(Location(SchemaWalk(document), "op"), header, fields)

    assert [finding.kind for finding in found] == kinds


def test_a_missing_field_of_an_incomplete_message_is_not_a_finding() -> None:
    """The author of the file may have omitted it."""
    header = Parameter("X-Count", "header", "/h", True, "simple", False, None)

    assert not list(header_findings(Location(SchemaWalk({}), "op"), header, (), complete=False))


def test_fields_are_joined_as_a_server_joins_them() -> None:
    """By their names in lower case, each character outside Latin-1 as UTF-8."""
    fields = [("X-A", "ü"), ("x-a", "€"), ("X-B", "1")]

    assert raw_fields(fields) == {b"x-a": b"\xfc, \xe2\x82\xac", b"x-b": b"1"}
