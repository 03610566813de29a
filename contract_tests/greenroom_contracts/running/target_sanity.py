"""Whether a server is the API at all: a wrong address or credential is not drift."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from greenroom.contract.model import Contract
from greenroom.http.exchange import Exchange, Response

# The number of operations that must have responded before the server is judged.
ENOUGH = 3
_NOTHING_THERE = {404, 405}
_GATEWAY = {502, 503, 504}
_HTML = ("text/html", "application/xhtml+xml")


def wrong_target(firsts: Sequence[Exchange], contract: Contract, base_url: str, whole: bool) -> str:
    """Why the first responses of different operations cannot be the API's; empty if they can.

    `firsts` are exchanges of valid requests with the valid credential, `whole` is whether no more
    of them will follow. Operations that are missing or fail may well be drift, as long as one other
    works.
    """
    responses = [exchange.response for exchange in firsts if exchange.response is not None]
    if not responses or (len(responses) < ENOUGH and not whole):
        return ""
    statuses = {response.status for response in responses}
    foreign = not _is_documented_redirect(firsts, contract)
    if foreign and all(300 <= status < 400 for status in statuses):
        location = responses[0].header("location")
        first = f"to {location}" if location else "without a Location"
        return f"every response is a redirect, the first {first}; redirects are not followed"
    if foreign and all(map(_is_page, responses)) and not _documents_html(contract):
        return f"every response is an HTML page ({responses[0].status}): a login page or a proxy?"
    counted = f"{responses[0].status} from {len(responses)} of {len(responses)} operations"
    fails = statuses <= _GATEWAY or (whole and all(status >= 500 for status in statuses))
    if fails and len(responses) >= ENOUGH:
        return f"every request fails: {counted}"
    # The others may need identifiers that these would have supplied.
    if whole and statuses <= _NOTHING_THERE and len(responses) > 1:
        return f"no path of the contract exists: {counted}; {_other_base_url(contract, base_url)}"
    return ""


def refused_credential(firsts: Sequence[Exchange], whole: bool) -> str:
    """Why the credential cannot be valid, by the first responses of secured operations.

    A 403 may mean that the credential lacks the permission for some operations, so that `whole` is
    waited for: that no more responses will follow.
    """
    statuses = {exchange.response.status for exchange in firsts if exchange.response is not None}
    if not statuses or not statuses <= ({401, 403} if whole else {401}):
        return ""
    listed = " and ".join(map(str, sorted(statuses)))
    return f"the credential is refused: {listed} from {len(firsts)} of {len(firsts)} operations"


def _is_page(response: Response) -> bool:
    """Whether a response may be a login page: a page that is missing or fails is none."""
    status = response.status
    is_markup = response.media_type in _HTML and response.body.lstrip()[:1] == b"<"
    return 300 <= status < 400 or (is_markup and (status < 300 or status in (401, 403)))


def _is_documented_redirect(firsts: Sequence[Exchange], contract: Contract) -> bool:
    """Whether one of the responses is a redirect that its operation documents."""
    operations = {operation.id: operation for operation in contract.operations}
    found = (
        operations[first.operation].documented(first.response.status)
        for first in firsts
        if first.response is not None
    )
    return any(response is not None and response.status.startswith("3") for response in found)


def _documents_html(contract: Contract) -> bool:
    return any(
        media.name.startswith(_HTML)
        for operation in contract.operations
        for response in operation.responses
        for media in response.content
    )


def _other_base_url(contract: Contract, base_url: str) -> str:
    parts = urlsplit(base_url)
    if contract.base_path and not parts.path.endswith(contract.base_path):
        likely = parts._replace(path=parts.path + contract.base_path).geturl()
        return f"the paths of the contract begin with {contract.base_path}: try {likely}"
    return "is the base URL right?"
