"""A mock compiles an operation when it is first called, GraphQL schemas at the start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from contracts import OK, Client, contract

from greenroom.mock import mock as module
from greenroom.mock.mock import Mock
from greenroom.mock.operation import CompiledOperation

PATHS = {
    "/jobs": {"get": {"operationId": "listJobs", "responses": OK}},
    "/jobs/{id}": {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
        "get": {"operationId": "getJob", "responses": OK},
        "delete": {"operationId": "deleteJob", "responses": OK},
    },
}


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The operations that are compiled, in their order."""
    found: list[str] = []

    class Noted(CompiledOperation):
        def __init__(self, operation, *rest, **named) -> None:  # type: ignore[no-untyped-def]
            found.append(operation.id)
            super().__init__(operation, *rest, **named)

    monkeypatch.setattr(module, "CompiledOperation", Noted)
    return found


def test_a_start_compiles_nothing(compiled: list[str]) -> None:
    """So that it takes no longer for a large contract."""
    Mock(contract(PATHS))

    assert compiled == []


def test_a_request_compiles_the_operations_of_its_path(compiled: list[str]) -> None:
    """Once."""
    client = Client(contract(PATHS))

    for _ in range(2):
        assert client.get("/acme/jobs/1").status == 200
        assert client.send("DELETE", "/acme/jobs/1").status == 200

    assert compiled == ["getJob", "deleteJob"]


def test_an_unknown_path_compiles_nothing(compiled: list[str]) -> None:
    """There may be many of them."""
    client = Client(contract(PATHS))

    assert client.get("/acme/lost").status == 404
    assert compiled == []


def test_all_operations_are_compiled_where_all_are_asked_for(compiled: list[str]) -> None:
    """In the order of the contract, and those that were used already are not compiled again."""
    mock = Mock(contract(PATHS))
    found = mock.route("/jobs/1")
    assert found is not None
    used = found[0].operations["GET"]

    named = [each.operation.id for each in mock.operations]

    assert named == ["listJobs", "getJob", "deleteJob"]
    assert mock.operations[1] is used
    assert sorted(compiled) == ["deleteJob", "getJob", "listJobs"]


def test_an_unknown_path_says_where_the_paths_begin() -> None:
    """Most of them lack the base path of the servers; a path below it is only unknown."""
    servers = [{"url": "https://api.example.com/v1"}, {"url": "https://eu.example.com/v2"}]
    client = Client(contract(PATHS, servers=servers))
    begin = "acme has no path /jobs/1; its paths begin with /v1 or /v2"
    assert client.get("/acme/jobs/1").headers["x-greenroom-reason"] == begin
    assert client.get("/acme/v1/lost").headers["x-greenroom-reason"] == "acme has no path /v1/lost"
    without = Client(contract({})).get("/acme/jobs/1")
    assert without.headers["x-greenroom-reason"] == "acme has no path /jobs/1"
