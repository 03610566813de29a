"""The resources that register receivers of webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a record of a resource tells which events go where. Pointers are into that record.

    `url` is the receiver's. `events` names one event or several, None for all. It gets any while
    the places of `active` have the values beside them, or none. `secret`, `method` and
    `content_type` are None where the record tells none. `match` has pairs of a pointer into the
    record that the event is about, and one here: both have the same value. With `single` only the
    one that was saved last counts. The payload is cut to the names at `fields`. Deliveries write
    `last`, `status`, and in `failures` those since the last success. `secret_from` is credential,
    create or none.
    """

    resource: str
    url: str
    events: str | None = None
    active: tuple[tuple[str, Any], ...] = ()
    secret: str | None = None
    method: str | None = None
    content_type: str | None = None
    match: tuple[tuple[str, str], ...] = ()
    single: bool = False
    fields: str | None = None
    last: str | None = None
    status: str | None = None
    failures: str | None = None
    secret_from: str = "create"
    evidence: Evidence | None = None
