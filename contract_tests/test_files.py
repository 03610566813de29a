"""`make files` serves the OpenAPI files of a folder and has their bodies judged by another tool."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TEXT = {"type": "string"}


def run(folder: Path, schema: Any, example: Any) -> tuple[int, str]:
    """The exit code and the output for a file with one response."""
    content = {"application/json": {"schema": schema, "example": example}}
    get = {"operationId": "do", "responses": {"200": {"description": "", "content": content}}}
    info = {"title": "Acme", "version": "1"}
    document = {"openapi": "3.1.0", "info": info, "paths": {"/a": {"get": get}}}
    (folder / "acme.json").write_text(json.dumps(document))
    paths = os.pathsep.join([str(ROOT / "contract_tests"), str(ROOT / "contract_tests" / "unit")])
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "files.py", folder, "--calls", "2"],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_files_whose_bodies_are_valid_give_0(tmp_path: Path) -> None:
    """Each is called with its examples and with generated bodies."""
    code, output = run(tmp_path, {"type": "object", "properties": {"a": TEXT}}, {"a": "b"})
    assert code == 0
    assert "| acme.json | strict | static | 2 | 2 | 0 | 0 | 2 | 0 | 0 |" in output
    assert "| acme.json | strict | dynamic | 2 | 2 | 0 | 0 | 2 | 0 | 0 |" in output


def test_a_body_that_the_other_tool_refuses_gives_1(tmp_path: Path) -> None:
    """For Python `\\p` is no expression, in ECMA-262 it is one."""
    code, output = run(tmp_path, {"type": "string", "format": "regex", "const": "\\p{L}"}, "\\p{L}")
    assert code == 1, output
    assert "acme.json dynamic: do: invalid: /: " in output
