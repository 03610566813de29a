"""A received webhook is read from files of several formats and judged by its contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contracts import of_vendors

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract, Operation
from greenroom.contract.webhook_signature import signing_of
from greenroom.errors import GreenroomError
from greenroom.redaction.redactor import redactor_for
from greenroom.webhooks.message import prepare
from greenroom.webhooks.signature import sign
from greenroom_contracts.judge.webhooks import Webhook, judge_webhook
from greenroom_contracts.reports.formats.terminal import report_lines
from greenroom_contracts.reports.redacted_report import redacted
from greenroom_contracts.traffic.received_webhooks import judge_received
from greenroom_contracts.traffic.webhook_files import read_webhooks

SECRET = b"s3cret of the tests"
NOW = 1_700_000_000.0
GUESSED = {"basis": "inferred", "note": "Not documented."}
DOCUMENTED = {"basis": "documented", "source": "guide"}
CANDIDATE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "score": {"type": "integer"},
        "stage": {"enum": ["new", "done"]},
    },
    "x-provenance": DOCUMENTED,
}
SIGNED = {
    "algorithm": "hmac-sha256",
    "encoding": "hex",
    "signature-header": "X-Signature",
    "timestamp-header": "X-Timestamp",
    "signed-content": "{timestamp}.{body}",
    "timestamp-tolerance": 300,
    "x-provenance": GUESSED,
}
SCHEMA = "/webhooks/candidate.screened/post/requestBody/content/application~1json/schema"
BODY = b'{"id":"c-1","score":7,"stage":"new"}'


def screening(**parts: Any) -> Contract:
    """A contract with three webhooks; `parts` are further parts of the document."""
    content = {
        "application/json": {"schema": CANDIDATE},
        "application/x-www-form-urlencoded": {"schema": CANDIDATE},
    }
    parameters = [
        {"name": "X-Event", "in": "header", "required": True, "schema": {"enum": ["screened"]}},
        {"name": "X-Version", "in": "header", "schema": {"type": "integer"}},
        {"name": "test", "in": "query", "required": True, "schema": {"type": "string"}},
    ]
    posts = {
        "candidate.screened": {
            "parameters": parameters,
            "requestBody": {"required": True, "content": content},
        },
        "candidate.deleted": {"requestBody": {"content": content}},
        "ping": {},
    }
    received = {"responses": {"200": {"description": "Received."}}}
    raw = {
        "openapi": "3.1.0",
        "info": {"title": "Screening", "version": "1"},
        "webhooks": {name: {"post": {**received, **post}} for name, post in posts.items()},
        **parts,
    }
    return build(raw, "screening", "screening.yaml")


PLAIN = screening()
SIGNING = screening(**{"x-webhook-signature": SIGNED})
Field = tuple[str, str]

JSON: Field = ("Content-Type", "application/json")
EVENT: Field = ("X-Event", "screened")
FORM: Field = ("Content-Type", "application/x-www-form-urlencoded")


def message(*fields: Field, body: bytes = BODY, received: float | None = None) -> Webhook:
    """A complete HTTP message."""
    return Webhook((JSON, EVENT, *fields), body, whole=True, received=received)


def kinds(contract: Contract, payload: Webhook, event: str = "candidate.screened") -> list[str]:
    """The kinds of the findings."""
    return [found.kind for found in judge_webhook(contract, event, payload, SECRET).findings]


HOOK = {"method": "POST", "url": "https://receiver.example/hooks"}


def archive(*requests: Any) -> bytes:
    """An HTTP archive of requests."""
    start = "2023-11-14T22:13:20.000+00:00"
    entries = [{"startedDateTime": start, "request": request} for request in requests]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def posted(**data: Any) -> dict[str, Any]:
    """A request of an archive."""
    headers = [{"name": "X-Event", "value": "screened"}]
    return {**HOOK, "headers": headers, "postData": data}


LINES = b"Content-Type: application/json\r\nX-Event: screened\r\n"
WHOLE = (JSON, EVENT)
FILES: dict[str, tuple[bytes, list[Webhook]]] = {
    "body": (BODY, [Webhook((), BODY)]),
    "body that ends with a line": (BODY + b"\n", [Webhook((), BODY + b"\n")]),
    "form": (b"id=c-1&score=7", [Webhook((), b"id=c-1&score=7")]),
    "nothing": (b"", [Webhook((), b"")]),
    "text like a field": (b"note: 1", [Webhook((), b"note: 1")]),
    "text in paragraphs": (b"Dear reader\n\nHello", [Webhook((), b"Dear reader\n\nHello")]),
    "bytes": (b"\xff\x00", [Webhook((), b"\xff\x00")]),
    "fields and body": (LINES + b"\r\n" + BODY, [Webhook(WHOLE, BODY, True)]),
    "line feeds alone": (
        LINES.replace(b"\r", b"") + b"\n" + BODY, [Webhook(WHOLE, BODY, True)],
    ),
    "request": (
        b"POST /hooks?a=b HTTP/1.1\r\n" + LINES + b"\r\n" + BODY, [Webhook(WHOLE, BODY, True)],
    ),
    "output of curl": (b"HTTP/2 200 \r\n" + LINES + b"\r\n" + BODY, [Webhook(WHOLE, BODY, True)]),
    "request without a body": (
        b"POST / HTTP/1.1\r\nX-Event: screened\r\n\r\n", [Webhook((EVENT,), b"", True)],
    ),
    "request without an end": (
        b"POST / HTTP/1.1\r\nX-Event: screened\r\n", [Webhook((EVENT,), b"", True)],
    ),
    "fields that are no ASCII": (
        "X-Name: Zoé\r\n\r\n{}".encode(), [Webhook((("X-Name", "ZoÃ©"),), b"{}", True)],
    ),
    "body with an empty line": (LINES + b"\r\n{\r\n\r\n}", [Webhook(WHOLE, b"{\r\n\r\n}", True)]),
    "body cut to its length": (
        b"X-Event: screened\r\nContent-Length: 2\r\n\r\n{}\n",
        [Webhook((EVENT, ("Content-Length", "2")), b"{}", True)],
    ),
    "body in chunks": (
        b"X-Event: screened\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;a=b\r\n}\r\n0\r\n\r\n",
        [Webhook((EVENT, ("Transfer-Encoding", "chunked")), b"{}", True)],
    ),
    "body that was in chunks": (
        b"X-Event: screened\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        [Webhook((EVENT, ("Transfer-Encoding", "chunked")), b"{}", True)],
    ),
    "archive": (
        archive(posted(mimeType="application/json", text=BODY.decode())),
        [Webhook((EVENT, JSON), BODY, True, NOW)],
    ),
    "archive in base64": (
        archive(posted(text="e30=", encoding="base64")), [Webhook((EVENT,), b"{}", True, NOW)],
    ),
    "archive with a form": (
        archive(posted(params=[{"name": "id", "value": "c 1"}])),
        [Webhook((EVENT, FORM), b"id=c+1", True, NOW)],
    ),
    "archive with more": (
        archive({**HOOK, "method": "GET"}, posted(text="{}"), HOOK, posted(text="[]")),
        [Webhook((EVENT,), b"{}", True, NOW), Webhook((EVENT,), b"[]", True, NOW)],
    ),
    "a body with a log": (b'{"log":"a"}', [Webhook((), b'{"log":"a"}')]),
    "a body of a deep list": (b"[" * 100_000, [Webhook((), b"[" * 100_000)]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_webhook_is_read_from_a_file_of_any_format(name: str, tmp_path: Path) -> None:
    """The body is kept byte for byte, since it is signed."""
    content, expected = FILES[name]
    path = tmp_path / "received"
    path.write_bytes(content)

    assert read_webhooks(path) == expected


def test_given_fields_replace_those_of_the_file(tmp_path: Path) -> None:
    """The case of their names does not matter."""
    path = tmp_path / "received"
    path.write_bytes(LINES + b"\r\n" + BODY)

    (read,) = read_webhooks(path, ["x-event:  other ", "X-Empty:"])

    assert read.headers == (JSON, ("x-event", "other"), ("X-Empty", ""))


UNREADABLE: dict[str, tuple[bytes | None, list[str], str]] = {
    "no file": (None, [], "cannot be read: No such file"),
    "no field": (BODY, ["X-Event"], "write 'Name: value'"),
    "no name": (BODY, [": a"], "write 'Name: value'"),
    "field of two lines": (BODY, ["X-Event: a\r\nX-More: b"], "write 'Name: value'"),
    "body cut short": (b"Content-Length: 3\r\n\r\n{}", [], "2 bytes of body"),
    "archive without a body": (
        archive({**HOOK, "method": "GET"}),
        [],
        "no request in it has a body",
    ),
    "empty archive": (archive(), [], "no request in it has a body"),
    "archive with broken base64": (
        archive(posted(text="e", encoding="base64")),
        [],
        "/log/entries/0/request/postData/text: not valid base64",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_not_a_webhook_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    """In one message, without a traceback."""
    content, headers, problem = UNREADABLE[name]
    path = tmp_path / "received"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(GreenroomError, match=problem):
        read_webhooks(path, headers)


GOOD: dict[str, tuple[str, Webhook]] = {
    "whole": ("candidate.screened", message()),
    "with a known field": ("candidate.screened", message(("x-version", "2"))),
    "with unknown fields": ("candidate.screened", message(("User-Agent", "any"))),
    "type with a parameter": (
        "candidate.screened",
        Webhook((EVENT, ("content-type", "application/JSON; charset=utf-8")), BODY, True),
    ),
    "form": (
        "candidate.screened",
        Webhook((EVENT, ("Content-Type", "application/x-www-form-urlencoded")), b"id=c", True),
    ),
    "bare body": ("candidate.screened", Webhook((), BODY)),
    "no body where none is required": ("candidate.deleted", Webhook((), b"", True)),
    "no body where none is documented": ("ping", Webhook((), b"\r\n", True)),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_webhook_that_follows_its_contract_has_no_findings(name: str) -> None:
    """Even if only a part of it was kept."""
    event, payload = GOOD[name]

    assert kinds(PLAIN, payload, event) == []


# What was received; the kind, the pointer and the place of the finding.
WRONG: dict[str, tuple[str, Webhook, tuple[str, str, str]]] = {
    "missing field": (
        "candidate.screened",
        message(body=b"{}"),
        ("missing-field", f"{SCHEMA}/required", "webhook body /id"),
    ),
    "wrong type": (
        "candidate.screened",
        message(body=b'{"id":"c","score":"7"}'),
        ("wrong-type", f"{SCHEMA}/properties/score/type", "webhook body /score"),
    ),
    "another value": (
        "candidate.screened",
        message(body=b'{"id":"c","stage":"lost"}'),
        ("undocumented-value", f"{SCHEMA}/properties/stage/enum", "webhook body /stage"),
    ),
    "header field that is no ASCII": (
        "candidate.screened",
        Webhook((JSON, ("X-Event", "Ωmega")), BODY, True),
        (
            "invalid-header",
            "/webhooks/candidate.screened/post/parameters/0/schema/enum",
            "webhook header X-Event",
        ),
    ),
    "further field": (
        "candidate.screened",
        message(body=b'{"id":"c","name":"A"}'),
        ("undocumented-field", f"{SCHEMA}/properties", "webhook body /name"),
    ),
    "broken body": (
        "candidate.screened",
        message(body=BODY[:-1]),
        ("unreadable-body", SCHEMA.removesuffix("/schema"), "webhook body /"),
    ),
    "broken form": (
        "candidate.screened",
        Webhook((EVENT, ("Content-Type", "application/x-www-form-urlencoded")), b"score=a", True),
        ("invalid-value", SCHEMA.replace("json", "x-www-form-urlencoded"), "webhook body /"),
    ),
    "no body": (
        "candidate.screened",
        message(body=b" "),
        ("empty-body", "/webhooks/candidate.screened/post/requestBody", "webhook body /"),
    ),
    "a body where none is documented": (
        "ping",
        message(),
        ("undocumented-field", "/webhooks/ping/post", "webhook body /"),
    ),
    "another media type": (
        "candidate.screened",
        Webhook((EVENT, ("Content-Type", "text/xml")), b"<a/>", True),
        (
            "undocumented-media-type",
            "/webhooks/candidate.screened/post/requestBody/content",
            "webhook body /",
        ),
    ),
    "missing header field": (
        "candidate.screened",
        Webhook((JSON,), BODY, True),
        (
            "missing-header",
            "/webhooks/candidate.screened/post/parameters/0",
            "webhook header X-Event",
        ),
    ),
    "other header field": (
        "candidate.screened",
        Webhook((JSON, ("X-Event", "lost")), BODY, True),
        (
            "invalid-header",
            "/webhooks/candidate.screened/post/parameters/0/schema/enum",
            "webhook header X-Event",
        ),
    ),
    "header field of another type": (
        "candidate.screened",
        message(("X-Version", "two")),
        (
            "invalid-header",
            "/webhooks/candidate.screened/post/parameters/1/schema/type",
            "webhook header X-Version",
        ),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_webhook_that_violates_its_contract_has_findings(name: str) -> None:
    """Each with its place and the name of the event."""
    event, payload, expected = WRONG[name]

    found, *_ = judge_webhook(PLAIN, event, payload).findings

    assert (found.kind, found.pointer, found.instance) == expected
    assert found.operation == event


def test_a_finding_has_the_basis_of_the_contract() -> None:
    """It is the basis of the nearest statement."""
    (found,) = judge_webhook(PLAIN, "candidate.screened", message(body=b"{}")).findings

    assert found.basis == "documented"


def test_a_contract_without_webhooks_is_refused() -> None:
    """It has nothing to judge a webhook by."""
    empty = build(
        {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {}}, "acme", "a.yaml"
    )

    with pytest.raises(GreenroomError, match="acme documents no webhooks"):
        judge_webhook(empty, "ping", message())


def signed(
    change: Callable[[list[Field]], list[Field]] = list, body: bytes = BODY, **more: Any
) -> Webhook:
    """A message with its signature, whose fields may be changed."""
    signing = signing_of(SIGNING)
    assert signing is not None
    fields = list(sign(signing, SECRET, BODY, NOW))
    return message(*change(fields), body=body, **more)


def retimed(fields: list[Field]) -> list[Field]:
    """The same signature with another time."""
    return [(name, "1700000001" if name == "X-Timestamp" else value) for name, value in fields]


FORGED: dict[str, tuple[Webhook, str]] = {
    "another body": (signed(body=BODY.replace(b"7", b"8")), "does not sign this body"),
    "another time": (signed(retimed), "does not sign this body"),
    "no signature": (signed(lambda fields: fields[:1]), "no X-Signature"),
    "no time": (signed(lambda fields: fields[1:]), "no X-Timestamp"),
    "neither": (message(), "no X-Signature"),
    "a line more": (signed(body=BODY + b"\n"), "does not sign this body"),
    "too late": (signed(received=NOW + 301), "X-Timestamp is 301 s from the time of receipt"),
    "too early": (signed(received=NOW - 301), "X-Timestamp is 301 s from the time of receipt"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_wrong_signature_is_a_finding(name: str) -> None:
    """It has the basis of the signature, and does not contain the right one."""
    payload, problem = FORGED[name]

    (found,) = judge_webhook(SIGNING, "candidate.screened", payload, SECRET).findings

    assert (found.kind, found.pointer) == ("signature", "/x-webhook-signature")
    assert (found.basis, found.message.partition(problem)[1]) == ("inferred", problem)


UNFORGED: dict[str, Webhook] = {
    "whole": signed(),
    "in time": signed(received=NOW + 300),
    "bare body with its fields": Webhook(signed().headers, BODY),
    "bare body that ends with a line": Webhook(signed().headers, BODY + b"\r\n"),
}


@pytest.mark.parametrize("name", UNFORGED)
def test_a_valid_signature_has_no_findings(name: str) -> None:
    """However old it is, if the time of receipt is unknown."""
    receipt = judge_webhook(SIGNING, "candidate.screened", UNFORGED[name], SECRET)

    assert (receipt.findings, receipt.notes) == ((), ())


@pytest.mark.parametrize(
    ("contract", "payload", "secret", "problem"),
    [
        (PLAIN, message(), SECRET, "no signature was checked: unsigned, since no signature"),
        (SIGNING, message(), b"", "GREENROOM_SCREENING_WEBHOOK_SECRET is not set"),
        (
            SIGNING,
            Webhook((), BODY),
            SECRET,
            "no header fields are given; give X-Signature and X-Timestamp with --header",
        ),
        (
            SIGNING,
            Webhook((EVENT, ("X-Sig", "1")), BODY),
            SECRET,
            "the header fields given are X-Event, X-Sig; give X-Signature and X-Timestamp with",
        ),
    ],
)
def test_a_signature_that_cannot_be_checked_is_noted(
    contract: Contract, payload: Webhook, secret: bytes, problem: str
) -> None:
    """It is not a finding."""
    receipt = judge_webhook(contract, "candidate.screened", payload, secret)

    assert receipt.findings == ()
    (note,) = receipt.notes
    assert problem in note


SIGNATURE = tuple(f"{name}: {value}" for name, value in signed().headers[2:])
JUDGED = [
    (SIGNING, BODY, SIGNATURE, SECRET, 0, "1 webhook payload examined, no difference"),
    (SIGNING, BODY, SIGNATURE, SECRET, 0, "note: the signature is right"),
    (SIGNING, BODY, (), b"", 0, "1 webhook payload examined, no difference"),
    (SIGNING, BODY, SIGNATURE, b"", 2, "GREENROOM_SCREENING_WEBHOOK_SECRET is not set"),
    (SIGNING, BODY, (), SECRET, 2, "no header fields are given; give X-Signature"),
    (
        SIGNING,
        BODY,
        ("X-Sig: 1",),
        SECRET,
        2,
        "the header fields given are X-Sig; give X-Signature",
    ),
    (SIGNING, BODY, ("X-Sig: 1",), b"", 2, "GREENROOM_SCREENING_WEBHOOK_SECRET is not set"),
    (SIGNING, BODY, SIGNATURE, b"another", 1, "1 difference from the contract"),
    (PLAIN, BODY, ("X-Other: 1",), b"", 0, "1 webhook payload examined, no difference"),
    (PLAIN, BODY, (), SECRET, 2, "No signature was checked"),
    (PLAIN, b'{"id":5}', (), b"", 1, "1 difference from the contract"),
]


@pytest.mark.parametrize(("contract", "body", "headers", "secret", "code", "said"), JUDGED)
def test_a_webhook_conforms_only_if_what_was_given_is_judged(
    contract: Contract, body: bytes, headers: tuple[str, ...], secret: bytes, code: int, said: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    """A signature without its secret is not examined, and redaction leaves the hint readable."""
    file = tmp_path / "body.json"
    file.write_bytes(body)
    report = judge_received(contract, "candidate.screened", file, headers, secret)

    clean = redacted(report, redactor_for(contract, [secret.decode()]))
    printed = " ".join(line.strip() for line in report_lines(clean))
    assert (report.exit_code, said in printed, "0 operations" in printed) == (code, True, False)
    assert "The run ended early" not in printed
    # A wrong one is said once, a right one in words.
    assert ("the signature is right" in printed) is (headers == SIGNATURE and secret == SECRET)
    assert printed.count("X-Signature does not") == (secret == b"another")


@pytest.mark.parametrize(
    ("body", "code"),
    [(b'{"foo":1}', 2), (b"{}", 2), (b'{"score":1}', 0), (b'{"score":"1","foo":1}', 1)],
)
def test_a_payload_without_any_documented_field_is_not_examined(
    body: bytes, code: int, tmp_path: Path
) -> None:
    """If no field is required, the payload of any other event would conform."""
    schema = {"type": "object", "properties": CANDIDATE["properties"]}
    content = {"application/json": {"schema": schema}}
    post = {"requestBody": {"content": content}, "responses": {"200": {"description": "."}}}
    contract = screening(webhooks={"optional": {"post": post}})
    (tmp_path / "body.json").write_bytes(body)

    report = judge_received(contract, "optional", tmp_path / "body.json")

    assert report.exit_code == code
    said = "the payload has none of the documented fields of optional: id, score, stage"
    assert report.problem == (said if code == 2 else "")


def test_an_unknown_event_is_a_usage_error_that_names_the_documented_ones(tmp_path: Path) -> None:
    """A mistyped name is not drift."""
    (tmp_path / "body.json").write_bytes(BODY)
    listed = "documented: candidate.screened, candidate.deleted, ping"

    with pytest.raises(GreenroomError, match=f"candidate.sreened is not a webhook.*{listed}"):
        judge_received(PLAIN, "candidate.sreened", tmp_path / "body.json")


WEBHOOKS = [
    pytest.param(contract, webhook, id=f"{contract.name}-{webhook.path}")
    for contract in of_vendors()
    for webhook in contract.webhooks
]


def test_some_vendors_have_webhooks() -> None:
    """Without any, the tests below would test nothing."""
    assert WEBHOOKS
    assert SIGNERS


@pytest.mark.parametrize(("contract", "webhook"), WEBHOOKS)
def test_webhooks_that_greenroom_sends_conform(contract: Contract, webhook: Operation) -> None:
    """Each example, in each media type, as it is sent."""
    for media in webhook.body.content if webhook.body else ():
        for example in media.examples:
            sent = prepare(
                contract, webhook.path, now=NOW, secret=SECRET, example=example.name,
                media_type=media.name,
            )  # fmt: skip
            payload = Webhook(sent.fields, sent.body, whole=True, received=NOW)

            assert judge_webhook(contract, webhook.path, payload, SECRET).findings == ()


SIGNERS = [
    pytest.param(contract, id=contract.name)
    for contract in of_vendors()
    if contract.webhooks and (signing := signing_of(contract)) and signing.complete
]


@pytest.mark.parametrize("contract", SIGNERS)
def test_a_webhook_that_was_changed_on_the_way_has_a_wrong_signature(contract: Contract) -> None:
    """For every vendor whose signature is known."""
    event = contract.webhooks[0].path
    sent = prepare(contract, event, now=NOW, secret=SECRET)
    payload = Webhook(sent.fields, sent.body.replace(b":", b": ", 1), whole=True)

    assert kinds(contract, payload, event) == ["signature"]
