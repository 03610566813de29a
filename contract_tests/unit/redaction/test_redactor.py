"""Redaction removes secrets and personal data, and keeps what a finding needs."""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
import shlex
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting import SECRET, everything, exchange, finding, guessing, reported

from greenroom.http.exchange import Exchange, Request, Response
from greenroom.redaction.field_names import PERSONAL, PUBLIC, kind_at, kind_of
from greenroom.redaction.field_names import SECRET as CREDENTIAL
from greenroom.redaction.redactor import Redactor, redactor_for
from greenroom.redaction.secrets import MARK, SHORTEST
from greenroom_contracts.reports.redacted_report import redacted

JSON = "application/json"
XML = "application/xml"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"
KEY = "k3y-of-acme"
BLIND = Redactor()
KNOWING = Redactor([KEY], ["X-Acme"])


def basic(secret: str, user: str = "user") -> str:
    """The credentials of `Authorization: Basic`."""
    return base64.b64encode(f"{user}:{secret}".encode()).decode()


def multipart(*parts: tuple[str, str, bytes]) -> bytes:
    """A body of parts, each of Content-Disposition parameters, a Content-Type and the content."""
    written = b"".join(
        f"--edge\r\nContent-Disposition: form-data; {disposition}\r\n".encode()
        + f"Content-Type: {kind}\r\n\r\n".encode()
        + content
        + b"\r\n"
        for disposition, kind, content in parts
    )
    return written + b"--edge--\r\n"


# Field names.


@pytest.mark.parametrize(
    "name",
    [
        "secret", "signingSecret", "password", "apiKey", "api_key", "X-API-KEY", "accessToken",
        "csrfToken", "Authorization", "private_key", "encryptedKey", "x-auth-token", "credential",
        "sessionToken", "X-Amz-Signature", "X-Amz-Security-Token", "jwt", "sig", "clientSecret",
    ],
)  # fmt: skip
def test_a_name_of_a_credential_is_known(name: str) -> None:
    """In any case, by the words in it."""
    assert kind_of(name) == CREDENTIAL


@pytest.mark.parametrize(
    "name",
    [
        "email", "candidate_email", "emailAddress", "phoneNumber", "phone_no", "mobile",
        "first_name", "lastName", "fullName", "candidateName", "interviewer_name", "username",
        "name", "transcript", "chat_transcript", "interviewTranscript", "resume", "resumeUrl",
        "parsed_resume_data", "cv", "résumé", "address", "street", "postalCode", "zip_code",
        "recordingUrl", "interview_recording_url", "audio_recording_link", "video_url",
        "linkedin_url", "invite_url", "interview_link", "meetingLink", "report_url", "answer_text",
        "feedback", "birthDate", "rawText", "base64file", "referredBy", "call_summary",
        "recruiter_work_phone_no", "file_name",
    ],
)  # fmt: skip
def test_a_name_of_something_personal_is_known(name: str) -> None:
    """In any case, by the words in it."""
    assert kind_of(name) == PERSONAL


@pytest.mark.parametrize(
    "name",
    [
        "id", "candidate_id", "phone_number_id", "message_id", "status", "emailStatus", "type",
        "token_type", "created_at", "tokenExpiresAt", "email_enabled", "show_transcript",
        "disable_email_notification", "transcript_reference", "job_name", "event_name",
        "company_name", "operationName", "webhook_url", "url", "question", "question_text",
        "title", "description", "message", "detail", "error", "role", "language", "score", "page",
        "phone_country_iso_code", "max_tokens", "count", "x-request-id", "content-type", "date",
        "url_key", "monkey", "tokenizer", "authored",
    ],
)  # fmt: skip
def test_other_names_stay_readable(name: str) -> None:
    """Identifiers, statuses, types, times, names of things, which a finding needs."""
    assert kind_of(name) == PUBLIC


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("candidate", "name"), PERSONAL),
        (("job", "name"), PUBLIC),
        (("jobs", "name"), PUBLIC),
        (("companies", "name"), PUBLIC),
        (("job_applicants", "name"), PERSONAL),
        (("job_data", "name"), PUBLIC),
        (("messages", "content"), PERSONAL),
        (("message", "content"), PERSONAL),
        (("page", "content"), PUBLIC),
        (("messages",), PUBLIC),
        (("transcript", "text"), PERSONAL),
        (("transcript", "role"), PUBLIC),
        (("transcript", "started_at"), PUBLIC),
        (("resume", "education", "school"), PERSONAL),
        (("job", "hiringManager"), PERSONAL),
        (("interviewer",), PERSONAL),
        (("interviewer", "stage"), PUBLIC),
        (("audioMetrics", "level", "noise"), PUBLIC),
        (("chunks", "text"), PERSONAL),
        (("secret", "type"), CREDENTIAL),
        (("credentials", "anything", "at", "all"), CREDENTIAL),
        ((), PUBLIC),
    ],
)
def test_the_kind_of_a_name_depends_on_the_fields_around_it(
    names: tuple[str, ...], kind: str
) -> None:
    """Everything in a secret is secret; in something personal identifiers stay."""
    assert kind_at(names) == kind


