"""Libraries that share no code with us read what the codec writes, and write what it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from contracts import one
from starlette.requests import HTTPConnection
from werkzeug.datastructures import Authorization

from roundtrip import bodies, credentials, parameters
from roundtrip.bodies import BodyRow
from roundtrip.parameters import ParameterRow
from roundtrip.requests import described, made, of_body, over_bodies, over_parameters
from roundtrip.second_readers import (
    is_written_by_schemathesis,
    readers_of,
    readers_of_body,
    reads,
    reads_body,
    schemathesis_writes,
)

WRITTEN = [row for row in parameters.ROWS if is_written_by_schemathesis(row)]


@over_parameters
def test_second_readers_agree_about_a_parameter(row: ParameterRow) -> None:
    """A reader written from the standards, and a library if one has the style."""
    for reader in readers_of(row):
        assert reads(reader, row, described(row)), reader


@pytest.mark.parametrize("row", [pytest.param(r, id=r.id) for r in WRITTEN])
def test_a_second_writer_agrees_about_a_parameter(row: ParameterRow) -> None:
    """Where no library reads the style, one writes it."""
    assert schemathesis_writes(row, described(row))


def test_every_row_has_a_second_reader() -> None:
    """Of 399 rows, 239 are read by a library and the others by the readers of the standards."""
    readers = [readers_of(row) for row in parameters.ROWS]
    readers += [readers_of_body(row) for row in bodies.ROWS]
    assert len(readers) + len(credentials.ROWS) == 399
    assert all(readers)
    assert sum(row.is_left_open for row in parameters.ROWS) == 32
    by_libraries = sum(set(each) != {"standards"} for each in readers)
    assert by_libraries + len(credentials.ROWS) == 239


def test_the_readers_of_the_standards_take_no_other_form() -> None:
    """The form that another style has for the same value is read otherwise, or not at all."""
    rows = [row for row in parameters.ROWS if row.location != "header" and not row.content]
    others = [
        replace(row, wire=other.wire)
        for row in rows
        for other in rows
        if other.value is row.value and other.wire != row.wire
    ]

    assert len(others) > 300
    for row in others:
        try:
            is_read = reads("standards", row, described(row))
        except (AssertionError, KeyError, ValueError):
            continue
        assert not is_read, (row.id, row.wire)


@over_bodies
def test_second_readers_agree_about_a_body(row: BodyRow) -> None:
    """A library, and for forms and XML a reader written from the standards."""
    request = made(of_body(row))

    for reader in readers_of_body(row):
        assert reads_body(reader, row, request.content_type, request.body), reader


@pytest.mark.parametrize("row", credentials.ROWS, ids=str)
def test_another_library_reads_the_credential(
    row: tuple[dict[str, Any], str, str, str],
) -> None:
    """Werkzeug the field Authorization, Starlette a header, query parameter or cookie."""
    scheme, token, place, _ = row
    request = made(one({"security": [{"It": []}]}, schemes={"It": scheme}), token)
    query = request.target.partition("?")[2]
    if place == "Authorization":
        sent = Authorization.from_header(dict(request.fields)[place])
        assert sent is not None
        wanted = "bearer" if scheme["type"] != "http" else scheme["scheme"].lower()
        assert sent.type == wanted
        assert token == (sent.parameters["password"] if sent.type == "basic" else sent.token)
        return
    headers = [(name.lower().encode(), text.encode("latin-1")) for name, text in request.fields]
    read = HTTPConnection({"type": "http", "headers": headers, "query_string": query.encode()})
    places = {"query": read.query_params, "Cookie": read.cookies}
    assert places.get(place, read.headers)[scheme["name"]] == token
