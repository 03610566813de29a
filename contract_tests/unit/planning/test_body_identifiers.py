"""Identifiers in request bodies are found by links, extensions and names, and never examples."""

from __future__ import annotations

from typing import Any

import pytest
from accounts import account, answer, body, by_id, operation

from greenroom.contract.catalog import build
from greenroom.contract.model import Operation
from greenroom_contracts.planning.body_identifiers import BodyIdentifiers, FilledBody


def of(sent: dict[str, Any], **more: Any) -> tuple[BodyIdentifiers, Operation]:
    """An operation with a body, in a contract with the path `/jobs/{id}` and others."""
    effects = more.pop("effects", ["create"])
    paths = {
        "/act": {"post": operation("act", effects, requestBody=sent, responses=answer({}))},
        "/jobs/{id}": {
            "get": operation("getJob", ["read"], parameters=by_id(), responses=answer({}))
        },
        "/people/{person_id}": {
            "get": operation(
                "getPerson",
                ["read"],
                parameters=by_id("person_id"),
                responses=answer({"teamId": "t-1"}),
            )
        },
        **more,
    }
    info = {"title": "Body", "version": "1"}
    contract = build({"openapi": "3.1.0", "info": info, "paths": paths}, "body", "body.yaml")
    return BodyIdentifiers(contract), contract.operations[0]


def places(sent: dict[str, Any], **more: Any) -> list[str]:
    """The paths of the identifiers in the documented body."""
    bodies, act = of(sent, **more)
    assert act.body is not None
    media = act.body.content[0]
    found = bodies.places(act, media, media.examples[0].value)
    return ["/".join(map(str, path)) for path in found]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"jobId": "j"}, ["jobId"]),
        ({"job_ids": ["j", "k"]}, ["job_ids"]),
        (
            {"people": [{"personId": 7}, {"personId": 8}]},
            ["people/0/personId", "people/1/personId"],
        ),
        ({"teamId": "t"}, ["teamId"]),
        ({"id": "j"}, ["id"]),
        ({"roomId": "r", "voice": "v", "paid": "p"}, ["roomId"]),
        ({"assignee_id": "a", "candidateIDs": ["c"]}, ["assignee_id", "candidateIDs"]),
        ({"user.uid": "u", "owner.name": "n", "email_id": "m"}, ["user.uid"]),
        ({"jobId": None, "job_ids": []}, []),
        ({"metadata": {"teamId": "t"}}, ["metadata/teamId"]),
    ],
)
def test_a_name_that_ends_in_id_is_that_of_an_identifier(value: Any, expected: list[str]) -> None:
    """Whether anything else in the contract has it or not."""
    assert places(body(value)) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "x-identifier": True}, ["key"]),
        ({"type": "string"}, []),
    ],
)
def test_an_extension_marks_an_identifier(schema: dict[str, Any], expected: list[str]) -> None:
    """Whatever its name is."""
    assert places(body({"key": "k"}, key=schema)) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "format": "uuid"}, ["phoneId"]),
        ({"type": "string", "enum": ["a"]}, []),
        ({"type": "string", "format": "email"}, []),
        ({"type": "string"}, ["phoneId"]),
    ],
)
def test_a_value_of_a_closed_list_or_another_format_is_no_identifier(
    schema: dict[str, Any], expected: list[str]
) -> None:
    """A UUID and a plain text are."""
    assert places(body({"phoneId": "a"}, phoneId=schema)) == expected


def filled(name: str, known: Any = None, **given: str) -> FilledBody:
    """The documented body of an operation of the account."""
    contract = account()
    found = next(o for o in contract.operations if o.id == name)
    assert found.body is not None
    media = found.body.content[0]
    options = {key.replace("_", "."): value for key, value in given.items()}
    return BodyIdentifiers(contract).filled(found, media, media.examples[0].value, known, options)


def test_an_identifier_that_is_not_known_is_left_out_or_lacking() -> None:
    """An optional one is left out; a required one, and what is changed, have to be known."""
    assert filled("createTask").lacking == ("jobId",)
    assert filled("quoteJob") == FilledBody({}, left_out=("sourceId", "jobIds"))
    assert filled("closeJob").lacking == ("jobId",)
    assert filled("assignRole").lacking == ("userId",)


def test_a_known_identifier_replaces_that_of_the_example() -> None:
    """Of a response, or of the caller, who takes precedence."""
    known = {"jobId": "theirs"}
    assert filled("createTask", known).value == {"jobId": "theirs", "title": "a"}
    assert filled("createTask", known, createTask_jobId="mine").value["jobId"] == "mine"
    assert filled("createTask", jobId="mine").value["jobId"] == "mine"
    assert filled("quoteJob", jobIds="a,b").value["jobIds"] == ["a", "b"]
    assert filled("assignRole", assignRole_userId="me").value["who"] == [{"userId": "me"}]


def test_an_identifier_for_all_operations_is_not_changed() -> None:
    """What changes something takes identifiers for itself alone."""
    assert filled("assignRole", userId="me").lacking == ("userId",)


def test_what_a_link_takes_from_a_request_is_made_up_by_the_caller() -> None:
    """The client's own reference is no identifier of a thing that exists."""
    assert filled("createJob").value == {"sourceId": "made-up"}


def test_an_identifier_that_nothing_supplies_is_made_up_if_it_is_required() -> None:
    """By its schema; where that allows none of ours, the caller has to give it."""
    for schema, form in (
        ({"type": "string"}, str),
        ({"type": "integer", "format": "int32"}, int),
        ({"type": "string", "pattern": "^[0-9]{6,16}$"}, str),
    ):
        sent = body({"roomId": "7" if form is str else 7}, "roomId", roomId=schema)
        bodies, act = of(sent)
        assert act.body is not None
        media = act.body.content[0]
        found = bodies.filled(act, media, media.examples[0].value, None, {})
        assert found.made_up == ("roomId",)
        assert type(found.value["roomId"]) is form
        assert found.value["roomId"] not in ("7", 7)
    bodies, act = of(body({"roomId": "r7"}, "roomId", roomId={"type": "string", "maxLength": 3}))
    assert act.body is not None
    media = act.body.content[0]
    assert bodies.filled(act, media, {"roomId": "r7"}, None, {}).lacking == ("roomId",)


def test_a_member_that_is_called_id_is_an_identifier() -> None:
    """Of a change it is what is changed, so it has to be known."""
    schema = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {}}}
    content = {"application/json": {"schema": schema, "example": {"id": 10, "name": "a"}}}
    bodies, act = of({"content": content}, effects=["change"])
    assert act.body is not None
    media = act.body.content[0]
    assert bodies.filled(act, media, {"id": 10, "name": "a"}, None, {}).lacking == ("id",)
    given = bodies.filled(act, media, {"id": 10, "name": "a"}, None, {"act.id": "7"})
    assert given.value == {"id": 7, "name": "a"}
