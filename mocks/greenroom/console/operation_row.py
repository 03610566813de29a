"""What the overview page says of one operation: its curl line, remarks and responses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ..codec.credentials import GOOD_KEY
from ..codec.documented_request import documented_request
from ..contract.model import Contract, Operation
from ..contract.provenance import PROVENANCE_KEY
from ..http.curl import curl_words
from ..http.exchange import has_body
from ..http.prefer import header_for
from ..schema import json_pointer as ptr

ALARMING = {"contact": "reach a real person", "cost": "cost real money"}
_LONGEST = 700


def words(operation: Operation, contract: Contract, url: str) -> list[str]:
    """The words of the curl line of an operation."""
    token = GOOD_KEY if operation.secured else None
    return curl_words(documented_request(contract, operation, token, now=datetime.now(UTC)).at(url))


def effects(operation: Operation) -> list[str]:
    """The effects of an operation, the alarming ones last."""
    return sorted(operation.effects, key=ALARMING.__contains__)


def remarks(operation: Operation, contract: Contract) -> Iterator[tuple[str, str]]:
    """What is to be known of an operation: a label, "" for its description, and a text."""
    if operation.description:
        yield "", _short(operation.description)
    node = ptr.look_up(contract.document, operation.pointer)
    alarming = [text for effect, text in ALARMING.items() if effect in operation.effects]
    reason = _short(str(node.get("x-effect-reason", "")))
    if alarming:
        yield f"At the vendor this would {' and '.join(alarming)}.", reason
    elif reason:
        yield "Effect:", reason
    path = operation.pointer.rpartition("/")[0]
    for subject, pointer in (("path ", path), ("", operation.pointer)):
        source = ptr.look_up(contract.document, pointer).get(PROVENANCE_KEY)
        if isinstance(source, dict) and source.get("note"):
            label = f"{subject}{source.get('basis', '')}:".capitalize()
            yield label, _short(str(source["note"]))


def responses(operation: Operation) -> Iterator[tuple[str, str]]:
    """The responses that can be asked for: the value of `Prefer`, and what it gets."""
    for response in operation.responses:
        status = response.status
        # An informational status is not a final response, so it cannot be preferred.
        if status.startswith("1"):
            continue
        content = () if status.isdecimal() and not has_body(int(status)) else response.content
        examples = {e.name: e.summary for media in content for e in media.examples}
        for name, summary in examples.items() or [("", "")]:
            yield header_for(status, name), _short(summary or response.description)


def _short(text: str) -> str:
    """The first paragraph of a text, not longer than a few lines."""
    first = " ".join(text.strip().partition("\n\n")[0].split())
    return first if len(first) <= _LONGEST else first[:_LONGEST].rsplit(" ", 1)[0] + " …"
