"""The request that given values make: exact, judged, and never sent."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from contracts import KEY, OK, Client, contract, one

from greenroom.contract.catalog import load, vendors
from html_page import HtmlPage
from wire import Reply

HOST = {"Host": "127.0.0.1:8080"}
NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def prepared(client: Client, operation: str = "do", vendor: str = "acme", **given: Any) -> Reply:
    """The response to values for an operation."""
    path = f"/_greenroom/vendors/{vendor}/operations/{quote(operation, safe='')}/request"
    return client.post(path, given, HOST)


def posting(**parts: Any) -> Client:
    """A mock of one operation that takes an object with a name."""
    content = {"application/json": {"schema": NAMED, "example": {"name": "Ada"}}}
    return Client(one({"requestBody": {"content": content, "required": True}, **parts}))


@pytest.mark.parametrize("vendor", [source.name for source in vendors()])
def test_the_documented_request_of_every_operation_has_no_objection(vendor: str) -> None:
    """In a space, with the URL of the server as it was reached."""
    (found,) = [load(source) for source in vendors() if source.name == vendor]
    client = Client(found)
    for operation in found.operations:
        reply = prepared(client, operation.id, vendor, space="demo")
        assert (reply.status, reply.json["violations"]) == (200, []), operation.id
        assert reply.json["url"].startswith(f"http://127.0.0.1:8080/~demo/{vendor}/")


def test_the_contract_objects_with_the_place_and_the_reason() -> None:
    """The request is prepared all the same: a wrong one is half of the use."""
    found = prepared(posting(), body='{"name": 1}').json

    assert found["body"] == '{"name": 1}'
    (violation,) = found["violations"]
    assert (violation["in"], violation["pointer"]) == ("body", "/name")
    assert "string" in violation["message"]


def test_times_that_lie_ahead_are_those_of_the_space() -> None:
    """In the request, and where its page begins."""
    content = {"schema": {"type": "object"}, "examples": {"at": {
        "value": {"at": "2025-01-01T00:00:00Z"}, "x-relative-time": {"/at": "P2D"},
    }}}  # fmt: skip
    client = posting(requestBody={"content": {"application/json": content}})
    kind, now = {"content-type": "application/json"}, b'{"now": "2030-01-05T09:00:00Z"}'
    client.send("PUT", "/_greenroom/spaces/demo", kind, [now])

    assert json.loads(prepared(client, space="demo").json["body"])["at"] == "2030-01-07T09:00:00Z"
    assert "2030-01-07" not in prepared(client).json["body"]
    page = client.get("/_greenroom/reference/acme/do?space=demo", HOST)
    assert "2030-01-07T09:00:00Z" in page.body.decode()


def test_a_body_that_is_not_json_is_sent_as_it_is() -> None:
    """And objected to."""
    found = prepared(posting(), body="{").json

    assert found["body"] == "{"
    assert found["violations"]


def test_a_form_is_written_as_its_media_type_requires() -> None:
    """From the JSON that try-it shows."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    content = {"application/x-www-form-urlencoded": {"schema": schema, "example": {"a": "b c"}}}
    found = prepared(Client(one({"requestBody": {"content": content}})), body='{"a": "x&y"}').json

    assert found["body"] == "a=x%26y"
    assert ["Content-Type", "application/x-www-form-urlencoded"] in found["headers"]


def upload() -> Client:
    """A mock of one operation that takes a form with a file, or a file alone."""
    parts = {"name": {"type": "string"}, "cv": {"contentMediaType": "application/octet-stream"}}
    content = {
        "multipart/form-data": {"schema": {"type": "object", "properties": parts}},
        "application/pdf": {},
    }
    return Client(one({"requestBody": {"content": content}}))


def test_a_file_is_a_field_of_a_form_or_the_whole_body() -> None:
    """Its bytes are sent as they are, as the codec writes them."""
    given = {"body": '{"name": "Ada"}', "files": {"cv": "AP8="}}
    form = prepared(upload(), media_type="multipart/form-data", **given).json
    alone = prepared(upload(), media_type="application/pdf", body="", files={"": "AP8="}).json

    sent = base64.b64decode(form["body_base64"])
    assert b'name="cv"; filename="cv"' in sent
    assert b"\r\n\r\n\x00\xff\r\n--" in sent
    assert b"Ada" in sent
    assert (alone["body_base64"], form["violations"]) == ("AP8=", [])


