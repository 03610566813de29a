"""What the caller names is examined, or the exit code says that it was not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from accounts import account

from greenroom.errors import GreenroomError
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import mocking, serving

BRIEF = Options(generated=0, invalid=0, writes=True)


def report(options: Options) -> tuple[Report, set[str]]:
    """The report on the mock, and what it received."""
    with serving(mocking(account())) as (url, seen):
        found = check(account(), url, "", options)
    return found, {request.line for request in seen}


def reason(found: Report, name: str) -> str:
    """Why an operation was not examined."""
    return next(o.why_not for o in found.operations if o.operation == name)


@pytest.mark.parametrize(
    "options",
    [
        replace(BRIEF, allowed=frozenset(("assignRole",))),
        replace(BRIEF, given={"assignRole.userId": "me"}),
        replace(BRIEF, bodies={"assignRole": ("application/json", b"{}")}),
        Options(allowed=frozenset(("assignRole",)), generated=0, invalid=0),
    ],
    ids=["allowed", "given", "body", "allowed without writes"],
)
def test_a_named_operation_that_cannot_be_sent_was_not_examined(options: Options) -> None:
    """The reason names the options that are missing."""
    found, lines = report(options)
    assert found.exit_code == 2
    assert "PUT /roles" not in lines
    assert "--" in reason(found, "assignRole")


def test_a_change_of_what_exists_needs_its_identifier_and_permission() -> None:
    """With both it is sent."""
    options = replace(BRIEF, allowed=frozenset(("assignRole",)), given={"assignRole.userId": "me"})
    found, lines = report(options)
    assert (found.exit_code, "PUT /roles" in lines) == (0, True)


def test_a_change_of_what_the_run_created_needs_no_name() -> None:
    """The body identifies it by the response to the creation."""
    found, lines = report(BRIEF)
    assert {"POST /jobs", "POST /close"} <= lines
    assert "PUT /settings" not in lines
    assert found.exit_code == 0


def test_the_reason_of_a_change_names_every_missing_option() -> None:
    """Not only the first."""
    found, _ = report(Options(generated=0, invalid=0))
    assert reason(found, "assignRole").endswith(
        "needs --allow-writes and --allow assignRole and --param assignRole.userId=…"
    )


def test_what_only_leaves_out_was_not_asked_for() -> None:
    """A file may name more than one run examines."""
    only = frozenset(("createJob",))
    found, _ = report(replace(BRIEF, allowed=frozenset(("assignRole",)), only=only))
    assert found.exit_code == 0


def test_settings_that_nothing_used_are_noted() -> None:
    """The exit code does not depend on them."""
    used = replace(BRIEF, given={"jobIds": "a"})
    assert report(used)[0].notes == ()
    options = replace(
        BRIEF, given={"userId": "me", "getJob.id": "j"}, receiver="https://me.example.net"
    )
    found, _ = report(options)
    assert [note.partition(":")[0] for note in found.notes] == [
        "--param userId was not used",
        "--receiver was not used",
    ]


@pytest.mark.parametrize("name", ["jobid", "createTask.jobid", "createTasks.jobId"])
def test_an_unknown_member_of_a_body_is_refused(name: str) -> None:
    """As an unknown parameter is."""
    with pytest.raises(GreenroomError, match="no such parameter or member"):
        make_plan(account(), Options(given={name: "x"}))
