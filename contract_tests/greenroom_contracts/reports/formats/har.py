"""The exchanges of a report as an HTTP archive."""

from __future__ import annotations

from typing import Any

from greenroom.redaction.archive import archive, entry

from ...report import Report

FILE = "traffic.har"


def write(report: Report) -> dict[str, Any]:
    """The exchanges of a redacted report as an archive, in the order of the report.

    Each entry also has `_greenroom`: number, operation, purpose and note of the exchange. A request
    without a response has status 0 and its reason in `_error`.
    """
    return archive(map(entry, report.exchanges))
