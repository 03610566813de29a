"""The committed models match the contracts, for every contract in specs/."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import msgspec
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import greenroom_models
from greenroom.contract.catalog import Source, load, vendors
from greenroom.contract.model import Contract, Example, MediaType, Operation, RequestBody
from greenroom.models import STYLES, class_name, module_name, source
from greenroom.schema import json_pointer as ptr
from greenroom.schema.validators import SchemaSet

PACKAGE = Path(str(greenroom_models.__file__)).parent
SCHEMAS = "#/components/schemas/"

contract_of = cache(load)
over_vendors = pytest.mark.parametrize("vendor", vendors(), ids=lambda vendor: vendor.name)


def committed(vendor: Source) -> Path:
    """The file of a vendor's models."""
    return PACKAGE / f"{module_name(vendor.name)}.py"


def models(vendor: Source) -> ModuleType:
    """A vendor's models, imported."""
    return import_module(f"greenroom_models.{module_name(vendor.name)}")


def messages(operation: Operation) -> Iterator[MediaType]:
    """Every body that an operation or webhook documents."""
    for part in (operation.body, *operation.responses):
        if part is not None:
            yield from part.content


def documented(contract: Contract, module: ModuleType) -> Iterator[tuple[Any, Example]]:
    """Every example of a JSON body whose schema is a component, with its class in the module."""
    for operation in (*contract.operations, *contract.webhooks):
        for body in messages(operation):
            if not body.is_json or body.schema is None:
                continue
            reference = ptr.look_up(contract.document, body.schema).get("$ref", "")
            if reference.startswith(SCHEMAS):
                name = class_name(reference.removeprefix(SCHEMAS))
                is_sent = operation in contract.operations and body in messages_of(operation.body)
                kind = getattr(module, f"{name}Request", None) if is_sent else None
                for example in body.examples:
                    yield kind or getattr(module, name), example


def messages_of(body: RequestBody | None) -> tuple[MediaType, ...]:
    """The media types of a request."""
    return body.content if body is not None else ()


def same(read: Any, written: Any) -> bool:
    """Whether two JSON values are equal, with dates and identifiers compared by their meaning."""
    if isinstance(read, dict) and isinstance(written, dict):
        return read.keys() == written.keys() and all(same(read[k], written[k]) for k in read)
    if isinstance(read, list) and isinstance(written, list):
        return len(read) == len(written) and all(map(same, read, written))
    if isinstance(read, str) and isinstance(written, str) and read != written:
        return meaning(read) == meaning(written)
    return (type(read) is type(written) and bool(read == written)) or is_number(read, written)


def is_number(read: Any, written: Any) -> bool:
    """Whether both are the same number; in JSON 85 and 85.0 are."""
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (read, written))
    return numbers and bool(read == written)


def meaning(text: str) -> datetime | UUID | str:
    """The time or identifier that a string represents, else the string."""
    for read in (datetime.fromisoformat, UUID):
        try:
            return read(text)
        except ValueError:
            continue
    return text


@over_vendors
def test_committed_models_are_up_to_date(vendor: Source) -> None:
    """Generating them again changes nothing."""
    path = committed(vendor)
    now = path.read_text(encoding="utf-8") if path.is_file() else ""
    if now != source(contract_of(vendor).document):
        pytest.fail(f"{path.name} is not what {vendor.path} gives; run: make generate")


def test_package_holds_one_module_per_vendor() -> None:
    """There is none of a vendor that was removed, and the index lists them all."""
    expected = sorted(module_name(vendor.name) for vendor in vendors())
    found = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")
    assert found == expected, "run: make generate"
    assert sorted(greenroom_models.__all__) == expected, "run: make generate"


