"""One finding on the page: what was stated, what was seen, and what shows it."""

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
# Longer texts would shout in a heading.
_TITLE = 160


def finding_article(finding: Finding, exchanges: Exchanges | None, counts: bool) -> Html:
    """A finding; without `exchanges` without evidence. `counts` says that it makes drift."""
    kind = KINDS[finding.kind]
    colour = "drift" if counts else "addition"
    badges = [element("span", "drift" if counts else _mild(finding), class_=f"mark {colour}")]
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
        *([_evidence(found, finding)] if found else []),
        class_=f"finding {colour}",
    )


def _mild(finding: Finding) -> str:
    return "accepted" if finding.accepted else "addition"


def _spaced(pieces: list[Html]) -> Iterator[str]:
    for piece in pieces:
        yield from (piece, " ")


def _facts(finding: Finding) -> Iterator[Html]:
    yield _fact("Basis", basis_sentence(finding))
    if finding.expected:
        yield _fact("Expected", element("code", clipped(finding.expected, _LONGEST)))
    if finding.seen:
        yield _fact("Seen", element("code", clipped(finding.seen, _LONGEST)))
    if finding.instance:
        yield _fact("Where", element("code", clipped(finding.instance, _LONGEST)))
    if finding.pointer:
        yield _fact("Contract", element("code", f"#{clipped(finding.pointer, _LONGEST)}"))
    if finding.accepted:
        yield _fact("Accepted", clipped(finding.accepted, _LONGEST))


def _fact(name: str, *parts: str) -> Html:
    return element("div", element("dt", name), element("dd", *parts))


def _repeat(finding: Finding) -> Iterator[Html]:
    if finding.curl:
        # A line with its end cut off would be another request.
        line = plain(finding.curl, keep="\n\t")
        if len(line) <= _LONGEST_LINE:
            button = element(
                "button", "Copy", type="button", class_="copy", aria_label="Copy the curl line"
            )
            yield element("div", element("code", line), button, class_="line")


def _evidence(found: Evidence, finding: Finding) -> Html:
    exchange = found.exchange
    number = f"Exchange {exchange.number}"
    about = ": ".join(part for part in (exchange.purpose, exchange.note) if part)
    summary = element(
        "summary", element("b", "Evidence"), " ",
        element("span", f"{number}, {clipped(about, _LONGEST_FIELD)}", class_="quiet"),
    )  # fmt: skip
    answer = exchange.response
    told = (
        _message(_status_line(answer), answer.headers, _shown(answer, found, finding, "response"))
        if answer
        else element("p", f"No answer: {clipped(exchange.error, _LONGEST)}")
    )
    request = exchange.request
    sent = _message(
        f"{request.method} {clipped(request.url, _LONGEST_LINE)}",
        request.headers,
        _shown(request, found, finding, "request"),
    )
    return element(
        "details", summary,
        element("h5", "Request"), sent, element("h5", "PreparedResponse, redacted"), told,
    )  # fmt: skip


def _status_line(answer: Response) -> str:
    return f"{answer.status} {clipped(answer.reason, _LONGEST_FIELD)}".rstrip()


def _shown(message: Request | Response, found: Evidence, finding: Finding, side: str) -> str:
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