# Texts.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@example.com", MARK),
        ("mail to ada.b+c@mail.example.co.uk, please", f"mail to {MARK}, please"),
        ("ada%40example.com", MARK),
        ("call +1 (555) 123-4567 now", f"call {MARK} now"),
        ("+49 30 1234567", MARK),
        ("%2B15551234567", MARK),
        ("(555) 123-4567", MARK),
        ("555-123-4567", MARK),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", MARK),
        ("Bearer abc123def456", f"Bearer {MARK}"),
        ("sent Basic dXNlcjpwYXNz", f"sent Basic {MARK}"),
        ("sk_live_4eC39HqLyjWDarjt", MARK),
        ("whsec_0123456789abcdef", MARK),
        ('password: "correct horse"', f'password: "{MARK}"'),
        ("api_key=abc123", f"api_key={MARK}"),
        ('candidate(name: "Ada", id: "c-1")', f'candidate(name: "{MARK}", id: "c-1")'),
        ("see https://u:p@h.test/a?token=x1&page=2.", f"see https://***@h.test/a?token={MARK}&page=2."),
        ("x" * 400, MARK),
    ],
)  # fmt: skip
def test_a_text_is_redacted_by_its_patterns(text: str, expected: str) -> None:
    """Patterns that anybody would recognise."""
    assert BLIND.text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Unauthorized: API key is missing or invalid.",
        "Bearer authentication is required",
        "token: invalid",
        "2026-01-01T10:00:00+05:30",
        "2026-01-01 10:00:00.123456",
        "123e4567-e89b-12d3-a456-426614174000",
        "package@1.2.3",
        "1703097600.0",
        "job_name must not be empty",
        'form-data; name="email"',
        'ApiKey name="x-api-key", in="header"',
        "https://api.acme.example/v1/jobs?page=2&status=open",
        'query /limit: "abc" is not of type "integer"',
        "",
    ],
)
def test_a_harmless_text_stays(text: str) -> None:
    """Messages, times, identifiers."""
    assert BLIND.text(text) == text


# Header fields and cookies.


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Authorization", "Bearer abc", f"Bearer {MARK}"),
        ("authorization", "abc", MARK),
        ("Authorization", "my own secret", MARK),
        ("Proxy-Authorization", "Basic dTpw", f"Basic {MARK}"),
        ("Cookie", "sid=abc; theme=dark", f"sid={MARK}; theme={MARK}"),
        ("Set-Cookie", "sid=abc; Path=/; HttpOnly", f"sid={MARK}; Path=/; HttpOnly"),
        ("X-API-KEY", "abc", MARK),
        ("x-acme", "abc", MARK),
        ("X-Webhook-Signature", "v1=0123", MARK),
        ("Location", "/c/ada@example.com?email=a", f"/c/{MARK}?email={MARK}"),
        ("X-Info", f"key {KEY}", f"key {MARK}"),
        ("Content-Disposition", 'attachment; filename="ada.pdf"', f'attachment; filename="{MARK}"'),
        ("X-Request-Id", "r-1", "r-1"),
        ("Content-Type", "application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("Authorization", "Bearer ${GREENROOM_ACME_KEY}", "Bearer ${GREENROOM_ACME_KEY}"),
        ("X-API-KEY", "", ""),
    ],
)
def test_a_header_field_is_redacted_by_its_name(name: str, value: str, expected: str) -> None:
    """Authentication schemes and names of cookies stay."""
    assert KNOWING.fields(((name, value),)) == ((name, expected),)


