"""Findings about a received webhook: event, body, header fields, signature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from greenroom.contract.model import Contract, MediaType, Operation
from greenroom.contract.webhook_signature import KEY, Signing, signing_of
from greenroom.errors import GreenroomError
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.http.media_type import best_match
from greenroom.mock.request.bodies import compile_readers
from greenroom.mock.request.parameters import Sources, compile_reader
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk
from greenroom.webhooks.message import describe_signing, secret_variable
from greenroom.webhooks.selection import choose_media, choose_webhook, events
from greenroom.webhooks.signature import SignatureError, verify

from ..finding import Finding
from .location import Location
from .received_webhook import Webhook
from .schema_findings import schema_findings, short_json

_BODY = "webhook body"
_HEADER = "webhook header"
_SIGNATURE = f"/{KEY}"


@dataclass(frozen=True, slots=True)
class WebhookFindings:
    """The findings about a received webhook, and notes on what could not be judged and why."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def judge_webhook(
    contract: Contract, event: str, payload: Webhook, secret: bytes = b""
) -> WebhookFindings:
    """Judge a received webhook of an event; an empty `secret` leaves the signature unchecked.

    An event that the contract does not have is a finding that names those it has. Raises
    GreenroomError where the contract documents no webhooks at all.
    """
    known = events(contract)
    if not known:
        raise GreenroomError(f"{contract.name} documents no webhooks")
    location = Location(contract.document, event, _BODY)
    if event not in known:
        listed = ", ".join(known)
        unknown = location.finding(
            "undocumented-webhook", "/webhooks", f"{event} is not documented", expected=listed,
            seen=event, detail=event,
        )  # fmt: skip
        return WebhookFindings((unknown,))
    webhook = choose_webhook(contract, event)
    walk = SchemaWalk(contract.document)
    signed, notes = _signature(contract, event, payload, secret)
    found = (
        *_body(walk, location, webhook, payload),
        *_headers(contract, walk, webhook, payload),
        *signed,
    )
    return WebhookFindings(found, tuple(notes))


def _body(
    walk: SchemaWalk, location: Location, webhook: Operation, payload: Webhook
) -> Iterator[Finding]:
    offered = webhook.body
    if offered is None or not offered.content:
        if payload.body.strip():
            yield location.finding(
                "undocumented-field", webhook.pointer, "a body, but none is documented",
                expected="no body", seen=f"{len(payload.body)} bytes", detail="body",
            )  # fmt: skip
        return
    names = ", ".join(media.name for media in offered.content)
    if not payload.body.strip():
        if offered.required:
            yield location.finding(
                "empty-body", offered.pointer, "no body, but one is documented",
                expected=names, seen="nothing",
            )  # fmt: skip
        return
    kind = (payload.header("content-type") or "").strip()
    media = _media(webhook, kind)
    if media is None:
        yield location.finding(
            "undocumented-media-type", ptr.join(offered.pointer, "content"),
            f"{kind} is not documented", expected=names, seen=kind, detail=kind,
        )  # fmt: skip
        return
    yield from _content(walk, location, webhook, media, payload)


def _media(webhook: Operation, kind: str) -> MediaType | None:
    """The documented media type of a body; the default one without a Content-Type."""
    if not kind:
        return choose_media(webhook)
    content = {media.name: media for media in webhook.body.content} if webhook.body else {}
    found = best_match(content, kind)
    return None if found is None else content[found]


def _content(
    walk: SchemaWalk, location: Location, webhook: Operation, media: MediaType, payload: Webhook
) -> Iterator[Finding]:
    body = payload.body
    assert webhook.body is not None
    try:
        if media.is_json:
            value = decode_json(body)
            if media.schema is not None:
                yield from schema_findings(walk, media.schema, value, location)
            return
        readers = compile_readers(webhook.body, walk.schemas)
        given = payload.header("content-type") or media.name
        kind = given.encode("latin-1", "replace").decode("latin-1")
        for _, pointer, message in readers[media.name.strip().lower()](body, kind):
            yield location.finding(
                "invalid-value", media.schema or media.pointer, message,
                at=pointer, expected="a valid value", seen=message, detail=pointer,
            )  # fmt: skip
    except MalformedError as error:
        yield location.finding(
            "unreadable-body", media.pointer, f"the body is not valid {media.name}",
            expected=media.name, seen=str(error), detail=media.name,
        )  # fmt: skip


