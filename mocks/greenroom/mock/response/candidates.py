"""The documented responses, each prepared when it is first sent and then kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from secrets import randbits
from typing import Any

from ...codec.bodies.serializing import concrete
from ...contract.model import Example, MediaType, Response
from ...http import accept as negotiation
from ...http.exchange import has_body
from ...http.media_type import is_range
from ...schema.subschemas import shape_of
from .generator import ResponseGenerator, Seed
from .prepared import PreparedResponse, from_example

# Enough that no two responses are alike, and short enough to be sent back.
_SEED_BITS = 32
GENERATED = "generated"
logger = logging.getLogger("greenroom")
# Clients name few media types; those beyond are made for each request.
_MOST_TYPES = 16


class ResponseCandidate:
    """One response that may be sent, with its status, media type and example.

    Media type and example are empty for a response without content, the example also for a body
    that is generated from its schema, since none is documented. The media type may be a range.
    """

    def __init__(
        self,
        status: int,
        documented: Response,
        generator: ResponseGenerator,
        operation: str | None = None,
        media: MediaType | None = None,
        example: Example | None = None,
    ) -> None:
        self.status = status
        self.example = example.name if example is not None else ""
        # The documented range, where a body of any of its types can be made.
        self._range: MediaType | None = None
        self._of_type: dict[str, ResponseCandidate] = {}
        if media is not None and is_range(media.name):
            value = example.value if example is not None else generator.stands_for(media)
            self._range = None if isinstance(value, dict | list) else media
            self._value = {} if value is None else value
            media = concrete(media, self._value)
        named = self._range or media
        self.media_type = named.name if named is not None else ""
        self._documented, self._operation = documented, operation
        self._media, self._example = media, example
        self._generator = generator
        self._prepare = partial(
            from_example, status, documented, media, generator=generator, operation=operation
        )

    @property
    def is_described(self) -> bool:
        """Whether its content is documented: by an example, or by a schema with a constraint.

        A response without content counts as documented.
        """
        if self._media is None or self._example is not None:
            return True
        return self._generator.describes(self._media)

    @property
    def is_explicit(self) -> bool:
        """Whether its status is documented by code, not by a range or `default`."""
        return self._documented.status == str(self.status)

    @property
    def is_of_its_status(self) -> bool:
        """Whether its content is documented for its status, also by a range or `default`."""
        return self.is_explicit or not self._documented.status.isdecimal()

    @property
    def schema(self) -> str | None:
        """The pointer of the schema of its content, if there is one."""
        return self._media.schema if self._media is not None else None

    def accepts(self, value: object) -> bool:
        """Whether the schema of its content, if there is one, accepts a value."""
        return not self.schema or self._generator.accepts(self.schema, value)

    def documents(self, name: str) -> bool:
        """Whether its content may have a property of a name: any one where no schema names some."""
        if self._media is None or self._media.schema is None:
            return True
        shape = shape_of(self._generator.document, (self._media.schema,))
        return shape.names(name) or shape.others is not None or not shape.properties

    def for_accept(self, accept: str | None) -> ResponseCandidate:
        """The candidate of the media type that `Accept` names within a documented range."""
        if self._range is None:
            return self
        name = negotiation.member(accept, self._range.name)
        if name is None:
            return self
        if name not in self._of_type:
            media = concrete(replace(self._range, name=name), self._value)
            found = ResponseCandidate(
                self.status, self._documented, self._generator, self._operation, media,
                self._example,
            )  # fmt: skip
            if len(self._of_type) >= _MOST_TYPES:
                return found
            self._of_type[name] = found
        return self._of_type[name]

    @cached_property
    def response(self) -> PreparedResponse:
        """The response, always the same. Raises UnsatisfiedError where no body can be generated."""
        return self._prepare(
            example=self._example or self._generated(None), warnings=tuple(self._warnings())
        )

    def of_value(self, value: Any, basis: str, seed: str | None = None) -> PreparedResponse:
        """The response with another body than the documented one, and the basis of that."""
        name = self._example.name if self._example is not None else ""
        return self._prepare(example=Example(name, value, "", basis=basis), seed=seed)

    def _warnings(self) -> Iterator[str]:
        """That a JSON example does not match its schema, which the standard only recommends.

        It is logged, too: this is asked once for each example that is sent.
        """
        if self._example is None or self._media is None or not self._media.is_json:
            return
        schema = self._media.schema
        if schema is not None and not self._generator.accepts(schema, self._example.value):
            yield f"the example {self._example.pointer} does not match its schema"
            logger.warning("example", extra={"members": {"example": self._example.pointer}})

    def fresh(self, seed: str | None) -> PreparedResponse:
        """A response with a newly generated body, the same one for the same seed.

        It names the seed, which is drawn if none is given. Without a schema the response is
        sent as it is. Raises UnsatisfiedError where no body can be generated.
        """
        if self._media is None or self._media.schema is None:
            return self.response
        seed = seed if seed is not None else str(randbits(_SEED_BITS))
        return self._prepare(example=self._generated(seed), seed=seed)

    def _generated(self, seed: Seed) -> Example | None:
        if self._media is None:
            return None
        body = self._generator.body(self._media, seed)
        return Example("", body, self._media.schema or self._media.pointer, basis=GENERATED)


def candidates(
    status: int, response: Response, generator: ResponseGenerator, operation: str | None = None
) -> tuple[ResponseCandidate, ...]:
    """The candidates of a response sent with a status: documented examples, then generated ones."""
    if not response.content or not has_body(status):
        return (ResponseCandidate(status, response, generator, operation),)
    documented = [(media, e) for media in response.content for e in media.examples]
    generated = [(media, None) for media in response.content if not media.examples]
    return tuple(
        ResponseCandidate(status, response, generator, operation, media, example)
        for media, example in (*documented, *generated)
    )
