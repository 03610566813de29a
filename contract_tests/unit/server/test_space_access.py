"""A request names its space by path, header or credential, and only some pages may."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from contracts import Client, Headers
from state_contract import API

from wire import Reply

GOOD = {"x-key": "test-key"}


@pytest.fixture
def client() -> Client:
    """One API of things."""
    return Client(API)


def names(reply: Reply) -> list[str]:
    """The names of the things in a list."""
    return [thing["name"] for thing in reply.json["things"]]


def created(client: Client, base: str, headers: Headers) -> Reply:
    """A new thing."""
    return client.post(f"{base}/things", {"name": "Ada"}, headers)


WAYS: list[tuple[str, dict[str, str]]] = [
    ("/~mine/acme", GOOD),
    ("/%7Emine/acme", GOOD),
    ("/%7emine/acme", GOOD),
    ("/acme", {**GOOD, "x-greenroom-space": "mine"}),
    ("/acme", {"x-key": "test-key~mine"}),
    ("/~mine/acme", {**GOOD, "x-greenroom-space": "other"}),
    ("/~mine/acme", {"x-key": "test-key~other"}),
    ("/acme", {"x-key": "test-key~other", "x-greenroom-space": "mine"}),
    ("/acme", {"x-key": "reader~mine"}),
]


@pytest.mark.parametrize(("base", "headers"), WAYS)
def test_a_space_is_named_by_path_header_or_credential(
    client: Client, base: str, headers: dict[str, str]
) -> None:
    """In this order, and every response says which it was."""
    assert created(client, "/~mine/acme", GOOD).status == 201
    reply = client.get(f"{base}/things", headers)
    assert names(reply) == ["Documented", "Ada"]
    assert reply.headers["x-greenroom-space"] == "mine"


def test_requests_without_a_space_get_the_documented_example(client: Client) -> None:
    """Whatever was created in spaces, byte for byte."""
    before = client.get("/acme/things", GOOD)
    assert created(client, "/~mine/acme", GOOD).status == 201
    assert client.get("/acme/things", GOOD) == before
    assert "x-greenroom-space" not in before.headers


def test_spaces_are_apart(client: Client) -> None:
    """One begins with the documented things alone."""
    created(client, "/~mine/acme", GOOD)
    assert names(client.get("/~other/acme/things", GOOD)) == ["Documented"]


def test_a_stateful_server_gives_requests_without_a_space_the_space_default() -> None:
    """For clients that can name none."""
    client = Client(API, stateful=True)
    created(client, "/acme", GOOD)
    reply = client.get("/~default/acme/things", GOOD)
    assert names(reply) == ["Documented", "Ada"]
    assert client.get("/acme/things", GOOD).headers == reply.headers


@pytest.mark.parametrize(
    ("settings", "headers"), [({"at_root": True}, {}), ({}, {"host": "api.acme.test"})]
)
def test_at_the_root_the_space_is_before_the_own_path(
    settings: dict[str, Any], headers: dict[str, str]
) -> None:
    """As where the vendor is chosen by its real host."""
    client = Client(API, **settings)
    assert created(client, "/~mine", {**GOOD, **headers}).status == 201
    assert names(client.get("/~mine/things", {**GOOD, **headers})) == ["Documented", "Ada"]


@pytest.mark.parametrize(
    ("token", "status"),
    [("expired-key~mine", 401), ("forbidden-key~mine", 403), ("nobody~mine", 401), ("~mine", 401)],
)
def test_a_credential_with_a_space_is_judged_as_without_it(
    client: Client, token: str, status: int
) -> None:
    """A refused request makes no space."""
    reply = client.get("/acme/things", {"x-key": token})
    assert (reply.status, reply.headers.get("x-greenroom-space")) == (status, None)


@pytest.mark.parametrize("name", ["", "a b", "a" * 65, ".a", "a/b", "\u00e9", "*"])
def test_an_invalid_name_is_refused(client: Client, name: str) -> None:
    """By header and by credential, with the rule."""
    given = name.encode()
    reply = client.get("/acme/things", [("x-key", "test-key"), ("x-greenroom-space", given)])
    assert reply.status == 400
    assert "matches" in reply.json["detail"]
    reply = client.get("/acme/things", [("x-key", b"test-key~" + given)])
    assert (reply.status, reply.kind) == (401, "unknown-credential")


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://localhost:3000", "127.0.0.1:8080", True),
        ("http://app.localhost", "127.0.0.1:8080", True),
        ("http://127.0.0.1:9", "127.0.0.1:8080", True),
        ("http://[::1]:9", "127.0.0.1:8080", True),
        ("http://10.0.0.5:8080", "10.0.0.5:8080", True),
        ("https://app.test", "127.0.0.1:8080", True),
        ("https://APP.test/", "127.0.0.1:8080", True),
        ("https://evil.test", "127.0.0.1:8080", False),
        ("http://evil.test:8080", "evil.test:8080", False),
        ("http://10.0.0.6:8080", "10.0.0.5:8080", False),
        ("http://localhost.evil.test", "127.0.0.1:8080", False),
        ("http://127.0.0.1.evil.test", "127.0.0.1:8080", False),
        ("null", "127.0.0.1:8080", False),
        ("http://[", "127.0.0.1:8080", False),
        ("", "127.0.0.1:8080", False),
    ],
)
@pytest.mark.parametrize(("base", "key"), [("/~mine/acme", "test-key"), ("/acme", "test-key~mine")])
def test_only_pages_of_this_machine_and_allowed_ones_use_spaces(
    origin: str, host: str, allowed: bool, base: str, key: str
) -> None:
    """A name that leads here by DNS rebinding is not ours."""
    client = Client(API, allow_origins=("https://app.test",))
    headers = {"x-key": key, "origin": origin, "host": host}
    assert created(client, base, headers).status == (201 if allowed else 403)
    things = names(client.get("/~mine/acme/things", GOOD))
    assert things == ["Documented", *(["Ada"] if allowed else [])]


def test_every_page_may_use_the_examples(client: Client) -> None:
    """They tell nobody anything."""
    assert client.get("/acme/things", {**GOOD, "origin": "https://evil.test"}).status == 200


def test_a_server_without_spaces_imports_nothing_of_the_simulation() -> None:
    """Not until the first request that names one."""
    script = f"""
import json, sys
sys.path[:0] = {sys.path!r}
from contracts import Client
from state_contract import API
client = Client(API)
loaded = lambda: sorted(name for name in sys.modules if name.startswith((
    "greenroom.state", "greenroom.stores", "greenroom.journal.journal", "sortedcontainers",
    "greenroom.server.spaces", "greenroom.journal.verdicts")))
client.post("/acme/things", {{"name": "Ada"}}, {{"x-key": "test-key"}})
before = loaded()
client.post("/~mine/acme/things", {{"name": "Ada"}}, {{"x-key": "test-key"}})
print(json.dumps([before, len(loaded()) > 5]))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [[], True]
