"""A contract as facts: what an OpenAPI document says, references resolved, every part with its pointer.

The names are those of the OpenAPI Specification 3.1, section 4.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Example:
    """A named value of a media type, parameter or header (Example Object, 4.8.19)."""

    name: str
    value: Any
    pointer: str
    summary: str = ""
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class MediaType:
    """The content of a body under one media type (4.8.14); `schema` is a pointer."""

    name: str
    pointer: str
    schema: str | None
    examples: tuple[Example, ...] = ()

    @property
    def is_json(self) -> bool:
        """Whether the media type is JSON by RFC 6839 section 3.1."""
        subtype = self.name.partition(";")[0].strip().lower()
        return subtype == "application/json" or subtype.endswith("+json")


@dataclass(frozen=True, slots=True)
class Header:
    """A response header (4.8.21)."""

    name: str
    pointer: str
    required: bool
    schema: str | None
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """One documented answer (4.8.17); `status` is a code, a range such as `4XX`, or `default`."""

    status: str
    pointer: str
    description: str
    content: tuple[MediaType, ...] = ()
    headers: tuple[Header, ...] = ()
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter (4.8.12); `schema` is a pointer, `content` a media type instead of a style."""

    name: str
    location: str
    pointer: str
    required: bool
    style: str
    explode: bool
    schema: str | None
    content: MediaType | None = None
    examples: tuple[Example, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class RequestBody:
    """A request body (4.8.13)."""

    pointer: str
    required: bool
    content: tuple[MediaType, ...]


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A security scheme (4.8.27) with the test tokens that the contract declares for it."""

    name: str
    pointer: str
    type: str
    location: str = ""
    parameter: str = ""
    scheme: str = ""
    tokens: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Demand:
    """One scheme of a security requirement (4.8.30) with the scopes or roles it asks for."""

    scheme: SecurityScheme
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation (4.8.10). `security` is a list of alternatives, each a list that all must hold."""

    id: str
    method: str
    path: str
    pointer: str
    summary: str
    description: str
    tags: tuple[str, ...]
    effects: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: tuple[Response, ...]
    security: tuple[tuple[Demand, ...], ...]
    basis: str | None = None

    @property
    def secured(self) -> bool:
        """Whether a caller without credential is refused."""
        return bool(self.security) and all(self.security)


@dataclass(frozen=True, slots=True)
class Contract:
    """One API. `name` is the vendor's or the file's, `file` where it was read, `raw` the document."""

    name: str
    file: str
    raw: Mapping[str, Any] = field(repr=False)
    title: str
    version: str
    base_path: str
    hosts: tuple[str, ...]
    operations: tuple[Operation, ...] = field(repr=False)
    webhooks: tuple[Operation, ...] = field(repr=False)
    schemes: tuple[SecurityScheme, ...] = field(repr=False)
