"""The source that is generated, and the models in it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from greenroom.models import STYLES, ModelsError, class_name, source

STATUS = {"type": "string", "enum": ["invited", "done"], "description": "The current stage."}
CANDIDATE = {
    "type": "object",
    "required": ["fullName", "score"],
    "description": "One person.",
    "properties": {
        "fullName": {"type": "string", "minLength": 1, "description": "As in the passport."},
        "score": {"type": ["number", "null"], "maximum": 100},
        "status": {"$ref": "#/components/schemas/Status"},
        "invitedAt": {"type": "string", "format": "date-time"},
        "site": {"type": "string", "format": "uri"},
        "class": {"type": "string", "default": "a"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "friend": {"$ref": "#/components/schemas/Candidate"},
        "answers": {"type": "object"},
        "_id": {"type": "string"},
        "place": {"type": "object", "properties": {"street": {"type": "string"}}},
    },
}
EVENTS = {
    name: {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"const": kind}, "at": {"type": "string"}},
    }
    for name, kind in (("Started", "started"), ("Ended", "ended"))
}
EVENT = {
    "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in EVENTS],
    "discriminator": {"propertyName": "kind"},
}
CLOSED = {"type": "object", "additionalProperties": False, "properties": {"a": {}}}
COMPANY = {"type": "object", "properties": {"place": {"type": "object", "properties": {"a": {}}}}}
ACME: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": 'The "Acme" \\ API\nof today', "version": "2025-09-19"},
    "paths": {},
    "components": {
        "schemas": {
            "Status": STATUS,
            "Candidate": CANDIDATE,
            "Free": {"type": "object"},
            **EVENTS,
            "Event": EVENT,
            "Closed": CLOSED,
            "Company": COMPANY,
            "odd_name.of": {"type": "array"},
        }
    },
}


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The source of one contract in every style."""
    return {
        **{style: source(ACME, style) for style in STYLES},
        "exact": source(ACME, exact=True),
    }


@pytest.fixture(scope="module")
def acme(written: Mapping[str, str]) -> ModuleType:
    """The pydantic models of the contract, imported."""
    module = ModuleType("greenroom_acme_models")
    sys.modules[module.__name__] = module
    exec(compile(written["pydantic"], "acme.py", "exec"), module.__dict__)
    return module


FULL = {
    "fullName": "Ada",
    "score": None,
    "status": "done",
    "invitedAt": "2025-09-19T10:00:00Z",
    "site": "https://acme.test",
    "class": "b",
    "tags": ["x"],
    "friend": {"fullName": "Grace", "score": 1.5},
    "answers": {"Why?": {"deep": [1, None]}},
    "_id": "c-1",
    "place": {"street": "Main", "new_field": [1]},
    "new_field": {"of": "the vendor"},
}


@pytest.mark.parametrize("value", [FULL, {"fullName": "Ada", "score": 3.0}], ids=["full", "least"])
def test_a_parsed_message_is_serialized_unchanged(acme: ModuleType, value: dict[str, Any]) -> None:
    """Without unset fields, with the vendor's names, with unknown fields."""
    assert acme.Candidate.model_validate(value).model_dump(mode="json", exclude_unset=True) == value


def test_a_model_is_created_with_python_names(acme: ModuleType) -> None:
    """Fields are snake_case in Python, whatever the vendor's names are."""
    candidate = acme.Candidate(full_name="Ada", score=1, class_="b", id="c-1")
    assert candidate.model_dump(exclude_unset=True) == {
        "_id": "c-1",
        "fullName": "Ada", "score": 1, "class": "b",
    }  # fmt: skip


def test_an_absent_field_has_its_default_or_none(acme: ModuleType) -> None:
    """So that reading it needs no check for a sentinel."""
    candidate = acme.Candidate(full_name="Ada", score=None)
    assert (candidate.status, candidate.tags, candidate.class_) == (None, None, "a")


