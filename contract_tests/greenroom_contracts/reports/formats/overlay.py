"""`overlay.yaml`: how to correct a contract if a guess of ours was wrong.

An OpenAPI Overlay 1.1.0 (https://spec.openapis.org/overlay/v1.1.0.html): version 1.0.0 allows no
primitive as a target. Documented statements are not changed: if they are wrong, the vendor has
changed, and a person has to decide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from greenroom.contract.model import Contract
from greenroom.contract.provenance import PROVENANCE_KEY
from greenroom.http.exchange import Exchange
from greenroom.http.timestamps import day
from greenroom.redaction.archive import body_text
from greenroom.schema import json_pointer as ptr

from ...finding import Finding
from ...report import Report
from ..wording import counted
from ..yaml_text import dumped
from .overlay_jsonpath import path_of
from .overlay_schema import inferred_schema, values_of, widened

FILE = "overlay.yaml"
_LONGEST = 300
# Assertions of a schema that can be removed without any effect on the others.
_REMOVABLE = frozenset((
    "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minContains",
    "maxContains", "minProperties", "maxProperties", "propertyNames", "additionalProperties",
    "unevaluatedProperties", "unevaluatedItems", "dependentRequired", "dependentSchemas", "not",
    "contains", "contentEncoding", "contentMediaType", "x-max-items-across",
))  # fmt: skip
# The kinds of finding whose pointer leads to a schema keyword.
_OF_KEYWORDS = frozenset((
    "missing-field", "wrong-type", "undocumented-value", "wrong-format", "invalid-value",
    "invalid-header",
))  # fmt: skip
# An Action Object: the target, a description, and `update` or `remove`.
_Action = dict[str, Any]


def write(report: Report, contract: Contract) -> str:
    """The overlay for a redacted report as YAML; empty if no guess needs a correction."""
    found = overlay(report, contract)
    return dumped(found) if found else ""


def overlay(report: Report, contract: Contract) -> dict[str, Any] | None:
    """The overlay for a redacted report, None if it would change nothing.

    Its `info.description` names the wrong guesses without a correction.
    """
    actions, uncorrected = corrections(report, contract)
    if not actions:
        return None
    listed = "\n".join(f"- {f.operation}: {f.message[:_LONGEST]}" for f in uncorrected)
    description = {"description": f"Without a correction:\n\n{listed}\n"} if listed else {}
    return {
        "overlay": "1.1.0",
        "info": {
            "title": f"Corrections of guesses about {contract.title}",
            "version": day(report.started),
            **description,
        },
        # Relative: the overlay belongs into the folder of the contract.
        "extends": quote(Path(contract.file).name),
        "actions": actions,
    }


def corrections(report: Report, contract: Contract) -> tuple[list[_Action], list[Finding]]:
    """The actions for a redacted report, and the wrong guesses without one.

    Some have none: a server that fails, a credential that is not enforced, a value that was
    redacted. An action that several findings need appears once.
    """
    by_statement: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.is_guess:
            by_statement.setdefault(finding.pointer, []).append(finding)
    builder = _ActionBuilder(report, contract)
    actions: dict[str, _Action] = {}
    uncorrected: list[Finding] = []
    for pointer, about in by_statement.items():
        of_keyword = [finding for finding in about if finding.kind in _OF_KEYWORDS]
        others = [[finding] for finding in about if finding.kind not in _OF_KEYWORDS]
        for together in filter(None, (of_keyword, *others)):
            found = builder.actions(pointer, together)
            uncorrected += [] if found else together
            for action in found:
                actions.setdefault(json.dumps({**action, "description": ""}), action)
    return list(actions.values()), uncorrected


def remark(report: Report, contract: Contract) -> str:
    """Why a redacted report has no overlay, or for how much it has no correction; else empty."""
    if not report.findings:
        return ""
    actions, uncorrected = corrections(report, contract)
    if actions:
        number = counted(len(uncorrected), "wrong guess", "wrong guesses")
        return f"{FILE} has no correction for {number}; it names them" if uncorrected else ""
    if uncorrected:
        return f"no {FILE}: no wrong guess has a correction that it could state"
    return f"no {FILE}: it corrects guesses, and no finding contradicts one"


class _ActionBuilder:
    def __init__(self, report: Report, contract: Contract) -> None:
        self._document = contract.document
        self._operations = {o.id: o.pointer for o in contract.operations}
        self._day = day(report.started)
        self._exchanges = {exchange.number: exchange for exchange in report.exchanges}
        self._of_kind: dict[str, Callable[[Finding], Iterator[_Action]]] = {
            "missing-header": self._optional,
            "invalid-request-accepted": self._restriction,
            "empty-body": self._no_body,
            "undocumented-status": self._status,
            "undocumented-media-type": self._media_type,
            "undocumented-field": self._field,
            "undocumented-header": self._new_header,
        }

    def actions(self, pointer: str, about: Sequence[Finding]) -> list[_Action]:
        """The actions for findings about one statement; empty if it is not in the document.

        There are several findings only if all are about a keyword.
        """
        try:
            if about[0].kind in _OF_KEYWORDS:
                return list(self._keyword(pointer, about))
            change = self._of_kind.get(about[0].kind)
            return list(change(about[0])) if change else []
        except LookupError:
            return []

    def _keyword(self, pointer: str, about: Sequence[Finding]) -> Iterator[_Action]:
        holder, _, keyword = pointer.rpartition("/")
        if holder.endswith("/dependentRequired"):
            # jsonschema-rs adds a number to its pointer.
            pointer, (holder, _, keyword) = holder, holder.rpartition("/")
        rule = ptr.look_up(self._document, pointer)
        removal = self._remove(pointer, about)
        details = [finding.detail for finding in about]
        # An update of a list appends to it, so the old one is removed first.
        if rule is False:
            yield removal
        elif keyword == "required" and isinstance(rule, list):
            rest = [name for name in rule if name not in details]
            if rest != rule:
                yield removal
                if rest:
                    yield self._update(holder, about, {"required": rest})
        elif keyword == "type":
            yield removal
            yield self._update(holder, about, {"type": widened(rule, details)})
        elif keyword in ("oneOf", "anyOf"):
            seen = [schema for finding in about if (schema := self._seen(finding))]
            # In `anyOf`, values of the schemas that the contract has stay valid.
            if seen and (keyword == "anyOf" or "anyOf" not in self._object(holder)):
                yield removal
                yield self._update(holder, about, {"anyOf": [*rule, *seen]})
        elif keyword == "enum" and isinstance(rule, list):
            for value in values_of(details):
                if value not in rule:
                    yield self._update(holder, about, {"enum": [value]})
        elif keyword == "const" and (values := values_of(details)):
            yield removal
            if "enum" not in self._object(holder):
                yield self._update(holder, about, {"enum": [rule, *values]})
        elif keyword in _REMOVABLE:
            yield removal

    def _object(self, pointer: str) -> Mapping[str, Any]:
        found = ptr.look_up(self._document, pointer)
        if not isinstance(found, dict):
            raise LookupError(pointer)
        return found

    def _restriction(self, finding: Finding) -> Iterator[_Action]:
        if finding.pointer.rpartition("/")[2] in _REMOVABLE:
            yield self._remove(finding.pointer, [finding])

    def _optional(self, finding: Finding) -> Iterator[_Action]:
        if self._object(finding.pointer).get("required") is True:
            yield self._update(finding.pointer, [finding], {"required": False})

    def _no_body(self, finding: Finding) -> Iterator[_Action]:
        # A response without `required`, or the body of a webhook.
        if "required" in self._object(finding.pointer):
            yield from self._optional(finding)
        else:
            yield self._remove(ptr.join(finding.pointer, "content"), [finding])

    def _status(self, finding: Finding) -> Iterator[_Action]:
        content = self._content(finding)
        response = {
            "description": "Seen in a response, but not documented.",
            PROVENANCE_KEY: self._provenance(),
            **({"content": content} if content else {}),
        }
        for operation in finding.operations:
            # The guess may be a shared response, but the status belongs to the operation.
            responses = ptr.join(self._operations.get(operation, finding.pointer), "responses")
            yield self._update(responses, [finding], {finding.detail: response})

    def _media_type(self, finding: Finding) -> Iterator[_Action]:
        if finding.detail and finding.pointer.endswith("/content"):
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
        response, _, last = finding.pointer.rpartition("/")
        header = {"schema": {"type": "string"}, PROVENANCE_KEY: self._provenance()}
        if last == "headers":
            yield self._update(response, [finding], {"headers": {finding.detail: header}})

    def _update(self, pointer: str, about: Sequence[Finding], update: Any) -> _Action:
        target, description = path_of(self._document, pointer), self._description(about)
        return {"target": target, "description": description, "update": update}

    def _remove(self, pointer: str, about: Sequence[Finding]) -> _Action:
        target, description = path_of(self._document, pointer), self._description(about)
        return {"target": target, "description": description, "remove": True}

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
