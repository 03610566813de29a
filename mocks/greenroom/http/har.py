"""HTTP archives (HAR 1.2): reading the recordings of browsers and proxies."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ..errors import GreenroomError
from ..schema import json_pointer as ptr
from .charset import supported_charset
from .exchange import RECORDED, SENT, Entry, Fields, Request, Response
from .media_type import FORM, MULTIPART
from .timestamps import seconds_of

_BOUNDARY = "greenroom-recorded-form"
_GZIP = b"\x1f\x8b"
_LARGEST = 16 * 1024 * 1024
# Milliseconds of an exchange, over a hundred days: what is longer was not measured.
_LONGEST = 1e10
_UNKNOWN_TYPES = frozenset(("", "x-unknown"))


class HarError(GreenroomError):
    """An invalid HTTP archive: the name of the file, a JSON pointer, and the expected content."""

    def __init__(self, file: str, pointer: str, message: str) -> None:
        super().__init__(f"{file}#{pointer}: {message}")


def read(content: bytes, file: str) -> list[Entry]:
    """The HTTP exchanges of an archive in its order; `file` is its name in messages.

    Entries with another scheme than HTTP, such as data URLs and web sockets, are left out. An entry
    with status 0 or below has no response. Bodies are encoded in the charset of their Content-Type,
    and compression is undone. Raises HarError.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise HarError(file, "", f"not UTF-8: {error.reason} at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise HarError(file, "", f"not JSON: {error}") from error
    entries = _entries(document)
    if entries is None:
        raise HarError(file, "/log/entries", "expected a list, as HTTP archives have")
    found = (_EntryReader(file, i).entry(entry) for i, entry in enumerate(entries))
    return [entry for entry in found if entry is not None]


def is_archive(content: bytes) -> bool:
    """Whether a file is JSON with a list of entries, as an HTTP archive is."""
    try:
        return _entries(json.loads(content)) is not None
    except (ValueError, RecursionError):
        return False


def _entries(document: Any) -> list[Any] | None:
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    return entries if isinstance(entries, list) else None


class _EntryReader:
    """Reads the entry at an index of the archive."""

    def __init__(self, file: str, index: int) -> None:
        self._file = file
        self._pointer = ptr.join("/log/entries", index)

    def entry(self, entry: Any) -> Entry | None:
        self._expect(isinstance(entry, dict), "", "expected an object")
        request = entry.get("request")
        self._expect(isinstance(request, dict), "/request", "expected an object, the request")
        url, method = request.get("url"), request.get("method")
        self._expect(isinstance(url, str) and url, "/request/url", "expected a URL")
        self._expect(isinstance(method, str) and method, "/request/method", "expected a method")
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise self._error("/request/url", str(error)) from error
        if parts.scheme.lower() not in ("http", "https"):
            return None
        self._expect(bool(parts.netloc), "/request/url", "expected a URL with a host")
        ours = entry.get("_greenroom")
        ours = ours if isinstance(ours, dict) else {}
        sent = ours if ours.get("purpose") in (*SENT,) else {}
        return Entry(
            self._request(method.upper(), parts._replace(fragment="").geturl(), request),
            self._response(entry.get("response")),
            seconds_of(str(entry.get("startedDateTime", ""))) or 0.0,
            _number(entry.get("time")) / 1000,
            sent.get("purpose", RECORDED),
            str(sent.get("note", "")),
            operation=str(ours.get("operation") or ""),
        )

    def _request(self, method: str, url: str, request: Mapping[str, Any]) -> Request:
        headers = self._headers(request.get("headers"), "/request/headers")
        posted = request.get("postData")
        if not posted:
            # -1 is an unknown size.
            return Request(method, url, headers, recorded=request.get("bodySize") in (None, 0))
        where = "/request/postData"
        self._expect(isinstance(posted, dict), where, "expected an object")
        kind = str(posted.get("mimeType") or "")
        text, params = posted.get("text"), posted.get("params")
        if isinstance(text, str) and (text or not params):
            kind = _header(headers, "content-type") or kind
            body = self._bytes(text, posted.get("encoding"), kind, where + "/text")
        else:
            params = self._named(params, where + "/params")
            kind, body = _form(kind, params)
            # The new body has its own boundary.
            if kind.startswith(MULTIPART):
                headers = tuple(pair for pair in headers if pair[0].lower() != "content-type")
        return Request(method, url, _typed(headers, kind), body)

    def _response(self, response: Any) -> Response | None:
        if response is None:
            return None
        self._expect(isinstance(response, dict), "/response", "expected an object")
        status = response.get("status", 0)
        numeric = isinstance(status, int) and not isinstance(status, bool)
        self._expect(numeric, "/response/status", "expected a number")
        # A blocked or aborted request: Chrome and Firefox write 0, others -1.
        if status <= 0:
            return None
        self._expect(100 <= status <= 599, "/response/status", "expected a number from 100 to 599")
        headers = self._headers(response.get("headers"), "/response/headers")
        content = response.get("content") or {}
        where = "/response/content"
        self._expect(isinstance(content, dict), where, "expected an object")
        headers = _typed(headers, str(content.get("mimeType") or ""))
        kind = _header(headers, "content-type") or ""
        text = content.get("text")
        self._expect(text is None or isinstance(text, str), where + "/text", "expected text")
        body = self._bytes(text or "", content.get("encoding"), kind, where + "/text")
        body = self._unzipped(body, headers, where)
        # A body that was not recorded has no `text`, an empty one may have none.
        recorded = text is not None or _is_empty(content, response)
        return Response(status, headers, body, str(response.get("statusText") or ""), recorded)

    def _headers(self, listed: Any, where: str) -> Fields:
        # HTTP/2 has pseudo-header fields; Chrome joins fields of one name by line ends.
        return tuple(
            (entry["name"], value)
            for entry in self._named(listed, where)
            if not entry["name"].startswith(":")
            for value in str(entry.get("value") or "").split("\n")
        )

    def _named(self, listed: Any, where: str) -> list[Mapping[str, Any]]:
        self._expect(listed is None or isinstance(listed, list), where, "expected a list")
        for i, entry in enumerate(listed or ()):
            named = isinstance(entry, dict) and isinstance(entry.get("name"), str)
            self._expect(named, ptr.join(where, i), "expected an object with a name")
        return listed or []

    def _bytes(self, text: str, encoding: Any, kind: str, where: str) -> bytes:
        if encoding == "base64":
            try:
                return base64.b64decode("".join(text.split()), validate=True)
            except (binascii.Error, ValueError) as error:
                raise self._error(where, f"not valid base64: {error}") from error
        self._expect(not encoding, where, f"unknown encoding {encoding!r}; expected base64")
        try:
            return text.encode(supported_charset(kind))
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace")

    def _unzipped(self, body: bytes, headers: Fields, where: str) -> bytes:
        """The body without its content coding, if the recorder has not undone it."""
        coding = (_header(headers, "content-encoding") or "").lower()
        if "gzip" not in coding or not body.startswith(_GZIP):
            return body
        try:
            found = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _LARGEST + 1)
        except zlib.error as error:
            raise self._error(where, f"not valid gzip: {error}") from error
        self._expect(len(found) <= _LARGEST, where, f"larger than {_LARGEST} bytes")
        return found

    def _error(self, where: str, message: str) -> HarError:
        return HarError(self._file, self._pointer + where, message)

    def _expect(self, holds: object, where: str, message: str) -> None:
        if not holds:
            raise self._error(where, message)


