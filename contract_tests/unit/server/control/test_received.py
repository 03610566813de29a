"""Webhooks and responses that came from elsewhere are held to the contract."""

from __future__ import annotations

import json
from typing import Any

import pytest
from controlling import Controlled
from living_contract import EVENT, SIGNATURE, living

from greenroom.contract.webhook_signature import Signing
from greenroom.webhooks.signature import sign

VERIFY = "/vendors/acme/events/job.done/verification"
JUDGE = "/vendors/acme/operations/createJob/response"
SIGNING = Signing(**{name.replace("-", "_"): value for name, value in SIGNATURE.items()})
BODY = json.dumps(EVENT)


@pytest.fixture(scope="module")
def server() -> Controlled:
    """A server of an API that signs its webhooks."""
    return Controlled(living())


def signed(secret: str = "test-secret") -> dict[str, str]:
    """The header fields of a webhook with BODY."""
    return dict(sign(SIGNING, secret.encode(), BODY.encode(), 1767603600, "dlv_1"))


@pytest.mark.parametrize(
    ("given", "signature", "reason"),
    [
        ({"headers": signed(), "body": BODY}, "valid", ""),
        ({"headers": signed(), "body": f"{BODY}\n"}, "valid", ""),
        ({"headers": signed("ours"), "body": BODY, "secret": "ours"}, "valid", ""),
        ({"headers": signed(), "body": BODY, "secret": "ours"}, "invalid", "with this secret"),
        ({"headers": signed(), "body": "{}"}, "invalid", "does not sign this body"),
        ({"body": BODY}, "invalid", "no X-Signature"),
        ({}, "invalid", "no X-Signature"),
    ],
)
def test_a_signature_is_verified_as_the_vendor_makes_it(
    server: Controlled, given: dict[str, Any], signature: str, reason: str
) -> None:
    """With the secret of mocks, or another one."""
    found = server.post(VERIFY, given).json
    assert found["signature"] == signature
    assert reason in found["reason"]


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        ({"algorithm": "none"}, "this vendor does not sign"),
        ({"algorithm": "hmac-sha256"}, "the contract lacks encoding"),
    ],
)
def test_what_cannot_be_verified_is_not_called_invalid(
    signature: dict[str, Any], reason: str
) -> None:
    """Nobody signs so, or nobody knows how."""
    found = Controlled(living(signature=signature)).post(VERIFY, {"body": BODY}).json
    assert found["signature"] == "not checked"
    assert reason in found["reason"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"body": "[]"}, 'is not of type "object"'),
        ({"body": "{"}, "not JSON"),
        ({"body": " "}, "the body is missing"),
        ({"body": "a", "headers": {"content-type": "text/plain"}}, "text/plain is not documented"),
    ],
)
def test_the_body_of_a_webhook_is_held_to_its_schema(
    server: Controlled, given: dict[str, Any], message: str
) -> None:
    """By its media type, that of the contract if none is given."""
    (violation,) = server.post(VERIFY, given).json["violations"]
    assert message in violation["message"]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"status": 201, "body": '{"id": "1", "name": "a", "status": "b"}'}, []),
        ({"status": 201, "body": '{"id": 1, "name": "a", "status": "b"}'}, [("body", "/id")]),
        ({"status": 201, "body": ""}, [("body", "")]),
        ({"status": 418}, [("status", "")]),
    ],
)
def test_a_response_is_held_to_the_documented_one(
    server: Controlled, given: dict[str, Any], where: list[tuple[str, str]]
) -> None:
    """Of its status."""
    found = server.post(JUDGE, given).json["violations"]
    assert [(each["in"], each["pointer"]) for each in found] == where


@pytest.mark.parametrize(
    "path",
    [
        "/vendors/nobody/events/job.done/verification",
        "/vendors/acme/events/nothing/verification",
        "/vendors/acme/operations/nothing/response",
    ],
)
def test_what_no_contract_has_is_404(server: Controlled, path: str) -> None:
    """With what there is."""
    assert server.post(path, {"status": 200} if "response" in path else {}).status == 404


def test_pages_lead_there_by_their_own_address(server: Controlled) -> None:
    """The event has a form to send it and one to verify it, the operation one for a response."""
    for path, route in (("events/job.done", VERIFY), ("createJob", JUDGE)):
        html = server.client.get(f"/_greenroom/reference/acme/{path}").body.decode()
        assert f'data-received="{route[1:]}"' in html
    assert (
        'id="send-event"'
        in server.client.get("/_greenroom/reference/acme/events/job.done").body.decode()
    )
