"""One webhook, ready to be sent: method, header fields and the very bytes that are signed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from ..codec.bodies.serializing import header_text, typed_body
from ..codec.sample import sample
from ..contract.model import Contract, MediaType, Operation, Parameter
from ..contract.webhook_signature import Signing, signing_of
from ..errors import GreenroomError
from ..http.exchange import Fields
from ..http.field_values import is_token
from ..schema import json_pointer as ptr
from ..schema.validators import SchemaSet
from ..version import __version__
from .choice import ChoiceError, choose_example, choose_media, choose_webhook
from .signature import sign, timestamp_field

# Fields that HTTP itself sets; values from a contract would contradict the message.
_OF_HTTP = ("connection", "content-length", "host", "transfer-encoding")


class MissingSecretError(GreenroomError):
    """A webhook that its vendor signs, and no secret to sign it with."""

    def __init__(self, contract: str) -> None:
        super().__init__(
            f"{contract} signs its webhooks: set {secret_variable(contract)} in the environment, "
            "or give --secret, which other users of this machine may see in the list of processes"
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A webhook as it is sent: its example, how it is signed, and `notes` on missing values."""

    event: str
    method: str
    fields: Fields
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
    changes: Sequence[tuple[str, Any]] = (),
) -> Message:
    """Make the webhook of an event as the vendor would send it at `now` (seconds since 1970).

    `changes` are values to put into the payload, each after its JSON pointer. Raises ChoiceError
    for an unknown event, example, media type or place, MissingSecretError where the vendor signs
    and `secret` is empty, and GreenroomError for a webhook that cannot be sent.
    """
    webhook = choose_webhook(contract, event)
    media = choose_media(webhook, media_type)
    name, value, notes = _payload(contract, webhook, media, example)
    for pointer, new in changes:
        value = _changed(value, pointer, new)
    if changes and media and media.schema:
        wrong = SchemaSet(contract.document).errors(media.schema, value)
        notes += [f"not valid by the contract: {e.instance}: {e.message}" for e in wrong]
    signing = signing_of(contract)
    if signing is not None and signing.complete and not secret:
        raise MissingSecretError(contract.name)
    fields, body, missing = compose(contract, webhook, media, value)
    signed = signature_fields(signing, secret, body, now, f"msg_{uuid4().hex}")
    notes += [f"{field} is required, but has no value in the contract" for field in missing]
    notes += [
        f"{p.name} is a required {p.location} parameter; only header fields are sent"
        for p in webhook.parameters
        if p.required and p.location != "header"
    ]
    unused = "" if not secret or (signing and signing.complete) else "; the secret was not used"
    return Message(
        event=event,
        method=webhook.method,
        fields=(*fields, *signed),
        body=body,
        example=name,
        signed=describe_signing(signing) + unused,
        notes=tuple(notes),
    )


def compose(
    contract: Contract,
    webhook: Operation,
    media: MediaType | None,
    value: Any,
    given: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[Fields, bytes, list[str]]:
    """Header fields and body of a webhook, without its signature, and what it should have too.

    `given` are values of header fields by lower-case name, None for none; others have what is
    documented. Raises GreenroomError for a field that cannot be sent.
    """
    kind, body = typed_body(value, media, contract.document) if media else ("", b"")
    signing = signing_of(contract)
    names = (
        (signing.signature_header, signing.timestamp_header, signing.id_header) if signing else ()
    )
    # An example of them would be out of date or wrong.
    taken = [name.lower() for name in names if name]
    described, missing = _documented_fields(contract, webhook, taken, given)
    own = [("Content-Type", kind)] if media else []
    if all(field.lower() != "user-agent" for field, _ in described):
        own.append(("User-Agent", f"greenroom/{__version__}"))
    return tuple(_checked(*field) for field in (*own, *described)), body, missing


def signature_fields(
    signing: Signing | None, secret: bytes, body: bytes, now: float, id: str = ""
) -> Fields:
    """The fields that sign a body, as far as it is known how. Raises SignatureError."""
    if signing is None:
        return ()
    if not signing.complete:
        return timestamp_field(signing, now)
    return tuple(_checked(*field) for field in sign(signing, secret, body, now, id))


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
        raise GreenroomError(f"{webhook.path} documents neither an example nor a schema")
    made = sample(contract.document, media.schema)
    return "", made, ["no example is documented; the body is made from the schema"]


def _changed(value: Any, pointer: str, new: Any) -> Any:
    """A payload with another value at a place. Raises ChoiceError where it has no such place."""
    try:
        return ptr.with_value(value, pointer, new)
    except LookupError:
        known = (where for where, _ in ptr.walk(value) if where)
        raise ChoiceError("a place in the payload", pointer, known) from None


def _documented_fields(
    contract: Contract, webhook: Operation, taken: Collection[str], given: Mapping[str, Any]
) -> tuple[list[tuple[str, str]], list[str]]:
    """The documented header fields that have a value, and the required ones that have none.

    `taken` are lower-case names of fields that are filled elsewhere.
    """
    fields, missing = [], []
    for parameter in webhook.parameters:
        if parameter.location != "header" or parameter.name.lower() in (*taken, *_OF_HTTP):
            continue
        name = parameter.name.lower()
        if name in given and given[name] is None:
            continue
        values = [given[name]] if name in given else list(_values(contract, parameter))
        if values:
            # Events that share a parameter list all their names in it.
            value = webhook.path if webhook.path in values else values[0]
            text = header_text(value, parameter, contract.document)
            fields.append(_checked(parameter.name, text))
        elif parameter.required:
            missing.append(parameter.name)
    return fields, missing


def _values(contract: Contract, parameter: Parameter) -> Iterator[Any]:
    """The values that the vendor may send: the examples, else a const or an enum."""
    content = parameter.content
    examples = parameter.examples or (content.examples if content else ())
    yield from (example.value for example in examples)
    pointer = parameter.schema or (content.schema if content else None)
    if examples or pointer is None:
        return
    schema, _ = ptr.resolve(contract.document, ptr.look_up(contract.document, pointer), pointer)
    if isinstance(schema, dict):
        yield from [schema["const"]] if "const" in schema else schema.get("enum", ())


def _checked(name: str, value: str) -> tuple[str, str]:
    """A field that can be sent (RFC 9110 section 5). Raises GreenroomError for any other."""
    if not is_token(name):
        raise GreenroomError(f"{name!r} is not a valid name of a header field")
    if not value.isprintable():
        raise GreenroomError(f"{name}: {value!r} cannot be sent in a header field")
    return name, value.strip()
