"""A session to a server uses proxies and certificate authorities of the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked import things

from greenroom.errors import GreenroomError
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.sending.session import GuardedSession
from greenroom_contracts.sending.target import Target, open_session


def session_to(base_url: str) -> GuardedSession:
    """A session to a server of things."""
    contract, options = things(), Options()
    target = Target(base_url, "key", "GREENROOM_THINGS_KEY")
    return open_session(contract, target, make_plan(contract, options), options)


@pytest.mark.parametrize(
    ("base_url", "proxies"),
    [
        ("https://vendor.example", {"https": "http://proxy.example:3128"}),
        ("https://127.0.0.1", {}),
        ("https://localhost:8443", {}),
    ],
)
def test_only_servers_elsewhere_are_reached_by_a_proxy(
    base_url: str, proxies: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy cannot reach a server on this machine."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "no_proxy", "NO_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    found = session_to(base_url).proxies
    assert {name: found[name] for name in found if name == "https"} == proxies


_CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.mark.parametrize("name", _CA_BUNDLES)
def test_certificate_authorities_come_from_the_environment(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without any variable requests uses its own."""
    for each in _CA_BUNDLES:
        monkeypatch.delenv(each, raising=False)
    assert session_to("https://vendor.example").verify is True
    file = tmp_path / "authorities.pem"
    file.touch()
    monkeypatch.setenv(name, str(file))
    assert session_to("https://vendor.example").verify == str(file)


@pytest.mark.parametrize("name", _CA_BUNDLES)
def test_certificate_authorities_that_do_not_exist_are_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the variable; without TLS the variable does not matter."""
    for each in _CA_BUNDLES:
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, "/no/such/file.pem")
    with pytest.raises(GreenroomError, match=f"{name} is '/no/such/file.pem'"):
        session_to("https://vendor.example")
    assert session_to("http://vendor.example").verify is True
