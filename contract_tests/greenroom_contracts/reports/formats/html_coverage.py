"""The sections of `report.html` about documented parts that were never seen."""

from __future__ import annotations

from greenroom.console.html import Html, clipped, element

from ...report import Report, StatusReport
from ..wording import counted

_MOST = 1000
_LONGEST = 300


def unseen_statuses(report: Report) -> Html:
    """The documented responses that no request received, by operation and reason."""
    # An operation that was not called cannot have responded.
    called = {o.operation for o in report.operations if o.requests}
    unseen = [s for s in report.statuses if not s.seen and s.operation in called]
    groups: dict[tuple[str, str], list[StatusReport]] = {}
    for status in unseen:
        groups.setdefault((status.operation, status.why_not), []).append(status)
    rows = [
        _row(operation, element("code", ", ".join(status.status for status in found)), why)
        for (operation, why), found in list(groups.items())[:_MOST]
    ]
    return _folded(f"{counted(len(unseen), 'documented response')} of called operations", rows)


def webhook_section(report: Report) -> Html:
    """The webhooks: judged or not, and why not."""
    rows = [
        _row(webhook.operation, "judged" if webhook.seen else "not examined", webhook.why_not)
        for webhook in report.webhooks[:_MOST]
    ]
    seen = sum(webhook.seen for webhook in report.webhooks)
    return _folded(f"{seen} of {counted(len(report.webhooks), 'webhook')} judged", rows)


def unseen_section(report: Report) -> Html:
    """The fields and enum values that appeared in no message of their schema."""
    rows = []
    for unseen in report.unseen[:_MOST]:
        name = f"{unseen.name} = {unseen.value}" if unseen.value else unseen.name
        pointer = element("code", f"#{clipped(unseen.pointer, _LONGEST)}")
        rows.append(_row(name, element("code", unseen.operation), pointer))
    rest = len(report.unseen) - _MOST
    if rest > 0:
        rows.append(element("tr", element("td", f"{rest} more in report.json", colspan="3")))
    values = sum(bool(unseen.value) for unseen in report.unseen)
    fields = counted(len(report.unseen) - values, "field")
    summary = f"{fields} and {counted(values, 'listed value')}, in messages that were received"
    return _folded(summary, rows)


def _row(name: str, content: str, note: str) -> Html:
    return element(
        "tr",
        element("th", element("code", clipped(name, _LONGEST)), scope="row"),
        element("td", content),
        element("td", note if isinstance(note, Html) else clipped(note, _LONGEST), class_="quiet"),
    )


def _folded(summary: str, rows: list[Html]) -> Html:
    if not rows:
        return Html()
    table = element("table", element("tbody", *rows), class_="list")
    return element("details", element("summary", summary), table)
