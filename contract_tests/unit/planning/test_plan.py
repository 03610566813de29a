"""The plan has the allowed operations with known identifiers, and why the others are left out."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from accounts import account
from checked import DOCUMENT, things

from greenroom.errors import GreenroomError
from greenroom_contracts.cli.plan_text import plan_lines
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import Plan, make_plan

ALL = Options(writes=True, allowed=frozenset(("callThing",)))


def plan(options: Options | None = None) -> Plan:
    """The plan for the contract of things."""
    return make_plan(things(), options or Options())


def sent(made: Plan) -> list[str]:
    """The ids of the operations that are sent, in order."""
    return [operation.id for operation in made.sent]


def reason(made: Plan, operation: str) -> str:
    """Why an operation is left out."""
    return next(e.why_not for e in made.entries if e.operation.id == operation)


def test_reading_comes_first_and_deleting_last() -> None:
    """A deletion needs a resource that exists."""
    assert sent(plan(ALL)) == [
        "listThings",
        "getThing",
        "quoteThing",
        "createThing",
        "changeThing",
        "callThing",
        "deleteThing",
    ]


def test_without_permissions_only_reads_are_sent() -> None:
    """One of them is a POST that only reads."""
    assert sent(plan()) == ["listThings", "getThing", "quoteThing"]


def test_a_deletion_gets_no_invalid_requests() -> None:
    """Without its identifier it might delete everything."""
    planned = {entry.operation.id: dict(entry.requests_by_purpose) for entry in plan(ALL).entries}
    assert "invalid" not in planned["deleteThing"]
    assert "invalid" in planned["changeThing"]


def test_changes_need_a_resource_that_the_run_creates() -> None:
    """Identifiers of a list are not used to change things."""
    only = frozenset(("listThings", "changeThing"))
    made = plan(Options(writes=True, only=only))
    assert sent(made) == ["listThings"]
    assert reason(made, "changeThing") == (
        "id would come from createThing, which is not sent; "
        "otherwise needs --param changeThing.id=… --allow changeThing"
    )


def test_an_operation_names_everything_that_it_needs_at_once() -> None:
    """Not one option in each run, and for a source that is not sent, the way without it."""
    document = deepcopy(DOCUMENT)
    document["paths"]["/things"]["post"]["x-effect"] = ["create", "cost"]
    made = make_plan(things(document), Options())
    supplied = "id would come from createThing, which is not sent; otherwise needs --param {0}.id=…"

    assert reason(made, "createThing") == (
        "create, cost; needs --allow-writes and --allow createThing"
    )
    assert reason(made, "deleteThing") == (
        "delete; needs --allow-writes; " + supplied.format("deleteThing") + " --allow deleteThing"
    )
    assert reason(made, "callThing") == (
        "contact, cost; needs --allow-writes and --allow callThing; " + supplied.format("callThing")
    )
    assert reason(plan(), "deleteThing") == "delete; needs --allow-writes"


@pytest.mark.parametrize(
    ("limit", "operation", "minutes"),
    [
        ({"requests": 10, "seconds": 60}, None, 6),
        ({"requests": 10, "seconds": 60}, {"requests": 1, "seconds": 60}, 19),
        (None, {"requests": 1, "seconds": 60}, 19),
        ({"requests": 60, "seconds": 1}, None, 0),
    ],
)
def test_the_plan_says_how_long_a_rate_limit_makes_it_wait(
    limit: Any, operation: Any, minutes: int
) -> None:
    """The limits of the API and of operations; a short wait is not mentioned."""
    document = deepcopy(DOCUMENT)
    document |= {"x-rate-limit": {**limit, "per": "key"}} if limit else {}
    found = document["paths"]["/things"]["get"]
    found |= {"x-rate-limit": {**operation, "per": "key"}} if operation else {}
    contract = things(document)
    made = make_plan(contract, Options())
    text = "\n".join(plan_lines(contract, made, Options()))

    assert (made.requests, made.entries[0].requests) == (61, 20)
    said = f"because of rate limits all requests take at least {minutes} minutes"
    assert (said in text) is bool(minutes)


def test_an_operation_without_source_of_its_identifier_is_not_sent() -> None:
    """Without a list of things no id is known."""
    made = plan(Options(only=frozenset(("getThing",))))
    assert sent(made) == []
    assert "--param getThing.id=…" in reason(made, "getThing")


@pytest.mark.parametrize("name", ["id", "getThing.id"])
def test_a_given_identifier_reaches_an_operation(name: str) -> None:
    """By its name, or by the operation's id and its name."""
    made = plan(Options(only=frozenset(("getThing",)), given={name: "mine"}))
    assert sent(made) == ["getThing"]


