"""The journal of a space, verdicts on its callers, and the requests that reached none."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ...codec.bodies.serializing import to_json
from ...journal.document import COLUMNS, document, exchange, head_document, row
from ...journal.entry import Entry
from ...journal.journal import LONGEST_BODY
from ...journal.verdicts import verdicts
from ...journal.verification import verify
from ...redaction.archive import archive
from ...redaction.archive import entry as archive_entry
from .call import Call, ControlError

_LONGEST_QUESTION = 4 * LONGEST_BODY
_LONGEST_NAME = 100


def list_requests(call: Call) -> Any:
    """The heads of the requests of a space; as arrays with `compact`, with `whole` all of each."""
    journal, query = call.space().journal, call.query
    is_compact, is_whole = (query.get(name) == "true" for name in ("compact", "whole"))
    status, operation = query.get("status", "").lower(), query.get("operation")

    def fits(entry: Entry) -> bool:
        text = str(entry.response.status)
        return status in ("", text, f"{text[0]}xx") and operation in (None, entry.operation)

    def shown(entry: Entry) -> Any:
        mask = call.served.mask_of(entry.context.vendor)
        if is_whole and not is_compact:
            return document(entry, mask)
        values = row(entry, mask)
        return values if is_compact else dict(zip(COLUMNS, values, strict=True))

    entries = [*filter(fits, journal.after())]
    found = call.listed(
        entries,
        lambda entry: entry.number,
        shown,
        journal.dropped,
        lambda entry: entry.size if is_whole else 0,
    )
    return {"columns": COLUMNS, **found} if is_compact else found


def get_request(call: Call) -> Any:
    """All of one request."""
    journal, number = call.space().journal, int(call.path["number"])
    entry = next(journal.after(number - 1), None)
    if entry is None or entry.number != number:
        detail = f"request {number} is not in the journal, which has had {journal.last}"
        raise ControlError(404, f"{detail} and dropped {journal.dropped}")
    return document(entry, call.served.mask_of(entry.context.vendor))


def get_archive(call: Call) -> Any:
    """The requests of a space as an HTTP archive."""
    contracts, space = call.served.contracts, call.space()
    found = (
        exchange(entry, call.served.mask_of(vendor), call.address(contracts[vendor], space.name))
        for entry in space.journal.after() if (vendor := entry.context.vendor) in contracts
    )  # fmt: skip
    return archive(map(archive_entry, found))


def clear_requests(call: Call) -> None:
    """Forget the requests of a space."""
    journal = call.space().journal
    journal.clear()
    journal.note("cleared")


def verify_requests(call: Call) -> Any:
    """Whether requests arrived as a test expects."""
    for pattern in call.body.get("order") or [call.body["request"]]:
        require_known_names(call, pattern)
    if (size := len(to_json(call.body))) > _LONGEST_QUESTION:
        # Of a body no more is kept than LONGEST_BODY, and all of a question may be shown again.
        raise ControlError(400, f"the question has {size} bytes; at most {_LONGEST_QUESTION}")
    return verify(call.space().journal, call.body, call.served.mask_of)


def require_known_names(call: Call, pattern: Mapping[str, Any]) -> None:
    """Raise ControlError for a vendor or an operation that there is none of."""
    # "Never called" would hold for every misspelt name.
    contracts = call.served.contracts
    vendor: Any = pattern.get("vendor")
    operation: Any = pattern.get("operation")
    if vendor not in (None, *contracts):
        raise ControlError(400, f"{vendor} is not served; served: {', '.join(contracts)}")
    searched = contracts.values() if vendor is None else [contracts[vendor]]
    known = {each.id for contract in searched for each in contract.operations}
    if operation not in (None, *known):
        close = get_close_matches(operation[:_LONGEST_NAME], known, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ControlError(
            400, f"{vendor or 'what is served'} has no operation {operation[:_LONGEST_NAME]}{hint}"
        )


def list_verdicts(call: Call) -> Any:
    """The verdicts on the requests of a space, or on those to one vendor."""
    journal, query = call.space().journal, call.query
    items = []
    for rule, detail, entries in verdicts(journal.after()):
        vendor = entries[0].context.vendor
        if query.get("vendor") not in (None, vendor):
            continue
        mask = call.served.mask_of(vendor)
        shown = [dict(zip(COLUMNS, row(entry, mask), strict=True)) for entry in entries]
        about = {"vendor": vendor, "operation": entries[0].operation}
        items.append({"rule": rule, **about, "detail": detail, "requests": shown})
    return {"items": items, "total": len(items), "dropped": journal.dropped}


def list_example_requests(call: Call) -> Any:
    """The last requests that reached no space."""
    heads, mask_of = call.served.ring.heads(), call.served.mask_of
    return call.listed(
        heads,
        lambda head: head.n,
        lambda head: head_document(head, mask_of(head.vendor)),
        heads[0].n - 1 if heads else 0,
    )
