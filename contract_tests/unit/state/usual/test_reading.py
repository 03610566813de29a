"""A read of a record that was shown before does what the first one did."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import contract
from state_contract import DOCUMENTED, ID, SCHEMAS, answer, ref

from greenroom.contract.model import Contract
from greenroom.server.app import build_app, space_access
from greenroom.server.middleware import ServerSettings
from greenroom.state.usual import reading
from wire import send

REGION = {"name": "region", "in": "path", "required": True, "schema": {"enum": ["eu"]}}
READ: dict[str, Any] = {
    "operationId": "getThing",
    "responses": {"200": answer(ref("Thing"), Thing=DOCUMENTED)},
}


def served(path: str, *parameters: Any) -> Contract:
    """An API with one read."""
    return contract(
        {path: {"get": {**READ, "parameters": parameters}}},
        components={"schemas": SCHEMAS},
    )


READS = {
    "an identifier": (served("/things/{id}", ID), ["/things/thing_001"] * 3),
    "a parameter that may be wrong": (
        served("/{region}/things/{id}", REGION, ID),
        ["/eu/things/thing_001", "/eu/things/thing_001", "/us/things/thing_001"]),
}  # fmt: skip


def told(api: Contract, paths: list[str]) -> list[Any]:
    """The responses to reads."""
    access = space_access([api], ServerSettings())
    access.spaces.put("s", seed=7)
    app = build_app([api], ServerSettings(), spaces=access)
    found: list[Any] = []
    for path in paths:
        reply = send(app, "GET", f"/~s/{api.name}{path}".encode(), [])
        found.append((reply.status, reply.headers, reply.body))
    return found


@pytest.mark.parametrize("name", READS)
def test_every_read_is_what_is_decided_step_by_step(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else its path says."""
    usual = told(*READS[name])
    monkeypatch.setattr(reading, "_MOST", 0)
    assert told(*READS[name]) == usual
