"""Drifts of refusals: of credentials, of invalid requests, and the shape of errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from greenroom.http.exchange import Request, Response, has_body
from greenroom.mock.response.refusals import INVALID, MALFORMED
from greenroom.mock.security import EXPIRED, MISSING, UNKNOWN

from .mutation import Change, Mutation, json_of, refusal, succeeded, with_json
from .subject import Subject, as_status

_FOREIGN = ({"fault": {"code": "E17", "text": "no"}}, {"driftedError": "no"})


def credentials(subject: Subject) -> Iterator[Mutation]:
    """A request is accepted without a valid credential."""
    if not subject.operation.secured:
        return

    def serving(*kinds: str) -> Change:
        def apply(request: Request, response: Response) -> Response:
            if refusal(response) not in kinds:
                return response
            return subject.original.trusted(request, subject.operation)

        return apply

    every = (MISSING, UNKNOWN, EXPIRED)
    yield subject.mutation("no-credential-served", "served without a credential", serving(MISSING))
    yield subject.mutation(
        "wrong-credential-served", "served with a wrong credential", serving(UNKNOWN)
    )
    yield subject.mutation(
        "old-credential-served", "served with an expired credential", serving(EXPIRED)
    )
    yield subject.mutation(
        "no-authentication", "served with any credential or none", serving(*every)
    )


def validation(subject: Subject) -> Iterator[Mutation]:
    """A request that violates the contract is accepted."""
    if not succeeded(subject.response):
        return
    success = subject.response

    def anything(_: Request, response: Response) -> Response:
        return success if refusal(response) in (INVALID, MALFORMED) else response

    if subject.operation.body is not None:
        yield subject.mutation("invalid-body-served", "any body is served", anything)
    if _query_can_be_invalid(subject):
        yield subject.mutation("invalid-query-served", "any query is served", anything)
    for parameter in subject.operation.parameters:
        if parameter.location == "query" and parameter.required:
            lenient = _not_requiring(f"{parameter.name}=", success)
            description = f"served without {parameter.name}"
            yield subject.mutation("required-query-not-required", description, lenient)


def _not_requiring(beginning: str, success: Response) -> Change:
    """Accept a request without a required query parameter."""

    def apply(request: Request, response: Response) -> Response:
        lacking = all(not pair.startswith(beginning) for pair in request.query.split("&"))
        return success if lacking and refusal(response) == INVALID else response

    return apply


def envelopes(subject: Subject) -> Iterator[Mutation]:
    """An error has another shape, or the status of a success."""
    for kind, statuses in (("401", ("401",)), ("invalid", ("422", "400"))):
        documented = [r.status for r in subject.operation.responses]
        status = next((s for s in statuses if s in documented), None)
        if status is None or (kind == "invalid" and not _can_be_invalid(subject)):
            continue
        foreign = _foreign(subject, subject.original.error(subject.operation, status))
        code = int(status)
        if foreign is not None:
            description = f"{status} of another shape"
            yield subject.mutation(f"error-envelope-{kind}", description, _of_shape(code, foreign))
        success = _success(subject)
        description = f"{status} sent as {success}"
        yield subject.mutation(f"error-as-success-{kind}", description, _as_success(code, success))


def _of_shape(code: int, value: Any) -> Change:
    return lambda _, response: with_json(response, value) if response.status == code else response


def _as_success(code: int, success: int) -> Change:
    return lambda _, response: as_status(response, success) if response.status == code else response


def _success(subject: Subject) -> int:
    """The status of a success with a body."""
    status = subject.response.status
    return status if succeeded(subject.response) and has_body(status) else 200


def _can_be_invalid(subject: Subject) -> bool:
    """Whether a request of the operation can violate the contract."""
    return subject.operation.body is not None or _query_can_be_invalid(subject)


def _query_can_be_invalid(subject: Subject) -> bool:
    return any(
        p.location == "query" and (p.required or _is_typed(subject, p.schema))
        for p in subject.operation.parameters
    )


def _is_typed(subject: Subject, schema: str | None) -> bool:
    if schema is None:
        return False
    nodes = [subject.walk.node(place) for place in subject.walk.conjuncts(schema)]
    return any(node.get("type") not in (None, "string") or "enum" in node for node in nodes)


def _foreign(subject: Subject, response: Response) -> Any:
    """A body without any documented field of the error; None if any body is valid."""
    media = subject.original.media(subject.operation, response)
    if media is None or media.schema is None or json_of(response) is None:
        return None
    named = set(subject.walk.properties(media.schema))
    for value in _FOREIGN:
        if not subject.walk.accepts(media.schema, value) or (named and not named & value.keys()):
            return value
    return None
