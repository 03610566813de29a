"""HTTP requests and responses as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .media_type import essence

Fields = tuple[tuple[str, str], ...]

# Why a request was sent. Only responses to `VALID` ones can show that an operation works.
DOCUMENTED = "documented request"
# As DOCUMENTED, but some values may not exist in the caller's account.
TENTATIVE = "documented request with unconfirmed values"
# As DOCUMENTED, but data is to be sent to an address that cannot exist, which may be refused.
RESERVED = "documented request with a reserved receiver"
GENERATED = "generated request"
PAGED = "paging request"
RECORDED = "recorded request"
# Valid, but of a resource that does not exist.
UNKNOWN = "unknown identifier"
INVALID = "invalid request"
GENERATED_INVALID = "generated invalid request"
NO_CREDENTIAL = "no credential"
WRONG_CREDENTIAL = "wrong credential"
EXPIRED_CREDENTIAL = "expired credential"
CLEAN_UP = "clean-up"
# The response had `Retry-After`; the request is sent again after that time.
WAITED = "asked to wait"

VALID = frozenset((DOCUMENTED, TENTATIVE, RESERVED, GENERATED, PAGED, CLEAN_UP))
BROKEN = frozenset((INVALID, GENERATED_INVALID))
UNAUTHENTICATED = frozenset((NO_CREDENTIAL, WRONG_CREDENTIAL, EXPIRED_CREDENTIAL))
SENT = VALID | BROKEN | UNAUTHENTICATED | {WAITED}


class Message:
    """What has header fields, in the order in which they were sent."""

    __slots__ = ()
    headers: Fields

    def header(self, name: str) -> str | None:
        """The value of a field, several joined by commas (RFC 9110 section 5.3)."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


@dataclass(frozen=True, slots=True)
class Request(Message):
    """A request as it was sent: absolute URL, header fields in order, body as bytes.

    `recorded` is False where a recording lacks the body.
    """

    method: str
    url: str
    headers: Fields = ()
    body: bytes = field(default=b"", repr=False)
    recorded: bool = True

    @property
    def path(self) -> str:
        """The raw path of the URL, percent-encoded."""
        return urlsplit(self.url).path

    @property
    def query(self) -> str:
        """The raw query of the URL, without the question mark."""
        return urlsplit(self.url).query


@dataclass(frozen=True, slots=True)
class Response(Message):
    """A response: status code, header fields in order, body without content coding.

    `recorded` is False where a recording lacks the body.
    """

    status: int
    headers: Fields = ()
    body: bytes = field(default=b"", repr=False)
    reason: str = ""
    recorded: bool = True

    @property
    def media_type(self) -> str:
        """The media type without its parameters, lower case; empty without Content-Type."""
        return essence(self.header("content-type") or "")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its response, or with the `error` that happened instead.

    `number` counts from 1 in the order of sending. `operation` is the id of the operation, empty if
    the contract does not document one. `purpose` is a constant of this module, `note` names the
    example, mutation or parameter that is tried. `started` is in seconds since 1970, `seconds` is
    the duration.
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
    def status(self) -> int:
        """The status of the response, 0 without one."""
        return self.response.status if self.response is not None else 0

    @property
    def succeeded(self) -> bool:
        """Whether the response is a 2XX."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded exchange; `started` in seconds since 1970, `seconds` the duration.

    `purpose` and `note` are those of the exchange if a check has sent it; `error` is the reason of
    a missing response, where it is known. `operation` is the id of the operation if greenroom has
    recorded it.
    """

    request: Request
    response: Response | None
    started: float = 0.0
    seconds: float = 0.0
    purpose: str = RECORDED
    note: str = ""
    error: str = ""
    operation: str = ""


def has_body(status: int) -> bool:
    """Whether a status may carry content (RFC 9110 section 6.4.1)."""
    return status >= 200 and status not in (204, 205, 304)