@pytest.mark.parametrize(
    "value",
    [
        {"score": 1},
        {"fullName": None, "score": 1},
        {"fullName": "", "score": 1},
        {"fullName": "Ada"},
        {"fullName": "Ada", "score": 101},
        {"fullName": "Ada", "score": 1, "status": "lost"},
        {"fullName": "Ada", "score": 1, "invitedAt": "2025-09-19 10:00"},
    ],
    ids=str,
)
def test_a_model_refuses_what_its_schema_refuses(acme: ModuleType, value: Any) -> None:
    """By required, null, limits, enums and formats."""
    with pytest.raises(ValidationError):
        acme.Candidate.model_validate(value)


def test_a_closed_schema_is_a_closed_model(acme: ModuleType) -> None:
    """It refuses unknown fields as the vendor does."""
    with pytest.raises(ValidationError):
        acme.Closed.model_validate({"b": 1})


def test_an_enum_is_a_plain_string(acme: ModuleType) -> None:
    """Without `.value` or `.root`."""
    assert acme.Candidate(full_name="Ada", score=1, status="done").status == "done"


@pytest.mark.parametrize("schema", [*ACME["components"]["schemas"]])
def test_every_schema_has_a_class_of_its_name(acme: ModuleType, schema: str) -> None:
    """As computed by `class_name`."""
    assert hasattr(acme, class_name(schema))


def test_an_inline_object_is_named_after_its_path(acme: ModuleType) -> None:
    """So that the same field of two schemas gives two names without numbers."""
    assert acme.CandidatePlace(street="Main").street == "Main"
    assert acme.CompanyPlace(a=1).a == 1


@pytest.mark.parametrize(
    ("style", "others"), [("dataclass", set()), ("typeddict", {"typing_extensions"})]
)
def test_styles_of_the_standard_library_import_nothing_else(
    written: Any, style: str, others: set[str]
) -> None:
    """But the TypedDict that pydantic takes on Python 3.11."""
    imports = set(re.findall(r"^(?:from|import) (\w+)", written[style], re.MULTILINE))
    assert imports <= {*sys.stdlib_module_names, *others}


def test_descriptions_are_docstrings(written: Mapping[str, str]) -> None:
    """With the text of the contract."""
    text = written["pydantic"]
    assert '    """One person."""\n' in text
    assert '    full_name: Annotated[str, Field(alias="fullName", min_length=1)]\n' in text
    assert '    """As in the passport."""\n' in text


@pytest.mark.parametrize("style", [*STYLES, "exact"])
def test_the_docstring_of_the_module_names_its_contract(written: Any, style: str) -> None:
    """With title, version and command, without path and time."""
    module: dict[str, Any] = {"__name__": "builtins"}
    exec(compile(written[style].partition("from __future__")[0], "header", "exec"), module)
    assert module["__doc__"].startswith("Models of The 'Acme' / API of today, version 2025-09-19")
    assert "make generate" in module["__doc__"]


def test_every_style_is_clean_under_mypy_strict(written: Any, tmp_path: Path) -> None:
    """For projects that check types."""
    for style, text in written.items():
        (tmp_path / f"acme_{style}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_settings_of_the_current_folder_change_nothing(
    written: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other projects have their own settings for the generator and ruff."""
    settings = '[tool.datamodel-codegen]\nclass-name-prefix = "My"\n'
    settings += '[tool.ruff.format]\nquote-style = "single"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert source(ACME) == written["pydantic"]


def test_ruff_is_found_without_a_path(
    written: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual environment that is not activated is enough."""
    monkeypatch.setenv("PATH", "")
    assert source(ACME) == written["pydantic"]


def test_only_pydantic_is_exact() -> None:
    """The other styles have no sentinel."""
    with pytest.raises(ModelsError, match="only the style pydantic"):
        source(ACME, "msgspec", exact=True)


@pytest.mark.parametrize(
    ("components", "message"),
    [
        ({}, "declares no schemas"),
        ({"schemas": {"A": {"$ref": "#/components/responses/No"}}}, "has nothing at the reference"),
        ({"schemas": {"A": {"$ref": "#/components/schemas/No"}}}, "cannot generate models: .*No"),
    ],
)
def test_a_failure_is_a_models_error_of_one_line(components: Any, message: str) -> None:
    """Whatever the generator raises."""
    with pytest.raises(ModelsError, match=message):
        source({**ACME, "components": components})
