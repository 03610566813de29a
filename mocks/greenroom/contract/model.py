"""A contract as data: the content of an OpenAPI document, references resolved, pointers kept.

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
    """A named value of a media type, parameter or header (Example Object, 4.8.19).

    `relative_times` are the durations of `x-relative-time`, by JSON pointer into the value.
    """

    name: str
    value: Any
    pointer: str
    summary: str = ""
    basis: str | None = None
    relative_times: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one property of a form is written (4.8.15).

    `content_types` are the media types and ranges that its part may have; empty allows any. `style`
    is None where none is documented. `headers` are those of its part, as parameters.
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
    def is_patch(self) -> bool:
        """Whether a body has operations on a thing (RFC 6902), not a thing."""
        return media_type.essence(self.name) == "application/json-patch+json"

    @property
    def is_xml(self) -> bool:
        """Whether the media type is XML by RFC 7303 (sections 3 and 4.2)."""
        return media_type.is_xml(self.name)


@dataclass(frozen=True, slots=True)
class Link:
    """How a request of another operation follows from a response (4.8.20).

    `parameters` are by name, with or without a location in front (`path.id`); `body` is merged into
    an example of the request's body. Both may contain runtime expressions (`runtime_expressions`).
    """

    name: str
    pointer: str
    operation_id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response (4.8.17); `status` is a code, a range like `4XX`, or `default`."""

    status: str
    pointer: str
    description: str
    content: tuple[MediaType, ...] = ()
    headers: tuple[Parameter, ...] = ()
    basis: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter (4.8.12) or a header of a message (4.8.21).

    `schema` is a pointer, `content` a media type instead of a style.
    `selects` maps values of the parameter to the media types of the response that they select.
    `identifier` is true where its value is an object of the caller's account, unknown to examples.
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
    """A security scheme (4.8.27); `tokens` are the scopes or roles of its test credentials."""

    name: str
    pointer: str
    type: str
    location: str = ""
    parameter: str = ""
    scheme: str = ""
    tokens: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SecurityRequirement:
    """One scheme of a security requirement (4.8.30), with the scopes or roles that it requires."""

    scheme: SecurityScheme
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Graphql:
    """The GraphQL schema of an operation; `text` is the schema itself.

    `rejected` is the status for a query that is not executed, None for that of other responses.
    """

    pointer: str
    file: str
    text: str = field(repr=False)
    rejected: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is requested page by page (`x-pagination`, described in specs/README.md).

    `size` and one of `page`, `offset` and `cursor` are names of query parameters, the others are
    empty; beside `cursor` the size may be, too, and `before` may be the cursor that a page ends
    before. `first` is the number of the first page, None where it is not documented. `default` is
    the size without the parameter, where one is documented, and `least` the smallest one allowed.
    The others are JSON pointers into the response, None for what it does not contain. Without
    `next` and `next_url` a cursor is the identifier of a record.
    """

    pointer: str
    size: str
    items: str
    page: str = ""
    offset: str = ""
    cursor: str = ""
    before: str = ""
    first: int | None = None
    total: str | None = None
    pages: str | None = None
    more: str | None = None
    echoed_size: str | None = None
    echoed_page: str | None = None
    echoed_offset: str | None = None
    next: str | None = None
    next_url: str | None = None
    previous: str | None = None
    previous_url: str | None = None
    default: int | None = None
    least: int = 1

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its query parameters."""
        return tuple(filter(None, (self.size, self.page, self.offset, self.cursor, self.before)))


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation (4.8.10); `security` lists alternatives, each a list of what it requires.

    `base_paths` are those of its servers (4.8.5), any of which may precede `path`.
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
        """Whether a request without a credential is refused."""
        return bool(self.security) and all(self.security)

    @property
    def request_content(self) -> tuple[MediaType, ...]:
        """The media types of the request body, () without one."""
        return self.body.content if self.body is not None else ()

    @property
    def successes(self) -> tuple[Response, ...]:
        """The 2XX responses, the lowest status first, `2XX` last."""
        found = (response for response in self.responses if response.status.startswith("2"))
        return tuple(sorted(found, key=lambda response: response.status))

    def documented(self, status: int) -> Response | None:
        """The response of a status: by its code, its range, or `default` (4.8.16)."""
        known = {response.status.upper(): response for response in self.responses}
        code = str(status)
        return known.get(code) or known.get(f"{code[0]}XX") or known.get("DEFAULT")


@dataclass(frozen=True, slots=True)
class Contract:
    """One API: `name` is the vendor's or the file's, `file` its path.

    `headers` are those that every documented response, errors included, has with an example.
    `refusals` are responses for requests that no operation documents a response to, by the kind of
    refusal (`x-refusals`, described in specs/README.md); their status may be empty.
    `base_paths` are those of the servers of the document, not of its paths and operations.
    `document` is of OpenAPI 3.1, `written` may be of 3.0. `text` is the file's, empty where the
    contract consists of several files. `omissions` say what was left out of an invalid file.
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
    headers: tuple[Parameter, ...] = field(default=(), repr=False)
    refusals: Mapping[str, Response] = field(default_factory=dict, repr=False)
    written: Mapping[str, Any] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    omissions: tuple[str, ...] = field(default=(), repr=False)

    @property
    def base_path(self) -> str:
        """The base path of the first server."""
        return self.base_paths[0]
