"""The documented responses, each prepared when it is first asked for and then kept."""

from __future__ import annotations

from secrets import randbits

from ...codec.bodies.serializing import concrete
from ...contract.model import Example, MediaType, Response
from ...http.exchange import has_body
from .generator import ResponseGenerator, Seed
from .prepared import PreparedResponse, from_example

# Enough that no two responses are alike, and short enough to be sent back.
_SEED_BITS = 32
GENERATED = "generated"


class ResponseCandidate:
    """One response that may be sent: the status, media type and example it stands for.

    Media type and example are empty for a response without content, the example also for a body
    that is generated from its schema, since none is documented.
    """

    __slots__ = ("_documented", "_example", "_generator", "_kept", "_media", "_operation",
                 "example", "media_type", "status")  # fmt: skip

    def __init__(
        self,
        status: int,
        documented: Response,
        generator: ResponseGenerator,
        operation: str | None = None,
        content: tuple[MediaType, Example | None] | None = None,
    ) -> None:
        self.status = status
        self._documented = documented
        self._generator = generator
        self._operation = operation
        self._media: MediaType | None = content[0] if content else None
        self._example: Example | None = content[1] if content else None
        self._kept: PreparedResponse | None = None
        self.example = self._example.name if self._example is not None else ""
        self.media_type = ""
        if self._media is not None:
            value = self._example.value if self._example else generator.stands_for(self._media)
            self._media = concrete(self._media, value)
            self.media_type = self._media.name

    @property
    def is_described(self) -> bool:
        """Whether what is sent is documented: by an example, or a schema with a constraint.

        No content is as much as that.
        """
        if self._media is None or self._example is not None:
            return True
        return self._generator.describes(self._media)

    @property
    def response(self) -> PreparedResponse:
        """The response, always the same. Raises UnsatisfiedError where no body can be generated."""
        if self._kept is None:
            example = self._example or self._generated(None)
            self._kept = self._prepared(example, None)
        return self._kept

    def fresh(self, seed: str | None) -> PreparedResponse:
        """A response with a newly generated body, the same one for the same seed.

        It names the seed, which is drawn where none is given. What has no schema to generate a body
        from stays as it is. Raises UnsatisfiedError where no body can be generated.
        """
        if self._media is None or self._media.schema is None:
            return self.response
        seed = seed if seed is not None else str(randbits(_SEED_BITS))
        return self._prepared(self._generated(seed), seed)

    def _generated(self, seed: Seed) -> Example | None:
        if self._media is None:
            return None
        body = self._generator.body(self._media, seed)
        return Example("", body, self._media.schema or self._media.pointer, basis=GENERATED)

    def _prepared(self, example: Example | None, seed: Seed) -> PreparedResponse:
        return from_example(
            self.status, self._documented, self._media, example, self._generator, seed,
            self._operation,
        )  # fmt: skip


def candidates(
    status: int, response: Response, generator: ResponseGenerator, operation: str | None = None
) -> tuple[ResponseCandidate, ...]:
    """The candidates of a response sent with a status: documented examples, then generated ones."""
    if not response.content or not has_body(status):
        return (ResponseCandidate(status, response, generator, operation),)
    documented = [(media, e) for media in response.content for e in media.examples]
    generated = [(media, None) for media in response.content if not media.examples]
    return tuple(
        ResponseCandidate(status, response, generator, operation, content)
        for content in (*documented, *generated)
    )
