"""Runtime expressions give what an exchange holds, or raise an error that names the mistake."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.contract.runtime_expressions import Expression, Message, evaluate, expressions, parse

MESSAGE = Message(
    url="https://api.example.com/v1/jobs/j-1?page=2",
    method="POST",
    status=201,
    path={"job_id": "j-1", "a.b": "dotted"},
    query={"page": 2, "": "nameless", "filter[name]": "Ada"},
    headers={"X-Request-Id": "r-1"},
    request_body={"title": "Nurse", "tags": ["a", "b"], "a/b": {"~": "escaped"}},
    response_headers={"Location": "/v1/jobs/j-1/rounds/7"},
    response_body={"data": [{"id": 7, "none": None, "on": False}], "": "empty", "$ref": "plain"},
)

# expression, its value
VALUES: list[tuple[str, Any]] = [
    ("$url", "https://api.example.com/v1/jobs/j-1?page=2"),
    ("$method", "POST"),
    ("$statusCode", 201),
    ("$request.path.job_id", "j-1"),
    ("$request.path.a.b", "dotted"),
    ("$request.query.page", 2),
    ("$request.query.filter[name]", "Ada"),
    ("$request.header.X-Request-Id", "r-1"),
    ("$request.header.x-request-id", "r-1"),
    ("$request.body#/title", "Nurse"),
    ("$request.body#/tags/1", "b"),
    ("$request.body#/a~1b/~0", "escaped"),
    ("$response.header.location", "/v1/jobs/j-1/rounds/7"),
    ("$response.body#/data/0/id", 7),
    ("$response.body#/data/0/none", None),
    ("$response.body#/data/0/on", False),
    ("$response.body#/", "empty"),
    ("$response.body#/$ref", "plain"),
    ("$response.body", MESSAGE.response_body),
    ("$response.body#", MESSAGE.response_body),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_an_expression_gives_a_part_of_the_exchange(text: str, value: Any) -> None:
    """With the type that it has there."""
    found = evaluate(text, MESSAGE)

    assert (found, type(found)) == (value, type(value))


# text, the words of the reason that say what would be right
MALFORMED: list[tuple[str, str]] = [
    ("$", "$response.body#/POINTER"),
    ("$URL", "$url"),
    ("$status", "$statusCode"),
    ("$url.path", "not a runtime expression"),
    ("$request", "a request has path, query, header, body"),
    ("$request.", "a request has path, query, header, body"),
    ("$request.cookie.x", "a request has path, query, header, body"),
    ("$request.paths.x", "not 'paths.x'"),
    ("$response.path.x", "a response has header, body"),
    ("$response.query.x", "a response has header, body"),
    ("$response.Body#/x", "a response has header, body"),
    ("$request.path", "followed by '.' and a name"),
    ("$request.path.", "followed by '.' and a name"),
    ("$request.query#/x", "followed by '.' and a name"),
    ("$response.header.a b", "not a valid name of a header field"),
    ("$response.header.", "followed by '.' and a name"),
    ("$response.body/id", "followed by '#' and a JSON pointer"),
    ("$response.body.id", "followed by '#' and a JSON pointer"),
    ("$response.body#id", "as in 'body#/id'"),
    ("$response.body#/a~b", "'~' is written '~0'"),
    ("$response.body#/a~", "'~' is written '~0'"),
    ("$message.body#/id", "not a runtime expression"),
]


@pytest.mark.parametrize(("text", "reason"), MALFORMED)
def test_an_invalid_expression_is_refused_with_the_expected_form(text: str, reason: str) -> None:
    """The text is named as well."""
    with pytest.raises(ValueError, match=r"\$") as raised:
        parse(text)

    assert repr(text) in str(raised.value)
    assert reason in str(raised.value)


@pytest.mark.parametrize("text", ["response.body#/id", "", "{$url}", " $url"])
def test_an_expression_begins_with_a_dollar(text: str) -> None:
    """Only `evaluate` takes texts of any kind."""
    with pytest.raises(ValueError, match="not a runtime expression"):
        parse(text)


MISSING: list[str] = [
    "$request.path.id",
    "$request.path.JOB_ID",
    "$request.query.size",
    "$request.header.Location",
    "$request.body#/name",
    "$response.header.X-Request-Id",
    "$response.body#/data/1/id",
    "$response.body#/data/-/id",
    "$response.body#/data/00/id",
    "$response.body#/data/0/id/deeper",
    "$response.body#/data/id",
]


@pytest.mark.parametrize("text", MISSING)
def test_a_missing_value_is_reported_with_its_expression(text: str) -> None:
    """A missing value is not null."""
    with pytest.raises(LookupError) as raised:
        evaluate(text, MESSAGE)

    assert str(raised.value).startswith(f"{text}: the {text[1:].partition('.')[0]} ")


@pytest.mark.parametrize("text", ["$request.body", "$response.body", "$response.body#/id"])
def test_a_missing_body_has_no_values(text: str) -> None:
    """Not even null, which is a body too."""
    with pytest.raises(LookupError, match="no JSON body"):
        evaluate(text, Message(url="https://api.example.com/", method="GET", status=204))


def test_a_body_may_be_null() -> None:
    """Null differs from no body at all."""
    assert evaluate("$response.body", Message(response_body=None)) is None


# value with expressions, value without
FILLED: list[tuple[Any, Any]] = [
    ("plain", "plain"),
    ("", ""),
    ("5 $url", "5 $url"),
    ("/jobs/{$request.path.job_id}", "/jobs/j-1"),
    ("{$method} {$statusCode} {$method}", "POST 201 POST"),
    ("no: {$response.body#/data/0/on}, {$response.body#/data/0/none}", "no: false, null"),
    ("{$request.body#/tags}", '["a","b"]'),
    ("{job_id} {}", "{job_id} {}"),
    (7, 7),
    (None, None),
    (True, True),
    ({"id": "$response.body#/data/0/id"}, {"id": 7}),
    ({"ids": ["$response.body#/data/0/id", "x"]}, {"ids": [7, "x"]}),
    ({"a": [{"b": {"c": "{$method}!"}}]}, {"a": [{"b": {"c": "POST!"}}]}),
    ({"$method": "kept"}, {"$method": "kept"}),
]


@pytest.mark.parametrize(("value", "filled"), FILLED)
def test_expressions_are_replaced_everywhere_in_a_value(value: Any, filled: Any) -> None:
    """In texts, arrays and objects; names are left alone."""
    assert evaluate(value, MESSAGE) == filled


def test_the_value_of_an_expression_is_not_evaluated_again() -> None:
    """A vendor's text that looks like an expression stays a text."""
    message = Message(response_body={"id": "$url", "name": "{$method}"})

    assert evaluate("$response.body#/id", message) == "$url"
    assert evaluate("{$response.body#/name}", message) == "{$method}"


