"""What HTTP/1.1 says to refuse in the head of a request (RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import httptools

from ..http.header_cache import HeaderCache

# `uri-host [ ":" port ]` (RFC 9110 section 7.2), which may be empty.
IS_HOST = HeaderCache(
    re.compile(
        rb"(?:(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*|\[[0-9A-Za-z:._~-]+\])(?::[0-9]*)?", re.ASCII
    ).fullmatch
)


class RefusedError(Exception):
    """A message that cannot be processed: the status, and the reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail)
        self.status, self.detail = status, detail


class Trailers(list[Any]):
    """Takes the place of header fields once these are complete, and keeps nothing.

    Trailer fields must not become header fields (RFC 9110 section 6.5.1).
    """

    def append(self, _: object) -> None:
        """Drop a field."""


def origin_form(target: bytes) -> tuple[bytes, bytes]:
    """A target in absolute form as path and query, and its host, which replaces `Host` (3.2.2).

    Raises RefusedError for a target of any other form.
    """
    try:
        url = httptools.parse_url(target)
    except httptools.HttpParserInvalidURLError:
        url = None
    if url is None or not url.host:
        raise RefusedError(400, "the request target is not valid")
    host = b"[%b]" % url.host if b":" in url.host else url.host
    if url.port:
        host += b":%d" % url.port
    query = b"" if url.query is None else b"?" + url.query
    return (url.path or b"/") + query, host


def check_codings(codings: Sequence[bytes]) -> None:
    """Raise RefusedError for all but `chunked` (6.1 and 6.3)."""
    if codings[-1] != b"chunked" or b"chunked" in codings[:-1]:
        raise RefusedError(400, "the length of the body is not known: chunked has to come last")
    if len(codings) > 1:
        raise RefusedError(501, "the only transfer coding that is supported is chunked")
