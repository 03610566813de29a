"""The plan has the allowed operations with known identifiers, and why the others are left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from checked import things

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


def test_changes_need_a_resource_that_the_run_creates() -> None:
    """Identifiers of a list are not used to change things."""
    only = frozenset(("listThings", "changeThing"))
    made = plan(Options(writes=True, only=only))
    assert sent(made) == ["listThings"]
    assert reason(made, "changeThing") == (
        "id would come from createThing, which is not sent; --param changeThing.id=…"
    )


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
