"""A document under judgement: its text where there is one, its parts, its schemas, its contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ..contract.loading.companion_files import CompanionFiles, read_companion_files
from ..contract.loading.parsing import parse, read_text
from ..contract.model import Contract
from ..contract.object_kinds import Part, is_reference, parts, trail
from ..contract.read_write_only import for_any, for_requests, for_responses
from ..contract.reader import read_contract
from ..contract.validation.document import validate
from ..errors import Problem
from ..schema import json_pointer as ptr
from ..schema.validators import SchemaSet

# Where a rule is broken, and what is wrong and would be right.
Found = tuple[str, str]


@dataclass(frozen=True)
class Document:
    """An OpenAPI document with what several rules ask of it, worked out once."""

    document: Mapping[str, Any]
    file: str = "contract"
    text: str | None = None
    beside: CompanionFiles = field(default_factory=CompanionFiles)

    @classmethod
    def from_text(cls, text: str, file: str = "contract") -> Document:
        """From YAML or JSON text. Raises InvalidContractError where it cannot be parsed."""
        return cls(parse(text, file), file, text)

    @classmethod
    def from_path(cls, path: Path, file: str | None = None) -> Document:
        """From a file, named `file` in messages. Raises InvalidContractError as `from_text`."""
        name = file or str(path)
        text = read_text(path, name)
        raw = parse(text, name)
        return cls(raw, name, text, read_companion_files(raw, path.parent))

    @cached_property
    def invalid(self) -> tuple[Problem, ...]:
        """What makes the document no valid OpenAPI 3.1 description (see `validity`)."""
        found = [replace(p, file=self.file) for p in validate(self.document).problems]
        if not found and not str(self.document["openapi"]).startswith("3.1."):
            message = f"a contract here is OpenAPI 3.1.0, not {self.document['openapi']}"
            found = [Problem("/openapi", "version", message, self.file)]
        return tuple(found)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every object of the document with its kind."""
        return tuple(parts(self.document))

    @cached_property
    def schemas(self) -> SchemaSet:
        """The compiled schemas of the document."""
        return SchemaSet(self.document)

    @cached_property
    def _by_direction(self) -> dict[str, SchemaSet]:
        given = {
            "request body": for_requests(self.document),
            "response": for_responses(self.document),
        }
        found = {kind: SchemaSet(raw) for kind, raw in given.items() if raw is not self.document}
        either = for_any(self.document)
        return {**found, "": SchemaSet(either)} if found else {}

    def schemas_at(self, pointer: str) -> SchemaSet:
        """The schemas as they hold for the messages that a place of the document is about.

        A webhook is a request of its own kind: both sides may see each property of it.
        """
        way = list(trail(pointer))
        kinds = [kind for kind, _ in way]
        if ("document", "webhooks") in way or "callback" in kinds:
            return self._by_direction.get("", self.schemas)
        found = next((kind for kind in kinds if kind in ("request body", "response")), "")
        return self._by_direction.get(found, self.schemas)

    @cached_property
    def contract(self) -> Contract:
        """The document with its references resolved."""
        return read_contract("contract", self.file, self.document, self.beside)

    def of_kind(self, *kinds: str) -> Iterator[Part]:
        """The objects of some kinds that are written out, not referred to."""
        for part in self.parts:
            written = part.kind == "schema" or not is_reference(part.node)
            if part.kind in kinds and isinstance(part.node, dict) and written:
                yield part

    def resolve(self, node: Any, pointer: str) -> tuple[Any, str]:
        """Follow references from a node; its object and pointer."""
        return ptr.resolve(self.document, node, pointer)

    def components(self, *sections: str) -> Iterator[tuple[str, str, Any, str]]:
        """Section, name, object and pointer of the components, of all sections for none."""
        for section, named in self.document.get("components", {}).items():
            if isinstance(named, dict) and (not sections or section in sections):
                for name, node in named.items():
                    yield section, name, node, ptr.join("/components", section, name)


def listed(words: Iterable[str]) -> str:
    """Words for a message, `none` for no words."""
    return ", ".join(words) or "none"
