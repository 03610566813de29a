"""What a recording server receives from a check with every permission but those given by name.

The server is the mock of a vendor, except that its responses have other identifiers than the
documented examples, as those of a real account do: a request with one of an example made it up.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from greenroom.contract.catalog import find, load, vendors
from greenroom.contract.effects import CHANGE, CONTACT, COST, DELETE, SUBSCRIBE
from greenroom.contract.model import Contract
from greenroom.contract.operation_finder import OperationFinder
from greenroom.schema import json_pointer as ptr
from greenroom_contracts.planning.graphql_queries import with_queries
from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check
from servers import Change, HttpRequest, HttpResponse, mocking, serving
from test_check_mocks import EXAMPLES

VENDORS = [source.name for source in vendors()]
# Operations of these names subscribe an address, whether their contract says so yet or not.
_SUBSCRIBES = re.compile(r"(create|update|register|save|subscribe)\w*webhook", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(^|_)u?u?ids?$|[a-z]Ids?$")
# The caller makes these up.
_REFERENCE = re.compile("source|external|room|ats", re.IGNORECASE)


def contract_of(vendor: str) -> Contract:
    """The contract of a vendor; what subscribes an address has that effect in any case."""
    contract = load(find([vendor])[0])
    operations = tuple(
        replace(o, effects=tuple(dict.fromkeys((*o.effects, SUBSCRIBE))))
        if o.body and _SUBSCRIBES.search(o.id) and addresses(replace(contract, operations=(o,)))
        else o
        for o in contract.operations
    )
    return replace(contract, operations=operations)


def identifiers(contract: Contract) -> set[str]:
    """The values of examples, of requests and responses, that look like identifiers of objects."""
    found = set()
    for operation in contract.operations:
        media = [*(operation.body.content if operation.body else ())]
        media += [m for r in operation.responses for m in r.content]
        values = [e.value for m in media for e in m.examples]
        values += [{p.name: e.value} for p in operation.parameters for e in p.examples]
        for value in values:
            for where, text in ptr.walk(value):
                name = next((s for s in reversed(ptr.split(where)) if not s.isdecimal()), "")
                # Short ones are words that other members have too, as "ALEX".
                is_id = _IDENTIFIER.search(name) and not _REFERENCE.search(name)
                if isinstance(text, str) and is_id and len(text) > 7 and "@" not in text:
                    found.add(text)
    return found


def addresses(contract: Contract) -> set[str]:
    """The addresses in the examples of requests that subscribe."""
    return {
        value
        for operation in contract.operations
        if _SUBSCRIBES.search(operation.id)
        for media in (operation.body.content if operation.body else ())
        for example in media.examples
        for _, value in ptr.walk(example.value)
        if isinstance(value, str) and value.startswith("http")
    }


def other(identifier: str) -> str:
    """Another identifier of the same form."""
    digits = str.maketrans("0123456789abcdef", "1234567890bcdefa")
    return identifier.translate(digits)


def created(identifier: str) -> str:
    """The identifier of the same form of a thing that a run created."""
    return other(other(identifier))


def account(contract: Contract) -> Change:
    """Responses of an account with identifiers of its own, and new ones for what is created."""
    known = "|".join(map(re.escape, identifiers(contract)))
    spelled = re.compile(f'"({known})"')

    def respond(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        rename = created if request.method == "POST" else other
        text = spelled.sub(lambda found: f'"{rename(found[1])}"', response.body.decode("latin-1"))
        body = text.encode("latin-1")
        fields = response.headers.items()
        kept = {k: v for k, v in fields if not k.lower().startswith("x-greenroom")}
        return HttpResponse(response.status, body, kept)

    return respond


def examined(contract: Contract, **options: Any) -> list[tuple[str, HttpRequest]]:
    """Every request that the server received, with the id of its operation."""
    with serving(mocking(contract, account(contract))) as (url, seen):
        check(contract, url, "test-key", Options(generated=EXAMPLES, thorough=True, **options))
        finder = OperationFinder(contract, url)
        named = []
        for request in seen:
            found = finder.find(request.method, url + request.path)
            assert found is not None
            named.append((found.operation.id, request))
    return named


def used(requests: list[tuple[str, HttpRequest]], texts: set[str]) -> list[tuple[str, str]]:
    """The texts that requests have, each with the operation."""
    return [
        (name, text)
        for name, request in requests
        for text in texts
        if text in request.path or text.encode() in request.body
    ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_writes_alone_do_nothing_that_needs_a_name(vendor: str) -> None:
    """Nothing subscribes, contacts, costs or changes what the account has."""
    contract = contract_of(vendor)
    received = examined(contract, writes=True)
    # Only queries of GraphQL arrive.
    limited = with_queries(contract, Options(writes=True))
    operations = {operation.id: operation for operation in limited.operations}
    grave = {CONTACT, COST, SUBSCRIBE}
    assert not {name for name, _ in received if grave & set(operations[name].effects)}
    altering = [r for r in received if {CHANGE, DELETE} & set(operations[r[0]].effects)]
    # Not one names a thing that the account had; those that name one in the path name the run's.
    assert used(altering, set(map(other, identifiers(contract)))) == []
    own = set(map(created, identifiers(contract)))
    in_path = {o.id for o in contract.operations if "{" in o.path}
    assert all(used([r], own) for r in altering if r[0] in in_path)
    assert used(received, identifiers(contract) | addresses(contract)) == []
    assert len({name for name, _ in received}) > len(contract.operations) / 3


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_permission_lets_an_identifier_or_receiver_of_an_example_out(vendor: str) -> None:
    """Even if every operation is allowed by name."""
    contract = contract_of(vendor)
    every = frozenset(operation.id for operation in contract.operations)
    received = examined(contract, writes=True, allowed=every)
    assert used(received, identifiers(contract)) == []
    subscribing = {o.id for o in contract.operations if SUBSCRIBE in o.effects}
    about = [(name, request) for name, request in received if name in subscribing]
    assert used(about, addresses(contract)) == []
