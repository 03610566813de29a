"""Problems of a document are reported with pointers; a valid document has none."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from greenroom.contract.catalog import build
from greenroom.contract.loading.upgrade_30 import as_written, upgrade
from greenroom.contract.object_kinds import kind_at, parts
from greenroom.contract.validation.document import validate
from greenroom.errors import InvalidContractError
from greenroom.schema import json_pointer as ptr
from greenroom.schema.generation.constraints import NULL_NOT_GENERATED
from greenroom.schema.generation.sampler import Sampler
from greenroom.schema.validators import SchemaSet


def contract(version: str = "3.1.0", **components: Any) -> dict[str, Any]:
    """A small document with these components."""
    return {
        "openapi": version,
        "info": {"title": "Jobs", "version": "1"},
        "paths": {
            "/jobs/{id}": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "get": {
                    "operationId": "getJob",
                    "responses": {"200": {"description": "The job."}},
                },
            }
        },
        "components": components,
    }


def changed(pointer: str, value: Any, version: str = "3.1.0") -> dict[str, Any]:
    """The small document with another value at a pointer."""
    raw = contract(version)
    *above, last = ptr.split(pointer)
    node: Any = raw
    for token in above:
        node = node[int(token)] if isinstance(node, list) else node.setdefault(token, {})
    node[last] = value
    return raw


def test_a_link_may_have_a_server() -> None:
    """Section 4.8.20; and none of the fields that the object does not have."""
    link = {"operationId": "getJob", "server": {"url": "https://jobs.test"}}
    assert validate(changed("/components/links/Job", link)).problems == ()
    (problem,) = validate(changed("/components/links/Job", {**link, "body": {}})).problems
    assert (problem.pointer, problem.unexpected) == ("/components/links/Job", ("body",))


JOB = "/paths/~1jobs~1{id}"
RESPONSES = {"responses": {"200": {"description": "Fine."}}}
SCHEMA = "/components/schemas/Job"

VERSIONS = {
    "3.2.0": "3.0.x and 3.1.x are",
    "2.0": "3.0.x and 3.1.x are",
    "3.1": "3.0.x and 3.1.x are",
    3.1: "write it as text: '3.1.0'",
    None: "write it as text",
}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unsupported_version_is_reported(version: Any) -> None:
    """With the versions that are supported, and how to write one."""
    raw = contract()
    raw["openapi"] = version

    (found,) = validate(raw).problems

    assert (found.rule, found.pointer) == ("version", "/openapi")
    assert VERSIONS[version] in found.message


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.0.4", "3.1.0", "3.1.1", "3.1.0-rc1"])
def test_a_small_document_is_valid(version: str) -> None:
    """The document that is changed below has no problems of its own."""
    assert validate(contract(version)).problems == ()


# pointer, the value there: the rule, the pointer and a part of the message of the problem
FAULTS: dict[str, tuple[str, Any, str, str, str]] = {
    "unknown location": (
        f"{JOB}/parameters/0/in",
        "querry",
        "openapi",
        f"{JOB}/parameters/0/in",
        '"querry" is not one of',
    ),
    "response without description": (
        f"{JOB}/get/responses/200",
        {"descripton": "x"},
        "openapi",
        f"{JOB}/get/responses/200",
        '"description" is a required property; ',
    ),
    "unknown key": (f"{JOB}/get/sumary", "x", "openapi", f"{JOB}/get", "'sumary' was unexpected"),
    "parameter without schema": (
        f"{JOB}/parameters",
        [{"name": "id", "in": "path", "required": True}],
        "openapi",
        f"{JOB}/parameters/0",
        '"schema" is a required property or "content" is a required property',
    ),
    "status of two digits": (
        f"{JOB}/get/responses/20",
        {"description": "x"},
        "openapi",
        f"{JOB}/get/responses",
        "'20' was unexpected",
    ),
    "reference to nothing": (
        f"{JOB}/get/responses/404",
        {"$ref": "#/components/responses/Lost"},
        "reference",
        f"{JOB}/get/responses/404/$ref",
        "leads nowhere",
    ),
    "reference in a circle": (
        "/components/schemas",
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        "reference",
        "/components/schemas/A/$ref",
        "in a circle",
    ),
    "reference to another file": (
        f"{JOB}/get/responses/404",
        {"$ref": "errors.yaml#/Lost"},
        "reference",
        f"{JOB}/get/responses/404/$ref",
        "outside this file",
    ),
    "reference to an anchor": (
        SCHEMA,
        {"properties": {"a": {"$ref": "#anchor"}}},
        "reference",
        f"{SCHEMA}/properties/a/$ref",
        "is an anchor",
    ),
    "reference to another kind": (
        f"{JOB}/get/responses/404",
        {"$ref": "#/info"},
        "reference",
        f"{JOB}/get/responses/404/$ref",
        "does not lead to a response",
    ),
    "reference inside a webhook": (
        "/webhooks/done/post/requestBody/content/application~1json/schema",
        {"$ref": "#/components/schemas/Lost"},
        "reference",
        "/webhooks/done/post/requestBody/content/application~1json/schema/$ref",
        "leads nowhere",
    ),
    "operationId twice": (
        "/paths/~1jobs/get",
        {"operationId": "getJob", **RESPONSES},
        "operation-id",
        "/paths/~1jobs/get/operationId",
        f"already used at {JOB}/get",
    ),
    "operationId of a webhook twice": (
        "/webhooks/done/post",
        {"operationId": "getJob", **RESPONSES},
        "operation-id",
        "/webhooks/done/post/operationId",
        "already used",
    ),
    "operationId of a callback twice": (
        f"{JOB}/get/callbacks/done/{{$url}}/post",
        {"operationId": "getJob", **RESPONSES},
        "operation-id",
        f"{JOB}/get/callbacks/done/{{$url}}/post/operationId",
        "already used",
    ),
    "unknown security scheme": (
        f"{JOB}/get/security",
        [{"Key": []}],
        "security",
        f"{JOB}/get/security/0/Key",
        "there is no security scheme 'Key'; declared: none",
    ),
    "unknown security scheme of the document": (
        "/security",
        [{}, {"Key": []}],
        "security",
        "/security/1/Key",
        "there is no security scheme 'Key'",
    ),
    "path parameter not declared": (
        "/paths/~1jobs~1{id}~1{part}/get",
        {"parameters": [{"$ref": "#/paths/~1jobs~1{id}/parameters/0"}], **RESPONSES},
        "path-parameter",
        "/paths/~1jobs~1{id}~1{part}/get",
        "has {part}, but no path parameter declares it",
    ),
    "path parameter not in the path": (
        "/paths/~1jobs/get",
        {"parameters": [{"$ref": "#/paths/~1jobs~1{id}/parameters/0"}], **RESPONSES},
        "path-parameter",
        "/paths/~1jobs/get",
        "'id' is not in the path /jobs",
    ),
    "path parameter twice in a path": (
        "/paths/~1a~1{id}~1{id}/get",
        {"parameters": [{"$ref": "#/paths/~1jobs~1{id}/parameters/0"}], **RESPONSES},
        "path-parameter",
        "/paths/~1a~1{id}~1{id}/get",
        "has {id} twice",
    ),
    "parameter listed twice": (
        f"{JOB}/get/parameters",
        [{"name": "page", "in": "query", "schema": {}}] * 2,
        "parameter",
        f"{JOB}/get/parameters/1",
        "the query parameter 'page' is listed twice",
    ),
    "paths that are one": (
        "/paths/~1jobs~1{name}",
        {},
        "path",
        "/paths/~1jobs~1{name}",
        "the same path as /jobs/{id}",
    ),
    "tag declared twice": (
        "/tags",
        [{"name": "Job"}, {"name": "Job"}],
        "tag",
        "/tags/1",
        "declared twice",
    ),
    "invalid URL": (
        "/servers",
        [{"url": "https://{host}", "variables": {"host": {"default": "[jobs"}}}],
        "server",
        "/servers/0/url",
        "'https://[jobs' is not a valid URL",
    ),
    "invalid URL of an operation's server": (
        f"{JOB}/get/servers",
        [{"url": "http://[::1"}],
        "server",
        f"{JOB}/get/servers/0/url",
        "'http://[::1' is not a valid URL",
    ),
    "effect that is not a list": (
        f"{JOB}/get/x-effect",
        "read",
        "extension",
        f"{JOB}/get/x-effect",
        "not a list of effects",
    ),
    "test credential without a list": (
        "/components/securitySchemes/Key",
        {"type": "http", "scheme": "basic", "x-test-credentials": {"reader-key": "reader"}},
        "extension",
        "/components/securitySchemes/Key/x-test-credentials",
        "not a map from a token to a list",
    ),
    "schema of no type": (
        SCHEMA,
        {"properties": {"a": {"type": "text"}}},
        "schema",
        f"{SCHEMA}/properties/a/type",
        '"text" is not one of',
    ),
    "schema with a bound of text": (
        SCHEMA,
        {"minLength": "1"},
        "schema",
        f"{SCHEMA}/minLength",
        'is not of type "integer"',
    ),
    "schema of 3.0 in 3.1": (
        SCHEMA,
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        "schema",
        f"{SCHEMA}/exclusiveMinimum",
        'true is not of type "number"',
    ),
    "broken pattern": (
        SCHEMA,
        {"properties": {"a": {"pattern": "("}}},
        "schema",
        f"{SCHEMA}/properties/a/pattern",
        "'(' is not a regular expression",
    ),
    "broken pattern of property names": (
        SCHEMA,
        {"patternProperties": {"[": {}}},
        "schema",
        f"{SCHEMA}/patternProperties/[",
        "'[' is not a regular expression",
    ),
    "broken schema of a webhook": (
        "/webhooks/done/post/requestBody/content/application~1json/schema",
        {"type": "text"},
        "schema",
        "/webhooks/done/post/requestBody/content/application~1json/schema/type",
        '"text" is not one of',
    ),
    "broken schema of a header": (
        "/components/headers/Total",
        {"schema": {"type": "text"}},
        "schema",
        "/components/headers/Total/schema/type",
        '"text" is not one of',
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_problem_is_reported_with_its_pointer(name: str) -> None:
    """Once, and not for the objects that contain it."""
    pointer, value, rule, where, reason = FAULTS[name]

    validation = validate(changed(pointer, value))
    found = (*validation.problems, *validation.warnings)

    assert (found[0].rule, found[0].pointer) == (rule, where)
    assert reason in found[0].message
    assert len({problem.rule for problem in found}) == 1


def test_an_invalid_schema_is_reported_once_however_often_it_is_used() -> None:
    """A reference to it is not a problem."""
    reference = {"$ref": "#/components/schemas/A"}
    raw = contract(schemas={"A": {"pattern": "("}, "B": reference, "C": {"items": reference}})

    assert [problem.pointer for problem in validate(raw).problems] == [
        "/components/schemas/A/pattern"
    ]


def test_all_problems_are_reported_at_once() -> None:
    """So that they can be fixed together."""
    raw = contract(schemas={"A": {"type": "text"}, "B": {"minLength": -1}})
    raw["security"] = [{"Key": []}]

    assert {problem.rule for problem in validate(raw).problems} == {"schema", "security"}


LETS_THROUGH: dict[str, tuple[str, Any]] = {
    "reference in a named example": (
        "/components/examples/A",
        {"value": {"$ref": "nowhere.yaml", "examples": {"$ref": 1}}},
    ),
    "reference in an inline example": (
        f"{JOB}/get/responses/200/content/application~1json",
        {"example": {"$ref": "nowhere.yaml"}, "schema": {}},
    ),
    "reference in a default": (SCHEMA, {"default": {"$ref": "#/nowhere"}}),
    "reference in an enum": (SCHEMA, {"enum": [{"$ref": "#/nowhere"}]}),
    "reference in a const": (SCHEMA, {"const": {"$ref": "#/nowhere"}}),
    "reference in an extension": ("/x-anything", {"$ref": "nowhere.yaml"}),
    "property called $ref": (SCHEMA, {"properties": {"$ref": {"type": "string"}}}),
    "property called value": (
        SCHEMA,
        {"properties": {"value": {"$ref": "#/components/schemas/Job"}}},
    ),
    "property called schema": (SCHEMA, {"properties": {"schema": {"type": "string"}}}),
    "response called schema": ("/components/responses/schema", {"description": "x"}),
    "example called schema": ("/components/examples/schema", {"value": {"type": "no type"}}),
    "path that ends in schema": ("/paths/~1jobs~1schema", {"get": RESPONSES}),
    "schema that is true": (SCHEMA, {"properties": {"a": True}, "additionalProperties": False}),
    "schema that uses itself": (SCHEMA, {"items": {"$ref": "#/components/schemas/Job"}}),
    "reference to a path item": ("/paths/~1old", {"$ref": "#/paths/~1new"}),
    "name that needs escapes": (
        "/paths/~1odd~1path with space~1%7E/get/responses/200",
        {"description": "x", "content": {"text/x~y": {"schema": {"type": "string"}}}},
    ),
    "null as example": ("/components/examples/A", {"value": None}),
    "concrete path and a template": ("/paths/~1jobs~1latest", {"get": RESPONSES}),
    "our extensions in forms of others": ("/x-rate-limit", 100),
}


@pytest.mark.parametrize("name", LETS_THROUGH)
def test_a_document_that_only_looks_invalid_is_valid(name: str) -> None:
    """Values are data, and names may be anything."""
    pointer, value = LETS_THROUGH[name]
    raw = changed(pointer, value)
    raw["paths"]["/new"] = {"get": RESPONSES}

    assert validate(raw).problems == ()


def test_an_invalid_document_cannot_be_built() -> None:
    """The error has every problem, with the file as the user gave it."""
    with pytest.raises(InvalidContractError) as caught:
        build(changed(SCHEMA, {"type": "text"}), "jobs", "jobs.yaml")

    assert str(caught.value).startswith(f"jobs.yaml#{SCHEMA}/type: schema: ")


LENIENT_NULL = {"type": "null", NULL_NOT_GENERATED: True}
# a schema of 3.0: the same in 3.1
UPGRADES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nullable": ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    "not nullable": ({"type": "string", "nullable": False}, {"type": "string"}),
    "nullable enum": (
        {"type": "string", "nullable": True, "enum": ["a"]},
        {"type": ["string", "null"], "enum": ["a", None], NULL_NOT_GENERATED: True},
    ),
    "nullable without type": ({"nullable": True, "description": "Any."}, {"description": "Any."}),
    "nullable reference": (
        {"nullable": True, "description": "A job.", "allOf": [{"$ref": "#/components/schemas/A"}]},
        {
            "description": "A job.",
            "anyOf": [{"allOf": [{"$ref": "#/components/schemas/A"}]}, LENIENT_NULL],
        },
    ),
    "nullable object with allOf": (
        {"type": "object", "nullable": True, "allOf": [{"$ref": "#/components/schemas/A"}]},
        {
            "anyOf": [
                {"type": "object", "allOf": [{"$ref": "#/components/schemas/A"}]},
                LENIENT_NULL,
            ]
        },
    ),
    "nullable enum without type": (
        {"nullable": True, "enum": ["a"]},
        {"anyOf": [{"enum": ["a"]}, LENIENT_NULL]},
    ),
    "nullable enum that has null": (
        {"type": "string", "nullable": True, "enum": ["a", None]},
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    "nullable with a reference": (
        {"$ref": "#/components/schemas/A", "nullable": True, "description": "Ignored in 3.0."},
        {"anyOf": [{"$ref": "#/components/schemas/A"}, LENIENT_NULL]},
    ),
    "not nullable with a reference": (
        {"$ref": "#/components/schemas/A", "nullable": False},
        {"$ref": "#/components/schemas/A"},
    ),
    "nullable alternatives": (
        {"nullable": True, "oneOf": [{"type": "string"}, {"type": "number", "nullable": True}]},
        {
            "anyOf": [
                {"oneOf": [{"type": "string"}, {"type": ["number", "null"]}]},
                LENIENT_NULL,
            ]
        },
    ),
    "exclusive maximum": (
        {"type": "integer", "maximum": 9, "exclusiveMaximum": True, "minimum": 1},
        {"type": "integer", "exclusiveMaximum": 9, "minimum": 1},
    ),
    "exclusive minimum": (
        {"type": "number", "minimum": 1, "exclusiveMinimum": True},
        {"type": "number", "exclusiveMinimum": 1},
    ),
    "exclusive maximum that is false": (
        {"type": "number", "maximum": 1, "exclusiveMaximum": False},
        {"type": "number", "maximum": 1},
    ),
    "exclusive without bound": ({"exclusiveMinimum": True}, {}),
    "keyword with a reference": (
        {"$ref": "#/components/schemas/A", "description": "Ignored in 3.0.", "minLength": 3},
        {"$ref": "#/components/schemas/A"},
    ),
    "inside properties": (
        {"properties": {"nullable": {"type": "string", "nullable": True}}},
        {"properties": {"nullable": {"type": ["string", "null"]}}},
    ),
    "inside items": (
        {"type": "array", "items": {"type": "string", "nullable": True}},
        {"type": "array", "items": {"type": ["string", "null"]}},
    ),
    "inside additionalProperties": (
        {"additionalProperties": {"type": "string", "nullable": True}},
        {"additionalProperties": {"type": ["string", "null"]}},
    ),
    "not inside values": (
        {"type": "object", "default": {"nullable": True}, "example": {"nullable": True}},
        {"type": "object", "default": {"nullable": True}, "example": {"nullable": True}},
    ),
}


@pytest.mark.parametrize("name", UPGRADES)
def test_a_schema_of_30_has_the_same_meaning_in_31(name: str) -> None:
    """Only schemas are changed, wherever they are."""
    old, new = UPGRADES[name]
    raw = contract("3.0.3", schemas={"A": {"type": "string"}, "Job": old})
    raw["paths"]["/jobs/{id}"]["get"]["responses"]["200"]["content"] = {
        "application/json": {"schema": deepcopy(old)}
    }

    upgraded = upgrade(raw)

    response = upgraded["paths"]["/jobs/{id}"]["get"]["responses"]["200"]
    assert upgraded["components"]["schemas"]["Job"] == new
    assert response["content"]["application/json"]["schema"] == new


@pytest.mark.parametrize("name", UPGRADES)
def test_a_valid_30_document_is_valid_after_its_upgrade(name: str) -> None:
    """It is not changed itself."""
    raw = contract("3.0.3", schemas={"A": {"type": "string"}, "Job": UPGRADES[name][0]})
    before = deepcopy(raw)

    built = build(raw, "jobs", "jobs.yaml")

    assert raw == before
    assert validate(built.document).problems == ()


def test_names_that_look_like_keywords_of_30_are_not_changed() -> None:
    """A response may be called `schema`, and an example may contain anything."""
    raw = contract(
        "3.0.3",
        responses={"schema": {"description": "x"}, "schemas": {"description": "y"}},
        examples={"schema": {"value": {"type": "string", "nullable": True}}},
    )

    assert upgrade(raw)["components"] == raw["components"]


def test_a_schema_shared_by_yaml_aliases_is_rewritten_once() -> None:
    """An alias is one object at two places."""
    shared = {"type": "number", "minimum": 1, "exclusiveMinimum": True, "nullable": True}
    raw = contract("3.0.3", schemas={"A": shared, "B": shared})

    schemas = upgrade(raw)["components"]["schemas"]

    assert schemas["A"] == schemas["B"] == {"type": ["number", "null"], "exclusiveMinimum": 1}


# a schema of 3.0: values that it allows, and values that it does not
MEANS: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "nullable": ({"type": "string", "nullable": True}, ["a", None], [1]),
    "nullable enum": ({"type": "string", "nullable": True, "enum": ["a"]}, ["a", None], ["b"]),
    "nullable reference": (
        {"nullable": True, "allOf": [{"$ref": "#/components/schemas/A"}]},
        ["a", None],
        [1],
    ),
    "nullable with a reference": (
        {"$ref": "#/components/schemas/A", "nullable": True},
        ["a", None],
        [1],
    ),
    "keyword with a reference": (
        {"$ref": "#/components/schemas/A", "maxLength": 1},
        ["abc"],
        [None],
    ),
    "exclusive bounds": (
        {"minimum": 1, "exclusiveMinimum": True, "maximum": 3, "exclusiveMaximum": True},
        [2],
        [1, 3],
    ),
    "bounds that are not exclusive": (
        {"minimum": 1, "exclusiveMinimum": False, "maximum": 3, "exclusiveMaximum": False},
        [1, 3],
        [0, 4],
    ),
    "bytes": ({"type": "string", "format": "byte"}, ["", "YQ=="], ["a", "?"]),
    "binary": ({"type": "string", "format": "binary"}, ["\x00?"], [1]),
}


@pytest.mark.parametrize("name", MEANS)
def test_a_schema_of_30_accepts_the_values_that_30_defines(name: str) -> None:
    """After its upgrade to 3.1."""
    schema, allowed, refused = MEANS[name]
    raw = contract("3.0.3", schemas={"A": {"type": "string"}, "Job": schema})

    validator = SchemaSet(build(raw, "jobs", "jobs.yaml").document).validator(SCHEMA)

    assert [value for value in allowed if not validator.is_valid(value)] == []
    assert [value for value in refused if validator.is_valid(value)] == []


def test_the_type_file_of_swagger_is_invalid() -> None:
    """OpenAPI 3.0 has `format: binary` instead."""
    found = validate(contract("3.0.3", schemas={"Job": {"type": "file"}})).problems

    assert [(problem.rule, problem.pointer) for problem in found] == [("openapi", f"{SCHEMA}/type")]


# schemas of 3.0 whose `enum` or composition refuses null, by the letter of 3.0.3
REFUSING_NULL: list[dict[str, Any]] = [
    {"nullable": True, "enum": ["x", "y"]},
    {"nullable": True, "type": "string", "enum": ["x", "y"]},
    {"nullable": True, "allOf": [{"type": "string"}]},
    {"nullable": True, "type": "string", "oneOf": [{"minLength": 1}]},
    {"nullable": True, "anyOf": [{"type": "integer"}, {"type": "boolean"}]},
    {"nullable": True, "$ref": "#/components/schemas/A"},
]


@pytest.mark.parametrize("schema", REFUSING_NULL)
def test_null_is_accepted_but_never_generated_where_30_refuses_it(schema: dict[str, Any]) -> None:
    """Only a `type` in the same object allows null (3.0.3, Schema Object)."""
    schemas = SchemaSet(
        upgrade(contract("3.0.3", schemas={"A": {"type": "string"}, "Job": schema}))
    )

    made = [Sampler(schemas).value(SCHEMA, seed) for seed in range(40)]

    assert schemas.validator(SCHEMA).is_valid(None)
    assert None not in made


@pytest.mark.parametrize("more", [{}, {"enum": ["x", None]}])
def test_null_is_generated_where_30_allows_it(more: dict[str, Any]) -> None:
    """As one of several values."""
    schema = {"type": "string", "nullable": True, **more}
    schemas = SchemaSet(upgrade(contract("3.0.3", schemas={"Job": schema})))

    made = [Sampler(schemas).value(SCHEMA, seed) for seed in range(40)]

    assert None in made
    assert made.count(None) < len(made)


def test_parts_that_are_equal_in_both_versions_are_not_copied() -> None:
    """So that a large document is in memory once."""
    raw = contract("3.0.3", schemas={"A": {"type": "string"}, "B": {"nullable": True}})

    upgraded = upgrade(raw)

    assert upgraded["paths"] is raw["paths"]
    assert upgraded["components"]["schemas"]["A"] is raw["components"]["schemas"]["A"]


# a pointer in 3.1: the same in 3.0, where the schema of a job is `NULLABLE`
NULLABLE = {
    "nullable": True,
    "anyOf": [{"type": "string"}, {"nullable": True, "allOf": [{"items": {"$ref": "#/x"}}]}],
    "items": {"type": "string", "nullable": True},
}
WRITTEN = {
    "/anyOf/0/items/type": "/items/type",
    "/anyOf/0/anyOf/0/type": "/anyOf/0/type",
    "/anyOf/0/anyOf/1/anyOf/0/allOf/0/items/$ref": "/anyOf/1/allOf/0/items/$ref",
    "/anyOf/0": "",
    "/description": "/description",
    "/nothing/anyOf/0": "/nothing/anyOf/0",
}


@pytest.mark.parametrize("pointer", WRITTEN)
def test_a_pointer_into_the_upgrade_is_mapped_to_the_file(pointer: str) -> None:
    """A nullable schema moves two levels down."""
    raw = contract("3.0.3", schemas={"Job": NULLABLE})

    assert as_written(raw, SCHEMA + pointer) == SCHEMA + WRITTEN[pointer]


def test_a_problem_of_30_has_the_pointer_in_the_file() -> None:
    """In the upgrade the invalid array is at another one."""
    raw = contract("3.0.3", schemas={"Job": {"nullable": True, "anyOf": [{"allOf": []}]}})

    assert [problem.pointer for problem in validate(raw).problems] == [f"{SCHEMA}/anyOf/0/allOf"]


def test_a_30_document_with_a_boolean_bound_is_valid() -> None:
    """In 3.1 it would not be."""
    schema = {"type": "number", "minimum": 0, "exclusiveMinimum": True}

    assert validate(contract("3.0.3", schemas={"A": schema})).problems == ()


@pytest.mark.parametrize("name", ["$ref", "A B", "a/b", ""])
def test_a_component_name_of_30_has_only_the_allowed_characters(name: str) -> None:
    """The JSON Schema of OpenAPI 3.0 does not refuse others."""
    found = validate(contract("3.0.3", parameters={name: {"in": "query"}})).problems

    assert [(problem.rule, problem.pointer) for problem in found] == [
        ("component", ptr.join("/components/parameters", name))
    ]


def test_an_invalid_schema_of_30_is_reported() -> None:
    """By the JSON Schema of OpenAPI 3.0."""
    found = validate(contract("3.0.3", schemas={"A": {"type": "text"}})).problems

    assert [(problem.rule, problem.pointer) for problem in found] == [
        ("openapi", "/components/schemas/A/type")
    ]


KINDS = {
    "": "document",
    "/info": "info",
    "/paths/~1a/get/responses/200/content/text~1plain/schema/items": "schema",
    "/paths/~1a/get/responses/x-note": "data",
    "/paths/x-note": "data",
    "/webhooks/x-done/post": "operation",
    "/components/headers/x-total": "header",
    "/components/schemas/A/properties/x-provenance": "schema",
    "/components/schemas/A/properties": "{schema}",
    "/components/schemas/A/enum/0": "data",
    "/components/schemas/A/allOf/0/if/properties/a": "schema",
    "/components/examples/A/value/schema": "data",
    "/components/callbacks/done/{$url}/post/requestBody": "request body",
    "/x-rate-limit": "extension",
    "/x-rate-limit/requests": "data",
}


@pytest.mark.parametrize("pointer", KINDS)
def test_the_kind_of_an_object_follows_from_its_place(pointer: str) -> None:
    """Not from its name: anything can be called `schema`."""
    assert kind_at(pointer) == KINDS[pointer]


def test_parts_come_in_document_order_with_parents_first() -> None:
    """A reference has the kind of its target, and is not followed."""
    raw = contract(responses={"Lost": {"$ref": "#/components/responses/Gone"}, "Gone": {}})

    seen = [(part.kind, part.pointer) for part in parts(raw)]

    assert seen[:3] == [("document", ""), ("info", "/info"), ("paths", "/paths")]
    assert seen[-2:] == [
        ("response", "/components/responses/Lost"),
        ("response", "/components/responses/Gone"),
    ]


def test_parts_of_a_wrong_type_are_skipped() -> None:
    """So that invalid documents can be traversed."""
    raw = {"info": 3, "paths": {"/a": None, "/b": {"get": []}}, "components": {"schemas": [1]}}

    assert [part.kind for part in parts(raw)] == ["document", "paths", "path item", "components"]


def test_a_schema_error_names_instance_and_schema() -> None:
    """Through references, with names that a URI has to escape."""
    raw = contract(schemas={"A b~/%": {"properties": {"x": {"type": "integer"}}}})
    raw["components"]["schemas"]["B"] = {"items": {"$ref": "#/components/schemas/A%20b~0~1%25"}}

    (error,) = SchemaSet(raw).errors("/components/schemas/B", [{"x": "1"}])

    assert error.instance == "/0/x"
    assert error.schema == "/components/schemas/A b~0~1%/properties/x/type"


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "date": "2026-13-01",
        "date-time": "yesterday",
        "uuid": "1",
        "uri": "a b",
        "email": "a",
    }.items(),
)
def test_formats_are_enforced(name: str, value: str) -> None:
    """In draft 2020-12 they are annotations by default."""
    schemas = SchemaSet(contract(schemas={"A": {"type": "string", "format": name}}))

    assert list(schemas.errors("/components/schemas/A", value))
