"""The comparison of responses tells wording from all other differences."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from greenroom.contract.catalog import build
from greenroom.server.access import SHORTEST_TOKEN

_SCRIPTS = Path(__file__).parents[3] / "scripts"
sys.path.append(str(_SCRIPTS))

import compare_responses  # noqa: E402
from comparison import contracts, control, corpus, wire  # noqa: E402
from comparison.contracts import Json  # noqa: E402
from comparison.difference import Difference, differences  # noqa: E402
from comparison.endpoint import endpoints  # noqa: E402
from comparison.message import Group, Recording, Request, Response, keep, kept  # noqa: E402
from comparison.server import ServerError, files_of  # noqa: E402

GET = Request("examples", b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
KEPT_ALIVE = Request("examples", b"GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
PROBLEM = "application/problem+json"


def response(body: str = "", status: str = "200 OK", **fields: str) -> Response:
    """A response as it is read from the wire."""
    listed = [f"{name.replace('_', '-')}: {text}" for name, text in fields.items()]
    lines = [f"HTTP/1.1 {status}", *listed, f"content-length: {len(body)}", "", ""]
    return Response("\r\n".join(lines).encode(), body.encode())


def violations(*entries: tuple[str, str]) -> str:
    """The header field for violations of the body at pointers, with messages."""
    return json.dumps(
        [{"location": "body", "pointer": at, "message": text} for at, text in entries],
        separators=(",", ":"),
    )


def problem(status: int = 400, **members: str) -> Response:
    """Problem details."""
    body = json.dumps({"type": "about:blank", "status": status, **members})
    return response(body, content_type=PROBLEM)


REASON = response(x_greenroom_reason="no key")
PAGE = response("<html>\n<p>one\n</html>", content_type="text/html; charset=utf-8")
DOCUMENTED = response("<p>one", content_type="text/html", x_greenroom_operation="getPage")
TWO = violations(("/a", "not text"), ("/b", "not a number"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (REASON, response(x_greenroom_reason="the key is missing")),
        (problem(detail="no key"), problem(detail="the key is missing, that is all")),
        (problem(title="Bad"), problem(title="Bad Request")),
        (
            response(x_greenroom_violations=TWO),
            response(x_greenroom_violations=violations(("/a", "no text"), ("/b", "no number"))),
        ),
        (
            response(x_greenroom_violations=TWO),
            response(x_greenroom_violations=violations(("/b", "not a number"), ("/a", "not text"))),
        ),
        (PAGE, response("<html>\n<p>two\n</html>", content_type="text/html; charset=utf-8")),
    ],
    ids=["reason", "detail", "title", "messages", "order of violations", "page"],
)
def test_other_words_are_wording(old: Response, new: Response) -> None:
    """Also where they make a body longer."""
    found = differences(old, new)

    assert found
    assert all(difference.is_wording for difference in found)


@pytest.mark.parametrize(
    ("old", "new", "about"),
    [
        (response(), response(status="201 Created"), "status 200 -> 201"),
        (REASON, response(), "names of header fields"),
        (response(vary="a"), response(vary="b"), "field vary"),
        (response("{}"), response("[]"), "body"),
        (problem(), problem(422), "body"),
        (problem(title="a"), problem(detail="a"), "body"),
        (problem(), response('{"type":"about:blank","status":400}', content_type=PROBLEM), "body"),
        (DOCUMENTED, response("<p>two", content_type="text/html", x_greenroom_operation="getPage"),
         "body"),
        (response(x_greenroom_violations=TWO),
         response(x_greenroom_violations=violations(("/a", "not text"))), "violations"),
        (response(x_greenroom_violations=TWO),
         response(x_greenroom_violations=violations(("/a", "not text"), ("/c", "not a number"))),
         "violations"),
        (REASON, response(status="400 Bad", x_greenroom_reason="other"), "status 200 -> 400"),
    ],
)  # fmt: skip
def test_everything_else_is_a_difference(old: Response, new: Response, about: str) -> None:
    """It is named, and both responses are shown whole."""
    expected = Difference(about, old.head.decode() + old.body.decode(),
                          new.head.decode() + new.body.decode())  # fmt: skip

    assert differences(old, new) == [expected]


def test_equal_responses_have_no_difference() -> None:
    """Not even an empty one."""
    assert differences(PAGE, PAGE) == []


def recording(*responses: Response, started: str = "listening") -> Recording:
    """Responses of a server, one to each of as many requests."""
    requests = (GET, KEPT_ALIVE)[: len(responses)]
    return Recording(Group("vendors", (), requests, {}, {}), started, responses)


@pytest.mark.parametrize(
    ("new", "code", "outcome"),
    [
        (recording(REASON, PAGE), 0, "identical"),
        (recording(REASON, PAGE, started="ready"), 0, "wording"),
        (recording(response(x_greenroom_reason="the key is missing"), PAGE), 0, "wording"),
        (recording(response(status="401 No", x_greenroom_reason="no key"), PAGE), 1, "other"),
    ],
    ids=["the same", "start", "reason", "status"],
)  # fmt: skip
def test_the_exit_code_is_1_for_more_than_wording(
    new: Recording,
    code: int,
    outcome: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What differs is printed either way."""
    file = tmp_path / "base"
    keep(file, [recording(REASON, PAGE)])
    monkeypatch.setattr(compare_responses, "record", lambda tree, group: new)

    assert compare_responses.main(["--base-responses", str(file)]) == code
    printed = capsys.readouterr().out
    assert (f"\n{outcome}: " in printed) == (outcome != "identical")


