"""The pages of the console: all that they lead to is there, by rules that hold for every page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlencode, urljoin, urlsplit

import pytest
from contracts import Client, SignedIn, one
from living_contract import living

from greenroom.console.assets import FILES
from greenroom.contract.catalog import Source, load, load_valid_part, vendors
from html_page import HtmlPage

SERVER = "http://127.0.0.1:8080"
HOST = {"Host": "127.0.0.1:8080"}


def page(client: Client, target: str = "/_greenroom/") -> HtmlPage:
    """A page that is there."""
    reply = client.get(target, HOST)
    assert reply.status == 200, target
    return HtmlPage(reply.body.decode())


def crawled(client: Client, root_path: str = "") -> Mapping[str, HtmlPage]:
    """Every page that Start leads to; each of their links leads somewhere."""
    pages: dict[str, HtmlPage] = {}
    wanted = {f"{SERVER}{root_path}/_greenroom/": ""}
    seen: set[str] = set()
    fragments: dict[str, str] = {}
    while wanted:
        address, source = wanted.popitem()
        seen.add(address)
        split = urlsplit(address)
        target = split.path.removeprefix(root_path) + (f"?{split.query}" if split.query else "")
        reply = client.get(target, HOST)
        assert reply.status == 200, f"{address} of {source}"
        if not reply.media_type.startswith("text/html"):
            continue
        pages[address] = found = HtmlPage(reply.body.decode())
        for link in found.links:
            if link.startswith("data:") or urlsplit(link).scheme:
                assert link.startswith(("data:image/svg", "http://", "https://"))
                continue
            assert not link.startswith("/"), f"{link} is not relative in {address}"
            # The same pages with a space chosen would be as many again.
            to, fragment = urldefrag(urljoin(address, link).replace("?space=demo", ""))
            if fragment:
                fragments[f"{to}#{fragment}"] = address
            if to not in seen:
                wanted[to] = address
    for link, source in fragments.items():
        to, fragment = urldefrag(link)
        assert unquote(fragment) in pages[to].ids, f"{link} of {source}"
    return pages


@pytest.mark.parametrize("vendor", [source.name for source in vendors()])
def test_everything_that_the_pages_of_a_vendor_lead_to_is_there_and_small(vendor: str) -> None:
    """No dead link, unnamed control, inline script, or id twice; budgets of bytes and nodes.

    From Start on, and with the schemas that no page unfolds.
    """
    found = next(load(source) for source in vendors() if source.name == vendor)
    client = Client(found)
    pages = dict(crawled(client))
    for name in found.document["components"]["schemas"]:
        address = f"{SERVER}/_greenroom/reference/{vendor}/schemas/{name}"
        if address not in pages:
            pages[address] = page(client, urlsplit(address).path)

    parts = (*found.operations, *found.webhooks)
    assert len(pages) > len(parts) + len(found.document["components"]["schemas"])
    wrong = {address: faults for address, seen in pages.items() if (faults := seen.faults())}
    sizes = {at: (len(seen.html.encode()), sum(seen.tags.values())) for at, seen in pages.items()}
    large = {at: size for at, size in sizes.items() if size[0] > 80_000 or size[1] > 3_000}
    assert (wrong, large) == ({}, {})


@pytest.mark.parametrize("settings", [{}, {"at_root": True}, {"root_path": "/mocks/here"}])
def test_links_lead_somewhere_wherever_a_contract_is_served(settings: Any) -> None:
    """Below its name, at the root, and behind a proxy that removes the beginning of the path."""
    pages = crawled(Client(one({}), **settings), settings.get("root_path", ""))

    assert len(pages) > 2


@pytest.mark.parametrize("path", ["/", "/_greenroom", "/_greenroom/"])
def test_start_is_at_the_root_and_at_its_own_address(path: str) -> None:
    """Its links are relative to where it is."""
    found = page(Client(one({})), path)

    assert "http://127.0.0.1:8080/~demo/acme" in found.texts("code")
    folder = urljoin(f"{SERVER}{path}", found.links[1])
    assert folder.startswith(f"{SERVER}/_greenroom/assets/")


@pytest.mark.parametrize(
    "path", ["/docs", "/reference", "/reference/acme", "/console", "/console/demo/records"]
)
def test_a_slash_at_the_end_leads_to_the_page_without_it(path: str) -> None:
    """Relative to where it is, as behind a proxy, with the query."""
    client = Client(one({}))
    client.send("PUT", "/_greenroom/spaces/demo")
    target = f"/_greenroom{path}"
    reply = client.get(f"{target}/?space=demo&q=%C3%A9", HOST)

    assert reply.status == 308
    assert urljoin(f"{target}/", reply.headers["location"]) == f"{target}?space=demo&q=%C3%A9"
    assert client.get(target, HOST).status == 200
    assert client.send("POST", f"{target}/").status == 405


@pytest.mark.parametrize(
    "path",
    ["//", "/docs//", "/docs%2F", "/nothing/", "/vendors/", "/spaces/", "/reference/nobody/"],
)
def test_only_a_page_that_is_there_is_led_to(path: str) -> None:
    """Routes of programs have one address."""
    assert Client(one({})).get(f"/_greenroom{path}", HOST).status == 404


def test_only_files_of_our_folder_may_run() -> None:
    """Should markup ever slip through, the policy refuses to run it; no mock can be a script."""
    reply = Client(one({})).get("/_greenroom/", {"Host": "localhost:80"})
    policy = reply.headers["content-security-policy"].split("; ")
    folder = "http://localhost:80/_greenroom/assets/"
    assert {"default-src 'none'", f"script-src {folder}", f"style-src {folder}"} <= set(policy)


def test_files_of_pages_are_there_for_good() -> None:
    """Their address changes with them."""
    client = Client(one({}))
    addresses = [link for link in page(client).links if link.startswith("assets/")]
    assert len(addresses) > 2
    for address in addresses:
        reply = client.get(f"/_greenroom/{address}")
        assert "immutable" in reply.headers["cache-control"]
        assert reply.media_type.startswith(("text/css", "text/javascript"))
        assert client.get(f"/_greenroom/{address}x").status == 404


def scripts_of(page: HtmlPage) -> set[str]:
    """The names of the scripts that are loaded with a page."""
    wanted = {a["src"].rpartition("/")[2] for tag, a, _ in page.elements if tag == "script"}
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        found.add(name)
        text = FILES[name][1].decode()
        wanted |= set(re.findall(r'from "\./(\w+\.js)"', text)) - found
    return found


def test_scripts_and_styles_are_small() -> None:
    """Those of a reference page, all of them, and the stylesheet; they are not minified."""
    found = page(Client(one({})), "/_greenroom/reference/acme/do")
    sizes = {name: len(content) for name, (_, content) in FILES.items()}

    assert sum(sizes[name] for name in scripts_of(found)) <= 16_000
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= 48_000
    assert sizes["look.css"] <= 20_000
    assert max(content.count(b"\n") for _, content in FILES.values()) < 300


def test_no_script_writes_markup() -> None:
    """Or makes code of texts."""
    for name, (_, content) in FILES.items():
        found = re.findall(rb"innerHTML|outerHTML|insertAdjacent|document\.write|\beval|Function\(",
                           content)  # fmt: skip
        assert found == [], name


def test_every_caller_sees_the_host_it_requested() -> None:
    """A page that was made for one name is not sent to another."""
    client = SignedIn(one({}))
    seen = [client.get("/", {"Host": host}).body.decode() for host in ("a.test", "b.test")]

    assert ["http://a.test/" in html for html in seen] == [True, False]


def test_no_host_that_a_request_names_becomes_markup() -> None:
    """The base URL is what the client says it is."""
    html = Client(one({})).get("/_greenroom/", {"Host": '"><script>x'}).body.decode()

    assert "<script>x" not in html


def test_a_page_that_is_not_there_says_so_and_leads_on() -> None:
    """With the pages that are."""
    reply = Client(one({})).get("/_greenroom/reference/nobody")

    assert reply.status == 404
    assert "../reference/acme" in HtmlPage(reply.body.decode()).links


def test_start_is_there_without_a_contract() -> None:
    """As where --lenient left nothing."""
    assert page(Client()).faults() == []


def test_requests_without_a_space_have_a_page() -> None:
    """The newest first; before there is one it says so."""
    client = Client(one({}))
    assert page(client, "/_greenroom/example-requests").texts("p")[-1].startswith("None has come")
    for path in ("/acme/things", "/acme/lost"):
        client.get(path)
    found = page(client, "/_greenroom/example-requests")
    assert found.faults() == []
    assert found.texts("span", "path") == ["/lost", "/things"]
    assert client.get("/_greenroom/example-requests/more").status == 404


def test_start_says_what_was_left_out_of_a_file(tmp_path: Path) -> None:
    """With the place of each problem."""
    file = tmp_path / "acme.json"
    document = {
        **one({}).document,
        "tags": [{}],
        "paths": {"/a": {"get": 1}, **one({}).document["paths"]},
    }
    file.write_text(json.dumps(document))
    loaded = load_valid_part(Source("acme", file))
    html = page(Client(loaded.contract)).html
    assert len(loaded.omissions) == 2
    assert "acme: 2 problems of its file" in html
    assert "#/paths/~1a/get" in html
    assert "problem" not in page(Client(one({}))).html


def test_everything_that_the_search_finds_is_there() -> None:
    """Places, pages of documentation and what is on them, operations, events and schemas."""
    schemas = {"Thing": {"type": "object"}}
    client = Client(one({}, webhooks={"made": {"post": {}}}, components={"schemas": schemas}))
    found = client.get("/_greenroom/search.json").json

    assert {kind for kind, *_ in found} == {
        "page", "docs", "contract", "operation", "event", "schema",
    }  # fmt: skip
    assert ["docs", "Rate limits", "spaces", "docs/spaces#on-rate-limits"] in found
    ids: dict[str, set[str]] = {}
    for _, _, _, address in found:
        to = urlsplit(urljoin(f"{SERVER}/_greenroom/", address))
        if to.path not in ids:
            ids[to.path] = set(page(client, to.path).ids)
        assert to.fragment in {"", *ids[to.path]}, address


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("reference/acme/dos", "reference/acme/do"),
        ("reference/amce", "reference/acme"),
        ("docs/heders", "docs/headers"),
        ("example-request", "example-requests"),
        ("console/demo/reqests", "console/demo/requests"),
        ("console/dmo", "console/demo"),
    ],
)
def test_what_is_not_there_names_what_is_near_it(asked: str, near: str) -> None:
    """At most three pages, the nearest first."""
    client = Client(one({}))
    client.send("PUT", "/_greenroom/spaces/demo")
    reply = client.get(f"/_greenroom/{asked}", {**HOST, "Accept": "text/html,*/*;q=0.8"})
    found = HtmlPage(reply.body.decode())
    listed = found.html.partition('id="near"')[2].partition("</ul>")[0].partition("</p>")[0]
    links = [
        urljoin(f"{SERVER}/_greenroom/{asked}", link) for link in re.findall('href="(.*?)"', listed)
    ]
    assert links[0] == f"{SERVER}/_greenroom/{near}"
    assert len(links) <= 3
    assert found.faults() == []


def test_the_search_finds_the_pages_of_spaces_and_records_of_the_chosen_one() -> None:
    """Of each resource the newest, and an older one by its identifier."""
    client = Client(living())
    for space in ("demo", "other"):
        client.send("PUT", f"/_greenroom/spaces/{space}")
    jobs = "/_greenroom/spaces/demo/acme/resources/Job"
    ids = [client.post(jobs, {}).json["id"] for _ in range(201)]

    def search(**query: str) -> Any:
        return client.get(f"/_greenroom/search.json?{urlencode(query)}").json

    found = search(space="demo")
    records = [name for kind, name, _, _ in found if kind == "record"]
    assert (records[0], len(records)) == (f"Job {ids[-1]}", 200)
    assert ["space", "other webhooks", "", "console/other/webhooks"] in found
    assert f"Job {ids[0]}" not in records
    assert search(space="demo", id=ids[0]) == [
        ["record", f"Job {ids[0]}", "acme queued", f"console/demo/records/acme/Job/{ids[0]}"]
    ]
    assert search(space="none", id=ids[0]) == search(space="demo", id="none") == []
