"""The pages of any contract: hostile, enormous, in circles, or with hardly anything in it."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from contracts import OK, Client, contract, one

from greenroom.contract.model import Contract
from html_page import HtmlPage

HOST = {"Host": "127.0.0.1:8080"}
HOSTILE = "</code></details></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
# What section 11 of the console's design allows.
MOST_BYTES, LONGEST_LIST = 80_000, 60_000


def page(client: Client, path: str) -> HtmlPage:
    """A page below the reference, without what no page may have."""
    reply = client.get(f"/_greenroom/reference/{path}", HOST)
    assert reply.status == 200, path
    found = HtmlPage(reply.body.decode())
    assert found.faults() == [], path
    return found


def hostile() -> Contract:
    """A contract that tries to break out everywhere."""
    example = {"value": {HOSTILE: HOSTILE}, "summary": HOSTILE}
    schema = {"type": "object", "required": [HOSTILE], "title": HOSTILE, "description": HOSTILE,
              "properties": {HOSTILE: {"enum": [HOSTILE], "default": HOSTILE, "format": HOSTILE}},
              "not": {"const": HOSTILE}}  # fmt: skip
    content = {"application/json": {"schema": schema, "examples": {HOSTILE: example}}}
    given = {"name": HOSTILE, "in": "query", "required": True, "schema": {}, "example": HOSTILE,
             "description": HOSTILE}  # fmt: skip
    source = {"basis": "disputed", "source": HOSTILE, "note": HOSTILE, "at": HOSTILE}
    links = {HOSTILE: {"operationId": HOSTILE, "parameters": {HOSTILE: HOSTILE}}}
    found = {
        "operationId": HOSTILE, "summary": HOSTILE, "description": HOSTILE, "tags": [HOSTILE],
        "x-effect": ["contact"], "x-effect-reason": HOSTILE, "x-provenance": source,
        "parameters": [given], "requestBody": {"content": content},
        "security": [{"Key": []}, {"Token": []}],
        "responses": {"200": {"description": HOSTILE, "content": content, "links": links}},
    }  # fmt: skip
    key = {"type": "apiKey", "in": "header", "name": HOSTILE,
           "x-test-credentials": {HOSTILE: [HOSTILE]}}  # fmt: skip
    event = {"post": {"summary": HOSTILE, "requestBody": {"content": content}, "responses": OK}}
    return contract(
        {f"/{HOSTILE}": {"post": found}},
        info={"title": HOSTILE, "version": HOSTILE, "description": HOSTILE},
        tags=[{"name": HOSTILE, "description": HOSTILE}],
        webhooks={HOSTILE: event},
        schemes={"Key": key, "Token": {"type": "http", "scheme": "bearer"}},
    )


def test_no_text_of_a_contract_becomes_markup() -> None:
    """Contracts can come from anywhere; each link to their parts works all the same."""
    client = Client(hostile())
    start = client.get("/_greenroom/", HOST).body.decode()
    pages = [HtmlPage(start), page(client, "acme"), page(client, "acme/provenance")]
    reached = [link for link in pages[1].links if link.startswith("../reference/acme/")]
    pages += [page(client, link.removeprefix("../reference/")) for link in reached]

    assert len(pages) > 5
    for found in pages:
        assert found.tags["img"] == 0
        assert all(a.get("src", "").startswith("../") or "assets" in a["src"]
                   for tag, a, _ in found.elements if tag == "script")  # fmt: skip
    assert any(HOSTILE in text for text in pages[1].texts("h1"))


@pytest.mark.parametrize("name", ["$(id)", "`id`", "a b", "x;id", "it's", "a\nid"])
def test_a_command_to_copy_runs_nothing_of_a_contract(name: str) -> None:
    """A name is one word of the shell."""
    found = contract({"/": {"get": {"responses": OK}}}, webhooks={name: {"post": {}}})
    vendor = page(Client(found), "acme")
    (link,) = {at for at in vendor.links if "/events/" in at}

    shown = page(Client(found), link.removeprefix("../reference/"))
    (line,) = (text for text in shown.texts("code") if text.startswith("greenroom webhook"))
    # A control character is written out on every page.
    assert shlex.split(line)[3].replace("\\n", "\n") == name


@pytest.mark.parametrize("text", ["a\u202eb", "a\u0000b", "a\u200bb", "a\u2066b"])
def test_characters_that_nobody_sees_are_written_out(text: str) -> None:
    """In markup and in addresses."""
    found = {"operationId": text, "summary": text, "description": text, "responses": OK}
    client = Client(one(found))

    (link,) = [at for at in page(client, "acme").links if at.startswith("../reference/acme/")][:1]
    html = page(client, link.removeprefix("../reference/")).html
    assert text not in html
    assert ascii(text)[1:-1].replace("\\\\", "\\")[1:5] in html


def test_a_long_text_is_shown_in_part() -> None:
    """A description of a megabyte in each place that has one."""
    text = "long " * 200_000
    schema = {"type": "object", "description": text, "properties": {"a": {"description": text}}}
    example = {"application/json": {"schema": schema, "example": text}}
    found = {"description": text, "summary": "Do", "responses": {"200": {
        "description": text, "content": example}}, "requestBody": {"content": example}}  # fmt: skip
    client = Client(one(found, info={"title": "T", "version": "1", "description": text}))

    assert len(page(client, "acme").html) < MOST_BYTES
    # The documented body is what try-it sends, so it is there whole, twice.
    assert len(page(client, "acme/do").html) < MOST_BYTES + 6 * len(text)


@pytest.mark.parametrize("tags", [0, 40])
def test_a_contract_of_1200_operations_is_shown_in_parts(tags: int) -> None:
    """The list beside an operation has those around it, the others are links."""
    paths: dict[str, Any] = {
        f"/things/{i}/parts": {
            "get": {"summary": f"Get the parts of thing number {i}", "responses": OK,
                    **({"tags": [f"tag {i % tags}"]} if tags else {})},
        }
        for i in range(1200)
    }  # fmt: skip
    client = Client(contract(paths))
    first, last = page(client, "acme"), page(client, "acme/GET~things~1199~parts")

    for found in (first, last):
        assert len(found.html) < MOST_BYTES + LONGEST_LIST
        side = found.html.partition('<nav class="side"')[2].partition("</nav>")[0]
        assert len(side) < LONGEST_LIST
    reached = {link for i in range(len(client_parts(first))) for link in
               page(client, f"acme?part={i}").links if "GET~things" in link}  # fmt: skip
    assert len(reached) == 1200


def client_parts(found: HtmlPage) -> set[str]:
    """The links to the parts of a list of operations."""
    return {link for link in found.links if "part=" in link and "#operations" in link}


@pytest.mark.parametrize("query", ["part=-1", "part=x", "part=99999", "space=../..", "space=%00"])
def test_a_senseless_choice_is_none(query: str) -> None:
    """Whatever stands in an address."""
    page(Client(one({})), f"acme?{query}")


@pytest.mark.parametrize(
    "operation",
    [
        {},
        {"responses": {"default": {"description": ""}}},
        {"responses": {"200": {"description": "", "content": {"application/json": {}}}}},
        {"responses": {"1XX": {"description": "Go on."}, "2XX": {"description": "Done."}}},
        {"requestBody": {"content": {}}},
        {"requestBody": {"content": {"image/*": {}}}},
        {"requestBody": {"content": {"application/json": {"schema": {"not": {}}}}}},
        {"parameters": [{"name": "a b/c", "in": "query", "schema": True}]},
        {"parameters": [{"name": "p", "in": "header", "content": {"application/json": {}}}]},
        {"security": [{}]},
        {"deprecated": True, "tags": [""]},
        {"operationId": "provenance"},
        {"operationId": "graphql"},
        {"operationId": ".."},
        {"operationId": "a/b?c#d"},
        {"operationId": "%2e%2e"},
    ],
)
def test_hardly_anything_is_enough_for_a_page(operation: dict[str, Any]) -> None:
    """No example, no id, no schema, no summary."""
    client = Client(one(operation))
    vendor = page(client, "acme")
    (link,) = {at for at in vendor.links if at.startswith("../reference/acme/")}

    shown = page(client, link.removeprefix("../reference/"))
    assert "GET" in shown.texts("b", "method") or "POST" in shown.texts("b", "method")
    (tried,) = [a for _, a, _ in shown.elements if a.get("id") == "try"]
    path = f"/_greenroom/vendors/acme/operations/{quoted(tried['data-operation'])}/request"
    assert client.post(path, {}, HOST).status == 200


def quoted(text: str) -> str:
    """A segment as a script encodes it (encodeURIComponent)."""
    from urllib.parse import quote

    return quote(text, safe="~!*'()")


def test_names_that_differ_only_in_slashes_have_addresses_of_their_own() -> None:
    """An address has no slash within a segment."""
    paths = {f"/{name}": {"get": {"operationId": name, "responses": OK}} for name in ("a/b", "a~b")}
    client = Client(contract(paths))

    links = {at for at in page(client, "acme").links if at.startswith("../reference/acme/")}
    titles = {page(client, at.removeprefix("../reference/")).texts("h1")[0] for at in links}
    assert titles == {"a/b", "a~b"}
