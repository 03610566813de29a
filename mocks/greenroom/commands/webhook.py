"""`greenroom webhook`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import GreenroomError

if TYPE_CHECKING:
    from ..contract.model import Contract
    from ..webhooks.message import Delivery
    from ..webhooks.sender import ReceiverResponse

# Of the receiver's header fields, those that say what it made of the webhook.
_TELLING = ("content-type", "location", "retry-after", "allow", "www-authenticate")

_LONGEST = 3600


class UsageError(GreenroomError):
    """Words that do not make a whole command."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which webhook goes where, and with which secret."""
    parser.add_argument("vendor", metavar="VENDOR", help="a vendor, or a path to an OpenAPI file")
    parser.add_argument(
        "event", nargs="?", metavar="EVENT", help="what happened; all events are listed if omitted"
    )
    parser.add_argument("--to", metavar="URL", help="the receiver, http or https")
    parser.add_argument("--list", action="store_true", help="list the events and their examples")
    parser.add_argument("--example", metavar="NAME", help="the payload; the first if omitted")
    parser.add_argument(
        "--content-type", metavar="TYPE", help="a media type that the webhook offers beside JSON"
    )
    parser.add_argument(
        "--secret",
        metavar="SECRET",
        help="what the vendor signs with; better kept in GREENROOM_<VENDOR>_WEBHOOK_SECRET, since "
        "the list of processes shows arguments",
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=30,
        metavar="SECONDS",
        help="how long to wait for the receiver (default: %(default)s)",
    )
    parser.epilog = (
        "Exits with 0 if the receiver answers 2XX, 1 for any other answer, 2 where there is none."
    )


def run(arguments: argparse.Namespace) -> int:
    """Send one webhook and print the answer; 0 for a 2XX, else 1. Or list the events.

    Raises GreenroomError for an unknown name, a missing secret, or a receiver that cannot be
    reached.
    """
    from ..contract.catalog import find, load

    contract = load(find([arguments.vendor])[0])
    if arguments.list or arguments.event is None:
        if arguments.to is not None and not arguments.list:
            raise UsageError(f"name the event; greenroom webhook {arguments.vendor} lists them")
        return _print(_listed(contract))
    if arguments.to is None:
        raise UsageError("--to URL is missing: where the receiver listens")
    return _send(contract, arguments)


def _send(contract: Contract, arguments: argparse.Namespace) -> int:
    from ..webhooks.message import prepare, secret_variable
    from ..webhooks.sender import receiver, send, without_credentials

    url = receiver(arguments.to)
    given = arguments.secret
    secret = os.environ.get(secret_variable(contract.name), "") if given is None else given
    delivery = prepare(
        contract,
        arguments.event,
        now=time.time(),
        example=arguments.example,
        media_type=arguments.content_type,
        secret=os.fsencode(secret),
    )
    for note in delivery.notes:
        sys.stderr.write(f"greenroom webhook: note: {note}\n")
    _print(_sent(delivery, without_credentials(url)))
    sys.stdout.flush()
    answer = send(delivery, url, arguments.timeout)
    _print(_answered(answer))
    return 0 if 200 <= answer.status < 300 else 1


def _listed(contract: Contract) -> Iterator[str]:
    from ..contract.webhook_signature import signing_of
    from ..printable import plain
    from ..webhooks.message import describe_signing, secret_variable
    from ..webhooks.selection import choose_media, choose_webhook, events

    rows = [("EVENT", "EXAMPLES", "SUMMARY")]
    for event in events(contract):
        webhook = choose_webhook(contract, event)
        media = choose_media(webhook)
        examples = ", ".join(example.name for example in media.examples) if media else ""
        rows.append((plain(event), plain(examples) or "-", plain(webhook.summary)))
    if len(rows) == 1:
        yield f"{contract.name} documents no webhooks"
        return
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield "  ".join((*cells, row[2])).rstrip()
    signing = signing_of(contract)
    yield ""
    yield f"Sent {plain(describe_signing(signing))}."
    if signing and signing.complete:
        yield f"The secret is read from {secret_variable(contract.name)}."


def _sent(delivery: Delivery, address: str) -> Iterator[str]:
    from ..printable import plain

    yield f"{delivery.method} {plain(address)}"
    for name, value in delivery.fields:
        yield plain(f"{name}: {value}")
    example = f", example {delivery.example}" if delivery.example else ""
    yield plain(f"({len(delivery.body)} bytes{example}; {delivery.signed})")
    yield ""


def _answered(answer: ReceiverResponse) -> Iterator[str]:
    from ..printable import block, plain

    yield plain(f"{answer.status} {answer.reason}".rstrip() + f" in {answer.seconds:.2f} s")
    for name, value in answer.fields:
        if name.lower() in _TELLING:
            yield plain(f"{name}: {value}")
    if answer.body:
        yield ""
        yield block(answer.body)
    if not answer.whole:
        yield "(the rest is left out)"


def _print(lines: Iterator[str]) -> int:
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    return 0


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    # Also false for what float calls not a number.
    if not 0 < seconds <= _LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds up to {_LONGEST}")
    return seconds
