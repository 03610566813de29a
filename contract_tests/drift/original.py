"""A server in this process that conforms to its contract; drifts change its responses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import documented_request
from greenroom.contract.model import Contract, MediaType, Operation
from greenroom.contract.model import Response as Documented
from greenroom.contract.operation_finder import operation_base_url
from greenroom.http.exchange import Fields, Request, Response
from greenroom.mock.addresses import base_path
from greenroom.schema.instance_walk import SchemaWalk
from greenroom.server.app import build_app
from greenroom_contracts.judge.content import documented_media

HOST = "http://127.0.0.1"


class Original:
    """The mock of a contract, called without a socket."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.walk = SchemaWalk(contract.document)
        self.app = build_app([contract])
        self.base_url = HOST + base_path(contract, at_root=False)

    def send(self, request: Request) -> Response:
        """The mock's response to a request to any host."""
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        try:
            self.app(scope_of(request), receive, send).__await__().send(None)
        except StopIteration:
            return response_of(sent)
        raise AssertionError("the mock waited for something")

    def request(
        self, operation: Operation, *headers: tuple[str, str], token: str | None = GOOD_KEY
    ) -> Request:
        """The documented request of an operation, with further header fields."""
        call = documented_request(self.contract, operation, token)
        return replace(
            call.at(operation_base_url(self.contract, self.base_url, operation)),
            headers=(*call.fields, *headers),
        )

    def success(self, operation: Operation) -> Response:
        """The response to the documented request of an operation."""
        return self.send(self.request(operation))

    def error(self, operation: Operation, status: str) -> Response:
        """The documented response of a status."""
        return self.send(self.request(operation, ("Prefer", f"code={status}")))

    def trusted(self, request: Request, operation: Operation) -> Response:
        """The response to a request with its credential replaced by a valid one."""
        good = self.request(operation)
        schemes = [demand.scheme for both in operation.security for demand in both]
        fields = {"authorization", "cookie"}
        fields |= {s.parameter.lower() for s in schemes if s.location == "header"}
        keys = {s.parameter for s in schemes if s.location == "query"}
        kept = [pair for pair in request.headers if pair[0].lower() not in fields]
        presented = [pair for pair in good.headers if pair[0].lower() in fields]
        pairs = [p for p in request.query.split("&") if p and p.partition("=")[0] not in keys]
        pairs += [p for p in good.query.split("&") if p.partition("=")[0] in keys]
        url = urlsplit(request.url)._replace(query="&".join(pairs)).geturl()
        return self.send(Request(request.method, url, (*kept, *presented), request.body))

    def documented(self, operation: Operation, response: Response) -> Documented | None:
        """The documented response of the status of a response."""
        return operation.documented(response.status)

    def media(self, operation: Operation, response: Response) -> MediaType | None:
        """The documented media type of a response."""
        documented = operation.documented(response.status)
        sent = response.header("content-type") or ""
        return documented_media(documented.content, sent) if documented is not None else None


def scope_of(request: Request) -> dict[str, Any]:
    """A request as an ASGI scope."""
    headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in request.headers]
    names = {name for name, _ in headers}
    if request.body and b"content-length" not in names:
        headers.append((b"content-length", str(len(request.body)).encode()))
    return {
        "type": "http",
        "method": request.method,
        "path": unquote(request.path),
        "raw_path": request.path.encode("ascii"),
        "query_string": request.query.encode("ascii"),
        "headers": headers,
        "client": ("127.0.0.1", 50000),
    }


def response_of(messages: Iterable[Any]) -> Response:
    """The response in the messages of an ASGI application."""
    start, *rest = messages
    headers: Fields = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]
    )
    return Response(start["status"], headers, b"".join(part.get("body", b"") for part in rest))
