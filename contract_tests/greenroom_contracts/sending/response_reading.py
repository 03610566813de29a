"""Reading a response: its body, bounded in bytes, or why there is none."""

from __future__ import annotations

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import HTTPResponse

_MOST_BYTES = 16 * 1024 * 1024
_CHUNK = 64 * 1024


def read_body(response: requests.Response) -> bytes:
    """The body, decoded, or what followed a response that cannot have one.

    Raises requests' ContentDecodingError, also for more than 16 MiB and for a content coding that
    was not offered, InvalidHeader for several media types, ReadTimeout and ChunkedEncodingError.
    """
    kinds = response.raw.headers.getlist("Content-Type")
    if len(kinds) > 1:
        raise requests.exceptions.InvalidHeader(
            f"{len(kinds)} header fields Content-Type ({', '.join(kinds)}), so that clients differ "
            "in what the body is; a response has one (RFC 9110 section 8.3)"
        )
    chunks: list[bytes] = []
    size = 0
    unknown = _unknown_codings(response)
    while chunk := _next_chunk(response, decode=not unknown):
        chunks.append(chunk)
        size += len(chunk)
        if size > _MOST_BYTES:
            raise requests.exceptions.ContentDecodingError(
                f"the body is larger than {_MOST_BYTES} bytes"
            )
    if chunks and unknown:
        raise requests.exceptions.ContentDecodingError(
            f"Content-Encoding {', '.join(unknown)} cannot be decoded, and the request did not "
            "offer it; let the server or its proxy send gzip or no coding"
        )
    response._content = b"".join(chunks)
    response._content_consumed = True
    return response._content or getattr(response.raw._original_response, "stray", b"")


def _unknown_codings(response: requests.Response) -> list[str]:
    codings = response.headers.get("Content-Encoding", "").lower().split(",")
    known = ("", "identity", *HTTPResponse.CONTENT_DECODERS)
    return [coding.strip() for coding in codings if coding.strip() not in known]


def _next_chunk(response: requests.Response, decode: bool) -> bytes:
    try:
        # Returns what has arrived: a slow server might take forever to send a whole chunk.
        return bytes(response.raw.read1(_CHUNK, decode_content=decode))
    except ReadTimeoutError as error:
        raise requests.exceptions.ReadTimeout(error) from error
    except HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error


def is_lost_connection(error: requests.RequestException) -> bool:
    """Whether a connection was closed before any byte of a response."""
    inner = _innermost(error)
    return isinstance(inner, ConnectionError) and not isinstance(inner, ConnectionRefusedError)


def failure_reason(error: requests.RequestException) -> str:
    """Why there is no response, in one line."""
    text = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        return f"TLS error: {_inner(error)}"
    if isinstance(error, requests.exceptions.Timeout):
        return "no response in time"
    if isinstance(error, requests.exceptions.ConnectionError):
        if "NameResolution" in text or "getaddrinfo" in text:
            return "the host name cannot be resolved"
        if "timed out" in text:
            return "no response in time"
        return f"no connection: {_inner(error)}"
    return _inner(error)


def _inner(error: BaseException) -> str:
    """The innermost reason of an error, without the representations of objects in it."""
    error = _innermost(error)
    texts = [str(arg) for arg in error.args if not isinstance(arg, int)]
    text = texts[-1] if texts else str(error) or type(error).__name__
    return " ".join(text.split())[:200]


def _innermost(error: BaseException) -> BaseException:
    while True:
        below = (*error.args, getattr(error, "reason", None), error.__cause__)
        inner = next((entry for entry in below if isinstance(entry, BaseException)), None)
        if inner is None:
            return error
        error = inner
