"""A contract as it is served sends its readers to this mock, or is given as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from contracts import SignedIn, contract, response

from greenroom.contract.catalog import Source, build, load, load_valid_part, vendors
from greenroom.contract.loading.parsing import parse
from greenroom.contract.model import METHODS, Contract

DOCUMENTS = "/_greenroom/vendors/acme/openapi"
SUFFIXES = {"json": "application/json", "yaml": "application/yaml"}


def get(name: str) -> dict[str, Any]:
    """An operation with one response."""
    return {"operationId": name, "responses": {"200": response(name)}}


def servers(*urls: str) -> dict[str, Any]:
    """The member `servers`."""
    return {"servers": [{"url": url, "description": "Not this one."} for url in urls]}


VENDOR = servers("https://api.acme.test/v1", "https://eu.acme.test/v1")
# Servers at every level that has them, some in components.
PATHS: dict[str, Any] = {
    "/plain": {"get": get("plain")},
    "/item": {**servers("https://files.acme.test/files"), "get": get("item")},
    "/operation": {
        **servers("https://files.acme.test/files"),
        "get": {**get("operation"), **servers("https://acme.test", "https://acme.test/v9")},
        "post": get("inherits"),
    },
    "/variable": {
        "get": {
            **get("variable"),
            "servers": [{
                "url": "https://{zone}.acme.test/{version}",
                "variables": {"zone": {"default": "eu"},
                              "version": {"default": "v3", "enum": ["v3", "v4"]}},
            }],
        }
    },
    "/relative": {"get": {**get("relative"), **servers("/elsewhere")}},
    "/referred": {"$ref": "#/components/pathItems/Referred"},
    "/none": {"get": {**get("none"), "servers": []}},
}  # fmt: skip
REFERRED = {**servers("https://old.acme.test/v0"), "get": get("referred")}


def everywhere(name: str = "acme", **parts: Any) -> Contract:
    """A contract with servers at every level."""
    components = {"pathItems": {"Referred": REFERRED}}
    return contract(PATHS, name, components=components, **{**VENDOR, **parts})


def served(client: SignedIn, suffix: str = "json", query: str = "", host: str = "mock.test") -> Any:
    """A served document, read."""
    reply = client.get(f"{DOCUMENTS}.{suffix}{query}", {"host": host})
    assert reply.status == 200
    return parse(reply.body.decode(), f"served.{suffix}")


def every_server(node: Any) -> Iterator[str]:
    """The URLs of all servers in a document."""
    if isinstance(node, dict):
        for entry in (*node.get("servers", ()), *([node["server"]] if "server" in node else [])):
            yield entry["url"]
        node = list(node.values())
    for below in node if isinstance(node, list) else ():
        yield from every_server(below)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_mock_is_the_only_server_of_a_served_contract(suffix: str) -> None:
    """Whoever imports it into another tool sends nothing to the vendor."""
    document = served(SignedIn(everywhere()), suffix)
    assert document["servers"] == [{"url": "http://mock.test/acme/v1"}]
    assert {url.partition("/acme")[0] for url in every_server(document)} == {"http://mock.test"}


@pytest.mark.parametrize("at_root", [False, True])
@pytest.mark.parametrize("host", ["mock.test", "api.acme.test", "files.acme.test:8080"])
def test_every_url_of_a_served_contract_reaches_its_operation(host: str, at_root: bool) -> None:
    """Servers of paths and operations become other base paths of the mock."""
    client = SignedIn(everywhere(), at_root=at_root)
    document = served(client, host=host)
    found = []
    for path, item in document["paths"].items():
        item = document["components"]["pathItems"]["Referred"] if "$ref" in item else item
        for method in METHODS & item.keys():
            levels = (item[method], item, document)
            (server,) = next(level["servers"] for level in levels if level.get("servers"))
            url = urlsplit(server["url"] + path)
            reply = client.send(method.upper(), url.path, {"host": url.netloc})
            assert (reply.status, url.netloc) == (200, host)
            found.append(reply.headers["x-greenroom-operation"])
    ids = "plain", "item", "operation", "inherits", "variable", "relative", "referred", "none"
    assert sorted(found) == sorted(ids)


@pytest.mark.parametrize(
    "host", ["mock.test", "mock.test:9000", "LOCALHOST:1", "127.0.0.1", "[::1]:8080", "my_mock-1."]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_server_is_the_url_of_the_request(host: str, scheme: str) -> None:
    """The URL that works for one reader works for the next only by the same name."""
    client = SignedIn(everywhere())
    for asked in (host, "other.test", host):
        reply = client.get(f"{DOCUMENTS}.json", {"host": asked}, scheme=scheme)
        assert reply.json["servers"] == [{"url": f"{scheme}://{asked}/acme/v1"}]


def test_forwarding_headers_do_not_change_the_server() -> None:
    """Anybody can send them."""
    fields = {"x-forwarded-host": "evil.test", "forwarded": "host=evil.test", "host": "mock.test"}
    reply = SignedIn(everywhere()).get(f"{DOCUMENTS}.json", fields)
    assert b"evil" not in reply.body


MALFORMED = [
    "evil.test/x", "user@evil.test", "evil.test?", "evil.test#", "{evil}", '"evil', "<evil>", "",
    "evil test", "evil,evil", "[evil", "[evil]", "evil:", "evil:80:80", "evil:x", "evil:123456",
    "evil\\", "evil%2F", "evil\xff", "api.acme.test:evil",
]  # fmt: skip


@pytest.mark.parametrize("host", MALFORMED)
@pytest.mark.parametrize("path", [f"{DOCUMENTS}.json", f"{DOCUMENTS}.yaml", "/_greenroom/vendors"])
def test_a_malformed_host_is_not_repeated(host: str, path: str) -> None:
    """The server is then the address that received the request (RFC 9110 section 7.2)."""
    for address, url in (
        (("10.0.0.7", 81), b"http://10.0.0.7:81/acme/v1"),
        (("::1", 82), b"http://[::1]:82/acme/v1"),
        (("/run/mock.sock", None), b"http://127.0.0.1/acme/v1"),
        (None, b"http://127.0.0.1/acme/v1"),
    ):
        reply = SignedIn(everywhere()).get(path, {"host": host}, server=address)
        assert url in reply.body
        assert b"evil" not in reply.body


@pytest.mark.parametrize(
    ("host", "acme", "beta"),
    [
        ("api.acme.test", "http://api.acme.test/v1", "http://10.0.0.7:81/beta/v1"),
        ("API.Acme.TEST.:80", "http://API.Acme.TEST.:80/v1", "http://10.0.0.7:81/beta/v1"),
        ("beta.test", "http://10.0.0.7:81/acme/v1", "http://beta.test/v1"),
        ("mock.test", "http://mock.test/acme/v1", "http://mock.test/beta/v1"),
    ],
)
def test_by_a_real_host_the_urls_are_those_that_work(host: str, acme: str, beta: str) -> None:
    """A real host has its own mock without a prefix, and no other."""
    client = SignedIn(everywhere(), everywhere("beta", **servers("https://beta.test/v1")))
    for name, url in (("acme", acme), ("beta", beta)):
        scope: dict[str, Any] = {"headers": {"host": host}, "server": ("10.0.0.7", 81)}
        document = client.get(f"/_greenroom/vendors/{name}/openapi.json", **scope).json
        listed = client.get("/_greenroom/vendors", **scope).json
        page = client.get("/_greenroom/", **scope).body.decode()
        assert document["servers"] == [{"url": url}]
        assert listed[name]["url"] == url
        assert f"<code>{url}</code>" in page
        reached = client.get(urlsplit(url).path + "/plain", {"host": urlsplit(url).netloc})
        assert reached.status == 200


def test_what_is_not_a_server_stays() -> None:
    """Links to documentation, and addresses in examples, are statements of the contract."""
    docs = {"url": "https://docs.acme.test"}
    flow = {"tokenUrl": "https://auth.acme.test", "scopes": {}}
    schemes = {"OAuth": {"type": "oauth2", "flows": {"clientCredentials": flow}}}
    shown = {"200": response(one={"servers": [{"url": "https://x.acme.test"}]})}
    paths = {"/a": {"get": {"operationId": "a", "responses": shown, "externalDocs": docs}}}
    given = contract(paths, schemes=schemes, externalDocs=docs, **VENDOR)
    found = served(SignedIn(given))
    assert {**found, "servers": given.document["servers"]} == given.document


LINKS: dict[str, Any] = {
    "body-of-one-expression": {"operationId": "make", "requestBody": "$response.body#/id"},
    "body-with-an-expression": {"operationId": "make", "requestBody": "id {$response.body#/id}"},
    "literal": {"operationId": "make", "requestBody": {"id": "5 $", "list": ["{}"]}},
    "parameters": {"operationId": "plain", "parameters": {"id": "$response.body#/id"}},
}


@pytest.mark.parametrize("body", [
    {"id": "$response.body#/id"}, ["{$response.body#/id}"], {"a": [{"b": "x {$request.body#/y}"}]},
])  # fmt: skip
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_expression_inside_the_body_of_a_link_is_not_served(body: Any, suffix: str) -> None:
    """Such a body is a literal by OpenAPI 3.1, 4.8.20, and there are tools that refuse it."""
    link = {"operationId": "make", "parameters": {"q": "$url"}, "description": "Makes it."}
    links = {**LINKS, "inside": {**link, "requestBody": body}}
    linked = {"200": {**response("made"), "links": links}}
    paths = {
        "/plain": {"get": {"operationId": "plain", "responses": linked}},
        "/made": {"post": {**get("make"), "parameters": [
            {"name": "q", "in": "query", "schema": {"type": "string"}}]}},
    }  # fmt: skip
    component = {"links": {"Inside": links["inside"]}}
    client = SignedIn(contract(paths, components=component, **VENDOR))

    found = served(client, suffix)
    assert found["paths"]["/plain"]["get"]["responses"]["200"]["links"] == {**LINKS, "inside": link}
    assert found["components"]["links"] == {"Inside": link}

    written = served(client, suffix, "?servers=vendor")
    assert written["paths"]["/plain"]["get"]["responses"]["200"]["links"] == links


def test_the_server_of_a_link_is_not_served() -> None:
    """Whoever follows the link (4.8.20) calls the operation on the mock."""
    link = {"operationId": "plain", "server": {"url": "https://api.acme.test"}}
    linked = {"200": {**response("plain"), "links": {"again": link}}}
    paths = {"/plain": {"get": {"operationId": "plain", "responses": linked}}}
    document = served(SignedIn(contract(paths, openapi="3.0.3", **VENDOR)))
    assert list(every_server(document)) == ["http://mock.test/acme/v1"]


YAML = """\
# Why.
openapi: 3.0.3
info: {title: Acme, version: '1.0'}

