"""A contract as facts: what an OpenAPI document says, references resolved, pointers kept.

The names are those of the OpenAPI Specification 3.1, section 4.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..http import media_type

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
class Encoding:
    """How one property of a form is written (4.8.15).

    `content_types` are those that its part may have, any for none; they may be ranges. `style` is
    None where no style is documented. `headers` are those of its part, as parameters.
    """

    name: str
    content_types: tuple[str, ...] = ()
    style: str | None = None
    explode: bool = True
    headers: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaType:
    """The content of a body under one media type (4.8.14); `schema` is a pointer."""

    name: str
    pointer: str
    schema: str | None
    examples: tuple[Example, ...] = ()
    encodings: tuple[Encoding, ...] = ()

    @property
    def is_json(self) -> bool:
        """Whether the media type is JSON by RFC 6839 section 3.1."""
        return media_type.is_json(self.name)

    @property
    def is_xml(self) -> bool:
        """Whether the media type is XML by RFC 7303 (sections 3 and 4.2)."""
        return media_type.is_xml(self.name)


@dataclass(frozen=True, slots=True)
class Header:
    """A response header (4.8.21)."""

    name: str
    pointer: str
    required: bool
    schema: str | None
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """What an answer gives to a request of another operation (4.8.20).

    `parameters` are by name, which a location may precede (`path.id`); `body` is laid over an
    example of the request's body. Both hold runtime expressions, see `expressions`.
    """

    name: str
    pointer: str
    operation_id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One documented answer (4.8.17); `status` is a code, a range such as `4XX`, or `default`."""

    status: str
    pointer: str
    description: str
    content: tuple[MediaType, ...] = ()
    headers: tuple[Header, ...] = ()
    basis: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter (4.8.12); `schema` is a pointer, `content` a media type instead of a style.

    `selects` are the media types of the answer that values of the parameter ask for. `identifier`
    says that it names a thing of the caller's own account, which no example can know.
    """

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
    selects: Mapping[str, str] = field(default_factory=dict)
    identifier: bool = False


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
class SecurityRequirement:
    """One scheme of a security requirement (4.8.30) with the scopes or roles it asks for."""

    scheme: SecurityScheme
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Graphql:
    """A GraphQL schema that an operation executes queries against; `text` is the schema itself.

    `rejected` is the status of what is not executed, None for that of every other answer.
    """

    pointer: str
    file: str
    text: str = field(repr=False)
    rejected: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is asked for page by page (`x-pagination`, described in specs/README.md).

    `size` and either `page` or `offset` are query parameters, the other is empty. `first` is the
    number of the first page, None where no source says. The rest are JSON pointers into the
    answer, None for what it does not tell. `default` is the size without a parameter, where one is
    documented, and `least` the smallest that may be asked for.
    """

    pointer: str
    size: str
    items: str
    page: str = ""
    offset: str = ""
    first: int | None = None
    total: str | None = None
    pages: str | None = None
    more: str | None = None
    echoed_size: str | None = None
    echoed_page: str | None = None
    echoed_offset: str | None = None
    default: int | None = None
    least: int = 1


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation (4.8.10); `security` lists alternatives, each a list that all must hold.

    `base_paths` come before `path`, each one as good: those of the servers that it has (4.8.5).
    """

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
    security: tuple[tuple[SecurityRequirement, ...], ...]
    basis: str | None = None
    graphql: Graphql | None = None
    paging: Paging | None = None
    base_paths: tuple[str, ...] = ("",)

    @property
    def secured(self) -> bool:
        """Whether a caller without credential is refused."""
        return bool(self.security) and all(self.security)


@dataclass(frozen=True, slots=True)
class Contract:
    """One API: `name` is the vendor's or the file's, `file` its place, `raw` the document.

    `headers` are those that every documented response has with an example, errors among them.
    `base_paths` are those of its servers, without those of paths and operations.
    """

    name: str
    file: str
    document: Mapping[str, Any] = field(repr=False)
    title: str
    version: str
    base_paths: tuple[str, ...]
    hosts: tuple[str, ...]
    operations: tuple[Operation, ...] = field(repr=False)
    webhooks: tuple[Operation, ...] = field(repr=False)
    schemes: tuple[SecurityScheme, ...] = field(repr=False)
    headers: tuple[Header, ...] = field(default=(), repr=False)

    @property
    def base_path(self) -> str:
        """The base path of the first server."""
        return self.base_paths[0]
