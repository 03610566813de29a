"""The messages of events in a space: documented webhooks with the values of its records."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from ..codec.credentials import GOOD_KEY
from ..codec.parameters.serializing import to_text
from ..contract.behaviour.binding import Event, Projection
from ..contract.behaviour.resource import Set
from ..contract.behaviour.subscription import Subscription
from ..contract.model import MediaType, Operation
from ..contract.runtime_expressions import Message as Exchange
from ..contract.webhook_signature import Signing, signing_of
from ..http.exchange import Fields
from ..http.media_type import FORM, essence
from ..state.api import Api
from ..state.finding import known
from ..state.identifiers import identifier
from ..state.life.emission import Emission
from ..state.merging import put, value_at
from ..state.shape import Shape
from ..state.timestamps import in_form_of
from ..state.values import Projector, Scope, compiled
from .choice import choose_webhook
from .message import compose, secret_variable, signature_fields

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What signs where neither the client nor the environment has given a secret.
TEST_SECRET = b"test-secret"
# Bytes of a body that are shown.
LONGEST_BODY = 16 * 1024
# Values of events that have the form of an example at their place.
_FORMED = ("$event#/id", "$event#/time")
_Formed = Callable[[Set, Any], Any]


@dataclass(frozen=True, slots=True)
class Payload:
    """A message without its signature, which is made anew for each attempt.

    `query` is what a GET has instead of a body.
    """

    method: str
    fields: Fields
    body: bytes
    query: str
    signing: Signing | None
    secret: bytes

    def document(self) -> dict[str, Any]:
        """The message as JSON, without its signature; of a long body the beginning."""
        text = self.body[:LONGEST_BODY].decode("utf-8", "replace")
        return {"method": self.method, "headers": dict(self.fields), "body": text}

    def signature(self, now: float, id: str, secret: bytes | None = None) -> Fields:
        """The fields that sign it at a moment, in seconds since 1970. Raises SignatureError."""
        return signature_fields(self.signing, secret or self.secret, self.body, now, id)


class Payloads:
    """Makes the messages of one vendor; `seed` is that of their identifiers."""

    def __init__(self, api: Api, seed: str) -> None:
        self._api = api
        self._source = f"{seed}\0{api.vendor}\0event"
        self._signing = signing_of(api.contract)
        self._projector = cache(self._compiled)

    def payload(
        self, emission: Emission, number: int, subscription: Subscription, receiver: Any
    ) -> Payload:
        """The message of an event, the `number`th of its space, to a receiver.

        That is the value of a record that has the subscription. Raises GreenroomError for an event
        that cannot be sent so.
        """
        contract, event = self._api.contract, self._api.behaviour.events[emission.event]
        webhook = choose_webhook(contract, emission.event)
        chosen, media = _chosen(event, webhook, _text(receiver, subscription.content_type))
        value = emission.value
        facts = {"name": emission.event, "id": str(number), "time": emission.at.isoformat()}
        scope = Scope(
            Exchange(), resource={} if value is None else value, event=facts, subscription=receiver
        )
        formed = partial(self._formed, emission, number)
        shown = self._value(event, chosen, scope, formed, value is not None)
        names = value_at(receiver, subscription.fields) if subscription.fields else None
        if isinstance(names, list) and names and isinstance(shown, dict):
            shown = {name: entry for name, entry in shown.items() if name in names}
        method = _text(receiver, subscription.method).upper()
        method = method if method in _METHODS else webhook.method
        given = _given(event, webhook, scope, formed)
        sent_as = None if method == "GET" else media
        fields, body, _ = compose(contract, webhook, sent_as, shown, given)
        name, sent = self._api.behaviour.delivery.id_header, {field.lower() for field, _ in fields}
        secret = _text(receiver, subscription.secret) or self._secret(subscription.secret_from)
        signing = self._signing if secret else None
        if name and name.lower() not in (*sent, ((signing and signing.id_header) or "").lower()):
            fields = (*fields, (name, identifier(None, self._source, number, is_uuid=True)))
        scalars = shown.items() if method == "GET" and isinstance(shown, dict) else ()
        query = [(k, to_text(v)) for k, v in scalars if not isinstance(v, (dict, list))]
        return Payload(method, fields, body, urlencode(query), signing, secret.encode())

    def _value(
        self,
        event: Event,
        chosen: Projection | None,
        scope: Scope,
        formed: _Formed,
        has_record: bool,
    ) -> Any:
        """The value of a body, None where none is documented.

        What a record would give is that of the documented example where there is none.
        """
        if chosen is None:
            return None
        projector, pairs = self._projector(event.name, event.payloads.index(chosen), has_record)
        value = projector.value(scope, [])
        for pair in pairs:
            value = put(value, pair.pointer, formed(pair, value_at(chosen.value, pair.pointer)))
        return value

    def _formed(self, emission: Emission, number: int, pair: Set, example: Any) -> Any:
        """The time or the identifier of an event in the form of a documented one."""
        if pair.value.expression == _FORMED[1]:
            return in_form_of(example, emission.at)
        return identifier(example, self._source, number, example is None)

    def _compiled(
        self, event: str, index: int, has_record: bool
    ) -> tuple[Projector, tuple[Set, ...]]:
        about = self._api.behaviour.events[event]
        payload, api = about.payloads[index], self._api
        formed = tuple(pair for pair in payload.pairs if pair.value.expression in _FORMED)
        plain = tuple(
            pair
            for pair in payload.pairs
            if pair not in formed and (has_record or "$resource" not in pair.value.expression)
        )
        resource = api.behaviour.resources.get(about.about or "")
        webhook = choose_webhook(api.contract, event)
        found = _documented(webhook, payload.media_type)
        shape = Shape(api.schemas, (found.schema,) if found is not None and found.schema else ())
        hidden = resource.hidden if resource is not None else frozenset()
        return Projector(replace(payload, pairs=plain), hidden, None, shape), formed

    def _secret(self, source: str) -> str:
        if source in ("credential", "none"):
            return GOOD_KEY if source == "credential" else ""
        given = os.environ.get(secret_variable(self._api.vendor))
        return given or in_form(self._signing, TEST_SECRET)


def in_form(signing: Signing | None, secret: bytes) -> str:
    """A secret as a vendor writes secrets."""
    if signing is None:
        return secret.decode()
    is_encoded = signing.secret_encoding is not None
    return signing.secret_prefix + (base64.b64encode(secret) if is_encoded else secret).decode()


def _given(event: Event, webhook: Operation, scope: Scope, formed: _Formed) -> dict[str, Any]:
    """The values of header fields by lower-case name, None for one that has none."""
    given = {}
    for pair in event.fields:
        examples = (p.examples for p in webhook.parameters if p.name == pair.pointer)
        example = next((each.value for found in examples for each in found), None)
        is_formed = pair.value.expression in _FORMED
        value = formed(pair, example) if is_formed else known(compiled(pair.value)(scope))
        given[pair.pointer.lower()] = value
    return given


def _chosen(
    event: Event, webhook: Operation, kind: str
) -> tuple[Projection | None, MediaType | None]:
    """The documented example of an event, and the media type that it is sent in.

    `kind` is what a receiver wants: a media type, or a word for one such as JSON.
    """
    wanted = kind.lower()
    if wanted and "/" not in wanted:
        wanted = FORM if "form" in wanted else f"application/{wanted}"
    same = [p for p in event.payloads if wanted and essence(p.media_type) == essence(wanted)]
    chosen = next(iter((*same, *event.payloads)), None)
    if chosen is None:
        return None, None
    media = _documented(webhook, chosen.media_type)
    if media is not None and wanted in (FORM, "application/json") and not same:
        media = replace(media, name=wanted, examples=())
    return chosen, media


def _documented(webhook: Operation, name: str) -> MediaType | None:
    offered = webhook.body.content if webhook.body else ()
    return next((media for media in offered if media.name == name), None)


def _text(receiver: Mapping[str, Any], pointer: str | None) -> str:
    """The text at a place of a receiver's record, empty without one."""
    found = value_at(receiver, pointer) if pointer is not None else None
    return found if isinstance(found, str) else ""
