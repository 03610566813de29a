"""Subscriptions name an address of the caller or one that cannot exist, never an example's."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from accounts import DOCUMENT, account, body

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom_contracts.planning.options import Options
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import Change, HttpRequest, HttpResponse, mocking, serving

HOOKS = Options(
    writes=True, allowed=frozenset(("createHook",)), only=frozenset(("createHook",)), generated=0
)


def checked(
    options: Options, change: Change | None = None, contract: Contract | None = None
) -> tuple[Report, list[Any]]:
    """The report, and the JSON bodies that the server received."""
    contract = contract or account()
    with serving(mocking(contract, change)) as (url, seen):
        report = check(contract, url, "", options)
    bodies = []
    for request in seen:
        try:
            bodies.append(json.loads(request.body or b"null"))
        except ValueError:
            bodies.append(None)
    return report, bodies


def addresses(bodies: list[Any]) -> set[str]:
    """The addresses in the bodies."""
    found = (b["url"] for b in bodies if isinstance(b, dict) and isinstance(b.get("url"), str))
    return {url for url in found if "://" in url}


def refusing(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A server that resolves the names of receivers."""
    refused = b".invalid" in request.body
    return replace(response, status=400, body=b'{"error": "unknown host"}') if refused else response


def test_without_a_receiver_the_address_is_reserved() -> None:
    """Also in invalid requests."""
    report, bodies = checked(HOOKS)
    assert addresses(bodies) == {"https://receiver.invalid/greenroom"}
    assert (report.exit_code, report.findings) == (0, ())


def test_the_receiver_of_the_caller_is_subscribed() -> None:
    """It replaces the example's."""
    _, bodies = checked(replace(HOOKS, receiver="https://me.example.net/hook"))
    assert addresses(bodies) == {"https://me.example.net/hook"}


def test_a_server_that_refuses_the_reserved_address_has_not_drifted() -> None:
    """The operation is not examined, and the reason names the option."""
    report, _ = checked(replace(HOOKS, invalid=0), refusing)
    assert (report.exit_code, report.findings) == (2, ())
    assert "responded 400; give --receiver URL" in report.operations[-2].why_not


def test_a_server_that_refuses_the_receiver_of_the_caller_has_drifted() -> None:
    """That address exists."""

    def refuse(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        found = b"me.example.net" in request.body
        return replace(response, status=400, body=b'{"error": "no"}') if found else response

    report, _ = checked(replace(HOOKS, invalid=0, receiver="https://me.example.net/h"), refuse)
    assert report.exit_code == 1


def test_a_lie_about_a_subscription_with_a_reserved_address_is_found() -> None:
    """Only a refusal is excused."""

    def lie(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_hook = b".invalid" in request.body and response.status == 201
        return replace(response, body=b"[]") if is_hook else response

    report, _ = checked(replace(HOOKS, invalid=0), lie)
    assert [f.operation for f in report.findings] == ["createHook"]


def test_addresses_of_other_operations_stay() -> None:
    """A logo receives nothing."""
    options = replace(
        HOOKS, only=frozenset(("saveSettings",)), allowed=frozenset(("saveSettings",)), invalid=0
    )
    _, bodies = checked(options)
    assert bodies == [{"logo": "https://stranger.example.com/logo.png"}]


@pytest.mark.parametrize(
    ("path", "more"),
    [("/hooks", {}), ("/settings", {"callbacks": {"made": {}}})],
)
def test_without_declared_effects_callbacks_and_names_show_subscriptions(
    path: str, more: dict[str, Any]
) -> None:
    """In a contract of others."""
    document = deepcopy(DOCUMENT)
    for item in document["paths"].values():
        for node in item.values():
            del node["x-effect"]
    (node,) = document["paths"][path].values()
    node.update(more)
    contract = build(document, "account", "account.yaml")
    name = frozenset((node["operationId"],))
    _, bodies = checked(replace(HOOKS, only=name, allowed=name, invalid=0), None, contract)
    (value,) = bodies
    assert "https://receiver.invalid/greenroom" in value.values()


@pytest.mark.parametrize(
    "value",
    [
        {"webhook_url": "https://stranger.example.com/x"},
        {"options": '{"callbackUrl": "stranger.example.com"}'},
        {"notifications": [{"endpoint_url": "//stranger.example.com"}]},
        {"hookURIs": [" http://stranger.example.com"]},
    ],
)
def test_a_member_that_is_named_like_a_receiver_is_one_in_any_operation(value: Any) -> None:
    """With a declared effect or without, however the address is written."""
    for effects in (["change"], None):
        document = deepcopy(DOCUMENT)
        node = document["paths"]["/settings"]["put"]
        node["requestBody"] = body(value)
        if effects is None:
            del node["x-effect"]
        contract = build(document, "account", "account.yaml")
        name = frozenset(("saveSettings",))
        _, bodies = checked(replace(HOOKS, only=name, allowed=name, invalid=0), None, contract)
        assert "stranger" not in json.dumps(bodies)
        assert "https://receiver.invalid/greenroom" in json.dumps(bodies)


@pytest.mark.parametrize(
    "value",
    [
        {"email": "someone@stranger.example.com"},
        {"url": "https://stranger.example.com/x", "recipients": ["a@stranger.example.com"]},
        {"settings": {"to": "mailto:someone@stranger.example.com"}},
    ],
)
def test_an_example_s_mail_address_is_not_subscribed(value: Any) -> None:
    """Somebody may have it; what the caller gives in a body of their own is sent."""
    document = deepcopy(DOCUMENT)
    document["paths"]["/hooks"]["post"]["requestBody"] = body(value)
    contract = build(document, "account", "account.yaml")
    report, bodies = checked(HOOKS, None, contract)
    assert "stranger" not in json.dumps(bodies)
    assert "greenroom@receiver.invalid" in json.dumps(bodies)
    assert report.findings == ()
    own = json.dumps({"email": "me@stranger.example.com"}).encode()
    given = replace(HOOKS, bodies={"createHook": ("application/json", own)}, invalid=0)
    _, bodies = checked(given, None, contract)
    assert {"email": "me@stranger.example.com"} in bodies


@pytest.mark.parametrize("status", [201, 303, 500])
def test_a_server_without_checks_subscribes_once(status: int) -> None:
    """After one broken request that was not refused, no other is sent, the valid one neither."""

    def accept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return HttpResponse(status, b'{"id": "h"}')

    _, bodies = checked(replace(HOOKS, invalid=6), accept)
    assert len(bodies) == 1
