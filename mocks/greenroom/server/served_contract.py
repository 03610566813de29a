"""The document of a contract for clients of its mock: nothing in it names another server."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from functools import cache, partial
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
    """The texts of one contract by the end of the file name, each made when first requested."""

    def __init__(self, contract: Contract) -> None:
        self.as_written = cache(partial(_as_written, contract))
        self._for_mock = cache(lambda suffix: _encode(_for_mock(contract.document), suffix))

    def for_mock(self, suffix: str, url: str) -> bytes:
        """The document with the mock as its only server; `url` is followed by the base path."""
        return self._for_mock(suffix).replace(_MOCK.encode(), url.encode())


def _as_written(contract: Contract, suffix: str) -> bytes:
    """The text of the contract's file, or its document in the other format or of several files."""
    text = contract.text
    # YAML includes JSON. A text that begins so in such a file is JSON, or was not loaded.
    is_json = contract.file.endswith(".json") and text.lstrip()[:1] == "{"
    if text and (suffix == "yaml" or is_json):
        return text.encode()
    return _encode(contract.written, suffix)


def _for_mock(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy of a document with the mock in place of all servers, each with its first base path.

    A link's `requestBody` with expressions inside an object or an array is left out: OpenAPI 3.1
    (4.8.20) evaluates an expression only as the whole value, and generators refuse any other.
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
