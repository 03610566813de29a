"""Writing YAML that readers of version 1.1 and of version 1.2 understand alike."""

from __future__ import annotations

import re
from typing import Any

import yaml

_WIDTH = 100


class _Dumper(yaml.SafeDumper):
    """Quotes what either version takes for something else than text, and knows no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_TAG = "tag:yaml.org,2002:"
# Version 1.1 has no numbers such as `1e5` and `0o17`, so it would leave them bare.
_Dumper.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+0123456789."),
)
_Dumper.add_implicit_resolver(f"{_TAG}int", re.compile(r"^0o[0-7]+$"), ["0"])


def dumped(value: Any) -> str:
    """A JSON value as YAML, in its own order. What does not print is escaped."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))
