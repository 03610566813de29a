"""Test credentials, and the security requirements that they meet."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from contracts import compiled, one, respond

from greenroom.mock import security as credentials
from greenroom.mock.security import EXPIRED, FORBIDDEN, MISSING, UNKNOWN, compile_security_check

GOOD = None
SCHEMES: dict[str, dict[str, Any]] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "https://a.test/t", "scopes": {}}},
    },
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://a.test/o"},
    "mutual": {"type": "mutualTLS"},
}


def basic(text: str | bytes) -> str:
    """An `Authorization` value of the Basic scheme."""
    raw = text if isinstance(text, bytes) else text.encode()
    return f"Basic {base64.b64encode(raw).decode()}"


def judged(
    security: Sequence[Mapping[str, Sequence[str]]],
    headers: Mapping[str, str],
    query: str = "",
    any_credential: bool = False,
    schemes: Mapping[str, Any] = SCHEMES,
) -> str | None:
    """The kind of refusal that a request gets; None where it may pass."""
    (operation,) = one({"security": security}, schemes=schemes).operations
    check = compile_security_check(operation, any_credential)
    assert check is not None, "the operation is not secured"
    sent = {name.lower().encode(): value.encode("latin-1") for name, value in headers.items()}
    return check(sent, query.encode("latin-1")).refusal


# Where each scheme is read from: scheme, headers or query with a place for the token.
PLACES: dict[str, tuple[str, dict[str, str], str]] = {
    "header": ("header", {"X-Api-Key": "{}"}, ""),
    "query": ("query", {}, "a=1&api%20key={}&b"),
    "query, plus": ("query", {}, "api+key={}"),
    "cookie": ("cookie", {"Cookie": "a=b; session={}; c=d"}, ""),
    "cookie, quoted": ("cookie", {"Cookie": 'session="{}"'}, ""),
    "cookie among odd ones": ("cookie", {"Cookie": "a b=c; x[1]={{}}; ;=; session={}"}, ""),
    "bearer": ("bearer", {"Authorization": "Bearer {}"}, ""),
    "bearer, any case": ("bearer", {"Authorization": "bEARER   {}"}, ""),
    "digest": ("digest", {"Authorization": "Digest {}"}, ""),
    "oauth": ("oauth", {"Authorization": "Bearer {}"}, ""),
    "openid": ("openid", {"Authorization": "Bearer {}"}, ""),
}
TOKENS = {
    "test-key": GOOD,
    "expired-key": EXPIRED,
    "forbidden-key": FORBIDDEN,
    "nonsense": UNKNOWN,
    "Test-Key": UNKNOWN,
    "test-key2": UNKNOWN,
    "": MISSING,
}


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("place", PLACES)
def test_a_test_credential_means_the_same_in_every_place(place: str, token: str) -> None:
    """Good, expired, forbidden, unknown and none at all."""
    scheme, headers, query = PLACES[place]
    sent = {name: value.format(token) for name, value in headers.items()}
    assert judged([{scheme: []}], sent, query.format(token)) == TOKENS[token]


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if name != "mutual"])
def test_a_request_without_a_credential_is_refused_as_missing(scheme: str) -> None:
    """Neither header nor query nor cookie."""
    assert judged([{scheme: []}], {"Accept": "*/*"}, "page=1") == MISSING


@pytest.mark.parametrize(
    ("scheme", "headers", "query"),
    [
        ("header", {"Authorization": "Bearer test-key"}, "X-API-Key=test-key"),
        ("header", {"Cookie": "X-API-Key=test-key"}, ""),
        ("query", {"api key": "test-key"}, "API%20key=test-key&api_key=test-key"),
        ("cookie", {"session": "test-key"}, "session=test-key"),
        ("cookie", {"Cookie": "Session=test-key; xsession=test-key; session"}, ""),
        ("bearer", {"Authorization": basic("user:test-key")}, ""),
        ("bearer", {"Authorization": "test-key"}, ""),
        ("bearer", {"Authorization": "Bearertest-key"}, ""),
        ("bearer", {"Authorization": "Bearer"}, ""),
        ("basic", {"Authorization": "Bearer test-key"}, ""),
        ("basic", {"Authorization": "Basic"}, ""),
        ("oauth", {"Authorization": basic("user:test-key")}, ""),
    ],
)
def test_a_credential_in_the_wrong_place_is_missing(
    scheme: str, headers: dict[str, str], query: str
) -> None:
    """Another header, another scheme, another spelling."""
    assert judged([{scheme: []}], headers, query) == MISSING


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (basic("user:test-key"), GOOD),
        (basic("test-key:"), GOOD),
        (basic("test-key"), GOOD),
        (basic(":test-key"), GOOD),
        (basic("user:expired-key"), EXPIRED),
        (basic("user:forbidden-key"), FORBIDDEN),
        (basic("user:a:test-key"), UNKNOWN),
        (basic("test-key:other"), UNKNOWN),
        (basic(":"), MISSING),
        (basic(""), MISSING),
        ("Basic test-key", UNKNOWN),
        ("Basic user:test-key", UNKNOWN),
        ("Basic ====", UNKNOWN),
        ("Basic \u00e9", UNKNOWN),
        (basic(b"\xff:\xfe"), UNKNOWN),
    ],
)
def test_basic_takes_the_password_or_else_the_user(value: str, expected: str | None) -> None:
    """RFC 7617; a value in another form is an unknown credential."""
    assert judged([{"basic": []}], {"Authorization": value}) == expected


@pytest.mark.parametrize("token", ["nonsense", "expired-key", "forbidden-key", "test-key", "\xff"])
@pytest.mark.parametrize("place", PLACES)
def test_any_credential_takes_what_is_not_empty(place: str, token: str) -> None:
    """Where a client has a real key and cannot change it."""
    scheme, headers, query = PLACES[place]
    sent = {name: value.format(token) for name, value in headers.items()}
    assert judged([{scheme: []}], sent, query.format(token), any_credential=True) is GOOD


@pytest.mark.parametrize("value", ["Basic nonsense", basic("a:b"), basic(b"\xff")])
def test_any_credential_takes_any_basic_one(value: str) -> None:
    """Well formed or not."""
    assert judged([{"basic": []}], {"Authorization": value}, any_credential=True) is GOOD


@pytest.mark.parametrize("place", PLACES)
def test_any_credential_still_requires_a_credential(place: str) -> None:
    """A missing or empty one is refused."""
    scheme, headers, query = PLACES[place]
    sent = {name: value.format("") for name, value in headers.items()}
    assert judged([{scheme: []}], sent, query.format(""), any_credential=True) == MISSING


KEY, TOKEN = {"X-API-Key": "{}"}, {"Authorization": "Bearer {}"}
COMBINED: list[tuple[list[dict[str, list[str]]], str | None, str | None, str | None]] = [
    # Alternatives: one is enough, and the closest miss is reported.
    ([{"header": []}, {"bearer": []}], "test-key", None, GOOD),
    ([{"header": []}, {"bearer": []}], None, "test-key", GOOD),
    ([{"header": []}, {"bearer": []}], "nonsense", "test-key", GOOD),
    ([{"header": []}, {"bearer": []}], "forbidden-key", "test-key", GOOD),
    ([{"header": []}, {"bearer": []}], None, None, MISSING),
    ([{"header": []}, {"bearer": []}], None, "nonsense", UNKNOWN),
    ([{"header": []}, {"bearer": []}], "nonsense", "expired-key", EXPIRED),
    ([{"header": []}, {"bearer": []}], "forbidden-key", "expired-key", FORBIDDEN),
    # Both at once: the first that fails is reported.
    ([{"header": [], "bearer": []}], "test-key", "test-key", GOOD),
    ([{"header": [], "bearer": []}], "test-key", None, MISSING),
    ([{"header": [], "bearer": []}], None, "test-key", MISSING),
    ([{"header": [], "bearer": []}], "test-key", "nonsense", UNKNOWN),
    ([{"header": [], "bearer": []}], "forbidden-key", "test-key", FORBIDDEN),
    # Alternatives of both.
    ([{"header": [], "bearer": []}, {"cookie": []}], "test-key", None, MISSING),
    ([{"header": [], "bearer": []}, {"bearer": []}], None, "test-key", GOOD),
    # A scheme that is not visible in HTTP counts as met.
    ([{"mutual": []}], None, None, GOOD),
    ([{"mutual": [], "header": []}], None, None, MISSING),
    ([{"mutual": [], "header": []}], "test-key", None, GOOD),
]


@pytest.mark.parametrize(("security", "key", "token", "expected"), COMBINED)
def test_requirements_combine(
    security: list[dict[str, list[str]]], key: str | None, token: str | None, expected: str | None
) -> None:
    """A list of alternatives, each of which requires all of its schemes (OpenAPI 3.1, 4.8.30)."""
    headers = {
        name: value.format(sent)
        for place, sent in ((KEY, key), (TOKEN, token))
        for name, value in place.items()
        if sent is not None
    }
    assert judged(security, headers) == expected


@pytest.mark.parametrize("security", [[], [{}], [{"header": []}, {}], [{}, {"bearer": []}]])
def test_optional_security_lets_everyone_pass(security: list[dict[str, list[str]]]) -> None:
    """With `{}` among the alternatives, or without any, no credential is read."""
    (operation,) = one({"security": security}, schemes=SCHEMES).operations
    assert compile_security_check(operation) is None


@pytest.mark.parametrize(("own", "open_to_all"), [(None, False), ([], True), ([{}], True)])
def test_an_operation_can_lift_the_security_of_its_contract(own: Any, open_to_all: bool) -> None:
    """OpenAPI 3.1, 4.8.10: its own list takes the place of the contract's."""
    operation = {} if own is None else {"security": own}
    (found,) = one(operation, schemes=SCHEMES, security=[{"header": []}]).operations
    assert (compile_security_check(found) is None) == open_to_all


