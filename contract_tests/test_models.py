"""The committed models match the contracts, for every contract in specs/."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import greenroom_models
from greenroom.contract.catalog import Source, vendors
from greenroom.models import class_name, module_name, source
from greenroom.schema import json_pointer as ptr
from greenroom.schema.validators import SchemaSet
from model_modules import PACKAGE, committed, contract_of, load_module, models, over_vendors


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
