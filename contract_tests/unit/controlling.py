"""Calls of the control routes, each judged by their document."""

from __future__ import annotations

import json
from typing import Any

from contracts import Client
from state_contract import API

from greenroom.contract.catalog import build
from greenroom.contract.operation_finder import OperationFinder
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom.server.control.call import DOCUMENT
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from wire import Reply

GOOD = {"x-key": "test-key"}
CONTRACT = build(DOCUMENT, "control", "openapi.json")
_HOST = "http://127.0.0.1"
_FINDER = OperationFinder(CONTRACT, f"{_HOST}/_greenroom")
_JUDGE = ExchangeJudge(CONTRACT)


class Controlled:
    """A server of one small API whose control routes are called."""

    def __init__(self, *contracts: Any, **settings: Any) -> None:
        self.client = Client(*(contracts or (API,)), **settings)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """The reply of a control route, which the document allows."""
        target = f"/_greenroom{path}"
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = b"" if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"content-type": "application/json"}
        reply = self.client.send(method, target, {**kind, **fields}, [sent])
        found = _FINDER.find(method, _HOST + target)
        assert found, f"no operation: {method} {target}"
        request = Request(method, _HOST + target, tuple(fields.items()), sent)
        response = Response(reply.status, tuple(reply.headers.items()), reply.body)
        purpose = ex.INVALID if reply.status == 400 else ex.GENERATED
        exchange = Exchange(1, found.operation.id, purpose, request, response)
        wrong = [f"{f.kind} {f.pointer}: {f.message}" for f in _JUDGE.findings(exchange)]
        assert wrong == [], f"{method} {target} {reply.status} {reply.body[:300]!r}"
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        """A GET request."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        """A POST request."""
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Reply:
        """A PUT request."""
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Reply:
        """A DELETE request."""
        return self.call("DELETE", path, **headers)

    def make(self, name: str, space: str = "demo") -> str:
        """The identifier of a thing that the vendor's API makes in a space."""
        reply = self.client.post(f"/~{space}/acme/things", {"name": name}, GOOD)
        assert reply.status == 201
        identifier: str = reply.json["id"]
        return identifier

    def names(self, space: str = "demo") -> list[str]:
        """The names of the things in a space, by the vendor's API."""
        return [t["name"] for t in self.client.get(f"/~{space}/acme/things", GOOD).json["things"]]
