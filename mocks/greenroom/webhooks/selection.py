"""Choosing a webhook of a contract, its media type and its example."""

from __future__ import annotations

from collections.abc import Iterable

from ..contract.model import Contract, Example, MediaType, Operation
from ..errors import GreenroomError
from ..http.media_type import essence
from ..printable import plain


class ChoiceError(GreenroomError):
    """A name that the contract does not have; the message lists those that it has."""

    def __init__(self, what: str, asked: str, known: Iterable[str]) -> None:
        listed = ", ".join(dict.fromkeys(known)) or "none"
        super().__init__(plain(f"{asked}: {what}. There are: {listed}."))


def choose_webhook(contract: Contract, event: str) -> Operation:
    """The webhook of an event, its POST where it documents several methods.

    Raises ChoiceError, naming the events, for an unknown one.
    """
    found = [webhook for webhook in contract.webhooks if webhook.path == event]
    if not found:
        raise ChoiceError(f"no webhook of {contract.name}", event, events(contract))
    return min(found, key=lambda webhook: webhook.method != "POST")


def events(contract: Contract) -> list[str]:
    """The names of the events, each once, in document order."""
    return list(dict.fromkeys(webhook.path for webhook in contract.webhooks))


def choose_media(webhook: Operation, asked: str | None = None) -> MediaType | None:
    """The media type asked for, else the first JSON with an example; None for no body.

    Raises ChoiceError, naming the media types, for one that is not documented.
    """
    offered = webhook.body.content if webhook.body else ()
    if asked is not None:
        wanted = essence(asked)
        for media in offered:
            if essence(media.name) == wanted:
                return media
        names = (media.name for media in offered)
        raise ChoiceError(f"no media type of the webhook {webhook.path}", asked, names)
    ranked = sorted(offered, key=lambda media: (not media.examples, not media.is_json))
    return ranked[0] if ranked else None


def choose_example(
    webhook: Operation, media: MediaType | None, asked: str | None = None
) -> Example | None:
    """The example asked for, else the first; None where there is none.

    Raises ChoiceError, naming the examples, for an unknown one.
    """
    examples = media.examples if media else ()
    if asked is None:
        return examples[0] if examples else None
    for example in examples:
        if example.name == asked:
            return example
    names = (example.name for example in examples)
    raise ChoiceError(f"no example of the webhook {webhook.path}", asked, names)
