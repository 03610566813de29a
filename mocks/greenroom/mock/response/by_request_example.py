"""The responder of requests made of named examples: it sends the response of the same name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl

from ...codec.bodies.serializing import body_bytes
from ...codec.parameters.serializing import to_text
from ...contract.model import Example, MediaType, Operation, Parameter
from ...contract.object_kinds import kind_at
from ...contract.relative_time import without_times
from ...http.header_cache import RequestCache
from ...http.json_decoding import MalformedError, decode_json
from ...http.media_type import FORM, essence, is_json
from ...schema import json_pointer as ptr
from ...schema.subschemas import type_of
from ..pipeline import RequestContext
from ..request.parameters import Sources, extractor, sources_of
from .candidates import ResponseCandidate
from .prepared import PreparedResponse
from .selection import ResponseSelector

# Clients repeat their requests; a larger one is compared each time.
_REMEMBERED = 16 * 1024
# Nobody sends so much white space around an example.
_SLACK = 4096


@dataclass(frozen=True, slots=True)
class _Request:
    """The parts of a request that are compared."""

    sources: Sources
    media_type: str
    body: bytes


_Equals = Callable[[_Request], bool]
# The response of an example by its name and `Accept`, None where there is none.
_Named = Callable[[str, str | None], PreparedResponse | None]
_Times = Mapping[str, str]
_Key = tuple[object, ...]
_Find = Callable[[RequestContext], PreparedResponse | None]
_UNKNOWN = PreparedResponse(0, b"", b"")


class _RequestExamples:
    """Finds the response with the name of the examples that a request is made of.

    `places` are where the examples belong (`body`, `query`, `path`), `fields` are the names of
    their header fields.
    """

    def __init__(
        self,
        response_named: _Named,
        rules: Mapping[str, list[_Equals]],
        places: frozenset[str],
        fields: tuple[bytes, ...],
        longest: int,
    ) -> None:
        self._response_named = response_named
        self._rules = rules
        self._key = _body_key if places == {"body"} else partial(_key, places, fields)
        self._longest = longest
        self._responses: RequestCache[_Key, PreparedResponse | None] = RequestCache()

    def respond(self, context: RequestContext) -> PreparedResponse | None:
        """The response with the name of the examples of a request, None for any other request."""
        if len(context.body) > self._longest:
            return None
        key = self._key(context)
        found = self._responses.get(key, _UNKNOWN)
        if found is not _UNKNOWN:
            return found
        found = self._found(context)
        # Values in a path are parts of it.
        size = len(context.path) + sum(len(part) for part in key if isinstance(part, bytes))
        if size <= _REMEMBERED:
            self._responses.keep(key, found, size)
        return found

    def _found(self, context: RequestContext) -> PreparedResponse | None:
        headers = context.headers
        sources = sources_of(context.path_parameters, context.query, headers)
        media_type = essence(headers.get(b"content-type", b"").decode("latin-1"))
        request = _Request(sources, media_type, context.body)
        accept = context.accept.decode("latin-1")
        met = (name for name, rules in self._rules.items() if all(eq(request) for eq in rules))
        return next((self._response_named(name, accept) for name in met), None)


def _body_key(context: RequestContext) -> _Key:
    return context.accept, context.headers.get(b"content-type"), context.body


def _key(places: frozenset[str], fields: tuple[bytes, ...], context: RequestContext) -> _Key:
    return (
        context.accept,
        context.body if "body" in places else None,
        context.query if "query" in places else None,
        tuple(context.path_parameters.values()) if "path" in places else None,
        *map(context.headers.get, fields),
    )


def compile_request_examples(operation: Operation, selector: ResponseSelector) -> _Find | None:
    """The responder of an operation; None where no name would change a response."""
    sent = [candidate.example for found in selector.candidates.values() for candidate in found]
    # The first response is sent anyway, unless a request equals the examples of another as well.
    return _compile(operation, selector, sent, selector.named, sent[:1])


def compile_invalid_examples(
    operation: Operation, selector: ResponseSelector, statuses: Iterable[str]
) -> _Find | None:
    """Finds the error with the name of the examples that an invalid request is made of.

    It is that of one of some statuses, None where no example there has such a name.
    """
    errors: dict[str, ResponseCandidate] = {}
    for candidate in chain.from_iterable(selector.candidates.get(s, ()) for s in statuses):
        errors.setdefault(candidate.example, candidate)
    return _compile(operation, selector, list(errors), lambda name, _: errors[name].response, [])


def _compile(
    operation: Operation,
    selector: ResponseSelector,
    sent: Sequence[str],
    response_named: _Named,
    needless: Sequence[str],
) -> _Find | None:
    """Finds the responses of the examples `sent`; None where that finds at most a needless one."""
    named = {e.name for r in operation.responses for m in r.content for e in _named(m.examples)}
    document = selector.generator.document
    candidates = {
        n: list(_rules(operation, n, document)) for n in dict.fromkeys(sent) if n in named
    }
    rules = {name: found for name, found in candidates.items() if found}
    if not rules or list(rules) == needless:
        return None
    used = [p for p in operation.parameters if any(e.name in rules for e in _examples(p))]
    places = {parameter.location for parameter in used}
    bodies = operation.request_content
    longest = max(
        (len(body_bytes(e.value, m, document)) for m in bodies for e in m.examples), default=0
    )
    fields = [p.name.lower().encode() for p in used if p.location == "header"]
    fields += [b"cookie"] * ("cookie" in places)
    if any(example.name in rules for media in bodies for example in _named(media.examples)):
        places.add("body")
        fields.append(b"content-type")
    slack = longest * 2 + _SLACK
    return _RequestExamples(response_named, rules, frozenset(places), tuple(fields), slack).respond


def _rules(operation: Operation, name: str, document: Mapping[str, Any]) -> Iterator[_Equals]:
    """The comparisons that a request passes if it is made of the examples of a name."""
    bodies = [
        (essence(media.name), body, example.relative_times)
        for media in operation.request_content
        for example in _named(media.examples)
        if example.name == name and (body := _body(media, example, document)) is not None
    ]
    if bodies:
        yield partial(_same_body, tuple(bodies))
    for parameter in operation.parameters:
        for example in _examples(parameter):
            if example.name == name:
                yield _same_parameter(parameter, example)


def _examples(parameter: Parameter) -> list[Example]:
    return _named(parameter.content.examples if parameter.content else parameter.examples)


def _named(examples: Iterable[Example]) -> list[Example]:
    """The examples that have a name: a lone `example` has none."""
    return [example for example in examples if kind_at(example.pointer) == "example"]


def _body(media: MediaType, example: Example, document: Mapping[str, Any]) -> Any:
    """A body in the form that is compared, None for one that is not compared."""
    kind = essence(media.name)
    body = body_bytes(example.value, media, document)
    return _read(kind, media.is_json or "*" in kind, body, example.relative_times)


def _same_body(bodies: tuple[tuple[str, Any, _Times], ...], request: _Request) -> bool:
    kind = request.media_type
    for name, body, times in bodies:
        if name == kind or "*" in name:
            read = _read(kind, is_json(kind), request.body, times)
            if read is not None and read == body:
                return True
    return False


def _read(kind: str, is_json: bool, body: bytes, times: _Times) -> Any:
    """A body in the form that is compared, without its relative times."""
    if is_json:
        try:
            return _canonical(without_times(decode_json(body), times))
        except MalformedError:
            return None
    if kind == FORM:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return sorted((k, "" if ptr.join("", k) in times else value) for k, value in pairs)
    # The parts of a form have a boundary between them that is never the same.
    return None if kind.startswith("multipart/") else body


def _canonical(value: Any) -> str:
    """A text that is the same for the same JSON value; true is not 1."""
    return json.dumps(value, sort_keys=True)


def _same_parameter(parameter: Parameter, example: Example) -> _Equals:
    """Whether a parameter of a request has a value, by the text that stands for it."""
    value, times = example.value, example.relative_times
    in_content = parameter.content is not None
    is_structure = isinstance(value, (list, dict)) and not in_content
    shape = type_of(value) if is_structure else "primitive"
    extract = extractor(parameter, lambda key: key in value)
    expected = without_times(value, times)
    expected = _canonical(expected) if in_content else _texts(expected)

    def equals(request: _Request) -> bool:
        found = extract(request.sources, shape)
        if in_content and isinstance(found, str):
            found = _read("", True, found.encode(), times)
        elif times:
            found = _texts(without_times(found, times))
        return bool(found == expected)

    return equals


def _texts(value: Any) -> Any:
    """A value as texts, as the parameters of a request are."""
    if isinstance(value, list):
        return [_texts(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _texts(entry) for name, entry in value.items()}
    return to_text(value)
