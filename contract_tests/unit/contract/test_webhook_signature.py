"""How a contract describes the signatures of its webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom.contract.webhook_signature import Signing, problems, signing_of
from greenroom.errors import InvalidContractError


def contract(extension: Any) -> Contract:
    """A contract with this `x-webhook-signature`."""
    raw = {
        "openapi": "3.1.0",
        "info": {"title": "Screening", "version": "1"},
        "paths": {},
        "x-webhook-signature": extension,
    }
    return build(raw, "screening", "screening.yaml")


def test_every_key_of_the_contract_is_read() -> None:
    """Under the name that specs/README.md gives it."""
    extension = {
        "algorithm": "hmac-sha256",
        "encoding": "base64",
        "signature-header": "X-Sig",
        "prefix": "v1=",
        "signed-content": "{timestamp}{body}",
        "timestamp-header": "X-Time",
        "timestamp-unit": "milliseconds",
        "id-header": "X-Id",
        "secret-prefix": "whsec_",
        "secret-encoding": "base64",
        "x-provenance": {"basis": "inferred", "note": "Seen."},
    }

    assert signing_of(contract(extension)) == Signing(
        algorithm="hmac-sha256",
        encoding="base64",
        signature_header="X-Sig",
        prefix="v1=",
        signed_content="{timestamp}{body}",
        timestamp_header="X-Time",
        timestamp_unit="milliseconds",
        id_header="X-Id",
        secret_prefix="whsec_",
        secret_encoding="base64",
    )


def test_a_contract_without_the_extension_has_no_signing() -> None:
    """That differs from a vendor that does not sign."""
    raw = {"openapi": "3.1.0", "info": {"title": "Screening", "version": "1"}, "paths": {}}

    assert signing_of(build(raw, "screening", "screening.yaml")) is None


WRONG: dict[str, tuple[Any, str]] = {
    "null": (None, "is not of type"),
    "a text": ("hmac-sha256", "is not of type"),
    "unknown algorithm": ({"algorithm": "md5"}, '"hmac-sha256" or "none"'),
    "algorithm in a list": ({"algorithm": ["hmac-sha256"]}, '"hmac-sha256" or "none"'),
    "unknown encoding": ({"encoding": "base32"}, '"hex" or "base64"'),
    "unknown unit": ({"timestamp-unit": "hours"}, '"seconds" or "milliseconds"'),
    "header that is not a string": ({"signature-header": 1}, "1 is not of type"),
    "header without a name": ({"signature-header": ""}, "shorter than 1 character"),
    "null for what is unknown": ({"prefix": None}, "null is not of type"),
    "unknown key": ({"signature_header": "X-Signature"}, "not a key of this extension"),
    "none with more": ({"algorithm": "none", "encoding": "hex"}, "not a key of this extension"),
    "no body signed": ({"signed-content": "{timestamp}"}, "proves nothing"),
    "unknown placeholder": ({"signed-content": "{key}.{body}"}, "'{key}' is not a placeholder"),
    "identifier that is not sent": ({"signed-content": "{id}.{body}"}, "'id-header'"),
    "unknown form of secrets": ({"secret-encoding": "hex"}, "base64"),
    "time that is not sent": ({"signed-content": "{timestamp}{body}"}, "'timestamp-header'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_in_the_contract_is_reported_at_its_place(name: str) -> None:
    """Otherwise a wrong signature would be blamed on the receiver."""
    extension, message = WRONG[name]

    with pytest.raises(InvalidContractError) as caught:
        signing_of(contract(extension))
    assert "screening.yaml#/x-webhook-signature" in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "extension",
    [
        {},
        {"algorithm": "hmac-sha256"},
        {"algorithm": "none"},
        {"algorithm": "hmac-sha256", "signature-header": "X-Signature"},
        {"encoding": "hex", "signed-content": "{body}"},
    ],
    ids=str,
)
def test_a_contract_may_leave_out_what_is_not_public(extension: dict[str, Any]) -> None:
    """The house rule requires no fact that is not published."""
    provenance = {"x-provenance": {"basis": "inferred", "note": "Nothing more is public."}}

    assert not list(problems({"x-webhook-signature": extension | provenance}))
