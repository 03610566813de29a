"""Documented requests to mocks in this process, by plain ASGI: no server, no event loop."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from greenroom.codec.documented_request import DocumentedRequest
from greenroom.contract.model import Contract
from greenroom.mock.addresses import base_path
from greenroom.server.app import build_app


@dataclass(frozen=True)
class Reply:
    """The response of a mock; names of headers are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type of the body, empty for none."""
        return self.headers.get("content-type", "")

    @property
    def value(self) -> Any:
        """The body: a JSON value, or text."""
        if self.media_type.endswith("json"):
            return json.loads(self.body)
        return self.body.decode()


class MockOf:
    """The mock of one contract, at the path where it is served."""

    def __init__(self, contract: Contract) -> None:
        self._app = build_app([contract])
        self._base_path = base_path(contract, at_root=False)

    def reply(self, call: DocumentedRequest, *headers: tuple[str, str]) -> Reply:
        """The answer to a call, with further headers."""
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": call.body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        try:
            self._app(self._scope(call, headers), receive, send).__await__().send(None)
        except StopIteration:
            start, *rest = sent
            fields = {
                name.decode("latin-1"): text.decode("latin-1") for name, text in start["headers"]
            }
            return Reply(start["status"], fields, b"".join(part.get("body", b"") for part in rest))
        raise AssertionError("the mock waited for something")

    def _scope(
        self, call: DocumentedRequest, headers: tuple[tuple[str, str], ...]
    ) -> dict[str, Any]:
        path = self._base_path + call.path
        fields = [*call.fields, *headers]
        if call.body:
            fields.append(("content-length", str(len(call.body))))
        return {
            "type": "http",
            "method": call.method,
            "path": unquote(path),
            "raw_path": path.encode("ascii"),
            "query_string": call.target.partition("?")[2].encode(),
            "headers": [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in fields],
            "client": ("127.0.0.1", 50000),
        }
