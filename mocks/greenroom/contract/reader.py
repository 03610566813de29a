"""From a document to a contract: references resolved, the specification's defaults filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import starmap
from typing import Any

from ..schema import json_pointer as ptr
from .extension_schemas import refusals_of, texts
from .links import LinkReader, with_identifiers
from .loading.companion_files import GRAPHQL_KEY, CompanionFiles
from .loading.external_values import value_of
from .model import (
    METHODS,
    Contract,
    Encoding,
    Example,
    Graphql,
    MediaType,
    Operation,
    Parameter,
    RequestBody,
    Response,
    SecurityRequirement,
    SecurityScheme,
)
from .pagination import PAGINATION_KEY, read_paging
from .provenance import basis_at
from .servers import base_paths, every_server, hosts

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
_SELECTS = "x-selects-media-type"
_IDENTIFIER = "x-identifier"
_RELATIVE_TIME = "x-relative-time"


def read_contract(
    name: str, file: str, document: Mapping[str, Any], companions: CompanionFiles | None = None
) -> Contract:
    """The contract of a valid OpenAPI 3.1 document (see `validation`); LookupError for others.

    `companions` are the files that the document names.
    """
    return _ContractReader(document, companions or CompanionFiles()).contract(name, file)


class _ContractReader:
    def __init__(self, document: Mapping[str, Any], companions: CompanionFiles) -> None:
        self.document = document
        self.companions = companions
        self.links = LinkReader(document, {place[:2]: place[2] for place in self._places("paths")})
        self.responses: dict[str, Response] = {}
        self.schemes = {
            name: self._scheme(name)
            for name in document.get("components", {}).get("securitySchemes", {})
        }

    def contract(self, name: str, file: str) -> Contract:
        info = self.document["info"]
        operations = with_identifiers(starmap(self._operation, self._places("paths")))
        return Contract(
            name=name,
            file=file,
            document=self.document,
            title=str(info["title"]),
            version=str(info["version"]),
            base_paths=base_paths(self.document.get("servers")),
            hosts=hosts(every_server(self.document)),
            operations=operations,
            webhooks=tuple(starmap(self._operation, self._places("webhooks"))),
            schemes=tuple(self.schemes.values()),
            headers=_common_headers(operations),
            refusals={k: self._response(*entry) for k, *entry in refusals_of(self.document)},
        )

    def _places(self, section: str) -> Iterator[tuple[str, str, str, Any, str]]:
        """Path, method, id, path item and pointer of each operation, each with an id of its own."""
        known: set[str] = set()
        for path, item in self.document.get(section, {}).items():
            if section != "webhooks" and not path.startswith("/"):
                continue
            node, pointer = self._resolve(item, ptr.join("", section, path))
            for method in METHODS:
                if method in node:
                    identifier = node[method].get("operationId")
                    if not identifier or identifier in known:
                        identifier = f"{method.upper()} {path}"
                    known.add(identifier)
                    yield path, method, identifier, node, ptr.join(pointer, method)

    def _operation(
        self, path: str, method: str, identifier: str, item: Mapping[str, Any], pointer: str
    ) -> Operation:
        node = item[method]
        body = node.get("requestBody")
        parameters = self._parameters(item, pointer, node)
        paging = ptr.join(pointer, PAGINATION_KEY)
        return Operation(
            id=identifier,
            method=method.upper(),
            path=path,
            pointer=pointer,
            summary=node.get("summary", ""),
            description=node.get("description", ""),
            tags=tuple(node.get("tags", ())),
            effects=tuple(node.get("x-effect", ())),
            parameters=parameters,
            body=self._body(body, ptr.join(pointer, "requestBody")) if body else None,
            responses=tuple(
                self._response(status, response, ptr.join(pointer, "responses", status))
                for status, response in node.get("responses", {}).items()
                if not status.startswith("x-")
            ),
            security=self._security(node.get("security", self.document.get("security", []))),
            basis=basis_at(self.document, pointer),
            graphql=self._graphql(node.get(GRAPHQL_KEY, {}), ptr.join(pointer, GRAPHQL_KEY)),
            paging=read_paging(self.document, node.get(PAGINATION_KEY), paging, parameters),
            base_paths=base_paths(
                node.get("servers"), item.get("servers"), self.document.get("servers")
            ),
        )

    def _graphql(self, node: Mapping[str, Any], pointer: str) -> Graphql | None:
        name = node.get("schema", "")
        text = self.companions.texts.get(name)
        return None if text is None else Graphql(pointer, name, text, node.get("rejected"))

    def _parameters(
        self, item: Mapping[str, Any], pointer: str, node: Mapping[str, Any]
    ) -> tuple[Parameter, ...]:
        above = ptr.join(pointer.rpartition("/")[0], "parameters")
        found: dict[tuple[str, str], Parameter] = {}
        for base, listed in ((above, item), (ptr.join(pointer, "parameters"), node)):
            for i, entry in enumerate(listed.get("parameters", ())):
                parameter = self._parameter(*self._resolve(entry, ptr.join(base, i)))
                ignored = parameter.location == "header"
                if not (ignored and parameter.name.lower() in _IGNORED_HEADERS):
                    found[parameter.location, parameter.name] = parameter
        return tuple(found.values())

    def _parameter(self, node: Mapping[str, Any], pointer: str) -> Parameter:
        location = node["in"]
        style = node.get("style", _STYLES[location])
        content = self._content(node, pointer)
        return Parameter(
            name=node["name"],
            location=location,
            pointer=pointer,
            required=bool(node.get("required", location == "path")),
            style=style,
            explode=bool(node.get("explode", style == "form")),
            schema=ptr.join(pointer, "schema") if "schema" in node else None,
            content=content[0] if content else None,
            examples=self._examples(node, pointer),
            description=node.get("description", ""),
            selects=texts(node.get(_SELECTS)) if location == "query" else {},
            identifier=location == "path" or node.get(_IDENTIFIER) is True,
        )

    def _body(self, node: Mapping[str, Any], pointer: str) -> RequestBody:
        node, pointer = self._resolve(node, pointer)
        return RequestBody(pointer, bool(node.get("required")), self._content(node, pointer))

    def _response(self, status: str, node: Mapping[str, Any], pointer: str) -> Response:
        node, pointer = self._resolve(node, pointer)
        # Many operations share a few components.
        if pointer not in self.responses:
            self.responses[pointer] = Response(
                status=status,
                pointer=pointer,
                description=node.get("description", ""),
                content=self._content(node, pointer),
                headers=self._headers(node, pointer),
                basis=basis_at(self.document, pointer),
                links=tuple(self.links.read(node, pointer)),
            )
        return replace(self.responses[pointer], status=status)

    def _headers(self, node: Mapping[str, Any], pointer: str) -> tuple[Parameter, ...]:
        """The headers of a response or a part; `Content-Type` is ignored (4.8.15.1, 4.8.17.1)."""
        found = (
            (name, *self._resolve(header, ptr.join(pointer, "headers", name)))
            for name, header in node.get("headers", {}).items()
            if name.lower() != "content-type"
        )
        return tuple(
            self._parameter({**header, "name": name, "in": "header"}, where)
            for name, header, where in found
        )

    def _content(self, node: Mapping[str, Any], pointer: str) -> tuple[MediaType, ...]:
        media_types = []
        for name, entry in node.get("content", {}).items():
            where = ptr.join(pointer, "content", name)
            schema = ptr.join(where, "schema") if "schema" in entry else None
            encodings = tuple(
                self._encoding(name, encoding, ptr.join(where, "encoding", name))
                for name, encoding in entry.get("encoding", {}).items()
            )
            examples = self._examples(entry, where, name)
            media_types.append(MediaType(name, where, schema, examples, encodings))
        return tuple(media_types)

    def _encoding(self, name: str, node: Mapping[str, Any], pointer: str) -> Encoding:
        # Any of these keywords sets the others to their defaults, and `contentType` is ignored.
        styled = any(keyword in node for keyword in ("style", "explode", "allowReserved"))
        style = node.get("style", "form") if styled else None
        listed = "" if styled else node.get("contentType", "")
        types = tuple(kind.strip().lower() for kind in listed.split(",") if kind.strip())
        explode = bool(node.get("explode", style in (None, "form")))
        return Encoding(name, types, style, explode, self._headers(node, pointer))

    def _examples(
        self, node: Mapping[str, Any], pointer: str, media_type: str = ""
    ) -> tuple[Example, ...]:
        """The named examples, else `example`, else the first one of the schema (4.8.14.1)."""
        found = []
        for name, entry in node.get("examples", {}).items():
            example, where = self._resolve(entry, ptr.join(pointer, "examples", name))
            if (value := self._value(example, where, pointer, media_type)) is not None:
                summary = example.get("summary", "")
                basis = basis_at(self.document, where)
                times = texts(example.get(_RELATIVE_TIME))
                found.append(Example(name, value[0], where, summary, basis, times))
        if not found and "example" in node:
            found.append(Example("example", node["example"], ptr.join(pointer, "example")))
        if not found and "schema" in node:
            schema, where = self._resolve(node["schema"], ptr.join(pointer, "schema"))
            if isinstance(schema, dict):
                if listed := schema.get("examples"):
                    found.append(Example("example", listed[0], ptr.join(where, "examples", 0)))
                elif "example" in schema:
                    found.append(Example("example", schema["example"], ptr.join(where, "example")))
        return tuple(found)

    def _value(
        self, example: Mapping[str, Any], where: str, use: str, media_type: str
    ) -> tuple[Any] | None:
        """The value of a named example in a tuple, None where it has none that can be read."""
        if "value" in example:
            return (example["value"],)
        content = self.companions.values.get(where)
        return None if content is None else value_of(content, use, media_type)

    def _scheme(self, name: str) -> SecurityScheme:
        where = ptr.join("/components/securitySchemes", name)
        node, pointer = self._resolve(self.document["components"]["securitySchemes"][name], where)
        tokens = node.get("x-test-credentials", {})
        return SecurityScheme(
            name=name,
            pointer=pointer,
            type=node["type"],
            location=node.get("in", "header"),
            parameter=node.get("name", "Authorization"),
            scheme=node.get("scheme", "bearer").lower(),
            tokens={token: frozenset(scopes) for token, scopes in tokens.items()},
        )

    def _security(
        self, alternatives: list[dict[str, list[str]]]
    ) -> tuple[tuple[SecurityRequirement, ...], ...]:
        return tuple(
            tuple(
                SecurityRequirement(self.schemes[name], frozenset(scopes))
                for name, scopes in all_of.items()
            )
            for all_of in alternatives
        )

    def _resolve(self, node: Any, pointer: str) -> tuple[Any, str]:
        return ptr.resolve(self.document, node, pointer)


def _common_headers(operations: tuple[Operation, ...]) -> tuple[Parameter, ...]:
    responses = [response for operation in operations for response in operation.responses]
    # A header that only successes have may be about the success.
    if not any(response.status.startswith(("4", "5", "d")) for response in responses):
        return ()
    given = [{h.name.lower(): h for h in r.headers if h.examples} for r in responses]
    names = set(given[0]).intersection(*given[1:])
    return tuple(header for name, header in given[0].items() if name in names)
