"""Certificates of the hosts that are served, from a root whose key nobody else has."""

from __future__ import annotations

import builtins
import os
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from contracts import contract

from greenroom.contract import catalog
from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError
from greenroom.server.tls.authority import Authority

VENDORS = [catalog.load(source) for source in catalog.vendors()]


def acme(*urls: str, **variables: Any) -> Contract:
    """A contract with servers."""
    servers: list[dict[str, Any]] = [{"url": url} for url in urls]
    if variables:
        servers[0]["variables"] = variables
    return contract(
        {"/things": {"get": {"responses": {"200": {"description": "."}}}}}, servers=servers
    )


def serving(*contracts: Contract) -> Authority:
    """An authority for contracts."""
    authority = Authority()
    authority.serve(contracts)
    return authority


def names(authority: Authority, file: Path, host: str | None = None) -> list[str]:
    """The names of a certificate, as a client that trusts the root reads it in the handshake."""
    authority.write_root(file)
    client = ssl.create_default_context(cafile=str(file))
    ends = [ssl.MemoryBIO() for _ in range(4)]
    server = authority.context(host).wrap_bio(ends[0], ends[1], server_side=True)
    asking = client.wrap_bio(ends[2], ends[3], server_hostname=host or "localhost")
    for _ in range(4):
        for side, written, read in ((asking, ends[3], ends[0]), (server, ends[1], ends[2])):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
            read.write(written.read())
    return [str(name) for _, name in (asking.getpeercert() or {})["subjectAltName"]]


@pytest.mark.parametrize("vendor", VENDORS, ids=[each.name for each in VENDORS])
def test_each_host_of_a_vendor_has_its_own_certificate(vendor: Contract, tmp_path: Path) -> None:
    """And is decided about before a connection is opened, by its name alone."""
    authority = serving(vendor)
    assert set(authority.hosts) == set(vendor.hosts) != set()
    for host in vendor.hosts:
        assert names(authority, tmp_path / "root.pem", host) == [host]
        assert authority.target(f"{host}:443".encode()) == host
    for other in {host for each in VENDORS for host in each.hosts} - set(vendor.hosts):
        with pytest.raises(PermissionError, match=f"no served contract has the host {other}"):
            authority.target(f"{other}:443".encode())


def test_this_machine_has_one_certificate(tmp_path: Path) -> None:
    """With its further names, but not with those that mean any address."""
    authority = Authority(["0.0.0.0", "Mocks.Test", "127.0.0.1"])
    found = names(authority, tmp_path / "root.pem")
    assert found == ["localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "mocks.test"]


def test_hosts_and_ports_are_those_of_all_servers() -> None:
    """With every value of variables, and 443 of each host."""
    url = "https://{region}.acme.invalid:{port}/v1"
    values = {"region": {"default": "eu", "enum": ["us"]}, "port": {"default": "8443"}}
    authority = serving(acme(url, "http://plain.acme.invalid", "//[::1]:9/", **values))
    assert set(authority.hosts) == {"eu.acme.invalid", "us.acme.invalid", "plain.acme.invalid"}
    for target in ("eu.acme.invalid:8443", "us.acme.invalid:443", "plain.acme.invalid:80"):
        assert authority.target(target.encode()) == target.partition(":")[0]
    with pytest.raises(PermissionError, match=r"port 80 of eu\.acme\.invalid, but 443, 8443"):
        authority.target(b"eu.acme.invalid:80")


def test_contracts_that_are_served_no_more_are_not_spoken_for() -> None:
    """As after a reload."""
    authority = serving(acme("https://old.invalid"))
    authority.serve([acme("https://new.invalid")])
    assert authority.target(b"new.invalid:443") == "new.invalid"
    with pytest.raises(PermissionError, match=r"served: new\.invalid"):
        authority.target(b"old.invalid:443")


def test_a_host_that_no_certificate_can_name_is_refused() -> None:
    """And does not keep the others from being served."""
    authority = serving(acme("https://-a-.invalid", "https://fine.invalid"))
    with pytest.raises(ValueError, match="-a-"):
        authority.context("-a-.invalid")
    assert authority.context("fine.invalid")


def test_private_keys_are_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither into the file of the root nor into any other, by Python or by OpenSSL."""
    opened: list[object] = []
    monkeypatch.setattr(os, "open", lambda *words, **_: opened.append(words))
    monkeypatch.setattr(
        builtins, "open", lambda file, *words, real=open: opened.append(file) or real(file, *words)
    )
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    authority = serving(acme("https://api.acme.invalid"))
    authority.context("api.acme.invalid")
    assert all(isinstance(file, int) for file in opened), "only pipes were opened"
    monkeypatch.undo()
    authority.write_root(tmp_path / "root.pem")
    content = (tmp_path / "root.pem").read_text()
    assert content.count("-----BEGIN CERTIFICATE-----") == 1
    assert "PRIVATE" not in content
    assert os.listdir(tmp_path) == ["root.pem"]


def test_the_root_replaces_an_older_one_but_no_other_file(tmp_path: Path) -> None:
    """Nor can it be written where there is no folder."""
    file, other = tmp_path / "root.pem", tmp_path / "other.txt"
    Authority().write_root(file)
    before = file.read_bytes()
    Authority().write_root(file)
    assert file.read_bytes() != before
    other.write_text("mine")
    for place, said in (
        (other, "is there already"),
        (tmp_path, "folder|directory"),
        (tmp_path / "a" / "b", "No such file"),
    ):
        with pytest.raises(GreenroomError, match=said):
            Authority().write_root(place)
    assert other.read_text() == "mine"


def test_what_no_certificate_can_be_made_of_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name of this machine, and a system on which a key could only be read from a disk."""
    with pytest.raises(GreenroomError, match=r"no certificate can name .*a b"):
        Authority(["a b"])

    def no_pipe() -> None:
        raise OSError("there are no pipes")

    monkeypatch.setattr(os, "pipe", no_pipe)
    with pytest.raises(GreenroomError, match="there are no pipes"):
        Authority()
