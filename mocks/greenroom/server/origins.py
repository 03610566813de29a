"""Which pages may do what: the names of this server, and what a browser says of a request.

The mocks and our own pages have one origin, so what a mock sends must not run in it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from ..mock import addresses
from ..mock.response.prepared import PreparedResponse
from .connexion_seams import Scope

# A host and a port (RFC 9110 section 7.2) that are as safe in a URL as in a page.
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
# What a browser opens a response as, where its scripts would run (Fetch Metadata, 2.1).
_WINDOWS = frozenset((b"document", b"embed", b"frame", b"iframe", b"object"))
# Media types whose scripts run in a window. For those that say nothing a browser looks at the
# body, which may be HTML (MIME Sniffing Standard, 7).
_SCRIPTABLE = frozenset((
    b"text/html", b"text/xsl", b"multipart/x-mixed-replace",
    b"*/*", b"application/unknown", b"unknown/unknown",
))  # fmt: skip


def host(scope: Scope) -> str:
    """The `Host` of a request, empty for one that is not valid."""
    found: str = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return found if _HOST.fullmatch(found) else ""


def requested_url(scope: Scope) -> str:
    """The URL by which a client reached the server, its own URL for an invalid `Host`."""
    found = host(scope)
    return f"{scope.get('scheme', 'http')}://{found}" if found else own_url(scope)


def own_url(scope: Scope) -> str:
    """The URL of the address that received a request; a server on no port has none."""
    name, port = scope.get("server") or ("", None)
    return addresses.origin(name, port) if port else "http://127.0.0.1"


def host_is_ours(scope: Scope, names: Collection[str]) -> bool:
    """Whether a request names this machine, or one of `names`, which are in lower case.

    A page can give its own name the address of this machine (DNS rebinding), but no other name.
    """
    field: str = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    # Browsers always send one.
    return not field or (name := _name(field)) in names or is_loopback(name)


def same_origin(scope: Scope) -> bool:
    """Whether a request comes from our own page, or from no page at all.

    Behind a proxy with TLS the scheme of `Origin` is not ours, so that only host and port count.
    """
    headers = dict(scope["headers"])
    if headers.get(b"sec-fetch-site", b"same-origin") != b"same-origin":
        return False
    sent = headers.get(b"origin")
    if sent == b"null" and b"sec-fetch-site" in headers:
        # So says the form of a page that has `Referrer-Policy: no-referrer`, as ours have.
        return True
    return sent is None or sent.partition(b"://")[2].lower() == headers.get(b"host", b"?").lower()


def normal(origin: str) -> str:
    """An origin in the form by which origins are compared."""
    return origin.strip().rstrip("/").lower()


def may_use_spaces(headers: Mapping[bytes, bytes], origins: Collection[str]) -> bool:
    """Whether the page that sent a request with `Origin` may: one of this machine, or of `origins`.

    Any name of a host can be made to lead here (DNS rebinding), but no address.
    """
    origin = normal(headers[b"origin"].decode("latin-1"))
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    name = parts.hostname or ""
    is_own = parts.netloc == headers.get(b"host", b"").decode("latin-1").lower()
    return origin in origins or is_loopback(name) or (is_own and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def is_loopback(name: str) -> bool:
    """Whether a host name or address is this machine's, without asking for its address."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return is_loopback_address(name)


def is_loopback_address(host: str) -> bool:
    """Whether an address is this machine's; a name in its place proves nothing."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def sandboxed(response: PreparedResponse, headers: Mapping[bytes, bytes]) -> PreparedResponse:
    """The response to a browser's window without the right to run scripts in our origin.

    Browsers tell their destination to loopback addresses and over TLS only.
    """
    destination = headers.get(b"sec-fetch-dest")
    if destination is None:
        is_window = not is_loopback(_name(headers.get(b"host", b"").decode("latin-1")))
    else:
        is_window = destination in _WINDOWS
    if not is_window:
        return response
    fields = dict(response.headers)
    if not _runs_scripts(fields.get(b"content-type", b"")):
        return response
    own = fields.get(b"content-security-policy")
    # A browser enforces every policy of a list (CSP 3, section 2.2.2).
    policy = b"sandbox" if own is None else own + b", sandbox"
    return response.with_headers([(b"content-security-policy", policy)])


def _runs_scripts(content_type: bytes) -> bool:
    essence = content_type.partition(b";")[0].strip().lower()
    if essence in _SCRIPTABLE or b"/" not in essence:
        return True
    return essence.endswith((b"/xml", b"+xml"))


def _name(field: str) -> str:
    """The name in a `Host` field in lower case, without brackets, port and final dot."""
    if field.startswith("["):
        return field[1:].partition("]")[0].lower()
    return field.partition(":")[0].rstrip(".").lower()
