"""What webhooks are about, and which places of their payloads show it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from contracts import contract

from greenroom.contract.behaviour.binding import Behaviour, Event
from greenroom.contract.behaviour.reading import behaviour_of

TEXT = {"type": "string"}
CALL = {"call_id": "c-1", "job_id": "j-1", "call_status": "done", "score": 78, "kept": True}
HOOK = {"hookId": "h-1", "url": "https://receiver.test"}
PROPERTIES = {"call_id": TEXT, "job_id": TEXT, "call_status": TEXT, "score": {}, "kept": {}}
CALLED = {"type": "object", "properties": PROPERTIES}
ENDED = {"states": {"open": {"after": {"PT1M": "done"}}, "done": {"emit": ["call.ended"]}}}
RECEIVES = {"x-subscription": {"url": "url"}}


def reading(name: str, key: str, of: str, example: Any) -> dict[str, Any]:
    """The reading of one thing."""
    schema = {"$ref": f"#/components/schemas/{of}"}
    success = {"application/json": {"schema": schema, "example": example}}
    parameter = {
        "name": key,
        "in": "path",
        "required": True,
        "schema": TEXT,
        "example": example[key],
    }
    answer = {"200": {"description": "One.", "content": success}}
    return {"get": {"operationId": name, "parameters": [parameter], "responses": answer}}


def behaviour(events: Mapping[str, Any], **parts: Any) -> Behaviour:
    """That of calls, which end, and of receivers."""
    paths = {
        "/calls/{call_id}": reading("getCall", "call_id", "Call", CALL),
        "/hooks/{hookId}": reading("getHook", "hookId", "Hook", HOOK),
    }
    call = {**CALLED, "x-lifecycle": ENDED}
    hook = {"type": "object", "properties": {"hookId": TEXT, "url": TEXT}, **RECEIVES}
    schemas = {"Call": call, "Hook": hook}
    return behaviour_of(contract(paths, webhooks=events, components={"schemas": schemas}, **parts))


def event(payload: Any, name: str = "call.ended", **more: Any) -> Event:
    """An event with a documented payload."""
    content = {"content": {"application/json": {"schema": {}, "example": payload}}}
    webhook = {"requestBody": content, "responses": {"200": {"description": "Fine."}}, **more}
    return behaviour({name: {"post": webhook}}).events[name]


def shown(found: Event) -> dict[str, Any]:
    """Its places and what they show."""
    return {p.pointer: p.value.expression or p.value.constant for p in found.payloads[0].pairs}


def test_an_event_is_about_the_resource_whose_state_sends_it() -> None:
    """Places with the values of its example show it, where names fit or both are identifiers."""
    found = event({"event": "call.ended", "data": {"id": "c-1", "status": "done", "kept": True}})

    assert found.about == "Call"
    assert shown(found) == {
        "/data/id": "$resource#/call_id",
        "/data/status": "$resource#/call_status",
        "/data/kept": "$resource#/kept",
    }


def test_another_documented_thing_shows_nothing() -> None:
    """Its identifier is not in the payload."""
    assert shown(event({"data": {"id": "c-2", "status": "done", "score": 78}})) == {}


def test_equal_values_of_other_names_are_by_chance() -> None:
    """Unless both are identifiers, of which there is one."""
    assert shown(event({"call_id": "c-1", "rating": 78, "wanted": True})) == {
        "/call_id": "$resource#/call_id"
    }


def test_an_ambiguous_identifier_is_that_of_its_name() -> None:
    """And none where no name is equal."""
    same = {**CALL, "job_id": "c-1"}
    paths = {"/calls/{call_id}": reading("getCall", "call_id", "Call", same)}
    schemas = {"Call": {**CALLED, "x-lifecycle": ENDED}}
    content = {"application/json": {"example": {"job_id": "c-1", "other_id": "c-1"}}}
    webhook = {"requestBody": {"content": content}, "responses": {"200": {"description": "Fine."}}}
    events = {"call.ended": {"post": webhook}}
    made = contract(paths, webhooks=events, components={"schemas": schemas})

    found = behaviour_of(made).events["call.ended"]
    assert shown(found) == {"/job_id": "$resource#/job_id"}


def test_the_message_and_its_receiver_are_shown_too() -> None:
    """At the top of the payload: its identifier, its time, and who it is for."""
    time = "2026-01-05T09:00:00Z"
    sent = {"deliveryId": "d-1", "timestamp": time, "hookId": "h-1", "data": {"started": time}}

    assert shown(event(sent)) == {
        "/hookId": "$subscription#/hookId",
        "/deliveryId": "$event#/id",
        "/timestamp": "$event#/time",
    }


def test_header_fields_show_the_receiver() -> None:
    """Where their example is its identifier."""
    field = {"name": "X-Hook", "in": "header", "schema": TEXT, "example": "h-1"}
    other = {"name": "X-Event-ID", "in": "header", "schema": TEXT, "example": "e-1"}

    found = event({}, parameters=[field, other])
    assert {f.pointer: f.value.expression for f in found.fields} == {
        "X-Hook": "$subscription#/hookId",
        "X-Event-ID": "$event#/id",
    }


def test_what_is_declared_comes_first() -> None:
    """Also where it is within something that is inferred."""
    declared = {"about": "Hook", "payload": {"/data/url": "$resource#/url", "/data/id": "x"}}
    found = event({"data": {"hookId": "h-1", "url": "", "id": "h-1"}}, **{"x-event": declared})

    assert found.about == "Hook"
    assert shown(found) == {
        "/data/hookId": "$resource#/hookId",
        "/data/url": "$resource#/url",
        "/data/id": "x",
    }


def test_what_is_declared_for_an_object_is_for_all_in_it() -> None:
    """Also where names and values of its places fit others."""
    declared = {"payload": {"/data": "$resource#"}}
    found = event({"event": "x", "data": {"other_id": "j-1"}}, **{"x-event": declared})

    assert shown(found) == {"/data": "$resource#"}


def test_a_vendor_that_says_nothing_sends_once() -> None:
    """We invent no repetition."""
    policy = behaviour({}).delivery
    assert (policy.retries, policy.timeout, policy.gone) == ((), None, ())


def test_a_vendor_says_when_it_sends_again() -> None:
    """And what a response means to it."""
    declared = {"timeout": "PT30S", "retries": ["PT1S", "P1D"], "gone": {"410": "disable"}}
    policy = behaviour({}, **{"x-webhook-delivery": declared}).delivery

    assert policy.timeout == timedelta(seconds=30)
    assert policy.retries == (timedelta(seconds=1), timedelta(days=1))
    assert (policy.gone, policy.success, policy.order) == (("410",), ("2XX",), "best-effort")


def test_a_receiver_is_read_with_its_places() -> None:
    """As pointers, whether they are written as names or not."""
    subscription = behaviour({}).resources["Hook"].subscription
    assert subscription is not None
    assert (subscription.url, subscription.events, subscription.active) == ("/url", None, ())


def test_a_receiver_is_active_by_one_place_or_several() -> None:
    """One alone is true then."""
    for declared, places in (
        ("kept", (("/kept", True),)),
        ({"/kept": True, "gone": False}, (("/kept", True), ("/gone", False))),
    ):
        hook = {"type": "object", "properties": {"hookId": TEXT}}
        hook["x-subscription"] = {"url": "url", "active": declared}
        paths = {"/hooks/{hookId}": reading("getHook", "hookId", "Hook", HOOK)}
        made = contract(paths, components={"schemas": {"Hook": hook}})
        subscription = behaviour_of(made).resources["Hook"].subscription
        assert subscription is not None
        assert subscription.active == places
