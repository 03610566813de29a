"""The journal of a space, and the requests that reached none."""

from __future__ import annotations

from typing import Any

from ...journal.document import COLUMNS, document, head_document, row
from ...journal.entry import Entry
from ...journal.verification import verify
from .call import Call, ControlError


def list_requests(call: Call) -> Any:
    """The heads of the requests of a space; as arrays with `compact`, or else with `whole` all."""
    journal, operation = call.space().journal, call.query.get("operation")
    status = call.query.get("status", "").lower()
    entries = [
        entry
        for entry in journal.after()
        if _has_status(entry, status) and operation in (None, _operation(entry))
    ]

    def shown(entry: Entry) -> Any:
        mask = call.served.mask_of(entry.context.vendor)
        if call.query.get("whole") == "true" and not is_compact:
            return document(entry, mask)
        values = row(entry, mask)
        return values if is_compact else dict(zip(COLUMNS, values, strict=True))

    is_compact = call.query.get("compact") == "true"
    found = call.listed(entries, lambda entry: entry.number, shown, journal.dropped)
    return {"columns": COLUMNS, **found} if is_compact else found


def get_request(call: Call) -> Any:
    """All of one request."""
    journal, number = call.space().journal, int(call.path["number"])
    entry = next(journal.after(number - 1), None)
    if entry is None or entry.number != number:
        detail = f"request {number} is not in the journal, which has had {journal.last}"
        raise ControlError(404, f"{detail} and dropped {journal.dropped}")
    return document(entry, call.served.mask_of(entry.context.vendor))


def clear_requests(call: Call) -> None:
    """Forget the requests of a space."""
    journal = call.space().journal
    journal.clear()
    journal.note("cleared")


def verify_requests(call: Call) -> Any:
    """Whether requests arrived as a test expects."""
    return verify(call.space().journal, call.body, call.served.mask_of)


def list_example_requests(call: Call) -> Any:
    """The last requests that reached no space."""
    heads = call.served.ring.heads()
    dropped = heads[0].n - 1 if heads else 0
    return call.listed(
        heads,
        lambda head: head.n,
        lambda head: head_document(head, call.served.mask_of(head.vendor)),
        dropped,
    )


def _operation(entry: Entry) -> str | None:
    operation = getattr(entry.context, "operation", None)
    return operation and operation.id


def _has_status(entry: Entry, status: str) -> bool:
    text = str(entry.response.status)
    return not status or status in (text, f"{text[0]}xx")
