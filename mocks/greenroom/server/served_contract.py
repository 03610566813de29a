"""The document of a contract for clients of its mock: nothing in it names another server."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from ..contract.loading.bundling import copied
from ..contract.loading.yaml12 import dump
from ..contract.model import Contract
from ..contract.object_kinds import parts
from ..contract.runtime_expressions import expressions
from ..contract.servers import base_paths

# The media types of contracts by the end of their file name; that of YAML is RFC 9512.
MEDIA_TYPES = {"json": "application/json", "yaml": "application/yaml"}

# Stands for the mock's URL until a request tells it; no document contains it by chance.
_MOCK = secrets.token_hex(16)


class ServedContract:
    """The texts of one contract, each made when first requested."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._with_mock = cache(self._make_with_mock)
        self.as_written = cache(self._make_as_written)

    def for_clients(self, suffix: str, url: str) -> bytes:
        """The document with the mock as its only server; `url` is followed by the base path."""
        return self._with_mock(suffix).replace(_MOCK.encode(), url.encode())

    def _make_with_mock(self, suffix: str) -> bytes:
        return _encode(self._document, suffix)

    def _make_as_written(self, suffix: str) -> bytes:
        """The text of its file, or its document in the other format or made of several files."""
        text = self._contract.text
        # YAML includes JSON. A text that begins so in such a file is JSON, or was not loaded.
        is_json = self._contract.file.endswith(".json") and text.lstrip()[:1] == "{"
        if text and (suffix == "yaml" or is_json):
            return text.encode()
        return _encode(self._contract.written, suffix)

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        return _for_clients(self._contract.document)


def _for_clients(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy of a document that holds for its mock.

    All servers are those of the mock, below the first base path of those that they replace. A
    link's `requestBody` with expressions inside an object or an array is left out: OpenAPI 3.1
    (4.8.20) evaluates an expression only where it is the whole value, and generators refuse others.
    """
    served: dict[str, Any] = copied(document)
    served["servers"] = served.get("servers") or [{"url": "/"}]
    for kind, node in [(part.kind, part.node) for part in parts(served)]:
        if kind in ("document", "path item", "operation") and node.get("servers"):
            node["servers"] = [{"url": _MOCK + next(iter(base_paths(node["servers"])), "")}]
        elif kind == "link":
            node.pop("server", None)
            body = node.get("requestBody")
            if isinstance(body, (dict, list)) and any(expressions(body)):
                del node["requestBody"]
    return served


def _encode(document: Mapping[str, Any], suffix: str) -> bytes:
    text = json.dumps(document, ensure_ascii=False) if suffix == "json" else dump(document)
    return text.encode()
