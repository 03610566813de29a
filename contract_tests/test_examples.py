"""The mock returns or accepts every documented example, and its refusals are documented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from calling import MockOf
from greenroom.codec.bodies.serializing import typed_body
from greenroom.codec.credentials import EXPIRED_KEY, FORBIDDEN_KEY, GOOD_KEY
from greenroom.codec.documented_request import documented_request, request_body_examples
from greenroom.contract.catalog import Source, load, vendors
from greenroom.contract.model import Contract, MediaType, Operation, Response
from wire import Reply

SOURCES = [*vendors(), Source("every-keyword", Path(__file__).with_name("every_keyword.yaml"))]

contract_of = cache(load)
over_contracts = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


@cache
def mock_of(source: Source) -> MockOf:
    """The mock of a contract."""
    return MockOf(contract_of(source))


def code(response: Response) -> str:
    """A status code that a documented response covers."""
    return response.status.upper().replace("X", "0").replace("DEFAULT", "500")


def canonical(value: Any) -> str:
    """A JSON value as text, which differs for 1, 1.0 and true."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def is_empty(reply: Reply, response: Response) -> bool:
    """Whether a reply is a documented response without content."""
    return reply.status == int(code(response)) and not reply.body and not reply.media_type


def is_example(reply: Reply, response: Response, media: MediaType, value: Any) -> bool:
    """Whether a reply is a documented response with one of its examples."""
    same_kind = reply.status == int(code(response)) and reply.media_type == media.name
    return same_kind and canonical(reply.value) == canonical(value)


@over_contracts
def test_every_response_example_is_reachable(source: Source) -> None:
    """With code and name in `Prefer`; the value is the documented one."""
    contract = contract_of(source)
    wrong = []
    for operation in contract.operations:
        call = documented_request(contract, operation, GOOD_KEY)
        for response in operation.responses:
            for media in response.content:
                for example in media.examples:
                    prefer = f'code={code(response)}, example="{example.name}"'
                    headers = (("Prefer", prefer), ("Accept", media.name))
                    reply = mock_of(source).reply(call, *headers)
                    if not is_example(reply, response, media, example.value):
                        wrong.append(f"{operation.id} {prefer} gave {reply}")
    assert not wrong, "\n".join(wrong)


@over_contracts
def test_every_response_without_content_is_reachable(source: Source) -> None:
    """With the code in `Prefer`; the response has no body."""
    contract = contract_of(source)
    for operation in contract.operations:
        call = documented_request(contract, operation, GOOD_KEY)
        for response in operation.responses:
            if not response.content:
                reply = mock_of(source).reply(call, ("Prefer", f"code={code(response)}"))
                assert is_empty(reply, response), f"{operation.id} {response.status}: {reply}"


@over_contracts
def test_a_request_without_preference_gets_the_first_success(source: Source) -> None:
    """The first example of the lowest 2XX."""
    contract = contract_of(source)
    for operation in contract.operations:
        reply = mock_of(source).reply(documented_request(contract, operation, GOOD_KEY))
        first = min((r for r in operation.responses if code(r)[0] == "2"), key=code)
        if first.content:
            media = first.content[0]
            right = is_example(reply, first, media, media.examples[0].value)
        else:
            right = is_empty(reply, first)
        assert right, f"{operation.id}: {reply}"


@over_contracts
def test_every_request_example_is_accepted(source: Source) -> None:
    """In each of its media types."""
    contract = contract_of(source)
    wrong = []
    for operation in contract.operations:
        for media, example in request_body_examples(operation):
            content = typed_body(example.value, media, contract.document)
            call = documented_request(contract, operation, GOOD_KEY, content)
            reply = mock_of(source).reply(call)
            if not 200 <= reply.status < 300:
                wrong.append(f"{operation.id} {media.name} {example.name}: {reply}")
    assert not wrong, "\n".join(wrong)


@over_contracts
@pytest.mark.parametrize(
    ("token", "status"),
    [(None, "401"), ("no-such-key", "401"), (EXPIRED_KEY, "401"), (FORBIDDEN_KEY, "403")],
    ids=["missing", "unknown", "expired", "forbidden"],
)
def test_every_secured_operation_refuses_a_credential_as_documented(
    source: Source, token: str | None, status: str
) -> None:
    """The response is a documented one of the operation."""
    contract = contract_of(source)
    secured = [operation for operation in contract.operations if operation.secured]
    assert secured
    for operation in secured:
        reply = mock_of(source).reply(documented_request(contract, operation, token))
        assert is_documented(reply, operation, status), f"{operation.id}: {reply}"


def is_documented(reply: Reply, operation: Operation, status: str) -> bool:
    """Whether a reply is one that an operation documents for a status."""
    return any(
        is_example(reply, response, media, example.value)
        for response in operation.responses
        if response.status == status
        for media in response.content
        for example in media.examples
    )


@over_contracts
def test_every_operation_is_tested(source: Source) -> None:
    """The tests above would pass for operations without examples."""
    contract = contract_of(source)
    assert contract.operations
    assert set(with_success(contract)) == {operation.id for operation in contract.operations}


def with_success(contract: Contract) -> Iterator[str]:
    """The operations that document a success, with an example if it has content."""
    for operation in contract.operations:
        successes = [r for r in operation.responses if code(r)[0] == "2"]
        if any(not r.content or any(m.examples for m in r.content) for r in successes):
            yield operation.id
