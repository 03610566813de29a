"""Pages of spaces, read."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

from controlling import Controlled

from html_page import HtmlPage

SERVER = "http://127.0.0.1:8080"
CONSOLE = "/_greenroom/console"


def page(server: Controlled, path: str = "", status: int = 200) -> HtmlPage:
    """A page below the list of spaces; it keeps the rules of all pages."""
    target = f"{CONSOLE}{path}"
    reply = server.client.get(target, {"Host": "127.0.0.1:8080"})
    assert (reply.status, reply.media_type) == (status, "text/html; charset=utf-8"), target
    found = HtmlPage(reply.body.decode())
    assert found.faults() == []
    return found


def leads_somewhere(server: Controlled, path: str) -> None:
    """Every link of a page is relative, and there."""
    for link in page(server, path).links:
        to = urlsplit(urldefrag(urljoin(f"{SERVER}{CONSOLE}{path}", link))[0])
        if to.scheme == "data":
            continue
        target = to.path + (f"?{to.query}" if to.query else "")
        assert server.client.get(target, {"Host": "127.0.0.1:8080"}).status == 200, link


def text_of(found: HtmlPage) -> str:
    """All words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.html)).split())


def calls(found: HtmlPage) -> list[str]:
    """The control routes that the buttons and forms of a page call."""
    return [a["data-call"] for _, a, _ in found.elements if "data-call" in a]