@pytest.mark.parametrize(
    "arguments",
    [[], ["HEAD", "--base-responses", "x"], ["--base-responses", "missing"], ["unknown-revision"]],
    ids=["nothing", "both", "no file", "no revision"],
)
def test_the_exit_code_is_2_where_nothing_can_be_compared(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With one line that says why."""
    monkeypatch.setattr(compare_responses, "corpus", lambda: iter(()))

    assert compare_responses.main(arguments) == 2
    assert capsys.readouterr().err.startswith("compare_responses: ")


def test_kept_responses_are_read_as_they_were(tmp_path: Path) -> None:
    """Whatever bytes they have."""
    before = [recording(REASON, Response(b"\xff", bytes(range(256))))]
    keep(tmp_path / "kept", before)

    assert kept(tmp_path / "kept") == tuple(before)


def test_a_damaged_file_of_kept_responses_is_an_error(tmp_path: Path) -> None:
    """One that the command reports."""
    keep(tmp_path / "kept", [recording(REASON)])
    (tmp_path / "kept").write_bytes((tmp_path / "kept").read_bytes()[:-9])

    with pytest.raises(ValueError, match="cut off"):
        kept(tmp_path / "kept")


@contextmanager
def server() -> Iterator[int]:
    """A server that repeats the host it was asked for; it closes the connection after /a."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = f"http://127.0.0.1:{port}{self.path}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = self.path == "/a"

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        port = listening.server_port
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield port
        finally:
            listening.shutdown()
            thread.join()


def test_responses_of_servers_on_different_ports_are_the_same() -> None:
    """Though a page names the port, and Date differs; a closed connection is opened again."""
    requests = [GET, GET, KEPT_ALIVE, KEPT_ALIVE]
    with server() as one, server() as other:
        found = list(wire.responses(one, requests))

        assert one != other
        assert found == list(wire.responses(other, requests))
    assert found[0].body == b"http://127.0.0.1:PORT/a"
    assert b"\r\nDate: " not in found[0].head


def test_a_server_that_does_not_respond_is_a_response_too() -> None:
    """So that the other requests are still compared."""
    with server() as port:
        pass

    assert list(wire.responses(port, [GET])) == [wire.NO_RESPONSE]


CONTRACT = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {"/things/{id}": {"post": {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
            {"name": "sort", "in": "query", "schema": {"enum": ["up", "down"]}},
        ],
        "requestBody": {"content": {"application/json": {
            "schema": {"type": "object", "properties": {"name": {"type": "string"}}},
            "example": {"name": "chair"},
        }}},
        "responses": {"200": {"description": "Fine."}},
    }}},
}  # fmt: skip


def varied() -> list[Request]:
    """All requests to a contract of one operation."""
    contract = build(CONTRACT, "things", "things.json")
    return [r for e in endpoints(contract) for r in corpus.varied(e, corpus.MANY)]


def test_the_corpus_is_the_same_for_the_same_tree() -> None:
    """Request by request, though some are drawn."""
    assert varied() == varied()


@pytest.mark.parametrize(
    "document",
    [contracts.parameters_contract(), contracts.bodies_contract(), contracts.responses_contract()],
    ids=["parameters", "bodies", "responses"],
)
def test_the_tables_of_tests_make_valid_contracts(document: Json) -> None:
    """With an operation for each of many rows."""
    assert len(build(document, "made", "made.json").operations) > 50


def test_an_operation_is_asked_in_every_way() -> None:
    """Each kind has requests that differ from the documented one."""
    kinds = {request.kind for request in varied()}
    methods = {request.raw.partition(b" ")[0] for request in varied()}

    assert kinds == {"examples", "credentials", "preferences", "acceptance", "methods", "paths",
                     "parameters", "bodies", "framing", "hostile"}  # fmt: skip
    assert {b"POST", b"GET", b"OPTIONS"} <= methods


def test_a_server_takes_the_token_of_the_comparison() -> None:
    """A shorter one would end it before it responds."""
    assert len(control.TOKEN) >= SHORTEST_TOKEN


def test_the_files_of_a_revision_are_those_that_were_committed(tmp_path: Path) -> None:
    """And not those of the working tree."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    (tmp_path / "file").write_text("committed")
    for command in (["init", "-q"], ["add", "file"], ["commit", "-q", "-m", "a"]):
        subprocess.run([*git, *command], check=True, timeout=60)
    (tmp_path / "file").write_text("changed")

    with files_of("HEAD", tmp_path) as folder:
        assert (folder / "file").read_text() == "committed"
    with pytest.raises(ServerError), files_of("unknown", tmp_path):
        pass
