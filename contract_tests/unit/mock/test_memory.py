"""Requests leave nothing behind that a client could make as large as it likes."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from contracts import Client, body, contract, response

from greenroom.server.middleware import MockMiddleware

TEXT = {"type": "string"}
THING = {
    "type": "object",
    "properties": {"id": TEXT, "name": TEXT},
    "additionalProperties": True,
}
OF_THING = {"$ref": "#/components/schemas/Thing"}
NAMED = {
    "content": {
        "application/json": {
            "schema": OF_THING,
            "examples": {name: {"value": {"name": name}} for name in "ab"},
        }
    }
}
CONTRACT = contract(
    {
        "/named": {
            "post": {
                "operationId": "takeNamed",
                "requestBody": NAMED,
                "responses": {
                    "200": response("a", "b"),
                    "default": response(c={"name": 6000 * "c"}),
                },
            }
        },
        "/things/{id}": {
            "get": {
                "operationId": "getThing",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
                "responses": {"200": {"description": "", "content": body(OF_THING)["content"]}},
            }
        },
        "/things": {
            "post": {
                "operationId": "createThing",
                "requestBody": body(OF_THING),
                "responses": {"201": {"description": "", "content": body(OF_THING)["content"]}},
            }
        },
    },
    components={"schemas": {"Thing": THING}},
)
# Each request sends as many bytes that no other one does; together these are more than 2 MB.
SIZE, COUNT = 12_000, 220
MOST = 1_000_000


def long(number: int) -> str:
    """A text that no other request has."""
    return f"{number:06}" * (SIZE // 6)


WAYS: dict[str, Callable[[Client, int], Any]] = {
    "Accept": lambda c, n: c.post(
        "/acme/named", {}, {"accept": f"application/json, a/{4 * long(n)}"}
    ),
    "Content-Type": lambda c, n: c.send(
        "POST", "/acme/named", {"content-type": f"application/json; x={4 * long(n)}"}, [b"{}"]
    ),
    "body": lambda c, n: c.post("/acme/named", {"name": long(n)}),
    "names": lambda c, n: c.post("/acme/named", {long(n): 1, "name": 1}),
    "query": lambda c, n: c.post(f"/acme/named?{long(n)}=1", {}),
    "path": lambda c, n: c.post(f"/acme/{long(n)}", {}),
    "Host": lambda c, n: c.post("/acme/named", {}, {"host": long(n)}),
    "Prefer": lambda c, n: c.post("/acme/named", {}, {"prefer": f"code={200 + n}"}),
    "example": lambda c, n: c.post("/acme/named", {}, {"prefer": f"example={long(n)}"}),
    "parameter": lambda c, n: c.post(f"/acme/named?key={long(n)}", {}),
    "method": lambda c, n: c.send(f"A{n}", f"/acme/named?{long(n)}"),
    "names of what is created": lambda c, n: c.post("/~here/acme/things", {long(n): 1}),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_clients_send_does_not_stay(way: str) -> None:
    """However different it is each time; what a space keeps goes with it."""
    client, send = Client(CONTRACT), WAYS[way]
    served: Any = client.app
    while not isinstance(served, MockMiddleware):
        served = served.app

    def held() -> int:
        served.access.spaces.remove("here")
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    for number in range(10):
        send(client, number)
    tracemalloc.start()
    try:
        before = held()
        for number in range(10, COUNT):
            send(client, number)
        assert held() - before < MOST
    finally:
        tracemalloc.stop()