def _form(kind: str, params: list[Mapping[str, Any]]) -> tuple[str, bytes]:
    """The Content-Type and the body of a form, from its recorded fields."""
    if not kind.lower().startswith(MULTIPART):
        pairs = [(param["name"], str(param.get("value") or "")) for param in params]
        return kind or FORM, urlencode(pairs).encode()
    parts = [_part(param) for param in params]
    body = "".join((*parts, f"--{_BOUNDARY}--\r\n"))
    return f"{MULTIPART}; boundary={_BOUNDARY}", body.encode("utf-8", "replace")


def _part(param: Mapping[str, Any]) -> str:
    disposition = f'form-data; name="{quote(param["name"], safe=" []().-_")}"'
    if param.get("fileName"):
        disposition += f'; filename="{quote(str(param["fileName"]), safe=" ().-_")}"'
    head = f"Content-Disposition: {disposition}\r\n"
    if param.get("contentType"):
        head += f"Content-Type: {' '.join(str(param['contentType']).split())}\r\n"
    return f"--{_BOUNDARY}\r\n{head}\r\n{param.get('value') or ''}\r\n"


def _is_empty(content: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """Whether a response without recorded text had no body, as far as its sizes tell."""
    sizes = content.get("size"), response.get("bodySize")
    return 0 in sizes or not any(sizes)


def _typed(headers: Fields, kind: str) -> Fields:
    """Header fields with the recorded media type as Content-Type, unless they have one."""
    if kind in _UNKNOWN_TYPES or _header(headers, "content-type") is not None:
        return headers
    return (*headers, ("Content-Type", kind))


def _header(headers: Fields, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Chrome writes -1 for an unknown duration.
    return float(value) if is_number and 0 <= value <= _LONGEST else 0.0
