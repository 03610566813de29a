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
    """The body of a recorded response that its schema accepts, and the pointers of new values.

    They are those of the documented example at the same place, else generated ones.
    """
    body, media = response.body, _documented(operation, response)
    if MARK.encode() not in body or media is None or media.schema is None:
        return body, []
    try:
        filling = _Filling(generator, media, decode_json(body))
    except MalformedError:
        return body, []
    if not filling.places:
        return body, []
    return json.dumps(filling.value, ensure_ascii=False).encode(), filling.places


class _Filling:
    def __init__(self, generator: ResponseGenerator, media: MediaType, value: Any) -> None:
        assert media.schema is not None
        self._generator, self._examples = generator, [each.value for each in media.examples]
        self._shape = Shape(generator.schemas, (media.schema,))
        self.places: list[str] = []
        self.value = self._filled(value, "", self._examples)

    def _filled(self, value: Any, pointer: str, examples: list[Any]) -> Any:
        if isinstance(value, dict):
            found = [each for each in examples if isinstance(each, dict)]
            return {
                name: self._filled(
                    each, ptr.step(pointer, name), [e[name] for e in found if name in e]
                )
                for name, each in value.items()
            }
        if isinstance(value, list):
            items = [item for each in examples if isinstance(each, list) for item in each]
            steps = (ptr.step(pointer, str(i)) for i in range(len(value)))
            return [self._filled(*pair, items) for pair in zip(value, steps, strict=True)]
        if isinstance(value, str) and MARK in value:
            return self._instead(value, pointer, examples)
        return value

    def _instead(self, value: str, pointer: str, examples: list[Any]) -> Any:
        schemas = self._shape.schemas_at(pointer)

        def fits(tried: Any) -> bool:
            return all(self._generator.accepts(schema, tried) for schema in schemas)

        if fits(value):
            return value
        made = [self._generator.header(schema, None, True) for schema in schemas]
        found = [each for each in (*examples, *made) if isinstance(each, str) and fits(each)]
        if found:
            self.places.append(pointer)
        return found[0] if found else value


def _documented(operation: Operation, response: Response) -> MediaType | None:
    """The documented content that a response has, if it is JSON."""
    statuses = {each.status: each for each in operation.responses}
    status = str(response.status)
    known = (statuses[key] for key in (status, f"{status[0]}XX", "default") if key in statuses)
    content = next((each.content for each in known), ())
    return next((m for m in content if m.is_json and essence(m.name) == response.media_type), None)
