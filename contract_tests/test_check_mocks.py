"""`greenroom check` finds nothing wrong with the mocks, and sends them only what it may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract import catalog
from greenroom.contract.exchange_router import Routes
from greenroom.contract.model import Contract
from greenroom.server.background import StartMock
from greenroom_contracts.check import Options, check
from greenroom_contracts.planning.effects import is_grave, is_read
from greenroom_contracts.planning.plan import Volume, make_plan
from greenroom_contracts.resources.identifiers import identifiers_of
from servers import mocking, serving

_SOURCES = catalog.vendors()
_NAMES = [source.name for source in _SOURCES]
_BRIEF = Volume(generated=3, invalid=3)


def contract_of(name: str) -> Contract:
    """A vendor's contract."""
    return next(catalog.load(source) for source in _SOURCES if source.name == name)


def everything(contract: Contract) -> Options:
    """Leave for every operation, with identifiers for those that no answer gives any."""
    named = frozenset(o.id for o in contract.operations if is_grave(o))
    options = Options(writes=True, allowed=named, volume=_BRIEF)
    plan = make_plan(contract, options.permissions, options.volume)
    given = {
        f"{entry.operation.id}.{parameter.name}": str(parameter.examples[0].value)
        for entry in plan.entries
        if not entry.sent
        for parameter in identifiers_of(entry.operation)
    }
    return Options(writes=True, allowed=named, volume=_BRIEF, given=given)


@pytest.mark.parametrize("name", _NAMES)
def test_every_operation_of_a_mock_is_examined_and_conforms(
    name: str, greenroom: StartMock
) -> None:
    """With leave for everything; nothing is found and nothing left out."""
    contract = contract_of(name)
    mock = greenroom(name)[name]
    report = check(contract, mock.url, mock.credential, everything(contract))
    assert [f"{f.kind} {f.operation} {f.pointer}: {f.message}" for f in report.findings] == []
    assert [f"{o.operation}: {o.why_not}" for o in report.operations if not o.examined] == []
    assert (report.problem, report.exit_code) == ("", 0)


@contextmanager
def recording(contract: Contract) -> Iterator[tuple[str, set[str]]]:
    """A mock that notes the operations it was asked for, and with what else it was asked."""
    routes, operations = Routes(contract), set[str]()
    answer = mocking(contract)
    with serving(answer) as (url, seen):
        yield url, operations
        for asked in seen:
            found = routes.find(asked.method, urlsplit(asked.path).path)
            operations.add(found[0].id if found else asked.line)


def sent(contract: Contract, options: Options) -> set[str]:
    """The ids of the operations that reach a server."""
    with recording(contract) as (url, operations):
        check(contract, url, GOOD_KEY, options)
    return operations


@pytest.mark.parametrize("name", _NAMES)
def test_without_leave_nothing_but_reads_arrives(name: str) -> None:
    """Even where every operation is named."""
    contract = contract_of(name)
    reads = {o.id for o in contract.operations if is_read(o, contract.document)}
    named = frozenset(o.id for o in contract.operations)
    arrived = sent(contract, Options(allowed=named, volume=_BRIEF))
    assert arrived
    assert arrived <= reads


@pytest.mark.parametrize("name", _NAMES)
def test_leave_to_write_alone_contacts_nobody_and_costs_nothing(name: str) -> None:
    """Those have to be named one by one."""
    contract = contract_of(name)
    grave = {o.id for o in contract.operations if is_grave(o)}
    arrived = sent(contract, Options(writes=True, volume=_BRIEF))
    assert arrived
    assert not arrived & grave
