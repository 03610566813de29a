"""Writing HTTP archives, version 1.2 (http://www.softwareishard.com/blog/har-12-spec/).

harfile, which comes with schemathesis, was tried and is not used: its entries and responses take no
members of our own (`_greenroom`, `_error`), it always names a browser, and the mapping of requests,
responses, cookies and redacted bodies would still be needed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from ..http.exchange import Exchange, Fields, Request, Response
from ..http.timestamps import rfc3339
from ..version import __version__
from .body_text import decoded, size

# The size of a redacted body on the wire is unknown.
_UNKNOWN = -1
_PROTOCOL = "HTTP/1.1"


def archive(entries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """An archive with these entries."""
    creator = {"name": "greenroom", "version": __version__}
    return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": list(entries)}}


def entry(exchange: Exchange) -> dict[str, Any]:
    """The entry of a redacted exchange; a body that is not `recorded` has no text.

    A request without a response has status 0 and its reason in `_error`. `_greenroom` has the
    number, operation, purpose and note of the exchange.
    """
    milliseconds = round(max(exchange.seconds, 0) * 1000, 3)
    failed = {"_error": exchange.error} if exchange.response is None else {}
    return {
        "startedDateTime": rfc3339(exchange.started),
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": {**_response(exchange.response or Response(0)), **failed},
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_greenroom": {
            "number": exchange.number,
            "operation": exchange.operation,
            "purpose": exchange.purpose,
            "note": exchange.note,
        },
    }


def body_text(message: Request | Response | None) -> str:
    """A body as text; the size of a binary one in brackets."""
    if message is None or not message.body:
        return ""
    text = decoded(message.body, message.header("content-type") or "")
    return size(message.body) if text is None else text


def _request(request: Request) -> dict[str, Any]:
    written: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": _PROTOCOL,
        "cookies": _cookies((request.header("cookie") or "").split(";")),
        "headers": _pairs(request.headers),
        "queryString": _pairs(parse_qsl(request.query, keep_blank_values=True)),
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if request.body or not request.recorded else 0,
    }
    if request.body:
        media_type = request.header("content-type") or ""
        written["postData"] = {"mimeType": media_type, "params": [], "text": body_text(request)}
    return written


def _response(response: Response) -> dict[str, Any]:
    set_cookies = (v.partition(";")[0] for k, v in response.headers if k.lower() == "set-cookie")
    length, text = len(response.body), {"text": body_text(response)}
    if not response.recorded:
        length, text = _UNKNOWN, {}
    return {
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": _PROTOCOL,
        "cookies": _cookies(set_cookies),
        "headers": _pairs(response.headers),
        "content": {
            "size": length,
            "mimeType": response.header("content-type") or "x-unknown",
            **text,
        },
        "redirectURL": response.header("location") or "",
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if response.body or not response.recorded else 0,
    }


def _pairs(fields: Fields | Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in fields]


def _cookies(pairs: Iterable[str]) -> list[dict[str, str]]:
    found = (pair.strip().partition("=") for pair in pairs)
    return [{"name": name, "value": value} for name, sign, value in found if sign]
