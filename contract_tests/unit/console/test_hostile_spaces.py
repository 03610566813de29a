"""Whatever a request holds: the pages of its space are there, and it stays text."""

from __future__ import annotations

import pytest
from console_pages import page
from controlling import GOOD, Controlled

BODIES = {
    "markup": b'{"name": "<script>x</script>\\" onclick=x"}',
    "nested": b"[" * 5000 + b"]" * 5000,
    "nested as deep as is read": b'{"a": ' * 198 + b"{}" + b"}" * 198,
    "a long number": b'{"name": ' + b"9" * 6000 + b"}",
    "numbers that JSON has not": b'{"name": NaN}',
    "half a surrogate": b'{"name": "\\ud800"}',
    "binary": bytes(range(256)),
    "nothing": b"",
}


@pytest.mark.parametrize("name", BODIES)
def test_no_body_breaks_the_pages_of_its_space(name: str) -> None:
    """Nor does it become markup."""
    server = Controlled()
    fields = {**GOOD, "content-type": "application/json"}
    server.client.send("POST", "/~demo/acme/things", fields, [BODIES[name]])
    for path in ("", "/requests", "/requests/1", "/records/acme/Thing", "/faults", "/webhooks"):
        found = page(server, f"/demo{path}")
        assert "<script>x" not in found.html


@pytest.mark.parametrize(
    "query", ["q=%00", "q=-", "q=status:", "q=%ff", "q=" + "a%20" * 500, "before=x", "before=9" * 9]
)
def test_no_question_breaks_a_list(query: str) -> None:
    """It finds something, or says that nothing fits."""
    server = Controlled()
    server.make("Ada")
    for path in ("", "/requests", "/records/acme/Thing", "/faults"):
        page(server, f"/demo{path}?{query}")
