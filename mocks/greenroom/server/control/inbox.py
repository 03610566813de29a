"""A receiver of webhooks that is always there: it keeps nothing, and gives the wanted status."""

from __future__ import annotations

import re

from ...http.pairs import query_pairs
from ...mock.response.prepared import PreparedResponse, prepare, problem

ROUTE = re.compile(r"/spaces/[^/]+/inbox")
_STATUS = re.compile(r"[2-5][0-9]{2}")


def respond(query: bytes) -> PreparedResponse:
    """The response to anything that is sent here; 400 for what is no status of a response."""
    status = dict(query_pairs(query)).get("status", "204")
    if not _STATUS.fullmatch(status):
        return problem(400, "status is that of the response, from 200 to 599; 204 by default")
    if status >= "400":
        return problem(int(status), "the status that was asked for")
    return prepare(
        int(status), [(b"content-length", b"0")] if status not in ("204", "304") else [], b""
    )
