"""What was sent and what came back: the facts that everything else is judged from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .media_type import essence

Fields = tuple[tuple[str, str], ...]

# Why a request was made. Only the answers to `VALID` ones can show that an operation works.
DOCUMENTED = "documented request"
# The same with something in it that this account may not have.
TENTATIVE = "documented request as far as it can be"
GENERATED = "generated request"
PAGED = "paging request"
RECORDED = "recorded request"
INVALID = "invalid request"
GENERATED_INVALID = "generated invalid request"
NO_CREDENTIAL = "no credential"
WRONG_CREDENTIAL = "wrong credential"
EXPIRED_CREDENTIAL = "expired credential"
CLEAN_UP = "clean-up"
# Answered with a time to wait, and sent again after it.
WAITED = "asked to wait"

VALID = frozenset((DOCUMENTED, TENTATIVE, GENERATED, PAGED, CLEAN_UP))
BROKEN = frozenset((INVALID, GENERATED_INVALID))
UNAUTHENTICATED = frozenset((NO_CREDENTIAL, WRONG_CREDENTIAL, EXPIRED_CREDENTIAL))


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it left: absolute URL, header fields in order, body as bytes."""

    method: str
    url: str
    headers: Fields = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """The value of a field, several joined by commas (RFC 9110 section 5.3)."""
        return _joined(self.headers, name)

    @property
    def path(self) -> str:
        """The raw path of the URL, percent-encoded."""
        return urlsplit(self.url).path

    @property
    def query(self) -> str:
        """The raw query of the URL, without the question mark."""
        return urlsplit(self.url).query


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status code, header fields in order, body as bytes with its coding undone."""

    status: int
    headers: Fields = ()
    body: bytes = field(default=b"", repr=False)
    reason: str = ""

    def header(self, name: str) -> str | None:
        """The value of a field, several joined by commas (RFC 9110 section 5.3)."""
        return _joined(self.headers, name)

    @property
    def media_type(self) -> str:
        """The media type without its parameters, lower case; empty where none is named."""
        return essence(self.header("content-type") or "")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer, or with the `error` that came instead of one.

    `number` counts from 1 in the order of sending. `operation` is the id of the operation that the
    request belongs to, empty where the contract has none. `purpose` is one of this module's,
    `note` says which example, fault or parameter it was about. `started` is in seconds since 1970,
    `seconds` how long the answer took.
    """

    number: int
    operation: str
    purpose: str
    request: Request
    response: Response | None = None
    error: str = ""
    note: str = ""
    started: float = 0.0
    seconds: float = 0.0

    @property
    def succeeded(self) -> bool:
        """Whether the answer is a 2XX."""
        return self.response is not None and 200 <= self.response.status < 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded exchange; `started` in seconds since 1970."""

    request: Request
    response: Response | None
    started: float = 0.0
    seconds: float = 0.0


def _joined(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    values = [value for key, value in headers if key.lower() == name.lower()]
    return ", ".join(values) if values else None
