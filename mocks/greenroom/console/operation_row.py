"""One operation or webhook on the overview page: a row that opens to its curl line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ..codec.credentials import GOOD_KEY
from ..codec.documented_request import documented_request
from ..contract.model import Contract, Operation
from ..contract.provenance import PROVENANCE_KEY
from ..http.curl import curl_words
from ..http.exchange import has_body
from ..http.prefer import header_for
from ..schema import json_pointer as ptr
from .html import Html, element

ALARMING = {"contact": "reach a real person", "cost": "cost real money"}
_RESPONSES = "Documented responses. Select one to add its Prefer header to the line above."
_LONGEST = 700


def operation_row(operation: Operation, contract: Contract, url: str) -> Html:
    """An operation that opens to its curl line and the responses it documents."""
    token = GOOD_KEY if operation.secured else None
    now = datetime.now(UTC)
    request = documented_request(contract, operation, token, now=now).at(url)
    more = element(
        "div",
        *_remarks(operation, contract),
        element(
            "div",
            element("code", *_pieces(curl_words(request))),
            copy_button(f"curl line of {operation.id}"),
            class_="line",
        ),
        element("p", _RESPONSES, class_="quiet"),
        _responses(operation),
        class_="more",
    )
    summary = element("summary", *_cells(operation, operation.method, operation.path))
    return element("details", summary, more, class_="row")


def webhook_row(webhook: Operation) -> Html:
    """A webhook; there is nothing to call, so nothing opens."""
    return element("div", *_cells(webhook, "event", webhook.path), class_="row event")


def copy_button(what: str) -> Html:
    """A button that copies the text of the element before it."""
    return element("button", "Copy", type="button", class_="copy", aria_label=f"Copy {what}")


def short(text: str) -> str:
    """The first paragraph of a text, not longer than a few lines."""
    first = " ".join(text.strip().partition("\n\n")[0].split())
    return first if len(first) <= _LONGEST else first[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _cells(operation: Operation, method: str, path: str) -> Iterator[Html]:
    yield element("span", method, class_="method")
    yield element("span", path, class_="path")
    yield element("span", operation.summary, class_="about")
    # A made-up id repeats method and path.
    named = operation.id if operation.id != f"{operation.method} {operation.path}" else ""
    yield element("span", named, class_="id")
    badges = [
        element("span", effect, class_=f"badge {effect}" if effect in ALARMING else "badge")
        for effect in sorted(operation.effects, key=ALARMING.__contains__)
    ]
    yield element("span", Html(" ".join(badges)), class_="effects")
    basis = operation.basis or ""
    yield element("span", basis and element("span", basis, class_=f"basis {basis}"), class_="from")


def _remarks(operation: Operation, contract: Contract) -> Iterator[Html]:
    if operation.description:
        yield element("p", short(operation.description))
    node = ptr.look_up(contract.document, operation.pointer)
    alarming = [text for effect, text in ALARMING.items() if effect in operation.effects]
    reason = str(node.get("x-effect-reason", ""))
    if alarming:
        warning = f"At the vendor this would {' and '.join(alarming)}."
        yield element("p", element("strong", warning), " ", short(reason), class_="warning")
    elif reason:
        yield element("p", element("b", "Effect:"), " ", short(reason))
    path = operation.pointer.rpartition("/")[0]
    for subject, pointer in (("path ", path), ("", operation.pointer)):
        source = ptr.look_up(contract.document, pointer).get(PROVENANCE_KEY)
        if isinstance(source, dict) and source.get("note"):
            label = f"{subject}{source.get('basis', '')}:".capitalize()
            yield element("p", element("b", label), " ", short(str(source["note"])))


def _pieces(words: list[str]) -> Iterator[str]:
    """The line in pieces that wrap as a whole; then room for `Prefer`."""
    for word in words:
        yield from (element("span", word), " ")
    yield element("span", class_="prefer")


def _responses(operation: Operation) -> Html:
    entries: list[Html] = []
    for response in operation.responses:
        status = response.status
        # An informational status is not a final response, so it cannot be preferred.
        if status.startswith("1"):
            continue
        content = () if status.isdecimal() and not has_body(int(status)) else response.content
        examples = {e.name: e.summary for media in content for e in media.examples}
        for name, summary in examples.items() or [("", "")]:
            value = header_for(status, name)
            hint = element("button", value, type="button", aria_pressed="false")
            about = element("span", short(summary or response.description))
            entries.append(element("li", hint, " ", about))
    return element("ul", *entries, class_="responses")
