"""Whether what answers is the API at all: a wrong address or credential is no drift."""

from __future__ import annotations

from collections.abc import Sequence

from greenroom.contract.model import Contract
from greenroom.http.exchange import Exchange

# So many operations are asked before a verdict about all of them.
ENOUGH = 3
_NOTHING_THERE = (404, 405)
_HTML = ("text/html", "application/xhtml+xml")


def unsound(firsts: Sequence[Exchange], contract: Contract) -> str:
    """Why the first answers of different operations cannot be the API's; empty where they can.

    `firsts` are answers to valid requests with the good credential. One operation alone tells less
    than several do: that it is missing, or fails, may well be drift.
    """
    answers = [exchange.response for exchange in firsts if exchange.response is not None]
    if not answers:
        return ""
    statuses = {answer.status for answer in answers}
    shown = f"{len(answers)} of {len(answers)} operations"
    if all(300 <= status < 400 for status in statuses):
        where = answers[0].header("location") or "nowhere"
        return f"every answer is a redirect, the first to {where}; it is not followed"
    if not _documents_html(contract) and all(answer.media_type in _HTML for answer in answers):
        return f"every answer is an HTML page ({answers[0].status}): a login page or a proxy?"
    if len(answers) < ENOUGH:
        return ""
    if statuses <= set(_NOTHING_THERE):
        return f"nothing is where the contract says: {shown} answer 404; is the base URL right?"
    if all(status >= 500 for status in statuses):
        return f"the server fails for everything: {answers[0].status} from {shown}"
    return ""


def refused(firsts: Sequence[Exchange]) -> str:
    """Why the credential cannot be good, by the first answers of operations that ask for one."""
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
