"""How fast a client may send requests is read from contracts."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import contract, response

from greenroom.contract import catalog
from greenroom.contract.behaviour.rate_limit import RateLimit, limits_of

PATHS = {"/a": {"get": {"operationId": "getA", "responses": {"200": response("a")}}}}


def read(node: Any, operation: Any = None) -> dict[str, tuple[RateLimit, ...]]:
    """The limits of a contract, and of its only operation."""
    own = {} if operation is None else {"x-rate-limit": operation}
    paths = {"/a": {"get": {**PATHS["/a"]["get"], **own}}}
    return limits_of(contract(paths, **({} if node is None else {"x-rate-limit": node})))


def test_a_limit_is_of_the_whole_api_or_of_an_operation() -> None:
    """One, or several in a list."""
    limit = {"requests": 3, "seconds": 60, "per": "API key"}
    assert read(None) == {}
    assert read(limit) == {"": (RateLimit(3, 60, "/x-rate-limit"),)}
    found = read(None, [limit, {**limit, "seconds": 3600}])
    where = "/paths/~1a/get/x-rate-limit"
    assert found == {"getA": (RateLimit(3, 60, f"{where}/0"), RateLimit(3, 3600, f"{where}/1"))}


def test_windows_and_header_fields_are_read() -> None:
    """With the names that the contract gives."""
    headers = {"limit": "X-L", "remaining": "X-R", "reset": "X-S", "retry-after": "Retry-After"}
    node = {"requests": 3, "seconds": 15, "per": "client address", "window": "sliding",
            "headers": headers, "reset-is": "date"}  # fmt: skip
    [limit] = read(node)[""]
    assert limit == RateLimit(3, 15, "/x-rate-limit", True, True, headers, "date")


@pytest.mark.parametrize(
    ("per", "expected"),
    [("API key", False), ("IP address", True), ("IP", True), ("client address", True),
     ("membership", False), ("equipment", False)],
)  # fmt: skip
def test_per_says_whether_clients_are_told_apart_by_address(per: str, expected: bool) -> None:
    """Else by their credential."""
    [limit] = read({"requests": 1, "seconds": 1, "per": per})[""]
    assert limit.per_address is expected


@pytest.mark.parametrize(
    "node",
    [None, 3, "fast", {}, [], [[]], {"per": "key"}, [{"requests": 3, "per": "key"}],
     {"requests": "3", "seconds": 1, "per": "key"}, {"requests": 1, "seconds": 1},
     {"requests": 1, "seconds": 10**10, "per": "key"},
     {"requests": 1, "seconds": 1, "per": "key", "headers": {"reset": "a b"}}],
)  # fmt: skip
def test_other_forms_are_no_limits(node: Any) -> None:
    """Other documents may have a key of this name."""
    assert read(node) == {}


def test_limits_of_a_group_have_one_counter() -> None:
    """Whatever states them."""
    node = {"requests": 1, "seconds": 1, "per": "API key", "group": "upload"}
    found = read(node, [node, {"requests": 1, "seconds": 1, "per": "API key"}])
    assert [each.counter for each in found[""]] == ["upload"]
    assert [each.counter for each in found["getA"]] == [
        "upload", "/paths/~1a/get/x-rate-limit/1"]  # fmt: skip


def test_every_limit_that_our_contracts_state_is_read() -> None:
    """Of the API and of operations."""
    contracts = [catalog.load(source) for source in catalog.vendors()]
    declaring = {each.name for each in contracts if "x-rate-limit" in each.document}
    assert declaring
    assert {each.name for each in contracts if "" in limits_of(each)} == declaring
