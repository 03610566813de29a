"""The whole life of everything that the vendors' documents let a client create, by HTTP in a space.

What can be created, and by which operations it lives, is written here from the documents of the
vendors; the operations that a contract lacks are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from contracts import Client

from greenroom.codec.documented_request import documented_request
from greenroom.contract.behaviour.binding import Behaviour
from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.catalog import find, load
from greenroom.contract.model import Contract, Operation
from greenroom.schema.validators import SchemaSet
from simulation.reference import MISSING, at
from wire import Reply

# Vendor: the operations that create, list, read, change and delete each thing; `-` for none.
LIVES = {
    "heymilo": """
        createWebhook listWebhooks getWebhook - deactivateWebhook
        ingestCandidate listInterviews getInterview - -
        ingestCandidates listInterviews getInterview - -
    """,
    "instaview": """
        createInterview listInterviews getInterview - deleteInterview
        createCandidate listCandidates getCandidate updateCandidate deleteCandidate
        createAgent - getAgent updateAgent deleteAgent
        createJob listJobs getJob updateJob deleteJob
        createJobFromUrl listJobs getJob updateJob deleteJob
        createCompany listCompanies getCompany updateCompany -
        createWebhook listWebhooks getWebhook updateWebhook deleteWebhook
        createCallAttempt - - updateCallAttempt deleteCallAttempt
    """,
    "micro1": """
        createInterview listInterviews - updateInterview deleteInterview
        createCustomInterview listInterviews - updateInterview deleteInterview
        inviteCandidates listInvites - - -
        createJobApplicant listJobApplicants getJobApplicant - -
        createWebhook listWebhooks - updateWebhook deleteWebhook
    """,
    "ninjahire": """
        createJob listJobs getJob updateJob -
        createCandidate listCandidates getCandidate updateCandidate -
        createApplication listApplications getApplication updateApplication -
        createApplicationWithQuestions listApplications getApplication updateApplication -
        createQuestion listQuestions - updateQuestion deleteQuestion
        startInstantCall listCalls getCall - -
        saveTenantWebhook - getTenantWebhook subscribeTenantWebhook unsubscribeTenantWebhook
    """,
    "interviewminds": """
        createInterview listInterviews getInterview updateInterview -
        endInterview exportInterviews getInterview updateInterview -
        uploadResume - getResume - -
        registerWebhook listWebhooks - - -
    """,
}
ROWS = [
    (vendor, *(name if name != "-" else None for name in line.split()))
    for vendor, lines in LIVES.items()
    for line in lines.strip().splitlines()
]
MANY = 200
SIZE = 7


class Account:
    """A space of one vendor, in which requests are the documented ones."""

    def __init__(self, vendor: str) -> None:
        self.contract, self.behaviour = known(vendor)
        self.client = Client(self.contract)
        self.schemas = SchemaSet(self.contract.document)
        self.operations = {o.id: o for o in self.contract.operations}

    def send(
        self,
        name: str,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reply:
        """The response to the documented request, with other parameters; valid by the contract."""
        operation = self.operations[name]
        given = {("path", n): v for n, v in (path or {}).items()}
        given.update({("query", n): v for n, v in (query or {}).items()})
        sent = documented_request(self.contract, operation, "test-key", None, given)
        target = f"/~life/{self.contract.name}{self.contract.base_path}{sent.target}"
        headers = [*sent.fields, ("content-length", str(len(sent.body)))]
        reply = self.client.send(operation.method, target, headers, [sent.body])
        self.is_valid(operation, reply)
        return reply

    def is_valid(self, operation: Operation, reply: Reply) -> None:
        """Assert that the contract documents a response with this body."""
        documented = {r.status: r for r in operation.responses}
        for media in documented[str(reply.status)].content:
            if media.schema is not None and media.is_json:
                assert self.schemas.validator(media.schema).is_valid(reply.json), reply
        if reply.status < 300:
            assert reply.headers["x-greenroom-basis"] == "simulated"
            assert "x-greenroom-reason" not in reply.headers, reply.headers

    def path_of(self, name: str, id: str) -> dict[str, str]:
        """The path parameter that names a thing."""
        identify = self.behaviour.bindings[name].identify
        expressions = [each.value.expression for each in identify]
        return {e.rpartition(".")[2]: id for e in expressions if ".path." in e}

    def items(self, name: str, query: Mapping[str, Any] | None = None) -> tuple[list[Any], Any]:
        """The items of a list, and its body."""
        reply = self.send(name, query=query)
        items = next(p.items for p in self.behaviour.bindings[name].projections)
        assert items is not None
        found = at(reply.json, items)
        assert isinstance(found, list)
        return found, reply.json

    def every_item(self, name: str, size: int) -> list[Any]:
        """The items of all pages of a list, each total the same as the number of items."""
        paging = self.operations[name].paging
        if paging is None:
            return self.items(name)[0]
        found: list[Any] = []
        totals = set()
        first = 1 if paging.first is None else paging.first
        for number in range(10_000):
            place = {paging.page: first + number} if paging.page else {paging.offset: len(found)}
            items, body = self.items(name, {paging.size: size, **place})
            found += items
            if paging.total and not self.tells_page(name, paging.total):
                totals.add(at(body, paging.total))
            if len(items) < size:
                break
        assert totals <= {len(found)}
        return found

    def tells_page(self, name: str, pointer: str) -> bool:
        """Whether a number that is called the total counts the items of the page."""
        return any(
            pair.pointer == pointer and pair.value.expression == "$list#/count"
            for projection in self.behaviour.bindings[name].projections
            for pair in projection.pairs
        )


@cache
def known(vendor: str) -> tuple[Contract, Behaviour]:
    """A vendor's contract, and what it says about state."""
    contract = load(find((vendor,))[0])
    return contract, behaviour_of(contract)


