"""The fields of a GraphQL schema over the records of a space (`x-graphql`, specs/README.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphql import GraphQLError, get_named_type, get_nullable_type, is_list_type

from ..contract.behaviour.binding import Binding, Filter
from ..contract.behaviour.evidence import DECLARED, Evidence
from ..contract.behaviour.resource import Resource, Set, Value
from ..contract.graphql_schema import roots
from ..contract.model import Operation
from ..contract.runtime_expressions import Message
from ..errors import FullError
from ..graphql.execution import EXAMPLE
from ..mock.graphql import compile_responder
from ..mock.pipeline import RequestContext
from ..mock.response.prepared import PreparedResponse
from ..mock.response.selection import ResponseSelector
from ..schema import json_pointer as ptr
from .api import Api
from .decide import Decider
from .finding import Outcome, RefusedError
from .merging import value_at
from .record import Record

_EVIDENCE = Evidence(DECLARED, "x-graphql")


class GraphqlFields:
    """The fields that read or change records, of one operation."""

    def __init__(self, api: Api, operation: Operation, selector: ResponseSelector) -> None:
        assert operation.graphql is not None
        self._api = api
        self._operation = operation
        self._responder = compile_responder(operation, api.contract.file, selector)
        node = ptr.look_up(api.contract.document, operation.graphql.pointer)
        shown, declared = node.get("resources", {}), node.get("fields", {})
        self._deciders: dict[tuple[str, str], tuple[Binding, Decider]] = {}
        for root in roots(self._responder.executable.schema):
            for name, field in root.fields.items():
                resource = api.behaviour.resources.get(shown.get(get_named_type(field.type).name))
                entry = declared.get(f"{root.name}.{name}")
                if resource is None or not (entry or root.name == "Query"):
                    continue
                is_list = is_list_type(get_nullable_type(field.type))
                binding = self._binding(resource, entry or {}, list(field.args), is_list)
                decider = Decider(binding, api.behaviour, api.makers)
                self._deciders[root.name, name] = binding, decider

    def _binding(
        self, resource: Resource, entry: Mapping[str, Any], arguments: list[str], is_list: bool
    ) -> Binding:
        """What a field does: as declared, else it lists or reads by its arguments."""
        kind, own = entry.get("kind", "list" if is_list else "read"), resource.identifiers
        named = entry.get("identifier", arguments[0] if arguments and kind == "read" else None)
        made = self._api.behaviour.bindings.values()
        like = next((b for b in made if b.kind == kind and b.resource == resource.name), None)
        source = ptr.step("", entry["from"]) if "from" in entry else None
        binding = Binding(
            self._operation.id,
            resource.name,
            kind,
            _EVIDENCE,
            identify=tuple(Set(a.pointer, _argument(ptr.step("", named))) for a in own if named),
            source=source,
            emit=tuple(entry.get("emit", ())),
            filters=tuple(
                Filter(name, ptr.step("", name) if name in resource.properties else None)
                for name in arguments
            ),
        )
        if like is None or kind != "create" or source is None:
            return binding
        checks = (replace(c, value=_argument(source + c.reference.pointer)) for c in like.checks)
        return replace(binding, templates=like.templates, checks=tuple(checks))

    def respond(self, context: RequestContext) -> tuple[PreparedResponse | None, Outcome | None]:
        """The response to a request, and what its fields have done, None where all are examples."""
        space, done, fields = context.account, Outcome(), 0
        world = space.world(self._api.vendor)

        def resolve(root: str, name: str, arguments: Mapping[str, Any], example: Any) -> Any:
            if (root, name) not in self._deciders:
                return EXAMPLE
            nonlocal fields
            fields += 1
            binding, decider = self._deciders[root, name]
            message = Message(query=arguments, request_body=dict(arguments))
            try:
                outcome = world.run(decider.decide(message, space.now()))
            except (RefusedError, FullError) as error:
                if binding.kind == "read":
                    return None
                raise GraphQLError(str(error)) from error
            done.changes += outcome.changes
            examples = example if isinstance(example, list) else [example]
            like = examples[0] if examples and isinstance(examples[0], dict) else {}
            values = [self._shown(binding, record, like) for record in outcome.records]
            return values if binding.kind == "list" else values[0]

        response = self._responder.resolved(context, resolve)
        return response, done if fields else None

    def _shown(
        self, binding: Binding, record: Record, example: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A record as its type has it; what it lacks is that of the example."""
        about = self._api.behaviour.resources[binding.resource].identifiers
        id = value_at(record.value, about[0].pointer) if about else record.id
        return {**example, **record.value, "id": id}


def _argument(pointer: str) -> Value:
    return Value(f"$request.body#{pointer}")
