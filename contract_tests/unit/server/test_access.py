"""Control routes are for this machine, or for whoever has the token, and for no other page."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest
from contracts import TOKEN, Client, SignedIn, contract, one

from greenroom.server import access
from wire import Reply

OUTSIDE = ("10.0.0.1", 1)
PAGE = {"accept": "text/html,*/*"}


def served(**settings: Any) -> Client:
    """A server of a contract."""
    return Client(contract({}), **settings)


def sign_in(served: Client, token: str, fields: Any = (), query: str = "", **scope: Any) -> Reply:
    """The response to the form."""
    form = f"token={quote(token)}".encode()
    return served.send("POST", f"/_greenroom/session?{query}", fields, [form], **scope)


HOSTS = {
    "localhost": True, "LOCALHOST:8080": True, "a.localhost": True, "localhost.": True,
    "127.0.0.1": True, "127.9.9.9:1": True, "[::1]:8080": True, "[::ffff:127.0.0.1]": True,
    "mybox": True, "MyBox:80": True, "other.test": True, "": True,
    "evil.example": False, "evil.example:8080": False, "localhost.evil.example": False,
    "127.0.0.1.evil.example": False, "notlocalhost": False, "10.0.0.1": False, "[::2]": False,
    "[::1": True, "[evil]": False, "127.1": False, "0.0.0.0": False, "evil@localhost": False,
    "\xff": False, "api.acme.test": False,
}  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/_greenroom", "/_greenroom/", "/_greenroom/vendors"])
def test_without_a_token_only_names_of_this_machine_are_served(path: str, host: str) -> None:
    """DNS rebinding gives a page its own name only (RFC 9110 section 15.5.20)."""
    client = served(control_hosts=("mybox", "Other.test"))
    assert client.get(path, {"host": host}).status == (200 if HOSTS[host] else 421)


@pytest.mark.parametrize("host", HOSTS)
def test_with_a_token_and_for_health_every_name_is_served(host: str) -> None:
    """A rebound name gets no session, and health says nothing."""
    assert SignedIn(contract({})).get("/_greenroom/vendors", {"host": host}).status == 200
    assert served().get("/_greenroom/health", {"host": host}).status == 200


def test_a_refusal_says_what_would_help() -> None:
    """Whether there is a token or not."""
    assert "token" in served().get("/_greenroom/", client=OUTSIDE).json["detail"]
    assert "--control-host" in served().get("/_greenroom/", {"host": "a.test"}).json["detail"]
    refused = served(control_token=TOKEN).get("/_greenroom/")
    assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert "/_greenroom/sign-in" in refused.json["detail"]


# The fields by which a browser tells who asks, and whether the request may change something.
ASKING: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "same-origin", "origin": "http://localhost:80"}, True),
    ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
    ({"sec-fetch-site": "cross-site", "origin": "null"}, False),
    ({"origin": "http://localhost:80"}, True),
    ({"origin": "https://LOCALHOST:80"}, True),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "same-site"}, False),
    ({"sec-fetch-site": "none"}, False),
    ({"sec-fetch-site": ""}, False),
    ({"origin": "http://evil.example"}, False),
    ({"origin": "http://localhost:81"}, False),
    ({"origin": "http://127.0.0.1:80"}, False),
    ({"origin": "null"}, False),
    ({"origin": ""}, False),
    ({"sec-fetch-site": "same-origin", "origin": "http://evil.example"}, False),
    ({"sec-fetch-site": "cross-site", "origin": "http://localhost:80"}, False),
]


@pytest.mark.parametrize(("fields", "allowed"), ASKING)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_page_of_another_origin_changes_nothing(
    method: str, fields: dict[str, str], allowed: bool
) -> None:
    """Not even where the route does not exist; a program sends none of these fields."""
    client = served()
    headers = {"host": "localhost:80", **fields}
    assert (client.send(method, "/_greenroom/vendors", headers).status != 403) == allowed
    assert client.get("/_greenroom/vendors", headers).status == 200


def test_a_browser_is_sent_to_sign_in() -> None:
    """And a program is not."""
    client = served(control_token=TOKEN)
    for path in ("/", "/_greenroom/"):
        reply = client.get(path, PAGE)
        assert (reply.status, reply.headers["location"]) == (303, "/_greenroom/sign-in")
    assert client.get("/_greenroom/").status == 401


def test_a_session_begins_on_the_page_that_was_wanted() -> None:
    """With its query, however it is written."""
    client = served(control_token=TOKEN)
    for page in ("vendors", "console/demo/requests?q=status%3A4xx&before=7", "docs/b%20c"):
        asked = client.get(f"/_greenroom/{page}", PAGE).headers["location"]
        reply = sign_in(client, TOKEN, query=asked.partition("?")[2])
        assert reply.headers["location"] == f"/_greenroom/{page}"


@pytest.mark.parametrize(
    "page", ["../acme/page", "a/../../b", "%2e%2e/acme", "a\r\nb: c", "a#b", "?", "<script>", "."]
)
def test_a_session_begins_on_no_page_of_others(page: str) -> None:
    """Whoever made the address: it stays below /_greenroom/."""
    client = served(control_token=TOKEN)
    reply = sign_in(client, TOKEN, query=f"to={quote(page, safe='')}")
    assert (reply.status, reply.headers["location"]) == (303, "/_greenroom/")


def test_a_browser_with_the_token_gets_a_session() -> None:
    """It opens every page, from everywhere, until it ends."""
    client = served(control_token=TOKEN)
    page = client.get("/_greenroom/sign-in", PAGE, client=OUTSIDE)
    assert page.status == 200
    assert b'action="session"' in page.body
    reply = sign_in(client, TOKEN, client=OUTSIDE)
    assert (reply.status, reply.headers["location"]) == (303, "/_greenroom/")
    value, *attributes = reply.headers["set-cookie"].split("; ")
    assert set(attributes) == {
        "Path=/_greenroom", "Max-Age=43200", "HttpOnly", "SameSite=Strict",
    }  # fmt: skip
    assert TOKEN not in value
    seen = client.get("/_greenroom/", {"cookie": f"a=b; {value}; c=d"}, client=OUTSIDE)
    assert seen.status == 200


def test_a_session_over_tls_is_for_tls() -> None:
    """A proxy in between speaks it; the browser's `Origin` says so."""
    client = served(control_token=TOKEN)
    fields = {"host": "mock.test", "origin": "https://mock.test"}
    assert sign_in(client, TOKEN, fields).headers["set-cookie"].endswith("; Secure")


