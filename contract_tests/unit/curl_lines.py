"""What tests of curl lines have in common: a line, its words, and what the mock makes of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from contracts import Client, one

from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import documented_request
from greenroom.contract.model import Contract, Operation
from greenroom.http.curl import curl_line
from wire import Reply

URL = "http://127.0.0.1:8080/acme"
RESPONSES = {"200": {"description": "", "content": {"application/json": {"example": 1}}}}


def parameter(value: Any, location: str = "query", **parts: Any) -> dict[str, Any]:
    """An operation of one required parameter with an example."""
    given = {"name": "p", "in": location, "required": True, "schema": {}, **parts}
    return {"parameters": [{**given, "example": value}], "responses": RESPONSES}


def sent(value: Any, media_type: str = "application/json") -> dict[str, Any]:
    """An operation that takes a body with an example."""
    content = {media_type: {"schema": {}, "example": value}}
    body = {"required": True, "content": content}
    return {"requestBody": body, "responses": RESPONSES}


def line(contract: Contract, operation: Operation | None = None, url: str = URL) -> str:
    """The line of an operation, the first unless named, with its test credentials."""
    operation = operation or contract.operations[0]
    token = GOOD_KEY if operation.secured else None
    return curl_line(documented_request(contract, operation, token).at(url))


def words(operation: Mapping[str, Any], path: str = "/things", **parts: Any) -> list[str]:
    """The words of the line of an operation, as a shell splits it."""
    return shlex.split(line(one(operation, path, **parts)))


def target(operation: Mapping[str, Any], path: str = "/things") -> str:
    """The address that a line calls, below the URL of the mock."""
    (address,) = [word for word in words(operation, path) if word.startswith(URL)]
    return address.removeprefix(URL)


def run(client: Client, given: str) -> Reply:
    """The response of a mock to a line, read as curl reads it."""
    _, *arguments = shlex.split(given)
    method, address, body = "", "", b""
    headers: list[tuple[str, str]] = []
    parts: list[str] = []
    while arguments:
        word = arguments.pop(0)
        if word in ("-i", "--globoff"):
            continue
        if word == "-X":
            method = arguments.pop(0)
        elif word == "--head":
            method = "HEAD"
        elif word == "-H":
            name, _, value = arguments.pop(0).partition(":")
            headers.append((name.removesuffix(";"), value.strip()))
        elif word == "--data-raw":
            body = arguments.pop(0).encode()
            headers.append(("Content-Length", str(len(body))))
        elif word in ("-F", "--form-string"):
            parts.append(part(arguments.pop(0), literal=word != "-F"))
        else:
            address = word
    if parts:
        body = ("--b\r\n" + "--b\r\n".join(parts) + "--b--\r\n").encode()
        headers.append(("Content-Type", "multipart/form-data; boundary=b"))
        headers.append(("Content-Length", str(len(body))))
    url = urlsplit(address)
    return client.send(
        method or ("POST" if body else "GET"), f"{url.path}?{url.query}", headers, [body]
    )


def part(given: str, literal: bool) -> str:
    """A part of a form as curl sends it; quoted values end at the quote, options follow."""
    name, _, value = given.partition("=")
    disposition = f'Content-Disposition: form-data; name="{name}"\r\n'
    if literal:
        return f"{disposition}\r\n{value}\r\n"
    quoted, _, kind = value.removesuffix(f";filename={name}").rpartition(";type=")
    text = re.sub(r"\\(.)", r"\1", quoted[1:-1])
    return f"{disposition}Content-Type: {kind}\r\n\r\n{text}\r\n"
