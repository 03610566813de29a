"""Three judges of mutants: the mock, openapi-core and the generated models."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.validation.request.validators import (
    V31RequestBodyValidator,
    V31WebhookRequestBodyValidator,
)
from openapi_core.validation.response.validators import V31ResponseDataValidator
from openapi_core.validation.schemas import oas31_schema_validators_factory
from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from calling import MockOf
from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import DocumentedRequest, documented_request
from greenroom.contract.catalog import vendors
from greenroom.contract.model import Contract, Operation
from greenroom.models import class_name, module_name, source
from greenroom.schema import json_pointer as ptr
from greenroom.schema.validators import SchemaSet
from greenroom_contracts.mutations import EXAMPLE, REQUEST, WEBHOOK, Mutant

ACCEPTED, REFUSED = "accepted", "refused"
# Yields ACCEPTED, REFUSED or another outcome for each mutant.
Judge = Callable[[Contract, Iterable[Mutant]], Iterator[str]]

_SCHEMAS = "#/components/schemas/"
_HOST = "http://mock.test"


def mock(contract: Contract, mutants: Iterable[Mutant]) -> Iterator[str]:
    """The mock: requests are sent to it, other bodies validated with its schemas."""
    server, schemas, operations = (
        MockOf(contract),
        SchemaSet(contract.document),
        _operations(contract),
    )
    for mutant in mutants:
        operation = operations[mutant.operation]
        # Mutants are made by the schema, but GraphQL has further rules for requests.
        if mutant.message != REQUEST or operation.graphql is not None:
            yield _verdict(schemas.validator(mutant.schema).is_valid(mutant.body))
            continue
        status = server.reply(_call(contract, operation, mutant)).status
        if status in (400, 422):
            yield REFUSED
        else:
            yield ACCEPTED if 200 <= status < 300 else f"status {status}"


def openapi_core(contract: Contract, mutants: Iterable[Mutant]) -> Iterator[str]:
    """openapi-core: documented messages as a whole, their variations by their bodies only."""
    mutants, operations = list(mutants), _operations(contract)
    media_types = {mutant.media_type for mutant in mutants}
    whole = _second_opinion(contract, media_types)
    bodies = _second_opinion(
        contract,
        media_types,
        request_validator_cls=V31RequestBodyValidator,
        response_validator_cls=V31ResponseDataValidator,
        webhook_request_validator_cls=V31WebhookRequestBodyValidator,
    )
    for mutant in mutants:
        operation = operations[mutant.operation]
        call = _call(contract, operation, mutant)
        parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(call.target.partition("?")[2], True)),
            header=Headers(list(call.headers)),
            cookie=ImmutableMultiDict(call.cookies),
        )
        sent = (operation.method.lower(), parameters, mutant.media_type, call.body)
        request = _Request(_HOST, contract.base_path + call.path, *sent)
        judge = whole if mutant.keyword == EXAMPLE else bodies
        try:
            if mutant.message == REQUEST:
                judge.validate_request(request)
            elif mutant.message == WEBHOOK:
                judge.validate_webhook_request(_WebhookRequest(operation.path, *sent))
            else:
                judge.validate_response(request, _response(operation, mutant))
        except OpenAPIError:
            yield REFUSED
        else:
            yield ACCEPTED


def _second_opinion(contract: Contract, media_types: Iterable[str], **validators: Any) -> OpenAPI:
    # It finds operations by the whole URL, and reads few JSON media types without help.
    document = {**contract.document, "servers": [{"url": _HOST + contract.base_path}]}
    config = Config(
        spec_validator_cls=None,
        path_finder_cls=_PathFinder,
        schema_validators_factory=_Validators(),  # type: ignore[arg-type]
        extra_media_type_deserializers=dict.fromkeys(media_types, json.loads),
        **validators,
    )
    return OpenAPI.from_dict(document, config=config)


def models(contract: Contract, mutants: Iterable[Mutant]) -> Iterator[str]:
    """The models, which read every body as JSON, in strict mode."""
    module = models_of(contract)
    adapters: dict[str, TypeAdapter[Any]] = {}
    for mutant in mutants:
        if mutant.schema not in adapters:
            adapters[mutant.schema] = TypeAdapter(model_at(module, contract, mutant.schema))
        try:
            adapters[mutant.schema].validate_json(json.dumps(mutant.body), strict=True)
        except ValidationError:
            yield REFUSED
        else:
            yield ACCEPTED


JUDGES: Mapping[str, Judge] = {"mock": mock, "openapi-core": openapi_core, "models": models}


@dataclass
class _WebhookRequest:
    name: str
    method: str
    parameters: RequestParameters
    content_type: str
    body: bytes


@dataclass
class _Request:
    host_url: str
    path: str
    method: str
    parameters: RequestParameters
    content_type: str
    body: bytes


@dataclass
class _Response:
    status_code: int
    content_type: str
    headers: Headers
    data: bytes


class _PathFinder(APICallPathFinder):
    """Keeps the operations that openapi-core finds: it tries all paths for every message."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._found: dict[tuple[str, str], Any] = {}

    def find(self, method: str, name: str) -> Any:
        """The operation for a method and a URL."""
        if (method, name) not in self._found:
            self._found[method, name] = super().find(method, name)
        return self._found[method, name]


class _Validators:
    """Keeps the validators of openapi-core: it makes two for every message."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def create(self, spec: Any, schema: Any, **options: Any) -> Any:
        """The validator of a schema."""
        key = str(schema)
        if key not in self._made:
            self._made[key] = oas31_schema_validators_factory.create(spec, schema, **options)
        return self._made[key]


def _verdict(accepted: bool) -> str:
    return ACCEPTED if accepted else REFUSED


def _operations(contract: Contract) -> dict[str, Operation]:
    return {operation.id: operation for operation in (*contract.operations, *contract.webhooks)}


def _call(contract: Contract, operation: Operation, mutant: Mutant) -> DocumentedRequest:
    """The documented request with the body of a mutant, or the one that the mutant responds to."""
    content = (mutant.media_type, json.dumps(mutant.body).encode())
    return documented_request(contract, operation, GOOD_KEY, content)


def _response(operation: Operation, mutant: Mutant) -> _Response:
    response = next(r for r in operation.responses if r.status == mutant.status)
    headers = [
        (header.name, header.examples[0].value) for header in response.headers if header.examples
    ]
    status = int(mutant.status.replace("X", "0").replace("default", "500"))
    data = json.dumps(mutant.body).encode()
    return _Response(status, mutant.media_type, Headers(headers), data)


def model_at(module: ModuleType, contract: Contract, schema: str) -> Any:
    """The model of the component schema that the one at a pointer is, or is an array of.

    Any other schema that is written inline has none: house rules refuse it.
    """
    node = ptr.look_up(contract.document, schema)
    if "$ref" not in node and node.get("type") == "array":
        return list[model_at(module, contract, ptr.join(schema, "items"))]  # type: ignore[misc]
    assert "$ref" in node, f"{contract.file}#{schema} is written inline; make it a component"
    return getattr(module, class_name(node["$ref"].removeprefix(_SCHEMAS)))


def models_of(contract: Contract) -> ModuleType:
    """The committed models of a vendor, or the generated ones of another contract."""
    name = module_name(contract.name)
    if contract.name in {vendor.name for vendor in vendors()}:
        return import_module(f"greenroom_models.{name}")
    module = ModuleType(f"models_of_{name}")
    # Models look up the names in their annotations there.
    sys.modules[module.__name__] = module
    exec(compile(source(contract.document), f"{name}.py", "exec"), module.__dict__)
    return module
