"""`greenroom check` in a space: it conforms, and what the run created is deleted or listed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.catalog import find
from greenroom.contract.model import Contract
from greenroom.server.background import StartMock
from greenroom_contracts.running.check import check
from test_check_mocks import contract_of, everything

VENDORS = [source.name for source in find(())]
# Some vendors take no other scheme.
RECEIVER = "https://receiver.invalid/hook"
# Creations whose responses do not tell which thing is new, so that no run deletes it: they show no
# identifier, several things, or what was there already.
UNIDENTIFIED = {
    "instaview": {"createCallAttempt"},
    "ninjahire": {"generateQuestions", "saveTenantWebhook"},
}


def in_space(url: str, name: str) -> str:
    """The base URL of a vendor in a space."""
    parts = urlsplit(url)
    return parts._replace(path=f"/~{name}{parts.path}").geturl()


def journal(url: str, space: str) -> list[Any]:
    """All requests of a space, with what each changed."""
    items: list[Any] = []
    while True:
        query = {"after": str(items[-1]["n"] if items else 0), "whole": "true", "limit": "1000"}
        found = httpx2.get(f"{url}/_greenroom/spaces/{space}/requests", params=query).json()
        assert found["dropped"] == 0
        if not found["items"]:
            return items
        items += found["items"]


def remaining(contract: Contract, entries: list[Any]) -> dict[tuple[str, str], str]:
    """The records that requests created and none deleted, each with the operation that did."""
    found: dict[tuple[str, str], str] = {}
    behaviour = behaviour_of(contract)
    deletions = {b.operation for b in behaviour.bindings.values() if b.kind == "delete"}
    for entry in entries:
        for change in entry["decision"]["changes"]:
            key = change["resource"], change["id"]
            if behaviour.resources[key[0]].singleton:
                # It comes and goes with the thing that it belongs to.
                continue
            if change["pointer"] == "" and change["before"] is None:
                found[key] = entry["operation"]
            elif change["pointer"] == "" or entry["operation"] in deletions:
                # What is switched off stays in the list of the vendor.
                found.pop(key, None)
    return found


@pytest.mark.parametrize("name", VENDORS)
def test_a_space_conforms_when_it_is_only_read(name: str, greenroom: StartMock) -> None:
    """No finding, and everything that is planned is examined: the examples supply identifiers."""
    contract, server = contract_of(name), greenroom()
    mock = server[name]
    report = check(contract, in_space(mock.url, f"read-{name}"), mock.credential)
    assert [f"{f.kind} {f.operation} {f.pointer}: {f.message}" for f in report.findings] == []
    assert (report.problem, report.exit_code) == ("", 0)


@pytest.mark.parametrize("name", VENDORS)
def test_a_space_conforms_and_what_a_run_created_is_deleted_or_listed(
    name: str, greenroom: StartMock
) -> None:
    """With permission for everything: no finding, every operation is examined, nothing is lost."""
    contract, server = contract_of(name), greenroom()
    mock = server[name]
    options = replace(everything(contract), receiver=RECEIVER)
    report = check(contract, in_space(mock.url, f"write-{name}"), mock.credential, options)
    assert [f"{f.kind} {f.operation} {f.pointer}: {f.message}" for f in report.findings] == []
    assert [f"{o.operation}: {o.why_not}" for o in report.operations if not o.examined] == []
    assert (report.problem, report.exit_code, report.notes) == ("", 0, ())
    listed = {leftover.operation: leftover.why for leftover in report.leftovers}
    left = remaining(contract, journal(server.url, f"write-{name}"))
    assert {record: by for record, by in left.items() if by not in listed} == {}
    # Everything else that could be deleted was.
    why = "no operation of the contract deletes it"
    assert {by for by, reason in listed.items() if reason != why} == UNIDENTIFIED.get(name, set())