def test_generation_does_not_depend_on_the_hash_seed() -> None:
    """A contract gives the same bytes in any process."""
    largest = max(vendors(), key=lambda vendor: vendor.path.stat().st_size)
    script = (
        "import sys; from pathlib import Path;"
        "from greenroom.contract.loading.parsing import parse; from greenroom.models import source;"
        "file = Path(sys.argv[1]);"
        "text = source(parse(file.read_text('utf-8'), file.name));"
        "sys.stdout.buffer.write(text.encode())"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(largest.path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate()[0] for process in running)
    assert first == second
    assert first


@over_vendors
def test_every_schema_has_a_model_of_its_name(vendor: Source) -> None:
    """So that readers of the contract find the class."""
    schemas = contract_of(vendor).document.get("components", {}).get("schemas", {})
    missing = [name for name in schemas if not hasattr(models(vendor), class_name(name))]
    assert not missing, f"{vendor.path}: rename these schemas, see specs/README.md: {missing}"


@over_vendors
def test_no_class_name_ends_in_a_digit(vendor: Source) -> None:
    """The generator numbers classes for which it has no name."""
    text = committed(vendor).read_text(encoding="utf-8")
    numbered = re.findall(r"^(?:class )?(\w*\d)(?:\(| = TypeAliasType)", text, re.MULTILINE)
    assert not numbered


@over_vendors
def test_every_example_round_trips_through_its_model(vendor: Source) -> None:
    """Reading and writing an example does not change its value."""
    broken = []
    for kind, example in documented(contract_of(vendor), models(vendor)):
        adapter = TypeAdapter[Any](kind)
        try:
            read = adapter.validate_python(example.value)
            written = adapter.dump_python(read, mode="json", by_alias=True, exclude_unset=True)
        except ValidationError as error:
            broken.append(f"{vendor.path}#{example.pointer}: {error}")
            continue
        if not same(example.value, written):
            broken.append(f"{vendor.path}#{example.pointer}: comes back as {written}")
    assert not broken, "\n".join(broken)


@over_vendors
def test_every_example_is_read_in_strict_mode(vendor: Source) -> None:
    """Without conversions of types."""
    broken = []
    for kind, example in documented(contract_of(vendor), models(vendor)):
        adapter = TypeAdapter[Any](kind)
        try:
            adapter.validate_json(json.dumps(example.value), strict=True)
        except ValidationError as error:
            broken.append(f"{vendor.path}#{example.pointer}: {error}")
    assert not broken, "\n".join(broken)


@over_vendors
def test_required_fields_may_be_neither_absent_nor_null(vendor: Source) -> None:
    """Null is accepted exactly where the contract allows it."""
    contract = contract_of(vendor)
    schemas = SchemaSet(contract.document)
    broken = []
    for name, schema in contract.document.get("components", {}).get("schemas", {}).items():
        model = getattr(models(vendor), class_name(name))
        required = set(schema.get("required", ())) & set(schema.get("properties", {}))
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        where = ptr.join("/components/schemas", name, "properties")
        nullable = {f for f in required if schemas.validator(ptr.join(where, f)).is_valid(None)}
        absent, null = refused(model, {}), refused(model, dict.fromkeys(required))
        if not (required <= absent and null & required == required - nullable):
            broken.append(f"{vendor.path}#{where}: required {required}, null refused for {null}")
    assert not broken, "\n".join(broken)


def refused(model: type[BaseModel], value: dict[str, Any]) -> set[str]:
    """The fields of a value that a model refuses."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        return {str(found["loc"][0]) for found in error.errors() if found["loc"]}
    return set()


@pytest.fixture(scope="module", params=STYLES)
def in_style(request: pytest.FixtureRequest) -> tuple[str, Callable[[Source], ModuleType]]:
    """A style and the models of each vendor in it."""

    @cache
    def written(vendor: Source) -> ModuleType:
        name = f"{module_name(vendor.name)}_{request.param}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_module(name, source(contract_of(vendor).document, request.param))

    return request.param, written


@over_vendors
def test_every_example_is_decoded_in_every_style(vendor: Source, in_style: Any) -> None:
    """Of requests, responses and webhooks."""
    style, written = in_style
    broken = []
    for kind, example in documented(contract_of(vendor), written(vendor)):
        try:
            if style == "msgspec":
                msgspec.json.decode(json.dumps(example.value), type=kind)
            else:
                TypeAdapter[Any](kind).validate_json(json.dumps(example.value))
        except (ValueError, TypeError) as error:
            broken.append(f"{vendor.path}#{example.pointer}: {error}")
    assert not broken, "\n".join(broken)


@over_vendors
def test_every_event_is_parsed_in_every_style(vendor: Source, in_style: Any) -> None:
    """As the class of its webhook, unless the contract says nothing that sets it apart."""
    style, written = in_style
    module = written(vendor)
    contract = contract_of(vendor)
    for webhook in contract.webhooks:
        for body in (body for body in messages_of(webhook.body) if body.is_json and body.schema):
            reference = ptr.look_up(contract.document, str(body.schema))["$ref"]
            for example in body.examples:
                given = json.dumps(example.value).encode()
                if len(fitting(contract, example.value)) > 1:
                    with pytest.raises(ValueError, match="fits several events"):
                        module.parse_webhook(given)
                    continue
                read = module.parse_webhook(given)
                kind = getattr(module, class_name(reference.removeprefix(SCHEMAS)))
                assert style == "typeddict" or isinstance(read, kind), example.pointer


def fitting(contract: Contract, value: Any) -> list[Operation]:
    """The webhooks whose schemas a payload fits."""
    schemas = SchemaSet(contract.document)
    return [
        webhook
        for webhook in contract.webhooks
        if any(
            body.is_json and body.schema and schemas.validator(body.schema).is_valid(value)
            for body in messages_of(webhook.body)
        )
    ]


@over_vendors
def test_exact_models_refuse_null_for_absent(vendor: Source) -> None:
    """Exact models can be imported and distinguish null from absent in every optional field."""
    text = source(contract_of(vendor).document, exact=True)
    module = load_module(f"{module_name(vendor.name)}_exact", text)
    for name, schema in (
        contract_of(vendor).document.get("components", {}).get("schemas", {}).items()
    ):
        model = getattr(module, class_name(name))
        if isinstance(model, type) and issubclass(model, BaseModel):
            closed = {
                field
                for field, described in schema.get("properties", {}).items()
                if described.get("type") in ("string", "integer", "number", "boolean", "array")
            }
            assert closed <= refused(model, dict.fromkeys(closed)), name


def load_module(name: str, text: str) -> ModuleType:
    """Run source as a module; models look up their annotations in `sys.modules`."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    return module


def test_models_import_nothing_but_pydantic() -> None:
    """So that users of the models only have to install pydantic."""
    names = [f"greenroom_models.{module_name(vendor.name)}" for vendor in vendors()]
    script = (
        "import sys; before = set(sys.modules);"
        f"[__import__(name) for name in {names!r}];"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    ours = {"greenroom_models", "pydantic", "pydantic_core"}
    of_pydantic = {"annotated_types", "typing_extensions", "typing_inspection"}
    loaded = {name for name in run.stdout.split() if not name.startswith("_sysconfigdata")}
    assert loaded - sys.stdlib_module_names <= ours | of_pydantic
