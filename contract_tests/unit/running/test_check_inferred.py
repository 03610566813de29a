"""Mocks of files that declare nothing conform to these, in any mode, and most is examined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from greenroom.contract.catalog import find, load
from greenroom.http import exchange as ex
from greenroom.server.background import StartMock
from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check

TEXT, COUNT, FLAG = {"type": "string"}, {"type": "integer", "minimum": 1}, {"type": "boolean"}
PET = {"type": "object", "required": ["id", "name"], "properties": {"id": TEXT, "name": TEXT}}
CURSORS = ("cursor", "starting_after", "ending_before")
# By name: the parameters of the list, and what its response tells beside `data`.
FILES = {
    "cursors": ({"limit": COUNT, "cursor": TEXT}, {"next_cursor": {"type": ["string", "null"]}}),
    "records": (
        {"limit": COUNT, "starting_after": TEXT, "ending_before": TEXT}, {"has_more": FLAG},
    ),
}  # fmt: skip


def document(parameters: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI file without links, effects, errors and examples."""
    pet = {"$ref": "#/components/schemas/Pet"}

    def shown(schema: Any) -> dict[str, Any]:
        return {"200": {"description": "It.", "content": {"application/json": {"schema": schema}}}}

    page = {"data": {"type": "array", "items": pet}, **told}
    envelope = {"type": "object", "required": [*page], "properties": page}
    queried = [{"name": n, "in": "query", "schema": s} for n, s in parameters.items()]
    new = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
    sent = {"required": True, "content": {"application/json": {"schema": new}}}
    here = {"name": "pet", "in": "path", "required": True, "schema": TEXT}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/pets": {
                "get": {
                    "operationId": "listPets", "parameters": queried, "responses": shown(envelope)
                },
                "post": {
                    "operationId": "createPet", "requestBody": sent, "responses": shown(pet)
                },
            },
            "/pets/{pet}": {
                "get": {"operationId": "getPet", "parameters": [here], "responses": shown(pet)}
            },
        },
        "components": {"schemas": {"Pet": PET}},
    }  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_mock_of_a_file_conforms_to_it(name: str, greenroom: StartMock, tmp_path: Path) -> None:
    """Reading takes identifiers from a list or, where that is empty, is left out with the reason.

    No request has a made-up cursor.
    """
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps(document(*FILES[name])))
    server = greenroom(str(file))
    (source,), mock = find([str(file)]), server[str(file)]
    writing = Options(writes=True, allowed=frozenset(("createPet",)))
    for space, options, examined in (
        ("", Options(), {"listPets", "getPet"}),
        ("", writing, {"listPets", "createPet", "getPet"}),
        ("/~empty", Options(), {"listPets"}),
        ("/~full", writing, {"listPets", "createPet", "getPet"}),
        ("/~full", Options(), {"listPets", "getPet"}),
    ):
        url = mock.url.replace(server.url, server.url + space)
        report = check(load(source), url, None, options)
        found = [finding.message for finding in report.findings if not finding.is_addition]
        assert (found, report.problem, report.exit_code) == ([], "", 0), (space, options)
        assert {each.operation for each in report.operations if each.examined} == examined
        accepted = [e.request.query for e in report.exchanges if e.purpose in ex.VALID]
        assert not any(cursor in query for query in accepted for cursor in CURSORS)
        reasons = {each.operation: each.why_not for each in report.operations}
        assert ("no response supplied pet" in reasons["getPet"]) is (space == "/~empty")
