"""The strings in the examples of a message, each with the property that it is a value of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..contract.model import Example, RequestBody, Response
from ..schema import json_pointer as ptr
from .document import Document


@dataclass(frozen=True, slots=True)
class ExampleText:
    """A string at a JSON pointer `path` in the value of an example, and what declares it.

    `name` is that of its property or of that of its array, `owner` of the component schema.
    """

    example: Example
    path: str
    value: str
    name: str
    owner: str
    description: str

    @property
    def pointer(self) -> str:
        """The JSON pointer of the string in the document."""
        return ptr.join(self.example.pointer, "value") + self.path


def texts(document: Document, message: RequestBody | Response | None) -> Iterator[ExampleText]:
    """The strings in all examples of a message that are values of declared properties."""
    for media in message.content if message is not None else ():
        for example in media.examples:
            for use in document.walk.places(media.schema, example.value) if media.schema else ():
                *_, name = ("", *(step for step in use.path if isinstance(step, str)))
                _, _, owner, *inside = (*ptr.split(use.schema), "", "", "")
                if isinstance(use.value, str) and "properties" in inside:
                    path, schemas = ptr.join("", *use.path), document.walk.conjuncts(use.schema)
                    nodes = (document.walk.node(schema) for schema in schemas)
                    about = " ".join(str(node.get("description", "")) for node in nodes)
                    yield ExampleText(example, path, use.value, name, owner, about)


def is_ours(example: Example) -> bool:
    """Whether the value is our own, so that it can be changed: no source has it."""
    return example.basis == "inferred"