def test_the_page_has_a_control_for_each_file() -> None:
    """By its media type; a text is typed."""
    html = upload().get("/_greenroom/reference/acme/do", HOST).body.decode()
    controls = [attributes for _, attributes, _ in HtmlPage(html).elements]
    names, kinds = ([a[n] for a in controls if n in a] for n in ("data-file", "data-of"))
    assert (names, kinds) == (["cv", ""], ["multipart/form-data", "application/pdf"])


def test_parameters_are_written_in_their_styles_and_empty_ones_are_not_sent() -> None:
    """By the codec that reads them in the mock."""
    listed = {"name": "ids", "in": "query", "style": "pipeDelimited", "explode": False,
              "schema": {"type": "array", "items": {"type": "integer"}}}  # fmt: skip
    named = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    needed = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    client = Client(one({"parameters": [listed, named, needed]}, "/things/{id}"))
    given = {"query": {"ids": "[1, 2]", "q": ""}, "path": {"id": "a/b"}}
    found = prepared(client, parameters=given).json

    assert found["url"] == "http://127.0.0.1:8080/acme/things/a%2Fb?ids=1%7C2"
    assert [(v["in"], v["pointer"]) for v in found["violations"]] == [("query", "/q")]


@pytest.mark.parametrize(("token", "sent"), [("expired-key", "expired-key"), ("", None)])
def test_the_credential_is_the_chosen_one_or_none(token: str, sent: str | None) -> None:
    """A wrong credential is no matter for the contract's objections."""
    client = Client(one({"security": [{"Keyed": []}]}, schemes=KEY))
    found = prepared(client, credential=token).json

    assert dict(found["headers"]).get("X-Key") == sent
    assert found["violations"] == []


def test_what_a_page_may_not_send_is_said() -> None:
    """The programs send it."""
    schemes = {"Keyed": {"type": "apiKey", "in": "cookie", "name": "key"}}
    client = Client(one({"security": [{"Keyed": []}]}, schemes=schemes))
    found = prepared(client).json

    assert found["unsendable"] == "a page may not set Cookie"
    assert "Cookie: key=test-key" in found["snippets"]["curl"]


def test_nothing_is_sent_and_nothing_is_made() -> None:
    """Not even the space that the request is for."""
    client = posting()
    assert prepared(client, space="demo").status == 200

    assert client.get("/_greenroom/spaces").json["items"] == []
    assert client.get("/_greenroom/requests").json["items"] == []


@pytest.mark.parametrize(
    "given",
    [
        {"body": "\ud800"},
        {"parameters": {"query": {"q": "\ud800"}}},
        {"parameters": {"path": {"id": "\x00\r\n"}}},
        {"credential": "a\r\nb: c"},
        {"prefer": "\r\nx"},
        {"media_type": "no/such; thing=\r\n"},
        {"media_type": ""},
        {"body": "[" * 10_000},
        {"files": {"a": "no base64"}},
        {"files": {"": "AAEC"}},
    ],
)
def test_whatever_is_given_there_is_a_response(given: dict[str, Any]) -> None:
    """A request that nobody can write is the client's mistake."""
    named = [{"name": n, "in": w, "required": w == "path", "schema": {"type": "string"}}
             for n, w in (("id", "path"), ("q", "query"))]  # fmt: skip
    content = {"application/json": {"schema": NAMED}}
    secured = {"security": [{"Keyed": []}], "parameters": named}
    client = Client(one({"requestBody": {"content": content}, **secured}, "/{id}", schemes=KEY))

    assert prepared(client, **given).status in (200, 400)


def test_more_than_64_kib_is_refused() -> None:
    """No page needs more, and it would be validated."""
    assert prepared(posting(), body="x" * 70_000).status == 413


@pytest.mark.parametrize(("vendor", "operation"), [("acme", "nothing"), ("nobody", "do")])
def test_an_unknown_operation_is_404(vendor: str, operation: str) -> None:
    """With what there is."""
    assert prepared(posting(), operation, vendor).status == 404


def test_an_operation_without_an_id_has_an_address() -> None:
    """That of its page, made of method and path."""
    named = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    path = {"parameters": [named], "get": {"responses": OK}}
    client = Client(contract({"/things/{id}/parts": path}))

    assert prepared(client, "GET~things~{id}~parts").status == 200
    assert prepared(client, "GET /things/{id}/parts").status == 200
    assert client.get("/_greenroom/reference/acme/GET~things~%7Bid%7D~parts").status == 200


def test_a_page_of_another_origin_prepares_nothing() -> None:
    """As for every control route that is not only read."""
    fields = {**HOST, "Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}
    path = "/_greenroom/vendors/acme/operations/do/request"

    assert posting().send("POST", path, fields, [json.dumps({}).encode()]).status == 403
