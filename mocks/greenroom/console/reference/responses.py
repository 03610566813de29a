"""The documented responses of an operation, as they are shown and asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...contract.model import Example, MediaType, Operation, Response
from ...http.exchange import has_body
from ...http.prefer import header_for

# Characters of an example; the contract has the rest.
_LONGEST = 3000
_MOST_EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class ShownExample:
    """A documented value as text; `prefer` asks for it, empty where nothing can."""

    name: str
    summary: str
    text: str
    basis: str
    prefer: str = ""


@dataclass(frozen=True, slots=True)
class ShownResponse:
    """A documented response. `schemas` are by media type, as pointers."""

    response: Response
    prefer: str
    examples: tuple[ShownExample, ...]
    schemas: tuple[tuple[str, str], ...]
    is_open: bool


def shown_responses(operation: Operation) -> Iterator[ShownResponse]:
    """Every response, the first success unfolded."""
    first = next(iter(operation.successes or operation.responses), None)
    for response in operation.responses:
        status = response.status
        # An informational status is not a final response, so it cannot be preferred.
        can_prefer = not status.startswith("1")
        content = response.content
        if status.isdecimal() and not has_body(int(status)):
            content = ()
        examples = {e.name: e for media in content for e in media.examples}
        chosen = list(examples.values())[:_MOST_EXAMPLES]
        yield ShownResponse(
            response,
            header_for(status) if can_prefer else "",
            tuple(shown_example(e, header_for(status, e.name) if can_prefer else "")
                  for e in chosen),
            tuple((m.name, m.schema) for m in content if m.schema is not None),
            response is first,
        )  # fmt: skip


def shown_example(example: Example, prefer: str = "") -> ShownExample:
    """An example as text."""
    text = as_text(example.value)
    return ShownExample(
        example.name, example.summary, text[:_LONGEST] + " …" * (len(text) > _LONGEST),
        example.basis or "", prefer,
    )  # fmt: skip


def as_text(value: Any) -> str:
    """A documented value as a person reads it: texts as they are, everything else as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def body_text(media: MediaType, value: Any) -> str:
    """The value of a request body as try-it edits it: JSON, unless it is another text."""
    if isinstance(value, str) and media.is_json:
        return json.dumps(value, ensure_ascii=False)
    return as_text(value)