def _headers(
    contract: Contract, walk: SchemaWalk, webhook: Operation, payload: Webhook
) -> Iterator[Finding]:
    location = Location(contract.document, webhook.path, _HEADER)
    sources = Sources({}, (), _raw(payload.headers), ())
    for parameter in webhook.parameters:
        if parameter.location != "header":
            continue
        value = payload.header(parameter.name)
        if value is None:
            # The header fields of a bare body are unknown.
            if parameter.required and payload.whole:
                yield location.finding(
                    "missing-header", parameter.pointer,
                    f"{parameter.name} is required, but missing", at=parameter.name,
                    expected=parameter.name, seen="no such header field", detail=parameter.name,
                )  # fmt: skip
            continue
        read = compile_reader(parameter, walk.schemas)
        for _, _, message in read(sources) if read is not None else ():
            yield location.finding(
                "invalid-header", parameter.pointer, f"{parameter.name}: {message}",
                at=parameter.name, expected="a valid value", seen=short_json(value),
                detail=parameter.name,
            )  # fmt: skip
            break


def _signature(
    contract: Contract, event: str, payload: Webhook, secret: bytes
) -> tuple[list[Finding], list[str]]:
    """Findings about the signature, and notes on why it was not checked."""
    signing = signing_of(contract)
    if signing is None or not signing.complete:
        return [], [f"no signature was checked: {describe_signing(signing)}"]
    if not secret:
        return [], [f"the signature was not checked: {secret_variable(contract.name)} is not set"]
    named = [signing.signature_header or "", signing.timestamp_header or ""]
    if not payload.whole and all(payload.header(name) is None for name in named if name):
        return [], [
            f"the signature was not checked: no header fields; add --header '{named[0]}: …'"
        ]
    location = Location(contract.document, event, _HEADER)
    found = [*_unsigned(location, signing, payload, secret), *_late(location, signing, payload)]
    return found, []


def _unsigned(
    location: Location, signing: Signing, payload: Webhook, secret: bytes
) -> Iterator[Finding]:
    bodies = [payload.body]
    if not payload.whole:
        # An editor or a shell may have added a line break at the end.
        bodies.append(payload.body.rstrip(b"\r\n"))
    reasons = []
    for body in bodies:
        try:
            verify(signing, secret, payload.headers, body)
        except SignatureError as error:
            reasons.append(str(error))
        else:
            return
    yield location.finding(
        "signature", _SIGNATURE, reasons[0], at=str(signing.signature_header),
        expected=f"{signing.algorithm} of {signing.signed_content}", seen=reasons[0],
        detail="signature",
    )  # fmt: skip


def _late(location: Location, signing: Signing, payload: Webhook) -> Iterator[Finding]:
    """A time of sending too far from the time of receipt, if both are known."""
    name, tolerance = signing.timestamp_header, signing.timestamp_tolerance
    if name is None or tolerance is None or payload.received is None:
        return
    sent = payload.header(name)
    if sent is None:
        return
    unit = 1000 if signing.timestamp_unit == "milliseconds" else 1
    try:
        apart = abs(payload.received - int(sent) / unit)
    except (ValueError, OverflowError):
        apart = None
    if apart is None or apart > tolerance:
        how = (
            "is not a valid time" if apart is None else f"is {apart:.0f} s from the time of receipt"
        )
        yield location.finding(
            "signature", _SIGNATURE, f"{name} {how}", at=name,
            expected=f"within {tolerance} s", seen=short_json(sent), detail="timestamp",
        )  # fmt: skip


def _raw(fields: Iterable[tuple[str, str]]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        key, text = _octets(name.lower()), _octets(value)
        found[key] = found[key] + b", " + text if key in found else text
    return found


def _octets(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
