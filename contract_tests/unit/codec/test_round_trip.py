"""Values are written as the standards say, and read as the same values by every reader.

Each row of `roundtrip` has its wire form written out by hand. It is held to what the codec writes,
what the mock reads, what the check sends, what a webhook carries, what the curl line sends that a
shell runs, and to second readers that share no code with us."""

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

from greenroom.codec.credentials import compile_reader
from greenroom.http.curl import curl_line
from greenroom.webhooks.message import prepare
from greenroom_contracts.planning.options import Options
from greenroom_contracts.probes.calling import RequestWriter, send
from greenroom_contracts.resources.identifier_pool import SuppliedValues
from roundtrip import bodies, credentials, parameters
from roundtrip.bodies import BodyRow
from roundtrip.parameters import ParameterRow
from roundtrip.requests import (
    described,
    made,
    of_body,
    of_parameter,
    over_bodies,
    over_parameters,
    plain,
    requested,
    status,
    wire_of,
)

IDS = [row.id for row in parameters.ROWS]
IN_HEADERS = [pytest.param(r, id=r.id) for r in parameters.ROWS if r.location == "header"]


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