def test_a_contract_names_the_fields_with_credentials() -> None:
    """Those of its security schemes."""
    redactor = redactor_for(guessing())

    assert redactor.field("x-acme", "abc") == MARK
    assert redactor.url("/a?acme=abc&page=1") == f"/a?acme={MARK}&page=1"


# URLs.


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h.test/c/ada@example.com/x", f"http://h.test/c/{MARK}/x"),
        ("http://h.test/c/ada%40example.com", f"http://h.test/c/{MARK}"),
        ("http://h.test/a?email=ada&page=2", f"http://h.test/a?email={MARK}&page=2"),
        ("http://h.test/a?candidate%5Bname%5D=Ada", f"http://h.test/a?candidate%5Bname%5D={MARK}"),
        ("http://h.test/a?q=%2B15551234567", f"http://h.test/a?q={MARK}"),
        ("http://h.test/a?X-Amz-Signature=0a&X-Amz-Date=1", f"http://h.test/a?X-Amz-Signature={MARK}&X-Amz-Date=1"),
        ("http://h.test/a?key=abc", f"http://h.test/a?key={MARK}"),
        ("http://h.test/a#access_token=abc", f"http://h.test/a#access_token={MARK}"),
        ("http://user:pass@h.test/a", "http://***@h.test/a"),
        (f"http://h.test/{KEY}/a", f"http://h.test/{MARK}/a"),
        ("http://h.test/a?back=http%3A%2F%2Fi.test%2F%3Ftoken%3Dx1", f"http://h.test/a?back=http%3A%2F%2Fi.test%2F%3Ftoken%3D{MARK}"),
        (f"http://{KEY}.h.test/", "http://redacted.h.test/"),
        ("http://[", "http://["),
        ("http://h.test?", "http://h.test?"),
        ("http://h.test/a%20b/?x=%20&&y", "http://h.test/a%20b/?x=%20&&y"),
    ],
)  # fmt: skip
def test_a_url_is_redacted_in_its_parts(url: str, expected: str) -> None:
    """Other parts keep their encoding."""
    assert KNOWING.url(url) == expected


# Bodies.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"id":"c-1","email":"x"}', f'{{"id":"c-1","email":"{MARK}"}}'),
        ('{ "email" : "x" ,\n "n": 1.0}', f'{{ "email" : "{MARK}" ,\n "n": 1.0}}'),
        ('{"a":{"b":[{"phoneNumber":"1"}]}}', f'{{"a":{{"b":[{{"phoneNumber":"{MARK}"}}]}}}}'),
        ('{"emails":["a","b"],"x":["c"]}', f'{{"emails":["{MARK}","{MARK}"],"x":["c"]}}'),
        ('{"secret":{"a":["b",{"c":"d"}]}}', f'{{"secret":{{"a":["{MARK}",{{"c":"{MARK}"}}]}}}}'),
        (
            '{"transcript":[{"id":"1","text":"hi"}]}',
            f'{{"transcript":[{{"id":"1","text":"{MARK}"}}]}}',
        ),
        ('{"email":null,"phone":true,"name":""}', '{"email":null,"phone":true,"name":""}'),
        ('{"phone":15551234567,"zip":12345}', '{"phone":0,"zip":12345}'),
        ('{"score":12345678901,"at":1703097600.50}', '{"score":12345678901,"at":1703097600.50}'),
        ('{"text":"mail ada@example.com"}', f'{{"text":"mail {MARK}"}}'),
        ('{"ada@example.com":{"id":1}}', f'{{"{MARK}":{{"id":1}}}}'),
        ('{"a":"\\u006b3y-of-acme"}', f'{{"a":"{MARK}"}}'),
        ('{"payload":"{\\"email\\":\\"x\\"}"}', f'{{"payload":"{{\\"email\\":\\"{MARK}\\"}}"}}'),
        ('{"id":1,"id":2,"email":"x"}', f'{{"id":1,"id":2,"email":"{MARK}"}}'),
        ('"ada@example.com"', f'"{MARK}"'),
        ('[]', '[]'),
        ('{"a":"\\ud800 x@example.com"}', f'{{"a":"\\ud800 {MARK}"}}'),
    ],
)  # fmt: skip
def test_json_is_redacted_by_names_and_keeps_its_types(text: str, expected: str) -> None:
    """Order, spaces and digits stay too; possible telephone numbers become 0."""
    assert KNOWING.body(text.encode(), JSON) == expected


