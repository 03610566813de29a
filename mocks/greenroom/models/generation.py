"""Python source from a contract, by datamodel-code-generator and ruff.

The options are here and not in a pyproject.toml: greenroom writes models into other projects, whose
settings for these tools must not change the result.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any

from ..errors import GreenroomError
from .reduction import reduced

_PYTHON = "3.11"
_LINE_LENGTH = 100

_ANNOTATED = {"snake_case_field": True, "use_annotated": True, "field_constraints": True}
_PYDANTIC = {
    **_ANNOTATED,
    "target_pydantic_version": "2.12",
    "allow_population_by_field_name": True,
    "use_generic_base_class": True,
    # Unknown fields are kept and serialized again, as by most vendors' own clients.
    "extra_fields": "allow",
}
_MSGSPEC = {
    **_ANNOTATED,
    "keyword_only": True,
    "use_standard_primitive_types": True,
    "use_msgspec_tagged_unions": True,
    "tag_msgspec_by_payload_name": True,
}
# style: (its name in the header, the generator's name for it, its options)
_STYLES: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "pydantic": ("pydantic", "pydantic_v2.BaseModel", _PYDANTIC),
    # Neither dataclasses nor TypedDicts have aliases, so their fields keep the vendor's names.
    "dataclass": ("dataclasses", "dataclasses.dataclass", {"keyword_only": True}),
    # Closed TypedDicts (PEP 728) are not in the standard library yet.
    "typeddict": ("TypedDict", "typing.TypedDict", {"use_closed_typed_dict": False}),
    "msgspec": ("msgspec", "msgspec.Struct", _MSGSPEC),
}
STYLES = tuple(_STYLES)


class ModelsError(GreenroomError):
    """Models cannot be generated from this contract or with this option."""


def source(raw: Mapping[str, Any], style: str = "pydantic", *, exact: bool = False) -> str:
    """The source of a module with a class or type for each component schema and webhook payload.

    `raw` is a valid OpenAPI 3.1 document, `style` one of STYLES. With `exact` (pydantic only) an
    absent optional field is pydantic's MISSING, and null is refused if the contract refuses it;
    otherwise an absent field is None. The same document gives the same bytes everywhere.

    Raises ModelsError if there is nothing to generate or the generator fails.
    """
    if exact and style != "pydantic":
        raise ModelsError(f"only the style pydantic can be exact, {style} cannot")
    try:
        document = reduced(raw)
    except LookupError as error:
        raise ModelsError(f"the contract has nothing at the reference {error}") from error
    if not document["components"]["schemas"] and not document["webhooks"]:
        raise ModelsError("the contract declares no schemas under components/schemas")
    written = _generate(document, style, exact)
    if style == "pydantic":
        # The generator has no option for this: models must be serialized with the vendor's names.
        base = "serialize_by_alias=True, validate_by_name="
        written = written.replace("validate_by_name=", base, 1)
    return _formatted(_header(document["info"], _STYLES[style][0]) + written)


def _generate(document: Mapping[str, Any], style: str, exact: bool) -> str:
    import datamodel_code_generator as generator
    from datamodel_code_generator import enums
    from datamodel_code_generator.parser import LiteralType

    _, model_type, options = _STYLES[style]
    if exact:
        # Older releases have MISSING too, in a module that the newer ones deprecate.
        options = {**options, "target_pydantic_version": "2.14"}
    try:
        written = generator.generate(
            document,
            input_file_type=enums.InputFileType.OpenAPI,
            output_model_type=enums.DataModelType(model_type),
            target_python_version=generator.PythonVersion(_PYTHON),
            openapi_scopes=[enums.OpenAPIScope.Schemas, enums.OpenAPIScope.Webhooks],
            allow_remote_refs=False,
            strict_refs=True,
            naming_strategy=enums.NamingStrategy.FullPath,
            treat_dot_as_module=False,
            remove_special_field_name_prefix=True,
            strict_nullable=True,
            use_missing_sentinel=exact,
            enum_field_as_literal=LiteralType.All,
            use_type_alias=True,
            use_schema_description=True,
            # With msgspec they are in the annotations in any case.
            use_field_description=style != "msgspec",
            use_inline_field_description=style != "msgspec",
            use_single_line_docstring=True,
            custom_file_header=" ",
            disable_timestamp=True,
            formatters=[],
            **options,
        )
    except ModuleNotFoundError:
        raise
    except Exception as error:
        # Whatever the generator raises for a valid contract, the user needs one line.
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelsError(f"datamodel-code-generator cannot generate models: {reason}") from error
    if not isinstance(written, str):
        raise ModelsError("datamodel-code-generator generated several modules instead of one")
    return written


def _header(info: Mapping[str, str], kind: str) -> str:
    title, version = (
        " ".join(text.split()).replace("\\", "/").replace('"', "'")
        for text in (info["title"], info["version"])
    )
    return (
        f'"""Models of {title}, version {version} ({kind}).\n\n'
        "Generated by greenroom from its OpenAPI contract, in greenroom's own repository by\n"
        "`make generate`, elsewhere by `greenroom models`. Edits are lost: change the contract.\n"
        '"""\n\n'
    )


def _formatted(text: str) -> str:
    from ruff import find_ruff_bin  # type: ignore[import-untyped]

    try:
        # Not by its name, since the scripts of a virtual environment need not be on the PATH.
        binary = find_ruff_bin()
    except FileNotFoundError as error:
        reason = "its package is installed without it; reinstall the package ruff"
        raise ModelsError(f"the program ruff is missing: {reason}") from error
    version = f"--target-version=py{_PYTHON.replace('.', '')}"
    shared = ("--isolated", "--quiet", version, f"--line-length={_LINE_LENGTH}", "-")
    for command in (("check", "--fix", "--exit-zero", "--select=F401,I"), ("format",)):
        run = subprocess.run(
            (binary, *command, *shared), input=text, capture_output=True, encoding="utf-8"
        )
        if run.returncode != 0:
            raise ModelsError(f"ruff cannot format the models: {run.stderr.strip()}")
        text = run.stdout
    return text
