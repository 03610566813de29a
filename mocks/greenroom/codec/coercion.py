"""What the text of a parameter can mean: the JSON values that its schema allows.

OpenAPI 3.1 does not say how text becomes a value (Appendix B); the types that a schema allows
decide here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..schema import json_pointer as ptr
from ..schema.subschemas import Types

# Bounded, so that no text becomes an infinite number or takes long to convert.
_INTEGER = re.compile(r"-?[0-9]{1,200}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,200}(?:\.[0-9]{1,200})?(?:[eE][-+]?[0-9]{1,2})?\Z")
_ANNOTATIONS = frozenset(("description", "title", "default", "example", "examples", "deprecated"))


def takes_any_text(document: Mapping[str, Any], pointer: str) -> bool:
    """Whether no text can violate the schema at a pointer."""
    schema = ptr.look_up(document, pointer)
    if not isinstance(schema, dict):
        return schema is True
    keywords = {key for key in schema if not key.startswith("x-")} - _ANNOTATIONS
    if "$ref" in keywords and not takes_any_text(document, ptr.of_reference(schema["$ref"])):
        return False
    keywords.discard("$ref")
    return not keywords or (keywords == {"type"} and schema["type"] == "string")


def meanings(text: str, types: Types) -> Iterator[Any]:
    """Every primitive value that a text can mean under some types, the text itself last."""
    if "integer" in types and _INTEGER.match(text):
        yield int(text)
    elif "number" in types and _NUMBER.match(text):
        yield float(text) if not _INTEGER.match(text) else int(text)
    if "boolean" in types and text in ("true", "false"):
        yield text == "true"
    if "null" in types and text in ("", "null"):
        yield None
    yield text
