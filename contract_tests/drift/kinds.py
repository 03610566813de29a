"""Everything that can drift in an operation."""

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
    graphql.answers,
)

_SUBTLE: tuple[Callable[[Subject], Iterator[Mutation]], ...] = (
    subtle.unchecked,
    subtle.in_last_item,
    subtle.sometimes,
    subtle.graphql,
)


def mutations(subject: Subject, subtle: bool = False) -> Iterator[Mutation]:
    """Every drift of an operation, several of a kind where there are several places for it.

    Those that are `subtle` show in few requests, so a check of bounded effort may well miss one;
    the others it has to catch.
    """
    for family in _SUBTLE if subtle else _FAMILIES:
        yield from family(subject)
