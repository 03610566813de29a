"""One webhook, ready to be sent: method, header fields and the very bytes that are signed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..codec.bodies.serializing import encode
from ..codec.sample import sample
from ..contract.model import Contract, MediaType, Operation
from ..contract.webhook_signature import Signing, signing_of
from ..errors import GreenroomError
from ..printable import plain
from ..version import __version__
from .headers import checked, documented
from .selection import choose_example, choose_media, choose_webhook
from .signature import Field, sign, stamp


class MissingSecretError(GreenroomError):
    """A webhook that its vendor signs, and no secret to sign it with."""

    def __init__(self, contract: str) -> None:
        super().__init__(
            f"{contract} signs its webhooks: set {secret_variable(contract)} in the environment, "
            "or give --secret, which other users of this machine may see in the list of processes"
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent, which example it is, how it is signed, and `notes` on what it lacks."""

    event: str
    method: str
    fields: tuple[Field, ...]
    body: bytes
    example: str
    signed: str
    notes: tuple[str, ...] = ()


def secret_variable(contract: str) -> str:
    """The environment variable that holds the signing secret of a contract, by its name."""
    return f"GREENROOM_{re.sub(r'[^A-Z0-9]+', '_', contract.upper())}_WEBHOOK_SECRET"


def prepare(
    contract: Contract,
    event: str,
    *,
    now: float,
    example: str | None = None,
    media_type: str | None = None,
    secret: bytes = b"",
) -> Delivery:
    """Make the webhook of an event as the vendor would send it at `now` (seconds since 1970).

    Raises ChoiceError for an unknown event, example or media type, MissingSecretError where the
    vendor signs and `secret` is empty, and GreenroomError for what cannot be sent at all.
    """
    webhook = choose_webhook(contract, event)
    media = choose_media(webhook, media_type)
    name, value, notes = _payload(contract, webhook, media, example)
    kind, body = encode(value, media, contract.document) if media else ("", b"")

    signing = signing_of(contract)
    if signing and signing.complete and not secret:
        raise MissingSecretError(contract.name)
    signed = _signature_fields(signing, secret, body, now)
    taken = _taken(signing)
    described, missing = documented(contract, webhook, taken)
    notes += [f"{plain(field)} is required, but has no value in the contract" for field in missing]
    notes += [
        f"{plain(p.name)} is a required {p.location} parameter; only header fields are sent"
        for p in webhook.parameters
        if p.required and p.location != "header"
    ]
    own = [("Content-Type", kind)] if media else []
    if all(field.lower() != "user-agent" for field, _ in described):
        own.append(("User-Agent", f"greenroom/{__version__}"))
    return Delivery(
        event=event,
        method=webhook.method,
        fields=tuple(checked(*field) for field in (*own, *described, *signed)),
        body=body,
        example=name,
        signed=_signing_note(signing, bool(secret)),
        notes=tuple(notes),
    )


def describe_signing(signing: Signing | None) -> str:
    """How a vendor signs, in a few words."""
    if signing is None:
        return "unsigned, since no signature is documented"
    if not signing.signs:
        return "unsigned, since the vendor is not known to sign"
    if signing.unpublished:
        missing = ", ".join(signing.unpublished)
        return f"unsigned, since the vendor signs but these are not public: {missing}"
    return f"signed with {signing.algorithm} in {signing.signature_header}"


def _payload(
    contract: Contract, webhook: Operation, media: MediaType | None, asked: str | None
) -> tuple[str, Any, list[str]]:
    """Name and value of the body, and notes on them."""
    example = choose_example(webhook, media, asked)
    if example is not None:
        return example.name, example.value, []
    if media is None:
        return "", None, []
    if media.schema is None:
        raise GreenroomError(plain(f"{webhook.path} documents neither an example nor a schema"))
    made = sample(contract.document, media.schema)
    return "", made, ["no example is documented; the body is made from the schema"]


def _signature_fields(
    signing: Signing | None, secret: bytes, body: bytes, now: float
) -> tuple[Field, ...]:
    if signing is None:
        return ()
    return sign(signing, secret, body, now) if signing.complete else stamp(signing, now)


def _taken(signing: Signing | None) -> set[str]:
    """The fields that are never taken from an example, which would be out of date or wrong."""
    names = (signing.signature_header, signing.timestamp_header) if signing else ()
    return {name.lower() for name in names if name}


def _signing_note(signing: Signing | None, secret: bool) -> str:
    unused = secret and not (signing and signing.complete)
    return describe_signing(signing) + ("; the secret was not used" if unused else "")
