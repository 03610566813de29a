"""A very large file is served: the description of GitHub's REST API, from an npm package."""

from __future__ import annotations

from pathlib import Path

import pytest

from calling import MockOf
from greenroom.codec.documented_request import documented_request
from greenroom.contract.catalog import Loaded, find, load, load_valid_part
from greenroom.errors import InvalidContractError
from greenroom.mock.mock import Mock

_PACKAGE = Path(__file__).parents[1] / ".node" / "files" / "node_modules" / "@octokit" / "openapi"
_FILE = _PACKAGE / "generated" / "api.github.com.json"
# Some are withdrawn from time to time.
_MANY = 1000

pytestmark = pytest.mark.skipif(
    not _FILE.is_file(),
    reason="not installed; npm install --prefix .node/files @octokit/openapi does so",
)


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    """The valid part of the file, read once."""
    return load_valid_part(find([str(_FILE)])[0])


@pytest.fixture(scope="module")
def mock(loaded: Loaded) -> Mock:
    """The mock of it."""
    return Mock(loaded.contract)


def test_the_file_is_refused_for_paths_that_differ_only_in_parameter_names() -> None:
    """OpenAPI 3.0.3, section 4.7.8.2: they are identical and invalid."""
    with pytest.raises(InvalidContractError) as caught:
        load(find([str(_FILE)])[0])

    assert {problem.rule for problem in caught.value.problems} == {"path"}


def test_the_older_edition_is_valid_and_completely_served() -> None:
    """It is nearly as large, and does not have those paths."""
    contract = load(find([str(_FILE.with_name("ghes-3.17.json"))])[0])

    assert len(contract.operations) > _MANY * 0.9


def test_everything_but_those_paths_is_served(loaded: Loaded) -> None:
    """Apart from examples that do not match their schema."""
    assert len(loaded.contract.operations) > _MANY
    assert {omission.problem.rule for omission in loaded.omissions} == {"path", "example"}


def test_nothing_is_compiled_before_it_is_requested(loaded: Loaded) -> None:
    """A request compiles the operations of its path and no others."""
    mock = Mock(loaded.contract)
    found = mock.route("/repos/octocat/hello-world/issues")
    assert found is not None

    compiled = list(found[0].operations.values())

    assert {operation.operation.path for operation in compiled} == {"/repos/{owner}/{repo}/issues"}
    assert vars(mock).keys().isdisjoint({"operations"})


def test_every_operation_can_be_found_and_compiled(mock: Mock) -> None:
    """With a path that has a value for each parameter."""
    reached = set()
    for operation in mock.contract.operations:
        path = operation.path.replace("{", "a-").replace("}", "")
        found = mock.route(operation.base_paths[0] + path)
        if found is not None:
            reached.add(found[0].operations[operation.method].operation.id)

    assert len(reached) == len(mock.contract.operations)


CALLS = ["issues/list-for-repo", "issues/create", "repos/get", "meta/root", "users/get-by-username"]


@pytest.fixture(scope="module")
def mock_of(loaded: Loaded) -> MockOf:
    """The mock, to be sent requests in this process."""
    return MockOf(loaded.contract)


@pytest.mark.parametrize("name", CALLS)
def test_documented_requests_get_a_response(loaded: Loaded, mock_of: MockOf, name: str) -> None:
    """With the examples of the file."""
    operation = next(o for o in loaded.contract.operations if o.id == name)

    reply = mock_of.reply(documented_request(loaded.contract, operation, None))

    assert 200 <= reply.status < 300
    assert reply.body
