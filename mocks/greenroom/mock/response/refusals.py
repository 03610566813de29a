"""How a request is refused: with the error that the vendor documents, and our reason.

The reason is in headers, and in the body where the message of the documented error is free text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from ...contract.model import Contract, Response
from ...decision import Decision
from ...schema import json_pointer as ptr
from ...schema.violation import Violation
from ..security import EXPIRED, FORBIDDEN, MISSING, UNKNOWN
from .candidates import ResponseCandidate, candidates
from .error_bodies import naming, writer
from .generator import ResponseGenerator
from .headers import NAMES, Headers, decision_headers, refusal_headers
from .prepared import PreparedResponse, prepare, problem
from .selection import ResponseSelector, succeeds

UNKNOWN_PATH = "unknown-path"
METHOD_NOT_ALLOWED = "method-not-allowed"
UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
NOT_ACCEPTABLE = "not-acceptable"
TOO_LARGE = "body-too-large"
MALFORMED = "malformed-body"
INVALID = "invalid-request"
# Of what a space has or lacks (`greenroom.state`).
UNKNOWN_RESOURCE = "unknown-resource"
UNKNOWN_REFERENCE = "unknown-reference"
CONFLICT = "conflict"
WRONG_STATE = "wrong-state"
RATE_LIMITED = "rate-limited"
# Of what goes wrong there on purpose; any status may suit it.
FAULT = "fault"
# Of what a recording lacks (`greenroom.replay`).
NOT_RECORDED = "not-recorded"

# The statuses that suit each kind of refusal. The first that the operation documents is sent. Where
# it documents none of them, the status is the first one, or that in _UNDOCUMENTED, and the response
# is that of its `4XX` or `default`, else problem details.
STATUSES: Mapping[str, tuple[str, ...]] = {
    UNKNOWN_PATH: ("404",),
    METHOD_NOT_ALLOWED: ("405",),
    MISSING: ("401",),
    UNKNOWN: ("401",),
    EXPIRED: ("401",),
    FORBIDDEN: ("403",),
    UNSUPPORTED_MEDIA_TYPE: ("415", "422", "400"),
    NOT_ACCEPTABLE: ("406",),
    TOO_LARGE: ("413",),
    MALFORMED: ("400", "422"),
    INVALID: ("422", "400"),
    UNKNOWN_RESOURCE: ("404",),
    UNKNOWN_REFERENCE: ("404", "422", "400"),
    CONFLICT: ("409",),
    WRONG_STATE: ("409",),
    RATE_LIMITED: ("429",),
}
# In `x-refusals`, all kinds that it does not name.
OTHERS = "default"
_OF_EXAMPLE = (b"content-length", b"x-greenroom-example")
_UNDOCUMENTED = {INVALID: "400"}


# The kinds of which a status says everything, so that the words of its examples fit.
_SAID_BY_STATUS = frozenset((
    METHOD_NOT_ALLOWED, MISSING, UNKNOWN, EXPIRED, FORBIDDEN, UNSUPPORTED_MEDIA_TYPE,
    NOT_ACCEPTABLE, TOO_LARGE, RATE_LIMITED,
))  # fmt: skip


@dataclass(slots=True)
class ErrorResponse(PreparedResponse):
    """A refusal whose body is written with the reason; its `head` lacks the length."""

    write: Callable[[str], bytes] = str.encode


def explicit(
    kind: str, selector: ResponseSelector, operation: str | None = None
) -> PreparedResponse | None:
    """The response of a status that is documented by code; None where there is none.

    `operation` is the id of the operation that refuses, None where none has this path and method.
    """
    statuses = [status for status in STATUSES[kind] if status in selector.candidates]
    return _first(kind, statuses, selector, operation)


def documented(kind: str, selector: ResponseSelector) -> PreparedResponse | None:
    """The operation's own response for a kind of refusal; None where it documents none."""
    found = explicit(kind, selector, selector.operation)
    # `default` describes errors only where a success is documented too.
    if found is None and ("4XX" in selector.candidates or succeeds(selector.candidates)):
        found = _first(kind, [_status(kind)], selector, selector.operation)
    return found


def undocumented(
    kind: str, reason: str, operation: str | None = None, headers: Headers = ()
) -> PreparedResponse:
    """Problem details (RFC 9457) for an undocumented refusal, with further `headers`."""
    status = int(_status(kind))
    refusal = problem(status, reason, (*decision_headers(Decision(refusal=kind)), *headers))
    refusal.decision = Decision(operation, kind, status)
    return refusal


def of_status(
    kind: str,
    status: str,
    about: str,
    selector: ResponseSelector,
    known: Collection[str] = (),
    named: str = "",
) -> PreparedResponse | None:
    """The documented response of a status, by the example that has a name in its own if any has.

    Where that has a `known` identifier, it is sent with the one that the request `named`.
    """
    found = selector.candidates.get(status, ())
    fitting = (
        candidate for candidate in found if about and about.lower() in candidate.example.lower()
    )
    chosen = next(fitting, found[0] if found else None)
    if chosen is None:
        return None
    refusal = _as_refusal(chosen, kind, selector.operation)
    if isinstance(refusal, ErrorResponse) and (body := naming(chosen, known, named)) is not None:
        refusal.write = lambda _: body
    return refusal


