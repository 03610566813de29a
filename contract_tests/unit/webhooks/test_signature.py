"""Webhooks are signed and verified as the contract of their vendor documents it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest

from greenroom.contract.webhook_signature import Signing
from greenroom.webhooks.signature import SignatureError, sign, timestamp_field, verify

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


# As specs/README.md describes it.
STANDARD = Signing(
    algorithm="hmac-sha256",
    encoding="base64",
    signature_header="webhook-signature",
    prefix="v1,",
    signed_content="{id}.{timestamp}.{body}",
    id_header="webhook-id",
    timestamp_header="webhook-timestamp",
    secret_prefix="whsec_",
    secret_encoding="base64",
)
STANDARD_SECRET = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_standard_webhooks_are_data_like_any_other() -> None:
    """The example that the libraries of the specification are tested with."""
    body = b'{"test": 2432232314}'
    fields = sign(STANDARD, STANDARD_SECRET, body, 1614265330, "msg_p5jXN8AQM9LWM0D4loKWxJek")
    assert fields == (
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    )
    verify(STANDARD, STANDARD_SECRET, fields, body)
    for name, value in fields:
        wrong = [(n, v + "0" if n == name else v) for n, v in fields]
        with pytest.raises(SignatureError, match="does not sign"):
            verify(STANDARD, STANDARD_SECRET, wrong, body)
        with pytest.raises(SignatureError, match=f"no {name}"):
            verify(STANDARD, STANDARD_SECRET, [f for f in fields if f != (name, value)], body)


def test_one_of_several_signatures_is_enough() -> None:
    """While a secret is replaced, a sender signs with both."""
    (_, good), *_ = reversed(sign(STANDARD, STANDARD_SECRET, BODY, NOW, "msg_1"))
    others = sign(STANDARD, b"whsec_b3RoZXI=", BODY, NOW, "msg_1")
    fields = [*others[:2], ("webhook-signature", f"{others[2][1]} {good}")]
    verify(STANDARD, STANDARD_SECRET, fields, BODY)
    with pytest.raises(SignatureError, match="does not sign"):
        verify(STANDARD, b"whsec_dGhpcmQ=", fields, BODY)


def test_a_secret_that_is_not_of_the_documented_form_is_refused() -> None:
    """Before anything is sent."""
    with pytest.raises(SignatureError, match="not base64"):
        sign(STANDARD, b"whsec_no base64!", BODY, NOW, "msg_1")


@pytest.mark.parametrize("name", VECTORS)
def test_a_signed_message_verifies(name: str) -> None:
    """Sending and checking read the same contract."""
    signing, _ = VECTORS[name]

    verify(signing, SECRET, sign(signing, SECRET, BODY, NOW), BODY)


def test_a_body_that_holds_a_placeholder_is_signed_as_it_is() -> None:
    """A placeholder within a body is not replaced."""
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
    assert timestamp_field(signing, NOW) == expected
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
    "timestamp that is not a number": (
        SECRET,
        changed("X-Timestamp", "né\udcff"),
        BODY,
        "does not",
    ),
    "no timestamp": (SECRET, GOOD[1:], BODY, "no X-Timestamp"),
    "no signature": (SECRET, GOOD[:1], BODY, "no X-Signature"),
    "empty signature": (SECRET, changed("X-Signature", ""), BODY, "does not sign"),
    "signature that is not hex": (
        SECRET,
        changed("X-Signature", "né\udcff"),
        BODY,
        "does not",
    ),
    "upper case": (SECRET, changed("X-Signature", GOOD[1][1].upper()), BODY, "does not sign"),
    "beginning only": (SECRET, changed("X-Signature", GOOD[1][1][:32]), BODY, "does not sign"),
    "two signatures": (SECRET, [*GOOD, ("x-signature", "0")], BODY, "2 times"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_message_with_a_wrong_signature_is_refused(name: str) -> None:
    """The message gives the reason, but never the right signature."""
    secret, fields, body, reason = FORGED[name]

    with pytest.raises(SignatureError, match=reason) as caught:
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
    "no identifier": (replace(STANDARD, id_header=None), ("id-header",)),
    "algorithm only": (
        Signing(algorithm="hmac-sha256"),
        ("encoding", "signature-header", "signed-content"),
    ),
}


@pytest.mark.parametrize("name", INCOMPLETE)
def test_missing_facts_are_named_and_not_guessed(name: str) -> None:
    """Neither made nor verified."""
    signing, missing = INCOMPLETE[name]

    assert signing.unpublished == missing
    assert not signing.complete
    with pytest.raises(SignatureError, match=", ".join(missing)):
        sign(signing, SECRET, BODY, NOW)
    with pytest.raises(SignatureError, match=", ".join(missing)):
        verify(signing, SECRET, GOOD, BODY)


def test_a_vendor_that_does_not_sign_has_no_missing_facts() -> None:
    """Signing is an error nevertheless."""
    unsigned = Signing(algorithm="none")

    assert unsigned.unpublished == ()
    assert not unsigned.signs
    with pytest.raises(SignatureError, match="not signed"):
        sign(unsigned, SECRET, BODY, NOW)
