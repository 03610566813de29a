"""The usual creation, compiled: what depends on the names that are sent is done once for these.

Such a record is a documented one with the values of the caller, new identifiers and times, and it
begins in a state that brings nothing. Whatever is not so is left to `decide`: a refusal, and every
value that is not sure to be one that responses may show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from ...contract.behaviour.binding import Binding, Template
from ...contract.model import Operation
from ...contract.runtime_expressions import Message
from ...http.header_cache import RequestCache
from ...http.media_type import is_json
from ...schema import json_pointer as ptr
from ...schema.implication import Described, implies, properties, stated
from ...schema.subschemas import type_of
from ..api import Api
from ..merging import copied, member, put, tokens, value_at
from ..record import Record, identity, text_of
from ..shape import Shape
from ..store import Fresh
from ..timestamps import in_form_of
from ..values import Form, Scope, compiled
from ..world import World
from .condition import OF_BODY, brings_nothing
from .recipe import Check, Recipe, Shown

# Of a thing from which a recipe is made, and how many times as much that takes, in bytes.
_LARGEST, _SIZES = 8192, 8
_START = datetime.fromisoformat("2026-01-01T00:00:00Z")
# What is generated has the same form each time, so that all are valid if one is.
_FORMS = ("uuid", "date-time", "date")
_PLAIN = Described({}, {"type": ["string", "number", "boolean", "array"]})


class Creation:
    """Makes the records of an operation, from one that is made in the usual way."""

    def __init__(
        self, api: Api, binding: Binding, operation: Operation, described: Shape | None
    ) -> None:
        self._api, self._binding, self._described = api, binding, described
        self._resource = api.behaviour.resources[binding.resource]
        self._maker = api.makers[binding.resource]
        bodies = operation.body.content if operation.body is not None else ()
        self._sent = [_at(api.requests, media.schema) for media in bodies if media.schema]
        is_one = len(binding.templates) < 2
        self._template = (*binding.templates, self._maker.base)[0] if is_one else None
        # By the names that are sent, where there are several templates after the id of that.
        self._recipes = RequestCache[Any, Recipe | None]()
        self._sets = [(each.pointer, compiled(each.value)) for each in binding.sets]
        # Where a request names records that there have to be.
        self._named = [
            (each.value.expression.removeprefix(OF_BODY), each.reference.resource)
            for each in binding.checks
        ]

    def draw(
        self, thing: Any, size: int, world: World, now: Callable[[], datetime]
    ) -> tuple[Record, Recipe] | None:
        """A new record, which is not kept yet; None where it is to be decided step by step.

        It is made of a thing with so many bytes of JSON. Raises FullError.
        """
        if type(thing) is not dict:
            return None
        key = tuple(thing)
        template = self._template
        if template is None:
            template = self._maker.template(self._binding, thing)
            key = (id(template), *key)
        recipe = self._recipes.get(key) or self._learnt(key, template, thing, size)
        if recipe is None:
            return None
        if (recipe.is_conditional or self._named) and not self._suits(thing, recipe, world):
            return None
        value = copied(recipe.base) if recipe.is_deep else recipe.base.copy()
        if recipe.moved is None:
            value.update(thing)
        else:
            for name, kept in recipe.moved:
                value[kept] = thing[name]
        if recipe.is_deep or template.mirrors:
            drawn = {read.pointer: world.fresh(read)[0] for read in recipe.fresh}
            self._maker.identify(value, drawn, template)
            named = drawn[recipe.fresh[0].pointer]
        else:
            for name, (resource, pointer, _, example) in recipe.members:
                value[name] = world.draw(resource, pointer, example)
            named = value[recipe.members[0][0]]
        if recipe.times:
            moment = now()
            for where, example in recipe.times:
                if recipe.is_deep:
                    put(value, where, in_form_of(example, moment))
                else:
                    value[where] = in_form_of(example, moment)
        text = named if type(named) is str else identity([named])
        return Record(text, value, 1, 0, recipe.own, recipe.state), recipe

    def _suits(self, thing: dict[str, Any], recipe: Recipe, world: World) -> bool:
        """Whether a record of a recipe can be made of a thing, whose names suit it."""
        return (
            not any(thing[name] is None or type(thing[name]) is dict for name in recipe.loose)
            and all(is_valid(thing[name]) for name, is_valid in recipe.checks)
            and all(
                name not in thing or _is_there(thing[name], resource, world)
                for name, resource in self._named
            )
        )

    def _learnt(
        self, key: Any, template: Template, thing: dict[str, Any], size: int
    ) -> Recipe | None:
        is_flat = not any(value is None or type(value) is dict for value in thing.values())
        if size > _LARGEST or not is_flat or key in self._recipes:
            return None
        recipe = self._recipe(template, thing)
        self._recipes.keep(key, recipe, _SIZES * size)
        return recipe

    def _recipe(self, template: Template, thing: dict[str, Any]) -> Recipe | None:
        maker, resource, life = self._maker, self._resource, self._resource.lifecycle
        scope = Scope(Message(request_body=thing), item=thing)
        draft = maker.draft(template, thing, self._sets, scope, self._described)
        kept = {name: name for name in maker.written(thing)}
        told = [each for each in self._binding.sets if each.value.expression]
        for each in told:
            if (name := each.value.expression.removeprefix(OF_BODY)) in thing:
                kept[tokens(each.pointer)[0]] = name
        name = resource.name
        fresh = tuple(Fresh(name, at, 1, value_at(template.record, at)) for at in maker.pointers)
        # The documented ones, which are found again in the places that repeat them.
        known = {
            read.pointer: self._drawn(read) if read.example is None else read.example
            for read in fresh
        }
        maker.identify(draft.value, known, template)
        maker.date(draft, _START, is_new=True)
        maker.enter(draft, scope)
        times = tuple(
            (each.pointer, each.example) for each in (*resource.created, *resource.updated)
        )
        changing = [*maker.pointers, *template.mirrors, *(pointer for pointer, _ in times)]
        fixed = [each.pointer for each in self._binding.sets if each not in told]
        fixed += [life.pointer] if life is not None and life.pointer is not None else []
        own = {tokens(pointer)[0] for pointer in (*changing, *fixed)}
        is_deep = any(len(tokens(pointer)) > 1 for pointer in changing)
        is_usual = own.isdisjoint({*kept, *thing}) and brings_nothing(draft)
        recipe = Recipe(
            draft.value,
            kept,
            None
            if kept == {name: name for name in thing}
            else tuple((n, k) for k, n in kept.items()),
            tuple(name for name in thing if not self._is_sure(name, _PLAIN)),
            (),
            fresh,
            tuple((tokens(read.pointer)[0], read) for read in fresh),
            times if is_deep else tuple((tokens(at)[0], example) for at, example in times),
            is_deep,
            tuple(draft.own) if life is not None else (),
            draft.entered.name if draft.entered is not None else None,
            frozenset(kept).union(tokens(pointer)[0] for pointer in changing),
        )
        if not is_usual or not draft.shape.accepts("", draft.value):
            return None
        checks = self._checks(recipe, resource.schema, [(name, name) for name in kept])
        if checks is None:
            return None
        recipe.checks = tuple((kept[name], is_valid) for name, is_valid in checks)
        recipe.is_conditional = bool(recipe.loose or recipe.checks)
        return recipe

    def _drawn(self, read: Fresh) -> Any:
        """A value in the form of those that a property gets."""
        source, draw = self._api.generators(read.resource, read.pointer)
        return draw(None, source, (1,))[0]

    def shown(self, recipe: Recipe, form: Form) -> Shown | None:
        """How a response shows the records; None where it is to be made step by step."""
        candidate, projector = form.candidate, form.projector
        if projector is None or candidate.status >= 300 or not is_json(candidate.media_type):
            return None
        scope, schema = Scope(Message(), resource=recipe.base), candidate.schema
        members = projector.members(recipe.varying)
        body = projector.value(scope, []) if members is not None else None
        if members is None or not isinstance(body, dict):
            return None
        if schema and not self._api.schemas.validator(schema).is_valid(body):
            return None
        checks = self._checks(recipe, schema, members)
        if checks is None:
            return None
        is_same = all(name == source for name, source in members)
        is_same = is_same and to_json(body) == to_json(recipe.base)
        is_record = is_same and not checks
        return Shown(body, None if is_same else tuple(members), tuple(checks), is_record)

    def _checks(
        self, recipe: Recipe, schema: str | None, members: Sequence[tuple[str, str]]
    ) -> list[Check] | None:
        """What has to be checked of a record so that members of an object are valid.

        None where one of them may decide about another.
        """
        checks: list[Check] = []
        for name, source in members if schema else ():
            wanted = properties(_at(self._api.schemas.document, schema), name)
            if wanted is None:
                return None
            if source in recipe.kept:
                is_sure = all(self._is_sure(recipe.kept[source], each) for each in wanted)
            else:
                kind = type_of(recipe.base[source])
                forms = [Described({}, {"type": kind, "format": form}) for form in _FORMS]
                is_sure = all(any(implies(form, each) for form in forms) for each in wanted)
            if not is_sure:
                shape = Shape(self._api.schemas, (schema,))  # type: ignore[arg-type]
                checks += ((source, is_valid) for is_valid in shape.checks(member(name)))
        return checks

    def _is_sure(self, name: str, wanted: Described) -> bool:
        """Whether what a valid request sends with a name is sure to be accepted by a schema."""
        return all(any(implies(each, wanted) for each in stated(body, name)) for body in self._sent)


def _is_there(value: Any, resource: str, world: World) -> bool:
    """Whether there are the records that a value names, or it names none."""
    texts = map(text_of, value if isinstance(value, list) else [value])
    return all(text is None or world.get(resource, text) is not None for text in texts)


def _at(document: Mapping[str, Any], pointer: str | None) -> Described:
    return Described(document, ptr.look_up(document, pointer or ""))
