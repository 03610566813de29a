"""The overview page: everything is on it, and nothing in a contract can become markup."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from contracts import OK, Client, SignedIn, contract, one, response

from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import documented_request
from greenroom.console.overview import render
from greenroom.contract.catalog import load, vendors
from greenroom.contract.model import Contract
from greenroom.http.curl import curl_line
from greenroom.mock.addresses import base_path

URL = "http://127.0.0.1:8080"
HOSTILE = "</code></details></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
PROVENANCE = {"basis": "disputed", "source": "manual", "note": "The heading says GET."}
BEARER = {"type": "http", "scheme": "bearer", "x-test-credentials": {"reader-key": ["read:jobs"]}}


class Page(HTMLParser):
    """A page read by the rules of HTML: its tags, its attributes and the texts of its elements."""

    def __init__(self, *found: Contract, at_root: bool = False) -> None:
        super().__init__()
        self.html = render(
            found,
            lambda contract: URL + base_path(contract, at_root),
        )
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self._open: list[tuple[str, str, list[str]]] = []
        self._elements: list[tuple[str, str, str]] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attributes]
        if tag not in ("meta", "link", "input"):
            self._open.append((tag, dict(attributes).get("class") or "", []))

    def handle_endtag(self, tag: str) -> None:
        """End an element, the last that was opened."""
        opened, kind, parts = self._open.pop()
        assert opened == tag
        self._elements.append((tag, kind, "".join(parts)))

    def handle_data(self, data: str) -> None:
        """Take a text."""
        for _, _, parts in self._open:
            parts.append(data)

    @property
    def is_closed(self) -> bool:
        """Whether every element ended."""
        return not self._open

    def texts(self, tag: str, kind: str = "") -> list[str]:
        """The texts of the elements of a tag, and of a class."""
        return [
            text.strip()
            for name, kinds, text in self._elements
            if name == tag and (not kind or kind in kinds.split())
        ]

    @property
    def lines(self) -> list[str]:
        """The curl lines."""
        return [text for text in self.texts("code") if text.startswith("curl ")]


def operation(name: str, **parts: Any) -> dict[str, Any]:
    """An operation with a response."""
    return {"operationId": name, "responses": {"200": response("One", "Two")}, **parts}


def acme(name: str = "acme") -> Contract:
    """A contract with something of everything that the page shows."""
    things = {
        "get": operation("listThings", summary="List things", tags=["Thing"]),
        "post": operation(
            "sendThing",
            tags=["Thing"],
            security=[{"Token": ["write"]}],
            **{"x-effect": ["create", "contact", "cost"], "x-effect-reason": "It is posted."},
        ),
    }
    thing = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {}, "example": "it's"}
        ],
        "get": {
            "operationId": "getThing",
            "x-provenance": PROVENANCE,
            "responses": {
                "200": response("Found"),
                "404": response("Gone", "odd, na'me"),
                "4XX": {"description": "Refused."},
                "default": {"description": "", "content": {"text/plain": {}}},
            },
        },
    }
    arrived = {"post": {"summary": "It came", "responses": OK}}
    return contract(
        {"/things": things, "/things/{id}": thing, "/other": {"get": operation("getOther")}},
        name,
        webhooks={"thing.arrived": arrived},
        tags=[{"name": "Unused"}, {"name": "Thing", "description": "What there is."}],
        servers=[{"url": "https://api.acme.example/v2"}],
        schemes={"Token": BEARER},
    )


def test_a_page_is_well_formed() -> None:
    """Every element that it opens ends where it should."""
    assert Page(acme(), acme("two")).is_closed


def test_a_page_without_mocks_is_well_formed() -> None:
    """As a server with no contract shows it."""
    assert Page().is_closed


@pytest.mark.parametrize("at_root", [False, True])
def test_the_url_is_the_base_url_for_clients(at_root: bool) -> None:
    """With the contract's own base path, and the vendor's name unless it has the root."""
    url = f"{URL}/v2" if at_root else f"{URL}/acme/v2"

    assert url in Page(acme(), at_root=at_root).texts("code")


def test_the_real_host_is_named() -> None:
    """The page has the host that the mock replaces."""
    assert "api.acme.example" in Page(acme()).texts("code")


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_the_contract_is_linked(suffix: str) -> None:
    """Below the control routes, whatever the host is called."""
    link = f"/_greenroom/vendors/acme/openapi.{suffix}"

    assert ("href", link) in Page(acme()).attributes
    assert Client(acme()).get(link).status == 200


def test_every_operation_is_listed() -> None:
    """Of every contract."""
    page = Page(acme(), acme("two"))
    listed = [(found.method, found.path) for found in acme().operations]

    assert len(page.lines) == 2 * len(listed)
    assert Counter(zip(page.texts("span", "method"), page.texts("span", "path"), strict=True)) == (
        Counter(2 * [*listed, ("event", "thing.arrived")])
    )


def test_operations_are_grouped_by_tag() -> None:
    """In the order of the contract, those without after them, webhooks last."""
    assert Page(acme()).texts("h3") == ["Thing 2", "Operations 2", "Webhooks 1"]


def test_an_operation_has_its_summary_and_id() -> None:
    """Where it has them."""
    assert "List things" in Page(acme()).texts("span", "about")
    assert "listThings" in Page(acme()).texts("span", "id")


def test_an_id_that_only_repeats_method_and_path_is_left_out() -> None:
    """Many contracts have no operationId."""
    assert Page(contract({"/x": {"get": {"responses": OK}}})).texts("span", "id") == [""]


def test_the_curl_lines_are_those_of_the_operations() -> None:
    """Each has the credential of its own requirement, or no credential if it requires none."""
    found = acme()
    expected = [
        curl_line(
            documented_request(found, each, GOOD_KEY if each.secured else None).at(f"{URL}/acme/v2")
        )
        for each in found.operations
    ]

    assert Counter(Page(found).lines) == Counter(expected)


def test_an_operation_with_another_scheme_has_its_own_credential() -> None:
    """The first requirement of a contract is not that of all its operations."""
    schemes = {"Token": BEARER, "Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    paths = {f"/{name}": {"get": operation(name, security=[{name: []}])} for name in schemes}

    lines = Page(contract(paths, schemes=schemes)).lines

    assert [line.partition(" -H ")[2] for line in lines] == [
        "'Authorization: Bearer test-key'",
        "'X-Key: test-key'",
    ]


def test_operations_that_reach_a_person_or_cost_money_are_marked() -> None:
    """With a badge, and in words."""
    page = Page(acme())

    assert page.texts("span", "contact") == ["contact", "contact"]
    assert page.texts("span", "cost") == ["cost", "cost"]
    assert page.texts("p", "warning") == [
        "At the vendor this would reach a real person and cost real money. It is posted."
    ]


def test_a_basis_has_its_note_next_to_it() -> None:
    """A reader sees what not to rely on, and why."""
    page = Page(acme())

    assert page.texts("span", "disputed") == ["disputed", "disputed"]
    assert "Disputed: The heading says GET." in page.texts("p")


def test_only_marks_that_occur_are_explained() -> None:
    """Contracts of other authors have no effects and no bases."""
    assert Page(one({})).texts("ul", "legend") == []


def test_each_test_credential_has_its_effect_next_to_it() -> None:
    """Those of every scheme, and those that the contract declares."""
    page = Page(acme())

    assert "Authorization: Bearer test-key" in page.texts("code")
    assert page.texts("ul", "keys") == [
        "test-key full access"
        "reader-key read:jobs"
        "expired-key 401, expired"
        "forbidden-key 403, no permission"
        "any other, or none: 401"
    ]


def test_a_contract_without_credentials_needs_no_key() -> None:
    """So that nobody looks for a key that does not exist."""
    assert "none needed" in Page(one({})).texts("dd")


def test_every_documented_response_has_a_button() -> None:
    """Ranges, odd names, responses without content and those made from a schema too."""
    page = Page(acme())
    hints = [text for text in page.texts("button") if text.startswith("code=")]

    assert [
        hint for hint in hints if hint not in ("code=200, example=One", "code=200, example=Two")
    ] == [
        "code=200, example=Found",
        "code=404, example=Gone",
        'code=404, example="odd, na\'me"',
        "code=4XX",
        "code=default",
    ]


@pytest.mark.parametrize("hint", ["code=404, example=Gone", 'code=404, example="odd, na\'me"'])
def test_the_mock_sends_the_response_of_a_button(hint: str) -> None:
    """The page and the mock agree on the values of Prefer."""
    reply = Client(acme()).get("/acme/v2/things/1", {"Prefer": hint})

    assert reply.status == 404
    assert reply.headers["x-greenroom-example"] in hint


@pytest.mark.parametrize("status", ["204", "205", "304"])
def test_the_examples_of_a_response_without_a_body_are_not_offered(status: str) -> None:
    """The mock cannot send them: only the status can be asked for."""
    example = {"value": {}}
    content = {"application/json": {"examples": {"small": example, "large": example}}}
    found = one({"responses": {status: {"description": "", "content": content}}})

    hints = [text for text in Page(found).texts("button") if text.startswith("code=")]

    assert hints == [f"code={status}"]
    assert Client(found).get(f"/{found.name}/things", {"Prefer": hints[0]}).status == int(status)


def test_webhooks_are_listed_by_name() -> None:
    """With their summaries."""
    page = Page(acme())

    assert "thing.arrived" in page.texts("span", "path")
    assert "It came" in page.texts("span", "about")


def hostile() -> Contract:
    """A contract that tries to break out everywhere."""
    example = {"value": {HOSTILE: HOSTILE}, "summary": HOSTILE}
    content = {"application/json": {"examples": {HOSTILE: example}}}
    given = {"name": HOSTILE, "in": "query", "required": True, "schema": {}, "example": HOSTILE}
    found = {
        "operationId": HOSTILE,
        "summary": HOSTILE,
        "description": HOSTILE,
        "tags": [HOSTILE],
        "x-effect": [HOSTILE, "contact"],
        "x-effect-reason": HOSTILE,
        "x-provenance": {"basis": HOSTILE, "note": HOSTILE},
        "parameters": [given],
        "requestBody": {"content": content},
        "security": [{"Key": []}, {"Token": []}],
        "responses": {"200": {"description": HOSTILE, "content": content}},
    }
    tokens = {HOSTILE: [HOSTILE]}
    key = {"type": "apiKey", "in": "header", "name": HOSTILE, "x-test-credentials": tokens}
    return contract(
        {f"/{HOSTILE}": {"post": found}},
        info={"title": HOSTILE, "version": HOSTILE},
        tags=[{"name": HOSTILE, "description": HOSTILE}],
        webhooks={HOSTILE: {"post": {"summary": HOSTILE, "responses": OK}}},
        schemes={"Key": key, "Token": {"type": "http", "scheme": "bearer"}},
    )


def test_no_text_of_a_contract_becomes_markup() -> None:
    """Contracts can come from anywhere."""
    page = Page(hostile())

    assert page.is_closed
    assert page.tags["script"] == 1
    assert page.tags["img"] == 0
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_no_host_that_a_request_names_becomes_markup() -> None:
    """The base URL is what the client says it is."""
    html = Client(acme()).get("/_greenroom/", {"Host": '"><script>x'}).body.decode()

    assert "<script>x" not in html


def test_every_text_is_on_the_page_as_it_was_written() -> None:
    """Escaping is undone by reading."""
    page = Page(hostile())

    assert page.texts("h2") == [f"{HOSTILE} {HOSTILE}"]
    assert f"/{HOSTILE}" in page.texts("span", "path")


def test_only_files_of_our_folder_may_run() -> None:
    """Should markup ever slip through, the policy refuses to run it; no mock can be a script."""
    reply = Client(acme()).get("/_greenroom/", {"Host": "localhost:80"})
    page = Page(acme())
    policy = reply.headers["content-security-policy"].split("; ")
    folder = "http://localhost:80/_greenroom/assets/"
    assert {"default-src 'none'", f"script-src {folder}", f"style-src {folder}"} <= set(policy)
    assert (page.tags["script"], page.tags["style"]) == (1, 0)
    assert not [name for name, _ in page.attributes if name == "style"]


def test_the_files_of_the_page_are_there_for_good() -> None:
    """Their address changes with them."""
    found = [text for name, text in Page(acme()).attributes if name in ("href", "src")]
    addresses = [text for text in found if text.startswith("/_greenroom/assets/")]
    assert len(addresses) == 2
    for address in addresses:
        reply = Client(acme()).get(address)
        assert reply.status == 200
        assert "immutable" in reply.headers["cache-control"]
        assert reply.headers["content-type"].startswith(("text/css", "text/javascript"))
        assert Client(acme()).get(address.replace("/page", "/other")).status == 404


def test_nothing_is_loaded_from_elsewhere() -> None:
    """The page works without a network."""
    page = Page(acme())
    addresses = [value for name, value in page.attributes if name in ("src", "href")]

    assert all(address.startswith(("#", "/_greenroom/", "data:")) for address in addresses)
    assert "url(" not in page.html
    assert "@import" not in page.html


@pytest.mark.parametrize(("count", "unfolded"), [(200, 2), (201, 0)])
def test_many_operations_start_folded(count: int, unfolded: int) -> None:
    """A long page starts as its table of contents."""
    paths = {f"/{i}": {"get": {"tags": [f"{i % 2}"], "responses": OK}} for i in range(count)}
    page = Page(contract(paths))

    assert sum(name == "open" for name, _ in page.attributes) == unfolded


def test_ids_are_unique() -> None:
    """A contract may be called like a part of the page."""
    ids = [value for name, value in Page(acme("filter"), acme("count")).attributes if name == "id"]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/", "/_greenroom", "/_greenroom/"])
def test_the_page_is_served(path: str) -> None:
    """At the root and at its own address."""
    reply = Client(acme()).get(path, {"Host": "127.0.0.1:8080"})

    assert reply.status == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.body.decode() == Page(acme()).html


def test_every_caller_sees_the_host_it_requested() -> None:
    """A page that was made for one name is not sent to another."""
    client = SignedIn(acme())
    seen = [client.get("/", {"Host": host}).body.decode() for host in ("a.test", "b.test")]

    assert ["http://a.test/acme" in html for html in seen] == [True, False]


def test_every_vendor_is_on_one_page() -> None:
    """With each of its operations."""
    found = [load(source) for source in vendors()]

    assert len(Page(*found).lines) == sum(len(contract.operations) for contract in found)
