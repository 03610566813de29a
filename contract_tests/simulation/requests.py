"""Requests about what there is in a space, and about what there is not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from greenroom.codec.documented_request import documented_request
from greenroom.contract.behaviour.binding import Binding
from greenroom.contract.behaviour.resource import Resource
from greenroom.contract.model import Operation
from wire import Reply

from .reference import MISSING, Thing, at, text
from .space import SPACE, SpaceUnderTest

# What names nothing, whatever the schema of a parameter is.
UNKNOWN = ("unknown-0", 987654, "00000000-0000-4000-8000-000000000000", "0" * 24)
_FORMS = re.compile(r"[0-9a-f-]{36}|[0-9a-f]{24}|.*\d:\d.*")


class Requests(SpaceUnderTest):
    """Sends requests of an operation, with bodies made of its examples."""

    def _send(self, data: st.DataObject, binding: Binding) -> tuple[Reply, Thing | None, Any]:
        """Send a request about a thing, or about one that there is not."""
        operation = self.operations[binding.operation]
        path = self._scopes(data, binding)
        body = self._body(data, binding, operation)
        query: dict[str, Any] = {}
        about: Thing | None = None
        resource = self.behaviour.resources[binding.resource]
        pairs = []
        if binding.identify and binding.kind != "create":
            known = self._candidates(binding, path)
            index = data.draw(st.integers(0, len(known)))
            about = known[index] if index < len(known) else None
            for each in binding.identify:
                place, _, where = each.value.expression.removeprefix("$request.").partition(".")
                value = MISSING if about is None else at(about.value, each.pointer)
                if value is MISSING or value is None:
                    about, value = None, self._unknown(operation, where)
                pairs.append((each.pointer, value))
                if place == "path":
                    path[where] = value
                elif place == "query":
                    query[where] = value
                else:
                    pointer = place.removeprefix("body#")
                    body = with_value(body, pointer, value)
        reply = self._request(operation, path, query, body)
        self.has_found_scopes = self._is_found(binding, path)
        if resource.singleton or not binding.identify:
            found = self._is_found(binding, path)
            about = self._single(resource, binding, path) if found else None
        elif not self._is_found(binding, path):
            about = None
        elif pairs and about is None:
            # Another thing may have the text that stands for an unknown one.
            found = [
                thing
                for thing in self._candidates(binding, path)
                if all(at(thing.value, p) == v for p, v in pairs)
            ]
            about = found[0] if found else None
        return reply, about, body

    def _single(self, resource: Resource, binding: Binding, path: Mapping[str, Any]) -> Any:
        things = self.reference.of(resource.name)
        if resource.singleton and binding.scopes:
            of = self._scope_things(binding, path)[-1]
            key = text(at(of.value, binding.scopes[-1].of)) if of is not None else ""
            virtual = Thing(key, None) if resource.seeds else None
            return next((t for t in things if t.id == key), virtual)
        if resource.singleton:
            return things[0] if things else None
        return things[-1] if things else None

    def _candidates(self, binding: Binding, path: Mapping[str, Any]) -> list[Thing]:
        resource = self.behaviour.resources[binding.resource]
        if resource.parent is not None and resource.parent.within is not None:
            around = self._scope_things(binding, path)[-1] if binding.scopes else None
            elements = at(around.value, resource.parent.within) if around is not None else MISSING
            found = elements if isinstance(elements, list) else []
            pointer = resource.identifiers[0].pointer
            return [Thing(text(at(each, pointer)), each) for each in found]
        belongs = self._belongs(binding, path) if self._is_found(binding, path) else {}
        return self.reference.listed(resource.name, belongs, [])

    def _scopes(self, data: st.DataObject, binding: Binding) -> dict[str, Any]:
        """Path parameters that name the things around."""
        path: dict[str, Any] = {}
        for scope in binding.scopes:
            known = [at(thing.value, scope.key) for thing in self.reference.of(scope.resource)]
            usual = [value for value in known if value is not MISSING and value is not None]
            # Mostly one that there is.
            name = scope.value.expression.rpartition(".")[2]
            unknown = self._unknown(self.operations[binding.operation], name)
            path[name] = data.draw(st.sampled_from([*usual * 6, unknown]))
        return path

    def _unknown(self, operation: Operation, name: str) -> Any:
        schemas = [p.schema for p in operation.parameters if p.name == name and p.schema]
        valid = self.schemas.validator(schemas[0]).is_valid if schemas else lambda _: True
        return next(value for value in UNKNOWN if valid(value))

    def _scope_things(self, binding: Binding, path: Mapping[str, Any]) -> list[Thing | None]:
        found: list[Thing | None] = []
        for scope in binding.scopes:
            value = path[scope.value.expression.rpartition(".")[2]]
            things = self.reference.having(scope.resource, scope.key, value)
            parent = self.behaviour.resources[scope.resource].parent
            names = [s.resource for s in binding.scopes[: len(found)]]
            if things and parent is not None and names and names[-1] == parent.resource:
                above = found[-1]
                key = None if above is None else at(above.value, parent.key)
                things = [t for t in things if at(t.value, parent.by) == key]
            found.append(things[0] if things else None)
        return found

    def _is_found(self, binding: Binding, path: Mapping[str, Any]) -> bool:
        return None not in self._scope_things(binding, path)

    def _belongs(self, binding: Binding, path: Mapping[str, Any]) -> dict[str, Any]:
        things = self._scope_things(binding, path)
        pairs = zip(binding.scopes, things, strict=True)
        return {s.by: at(t.value, s.of) for s, t in pairs if s.by and t is not None}

    def _body(self, data: st.DataObject, binding: Binding, operation: Operation) -> Any:
        """The body of an example, with members left out, references and texts replaced."""
        if operation.body is None:
            return MISSING
        media = next((m for m in operation.body.content if m.is_json), operation.body.content[0])
        if not media.examples:
            return data.draw(st.sampled_from([{}, {"minutes": 7, "comment": "x"}]))
        example = data.draw(st.sampled_from([e.value for e in media.examples]))
        body = self._varied(data, binding, deepcopy(example), True)
        valid = media.schema is None or self.schemas.validator(media.schema).is_valid(body)
        if valid or data.draw(st.integers(0, 9)) == 0:
            # An invalid request is refused, and changes nothing.
            return body
        return self._varied(data, binding, deepcopy(example), False)

    def _varied(self, data: st.DataObject, binding: Binding, body: Any, freely: bool) -> Any:
        things = at(body, binding.source or "")
        for thing in things if isinstance(things, list) else [things]:
            if isinstance(thing, dict):
                self._vary(data, binding, thing, freely)
        if isinstance(things, list) and things and freely and data.draw(st.booleans()):
            things.append(deepcopy(things[0]))
        return body

    def _vary(
        self, data: st.DataObject, binding: Binding, thing: dict[str, Any], freely: bool
    ) -> None:
        references = {
            check.value.expression.rpartition("/")[2]: check.reference for check in binding.checks
        }
        for name in list(thing):
            if name in references:
                known = [
                    at(each.value, references[name].key)
                    for each in self.reference.of(references[name].resource)
                ]
                unknown = UNKNOWN[isinstance(thing[name], int)]
                options = [*known * 5, unknown]
                chosen = data.draw(st.sampled_from(options))
                thing[name] = [chosen] if isinstance(thing[name], list) else chosen
            elif not freely:
                continue
            elif data.draw(st.integers(0, 9)) == 0:
                del thing[name]
            elif _is_free(thing[name]) and data.draw(st.booleans()):
                thing[name] += str(data.draw(st.integers(0, 30)))
            elif isinstance(thing[name], int) and data.draw(st.booleans()):
                thing[name] = data.draw(st.sampled_from([0, 1, 5, thing[name]]))

    def _request(
        self, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any], body: Any
    ) -> Reply:
        content = None
        if body is MISSING:
            content = ("", b"")
        elif body is not None:
            kinds = [m.name for m in operation.body.content] if operation.body else []
            if "application/json" in kinds:
                content = ("application/json", json.dumps(body).encode())
            elif "multipart/form-data" not in kinds:
                form = "&".join(f"{k}={quote(str(v))}" for k, v in body.items())
                content = (kinds[0], form.encode())
        given = {("path", name): value for name, value in path.items()}
        given.update({("query", name): value for name, value in query.items()})
        sent = documented_request(self.contract, operation, "test-key", content, given)
        base = f"/~{SPACE}/{self.contract.name}{self.contract.base_path}"
        headers = [*sent.fields, ("content-length", str(len(sent.body)))]
        return self.client.send(operation.method, base + sent.target, headers, [sent.body])


def _is_free(value: Any) -> bool:
    """Whether a value is a text without a form, which responses may demand and requests not."""
    return isinstance(value, str) and not _FORMS.fullmatch(value)


def with_value(body: Any, pointer: str, value: Any) -> Any:
    """A body with a value at a pointer; anything but an object is left as it is."""
    if not isinstance(body, dict):
        return body
    *above, name = pointer.split("/")[1:]
    inner = body
    for each in above:
        inner = inner.setdefault(each, {})
    inner[name] = value
    return body