@pytest.mark.parametrize(
    "change",
    [
        lambda value: "",
        lambda value: value[:-1],
        lambda value: value + "0",
        lambda value: value.replace("=1", "=2"),
        lambda value: value.replace(".", ""),
        lambda value: value.replace("=", "=9"),
        lambda value: "greenroom_session=.",
        lambda value: "greenroom_session=" + "9" * 5000 + ".x",
        lambda value: "greenroom_session=\xb2.\xff",
        lambda value: f"greenroom_session={TOKEN}",
    ],
)
def test_a_changed_session_is_none(change: Any) -> None:
    """Its end is signed."""
    client = served(control_token=TOKEN)
    value = sign_in(client, TOKEN).headers["set-cookie"].split(";")[0]
    assert client.get("/_greenroom/", {"cookie": change(value)}).status == 401


def test_a_session_ends_with_its_time_or_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """After twelve hours, or as soon as the server has another token; restarts do not end it."""
    client = served(control_token=TOKEN)
    cookie = {"cookie": sign_in(client, TOKEN).headers["set-cookie"].split(";")[0]}
    assert served(control_token=TOKEN).get("/_greenroom/", cookie).status == 200
    assert served(control_token=TOKEN + "2").get("/_greenroom/", cookie).status == 401
    later = time.time() + 12 * 3600 + 1
    monkeypatch.setattr(access.time, "time", lambda: later)
    assert client.get("/_greenroom/", cookie).status == 401


