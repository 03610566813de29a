"""A run changes and deletes only the resource that a creation of its own is about."""

from __future__ import annotations

import json
from typing import Any

import pytest
from accounts import answer, body, by_id, operation

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check
from servers import HttpRequest, HttpResponse, serving

WRITES = Options(writes=True, generated=0, invalid=0, credentials=False)
PARAMETER = {"in": "query", "required": True, "schema": {"type": "string"}, "example": "theirs-7"}


def linked(**targets: tuple[str, str]) -> dict[str, Any]:
    """Links that set one path parameter each."""
    return {
        name: [{"operationId": name, "parameters": {key: text}}]
        for name, (key, text) in targets.items()
    }


def contract(success: str = "201", **statuses: Any) -> Contract:
    """Tasks belong to projects, both of which can be changed and deleted."""
    responses = answer(
        {"id": "t", "projectId": "p"},
        deleteTask=linked(deleteTask=("id", "$response.body#/id"))["deleteTask"],
        deleteProject=linked(deleteProject=("id", "$response.body#/projectId"))["deleteProject"],
        renameProject=linked(renameProject=("id", "$response.body#/project/id"))["renameProject"],
        closeProject={"projectId": "$response.body#/project/id"},
        addStep=linked(addStep=("id", "$response.body#/id"))["addStep"],
    )
    paths = {
        "/tasks": {
            "get": operation("listTasks", ["read"], responses=answer([])),
            "post": operation(
                "createTask",
                ["create"],
                requestBody=body({"title": "a"}),
                responses={
                    **{success if k == "201" else k: v for k, v in responses.items()},
                    **{k[1:]: responses["201"] for k in statuses},
                },
            ),
        },
        "/tasks/{id}": {
            "delete": operation(
                "deleteTask",
                ["delete"],
                parameters=[{**by_id()[0], "example": "example-task"}],
                responses=answer({}),
            )
        },
        "/tasks/{id}/steps": {
            "put": operation("addStep", ["change"], parameters=by_id(), responses=answer({}))
        },
        "/projects/{id}": {
            "delete": operation(
                "deleteProject", ["delete"], parameters=by_id(), responses=answer({})
            ),
            "patch": operation(
                "renameProject", ["change"], parameters=by_id(), responses=answer({})
            ),
        },
        "/close": {
            "post": operation(
                "closeProject",
                ["change"],
                requestBody=body({"projectId": "example"}, "projectId"),
                responses=answer({}),
            )
        },
    }
    info = {"title": "Tasks", "version": "1"}
    return build({"openapi": "3.1.0", "info": info, "paths": paths}, "tasks", "tasks.yaml")


def altered(made: Contract, created: HttpResponse, listed: Any = ()) -> set[str]:
    """The requests by which a check changed or deleted something."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.method == "GET":
            return HttpResponse(200, json.dumps(listed).encode())
        return created if request.path == "/tasks" else HttpResponse(201, b"{}")

    with serving(respond) as (url, seen):
        check(made, url, "", WRITES)
    return {request.line for request in seen if request.path != "/tasks"}


NEW = {"id": "new-1", "projectId": "old-1", "project": {"id": "old-1"}}


def test_what_a_creation_only_mentions_is_not_the_run_s_own() -> None:
    """The project was there before, whichever member names it; the task was not."""
    created = HttpResponse(201, json.dumps(NEW).encode())
    assert altered(contract(), created) == {"DELETE /tasks/new-1", "PUT /tasks/new-1/steps"}


def test_a_resource_that_the_run_has_read_before_is_not_its_own() -> None:
    """Wherever a response had its identifier, by a link or not."""
    created = HttpResponse(201, json.dumps(NEW).encode())
    assert altered(contract(), created, [{"about": {"taskId": "new-1"}}]) == set()


@pytest.mark.parametrize(("status", "own"), [(200, False), (202, False), (201, True)])
def test_where_201_is_documented_another_status_creates_nothing(status: int, own: bool) -> None:
    """200 says that the resource existed already."""
    created = HttpResponse(status, json.dumps(NEW).encode())
    found = altered(contract(_200=True, _202=True), created)
    assert bool(found) is own


@pytest.mark.parametrize(
    ("more", "own"),
    [
        ({}, True),
        ({"createdAt": "2999-01-05T09:00:00Z"}, True),
        ({"createdAt": "2020-01-05T09:00:00Z"}, False),
        ({"created": 1577836800}, False),
        ({"creation_date": "2020-01-05"}, False),
        ({"project": {"id": "old-1", "createdAt": "2020-01-05T09:00:00Z"}}, True),
        ({"createdBy": 7, "created": True, "created_count": 3, "createdIn": None}, True),
        ({"id": "example-task"}, False),
    ],
)
def test_where_only_200_is_documented_something_older_is_not_the_run_s_own(
    more: dict[str, Any], own: bool
) -> None:
    """It says itself when it was created, or an example of the contract names it."""
    created = HttpResponse(200, json.dumps({**NEW, **more}).encode())
    assert bool(altered(contract("200"), created)) is own


def of_parameter(where: str, name: str, method: str = "delete", **more: Any) -> set[str]:
    """The requests of a check of one operation of others, which is allowed."""
    parameter = {**PARAMETER, "in": where, "name": name, **more}
    node = {"operationId": "act", "parameters": [parameter], "responses": answer({})}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Foreign", "version": "1"},
        "paths": {"/things": {method: node}},
    }
    made = build(document, "foreign", "foreign.yaml")
    options = Options(writes=True, allowed=frozenset(("act",)), generated=0, invalid=0)
    with serving(lambda _: HttpResponse(201, b"{}")) as (url, seen):
        check(made, url, "", options)
    return {
        f"{r.line} {r.headers.get(name.lower(), '')} {r.headers.get('cookie', '')}" for r in seen
    }


@pytest.mark.parametrize("name", ["thing_id", "email", "filter"])
@pytest.mark.parametrize("method", ["delete", "put", "patch"])
def test_what_a_query_selects_is_not_changed_without_the_caller_s_value(
    name: str, method: str
) -> None:
    """The permission alone does not say which one."""
    assert of_parameter("query", name, method) == set()


@pytest.mark.parametrize("where", ["header", "cookie"])
@pytest.mark.parametrize("name", ["X-User-Id", "tenantID"])
def test_an_identifier_in_a_header_field_or_cookie_is_made_up(where: str, name: str) -> None:
    """It is never that of an example."""
    (request,) = of_parameter(where, name)
    assert "theirs-7" not in request
    assert len(request) > len("DELETE /things   ") + 8
