"""Values are written as the standards say, and read as the same values by every reader.

Each row of `roundtrip` has its wire form written out by hand. It is held to what the codec writes,
what the mock reads, what the check sends, what a webhook carries, what the curl line sends that a
shell runs, and to second readers that share no code with us.
"""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from contracts import OK, contract, one
from starlette.requests import HTTPConnection
from werkzeug.datastructures import Authorization

from greenroom.codec.credentials import compile_reader
from greenroom.codec.documented_request import DocumentedRequest, documented_request
from greenroom.contract.model import Contract
from greenroom.http.curl import curl_line
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.webhooks.message import prepare
from greenroom_contracts.planning.options import Options
from greenroom_contracts.probes.calling import RequestWriter, send
from greenroom_contracts.resources.identifier_pool import SuppliedValues
from roundtrip import bodies, credentials, parameters
from roundtrip.bodies import BOUNDARY, BodyRow
from roundtrip.parameters import ParameterRow
from roundtrip.second_readers import (
    is_written_by_schemathesis,
    readers_of,
    readers_of_body,
    reads,
    reads_body,
    schemathesis_writes,
)

PARAMETERS = [pytest.param(row, id=row.id) for row in parameters.ROWS]
BODIES = [pytest.param(row, id=row.id) for row in bodies.ROWS]
IDS = [row.id for row in parameters.ROWS]
WRITTEN = [row for row in parameters.ROWS if is_written_by_schemathesis(row)]
over_parameters = pytest.mark.parametrize("row", PARAMETERS)
over_bodies = pytest.mark.parametrize("row", BODIES)
IN_HEADERS = [pytest.param(r, id=r.id) for r in parameters.ROWS if r.location == "header"]


def described(row: ParameterRow, **keywords: Any) -> dict[str, Any]:
    """The Parameter Object of a row, its schema with further keywords."""
    schema, shared = {**row.schema, **keywords}, {"name": "p", "in": row.location, "required": True}
    if row.content:
        content = {row.content: {"schema": schema, "example": row.value}}
        return {**shared, "content": content}
    style = {"style": row.style, "explode": row.explode}
    return {**shared, **style, "schema": schema, "example": row.value}


def of_parameter(row: ParameterRow, **keywords: Any) -> Contract:
    """A contract with the parameter of a row."""
    path = "/things/{p}" if row.location == "path" else "/things"
    return one({"parameters": [described(row, **keywords)]}, path)


def requested(row: BodyRow, **keywords: Any) -> dict[str, Any]:
    """The Request Body Object of a row, its schema with further keywords."""
    media: dict[str, Any] = {"schema": {**row.described, **keywords}}
    media["examples"] = {"it": {"value": row.value}}
    if row.encoding:
        media["encoding"] = row.encoding
    return {"required": True, "content": {row.media_type: media}}


def of_body(row: BodyRow, **keywords: Any) -> Contract:
    """A contract with the body of a row."""
    return one({"requestBody": requested(row, **keywords)})


def made(found: Contract, token: str | None = None) -> DocumentedRequest:
    """The documented request of a contract of one operation."""
    return documented_request(found, found.operations[0], token)


def wire_of(row: ParameterRow, target: str, fields: dict[str, str]) -> str:
    """The text of a request in the place of a parameter."""
    path, _, query = target.partition("?")
    if row.location == "path":
        return path.removeprefix("/things/")
    return (
        query if row.location == "query" else fields["Cookie" if row.location == "cookie" else "p"]
    )


def plain(content_type: str, body: bytes) -> tuple[str, str]:
    """A Content-Type and a body with a fixed name for the boundary."""
    kind, _, boundary = content_type.partition("; boundary=")
    text = body.decode()
    return kind, text.replace(boundary, BOUNDARY) if boundary else text


def status(found: Contract, request: DocumentedRequest) -> int:
    """The status of the mock's response to a request."""
    headers = {name.lower().encode(): text.encode("latin-1") for name, text in request.fields}
    query = request.target.partition("?")[2].encode()
    context = RequestContext(request.method, request.path, headers, query, request.body)
    response = Mock(found).respond(context)
    assert isinstance(response, PreparedResponse)
    return response.status


@dataclass
class Received:
    """A request as a server on loopback has received it."""

    target: str
    fields: dict[str, str] = field(repr=False)
    body: bytes = b""


