"""Whether a response means that its operation does not exist, and not only the resource."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

from greenroom.contract.model import Operation
from greenroom.http import exchange as ex

_HTML = ("text/html", "application/xhtml+xml")
_GONE = 410
_NOT_THERE = (404, _GONE)
# They are about the method, whatever the resource (RFC 9110 sections 15.5.6 and 15.6.2).
_NOT_SUPPORTED = (405, 501)
_READ = 10_000


def is_absent(operation: Operation, exchange: ex.Exchange, documented: bool) -> bool:
    """Whether an operation is missing, by the response to a request that is valid.

    `documented` is whether the status and the body are those of a documented response. A resource
    may be missing where an identifier names it, in the path or in the body of a request whose
    values are unconfirmed.
    """
    response, purpose = exchange.response, exchange.purpose
    if response is None or purpose not in ex.VALID | {ex.RECORDED}:
        return False
    if exchange.status in _NOT_SUPPORTED or _names_route(exchange, response):
        return True
    if exchange.status not in _NOT_THERE or documented or purpose in (ex.RECORDED, ex.CLEAN_UP):
        return False
    known = {r.status for r in operation.responses} & {str(exchange.status), "4XX", "default"}
    if any(parameter.location == "path" for parameter in operation.parameters):
        # Hardly any resource that never was is gone for good.
        sure = (ex.DOCUMENTED, ex.TENTATIVE) if exchange.status == _GONE else (ex.DOCUMENTED,)
        return purpose in sure and not known
    is_unconfirmed = purpose == ex.TENTATIVE and operation.body is not None
    return not is_unconfirmed or response.media_type in _HTML


def _names_route(exchange: ex.Exchange, response: ex.Response) -> bool:
    """Whether a refusal names the method and the path: `No route matches [GET] "/things"`."""
    if response.status not in _NOT_THERE:
        return False
    request = exchange.request
    text = html.unescape(response.body[:_READ].decode("utf-8", "replace"))
    paths = (request.path, unquote(request.path))
    found = re.finditer(rf"\b{re.escape(request.method)}\W{{1,4}}(?=/)([^\s\"'<>?#\\]+)", text)
    return any(path.endswith(match[1].rstrip("/.,)")) for match in found for path in paths)