def test_a_number_that_is_the_secret_does_not_survive() -> None:
    """It becomes another number."""
    assert Redactor(["12345678"]).body(b'{"pin": 12345678, "n": 5}', JSON) == '{"pin": 0, "n": 5}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"id":"1","first_name":"Ada Lovel', f'{{"id":"1","first_name":"{MARK}"'),
        ('{"email": "a", oops', f'{{"email": "{MARK}", oops'),
        ("{name: Ada, id: 1}", f"{{name: {MARK}, id: 1}}"),
        ("[info] mail ada@example.com", f"[info] mail {MARK}"),
        ("[info] call +1 555 123 4567", f"[info] call {MARK}"),
        ("Unauthorized", "Unauthorized"),
    ],
)
def test_truncated_json_is_redacted(text: str, expected: str) -> None:
    """By the names that are there, then by patterns."""
    assert KNOWING.body(text.encode(), JSON) == expected


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"id=1&email=x&note=", FORM, f"id=1&email={MARK}&note="),
        (b"candidate[name]=Ada&a=1+2", FORM, f"candidate[name]={MARK}&a=1+2"),
        (b"a=ada%40example.com", FORM, f"a={MARK}"),
        (b"<a><email>x</email><id>1</id></a>", XML, f"<a><email>{MARK}</email><id>1</id></a>"),
        (b"<n:firstName>x</n:firstName>", "text/xml", f"<n:firstName>{MARK}</n:firstName>"),
        (b"<c phone='1' id='2'/>", "application/soap+xml", f"<c phone='{MARK}' id='2'/>"),
        (b"<cv><line>hi</line></cv>", XML, f"<cv><line>{MARK}</line></cv>"),
        (b"<p>ask ada@example.com</p>", "text/html", f"<p>ask {MARK}</p>"),
        (b"<email>x", XML, f"<email>{MARK}"),
        (b"id,email\n1,x\n2,\n", "text/csv", f"id,email\n1,{MARK}\n2,\n"),
        (b'id,a\r\n1,"ada@example.com, b"\r\n', "text/csv", f'id,a\r\n1,"{MARK}, b"\r\n'),
        (b"id,a\n1,b\n", "text/csv", "id,a\n1,b\n"),
        (b'data: {"email":"x"}\n\n', "text/event-stream", f'data: {{"email":"{MARK}"}}\n\n'),
        (b'{"email":"x"}\n{}\n', "application/x-ndjson", f'{{"email":"{MARK}"}}\n{{}}\n'),
        (b'{"email":"x"}', "text/html", f'{{"email":"{MARK}"}}'),
        (b"hello ada@example.com", "", f"hello {MARK}"),
        ("ü a@b.example".encode("latin-1"), "text/plain; charset=iso-8859-1", f"ü {MARK}"),
    ],
)  # fmt: skip
def test_other_bodies_are_redacted_in_their_own_form(body: bytes, kind: str, expected: str) -> None:
    """Forms, XML, tables, streams, also with the wrong media type."""
    assert KNOWING.body(body, kind) == expected


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x89PNG\r\n\x00\x01", "image/png"),
        (b"%PDF-1.4 ada@example.com", "application/pdf"),
        (b"\xff\xfe\x00", ""),
        ('{"email": "x"}'.encode("utf-16"), JSON),
        (b"x" * 5_000_000, "text/plain"),
    ],
)
def test_a_binary_or_large_body_becomes_its_size(body: bytes, kind: str) -> None:
    """And nothing else."""
    assert BLIND.body(body, kind) == f"[left out: {len(body)} bytes]"


