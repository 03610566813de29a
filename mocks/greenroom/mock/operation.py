"""One operation compiled: the steps from a request to its response. Nothing is decided twice.

The order of refusals: credentials, media type of the body, acceptable responses, then parameters
and body together, so that a client sees everything that is wrong at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote

from ..contract.model import Contract, Operation
from ..decision import Decision
from ..http import prefer
from ..http.header_cache import HeaderCache
from ..http.json_decoding import MalformedError
from ..http.pairs import query_pairs
from ..schema.validators import SchemaSet
from ..schema.violation import Violation
from .pipeline import (
    Behaviour,
    CompileStep,
    Enter,
    Pipeline,
    RequestContext,
    Responded,
    Result,
    Step,
)  # fmt: skip
from .request import bodies
from .request.parameters import ParameterValidator, compile_validator, sources_of
from .request.unknown_names import QueryNames
from .response import refusals
from .response.by_request_example import compile_invalid_examples, compile_request_examples
from .response.generator import ResponseGenerator
from .response.headers import Headers, decision_headers, in_words, summarize
from .response.pages import compile_pages
from .response.prepared import PreparedResponse, documented_headers
from .response.refusals import ContractErrors, Refusals
from .response.selection import compile_selector
from .security import EXPIRED, MISSING, UNKNOWN, SecurityCheck, challenge


class CompiledOperation:
    """The mock of one operation, independent of sockets: takes bytes, returns a response.

    Raises InvalidContractError where its GraphQL schema is not valid.
    """

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        schemas: SchemaSet,
        generator: ResponseGenerator,
        security_check: SecurityCheck | None,
        behaviour: Behaviour,
        errors: ContractErrors,
        strict: bool,
    ) -> None:
        self.operation = operation
        self.security_check = security_check
        self._bodies = bodies.compile_validators(operation.body, schemas) if operation.body else {}
        self._body_validators = HeaderCache(
            lambda given: bodies.find(self._bodies, given.decode("latin-1"))
        )
        self._body_required = operation.body is not None and operation.body.required
        common = tuple(documented_headers(contract.headers))
        headers = (*common, *decision_headers(Decision(operation.id)))
        self.selector = compile_selector(operation, generator, contract.file, common)
        self._defaults = HeaderCache(lambda accept: self.selector.default(_text(accept)))
        self._selection = _media_type_selection(operation)
        self._errors = errors
        self._strict = strict
        self._query_names = QueryNames(operation, schemas)
        self._refusals = Refusals(self._error, operation.id, headers)
        self.refuse = self._refuse = self._refusals.refuse
        self._of_invalid_example = compile_invalid_examples(
            operation, self.selector, refusals.STATUSES[refusals.INVALID]
        )
        self._challenge: Headers | None = None
        self._parameter_validators = tuple(_compile_validators(operation, schemas))
        self._own = (self._own_responder(contract), compile_pages(operation, generator))
        self._behaviour = behaviour
        self.respond = Pipeline(operation, self._steps(behaviour)).respond

    def _steps(self, behaviour: Behaviour) -> Iterator[Step | None]:
        """The steps in their order, None for a step that is not needed."""
        yield from self._added(behaviour.before_authentication)
        yield self._authorize if self.security_check is not None else None
        yield self._enter if behaviour.in_space is not None else None
        yield from self._authenticated(behaviour.after_authentication, behaviour.responders)

    def _enter(self, context: RequestContext) -> Responded | None:
        is_outside = context.space is None and not self._behaviour.stateful
        if is_outside:
            return None
        enter, go_on = self._in_space
        response = enter(context)
        return go_on(context) if response is None else response

    @cached_property
    def _in_space(self) -> tuple[Enter, Callable[[RequestContext], Responded]]:
        """The step by which a request enters its space, and what responds to it then."""
        added = self._behaviour
        assert added.in_space is not None, "only its step leads here"
        enter, respond = added.in_space(self.operation, self.selector)
        responders = (*added.responders, lambda *_: respond)
        steps = self._authenticated(added.after_authentication, responders)
        return enter, Pipeline(self.operation, steps).respond

    def _added(self, compilers: Sequence[CompileStep]) -> Iterator[Step | None]:
        return (compile_step(self.operation, self.selector) for compile_step in compilers)

    def _authenticated(
        self, steps: Sequence[CompileStep], responders: Sequence[CompileStep]
    ) -> Iterator[Step | None]:
        has_body = self.operation.body is not None
        yield from self._added(steps)
        yield self._check_before_body if has_body else None
        yield self._receive_body if has_body else None
        yield self._negotiate
        yield self._check_request if has_body or self._parameter_validators else self._check_query
        yield from self._added(responders)
        yield from self._own

    def _own_responder(self, contract: Contract) -> Step | None:
        # A GraphQL operation executes queries, so it needs no examples of them.
        if self.operation.graphql is None:
            return compile_request_examples(self.operation, self.selector)
        # Only GraphQL operations pay for loading the library.
        from .graphql import compile_responder

        return compile_responder(self.operation, contract.file, self.selector).respond

    def _error(self, kind: str) -> PreparedResponse | None:
        """The documented response to a refused request: the operation's own, or the contract's."""
        own = refusals.documented(kind, self.selector)
        named = self.operation.id
        return own or self._errors.declared(kind, named) or self._errors.usual(kind, named)

    def _authorize(self, context: RequestContext) -> Result:
        assert self.security_check is not None
        principal, refusal, reason, space = self.security_check(context.headers, context.query)
        if context.space is None:
            context.space = space
        if refusal is None:
            context.principal = principal
            return None
        challenged = refusal in (MISSING, UNKNOWN, EXPIRED)
        return self._refuse(refusal, reason, extra=self._challenged() if challenged else ())

    def _check_before_body(self, context: RequestContext) -> Result:
        headers = context.headers
        coding = headers.get(b"content-encoding")
        if coding and coding.lower() != b"identity":
            # RFC 9110 section 15.5.16 asks for the field that says what is supported.
            reason = f"Content-Encoding is {_text(coding)!r}; send the body without a coding"
            extra = ((b"accept-encoding", b"identity"),)
            return self._refuse(refusals.UNSUPPORTED_MEDIA_TYPE, reason, extra=extra)
        context.validate_body = self._body_validators[headers.get(b"content-type", b"")]
        if context.validate_body is None and _has_body(headers):
            return self._unsupported(headers)
        return None

    def _receive_body(self, context: RequestContext) -> Result | Awaitable[Result]:
        receive = context.receive_body
        return None if receive is None else receive(context, self._too_large)

    def _too_large(self, limit: int) -> PreparedResponse:
        return self._refuse(refusals.TOO_LARGE, f"the body is larger than {limit} bytes")

    def _negotiate(self, context: RequestContext) -> Result:
        headers = context.headers
        if context.validate_body is None and context.body:
            return self._unsupported(headers)
        # No `Accept` allows anything, and so does an empty one.
        accept = headers.get(b"accept", b"")
        if self._selection is not None:
            accept = self._selection(context.query) or accept
        if b"prefer" in headers:
            preference = prefer.parse(headers[b"prefer"].decode("utf-8", "replace"))
            selected = self.selector.preferred(preference, _text(accept))
            if preference != prefer.Preference():
                context.preference = preference
        else:
            selected = self._defaults[accept]
        if selected is None:
            reason = f"nothing documented matches Accept: {_text(accept)}"
            # RFC 9110 section 12.5.1: a server may also respond as if there were no `Accept`.
            if self._strict or "406" in self.selector.candidates:
                return self._refuse(refusals.NOT_ACCEPTABLE, reason)
            accept = b""
            selected = self.selector.preferred(context.preference or prefer.Preference(), "")
            assert selected is not None, "any response suits no `Accept`"
            context.warn(f"{reason}, so that it is disregarded")
        context.accept = accept
        context.selected = selected
        return None

    def _check_query(self, context: RequestContext) -> Result:
        if context.query:
            return self._check_request(context)
        return None if context.preference is None else context.selected

    def _check_request(self, context: RequestContext) -> Result:
        violations: list[Violation] = []
        unknown = context.unknown
        if self._parameter_validators or context.query:
            sources = sources_of(context.path_parameters, context.query, context.headers)
            for validate in self._parameter_validators:
                violations += validate(sources)
            if sources.query:
                unknown += self._query_names.unknown(sources.query)
        body = context.body
        if body:
            assert context.validate_body is not None
            try:
                violations += context.validate_body(body, context)
            except MalformedError as error:
                return self._refuse(refusals.MALFORMED, f"body: {error}")
        elif self._body_required:
            violations.append(("body", "", "required, but missing"))
        if unknown and self._strict:
            violations += unknown
        elif unknown:
            context.warn(*map(in_words, unknown))
        if not violations:
            # What is preferred is sent, whatever else would respond.
            return None if context.preference is None else context.selected
        base = self._of_invalid_example and self._of_invalid_example(context)
        if base is not None:
            base = refusals.as_documented(base, refusals.INVALID, self.operation.id)
        return self._refuse(refusals.INVALID, summarize(violations), violations, base=base)

    def _challenged(self) -> Headers:
        """The challenge of a 401, () where the contract documents its own."""
        if self._challenge is None:
            name, value = b"www-authenticate", challenge(self.operation)
            documented = self._refusals.documented(MISSING)
            known = documented is not None and name in dict(documented.headers)
            self._challenge = () if value is None or known else ((name, value),)
        return self._challenge

    def _unsupported(self, headers: Mapping[bytes, bytes]) -> PreparedResponse:
        given = _text(headers.get(b"content-type", b""))
        named = f"{given!r}" if given else "missing"
        reason = f"Content-Type is {named}; documented: {', '.join(self._bodies)}"
        return self._refuse(refusals.UNSUPPORTED_MEDIA_TYPE, reason)


def _compile_validators(operation: Operation, schemas: SchemaSet) -> Iterator[ParameterValidator]:
    keys = {
        (requirement.scheme.location, requirement.scheme.parameter)
        for all_of in operation.security
        for requirement in all_of
        if requirement.scheme.type == "apiKey"
    }
    places = keys.union((p.location, p.name) for p in operation.parameters)
    for parameter in operation.parameters:
        sibling_names = {n for place, n in places if place == parameter.location} - {parameter.name}
        validator = compile_validator(parameter, schemas, sibling_names)
        if validator is not None:
            yield validator


def _text(value: bytes) -> str:
    return value.decode("latin-1")


def _has_body(headers: Mapping[bytes, bytes]) -> bool:
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


def _media_type_selection(operation: Operation) -> Callable[[bytes], bytes | None] | None:
    """A function from the raw query to the value that replaces `Accept`, or to None to keep it.

    It reads the parameters with `x-selects-media-type`; None where the operation has none.
    """
    selects = {p.name: p.selects for p in operation.parameters if p.selects}
    if not selects:
        return None

    def selection(query: bytes) -> bytes | None:
        for name, value in query_pairs(query) if query else ():
            selected = selects.get(name, {}).get(unquote(value))
            if selected is not None:
                # A response without that media type, for example an error, is sent in its own.
                return f"{selected}, */*;q=0.1".encode("latin-1", "replace")
        return None

    return selection
