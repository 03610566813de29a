"""Entries as JSON: the row of a list, the request as patterns see it, and all of an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote

from ..decision import Decision
from ..http.exchange import RECORDED, Exchange, Request, Response
from ..http.json_decoding import json_or
from ..http.media_type import FORM, essence, is_json
from ..http.pairs import query_pairs
from ..http.timestamps import rfc3339
from ..mock.response import refusals
from ..mock.response.prepared import PreparedResponse
from ..mock.security import EXPIRED, FORBIDDEN, MISSING, UNKNOWN
from ..redaction.body_text import decoded, size
from ..redaction.redactor import Redactor
from ..redaction.secrets import Secrets
from ..schema import json_pointer as ptr
from .entry import Change, Entry
from .ring import Head

COLUMNS = ("n", "at", "now", "vendor", "operation", "method", "path", "status", "ms", "kind",
           "reason", "record")  # fmt: skip
_LONGEST_POINTER = 500
_ACCEPTED, _SIMULATED = "accepted", "simulated"
# The steps of every request in their order, each with the refusals that end it.
_STEPS: Mapping[str, tuple[str, ...]] = {
    "path": (refusals.UNKNOWN_PATH, refusals.METHOD_NOT_ALLOWED),
    "credential": (MISSING, UNKNOWN, EXPIRED, FORBIDDEN),
    "media type": (refusals.UNSUPPORTED_MEDIA_TYPE, refusals.TOO_LARGE),
    "accept": (refusals.NOT_ACCEPTABLE,),
    "parameters and body": (refusals.MALFORMED, refusals.INVALID),
}
# What a space or a recording does, before or after the step of the credential.
_RULES = {
    refusals.FAULT: "faults",
    refusals.RATE_LIMITED: "rate limits",
    refusals.NOT_RECORDED: "recording",
}
_STEPS_OF_STATE: Mapping[str, tuple[str, ...]] = {
    "identifiers": (refusals.UNKNOWN_RESOURCE,),
    "references": (refusals.UNKNOWN_REFERENCE,),
    "state": (refusals.WRONG_STATE,),
    "uniqueness": (refusals.CONFLICT,),
    "change": ("space-is-full",),
}
STEPS = (*_STEPS, *_STEPS_OF_STATE)


def row(entry: Entry, mask: Redactor) -> tuple[Any, ...]:
    """The values of COLUMNS. `kind` is the kind of refusal, or `accepted`."""
    context, record = entry.context, entry.trace.record
    decision = _unquoted(entry.response, mask).decision
    return (
        *(entry.number, rfc3339(entry.at), rfc3339(entry.moment), context.vendor),
        *(entry.operation, context.method, mask.url(context.path), entry.response.status),
        *(round(entry.milliseconds, 2), decision.refusal or _ACCEPTED, mask.text(decision.reason)),
        f"{record[0]} {record[1]}" if record else None,
    )


def head_document(head: Head, mask: Redactor) -> dict[str, Any]:
    """A request that reached no space, as far as it is kept."""
    about = _unquoted(PreparedResponse(head.status, b"", b"", head.decision), mask).decision
    shown = {**head._asdict(), "at": rfc3339(head.at), "path": mask.url(head.path)}
    del shown["decision"]
    kind, reason = about.refusal or _ACCEPTED, mask.text(about.reason)
    return {**shown, "operation": about.operation, "kind": kind, "reason": reason}


def request_of(entry: Entry, mask: Redactor | None = None) -> dict[str, Any]:
    """What patterns of requests are about; as it arrived without `mask`, for comparing only."""
    context = entry.context
    headers = _fields(context.headers.items(), mask)
    query = "?" + context.query.decode("utf-8", "replace")
    return {
        "vendor": context.vendor,
        "operation": entry.operation,
        "method": context.method,
        "path": mask.url(context.path) if mask else context.path,
        "query": named_values((mask.url(query) if mask else query)[1:]),
        "headers": headers,
        "body": body_value(context.body, headers, mask),
    }


def document(entry: Entry, mask: Redactor) -> dict[str, Any]:
    """All of an entry; a body that is `truncated` was longer than what is kept of it."""
    request, response = request_of(entry, mask), _unquoted(entry.response, mask)
    decision, record = response.decision, entry.trace.record
    headers = _fields(response.headers, mask)
    preference = asdict(entry.context.preference) if entry.context.preference else {}
    preferred = ", ".join(f"{name}={value}" for name, value in preference.items() if value)
    return {
        **dict(zip(COLUMNS, row(entry, mask), strict=True)),
        "request": {
            **{name: request[name] for name in ("query", "headers", "body")},
            "truncated": entry.body_size > len(entry.context.body),
        },
        "response": {
            "headers": headers,
            "body": body_value(response.body, headers, mask),
            "truncated": entry.response_size > len(response.body),
        },
        "decision": {
            "operation": decision.operation,
            "outcome": decision.refusal or _ACCEPTED,
            "example": decision.example,
            "basis": decision.basis,
            "steps": [
                {"step": step, "said": said, "detail": mask.text(detail)}
                for step, said, detail in _steps(entry, decision)
            ],
            "violations": [
                dict(zip(("location", "pointer", "message"), each, strict=True))
                for each in decision.violations
            ],
            "warnings": [mask.text(warning) for warning in decision.warnings],
            "record": record and dict(zip(("resource", "id", "version"), record, strict=True)),
            "changes": [shown for each in entry.trace.changes for shown in _changed(each, mask)],
            "timers": [
                {"resource": resource, "id": id, "due": rfc3339(due.timestamp()), "state": state}
                for resource, id, due, state in entry.trace.timers
            ],
            "preferred": mask.text(preferred) or None,
            "fault": decision.fault,
        },
    }


def exchange(entry: Entry, mask: Redactor, base_url: str) -> Exchange:
    """A request with its response, as they are shown; `base_url` is before the vendor's path.

    A body that was longer than what is kept of it is not `recorded`.
    """
    context, response = entry.context, _unquoted(entry.response, mask)
    query = context.query.decode("utf-8", "replace")
    url = mask.url(f"{base_url}{context.path}" + (f"?{query}" if query else ""))
    sent, received = (_fields(each, mask) for each in (context.headers.items(), response.headers))
    are_whole = [entry.body_size <= len(context.body), entry.response_size <= len(response.body)]
    bodies = [
        mask.body(body, fields.get("content-type", "")).encode() if body and is_whole else b""
        for body, fields, is_whole in zip(
            (context.body, response.body), (sent, received), are_whole, strict=True
        )
    ]
    return Exchange(
        entry.number, entry.operation or "", RECORDED,
        Request(context.method, url, tuple(sent.items()), bodies[0], are_whole[0]),
        Response(response.status, tuple(received.items()), bodies[1], "", are_whole[1]),
        started=entry.at, seconds=entry.milliseconds / 1000,
    )  # fmt: skip


def _unquoted(response: PreparedResponse, mask: Redactor) -> PreparedResponse:
    """The response without what its violations quote of credentials, wherever it says it."""
    decision = response.decision
    violations = [(w, p, mask.value_at(ptr.split(p), m, w)) for w, p, m in decision.violations]
    if violations == list(decision.violations):
        return response
    quoting = {old[2] for old in decision.violations}.difference(new[2] for new in violations)
    # A long one was cut.
    remove = Secrets([*quoting, *(message[:190] for message in quoting)]).remove
    head, body = (
        remove(part.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        for part in (response.head, response.body)
    )
    said = decision._replace(violations=violations, reason=remove(decision.reason))
    return PreparedResponse(response.status, head, body, said)


def _steps(entry: Entry, decision: Decision) -> Iterator[tuple[str, str, str]]:
    """The steps that the request reached."""
    about = {"path": entry.operation or "", "credential": entry.context.principal or ""}
    of_state = any(decision.refusal in ends for ends in _STEPS_OF_STATE.values())
    is_simulated = of_state or decision.basis == _SIMULATED
    if (rule := _RULES.get(decision.refusal or "")) is not None:
        for step in ("path", "credential") if about["credential"] else ("path",):
            yield step, "passed", about[step]
        yield rule, "refused", decision.reason
        return
    for step, ends in {**_STEPS, **(_STEPS_OF_STATE if is_simulated else {})}.items():
        if decision.refusal in ends:
            yield step, "refused", decision.reason
            return
        yield step, "passed", about.get(step, "")


def _changed(change: Change, mask: Redactor) -> Iterator[dict[str, Any]]:
    about = {"vendor": change.vendor, "resource": change.resource, "id": change.id}
    for pointer, *values in _differing(change.before, change.after, ""):
        before, after = (mask.value_at(ptr.split(pointer), value) for value in values)
        yield {**about, "pointer": pointer, "before": before, "after": after}


def _differing(before: Any, after: Any, pointer: str) -> Iterator[tuple[str, Any, Any]]:
    # Each pointer has the names above it, which may be long.
    is_usual = len(pointer) <= _LONGEST_POINTER
    if isinstance(before, dict) and isinstance(after, dict) and is_usual:
        for name in {**before, **after}:
            yield from _differing(before.get(name), after.get(name), ptr.step(pointer, name))
    elif before != after:
        yield pointer, before, after


def _fields(fields: Iterable[tuple[bytes, bytes]], mask: Redactor | None) -> dict[str, str]:
    texts = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)
    return {name: mask.field(name, value) if mask else value for name, value in texts}


def named_values(query: str) -> dict[str, Any]:
    """Names and values of a query or a form, decoded; a name that is repeated has a list."""
    found: dict[str, list[str]] = {}
    for name, raw in query_pairs(query.encode()):
        found.setdefault(name, []).append(unquote(raw))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def body_value(body: bytes, headers: Mapping[str, str], mask: Redactor | None) -> Any:
    """A body as its JSON value, the fields of a form, or text; None without one."""
    media_type = headers.get("content-type", "")
    text = mask.body(body, media_type) if mask else decoded(body, media_type) or size(body)
    if essence(media_type) == FORM:
        return named_values(text)
    return (json_or(text, text) if is_json(essence(media_type)) else text) if body else None
