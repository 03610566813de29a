"""Operations with a GraphQL schema work for GraphQL clients and pass schemathesis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
import schemathesis
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport
from graphql import build_schema, lexicographic_sort_schema, print_schema
from schemathesis.config import SchemathesisConfig

from greenroom.codec.credentials import GOOD_KEY, credentials_of
from greenroom.contract import catalog
from greenroom.contract.model import Contract, Example, Graphql, Operation
from greenroom.graphql.data import example_pairs
from greenroom.mock.addresses import base_path
from greenroom.server.app import build_app
from greenroom.server.background import StartMock


@dataclass(frozen=True)
class Endpoint:
    """An operation with a GraphQL schema."""

    contract: Contract
    operation: Operation
    graphql: Graphql

    def __str__(self) -> str:
        return f"{self.contract.name}-{self.operation.id}"

    @property
    def headers(self) -> dict[str, str]:
        """The header fields that carry the good test credential."""
        found = credentials_of(self.operation, GOOD_KEY)
        return {c.name: c.value for c in found if c.location == "header"}

    def url(self, start: StartMock) -> str:
        """Where a server on a port of this machine responds."""
        return start(self.contract.name)[self.contract.name].url + self.operation.path

    def client(self, start: StartMock, introspect: bool = True) -> Client:
        """A GraphQL client, which fetches the schema and so can refuse a query on its own."""
        transport = HTTPXTransport(self.url(start), headers=self.headers)
        return Client(transport=transport, fetch_schema_from_transport=introspect)


def _endpoints() -> Iterator[Endpoint]:
    for contract in map(catalog.load, catalog.vendors()):
        for operation in contract.operations:
            if operation.graphql is not None:
                yield Endpoint(contract, operation, operation.graphql)


ENDPOINTS = list(_endpoints())
EXCHANGES = [
    pytest.param(endpoint, request, response, id=f"{endpoint}][{response.name}")
    for endpoint in ENDPOINTS
    for request, response in example_pairs(endpoint.operation)
    if request is not None
]


def _request(example: Example) -> GraphQLRequest:
    request = example.value
    return GraphQLRequest(
        request["query"],
        variable_values=request.get("variables"),
        operation_name=request.get("operationName"),
    )


def test_there_are_graphql_operations() -> None:
    """Without any, the tests below would prove nothing."""
    assert ENDPOINTS
    assert EXCHANGES


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_a_client_learns_the_schema_by_introspection(
    endpoint: Endpoint, greenroom: StartMock
) -> None:
    """It is the one in the contract's folder."""
    with endpoint.client(greenroom) as session:
        learnt = session.client.schema

    assert learnt is not None
    written = build_schema(endpoint.graphql.text)
    assert print_schema(lexicographic_sort_schema(learnt)) == print_schema(
        lexicographic_sort_schema(written)
    )


@pytest.mark.parametrize(("endpoint", "request_", "response"), EXCHANGES)
def test_a_client_gets_the_documented_response_to_a_documented_query(
    endpoint: Endpoint, request_: Example, response: Example, greenroom: StartMock
) -> None:
    """The client has validated the query with the schema from introspection."""
    with endpoint.client(greenroom) as session:
        assert session.execute(_request(request_)) == response.value["data"]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_an_unknown_field_is_a_graphql_error(endpoint: Endpoint, greenroom: StartMock) -> None:
    """Which clients raise."""
    with (
        endpoint.client(greenroom, introspect=False) as session,
        pytest.raises(TransportQueryError, match="Cannot query field 'noSuchField'"),
    ):
        session.execute(GraphQLRequest("{ noSuchField }"))


@pytest.mark.parametrize(("endpoint", "request_", "response"), EXCHANGES)
def test_a_missing_variable_is_a_graphql_error(
    endpoint: Endpoint, request_: Example, response: Example, greenroom: StartMock
) -> None:
    """Unless the query needs none."""
    request = GraphQLRequest(request_.value["query"])
    with endpoint.client(greenroom, introspect=False) as session:
        if "!" in request_.value["query"]:
            with pytest.raises(TransportQueryError, match="Variable"):
                session.execute(request)
        else:
            assert session.execute(request).keys() == response.value["data"].keys()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_a_syntax_error_is_a_graphql_error(endpoint: Endpoint, greenroom: StartMock) -> None:
    """Without data, and not a 5XX."""
    reply = httpx2.post(endpoint.url(greenroom), json={"query": "{"}, headers=endpoint.headers)

    assert reply.status_code == int(endpoint.graphql.rejected or 200)
    assert list(reply.json()) == ["errors"]
    assert reply.json()["errors"][0]["message"].startswith("Syntax Error")


def _property_test(endpoint: Endpoint) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "headers": endpoint.headers,
            "generation": {
                "mode": "all",
                "max-examples": 25,
                "deterministic": True,
                "database": "none",
            },
        }
    )
    schema = schemathesis.graphql.from_file(endpoint.graphql.text, config=config)
    path = base_path(endpoint.contract, at_root=False) + endpoint.operation.path
    schema.config.update(base_url=f"http://127.0.0.1{path}")
    schema.app = build_app([endpoint.contract])

    statuses = {200, int(endpoint.graphql.rejected or 200)}

    @schema.parametrize()
    def test(case: Any) -> None:
        """A valid query gets data, an invalid one an error, and neither a 5XX."""
        assert case.call_and_validate().status_code in statuses

    return test


# One test function for each operation, so that pytest shows `test_<vendor>_<operation>[<field>]`.
for _endpoint in ENDPOINTS:
    _name = f"test_{_endpoint.contract.name}_{_endpoint.operation.id}"
    globals()[_name] = _property_test(_endpoint)
