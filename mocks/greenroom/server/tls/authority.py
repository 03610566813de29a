"""The hosts that a server speaks for, and the certificates by which it does.

The authority lives as long as the server: its keys are in memory only, and only its root is written
to a file, for clients to trust.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import trustme

from ...contract.loading.parsing import read_bytes
from ...contract.model import Contract
from ...contract.servers import every_server, is_loopback, ports
from ...errors import GreenroomError
from ...mock.addresses import host_name

# Of this machine.
_NAMES = ("localhost", "127.0.0.1", "::1")
_TARGET = re.compile(rb"(\[[0-9A-Fa-f:.]{2,45}\]|[\w.~-]{1,255}):([0-9]{1,5})", re.ASCII)
# Some clients refuse certificates that are valid for more than 398 days.
_DAY = timedelta(days=1)
_PEM = b"-----BEGIN CERTIFICATE-----"
_MOST_NAMED = 10


class Authority:
    """Issues a certificate for every host of the served contracts, and one for this machine.

    `names` are further names of this machine. Raises GreenroomError where it can issue none.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._ca = trustme.CA(path_length=0, organization_name="greenroom, for tests only")
        self._ports: Mapping[str, Collection[int]] = {}
        usable = (name.lower() for name in names if name not in ("", "0.0.0.0", "::"))
        self._names = tuple(dict.fromkeys((*_NAMES, *usable)))
        self._contexts: dict[str, ssl.SSLContext] = {}
        try:
            self.context(None)
        except (OSError, ValueError) as error:
            raise GreenroomError(f"--tls is not possible here: {error}") from error

    @property
    def hosts(self) -> Collection[str]:
        """The hosts of the served contracts."""
        return self._ports.keys()

    def serve(self, contracts: Iterable[Contract]) -> None:
        """Speak for the hosts of these contracts, and for no others any more."""
        found: dict[str, set[int]] = {}
        for contract in contracts:
            for host, numbers in ports(every_server(contract.document)).items():
                found.setdefault(host, {443}).update(numbers)
        self._ports = found

    def write_root(self, file: Path) -> None:
        """Write the certificate of the root. Raises GreenroomError, also for any other file."""
        try:
            if file.exists() and not read_bytes(file).startswith(_PEM):
                raise GreenroomError(f"{file} is there already, and is no certificate")
            file.write_bytes(self._ca.cert_pem.bytes())
        except OSError as error:
            raise GreenroomError(f"{file}: {error.strerror or error}") from error

    def target(self, text: bytes) -> str:
        """The host that CONNECT names, in lower case. Raises PermissionError for any but ours.

        No name is ever looked up. Raises ValueError for a target of another form (RFC 9110 section
        9.3.6).
        """
        matched = _TARGET.fullmatch(text)
        if matched is None:
            raise ValueError("the target of CONNECT is not HOST:PORT (RFC 9110 section 9.3.6)")
        host, port = host_name(matched[1].decode()), int(matched[2])
        if host not in self._ports:
            raise PermissionError(self.refusal(host))
        if port not in self._ports[host]:
            known = ", ".join(map(str, sorted(self._ports[host])))
            raise PermissionError(f"no served contract names port {port} of {host}, but {known}")
        return host

    def refusal(self, host: str) -> str:
        """Why a host gets nothing."""
        named = ", ".join([*self._ports][:_MOST_NAMED]) or "none"
        return f"no served contract has the host {host}, and nothing is forwarded; served: {named}"

    def is_ours(self, host: str) -> bool:
        """Whether a host is that of a served contract or a name of this machine."""
        return host in self._ports or host in self._names or is_loopback(host)

    def context(self, host: str | None) -> ssl.SSLContext:
        """What TLS needs for a host; for None, for the one that the client names.

        Raises ValueError for a host that no certificate can name.
        """
        key = host or ""
        if key not in self._contexts:
            self._contexts[key] = context = self._made((host,) if host else self._names)
            context.sni_callback = partial(self._named, host)
        return self._contexts[key]

    def _named(
        self, host: str | None, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext
    ) -> int | None:
        """Choose the certificate by the name that a client sends (RFC 6066 section 3)."""
        wanted = host_name(name or "")
        if name is None or wanted == host or (host is None and wanted in self._names):
            return None
        if host is None and wanted in self._ports:
            with suppress(ValueError):
                connection.context = self.context(wanted)
                return None
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    def _made(self, names: Collection[str]) -> ssl.SSLContext:
        now = datetime.now(UTC)
        try:
            leaf = self._ca.issue_cert(*names, not_before=now - _DAY, not_after=now + 396 * _DAY)
        except ValueError as error:
            raise ValueError(f"no certificate can name {', '.join(names)}: {error}") from error
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.set_alpn_protocols(["http/1.1"])
        with (
            _readable(leaf.cert_chain_pems[0].bytes()) as certificate,
            _readable(leaf.private_key_pem.bytes()) as key,
        ):
            context.load_cert_chain(certificate, key)
        return context


def without_names(hook: Callable[[Any], object]) -> Callable[[Any], object]:
    """A `sys.unraisablehook` without names that clients send in TLS and that are not ASCII.

    Python refuses those (RFC 6066 section 3), but also writes a traceback, from where nothing can
    be caught.
    """

    def written(found: Any) -> None:
        is_name = isinstance(found.object, bytes)
        if not (is_name and isinstance(found.exc_value, UnicodeDecodeError)):
            hook(found)

    return written


@contextmanager
def _readable(content: bytes) -> Iterator[str]:
    """A path from which something short can be read once, and which is on no disk."""
    reading, writing = os.pipe()
    try:
        with open(writing, "wb") as pipe:
            pipe.write(content)
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)