SCOPED = {
    "oauth": {
        **SCHEMES["oauth"],
        "x-test-credentials": {"reader-key": ["read"], "writer-key": ["read", "write"], "none": []},
    }
}


@pytest.mark.parametrize(
    ("token", "scopes", "expected"),
    [
        ("reader-key", ["read"], GOOD),
        ("reader-key", [], GOOD),
        ("reader-key", ["read", "write"], FORBIDDEN),
        ("writer-key", ["read", "write"], GOOD),
        ("none", [], GOOD),
        ("none", ["read"], FORBIDDEN),
        ("Reader-Key", ["read"], UNKNOWN),
        ("test-key", ["read", "write", "anything"], GOOD),
        ("expired-key", [], EXPIRED),
        ("forbidden-key", [], FORBIDDEN),
    ],
)
def test_a_declared_token_has_its_scopes_and_no_others(
    token: str, scopes: list[str], expected: str | None
) -> None:
    """`test-key` has all of them."""
    sent = {"Authorization": f"Bearer {token}"}
    assert judged([{"oauth": scopes}], sent, schemes=SCOPED) == expected


def reason(security: list[dict[str, list[str]]], token: str, schemes: Mapping[str, Any]) -> str:
    """The reason that a refused caller gets."""
    (operation,) = one({"security": security}, schemes=schemes).operations
    check = compile_security_check(operation)
    assert check is not None
    refused = check({b"authorization": f"Bearer {token}".encode()}, b"")
    assert refused.refusal is not None
    return refused.reason


