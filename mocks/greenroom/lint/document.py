"""A document that is checked: its text if there is one, its objects, its schemas, its contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ..contract.loading.companion_files import CompanionFiles, read_companion_files
from ..contract.loading.parsing import parse, read_text
from ..contract.model import Contract, Example, RequestBody, Response
from ..contract.object_kinds import Part, is_reference, parts, trail
from ..contract.read_write_only import for_any, for_requests, for_responses
from ..contract.reader import read_contract
from ..contract.validation.document import validate
from ..errors import Problem
from ..schema import json_pointer as ptr
from ..schema.instance_walk import SchemaWalk
from ..schema.validators import SchemaSet

# The problems that a rule finds: the JSON pointer of each, and a message.
Messages = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Document:
    """An OpenAPI document, with what several rules need computed once."""

    document: Mapping[str, Any]
    file: str = "contract"
    text: str | None = None
    companions: CompanionFiles = field(default_factory=CompanionFiles)

    @classmethod
    def from_path(cls, path: Path, file: str | None = None) -> Document:
        """From a file, called `file` in messages. Raises InvalidContractError if it is not read."""
        name = file or str(path)
        text = read_text(path, name)
        raw = parse(text, name)
        return cls(raw, name, text, read_companion_files(parts(raw), path.parent))

    @cached_property
    def invalid(self) -> tuple[Problem, ...]:
        """Why the document is not a valid OpenAPI 3.1 description; empty if it is one."""
        validation = validate(self.document)
        found = [
            replace(problem, file=self.file)
            for problem in (*validation.problems, *validation.warnings)
        ]
        if not found and not str(self.document["openapi"]).startswith("3.1."):
            message = f"a contract here is OpenAPI 3.1.0, not {self.document['openapi']}"
            found = [Problem("/openapi", "version", message, self.file)]
        return tuple(found)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every object of the document, with its kind."""
        return tuple(parts(self.document))

    @cached_property
    def schemas(self) -> SchemaSet:
        """The compiled schemas of the document."""
        return SchemaSet(self.document)

    @cached_property
    def walk(self) -> SchemaWalk:
        """Finds the schemas that apply to the parts of an example."""
        return SchemaWalk(self.document)

    @cached_property
    def _by_direction(self) -> dict[str, SchemaSet]:
        readings = {"request body": for_requests, "response": for_responses, "": for_any}
        documents = {kind: read(self.document) for kind, read in readings.items()}
        return {
            kind: self.schemas if raw is self.document else SchemaSet(raw)
            for kind, raw in documents.items()
        }

    def schemas_at(self, pointer: str) -> SchemaSet:
        """The schemas as they apply to requests or to responses, whichever the pointer is in.

        They differ in `readOnly` and `writeOnly` properties. In a webhook both are allowed.
        """
        steps = list(trail(pointer))
        kinds = [kind for kind, _ in steps]
        if ("document", "webhooks") in steps or "callback" in kinds:
            return self._by_direction[""]
        direction = next((kind for kind in kinds if kind in ("request body", "response")), "")
        return self._by_direction[direction]

    @cached_property
    def contract(self) -> Contract:
        """The document with its references resolved."""
        return read_contract("contract", self.file, self.document, self.companions)

    def of_kind(self, *kinds: str) -> Iterator[Part]:
        """The objects of these kinds, without references to them."""
        for part in self.parts:
            is_own = part.kind == "schema" or not is_reference(part.node)
            if part.kind in kinds and isinstance(part.node, dict) and is_own:
                yield part

    def having(self, key: str, *kinds: str) -> Iterator[tuple[Part, str]]:
        """The objects of these kinds with a field of this name, and the pointer of the field."""
        for part in self.of_kind(*kinds):
            if key in part.node:
                yield part, ptr.join(part.pointer, key)

    def resolve(self, node: Any, pointer: str) -> tuple[Any, str]:
        """The object that a node is or refers to, and its pointer."""
        return ptr.resolve(self.document, node, pointer)

    def components(self, *sections: str) -> Iterator[tuple[str, str, Any, str]]:
        """Section, name, object and pointer of the components, of all sections if none is named."""
        for section, named in self.document.get("components", {}).items():
            if isinstance(named, dict) and (not sections or section in sections):
                for name, node in named.items():
                    yield section, name, node, ptr.join("/components", section, name)


def examples_of(message: RequestBody | Response | None) -> list[Example]:
    """The examples of a request body or a response, of all its media types."""
    content = message.content if message is not None else ()
    return [example for media_type in content for example in media_type.examples]


def values_at(examples: Iterable[Example], pointer: str) -> Iterator[tuple[Example, Any]]:
    """The examples that have a value at a pointer, each with that value."""
    for example in examples:
        with suppress(LookupError):
            yield example, ptr.look_up(example.value, pointer)


def listed(words: Iterable[str]) -> str:
    """Words for a message, separated by commas; `none` if there are none."""
    return ", ".join(words) or "none"
