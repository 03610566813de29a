"""From the words of a command line, and the settings of a project, to what is asked for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from greenroom.codec.bodies.serializing import encode
from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError

from ..planning.effects import needs_own
from ..planning.options import EXPIRED, Options
from ..planning.plan import Volume
from ..sending.target import expired_variable


class UsageError(GreenroomError):
    """Words that do not make a whole command."""


def merge(arguments: argparse.Namespace, values: Mapping[str, Any]) -> None:
    """Fill what the command line leaves open; lists and tables are joined."""
    for name in ("base_url", "baseline", "report", "requests", "time_budget", "timeout"):
        _fill(arguments, name, values.get(name.replace("_", "-")))
    for name in ("examples", "invalid"):
        _fill(arguments, name, values.get(name))
    arguments.strict = arguments.strict or values.get("strict", False)
    arguments.allow = [*(arguments.allow or ()), *values.get("allow", ())]
    arguments.only = arguments.only or values.get("only")
    arguments.settled = values.get("param", {})
    arguments.param = {**arguments.settled, **_pairs("--param", arguments.param)}
    arguments.body = {**values.get("body", {}), **_pairs("--body", arguments.body)}


def _fill(arguments: argparse.Namespace, name: str, value: Any) -> None:
    # A recording is judged by where it was made, which is not where the settings check.
    if getattr(arguments, name) is None and not (name == "base_url" and _recording(arguments)):
        setattr(arguments, name, value)


def _recording(arguments: argparse.Namespace) -> bool:
    return bool(arguments.har or arguments.webhook)


def _pairs(option: str, words: Sequence[str] | None) -> dict[str, str]:
    found = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"{option} {word}: write NAME=VALUE")
        found[name] = value
    return found


def options_of(arguments: argparse.Namespace, contract: Contract) -> Options:
    """What is asked for. Raises GreenroomError for bodies that cannot be sent."""
    operations = {operation.id: operation for operation in contract.operations}
    for name in arguments.settled:
        operation = operations.get(name.rpartition(".")[0])
        if operation is not None and needs_own(operation):
            raise UsageError(
                f"param {name}: only the command line names what {operation.id} is for"
            )
    bodies = {}
    for name, path in arguments.body.items():
        operation = operations.get(name)
        if operation is None or operation.body is None:
            raise UsageError(f"--body {name}: {contract.name} has no such operation with a body")
        media = operation.body.content[0]
        bodies[name] = encode(read_file(path), media, contract.document)
    standard = Volume()
    volume = Volume(
        generated=standard.generated if arguments.examples is None else arguments.examples,
        invalid=standard.invalid if arguments.invalid is None else arguments.invalid,
        thorough=arguments.thorough,
    )
    expired = expired_variable(contract.name)
    return Options(
        writes=arguments.allow_writes,
        allowed=frozenset(arguments.allow),
        operations=frozenset(arguments.only) if arguments.only else None,
        given=arguments.param,
        bodies=bodies,
        expired=os.environ.get(expired) or EXPIRED,
        requests=arguments.requests,
        seconds=arguments.time_budget,
        timeout=arguments.timeout or Options().timeout,
        strict=arguments.strict,
        volume=volume,
    )


def read_file(path: str) -> bytes:
    """The bytes of a file that was named. Raises UsageError where it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
