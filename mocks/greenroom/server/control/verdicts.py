"""What the caller did wrong."""

from __future__ import annotations

from typing import Any

from ...journal.document import COLUMNS, row
from ...journal.verdicts import verdicts
from .call import Call


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
