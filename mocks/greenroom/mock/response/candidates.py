"""The documented answers of a response, prepared when they are first asked for and then kept."""

from __future__ import annotations

from secrets import randbits

from ...codec.bodies.serializing import concrete
from ...contract.model import Example, MediaType, Response
from .generated import ResponseGenerator, Seed
from .prepared import Headers, PreparedResponse, from_example, has_body, header_value

# Enough that no two answers are alike, and short enough to be sent back.
_SEED_BITS = 32
GENERATED = "generated"


class ResponseCandidate:
    """One answer: the media type and the example it stands for.

    Both are empty for an answer without content, the example also for a body that is made from its
    schema, since none is documented.
    """

    __slots__ = ("_example", "_headers", "_kept", "_media", "_response", "_status", "_supply",
                 "example", "media_type")  # fmt: skip

    def __init__(
        self,
        status: int,
        response: Response,
        generator: ResponseGenerator,
        headers: Headers = (),
        content: tuple[MediaType, Example | None] | None = None,
    ) -> None:
        self._status = status
        self._response = response
        self._supply = generator
        self._headers = headers
        self._media: MediaType | None = content[0] if content else None
        self._example: Example | None = content[1] if content else None
        self._kept: PreparedResponse | None = None
        self.example = self._example.name if self._example is not None else ""
        self.media_type = ""
        if self._media is not None:
            shown = self._example.value if self._example else generator.stands_for(self._media)
            self._media = concrete(self._media, shown)
            self.media_type = self._media.name

    @property
    def status(self) -> int:
        """The status code."""
        return self._status

    @property
    def is_described(self) -> bool:
        """Whether anything is documented of what is sent: an example, a schema that says something.

        No content is as much as that.
        """
        if self._media is None or self._example is not None:
            return True
        return self._supply.describes(self._media)

    @property
    def answer(self) -> PreparedResponse:
        """The answer, always the same. Raises UnsatisfiedError where no body can be made."""
        if self._kept is None:
            example = self._example or self._made(None)
            self._kept = self._answered(example, None)
        return self._kept

    def gave(self, answer: PreparedResponse) -> bool:
        """Whether an answer is this one."""
        return self._kept is answer

    def fresh(self, seed: str | None) -> PreparedResponse:
        """An answer with a body made anew, the same one for the same seed.

        It says the seed, which is drawn where none is given. What has no schema to make a body from
        stays as it is. Raises UnsatisfiedError where no body can be made.
        """
        if self._media is None or self._media.schema is None:
            return self.answer
        seed = seed if seed is not None else str(randbits(_SEED_BITS))
        answer = self._answered(self._made(seed), seed)
        return answer.with_headers([(b"x-greenroom-seed", header_value(seed))])

    def _made(self, seed: Seed) -> Example | None:
        if self._media is None:
            return None
        body = self._supply.body(self._media, seed)
        return Example("", body, self._media.schema or self._media.pointer, basis=GENERATED)

    def _answered(self, example: Example | None, seed: Seed) -> PreparedResponse:
        made = from_example(self._status, self._response, self._media, example, self._supply, seed)
        return made.with_headers(self._headers)


def candidates(
    status: int, response: Response, generator: ResponseGenerator, headers: Headers = ()
) -> tuple[ResponseCandidate, ...]:
    """The answers of a response sent with a status: documented examples, then what can be made."""
    if not response.content or not has_body(status):
        return (ResponseCandidate(status, response, generator, headers),)
    shown = [(media, e) for media in response.content for e in media.examples]
    made = [(media, None) for media in response.content if not media.examples]
    return tuple(
        ResponseCandidate(status, response, generator, headers, content)
        for content in (*shown, *made)
    )
