"""Received webhooks in files: a body, a whole HTTP message, or an HTTP archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from greenroom.contract.loading.parsing import read_bytes
from greenroom.errors import GreenroomError
from greenroom.http import har

from ..judge.webhooks import Webhook

_START = re.compile(rb"(HTTP/[0-9.]+ [0-9]{3}.*|[A-Z]+ \S+ HTTP/[0-9.]+)")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]*\r\n")
_MOST = 64 * 1024 * 1024


def read_webhooks(path: Path, headers: Iterable[str] = ()) -> list[Webhook]:
    """The webhooks in a file: one, or every request with a body of an HTTP archive.

    A file that begins with header fields and an empty line is a message (RFC 9112 section 2.1, with
    or without its first line), JSON with a `log` an archive, anything else a bare body. `headers`
    are further fields as `Name: value`. Raises GreenroomError.
    """
    try:
        content = read_bytes(path, _MOST)
    except OSError as error:
        raise GreenroomError(f"{path}: cannot be read: {error.strerror}") from error
    given = tuple(map(_given, headers))
    names = {name.lower() for name, _ in given}
    found = []
    for webhook in _webhooks(content, str(path)):
        kept = (entry for entry in webhook.headers if entry[0].lower() not in names)
        found.append(replace(webhook, headers=(*kept, *given)))
    return found


def _webhooks(content: bytes, name: str) -> Iterator[Webhook]:
    if not har.is_archive(content):
        yield _message(content, name) or Webhook((), content)
        return
    found = [entry for entry in har.read(content, name) if entry.request.body]
    if not found:
        raise GreenroomError(f"{name}#/log/entries: no request in it has a body")
    for entry in found:
        headers = entry.request.headers
        yield Webhook(headers, entry.request.body, bool(headers), entry.started or None)


def _given(text: str) -> tuple[str, str]:
    found = _field(text.encode("utf-8", "surrogateescape"))
    if found is None or not text.isprintable():
        raise GreenroomError(f"--header {text!r} is not a header field; write 'Name: value'")
    return found


def _field(line: bytes) -> tuple[str, str] | None:
    found = _FIELD.fullmatch(line)
    # Latin-1 keeps all octets as they are (RFC 9110 section 5.5).
    return (found[1].decode("latin-1"), found[2].decode("latin-1")) if found else None


def _message(content: bytes, name: str) -> Webhook | None:
    """A message with its header section, None if there is no header section."""
    # A message that was edited or printed may have lost its carriage returns.
    blank = re.search(rb"\r?\n\r?\n", content)
    lines = (content[: blank.start()] if blank else content.rstrip(b"\r\n")).splitlines()
    if lines and _START.fullmatch(lines[0]):
        lines = lines[1:]
    # A body of one line may look like a field, but no empty line follows it.
    elif blank is None:
        return None
    headers = tuple(field for line in lines if (field := _field(line)) is not None)
    if not headers or len(headers) < len(lines):
        return None
    message = Webhook(headers, content[blank.end() :] if blank else b"", whole=True)
    return replace(message, body=_framed(message, name))


def _framed(message: Webhook, name: str) -> bytes:
    """The body as its header fields delimit it (RFC 9112 section 6)."""
    coding = (message.header("transfer-encoding") or "").lower()
    if "chunked" in coding:
        # Many tools print chunked messages decoded.
        return _unchunked(message.body) or message.body
    length = message.header("content-length")
    if length is None or not re.fullmatch("[0-9]{1,12}", length):
        return message.body
    if len(message.body) < int(length):
        found = f"{len(message.body)} bytes of body, but Content-Length is {length}"
        raise GreenroomError(f"{name}: {found}; keep the body byte for byte")
    return message.body[: int(length)]


def _unchunked(body: bytes) -> bytes | None:
    found, rest = b"", body
    while (size := _CHUNK.match(rest)) is not None:
        length, start = int(size[1], 16), size.end()
        if length == 0:
            return found
        if rest[start + length : start + length + 2] != b"\r\n":
            return None
        found += rest[start : start + length]
        rest = rest[start + length + 2 :]
    return None
