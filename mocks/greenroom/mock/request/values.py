"""The values of a request, by name and typed as the contract describes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from ...codec.interpretation import Interpretations, takes_any_text
from ...contract.model import Operation, Parameter
from ...contract.runtime_expressions import Message
from ...http.json_decoding import json_or
from ...schema.validators import SchemaSet
from ..pipeline import RequestContext
from .parameters import Sources, extractor, sources_of

_Read = Callable[[Sources], Any]


def compile_reader(
    operation: Operation, schemas: SchemaSet, fields: bool = False
) -> Callable[[RequestContext], Message]:
    """A function that reads a valid request; with `fields` its header fields and its URL, too."""
    interpretations = Interpretations(schemas)
    readers: dict[str, list[tuple[str, _Read]]] = {"path": [], "query": []}
    for parameter in operation.parameters:
        if parameter.location in readers:
            read = _reader(parameter, schemas.document, interpretations)
            readers[parameter.location].append((parameter.name, read))

    def message(context: RequestContext) -> Message:
        if not (readers["path"] or readers["query"] or fields):
            return Message(method=context.method, request_body=context.body_value)
        sources = sources_of(context.path_parameters, context.query, {})
        found = {place: dict(_values(sources, each)) for place, each in readers.items()}
        headers = context.headers.items() if fields else ()
        return Message(
            url=_url(context) if fields else "",
            method=context.method,
            path=found["path"],
            query=found["query"],
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in headers},
            request_body=context.body_value,
        )

    return message


def _url(context: RequestContext) -> str:
    """The URL by which a client reached the server, empty for a request that came by none."""
    if context.reached is None:
        return ""
    scope, root = context.reached
    host = context.headers.get(b"host", b"127.0.0.1")
    target = b"%b?%b" % (scope.get("raw_path") or scope["path"].encode(), context.query)
    return f"{scope.get('scheme', 'http')}://{(host + root.encode() + target).decode('latin-1')}"


def _values(sources: Sources, readers: list[tuple[str, _Read]]) -> Iterator[tuple[str, Any]]:
    for name, read in readers:
        value = read(sources)
        if value is not None:
            yield name, value


def _reader(
    parameter: Parameter, document: Mapping[str, Any], interpretations: Interpretations
) -> _Read:
    """A function that reads a parameter, None where the request has none."""
    name, pointer = parameter.name, parameter.schema
    is_plain = pointer is None or takes_any_text(document, pointer)
    if parameter.location == "path" and parameter.style == "simple" and is_plain:
        return lambda sources: unquote(sources.path[name])
    if pointer is None:
        extract = extractor(parameter, lambda key: False)
        return lambda sources: _decoded(extract(sources, "primitive"))
    pointers = (pointer,)
    described = interpretations.shape_of(pointers)
    extract = extractor(parameter, described.names)

    def read(sources: Sources) -> Any:
        trees = (extract(sources, shape) for shape in described.shapes)
        values = [interpretations.best(tree, pointers) for tree in trees if tree is not None]
        valid = (value for value in values if interpretations.is_valid(value, pointers))
        return next(valid, values[0] if values else None)

    return read


def _decoded(text: Any) -> Any:
    return json_or(text, text) if isinstance(text, str) else None
