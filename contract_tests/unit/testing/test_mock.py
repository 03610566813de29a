"""Each test has a vendor in a space of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from state_contract import API

from greenroom import GreenroomError, GreenroomSpace, StartMock, VendorMock
from greenroom.testing.control import ControlClient

SCENARIO = {"now": "2026-03-01T12:00:00Z", "resources": {"Thing": [{"set": {"name": "Eve"}}]}}


@pytest.fixture(scope="module")
def contract_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of a small API, beside which a scenario lies."""
    folder = tmp_path_factory.mktemp("api")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "eve.yaml").write_text(json.dumps(SCENARIO))
    file = folder / "acme.json"
    file.write_text(json.dumps(API.written))
    return str(file)


@pytest.fixture
def mock(greenroom_space: GreenroomSpace, contract_file: str) -> VendorMock:
    """That API in the space of a test."""
    return greenroom_space(contract_file)


def create(mock: VendorMock, name: str) -> Any:
    """A new thing."""
    with mock.client() as client:
        response = client.post("/things", json={"name": name})
    assert response.status_code == 201
    return response.json()


def names(mock: VendorMock) -> list[str]:
    """The names of all things."""
    with mock.client() as client:
        return [thing["name"] for thing in client.get("/things").json()["things"]]


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_test_has_a_space_of_its_own(mock: VendorMock, attempt: int) -> None:
    """Nothing of another test is in it; its name and seed are those of the test."""
    thing = create(mock, f"number {attempt}")
    assert names(mock) == ["Documented", f"number {attempt}"]
    assert thing["created_at"] == "2026-01-05T09:00:00Z"
    worker, test, digest = mock.space.split(".")
    assert worker == os.environ.get("PYTEST_XDIST_WORKER", "master")
    assert test == f"test_a_test_has_a_space_of_its_own-{attempt}-"[:40]
    assert mock.seed.startswith(digest)
    assert (len(digest), len(mock.seed)) == (8, 16)


def test_the_space_is_removed_at_the_end(greenroom: StartMock, contract_file: str) -> None:
    """Another one of that name begins with the documented things."""
    space = GreenroomSpace(greenroom, "tests/t.py::test_x", "test_x", "gw0", None, None)
    mock = space(contract_file)
    create(mock, "Ada")
    space.close()
    control = ControlClient(greenroom.server(contract_file))
    with pytest.raises(LookupError, match=mock.space):
        control("GET", f"spaces/{mock.space}")


def test_the_name_of_any_test_makes_the_name_of_a_space(
    greenroom: StartMock, contract_file: str
) -> None:
    """Cleaned and cut."""
    name = "test_ü[a/b c-" + "x" * 100 + "]"
    space = GreenroomSpace(greenroom, f"t.py::{name}", name, "gw10", None, None)
    assert names(space(contract_file)) == ["Documented"]
    assert len(space.space) <= 64
    space.close()


def test_calls_in_one_test_share_the_space(
    greenroom_space: GreenroomSpace, contract_file: str
) -> None:
    """The second finds what the first made."""
    first = greenroom_space(contract_file)
    create(first, "Ada")
    assert names(greenroom_space(contract_file)) == ["Documented", "Ada"]


def test_vendors_share_the_space(greenroom_space: GreenroomSpace) -> None:
    """And a snapshot has both; the requests are of each by itself."""
    mocks = [greenroom_space(vendor) for vendor in ("heymilo", "micro1")]
    for mock in mocks:
        mock.resources[next(iter(mock.resources))].create()
    assert len({mock.space for mock in mocks}) == 1
    assert sorted(mocks[0].snapshot()["vendors"]) == ["heymilo", "micro1"]
    with mocks[0].client() as client:
        client.get("/nothing")
    assert [len(mock.requests) for mock in mocks] == [1, 0]


def test_the_credential_is_carried_as_the_contract_requires(mock: VendorMock) -> None:
    """By the client; or by the header fields, or bare."""
    assert (mock.credential, mock.headers) == ("test-key", {"X-Key": "test-key"})
    with httpx2.Client(base_url=mock.url, headers={"x-key": mock.credential}) as client:
        assert client.get("/things").status_code == 200
    with mock.client(headers={}) as client:
        assert client.get("/things").status_code == 401


