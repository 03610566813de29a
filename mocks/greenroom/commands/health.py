"""`greenroom health`: for health checks of containers. It needs nothing but Python."""

from __future__ import annotations

import argparse
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

_SECONDS = 3
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
# In a container the server is the first process.
_FIRST = Path("/proc/1/cmdline")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the address of the server."""
    parser.add_argument("--host", help="address (default: that of process 1, or 127.0.0.1)")
    parser.add_argument("--port", type=int, help="its port (default: that of process 1, or 8080)")
    parser.epilog = "Exits with 0 if the server responds, else with 1."


def run(arguments: argparse.Namespace) -> int:
    """Ask a server whether it responds. Returns 0; 1, after one line, if it does not."""
    host, port = address(_FIRST)
    host, port = arguments.host or host, port if arguments.port is None else arguments.port
    try:
        connection = HTTPConnection(host, port, timeout=_SECONDS)
        connection.request("GET", "/_greenroom/health")
        status = connection.getresponse().status
        connection.close()
    except (OSError, HTTPException, OverflowError) as error:
        sys.stderr.write(f"greenroom health: {host}:{port}: {error or type(error).__name__}\n")
        return 1
    if status != 200:
        sys.stderr.write(f"greenroom health: {host}:{port} responded with {status}\n")
    return int(status != 200)


def address(process: Path) -> tuple[str, int]:
    """Where a process serves, by the file with its arguments; else the usual address."""
    try:
        words = process.read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        words = []
    known = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    known.add_argument("--host", default="127.0.0.1")
    known.add_argument("--port", type=int, default=8080)
    try:
        found, _ = known.parse_known_args(words if "serve" in words else [])
    except argparse.ArgumentError:
        found = known.parse_args([])
    return _EVERYWHERE.get(found.host, found.host), found.port
