"""Requests and responses as bytes, in groups of one server each, which a file can keep."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from greenroom.codec.documented_request import DocumentedRequest
from raw_request import raw_request

# Pages repeat it, so it must not be the port of a server.
HOST = "localhost:8080"
_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True, config=_BYTES)
class Request:
    """Raw bytes; what may spoil a connection gets its own one."""

    kind: str
    raw: bytes
    own_connection: bool = False


@dataclass(frozen=True, config=_BYTES)
class Response:
    """Status line and header fields in their order, without Date; and the body."""

    head: bytes
    body: bytes


@dataclass(frozen=True)
class Group:
    """The requests to one server, the arguments of `greenroom serve`, and files in its folder."""

    name: str
    arguments: tuple[str, ...]
    requests: tuple[Request, ...]
    files: Mapping[str, str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Recording:
    """A group and a response to each of its requests; `started` is what the server printed."""

    group: Group
    started: str
    responses: tuple[Response, ...]


_RECORDINGS = TypeAdapter(tuple[Recording, ...])


def keep(path: Path, recordings: Sequence[Recording]) -> None:
    """Write recordings to a file; equal ones make equal files."""
    path.write_bytes(gzip.compress(_RECORDINGS.dump_json(tuple(recordings)), 6, mtime=0))


def kept(path: Path) -> tuple[Recording, ...]:
    """The recordings in a file. Raises OSError or ValueError for any other file."""
    try:
        return _RECORDINGS.validate_json(gzip.decompress(path.read_bytes()))
    except EOFError as error:
        raise ValueError(f"{path} is cut off") from error


def to_request(
    kind: str,
    call: DocumentedRequest,
    *fields: tuple[str, str],
    host: str = HOST,
    chunked: bool = False,
    own_connection: bool = False,
) -> Request:
    """A request with further header fields."""
    raw = raw_request(call, *fields, host=host, chunked=chunked)
    return Request(kind, raw, own_connection)