def test_a_multipart_body_is_redacted_part_by_part() -> None:
    """By the names of its fields; a file becomes its size."""
    body = multipart(
        ('name="email"', "text/plain", b"x"),
        ('name="job_id"', "text/plain", b"j-1"),
        ('name="data"', JSON, b'{"phone":"1"}'),
        ('name="file"; filename="Ada Lovelace.pdf"', "application/pdf", b"%PDF-"),
    )

    result = KNOWING.body(body, MULTIPART)

    assert result == (
        multipart(
            ('name="email"', "text/plain", MARK.encode()),
            ('name="job_id"', "text/plain", b"j-1"),
            ('name="data"', JSON, b'{"phone":"' + MARK.encode() + b'"}'),
            (f'name="file"; filename="{MARK}"', "application/pdf", b"[left out: 5 bytes]"),
        ).decode()
    )


@pytest.mark.parametrize("kind", [MULTIPART, "multipart/form-data", f"{MULTIPART}X"])
@pytest.mark.parametrize(
    ("disposition", "before", "after"),
    [
        ('name="password"', b"\r\n--edge--\r\n", b"\r\n"),
        ('name="password"', b"\r\n", b"\n"),
        ("Name=password", b"--edge", b"--edge"),
        ("name*=utf-8''pass%77ord", b"--edge", b"--edge"),
    ],
)
def test_a_part_of_an_invalid_multipart_body_is_redacted(
    disposition: str, before: bytes, after: bytes, kind: str
) -> None:
    """With LF as line ends, without the last boundary, or with another one than it says."""
    body = multipart((disposition, "text/plain", b"hunter2")).replace(before, after)
    result = KNOWING.body(body, kind)
    assert (MARK in result, "hunter2" in result) == (True, False)


def test_a_multipart_body_of_very_many_parts_becomes_its_size() -> None:
    """No part of it shows."""
    body = multipart(*[('name="password"', "text/plain", b"hunter2")] * 1001)
    assert KNOWING.body(body, MULTIPART) == f"[left out: {len(body)} bytes]"


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_an_invalid_multipart_body_is_redacted_by_its_patterns(kind: str) -> None:
    """Like any text."""
    assert BLIND.body(b"ask ada@example.com", kind) == f"ask {MARK}"


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ("x", "email", MARK),
        ({"email": "x", "id": "1"}, "", {"email": MARK, "id": "1"}),
        (["a", {"b": "c"}, 1, None, True], "secrets", [MARK, {"b": MARK}, 1, None, True]),
        (15551234567, "phone", 0),
        (1.5, "email", 1.5),
        ("", "email", ""),
        ("text", "", "text"),
    ],
)
def test_a_value_is_redacted_by_the_name_of_its_field(value: Any, name: str, expected: Any) -> None:
    """And keeps its type."""
    assert json.loads(BLIND.json(json.dumps(value), (name,))) == expected


# Known secrets, in any place and encoding.

