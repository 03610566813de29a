"""One request of a space: why it got its response, and what to copy of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pprint import pformat
from typing import Any

# Characters of a body in an address.
_LONGEST_FILL = 4000


def steps(decision: Mapping[str, Any], known: Sequence[str]) -> tuple[Sequence[Any], Sequence[str]]:
    """The steps that a request took, and the names of those that it did not reach."""
    taken = decision["steps"]
    last = taken[-1]["step"] if taken else ""
    refused = taken and taken[-1]["said"] == "refused"
    rest = known[known.index(last) + 1 :] if refused and last in known else ()
    return taken, rest


def assertion(entry: Mapping[str, Any]) -> str:
    """A line of a test that asserts such a request."""
    pattern: dict[str, Any] = {}
    if entry["operation"] is None:
        pattern |= {"method": entry["method"], "path": entry["path"].partition("?")[0]}
    body, query = entry["request"]["body"], entry["request"]["query"]
    pattern |= {"query": query} if query else {}
    if body is not None and not entry["request"]["truncated"]:
        pattern["body"] = body
    given = [repr(entry["operation"])] if entry["operation"] else []
    given += ["times=1", *(f"{name}={_written(value)}" for name, value in pattern.items())]
    return f"mock.requests.assert_called({', '.join(given)})"


def fill(entry: Mapping[str, Any]) -> Mapping[str, str]:
    """What an address of try-it carries, so that it begins with the values of a request."""
    query, body = entry["request"]["query"], entry["request"]["body"]
    texts = {name: value for name, value in query.items() if isinstance(value, str)}
    found = {"fill": json.dumps(texts)} if texts else {}
    text = "" if body is None or entry["request"]["truncated"] else body_text(body)
    return found | ({"body": text} if 0 < len(text) <= _LONGEST_FILL else {})


def body_text(body: Any) -> str:
    """A body as a person reads it."""
    return body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)


def _written(value: Any) -> str:
    return pformat(value, width=96, sort_dicts=False)
