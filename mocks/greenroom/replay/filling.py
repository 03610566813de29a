"""Values that redaction took from a recorded response, where what it left violates the contract.

A client that reads an address or an e-mail address could not read `[redacted]`.
"""

from __future__ import annotations

import json
from typing import Any

from ..contract.model import MediaType, Operation
from ..http.exchange import Response
from ..http.json_decoding import MalformedError, decode_json
from ..http.media_type import essence
from ..mock.response.generator import ResponseGenerator
from ..redaction.secrets import MARK
from ..schema import json_pointer as ptr
from ..state.shape import Shape


def filled(
    operation: Operation, generator: ResponseGenerator, response: Response
) -> tuple[bytes, list[str]]:
    """The body of a recorded response that its schema accepts, and the pointers of new values."""
    body, media, places = response.body, _documented(operation, response), list[str]()
    if MARK.encode() not in body or media is None or media.schema is None:
        return body, places
    shape = Shape(generator.schemas, (media.schema,))

    def instead(value: Any, pointer: str) -> Any:
        if isinstance(value, dict):
            return {name: instead(each, ptr.step(pointer, name)) for name, each in value.items()}
        if isinstance(value, list):
            return [instead(each, ptr.step(pointer, str(i))) for i, each in enumerate(value)]
        if not isinstance(value, str) or MARK not in value or not shape.errors(pointer, value):
            return value
        made = (generator.header(schema, None, True) for schema in shape.schemas_at(pointer))
        found = [each for each in made if each is not None and not shape.errors(pointer, each)]
        places.extend([pointer] if found else ())
        return found[0] if found else value

    try:
        value = instead(decode_json(body), "")
    except MalformedError:
        return body, places
    return (json.dumps(value, ensure_ascii=False).encode() if places else body), places


def _documented(operation: Operation, response: Response) -> MediaType | None:
    """The documented content that a response has, if it is JSON."""
    status = str(response.status)
    for covering in (status, f"{status[0]}XX", "default"):
        for each in operation.responses:
            if each.status == covering:
                kinds = (m for m in each.content if essence(m.name) == response.media_type)
                return next((media for media in kinds if media.is_json), None)
    return None