def test_the_url_leads_into_the_space(mock: VendorMock) -> None:
    """By a socket; what came in without one is there, and the other way round."""
    create(mock, "without a socket")
    assert mock.url.endswith(f"/~{mock.space}/acme")
    made = httpx2.post(f"{mock.url}/things", json={"name": "by socket"}, headers=mock.headers)
    assert made.status_code == 201
    assert names(mock) == ["Documented", "without a socket", "by socket"]
    assert [request.n for request in mock.requests] == [1, 2, 3]


def test_examples_are_a_mode(greenroom_space: GreenroomSpace, contract_file: str) -> None:
    """In which the journal is kept all the same."""
    mock = greenroom_space(contract_file, mode="examples")
    create(mock, "Ada")
    assert (names(mock), mock.requests.count) == (["Documented"], 2)


@pytest.mark.parametrize(
    "later",
    [{"mode": "examples"}, {"now": None}, {"now": datetime(2026, 7, 1, 12, tzinfo=UTC)}],
)
def test_a_later_call_cannot_make_the_space_another_one(
    greenroom_space: GreenroomSpace, contract_file: str, later: Any
) -> None:
    """It is told what the first one made."""
    greenroom_space(contract_file)
    ((name, value),) = later.items()
    with pytest.raises(GreenroomError, match=re.escape(f"{name}={value} has to be given there")):
        greenroom_space(contract_file, **later)
    same = greenroom_space(contract_file, mode="stateful")
    create(same, "Ada")
    assert names(same) == ["Documented", "Ada"]


def test_all_servers_of_a_test_have_the_space_of_its_first_call(
    greenroom_space: GreenroomSpace, contract_file: str
) -> None:
    """A contract file is served by a server of its own."""
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    greenroom_space("heymilo", now=now)
    assert create(greenroom_space(contract_file), "Ada")["created_at"] == "2026-07-01T12:00:00Z"


@pytest.mark.parametrize(
    "now", ["2026-13-05T09:00:00Z", "2026-01-05T09:00:00", "soon", datetime(2026, 1, 5, 9), 7]
)
def test_what_is_no_moment_is_refused(
    greenroom_space: GreenroomSpace, contract_file: str, now: Any
) -> None:
    """It says what is right, and the space can be made then."""
    with pytest.raises(GreenroomError, match=r"a datetime with a time zone"):
        greenroom_space(contract_file, now=now)
    greenroom_space(contract_file, now="2026-07-01T14:00:00+02:00")
    same = greenroom_space(contract_file, now=datetime(2026, 7, 1, 12, tzinfo=UTC))
    assert create(same, "Ada")["created_at"] == "2026-07-01T12:00:00Z"


@pytest.mark.parametrize(
    "now", [datetime(2026, 7, 1, 12, tzinfo=UTC), "2026-07-01T12:00:00Z", None]
)
def test_time_stands_where_it_is_told(
    greenroom_space: GreenroomSpace, contract_file: str, now: datetime | str | None
) -> None:
    """Or runs with the wall clock."""
    thing = create(greenroom_space(contract_file, now=now), "Ada")
    is_frozen = thing["created_at"] == "2026-07-01T12:00:00Z"
    assert is_frozen == (now is not None)


def test_a_scenario_is_played(greenroom_space: GreenroomSpace, contract_file: str) -> None:
    """By its name, from a file, or as it is given."""
    beside = Path(contract_file).parent / "scenarios" / "eve.yaml"
    scenarios: list[Any] = ["eve", beside, SCENARIO]
    for scenario in scenarios:
        mock = greenroom_space(contract_file, scenario=scenario)
        assert names(mock) == ["Documented", "Eve"]
        mock.reset()
    with pytest.raises(GreenroomError, match="it has: eve"):
        greenroom_space(contract_file, scenario="adam")


