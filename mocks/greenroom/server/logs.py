"""Logs on standard error: lines for a person on a terminal, elsewhere one JSON object a line.

Never a header, query or body. The violations of a refused request quote values of it, of which
credentials and personal data are removed.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ..decision import NO_DECISION, Decision
from ..mock.response.headers import summarize
from ..printable import plain
from ..schema import json_pointer as ptr
from ..schema.violation import Violation
from .connexion_seams import App, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from ..redaction.redactor import Redactor

# The violations of a request that are logged, and the characters of each.
_MOST, _LONGEST = 20, 500

logger = logging.getLogger("greenroom")

# The key of an ASGI scope under which the middleware leaves the decision for the log.
DECISION = "greenroom.decision"


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON; `extra={"members": {...}}` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "members", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


class TerminalFormatter(logging.Formatter):
    """A log record as a line for a person; the reasons of a refusal are in lines below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        members = getattr(record, "members", {})
        said = [record.getMessage()] if not members or record.exc_info else []
        known = ("method", "path", "status", "operation")
        said += [str(members[name]) for name in known if name in members]
        lines = [f"{self.formatTime(record, '%H:%M:%S')} {' '.join(said)}"]
        if "ms" in members:
            lines[0] += f" {members['ms']:g} ms"
        if "refusal" in members:
            lines.append(f"    {members['refusal']}: {members.get('reason', '')}")
            lines += [f"      {summarize([v])}" for v in members.get("violations", ())[1:]]
        lines += [f"    warning: {warning}" for warning in members.get("warnings", ())]
        found = self.formatException(record.exc_info) if record.exc_info else ""
        return "\n".join([*map(plain, lines), *filter(None, [plain(found, keep="\n")])])


def configure() -> None:
    """Send the logs of greenroom, and the warnings of uvicorn and connexion, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TerminalFormatter() if sys.stderr.isatty() else JsonFormatter())
    for name, level in (
        ("greenroom", logging.INFO),
        ("uvicorn", logging.WARNING),
        ("connexion", logging.ERROR),
    ):
        source = logging.getLogger(name)
        source.handlers[:] = [handler]
        source.setLevel(level)
        source.propagate = False


def with_access_log(app: App) -> App:
    """The application with one log line per request: what was requested, and what was decided.

    The path is logged without its query, which may carry an API key.
    """

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began = time.perf_counter()
        members = {"method": scope["method"], "path": scope["path"]}
        scope[DECISION] = NO_DECISION

        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                members["status"] = message["status"]
            await send(message)

        try:
            await app(scope, receive, observed_send)
        finally:
            decision: Decision = scope[DECISION]
            for name in ("operation", "example", "refusal"):
                if (value := getattr(decision, name)) is not None:
                    members[name] = value
            members |= _reasons(decision)
            if decision.warnings:
                members["warnings"] = [_redactor().text(warning) for warning in decision.warnings]
            members["ms"] = round((time.perf_counter() - began) * 1000, 2)
            level = logging.DEBUG if _is_of_console(scope, members) else logging.INFO
            logger.log(level, "request", extra={"members": members})

    return logged


def _is_of_console(scope: Scope, members: Mapping[str, Any]) -> bool:
    """Whether a page of the console only reads, again and again: nobody looks for that."""
    is_read = members["method"] == "GET" and members.get("status", 500) < 400
    fields = scope["headers"] if is_read and members["path"].startswith("/_greenroom/") else ()
    return (b"sec-fetch-site", b"same-origin") in fields


@cache
def _redactor() -> Redactor:
    # Most runs refuse nothing, and start sooner without it.
    from ..redaction.redactor import Redactor

    return Redactor()


def _reasons(decision: Decision) -> dict[str, Any]:
    """Why a request was refused, without credentials and personal data."""
    if decision.refusal is None:
        return {}
    if not decision.violations:
        return {"reason": decision.reason}
    listed = [_publishable(*violation) for violation in decision.violations[:_MOST]]
    return {"reason": summarize([*listed, *decision.violations[_MOST:]]), "violations": listed}


def _publishable(location: str, pointer: str, message: str) -> Violation:
    from ..redaction.field_names import PUBLIC, kind_in

    if kind_in(location, ptr.split(pointer)) != PUBLIC:
        return location, pointer, "not valid; the value is not logged"
    return location, pointer, _redactor().text(message[:_LONGEST])
