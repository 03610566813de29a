"""Names of credentials that other tools know, too, and those that only a query has."""

from __future__ import annotations

import pytest
from contracts import contract

from greenroom.redaction.field_names import PUBLIC, SECRET, kind_at, kind_in, kind_of
from greenroom.redaction.redactor import Redactor, redactor_for
from greenroom.redaction.secrets import MARK

BLIND = Redactor()
FORM = "application/x-www-form-urlencoded"
_LISTED = {"name": "code", "in": "query", "schema": {"type": "string", "enum": ["ABCD", "EFGH"]}}
_OTHERS = [
    {"name": name, "in": "query", "schema": {"type": "string"}}
    for name in ("sid", "Session", "key")
]


@pytest.mark.parametrize(
    "name",
    [
        "refreshtoken", "clientsecret", "userPassword", "sessid", "session_key", "user_pass", "pw",
        "creds", "totp", "cvv", "cardNumber", "oauth_verifier", "seedPhrase", "csrfmiddlewaretoken",
    ],
)  # fmt: skip
def test_a_name_that_others_take_for_a_credential_is_one(name: str) -> None:
    """As words, pairs of words, or the end of a word."""
    assert kind_of(name) == SECRET


@pytest.mark.parametrize(
    "name",
    [
        "passed", "pass_rate", "session", "session_id", "sid", "status_code", "code", "nonce",
        "public_key", "key_skills", "sort_key", "hash", "state", "ticket", "compass", "tokenized",
    ],
)  # fmt: skip
def test_a_name_of_an_ordinary_member_is_none(name: str) -> None:
    """Most of them are none in a query either."""
    assert kind_at((name,)) == PUBLIC
    assert kind_in("query", (name,)) == (SECRET if name in ("session", "sid", "code") else PUBLIC)


def test_pass_is_a_password_but_in_a_sentence() -> None:
    """A boolean says nothing, and a verb is no name."""
    assert BLIND.json('{"user": "a", "pass": "hunter22"}') == f'{{"user": "a", "pass": "{MARK}"}}'
    assert BLIND.json('{"pass": true}') == '{"pass": true}'
    assert BLIND.text("pass: 10, fail: 2") == "pass: 10, fail: 2"


@pytest.mark.parametrize(
    ("query", "unknown", "known"),
    [
        ("pass=hunter22", f"pass={MARK}", f"pass={MARK}"),
        ("Session=abcdef&sid=ghijkl", f"Session={MARK}&sid={MARK}", ""),
        ("code=ABCD", f"code={MARK}", ""),
        ("code=US&session_id=abcdef", "", ""),
        ("key=abcdef&sessionid=ghijkl", f"key={MARK}&sessionid={MARK}", None),
    ],
)
def test_a_query_has_more_credentials_unless_its_contract_says_otherwise(
    query: str, unknown: str, known: str | None
) -> None:
    """Sessions may be things of a vendor, and codes that are listed are not those of a sign-in."""
    get = {"operationId": "get", "parameters": [_LISTED, *_OTHERS],
           "responses": {"200": {"description": "OK"}}}  # fmt: skip
    knowing = redactor_for(contract({"/things": {"get": get}}))
    assert BLIND.url(f"http://h.test/?{query}") == f"http://h.test/?{unknown or query}"
    expected = unknown if known is None else known or query
    assert knowing.url(f"http://h.test/?{query}") == f"http://h.test/?{expected}"


def test_the_form_of_a_request_for_a_token_has_the_code_of_a_sign_in() -> None:
    """By RFC 6749 section 4.1.3; in another form a code may be anything."""
    for text, expected in (
        ("grant_type=authorization_code&code=abcdef", f"grant_type=authorization_code&code={MARK}"),
        ("code=abcdef&size=1", "code=abcdef&size=1"),
    ):
        assert BLIND.body(text.encode(), FORM) == expected
