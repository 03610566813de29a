"""One operation compiled: from the parts of a request to the answer, deciding nothing twice.

The order of refusals: credentials, media type of the body, acceptable answers, then parameters and
body together, so that a client sees everything that is wrong at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..contract.model import Contract, Operation
from ..http import prefer
from ..http.header_cache import HeaderCache
from ..http.json_decoding import MalformedError
from ..http.pairs import cookie_pairs, query_pairs
from ..schema.validators import SchemaSet
from ..schema.violation import Violation
from .request import bodies
from .request.bodies import BodyReader
from .request.parameters import Reader, Sources, compile_reader
from .response import refusals
from .response.by_request_example import compile_matching
from .response.generated import ResponseGenerator
from .response.prepared import PreparedResponse, documented_headers, header_value
from .response.selection import ResponseSelector, compile_selector
from .security import EXPIRED, MISSING, UNKNOWN, challenge, compile_gate

Headers = Mapping[bytes, bytes]
Fields = tuple[tuple[bytes, bytes], ...]


class CompiledOperation:
    """The mock of one operation. Knows nothing of sockets: takes bytes, gives a response."""

    __slots__ = (
        "_accepted",
        "_bodies",
        "_body_readers",
        "_body_required",
        "_gate",
        "_headers",
        "_matching",
        "_readers",
        "_refusals",
        "_selector",
        "_unauthorized",
        "operation",
        "takes_body",
    )

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        schemas: SchemaSet,
        any_credential: bool = False,
        generator: ResponseGenerator | None = None,
    ) -> None:
        self.operation = operation
        self.takes_body = operation.body is not None
        self._gate = compile_gate(operation, any_credential)
        self._bodies = bodies.compile_readers(operation.body, schemas) if operation.body else {}
        self._body_readers = HeaderCache(
            lambda given: bodies.find(self._bodies, given.decode("latin-1"))
        )
        self._body_required = operation.body is not None and operation.body.required
        named = ((b"x-greenroom-operation", header_value(operation.id)),)
        common = tuple(documented_headers(contract.headers))
        self._headers = (*common, *named)
        generator = generator or ResponseGenerator(contract.document)
        self._selector = compile_selector(operation, generator, contract.file, named, common)
        self._accepted = HeaderCache(lambda accept: self._selector.default(_text(accept)))
        # What executes queries answers each by itself.
        executes = operation.graphql is not None
        self._matching = None if executes else compile_matching(operation, self._selector)
        self._refusals = _Refusals(self._selector)
        self._unauthorized: Fields | None = None
        self._readers = tuple(_compile_readers(operation, schemas))

    @property
    def selector(self) -> ResponseSelector:
        """The documented answers, prepared."""
        return self._selector

    def admit(self, headers: Headers, query: bytes) -> PreparedResponse | None:
        """Decide what needs no body: a refusal, or None to go on. Called before reading a body."""
        if self._gate is not None:
            refused = self._gate(headers, query)
            if refused is not None:
                kind, reason = refused
                challenged = kind in (MISSING, UNKNOWN, EXPIRED)
                return self.refuse(kind, reason, extra=self._challenge() if challenged else ())
        if self.takes_body and _has_body(headers) and self._body_reader(headers) is None:
            return self._unsupported(headers)
        return None

    def answer(
        self, headers: Headers, query: bytes, path: Mapping[str, str], body: bytes = b""
    ) -> PreparedResponse:
        """The answer to an admitted request; `path` holds the raw segments of the parameters."""
        read_body = self._body_reader(headers) if body else None
        if body and read_body is None:
            return self._unsupported(headers)
        # No `Accept` takes anything, and so does an empty one.
        accept = headers.get(b"accept", b"")
        matching = self._matching
        if b"prefer" in headers:
            preference = prefer.parse(headers[b"prefer"].decode("utf-8", "replace"))
            chosen = self._selector.preferred(preference, _text(accept))
            if preference != prefer.Preference():
                matching = None
        else:
            chosen = self._accepted[accept]
        if chosen is None:
            reason = f"nothing documented matches Accept: {_text(accept)}"
            return self.refuse(refusals.NOT_ACCEPTABLE, reason)
        violations: list[Violation] = []
        if self._readers:
            violations = self._parameter_violations(headers, query, path)
        if read_body is not None:
            try:
                violations += read_body(body, headers)
            except MalformedError as error:
                return self.refuse(refusals.MALFORMED, f"body: {error}")
        elif self._body_required:
            violations.append(("body", "", "required, but missing"))
        if violations:
            told = refusals.told(violations)
            base = self._refusals[refusals.INVALID]
            if base is None:
                base = self._undocumented(refusals.INVALID, refusals.reason_of(violations))
            # As `render` does it; most refusals come this way.
            return PreparedResponse(base.status, base.head + told, base.body)
        if matching is not None:
            return matching.answer(headers, query, path, body) or chosen
        return chosen

    def refuse(self, kind: str, reason: str, extra: Fields = ()) -> PreparedResponse:
        """The answer to a refused request, in the operation's own error example."""
        base = self._refusals[kind] or self._undocumented(kind, reason)
        return refusals.render(base, refusals.because(reason), extra)

    def _undocumented(self, kind: str, reason: str) -> PreparedResponse:
        return refusals.undocumented(kind, reason).with_headers(self._headers)

    def too_large(self, limit: int) -> PreparedResponse:
        """The refusal of a body over the limit, in bytes."""
        return self.refuse(refusals.TOO_LARGE, f"the body is larger than {limit} bytes")

    def _challenge(self) -> Fields:
        """The challenge of a 401, () where the contract documents one of its own."""
        if self._unauthorized is None:
            name, value = b"www-authenticate", challenge(self.operation)
            documented = self._refusals[MISSING]
            known = documented is not None and name in dict(documented.headers)
            self._unauthorized = () if value is None or known else ((name, value),)
        return self._unauthorized

    def _body_reader(self, headers: Headers) -> BodyReader | None:
        return self._body_readers[headers.get(b"content-type", b"")]

    def _unsupported(self, headers: Headers) -> PreparedResponse:
        given = _text(headers.get(b"content-type", b""))
        named = f"{given!r}" if given else "missing"
        reason = f"Content-Type is {named}; documented: {', '.join(self._bodies)}"
        return self.refuse(refusals.UNSUPPORTED_MEDIA_TYPE, reason)

    def _parameter_violations(
        self, headers: Headers, query: bytes, path: Mapping[str, str]
    ) -> list[Violation]:
        cookie = headers.get(b"cookie")
        cookies = cookie_pairs(cookie.decode("latin-1")) if cookie else ()
        pairs = query_pairs(query) if query else ()
        sources = Sources(path, pairs, headers, cookies)
        violations: list[Violation] = []
        for read in self._readers:
            violations += read(sources)
        return violations


class _Refusals(dict[str, PreparedResponse | None]):
    """The documented answer for each kind of refusal, prepared when it is first given."""

    def __init__(self, selector: ResponseSelector) -> None:
        super().__init__()
        self._selector = selector

    def __missing__(self, kind: str) -> PreparedResponse | None:
        found = self[kind] = refusals.documented(kind, self._selector)
        return found


def _compile_readers(operation: Operation, schemas: SchemaSet) -> Iterator[Reader]:
    keys = {
        (requirement.scheme.location, requirement.scheme.parameter)
        for all_of in operation.security
        for requirement in all_of
        if requirement.scheme.type == "apiKey"
    }
    places = keys.union((p.location, p.name) for p in operation.parameters)
    for parameter in operation.parameters:
        claimed = {n for place, n in places if place == parameter.location} - {parameter.name}
        reader = compile_reader(parameter, schemas, claimed)
        if reader is not None:
            yield reader


def _text(value: bytes) -> str:
    return value.decode("latin-1")


def _has_body(headers: Headers) -> bool:
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
