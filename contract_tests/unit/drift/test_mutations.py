"""Each drift violates the contract in one thing, which its kind names."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from contracts import of_vendors
from drifting import PAGE, THING, made

from drift.kinds import mutations
from drift.mutation import NOTHING, Mutation, json_of, with_header
from drift.original import Original
from drift.paging import paged
from drift.subject import Subject, rewritten, subject_of
from greenroom.contract.model import Operation
from greenroom.http.exchange import Request, Response

ORIGINAL = Original(made())
OPERATIONS = {operation.id: operation for operation in ORIGINAL.contract.operations}


def drift(operation: str, kind: str, words: str = "", subtle: bool = False) -> Mutation:
    """The drift of a kind with some words in its description."""
    found = mutations(subject_of(ORIGINAL, OPERATIONS[operation]), subtle)
    return next(m for m in found if m.kind == kind and words in m.description)


def call_of(operation: str, query: str = "", body: Any = None, **headers: str) -> Request:
    """The documented request of an operation, changed."""
    request = ORIGINAL.request(OPERATIONS[operation])
    for name, value in headers.items():
        wanted = name.replace("_", "-")
        kept = [pair for pair in request.headers if pair[0].lower() != wanted.lower()]
        given = [(wanted, value)] if value else []
        request = replace(request, headers=(*kept, *given))
    if query:
        request = replace(request, url=f"{request.url.partition('?')[0]}?{query}")
    return replace(request, body=json.dumps(body).encode()) if body is not None else request


def drifted(mutation: Mutation, request: Request | None = None) -> Response:
    """The response of the drifting server."""
    request = request or call_of(mutation.operation)
    return mutation.apply(request, ORIGINAL.send(request))


def thing(**changes: Any) -> dict[str, Any]:
    """The documented thing with other fields; NOTHING removes one."""
    changed = {**THING, **changes}
    return {name: value for name, value in changed.items() if value is not NOTHING}


# The kind, words of the description, and the changed body.
BODIES: list[tuple[str, str, Any]] = [
    ("missing-field-top", "no /id", thing(id=NOTHING)),
    ("missing-field-nested", "no /owner/mail", thing(owner={})),
    ("renamed-field", "/id is idV2", {"idV2" if k == "id" else k: v for k, v in THING.items()}),
    ("retyped-string-to-number", "/name", thing(name=3)),
    ("retyped-number-to-string", "/size", thing(size="7")),
    ("retyped-integer-to-fraction", "/size", thing(size=7.5)),
    ("retyped-object-to-array", "/owner", thing(owner=[THING["owner"]])),
    ("retyped-array-to-object", "/tags", thing(tags={"items": ["a"]})),
    ("retyped-boolean-to-string", "/open", thing(open="true")),
    ("null-value", "/name is null", thing(name=None)),
    ("enum-value", "/state", thing(state="open_V2")),
    ("number-too-small", "/size", thing(size=-1)),
    ("number-too-large", "/size", thing(size=10)),
    ("string-too-long", "/name", thing(name="x" * 21)),
    ("string-unlike-pattern", "/name", thing(name="?")),
    ("array-too-short", "/tags", thing(tags=[])),
    ("array-too-long", "/tags", thing(tags=["a"] * 4)),
    ("extra-field-top", "an extra field at /", thing(driftedField="drifted")),
    (
        "extra-field-nested",
        "an extra field at /owner",
        thing(owner={**THING["owner"], "driftedField": "drifted"}),
    ),
    ("empty-object", "", {}),
]


@pytest.mark.parametrize(("kind", "words", "expected"), BODIES)
def test_a_body_drifts_in_one_thing(kind: str, words: str, expected: Any) -> None:
    """Everything else of the response stays."""
    request = call_of("getThing")
    before, after = ORIGINAL.send(request), drifted(drift("getThing", kind, words))

    assert json_of(after) == expected
    assert (after.status, after.headers) == (before.status, before.headers)


@pytest.mark.parametrize(
    ("kind", "words", "changed"),
    [
        ("missing-field-in-items", "no /items/*/id", thing(id=NOTHING)),
        ("extra-field-in-items", "an extra field at /items/*", thing(driftedField="drifted")),
        ("null-value", "/items/*/name", thing(name=None)),
    ],
)
def test_items_drift_all_alike(kind: str, words: str, changed: Any) -> None:
    """However many there are."""
    value = json_of(drifted(drift("listThings", kind, words)))

    assert value == {**PAGE, "items": [changed, changed]}


def test_a_constant_drifts_too() -> None:
    """To another value of its type."""
    assert json_of(drifted(drift("listThings", "const-value")))["kind"] == "list-v2"


@pytest.mark.parametrize(("kind", "name"), [("format-date-time", "made"), ("format-uuid", "id")])
def test_a_format_drifts(kind: str, name: str) -> None:
    """To another string."""
    value = json_of(drifted(drift("getThing", kind)))[name]

    assert isinstance(value, str)
    assert value != THING[name]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_valid_body_is_not_a_drift(operation: str) -> None:
    """Every changed body is invalid, except for additional fields."""
    subject = subject_of(ORIGINAL, OPERATIONS[operation])
    for mutation in mutations(subject):
        if mutation.kind.startswith(("missing-field", "retyped", "null", "format", "enum")):
            assert subject.breaks(json_of(drifted(mutation)))
        if mutation.kind.startswith("extra-field"):
            assert not subject.breaks(json_of(drifted(mutation)))
            assert mutation.finding == "undocumented-field"


def test_an_object_with_additional_properties_has_no_drift_by_one() -> None:
    """Notes may have any."""
    found = mutations(subject_of(ORIGINAL, OPERATIONS["getThing"]))

    assert {m.description for m in found if m.kind.startswith("extra-field")} == {
        "an extra field at /", "an extra field at /owner",
    }  # fmt: skip


def status(code: int) -> Callable[[Response], bool]:
    """Whether a response has a status."""
    return lambda response: response.status == code


def media_type(name: str) -> Callable[[Response], bool]:
    """Whether a response is of a media type."""
    return lambda response: response.media_type == name


# The operation, the kind, some words of it, and a condition that then holds.
RESPONSES: list[tuple[str, str, str, Callable[[Response], bool]]] = [
    ("getThing", "undocumented-success", "299", status(299)),
    ("createThing", "undocumented-success", "202", status(202)),
    ("deleteThing", "undocumented-success", "206", status(206)),
    ("getThing", "valid-request-refused", "", status(400)),
    ("getThing", "html-page", "", media_type("text/html")),
    ("getThing", "text-plain", "", media_type("text/plain")),
    ("getThing", "no-media-type", "", media_type("")),
    ("getThing", "broken-json", "", lambda response: json_of(response) is NOTHING),
    ("getThing", "empty-body", "", lambda response: response.body == b""),
    ("listThings", "missing-header", "X-Count", lambda a: a.header("x-count") is None),
    ("listThings", "wrong-header", "X-Count", lambda a: a.header("x-count") == "drifted"),
    ("getThing", "operation-gone-404", "", status(404)),
    ("getThing", "operation-gone-405", "", status(405)),
    ("getThing", "operation-gone-410", "", status(410)),
    ("getThing", "redirect", "", status(308)),
    ("getThing", "server-error", "", status(500)),
]


@pytest.mark.parametrize(("operation", "kind", "words", "holds"), RESPONSES)
def test_a_response_drifts_outside_its_body(
    operation: str, kind: str, words: str, holds: Callable[[Response], bool]
) -> None:
    """And did not before."""
    assert holds(drifted(drift(operation, kind, words)))
    assert not holds(ORIGINAL.send(call_of(operation)))


WITHOUT = {"X_Key": ""}
UNKNOWN = {"X_Key": "unknown"}
EXPIRED = {"X_Key": "expired-key"}
BROKEN = {"name": "Ada", "size": "big"}
# The operation, the kind, the request that shows it, the status of the mock and of the drift.
REFUSALS: list[tuple[str, str, Request, int, int]] = [
    ("getThing", "no-credential-served", call_of("getThing", **WITHOUT), 401, 200),
    ("getThing", "no-credential-served", call_of("getThing", **UNKNOWN), 401, 401),
    ("getThing", "wrong-credential-served", call_of("getThing", **UNKNOWN), 401, 200),
    ("getThing", "wrong-credential-served", call_of("getThing", **EXPIRED), 401, 401),
    ("getThing", "old-credential-served", call_of("getThing", **EXPIRED), 401, 200),
    ("getThing", "no-authentication", call_of("getThing", **WITHOUT), 401, 200),
    ("getThing", "no-authentication", call_of("getThing", **EXPIRED), 401, 200),
    (
        "createThing",
        "no-authentication",
        call_of("createThing", body=BROKEN, **WITHOUT),
        401,
        400,
    ),
    ("createThing", "invalid-body-served", call_of("createThing", body=BROKEN), 400, 201),
    ("createThing", "invalid-body-served", call_of("createThing", **WITHOUT), 401, 401),
    ("listThings", "invalid-query-served", call_of("listThings", "team=1&limit=a"), 400, 200),
    ("listThings", "required-query-not-required", call_of("listThings", "limit=1"), 400, 200),
    ("listThings", "required-query-not-required", call_of("listThings", "team=a"), 400, 400),
    ("createThing", "server-error-on-invalid", call_of("createThing", body=BROKEN), 400, 500),
    ("createThing", "server-error-on-invalid", call_of("createThing"), 201, 201),
    ("getThing", "error-as-success-401", call_of("getThing", **WITHOUT), 401, 200),
    ("createThing", "error-as-success-invalid", call_of("createThing", body=BROKEN), 400, 201),
]


@pytest.mark.parametrize(("operation", "kind", "request_", "before", "after"), REFUSALS)
def test_a_server_drifts_in_its_refusals(
    operation: str, kind: str, request_: Request, before: int, after: int
) -> None:
    """And in nothing else."""
    assert ORIGINAL.send(request_).status == before
    assert drifted(drift(operation, kind), request_).status == after


@pytest.mark.parametrize(
    ("operation", "kind", "request_"),
    [
        ("getThing", "error-envelope-401", call_of("getThing", **WITHOUT)),
        ("createThing", "error-envelope-invalid", call_of("createThing", body=BROKEN)),
    ],
)
def test_an_error_drifts_to_another_shape(operation: str, kind: str, request_: Request) -> None:
    """With none of the documented fields."""
    response = drifted(drift(operation, kind), request_)

    assert response.status == ORIGINAL.send(request_).status
    assert "message" not in json_of(response)


def test_an_operation_without_security_has_no_drift_of_credentials() -> None:
    """None is documented."""
    kinds = {m.kind for m in mutations(subject_of(ORIGINAL, OPERATIONS["getDoor"]))}

    assert kinds
    assert not any("credential" in kind or "authentication" in kind for kind in kinds)


def page(mutation: Mutation, query: str) -> Any:
    """The items and numbers of a page."""
    value = json_of(drifted(mutation, call_of("listThings", f"team=1&{query}")))
    return [item["name"] for item in value["items"]], value["total"]


def paging_server() -> Mutation:
    """The list with real pages."""
    found = paged(subject_of(ORIGINAL, OPERATIONS["listThings"]))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=1&page=1", ["Ada-0"]),
        ("limit=1&page=2", ["Ada-1"]),
        ("limit=2&page=3", ["Ada-4"]),
        ("limit=2&page=4", []),
        ("", ["Ada-0", "Ada-1", "Ada-2", "Ada-3", "Ada-4"]),
        ("limit=0&page=0", ["Ada-0", "Ada-1", "Ada-2", "Ada-3", "Ada-4"]),
    ],
)
def test_a_paging_server_pages(query: str, expected: list[str]) -> None:
    """It is no longer an example, and is valid by its schema."""
    assert page(paging_server(), query) == (expected, 5)
    response = drifted(paging_server(), call_of("listThings", f"team=1&{query}"))
    assert response.header("x-greenroom-example") is None
    assert not subject_of(ORIGINAL, OPERATIONS["listThings"]).breaks(json_of(response))


@pytest.mark.parametrize(
    ("kind", "query", "expected"),
    [
        ("paging-size-ignored", "limit=1&page=1", (5, 5)),
        ("paging-one-too-many", "limit=1&page=1", (2, 5)),
        ("paging-first-page-again", "limit=1&page=2", (1, 5)),
        ("paging-total-too-small", "limit=1&page=1", (1, 0)),
    ],
)
def test_a_paging_server_drifts(kind: str, query: str, expected: tuple[int, int]) -> None:
    """In its numbers or its items."""
    names, total = page(drift("listThings", kind), query)

    assert (len(names), total) == expected


def test_the_drift_of_a_repeated_page_returns_the_first() -> None:
    """Whichever is requested."""
    again = drift("listThings", "paging-first-page-again")

    assert page(again, "limit=1&page=2") == page(again, "limit=1&page=1")


# The operation, the kind, some words of it, the request that shows it and one that does not.
SUBTLE: list[tuple[str, str, str, Request, Request]] = [
    (
        "createThing", "body-field-not-required", "size",
        call_of("createThing", body={"name": "Ada"}), call_of("createThing", body={"size": 1}),
    ),
    (
        "createThing", "body-field-unchecked", "size",
        call_of("createThing", body=BROKEN), call_of("createThing", body={"name": 1, "size": 1}),
    ),
    (
        "listThings", "query-parameter-unchecked", "limit",
        call_of("listThings", "team=1&limit=a"), call_of("listThings", "team=1&page=a"),
    ),
    (
        "createThing", "other-example-fails", "",
        call_of("createThing", body={"name": "Bob", "size": 2}), call_of("createThing"),
    ),
    (
        "listThings", "optional-parameter-fails", "",
        call_of("listThings", "team=1&limit=1"), call_of("listThings"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "kind", "words", "shows", "hides"), SUBTLE)
def test_a_subtle_drift_changes_few_responses(
    operation: str, kind: str, words: str, shows: Request, hides: Request
) -> None:
    """And in no other."""
    mutation = drift(operation, kind, words, subtle=True)

    assert drifted(mutation, shows).status != ORIGINAL.send(shows).status
    assert drifted(mutation, hides) == ORIGINAL.send(hides)


def test_the_last_item_alone_may_drift() -> None:
    """The others are as they were."""
    last = drift("listThings", "missing-field-in-last-item", "no id", subtle=True)

    assert json_of(drifted(last))["items"] == [THING, thing(id=NOTHING)]


SUBJECTS = [
    (original, operation)
    for original in map(Original, of_vendors())
    for operation in original.contract.operations
]


@pytest.mark.parametrize(
    ("original", "operation"), SUBJECTS, ids=[f"{o.contract.name}-{p.id}" for o, p in SUBJECTS]
)
def test_every_operation_of_every_vendor_can_drift(
    original: Original, operation: Operation
) -> None:
    """In several ways, whatever its responses are."""
    found = list(mutations(subject_of(original, operation)))

    assert len({mutation.kind for mutation in found}) >= 8
    assert {mutation.operation for mutation in found} == {operation.id}


def test_every_item_of_a_path_is_rewritten() -> None:
    """A path that is not there changes nothing."""
    value = {"a": [{"b": 1}, {"c": 2}, {"b": 3}]}

    assert rewritten(value, ("a", 0, "b"), lambda _: 0) == {"a": [{"b": 0}, {"c": 2}, {"b": 0}]}
    assert rewritten(value, ("x", "y"), lambda _: 0) == value


def test_a_header_field_is_replaced_whatever_its_case() -> None:
    """There is one of that name."""
    response = Response(200, (("X-A", "1"), ("x-a", "2"), ("X-B", "3")))

    assert with_header(response, "x-A", "4").headers == (("X-B", "3"), ("x-A", "4"))
    assert with_header(response, "x-A", None).headers == (("X-B", "3"),)


def test_a_body_that_is_not_json_has_no_drift() -> None:
    """But its status and header fields have."""
    subject: Subject = subject_of(ORIGINAL, OPERATIONS["deleteThing"])
    kinds = {mutation.kind for mutation in mutations(subject)}

    assert subject.schema is None
    assert not any(kind.startswith(("missing-field", "retyped", "broken")) for kind in kinds)
