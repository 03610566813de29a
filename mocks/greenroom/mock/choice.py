"""Which documented answer a request gets: lowest 2XX and first example, or what `Prefer` names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from ..contract.model import Operation, Response
from . import negotiation
from .answers import Answer, Headers, concrete, from_example, has_body, problem
from .prefer import Preference


@dataclass(frozen=True, slots=True)
class Offer:
    """One prepared answer: the media type and the example it stands for."""

    media_type: str
    example: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Choices:
    """The answers of one operation, by documented status in the order of preference.

    Every answer has `headers` beside those that are documented; what is not documented has
    `common` ones instead.
    """

    operation: str
    headers: Headers
    offers: Mapping[str, tuple[Offer, ...]]
    responses: Mapping[str, Response]
    common: Headers = ()

    def default(self, accept: str | None) -> Answer | None:
        """The first answer of the lowest 2XX; None where `Accept` rules everything out.

        What documents no example is answered with 501.
        """
        status = next(iter(self.offers), None)
        if status is None:
            return self._not_implemented(f"{self.operation} documents no response")
        if not self.offers[status]:
            told = f"{self.operation} documents {status} without an example to answer with"
            return self._not_implemented(told)
        return _negotiate(self.offers[status], accept)

    def preferred(self, preference: Preference, accept: str | None) -> Answer | None:
        """The answer that a preference names; 501 listing the documented ones for any other.

        An error that was asked for comes as it is documented, whatever `Accept` says.
        """
        code, example = preference.code, preference.example
        if code is None and example is None:
            return self.default(accept)
        for offers in self.offers.values() if code is None else (self._offers(code),):
            if example is not None:
                offers = tuple(offer for offer in offers if offer.example == example)
            if offers:
                chosen = _negotiate(offers, accept)
                is_error = offers[0].answer.status >= 400
                return offers[0].answer if chosen is None and is_error else chosen
        asked = ", ".join(
            f"{name}={value}" for name, value in (("code", code), ("example", example)) if value
        )
        documented = {status: names(offers) for status, offers in self.offers.items()}
        told = "; ".join(f"{status}: {', '.join(n) or '-'}" for status, n in documented.items())
        detail = f"{self.operation} documents no answer for Prefer: {asked}. Documented: {told}"
        return self._not_implemented(detail, documented=documented)

    def first(self, status: str) -> Answer | None:
        """The first answer of a status, a code by its range or `default` too."""
        offers = self._offers(status)
        return offers[0].answer if offers else None

    def _offers(self, status: str) -> tuple[Offer, ...]:
        """The answers of a status; a code that only its range or `default` covers has those."""
        if status in self.offers:
            return self.offers[status]
        covering = next((s for s in (f"{status[:1]}XX", "default") if s in self.offers), None)
        if covering is None or not _is_code(status):
            return ()
        return _prepare(self.responses[covering], int(status), self.headers)

    def _not_implemented(self, detail: str, **members: object) -> Answer:
        return problem(501, detail, **members).with_headers((*self.common, *self.headers))


def compile_choices(operation: Operation, headers: Headers = (), common: Headers = ()) -> Choices:
    """Prepare every answer of an operation, each with further headers.

    `common` are the headers of what the operation does not document.
    """
    # An informational status is no answer (RFC 9110 section 15.2).
    found = {r.status: r for r in operation.responses if not r.status.startswith("1")}
    responses = dict(sorted(found.items(), key=lambda item: _rank(item[0])))
    offers = {s: _prepare(r, _code(s, responses), headers) for s, r in responses.items()}
    return Choices(operation.id, headers, offers, responses, common)


def succeeds(statuses: Mapping[str, object]) -> bool:
    """Whether a success is documented, so that `default` speaks of errors."""
    return any(status.startswith("2") for status in statuses)


def names(offers: tuple[Offer, ...]) -> list[str]:
    """The example names among offers, each once."""
    return list(dict.fromkeys(offer.example for offer in offers if offer.example))


def _prepare(response: Response, status: int, headers: Headers) -> tuple[Offer, ...]:
    if not response.content or not has_body(status):
        bare = from_example(status, response, None, None)
        return (Offer("", "", bare.with_headers(headers)),)
    offers = []
    for documented in response.content:
        for example in documented.examples:
            media_type = concrete(documented, example.value)
            prepared = from_example(status, response, media_type, example)
            offers.append(Offer(media_type.name, example.name, prepared.with_headers(headers)))
    return tuple(offers)


def _negotiate(offers: tuple[Offer, ...], accept: str | None) -> Answer | None:
    media_types = list(dict.fromkeys(offer.media_type for offer in offers))
    if media_types == [""]:
        return offers[0].answer
    chosen = negotiation.choose(accept, media_types)
    if chosen is None:
        return None
    return next(offer.answer for offer in offers if offer.media_type == media_types[chosen])


def _rank(status: str) -> tuple[int, str]:
    if status.startswith("2"):
        return (1 if status.endswith("XX") else 0, status)
    return ({"3": 2, "d": 3}.get(status[0], 4), status)


def _code(status: str, documented: Mapping[str, object]) -> int:
    """The code to send for a documented status; a range or `default` takes one that is left."""
    if _is_code(status):
        return int(status)
    codes: Iterable[int] = chain(range(500, 600), range(400, 500))
    if status != "default":
        codes = range(int(status[0]) * 100, int(status[0]) * 100 + 100)
    elif not succeeds(documented):
        return 200
    others = documented.keys() - {status}
    return next((c for c in codes if not {str(c), f"{c // 100}XX"} & others), 500)


def _is_code(text: str) -> bool:
    return len(text) == 3 and text.isdecimal() and text.isascii() and "200" <= text <= "599"
