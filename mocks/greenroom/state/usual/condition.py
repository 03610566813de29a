"""Which creations are usual: those that nothing has to be found out for, and that bring nothing."""

from __future__ import annotations

from ...contract.behaviour.binding import Binding
from ...contract.model import Operation
from ..api import Api
from ..creation import Draft
from ..merging import tokens

OF_BODY = "$request.body#/"


def is_usual(api: Api, binding: Binding, operation: Operation) -> bool:
    """Whether nothing is to be found out for a creation but what a `Creation` does."""
    resource = api.behaviour.resources[binding.resource]
    is_simple = (
        binding.kind == "create"
        and binding.source == ""
        and not (
            binding.many or binding.scopes or binding.creates or binding.existing or binding.emit
        )
    )
    bodies = operation.body.content if operation.body is not None else ()
    identifiers = [each.pointer for each in resource.identifiers]
    dated = {each.pointer for each in (*resource.created, *resource.updated)}
    return (
        is_simple
        and api.schemas.is_exact
        and bool(bodies)
        and all(media.is_json and media.schema is not None for media in bodies)
        and len(identifiers) == 1
        and dated.isdisjoint(identifiers)
        and not resource.unique
        and not any(each.copies for each in resource.references)
        and (resource.parent is None or resource.parent.within is None)
        and (resource.lifecycle is None or not resource.lifecycle.when)
        and all(
            not each.value.expression
            or (_is_name(each.value.expression) and len(tokens(each.pointer)) == 1)
            for each in binding.sets
        )
        and all(
            _is_name(each.value.expression)
            and [each.reference.key]
            == [
                about.pointer
                for about in api.behaviour.resources[each.reference.resource].identifiers
            ]
            for each in binding.checks
        )
    )


def _is_name(expression: str) -> bool:
    """Whether an expression is about a member of the request's body."""
    return expression.startswith(OF_BODY) and not {"/", "~", "%"} & {*expression[len(OF_BODY) :]}


def brings_nothing(draft: Draft) -> bool:
    """Whether a record is in no state, or in one that changes nothing else and lasts."""
    state = draft.entered
    return state is None or not (
        state.example is not None or state.emit or state.after or state.at or state.creates
        or state.moves or any(each.value.expression for each in state.sets)
    )  # fmt: skip
