"""Checks that hold mocks, servers and recorded traffic to a contract; a library without the server.

The public names, each imported when it is first used:

- `check` sends a server the requests that its `Options` allow, and judges the responses;
- `judge_recording` judges recorded traffic, `judge_received` received webhooks;
- each returns a `Report`, which holds every `Finding`.

The rooms in order, each importing only from those before it: `finding` and `report` (the
results as data), `planning` (which requests may be sent), `sending` (requests past the guard),
`resources` (learned identifiers and created resources), `judge` (an exchange against its contract),
`mutations`, `fuzzing`, `probes` (the requests for one operation), `reports` (files and terminal),
`running` (a check from beginning to end), `traffic` (recordings and received webhooks), `proxying`
(between callers and a sandbox), `learning` (what recordings show), `cli`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .finding import Finding
    from .planning.options import Options
    from .report import Report
    from .running.check import check
    from .traffic.received_webhooks import judge_received
    from .traffic.recording import judge_recording

__all__ = ["Finding", "Options", "Report", "check", "judge_received", "judge_recording"]

_MODULES = {
    "Finding": "finding",
    "Options": "planning.options",
    "Report": "report",
    "check": "running.check",
    "judge_received": "traffic.received_webhooks",
    "judge_recording": "traffic.recording",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
