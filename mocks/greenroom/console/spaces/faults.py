"""Faults of a space in words and as lines of a test, and those that are one click away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..wording import length

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "the next call fails": {"effect": {"status": 503}, "times": 1},
    "the next call is rate limited": {"effect": {"status": 429, "headers": {"Retry-After": "30"}}, "times": 1},  # noqa: E501
    "the network is slow": {"effect": {"latency": "PT2S"}},
    "the next connection is dropped": {"effect": {"reset": True}, "times": 1},
    "every tenth call fails": {"effect": {"status": 500}, "probability": 0.1},
}  # fmt: skip
_SAID = {
    "status": "have the status {}", "example": "show the example {}", "headers": "carry {}",
    "latency": "come {} late", "reset": "end in a reset connection", "timeout": "never get one",
    "malformed": "get something that is not HTTP", "truncate": "end after {} bytes",
    "drop": "are not sent", "duplicate": "are sent {} times",
    "reorder": "go out of order, {} together",
    "delay": "are sent {} late", "tamper": "have another {} than was signed",
    "rotate_secret": "are signed with another secret", "expire": "are signed a day ago",
}  # fmt: skip


def sentence(fault: Mapping[str, Any]) -> str:
    """What a fault does, to what and how often."""
    match, left, effect = dict(fault["match"]), fault["left"], fault["effect"]
    kind = "Webhooks" if "event" in match else "Responses"
    about = match.pop("event", "") or match.pop("operation", "")
    rest = ", ".join(f"{name} {value}" for name, value in match.items())
    drawn = f" in {100 * fault['probability']:g} % of cases" if fault["probability"] < 1 else ""
    often = (
        "until it is removed"
        if left is None
        else "once more"
        if left == 1
        else f"used up after {fault['hits']} hit{'' if fault['hits'] == 1 else 's'}"
        if left == 0
        else f"{left} more times"
    )
    does = " and ".join(_SAID[name].format(_written(name, value)) for name, value in effect.items())
    subject = f"{kind}{f' of {about}' if about else ''}{f' ({rest})' if rest else ''}"
    return f"{subject} {does}{drawn}, {often}."


def as_test(fault: Mapping[str, Any]) -> str:
    """The line of a test that makes such a fault."""
    given = {name: value for name, value in fault["match"].items() if name != "vendor"}
    given |= fault["effect"]
    given |= {"times": fault["left"] + fault["hits"]} if fault["left"] is not None else {}
    given |= {"probability": fault["probability"]} if fault["probability"] < 1 else {}
    given |= {"skip": fault["skip"]} if fault["skip"] else {}
    return f"mock.fault({', '.join(f'{name}={value!r}' for name, value in given.items())})"


def _written(name: str, value: Any) -> str:
    if name in ("latency", "delay"):
        return length(value)
    if isinstance(value, Mapping):
        return " and ".join(f"{field}: {text}" for field, text in value.items())
    return value if isinstance(value, str) else json.dumps(value)
