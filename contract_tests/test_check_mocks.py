"""`greenroom check` finds nothing wrong with the mocks, and sends only allowed requests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract import catalog
from greenroom.contract.model import Contract
from greenroom.contract.operation_finder import OperationFinder
from greenroom.http.har import read
from greenroom.redaction.redactor import redactor_for
from greenroom.server.background import StartMock
from greenroom_contracts.planning.body_identifiers import BodyIdentifiers
from greenroom_contracts.planning.effects import is_grave, is_read
from greenroom_contracts.planning.graphql_queries import with_queries
from greenroom_contracts.planning.identifiers import identifiers_of
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.reports.formats import har
from greenroom_contracts.reports.redacted_report import redacted
from greenroom_contracts.running.check import check
from greenroom_contracts.traffic.recording import judge_recording
from servers import mocking, serving

_SOURCES = catalog.vendors()
_HOST = "http://127.0.0.1"
_NAMES = [source.name for source in _SOURCES]
# How many requests are generated for an operation: `make deep` tries more.
EXAMPLES = int(os.environ.get("GREENROOM_EXAMPLES", "1"))
_BRIEF = Options(generated=EXAMPLES, invalid=EXAMPLES)


def contract_of(name: str) -> Contract:
    """A vendor's contract."""
    return next(catalog.load(source) for source in _SOURCES if source.name == name)


def everything(contract: Contract) -> Options:
    """Permission for every operation, with identifiers for those that no response supplies."""
    named = frozenset(o.id for o in contract.operations)
    plan = make_plan(contract, replace(_BRIEF, writes=True, allowed=named))
    bodies = BodyIdentifiers(contract)
    given = {
        f"{entry.operation.id}.{name}": value
        for entry in plan.entries
        if not entry.sent or entry.operation.graphql is not None
        for name, value in (
            *((p.name, str(p.examples[0].value)) for p in identifiers_of(entry.operation)),
            *bodies.documented(entry.operation).items(),
        )
    }
    return replace(_BRIEF, writes=True, allowed=named, given=given)


@pytest.mark.parametrize("name", _NAMES)
def test_every_operation_of_a_mock_is_examined_and_conforms(
    name: str, greenroom: StartMock
) -> None:
    """With permission for everything: no finding, and every operation is examined.

    The archive of the run, which is redacted, conforms too.
    """
    contract = contract_of(name)
    mock = greenroom(name)[name]
    report = check(contract, mock.url, mock.credential, everything(contract))
    assert [f"{f.kind} {f.operation} {f.pointer}: {f.message}" for f in report.findings] == []
    assert [f"{o.operation}: {o.why_not}" for o in report.operations if not o.examined] == []
    assert (report.problem, report.exit_code) == ("", 0)
    written = har.write(redacted(report, redactor_for(contract, [mock.credential])))
    entries = read(json.dumps(written).encode(), har.FILE)
    again = judge_recording(contract, entries, target=har.FILE, base_url=mock.url)
    assert [f"{f.kind} {f.operation} {f.pointer}: {f.message}" for f in again.findings] == []
    assert [o.operation for o in again.operations if not o.examined] == []


@contextmanager
def recording(contract: Contract) -> Iterator[tuple[str, set[str]]]:
    """A mock that records the operations and the other requests that it receives."""
    finder, operations = OperationFinder(contract, _HOST), set[str]()
    respond = mocking(contract)
    with serving(respond) as (url, seen):
        yield url, operations
        for request in seen:
            found = finder.find(request.method, _HOST + request.path)
            operations.add(found.operation.id if found else request.line)


def sent(contract: Contract, options: Options) -> set[str]:
    """The ids of the operations that reach a server."""
    with recording(contract) as (url, operations):
        check(contract, url, GOOD_KEY, options)
    return operations


@pytest.mark.parametrize("name", _NAMES)
def test_without_permission_only_reads_arrive(name: str) -> None:
    """Even where every operation is allowed by name."""
    contract = contract_of(name)
    named = frozenset(o.id for o in contract.operations)
    limited = with_queries(contract, Options(allowed=named))
    reads = {o.id for o in limited.operations if is_read(o, contract.document)}
    arrived = sent(contract, replace(_BRIEF, allowed=named))
    assert arrived
    assert arrived <= reads


@pytest.mark.parametrize("name", _NAMES)
def test_permission_to_write_does_not_allow_contact_or_cost(name: str) -> None:
    """Those have to be named one by one."""
    contract = contract_of(name)
    limited = with_queries(contract, Options(writes=True))
    excluded = {o.id for o in limited.operations if is_grave(o)}
    arrived = sent(contract, replace(_BRIEF, writes=True))
    assert arrived
    assert not arrived & excluded
