"""On request the valid part of an invalid file is served, and every problem is reported."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from greenroom.contract.catalog import Loaded, find, load, load_valid_part, load_whole
from greenroom.contract.lenient.pruning import Pruning
from greenroom.errors import InvalidContractError
from greenroom.schema import json_pointer as ptr

RESPONSES = {"responses": {"200": {"description": "Fine."}}}
JOB = "/paths/~1jobs~1{id}"


def document(version: str = "3.1.0") -> dict[str, Any]:
    """A valid document of two operations."""
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": version,
        "info": {"title": "Jobs", "version": "1"},
        "paths": {
            "/jobs": {"get": {"operationId": "listJobs", **deepcopy(RESPONSES)}},
            "/jobs/{id}": {
                "parameters": [parameter],
                "get": {"operationId": "getJob", **deepcopy(RESPONSES)},
            },
        },
    }


def changed(changes: dict[str, Any], version: str = "3.1.0") -> dict[str, Any]:
    """The valid document with other values at pointers; `...` removes the value."""
    raw = document(version)
    for pointer, value in changes.items():
        *above, last = ptr.split(pointer)
        node: Any = raw
        for token in above:
            node = node[int(token)] if isinstance(node, list) else node.setdefault(token, {})
        if isinstance(node, list):
            node[int(last)] = value
        elif value is ...:
            del node[last]
        else:
            node[last] = value
    return raw


def loaded(folder: Path, document: dict[str, Any]) -> Loaded:
    """The part of a document that is served."""
    path = folder / "jobs.json"
    path.write_text(json.dumps(document))
    return load_valid_part(find([str(path)])[0])


def omitted(found: Loaded) -> list[tuple[str, tuple[str, ...]]]:
    """The pointer of every problem, and of what was left out because of it."""
    omissions = [(omission.problem.pointer, omission.left_out) for omission in found.omissions]
    return [*omissions, *((problem.pointer, ()) for problem in found.warnings)]


def served(found: Loaded) -> set[str]:
    """The operations that are served."""
    return {operation.id for operation in found.contract.operations}


BOTH = {"listJobs", "getJob"}
SCHEMA = "/components/schemas/Job"
CONTENT = f"{JOB}/get/responses/200/content"
MEDIA = f"{CONTENT}/application~1json"

# the values by pointer; the operations that remain; the problems and what was left out
FAULTS: dict[str, tuple[dict[str, Any], set[str], dict[str, tuple[str, ...]]]] = {
    "nothing": ({}, BOTH, {}),
    "a reference to nothing": (
        {f"{JOB}/get/responses/404": {"$ref": "#/components/responses/Lost"}},
        {"listJobs"},
        {f"{JOB}/get/responses/404/$ref": (f"{JOB}/get",)},
    ),
    "a reference to a missing file": (
        {f"{JOB}/get/requestBody": {"$ref": "bodies.yaml#/Job"}},
        {"listJobs"},
        {f"{JOB}/get/requestBody/$ref": (f"{JOB}/get",)},
    ),
    "a reference to an address": (
        {f"{MEDIA}/schema": {"$ref": "https://example.com/job"}},
        {"listJobs"},
        {f"{MEDIA}/schema/$ref": (f"{JOB}/get",)},
    ),
    "a parameter of all operations that leads nowhere": (
        {f"{JOB}/parameters/0": {"$ref": "#/components/parameters/Lost"}},
        {"listJobs"},
        {f"{JOB}/parameters/0/$ref": (JOB,)},
    ),
    "a component that leads nowhere, and what uses it": (
        {
            SCHEMA: {"properties": {"a": {"$ref": "#/components/schemas/Lost"}}},
            f"{MEDIA}/schema": {"$ref": "#/components/schemas/Job"},
        },
        {"listJobs"},
        {
            f"{SCHEMA}/properties/a/$ref": (SCHEMA,),
            f"{MEDIA}/schema/$ref": (f"{JOB}/get",),
        },
    ),
    "an example that leads nowhere": (
        {f"{MEDIA}/examples/a": {"$ref": "#/components/examples/Lost"}},
        BOTH,
        {f"{MEDIA}/examples/a/$ref": (f"{MEDIA}/examples/a",)},
    ),
    "a header that leads nowhere": (
        {f"{JOB}/get/responses/200/headers/X-A": {"$ref": "#/components/headers/Lost"}},
        BOTH,
        {f"{JOB}/get/responses/200/headers/X-A/$ref": (f"{JOB}/get/responses/200/headers/X-A",)},
    ),
    "a callback that leads nowhere": (
        {f"{JOB}/get/callbacks/done/{{$url}}/post": {"responses": {"200": {"$ref": "#/x"}}}},
        BOTH,
        {
            f"{JOB}/get/callbacks/done/{{$url}}/post/responses/200/$ref": (
                f"{JOB}/get/callbacks/done/{{$url}}/post",
            )
        },
    ),
    "a schema with an invalid keyword": (
        {SCHEMA: {"type": "text", "properties": {"a": {"minLength": -1, "maxLength": 3}}}},
        BOTH,
        {
            f"{SCHEMA}/type": (f"{SCHEMA}/type",),
            f"{SCHEMA}/properties/a/minLength": (f"{SCHEMA}/properties/a/minLength",),
        },
    ),
    "a property that is not a schema": (
        {SCHEMA: {"properties": {"a": "text", "b": {}}}},
        BOTH,
        {f"{SCHEMA}/properties/a": (f"{SCHEMA}/properties/a",)},
    ),
    "a broken pattern": (
        {SCHEMA: {"pattern": "("}},
        BOTH,
        {f"{SCHEMA}/pattern": (f"{SCHEMA}/pattern",)},
    ),
    "an invalid parameter": (
        {f"{JOB}/get/parameters": [{"name": "a", "in": "querry", "schema": {}}]},
        BOTH,
        {
            f"{JOB}/get/parameters/0/in": (f"{JOB}/get/parameters/0/in",),
            f"{JOB}/get/parameters/0": (f"{JOB}/get/parameters/0",),
        },
    ),
    "an invalid parameter among components, and what uses it": (
        {
            "/components/parameters/Page": {"name": "page", "in": "query"},
            f"{JOB}/get/parameters": [{"$ref": "#/components/parameters/Page"}],
        },
        BOTH,
        {
            "/components/parameters/Page": ("/components/parameters/Page",),
            f"{JOB}/get/parameters/0/$ref": (f"{JOB}/get/parameters/0",),
        },
    ),
    "a path parameter that is not declared": (
        {f"{JOB}/parameters": ...},
        BOTH,
        {f"{JOB}/get": ()},
    ),
    "a path parameter that is not required": (
        {f"{JOB}/parameters": [{"name": "id", "in": "path", "schema": {}}]},
        BOTH,
        {f"{JOB}/parameters/0": ()},
    ),
    "no info, and a response without description": (
        {"/info": ..., f"{JOB}/get/responses/200": {}},
        BOTH,
        {"": (), f"{JOB}/get/responses/200": ()},
    ),
    "a parameter that is listed twice": (
        {f"{JOB}/get/parameters": [{"name": "a", "in": "query", "schema": {}}] * 2},
        BOTH,
        {f"{JOB}/get/parameters/1": (f"{JOB}/get/parameters/1",)},
    ),
    "several in one list": (
        {
            f"{JOB}/get/parameters": [
                {"name": "a", "in": "query", "schema": {}},
                {"name": "a", "in": "query", "schema": {}},
                {"name": "b", "in": "query"},
                {"name": "b", "in": "query", "schema": {}},
                {"name": "a", "in": "query", "schema": {}},
            ]
        },
        BOTH,
        {
            f"{JOB}/get/parameters/2": (f"{JOB}/get/parameters/2",),
            f"{JOB}/get/parameters/1": (f"{JOB}/get/parameters/1",),
            f"{JOB}/get/parameters/4": (f"{JOB}/get/parameters/4",),
        },
    ),
    "an operationId that is used twice": (
        {f"{JOB}/get/operationId": "listJobs"},
        {"listJobs", "GET /jobs/{id}"},
        {f"{JOB}/get/operationId": ()},
    ),
    "an unknown key": (
        {f"{JOB}/get/sumary": "A job.", f"{JOB}/get/x-note": 1},
        BOTH,
        {f"{JOB}/get": (f"{JOB}/get/sumary",)},
    ),
    "a value of the wrong type": (
        {f"{JOB}/get/deprecated": "yes"},
        BOTH,
        {f"{JOB}/get/deprecated": (f"{JOB}/get/deprecated",)},
    ),
    "a response without a description": (
        {f"{JOB}/get/responses/404": {"content": {}}},
        BOTH,
        {f"{JOB}/get/responses/404": ()},
    ),
    "a title that is missing": ({"/info/title": ...}, BOTH, {"/info": ()}),
    "a request body without content": (
        {f"{JOB}/get/requestBody": {"required": True}},
        {"listJobs"},
        {f"{JOB}/get/requestBody": (f"{JOB}/get",)},
    ),
    "an invalid status": (
        {f"{JOB}/get/responses/20": {"description": "x"}},
        BOTH,
        {f"{JOB}/get/responses": (f"{JOB}/get/responses/20",)},
    ),
    "a path without a slash": (
        {"/paths/jobs": {"get": RESPONSES}},
        BOTH,
        {"/paths": ("/paths/jobs",)},
    ),
    "a path that is there already": (
        {"/paths/~1jobs~1{name}": {"summary": "The same."}},
        BOTH,
        {"/paths/~1jobs~1{name}": ("/paths/~1jobs~1{name}",)},
    ),
    "a security scheme that is not declared": (
        {f"{JOB}/get/security": [{"Lost": []}], "/security": [{"Gone": []}]},
        BOTH,
        {
            f"{JOB}/get/security/0/Lost": (f"{JOB}/get/security/0",),
            "/security/0/Gone": ("/security/0",),
        },
    ),
    "an invalid security scheme, and what uses it": (
        {
            "/components/securitySchemes/Key": {"type": "apiKey"},
            f"{JOB}/get/security": [{"Key": []}, {}],
        },
        BOTH,
        {
            "/components/securitySchemes/Key": ("/components/securitySchemes/Key",),
            f"{JOB}/get/security/0/Key": (f"{JOB}/get/security/0",),
        },
    ),
    "a server with an invalid URL": (
        {"/servers": [{"url": "https://[jobs"}, {"url": "https://example.com"}]},
        BOTH,
        {"/servers/0/url": ("/servers/0",)},
    ),
    "a tag that is declared twice": (
        {"/tags": [{"name": "a"}, {"name": "a"}]},
        BOTH,
        {"/tags/1": ("/tags/1",)},
    ),
    "a webhook that leads nowhere": (
        {"/webhooks/done/post": {"requestBody": {"$ref": "#/components/requestBodies/Lost"}}},
        BOTH,
        {"/webhooks/done/post/requestBody/$ref": ("/webhooks/done/post",)},
    ),
    "a missing GraphQL schema": (
        {f"{JOB}/get/x-graphql": {"schema": "lost.graphql"}},
        {"listJobs"},
        {f"{JOB}/get/x-graphql/schema": (f"{JOB}/get",)},
    ),
    "an extension in another form": (
        {f"{JOB}/get/x-effect": "read"},
        BOTH,
        {f"{JOB}/get/x-effect": (f"{JOB}/get/x-effect",)},
    ),
    "a named example that breaks its schema": (
        {
            f"{MEDIA}/schema": {"type": "object", "required": ["id"]},
            f"{MEDIA}/examples": {"good": {"value": {"id": 1}}, "bad": {"value": {}}},
        },
        BOTH,
        {f"{MEDIA}/examples/bad": ()},
    ),
    "a shared example that breaks the schema of one place": (
        {
            "/components/examples/A": {"value": 1},
            f"{MEDIA}/schema": {"type": "string"},
            f"{MEDIA}/examples/a": {"$ref": "#/components/examples/A"},
        },
        BOTH,
        {f"{MEDIA}/examples/a": ()},
    ),
    "an example that breaks its schema": (
        {f"{MEDIA}/schema": {"type": "string"}, f"{MEDIA}/example": 1},
        BOTH,
        {f"{MEDIA}/example": ()},
    ),
    "an example of a parameter that breaks its schema": (
        {f"{JOB}/parameters/0/example": 1},
        BOTH,
        {f"{JOB}/parameters/0/example": ()},
    ),
    "an example inside a schema that breaks it": (
        {SCHEMA: {"properties": {"a": {"type": "string", "examples": ["a", 1]}}}},
        BOTH,
        {f"{SCHEMA}/properties/a/examples/1": ()},
    ),
    "what refers to an example that breaks its schema": (
        {
            f"{MEDIA}/schema": {"type": "string"},
            f"{MEDIA}/examples/a": {"value": 1},
            f"{CONTENT}/application~1x+json/examples/b": {"$ref": f"#{MEDIA}/examples/a"},
        },
        BOTH,
        {f"{MEDIA}/examples/a": ()},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_invalid_part_is_left_out_and_reported(tmp_path: Path, name: str) -> None:
    """No more than necessary to make the rest valid."""
    changes, operations, omissions = FAULTS[name]

    found = loaded(tmp_path, changed(changes))

    assert served(found) == operations
    assert dict(omitted(found)) == omissions
    assert served(loaded(tmp_path, dict(found.contract.document))) == operations


@pytest.mark.parametrize("name", [name for name in FAULTS if "schema" not in name])
def test_the_document_that_remains_has_no_problems(tmp_path: Path, name: str) -> None:
    """Loading it again leaves nothing out."""
    found = loaded(tmp_path, changed(FAULTS[name][0]))

    assert loaded(tmp_path, dict(found.contract.document)).omissions == ()


WELL = {
    "required and readOnly": {"type": "object", "required": ["id"], "properties": {
        "id": {"readOnly": True}, "name": {}}},
}  # fmt: skip


@pytest.mark.parametrize("name", WELL)
def test_an_example_is_validated_for_its_direction(tmp_path: Path, name: str) -> None:
    """Properties that are not sent in that direction may be missing."""
    raw = changed({f"{MEDIA}/schema": WELL[name], f"{MEDIA}/example": {"name": "x"}})

    assert loaded(tmp_path, raw).omissions == ()


@pytest.mark.parametrize("media_type", ["application/xml", "text/csv"])
def test_an_example_in_another_format_is_not_validated(tmp_path: Path, media_type: str) -> None:
    """The schema describes the data, and the example may be text that represents it."""
    where = f"{CONTENT}/{media_type.replace('/', '~1')}"
    raw = changed({f"{where}/schema": {"type": "object"}, f"{where}/example": "<job/>"})

    assert loaded(tmp_path, raw).omissions == ()


def test_a_problem_of_an_openapi_30_schema_has_the_pointer_in_the_file(tmp_path: Path) -> None:
    """Not that in its OpenAPI 3.1 form."""
    schema = {
        "nullable": True,
        "anyOf": [{"properties": {"a": {"type": "string", "example": 1, "pattern": "("}}}],
    }
    place = f"{SCHEMA}/anyOf/0/properties/a"

    found = loaded(tmp_path, changed({SCHEMA: schema}, "3.0.3"))

    assert omitted(found) == [
        (f"{place}/pattern", (f"{place}/pattern",)),
        (f"{place}/example", ()),
    ]


def test_an_omission_from_another_file_is_reported_with_that_file(tmp_path: Path) -> None:
    """With the pointer there."""
    (tmp_path / "schemas.json").write_text(json.dumps({"Job": {"type": "text"}}))

    found = loaded(tmp_path, changed({f"{MEDIA}/schema": {"$ref": "schemas.json#/Job"}}))

    (omission,) = found.omissions
    assert str(omission.problem).startswith(f"{tmp_path}/schemas.json#/Job/type: schema: ")
    assert omission.left_out == (f"{tmp_path}/schemas.json#/Job/type",)
    assert served(found) == BOTH


def test_an_operation_whose_graphql_schema_is_invalid_is_left_out(tmp_path: Path) -> None:
    """Otherwise it would only be noticed when the mock is built."""
    (tmp_path / "job.graphql").write_text("type Query {")

    found = loaded(tmp_path, changed({f"{JOB}/get/x-graphql": {"schema": "job.graphql"}}))

    assert omitted(found) == [(f"{JOB}/get/x-graphql/schema", (f"{JOB}/get",))]
    assert "job.graphql: line 1, column 13" in str(found.omissions[0])


def test_an_omission_is_reported_in_one_line(tmp_path: Path) -> None:
    """File, pointer, rule, reason, and what was left out."""
    found = loaded(tmp_path, changed({f"{JOB}/get/tags": "jobs"}))

    assert [str(omission) for omission in found.omissions] == [
        f"{tmp_path}/jobs.json#{JOB}/get/tags: openapi: "
        f'"jobs" is not of type "array" (left out: {JOB}/get/tags)'
    ]


@pytest.mark.parametrize("load_it", [load_whole, load_valid_part])
def test_a_repeated_operation_id_is_a_warning(tmp_path: Path, load_it: Any) -> None:
    """Neither routing nor responses depend on it; the second operation has another name."""
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(changed({f"{JOB}/get/operationId": "listJobs"})))

    found = load_it(find([str(path)])[0])

    assert served(found) == {"listJobs", "GET /jobs/{id}"}
    assert [str(problem) for problem in found.warnings] == [
        f"{path}#{JOB}/get/operationId: operation-id: 'listJobs' is already used at "
        "/paths/~1jobs/get"
    ]


def test_an_undeclared_path_parameter_takes_any_text(tmp_path: Path) -> None:
    """Each of them is added to its own operation."""
    path = "/jobs/{id}/parts/{part}"
    operation = {"operationId": "getPart", "responses": {"200": {"description": ""}}}
    found = loaded(tmp_path, changed({"/paths/" + path.replace("/", "~1"): {"get": operation}}))

    added = next(o for o in found.contract.operations if o.id == "getPart").parameters
    assert [(p.name, p.location, p.required) for p in added] == [
        ("id", "path", True), ("part", "path", True),
    ]  # fmt: skip


# the values by pointer, and a part of the reason
UNSERVABLE: dict[str, tuple[dict[str, Any], str]] = {
    "an unsupported version": ({"/openapi": "3.2.0"}, "3.0.x and 3.1.x are"),
    "paths of another type": ({"/paths": []}, 'is not of type "object"'),
    "no operation that is valid": (
        {
            "/paths/~1jobs": ...,
            f"{JOB}/get/responses/200": {"$ref": "#/components/responses/Lost"},
        },
        "leads nowhere",
    ),
}


@pytest.mark.parametrize("name", UNSERVABLE)
def test_a_file_of_which_no_operation_remains_is_refused(tmp_path: Path, name: str) -> None:
    """With its problems."""
    changes, reason = UNSERVABLE[name]

    with pytest.raises(InvalidContractError, match=reason):
        loaded(tmp_path, changed(changes))


@pytest.mark.parametrize("text", ["openapi: [", "title: x", "openapi: 3.1.0\nopenapi: 3.1.0\n"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    """There is no document to leave parts out of."""
    path = tmp_path / "jobs.yaml"
    path.write_text(text)

    with pytest.raises(InvalidContractError):
        load_valid_part(find([str(path)])[0])


@pytest.mark.parametrize("load_strictly", [load, load_whole])
def test_nothing_is_left_out_by_default(tmp_path: Path, load_strictly: Any) -> None:
    """The file is refused with every problem."""
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(changed({SCHEMA: {"type": "text", "minLength": -1}})))

    with pytest.raises(InvalidContractError) as caught:
        load_strictly(find([str(path)])[0])

    assert [problem.pointer for problem in caught.value.problems] == [
        f"{SCHEMA}/type",
        f"{SCHEMA}/minLength",
    ]


def test_an_invalid_example_alone_does_not_make_a_file_invalid(tmp_path: Path) -> None:
    """The specification says only that it SHOULD match (4.8.14.1)."""
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(changed({f"{JOB}/parameters/0/example": 1})))

    assert served(load_whole(find([str(path)])[0])) == BOTH


def test_reported_pointers_are_those_in_the_file() -> None:
    """Even after entries before them were removed from an array."""
    raw = {"list": ["a", "b", {"c": ["d", "e"]}]}
    cutting = Pruning(raw)

    cutting.remove(["/list/0", "/list/1", "/list/2/c/0", "/list/9"])

    assert cutting.document == {"list": [{"c": ["e"]}]}
    assert cutting.original_pointer("/list/0/c/0") == "/list/2/c/1"
    assert raw == {"list": ["a", "b", {"c": ["d", "e"]}]}


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_schemas_that_would_block_the_server_are_refused(
    keyword: str, version: str, tmp_path: Path
) -> None:
    """Each refers twice to the next, which a value would be compared with a billion times."""
    schemas: dict[str, Any] = {
        f"T{i}": {keyword: [{"$ref": f"#/components/schemas/T{i + 1}"}] * 2} for i in range(30)
    }
    schemas["T30"] = {"type": "integer"}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/T0"}}}
    answer = {"200": {"description": "", "content": content}}
    raw = changed({"/components/schemas": schemas, "/paths/~1jobs/get/responses": answer}, version)
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(raw))
    with pytest.raises(InvalidContractError, match="more than 100,000 schemas") as refused:
        load(find([str(path)])[0])
    assert "/components/schemas/T13" in {p.pointer for p in refused.value.problems}
    assert "/components/schemas/T20" not in {p.pointer for p in refused.value.problems}
    served = loaded(tmp_path, raw).contract
    assert [operation.id for operation in served.operations][-1] == "getJob"


def test_schemas_may_refer_to_one_schema_often(tmp_path: Path) -> None:
    """As long as one value is not compared with it too often."""
    schemas: dict[str, Any] = {
        f"T{i}": {"allOf": [{"$ref": f"#/components/schemas/T{i + 1}"}] * 2} for i in range(12)
    }
    schemas["T12"] = {"properties": {"t": {"$ref": "#/components/schemas/T0"}}}
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(changed({"/components/schemas": schemas})))
    assert load(find([str(path)])[0]).operations


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({f"{JOB}/parameters/0/required": ...}, '"required" is a required property'),
        ({f"{JOB}/parameters/0/required": False}, "true was expected"),
        ({"/components/securitySchemes": {"K": {"type": "apiKey", "in": "headers", "name": "k"}}},
         '"headers" is not one of'),
    ],
)  # fmt: skip
def test_a_problem_names_what_was_most_likely_meant(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    """Not every kind of object that might stand there."""
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(changed(changes)))
    with pytest.raises(InvalidContractError) as refused:
        load(find([str(path)])[0])
    assert said in str(refused.value)
