"""Compiling the text of a GraphQL schema, so that queries can be executed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    build_ast_schema,
    parse,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from ..errors import GreenroomError


class GraphqlSchemaError(GreenroomError):
    """A text that is not a valid GraphQL schema: every error with its line and column."""


def compile_schema(text: str) -> GraphQLSchema:
    """The schema that a text in the Schema Definition Language describes.

    GraphQL specification, section 3. Scalars that it declares accept every value. Raises
    GraphqlSchemaError.
    """
    try:
        document = parse(text)
        _raise_if_any(validate_sdl(document))
        schema = build_ast_schema(document, assume_valid_sdl=True)
        _raise_if_any(validate_schema(schema))
    except GraphQLError as error:
        raise GraphqlSchemaError(_message(error)) from error
    except RecursionError:
        raise GraphqlSchemaError("nested too deeply") from None
    except TypeError as error:
        raise GraphqlSchemaError(" ".join(str(error).split())) from error
    return schema


def roots(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    """The root operation types that are executed: query and mutation, not subscription."""
    for root in (schema.query_type, schema.mutation_type):
        if root is not None:
            yield root


def _raise_if_any(errors: Sequence[GraphQLError]) -> None:
    if errors:
        raise GraphqlSchemaError("; ".join(map(_message, errors)))


def _message(error: GraphQLError) -> str:
    places = (f"line {place.line}, column {place.column}: " for place in error.locations or ())
    return next(places, "") + " ".join(error.message.split())
