"""Whether a server is the API at all: a wrong address or credential is not drift."""

from __future__ import annotations

from collections.abc import Sequence

from greenroom.contract.model import Contract
from greenroom.http.exchange import Exchange

# The number of operations that must have responded before the server is judged.
ENOUGH = 3
_NOTHING_THERE = (404, 405)
_HTML = ("text/html", "application/xhtml+xml")


def wrong_target(firsts: Sequence[Exchange], contract: Contract) -> str:
    """Why the first responses of different operations cannot be the API's; empty if they can.

    `firsts` are exchanges of valid requests with the valid credential. With fewer than ENOUGH, an
    operation that is missing or fails may well be drift.
    """
    responses = [exchange.response for exchange in firsts if exchange.response is not None]
    if not responses:
        return ""
    statuses = {response.status for response in responses}
    counted = f"{len(responses)} of {len(responses)} operations"
    if all(300 <= status < 400 for status in statuses):
        location = responses[0].header("location")
        first = f"to {location}" if location else "without a Location"
        return f"every response is a redirect, the first {first}; redirects are not followed"
    is_html = all(response.media_type in _HTML for response in responses)
    if is_html and not _documents_html(contract):
        return f"every response is an HTML page ({responses[0].status}): a login page or a proxy?"
    if len(responses) < ENOUGH:
        return ""
    if statuses <= set(_NOTHING_THERE):
        return f"no path of the contract exists: {counted} respond 404; is the base URL right?"
    if all(status >= 500 for status in statuses):
        return f"every request fails: {responses[0].status} from {counted}"
    return ""


def refused_credential(firsts: Sequence[Exchange]) -> str:
    """Why the credential cannot be valid, by the first responses of secured operations."""
    statuses = {exchange.response.status for exchange in firsts if exchange.response is not None}
    if not statuses or not statuses <= {401, 403}:
        return ""
    listed = " and ".join(map(str, sorted(statuses)))
    return f"the credential is refused: {listed} from {len(firsts)} of {len(firsts)} operations"


def _documents_html(contract: Contract) -> bool:
    return any(
        media.name.startswith(_HTML)
        for operation in contract.operations
        for response in operation.responses
        for media in response.content
    )
