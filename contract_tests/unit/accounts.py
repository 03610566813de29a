"""A contract whose requests name things of an account in their bodies, and that subscribes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract


def body(value: Any, *required: str, **properties: Any) -> dict[str, Any]:
    """A JSON body with an example."""
    named = value if isinstance(value, dict) else {}
    schema = {
        "type": "object",
        "required": list(required),
        "properties": {**{name: {} for name in named}, **properties},
    }
    content = {"schema": schema, "examples": {"One": {"value": value}}}
    return {"required": True, "content": {"application/json": content}}


def answer(value: Any, **links: Any) -> dict[str, Any]:
    """The documented responses of an operation, with links from the success."""
    schema = {"type": "object", "properties": {name: {} for name in value}}
    content = {"schema": schema, "examples": {"One": {"value": value}}}
    found = {
        name: {"operationId": name, "requestBody": sent} if isinstance(sent, dict) else sent[0]
        for name, sent in links.items()
    }
    ok = {"description": "", "content": {"application/json": content}, "links": found}
    error = {"application/json": {"schema": {"type": "object", "required": ["error"]}}}
    refused = {**error["application/json"], "examples": {"Bad": {"value": {"error": "bad"}}}}
    return {
        "201": ok,
        "400": {"description": "", "content": {"application/json": refused}},
        "404": {"description": "", "content": {"application/json": refused}},
    }


def operation(name: str, effects: list[str], **members: Any) -> dict[str, Any]:
    """An operation."""
    stated = {"x-effect-reason": "It only computes."} if effects == ["read"] else {}
    return {"operationId": name, "x-effect": effects, **stated, **members}


def by_id(name: str = "id") -> list[dict[str, Any]]:
    """The parameter of a path."""
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}]


JOB = {"jobId": "example-job"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Account", "version": "1"},
    "paths": {
        "/jobs": {
            "post": operation(
                "createJob",
                ["create"],
                requestBody=body({"sourceId": "made-up"}, "sourceId"),
                responses=answer(
                    {"id": "new-job", "sourceId": "made-up"},
                    createTask={"jobId": "$response.body#/id"},
                    closeJob={"jobId": "$response.body#/id"},
                    quoteJob={"sourceId": "$request.body#/sourceId"},
                ),
            )
        },
        "/jobs/{id}": {
            "get": operation("getJob", ["read"], parameters=by_id(), responses=answer({}))
        },
        "/tasks": {
            "post": operation(
                "createTask",
                ["create"],
                requestBody=body({**JOB, "title": "a"}, "jobId"),
                responses=answer({"id": "new-task"}),
            )
        },
        "/close": {
            "post": operation(
                "closeJob", ["change"], requestBody=body(JOB), responses=answer({"done": True})
            )
        },
        "/quotes": {
            "post": operation(
                "quoteJob",
                ["read"],
                requestBody=body({"sourceId": "example-source", "jobIds": ["example-job"]}),
                responses=answer({"price": 1}),
            )
        },
        "/roles": {
            "put": operation(
                "assignRole",
                ["change"],
                requestBody=body(
                    {"who": [{"userId": "example-user"}], "role": "admin"},
                    who={
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"userId": {"x-identifier": True, "type": "string"}},
                        },
                    },
                ),
                responses=answer({"done": True}),
            )
        },
        "/hooks": {
            "post": operation(
                "createHook",
                ["create", "subscribe"],
                requestBody=body({"url": "https://stranger.example.com/x", "event": "made"}),
                responses=answer({"id": "new-hook"}),
            )
        },
        "/settings": {
            "put": operation(
                "saveSettings",
                ["change"],
                requestBody=body({"logo": "https://stranger.example.com/logo.png"}),
                responses=answer({"done": True}),
            )
        },
    },
}


def account() -> Contract:
    """The contract; a new one each time."""
    return build(deepcopy(DOCUMENT), "account", "account.yaml")