class ContractErrors:
    """The errors of a whole contract, for refusals that no operation documents.

    They are those that its `x-refusals` declares, else the one shape that all its errors have.
    """

    def __init__(self, contract: Contract, generator: ResponseGenerator) -> None:
        self._contract = contract
        self._generator = generator

    def declared(self, kind: str, operation: str | None = None) -> PreparedResponse | None:
        """The response that `x-refusals` names for this kind of refusal."""
        response = self._contract.refusals.get(kind)
        if response is None:
            return None
        return self._made(kind, response.status or _status(kind), response, operation)

    def usual(self, kind: str, operation: str | None = None) -> PreparedResponse | None:
        """The response that `x-refusals` names for all others, or of the shape of all errors.

        Of the latter it is that of the status, else one whose codes suit any request.
        """
        status = _status(kind)
        of_status = {error.status: error for error in reversed(self._shared)}
        suitable = (of_status.get(known) for known in (status, "400", "422", *of_status))
        response = self._contract.refusals.get(OTHERS) or next(filter(None, suitable), None)
        return self._made(kind, status, response, operation) if response else None

    def _made(
        self, kind: str, status: str, response: Response, operation: str | None
    ) -> PreparedResponse | None:
        made = candidates(int(status), response, self._generator, operation)
        return _as_refusal(made[0], kind, operation) if made[0].media_type else None

    @cached_property
    def _shared(self) -> Sequence[Response]:
        """The errors of a contract where all have one schema and media type, else ()."""
        document = self._contract.document
        errors = [
            response
            for operation in self._contract.operations
            for response in operation.responses
            if response.status[0] in "45d"
        ]
        shapes = set()
        for media in (media for response in errors for media in response.content):
            schema = media.schema and ptr.resolve(document, {"$ref": f"#{media.schema}"}, "")[1]
            shapes.add((media.name, schema))
        is_one = len(shapes) == 1 and all(schema for _, schema in shapes)
        return [error for error in errors if error.content] if is_one else ()


class Refusals:
    """The refusals of one operation, or of requests that no operation has the path and method of.

    `find` looks up the documented response for a kind of refusal, which is then kept; `headers` are
    those of undocumented refusals.
    """

    def __init__(
        self,
        find: Callable[[str], PreparedResponse | None],
        operation: str | None = None,
        headers: Headers = (),
    ) -> None:
        self.documented = cache(find)
        self._operation = operation
        self._headers = headers

    def refuse(
        self,
        kind: str,
        reason: str,
        violations: Sequence[Violation] = (),
        extra: Headers = (),
        base: PreparedResponse | None = None,
    ) -> PreparedResponse:
        """The response to a refused request, with `extra` header fields.

        `base` is the documented response to send, by default that of the kind.
        """
        if base is None:
            base = self.documented(kind)
        if base is None:
            base = undocumented(kind, reason, self._operation, self._headers)
        # Built by position, which is faster than `_replace`: every refused request comes this way.
        decision = Decision(*base.decision[:6], reason, violations)
        head, body = base.head, base.body
        if isinstance(base, ErrorResponse):
            body = base.write(reason)
            head = b"%bcontent-length: %d\r\n" % (head, len(body))
        head += refusal_headers(decision)
        refused = PreparedResponse(base.status, head, body, decision)
        return refused.with_headers(extra) if extra else refused


def _first(
    kind: str, statuses: Sequence[str], selector: ResponseSelector, operation: str | None
) -> PreparedResponse | None:
    """The first described response of some statuses, else the first that is not described."""
    for described in (True, False):
        for status in statuses:
            if (found := selector.first(status, described)) is not None:
                return _as_refusal(found, kind, operation)
    return None


def as_documented(found: PreparedResponse, kind: str, operation: str | None) -> PreparedResponse:
    """A documented response as a refusal, without `X-Greenroom-*` fields that are documented."""
    kept = tuple(field for field in found.headers if field[0] not in NAMES)
    decision = found.decision._replace(refusal=kind, operation=operation, status=found.status)
    return prepare(found.status, kept, found.body, decision)


def _as_refusal(candidate: ResponseCandidate, kind: str, operation: str | None) -> PreparedResponse:
    """A documented response as a refusal, with our words where those of its example do not fit."""
    found = as_documented(candidate.response, kind, operation)
    is_usual = candidate.is_explicit and str(candidate.status) == _status(kind)
    fits = is_usual and kind in _SAID_BY_STATUS and candidate.is_described
    write = None if fits else writer(candidate)
    if write is None:
        return found
    kept = tuple(field for field in found.headers if field[0] not in _OF_EXAMPLE)
    decision = found.decision._replace(example=None)
    made = prepare(found.status, kept, b"", decision)
    return ErrorResponse(made.status, made.head, b"", decision, write)


def _status(kind: str) -> str:
    return _UNDOCUMENTED.get(kind, STATUSES[kind][0])
