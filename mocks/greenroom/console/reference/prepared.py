"""The request that a person composes for an operation, and programs that send it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ...codec.bodies.serializing import content_type, typed_body
from ...codec.credentials import GOOD_KEY
from ...codec.documented_request import documented_request, given_value, preferred_media
from ...contract.model import Contract, MediaType, Operation
from ...http.curl import curl_line
from ...http.exchange import Request
from ...http.json_decoding import MalformedError, decode_json

# What a page cannot send (Fetch Standard, 2.2.2 and 2.2.1).
_FORBIDDEN = frozenset((
    "accept-charset", "accept-encoding", "access-control-request-headers",
    "access-control-request-method", "connection", "content-length", "cookie", "cookie2", "date",
    "dnt", "expect", "host", "keep-alive", "origin", "referer", "set-cookie", "te", "trailer",
    "transfer-encoding", "upgrade", "via",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Composed:
    """What a person chose; None where the documented request stays as it is.

    `credential` is a token, empty for none. `prefer` is the value of that header field.
    `media_type` is that of the body, which is JSON or any text. `parameters` are texts by location
    and name. `files` are the contents of the fields of a form that are files; the one without a
    name is the whole body.
    """

    credential: str | None = None
    prefer: str = ""
    media_type: str | None = None
    parameters: Mapping[str, Mapping[str, str]] | None = None
    body: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


def prepare(
    contract: Contract, operation: Operation, base_url: str, composed: Composed, now: datetime
) -> Request:
    """The request for an operation at a base URL, whether or not the contract allows it.

    A parameter that is left empty is not sent. A body is written as its media type requires where
    it is JSON; other texts are sent as they are.
    """
    token = composed.credential
    if token is None and operation.secured:
        token = GOOD_KEY
    given = None
    if composed.parameters is not None:
        chosen = composed.parameters
        texts = {(p.location, p.name): chosen.get(p.location, {}).get(p.name, "")
                 for p in operation.parameters}  # fmt: skip
        given = {
            (p.location, p.name): given_value(contract, p, texts[p.location, p.name])
            for p in operation.parameters
            if texts[p.location, p.name] or p.location == "path"
        }
        sent = tuple(p for p in operation.parameters if (p.location, p.name) in given)
        operation = replace(operation, parameters=sent)
    content = None
    if composed.body is not None:
        content = _content(contract, operation, composed)
    request = documented_request(contract, operation, token, content, given, now).at(base_url)
    if not composed.prefer:
        return request
    return replace(request, headers=(*request.headers, ("Prefer", composed.prefer)))


def _content(contract: Contract, operation: Operation, composed: Composed) -> tuple[str, bytes]:
    name, text, files = composed.media_type, composed.body or "", composed.files
    if not text and not files:
        return "", b""
    known = {media.name: media for media in (operation.body.content if operation.body else ())}
    media = known.get(name or "") or (MediaType(name, "", None) if name else None)
    media = media or preferred_media(operation) or MediaType("application/json", "", None)
    if "" in files:
        return typed_body(files[""], media, contract.document)
    if not media.is_json:
        try:
            value = decode_json(text or "{}")
        except MalformedError:
            value = None
        value = {**value, **files} if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            return typed_body(value, media, contract.document)
    body = text.encode()
    return content_type(media, body), body


def unsendable(request: Request) -> str:
    """Why a page cannot send a request, empty where it can."""
    if request.method in ("TRACE", "CONNECT"):
        return f"a page may not send {request.method}"
    if request.method in ("GET", "HEAD") and request.body:
        return f"a page may not send a body with {request.method}"
    names = [n for n, _ in request.headers if n.lower() in _FORBIDDEN or _is_reserved(n.lower())]
    return f"a page may not set {', '.join(names)}" if names else ""


def _is_reserved(name: str) -> bool:
    return name.startswith(("proxy-", "sec-"))


def snippets(request: Request) -> Mapping[str, str]:
    """Programs that send a request, by the name of the tool."""
    return {"curl": curl_line(request), "httpx": _httpx(request), "fetch": _fetch(request)}


def body_text(body: bytes) -> str | None:
    """The body as text, None for bytes that are none."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _httpx(request: Request) -> str:
    given = [repr(request.method), repr(request.url)]
    if request.headers:
        given.append(f"headers={dict(request.headers)!r}")
    if request.body:
        text = body_text(request.body)
        given.append(f"content={request.body if text is None else text!r}")
    lines = "".join(f"    {each},\n" for each in given)
    end = "print(response.status_code, response.text)"
    return f"import httpx\n\nresponse = httpx.request(\n{lines})\n{end}"


def _fetch(request: Request) -> str:
    given = [f"method: {json.dumps(request.method)}"]
    if request.headers:
        given.append(f"headers: {json.dumps(dict(request.headers))}")
    if request.body:
        text = body_text(request.body)
        encoded = base64.b64encode(request.body).decode()
        binary = f'Uint8Array.from(atob("{encoded}"), (c) => c.charCodeAt(0))'
        given.append(f"body: {binary if text is None else json.dumps(text)}")
    lines = "".join(f"  {each},\n" for each in given)
    end = "console.log(response.status, await response.text());"
    return f"const response = await fetch({json.dumps(request.url)}, {{\n{lines}}});\n{end}"


def as_document(request: Request) -> dict[str, Any]:
    """A request as JSON, with the programs that send it."""
    text = body_text(request.body)
    return {
        "method": request.method,
        "url": request.url,
        "headers": [[name, value] for name, value in request.headers],
        "body": text if text is not None else "",
        **({} if text is not None else {"body_base64": base64.b64encode(request.body).decode()}),
        "snippets": snippets(request),
        "unsendable": unsendable(request),
    }