def id_of(reply: Reply) -> str:
    """The identifier of the one thing that a response is about."""
    return reply.headers["x-greenroom-resource"].split(" ")[1]


def texts(value: Any) -> str:
    """A value as text, to find an identifier in."""
    return json.dumps(value)


@pytest.mark.parametrize(
    ("vendor", "create", "lists", "read", "change", "delete"),
    ROWS,
    ids=[f"{row[0]}-{row[1]}" for row in ROWS],
)
def test_what_a_client_creates_lives(
    vendor: str,
    create: str,
    lists: str | None,
    read: str | None,
    change: str | None,
    delete: str | None,
) -> None:
    """Created, listed with the right total, filtered, read, changed, deleted, gone."""
    account = Account(vendor)
    before = account.every_item(lists, SIZE) if lists else []
    made = account.send(create)
    listed = account.every_item(lists, SIZE) if lists else []
    # A bulk operation is documented with several things, which are not told apart here.
    assert not lists or len(listed) > len(before)
    if "x-greenroom-resource" not in made.headers:
        return
    assert not lists or len(listed) == len(before) + 1
    id = id_of(made)
    if read:
        shown = account.send(read, account.path_of(read, id))
        assert id_of(shown) == id
    if lists:
        _is_filtered(account, lists, listed[-1])
    if change:
        changed = account.send(change, account.path_of(change, id))
        assert id_of(changed) == id
        if read:
            assert account.send(read, account.path_of(read, id)).json != {}
    if delete:
        assert account.send(delete, account.path_of(delete, id)).status < 300
        is_soft = bool(account.behaviour.bindings[delete].sets)
        if not is_soft:
            again = account.send(delete, account.path_of(delete, id))
            assert (again.status, again.kind) == (404, "unknown-resource")
            assert id in texts(again.json) or id in again.headers["x-greenroom-reason"]
        if read and account.path_of(read, id):
            status = account.send(read, account.path_of(read, id)).status
            assert status == (200 if is_soft else 404)
        if lists:
            assert len(account.every_item(lists, SIZE)) == len(before) + is_soft


def _is_filtered(account: Account, lists: str, item: Any) -> None:
    """Whether each filter finds a thing by its own value, and only things with that value."""
    binding = account.behaviour.bindings[lists]
    shown = {
        pair.value.expression.removeprefix("$resource#"): pair.pointer
        for projection in binding.projections
        for pair in projection.item_pairs
    }
    for about in binding.filters:
        value = at(item, shown.get(about.pointer or "", "/-"))
        if about.match != "equal" or not isinstance(value, str | int):
            continue
        paging = account.operations[lists].paging
        size = {paging.size: 50} if paging is not None else {}
        found, _ = account.items(lists, {about.parameter: value, **size})
        assert item in found
        assert {json.dumps(at(each, shown[about.pointer or ""])) for each in found} == {
            json.dumps(value)
        }


@pytest.mark.parametrize(
    ("vendor", "create", "lists"),
    [row[:3] for row in ROWS if row[2]],
    ids=[f"{row[0]}-{row[1]}" for row in ROWS if row[2]],
)
def test_a_list_is_paged_without_loss_or_repetition(vendor: str, create: str, lists: str) -> None:
    """Over two hundred things, in pages of different sizes."""
    account = Account(vendor)
    ids = [id_of(reply) for _ in range(MANY) if "x-greenroom-resource" in (
        reply := account.send(create)).headers]  # fmt: skip
    whole = account.every_item(lists, 50)
    assert account.every_item(lists, SIZE) == whole
    assert len({json.dumps(item) for item in whole}) == len(whole)
    if ids and len(set(ids)) == MANY:
        text = texts(whole)
        assert all(part in text for id in ids for part in id.split(","))
        assert MISSING not in whole


def test_every_operation_that_creates_something_in_a_space_is_here() -> None:
    """Or it computes, and nothing is kept of it that a client could read again."""
    listed = {(row[0], row[1]) for row in ROWS}
    kept_only = {
        ("instaview", "createSourcing"), ("ninjahire", "generateQuestions"),
        # It names a user, and there is one already in what is documented.
        ("interviewminds", "assignRole"),
    }  # fmt: skip
    found = set()
    for vendor in LIVES:
        _, behaviour = known(vendor)
        for binding in behaviour.bindings.values():
            readable = any(
                other.resource == binding.resource and other.kind in ("read", "list")
                for other in behaviour.bindings.values()
            )
            parent = behaviour.resources[binding.resource].parent
            readable = readable or (parent is not None and parent.within is not None)
            if binding.kind in ("create", "put") and readable:
                found.add((vendor, binding.operation))
    assert found - kept_only == listed
