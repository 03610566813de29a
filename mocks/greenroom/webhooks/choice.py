"""Choosing a webhook of a contract, its media type and its example."""

from __future__ import annotations

from collections.abc import Iterable

from ..codec.documented_request import preferred_media
from ..contract.model import Contract, Example, MediaType, Operation
from ..errors import GreenroomError
from ..http.media_type import essence


class ChoiceError(GreenroomError):
    """A name that a contract does not have; the message lists those that it has."""

    def __init__(self, what: str, asked: str, known: Iterable[str]) -> None:
        listed = ", ".join(dict.fromkeys(known)) or "none"
        super().__init__(f"{asked} is not {what}; documented: {listed}")


def choose_webhook(contract: Contract, event: str) -> Operation:
    """The webhook of an event, its POST where it documents several methods.

    Raises ChoiceError, naming the events, for an unknown one.
    """
    found = [webhook for webhook in contract.webhooks if webhook.path == event]
    if not found:
        raise ChoiceError(f"a webhook of {contract.name}", event, events(contract))
    return min(found, key=lambda webhook: webhook.method != "POST")


def events(contract: Contract) -> list[str]:
    """The names of the events, each once, in document order."""
    return list(dict.fromkeys(webhook.path for webhook in contract.webhooks))


def choose_media(webhook: Operation, asked: str | None = None) -> MediaType | None:
    """The requested media type, else the first JSON with an example; None for no body.

    Raises ChoiceError, naming the media types, for one that is not documented.
    """
    if asked is None:
        return preferred_media(webhook)
    offered = webhook.body.content if webhook.body else ()
    found = next((media for media in offered if essence(media.name) == essence(asked)), None)
    if found is None:
        names = (media.name for media in offered)
        raise ChoiceError(f"a media type of the webhook {webhook.path}", asked, names)
    return found


def choose_example(
    webhook: Operation, media: MediaType | None, asked: str | None = None
) -> Example | None:
    """The requested example, else the first; None where there is none.

    Raises ChoiceError, naming the examples, for an unknown one.
    """
    examples = media.examples if media else ()
    found = next((e for e in examples if asked is None or e.name == asked), None)
    if found is None and asked is not None:
        names = (example.name for example in examples)
        raise ChoiceError(f"an example of the webhook {webhook.path}", asked, names)
    return found
