"""Findings about a received webhook: event, body, header fields, signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from greenroom.contract.model import Contract, Operation, RequestBody
from greenroom.contract.read_write_only import for_any
from greenroom.contract.webhook_signature import SIGNATURE_KEY, Signing, signing_of
from greenroom.errors import GreenroomError
from greenroom.http.exchange import Fields, Message
from greenroom.http.json_decoding import LimitError, json_or
from greenroom.schema.instance_walk import SchemaWalk
from greenroom.webhooks.choice import choose_media, choose_webhook
from greenroom.webhooks.message import describe_signing, secret_variable
from greenroom.webhooks.signature import objection

from ..finding import Finding
from .content import body_findings, content_findings, documented_media
from .header_fields import header_findings
from .location import Location
from .schema_findings import short_json

_SIGNATURE = f"/{SIGNATURE_KEY}"


@dataclass(frozen=True, slots=True)
class Webhook(Message):
    """A webhook as it was received: header fields, and the body byte for byte.

    `whole` means that no header field is missing, `received` is the time of its arrival in seconds
    since 1970, None if unknown.
    """

    headers: Fields
    body: bytes = field(repr=False)
    whole: bool = False
    received: float | None = None


@dataclass(frozen=True, slots=True)
class WebhookFindings:
    """The findings about a received webhook, and notes on what could not be judged and why.

    `problem` is the first note on something that was received or given, but could not be judged.
    `is_signed` is whether the signature was checked and is right.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    problem: str = ""
    is_signed: bool = False


def judge_webhook(
    contract: Contract, event: str, payload: Webhook, secret: bytes = b""
) -> WebhookFindings:
    """Judge a received webhook of an event; an empty `secret` leaves the signature unchecked.

    Raises GreenroomError, naming the documented events, for another event.
    """
    if not contract.webhooks:
        raise GreenroomError(f"{contract.name} documents no webhooks")
    webhook = choose_webhook(contract, event)
    skipped: list[Exception] = []
    walk = SchemaWalk(for_any(contract.document))
    location = Location(walk, event, "webhook body", skip=skipped.append)
    found = list(_body(location, webhook, payload))
    location = replace(location, where="webhook header")
    for parameter in webhook.parameters:
        if parameter.location == "header":
            found += header_findings(location, parameter, payload.headers, payload.whole)
    signed, note = _signature(location, contract, payload, secret)
    foreign = _foreign(walk, webhook, payload)
    signing = signing_of(contract)
    received = bool(payload.headers) and signing is not None and signing.complete
    unread = next((str(each) for each in skipped if isinstance(each, LimitError)), "")
    problem = foreign or unread or (note if secret or received else "")
    notes = tuple(filter(None, (foreign, *map(str, skipped), note)))
    return WebhookFindings((*found, *signed), notes, problem, not (signed or note))


def _foreign(walk: SchemaWalk, webhook: Operation, payload: Webhook) -> str:
    """Why a JSON object tells nothing about a schema: it has no property of it."""
    media = choose_media(webhook)
    names = walk.properties(media.schema) if media and media.is_json and media.schema else {}
    value = json_or(None, payload.body) if names else None
    if not isinstance(value, dict) or names.keys() & value.keys():
        return ""
    return f"the payload has none of the documented fields of {webhook.path}: {', '.join(names)}"


def _body(location: Location, webhook: Operation, payload: Webhook) -> Iterator[Finding]:
    documented, default = webhook.body, choose_media(webhook)
    if documented is None or default is None:
        documented = RequestBody(webhook.pointer, True, ())
    body = payload.body if payload.body.strip() else b""
    if not body and not documented.required:
        return
    # Without a Content-Type, the default media type is meant.
    sent = payload.header("content-type") or (default.name if default else "")
    yield from content_findings(location, documented.pointer, documented.content, sent, body)
    media = documented_media(documented.content, sent)
    if media is not None and body:
        yield from body_findings(location, media, sent, body)


def _signature(
    location: Location, contract: Contract, payload: Webhook, secret: bytes
) -> tuple[list[Finding], str]:
    """Findings about the signature, and why it was not checked."""
    signing = signing_of(contract)
    if signing is None or not signing.complete:
        return [], f"no signature was checked: {describe_signing(signing)}"
    if not secret:
        return [], f"the signature was not checked: {secret_variable(contract.name)} is not set"
    names = [name for name in (signing.signature_header, signing.timestamp_header) if name]
    if not payload.whole and all(payload.header(name) is None for name in names):
        given = ", ".join(name for name, _ in payload.headers)
        reason = f"the header fields given are {given}" if given else "no header fields are given"
        wanted = " and ".join(names)
        return [], f"the signature was not checked: {reason}; give {wanted} with --header"
    found = list(_signature_findings(location, signing, payload, secret))
    return [*found, *_timestamp_findings(location, signing, payload)], ""


def _signature_findings(
    location: Location, signing: Signing, payload: Webhook, secret: bytes
) -> Iterator[Finding]:
    # An editor or a shell may have added a line break at the end.
    more = () if payload.whole else (payload.body.rstrip(b"\r\n"),)
    if reason := objection(signing, secret, payload.headers, payload.body, *more):
        yield location.finding(
            "signature", _SIGNATURE, reason, at=str(signing.signature_header),
            expected=f"{signing.algorithm} of {signing.signed_content}", detail="signature",
        )  # fmt: skip


def _timestamp_findings(
    location: Location, signing: Signing, payload: Webhook
) -> Iterator[Finding]:
    """Whether the time of sending is near the time of receipt, if both are known."""
    name, tolerance = signing.timestamp_header, signing.timestamp_tolerance
    sent = payload.header(name) if name else None
    if sent is None or tolerance is None or payload.received is None:
        return
    try:
        apart = abs(payload.received - int(sent) / signing.timestamp_units)
    except (ValueError, OverflowError):
        how = "is not a valid time"
    else:
        how = f"is {apart:.0f} s from the time of receipt" if apart > tolerance else ""
    if how:
        yield location.finding(
            "signature", _SIGNATURE, f"{name} {how}", at=str(name),
            expected=f"within {tolerance} s", seen=short_json(sent), detail="timestamp",
        )  # fmt: skip
