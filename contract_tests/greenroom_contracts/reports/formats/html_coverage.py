"""The sections of `report.html` about what is documented but was never seen."""

from __future__ import annotations

from collections.abc import Iterable

from greenroom.console.html import Html, clipped, element

from ...report import NeverSeen, Report, StatusReport
from ..wording import counted

_MOST = 1000
_LONGEST = 300


def unseen_statuses(report: Report) -> Html:
    """The documented responses that no request received, by operation and reason."""
    missing = [status for status in report.statuses if not status.seen]
    examined = {o.operation for o in report.operations if o.requests}
    # An operation that was not called cannot have responded.
    unseen = [status for status in missing if status.operation in examined]
    groups: dict[tuple[str, str], list[StatusReport]] = {}
    for status in unseen:
        groups.setdefault((status.operation, status.why_not), []).append(status)
    rows = [
        element(
            "tr",
            element("th", element("code", operation), scope="row"),
            element("td", element("code", ", ".join(status.status for status in found))),
            element("td", clipped(why, _LONGEST), class_="quiet"),
        )
        for (operation, why), found in list(groups.items())[:_MOST]
    ]
    return _folded(
        f"{counted(len(unseen), 'documented response')} of called operations", _table(rows)
    )


def webhook_section(report: Report) -> Html:
    """The webhooks: judged or not, and why not."""
    rows = [
        element(
            "tr",
            element("th", element("code", webhook.operation), scope="row"),
            element("td", "judged" if webhook.seen else "not examined"),
            element("td", clipped(webhook.why_not, _LONGEST), class_="quiet"),
        )
        for webhook in report.webhooks[:_MOST]
    ]
    seen = sum(webhook.seen for webhook in report.webhooks)
    return _folded(f"{seen} of {counted(len(report.webhooks), 'webhook')} judged", _table(rows))


def unseen_section(report: Report) -> Html:
    """The fields and enum values that appeared in no message of their schema."""
    rows = [_unseen(unseen) for unseen in report.unseen[:_MOST]]
    rest = len(report.unseen) - _MOST
    if rest > 0:
        more = element("td", f"{rest} more in report.json", colspan="3")
        rows.append(element("tr", more))
    return _folded(_count(report.unseen), _table(rows))


def _unseen(unseen: NeverSeen) -> Html:
    what = f"{unseen.name} = {unseen.value}" if unseen.value else unseen.name
    return element(
        "tr",
        element("th", element("code", clipped(what, _LONGEST)), scope="row"),
        element("td", element("code", unseen.operation)),
        element("td", element("code", f"#{clipped(unseen.pointer, _LONGEST)}"), class_="quiet"),
    )


def _count(listed: Iterable[NeverSeen]) -> str:
    entries = list(listed)
    values = sum(bool(unseen.value) for unseen in entries)
    fields = counted(len(entries) - values, "field")
    return f"{fields} and {counted(values, 'listed value')}, in messages that came"


def _table(rows: list[Html]) -> Html:
    return element("table", element("tbody", *rows), class_="list") if rows else Html()


def _folded(summary: str, table: Html) -> Html:
    if not table:
        return Html()
    return element("details", element("summary", summary), table)
