"""Drifts of a success outside its body: status, media type, header fields, encoding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from greenroom.http.exchange import Request, Response

from .mutation import Change, Mutation, succeeded, with_body, with_header
from .subject import Subject, as_status, on_success

_HTML = b"<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>"
_OTHER_SUCCESSES = (299, 202, 206, 201)
_GONE = (
    (404, "application/json", b'{"timestamp":1,"path":"/","status":404}'),
    (405, "text/plain", b"Method Not Allowed"),
    (410, "text/html", b"<h1>Gone</h1>"),
)


def statuses(subject: Subject) -> Iterator[Mutation]:
    """A success that is not documented, and one that became a documented refusal."""
    if not succeeded(subject.response):
        return
    original, operation = subject.original, subject.operation
    for status in _OTHER_SUCCESSES:
        if original.documented(operation, as_status(subject.response, status)) is None:
            description = f"{status} for {subject.response.status}"
            yield subject.mutation("undocumented-success", description, _with_status(status))
    for response in operation.responses:
        # Not 404, which may be right for an identifier of the caller.
        if response.status in ("400", "422"):
            refused = _always(original.error(operation, response.status))
            description = f"{response.status} for a valid request"
            yield subject.mutation("valid-request-refused", description, on_success(refused))


def media_types(subject: Subject) -> Iterator[Mutation]:
    """A body of another media type: an HTML page, or the same body as plain text."""
    if not subject.response.body or not succeeded(subject.response):
        return
    known = {
        media.name
        for response in subject.operation.responses
        for media in response.content
        if response.status.startswith(("2", "d"))
    }
    if not known & {"text/html", "text/*", "*/*"}:
        html = on_success(
            lambda _, response: with_body(response, _HTML, "text/html; charset=utf-8")
        )
        yield subject.mutation("html-page", "an HTML page instead of the body", html)
    if not known & {"text/plain", "text/*", "*/*"}:
        plain = on_success(lambda _, a: with_header(a, "content-type", "text/plain"))
        yield subject.mutation("text-plain", "the body is labelled text/plain", plain)
    untyped = on_success(lambda _, response: with_header(response, "content-type", None))
    yield subject.mutation("no-media-type", "no Content-Type", untyped)


def unreadable(subject: Subject) -> Iterator[Mutation]:
    """A body that is cut off, or missing."""
    if subject.schema is None:
        return
    cut = on_success(lambda _, response: with_body(response, response.body[:-1]))
    yield subject.mutation("broken-json", "the last character is missing", cut)
    empty = on_success(lambda _, response: with_body(response, b""))
    yield subject.mutation("empty-body", "no body", empty)


def headers(subject: Subject) -> Iterator[Mutation]:
    """A required header field is missing; one has an invalid value."""
    documented = subject.original.documented(subject.operation, subject.response)
    if documented is None or not succeeded(subject.response):
        return
    for header in documented.headers:
        if subject.response.header(header.name) is None:
            continue
        if header.required:
            without = _with_field(header.name, None)
            yield subject.mutation("missing-header", f"no {header.name}", without)
        kinds = _types(subject, header.schema)
        if kinds and not kinds & {"string", "array", "object"}:
            wrong = _with_field(header.name, "drifted")
            yield subject.mutation("wrong-header", f"{header.name}: drifted", wrong)


def gone(subject: Subject) -> Iterator[Mutation]:
    """The operation is gone, or redirects."""
    for status, kind, body in _GONE:
        there = Response(status, (("content-type", kind),), body)
        yield subject.mutation(f"operation-gone-{status}", f"{status} for all", _always(there))
    elsewhere = Response(308, (("location", "http://127.0.0.1:1/elsewhere"),))
    yield subject.mutation("redirect", "308 for all", _always(elsewhere))


def failed(subject: Subject) -> Iterator[Mutation]:
    """The server fails, for valid requests or for invalid ones."""
    crash = b'{"error":"Internal Server Error"}'

    def apply(_: Request, response: Response) -> Response:
        return replace(with_body(response, crash, "application/json"), status=500)

    yield subject.mutation("server-error", "500 for a valid request", on_success(apply))

    def on_invalid(request: Request, response: Response) -> Response:
        return apply(request, response) if response.status in (400, 422) else response

    if subject.operation.body is not None:
        yield subject.mutation("server-error-on-invalid", "500 for an invalid request", on_invalid)


def _always(response: Response) -> Change:
    return lambda _, __: response


def _with_status(status: int) -> Change:
    return on_success(lambda _, response: as_status(response, status))


def _with_field(name: str, value: str | None) -> Change:
    return on_success(lambda _, response: with_header(response, name, value))


def _types(subject: Subject, schema: str | None) -> set[str]:
    if schema is None:
        return set()
    kinds: set[str] = set()
    for place in subject.walk.conjuncts(schema):
        description = subject.walk.node(place).get("type", [])
        kinds.update(description if isinstance(description, list) else [description])
    return kinds
