"""GraphQL and REST are two ways to the same records."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import Client

from greenroom.contract.catalog import find, load

KEY = {"authorization": "Bearer test-key"}
BASE = "/~here/interviewminds"
RESUME = "6a02f280b7d3e40012a4c8f4"
USER = "user_2fKx9mQpLr7TzWcVbN4sYhJd"


@pytest.fixture
def client() -> Client:
    """A space of its own."""
    return Client(load(find(("interviewminds",))[0]))


def asked(client: Client, query: str, **variables: Any) -> Any:
    """The result of a query."""
    body = {"query": query, "variables": variables}
    reply = client.post(f"{BASE}/graphql", body, KEY)
    assert reply.status == 200, reply
    assert reply.headers["x-greenroom-space"] == "here"
    return reply.json


def test_graphql_reads_what_rest_created(client: Client) -> None:
    """By its identifier and in the list."""
    made = client.post(f"{BASE}/api/interview", {"resumeId": RESUME}, KEY).json
    query = "query($id: ID!) { interview(id: $id) { id status resumeId createdAt } }"
    assert asked(client, query, id=made["_id"])["data"]["interview"] == {
        "id": made["_id"], "status": made["status"], "resumeId": RESUME,
        "createdAt": made["createdAt"],
    }  # fmt: skip
    listed = asked(client, "query($u: String!) { interviews(userId: $u) { id } }", u=USER)
    assert made["_id"] in [each["id"] for each in listed["data"]["interviews"]]
    none = asked(client, 'query { interviews(userId: "nobody") { id } }')
    assert none["data"]["interviews"] == []


def test_rest_reads_what_graphql_created_and_changed(client: Client) -> None:
    """Each mutation is one change of the record."""
    create = "mutation($r: ID!) { createInterview(input: {resumeId: $r}) { id score status } }"
    made = asked(client, create, r=RESUME)["data"]["createInterview"]
    path = f"{BASE}/api/interview/{made['id']}"
    assert client.get(path, KEY).json["status"] == made["status"] == "ongoing"
    update = "mutation($i: ID!) { updateScore(interviewId: $i, score: {score: 77}) { score } }"
    assert asked(client, update, i=made["id"])["data"]["updateScore"] == {"score": 77}
    reply = client.get(path, KEY)
    assert reply.json["score"] == 77
    assert reply.headers["x-greenroom-resource"].endswith("version 2")


def test_what_there_is_not_is_null_or_an_error(client: Client) -> None:
    """As the types of the fields allow; nothing is changed."""
    assert asked(client, '{ interview(id: "nope") { id } }') == {"data": {"interview": None}}
    update = 'mutation { updateScore(interviewId: "nope", score: {score: 1}) { id } }'
    assert asked(client, update)["errors"][0]["message"] == "there is no Interview nope"
    create = 'mutation { createInterview(input: {resumeId: "nope"}) { id } }'
    assert "there is no Resume nope" in asked(client, create)["errors"][0]["message"]
    assert len(client.get(f"{BASE}/api/interview/history", KEY).json) == 1


def test_a_field_without_records_is_that_of_its_example(client: Client) -> None:
    """And a query of such fields alone is not simulated."""
    query = {"query": "{ analytics(timeRange: DAY) { totalUsers } }"}
    reply = client.post(f"{BASE}/graphql", query, KEY)
    outside = client.post("/interviewminds/graphql", query, KEY)
    assert reply.json == outside.json
    assert reply.headers["x-greenroom-basis"] == outside.headers["x-greenroom-basis"]


def test_requests_without_a_space_get_the_examples(client: Client) -> None:
    """Whatever was created."""
    query = {
        "query": "query($u: String!) { interviews(userId: $u) { id } }",
        "variables": {"u": USER},
    }
    before = client.post("/interviewminds/graphql", query, KEY)
    asked(client, f'mutation {{ createInterview(input: {{resumeId: "{RESUME}"}}) {{ id }} }}')
    assert client.post("/interviewminds/graphql", query, KEY) == before
