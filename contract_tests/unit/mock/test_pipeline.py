"""A request passes named steps in order, among them added ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from contracts import KEY, body, contract, one, respond, response

from greenroom.contract.model import Operation
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import Behaviour, CompileStep, RequestContext, Step
from greenroom.mock.response.prepared import PreparedResponse, prepare
from greenroom.mock.response.selection import ResponseSelector
from wire import run

NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
SECURED = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": NAMED, "examples": {
            "two": {"value": {"name": "Two"}}}}},
    },
    "responses": {"201": response("one", "two"), "422": response("wrong")},
    "security": [{"Keyed": []}],
}  # fmt: skip
GOOD = {b"x-key": b"test-key", b"content-type": b"application/json"}
OURS = prepare(299, (), b"ours")


def finish(result: Any) -> PreparedResponse:
    """The response of a pipeline, awaited where it has to be."""
    if isinstance(result, PreparedResponse):
        return result
    kept: list[PreparedResponse] = []

    async def awaiting() -> None:
        kept.append(await result)

    run(awaiting())
    return kept[0]


def handing_in(found: PreparedResponse | None, awaited: bool, seen: list[Any]) -> CompileStep:
    """A step that gives a response, or None to go on, and keeps the contexts it was given."""

    def step(context: RequestContext) -> PreparedResponse | None:
        seen.append(context)
        return found

    async def awaited_step(context: RequestContext) -> PreparedResponse | None:
        return step(context)

    def compile_step(operation: Operation, selector: ResponseSelector) -> Step:
        assert operation.id == selector.operation == "do"
        return awaited_step if awaited else step

    return compile_step


def asked(
    behaviour: Behaviour, headers: Mapping[bytes, bytes], sent: bytes = b'{"name": "One"}'
) -> PreparedResponse:
    """The response to a request with added steps and responders."""
    mock = Mock(one(SECURED, schemes=KEY), behaviour=behaviour)
    return finish(mock.respond(RequestContext("POST", "/things", headers, b"", sent)))


@pytest.fixture(params=[False, True], ids=["called", "awaited"])
def awaited(request: pytest.FixtureRequest) -> bool:
    """Whether the added steps have to be awaited."""
    return bool(request.param)


def test_a_step_before_authentication_needs_no_credential(awaited: bool) -> None:
    """A simulated network error needs no credential either."""
    step = handing_in(OURS, awaited, [])
    assert asked(Behaviour(before_authentication=[step]), {}) is OURS


def test_a_step_after_authentication_knows_the_principal(awaited: bool) -> None:
    """A limit counts by credential, before the request is validated."""
    seen: list[RequestContext] = []
    behaviour = Behaviour(after_authentication=[handing_in(OURS, awaited, seen)])
    assert asked(behaviour, {}).status == 401
    assert asked(behaviour, GOOD, b"not JSON") is OURS
    (context,) = seen
    assert (context.principal, context.vendor, context.operation.id) == ("test-key", "acme", "do")


@pytest.mark.parametrize("sent", [b'{"name": "One"}', b'{"name": "Two"}'])
def test_an_added_responder_comes_before_the_built_in_ones(awaited: bool, sent: bytes) -> None:
    """Before the request example and the default."""
    behaviour = Behaviour(responders=[handing_in(OURS, awaited, [])])
    assert asked(behaviour, GOOD, sent) is OURS


@pytest.mark.parametrize(
    ("headers", "sent", "status"),
    [
        ({}, b'{"name": "One"}', 401),
        (GOOD, b'{"name": 1}', 422),
        ({**GOOD, b"content-type": b"a/b"}, b"", 422),
        ({**GOOD, b"prefer": b"example=two"}, b'{"name": "One"}', 201),
    ],
)
def test_a_responder_gets_only_valid_requests_without_a_preference(
    awaited: bool, headers: dict[bytes, bytes], sent: bytes, status: int
) -> None:
    """A refusal or a preferred response is sent without it."""
    seen: list[Any] = []
    behaviour = Behaviour(responders=[handing_in(OURS, awaited, seen)])
    assert asked(behaviour, headers, sent).status == status
    assert seen == []


@pytest.mark.parametrize(("name", "example"), [("One", b"one"), ("Two", b"two")])
def test_a_step_without_a_response_leaves_it_to_the_next(
    awaited: bool, name: str, example: bytes
) -> None:
    """Each is called once, in order."""
    seen: list[Any] = []
    step = handing_in(None, awaited, seen)
    behaviour = Behaviour([step], [step], [step, handing_in(None, False, seen)])
    found = asked(behaviour, GOOD, b'{"name": "%s"}' % name.encode())
    assert dict(found.headers)[b"x-greenroom-example"] == example
    assert len(seen) == 4
    assert len(set(map(id, seen))) == 1


def test_the_first_responder_that_has_a_response_wins(awaited: bool) -> None:
    """The others are not called."""
    seen: list[Any] = []
    behaviour = Behaviour(responders=[handing_in(OURS, awaited, []), handing_in(None, False, seen)])
    assert asked(behaviour, GOOD) is OURS
    assert seen == []


def test_a_step_may_be_for_some_operations_only() -> None:
    """It is not compiled for the others."""
    assert asked(Behaviour([lambda *_: None], [], [lambda *_: None]), GOOD).status == 201


def test_nothing_prepared_is_awaited() -> None:
    """A body that was received already is not awaited either."""
    operation = Mock(one(SECURED, schemes=KEY)).operations[0]
    first, second = (respond(operation, GOOD, body=b'{"name": "One"}') for _ in range(2))
    assert first is second


def test_a_decision_names_what_was_decided() -> None:
    """The operation, the example and the principal."""
    mock = Mock(one(SECURED, schemes=KEY))
    context = RequestContext("POST", "/things", GOOD, b"", b'{"name": "Two"}')
    decision = context.decision(finish(mock.respond(context)))
    assert decision.operation == "do"
    assert (decision.status, decision.example, decision.refusal) == (201, "two", None)
    assert (decision.principal, decision.space) == ("test-key", None)


@pytest.mark.parametrize("documented", [True, False])
def test_a_decision_has_every_violation_whole(documented: bool) -> None:
    """However many and long they are, though the headers have no room for all."""
    properties = {f"p{i}{'x' * 300}": {"type": "integer"} for i in range(30)}
    schema = {"type": "object", "properties": properties}
    statuses = {"200": response("one"), **({"422": response("wrong")} if documented else {})}
    (operation,) = Mock(one({"requestBody": body(schema), "responses": statuses})).operations
    sent = b"{%s}" % b",".join(b'"%s":"a"' % name.encode() for name in properties)
    decision = respond(operation, {b"content-type": b"application/json"}, body=sent).decision
    assert (decision.operation, decision.refusal) == ("do", "invalid-request")
    assert decision.status == (422 if documented else 400)
    assert {pointer for _, pointer, _ in decision.violations} == {f"/{p}" for p in properties}
    assert decision.reason.endswith("(and 29 more)")


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [("GET", "/lost", "unknown-path"), ("PUT", "/things", "method-not-allowed")],
)
def test_a_decision_off_the_documented_paths_has_no_operation(
    method: str, path: str, refusal: str
) -> None:
    """Also where the response is that of some operation."""
    errors = {status: response("no") for status in ("404", "405")}
    paths = {"/things": {"get": {"operationId": "get", "responses": errors}}}
    found = finish(Mock(contract(paths)).respond(RequestContext(method, path, {})))
    assert (found.decision.operation, found.decision.refusal) == (None, refusal)
    assert found.decision.example == "no"


def test_a_secret_is_not_a_principal() -> None:
    """Where every credential is accepted, one that is not a test credential goes unnamed."""
    mock = Mock(one(SECURED, schemes=KEY), any_credential=True)
    context = RequestContext("POST", "/things", {**GOOD, b"x-key": b"s3cret"}, b"", b'{"name":""}')
    assert context.decision(finish(mock.respond(context))).principal == "any-credential"


def test_without_authentication_no_credential_is_required() -> None:
    """The rest of the request is validated as usual."""
    mock = Mock(one(SECURED, schemes=KEY), authenticate=False)
    headers = {b"content-type": b"application/json"}
    for sent, status in ((b'{"name": "One"}', 201), (b"{}", 422)):
        found = finish(mock.respond(RequestContext("POST", "/things", headers, b"", sent)))
        assert found.status == status
