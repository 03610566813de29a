"""Signing and verifying webhooks by what a contract says of its vendor."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from typing import Any

import pytest

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom.errors import InvalidContractError
from greenroom.lint.document import Document
from greenroom.lint.extensions import webhook_signature
from greenroom.webhooks.signature import (
    SignatureError,
    Signing,
    sign,
    signing_of,
    stamp,
    verify,
)

SECRET = b"s3cret"
BODY = b'{"event":"candidate.screened","name":"Zo\xc3\xab"}'
NOW = 1_700_000_000.9

PLAIN = Signing(
    algorithm="hmac-sha256",
    encoding="hex",
    signature_header="X-Signature",
    signed_content="{body}",
)
TIMED = replace(PLAIN, timestamp_header="X-Timestamp", signed_content="{timestamp}.{body}")


def digest(content: bytes, key: bytes = SECRET) -> bytes:
    """HMAC-SHA256, by the standard library alone."""
    return hmac.new(key, content, hashlib.sha256).digest()


# what the contract says: the value of the signature field
VECTORS: dict[str, tuple[Signing, str]] = {
    "hex of the body": (PLAIN, digest(BODY).hex()),
    "base64 of the body": (
        replace(PLAIN, encoding="base64"),
        base64.b64encode(digest(BODY)).decode(),
    ),
    "hex of time and body": (TIMED, digest(b"1700000000." + BODY).hex()),
    "milliseconds": (
        replace(TIMED, timestamp_unit="milliseconds"),
        digest(b"1700000000900." + BODY).hex(),
    ),
    "time sent but not signed": (replace(TIMED, signed_content="{body}"), digest(BODY).hex()),
    "time behind the body": (
        replace(TIMED, signed_content="v0:{body}:{timestamp}"),
        digest(b"v0:" + BODY + b":1700000000").hex(),
    ),
    "prefix": (replace(PLAIN, prefix="sha256="), "sha256=" + digest(BODY).hex()),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_signature_is_the_one_that_the_contract_describes(name: str) -> None:
    """Computed here from literal bytes, as a receiver would."""
    signing, expected = VECTORS[name]

    assert sign(signing, SECRET, BODY, NOW)[-1] == ("X-Signature", expected)


def test_a_signature_is_that_of_rfc_4231() -> None:
    """Test case 2 of the RFC, from outside this project."""
    fields = sign(PLAIN, b"Jefe", b"what do ya want for nothing?", NOW)

    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert fields == (("X-Signature", expected),)


@pytest.mark.parametrize("name", VECTORS)
def test_what_is_signed_verifies(name: str) -> None:
    """Sending and checking read the same contract."""
    signing, _ = VECTORS[name]

    verify(signing, SECRET, sign(signing, SECRET, BODY, NOW), BODY)


def test_a_body_that_holds_a_placeholder_is_signed_as_it_is() -> None:
    """Nothing in a body stands for anything."""
    body = b'{"template":"{timestamp} {body}"}'

    fields = dict(sign(TIMED, SECRET, body, NOW))

    assert fields["X-Signature"] == digest(b"1700000000." + body).hex()


@pytest.mark.parametrize(
    ("signing", "expected"),
    [
        (TIMED, (("X-Timestamp", "1700000000"),)),
        (replace(TIMED, timestamp_unit="milliseconds"), (("X-Timestamp", "1700000000900"),)),
        (PLAIN, ()),
    ],
)
def test_the_time_is_sent_where_the_contract_has_a_field_for_it(
    signing: Signing, expected: tuple[tuple[str, str], ...]
) -> None:
    """Whole seconds since 1970, unless the contract counts milliseconds."""
    assert stamp(signing, NOW) == expected
    assert sign(signing, SECRET, BODY, NOW)[:-1] == expected


def changed(name: str, value: str) -> list[tuple[str, str]]:
    """The fields of a good message, one of them with another value."""
    return [(n, value if n == name else v) for n, v in sign(TIMED, SECRET, BODY, NOW)]


GOOD = list(sign(TIMED, SECRET, BODY, NOW))
FORGED: dict[str, tuple[bytes, list[tuple[str, str]], bytes, str]] = {
    "tampered body": (SECRET, GOOD, BODY.replace(b"Zo", b"Jo"), "does not sign"),
    "body written anew": (SECRET, GOOD, BODY + b"\n", "does not sign"),
    "empty body": (SECRET, GOOD, b"", "does not sign"),
    "wrong secret": (b"secret", GOOD, BODY, "does not sign"),
    "wrong timestamp": (SECRET, changed("X-Timestamp", "1700000001"), BODY, "does not sign"),
    "timestamp that is no number": (SECRET, changed("X-Timestamp", "né\udcff"), BODY, "does not"),
    "no timestamp": (SECRET, GOOD[1:], BODY, "no X-Timestamp"),
    "no signature": (SECRET, GOOD[:1], BODY, "no X-Signature"),
    "empty signature": (SECRET, changed("X-Signature", ""), BODY, "does not sign"),
    "signature that is no hex": (SECRET, changed("X-Signature", "né\udcff"), BODY, "does not"),
    "upper case": (SECRET, changed("X-Signature", GOOD[1][1].upper()), BODY, "does not sign"),
    "beginning only": (SECRET, changed("X-Signature", GOOD[1][1][:32]), BODY, "does not sign"),
    "two signatures": (SECRET, [*GOOD, ("x-signature", "0")], BODY, "2 times"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_message_that_was_not_signed_so_is_refused(name: str) -> None:
    """Each reason is told, and none tells the right signature."""
    secret, fields, body, said = FORGED[name]

    with pytest.raises(SignatureError, match=said) as caught:
        verify(TIMED, secret, fields, body)
    assert GOOD[1][1] not in str(caught.value)


def test_field_names_are_compared_without_regard_to_case() -> None:
    """HTTP/2 and many servers write them in lower case."""
    verify(TIMED, SECRET, [(name.lower(), value) for name, value in GOOD], BODY)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison is left to the function that is made for it."""
    compared = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return True

    monkeypatch.setattr(hmac, "compare_digest", compare)
    verify(TIMED, SECRET, changed("X-Signature", "0"), BODY)

    assert compared == [(GOOD[1][1].encode(), b"0")]


