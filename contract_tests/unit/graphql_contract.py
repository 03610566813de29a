"""A small contract that executes GraphQL, in memory."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from contracts import KEY, document

from greenroom.contract.catalog import build
from greenroom.contract.loading.companion_files import CompanionFiles
from greenroom.contract.model import Contract

SDL = """
"A point in time."
scalar Time
scalar Anything

enum State { OPEN CLOSED }

interface Party { id: ID! name: String! }

type Person implements Party { id: ID! name: String! age: Int score: Float boss: Person }
type Company implements Party { id: ID! name: String! state: State! }

union Found = Person | Company

input Wanted { name: String! state: State = OPEN tags: [String!] }

type Query {
  person(id: ID!): Person
  people(first: Int = 10): [Person!]!
  parties: [Party!]!
  search(source: String, info: String, self: String, resolve: String): [Found!]
  since: Time
  settings: Anything
  nothing: String
}

type Mutation { add(wanted: Wanted!): Person! remove(id: ID!): Boolean! }
"""
ADA = {"id": "1", "name": "Ada", "age": 36, "score": 80.0, "boss": {"id": "2", "name": "Bob"}}
BOB = {"id": "2", "name": "Bob", "age": None, "score": 7.5, "boss": None}
ACME = {"__typename": "Company", "id": "3", "name": "Acme", "state": "OPEN"}
PERSON = "id name age score boss { id name }"

REQUESTS: dict[str, Any] = {
    "Ada": {
        "query": f"query ($id: ID!) {{ person(id: $id) {{ {PERSON} }} }}",
        "variables": {"id": 1},
    },
    "Bob": {"query": f'{{ chief: person(id: "2") {{ {PERSON} }} }}'},
    "People": {"query": f"{{ people {{ {PERSON} }} }}"},
    "Parties": {"query": "{ parties { __typename id name ... on Company { state } } }"},
    "Add": {
        "query": "mutation ($w: Wanted!) { add(wanted: $w) { name } }",
        "variables": {"w": {"name": "Eve"}},
        "operationName": None,
    },
}
ANSWERS: dict[str, Any] = {
    "Ada": {"data": {"person": ADA}},
    "Bob": {"data": {"chief": BOB}},
    "People": {"data": {"people": [ADA, BOB]}},
    "Parties": {"data": {"parties": [{"__typename": "Person", "id": "1", "name": "Ada"}, ACME]}},
    "Search": {"data": {"search": [ACME, {**ADA, "__typename": "Person"}]}},
    "Rest": {"data": {"since": "now", "settings": {"a": [1, {"b": None}]}, "nothing": None}},
    "Add": {"data": {"add": {"name": "Eve"}}},
    "Removed": {"data": {"remove": True}},
}
ERROR = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
RESPONSE = {
    "type": "object",
    "minProperties": 1,
    "properties": {
        "data": {"type": ["object", "null"]},
        "errors": {"type": "array", "minItems": 1, "items": ERROR},
    },
    "additionalProperties": False,
}
REQUEST = {
    "type": "object",
    "required": ["query"],
    "properties": {
        "query": {"type": "string"},
        "variables": {"type": ["object", "null"]},
        "operationName": {"type": ["string", "null"]},
    },
}
PATH = "/paths/~1graphql/post"


def named(values: dict[str, Any]) -> dict[str, Any]:
    """Examples by name, each documented but one."""
    basis = {"x-provenance": {"basis": "documented", "source": "guide"}}
    examples = {n: {"value": value, **basis} for n, value in values.items()}
    if "Bob" in examples:
        examples["Bob"]["x-provenance"] = {"basis": "inferred", "note": "Not shown."}
    return examples


def raw(**changes: Any) -> dict[str, Any]:
    """A document with one operation that executes GraphQL."""
    answer = {
        "description": "Executed.",
        "headers": {"X-Trace": {"schema": {"type": "string"}, "example": "t1"}},
        "content": {"application/json": {"schema": RESPONSE, "examples": named(ANSWERS)}},
        "x-provenance": {"basis": "published", "source": "guide"},
    }
    refused = {
        "description": "Not executed.",
        "content": {
            "application/json": {
                "schema": RESPONSE,
                "examples": {"Wrong": {"value": {"errors": [{"message": "no"}]}}},
            }
        },
    }
    operation = {
        "operationId": "ask",
        "x-graphql": {"schema": "schema.graphql"},
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": REQUEST, "examples": named(REQUESTS)}},
        },
        "responses": {"200": answer, "400": refused},
        **changes,
    }
    return document({"/graphql": {"post": operation}}, schemes=KEY)


def contract(text: str = SDL, **changes: Any) -> Contract:
    """The contract of that document."""
    return build(
        deepcopy(raw(**changes)), "acme", "acme.yaml", CompanionFiles({"schema.graphql": text})
    )
