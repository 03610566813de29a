"""Drifts of what a server refuses: credentials, broken requests, and the errors it tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from greenroom.http.exchange import Request, Response
from greenroom.mock.response.prepared import has_body
from greenroom.mock.response.refusals import INVALID, MALFORMED
from greenroom.mock.security import EXPIRED, MISSING, UNKNOWN

from .mutation import Change, Mutation, json_of, refusal, succeeded, with_json
from .subject import Subject, as_status

_FOREIGN = ({"fault": {"code": "E17", "text": "no"}}, {"driftedError": "no"})


def credentials(subject: Subject) -> Iterator[Mutation]:
    """A request is served without a good credential."""
    if not subject.operation.secured:
        return

    def serving(*kinds: str) -> Change:
        def apply(request: Request, answer: Response) -> Response:
            if refusal(answer) not in kinds:
                return answer
            return subject.original.trusted(request, subject.operation)

        return apply

    every = (MISSING, UNKNOWN, EXPIRED)
    yield subject.mutation("no-credential-served", "served without any", serving(MISSING))
    yield subject.mutation("wrong-credential-served", "served with a wrong one", serving(UNKNOWN))
    yield subject.mutation("old-credential-served", "served with an old one", serving(EXPIRED))
    yield subject.mutation("no-authentication", "served with any or none", serving(*every))


def validation(subject: Subject) -> Iterator[Mutation]:
    """A request is served that breaks the contract."""
    if not succeeded(subject.answer):
        return
    success = subject.answer

    def anything(_: Request, answer: Response) -> Response:
        return success if refusal(answer) in (INVALID, MALFORMED) else answer

    if subject.operation.body is not None:
        yield subject.mutation("invalid-body-served", "any body is served", anything)
    if _query_can_be_invalid(subject):
        yield subject.mutation("invalid-query-served", "any query is served", anything)
    for parameter in subject.operation.parameters:
        if parameter.location == "query" and parameter.required:
            lenient = _without_asking(f"{parameter.name}=", success)
            said = f"served without {parameter.name}"
            yield subject.mutation("required-query-unasked", said, lenient)


def _without_asking(beginning: str, success: Response) -> Change:
    """Serve what lacks a query parameter that has to be there."""

    def apply(request: Request, answer: Response) -> Response:
        lacking = all(not pair.startswith(beginning) for pair in request.query.split("&"))
        return success if lacking and refusal(answer) == INVALID else answer

    return apply


def envelopes(subject: Subject) -> Iterator[Mutation]:
    """An error has another shape, or is told with the status of a success."""
    for kind, statuses in (("401", ("401",)), ("invalid", ("422", "400"))):
        documented = [r.status for r in subject.operation.responses]
        status = next((s for s in statuses if s in documented), None)
        if status is None or (kind == "invalid" and not _can_be_invalid(subject)):
            continue
        foreign = _foreign(subject, subject.original.error(subject.operation, status))
        code = int(status)
        if foreign is not None:
            said = f"{status} of another shape"
            yield subject.mutation(f"error-envelope-{kind}", said, _of_shape(code, foreign))
        success = _success(subject)
        said = f"{status} told with {success}"
        yield subject.mutation(f"error-as-success-{kind}", said, _as_success(code, success))


def _of_shape(code: int, value: Any) -> Change:
    return lambda _, answer: with_json(answer, value) if answer.status == code else answer


def _as_success(code: int, success: int) -> Change:
    return lambda _, answer: as_status(answer, success) if answer.status == code else answer


def _success(subject: Subject) -> int:
    """The status of a success with a body."""
    status = subject.answer.status
    return status if succeeded(subject.answer) and has_body(status) else 200


def _can_be_invalid(subject: Subject) -> bool:
    """Whether there is something in a request that can break the contract."""
    return subject.operation.body is not None or _query_can_be_invalid(subject)


def _query_can_be_invalid(subject: Subject) -> bool:
    return any(
        p.location == "query" and (p.required or _is_typed(subject, p.schema))
        for p in subject.operation.parameters
    )


def _is_typed(subject: Subject, schema: str | None) -> bool:
    if schema is None:
        return False
    nodes = [subject.grammar.node(place) for place in subject.grammar.conjuncts(schema)]
    return any(node.get("type") not in (None, "string") or "enum" in node for node in nodes)


def _foreign(subject: Subject, answer: Response) -> Any:
    """A body that has nothing of the documented error; None where any would do."""
    media = subject.original.media(subject.operation, answer)
    if media is None or media.schema is None or json_of(answer) is None:
        return None
    named = set(subject.grammar.properties(media.schema))
    for value in _FOREIGN:
        if not subject.grammar.accepts(media.schema, value) or (named and not named & value.keys()):
            return value
    return None
