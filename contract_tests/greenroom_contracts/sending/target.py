"""The server that is checked, and the session to it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies

from greenroom.contract.behaviour.rate_limit import limits_of
from greenroom.contract.model import Contract
from greenroom.contract.servers import is_loopback
from greenroom.errors import GreenroomError

from ..planning.options import Options
from ..planning.plan import Plan
from .guard import Guard
from .interruption import Interruption
from .rate_limit import RateLimiter
from .session import Budget, GuardedSession

# Environment variables with the path of a CA bundle; requests does not read the last itself.
_CA_BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Target:
    """A server: its base URL, a valid credential, and the variable that holds it."""

    base_url: str
    credential: str
    variable: str

    @property
    def host(self) -> str:
        """Host and port, without any user information."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    @property
    def is_encrypted(self) -> bool:
        """Whether the server is reached by TLS."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")


def open_session(
    contract: Contract,
    target: Target,
    plan: Plan,
    options: Options,
    interruption: Interruption | None = None,
) -> GuardedSession:
    """A session that sends requests of planned operations, as fast as the contract allows.

    From the environment it takes only proxies, except for this machine, and the CA bundle. Raises
    GreenroomError if that does not exist.
    """
    guard = Guard(contract, target.base_url, [o.id for o in plan.sent], options)
    # The limits are those of the vendor's servers, not of a mock on this machine.
    limiter = RateLimiter({} if target.is_local else limits_of(contract))
    each = {entry.operation.id: entry.requests for entry in plan.entries}
    budget = Budget(options.requests, options.seconds, options.timeout, each)
    session = GuardedSession(guard, limiter, budget, interruption)
    session.proxies = {} if target.is_local else get_environ_proxies(target.base_url)
    session.verify = ca_bundle() if target.is_encrypted else True
    return session


def ca_bundle() -> str | bool:
    """The CA bundle that the environment names, True for the usual one.

    Raises GreenroomError if it does not exist.
    """
    for name in _CA_BUNDLE_VARIABLES:
        if path := os.environ.get(name):
            if not os.path.exists(path):
                raise GreenroomError(
                    f"{name} is {path!r}, which does not exist; set it to a file of CA "
                    "certificates in PEM, or unset it"
                )
            return path
    return True


def credential_variable(name: str) -> str:
    """The environment variable that holds a vendor's credential."""
    return f"GREENROOM_{re.sub(r'[^A-Z0-9]+', '_', name.upper())}_KEY"


def expired_variable(name: str) -> str:
    """The environment variable that holds an expired credential of a vendor."""
    return f"{credential_variable(name).removesuffix('_KEY')}_EXPIRED_KEY"


def known_credentials(name: str) -> set[str]:
    """The credentials of a vendor that the environment holds."""
    variables = (credential_variable(name), expired_variable(name))
    return {os.environ.get(variable, "") for variable in variables} - {""}
