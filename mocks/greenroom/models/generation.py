"""Python source from a contract, by datamodel-code-generator and ruff.

The options are here and not in a pyproject.toml: greenroom writes models into other projects, whose
settings for these tools must not change the result.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any

from ..errors import GreenroomError
from ..printable import plain
from . import unions
from .events import with_payloads, written
from .patterns import for_engines, placeholder
from .reduction import reduced
from .repairs import closed_structs, folded_names, kept_names, unmarked, without_shadows, writable

_PYTHON = "3.11"
_LINE_LENGTH = 100

_ANNOTATED = {"snake_case_field": True, "use_annotated": True, "field_constraints": True}
_PYDANTIC = {
    **_ANNOTATED,
    "target_pydantic_version": "2.12",
    "allow_population_by_field_name": True,
    "use_generic_base_class": True,
    # Unknown fields of responses are kept and serialized again, as by most vendors' own clients.
    "extra_fields": "allow",
}
_MSGSPEC = {
    **_ANNOTATED,
    "keyword_only": True,
    "use_standard_primitive_types": True,
    "use_msgspec_tagged_unions": True,
    "tag_msgspec_by_payload_name": True,
    "output_datetime_class": "datetime",
}
# style: (its name in the header, the generator's name for it, its options)
_STYLES: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "pydantic": ("pydantic", "pydantic_v2.BaseModel", _PYDANTIC),
    # Neither dataclasses nor TypedDicts have aliases, so their fields keep the vendor's names.
    "dataclass": ("dataclasses", "dataclasses.dataclass", {"keyword_only": True}),
    # Closed TypedDicts (PEP 728) are not in the standard library yet, and before Python 3.12
    # pydantic cannot read its open ones.
    "typeddict": (
        "TypedDict",
        "typing.TypedDict",
        {
            "use_closed_typed_dict": False,
            "import_overrides": {
                "TypedDict": "typing_extensions",
                "NotRequired": "typing_extensions",
            },
        },
    ),
    "msgspec": ("msgspec", "msgspec.Struct", _MSGSPEC),
}
STYLES = tuple(_STYLES)


class ModelsError(GreenroomError):
    """Models cannot be generated from this contract or with this option."""


def source(
    raw: Mapping[str, Any], style: str = "pydantic", *, exact: bool = False, open_: bool = False
) -> str:
    """The source of a module with a class or type for each component schema and webhook payload.

    `raw` is a valid OpenAPI 3.1 document, `style` one of STYLES. With `exact` (pydantic only) an
    absent optional field is pydantic's MISSING, and null is refused if the contract refuses it;
    otherwise an absent field is None. Requests forbid unknown fields unless `open_`. The same
    document gives the same bytes everywhere.

    Raises ModelsError if there is nothing to generate or the generator fails.
    """
    if exact and style != "pydantic":
        raise ModelsError(f"only the style pydantic can be exact, {style} cannot")
    try:
        complete, events = with_payloads(raw)
        # The others have no way to keep or to forbid fields that they do not declare.
        closed = not open_ and style in ("pydantic", "msgspec")
        document = reduced(complete, closed=closed)
    except LookupError as error:
        raise ModelsError(f"the contract has nothing at the reference {error}") from error
    schemas = unions.without_ambiguous_tags(document["components"]["schemas"])
    if not schemas:
        raise ModelsError("the contract declares no schemas under components/schemas")
    schemas, compiled = kept_names(writable(schemas, style), style), list[str]()
    if style == "msgspec":
        schemas = unions.decodable(schemas)
    if style in ("pydantic", "msgspec"):
        schemas = for_engines(schemas, style, compiled)
    text = _generate({**document, "components": {"schemas": schemas}}, style, exact)
    text = unmarked(text, style)
    for i, pattern in enumerate(compiled):
        for quote in "\"'":
            text = text.replace(f"{quote}{placeholder(i)}{quote}", f"_compile({pattern!r})")
    if style == "pydantic":
        text = _with_base(text)
    elif style == "msgspec":
        text = closed_structs(text, schemas)
    elif style == "dataclass":
        text = without_shadows(text)
    imports = "from re import compile as _compile\n" if compiled else ""
    text = _joined(text, imports + written(events, document["components"]["schemas"], style))
    text = _formatted(_header(document["info"], _STYLES[style][0]) + text)
    # In Python, and in the patterns of either engine, an escape is the character itself.
    return plain(text, keep="\n")


_BASE = """
    def model_dump(self, *, exclude_unset: bool = True, **options: _Any) -> dict[str, _Any]:
        \"""As pydantic's, but what was not set is left out by default.\"""
        return super().model_dump(exclude_unset=exclude_unset, **options)

    def model_dump_json(self, *, exclude_unset: bool = True, **options: _Any) -> str:
        \"""As pydantic's, but what was not set is left out by default.\"""
        return super().model_dump_json(exclude_unset=exclude_unset, **options)
"""


def _with_base(text: str) -> str:
    """The generator has no option for these: the vendor's names, and only what was set."""
    # No field has the name of a method: the generator gives those another one.
    config = "serialize_by_alias=True, protected_namespaces=(), validate_by_name="
    text = text.replace("validate_by_name=", config, 1)
    start = text.find("class BaseModel(_BaseModel):")
    if start < 0:
        return text
    end = text.index("\n    )\n", start) + len("\n    )\n")
    return _joined(text[:end] + _BASE + text[end:], "from typing import Any as _Any\n")


def _joined(text: str, added: str) -> str:
    """A module and what is added to it: imports at its beginning, the rest at its end."""
    lines = added.splitlines(keepends=True)
    imports = "".join(line for line in lines if line.startswith(("import ", "from ")))
    rest = "".join(line for line in lines if not line.startswith(("import ", "from ")))
    future = "from __future__ import annotations\n"
    before, found, after = text.partition(future)
    return before + found + imports + after + rest if found else imports + text + rest


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
            openapi_scopes=[enums.OpenAPIScope.Schemas],
            aliases=folded_names(document["components"]["schemas"]),
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
