"""Build the wheel and the source distribution into dist/, twice: both have to be reproducible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
_SPECS = sorted(ROOT.glob("specs/*/openapi.yaml"))
_PACKAGES = {"greenroom", "greenroom_models", "greenroom_contracts"}
# A file of each folder without which the package installs, and lacks something.
_NEEDED = (
    *(f"greenroom/_specs/{path.parent.name}/openapi.yaml" for path in _SPECS),
    "greenroom/_docs/index.md",
    "greenroom/console/look.css",
    "greenroom/console/assets/page.js",
    "greenroom/console/templates/layout.html",
    "greenroom/server/control/openapi.json",
    "greenroom/py.typed",
)


def main() -> int:
    """Return 0; 1 with a line for each thing that is wrong."""
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        builds = [built(Path(folder)) for folder in (first, second)]
        wrong = [f"{n}: two builds differ" for n in builds[0] if builds[0][n] != builds[1].get(n)]
        for name in builds[0]:
            path = Path(first, name)
            wrong += [f"{name}: {each}" for each in problems(path, path.suffix == ".whl")]
        if not wrong:
            shutil.rmtree(ROOT / "dist", ignore_errors=True)
            (ROOT / "dist").mkdir()
            for name in builds[0]:
                shutil.copyfile(Path(first, name), ROOT / "dist" / name)
    for line in wrong:
        print(line, file=sys.stderr)
    for name in [] if wrong else builds[0]:
        print(f"dist/{name}")
    return int(bool(wrong))


def built(folder: Path) -> dict[str, bytes]:
    """The content of each distribution by its name, built into a folder."""
    # Times in the files are those of the last commit, or what the caller says.
    log = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    found = subprocess.run(log, capture_output=True, text=True, check=False).stdout.strip()
    times = {"SOURCE_DATE_EPOCH": found} if found else {}
    for target in ("wheel", "sdist"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
        environment = {**times, **os.environ}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(done.stderr)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def problems(path: Path, is_wheel: bool) -> list[str]:
    """What is missing in a distribution, or should not be in it."""
    if not is_wheel:
        with tarfile.open(path) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        specs = (f"specs/{path.parent.name}/openapi.yaml" for path in _SPECS)
        wanted = ("pyproject.toml", "Makefile", "docs/index.md", *specs)
        return [f"{name} is missing" for name in wanted if name not in names]
    names = set(zipfile.ZipFile(path).namelist())
    tops = {name.partition("/")[0] for name in names}
    others = {top for top in tops - _PACKAGES if not top.endswith(".dist-info")}
    return [
        *(f"{name} is missing" for name in _NEEDED if name not in names),
        *(f"{name} would be installed beside the packages" for name in sorted(others)),
    ]


if __name__ == "__main__":
    sys.exit(main())