class Server:
    """Keeps the requests that it gets, by the number that each has in a field."""

    def __init__(self) -> None:
        self.received: dict[str, Received] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fields = dict(self.headers.items())
                outer.received[fields.get("X-Row", "")] = Received(self.path, fields, body)
                self.send_response(204)
                self.end_headers()

            do_GET = do_POST = _any  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that listens on loopback."""
    running = Server()
    thread = threading.Thread(target=running.server.serve_forever, args=(0.01,))
    thread.start()
    yield running
    running.server.shutdown()
    thread.join()
    running.server.server_close()


@pytest.fixture(scope="module")
def shell(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The server after a shell ran the curl lines of every row."""
    rows = [of_parameter(row) for row in parameters.ROWS]
    rows += [of_body(row) for row in bodies.ROWS]
    lines = [
        f"{curl_line(made(found).at(server.url))} -H 'X-Row: {i}'" for i, found in enumerate(rows)
    ]
    folder = tmp_path_factory.mktemp("shell")
    script = folder / "lines.sh"
    script.write_text("\n".join(lines), encoding="utf-8")
    # No `.curlrc` and no proxy of this machine.
    environment = {"HOME": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    subprocess.run(
        ["sh", "-e", str(script)], check=True, env=environment, capture_output=True, timeout=120
    )
    return server


def test_the_table_covers_every_style_and_media_type() -> None:
    """Every style in each location, each media type with each shape of value."""
    assert len(parameters.ROWS) == 291
    assert len(bodies.ROWS) == 96
    assert len(credentials.ROWS) == 12
    styles = {(row.location, row.style, row.explode) for row in parameters.ROWS if not row.content}
    assert len(styles) == 15


@over_parameters
def test_a_parameter_is_written_as_the_standard_has_it(row: ParameterRow) -> None:
    """Character for character."""
    request = made(of_parameter(row))

    assert wire_of(row, request.target, dict(request.fields)) == row.wire


@over_parameters
def test_a_parameter_is_read_as_the_value_that_was_written(row: ParameterRow) -> None:
    """A schema that allows this value alone takes it, and one that forbids it does not."""
    request = made(of_parameter(row, const=row.value))

    assert status(of_parameter(row, const=row.value), request) == 200
    # A field can be meant literally, or percent-encoded.
    if row.location != "header" or "%" not in row.wire:
        assert status(of_parameter(row, **{"not": {"const": row.value}}), request) == 400


@over_parameters
def test_the_check_sends_the_same_parameter(row: ParameterRow, server: Server) -> None:
    """It sends a given or learned value instead of the example."""
    found = of_parameter(replace(row, value="another"))
    given = SuppliedValues({(row.location, "p"): row.value}, None, True)
    call = RequestWriter(found, Options()).call(found.operations[0], None, given)
    send(requests.Session(), server.url, call)  # type: ignore[arg-type]

    received = server.received.pop("")
    assert wire_of(row, received.target, received.fields) == row.wire


@pytest.mark.parametrize("row", IN_HEADERS)
def test_a_webhook_carries_the_same_field(row: ParameterRow) -> None:
    """Its parameters are header fields."""
    event = {"post": {"parameters": [described(row)], "responses": OK}}
    found = contract({}, webhooks={"it.came": event})

    assert dict(prepare(found, "it.came", now=0).fields)["p"] == row.wire


@pytest.mark.parametrize("number", range(len(parameters.ROWS)), ids=IDS.__getitem__)
def test_a_curl_line_sends_the_parameter(number: int, shell: Server) -> None:
    """Run by a shell, with the curl of this machine."""
    row, received = parameters.ROWS[number], shell.received[str(number)]

    assert wire_of(row, received.target, received.fields) == row.wire


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
def test_a_body_is_written_as_the_standard_has_it(row: BodyRow) -> None:
    """Byte for byte, with a Content-Type that is not a range."""
    request = made(of_body(row))

    assert plain(request.content_type, request.body) == (row.declared or row.media_type, row.wire)


@over_bodies
def test_a_body_is_read_as_the_value_that_was_written(row: BodyRow) -> None:
    """If the mock reads the format."""
    if not row.is_read:
        assert status(of_body(row), made(of_body(row))) == 200
        return
    request = made(of_body(row, const=row.read))

    assert status(of_body(row, const=row.read), request) == 200
    assert status(of_body(row, **{"not": {"const": row.read}}), request) == 400


@over_bodies
def test_the_check_sends_the_same_body(row: BodyRow, server: Server) -> None:
    """With a named example, and with given bytes."""
    found = of_body(row)
    (media,) = found.operations[0].body.content  # type: ignore[union-attr]
    nothing = SuppliedValues({}, None, True)
    call = RequestWriter(found, Options()).call(
        found.operations[0], None, nothing, (media, media.examples[0])
    )
    send(requests.Session(), server.url, call)  # type: ignore[arg-type]

    received = server.received.pop("")
    kind, text = plain(received.fields["Content-Type"], received.body)
    assert (kind, text) == (row.declared or row.media_type, row.wire)


@over_bodies
def test_a_webhook_carries_the_same_body(row: BodyRow) -> None:
    """These are the bytes that are signed."""
    event = {"post": {"requestBody": requested(row), "responses": OK}}
    message = prepare(contract({}, webhooks={"it.came": event}), "it.came", now=0)

    kind, text = plain(dict(message.fields)["Content-Type"], message.body)
    assert (kind, text) == (row.declared or row.media_type, row.wire)


@pytest.mark.parametrize("number", range(len(bodies.ROWS)))
def test_a_curl_line_sends_the_body(number: int, shell: Server) -> None:
    """The line is safe to paste: it has only printable characters."""
    row = bodies.ROWS[number]
    received = shell.received[str(len(parameters.ROWS) + number)]
    line = curl_line(made(of_body(row)).at("http://127.0.0.1"))

    kind, text = plain(received.fields["Content-Type"], received.body)
    assert (kind, text) == (row.declared or row.media_type, row.wire)
    assert all(c.isprintable() or c in "\n\t" for c in line)


@over_bodies
def test_second_readers_agree_about_a_body(row: BodyRow) -> None:
    """A library, and for forms and XML a reader written from the standards."""
    request = made(of_body(row))

    for reader in readers_of_body(row):
        assert reads_body(reader, row, request.content_type, request.body), reader


@pytest.mark.parametrize("row", credentials.ROWS, ids=str)
def test_a_credential_is_written_and_read(row: tuple[dict[str, Any], str, str, str]) -> None:
    """By its security scheme, in the one request as in the curl line."""
    scheme, token, place, wire = row
    found = one({"security": [{"It": []}]}, schemes={"It": scheme})
    request = made(found, token)
    query = request.target.partition("?")[2]
    fields = dict(request.fields)

    assert (query if place == "query" else fields[place]) == wire
    raw = {name.lower().encode(): text.encode("latin-1") for name, text in fields.items()}
    assert compile_reader(found.schemes[0])(raw, query.encode()) == token
    line = curl_line(request.at("http://a.test"))
    assert wire in re.sub(r"'\\''", "'", line)


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
