"""What the proxy keeps of what passed: a recording, findings, a report; all of it bounded."""

from __future__ import annotations

import base64
import gzip
import json
import os
import stat
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from checked import DOCUMENT, things
from proxied import proxied
from sockets import asked

from greenroom.errors import GreenroomError
from greenroom.http.har import read
from greenroom_contracts.proxying import observer
from greenroom_contracts.proxying.archive_file import ArchiveFile
from greenroom_contracts.proxying.copies import Copy, Room, without_coding
from greenroom_contracts.reports.next_steps import next_steps
from greenroom_contracts.reports.wording import verdict_sentence
from raw_servers import Connection, raw_server, response

GET = b"GET /things/things/1 HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n"
WRONG = b'{"id": "1", "name": 7}'


def served(*responses: bytes) -> Callable[[Connection], None]:
    """A server that sends these responses in turn."""
    following = cycle(responses)

    def talk(connection: Connection) -> None:
        while connection.request():
            connection.send(next(following))

    return talk


def entries(file: Path) -> list[Any]:
    """The entries of a recording."""
    found = json.loads(file.read_text("utf-8"))["log"]["entries"]
    assert isinstance(found, list)
    return found


def test_requests_without_a_documented_operation_are_recorded_counted_and_named(
    tmp_path: Path,
) -> None:
    """Also outside of the base path. A proxy is ended by its user, so it never ends early."""
    document, file = {**DOCUMENT, "servers": [{"url": "https://x.invalid/api/v1"}]}, tmp_path / "r"
    contract = things(document)
    with (
        raw_server(served(response(b"", status=b"404 Not Found"))) as url,
        proxied(contract, f"{url}/api/v1", record=file) as proxy,
    ):
        for path in ("/none", "/api/v1/none", "/api/v1/none?a=1", "/api/v1/things/1/no"):
            asked(proxy.address, GET.replace(b"/things/1", path.encode()))
    (note,) = proxy.report.notes
    named = ("/none", "/api/v1/none", "/api/v1/things/1/no")
    listed = ", ".join(f"GET {path}" for path in named)
    assert note == f"4 requests had no documented operation: {listed}"
    assert len(entries(file)) == 4
    assert proxy.report.verdict == "not examined"
    assert "no operation has a successful response" in verdict_sentence(proxy.report).lower()
    printed = [verdict_sentence(proxy.report), str(next_steps(proxy.report, (), contract))]
    assert not any("ended early" in text for text in printed)


def test_an_archive_is_whole_after_each_entry(tmp_path: Path) -> None:
    """So that it can be read while it is written, and after its writer was killed."""
    file = tmp_path / "r.har"
    archive = ArchiveFile(file)
    for number in range(3):
        assert len(entries(file)) == number
        archive.add({"text": "é" * number, "half": "\ud800"})
    archive.close()
    assert [entry["text"] for entry in entries(file)] == ["", "é", "éé"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_archive_has_at_most_its_bytes(tmp_path: Path) -> None:
    """What does not fit is counted; what does later, is written."""
    file = tmp_path / "r.har"
    archive = ArchiveFile(file, 400)
    for text in ("a" * 100, "b" * 400, "c" * 10):
        archive.add({"text": text})
    archive.close()
    assert [entry["text"][0] for entry in entries(file)] == ["a", "c"]
    assert (archive.missing, archive.why) == (1, "it would exceed 400 bytes")
    assert file.stat().st_size <= 400


def test_an_earlier_recording_is_replaced(tmp_path: Path) -> None:
    """And nobody else may read the new one."""
    file = tmp_path / "r.har"
    file.write_text("x" * 1000)
    file.chmod(0o644)
    ArchiveFile(file).close()
    assert entries(file) == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["", "missing/r.har", "pipe", "nul\0"])
