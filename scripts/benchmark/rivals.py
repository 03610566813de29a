"""The servers that are measured: how each is started, and the workloads that it supports."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import large
from .exchange import Exchange, anything, like
from .node import Node, NodeError, installed, pins
from .workloads import BASE_PATH, CONTRACT, GET, KEY, ORDER, RESET, exchanges, in_space

OURS, YARDSTICK, LARGE, SPACE = "greenroom", "starlette", "large", "space"
WORKERS, STORE = "workers", "store"
PYTHON_NAMES = (OURS, WORKERS, SPACE, STORE, YARDSTICK, "connexion", "asgi")
NODE_NAMES = ("prism", "steady", "scalar", "openapi-backend", "mockoon")
NAMES = (*PYTHON_NAMES, *NODE_NAMES, LARGE)
_GREENROOM = str(Path(sys.executable).with_name("greenroom"))
# Ours with all packaged vendors, and a request to find out whether it has started.
ALL_VENDORS = (_GREENROOM, "serve", "--port", "{port}", "--no-access-log")
HEALTH = b"GET /_greenroom/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

# Redis, or Valkey, which keeps the spaces of a server with a store.
_REDIS = next(filter(None, map(shutil.which, ("redis-server", "valkey-server"))), None)
REDIS = (_REDIS, "--port", "{port}", "--bind", "127.0.0.1", "--save", "") if _REDIS else None

_KEPT = "reads one order that is kept, and keeps every order that is placed"
_WOKEN = "the load sleeps where it has nothing to do, and the server pays for waking it"
_NO_CREDENTIAL = "responds without a credential"
_ANY_CREDENTIAL = "takes any credential"
_OWN_ERROR = "refuses in its own shape, not the documented one"
_UNVALIDATED = "validates nothing, so that there is no refusal"


@dataclass(frozen=True, slots=True)
class Rival:
    """A server: the command ({port} is filled in), and its exchange for each workload.

    `notes` describe differences from the contract. One with `cores` is not kept on one core. One
    that `shares` the core of the load leaves it only what that does not need. The request `first`
    is sent before each round.
    """

    name: str
    title: str
    command: Sequence[str]
    exchanges: Mapping[str, Exchange]
    notes: Sequence[str] = ()
    cores: bool = False
    shares: bool = False
    first: bytes | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """The servers that this machine can run, ours first; what is left out; Node's version."""

    rivals: list[Rival]
    left_out: list[str]
    node: str | None


def present(wanted: Container[str] = NAMES) -> Present:
    """Those of the wanted servers that this machine can run, Node's installed if need be."""
    rivals, left_out, version = list(_python()), [], None
    if any(name in wanted for name in NODE_NAMES):
        try:
            node = installed()
            rivals += _node(node)
            version = node.version
        except NodeError as error:
            left_out.append(f"The Node servers are left out: {error}.")
    if STORE in wanted and REDIS is None:
        rivals = [rival for rival in rivals if rival.name != STORE]
        left_out.append("A space in a store is left out: there is no redis-server.")
    if LARGE in wanted:
        try:
            rivals.append(_large())
        except large.MissingError as error:
            left_out.append(f"GitHub's contract is left out: {error}.")
    return Present([rival for rival in rivals if rival.name in wanted], left_out, version)


def _python() -> Sequence[Rival]:
    return (
        Rival(OURS, "greenroom serve", _serve(CONTRACT), exchanges(BASE_PATH)),
        Rival(
            WORKERS,
            "greenroom serve --workers 2",
            (*_serve(CONTRACT), "--workers", "2"),
            exchanges(BASE_PATH),
            ("on all cores, also on that of the load", _WOKEN),
            cores=True,
            shares=True,
        ),
        Rival(
            SPACE,
            "greenroom serve, in a space",
            _serve(CONTRACT),
            in_space(),
            (_KEPT,),
            first=RESET,
        ),
        Rival(
            STORE,
            "greenroom serve --store, in a space",
            (*_serve(CONTRACT), "--store", "redis://127.0.0.1:{store}/0"),
            in_space(),
            (_KEPT, "the store runs on the core of the load", _WOKEN),
            shares=True,
            first=RESET,
        ),
        Rival(
            YARDSTICK,
            "bare Starlette",
            _app("starlette"),
            exchanges(BASE_PATH, refused=None),
            (_NO_CREDENTIAL, _UNVALIDATED),
        ),
        Rival(
            "connexion",
            "stock connexion",
            _app("connexion"),
            exchanges(BASE_PATH, error=anything()),
            (_OWN_ERROR,),
        ),
        Rival(
            "asgi",
            "raw ASGI hello",
            _app("asgi"),
            exchanges(BASE_PATH, refused=None),
            (_NO_CREDENTIAL, _UNVALIDATED),
        ),
    )


def _node(node: Node) -> Sequence[Rival]:
    """All logs that can be switched off are off."""
    contract = str(CONTRACT)
    versions = pins()
    return (
        Rival(
            "prism",
            f"Prism {versions['@stoplight/prism-cli']}",
            (
                *node.command("@stoplight/prism-cli"),
                *("mock", contract, "--port", "{port}", "--verboseLevel", "silent"),
            ),
            exchanges(""),
            (_ANY_CREDENTIAL,),
        ),
        Rival(
            "steady",
            f"Steady {versions['@stdy/cli']}",
            (
                *node.binary("@stdy/cli-*/bin/steady*"),
                *("--quiet", "--host", "127.0.0.1", "--port", "{port}", contract),
            ),
            exchanges("", error=anything()),
            (_NO_CREDENTIAL, _OWN_ERROR, "checks neither bounds nor patterns"),
        ),
        Rival(
            "scalar",
            f"Scalar mock server {versions['@scalar/mock-server']}",
            (*node.app("scalar"), contract, "{port}"),
            exchanges("", refused=422, error=anything()),
            (_ANY_CREDENTIAL, _OWN_ERROR),
        ),
        Rival(
            "openapi-backend",
            f"openapi-backend {versions['openapi-backend']}",
            (*node.app("openapi-backend"), contract, "{port}", BASE_PATH, KEY),
            exchanges(BASE_PATH),
            ("a library: the key, the statuses and the HTTP server around it are ours",),
        ),
        Rival(
            "mockoon",
            f"Mockoon CLI {versions['@mockoon/cli']}",
            (
                *node.command("@mockoon/cli"),
                *("start", "--data", contract, "--port", "{port}", "--hostname", "127.0.0.1"),
                *("--disable-log-to-file", "--disable-admin-api", "--disable-external-refs"),
            ),
            exchanges("", order=like(ORDER), refused=None),
            (
                _NO_CREDENTIAL,
                _UNVALIDATED,
                "generates a body from the schema instead of the documented one",
                "logs a line for each request, which cannot be switched off",
            ),
        ),
    )


def _large() -> Rival:
    exchange, note = large.exchange()
    # Two of its paths equal other paths; lenient loading omits them.
    command = (*_serve(large.CONTRACT), "--at-root", "--lenient")
    return Rival(LARGE, large.TITLE, command, {GET: exchange}, (note,))


def _serve(contract: Path) -> tuple[str, ...]:
    return (*ALL_VENDORS, str(contract))


def _app(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "benchmark.apps", name, "{port}")