def test_another_page_cannot_sign_a_browser_in() -> None:
    """Nor try tokens."""
    client = served(control_token=TOKEN)
    assert sign_in(client, TOKEN, {"sec-fetch-site": "cross-site"}).status == 403


def test_five_wrong_tokens_in_a_minute_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """From one address, by the form or as a bearer token; sessions go on."""
    client = served(control_token=TOKEN)
    cookie = {"cookie": sign_in(client, TOKEN).headers["set-cookie"].split(";")[0]}
    for _ in range(3):
        assert sign_in(client, "wrong", client=OUTSIDE).status == 401
    for _ in range(2):
        asked = client.get("/_greenroom/", {"authorization": "Bearer x"}, client=OUTSIDE)
        assert asked.status == 401
    refused = sign_in(client, TOKEN, client=OUTSIDE)
    assert (refused.status, refused.headers["retry-after"]) == (429, "60")
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert client.get("/_greenroom/", bearer, client=OUTSIDE).status == 429
    assert client.get("/_greenroom/", cookie, client=OUTSIDE).status == 200
    assert client.get("/_greenroom/", bearer).status == 200
    later = time.monotonic() + 61
    monkeypatch.setattr(access.time, "monotonic", lambda: later)
    assert sign_in(client, TOKEN, client=OUTSIDE).status == 303


def test_addresses_of_wrong_tokens_do_not_fill_the_memory() -> None:
    """The oldest are forgotten."""
    gate = access.Access(TOKEN, (), "/_greenroom")
    for number in range(3000):
        scope = {"client": (f"10.0.{number // 256}.{number % 256}", 1)}
        assert gate._unless_right(scope, b"wrong") is not None
    assert len(gate._wrong) <= 1000


def test_a_form_is_short() -> None:
    """It holds a token and nothing else."""
    client = served(control_token=TOKEN)
    assert sign_in(client, "x" * 5000).status == 413
    assert sign_in(client, "").status == 401
    assert client.send("POST", "/_greenroom/session", (), [b"\xff&=&token"]).status == 401


def test_without_a_token_there_is_nothing_to_sign_in_to() -> None:
    """Neither page nor session."""
    assert served().get("/_greenroom/sign-in").status == 404
    assert sign_in(served(), "").status == 404


@pytest.mark.parametrize("path", ["/_greenroom/", "/_greenroom/sign-in"])
def test_a_page_runs_no_script_but_its_own(path: str) -> None:
    """The policy names one folder, for the mocks are of the same origin."""
    client = SignedIn(one({}), root_path="/mocks")
    reply = client.get(path, {"host": "mock.test"})
    folder = "http://mock.test/mocks/_greenroom/assets/"
    policy = dict(rule.partition(" ")[::2] for rule in
                  reply.headers["content-security-policy"].split("; "))  # fmt: skip
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == folder
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cross-origin-opener-policy"] == "same-origin"
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"
    assert b'"/_greenroom' not in reply.body
    assert b'"assets/' in reply.body


def test_behind_a_proxy_addresses_begin_with_what_it_removes() -> None:
    """`--root-path`: links, redirects, the cookie and the URLs of mocks."""
    client = served(control_token=TOKEN, root_path="/mocks")
    assert client.get("/_greenroom/", PAGE).headers["location"] == "/mocks/_greenroom/sign-in"
    reply = sign_in(client, TOKEN)
    assert reply.headers["location"] == "/mocks/_greenroom/"
    assert "; Path=/mocks/_greenroom;" in reply.headers["set-cookie"]
    signed_in = SignedIn(contract({}), root_path="/mocks")
    found = signed_in.get("/_greenroom/vendors", {"host": "a.test"}).json["acme"]
    assert found["url"] == "http://a.test/mocks/acme"
    assert found["contract"] == "http://a.test/mocks/_greenroom/vendors/acme/openapi.json"