def test_the_reason_names_the_credential_to_send() -> None:
    """Where to send what, which credentials there are, which scopes are missing."""
    asked = [{"oauth": ["write", "admin"]}]
    assert "Authorization: Bearer test-key" in reason(asked, "", SCOPED)
    assert "test-key, reader-key, writer-key" in reason(asked, "nonsense", SCOPED)
    assert "reader-key lacks the scopes admin, write" in reason(asked, "reader-key", SCOPED)


def test_the_reason_never_repeats_an_unknown_credential() -> None:
    """It may be a real one."""
    assert "s3cret" not in reason([{"bearer": []}], "s3cret", SCHEMES)


CHALLENGES: list[tuple[list[dict[str, list[str]]], str | None]] = [
    ([{"bearer": []}], 'Bearer realm="greenroom"'),
    ([{"basic": []}], 'Basic realm="greenroom"'),
    ([{"digest": []}], 'Digest realm="greenroom"'),
    ([{"oauth": ["a"]}], 'Bearer realm="greenroom"'),
    ([{"openid": []}], 'Bearer realm="greenroom"'),
    ([{"header": []}], 'ApiKey name="X-API-Key", in="header"'),
    ([{"query": []}], 'ApiKey name="api key", in="query"'),
    ([{"basic": []}, {"bearer": []}], 'Basic realm="greenroom", Bearer realm="greenroom"'),
    ([{"bearer": []}, {"oauth": []}], 'Bearer realm="greenroom"'),
    ([{"mutual": []}], None),
    ([], None),
]