ENCODINGS: list[Callable[[str], str]] = [
    str,
    lambda s: f"before {s} after",
    lambda s: quote(s, safe=""),
    lambda s: quote(s),
    quote_plus,
    lambda s: quote(s, safe="").lower() if s.islower() else quote(s, safe=""),
    lambda s: json.dumps(s)[1:-1],
    lambda s: json.dumps(s, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    html.escape,
    lambda s: html.escape(s, quote=False),
    basic,
    lambda s: basic(s, "a"),
    lambda s: basic(s, ""),
    lambda s: base64.urlsafe_b64encode(f"us:{s}".encode()).decode().rstrip("="),
    lambda s: base64.b64encode(f"x{s}yz".encode()).decode(),
    lambda s: s.encode().hex(),
    lambda s: f"0x{f'us:{s}'.encode().hex().upper()}",
    lambda s: "".join(f"%{octet:02x}" for octet in s.encode()),
    lambda s: base64.b32encode(s.encode()).decode(),
    lambda s: base64.b32encode(f"us:{s}!".encode()).decode().rstrip("=").lower(),
    lambda s: base64.b64encode(s.encode("utf-16")).decode(),
    lambda s: base64.b64encode(f"us:{s}".encode("utf-16-be")).decode(),
    lambda s: base64.b32encode(f"x{s}".encode("utf-16-le")).decode(),
    lambda s: s.encode("utf-16-le").hex(),
    lambda s: s.encode("utf-16").hex(" ").upper(),
    lambda s: s.encode("utf-16-be").hex(":"),
    lambda s: s.encode().hex(" "),
    lambda s: f"us:{s}".encode().hex("-").upper(),
    lambda s: quopri.encodestring(s.encode(), quotetabs=True).decode().replace("=\n", ""),
]


def places(redactor: Redactor, written: str) -> list[str]:
    """The results of a redactor for a text in every place where it may be."""
    sent = (
        ("X-Other", written), ("Cookie", f"a={written}"), ("Set-Cookie", f"a=b; c={written}"),
        ("Authorization", written), ("Location", f"/{quote(written)}"), (written, "x"),
    )  # fmt: skip
    raw = written.encode()
    parts = multipart(
        ('name="a"', "text/plain", raw), ('name="b"', JSON, json.dumps([written]).encode())
    )
    request = Request("POST", f"http://h.test/a/{quote(written, safe='')}", sent, raw)
    whole = Exchange(1, "op", "x", request, Response(200, sent, raw), written, written)
    clean = redactor.exchange(whole)
    line = f"curl -d {shlex.quote(written)} 'http://h.test/?a={quote(written)}'"
    found = finding(
        message=written, seen=json.dumps(written), expected=written, detail=written, curl=line
    )
    report = redacted(reported(found, problem=written, notes=(written,)), redactor)
    return [
        redactor.text(written),
        redactor.url(f"http://h.test/{quote(written, safe='')}?a={quote_plus(written)}"),
        redactor.url(f"/{quote(written)}#{quote(written)}"),
        redactor.body(json.dumps({"a": [written, {written: 1}]}).encode(), JSON),
        redactor.body(json.dumps({"a": json.dumps({"b": written})}).encode(), JSON),
        redactor.body(f'{{"a": {json.dumps(written)}, oops'.encode(), JSON),
        redactor.body(urlencode({"a": written, written: "b"}).encode(), FORM),
        redactor.body(parts, MULTIPART),
        redactor.body(f"<a b='{html.escape(written)}'>{html.escape(written)}</a>".encode(), XML),
        redactor.body(('id,b\n1,"' + written.replace('"', '""') + '"\n').encode(), "text/csv"),
        redactor.body(f'id,b\n1,"{written}"\n'.encode(), "text/csv"),
        redactor.body(raw, "text/plain"),
        redactor.value(written, "a"),
        *texts(clean), *texts(report.findings), *texts(report.notes), report.problem,
    ]  # fmt: skip


def texts(value: Any) -> list[str]:
    """Every string in a dataclass or collection."""
    if isinstance(value, str | bytes):
        return [value if isinstance(value, str) else value.decode("utf-8", "replace")]
    if is_dataclass(value):
        return [text for each in fields(value) for text in texts(getattr(value, each.name))]
    return [text for each in value for text in texts(each)] if isinstance(value, tuple) else []


def readings(text: str) -> list[str]:
    """A text as it is, and decoded in the usual ways."""
    decoded = [text, unquote(text), unquote(text.replace("+", " ")), html.unescape(text)]
    for run in re.findall("(?:[0-9a-fA-F]{2}[ :-]?){4,}", text):
        octets = bytes.fromhex(re.sub("[ :-]", "", run))
        decoded += [octets.decode(c, "replace") for c in ("utf-8", "utf-16-le", "utf-16-be")]
    for run in re.findall("[A-Za-z2-7]{8,}", text):
        octets = base64.b32decode(run[: len(run) // 8 * 8].upper())
        decoded += [octets.decode(c, "replace") for c in ("utf-8", "utf-16-le", "utf-16-be")]
    decoded.append(quopri.decodestring(text.encode()).decode("utf-8", "replace"))
    unescaped = text.replace("\\/", "/").replace('\\"', '"').replace("\\\\", "\\")
    return [*decoded, unescaped, text.replace('""', '"')]


@pytest.mark.parametrize("encode", ENCODINGS)
@pytest.mark.parametrize(
    "secret", ["test-key", SECRET, "p@ss word+1/2=", "q\"uo'te\\d", "ümläut-kéy", "a&b=c;d,e"]
)
def test_a_secret_survives_nowhere(encode: Callable[[str], str], secret: str) -> None:
    """In no place and no encoding."""
    for place in places(Redactor([secret]), encode(secret)):
        for reading in readings(place):
            assert secret not in reading
        assert basic(secret)[8:-4] not in place


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(
    secret=st.text("abcXYZ019-._~+/=&%\"'\\<>;:, éß€", min_size=6, max_size=30),
    index=st.integers(0, len(ENCODINGS) - 1),
)
def test_no_generated_secret_survives(secret: str, index: int) -> None:
    """Whatever is in it."""
    secret = secret.strip() or "abcdef"
    if len(secret) < 6 or secret in MARK:
        secret += "-secret"
    encoded = secret.encode().hex()
    for place in places(Redactor([secret]), ENCODINGS[index](secret)):
        assert secret not in place
        assert encoded not in place.lower()


def test_a_short_secret_is_not_looked_for() -> None:
    """It would be found in every other word."""
    assert Redactor(["a" * (SHORTEST - 1), ""]).text("aaa banana") == "aaa banana"


@pytest.mark.parametrize("text", ["latest-testing contest", "https://latest.test1.example/retest"])
def test_a_secret_of_a_few_characters_is_a_word(text: str) -> None:
    """It is no part of other words, whose reports nobody could read."""
    assert Redactor(["test"]).text(text) == text
    assert Redactor(["test-key"]).text(text.replace("test", "test-key")).count(MARK) > 0


@pytest.mark.parametrize(
    "text",
    ["test", "a test, b", "x=test&y", "_test_", "a\\ntest", "a%20test", "a=20test", "\\u0020test",
     "key:test", "Bearer test", "é/test/é"],
)  # fmt: skip
def test_a_secret_of_a_few_characters_is_removed_as_a_word(text: str) -> None:
    """Behind an escape, too, which may end in a letter."""
    assert Redactor(["test"]).text(text) == text.replace("test", MARK)


# Whole exchanges and reports.


def test_an_exchange_is_redacted_in_all_its_parts() -> None:
    """The original is not changed."""
    whole = exchange(1, {"email": "x", "id": "1"}, error=f"no {KEY}", note="ask ada@example.com")
    whole = replace(whole, request=replace(whole.request, body=b'{"phone":"1"}'))

    clean = KNOWING.exchange(whole)

    assert clean.request.headers[0] == ("Authorization", f"Bearer {MARK}")
    assert clean.request.body == b'{"phone":"' + MARK.encode() + b'"}'
    assert clean.response is not None
    assert clean.response.body == b'{"email": "' + MARK.encode() + b'", "id": "1"}'
    assert (clean.error, clean.note) == (f"no {MARK}", f"ask {MARK}")
    assert whole.response is not None
    assert b"x" in whole.response.body


def test_a_body_keeps_its_charset() -> None:
    """So that its Content-Type stays right."""
    kind = "text/plain; charset=iso-8859-1"
    latin = Response(200, (("Content-Type", kind),), "Grüße an ada@example.com".encode("latin-1"))

    response = BLIND.exchange(replace(exchange(), response=latin)).response

    assert response is not None
    assert response.body == f"Grüße an {MARK}".encode("latin-1")


@pytest.mark.parametrize(
    ("instance", "seen", "expected"),
    [
        ("response body /data/0/email", '"x"', f'"{MARK}"'),
        ("response body /data/0/email", '"cut o…', f'"{MARK}"'),
        ("response body /email", "no such field", "no such field"),
        ("response body /candidate", '{"name": "Ada", "id": 1}', f'{{"name": "{MARK}", "id": 1}}'),
        ("response body /status", '"open"', '"open"'),
        ("response header X-Api-Key", '"x"', f'"{MARK}"'),
        ("response body /", '"ada@example.com"', f'"{MARK}"'),
        ("response body /phone", "15551234567", "0"),
    ],
)
def test_the_value_of_a_finding_is_redacted_by_its_pointer(
    instance: str, seen: str, expected: str
) -> None:
    """The value alone has no name."""
    report = reported(finding("wrong-type", instance=instance, seen=seen))

    assert redacted(report, BLIND).findings[0].seen == expected


def test_a_message_does_not_quote_what_was_redacted() -> None:
    """Some messages repeat the value."""
    whole = finding(instance="response body /name", seen='"Ada B"', message='"Ada B" is not a UUID')

    assert redacted(reported(whole), BLIND).findings[0].message == f'"{MARK}" is not a UUID'


def _sent(
    fields: dict[str, str] | None = None, body: bytes = b"", query: str = "", kind: str = ""
) -> Request:
    headers = {**(fields or {}), **({"Content-Type": kind} if kind else {})}
    return Request(
        "POST" if body else "GET", f"http://h.test/{query}", tuple(headers.items()), body
    )


def _of_user(password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'user:{password}'.encode()).decode()}"}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (_sent({"X-Acme": KEY}), '/ -H "X-Acme: ${V}"'),
        (_sent({"Authorization": f"Bearer {KEY}"}), '/ -H "Authorization: Bearer ${V}"'),
        (_sent({"Authorization": "Bearer abc"}), f"/ -H 'Authorization: Bearer {MARK}'"),
        (_sent({"Cookie": f"s={KEY}; t=abc"}), f'/ -H "Cookie: s=${{V}}; t={MARK}"'),
        (_sent(_of_user(KEY)), '/ -u "user:${V}"'),
        (_sent(_of_user("pass")), f"/ -H 'Authorization: Basic {MARK}'"),
        (_sent({"X-Note": "$PATH"}), "/ -H 'X-Note: $PATH'"),
        (_sent({"X-Acme": f"x{KEY}y"}), f"/ -H 'X-Acme: {MARK}'"),
        (_sent(query=f"?api_key={KEY}&email=x"), f'/?api_key=${{V}}&email={MARK}"'),
        (_sent(query=f"{KEY}?a={KEY}"), f'/{MARK}?a=${{V}}"'),
        (_sent(body=b'{"email":"it\'s"}', kind=JSON), f'--data-raw \'{{"email":"{MARK}"}}\''),
        (_sent(body=json.dumps({"id": KEY}).encode(), kind=JSON), f"""'{{"id": "{MARK}"}}'"""),
        (_sent(body=b"id=1&email=x", kind=FORM), f"--data-raw 'id=1&email={MARK}'"),
        (
            _sent(body=multipart(('name="email"', "text/plain", b"x")), kind=MULTIPART),
            f"""-F 'email="{MARK}";type=text/plain'""",
        ),
        (_sent(body=b"\x00\xff", kind="image/png"), "--data-raw '[left out: 2 bytes]'"),
    ],
)
def test_the_line_that_repeats_a_request_has_a_variable_for_its_credential(
    request_: Request, expected: str
) -> None:
    """And nothing else that is secret or personal."""
    report = reported(finding(), exchanges=(replace(exchange(), request=request_),))
    (found,) = redacted(replace(report, credential=(KEY, "V")), KNOWING).findings

    assert found.curl.endswith(expected)
    assert KEY not in found.curl


