"""Structured logs: one JSON object a line on standard error, never a header, query or body."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime

from .connexion_seams import App, Message, Receive, Scope, Send

logger = logging.getLogger("greenroom")

_FIELDS = {
    b"x-greenroom-operation": "operation",
    b"x-greenroom-example": "example",
    b"x-greenroom-refusal": "refusal",
}


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON; `extra={"fields": {...}}` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


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
    """The application with one log line a request: what was asked, and why it was answered so.

    The path is logged without its query, which may carry an API key.
    """

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began = time.perf_counter()
        fields = {"method": scope["method"], "path": scope["path"]}

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields["status"] = message["status"]
                for name, value in message["headers"]:
                    if name in _FIELDS:
                        fields[_FIELDS[name]] = value.decode("latin-1")
            await send(message)

        try:
            await app(scope, receive, noting)
        finally:
            fields["ms"] = round((time.perf_counter() - began) * 1000, 2)
            logger.info("request", extra={"fields": fields})

    return logged
