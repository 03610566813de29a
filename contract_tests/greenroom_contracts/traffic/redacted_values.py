"""Values that redaction removed from a recording: what they were cannot be judged."""

from __future__ import annotations

import json
from collections.abc import Iterable

from greenroom.http.exchange import Exchange, Request, Response
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.redaction.body_text import is_left_out
from greenroom.redaction.field_names import PUBLIC, kind_at
from greenroom.redaction.secrets import MARK
from greenroom.schema import json_pointer as ptr

from ..finding import Finding

# The kinds of finding that depend on a value; redaction keeps types, and the names of fields.
_OF_VALUES = frozenset((
    "undocumented-value", "wrong-format", "invalid-value", "invalid-header", "graphql",
    "unreadable-body",
))  # fmt: skip
# Keywords that redaction cannot violate.
_COUNTING = frozenset((
    "minItems", "maxItems", "minProperties", "maxProperties", "dependentRequired"
))  # fmt: skip
# Keywords that only redacted names can violate.
_OF_NAMES = frozenset(("additionalProperties", "unevaluatedProperties", "propertyNames"))


def is_redacted(message: Request | Response) -> bool:
    """Whether values of a URL or a body were redacted."""
    url = message.url if isinstance(message, Request) else ""
    return MARK in url or MARK.encode() in message.body or is_left_out(message.body)


def judgeable(findings: Iterable[Finding], exchange: Exchange) -> list[Finding]:
    """The findings about an exchange without those that redaction may have caused."""
    return [finding for finding in findings if not _may_be_redaction(finding, exchange)]


def _may_be_redaction(finding: Finding, exchange: Exchange) -> bool:
    if finding.kind not in _OF_VALUES or finding.detail in _COUNTING:
        return False
    where, _, rest = finding.instance.partition("/")
    side = exchange.request if where.startswith("request") else exchange.response
    body = side.body if side and where.endswith("body ") else b""
    pointer = f"/{rest}" if rest else ""
    try:
        value = ptr.look_up(decode_json(body), pointer)
    except (LookupError, MalformedError):
        return MARK in finding.seen or is_left_out(body)
    if finding.detail in _OF_NAMES and isinstance(value, dict):
        return any(MARK in name for name in value)
    # A redacted number is 0.
    names = tuple(name for name in ptr.split(pointer) if not name.isdigit())
    is_redacted_number = value == 0 and kind_at(names) != PUBLIC
    return is_redacted_number or MARK in json.dumps(value, ensure_ascii=False)
