"""Corrections of the contract for findings about inferred statements."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from greenroom.contract.model import Contract
from greenroom.contract.provenance import KEY
from greenroom.http.exchange import Exchange
from greenroom.http.timestamps import day
from greenroom.redaction.body_text import decoded
from greenroom.redaction.secrets import MARK
from greenroom.schema import json_pointer as ptr

from ...finding import Finding
from ...report import Report
from ..wording import counted
from .overlay_jsonpath import entry_of, path_of
from .overlay_schema import inferred_schema

_LONGEST = 300
# Assertions of a schema that can be removed without any effect on the others.
_REMOVABLE = frozenset((
    "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minContains",
    "maxContains", "minProperties", "maxProperties", "propertyNames", "additionalProperties",
    "unevaluatedProperties", "unevaluatedItems", "dependentRequired", "contentEncoding",
    "contentMediaType", "x-max-items-across",
))  # fmt: skip
# The kinds of finding whose pointer leads to a schema keyword.
_OF_KEYWORDS = frozenset((
    "missing-field", "wrong-type", "undocumented-value", "wrong-format", "invalid-value"
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Correction:
    """One change: what a JSONPath selects is removed, or updated with a value."""

    target: str
    description: str
    update: Any = None
    removes: bool = False


def corrections(report: Report, contract: Contract) -> list[Correction]:
    """The changes for the findings about inferred statements of a redacted report, in their order.

    A change that several findings need is there once.
    """
    builder = _CorrectionBuilder(report, contract)
    found: dict[tuple[str, bool, str], Correction] = {}
    for pointer, about in _by_statement(report).items():
        for change in builder.changes(pointer, about):
            found.setdefault((change.target, change.removes, json.dumps(change.update)), change)
    return list(found.values())


def _by_statement(report: Report) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.is_guess:
            found.setdefault(finding.pointer, []).append(finding)
    return found


class _CorrectionBuilder:
    def __init__(self, report: Report, contract: Contract) -> None:
        self._document = contract.document
        self._day = day(report.started)
        self._exchanges = {exchange.number: exchange for exchange in report.exchanges}
        # By kind: the last token that its pointer must have, if any, and the method for it.
        self._of_kind: dict[str, tuple[str, Callable[[Finding], Iterator[Correction]]]] = {
            "missing-header": ("", self._header),
            "undocumented-status": ("responses", self._status),
            "undocumented-media-type": ("content", self._media_type),
            "undocumented-field": ("", self._field),
            "undocumented-header": ("headers", self._new_header),
        }

    def changes(self, pointer: str, about: Sequence[Finding]) -> Iterator[Correction]:
        """The changes for all findings about one statement; empty if it is not in the document."""
        try:
            of_keyword = [finding for finding in about if finding.kind in _OF_KEYWORDS]
            if of_keyword:
                yield from self._keyword(pointer, of_keyword)
            for finding in about:
                last, change = self._of_kind.get(finding.kind, ("", None))
                if change is not None and (not last or pointer.endswith(f"/{last}")):
                    yield from change(finding)
        except LookupError:
            return

    def _keyword(self, pointer: str, about: Sequence[Finding]) -> Iterator[Correction]:
        rule = ptr.look_up(self._document, pointer)
        holder, _, keyword = pointer.rpartition("/")
        target, description = path_of(self._document, pointer), self._description(about)
        if keyword == "required" and isinstance(rule, list):
            for finding in about:
                if finding.detail in rule:
                    yield Correction(
                        entry_of(target, finding.detail), self._description([finding]), removes=True
                    )
        elif keyword == "type":
            # An update of a list appends to it, so the old one is removed first.
            yield Correction(target, description, removes=True)
            yield self._at(holder, description, {"type": _widened(rule, about)})
        elif keyword == "enum" and isinstance(rule, list):
            for value in _values(about):
                if value not in rule:
                    yield Correction(target, description, update=value)
        elif keyword == "const" and (values := list(_values(about))):
            yield Correction(target, description, removes=True)
            if "enum" not in ptr.look_up(self._document, holder):
                yield self._at(holder, description, {"enum": [rule, *values]})
        elif keyword in _REMOVABLE:
            yield Correction(target, description, removes=True)

    def _header(self, finding: Finding) -> Iterator[Correction]:
        header = ptr.look_up(self._document, finding.pointer)
        if isinstance(header, dict) and header.get("required") is True:
            yield self._at(finding.pointer, self._description([finding]), {"required": False})

    def _status(self, finding: Finding) -> Iterator[Correction]:
        content = self._content(finding)
        response = {
            "description": "Seen in a response, but not documented.",
            KEY: self._provenance(),
            **({"content": content} if content else {}),
        }
        yield self._at(finding.pointer, self._description([finding]), {finding.detail: response})

    def _media_type(self, finding: Finding) -> Iterator[Correction]:
        if finding.detail:
            content = self._content(finding) or {finding.detail: {}}
            yield self._at(finding.pointer, self._description([finding]), content)

    def _field(self, finding: Finding) -> Iterator[Correction]:
        description = self._description([finding])
        if finding.pointer.endswith("/properties"):
            schema = {**self._seen(finding), KEY: self._provenance()}
            yield self._at(finding.pointer, description, {finding.detail: schema})
        elif finding.detail == "body" and (content := self._content(finding)):
            # A response that is documented without a body.
            yield self._at(finding.pointer, description, {"content": content})

    def _new_header(self, finding: Finding) -> Iterator[Correction]:
        response, _, _ = finding.pointer.rpartition("/")
        header = {"schema": {"type": "string"}, KEY: self._provenance()}
        description = self._description([finding])
        yield self._at(response, description, {"headers": {finding.detail: header}})

    def _at(self, pointer: str, description: str, update: Any) -> Correction:
        return Correction(path_of(self._document, pointer), description, update)

    def _content(self, finding: Finding) -> dict[str, Any]:
        """The `content` of a documented response, from the response of a finding."""
        exchange = self._exchanges.get(finding.exchange)
        response = exchange.response if exchange else None
        if response is None or not response.body or not response.media_type:
            return {}
        value = _json(exchange)
        schema = {"type": "string"} if value is _ABSENT else inferred_schema(value)
        return {response.media_type: {"schema": {**schema, KEY: self._provenance()}}}

    def _seen(self, finding: Finding) -> dict[str, Any]:
        """A schema of the value that a finding is about; `{}` if it is unknown."""
        _, slash, rest = finding.instance.partition("/")
        exchange = self._exchanges.get(finding.exchange)
        try:
            if slash and finding.instance.startswith("response"):
                return inferred_schema(ptr.look_up(_json(exchange), "/" + rest))
            return inferred_schema(json.loads(finding.seen))
        except (LookupError, ValueError):
            return {}

    def _provenance(self) -> dict[str, str]:
        return {"basis": "inferred", "note": f"Seen on {self._day}, but not documented."}

    def _description(self, about: Sequence[Finding]) -> str:
        first = about[0]
        where = f" at {first.instance}" if first.instance else ""
        times = counted(sum(finding.count for finding in about), "time")
        message = first.message[:_LONGEST].rstrip(".")
        return f"{first.operation}: {message}. Seen {times} on {self._day}{where}."


_ABSENT = object()


def _json(exchange: Exchange | None) -> Any:
    """The body of a response as a JSON value, _ABSENT if there is none."""
    response = exchange.response if exchange else None
    if response is None:
        return _ABSENT
    try:
        return json.loads(decoded(response.body, response.header("content-type") or "") or "")
    except (ValueError, RecursionError):
        return _ABSENT


def _widened(rule: Any, about: Sequence[Finding]) -> Any:
    """The types of a schema with those that were seen; `number` holds every integer."""
    types = list(rule) if isinstance(rule, list) else [rule]
    types += [finding.detail for finding in about if finding.detail not in types]
    types = list(dict.fromkeys(types))
    if "number" in types and "integer" in types:
        types.remove("integer")
    return types[0] if len(types) == 1 else types


def _values(about: Sequence[Finding]) -> Iterator[Any]:
    """The values seen, without the redacted ones."""
    for finding in about:
        if MARK not in finding.detail:
            try:
                yield json.loads(finding.detail)
            except ValueError:
                continue
