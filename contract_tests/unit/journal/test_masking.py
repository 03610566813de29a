"""No credential is shown in clear but test keys; personal data stay."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from journaling import AT, MASK, add, context

from greenroom.http.media_type import FORM
from greenroom.journal.document import document, row
from greenroom.journal.entry import Change, Trace
from greenroom.journal.journal import Journal
from greenroom.mock.response.prepared import prepare

SECRET = "hunter2-of-Ada"


QUERY = ("code", "auth_code", "device_code", "code_verifier", "client_assertion", "hmac", "key",
         "app_key", "pin", "SAMLResponse", "jsessionid")  # fmt: skip
FIELDS = ("authentication", "x_authentication", "x_authn", "dpop", "key", "x_key", "x_partner_key",
          "x_functions_key", "x_passcode", "x_hmac")  # fmt: skip


def basic(user: str, password: str = "") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def shown(*request: Any, **headers: str) -> str:
    entry = add(Journal(), *request, **headers)
    return json.dumps([document(entry, MASK), row(entry, MASK)])


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/v1/locked", {"x_partner": SECRET}),
        ("/v1/locked", {"authorization": f"Bearer {SECRET}"}),
        ("/v1/locked", {"authorization": SECRET}),
        ("/v1/locked", {"authorization": basic(SECRET)}),
        ("/v1/locked", {"authorization": basic("user", SECRET)}),
        ("/v1/locked", {"authorization": basic(SECRET, "test-key")}),
        ("/v1/locked", {"cookie": f"partner={SECRET}; theme=dark"}),
        ("/v1/locked", {"cookie": f"partner=test-key; session={SECRET}"}),
        ("/v1/locked", {"x_partner": f"test-key {SECRET}"}),
        ("/v1/locked", {"x_api_key": SECRET}),
        (f"/v1/locked?partner={SECRET}", {}),
        (f"/v1/things?token={SECRET}", {}),
        (f"/v1/nothing?access_token={SECRET}", {}),
        ("/v1/things", {"referer": f"https://x.test/?token={SECRET}"}),
        *((f"/v1/nothing?{name}={SECRET}", {}) for name in QUERY),
        *(("/v1/nothing", {name: SECRET}) for name in FIELDS),
        ("/v1/nothing", {"authentication": f"Bearer {SECRET}"}),
    ],
)
def test_a_credential_is_masked(path: str, headers: dict[str, str]) -> None:
    """Wherever the contract, or its name, says that it is one; also in Base64."""
    text = shown("POST", path, {"name": "Ada"}, **headers)
    assert SECRET not in text
    assert base64.b64encode(SECRET.encode()).decode()[:12] not in text
    assert "[redacted]" in text


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ({"name": "Ada", "secret": SECRET}, "application/json"),
        (f'{{"name": "Ada", "secret": "{SECRET}', "application/json"),
        ({"secret": {"inner": [SECRET]}, "name": "Ada"}, "application/json"),
        (f"name=Ada&secret={SECRET}", FORM),
        (f"name=Ada&client_assertion={SECRET}", FORM),
        ({"name": "Ada", "authentication": SECRET}, "application/json"),
        ({"name": "Ada", "verificationCode": SECRET}, "application/json"),
        (f"Ada has password='{SECRET}'", "text/plain"),
    ],
)
def test_a_credential_in_a_body_is_masked(sent: Any, kind: str) -> None:
    """By its name; the rest of the body stays."""
    text = shown("POST", "/v1/things", sent, content_type=kind)
    assert SECRET not in text
    assert "Ada" in text


@pytest.mark.parametrize("length", [3, 30])
@pytest.mark.parametrize("nested", [False, True])
def test_a_violation_quotes_no_credential(nested: bool, length: int) -> None:
    """Neither in the list, nor as the reason, nor in the header fields and body of the response."""
    long = SECRET * length
    text = shown("POST", "/v1/things", {"auth": {"inner": long}} if nested else {"secret": long})
    assert SECRET not in text
    assert "invalid-request" in text


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/v1/things?code={SECRET * 3}", {}),
        ("/v1/things", {"x_key": SECRET * 3}),
        ("/v1/things", {"cookie": f"tint={SECRET * 3}"}),
    ],
)
def test_a_violation_quotes_no_credential_of_a_parameter(
    path: str, headers: dict[str, str]
) -> None:
    """Of one that only the place makes a credential."""
    text = shown("GET", path, None, **headers)
    assert SECRET not in text
    assert "invalid-request" in text


def test_changes_show_no_credential() -> None:
    """They are the pointers that differ, with both values."""
    journal = Journal()
    before = {"name": "Ada", "secret": SECRET, "tags": ["a"]}
    change = Change("acme", "Thing", "1", 2, before, {"name": "Bob", "tags": ["a"]})
    entry = add(journal, trace=Trace(("Thing", "1", 2), [change]))
    about = {"vendor": "acme", "resource": "Thing", "id": "1"}
    assert document(entry, MASK)["decision"]["changes"] == [
        {**about, "pointer": "/name", "before": "Ada", "after": "Bob"},
        {**about, "pointer": "/secret", "before": "[redacted]", "after": None},
    ]


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/locked", "x-partner", "test-key"),
        ("/v1/locked", "x-partner", "expired-key~demo"),
        ("/v1/locked", "authorization", "Bearer test-key"),
        ("/v1/locked", "authorization", "Bearer forbidden-key~a.b-c_1"),
        ("/v1/locked", "authorization", basic("test-key~demo")),
        ("/v1/locked", "authorization", basic("user", "test-key")),
        ("/v1/locked", "cookie", "partner=test-key~demo"),
        ("/v1/locked", "authentication", "Bearer test-key~demo"),
        ("/v1/locked", "idempotency-key", SECRET),
        ("/v1/locked", "x-session-id", SECRET),
        ("/v1/locked", "x-code", SECRET),
    ],
)
def test_test_keys_and_what_is_no_credential_are_shown(path: str, name: str, value: str) -> None:
    """Test keys also with `~` and the name of a space: they tell which account was used."""
    entry = add(Journal(), "POST", path, {"name": "Ada"}, **{name.replace("-", "_"): value})
    assert document(entry, MASK)["request"]["headers"][name] == value


def test_test_keys_and_what_is_no_credential_are_shown_in_a_query() -> None:
    """And in a form, and in the reason of a refusal, which is ours."""
    entry = add(Journal(), "POST", "/v1/locked?partner=test-key~demo", {"name": "Ada"})
    assert document(entry, MASK)["request"]["query"] == {"partner": "test-key~demo"}
    named = {
        "code": "US",
        "sort_key": "name",
        "session_id": "s-1234567890",
        "statusCode": "in_review",
    }
    query = "&".join(f"{name}={value}" for name, value in named.items())
    entry = add(Journal(), "GET", f"/v1/things?{query}")
    assert document(entry, MASK)["request"]["query"] == named
    entry = add(Journal(), "POST", "/v1/things", "api_key=test-key&name=Ada", content_type=FORM)
    assert document(entry, MASK)["request"]["body"] == {"api_key": "test-key", "name": "Ada"}
    refused = add(Journal(), "POST", "/v1/locked", {"name": "Ada"}, x_partner=SECRET)
    assert "good test credentials: test-key" in row(refused, MASK)[-2]


def test_personal_data_stay() -> None:
    """In every part: a test asserts on them."""
    person = {"name": "Ada", "email": "ada@example.com", "phone": "+15551234567"}
    headers = {"x-candidate": "ada@example.com"}
    made = context("POST", "/v1/things/ada@example.com?email=ada%40example.com", person, **headers)
    made.vendor = "acme"
    journal = Journal()
    body = json.dumps(person).encode()
    json_type = ((b"content-type", b"application/json"),)
    journal.append(made, prepare(200, json_type, body), AT)
    whole = document(next(journal.after()), MASK)
    assert whole["request"]["body"] == whole["response"]["body"] == person
    assert whole["request"]["query"] == {"email": "ada@example.com"}
    assert whole["request"]["headers"]["x-candidate"] == "ada@example.com"
    assert whole["path"] == "/v1/things/ada@example.com"
