"""One operation compiled: from the parts of a request to the answer, deciding nothing twice.

The order of refusals: credentials, media type of the body, acceptable answers, then parameters and
body together, so that a client sees everything that is wrong at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from ..contract.model import Contract, Operation
from ..contract.schemas import Schemas
from . import bodies, prefer, refusals, styles
from .answers import Answer, header_value
from .bodies import MalformedBodyError
from .choice import Choices, compile_choices
from .credentials import EXPIRED, MISSING, UNKNOWN, challenge, compile_gate
from .parameters import Reader, Sources, Violation, compile_reader
from .refusals import Refusal

Headers = Mapping[bytes, bytes]
_REMEMBERED = 64


class CompiledOperation:
    """The mock of one operation. Knows nothing of sockets: takes bytes, gives an Answer."""

    __slots__ = (
        "_accepted",
        "_bodies",
        "_body_required",
        "_choices",
        "_default",
        "_gate",
        "_headers",
        "_readers",
        "_refusals",
        "_unauthorized",
        "operation",
        "takes_body",
    )

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        schemas: Schemas,
        any_credential: bool = False,
    ) -> None:
        self.operation = operation
        self.takes_body = operation.body is not None
        self._gate = compile_gate(operation, any_credential)
        self._bodies = bodies.compile_readers(operation.body, schemas) if operation.body else {}
        self._body_required = operation.body is not None and operation.body.required
        self._headers = ((b"x-greenroom-operation", header_value(operation.id)),)
        self._choices = _with_headers(compile_choices(operation), self._headers)
        self._default = self._choices.default(None)
        self._accepted: dict[bytes, Answer | None] = {b"*/*": self._default}
        self._refusals = {k: refusals.documented(k, self._choices) for k in refusals.STATUSES}
        challenged = challenge(operation)
        self._unauthorized = ((b"www-authenticate", challenged),) if challenged else ()
        readers = (compile_reader(p, contract.raw, schemas) for p in operation.parameters)
        self._readers: tuple[Reader, ...] = tuple(r for r in readers if r is not None)

    @property
    def choices(self) -> Choices:
        """The documented answers, prepared."""
        return self._choices

    def admit(self, headers: Headers, query: bytes) -> Answer | None:
        """Decide what needs no body: a refusal, or None to go on. Called before reading a body."""
        if self._gate is not None:
            refused = self._gate(headers, query)
            if refused is not None:
                kind, reason = refused
                challenged = kind in (MISSING, UNKNOWN, EXPIRED)
                return self.refuse(Refusal(kind, reason), self._unauthorized if challenged else ())
        if self.takes_body and _has_body(headers):
            given = headers.get(b"content-type", b"").decode("latin-1")
            if bodies.find(self._bodies, given) is None:
                named = f"{given!r}" if given else "missing"
                reason = f"Content-Type is {named}; documented: {', '.join(self._bodies)}"
                return self.refuse(Refusal(refusals.UNSUPPORTED_MEDIA_TYPE, reason))
        return None

    def answer(
        self, headers: Headers, query: bytes, path: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """The answer to an admitted request; `path` holds the raw segments of the parameters."""
        accept = headers.get(b"accept")
        if b"prefer" in headers:
            preference = prefer.parse(headers[b"prefer"].decode("latin-1"))
            chosen = self._choices.preferred(preference, _text(accept))
        else:
            chosen = self._default if accept is None else self._acceptable(accept)
        if chosen is None:
            reason = f"nothing documented matches Accept: {_text(accept)}"
            return self.refuse(Refusal(refusals.NOT_ACCEPTABLE, reason))
        if self._readers or self.takes_body:
            refusal = self._judge(headers, query, path, body)
            if refusal is not None:
                return self.refuse(refusal)
        return chosen

    def refuse(self, refusal: Refusal, extra: tuple[tuple[bytes, bytes], ...] = ()) -> Answer:
        """The answer to a refused request, in the operation's own error example."""
        base = self._refusals[refusal.kind]
        return refusals.render(refusal, base, extra if base else (*self._headers, *extra))

    def too_large(self, limit: int) -> Answer:
        """The refusal of a body over the limit, in bytes."""
        return self.refuse(Refusal(refusals.TOO_LARGE, f"the body is larger than {limit} bytes"))

    def _acceptable(self, accept: bytes) -> Answer | None:
        try:
            return self._accepted[accept]
        except KeyError:
            chosen = self._choices.default(_text(accept))
            # Clients send few different values; one that sends many is not remembered.
            if len(self._accepted) < _REMEMBERED:
                self._accepted[accept] = chosen
            return chosen

    def _judge(
        self, headers: Headers, query: bytes, path: Mapping[str, str], body: bytes
    ) -> Refusal | None:
        violations: list[Violation] = []
        if self._readers:
            cookie = headers.get(b"cookie")
            cookies = styles.cookie_pairs(cookie.decode("latin-1")) if cookie else ()
            pairs = styles.query_pairs(query) if query else ()
            sources = Sources(path, pairs, headers, cookies)
            for read in self._readers:
                violations += read(sources)
        if self.takes_body:
            if body:
                reader = bodies.find(
                    self._bodies, headers.get(b"content-type", b"").decode("latin-1")
                )
                if reader is not None:
                    try:
                        violations += reader.violations(body)
                    except MalformedBodyError as error:
                        return Refusal(refusals.MALFORMED, f"body: {error}")
            elif self._body_required:
                violations.append(Violation("body", "", "required, but missing"))
        return refusals.invalid(violations) if violations else None


def path_example(operation: Operation) -> str:
    """The operation's path with the first example of each path parameter filled in."""
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            value = str(parameter.examples[0].value) if parameter.examples else parameter.name
            path = path.replace("{" + parameter.name + "}", quote(value, safe=""))
    return path


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _has_body(headers: Headers) -> bool:
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


def _with_headers(choices: Choices, extra: tuple[tuple[bytes, bytes], ...]) -> Choices:
    return choices.map(lambda answer: answer.with_headers(extra))
