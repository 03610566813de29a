"""The proxy forwards what the caller of `greenroom proxy` allowed, by the effects of operations."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from checked import DOCUMENT, things
from graphql_contract import REQUESTS, contract
from proxied import proxied
from sockets import asked

from greenroom.contract.catalog import Source, load, vendors
from greenroom_contracts.planning.effects import is_read
from greenroom_contracts.planning.graphql_queries import with_queries
from greenroom_contracts.planning.options import Options
from greenroom_contracts.proxying.permission import NotAllowedError, Permission
from greenroom_contracts.proxying.upstream import Upstream
from greenroom_contracts.sending.target import Target
from servers import mocking, serving

READS, WRITES = Options(), Options(writes=True)
CALLS = Options(writes=True, allowed=frozenset(("callThing",)))
BODY = '{"name": "n"}'


def request(line: str, body: str = "", *fields: str) -> bytes:
    """A request whose connection ends with it."""
    length = f"Content-Length: {len(body)}"
    head = (f"{line} HTTP/1.1", "Host: me", "X-Key: test-key", "Connection: close", length)
    kind = ("Content-Type: application/json",) if body else ()
    return ("\r\n".join((*head, *kind, *fields)) + "\r\n\r\n" + body).encode()


def parts(received: bytes) -> tuple[int, str]:
    """The status of a response, and our header field."""
    head = received.partition(b"\r\n\r\n")[0].decode().lower()
    refusal = head.partition("x-greenroom-refusal: ")[2].partition("\r\n")[0]
    return int(head.split(" ")[1]), refusal


@pytest.mark.parametrize(
    ("sent", "options", "needed"),
    [
        (request("POST /things/things", BODY), READS, "--allow-writes"),
        (request("DELETE /things/things/1"), READS, "--allow-writes and --allow deleteThing"),
        (request("DELETE /things/things/1"), WRITES, "--allow deleteThing"),
        (request("PUT /things/things/1", BODY), WRITES, "--allow changeThing"),
        (request("POST /things/things/1/call"), WRITES, "--allow callThing"),
        (request("POST /things/unknown", BODY), CALLS, "no operation of the contract"),
        (request("DELETE /things/things"), CALLS, "no operation of the contract"),
        (request("TRACE /things/things"), CALLS, "no operation of the contract"),
        (request("GET /things/things/../x"), CALLS, "no allowed operation"),
        (request("GET /things/things/1%2Fcall"), CALLS, "no allowed operation"),
        (request("GET /things/things?_method=DELETE"), CALLS, "another request"),
        (request("GET /things/other?_method=DELETE"), CALLS, "another request"),
        (request("POST /things/quotes", BODY, "X-HTTP-Method-Override: PUT"), READS, "another"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_not_sent(sent: bytes, options: Options, needed: str) -> None:
    """It is 403 with the reason, which the terminal and the summary have too."""
    with serving(mocking(things())) as (url, seen), proxied(things(), url, options) as proxy:
        received = asked(proxy.address, sent)
    assert parts(received) == (403, "not-allowed")
    detail = json.loads(received.partition(b"\r\n\r\n")[2])["detail"]
    assert needed in detail
    assert seen == []
    assert proxy.told == [f"not sent: {detail}"]
    assert [note for note in proxy.report.notes if needed in note] != []


@pytest.mark.parametrize(
    ("sent", "options", "status"),
    [
        (request("GET /things/things"), READS, 200),
        (request("POST /things/quotes", BODY), READS, 200),
        (request("POST /things/things", BODY), WRITES, 201),
        (request("POST /things/things/1/call"), CALLS, 200),
        (request("GET /things/unknown"), READS, 404),
        (request("OPTIONS /things/things"), READS, 204),
    ],
)
def test_what_is_allowed_is_sent(sent: bytes, options: Options, status: int) -> None:
    """What the contract does not have is sent if its method is safe."""
    with serving(mocking(things())) as (url, seen), proxied(things(), url, options) as proxy:
        assert parts(asked(proxy.address, sent))[0] == status
    assert len(seen) == 1
    unknown = ("1 request had no documented operation: GET /unknown",)
    assert proxy.report.notes == (unknown if b"unknown" in sent else ())


def test_an_operation_without_effects_needs_its_name() -> None:
    """Nobody knows what it does (`x-effect` is ours, and files of others have none)."""
    document = json.loads(json.dumps(DOCUMENT).replace('"x-effect"', '"x-other"'))
    unmarked = things(document)
    sent = request("POST /things/things", BODY)
    with serving(mocking(unmarked)) as (url, _), proxied(unmarked, url, WRITES) as proxy:
        assert parts(asked(proxy.address, sent)) == (403, "not-allowed")
    named = replace(WRITES, allowed=frozenset(("createThing",)))
    with serving(mocking(unmarked)) as (url, _), proxied(unmarked, url, named) as proxy:
        assert parts(asked(proxy.address, sent))[0] == 201


@pytest.mark.parametrize("source", vendors(), ids=lambda source: source.name)
def test_without_permission_only_reads_go_to_a_vendor(source: Source) -> None:
    """By the decision; nothing is sent to anybody."""
    vendor = load(source)
    server = vendor.document["servers"][0]["url"]
    permission = Permission(vendor, server, READS)
    upstream = Upstream(vendor, Target(server, "", ""), 1)
    limited = with_queries(vendor, READS).operations
    for operation in limited:
        url = upstream.url(operation.base_paths[0] + re.sub(r"\{\w+\}", "id-1", operation.path))
        if is_read(operation, vendor.document):
            permission.check(operation.method, url, ())
        else:
            with pytest.raises(NotAllowedError, match=r"--allow"):
                permission.check(operation.method, url, ())
    assert len({is_read(operation, vendor.document) for operation in limited}) == 2


@pytest.mark.parametrize(("name", "status"), [("Ada", 200), ("People", 200), ("Add", 403)])
def test_without_permission_only_queries_of_graphql_are_sent(name: str, status: int) -> None:
    """The body decides, so it is read before anything is sent."""
    graph = contract()
    sent = request(f"POST /{graph.name}{graph.base_path}/graphql", json.dumps(REQUESTS[name]))
    with serving(mocking(graph)) as (url, seen), proxied(graph, url, READS) as proxy:
        assert parts(asked(proxy.address, sent))[0] == status
    assert len(seen) == (status == 200)
