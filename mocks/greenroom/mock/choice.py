"""Which documented answer a request gets: lowest 2XX and first example, or what `Prefer` names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..contract.model import Operation, Response
from . import negotiation
from .answers import Answer, from_example, problem
from .prefer import Preference


@dataclass(frozen=True, slots=True)
class Offer:
    """One prepared answer: the media type and the example it stands for."""

    media_type: str
    example: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Choices:
    """The answers of one operation, by documented status in the order of preference."""

    operation: str
    offers: dict[str, tuple[Offer, ...]]
    responses: dict[str, Response]

    def default(self, accept: str | None) -> Answer | None:
        """The first answer of the lowest 2XX; None where `Accept` rules everything out.

        What documents no example is answered with 501.
        """
        for status, offers in self.offers.items():
            if offers:
                return _negotiate(offers, accept)
            detail = f"{self.operation} documents {status} without an example to answer with"
            return problem(501, detail)
        return problem(501, f"{self.operation} documents no response")

    def preferred(self, preference: Preference, accept: str | None) -> Answer | None:
        """The answer that a preference names; 501 listing the documented ones for any other."""
        if preference.code is None:
            candidates = self.offers
        else:
            status = self._documented(preference.code)
            candidates = {} if status is None else {status: self._offers(status, preference.code)}
        for offers in candidates.values():
            if preference.example is not None:
                offers = tuple(o for o in offers if o.example == preference.example)
            if offers:
                return _negotiate(offers, accept)
        asked = ", ".join(
            f"{name}={value}"
            for name, value in (("code", preference.code), ("example", preference.example))
            if value is not None
        )
        documented = {status: names(offers) for status, offers in self.offers.items()}
        told = "; ".join(f"{status}: {', '.join(n) or '-'}" for status, n in documented.items())
        detail = f"{self.operation} documents no answer for Prefer: {asked}. Documented: {told}"
        return problem(501, detail, documented=documented)

    def map(self, change: Callable[[Answer], Answer]) -> Choices:
        """The same choices with every answer changed."""
        offers = {
            status: tuple(replace(offer, answer=change(offer.answer)) for offer in listed)
            for status, listed in self.offers.items()
        }
        return replace(self, offers=offers)

    def first(self, status: str) -> Answer | None:
        """The first answer of a status, a code by its range or `default` too."""
        documented = self._documented(status)
        offers = self._offers(documented, status) if documented is not None else ()
        return offers[0].answer if offers else None

    def _documented(self, code: str) -> str | None:
        for status in (code, f"{code[:1]}XX", "default"):
            if status in self.offers and (status == code or _is_code(code)):
                return status
        return None

    def _offers(self, status: str, code: str) -> tuple[Offer, ...]:
        if status == code:
            return self.offers[status]
        return _prepare(self.responses[status], int(code))


def compile_choices(operation: Operation) -> Choices:
    """Prepare every answer of an operation."""
    responses = {_canonical(response.status): response for response in operation.responses}
    ordered = dict(sorted(responses.items(), key=lambda item: _rank(item[0])))
    offers = {status: _prepare(r, _number(status)) for status, r in ordered.items()}
    return Choices(operation.id, offers, ordered)


def names(offers: tuple[Offer, ...]) -> list[str]:
    """The example names among offers, each once."""
    return list(dict.fromkeys(offer.example for offer in offers if offer.example))


def _prepare(response: Response, status: int) -> tuple[Offer, ...]:
    if not response.content:
        return (Offer("", "", from_example(status, response, None, None)),)
    return tuple(
        Offer(media_type.name, example.name, from_example(status, response, media_type, example))
        for media_type in response.content
        for example in media_type.examples
    )


def _negotiate(offers: tuple[Offer, ...], accept: str | None) -> Answer | None:
    media_types = list(dict.fromkeys(offer.media_type for offer in offers))
    if media_types == [""]:
        return offers[0].answer
    chosen = negotiation.choose(accept, media_types)
    if chosen is None:
        return None
    return next(offer.answer for offer in offers if offer.media_type == media_types[chosen])


def _canonical(status: str) -> str:
    return status if status == "default" else status.upper()


def _rank(status: str) -> tuple[int, str]:
    if status.startswith("2"):
        return (1 if status.endswith("XX") else 0, status)
    return (2 if status == "default" else 3, status)


def _number(status: str) -> int:
    if _is_code(status):
        return int(status)
    return int(status[0]) * 100 if status[0].isdigit() else 200


def _is_code(text: str) -> bool:
    return len(text) == 3 and text.isdecimal() and text.isascii() and "200" <= text <= "599"
