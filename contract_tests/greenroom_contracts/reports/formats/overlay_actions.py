"""The actions of an overlay: for each finding, the change of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from greenroom.contract.model import Contract
from greenroom.contract.provenance import OBSERVED, PROVENANCE_KEY
from greenroom.contract.runtime_expressions import NOTHING
from greenroom.http.exchange import Exchange
from greenroom.http.json_decoding import json_or
from greenroom.http.timestamps import day
from greenroom.printable import counted
from greenroom.redaction.archive import body_text
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk

from ...finding import Finding
from ...judge.header_fields import undocumented_fields
from ...judge.location import Location
from ...report import Report
from .overlay_jsonpath import path_of
from .overlay_schema import inferred_schema, values_of, widened

LONGEST = 300
# Assertions of a schema that can be removed without any effect on the others.
_REMOVABLE = frozenset((
    "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minContains",
    "maxContains", "minProperties", "maxProperties", "propertyNames", "additionalProperties",
    "unevaluatedProperties", "unevaluatedItems", "dependentRequired", "dependentSchemas", "not",
    "contains", "contentEncoding", "contentMediaType", "x-max-items-across",
))  # fmt: skip
# The kinds of finding whose pointer leads to a schema keyword.
OF_KEYWORDS = frozenset((
    "missing-field", "wrong-type", "undocumented-value", "wrong-format", "invalid-value",
    "invalid-header",
))  # fmt: skip
# An Action Object: the target, a description, and `update` or `remove`.
Action = dict[str, Any]


class ActionBuilder:
    """Makes actions; `observed` as in `corrections`."""

    def __init__(self, report: Report, contract: Contract, observed: str) -> None:
        self._observed = observed
        self._when = observed or f"on {day(report.started)}"
        self._document = contract.document
        self._operations = {operation.id: operation for operation in contract.operations}
        self._exchanges = {exchange.number: exchange for exchange in report.exchanges}
        self._of_kind: dict[str, Callable[[Finding], Iterator[Action]]] = {
            "missing-header": self._optional,
            "invalid-request-accepted": self._restriction,
            "empty-body": self._no_body,
            "undocumented-status": self._status,
            "undocumented-refusal": self._status,
            "undocumented-media-type": self._media_type,
            "undocumented-field": self._field,
            "undocumented-header": self._new_header,
        }

    def actions(self, pointer: str, about: Sequence[Finding]) -> list[Action]:
        """The actions for findings about one statement; empty if it is not in the document.

        There are several findings only if all are about a keyword.
        """
        try:
            if about[0].kind in OF_KEYWORDS:
                return list(self._keyword(pointer, about))
            change = self._of_kind.get(about[0].kind)
            return list(change(about[0])) if change else []
        except LookupError:
            return []

    def _keyword(self, pointer: str, about: Sequence[Finding]) -> Iterator[Action]:
        holder, _, keyword = pointer.rpartition("/")
        if holder.endswith("/dependentRequired"):
            # jsonschema-rs adds a number to its pointer.
            pointer, (holder, _, keyword) = holder, holder.rpartition("/")
        rule = ptr.look_up(self._document, pointer)
        removal = self._remove(pointer, about)
        details = [finding.detail for finding in about]
        # An update of a list appends to it, so the old one is removed first.
        yield from self._now_observed(holder, about)
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

    def _now_observed(self, holder: str, about: Sequence[Finding]) -> Iterator[Action]:
        """What the schema of a guess is based on from now on, unless it says more than that."""
        told = self._object(holder) if self._observed and about[0].is_guess else {}
        if PROVENANCE_KEY in told and "properties" not in told:
            yield self._update(holder, about, {PROVENANCE_KEY: self._provenance(about)})

    def _object(self, pointer: str) -> Mapping[str, Any]:
        found = ptr.look_up(self._document, pointer)
        if not isinstance(found, dict):
            raise LookupError(pointer)
        return found

    def _restriction(self, finding: Finding) -> Iterator[Action]:
        if finding.pointer.rpartition("/")[2] in _REMOVABLE:
            yield self._remove(finding.pointer, [finding])

    def _optional(self, finding: Finding) -> Iterator[Action]:
        if self._object(finding.pointer).get("required") is True:
            yield self._update(finding.pointer, [finding], {"required": False})

    def _no_body(self, finding: Finding) -> Iterator[Action]:
        # A response without `required`, or the body of a webhook.
        if "required" in self._object(finding.pointer):
            yield from self._optional(finding)
        else:
            yield self._remove(ptr.join(finding.pointer, "content"), [finding])

    def _status(self, finding: Finding) -> Iterator[Action]:
        content, headers = self._content(finding), self._headers(finding)
        response = {
            "description": "Seen in a response, but not documented.",
            PROVENANCE_KEY: self._provenance([finding]),
            **({"headers": headers} if headers else {}),
            **({"content": content} if content else {}),
        }
        for known in map(self._operations.get, finding.operations):
            # The guess may be a shared response, but the status belongs to the operation.
            responses = ptr.join(known.pointer if known else finding.pointer, "responses")
            yield self._update(responses, [finding], {finding.detail: response})

    def _media_type(self, finding: Finding) -> Iterator[Action]:
        if finding.detail and finding.pointer.endswith("/content"):
            content = self._content(finding) or {finding.detail: {}}
            yield self._update(finding.pointer, [finding], content)

    def _field(self, finding: Finding) -> Iterator[Action]:
        if finding.pointer.endswith("/properties"):
            schema = {**self._seen(finding), PROVENANCE_KEY: self._provenance([finding])}
            yield self._update(finding.pointer, [finding], {finding.detail: schema})
        elif finding.detail == "body" and (content := self._content(finding)):
            # A response that is documented without a body.
            yield self._update(finding.pointer, [finding], {"content": content})

    def _new_header(self, finding: Finding) -> Iterator[Action]:
        response, _, last = finding.pointer.rpartition("/")
        responses = [response] if not self._observed else self._having(finding.detail)
        header = self._header(finding)
        for response in responses if last == "headers" else ():
            yield self._update(response, [finding], {"headers": {finding.detail: header}})

    def _header(self, finding: Finding) -> dict[str, Any]:
        return {"schema": {"type": "string"}, PROVENANCE_KEY: self._provenance([finding])}

    def _headers(self, finding: Finding) -> dict[str, Any]:
        """The `headers` of a new response, where it is what a recording shows."""
        exchange = self._exchanges.get(finding.exchange)
        if not self._observed or exchange is None or exchange.response is None:
            return {}
        where = Location(SchemaWalk(self._document), finding.operation)
        found = undocumented_fields(where, finding.pointer, exchange.response.headers, ())
        return {field.detail: self._header(finding) for field in found}

    def _having(self, name: str) -> list[str]:
        """The documented responses that had a header field: one finding is about all of them."""
        found: dict[str, None] = {}
        for exchange in self._exchanges.values():
            operation, response = self._operations.get(exchange.operation), exchange.response
            if operation and response and response.header(name) is not None:
                documented = operation.documented(response.status)
                found.update({documented.pointer: None} if documented else {})
        return list(found)

    def _update(self, pointer: str, about: Sequence[Finding], update: Any) -> Action:
        return {**self._target(pointer, about), "update": update}

    def _remove(self, pointer: str, about: Sequence[Finding]) -> Action:
        return {**self._target(pointer, about), "remove": True}

    def _target(self, pointer: str, about: Sequence[Finding]) -> Action:
        first = about[0]
        where = f" at {first.instance}" if first.instance else ""
        times = counted(sum(finding.count for finding in about), "time")
        message = f"{first.operation}: {first.message[:LONGEST].rstrip('.')}"
        description = f"{message}. Seen {times} {self._when}{where}."
        return {"target": path_of(self._document, pointer), "description": description}

    def _content(self, finding: Finding) -> dict[str, Any]:
        """The `content` of a documented response, from the response of a finding."""
        exchange = self._exchanges.get(finding.exchange)
        response = exchange.response if exchange else None
        if response is None or not response.body or not response.media_type:
            return {}
        value = _json(exchange)
        schema = {"type": "string"} if value is NOTHING else inferred_schema(value)
        with_basis = {**schema, PROVENANCE_KEY: self._provenance([finding])}
        return {response.media_type: {"schema": with_basis}}

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

    def _provenance(self, about: Sequence[Finding]) -> dict[str, str]:
        if self._observed:
            times = counted(sum(finding.count for finding in about), "time")
            return {"basis": OBSERVED, "note": f"Seen {times} in recordings {self._when}."}
        return {"basis": "inferred", "note": f"Seen {self._when}, but not documented."}


def _json(exchange: Exchange | None) -> Any:
    """The body of a response as a JSON value, NOTHING if there is none."""
    return json_or(NOTHING, body_text(exchange.response if exchange else None))
