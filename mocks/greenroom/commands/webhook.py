"""`greenroom webhook`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import GreenroomError
from ..http.json_decoding import json_or
from ..printable import block
from .options import number, option
from .output import table, write_lines, write_note

if TYPE_CHECKING:
    from ..contract.model import Contract
    from ..webhooks.message import Message
    from ..webhooks.sender import ReceiverResponse

# The header fields of the receiver's response that are printed.
_PRINTED = ("content-type", "location", "retry-after", "allow", "www-authenticate")

_MOST_SECONDS = 3600
# As much of a body as is printed, in bytes.
_LONGEST = 16 * 1024


class UsageError(GreenroomError):
    """Arguments that do not go together."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the webhook to send, its receiver and the secret."""
    parser.add_argument("vendor", metavar="VENDOR", help="a vendor, or a path to an OpenAPI file")
    parser.add_argument("event", nargs="?", metavar="EVENT", help="all are listed if omitted")
    add = partial(option, parser)
    add("--to", "the http or https URL of the receiver", "URL")
    add("--list", "list the events and their examples")
    add("--example", "its example; the first if omitted", "NAME")
    text = "put a value into the payload, at a JSON pointer: JSON, or else text; repeatable"
    add("--set", text, "POINTER=VALUE", type=_change, default=[], dest="changes")
    add("--dry-run", "print the webhook, send nothing")
    add("--content-type", "send this documented media type", "TYPE")
    text = "the secret to sign with; safer in GREENROOM_<VENDOR>_WEBHOOK_SECRET, since other "
    add("--secret", f"{text}users of the machine can see arguments", "SECRET")
    text = "how long to wait for the response (default: %(default)s)"
    add("--timeout", text, "SECONDS", type=number(float, _MOST_SECONDS), default=30)
    parser.epilog = (
        "Exits with 0 if the receiver responds with 2XX, 1 for any other status, 2 if it does not "
        "respond."
    )


def run(arguments: argparse.Namespace) -> int:
    """Send one webhook and print the response; 0 for a 2XX, else 1. Or list the events.

    Raises GreenroomError for an unknown name, a missing secret, or a receiver that cannot be
    reached.
    """
    from ..contract.catalog import find, load

    contract = load(find([arguments.vendor])[0])
    if arguments.list or arguments.event is None:
        if arguments.to is not None and not arguments.list:
            raise UsageError(f"EVENT is missing; greenroom webhook {arguments.vendor} lists them")
        write_lines(_events(contract))
        return 0
    if arguments.to is None and not arguments.dry_run:
        raise UsageError("--to is missing; it takes the URL of the receiver")
    return _send(contract, arguments)


def _send(contract: Contract, arguments: argparse.Namespace) -> int:
    from ..webhooks.destination import destination
    from ..webhooks.message import prepare, secret_variable
    from ..webhooks.sender import send

    receiver = None if arguments.to is None else destination(arguments.to)
    given = arguments.secret
    secret = os.environ.get(secret_variable(contract.name), "") if given is None else given
    message = prepare(
        contract,
        arguments.event,
        now=time.time(),
        example=arguments.example,
        media_type=arguments.content_type,
        secret=os.fsencode(secret),
        changes=arguments.changes,
    )
    for note in message.notes:
        write_note(f"greenroom webhook: note: {note}")
    write_lines(_request_lines(message, receiver.shown if receiver else ""), keep="\n\t")
    sys.stdout.flush()
    if receiver is None or arguments.dry_run:
        return 0
    sent = message.method, message.fields, message.body
    response = asyncio.run(send(*sent, receiver, arguments.timeout, proxies=True))
    write_lines(_response_lines(response), keep="\n\t")
    return 0 if 200 <= response.status < 300 else 1


def _events(contract: Contract) -> Iterator[str]:
    from ..contract.webhook_signature import signing_of
    from ..webhooks.choice import choose_media, choose_webhook, events
    from ..webhooks.message import describe_signing, secret_variable

    rows = [("EVENT", "EXAMPLES", "SUMMARY")]
    for event in events(contract):
        webhook = choose_webhook(contract, event)
        media = choose_media(webhook)
        examples = ", ".join(example.name for example in media.examples) if media else ""
        rows.append((event, examples or "-", webhook.summary))
    if len(rows) == 1:
        yield f"{contract.name} documents no webhooks"
        return
    yield from table(rows)
    signing = signing_of(contract)
    yield ""
    yield f"Sent {describe_signing(signing)}."
    if signing and signing.complete:
        yield f"The secret is read from {secret_variable(contract.name)}."


def _request_lines(message: Message, address: str) -> Iterator[str]:
    yield f"{message.method} {address}".rstrip()
    for name, value in message.fields:
        yield f"{name}: {value}"
    example = f", example {message.example}" if message.example else ""
    yield f"({len(message.body)} bytes{example}; {message.signed})"
    yield ""
    if message.body:
        yield block(message.body[:_LONGEST])
        yield from ("(the rest is left out)", "") if len(message.body) > _LONGEST else ("",)


def _response_lines(response: ReceiverResponse) -> Iterator[str]:
    yield f"{response.status} {response.reason}".rstrip() + f" in {response.seconds:.2f} s"
    for name, value in response.fields:
        if name.lower() in _PRINTED:
            yield f"{name}: {value}"
    if response.body:
        yield ""
        yield block(response.body)
    if not response.whole:
        yield "(the rest is left out)"


def _change(text: str) -> tuple[str, Any]:
    """A JSON pointer and a value; what is not JSON is a text."""
    pointer, equals, value = text.partition("=")
    if not equals or (pointer and not pointer.startswith("/")):
        raise argparse.ArgumentTypeError(f"{text!r} is not POINTER=VALUE, such as /data/score=7")
    return pointer, json_or(value, value)
