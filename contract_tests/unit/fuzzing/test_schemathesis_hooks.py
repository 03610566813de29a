"""Requests generated for checks are valid where schemathesis does not know the rule."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from contracts import LIMITED, NESTED, STRINGS, body, contract, document, response
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, HookContext
from uploading import MULTIPART

from greenroom.contract.model import Contract
from greenroom.server.app import build_app
from greenroom_contracts.fuzzing import schemathesis_hooks
from greenroom_contracts.fuzzing.schemathesis_schema import schemathesis_schema

# A value, and the same value cut to its limits.
CUT: list[tuple[Any, Any]] = [
    ({"inner": {"a": ["1", "2"], "b": ["3"]}}, {"inner": {"a": ["1", "2"], "b": ["3"]}}),
    ({"inner": {"a": ["1", "2", "3", "4", "5"]}}, {"inner": {"a": ["1", "2", "3"]}}),
    (
        {"inner": {"a": ["1", "2", "3"], "b": ["4", "5"], "c": ["6"]}},
        {"inner": {"a": ["1"], "b": ["4", "5"], "c": ["6"]}},
    ),
    (
        {"many": [{"a": ["1"] * 4}, {"b": ["2"] * 4}]},
        {"many": [{"a": ["1"] * 3}, {"b": ["2"] * 3}]},
    ),
    ({"inner": {"a": None, "b": ["1"] * 9}}, {"inner": {"a": None, "b": ["1"] * 3}}),
    ({"inner": 5, "many": {}, "other": ["1"] * 9}, {"inner": 5, "many": {}, "other": ["1"] * 9}),
    (["1"] * 9, ["1"] * 9),
]


@pytest.mark.parametrize(("value", "expected"), CUT)
def test_a_generated_value_is_cut_to_its_limits(value: Any, expected: Any) -> None:
    """From the end of the longest array, in a copy."""
    raw = document({}, components={"schemas": {"Limited": LIMITED, "Nested": NESTED}})
    before = deepcopy(value)

    assert schemathesis_hooks.within_limits(raw, ["/components/schemas/Nested"], value) == expected
    assert value == before


def test_no_array_is_cut_below_its_own_minimum() -> None:
    """Another one is cut instead, or none if every array has its minimum."""
    schema = deepcopy(LIMITED)
    schema["properties"]["a"] = {"allOf": [{"type": "array", "minItems": 3}]}
    raw = document({}, components={"schemas": {"S": schema}})
    value = {"a": ["1", "2", "3"], "b": ["4"]}

    assert schemathesis_hooks.within_limits(raw, ["/components/schemas/S"], value) == {
        "a": value["a"],
        "b": [],
    }
    schema["properties"]["b"] = {"type": "array", "minItems": 1}
    assert schemathesis_hooks.within_limits(raw, ["/components/schemas/S"], value) == value


CROWDED = deepcopy(LIMITED)
CROWDED["required"] = ["a", "b"]
CROWDED["properties"]["a"] = {**STRINGS, "minItems": 1, "maxItems": 3}
CROWDED["properties"]["b"] = {**STRINGS, "minItems": 1, "maxItems": 3}
MADE = contract(
    {
        "/things": {
            "post": {
                "operationId": "do",
                "requestBody": body(NESTED),
                "responses": {"200": response("done"), "422": response("no")},
            }
        }
    },
    components={"schemas": {"Limited": CROWDED}},
    servers=[{"url": "https://acme.example"}],
)
FEW = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def _operation(made: Contract) -> Any:
    schema = schemathesis_schema(
        made, base_url="http://127.0.0.1/acme", credential="test-key", app=build_app([made])
    )
    return schema["/things"]["POST"]


def test_generated_valid_requests_keep_the_limit() -> None:
    """Without the hook most of these would be refused."""

    @FEW
    @given(case=_operation(MADE).as_strategy(generation_mode=GenerationMode.POSITIVE))
    def check(case: Any) -> None:
        case.call_and_validate()

    check()


def test_generated_invalid_requests_are_not_changed() -> None:
    """Shortening an array could make them valid."""
    hook = schemathesis_hooks.valid_case(MADE)

    @FEW
    @given(case=_operation(MADE).as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def check(case: Any) -> None:
        case.body = {"inner": {"a": ["1"] * 9}}
        assert hook(HookContext(), case).body == {"inner": {"a": ["1"] * 9}}

    check()


UPLOAD = contract(
    {
        "/things": {
            "post": {
                "operationId": "do",
                "requestBody": {
                    "required": True,
                    "content": {
                        MULTIPART: {
                            "schema": {
                                "type": "object",
                                "required": ["file", "scan"],
                                "properties": {
                                    "file": {"contentMediaType": "application/octet-stream"},
                                    "scan": {"maxLength": 20},
                                    "name": {"type": "string"},
                                },
                            },
                            "encoding": {"scan": {"contentType": "image/tiff, application/x-acme"}},
                        }
                    },
                },
                "responses": {"200": response("done"), "422": response("no")},
            }
        }
    }
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_generated_files_can_be_sent(mode: GenerationMode) -> None:
    """Whatever their schema is, and whatever value was generated."""

    @FEW
    @given(case=_operation(UPLOAD).as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate()

    check()


def test_a_generated_value_of_a_file_is_a_string() -> None:
    """Strings stay as they are, other values are written as JSON."""
    (media,) = UPLOAD.operations[0].body.content  # type: ignore[union-attr]
    made = schemathesis_hooks.with_files(
        UPLOAD.document, media, {"file": [1, None], "scan": "a", "name": [2]}
    )

    assert made == {"file": "[1, null]", "scan": "a", "name": [2]}


@pytest.mark.parametrize("limit", [None, 3, {}, {"properties": [["a"], "a"]}, {"maximum": 0}])
def test_a_limit_of_another_form_is_ignored(limit: Any) -> None:
    """Files of other authors may use the name for something else."""
    raw = document({}, components={"schemas": {"S": {**LIMITED, "x-max-items-across": limit}}})

    value = {"a": ["1"] * 4}
    assert schemathesis_hooks.within_limits(raw, ["/components/schemas/S"], value) == value
