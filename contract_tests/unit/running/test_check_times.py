"""A check sends times that have to lie ahead as of the moment of the check."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from accounts import DOCUMENT

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check
from servers import HttpRequest, HttpResponse, mocking, serving


def scheduling(extension: bool = True) -> Contract:
    """A contract whose only example of a schedule is long past."""
    document = deepcopy(DOCUMENT)
    content = document["paths"]["/jobs"]["post"]["requestBody"]["content"]["application/json"]
    schema = {"type": "string", "format": "date-time"}
    content["schema"]["properties"]["at"] = schema
    example = content["examples"]["One"]
    example["value"] = {"sourceId": "made-up", "at": "2024-01-20T14:00:00.000Z"}
    if extension:
        example["x-relative-time"] = {"/at": "P2D"}
    return build(document, "account", "account.yaml")


def ahead(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A vendor that takes no schedule in the past."""
    sent = json.loads(request.body or b"{}")
    at = datetime.fromisoformat(sent["at"]) if isinstance(sent.get("at"), str) else None
    late = response.status == 201 and at is not None and at < datetime.now(UTC)
    return replace(response, status=400, body=b'{"error": "too late"}') if late else response


ONLY = Options(writes=True, only=frozenset(("createJob",)), invalid=0)


def test_a_vendor_that_wants_times_ahead_has_not_drifted() -> None:
    """The time that was sent has the form of the documented one."""
    began = datetime.now(UTC)
    with serving(mocking(scheduling(), ahead)) as (url, seen):
        report = check(scheduling(), url, "", ONLY)
    assert (report.exit_code, report.findings) == (0, ())
    sent = json.loads(seen[0].body)["at"]
    assert len(sent) == len("2024-01-20T14:00:00.000Z")
    moment = datetime.fromisoformat(sent) - timedelta(days=2)
    assert began - timedelta(seconds=1) < moment <= datetime.now(UTC)


def test_without_the_extension_the_documented_time_is_sent() -> None:
    """A vendor that refuses what it documents has drifted."""
    with serving(mocking(scheduling(False), ahead)) as (url, _):
        assert check(scheduling(False), url, "", ONLY).exit_code == 1
