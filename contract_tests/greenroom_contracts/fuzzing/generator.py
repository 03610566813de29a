"""Requests made up by schemathesis: boundary values first, then what its strategies draw."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote_plus

import requests
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from greenroom.codec.bodies.request_body import text
from greenroom.codec.documented_request import credentials_of
from greenroom.contract.links import with_link_body
from greenroom.contract.model import Contract, Operation
from greenroom.contract.operation_finder import OperationFinder, operation_base_url
from greenroom.http import exchange as ex
from greenroom.http.exchange import Request

from ..judge.request_judge import RequestJudge
from ..resources.identifier_pool import SuppliedValues
from ..sending.guard import ForbiddenRequestError
from ..sending.session import GuardedSession
from .schemathesis_schema import FuzzingOptions, schemathesis_schema

# What schemathesis judges of an answer, as a second opinion beside our own.
CHECKS = (
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
_PARTS = {"path": "path_parameters", "query": "query", "header": "headers", "cookie": "cookies"}

# Called with what schemathesis holds against the last exchange.
Objection = Callable[[str], None]


class Generator:
    """Makes up requests for operations of one contract and sends them."""

    def __init__(
        self,
        contract: Contract,
        base_url: str,
        credential: str,
        operations: Collection[str],
        judge: RequestJudge,
    ) -> None:
        self._contract = contract
        self._base_url = base_url
        self._finder = OperationFinder(contract, base_url)
        self._judge = judge
        schema = schemathesis_schema(
            contract,
            base_url=base_url,
            credential=credential,
            options=FuzzingOptions(unexpected_methods=False),
            operations=operations,
        )
        self._credential = credential
        self._schema = schema
        # What schemathesis cannot read it makes nothing up for.
        found = (r.ok() for r in schema.get_all_operations() if isinstance(r, Ok))
        self._operations = {(o.method.upper(), o.path): o for o in found}

    def send(
        self,
        session: GuardedSession,
        operation: Operation,
        values: SuppliedValues,
        count: int,
        objection: Objection,
    ) -> None:
        """Send so many requests of an operation, valid and broken ones.

        Raises BudgetSpentError where nothing is left to spend.
        """
        found = self._operations.get((operation.method, operation.path))
        if found is None or count <= 0:
            return
        sent = 0
        placed = self._credentials(operation)
        base_url = operation_base_url(self._contract, self._base_url, operation)

        def call(case: Any) -> None:
            nonlocal sent
            if sent >= count:
                return
            _fill(case, values)
            sent += 1
            try:
                response = case.call(base_url, session, **placed)
            except (ForbiddenRequestError, requests.RequestException, UnicodeError):
                return
            try:
                case.validate_response(response, checks=CHECKS)
            except FailureGroup as group:
                for failure in group.exceptions:
                    objection(f"{failure.title}: {_first_line(failure.message)}")

        def classify(request: Request) -> tuple[str, str]:
            # What is made up may leave out the credential on purpose.
            if operation.secured and not _carries(request, self._credential):
                return ex.NO_CREDENTIAL, "generated"
            return self._classify(request)

        with session.about(ex.GENERATED, classify=classify):
            # Half for boundary values, the rest for what strategies draw.
            for case in islice(self._boundaries(found), max(1, count // 2)):
                call(case)
            self._draw(found, count - sent, call)

    def _boundaries(self, operation: Any) -> Iterator[Any]:
        generation = self._schema.config.generation
        yield from self._schema.iter_coverage_cases(
            operation,
            generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
            generation_config=generation,
        )

    def _draw(self, operation: Any, count: int, call: Callable[[Any], None]) -> None:
        if count <= 0:
            return
        stopped: list[Exception] = []

        def run(case: Any) -> None:
            if stopped:
                return
            try:
                call(case)
            except Exception as error:
                # Raised here it would be taken for a failure to be repeated and shrunk.
                stopped.append(error)

        chosen = settings(
            max_examples=count,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        strategy = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        chosen(given(case=strategy)(run))()
        if stopped:
            raise stopped[0]

    def _credentials(self, operation: Operation) -> dict[str, dict[str, str]]:
        """The good credential as arguments of a call: what is made up may lack it."""
        parts = {"header": "headers", "query": "params", "cookie": "cookies"}
        placed: dict[str, dict[str, str]] = {}
        for location, name, value in credentials_of(operation, self._credential):
            placed.setdefault(parts[location], {})[name] = value
        return placed

    def _classify(self, request: Request) -> tuple[str, str]:
        found = self._finder.find(request.method, request.url)
        if found is None:
            return ex.GENERATED_INVALID, f"{request.method} {request.path} is not documented"
        violations = self._judge.violations(
            found.operation, found.path, request.query, request.headers, request.body
        )
        return (
            (ex.GENERATED, "") if violations is None else (ex.GENERATED_INVALID, violations.reason)
        )


def _carries(request: Request, credential: str) -> bool:
    """Whether a request holds the good credential, wherever its scheme wants it."""
    basic = b64encode(f"user:{credential}".encode()).decode()
    sent = (*(value for _, value in request.headers), unquote_plus(request.query))
    return any(credential in text or basic in text for text in sent)


def _fill(case: Any, values: SuppliedValues) -> None:
    for (location, name), value in values.parameters.items():
        part = _PARTS[location]
        held = getattr(case, part) or {}
        if location == "path" or name in held:
            written = text(value)
            if location == "path":
                written = quote(written, safe="")
            setattr(case, part, {**held, name: written})
    if values.body is not None and isinstance(case.body, dict):
        case.body = with_link_body(case.body, values.body)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
