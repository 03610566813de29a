"""From findings against our guesses to changes of the contract that make it true."""

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
from .overlay_schema import schema_of

_LONGEST = 300
# Assertions of a schema that can be left out without leaving out what else it says.
_REMOVABLE = frozenset((
    "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minContains",
    "maxContains", "minProperties", "maxProperties", "propertyNames", "additionalProperties",
    "unevaluatedProperties", "unevaluatedItems", "dependentRequired", "contentEncoding",
    "contentMediaType", "x-max-items-across",
))  # fmt: skip
# The kinds whose pointer leads to the keyword of a schema.
_OF_KEYWORDS = frozenset((
    "missing-field", "wrong-type", "undocumented-value", "wrong-format", "invalid-value"
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Correction:
    """One change: of what a JSONPath selects, to be removed or to be updated with a value."""

    target: str
    description: str
    update: Any = None
    removes: bool = False


def corrections(report: Report, contract: Contract) -> list[Correction]:
    """The changes for the findings of a redacted report against inferred statements, in order.

    Each stands once, though several findings may ask for it.
    """
    maker = _Maker(report, contract)
    found: dict[tuple[str, bool, str], Correction] = {}
    for pointer, about in _by_statement(report).items():
        for change in maker.changes(pointer, about):
            found.setdefault((change.target, change.removes, json.dumps(change.update)), change)
    return list(found.values())


def _by_statement(report: Report) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.is_guess:
            found.setdefault(finding.pointer, []).append(finding)
    return found


class _Maker:
    def __init__(self, report: Report, contract: Contract) -> None:
        self._document = contract.document
        self._day = day(report.started)
        self._exchanges = {exchange.number: exchange for exchange in report.exchanges}
        # By kind: what the last name of the pointer has to be, any for none, and who knows more.
        self._of_kind: dict[str, tuple[str, Callable[[Finding], Iterator[Correction]]]] = {
            "missing-header": ("", self._header),
            "undocumented-status": ("responses", self._status),
            "undocumented-media-type": ("content", self._media_type),
            "undocumented-field": ("", self._field),
            "undocumented-header": ("headers", self._new_header),
        }

    def changes(self, pointer: str, about: Sequence[Finding]) -> Iterator[Correction]:
        """The changes for all findings about one statement; none where it is not in the file."""
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
        target, said = path_of(self._document, pointer), self._told(about)
        if keyword == "required" and isinstance(rule, list):
            for finding in about:
                if finding.detail in rule:
                    yield Correction(
                        entry_of(target, finding.detail), self._told([finding]), removes=True
                    )
        elif keyword == "type":
            # What an update gives to a list is added to it, so the old one goes first.
            yield Correction(target, said, removes=True)
            yield self._at(holder, said, {"type": _widened(rule, about)})
        elif keyword == "enum" and isinstance(rule, list):
            for value in _values(about):
                if value not in rule:
                    yield Correction(target, said, update=value)
        elif keyword == "const" and (values := list(_values(about))):
            yield Correction(target, said, removes=True)
            if "enum" not in ptr.look_up(self._document, holder):
                yield self._at(holder, said, {"enum": [rule, *values]})
        elif keyword in _REMOVABLE:
            yield Correction(target, said, removes=True)

    def _header(self, finding: Finding) -> Iterator[Correction]:
        header = ptr.look_up(self._document, finding.pointer)
        if isinstance(header, dict) and header.get("required") is True:
            yield self._at(finding.pointer, self._told([finding]), {"required": False})

    def _status(self, finding: Finding) -> Iterator[Correction]:
        content = self._content(finding)
        response = {
            "description": "Seen, and named by no document.",
            KEY: self._provenance(),
            **({"content": content} if content else {}),
        }
        yield self._at(finding.pointer, self._told([finding]), {finding.detail: response})

    def _media_type(self, finding: Finding) -> Iterator[Correction]:
        if finding.detail:
            content = self._content(finding) or {finding.detail: {}}
            yield self._at(finding.pointer, self._told([finding]), content)

    def _field(self, finding: Finding) -> Iterator[Correction]:
        said = self._told([finding])
        if finding.pointer.endswith("/properties"):
            schema = {**self._seen(finding), KEY: self._provenance()}
            yield self._at(finding.pointer, said, {finding.detail: schema})
        elif finding.detail == "body" and (content := self._content(finding)):
            # A response that is said to have none.
            yield self._at(finding.pointer, said, {"content": content})

    def _new_header(self, finding: Finding) -> Iterator[Correction]:
        response, _, _ = finding.pointer.rpartition("/")
        header = {"schema": {"type": "string"}, KEY: self._provenance()}
        said = self._told([finding])
        yield self._at(response, said, {"headers": {finding.detail: header}})

    def _at(self, pointer: str, description: str, update: Any) -> Correction:
        return Correction(path_of(self._document, pointer), description, update)

    def _content(self, finding: Finding) -> dict[str, Any]:
        """The content of the answer that shows a finding, as a response documents it."""
        exchange = self._exchanges.get(finding.exchange)
        answer = exchange.response if exchange else None
        if answer is None or not answer.body or not answer.media_type:
            return {}
        value = _json(exchange)
        schema = {"type": "string"} if value is _ABSENT else schema_of(value)
        return {answer.media_type: {"schema": {**schema, KEY: self._provenance()}}}

    def _seen(self, finding: Finding) -> dict[str, Any]:
        """A schema for the value that a finding is about; one that takes anything for none."""
        _, slash, rest = finding.instance.partition("/")
        exchange = self._exchanges.get(finding.exchange)
        try:
            if slash and finding.instance.startswith("response"):
                return schema_of(ptr.look_up(_json(exchange), "/" + rest))
            return schema_of(json.loads(finding.seen))
        except (LookupError, ValueError):
            return {}

    def _provenance(self) -> dict[str, str]:
        return {"basis": "inferred", "note": f"Seen on {self._day}; no document names it."}

    def _told(self, about: Sequence[Finding]) -> str:
        first = about[0]
        where = f" at {first.instance}" if first.instance else ""
        times = counted(sum(finding.count for finding in about), "time")
        message = first.message[:_LONGEST].rstrip(".")
        return f"{first.operation}: {message}. Seen {times} on {self._day}{where}."


_ABSENT = object()


def _json(exchange: Exchange | None) -> Any:
    """The body of an answer as a JSON value, _ABSENT for none."""
    answer = exchange.response if exchange else None
    if answer is None:
        return _ABSENT
    try:
        return json.loads(decoded(answer.body, answer.header("content-type") or "") or "")
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
    """The values seen, but for those that were redacted."""
    for finding in about:
        if MARK not in finding.detail:
            try:
                yield json.loads(finding.detail)
            except ValueError:
                continue
