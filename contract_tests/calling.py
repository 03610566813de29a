"""Documented requests to mocks in this process."""

from __future__ import annotations

from greenroom.codec.documented_request import DocumentedRequest
from greenroom.contract.model import Contract
from greenroom.mock.addresses import base_path
from greenroom.server.app import build_app
from wire import Reply, send


class MockOf:
    """The mock of one contract, at the path where it is served."""

    def __init__(self, contract: Contract) -> None:
        self._app = build_app([contract])
        self._base_path = base_path(contract, at_root=False)

    def reply(self, request: DocumentedRequest, *headers: tuple[str, str]) -> Reply:
        """The response to a documented request, sent with further headers."""
        fields = [*request.fields, *headers]
        if request.body:
            fields.append(("content-length", str(len(request.body))))
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        target = (self._base_path + request.target).encode()
        return send(self._app, request.method, target, sent, [request.body])
