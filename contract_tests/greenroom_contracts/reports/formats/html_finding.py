"""One finding of `report.html`: what was expected, what was seen, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.console.html import Html, clipped, element
from greenroom.http.exchange import Fields
from greenroom.printable import plain

from ...finding import KINDS, Finding
from ..evidence import Evidence, Exchanges, body_text, excerpt
from ..wording import basis_sentence, label

_LONGEST = 600
_LONGEST_LINE = 2000
_LONGEST_BODY = 2000
_MOST_FIELDS, _LONGEST_FIELD = 40, 300


def finding_article(finding: Finding, exchanges: Exchanges | None, is_drift: bool) -> Html:
    """A finding, without evidence if there are no `exchanges`; `is_drift` sets its colour."""
    kind = KINDS[finding.kind]
    colour = "drift" if is_drift else "addition"
    badges = [element("span", label(finding, is_drift), class_=f"mark {colour}")]
    if finding.basis and (finding.is_guess or not finding.is_addition):
        badges.append(element("span", finding.basis, class_=f"basis {finding.basis}"))
    if finding.count > 1:
        badges.append(element("span", f"{finding.count} times", class_="quiet"))
    title = f"{kind.title[:1].upper()}{kind.title[1:]}"
    head = element("h4", title, " ", *(part for badge in badges for part in (badge, " ")))
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


def _facts(finding: Finding) -> Iterator[Html]:
    yield fact("Basis", basis_sentence(finding))
    contract = f"#{finding.pointer}" if finding.pointer else ""
    operations = ", ".join(finding.operations) if finding.others else ""
    for name, text in (
        ("Operations", operations), ("Expected", finding.expected), ("Seen", finding.seen),
        ("Where", finding.instance), ("Contract", contract),
    ):  # fmt: skip
        if text:
            yield fact(name, element("code", clipped(text, _LONGEST)))
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
    bodies = {
        side: found.body if found.side == side else excerpt(body_text(message), "", _LONGEST_BODY)
        for side, message in (("request", exchange.request), ("response", exchange.response))
    }
    request, response = exchange.request, exchange.response
    line = f"{request.method} {clipped(request.url, _LONGEST_LINE)}"
    sent = _message(line, request.headers, bodies["request"])
    received = element("p", f"No response: {clipped(exchange.error, _LONGEST)}")
    if response is not None:
        line = f"{response.status} {clipped(response.reason, _LONGEST_FIELD)}".rstrip()
        received = _message(line, response.headers, bodies["response"])
    return element(
        "details", summary,
        element("h5", "Request"), sent, element("h5", "Response, redacted"), received,
    )  # fmt: skip


def _message(line: str, headers: Fields, body: str) -> Html:
    listed = [f"{name}: {clipped(value, _LONGEST_FIELD)}" for name, value in headers]
    if len(listed) > _MOST_FIELDS:
        listed = [*listed[:_MOST_FIELDS], "…"]
    return element(
        "pre", "\n".join((line, *listed)) + (f"\n\n{body}" if body else ""), tabindex="0"
    )
