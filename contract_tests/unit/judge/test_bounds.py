"""Whatever a server sends, the number of findings and the parts looked at are bounded."""

from __future__ import annotations

from typing import Any

import pytest
from judged import contract_of, of_body

from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom.schema.validators import TOO_LARGE
from greenroom_contracts.judge.exchange_judge import ExchangeJudge

_ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "on": {"enum": ["a", "b"]}},
}
_LIST = {"type": "array", "items": _ITEM}


def facts(schema: Any, value: Any) -> list[tuple[str, str, int]]:
    """Kind, detail and count of the findings about a body."""
    return [(f.kind, f.detail, f.count) for f in of_body(schema, value)]


def test_many_wrong_items_are_one_fact_each() -> None:
    """With their number."""
    assert facts(_LIST, [{"id": "x", "new": 1}] * 5_000) == [
        ("wrong-type", "string", 5_000),
        ("undocumented-field", "new", 5_000),
    ]


def test_an_error_after_many_others_is_found() -> None:
    """Each name that is missing and each keyword is told."""
    assert facts(_LIST, [*[{"id": "x"}] * 3_000, {}, {"id": 1, "on": "c"}]) == [
        ("wrong-type", "string", 3_000),
        ("missing-field", "id", 1),
        ("undocumented-value", '"c"', 1),
    ]


def test_a_value_that_is_too_large_is_judged_by_its_first_items() -> None:
    """A hundred thousand small wrong items."""
    found = facts(_LIST, [{"a": 1}] * 100_000)
    assert [entry[:2] for entry in found] == [("missing-field", "id"), ("undocumented-field", "a")]


def test_keywords_of_a_list_that_is_cut_off_are_not_held_against_it() -> None:
    """The first items are fewer than `minItems`, but the list is not."""
    long = {**_LIST, "minItems": 50_000}
    assert facts(long, [{"id": 1}] * 60_000) == []
    assert {kind for kind, _, _ in facts(long, [{"id": "x"}] * 60_000)} == {"wrong-type"}
    (found,) = of_body(long, [{"id": 1}] * 40_000)
    assert (found.kind, found.pointer, found.message) == (
        "invalid-value",
        "/paths/~1things/get/responses/200/content/application~1json/schema",
        TOO_LARGE,
    )


def test_many_names_that_are_not_documented_are_counted() -> None:
    """An object with any names is no list of fields."""
    found = of_body(_ITEM, {"id": 1, **{f"n{i}": i for i in range(10_000)}})
    assert len(found) == 21
    assert found[-1].message == "9980 more fields are not documented"


@pytest.mark.parametrize("count", [10, 100_000])
def test_fields_that_were_not_looked_at_do_not_count_as_unseen(count: int) -> None:
    """In a body with too many parts; `on` is in no item."""
    ok = {"description": "x", "content": {"application/json": {"schema": _LIST}}}
    judge = ExchangeJudge(contract_of(responses={"200": ok}))
    body = b"[" + b",".join([b'{"id":1}'] * count) + b"]"
    response = Response(200, (("Content-Type", "application/json"),), body)
    request = Request("GET", "http://vendor.example/things")
    assert judge.findings(Exchange(1, "listThings", ex.DOCUMENTED, request, response)) == []
    assert [unseen.name for unseen in judge.coverage.unseen()] == (["on"] if count == 10 else [])


@pytest.mark.parametrize(
    ("schema", "value", "is_valid"),
    [
        ({"type": "integer", "format": "int32"}, 2**31 - 1, True),
        ({"type": "integer", "format": "int32"}, 2**31, False),
        ({"type": "integer", "format": "int32"}, -(2**31) - 1, False),
        ({"type": "integer", "format": "int64"}, 2**63 - 1, True),
        ({"type": "integer", "format": "int64"}, 2**63, False),
        ({"type": "number", "format": "float"}, 3.4e38, True),
        ({"type": "number", "format": "float"}, 1e39, False),
        ({"type": "number", "format": "double"}, 1e300, True),
        ({"type": "string", "format": "int64"}, "9223372036854775808", True),
        ({"type": ["integer", "null"], "format": "int32"}, None, True),
    ],
)
def test_a_number_is_in_the_range_of_its_format(schema: Any, value: Any, is_valid: bool) -> None:
    """The formats of OpenAPI (4.4)."""
    (expected, found) = ([], of_body({"type": "object", "properties": {"n": schema}}, {"n": value}))
    if not is_valid:
        expected = [("wrong-format", schema["format"], "response body /n")]
    assert [(f.kind, f.expected, f.instance) for f in found] == expected
    assert all(f.pointer.endswith("/properties/n/format") for f in found)
