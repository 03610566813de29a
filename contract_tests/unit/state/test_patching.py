"""JSON Patch (RFC 6902): its operations one by one, and on the records of a space."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from contracts import Client, contract

from greenroom.state.merging import patched

# RFC 6902, appendix A, and beyond it: the value, the operations, the result.
CASES: dict[str, tuple[Any, list[Any], Any]] = {
    "A.1": ({"foo": "bar"}, [["add", "/baz", "qux"]], {"foo": "bar", "baz": "qux"}),
    "A.2": ({"foo": ["bar", "baz"]}, [["add", "/foo/1", "qux"]], {"foo": ["bar", "qux", "baz"]}),
    "A.3": ({"baz": "qux", "foo": "bar"}, [["remove", "/baz"]], {"foo": "bar"}),
    "A.4": ({"foo": ["bar", "qux", "baz"]}, [["remove", "/foo/1"]], {"foo": ["bar", "baz"]}),
    "A.5": ({"baz": "qux"}, [["replace", "/baz", "boo"]], {"baz": "boo"}),
    "A.6": (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [["move", "/qux/thud", "/foo/waldo"]],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    "A.7": (
        {"foo": ["all", "grass", "cows", "eat"]}, [["move", "/foo/3", "/foo/1"]],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    "A.8": (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [["test", "/baz", "qux"], ["test", "/foo/1", 2]], {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    "A.10": ({"foo": "bar"}, [["add", "/child", {"g": {}}]], {"foo": "bar", "child": {"g": {}}}),
    "A.14": ({"/": 9, "~1": 10}, [["test", "/~01", 10]], {"/": 9, "~1": 10}),
    "A.16": ({"foo": ["bar"]}, [["add", "/foo/-", ["abc"]]], {"foo": ["bar", ["abc"]]}),
    "the end of an array": ({"a": [1]}, [["add", "/a/1", 2]], {"a": [1, 2]}),
    "the whole": ({"a": 1}, [["replace", "", {"b": 2}]], {"b": 2}),
    "the whole removed": ({"a": 1}, [["remove", ""]], None),
    "the whole added anew": ({"a": 1}, [["remove", ""], ["add", "", {}]], {}),
    "the empty name": ({"": 1}, [["replace", "/", 2]], {"": 2}),
    "a copy": ({"a": {"b": 1}}, [["copy", "/c", "/a"], ["add", "/c/b", 2]],
               {"a": {"b": 1}, "c": {"b": 2}}),
    "a copy into itself": ({"a": {}}, [["copy", "/a/b", "/a"]], {"a": {"b": {}}}),
    "a move to where it is": ({"a": 1}, [["move", "/a", "/a"]], {"a": 1}),
    "null": ({"a": 1}, [["replace", "/a", None], ["test", "/a", None]], {"a": None}),
    "equal numbers": ({"a": 1}, [["test", "/a", 1.0]], {"a": 1}),
    "equal in any order": ({"a": {"b": 1, "c": [2]}}, [["test", "/a", {"c": [2], "b": 1}]],
                           {"a": {"b": 1, "c": [2]}}),
}  # fmt: skip


def operation(name: str, path: Any, value: Any = ...) -> dict[str, Any]:
    """One operation."""
    key = "from" if name in ("move", "copy") else "value"
    return {"op": name, "path": path, **({} if value is ... else {key: value})}


@pytest.mark.parametrize("name", CASES)
def test_operations_do_what_the_standard_says(name: str) -> None:
    """On a copy: neither the value nor the patch is changed."""
    value, operations, result = CASES[name]
    patch = [operation(*each) for each in operations]
    before = deepcopy((value, patch))
    found = patched(value, patch)
    assert json.dumps(found, sort_keys=True) == json.dumps(result, sort_keys=True)
    assert (value, patch) == before


MISSING = [
    ["add", "/x/y", 1], ["add", "/a/2", 1], ["add", "/a/01", 1], ["add", "/s/0", 1],
    ["add", "a", 1], ["remove", "/x"], ["remove", "/a/-"], ["remove", "/a/1"],
    ["replace", "/x", 1], ["replace", "/a/1", 1], ["move", "/y", "/x"], ["copy", "/y", "/x"],
    ["test", "/x", 1], ["test", "/a/0", True], ["test", "/a", 1], ["test", "/t", 1],
]  # fmt: skip


@pytest.mark.parametrize("operations", MISSING, ids=str)
def test_a_missing_place_and_a_failing_test_are_told(operations: list[Any]) -> None:
    """With the operation that fails."""
    patch = [operation("test", "/s", "x"), operation(*operations)]
    with pytest.raises(LookupError, match=r"^body /1: "):
        patched({"a": [1], "s": "x", "t": True}, patch)


SHIFTED = [operation("move", "/a/-", "/a/0") for _ in range(5_000)]
DOUBLED = [operation("copy", "/a/-", "/a") for _ in range(40)]


@pytest.mark.parametrize(
    "patch",
    [
        [{}], [{"op": "add"}], [{"op": "add", "path": "/b"}], [{"op": "move", "path": "/b"}],
        [{"op": "merge", "path": "/b", "value": 1}], [{"op": [], "path": "/b"}], ["add"], [None],
        [operation("move", "/a/b", "/a")], [operation("add", f"/a/{'9' * 5000}", 1)],
        [operation("add", "/a", ["x" * 100]), *DOUBLED], [operation("remove", f"/a/{'9' * 5000}")],
        [operation("add", "/a", [0] * 900_000), *SHIFTED],
        [operation("add", "/a" * n, {}) for n in range(1, 2000)],
    ],
    ids=lambda patch: str(patch)[:60],
)  # fmt: skip
def test_what_is_no_patch_is_told(patch: list[Any]) -> None:
    """So is one that fills the memory, takes long, or makes what nothing can read."""
    with pytest.raises((ValueError, LookupError), match=r"^body( /\d+)?: "):
        patched({"a": []}, patch)


TEXT = {"type": "string"}
JOB = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {
        "id": {**TEXT, "readOnly": True},
        "title": TEXT,
        "note": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": TEXT},
        "place": {"type": "object", "properties": {"city": TEXT, "zip": TEXT}},
        "views": {"type": "integer", "readOnly": True},
        "parent_id": TEXT,
    },
}
FULL = {
    "id": "job_a1b2", "title": "Cook", "note": "Now", "tags": ["a", "b"],
    "place": {"city": "Bonn", "zip": "53111"}, "views": 3,
}  # fmt: skip
OPERATIONS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["op", "path"],
        "properties": {"op": TEXT, "path": TEXT, "from": TEXT, "value": {}},
    },
}
PATCH, MERGE = "application/json-patch+json", "application/merge-patch+json"


def job_api(media: tuple[str, ...], statuses: tuple[str, ...]) -> Client:
    """An API of jobs whose update documents these media types and errors."""
    job = {"$ref": "#/components/schemas/Job"}
    shown = {"application/json": {"schema": job, "example": FULL}}
    failures = {
        status: {
            "description": "No.",
            "content": {"application/json": {"example": {"error": status}}},
        }
        for status in statuses
    }
    sent = {each: {"schema": OPERATIONS if each == PATCH else job} for each in media}
    update = {
        "requestBody": {"required": True, "content": sent},
        "responses": {"200": {"description": "It.", "content": shown}, **failures},
        "x-resource-operation": {"resource": "Job", "kind": "update"},
    }
    references = {"parent_id": {"resource": "Job", "key": "id", "missing": "422"}}
    kept = {**JOB, "x-resource": {"identifier": "id", "references": references}}
    here = {"name": "id", "in": "path", "required": True, "schema": TEXT, "example": "job_a1b2"}
    read = {"responses": {"200": {"description": "It.", "content": shown}}}
    path = {"parameters": [here], "get": read, "patch": update}
    return Client(contract({"/jobs/{id}": path}, components={"schemas": {"Job": kept}}))


def patch_job(client: Client, operations: Any, media: str = PATCH) -> Any:
    """The response to an update in a space."""
    body = json.dumps(operations).encode()
    fields = {"content-type": media, "content-length": str(len(body))}
    return client.send("PATCH", "/~here/acme/jobs/job_a1b2", fields, [body])


@pytest.mark.parametrize("media", [(PATCH,), (PATCH, MERGE), (MERGE, PATCH)], ids=str)
def test_a_record_is_patched(media: tuple[str, ...]) -> None:
    """By all operations, beside a merge or alone."""
    client = job_api(media, ())
    reply = patch_job(client, [
        operation("test", "/title", "Cook"), operation("replace", "/title", "Chef"),
        operation("add", "/tags/-", "c"), operation("remove", "/tags/0"),
        operation("remove", "/place/zip"), operation("copy", "/note", "/place/city"),
    ])  # fmt: skip
    assert reply.status == 200, reply
    after = {**FULL, "title": "Chef", "tags": ["b", "c"], "place": {"city": "Bonn"}, "note": "Bonn"}
    assert reply.json == client.get("/~here/acme/jobs/job_a1b2").json == after
    assert reply.headers["x-greenroom-resource"] == "Job job_a1b2 version 2"
    reply = patch_job(client, [operation("move", "/title", "/note"), operation("add", "/tags", [])])
    del after["note"]
    assert reply.json == {**after, "title": "Bonn", "tags": []}
    reply = patch_job(client, [operation("add", "/note", None)])
    assert reply.json["note"] is None
    if MERGE in media:
        assert patch_job(client, {"title": "Boss"}, MERGE).json["title"] == "Boss"


def test_identifiers_and_what_is_only_read_are_left_alone() -> None:
    """As in a merge, and so are members that the contract does not know."""
    client = job_api((PATCH,), ())
    reply = patch_job(client, [
        operation("replace", "/id", "mine"), operation("replace", "/views", 99),
        operation("add", "/other", 1), operation("test", "/other", 1),
        operation("replace", "/title", "Chef"),
    ])  # fmt: skip
    assert (reply.status, reply.json) == (200, {**FULL, "title": "Chef"})


@pytest.mark.parametrize(
    ("statuses", "failed", "wrong"),
    [
        (("409", "422"), 409, 422), (("409", "400"), 409, 400), (("422", "400"), 422, 422),
        (("400",), 400, 400), ((), 400, 400),
    ],
    ids=str,
)  # fmt: skip
def test_a_patch_that_fails_changes_nothing(
    statuses: tuple[str, ...], failed: int, wrong: int
) -> None:
    """It is the documented refusal: a conflict, or else that of an invalid request."""
    client = job_api((PATCH,), statuses)
    first = operation("replace", "/title", "Chef")
    for each in (operation("test", "/title", "Cook"), operation("remove", "/nothing")):
        reply = patch_job(client, [first, each])
        assert (reply.status, "body /1: " in reply.headers["x-greenroom-reason"]) == (failed, True)
    for each in (
        operation("rename", "/title", "Cook"), operation("remove", ""), operation("add", "", 5),
        operation("add", "/title", 5), operation("remove", "/title"),
        operation("add", "/place", {"city": 5}),
    ):  # fmt: skip
        reply = patch_job(client, [first, each])
        assert reply.status == wrong, (each, reply)
    assert client.get("/~here/acme/jobs/job_a1b2").json == FULL
    assert patch_job(client, []).status == 200


def test_an_unknown_reference_is_refused_in_a_patch_too() -> None:
    """What it writes is checked as if it was sent alone."""
    reply = patch_job(job_api((PATCH,), ("422",)), [operation("add", "/parent_id", "job_none")])
    assert (reply.status, reply.kind) == (422, "unknown-reference")
    assert "there is no Job job_none" in reply.headers["x-greenroom-reason"]