def test_a_snapshot_is_restored_and_a_reset_begins_anew(mock: VendorMock) -> None:
    """With `keep` the requests stay."""
    first = create(mock, "Ada")
    kept = mock.snapshot()
    create(mock, "Bob")
    mock.restore(kept)
    assert names(mock) == ["Documented", "Ada"]
    mock.reset(keep=["requests"])
    assert (names(mock), mock.requests.of("createThing").count) == (["Documented"], 2)
    mock.reset()
    assert (mock.requests.count, create(mock, "Ada")) == (0, first)
    with pytest.raises(GreenroomError, match="required"):
        mock.restore({"version": 1})


def test_a_vendor_that_is_not_served_is_named(greenroom_space: GreenroomSpace) -> None:
    """With those that there are."""
    with pytest.raises(GreenroomError, match="heymilo"):
        greenroom_space("nobody")


TEST = """
def test_it(greenroom_space):
    mock = greenroom_space("acme")
    with mock.client() as client:
        assert client.post("/things", json={"name": "Ada"}).status_code == 201
    mock.requests.assert_called("createThing", times=1)
    with mock.client(transport=mock.transport) as client:
        assert len(client.get("/things").json()["things"]) == 2
    print("URL", mock.url)
"""


def run(folder: Path, *arguments: str, token: str = "") -> subprocess.CompletedProcess[str]:
    """pytest in a folder of its own, as in another project."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-s", *arguments]
    environment = {**os.environ, "GREENROOM_CONTROL_TOKEN": token}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_a_running_server_is_used_on_demand(
    greenroom: StartMock, contract_file: str, tmp_path: Path
) -> None:
    """With its control token; the space is gone afterwards."""
    token = "a-token-of-our-own"
    server = greenroom(contract_file, control_token=token)
    (tmp_path / "test_it.py").write_text(TEST)
    done = run(tmp_path, "--greenroom-url", f"{server.url}/", token=token)
    assert done.returncode == 0, done.stdout
    assert f"URL {server.url}/~master.test_it." in done.stdout
    control = ControlClient(server.url, token)
    assert control("GET", "spaces")["items"] == []
    control.close()
    refused = run(tmp_path, "--greenroom-url", server.url, token="another-token-of-ours")
    assert refused.returncode == 1
    assert "control token" in refused.stdout


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nothing"])
def test_a_server_that_is_not_there_is_named(greenroom: StartMock, url: str) -> None:
    """As an error that says so."""
    with pytest.raises(GreenroomError, match=f"^{url} does not respond"):
        GreenroomSpace(greenroom, "t.py::t", "t", "gw0", url, None)("acme")


USER = """
from datetime import UTC, datetime

import httpx
import httpx2

from greenroom import GreenroomSpace, VendorMock


def test_it(greenroom_space: GreenroomSpace) -> None:
    mock: VendorMock = greenroom_space("heymilo", now=datetime(2026, 1, 1, tzinfo=UTC))
    client: httpx2.Client = mock.client(timeout=5)
    httpx.Client(base_url=mock.url, transport=mock.transport, headers=mock.headers)
    httpx.AsyncClient(transport=mock.async_transport)
    httpx2.AsyncClient(transport=mock.async_transport)
    number: int = mock.requests.of("listPostings").count
    last: str = mock.requests.last.path
    status: list[int] = [request.status for request in mock.requests]
    mock.requests.assert_called("listPostings", times=1, query={"page": 1})
    mock.requests.assert_order("listPostings", {"method": "GET"})
    record = mock.resources["Webhook"].create(url="http://127.0.0.1")
    identifier: str = record.id
    mock.restore(mock.snapshot())
    mock.reset(keep=["requests"])
    print(client, number, last, status, identifier)
"""


def test_users_types_are_checked_strictly(tmp_path: Path) -> None:
    """By mypy; a mistake is found."""
    (tmp_path / "test_user.py").write_text(USER)
    (tmp_path / "test_wrong.py").write_text(
        USER.replace("keep=[", "keep=[5, ").replace("-> None", "-> int")
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    root = Path(__file__).parents[3]
    environment = {**os.environ, "MYPYPATH": f"{root}/mocks:{root}/generated"}
    for name, wrong in (("test_user.py", 0), ("test_wrong.py", 2)):
        done = subprocess.run(
            [*command, name], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        found = [line for line in done.stdout.splitlines() if line.startswith("test_")]
        assert len([line for line in found if ": error:" in line]) == wrong, done.stdout
