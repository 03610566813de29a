"""The kinds of drift of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import bodies, graphql, messages, paging, refusals, subtle
from .mutation import Mutation
from .subject import Subject

_FAMILIES: tuple[Callable[[Subject], Iterator[Mutation]], ...] = (
    bodies.missing,
    bodies.renamed,
    bodies.retyped,
    bodies.nulled,
    bodies.limits,
    bodies.extra,
    bodies.emptied,
    messages.statuses,
    messages.media_types,
    messages.unreadable,
    messages.headers,
    messages.gone,
    messages.failed,
    refusals.credentials,
    refusals.validation,
    refusals.envelopes,
    paging.pages,
    graphql.responses,
)

_SUBTLE: tuple[Callable[[Subject], Iterator[Mutation]], ...] = (
    subtle.unchecked,
    subtle.in_last_item,
    subtle.sometimes,
    subtle.graphql,
)


def mutations(subject: Subject, subtle: bool = False) -> Iterator[Mutation]:
    """Every drift of an operation, several of a kind if there are several places for it.

    A check of bounded effort may miss a `subtle` one, which few requests show; it must find the
    others.
    """
    for family in _SUBTLE if subtle else _FAMILIES:
        yield from family(subject)
