"""The receiver of webhooks that is always there."""

from __future__ import annotations

import pytest
from contracts import TOKEN, Client, one
from controlling import Controlled

INBOX = "/_greenroom/spaces/demo/inbox"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_it_takes_every_method_and_keeps_nothing(method: str) -> None:
    """No space is made by it."""
    server = Controlled()
    assert server.call(method, "/spaces/demo/inbox").status == 204
    assert server.call(method, "/spaces/demo/inbox?status=503").status == 503
    assert server.get("/spaces").json["items"] == []


def test_it_is_for_everybody_also_for_webhooks_of_spaces() -> None:
    """Neither a token nor the name of the host matters, since nothing is done."""
    client = Client(one({}), control_token=TOKEN)
    for fields in ({"x-greenroom-delivery": "1"}, {"host": "evil.example"}, {"origin": "http://x"}):
        assert client.send("POST", INBOX, fields, [b"{}"]).status == 204


@pytest.mark.parametrize("status", ["0", "99", "100", "199", "600", "x", "2000", ""])
def test_what_is_no_status_is_refused(status: str) -> None:
    """With what would be right."""
    reply = Client(one({})).get(f"{INBOX}?status={status}")
    assert reply.status == 400
    assert "200 to 599" in reply.json["detail"]
