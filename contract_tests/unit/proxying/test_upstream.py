"""Where a request of a caller goes."""

from __future__ import annotations

from copy import deepcopy

import pytest
from checked import DOCUMENT, things

from greenroom.errors import GreenroomError
from greenroom_contracts.proxying.upstream import Upstream
from greenroom_contracts.sending.target import Target

HOST = "https://sandbox.invalid"


def upstream(to: str, *servers: str) -> Upstream:
    """The sandbox of a contract with these servers."""
    document = deepcopy(DOCUMENT)
    document["servers"] = [{"url": url} for url in servers]
    return Upstream(things(document), Target(to, "", ""), 1)


@pytest.mark.parametrize(
    ("to", "path", "url"),
    [
        (f"{HOST}/api/v1", "/api/v1/things?q=%7E", f"{HOST}/api/v1/things?q=%7E"),
        (f"{HOST}/prefix/api/v1", "/api/v1/things", f"{HOST}/prefix/api/v1/things"),
        (f"{HOST}/prefix/api/v1", "/other/things", f"{HOST}/prefix/other/things"),
        (f"{HOST}/%61pi/v1", "/api/v1/things", f"{HOST}/api/v1/things"),
        (f"{HOST}/elsewhere", "/api/v1/things", f"{HOST}/elsewhere/things"),
        (f"{HOST}/elsewhere", "/other/things", f"{HOST}/other/things"),
        (HOST, "/api/v1/things", f"{HOST}/things"),
        (HOST, "/api/v1things", f"{HOST}/api/v1things"),
    ],
)
def test_a_path_goes_below_the_base_url(to: str, path: str, url: str) -> None:
    """As a check finds its operations there: what stands before the base path is kept."""
    assert upstream(to, "https://real.invalid/api/v1", "https://x.invalid/other").url(path) == url


@pytest.mark.parametrize("path", ["", "/things", "/?q=1"])
def test_without_base_path_every_path_is_the_vendors(path: str) -> None:
    """With what stands before it."""
    assert upstream(f"{HOST}/~me/things", HOST).url(path) == f"{HOST}/~me/things{path}"


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTPS_PROXY", "ftp://x"), ("SSL_CERT_FILE", "missing.pem")],
)
def test_what_the_environment_names_wrongly_is_told(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a traceback."""
    for other in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(GreenroomError, match=r"environment|SSL_CERT_FILE"):
        upstream(HOST, HOST)
