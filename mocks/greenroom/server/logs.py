"""Structured logs: one JSON object a line on standard error, never a header, query or body."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime

from ..decision import NO_DECISION, Decision
from .connexion_seams import App, Message, Receive, Scope, Send

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


def configure() -> None:
    """Send the logs of greenroom, and the warnings of uvicorn and connexion, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
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
            if decision.warnings:
                members["warnings"] = list(decision.warnings)
            members["ms"] = round((time.perf_counter() - began) * 1000, 2)
            logger.info("request", extra={"members": members})

    return logged