servers: [{url: 'https://é.test'}]
paths:
  /a: {get: {responses: {'200': {description: Fine.}}}}
"""
JSON = json.dumps(parse(YAML, "a.yaml"), indent=7)


def of_file(folder: Path, name: str, text: str) -> Contract:
    """The contract of a file."""
    (folder / name).write_text(text, encoding="utf-8")
    return load(Source("acme", folder / name))


@pytest.mark.parametrize(("name", "text", "same"), [
    ("acme.yaml", YAML, ("yaml",)), ("acme.json", JSON, ("json", "yaml")),
    ("acme.yml", JSON, ("yaml",)), ("acme.json", YAML, ("yaml",)),
])  # fmt: skip
def test_a_contract_as_written_is_the_text_of_its_file(
    tmp_path: Path, name: str, text: str, same: tuple[str, ...]
) -> None:
    """Byte for byte, or the same values where the other format is requested."""
    client = SignedIn(of_file(tmp_path, name, text))
    for suffix in SUFFIXES:
        body = client.get(f"{DOCUMENTS}.{suffix}?servers=vendor").body.decode()
        assert (body == text) == (suffix in same)
        assert (json.loads(body) if suffix == "json" else parse(body, "a")) == parse(YAML, "a")
        assert served(client, suffix)["servers"] == [{"url": "http://mock.test/acme"}]


def test_a_contract_of_several_files_is_written_as_one_document(tmp_path: Path) -> None:
    """Nobody could follow its references over HTTP."""
    (tmp_path / "a.yaml").write_text("get: {responses: {'200': {description: Fine.}}}")
    text = YAML.partition("  /a:")[0] + "  /a: {$ref: a.yaml}\n"
    client = SignedIn(of_file(tmp_path, "acme.yaml", text))
    for suffix in SUFFIXES:
        document = served(client, suffix, "?servers=vendor")
        assert document["servers"] == [{"url": "https://é.test"}]
        assert "a.yaml" not in json.dumps(document)
        assert build(document, "acme", "acme.yaml").operations


def test_a_contract_served_in_part_is_written_whole(tmp_path: Path) -> None:
    """With `--lenient` the mock leaves out what is invalid; the file has it."""
    text = YAML + "  /b: {get: {responses: []}}\n"
    (tmp_path / "acme.yaml").write_text(text, encoding="utf-8")
    client = SignedIn(load_valid_part(Source("acme", tmp_path / "acme.yaml")).contract)
    assert client.get(f"{DOCUMENTS}.yaml?servers=vendor").body.decode() == text
    assert "get" in client.get(f"{DOCUMENTS}.json?servers=vendor").json["paths"]["/b"]
    assert served(client)["paths"]["/b"] == {}


@pytest.mark.parametrize("query", ["?servers=mock", "?servers=", "?servers=vendor&servers=vendor"])
def test_any_other_servers_are_refused(query: str) -> None:
    """A misspelt parameter value must not look as if it had been followed."""
    reply = SignedIn(everywhere()).get(f"{DOCUMENTS}.json{query}")
    assert (reply.status, reply.media_type) == (400, "application/problem+json")
    assert "'vendor'" in reply.json["detail"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("query", ["", "?servers=vendor", "?x=y&%ff"])
def test_head_gets_the_fields_of_get(suffix: str, query: str) -> None:
    """RFC 9110 section 9.3.2; nobody keeps a document that depends on `Host`."""
    client = SignedIn(everywhere())
    replies = [client.send(method, f"{DOCUMENTS}.{suffix}{query}") for method in ("GET", "HEAD")]
    assert replies[0].headers == replies[1].headers
    assert replies[0].media_type == SUFFIXES[suffix]
    assert replies[0].headers["content-length"] == str(len(replies[0].body))
    assert replies[0].headers["cache-control"] == "no-store"
    assert replies[1].body == b""


@pytest.mark.parametrize("end", ["", ".", ".yml", ".JSON", ".json.yaml", "/json", ".xml"])
def test_there_is_no_other_format(end: str) -> None:
    """Only the two that OpenAPI has."""
    assert SignedIn(everywhere()).get(f"{DOCUMENTS}{end}").status == 404


TRICKY = [
    "1e3", "1.5e3", "-1E5", "0o17", "017", "0x1F", "0b11", "1_000", ".5", "1.", "12:30", "+1",
    "~", "null", "NULL", "yes", "No", "on", "y", "true", "TRUE", ".inf", ".NaN", "=", "<<",
    "2026-01-01", "2026-01-01T00:00:00Z", "", " ", " a", "a ", "a: b", "a #b", "#a", "- a", "? a",
    "!a", "&a", "*a", "%a", "@a", "`a", "'", '"', "a\nb", "a\n", "\n", "\ta", "a\r\nb",
    "\x7f", "\x85", "\u2028", "\ufeff", "é", "\U0001f600", "long " * 60, "a" * 300,
    0, -1, 10**30, 0.1, 1e20, 1e-9, 1e300, True, False, None, [], {}, [[]], [{}],
]  # fmt: skip


def test_yaml_and_json_say_the_same_to_every_parser() -> None:
    """YAML 1.1 and YAML 1.2 take different strings for numbers, dates and booleans."""
    keys = {text: text for text in TRICKY if isinstance(text, str)}
    given = contract({"/a": {"get": get("a")}}, **{"x-tricky": [*TRICKY, keys]}, **VENDOR)
    client = SignedIn(given)
    text = client.get(f"{DOCUMENTS}.yaml").body.decode()
    expected = client.get(f"{DOCUMENTS}.json").json
    assert expected["x-tricky"] == [*TRICKY, keys]
    for found in (parse(text, "a.yaml"), yaml.safe_load(text)):
        assert repr(found) == repr(expected)


@pytest.mark.parametrize("source", vendors(), ids=lambda source: source.name)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_contracts_of_the_vendors_are_served_valid(
    source: Source, suffix: str, tmp_path: Path
) -> None:
    """With the same operations, and without their hosts in any server."""
    given = load(source)
    client = SignedIn(given)
    place = f"/_greenroom/vendors/{given.name}/openapi.{suffix}"
    text = client.get(place, {"host": "localhost:1"}).body.decode()
    folder = copytree(source.path.parent, tmp_path / given.name)
    found = of_file(folder, f"served.{suffix}", text)
    assert list(every_server(found.document)) == [f"http://localhost:1/{given.name}"]
    assert [o.id for o in found.operations] == [o.id for o in given.operations]
    written = client.get(f"{place}?servers=vendor").body
    if suffix == "yaml":
        assert written == source.path.read_bytes()
