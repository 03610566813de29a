"""OpenAPI files of other authors are served: every operation gives a valid response.

They come from an npm package that `make foreign` installs in `.node/files`; without it there is
nothing to test. The problems of the files themselves are listed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import documented_request
from greenroom.codec.xml import parsing
from greenroom.contract.catalog import Source, load
from greenroom.contract.model import Contract, MediaType, Operation, Response
from greenroom.contract.read_write_only import for_responses
from greenroom.errors import InvalidContractError
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.schema.validators import SchemaSet

_FOLDER = (
    Path(__file__).parents[1] / ".node" / "files" / "node_modules" / "@readme" / "oas-examples"
)
_FILES = sorted(
    path.relative_to(_FOLDER).as_posix()
    for version in ("3.0", "3.1")
    for path in (_FOLDER / version).rglob("*")
    if path.suffix in (".json", ".yaml")
)

# A problem of each invalid file, by the end of its name.
INVALID = {
    "3.0/json/openapi-workshop/post.json": "{} has less than 1 property",
    "parameters-common": "the path has {id} twice",
    "response-http-behavior": "there is no security scheme 'api_key'",
    "3.0/schema-validation": "not a regular expression that can be compiled",
    "schema-validation-local": 'true is not of type "number"',
    "schema-validation-top-level": 'true is not of type "number"',
}
# Operations whose documented request is refused: its example does not match its schema, or no value
# does (types that exclude each other, a `oneOf` of the same schema twice).
REFUSED = frozenset((
    "PUT /requestBody-primitive-example",
    "PATCH /requestBody-primitive-example",
    "POST /potentially-undefined-formData",
    "quirks_entirelyIncompatibleAllOf",
    "quirks_partiallyUsableIncompatibleAllOf",
))  # fmt: skip
# Responses whose schema no value matches: it requires itself endlessly, or is such a `oneOf`.
IMPOSSIBLE = frozenset((
    "/paths/~1direct/post/responses/200",
    "/components/responses/authUnauthorized",
    "/paths/~1api-specification/post/responses/400",
    "/paths/~1api-specification~1{id}/put/responses/400",
    "/paths/~1version/post/responses/400",
))  # fmt: skip

pytestmark = pytest.mark.skipif(
    not _FILES, reason="the files are not installed; `make foreign` does so, given Node.js"
)


def _kind(file: str) -> str:
    """The name of a file as in INVALID, the same for JSON and YAML."""
    version, _, name = file.split("/", 2)
    stem = Path(name).stem
    return next((k for k in INVALID if k in (file, stem, f"{version}/{stem}")), "")


VALID = [file for file in _FILES if not _kind(file)]


@pytest.mark.parametrize("file", [file for file in _FILES if _kind(file)])
def test_an_invalid_file_is_refused_with_its_reason(file: str) -> None:
    """A file that has become valid must be removed from the list."""
    with pytest.raises(InvalidContractError) as raised:
        load(Source("foreign", _FOLDER / file))

    assert INVALID[_kind(file)] in str(raised.value)


@pytest.mark.parametrize("file", VALID)
def test_every_operation_responds_as_its_file_documents(file: str) -> None:
    """The documented request gets its lowest success, which matches its schema."""
    contract = load(Source("foreign", _FOLDER / file))
    mock, schemas = Mock(contract), SchemaSet(for_responses(contract.document))

    for operation in contract.operations:
        reply = _called(mock, contract, operation)
        response = _expected(operation)

        if operation.id in REFUSED:
            assert reply.status == 400, (operation.id, reply)
        elif response is None or response.pointer in IMPOSSIBLE:
            assert reply.status == 501, (operation.id, reply)
        else:
            assert _covers_status(response.status, reply.status), (operation.id, reply)
            assert list(_violations(schemas, response, reply)) == [], operation.id


@pytest.mark.parametrize("file", VALID)
def test_every_documented_response_can_be_generated(file: str) -> None:
    """Whether or not it has an example; the same seed gives the same body."""
    contract = load(Source("foreign", _FOLDER / file))
    mock, schemas = Mock(contract), SchemaSet(for_responses(contract.document))

    for operation in contract.operations:
        for response in operation.responses:
            if response.status.startswith("1") or operation.id in REFUSED:
                continue
            prefer = {b"prefer": f"code={response.status}, dynamic=true, seed=7".encode()}
            first, second = (_called(mock, contract, operation, prefer) for _ in range(2))

            assert first.body == second.body
            if response.pointer in IMPOSSIBLE:
                assert first.status == 501
            else:
                assert _covers_status(response.status, first.status), (operation.id, first)
                assert list(_violations(schemas, response, first)) == [], operation.id


def _expected(operation: Operation) -> Response | None:
    """The first success, or the response that is sent if there is none."""
    found = [r for r in operation.responses if not r.status.startswith("1")]
    order = {"2": 0, "3": 1, "d": 2}
    return min(found, key=lambda r: (order.get(r.status[0], 3), r.status), default=None)


def _covers_status(documented: str, status: int) -> bool:
    return documented in (str(status), f"{status // 100}XX", "default")


def _violations(schemas: SchemaSet, response: Response, reply: PreparedResponse) -> Iterator[str]:
    """The violations of a response's body against the schema of its media type.

    A documented example is sent as it is, valid or not.
    """
    name = dict(reply.headers).get(b"content-type", b"").decode()
    media = next((m for m in response.content if _covers(m.name, name)), None)
    if media is None:
        if reply.body:
            yield f"a body of {name or 'no media type'}"
    elif MediaType(name, "", None).is_json:
        value = json.loads(reply.body)
        if media.schema is not None and dict(reply.headers).get(b"x-greenroom-example") is None:
            yield from (error.message for error in schemas.errors(media.schema, value))
    elif media.is_xml:
        parsing.parse(reply.body)


def _covers(documented: str, sent: str) -> bool:
    kind, _, rest = documented.partition(";")[0].partition("/")
    sent_kind, _, sent_rest = sent.partition(";")[0].partition("/")
    return (kind in ("*", sent_kind) and rest in ("*", sent_rest)) or documented == sent


def _called(
    mock: Mock, contract: Contract, operation: Operation, extra: Mapping[bytes, bytes] | None = None
) -> PreparedResponse:
    """The response to the request that the console shows for an operation."""
    token = GOOD_KEY if operation.secured else None
    request = documented_request(contract, operation, token)
    path, _, query = request.target.partition("?")
    headers = {
        name.lower().encode(): value.encode("latin-1") for name, value in request.fields
    } | dict(extra or {})
    if request.body:
        headers[b"content-length"] = str(len(request.body)).encode()
    context = RequestContext(
        operation.method, operation.base_paths[0] + path, headers, query.encode(), request.body
    )
    response = mock.respond(context)
    assert isinstance(response, PreparedResponse)
    assert response.decision.operation == operation.id, path
    return response
