"""Every webhook of every contract in specs/ can be sent, signed as its vendor signs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from urllib.request import Request, urlopen

import pytest
from pydantic import TypeAdapter

from greenroom import GreenroomSpace
from greenroom.contract.catalog import load, vendors
from greenroom.contract.model import Contract, Example, MediaType, Operation
from greenroom.contract.webhook_signature import signing_of
from greenroom.webhooks.message import Message, prepare
from greenroom.webhooks.signature import verify
from judges import model_at, models_of

SECRET = b"whsec-of-the-tests"
NOW = 1_700_000_000.0

contract_of = cache(load)

WEBHOOKS = [
    pytest.param(contract_of(source), webhook, id=f"{source.name}][{webhook.path}")
    for source in vendors()
    for webhook in contract_of(source).webhooks
]
over_webhooks = pytest.mark.parametrize(("contract", "webhook"), WEBHOOKS)


def bodies(webhook: Operation) -> tuple[MediaType, ...]:
    """The media types of the body of a webhook."""
    return webhook.body.content if webhook.body else ()


def deliveries(
    contract: Contract, webhook: Operation
) -> Iterator[tuple[MediaType, Example, Message]]:
    """A webhook with each example in each media type."""
    for media in bodies(webhook):
        for example in media.examples:
            chosen = {"example": example.name, "media_type": media.name}
            yield media, example, prepare(contract, webhook.path, now=NOW, secret=SECRET, **chosen)


def test_there_are_webhooks_to_send() -> None:
    """Without any, the tests below would prove nothing; a vendor may have none."""
    assert WEBHOOKS


@over_webhooks
def test_every_webhook_has_an_example_in_each_media_type(
    contract: Contract, webhook: Operation
) -> None:
    """So that something can be sent."""
    assert bodies(webhook)
    assert all(media.examples for media in bodies(webhook))


@over_webhooks
def test_an_event_about_no_record_is_as_documented(
    contract: Contract, webhook: Operation, greenroom_space: GreenroomSpace
) -> None:
    """In a space what a record would give is that of the example, so that the model reads it."""
    mock = greenroom_space(contract.name)
    server, body = mock.url.partition("/~")[0], json.dumps({"event": webhook.path}).encode()
    address = f"{server}/_greenroom/spaces/{mock.space}/{contract.name}/events?preview=true"
    with urlopen(Request(address, body, {"Content-Type": "application/json"})) as response:
        sent = json.load(response)["request"]
    media = next(each for each in bodies(webhook) if each.name == sent["headers"]["Content-Type"])
    assert media.schema is not None
    if media.is_json:
        model = TypeAdapter[Any](model_at(models_of(contract), contract, media.schema))
        model.validate_json(sent["body"], strict=True)
        assert json.loads(sent["body"]).keys() == media.examples[0].value.keys()


@over_webhooks
def test_every_payload_is_read_by_its_model(contract: Contract, webhook: Operation) -> None:
    """Receivers can read webhooks with the models of the package."""
    for media in bodies(webhook):
        assert media.schema is not None
        model = TypeAdapter[Any](model_at(models_of(contract), contract, media.schema))
        for example in media.examples:
            model.validate_json(json.dumps(example.value), strict=True)


@over_webhooks
def test_every_payload_is_sent_unchanged(contract: Contract, webhook: Operation) -> None:
    """What arrives has the value of the example, in each media type."""
    for media, example, sent in deliveries(contract, webhook):
        if media.is_json:
            assert json.loads(sent.body) == example.value
        else:
            assert dict(parse_qsl(sent.body.decode(), strict_parsing=True)) == example.value


@over_webhooks
def test_every_webhook_is_signed_if_its_contract_says_how(
    contract: Contract, webhook: Operation
) -> None:
    """The signature can be verified; otherwise the reason for none is given."""
    signing = signing_of(contract)
    for _, _, sent in deliveries(contract, webhook):
        if signing and signing.complete:
            verify(signing, SECRET, sent.fields, sent.body)
        else:
            assert "unsigned" in sent.signed
            assert "the secret was not used" in sent.signed


@over_webhooks
def test_every_webhook_is_complete(contract: Contract, webhook: Operation) -> None:
    """Every required header field has a value, and nothing else is left out."""
    for _, _, sent in deliveries(contract, webhook):
        assert sent.notes == ()
        names = [name.lower() for name, _ in sent.fields]
        assert len(set(names)) == len(names)
