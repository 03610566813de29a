"""The Node servers: installed once into a folder that git ignores, never needed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_FOLDER = _HERE.parents[1] / ".node" / "bench"
_PINS = _HERE / "package.json"
_APPS = _HERE / "apps.mjs"
_OLDEST = 20
_INSTALL_SECONDS = 600
# No script of a package runs, and no lock file with addresses of a registry is written.
_INSTALL = ("install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund")


class NodeError(Exception):
    """Why there are no Node servers."""


@dataclass(frozen=True, slots=True)
class Node:
    """An installation: the program, its version, and the folder of the packages."""

    program: str
    version: str
    folder: Path

    def command(self, package: str) -> tuple[str, ...]:
        """The command of a package."""
        home = self.folder / "node_modules" / package
        found = json.loads((home / "package.json").read_text(encoding="utf-8"))["bin"]
        (entry,) = [found] if isinstance(found, str) else found.values()
        return (self.program, str(home / entry))

    def app(self, name: str) -> tuple[str, ...]:
        """One of the applications of apps.mjs."""
        return (self.program, str(self.folder / _APPS.name), name)

    def binary(self, pattern: str) -> tuple[str, ...]:
        """An executable file in a package, by a glob pattern."""
        found = sorted((self.folder / "node_modules").glob(pattern))
        if not found:
            raise NodeError(f"there is no {pattern} for this machine")
        return (str(found[0]),)


def pins() -> Mapping[str, str]:
    """The version of every package."""
    found: Mapping[str, str] = json.loads(_PINS.read_text(encoding="utf-8"))["dependencies"]
    return found


def installed() -> Node:
    """The packages, installed if they are not yet. Raises NodeError where they cannot be."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        raise NodeError("there is no Node.js here")
    version = _output(program, "--version")
    major = re.match(r"v(\d+)\.", version)
    if major is None or int(major[1]) < _OLDEST:
        raise NodeError(f"Node.js {version} is older than {_OLDEST}")
    kept = _FOLDER / _PINS.name
    wanted = _PINS.read_text(encoding="utf-8")
    if not kept.is_file() or kept.read_text(encoding="utf-8") != wanted:
        _install(npm, wanted)
    shutil.copyfile(_APPS, _FOLDER / _APPS.name)
    return Node(program, version, _FOLDER)


def _install(npm: str, wanted: str) -> None:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    kept = _FOLDER / _PINS.name
    kept.write_text(wanted, encoding="utf-8")
    try:
        subprocess.run(
            [npm, *_INSTALL],
            cwd=_FOLDER,
            check=True,
            capture_output=True,
            text=True,
            timeout=_INSTALL_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        # A partial installation is not used the next time.
        kept.unlink()
        output = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise NodeError(f"npm could not install them: {output[-1] if output else error}") from error


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise NodeError(f"{command[0]} does not run: {error}") from error