@pytest.mark.parametrize(
    "value",
    ["{$nothing}", "{$url", "{$url {$method}", {"id": "$nothing"}, ["{$response.body#id}"]],
)
def test_an_invalid_expression_inside_a_value_is_refused(value: Any) -> None:
    """It is never passed on as if it were a text."""
    with pytest.raises(ValueError, match=r"\$"):
        evaluate(value, MESSAGE)


@pytest.mark.parametrize("value", ["{$response.body#/id}", {"a": ["$request.path.id"]}])
def test_a_missing_value_inside_a_value_is_reported(value: Any) -> None:
    """The rest would be useless without it."""
    with pytest.raises(LookupError):
        evaluate(value, MESSAGE)


# value, pointers and texts of its expressions
LISTED: list[tuple[Any, list[tuple[str, str]]]] = [
    ("$url", [("", "$url")]),
    ("plain", []),
    (7, []),
    (None, []),
    ("{$url}/{$method}", [("", "$url"), ("", "$method")]),
    ("{$url", [("", "{$url")]),
    (
        {"a": "$url", "b": [{"c": "x {$method}"}], "d~e": "$statusCode"},
        [("/a", "$url"), ("/b/0/c", "$method"), ("/d~0e", "$statusCode")],
    ),
]


@pytest.mark.parametrize(("value", "found"), LISTED)
def test_the_expressions_of_a_value_are_listed_with_their_places(value: Any, found: Any) -> None:
    """In document order."""
    assert list(expressions(value)) == found


# text, source, part and name
PARSED: list[tuple[str, tuple[str, str, str]]] = [
    ("$url", ("url", "", "")),
    ("$statusCode", ("statusCode", "", "")),
    ("$request.path.id", ("request", "path", "id")),
    ("$request.query.a.b", ("request", "query", "a.b")),
    ("$response.header.X-Id", ("response", "header", "X-Id")),
    ("$response.body", ("response", "body", "")),
    ("$response.body#/a/0", ("response", "body", "/a/0")),
]


@pytest.mark.parametrize(("text", "parts"), PARSED)
def test_an_expression_names_its_source(text: str, parts: tuple[str, str, str]) -> None:
    """Its text is kept as well."""
    assert parse(text) == Expression(text, *parts)
