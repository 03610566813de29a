"""Who webhooks may be sent to: decided from the address alone, before anything is looked up."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx2

from ..errors import GreenroomError

# What `localhost` and all names below it mean, whatever a resolver says (RFC 6761 section 6.3).
_HERE = ("127.0.0.1", "::1")
NOWHERE = "none"


class ReceiverError(GreenroomError):
    """A receiver without a valid address, one that nothing may be sent to, or no response of it."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A receiver.

    Its `addresses` are connected to in this order, and no others. They are empty for a name that is
    to be looked up, once. `is_here` tells whether they are all of this machine.
    """

    url: httpx2.URL
    addresses: tuple[str, ...]

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        return bool(self.addresses)

    @property
    def shown(self) -> str:
        """The URL without user name, password and fragment."""
        return _whole(self.url)

    def with_query(self, query: str) -> Destination:
        """The same with more parameters in the URL."""
        joined = "&".join(filter(None, (self.url.query.decode("ascii"), query)))
        return replace(self, url=self.url.copy_with(query=joined.encode()))


class Receivers:
    """Which receivers there are: those of this machine, and `hosts`, names or addresses.

    With NOWHERE among the hosts there is none. `moved` has other addresses for what begins as its
    keys do, of which the longest counts.
    """

    def __init__(self, hosts: Collection[str] = (), moved: Mapping[str, str] | None = None) -> None:
        self._is_closed = NOWHERE in hosts
        self._hosts = frozenset(_normal(host.strip("[]")) for host in hosts)
        self._moved = {_whole(parsed(begin)): to for begin, to in (moved or {}).items()}
        for to in self._moved.values():
            parsed(to)

    def allowed(self, address: object) -> Destination:
        """The receiver of an address. Raises ReceiverError, which says why, if there is none."""
        if self._is_closed:
            raise ReceiverError("nothing is sent, as --deliver-to none says")
        found = destination(self._new_address(parsed(str(address))))
        if found.is_here or _normal(found.url.host) in self._hosts:
            return found
        raise ReceiverError(
            f"{found.url.host} is not this machine; --deliver-to {found.url.host} lets webhooks go "
            "there, --map-receiver FROM=TO sends them elsewhere"
        )

    def _new_address(self, url: httpx2.URL) -> str:
        address = _whole(url)

        def begins(begin: str) -> bool:
            # A host or a segment of a path is the same or another, never a part.
            rest = address[len(begin) :]
            return address.startswith(begin) and (begin[-1:] == "/" or rest[:1] in ("", "/", "?"))

        found = max(filter(begins, self._moved), key=len, default=None)
        if found is None:
            return str(url)
        rest, to = address[len(found) :].removeprefix("/"), self._moved[found]
        moved = f"{to.rstrip('/')}/{rest}" if rest[:1] not in ("", "?") else to + rest
        return str(parsed(moved).copy_with(userinfo=url.userinfo)) if url.userinfo else moved


def destination(address: str) -> Destination:
    """The receiver of any http or https URL. Raises ReceiverError for anything else."""
    url = parsed(address)
    name = _normal(url.host)
    if name == "localhost" or name.endswith(".localhost"):
        return Destination(url, _HERE)
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        # Also the forms of an IPv4 address that resolvers read, but URLs do not have (RFC 3986
        # section 7.4): 127.1, 2130706433, 0x7f.1.
        return Destination(url, ())
    found = getattr(found, "ipv4_mapped", None) or found
    return Destination(url, (str(found),) if found.is_loopback else ())


def parsed(address: str) -> httpx2.URL:
    """The URL of a receiver. Raises ReceiverError for anything but an http or https URL."""
    try:
        parts = urlsplit(address)
        url = httpx2.URL(address)
        # Raises UnicodeError, a ValueError, for labels that no name has (RFC 1035 section 2.3.4).
        url.host.encode("idna")
        # `port` raises ValueError for numbers out of range, which httpx2 accepts.
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except (ValueError, httpx2.InvalidURL) as error:
        raise ReceiverError(f"{address!r} is not a valid URL: {error}") from error
    if not known:
        example = "for example http://127.0.0.1:3000/webhooks"
        raise ReceiverError(f"{address!r} is not an http or https URL; {example}")
    return url


def _whole(url: httpx2.URL) -> str:
    """The URL as addresses are compared: without the usual port, credentials and the fragment."""
    return str(url.copy_with(username=None, password=None, fragment=None))


def _normal(name: str) -> str:
    """A host name as it is compared, without the dot of the root, or an address as it is written.

    Addresses of one host have many forms.
    """
    name = name.lower().removesuffix(".").replace("%25", "%")
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name
