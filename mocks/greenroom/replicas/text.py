"""What processes tell each other, as JSON texts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any


def text_of(value: Any) -> bytes:
    """A value as JSON, the same for equal values; also texts that UTF-8 cannot write."""
    return json.dumps(value, separators=(",", ":"), default=datetime.isoformat).encode()


def read(text: bytes) -> Any:
    """The value of a text. Raises ValueError and RecursionError."""
    return json.loads(text)
