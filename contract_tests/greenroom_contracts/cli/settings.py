"""The settings of a check: `[tool.greenroom]` of a `pyproject.toml`, and options."""

from __future__ import annotations

import json
import os
import tomllib
from argparse import Namespace
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
)

from greenroom.codec.bodies.serializing import typed_body
from greenroom.contract.loading.parsing import read_bytes
from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError
from greenroom.schema import json_pointer as ptr

from ..planning.effects import requires_own_resource
from ..planning.options import EXPIRED, Options
from ..planning.receivers import is_http_address
from ..sending.target import expired_variable

FILE = "pyproject.toml"
_DEFAULTS = Options()
# How alike two names of vendors are that may be meant to be one.
_NEAR = 0.8
_MISPLACED = {
    # A file that allows writes might be copied unnoticed.
    "allow-writes": "only the command line allows writes",
    # The credential of one vendor must not be sent to the server of another.
    "base-url": "belongs in [tool.greenroom.vendors.NAME]",
}
# The expected value, by the first word of pydantic's error type; pydantic describes bounds.
_WANTED = {
    "string": "a string", "bool": "true or false", "int": "a whole number", "float": "a number",
    "list": "a list of strings", "dict": "a table", "model": "a table",
}  # fmt: skip


def _from_folder(path: str, info: ValidationInfo) -> str:
    return os.path.join(info.context or "", path)


def _address(url: str) -> str:
    if not is_http_address(url):
        raise ValueError("must be an HTTP URL without a password, such as https://host/path")
    return url


_Path = Annotated[str, AfterValidator(_from_folder)]
_Count = Annotated[int, Field(ge=0, lt=10**9)]
_Seconds = Annotated[float, Field(gt=0, lt=10**6, allow_inf_nan=False)]


class _CommonSettings(BaseModel):
    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"), extra="forbid")

    allow: list[str] = []
    only: list[str] = []
    param: dict[str, str] = {}
    body: dict[str, _Path] = {}
    receiver: Annotated[str, AfterValidator(_address)] | None = None
    baseline: _Path | None = None
    report: _Path | None = None
    requests: _Count | None = None
    time_budget: _Seconds | None = None
    timeout: _Seconds = _DEFAULTS.timeout
    examples: _Count = _DEFAULTS.generated
    invalid: _Count = _DEFAULTS.invalid
    strict: bool = False


class CheckSettings(_CommonSettings):
    """The settings for one vendor; paths in a file are relative to its folder."""

    base_url: str | None = None
    # By option, with a name in it or alone: the place in a file where the setting is written.
    _places: dict[str, str] = PrivateAttr(default_factory=dict)

    def place(self, option: str, name: str = "") -> str:
        """Where a setting, or a name in it, is written: an option, or a file with a pointer."""
        found = self._places.get(f"{option} {name}", self._places.get(option))
        if found is None:
            return f"--{option} {name}".strip()
        is_table = isinstance(getattr(self, option, None), dict)
        return ptr.join(found, name) if is_table and found == self._places.get(option) else found


class _ProjectSettings(_CommonSettings):
    vendors: dict[str, CheckSettings] = {}


_Model = TypeVar("_Model", bound=_CommonSettings)


def read_settings(vendor: str, folder: Path) -> CheckSettings:
    """The settings for a vendor in the nearest `pyproject.toml` at or above a folder.

    `[tool.greenroom.vendors.NAME]` takes precedence over `[tool.greenroom]`. Raises GreenroomError
    for a file that cannot be read, for settings that do not exist or have an unusable value, and
    for the table of a vendor with nearly this name, if there is none with this name.
    """
    candidates = (parent / FILE for parent in (folder, *folder.parents))
    file = next((path for path in candidates if path.is_file()), None)
    if file is None:
        return CheckSettings()
    try:
        document = tomllib.loads(read_bytes(file).decode("utf-8"))
    except (OSError, ValueError) as error:
        raise GreenroomError(f"{file}: {error}") from None
    except RecursionError:
        raise GreenroomError(f"{file}: its arrays and tables are nested too deeply") from None
    tool = document.get("tool")
    table = tool.get("greenroom", {}) if isinstance(tool, dict) else {}

    def pointer_of(names: Sequence[str | int]) -> str:
        return f"{file}#" + ptr.join("/tool/greenroom", *map(str, names))

    project = _validated(_ProjectSettings, table, pointer_of, file.parent)
    for near in get_close_matches(vendor, project.vendors, 1, _NEAR):
        if vendor not in project.vendors:
            raise GreenroomError(
                f"{pointer_of(('vendors', near))}: did you mean {vendor}? It has no table; if "
                f"{near} is another contract, add an empty [tool.greenroom.vendors.{vendor}]"
            )
    own = project.vendors.get(vendor, CheckSettings()).model_dump(exclude_unset=True)
    common = project.model_dump(exclude_unset=True, exclude={"vendors"})
    settings = CheckSettings().model_copy(update=common | own)
    for names, values in (((), common), (("vendors", vendor), own)):
        options = [name.replace("_", "-") for name in values]
        settings._places |= {option: pointer_of((*names, option)) for option in options}
    return settings


