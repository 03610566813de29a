"""One finding of `report.html`: what was expected, what was seen, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.console.html import Html, clipped, element
from greenroom.http.exchange import Fields, Request, Response
from greenroom.printable import plain
from greenroom.redaction.body_text import decoded, size

from ...finding import KINDS, Finding
from ..evidence import Evidence, Exchanges, excerpt
from ..wording import basis_sentence

_LONGEST = 600
_LONGEST_LINE = 2000
_LONGEST_BODY = 2000
_MOST_FIELDS, _LONGEST_FIELD = 40, 300
# The longest heading.
_TITLE = 160


def finding_article(finding: Finding, exchanges: Exchanges | None, is_drift: bool) -> Html:
    """A finding, without evidence if there are no `exchanges`; `is_drift` sets its colour."""
    kind = KINDS[finding.kind]
    colour = "drift" if is_drift else "addition"
    badges = [
        element("span", "drift" if is_drift else _tolerated(finding), class_=f"mark {colour}")
    ]
    if finding.basis:
        badges.append(element("span", finding.basis, class_=f"basis {finding.basis}"))
    if finding.count > 1:
        badges.append(element("span", f"{finding.count} times", class_="quiet"))
    title = clipped(f"{kind.title[:1].upper()}{kind.title[1:]}", _TITLE)
    head = element("h4", title, " ", *_spaced(badges))
    found = exchanges.evidence(finding, _LONGEST_BODY) if exchanges else None
    return element(
        "article",
        head,
        element("p", clipped(finding.message, _LONGEST), class_="message"),
        element("dl", *_facts(finding)),
        *_repeat(finding),
        *([_evidence(found)] if found else []),
        class_=f"finding {colour}",
    )


def _tolerated(finding: Finding) -> str:
    return "accepted" if finding.accepted else "addition"


def _spaced(pieces: list[Html]) -> Iterator[str]:
    for piece in pieces:
        yield from (piece, " ")


def _facts(finding: Finding) -> Iterator[Html]:
    yield fact("Basis", basis_sentence(finding))
    if finding.expected:
        yield fact("Expected", element("code", clipped(finding.expected, _LONGEST)))
    if finding.seen:
        yield fact("Seen", element("code", clipped(finding.seen, _LONGEST)))
    if finding.instance:
        yield fact("Where", element("code", clipped(finding.instance, _LONGEST)))
    if finding.pointer:
        yield fact("Contract", element("code", f"#{clipped(finding.pointer, _LONGEST)}"))
    if finding.accepted:
        yield fact("Accepted", clipped(finding.accepted, _LONGEST))


def fact(name: str, *parts: str) -> Html:
    """A name and its value in a list of facts."""
    return element("div", element("dt", name), element("dd", *parts))


def _repeat(finding: Finding) -> Iterator[Html]:
    if finding.curl:
        # A command that is cut off would send another request.
        line = plain(finding.curl, keep="\n\t")
        if len(line) <= _LONGEST_LINE:
            button = element(
                "button", "Copy", type="button", class_="copy", aria_label="Copy the curl line"
            )
            yield element("div", element("code", line), button, class_="line")


def _evidence(found: Evidence) -> Html:
    exchange = found.exchange
    number = f"Exchange {exchange.number}"
    about = ": ".join(part for part in (exchange.purpose, exchange.note) if part)
    summary = element(
        "summary", element("b", "Evidence"), " ",
        element("span", f"{number}, {clipped(about, _LONGEST_FIELD)}", class_="quiet"),
    )  # fmt: skip
    response = exchange.response
    received = (
        _message(_status_line(response), response.headers, _body(response, found, "response"))
        if response
        else element("p", f"No response: {clipped(exchange.error, _LONGEST)}")
    )
    request = exchange.request
    sent = _message(
        f"{request.method} {clipped(request.url, _LONGEST_LINE)}",
        request.headers,
        _body(request, found, "request"),
    )
    return element(
        "details", summary,
        element("h5", "Request"), sent, element("h5", "Response, redacted"), received,
    )  # fmt: skip


def _status_line(response: Response) -> str:
    return f"{response.status} {clipped(response.reason, _LONGEST_FIELD)}".rstrip()


def _body(message: Request | Response, found: Evidence, side: str) -> str:
    if found.side == side:
        return found.body
    text = decoded(message.body, message.header("content-type") or "")
    return excerpt(size(message.body) if text is None else text, "", _LONGEST_BODY)


def _message(line: str, headers: Fields, body: str) -> Html:
    listed = [f"{name}: {clipped(value, _LONGEST_FIELD)}" for name, value in headers]
    if len(listed) > _MOST_FIELDS:
        listed = [*listed[:_MOST_FIELDS], "…"]
    return element(
        "pre", "\n".join((line, *listed)) + (f"\n\n{body}" if body else ""), tabindex="0"
    )
