"""A draft states what the OpenAPI file states, in the form that specs/README.md asks for."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from greenroom.contract.catalog import build
from greenroom.contract.editing.draft import draft
from greenroom.lint import Document, find_problems

PET = {"type": "object", "properties": {"name": {"type": "string"}}}
OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "example": "p1",
                            "description": "Which.", "schema": {"type": "string"}}],
            "put": {
                "requestBody": {"required": True, "content": {"application/json": {
                    "schema": PET, "example": {"name": "Rex"}}}},
                "responses": {
                    "200": {"description": "The pet.", "content": {"application/json": {
                        "schema": {"type": "array", "items": PET},
                        "examples": {"Example": {"value": [{"name": "Rex"}]}}}}},
                    "404": {"description": "No pet."},
                },
                "tags": ["Pet"],
            },
            "get": {"operationId": "getPet", "responses": {"404": {"description": "No pet."}}},
        }
    },
    "info": {"title": "Pets", "version": "1"},
    "components": {"schemas": {"Owner": {"type": "object", "properties": {"dog": PET}}}},
}  # fmt: skip


def made() -> dict[str, Any]:
    """The draft of OPENAPI."""
    return draft(OPENAPI, "Pets", "2026-01-31")


def test_the_file_itself_is_not_changed() -> None:
    """Neither it nor anything in it."""
    before = deepcopy(OPENAPI)
    made()
    assert before == OPENAPI


def test_what_is_written_inline_becomes_a_component() -> None:
    """Equal parts become one."""
    document = made()
    operation = document["paths"]["/pets/{id}"]["put"]
    assert operation["requestBody"] == {"$ref": "#/components/requestBodies/PutPetsIdRequestBody"}
    assert operation["responses"]["404"] == {"$ref": "#/components/responses/PutPetsId404"}
    assert document["components"]["parameters"]["Id"]["schema"] == {"type": "string"}
    wrong = find_problems(Document(document))
    left = {"thin-paths", "inline-schemas", "named-objects", "key-order", "references", "effects"}
    assert left.isdisjoint({problem.rule for problem in wrong})


def test_an_operation_gets_an_id_a_summary_and_an_effect() -> None:
    """Those that it has stay."""
    path = made()["paths"]["/pets/{id}"]
    assert [path["put"][k] for k in ("operationId", "summary", "x-effect")] == [
        "putPetsId", "Put pets id", ["change"],
    ]  # fmt: skip
    assert (path["get"]["operationId"], path["get"]["x-effect"]) == ("getPet", ["read"])


def test_every_statement_names_the_file_as_its_source() -> None:
    """It is published, neither documented nor ours."""
    rules = {"provenance", "provenance-form", "sources"}
    assert not [p for p in find_problems(Document(made())) if p.rule in rules]
    assert made()["info"]["x-sources"]["openapi-file"]["date"] == "2026-01-31"


def test_the_draft_means_what_the_file_means() -> None:
    """The same operations with the same statuses, examples and required fields."""

    def facts(document: Any) -> Any:
        return [
            (o.method, o.path, [(p.name, p.required, len(p.examples)) for p in o.parameters],
             o.body and o.body.required, [r.status for r in o.responses],
             [e.value for r in o.responses for m in r.content for e in m.examples])
            for o in build(document, "pets", "pets.yaml").operations
        ]  # fmt: skip

    assert facts(made()) == facts(OPENAPI)
