"""Records, webhooks and faults of a space as pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from ...codec.credentials import GOOD_KEY
from ...console.spaces import faults as words
from ...console.spaces.filtering import filtered
from ...console.spaces.records import columns, moves
from ...console.spaces.requests import body_text
from ...console.spaces.webhooks import Explained, explained
from ...contract.behaviour.resource import Resource
from ...http.curl import curl_line
from ...http.exchange import Request
from ...journal.entry import Change
from ...state.merging import put, value_at
from ...webhooks.delivery import Delivery
from ...webhooks.payload import LONGEST_BODY, TEST_SECRET, in_form
from ...webhooks.subscriptions import address, is_active
from ..spaces.living import deliveries_of
from . import deliveries, faults, resources
from .call import ControlError
from .visit import Found
from .visited import MOST_ROWS, Seen

_MOST_OPERATIONS, _MOST_FILTERED = 300, 1000


def _records(seen: Seen, rest: list[str]) -> Found:
    vendors = seen.spaces.visit.apis
    # A page makes no records: those of a vendor that was never called are not listed.
    used = {vendor: seen.space.uses(vendor) for vendor in vendors}
    kinds = {
        vendor: seen.call(resources.list_resources, {"vendor": vendor})["items"]
        if used[vendor]
        else [{"name": name, "records": "not used yet"} for name in api.behaviour.resources]
        for vendor, api in vendors.items()
    }
    if not rest:
        return seen.page("records.html", kinds=kinds, chosen=None)
    vendor, name = (*rest, "")[:2]
    if name not in {each["name"] for each in kinds.get(vendor, ())}:
        return seen.gone(
            f"{name or vendor}", "What is served keeps nothing of that name.", "records"
        )
    if len(rest) > 2:
        if not used[vendor]:
            return seen.gone(f"{name} {rest[2]}", f"{vendor} is not used here yet.", "records")
        return _record(seen, vendor, name, "/".join(rest[2:]))
    asked, before = seen.query.get("q", ""), seen.query.get("before", "")
    path = {"vendor": vendor, "resource": name}
    is_whole = asked or before.isdigit()
    count = next(each["records"] for each in kinds[vendor] if each["name"] == name)
    found: Any = {"items": [], "total": 0}
    if used[vendor]:
        most = max(1, count) if is_whole else MOST_ROWS
        found = seen.call(resources.list_records, path, limit=most)
    rows = [
        row for row in filtered(found["items"], asked)
        if not before.isdigit() or row["n"] < int(before)
    ]  # fmt: skip
    shown = rows[-MOST_ROWS:][::-1]
    states = Counter(row["state"] for row in shown if row["state"] is not None)
    api = vendors[vendor]
    makers = [(binding.operation, api.slug_of_id(binding.operation))
              for binding in api.behaviour.bindings.values()
              if (binding.resource, binding.kind) == (name, "create")]  # fmt: skip
    is_cut = len(rows) > len(shown) or (not is_whole and found["total"] > MOST_ROWS)
    return seen.page(
        "records.html", kinds=kinds, chosen=(vendor, name), rows=shown, asked=asked, states=states,
        total=found["total"], columns=columns(shown), makers=makers, used=used[vendor],
        older=shown[-1]["n"] if shown and is_cut else None,
        path=seen.of_vendor(vendor, "resources", name),
    )  # fmt: skip


def _record(seen: Seen, vendor: str, name: str, id: str) -> Found:
    id = id if id.strip("~.") else id.removeprefix("~")
    about = {"vendor": vendor, "resource": name, "id": id}
    resource: Resource = seen.spaces.visit.apis[vendor].behaviour.resources[name]
    history = [
        {"n": entry.number, "operation": entry.operation, "kind": change.kind, "change": change,
         "version": change.version}
        for entry in seen.space.journal.after() for change in entry.trace.changes
        if (change.vendor, change.resource, change.id) == (vendor, name, id)
    ]  # fmt: skip
    try:
        record, gone = seen.call(resources.get_record, about), False
    except ControlError:
        last = _last(seen, about, history)
        if last is None:
            why = "It was never made, or the space was reset, or what deleted it is long ago."
            return seen.gone(f"{name} {id}", why, "records")
        value = last.before
        record, gone = {**about, "version": last.version, "state": None, "value": value}, True
    names = ((each, value_at(record["value"], each.pointer)) for each in resource.references)
    _, html = seen.page(
        "record.html", vendor=vendor, resource=name, record=record, gone=gone,
        json=body_text, history=history[::-1], moves=moves(resource, record["state"]),
        references=[(r.pointer, r.resource, i) for r, i in names if isinstance(i, str) and i],
        path=seen.of_vendor(vendor, "resources", name, id),
    ) or (0, "")  # fmt: skip
    return 404 if gone else 200, html


def _last(seen: Seen, about: Mapping[str, str], history: list[Any]) -> Change | None:
    """The change that deleted a record."""
    noted = [
        note for _, _, _, note, _ in seen.space.journal.notes
        if isinstance(note, Change) and note[:3] == tuple(about.values())
    ]  # fmt: skip
    return next((each for each in (*noted[::-1], *(h["change"] for h in history[::-1]))
                 if each.after is None and each.before is not None), None)  # fmt: skip


def _webhooks(seen: Seen, _: Any) -> Found:
    asked = seen.query.get("q", "")
    found = seen.call(deliveries.list_deliveries, limit=_MOST_FILTERED if asked else MOST_ROWS)
    receivers, subscriptions, events = [], [], []
    inbox = f"{seen.spaces.visit.root}/{seen.path('inbox')}"
    for vendor, api in seen.spaces.visit.apis.items():
        behaviour = api.behaviour
        for name, resource in behaviour.resources.items():
            if (told := resource.subscription) is None:
                continue
            subscriptions.append({
                "vendor": vendor, "resource": name,
                "path": seen.of_vendor(vendor, "resources", name),
                "body": json.dumps(put({}, told.url, inbox)),
            })  # fmt: skip
            world = seen.space.world(vendor) if seen.space.uses(vendor) else None
            for record in islice(world.records(name) if world else (), MOST_ROWS):
                named = value_at(record.value, told.events) if told.events else None
                named = named if isinstance(named, list) else [named] if named else ["all events"]
                receivers.append({
                    "vendor": vendor, "resource": name, "id": record.id,
                    "events": ", ".join(map(str, named)), "url": address(record, told),
                    "active": is_active(record, told),
                })  # fmt: skip
        if behaviour.events:
            path = seen.of_vendor(vendor, "events")
            world = seen.space.world(vendor) if seen.space.uses(vendor) else None
            about = dict.fromkeys(each.about for each in behaviour.events.values() if each.about)
            lists = [world.records(name)[-MOST_ROWS:] for name in about] if world else []
            ids = [record.id for records in lists for record in records]
            shown = {"name": vendor, "path": path, "records": ids[::-1]}
            events.append((shown, [*behaviour.events]))
    rows = [{**each, "record": (each["about"] or {}).get("id")} for each in found["items"]]
    return seen.page(
        "webhooks.html", rows=filtered(rows, asked)[::-1], asked=asked,
        total=found["total"], dropped=found["dropped"],
        receivers=receivers, subscriptions=subscriptions, inbox=inbox, events=events,
    )  # fmt: skip


def _delivery(seen: Seen, rest: list[str]) -> Found:
    kept = deliveries_of(seen.space)
    sent = next((each for each in (kept.kept() if kept else ()) if each.id == rest[0]), None)
    if sent is None:
        why = "The space was reset, or newer webhooks took its place."
        return seen.gone(f"Webhook {rest[0]}", why, "webhooks")
    if len(rest) > 1:
        return None
    shown, signature, payload = sent.document(), _signature(sent), sent.payload
    host = urlsplit(sent.to).hostname
    is_far = sent.state == "withheld" and host is not None and payload is not None
    unsigned = "The contract does not say how this vendor signs, or that it does not."
    if payload is not None and payload.signing is not None:
        lacks = ", ".join(payload.signing.unpublished)
        unsigned = "It is signed when it is sent, which it was not yet."
        if not payload.signing.signs:
            unsigned = "This vendor does not sign, as its contract says."
        unsigned = f"No signature: the contract lacks {lacks}." if lacks else unsigned
    return seen.page(
        "delivery.html", scripts=["received"], sent=shown, signature=signature, unsigned=unsigned,
        cause=shown["cause"].get("request"), curl=_curl(sent, shown),
        flag=f"--deliver-to {host}" if is_far else "",
        is_cut=payload is not None and len(payload.body) > LONGEST_BODY,
        path=seen.path("deliveries", sent.id),
    )  # fmt: skip


def _signature(sent: Delivery) -> Explained | None:
    payload = sent.payload
    if payload is None or payload.signing is None or not sent.attempts:
        return None
    # Secrets that clients gave are theirs.
    known = (in_form(payload.signing, TEST_SECRET).encode(), GOOD_KEY.encode())
    secret = payload.secret.decode() if payload.secret in known else ""
    return explained(payload.signing, dict(sent.attempts[-1].fields), payload.body, secret)


def _curl(sent: Delivery, shown: Mapping[str, Any]) -> str:
    if (payload := sent.payload) is None:
        return ""
    url = sent.to + (f"?{payload.query}" if payload.query else "")
    fields = tuple(shown["request"]["headers"].items())
    return curl_line(Request(payload.method, url, fields, payload.body))


def _faults(seen: Seen, _: Any) -> Found:
    listed = seen.call(faults.list_faults)["items"]
    apis = seen.spaces.visit.apis
    vendor = seen.query.get("vendor", "")
    named = [api for name, api in apis.items() if vendor in ("", name)]
    operations = [o.id for api in named for o in api.contract.operations][:_MOST_OPERATIONS]
    events = {api.name: api.behaviour.events for api in named if api.behaviour.events}
    return seen.page(
        "faults.html", scripts=["preview"], vendors=[*apis], vendor=vendor,
        operations=dict.fromkeys(operations),
        operation=seen.query.get("operation", ""), events=events, json=json.dumps,
        presets=words.PRESETS, path=seen.path("faults"),
        faults=[{**each, "sentence": words.sentence(each), "test": words.as_test(each)}
                for each in listed],
    )  # fmt: skip


# By the first segment below a space, and whether more follow.
VIEWS: Mapping[tuple[str, bool], Callable[[Seen, list[str]], Found]] = {
    ("records", False): _records,
    ("records", True): _records,
    ("webhooks", False): _webhooks,
    ("webhooks", True): _delivery,
    ("faults", False): _faults,
}
