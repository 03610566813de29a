"""Requests to the control routes, and to paths that belong to no contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenroom.codec.documented_request import DocumentedRequest

from . import texts
from .message import Request, to_request
from .variations import ORIGIN

_PREFIX = "/_greenroom"
TOKEN = "a-secret-of-tests"
_FIELDS: tuple[tuple[tuple[str, str], ...], ...] = (
    (), (ORIGIN,), (("Accept", "text/csv"),), (("X-Forwarded-For", "192.0.2.1"),),
    *((("Authorization", f"{scheme} {token}"),) for scheme, token in (
        ("Bearer", TOKEN), ("Bearer", "wrong"), ("Basic", TOKEN),
    )),
    (("Authorization", f"bearer  {TOKEN} "), ORIGIN),
)  # fmt: skip


def control_requests(names: Sequence[str]) -> Iterator[Request]:
    """Requests below /_greenroom/, and to contracts as a whole, for contracts of some names."""
    folders = [f"{_PREFIX}/vendors/{name}" for name in names]
    routes = ["/", _PREFIX, f"{_PREFIX}/", f"{_PREFIX}/health", f"{_PREFIX}/vendors",
              *(f"{folder}/openapi.{end}" for folder in folders
                for end in ("json", "yaml"))]  # fmt: skip
    others = [
        *(f"{_PREFIX}{rest}" for rest in ("/health/", "/nothing", "//", "/vendors/", "x", "x/y",
                                          "/vendors/nobody/openapi.json", "%2Fhealth")),
        *("//", "/nobody", "/nobody/x/y", "/favicon.ico", "/robots.txt", "/%5fgreenroom/health"),
        *(f"{folder}{rest}" for folder in folders for rest in ("", "/", "/openapi.xml", "/x/y")),
        *(f"/{name}{rest}" for name in names for rest in ("", "/", "//", "?a=b", "/nothing")),
    ]  # fmt: skip
    for path in routes:
        for fields in _FIELDS:
            yield _request("GET", path, *fields)
        for host in ("mock.example.com", '"><b>', "[::1]:80"):
            yield to_request("control", DocumentedRequest("GET", path), host=host)
        yield _request("GET", f"{path}?a=b")
        yield _request("OPTIONS", path, ORIGIN, *texts.PREFLIGHTS[0])
        json = DocumentedRequest("POST", path, content_type="application/json", body=b"{}")
        yield to_request("control", json)
    for path in (*routes, *others):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            yield _request(method, path)
    for path in others:
        yield _request("GET", path, ORIGIN)
    yield from (Request("control", raw, own_connection=True) for raw in texts.RAW)


def _request(method: str, path: str, *fields: tuple[str, str]) -> Request:
    return to_request("control", DocumentedRequest(method, path), *fields)
