"""Requests generated for checks are valid where schemathesis does not know the rule."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from contracts import LIMITED, NESTED, STRINGS, body, contract, response
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, HookContext
from schemathesis.core.parameters import ParameterLocation
from uploading import MULTIPART

from generating import in_process
from greenroom.contract.model import Contract
from greenroom.server.app import build_app
from greenroom_contracts.fuzzing.schemathesis_schema import with_files

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
    return in_process(made, build_app([made]))["/things"]["POST"]


def test_generated_valid_requests_keep_the_limit() -> None:
    """Without the hook most of these would be refused."""

    @FEW
    @given(case=_operation(MADE).as_strategy(generation_mode=GenerationMode.POSITIVE))
    def check(case: Any) -> None:
        case.call_and_validate()

    check()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_a_valid_body_beyond_the_limit_is_left_out(mode: GenerationMode) -> None:
    """A body that is invalid on purpose is sent."""
    hooks = in_process(MADE, None).hooks
    (keeps,) = hooks.get_all_by_name("filter_case")

    @FEW
    @given(case=_operation(MADE).as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        assert keeps(HookContext(), case)
        if case.meta.is_negative_at(ParameterLocation.BODY):
            return
        case.body = {"inner": {"a": ["1"] * 2, "b": ["1"] * 2}}
        assert not keeps(HookContext(), case)

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
    made = with_files(UPLOAD.document, media, {"file": [1, None], "scan": "a", "name": [2]})

    assert made == {"file": "[1, null]", "scan": "a", "name": [2]}
