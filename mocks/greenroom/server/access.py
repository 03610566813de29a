"""Who may use the control routes: this machine, or whoever has the control token."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Collection
from urllib.parse import parse_qs, quote

from ..mock.response.prepared import PreparedResponse, prepare, problem
from .connexion_seams import Receive, Scope
from .origins import host_is_ours, is_loopback_address, same_origin

SHORTEST_TOKEN = 16
COOKIE = "greenroom_session"
SIGN_IN, SESSION = "/sign-in", "/session"

_SESSION_SECONDS = 12 * 60 * 60
_MOST_WRONG = 5
_WRONG_SECONDS = 60.0
_MOST_ADDRESSES = 1000
_LONGEST_FORM = 4096
_SAFE = ("GET", "HEAD")
# A field of all webhooks that spaces send.
_DELIVERY = b"x-greenroom-delivery"
# A page below /_greenroom/, with its query: no segment of it leads up.
_PAGE = re.compile(r"(?!\.|.*/\.|.*%2e)[\w~%/.-]+(\?[\w~%/.?=&+-]*)?", re.ASCII | re.IGNORECASE)


class Access:
    """Decides by the address and `Host` of a request, or by a token if there is one.

    A browser, which cannot send the token by itself, gets a session: a cookie that tells when it
    ends, signed with the token. `root` is the path of the control routes.
    """

    def __init__(self, token: str | None, hosts: Collection[str], root: str) -> None:
        self.token = None if token is None else token.encode()
        self._hosts = frozenset(name.lower() for name in hosts)
        self._root = root
        self._wrong: dict[str, list[float]] = {}

    def refusal(self, scope: Scope, route: str) -> PreparedResponse | None:
        """The response to a request that may not be processed; `route` is below the root."""
        method = scope["method"]
        client = scope.get("client")
        if _DELIVERY in dict(scope["headers"]):
            # Whoever may register receivers could do here whatever this machine may.
            return problem(403, "a webhook of a space may not use the control routes")
        if self.token is None:
            if client is not None and not is_loopback_address(client[0]):
                return problem(403, "control routes are open to this machine only, unless the "
                               "server is started with a control token")  # fmt: skip
            if not host_is_ours(scope, self._hosts):
                return problem(421, "control routes are not served by this name; "
                               "--control-host NAME adds one")  # fmt: skip
        if method not in _SAFE and not same_origin(scope):
            return problem(403, "a page of another origin may not change anything here")
        is_open = route in (SIGN_IN, SESSION) or route.startswith("/assets/")
        return None if self.token is None or is_open else self._unless_known(scope, route)

    def _unless_known(self, scope: Scope, route: str) -> PreparedResponse | None:
        headers = dict(scope["headers"])
        if self._has_session(headers.get(b"cookie", b"")):
            return None
        kind, _, token = headers.get(b"authorization", b"").partition(b" ")
        if kind.lower() == b"bearer":
            refusal = self._unless_right(scope, token.strip())
            if refusal is None or refusal.status == 429:
                return refusal
        if scope["method"] in _SAFE and b"text/html" in headers.get(b"accept", b""):
            query = scope["query_string"].decode("latin-1")
            page = quote(route[1:], safe="/~") + f"?{query}" * bool(query)
            back = f"?to={quote(page, safe='')}" if _PAGE.fullmatch(page) else ""
            return prepare(303, [(b"location", f"{self._root}{SIGN_IN}{back}".encode()),
                                 (b"content-length", b"0")], b"")  # fmt: skip
        detail = f"send the control token as a bearer token, or sign in at {self._root}{SIGN_IN}"
        return problem(401, detail, ((b"www-authenticate", b"Bearer"),))

    async def sign_in(self, scope: Scope, receive: Receive) -> PreparedResponse:
        """The response to a form with the token: a session, or a refusal.

        The session begins on the page that `to` of the query names.
        """
        form = await _form(receive)
        if form is None:
            return problem(413, f"the form has more than {_LONGEST_FORM} bytes")
        (token, *_) = parse_qs(form.decode("latin-1")).get("token", [""])
        if refusal := self._unless_right(scope, token.encode()):
            return refusal
        ends = str(int(time.time()) + _SESSION_SECONDS)
        # Only the browser knows whether it speaks TLS, to a proxy in between.
        is_secure = dict(scope["headers"]).get(b"origin", b"").startswith(b"https:")
        cookie = (
            f"{COOKIE}={ends}.{self._signature(ends)}; Path={self._root}; "
            f"Max-Age={_SESSION_SECONDS}; HttpOnly; SameSite=Strict{'; Secure' * is_secure}"
        )
        (to, *_) = parse_qs(scope["query_string"].decode("latin-1")).get("to", [""])
        page = to if _PAGE.fullmatch(to) else ""
        return prepare(303, [(b"location", f"{self._root}/{page}".encode()),
                             (b"content-length", b"0"),
                             (b"cache-control", b"no-store"), (b"set-cookie", cookie.encode())],
                       b"")  # fmt: skip

    def _unless_right(self, scope: Scope, token: bytes) -> PreparedResponse | None:
        """A refusal for a wrong token, or after too many of them from an address."""
        address = (scope.get("client") or ("",))[0]
        now = time.monotonic()
        wrong = [moment for moment in self._wrong.pop(address, ()) if moment > now - _WRONG_SECONDS]
        if len(wrong) < _MOST_WRONG:
            if hmac.compare_digest(token, self.token or b""):
                return None
            wrong.append(now)
            refusal = problem(401, "this is not the control token")
        else:
            refusal = problem(429, f"{_MOST_WRONG} wrong tokens in a minute; wait",
                              ((b"retry-after", b"60"),))  # fmt: skip
        while len(self._wrong) >= _MOST_ADDRESSES:
            self._wrong.pop(next(iter(self._wrong)))
        self._wrong[address] = wrong
        return refusal

    def _has_session(self, cookies: bytes) -> bool:
        for cookie in cookies.split(b";"):
            name, _, value = cookie.strip().decode("latin-1").partition("=")
            ends, _, signature = value.partition(".")
            if name == COOKIE and ends.isascii() and ends.isdigit() and len(ends) < 12:
                right = hmac.compare_digest(signature.encode(), self._signature(ends).encode())
                return right and int(ends) > time.time()
        return False

    def _signature(self, ends: str) -> str:
        return hmac.digest(self.token or b"", ends.encode(), "sha256").hex()


async def _form(receive: Receive) -> bytes | None:
    """The body of a request, None for one that is too long or does not end."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or len(body) > _LONGEST_FORM:
            return None
        more = message.get("more_body", False)
    return body
