"""Writing YAML that has the same meaning in versions 1.1 and 1.2."""

from __future__ import annotations

import re
from typing import Any

import yaml

_WIDTH = 100


class _Dumper(yaml.SafeDumper):
    """Quotes strings that either version reads as another type, and writes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_TAG = "tag:yaml.org,2002:"
# `1e5` and `0o17` are strings in version 1.1, which PyYAML writes, but numbers in 1.2.
_Dumper.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+0123456789."),
)
_Dumper.add_implicit_resolver(f"{_TAG}int", re.compile(r"^0o[0-7]+$"), ["0"])


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    # A vendor may have sent half of a surrogate pair, which no reader of YAML accepts.
    return dumper.represent_str(text.encode("utf-8", "replace").decode())


_Dumper.add_representer(str, _text)


def dumped(value: Any) -> str:
    """A JSON value as YAML, keys in their order, unprintable characters escaped."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))
