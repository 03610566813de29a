"""The parameters of a request: text to values, and values validated by their schemas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...codec.interpretation import Interpretations, meanings, takes_any_text
from ...codec.parameters import parsing
from ...codec.parameters.parsing import Pairs, Text, Tree
from ...codec.xml.parsing import parse
from ...codec.xml.reading import Reading, XmlReader
from ...contract.model import MediaType, Parameter
from ...http.json_decoding import MalformedError, decode_json
from ...http.pairs import cookie_pairs, query_pairs
from ...schema import json_pointer as ptr
from ...schema.subschemas import InstanceShape
from ...schema.validators import SchemaSet
from ...schema.violation import RequestSchema, Violation, with_independent


@dataclass(frozen=True, slots=True)
class Sources:
    """The parts of a request with parameters: raw path segments, query, headers and cookies."""

    path: Mapping[str, str]
    query: Pairs
    headers: Mapping[bytes, bytes]
    cookies: Pairs


def sources_of(path: Mapping[str, str], query: bytes, headers: Mapping[bytes, bytes]) -> Sources:
    """The sources of a request with raw path segments by name and a raw query."""
    cookie = headers.get(b"cookie")
    cookies = cookie_pairs(cookie.decode("latin-1")) if cookie else ()
    return Sources(path, query_pairs(query) if query else (), headers, cookies)


ParameterValidator = Callable[[Sources], "list[Violation]"]
# Takes a shape (array, object or primitive), returns None where the request has no such parameter.
Extract = Callable[[Sources, str], Tree | None]


def compile_validator(
    parameter: Parameter, schemas: SchemaSet, sibling_names: Collection[str] = ()
) -> ParameterValidator | None:
    """A function that validates one parameter and returns its violations, [] for none.

    `sibling_names` are the names of the other parameters in the same location, which are not
    properties of a free-form object. None where no text can violate the parameter.
    """
    content = parameter.content
    pointer = content.schema if content else parameter.schema
    if content is not None and (content.is_json or content.is_xml):
        return _compile_content(parameter, content, schemas)
    if pointer is None or takes_any_text(schemas.document, pointer):
        always = parameter.location == "path" and parameter.style == "simple"
        if always or not parameter.required:
            return None
        return partial(_present, parameter, extractor(parameter, lambda key: False))
    interpretations = Interpretations(schemas)
    pointers = (pointer,)
    described = interpretations.shape_of(pointers)

    def is_property(key: str) -> bool:
        return described.names(key) or (described.others is not None and key not in sibling_names)

    extracts = [extractor(parameter, is_property)]
    if parameter.location == "header":
        extracts.append(extractor(parameter, is_property, encoded=True))
    readings = [(extract, shape) for extract in extracts for shape in described.shapes]
    lenient = extractor(parameter, is_property, lenient=True)
    schema = RequestSchema(schemas, pointer, parameter.location, ptr.join("", parameter.name))
    is_valid = schema.is_valid
    may_be_empty = _may_be_empty(parameter, schemas.document)

    def validate(sources: Sources) -> list[Violation]:
        trees: list[Tree] = []
        for extract, shape in readings:
            tree = extract(sources, shape)
            if tree is None:
                continue
            if isinstance(tree, str):
                if any(map(is_valid, meanings(tree, described.types))):
                    return []
            elif shape == "primitive" and isinstance(tree, list):
                # Sent several times: servers differ in which value they read.
                tree = next((t for t in tree if not is_valid_text(t)), None)
                if tree is None:
                    return []
            elif is_valid(interpretations.best(tree, pointers)):
                return []
            elif _is_split(interpretations, tree, described):
                tree = lenient(sources, shape) or tree
                if is_valid(interpretations.best(tree, pointers)):
                    return []
            trees.append(tree)
        if not trees:
            return _absent(parameter)
        if may_be_empty and trees[-1] in ("", [""], [], {}):
            return []
        return schema.violations(interpretations.best(trees[0], pointers))

    def is_valid_text(text: Tree) -> bool:
        return any(map(is_valid, meanings(str(text), described.types)))

    return validate


def _is_split(interpretations: Interpretations, tree: Tree, described: InstanceShape) -> bool:
    """Whether the commas within the parts of an array or object can only be delimiters.

    RFC 6570 makes an encoded comma part of a value, but ordinary clients encode delimiters too. It
    is taken for one where no item, or no name, may contain it.
    """
    if isinstance(tree, Mapping):
        names = [name for name in tree if "," in name]
        return bool(names) and described.others is None and not any(map(described.names, names))
    items = [(i, item) for i, item in enumerate(tree) if isinstance(item, str) and "," in item]
    schemas = [described.of_item(i) for i, _ in items]
    return bool(items) and not any(
        interpretations.is_valid(interpretations.best(item, pointers), pointers)
        for (_, item), pointers in zip(items, schemas, strict=True)
    )


def extractor(
    parameter: Parameter,
    is_property: Callable[[str], bool],
    encoded: bool = False,
    lenient: bool = False,
) -> Extract:
    """Reads a parameter; `is_property` is whether a name is a property of one that is an object.

    An `encoded` header is percent-encoded; a `lenient` reading is that of `parsing`.
    """
    name, style, explode = parameter.name, parameter.style, parameter.explode
    if parameter.location == "query":
        return lambda s, shape: parsing.from_query(
            s.query, name, style, explode, shape, is_property, lenient
        )
    if parameter.location == "cookie":
        return lambda s, shape: parsing.from_query(
            s.cookies, name, style, explode, shape, is_property, lenient
        )
    if parameter.location == "path":
        return lambda s, shape: parsing.from_segment(
            s.path[name], name, style, explode, shape, lenient
        )
    key = name.lower().encode()

    def header(sources: Sources, shape: str) -> Text | None:
        value = sources.headers.get(key)
        # Percent-encoded as RFC 6570 has it (Appendix C), where it makes a difference.
        if value is None or (encoded and b"%" not in value):
            return None
        return parsing.from_header(value.decode("latin-1"), explode, shape, encoded)

    return header


def _compile_content(
    parameter: Parameter, content: MediaType, schemas: SchemaSet
) -> ParameterValidator:
    """The validator of a parameter with `content` instead of a style (4.8.12.2.3)."""
    extract = extractor(parameter, lambda key: False)
    may_be_empty = _may_be_empty(parameter, schemas.document)
    decode = _decoder(content, schemas)
    location, at = parameter.location, ptr.join("", parameter.name)
    schema = None
    if content.schema is not None:
        schema = RequestSchema(schemas, content.schema, location, at)

    def validate(sources: Sources) -> list[Violation]:
        text = extract(sources, "primitive")
        if text is None:
            return _absent(parameter)
        texts = [text] if isinstance(text, str) else list(text)
        found = (violations(str(text)) for text in texts if not (may_be_empty and text == ""))
        return next(filter(None, found), [])

    def violations(text: str) -> list[Violation]:
        try:
            reading = decode(text)
        except MalformedError as error:
            return [(location, at, str(error))]
        known = [(location, at + pointer, message) for pointer, message in reading.misplaced]
        return with_independent(known, schema.violations(reading.value)) if schema else known

    return validate


def _may_be_empty(parameter: Parameter, document: Mapping[str, Any]) -> bool:
    """Whether an empty value stands for an unused parameter (`allowEmptyValue`, 4.8.12.2.1)."""
    # The style table has no empty value for the other styles.
    allows = parameter.location == "query" and parameter.style == "form"
    return allows and bool(ptr.look_up(document, parameter.pointer).get("allowEmptyValue"))


def _decoder(content: MediaType, schemas: SchemaSet) -> Callable[[str], Reading]:
    """A function that reads a text of a media type. It raises MalformedError."""
    if not content.is_xml:
        return lambda text: Reading(decode_json(text))
    reader, pointers = XmlReader(schemas), () if content.schema is None else (content.schema,)
    return lambda text: reader.document(parse(text), pointers)


def _present(parameter: Parameter, extract: Extract, sources: Sources) -> list[Violation]:
    return [] if extract(sources, "primitive") is not None else _absent(parameter)


def _absent(parameter: Parameter) -> list[Violation]:
    if not parameter.required:
        return []
    return [(parameter.location, ptr.join("", parameter.name), "required, but missing")]
