"""Who webhooks may be sent to; nothing is looked up, and no socket is opened, to decide that."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from greenroom.webhooks.destination import ReceiverError, Receivers, destination

HERE = ("127.0.0.1", "::1")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks a resolver, or opens a socket, fails."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "socket", refuse)


@pytest.mark.parametrize(
    ("address", "connected"),
    [
        ("http://127.0.0.1:9000/hooks", ("127.0.0.1",)),
        ("http://127.8.9.10/", ("127.8.9.10",)),
        ("https://localhost:8443/h?x=1", HERE),
        ("HTTP://LOCALHOST/", HERE),
        ("http://localhost./", HERE),
        ("http://hooks.localhost/", HERE),
        ("http://[::1]:80/", ("::1",)),
        ("http://[0:0:0:0:0:0:0:1]/", ("::1",)),
        ("http://[::ffff:127.0.0.1]/", ("127.0.0.1",)),
        ("http://[::ffff:7f00:1]/", ("127.0.0.1",)),
        ("http://127.0.0.1./", ("127.0.0.1",)),
        ("http://127。0。0。1/", ("127.0.0.1",)),
        ("http://ada:secret@127.0.0.1/", ("127.0.0.1",)),
        ("http://hooks.acme.test@127.0.0.1/", ("127.0.0.1",)),
    ],
)
def test_this_machine_is_connected_to_by_its_own_addresses(
    address: str, connected: tuple[str, ...]
) -> None:
    """Whatever a resolver says of `localhost`, which could lead anywhere."""
    assert Receivers().allowed(address).addresses == connected


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.acme.test/",
        "http://localhost.acme.test/",
        "http://127.0.0.1.acme.test/",
        "http://notlocalhost/",
        "http://127.0.0.1@hooks.acme.test/",
        "http://localhost:80@hooks.acme.test/",
        "http://127.0.0.1\\@hooks.acme.test/",
        "http://hooks.acme.test#@127.0.0.1/",
        "http://127.0.0.1%2ehooks.acme.test/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[fe80::1%25lo]/",
        # Forms of 127.0.0.1 that are no addresses in a URL, so names that somebody may resolve.
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://127.1/",
        "http://017700000001/",
    ],
)
def test_nothing_is_sent_to_another_machine(address: str) -> None:
    """However its address is written; the reason says what would let webhooks go there."""
    with pytest.raises(ReceiverError, match="is not this machine; --deliver-to"):
        Receivers().allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "localhost:3000", "ftp://127.0.0.1/", "file:///etc/passwd", "http:///x", "http://",
        "//127.0.0.1/", "http:127.0.0.1/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/",
        "http://0177.0.0.1/", "http://\uff11\uff12\uff17.0.0.1/", "http://[::1/",
        "http://a..b/", None, 7, {},
    ],
)  # fmt: skip
def test_what_is_no_http_url_is_refused(address: Any) -> None:
    """Records hold whatever a client sends."""
    with pytest.raises(ReceiverError, match="is not a"):
        Receivers(["a..b", "none.test"]).allowed(address)


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("hooks.acme.test", "https://hooks.acme.test/in"),
        ("Hooks.Acme.Test", "https://hooks.acme.test./in"),
        ("10.0.0.1", "http://10.0.0.1:8080/"),
        ("[fd00::1]", "http://[fd00:0:0::1]/"),
        ("fd00::1", "http://[fd00::1]/"),
    ],
)
def test_a_named_host_is_allowed_and_is_to_be_looked_up(named: str, address: str) -> None:
    """Once, by the sender; a name is compared as it is meant."""
    found = Receivers(["other.test", named]).allowed(address)
    assert found.addresses == ()
    assert not found.is_here


def test_a_name_does_not_allow_what_is_below_it() -> None:
    """Nor what ends in it."""
    for address in (
        "https://a.hooks.acme.test/",
        "https://xhooks.acme.test/",
        "https://acme.test/",
    ):
        with pytest.raises(ReceiverError, match="is not this machine"):
            Receivers(["hooks.acme.test"]).allowed(address)


def test_none_closes_even_this_machine() -> None:
    """Also beside other names."""
    for hosts in (["none"], ["hooks.acme.test", "none"]):
        with pytest.raises(ReceiverError, match="--deliver-to none"):
            Receivers(hosts).allowed("http://127.0.0.1/")


MOVED = {
    "https://hooks.acme.test": "http://127.0.0.1:9000",
    "https://hooks.acme.test/v2/": "http://localhost:9002/two",
    "https://hooks.acme.test/v2/ada": "http://127.0.0.1:9003/?for=ada",
    "https://far.test": "https://hooks.elsewhere.test/in",
}


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("https://hooks.acme.test", "http://127.0.0.1:9000"),
        ("https://hooks.acme.test/", "http://127.0.0.1:9000"),
        ("https://HOOKS.acme.test:443/in?a=b", "http://127.0.0.1:9000/in?a=b"),
        ("https://hooks.acme.test?a=b", "http://127.0.0.1:9000?a=b"),
        ("https://hooks.acme.test/v2/in", "http://localhost:9002/two/in"),
        ("https://hooks.acme.test/v22", "http://127.0.0.1:9000/v22"),
        ("https://hooks.acme.test/v2/ada", "http://127.0.0.1:9003/?for=ada"),
        ("https://hooks.acme.test/in#part", "http://127.0.0.1:9000/in"),
        ("https://ada:hush@hooks.acme.test/in", "http://ada:hush@127.0.0.1:9000/in"),
    ],
)
def test_the_longest_beginning_moves_an_address(address: str, to: str) -> None:
    """What follows it stays."""
    found = Receivers(moved=MOVED).allowed(address)
    assert str(found.url).rstrip("/") == to.rstrip("/")
    assert found.is_here


@pytest.mark.parametrize(
    "address",
    [
        "https://far.test/x",
        "http://hooks.acme.test/",
        "https://hooks.acme.test:8443/",
        "https://hooks.acme.test.evil.test/",
        "https://hooks.acme.test@evil.test/",
        "https://evil.test/?https://hooks.acme.test",
    ],
)
def test_what_is_moved_follows_the_same_rule(address: str) -> None:
    """And a beginning is of whole names."""
    with pytest.raises(ReceiverError, match="is not this machine"):
        Receivers(moved=MOVED).allowed(address)


def test_what_is_shown_has_no_credentials() -> None:
    """They are sent, and printed nowhere."""
    assert destination("http://ada:hush@127.0.0.1/in#x").shown == "http://127.0.0.1/in"


@pytest.mark.parametrize("moved", [{"acme.test": "http://127.0.0.1"}, {"http://a.test": "9000"}])
def test_addresses_that_move_others_are_urls(moved: dict[str, str]) -> None:
    """Otherwise nothing would ever be moved."""
    with pytest.raises(ReceiverError, match=r"is not an? (http|valid)"):
        Receivers(moved=moved)
