"""The checks as a library: what holds mocks, servers and recorded traffic to a contract.

The public names, each imported when it is first used:

- `check_server` sends requests to a server, as far as its `Options` (with a `Volume`) allow, and
  judges the responses;
- `judge_recording` judges recorded traffic, `judge_received` a webhook that was received;
- each returns a `Report`, which holds every `Finding`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .check import check as check_server
    from .finding import Finding
    from .planning.options import Options
    from .planning.plan import Volume
    from .received_webhooks import judge_received
    from .recording import judge_recording
    from .report import Report

__all__ = [
    "Finding",
    "Options",
    "Report",
    "Volume",
    "check_server",
    "judge_received",
    "judge_recording",
]

_MODULES = {
    "Finding": "finding",
    "Options": "planning.options",
    "Report": "report",
    "Volume": "planning.plan",
    "check_server": "check",
    "judge_received": "received_webhooks",
    "judge_recording": "recording",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Not called `check`, which is the module's name.
    attribute = "check" if name == "check_server" else name
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), attribute)