def with_options(settings: CheckSettings, arguments: Namespace) -> CheckSettings:
    """Settings with the options of a command line, which take precedence; lists are joined.

    Raises GreenroomError for options with an unusable value.
    """
    words = {name: getattr(arguments, name) for name in CheckSettings.model_fields}
    words |= {name: _pairs(name, words[name] or ()) for name in ("param", "body")}
    values = {n.replace("_", "-"): v for n, v in words.items() if v is not None and v is not False}
    options = _validated(CheckSettings, values, lambda names: f"--{names[0]}")
    chosen = options.model_dump(exclude_unset=True)
    chosen["allow"] = [*options.allow, *settings.allow]
    chosen["param"] = settings.param | options.param
    chosen["body"] = settings.body | options.body
    if arguments.har or arguments.webhook:
        # The base URL of a recording is not that of the server in the settings.
        chosen["base_url"] = options.base_url
    joined = settings.model_copy(update=chosen)
    joined._places = dict(settings._places)
    for option, given in values.items():
        if option in ("allow", "param", "body"):
            joined._places |= {f"{option} {name}": f"--{option} {name}" for name in given}
        else:
            joined._places.pop(option, None)
    return joined


def options_of(arguments: Namespace, settings: CheckSettings, contract: Contract) -> Options:
    """The options of a run. Raises GreenroomError for bodies that cannot be sent."""
    operations = {operation.id: operation for operation in contract.operations}
    for name in settings.param.keys() - _pairs("param", arguments.param or ()).keys():
        operation = operations.get(name.rpartition(".")[0])
        if operation is not None and requires_own_resource(operation):
            raise GreenroomError(
                f"{settings.place('param', name)}: only the command line may set it, with --param: "
                f"{operation.id} may alter the resource"
            )
    for option in ("allow", "only"):
        for name in getattr(settings, option):
            if name not in operations:
                listed = f"its operations are {', '.join(operations)}"
                place = settings.place(option, name)
                raise GreenroomError(f"{place}: {contract.name} has no operation {name}; {listed}")
    # What a file allows has no effect in a run without writes, so that is not asked for either.
    allowed = settings.allow if arguments.allow_writes else arguments.allow or ()
    bodies = {}
    for name, path in settings.body.items():
        operation, place = operations.get(name), settings.place("body", name)
        if operation is None or operation.body is None:
            raise GreenroomError(f"{place}: {contract.name} has no operation {name} with a body")
        content = read_file(path, f"{place}: ")
        bodies[name] = typed_body(content, operation.body.content[0], contract.document)
    named = [("receiver", ""), *(("param", name) for name in settings.param)]
    named += [("body", name) for name in bodies]
    return Options(
        writes=arguments.allow_writes,
        allowed=frozenset(allowed),
        only=frozenset(settings.only) or None,
        given=settings.param,
        bodies=bodies,
        receiver=settings.receiver,
        places={
            f"--{option} {name}".strip(): settings.place(option, name) for option, name in named
        },
        expired=os.environ.get(expired_variable(contract.name)) or EXPIRED,
        requests=settings.requests,
        seconds=settings.time_budget,
        timeout=settings.timeout,
        strict=settings.strict,
        generated=settings.examples,
        invalid=settings.invalid,
        thorough=arguments.thorough,
    )


def read_file(path: str, place: str = "") -> bytes:
    """The bytes of a file. Raises GreenroomError where it cannot be read; `place` begins it."""
    try:
        return read_bytes(Path(path))
    except OSError as error:
        raise GreenroomError(f"{place}{path}: cannot be read: {error.strerror}") from error


def _pairs(option: str, words: Sequence[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    for name, equals, value in pairs:
        if not name or not equals:
            raise GreenroomError(f"--{option} {name}{equals}{value}: write NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _validated(
    model: type[_Model],
    values: Any,
    name_of: Callable[[Sequence[str | int]], str],
    folder: Path | None = None,
) -> _Model:
    """Values as a model; those of a file in a `folder` must have the right types already."""
    try:
        return model.model_validate(values, strict=folder is not None, context=folder)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    names, kind = first["loc"], first["type"]
    if kind == "extra_forbidden":
        owner = model if len(names) == 1 else CheckSettings
        known = [name.replace("_", "-") for name in owner.model_fields]
        near = get_close_matches(str(names[-1]), known, 1)
        hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
        why = _MISPLACED.get(str(names[-1]), f"is not a setting; {hint}")
    elif kind == "value_error":
        why = str(first["ctx"]["error"])
    else:
        wanted = _WANTED.get(kind.partition("_")[0])
        wanted = wanted or first["msg"].removeprefix("Input should be ")
        why = f"must be {wanted}, not {json.dumps(first['input'], default=str)[:60]}"
    raise GreenroomError(f"{name_of(names)}: {why}")
