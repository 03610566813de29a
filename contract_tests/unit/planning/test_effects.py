"""Which operations may be sent follows from `x-effect` and the options."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom_contracts.planning.effects import why_not
from greenroom_contracts.planning.options import Options


def contract(method: str = "post", **members: Any) -> Contract:
    """A contract with one operation, `act`."""
    operation = {"operationId": "act", "responses": {"200": {"description": "Done"}}, **members}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Effects", "version": "1"},
        "paths": {"/act": {method: operation}},
    }
    return build(document, "effects", "effects.yaml")


def reason(options: Options, method: str = "post", own: bool = False, **members: Any) -> str:
    """Why the operation may not be sent, which acts on what the run created if `own`."""
    of = contract(method, **members)
    return why_not(of.operations[0], options, of.document, own)


NOTHING = Options()
WRITES = Options(writes=True)
NAMED = Options(allowed=frozenset(("act",)))
BOTH = Options(writes=True, allowed=frozenset(("act",)))


@pytest.mark.parametrize(
    ("method", "members", "options"),
    [
        ("get", {"x-effect": ["read"]}, NOTHING),
        ("get", {}, NOTHING),
        ("head", {}, NOTHING),
        ("post", {"x-effect": ["read"], "x-effect-reason": "It only computes."}, NOTHING),
        ("post", {"x-effect": ["create"]}, WRITES),
        ("patch", {"x-effect": ["change"], "own": True}, WRITES),
        ("delete", {"x-effect": ["create", "change", "delete"], "own": True}, WRITES),
        ("patch", {"x-effect": ["change"]}, BOTH),
        ("delete", {"x-effect": ["delete"]}, BOTH),
        ("post", {"x-effect": ["create", "subscribe"]}, BOTH),
        ("post", {"x-effect": ["contact"]}, BOTH),
        ("post", {"x-effect": ["create", "cost"]}, BOTH),
        ("post", {}, BOTH),
    ],
)
def test_allowed_operations_are_sent(
    method: str, members: dict[str, Any], options: Options
) -> None:
    """Reads always, writes with permission, contact and cost only by name."""
    assert reason(options, method, **members) == ""


@pytest.mark.parametrize(
    ("method", "members", "options", "missing"),
    [
        ("post", {"x-effect": ["read"]}, WRITES, "--allow act"),
        ("post", {"x-effect": ["create"]}, NOTHING, "--allow-writes"),
        ("post", {"x-effect": ["create"]}, NAMED, "--allow-writes"),
        ("get", {"x-effect": ["change"], "own": True}, NOTHING, "--allow-writes"),
        ("get", {"x-effect": ["change"]}, NOTHING, "--allow-writes and --allow act"),
        ("put", {"x-effect": ["create", "change"]}, WRITES, "--allow act"),
        ("delete", {"x-effect": ["delete"]}, WRITES, "--allow act"),
        ("post", {"x-effect": ["create", "subscribe"]}, WRITES, "--allow act"),
        ("post", {"x-effect": ["subscribe"], "own": True}, WRITES, "--allow act"),
        ("get", {"x-effect": ["cost"]}, NAMED, "--allow-writes"),
        ("post", {"x-effect": ["contact"]}, WRITES, "--allow act"),
        ("post", {"x-effect": ["contact", "create"]}, NAMED, "--allow-writes"),
        ("post", {"x-effect": ["cost"]}, NOTHING, "--allow-writes and --allow act"),
        ("delete", {}, WRITES, "--allow act"),
        ("post", {}, NAMED, "--allow-writes"),
    ],
)
def test_the_reason_names_the_options_that_are_missing(
    method: str, members: dict[str, Any], options: Options, missing: str
) -> None:
    """Naming an operation does not allow writing, and neither does the reverse."""
    assert reason(options, method, **members).endswith(f"needs {missing}")


def test_an_unknown_effect_needs_explicit_permission() -> None:
    """An effect that is not known may be anything."""
    assert "--allow act" in reason(WRITES, **{"x-effect": ["launch"]})


def test_only_excludes_all_other_operations() -> None:
    """`--only` also excludes operations that would be allowed."""
    assert reason(Options(only=frozenset(("other",))), "get") == "excluded by --only"