def test_what_is_no_file_cannot_be_recorded_to(tmp_path: Path, name: str) -> None:
    """A pipe might block the proxy."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(GreenroomError, match=r"cannot be written"):
        ArchiveFile(tmp_path / name)


@pytest.mark.parametrize("credential", ["ada:pass-word-9", "key-of-ada-9:"])
def test_the_secret_of_basic_authentication_is_not_recorded(
    credential: str, tmp_path: Path
) -> None:
    """Wherever else it is: the password, or the user where there is none."""
    secret = credential.removeprefix("ada").strip(":")
    field = b"Authorization: Basic " + base64.b64encode(credential.encode())
    sent = GET.replace(b"/1 ", b"/1?q=" + secret.encode() + b" ").replace(
        b"Host", field + b"\r\nHost"
    )
    talk, file = served(response(b'{"id": "%s"}' % secret.encode())), tmp_path / "r.har"
    with raw_server(talk) as url, proxied(things(), url, record=file) as proxy:
        asked(proxy.address, sent)
    assert len(entries(file)) == 1
    assert secret not in file.read_text("utf-8")


def test_a_compressed_body_is_judged_and_recorded_without_its_coding(tmp_path: Path) -> None:
    """The header fields are recorded as they were."""
    file, zipped = tmp_path / "r.har", gzip.compress(WRONG)
    sent = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
    sent += b"Content-Length: %d\r\n\r\n%b" % (len(zipped), zipped)
    with raw_server(served(sent)) as url, proxied(things(), url, record=file) as proxy:
        assert asked(proxy.address, GET).endswith(zipped)
    (entry,) = entries(file)
    assert json.loads(entry["response"]["content"]["text"]) == json.loads(WRONG)
    assert {"name": "Content-Encoding", "value": "gzip"} in entry["response"]["headers"]
    assert [finding["kind"] for finding in entry["_greenroom"]["findings"]] == ["wrong-type"]
    assert proxy.report.exit_code == 1
    assert read(file.read_bytes(), "r.har")[0].response is not None


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(bytes(64 * 1024 * 1024))),
        ("gzip", b"no gzip"),
        ("x-unknown", b"{}"),
        ("gzip, x-unknown", b"{}"),
    ],
    ids=["large", "broken", "unknown", "unknown second"],
)
def test_a_body_that_cannot_be_decoded_is_not_kept(coding: str, body: bytes) -> None:
    """Nor one that becomes too large."""
    assert without_coding(body, (("Content-Encoding", coding),)) is None


def test_copies_are_bounded_each_and_together() -> None:
    """What does not fit is dropped whole, and its room is free again."""
    room = Room(10)
    first, second = Copy(room), Copy(room)
    first.add(b"12345678")
    second.add(b"123")
    assert (first.is_whole, second.is_whole, second.content) == (True, False, b"")
    first.release()
    third = Copy(room)
    third.add(b"1234567890")
    assert third.is_whole
    third.add(b"1")
    assert (third.is_whole, third.content) == (False, b"")
    assert room.take(10)


def test_a_body_that_was_not_kept_is_told_apart_from_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the recording, in the report, and to who reads the recording."""
    file = tmp_path / "r.har"
    monkeypatch.setattr("greenroom_contracts.proxying.copies._MOST_OF_ONE", 5)
    with (
        raw_server(served(response(b'{"id": "1"}'))) as url,
        proxied(things(), url, record=file) as proxy,
    ):
        asked(proxy.address, GET)
    (entry,) = entries(file)
    assert "text" not in entry["response"]["content"]
    (found,) = read(file.read_bytes(), "r.har")
    assert found.response is not None
    assert not found.response.recorded
    assert (proxy.report.findings, proxy.report.exit_code) == ((), 2)


def test_a_new_finding_is_told_at_once_and_once() -> None:
    """With its operation and basis; the report counts how often it was seen."""
    with raw_server(served(response(WRONG))) as url, proxied(things(), url) as proxy:
        for _ in range(3):
            asked(proxy.address, GET)
    assert len(proxy.told) == 1
    assert proxy.told[0].startswith("drift: getThing: ")
    assert proxy.told[0].endswith("(documented)")
    (finding,) = proxy.report.findings
    assert (finding.kind, finding.count) == ("wrong-type", 3)
    assert [exchange.number for exchange in proxy.report.exchanges] == [1, 2]


def test_what_was_not_judged_does_not_count_as_conforming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where exchanges come faster than they are judged, or a bug stops their judge."""
    good = response(b'{"id": "1", "name": "a"}')
    monkeypatch.setattr(observer, "_MOST_WAITING", 0)
    with raw_server(served(good)) as url, proxied(things(), url) as proxy:
        asked(proxy.address, GET)
    assert (proxy.report.verdict, proxy.report.exit_code) == ("not examined", 2)
    assert "1 exchanges were not judged" in proxy.report.problem
    monkeypatch.undo()
    monkeypatch.setattr(observer, "without_coding", lambda *_: 1 / 0)
    with raw_server(served(good)) as url, proxied(things(), url) as proxy:
        assert asked(proxy.address, GET).startswith(b"HTTP/1.1 200")
    assert "a bug in greenroom: ZeroDivisionError" in proxy.report.problem
    assert proxy.report.exit_code == 2


def test_findings_evidence_and_credentials_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The summary says what it does not list."""
    monkeypatch.setattr(observer, "_MOST_FINDINGS", 2)
    monkeypatch.setattr(observer, "_MOST_SECRETS", 2)
    monkeypatch.setattr(observer, "_LARGEST_EVIDENCE", 5)
    bodies = [b'{"id": "1", "name": "a", "x%d": 1}' % i for i in range(4)]
    with (
        raw_server(served(*map(response, bodies))) as url,
        proxied(things(), url) as proxy,
    ):
        for i in range(4):
            asked(proxy.address, GET.replace(b"\r\n\r\n", b"\r\nX-Key: secret-%d\r\n\r\n" % i))
    assert len(proxy.report.findings) == len(proxy.told) == 2
    assert "2 findings are not listed, since there are too many" in proxy.report.notes
    assert all(not e.response.body for e in proxy.report.exchanges if e.response)
    assert proxy.secrets == {"secret-2", "secret-3"}
