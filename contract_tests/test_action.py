"""The Action: its steps are run as GitHub runs them, with the environment that it sets."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from checked import DOCUMENT, things

from servers import HttpRequest, HttpResponse, mocking, serving
from test_dependencies import EXTRAS, NOT_IMPORTED, named, reached, third_party

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "actions" / "check"
ACTION = yaml.safe_load((FOLDER / "action.yml").read_text(encoding="utf-8"))
INSTALL, CHECK, KEEP = ACTION["runs"]["steps"]
FILE = "things.json"
# Stands for Python and writes down how it was called; of a new environment, it makes the program.
PRETENDED = """\
#!/bin/sh
echo "$@" >> "$CALLS"
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
"""


@pytest.fixture
def job(tmp_path: Path) -> dict[str, str]:
    """The environment of a job, in which greenroom is installed."""
    (tmp_path / "greenroom").symlink_to(sys.prefix)
    (tmp_path / "output").touch()
    (tmp_path / FILE).write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ACTION_PATH": str(FOLDER),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_WORKSPACE": str(tmp_path),
    }


def run(step: Any, job: dict[str, str], **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step in bash, with the options of GitHub, and with the inputs of the Action."""
    values = {name: about.get("default", "") for name, about in ACTION["inputs"].items()}
    values |= {name.replace("_", "-"): value for name, value in inputs.items()}
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: values[found[1]], value)
        for name, value in step.get("env", {}).items()
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env=job | environment, cwd=job["HOME"], timeout=120, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def drifting(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Success, but for every body."""
    return replace(response, body=b"{}") if response.status == 200 else response


def test_the_package_is_installed_from_the_checkout_of_the_action(
    job: dict[str, str], tmp_path: Path
) -> None:
    """A name from an index might be somebody else's package."""
    (tmp_path / "greenroom").unlink()
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").write_text(PRETENDED)
    (programs / "python3").chmod(0o755)
    calls = tmp_path / "calls"
    done = run(INSTALL, {**job, "PATH": f"{programs}:{job['PATH']}", "CALLS": str(calls)})

    assert done.returncode == 0, done.stderr
    _, install = calls.read_text().splitlines()
    *_, constraints, package = install.split()
    assert package == f"{ROOT}[check]"
    assert Path(constraints).is_file()
    assert "--constraint" in install


def test_a_server_is_checked(job: dict[str, str]) -> None:
    """The step has the exit code of the check, the report, the summary and the credential."""
    with serving(mocking(things(), drifting)) as (url, seen):
        done = run(CHECK, job, vendor=FILE, base_url=url, key="test-key")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "\n::error title=" in done.stdout
    assert f",file={FILE},line=1::" in done.stdout
    outputs = dict(line.split("=") for line in Path(job["GITHUB_OUTPUT"]).read_text().splitlines())
    assert outputs["name"] == "things"
    assert (Path(outputs["report"]) / "report.html").is_file()
    assert "## things: " in Path(job["GITHUB_STEP_SUMMARY"]).read_text()
    assert any("test-key" in value for each in seen for value in each.headers.values())
    assert "test-key" not in done.stdout + done.stderr


def test_every_input_is_an_option_of_the_check(job: dict[str, str], tmp_path: Path) -> None:
    """And the key a variable of the environment, by the name of the contract."""
    (tmp_path / "greenroom").unlink()
    programs = tmp_path / "greenroom" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"')
    (programs / "greenroom").write_text('#!/bin/sh\necho "$@" "$GREENROOM_THINGS_KEY"')
    for program in programs.iterdir():
        program.chmod(0o755)
    done = run(
        CHECK, job, vendor=FILE, base_url="http://a.example", key="k 1", allow_writes="true",
        allow="a b", baseline="known.yaml", strict="true",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (
        f"check --base-url http://a.example --report {tmp_path}/greenroom-report --github --quiet "
        f"--allow-writes --allow a --allow b --baseline known.yaml --strict -- {FILE} k 1"
    )


@pytest.mark.parametrize(("fail_on", "code"), [("drift", 0), ("nothing", 2)])
def test_what_could_not_be_examined_fails_unless_only_drift_shall(
    fail_on: str, code: int, job: dict[str, str]
) -> None:
    """No server listens there."""
    base = "http://127.0.0.1:1"
    done = run(CHECK, job, vendor=FILE, base_url=base, key="k", fail_on=fail_on)
    assert done.returncode == code, done.stderr
    assert "::error::fail-on has to be" in done.stdout or fail_on != "nothing"


@pytest.mark.parametrize(
    "inputs",
    [{"vendor": "$(touch stolen)"}, {"allow": "* unknownOperation"}],
)
def test_an_invalid_input_fails_whatever_shall_fail(
    inputs: dict[str, str], job: dict[str, str]
) -> None:
    """No input is a script; what cannot be checked at all is never green."""
    known = {"vendor": FILE, "base_url": "http://127.0.0.1:1", "key": "k"}
    done = run(CHECK, job, **{**known, "fail_on": "drift", **inputs})
    assert done.returncode == 2
    assert done.stderr.startswith("greenroom check: ")
    assert not (Path(job["HOME"]) / "stolen").exists()


def test_inputs_reach_a_script_only_through_its_environment() -> None:
    """An expression within a script would be text of the caller that is executed."""
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    used = set(re.findall(r"inputs\.([a-z-]+)", " ".join(CHECK["env"].values())))
    assert used == set(ACTION["inputs"])


def test_other_actions_are_pinned_by_a_digest() -> None:
    """A tag may be moved."""
    assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", KEEP["uses"])


def test_the_hook_installs_what_lint_imports() -> None:
    """pre-commit installs no extras, and one by the name of the package might be a stranger's."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    wanted = hook["additional_dependencies"]
    imported = {
        name for found in third_party(reached(["greenroom.commands.lint"])) for name in found
    }
    known = EXTRAS["serve"] + EXTRAS[""]

    assert set(wanted) <= set(known)
    missing = imported - named(wanted) - named(EXTRAS[""])
    assert missing == set()
    assert named(wanted) - imported <= NOT_IMPORTED.keys()
    assert (hook["id"], hook["entry"]) == ("greenroom-lint", "greenroom lint")
    assert re.search(hook["files"], "contracts/acme/openapi.yaml")