INCOMPLETE: dict[str, tuple[Signing, tuple[str, ...]]] = {
    "no algorithm": (replace(PLAIN, algorithm=None), ("algorithm",)),
    "no encoding": (replace(PLAIN, encoding=None), ("encoding",)),
    "no header": (replace(PLAIN, signature_header=None), ("signature-header",)),
    "no content": (replace(PLAIN, signed_content=None), ("signed-content",)),
    "no time": (replace(TIMED, timestamp_header=None), ("timestamp-header",)),
    "algorithm only": (
        Signing(algorithm="hmac-sha256"),
        ("encoding", "signature-header", "signed-content"),
    ),
}


@pytest.mark.parametrize("name", INCOMPLETE)
def test_what_is_not_public_is_named_and_not_guessed(name: str) -> None:
    """Neither made nor verified."""
    signing, missing = INCOMPLETE[name]

    assert signing.unpublished == missing
    assert not signing.complete
    with pytest.raises(SignatureError, match=", ".join(missing)):
        sign(signing, SECRET, BODY, NOW)
    with pytest.raises(SignatureError, match=", ".join(missing)):
        verify(signing, SECRET, GOOD, BODY)


def test_a_vendor_that_does_not_sign_lacks_nothing() -> None:
    """But there is no signature to make."""
    unsigned = Signing(algorithm="none")

    assert unsigned.unpublished == ()
    assert not unsigned.signs
    with pytest.raises(SignatureError, match="not signed"):
        sign(unsigned, SECRET, BODY, NOW)


def contract(said: Any) -> Contract:
    """A contract that says one thing about signing."""
    raw = {
        "openapi": "3.1.0",
        "info": {"title": "Screening", "version": "1"},
        "paths": {},
        "x-webhook-signature": said,
    }
    return build(raw, "screening", "screening.yaml")


def test_every_key_of_the_contract_is_read() -> None:
    """Under the name that specs/README.md gives it."""
    said = {
        "algorithm": "hmac-sha256",
        "encoding": "base64",
        "signature-header": "X-Sig",
        "prefix": "v1=",
        "signed-content": "{timestamp}{body}",
        "timestamp-header": "X-Time",
        "timestamp-unit": "milliseconds",
        "x-provenance": {"basis": "inferred", "note": "Seen."},
    }

    assert signing_of(contract(said)) == Signing(
        algorithm="hmac-sha256",
        encoding="base64",
        signature_header="X-Sig",
        prefix="v1=",
        signed_content="{timestamp}{body}",
        timestamp_header="X-Time",
        timestamp_unit="milliseconds",
    )


def test_a_contract_that_says_nothing_has_no_signing() -> None:
    """Which is not the same as a vendor that does not sign."""
    raw = {"openapi": "3.1.0", "info": {"title": "Screening", "version": "1"}, "paths": {}}

    assert signing_of(build(raw, "screening", "screening.yaml")) is None


WRONG: dict[str, tuple[Any, str]] = {
    "null": (None, "not a map"),
    "a text": ("hmac-sha256", "not a map"),
    "unknown algorithm": ({"algorithm": "md5"}, "'hmac-sha256' or 'none'"),
    "algorithm in a list": ({"algorithm": ["hmac-sha256"]}, "'hmac-sha256' or 'none'"),
    "unknown encoding": ({"encoding": "base32"}, "'hex' or 'base64'"),
    "unknown unit": ({"timestamp-unit": "hours"}, "'seconds' or 'milliseconds'"),
    "header that is no text": ({"signature-header": 1}, "1 is not a text"),
    "header without a name": ({"signature-header": ""}, "leave out what is unknown"),
    "null for what is unknown": ({"prefix": None}, "leave out what is unknown"),
    "unknown key": ({"signature_header": "X-Signature"}, "not a key here"),
    "none with more": ({"algorithm": "none", "encoding": "hex"}, "not a key here"),
    "no body signed": ({"signed-content": "{timestamp}"}, "proves nothing"),
    "unknown placeholder": ({"signed-content": "{id}.{body}"}, "'{id}' stands for nothing"),
    "time that is not sent": ({"signed-content": "{timestamp}{body}"}, "'timestamp-header'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_slip_in_the_contract_is_told_with_its_place(name: str) -> None:
    """A wrong signature would be blamed on the receiver."""
    said, message = WRONG[name]

    with pytest.raises(InvalidContractError) as caught:
        signing_of(contract(said))
    assert "screening.yaml#/x-webhook-signature" in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"algorithm": "hmac-sha256"},
        {"algorithm": "none"},
        {"algorithm": "hmac-sha256", "signature-header": "X-Signature"},
        {"encoding": "hex", "signed-content": "{body}"},
    ],
    ids=str,
)
def test_a_contract_may_say_as_little_as_is_public(said: dict[str, Any]) -> None:
    """The house rule asks for no fact that nobody has."""
    provenance = {"x-provenance": {"basis": "inferred", "note": "Nothing more is public."}}

    assert not list(webhook_signature(Document({"x-webhook-signature": said | provenance})))
