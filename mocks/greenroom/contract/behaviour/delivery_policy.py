"""How a vendor repeats webhooks (`x-webhook-delivery`, described in specs/README.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """What a delivery is worth, and when it is tried again.

    An attempt without a response in `timeout` (None: nobody says) has failed. The first retry is
    made the first of `retries` after the first failure, and so on; without any there is one
    attempt. A status in `success` (`2XX` or a number) ends a delivery; one in `gone` also switches
    its subscription off. `id_header` has the same value in all attempts. `order` is best-effort or
    fifo.
    """

    timeout: timedelta | None = None
    retries: tuple[timedelta, ...] = ()
    success: tuple[str, ...] = ("2XX",)
    gone: tuple[str, ...] = ()
    id_header: str = ""
    order: str = "best-effort"
    evidence: Evidence | None = None
