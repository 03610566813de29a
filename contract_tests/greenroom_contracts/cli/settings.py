"""Settings of a user's own project: the `[tool.greenroom]` table of its `pyproject.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greenroom.errors import GreenroomError

FILE = "pyproject.toml"
_VENDORS = "vendors"
# What each setting is; all may stand in the table itself and in that of a vendor.
_KINDS: Mapping[str, tuple[type, ...]] = {
    "base-url": (str,),
    "allow": (list,),
    "only": (list,),
    "param": (dict,),
    "body": (dict,),
    "baseline": (str,),
    "report": (str,),
    "requests": (int,),
    "time-budget": (int, float),
    "timeout": (int, float),
    "examples": (int,),
    "invalid": (int,),
    "strict": (bool,),
}
_MOST = 10**9
_PATHS = ("baseline", "report")
_NAMES = {str: "a text", list: "a list", dict: "a table", int: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings for one vendor, paths made absolute; `file` is None where there are none."""

    values: Mapping[str, Any] = field(default_factory=dict)
    file: Path | None = None


def read_settings(vendor: str, folder: Path) -> Settings:
    """The settings for a vendor in the nearest `pyproject.toml` at or above a folder.

    What `[tool.greenroom.vendors.NAME]` says counts more than what `[tool.greenroom]` says. Raises
    GreenroomError for a file that cannot be read and for settings that do not exist.
    """
    for place in (folder, *folder.parents):
        file = place / FILE
        if file.is_file():
            return _from(file, vendor)
    return Settings()


def _from(file: Path, vendor: str) -> Settings:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GreenroomError(f"{file}: {error}") from None
    tool = document.get("tool")
    table = tool.get("greenroom") if isinstance(tool, dict) else None
    if table is None:
        return Settings()
    common = _checked(table, file, "/tool/greenroom", (_VENDORS,))
    vendors = table.get(_VENDORS, {}) if isinstance(table, dict) else {}
    _expect(isinstance(vendors, dict), file, f"/tool/greenroom/{_VENDORS}", "is no table")
    own = {
        name: _checked(entry, file, f"/tool/greenroom/{_VENDORS}/{name}")
        for name, entry in vendors.items()
    }
    values = {**common, **own.get(vendor, {})}
    for name in _PATHS:
        if name in values:
            values[name] = str(file.parent / values[name])
    if "body" in values:
        values["body"] = {name: str(file.parent / path) for name, path in values["body"].items()}
    return Settings(values, file)


def _checked(table: Any, file: Path, where: str, others: tuple[str, ...] = ()) -> dict[str, Any]:
    _expect(isinstance(table, dict), file, where, "is no table")
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name in others:
            continue
        place = f"{where}/{name}"
        if name == "allow-writes":
            raise GreenroomError(f"{file}#{place}: only the command line allows writes")
        _expect(name in _KINDS, file, place, f"is no setting; those are {', '.join(_KINDS)}")
        if name == "base-url" and others:
            # One vendor's credential is not for another's server.
            raise GreenroomError(f"{file}#{place}: belongs into [tool.greenroom.{_VENDORS}.NAME]")
        kinds = _KINDS[name]
        fits = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        _expect(fits, file, place, f"is not {_NAMES[kinds[0]]}")
        if int in kinds:
            least = 0 if name in ("examples", "invalid") else 1e-3
            _expect(least <= value < _MOST, file, place, "is out of bounds")
        entries = value.values() if isinstance(value, dict) else value
        if isinstance(value, list | dict):
            texts = all(isinstance(entry, str) for entry in entries)
            _expect(texts, file, place, "holds something else than texts")
        found[name] = value
    return found


def _expect(holds: bool, file: Path, where: str, why: str) -> None:
    if not holds:
        raise GreenroomError(f"{file}#{where}: {why}")