def test_an_operation_that_contacts_people_is_called_once() -> None:
    """One call that rings a phone is enough."""
    planned = {entry.operation.id: dict(entry.requests_by_purpose) for entry in plan(ALL).entries}
    assert planned["callThing"] == {"documented": 1, "credentials": 3, "invalid": 2}


def test_generated_requests_are_sent_to_reads() -> None:
    """With `thorough` to writes as well, but never to operations that contact people."""
    made = plan(ALL)
    thorough = plan(replace(ALL, thorough=True))
    generating = [
        [e.operation.id for e in each.entries if dict(e.requests_by_purpose).get("generated")]
        for each in (made, thorough)
    ]
    assert generating[0] == ["listThings", "getThing", "quoteThing"]
    assert set(generating[1]) - set(generating[0]) == {"createThing", "changeThing", "deleteThing"}


@pytest.mark.parametrize(
    "options",
    [Options(allowed=frozenset(("callThings",))), Options(only=frozenset(("nothing",)))],
)
def test_an_unknown_operation_is_refused(options: Options) -> None:
    """The message names those that exist."""
    with pytest.raises(GreenroomError, match="callThing"):
        plan(options)


@pytest.mark.parametrize("name", ["ide", "getThing.ide", "getThings.id"])
def test_an_unknown_parameter_is_refused(name: str) -> None:
    """A mistyped name would leave an operation unexamined."""
    with pytest.raises(GreenroomError, match=name):
        plan(Options(given={name: "x"}))


def test_the_plan_is_printed_in_lines() -> None:
    """Every operation with its effects and requests, or the reason why it is not sent."""
    contract = things()
    text = "\n".join(plan_lines(contract, make_plan(contract, Options()), Options()))
    assert "things: 3 of 7 operations are sent" in text
    assert "create; needs --allow-writes" in text
    assert "contact, cost; needs --allow-writes and --allow callThing" in text


def test_the_plan_lists_creations_that_cannot_be_deleted() -> None:
    """Every creation in this contract has a deletion."""
    contract = things()
    lines = list(plan_lines(contract, make_plan(contract, ALL), ALL))
    assert not [line for line in lines if "no operation deletes" in line]


def test_the_plan_names_the_source_of_every_identifier_and_the_receiver() -> None:
    """And how many requests are made up at most; what is left out has its reason."""
    contract = account()
    every = frozenset(operation.id for operation in contract.operations)
    options = Options(
        writes=True, allowed=every - {"saveSettings"}, given={"getJob.id": "mine"}, invalid=4
    )
    lines = list(plan_lines(contract, make_plan(contract, options), options))
    assert [line.strip() for line in lines if not line.startswith(("yes", "no   "))][3:] == [
        "documented: example One",
        "made up, at most: 4 invalid",
        "documented: id=mine",
        "made up, at most: 4 invalid, 1 for an unknown identifier, 10 generated",
        "documented: example One, jobId from createJob",
        "made up, at most: 4 invalid",
        "documented: example One, jobId from createJob",
        "made up, at most: 4 invalid",
        "documented: example One, sourceId from createJob, without jobIds",
        "made up, at most: 4 invalid, 10 generated",
        "nothing that the run creates supplies userId; needs --param assignRole.userId=…",
        "documented: example One",
        "receiver: https://receiver.invalid/greenroom, which does not exist; "
        "--receiver URL gives another",
        "made up, at most: 2 invalid",
        "change of what the run did not create; needs --allow saveSettings",
        "",
        "no operation deletes the resources that these create: createJob, createTask, createHook",
    ]


def test_the_plan_names_the_receiver_and_the_body_of_the_caller() -> None:
    """As they will be sent."""
    contract = account()
    options = Options(
        writes=True,
        allowed=frozenset(("createHook", "saveSettings")),
        bodies={"saveSettings": ("application/json", b"{}")},
        receiver="https://me.example.net/x",
        given={"userId": "me"},
    )
    text = "\n".join(plan_lines(contract, make_plan(contract, options), options))
    assert "receiver: https://me.example.net/x\n" in text
    assert "documented: the body of --body\n" in text
    assert text.endswith("--param userId was not used: no request that was sent takes it")


def test_what_is_within_a_thing_is_deleted_before_it() -> None:
    """Afterwards it would be gone."""
    document = deepcopy(DOCUMENT)
    paths = document["paths"]
    part = {"name": "part", "in": "path", "required": True, "schema": {"type": "string"}}
    within = deepcopy(paths["/things/{id}"])
    within["delete"] |= {"operationId": "deletePart", "parameters": [part]}
    paths["/things/{id}/parts/{part}"] = {k: within[k] for k in ("parameters", "delete")}
    given = replace(ALL, given={"deletePart.part": "p"}, allowed=ALL.allowed | {"deletePart"})
    contract = things(document)
    assert sent(make_plan(contract, replace(given, given={**given.given, "deletePart.id": "t"})))[
        -2:
    ] == ["deletePart", "deleteThing"]
