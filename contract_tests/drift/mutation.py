"""One drift: a change in the responses of one operation."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from greenroom.http.exchange import Fields, Request, Response

# Takes a request and the response that conforms, returns the response that is sent.
Change = Callable[[Request, Response], Response]
NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class Mutation:
    """A drift of one `kind` in the responses of one operation (its id).

    `finding` is the kind of finding that is expected, empty for any but an addition.
    """

    kind: str
    operation: str
    description: str
    apply: Change = field(repr=False)
    finding: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.operation}"


def with_header(response: Response, name: str, value: str | None) -> Response:
    """The same response with a header field set, in its place if it has one; None removes it."""
    kept: Fields = tuple(pair for pair in response.headers if pair[0].lower() != name.lower())
    return replace(response, headers=kept if value is None else (*kept, (name, value)))


def with_body(response: Response, body: bytes, media_type: str = "") -> Response:
    """The same response with another body, and another media type if one is named."""
    changed = replace(response, body=body)
    return with_header(changed, "content-type", media_type) if media_type else changed


def with_json(response: Response, value: Any, media_type: str = "") -> Response:
    """The same response with a JSON value for a body."""
    return with_body(response, json.dumps(value).encode(), media_type)


def json_of(response: Response) -> Any:
    """The JSON value of a body, NOTHING if there is none."""
    if not response.media_type.endswith("json"):
        return NOTHING
    try:
        return json.loads(response.body)
    except ValueError:
        return NOTHING


def succeeded(response: Response) -> bool:
    """Whether a response is a 2XX."""
    return 200 <= response.status < 300


def refusal(response: Response) -> str:
    """The kind of the mock's refusal, empty if it accepted the request."""
    return response.header("x-greenroom-refusal") or ""
