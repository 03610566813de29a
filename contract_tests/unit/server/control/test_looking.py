"""What is only looked at stays as it is (RFC 9110, section 9.2.1)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin, urlsplit

from controlling import Controlled
from living_contract import living

from greenroom.server.control.call import DOCUMENT
from html_page import HtmlPage

HOST = {"Host": "127.0.0.1:8080"}
ROOT = "http://127.0.0.1:8080/_greenroom/"
# Something for each parameter of a path.
VALUES = {
    "space": "demo", "vendor": "acme", "resource": "Job", "id": "job_001", "number": "1",
    "event": "job.done", "operation": "createJob",
}  # fmt: skip


JOBS = [f"/spaces/demo/acme/resources{at}" for at in ("", "/Job", "/Job/job_001")]


def everything(server: Controlled) -> Any:
    """All spaces with their records, but for when they were used."""
    spaces = server.get("/spaces").json["items"]
    kept = [server.get(f"/spaces/{each['name']}/snapshot").json for each in spaces]
    return [{**each, "last_used": ""} for each in spaces], kept


def made() -> Controlled:
    """A server with a space that nothing has come to."""
    server = Controlled(living())
    server.put("/spaces/demo", {"now": "2026-01-05T09:00:00Z"})
    return server


def test_no_control_route_that_is_read_changes_a_space() -> None:
    """Of a space that is there and of none; the first records of a vendor are read as well."""
    server = made()
    before = everything(server)
    statuses = {}
    for path, methods in DOCUMENT["paths"].items():
        # A stream needs a listener that goes away; those of test_stream look only, too.
        if "get" in methods and path != "/events":
            for space in ("demo", "other"):
                target = path.format(**{**VALUES, "space": space}) + f"?space={space}"
                reply = server.client.get(f"/_greenroom{target}", HOST)
                statuses[target] = reply.status

    assert everything(server) == before
    shown = [target for target, status in statuses.items() if status < 300]
    assert "/spaces/demo/acme/resources/Job/job_001?space=demo" in shown
    assert len(shown) > len(statuses) / 3


def test_no_page_changes_a_space() -> None:
    """Each that one comes to from Start, the reference and the space, with the space chosen."""
    server = made()
    before = everything(server)
    wanted, seen = [ROOT + "?space=demo", ROOT + "console/demo", ROOT + "console/other"], set[str]()
    while wanted:
        address = wanted.pop()
        at = urlsplit(address)
        # Pages of documentation know no space.
        if address in seen or not address.startswith(ROOT) or "/docs" in address:
            continue
        seen.add(address)
        reply = server.client.get(f"{at.path}?{at.query}", HOST)
        if reply.media_type.startswith("text/html"):
            found = HtmlPage(reply.body.decode())
            wanted += [urljoin(address, link).partition("#")[0] for link in found.links]

    assert everything(server) == before
    assert {ROOT + "console/demo/records/acme/Job",
            ROOT + "reference/acme/events/job.done?space=demo"} <= seen  # fmt: skip


def test_what_a_vendor_begins_with_is_read_before_it_is_used() -> None:
    """And it is there, the same, once it is used."""
    server = made()
    read = [server.get(path).json for path in JOBS]
    assert read[1]["items"] == [read[2]]
    assert server.get("/spaces/demo").json["records"] == 0
    server.post("/spaces/demo/acme/events", {"event": "job.done", "about": "job_001"})
    assert [server.get(path).json for path in JOBS] == read
    assert server.get("/spaces/demo").json["records"] == 1


def test_what_an_event_would_carry_is_told_before_it_is_sent() -> None:
    """As the first receiver gets it then; nothing is sent, and nobody has records by it."""
    server = made()
    path, event = "/spaces/demo/acme/events", {"event": "job.done", "about": "job_001"}
    before = everything(server)
    alone = server.post(f"{path}?preview=true", event).json
    assert (alone["receivers"], everything(server)) == ([], before)
    assert json.loads(alone["request"]["body"])["job"] == "job_001"

    hook = {"url": "https://hooks.acme.test/in", "events": ["job.done"]}
    server.post("/spaces/demo/acme/resources/Hook", hook)
    before = everything(server)
    seen = server.post(f"{path}?preview=true", event).json
    assert (seen["receivers"], everything(server)) == ([hook["url"]], before)
    sent = server.post(path, event).json["deliveries"][0]["request"]
    assert seen["request"] == sent
    for wrong in ({"event": "job.gone"}, {**event, "about": "none"}):
        assert server.post(f"{path}?preview=true", wrong).status == 404


def test_what_a_snapshot_would_change_is_told_before_it_does() -> None:
    """By vendor and resource; a vendor that is not in it has its documented records."""
    server = made()
    kept = server.get("/spaces/demo/snapshot").json
    path = "/spaces/demo/snapshot?preview=true"
    assert server.put(path, kept).json == {"changes": [], "now": kept["now"]}
    job = server.post("/spaces/demo/acme/resources/Job", {}).json["id"]
    server.call("PATCH", "/spaces/demo/acme/resources/Job/job_001", {"name": "Other"})
    before = everything(server)
    about = {"vendor": "acme", "resource": "Job", "count": 1}
    assert server.put(path, kept).json["changes"] == [
        {**about, "kind": "removed", "ids": [job]}, {**about, "kind": "changed", "ids": ["job_001"]}
    ]  # fmt: skip
    assert everything(server) == before
    full = server.get("/spaces/demo/snapshot").json
    server.post("/spaces/demo/reset", {})
    assert [each["kind"] for each in server.put(path, full).json["changes"]] == ["added", "changed"]
    wrong = server.put(path, {**full, "vendors": {"nobody": full["vendors"]["acme"]}})
    assert (wrong.status, everything(server)[0][0]["records"]) == (400, 0)
    assert server.put("/spaces/none/snapshot?preview=true", kept).status == 404