def test_a_recording_has_no_variable_for_its_credentials() -> None:
    """They are not those of the reader, and the host may be anybody's."""
    fields = {"X-Acme": KEY, "Authorization": "Bearer $GREENROOM_ACME_KEY", "X-Note": "$PATH"}
    report = reported(finding(), exchanges=(replace(exchange(), request=_sent(fields)),))
    (found,) = redacted(report, KNOWING).findings

    # In single quotes a shell expands nothing.
    assert found.curl == (
        f"curl -i http://h.test/ -H 'X-Acme: {MARK}' "
        "-H 'Authorization: Bearer $GREENROOM_ACME_KEY' -H 'X-Note: $PATH'"
    )


def test_redacting_twice_gives_the_same() -> None:
    """So it does not matter whether it was done before."""
    redactor = redactor_for(guessing(), [SECRET])
    once = redacted(everything(), redactor)

    assert redacted(once, redactor) == once


@pytest.mark.parametrize(
    "piece",
    [
        "a", "a.", "a@", " ", "bearer ", "+1", "eyJ", '"', "\\", '\\"', "a=", 'a="', "<a", "<",
        '<a b="', "[", '{"a":', "http://", "http://a?x=", "%40", "555 ", "[\n", "--edge\r\n", "&",
        "name:", "sk-", "(", "555-", "data: {", "a-",
    ],
)  # fmt: skip
def test_redaction_takes_linear_time(piece: str) -> None:
    """A pattern that backtracks would exceed the time limit of a test."""
    text = piece * (20_000 // len(piece))
    for kind in (JSON, FORM, MULTIPART, "text/plain", "text/xml", "text/csv"):
        assert isinstance(KNOWING.body(text.encode(), kind), str)
    assert isinstance(KNOWING.url(text), str)
