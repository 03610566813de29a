"""A GraphQL schema is in the contract's folder, and the examples match what it executes to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from contracts import Client, document
from graphql_contract import ADA, ANSWERS, BOB, PATH, PERSON, RESPONSE, SDL, contract, named, raw
from watchfiles import Change

from greenroom.contract.catalog import build, find, load
from greenroom.contract.loading.companion_files import CompanionFiles
from greenroom.errors import InvalidContractError
from greenroom.lint.document import Document
from greenroom.lint.graphql import executed
from greenroom.mock.mock import Mock
from greenroom.server.process.reload import Contracts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("type Query {", "line 1, column 13: Syntax Error: Expected Name, found <EOF>."),
        ("type Query { a: Nothing }", "line 1, column 17: Unknown type 'Nothing'."),
        ("type Other { a: Int }", "Query root type must be provided."),
        ("", "Syntax Error: Unexpected <EOF>."),
        ("{" * 5_000, "Syntax Error"),
        ("type Query { a: " + "[" * 5_000, "nested too deeply"),
    ],
)
def test_an_invalid_schema_is_reported_with_file_and_pointer(text: str, reason: str) -> None:
    """When the mock is built, not at the first query."""
    with pytest.raises(InvalidContractError, match=r"schema\.graphql: ") as caught:
        Mock(contract(text))

    (problem,) = caught.value.problems
    assert (problem.file, problem.pointer) == ("acme.yaml", f"{PATH}/x-graphql/schema")
    assert reason in problem.message


def test_a_document_that_comes_from_no_file_cannot_have_a_schema() -> None:
    """It is refused, rather than served without executing queries."""
    with pytest.raises(InvalidContractError) as caught:
        build(raw(), "acme", "acme.yaml")

    assert str(caught.value) == (
        f"acme.yaml#{PATH}/x-graphql/schema: file: 'schema.graphql' cannot be read: this "
        "document does not come from a file"
    )


def written(folder: Path, name: str = "schema.graphql") -> str:
    """A contract file that names a schema, and the schema in the same folder."""
    path = folder / "acme" / "openapi.yaml"
    path.parent.mkdir()
    path.write_text(json.dumps(raw(**{"x-graphql": {"schema": name}})), encoding="utf-8")
    (path.parent / "schema.graphql").write_text(SDL, encoding="utf-8")
    (folder / "other.graphql").write_text(SDL, encoding="utf-8")
    (path.parent / "link.graphql").symlink_to(folder / "other.graphql")
    (path.parent / "circle.graphql").symlink_to("circle.graphql")
    (path.parent / "latin.graphql").write_bytes(b"# \xe9")
    return str(path)


def test_a_schema_is_read_from_the_folder_of_its_contract(tmp_path: Path) -> None:
    """Its name is relative to the contract's folder."""
    client = Client(load(find([written(tmp_path)])[0]))

    reply = client.post("/acme/graphql", {"query": "{ since }"})
    assert reply.json == {"data": {"since": "now"}}


