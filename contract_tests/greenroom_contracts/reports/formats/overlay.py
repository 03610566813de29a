"""`overlay.yaml`: how to correct a contract if a guess of ours was wrong.

An OpenAPI Overlay 1.0.0 (https://spec.openapis.org/overlay/v1.0.0.html). Documented
statements are not changed: if they are wrong, the vendor has changed, and a person has to decide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from greenroom.contract.model import Contract
from greenroom.contract.provenance import PROVENANCE_KEY
from greenroom.http.exchange import Exchange
from greenroom.http.timestamps import day
from greenroom.redaction.secrets import MARK
from greenroom.schema import json_pointer as ptr

from ...finding import Finding
from ...report import Report
from ..evidence import body_text
from ..wording import counted
from ..yaml_text import dumped
from .overlay_jsonpath import entry_of, path_of
from .overlay_schema import inferred_schema

FILE = "overlay.yaml"
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
# An Action Object: the target, a description, and `update` or `remove`.
_Action = dict[str, Any]


def write(report: Report, contract: Contract) -> str:
    """The overlay for a redacted report as YAML; empty if no guess needs a correction."""
    found = overlay(report, contract)
    return dumped(found) if found else ""


def overlay(report: Report, contract: Contract) -> dict[str, Any] | None:
    """The overlay for a redacted report, None if it would change nothing.

    Some findings have no such correction: a server that fails, a credential that is not enforced,
    a schema with `oneOf`. An action that several findings need appears once.
    """
    by_statement: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.is_guess:
            by_statement.setdefault(finding.pointer, []).append(finding)
    builder = _ActionBuilder(report, contract)
    actions: dict[str, _Action] = {}
    for pointer, about in by_statement.items():
        for action in builder.actions(pointer, about):
            actions.setdefault(json.dumps({**action, "description": ""}), action)
    if not actions:
        return None
    return {
        "overlay": "1.0.0",
        "info": {
            "title": f"Corrections of guesses about {contract.title}",
            "version": day(report.started),
        },
        # Relative: the overlay belongs into the folder of the contract.
        "extends": quote(Path(contract.file).name),
        "actions": list(actions.values()),
    }


class _ActionBuilder:
    def __init__(self, report: Report, contract: Contract) -> None:
        self._document = contract.document
        self._day = day(report.started)
        self._exchanges = {exchange.number: exchange for exchange in report.exchanges}
        # By kind: the last token that its pointer must have, if any, and the method for it.
        self._of_kind: dict[str, tuple[str, Callable[[Finding], Iterator[_Action]]]] = {
            "missing-header": ("", self._header),
            "undocumented-status": ("responses", self._status),
            "undocumented-media-type": ("content", self._media_type),
            "undocumented-field": ("", self._field),
            "undocumented-header": ("headers", self._new_header),
        }

    def actions(self, pointer: str, about: Sequence[Finding]) -> Iterator[_Action]:
        """The actions for all findings about one statement; empty if it is not in the document."""
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

    def _keyword(self, pointer: str, about: Sequence[Finding]) -> Iterator[_Action]:
        rule = ptr.look_up(self._document, pointer)
        holder, _, keyword = pointer.rpartition("/")
        target = path_of(self._document, pointer)
        removal = {"target": target, "description": self._description(about), "remove": True}
        if keyword == "required" and isinstance(rule, list):
            for finding in about:
                if finding.detail in rule:
                    description = self._description([finding])
                    entry = entry_of(target, finding.detail)
                    yield {**removal, "target": entry, "description": description}
        elif keyword == "type":
            # An update of a list appends to it, so the old one is removed first.
            yield removal
            yield self._update(holder, about, {"type": _widened(rule, about)})
        elif keyword == "enum" and isinstance(rule, list):
            for value in _values(about):
                if value not in rule:
                    yield self._update(pointer, about, value)
        elif keyword == "const" and (values := list(_values(about))):
            yield removal
            if "enum" not in ptr.look_up(self._document, holder):
                yield self._update(holder, about, {"enum": [rule, *values]})
        elif keyword in _REMOVABLE:
            yield removal

    def _header(self, finding: Finding) -> Iterator[_Action]:
        header = ptr.look_up(self._document, finding.pointer)
        if isinstance(header, dict) and header.get("required") is True:
            yield self._update(finding.pointer, [finding], {"required": False})

    def _status(self, finding: Finding) -> Iterator[_Action]:
        content = self._content(finding)
        response = {
            "description": "Seen in a response, but not documented.",
            PROVENANCE_KEY: self._provenance(),
            **({"content": content} if content else {}),
        }
        yield self._update(finding.pointer, [finding], {finding.detail: response})

    def _media_type(self, finding: Finding) -> Iterator[_Action]:
        if finding.detail:
            content = self._content(finding) or {finding.detail: {}}
            yield self._update(finding.pointer, [finding], content)

    def _field(self, finding: Finding) -> Iterator[_Action]:
        if finding.pointer.endswith("/properties"):
            schema = {**self._seen(finding), PROVENANCE_KEY: self._provenance()}
            yield self._update(finding.pointer, [finding], {finding.detail: schema})
        elif finding.detail == "body" and (content := self._content(finding)):
            # A response that is documented without a body.
            yield self._update(finding.pointer, [finding], {"content": content})

    def _new_header(self, finding: Finding) -> Iterator[_Action]:
        response, _, _ = finding.pointer.rpartition("/")
        header = {"schema": {"type": "string"}, PROVENANCE_KEY: self._provenance()}
        yield self._update(response, [finding], {"headers": {finding.detail: header}})

    def _update(self, pointer: str, about: Sequence[Finding], update: Any) -> _Action:
        target, description = path_of(self._document, pointer), self._description(about)
        return {"target": target, "description": description, "update": update}

    def _content(self, finding: Finding) -> dict[str, Any]:
        """The `content` of a documented response, from the response of a finding."""
        exchange = self._exchanges.get(finding.exchange)
        response = exchange.response if exchange else None
        if response is None or not response.body or not response.media_type:
            return {}
        value = _json(exchange)
        schema = {"type": "string"} if value is _ABSENT else inferred_schema(value)
        return {response.media_type: {"schema": {**schema, PROVENANCE_KEY: self._provenance()}}}

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
    try:
        return json.loads(body_text(exchange.response if exchange else None))
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