@pytest.mark.parametrize(("security", "expected"), CHALLENGES)
def test_a_challenge_names_every_scheme_once(
    security: list[dict[str, list[str]]], expected: str | None
) -> None:
    """RFC 9110 section 11.6.1."""
    (operation,) = one({"security": security}, schemes=SCHEMES).operations
    found = credentials.challenge(operation)
    assert (found.decode() if found else None) == expected


@pytest.mark.parametrize("name", ["X\r\nSet-Cookie: a", "\u00e9\u4e2d", "x" * 5000])
def test_a_challenge_is_a_safe_field_value(name: str) -> None:
    """Whatever a contract calls its key."""
    schemes = {"odd": {"type": "apiKey", "in": "query", "name": name}}
    (operation,) = one({"security": [{"odd": []}]}, schemes=schemes).operations
    found = credentials.challenge(operation)
    assert found is not None
    assert found.isascii()
    assert found.decode().isprintable()
    assert len(found) <= 1000


@pytest.mark.parametrize("name", ["X \u00fc", "\u4e2d", "a:b", ""])
def test_a_key_that_cannot_be_sent_is_always_missing(name: str) -> None:
    """A name that is not a valid field name (RFC 9110 section 5.1) breaks nothing."""
    schemes = {"odd": {"type": "apiKey", "in": "header", "name": name}}
    assert judged([{"odd": []}], {"x": "test-key"}, schemes=schemes) == MISSING


STATUSES = {"": 401, "nonsense": 401, "expired-key": 401, "forbidden-key": 403, "test-key": 200}


@pytest.mark.parametrize("token", STATUSES)
def test_only_a_401_has_a_challenge(token: str) -> None:
    """After a 403 another credential of the same kind would not help."""
    reply = compiled({"security": [{"bearer": []}]}, schemes=SCHEMES)
    sent = {b"authorization": f"Bearer {token}".encode()}
    found = respond(reply, sent)
    assert found.status == STATUSES[token]
    assert (b"www-authenticate" in dict(found.headers)) == (found.status == 401)


def test_a_documented_challenge_is_the_one_that_is_sent() -> None:
    """Only the vendor's is sent, once."""
    header = {"schema": {}, "example": "Acme"}
    documented = {"description": "", "headers": {"WWW-Authenticate": header}}
    secured = {"security": [{"bearer": []}], "responses": {"401": documented}}
    found = respond(compiled(secured, schemes=SCHEMES))
    assert [v for n, v in found.headers if n == b"www-authenticate"] == [b"Acme"]


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if name != "mutual"])
def test_the_published_test_credential_is_accepted(scheme: str) -> None:
    """The credentials that the ready line and the console print can be sent unchanged."""
    contract = one({"security": [{scheme: []}]}, schemes=SCHEMES)
    (published,) = credentials.good_credentials(contract)
    assert published.token == "test-key"
    headers, query = {published.name: published.value}, ""
    if published.location == "query":
        headers, query = {}, f"{published.name.replace(' ', '%20')}={published.value}"
    elif published.location == "cookie":
        headers = {"Cookie": f"{published.name}={published.value}"}
    assert judged([{scheme: []}], headers, query) is GOOD


@pytest.mark.parametrize("security", [[], [{}], [{"mutual": []}]])
def test_no_credential_is_published_where_none_can_be_sent(
    security: list[dict[str, list[str]]],
) -> None:
    """For public operations, and for schemes that are not visible in HTTP."""
    contract = one({"security": security}, schemes=SCHEMES)
    assert credentials.good_credentials(contract) == []