ELSEWHERE = {
    "nowhere.graphql": "cannot be read: No such file or directory",
    ".": "cannot be read: Is a directory",
    "latin.graphql": "cannot be read: not UTF-8 text",
    "../other.graphql": "is outside the contract's folder",
    "link.graphql": "is outside the contract's folder",
    "/etc/passwd": "is outside the contract's folder",
    "circle.graphql": "cannot be read: Too many levels of symbolic links",
    "a\0b": "is not the name of a file",
    "x" * 5_000: "cannot be read: File name too long",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_schema_outside_the_folder_of_its_contract_is_not_read(name: str, tmp_path: Path) -> None:
    """Every file that is not read is reported when the contract is loaded."""
    with pytest.raises(InvalidContractError) as caught:
        load(find([written(tmp_path, name)])[0])

    (problem,) = caught.value.problems
    assert problem.pointer == f"{PATH}/x-graphql/schema"
    assert problem.message == f"{name!r} {ELSEWHERE[name]}"


@pytest.mark.parametrize(
    "extension", [None, "schema.graphql", {}, {"schema": 1}, {"schema": "s", "rejected": 400}]
)
def test_an_x_graphql_of_the_wrong_form_makes_the_contract_invalid(extension: Any) -> None:
    """With its pointer."""
    with pytest.raises(InvalidContractError) as caught:
        contract(**{"x-graphql": extension})

    (problem,) = caught.value.problems
    assert (problem.rule, problem.pointer) == ("extension", f"{PATH}/x-graphql")


def judged(text: str = SDL, **changes: Any) -> list[tuple[str, str]]:
    """What the house rule finds."""
    return list(
        executed(Document(raw(**changes), companions=CompanionFiles({"schema.graphql": text})))
    )


def with_examples(
    requests: dict[str, Any] | None = None, responses: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The operation with other examples."""
    changed = raw()["paths"]["/graphql"]["post"]
    json_request = changed["requestBody"]["content"]["application/json"]
    json_response = changed["responses"]["200"]["content"]["application/json"]
    json_request["examples"] |= named(requests or {})
    json_response["examples"] |= named(responses or {})
    return {key: changed[key] for key in ("requestBody", "responses")}


def test_examples_that_equal_the_result_of_their_query_keep_the_rule() -> None:
    """All examples above do."""
    assert judged() == []


def test_an_example_of_an_error_need_not_equal_the_result_of_a_query() -> None:
    """It is only sent if `Prefer` names it, so its request need not be a valid query."""
    failing = with_examples({"No": {"query": "{ no }"}}, {"No": {"errors": [{"message": "no"}]}})

    assert judged(**failing) == []


REQUEST_EXAMPLES = f"{PATH}/requestBody/content/application~1json/examples"
ANSWER_EXAMPLES = f"{PATH}/responses/200/content/application~1json/examples"
PROBLEMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no schema": ({"text": "type Query {"}, f"{PATH}/x-graphql/schema", "line 1, column 13"),
    "no data for a field": (
        {"text": SDL.replace("nothing:", "something: Int nothing:")},
        f"{PATH}/x-graphql/schema",
        "Query.something has no data",
    ),
    "data for no field": (
        with_examples(responses={"Alone": {"data": {"nobody": 1}}}),
        f"{ANSWER_EXAMPLES}/Alone/value/data/nobody",
        "'nobody' is not a root field",
    ),
    "request that does not fit": (
        with_examples({"Ada": {"query": "{ person { id } }"}}),
        f"{REQUEST_EXAMPLES}/Ada/value",
        "executing it fails: Argument 'Query.person(id:)'",
    ),
    "request without its variables": (
        with_examples({"Alone": {"query": "query ($i: ID!) { person(id: $i) { id } }"}}),
        f"{REQUEST_EXAMPLES}/Alone/value",
        "'$i'",
    ),
    "response with another value": (
        with_examples(responses={"People": {"data": {"people": [{**ADA, "age": "36"}, BOB]}}}),
        f"{ANSWER_EXAMPLES}/People/value/data/people/0/age",
        "'36', but executing",
    ),
    "response with true for 1": (
        with_examples(responses={"People": {"data": {"people": [{**ADA, "age": True}, BOB]}}}),
        f"{ANSWER_EXAMPLES}/People/value/data/people/0/age",
        "True, but executing",
    ),
    "response with less": (
        with_examples(responses={"People": {"data": {"people": [{"id": "1"}]}}}),
        f"{REQUEST_EXAMPLES}/People/value",
        "Cannot return null for non-nullable field Person.name",
    ),
    "response with more": (
        with_examples(responses={"Add": {"data": {"add": {"name": "Eve", "id": "9"}}}}),
        f"{ANSWER_EXAMPLES}/Add/value/data/add/id",
        "present, but executing",
    ),
    "response without a field of the query": (
        with_examples({"Ada": {"query": f"{{ person(id: 1) {{ {PERSON} }} since }}"}}),
        f"{ANSWER_EXAMPLES}/Ada/value/data/since",
        "absent, but executing",
    ),
    "shape that no query has": (
        {"responses": {"200": {"description": "", "content": {"application/json": {
            "schema": {**RESPONSE, "required": ["data"]}, "examples": named(ANSWERS)}}}}},
        f"{PATH}/responses/200/content/application~1json",
        '"data" is a required property',
    ),
    "no body in JSON": (
        {"requestBody": {"content": {"application/graphql": {}}}},
        f"{PATH}/x-graphql",
        "no JSON request body",
    ),
    "undocumented status of rejected": (
        {"x-graphql": {"schema": "schema.graphql", "rejected": "422"}},
        f"{PATH}/x-graphql/rejected",
        "'422' is not a documented 4XX response in JSON; those are 400",
    ),
    "unknown key": (
        {"x-graphql": {"schema": "schema.graphql", "subscriptions": True}},
        f"{PATH}/x-graphql/subscriptions",
        "known: schema, rejected, resources, fields, x-provenance",
    ),
    "missing file": (
        {"x-graphql": {"schema": "other.graphql"}},
        f"{PATH}/x-graphql/schema",
        "'other.graphql'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_differences_between_examples_and_schema_are_reported(name: str) -> None:
    """With the pointer and what is wrong there."""
    changes, where, message = PROBLEMS[name]

    assert any(place == where and message in text for place, text in judged(**changes))


def test_only_operations_with_post_may_have_a_schema() -> None:
    """A webhook is not called by clients, and a GET has no body."""
    operation = raw()["paths"]["/graphql"]["post"]
    moved = document({"/graphql": {"get": operation}}, webhooks={"queried": {"post": operation}})
    found = executed(Document(moved, companions=CompanionFiles({"schema.graphql": SDL})))

    assert {"/paths/~1graphql/get/x-graphql", "/webhooks/queried/post/x-graphql"} <= dict(
        found
    ).keys()


@pytest.mark.parametrize("name", ["schema.graphql", "schema.gql", "openapi.yaml"])
def test_a_changed_schema_is_reloaded_like_a_changed_contract(name: str) -> None:
    """By `serve --reload`."""
    assert Contracts()(Change.modified, f"/specs/acme/{name}")
