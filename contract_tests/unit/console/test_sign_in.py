"""Whoever opens the printed address is signed in, in a real browser too."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

_CHROMIUM = shutil.which("chromium")
_SCRIPT = "<title>before</title><script>document.title = 'after'; fetch('/_greenroom/')</script>"
_PAGE = {"description": "A page.", "content": {"text/html": {"example": _SCRIPT}}}
_CONTRACT = {
    "openapi": "3.1.0",
    "info": {"title": "Pages", "version": "1"},
    "paths": {"/page": {"get": {"operationId": "getPage", "responses": {"200": _PAGE}}}},
}


@contextmanager
def serving(folder: Path, token: str) -> Iterator[tuple[str, list[str]]]:
    """The ready line of a server with a token, and the lines of its log once it has ended."""
    (folder / "pages.json").write_text(json.dumps(_CONTRACT))
    command = [sys.executable, "-m", "greenroom", "serve", "pages.json", "--port", "0"]
    log: list[str] = []
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "GREENROOM_CONTROL_TOKEN": token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        try:
            yield run.stdout.readline().strip(), log
        finally:
            run.terminate()
            log += (run.communicate()[1] or "").splitlines()


def opened(url: str, folder: Path) -> str:
    """The page that a browser shows some seconds after an address was opened."""
    assert _CHROMIUM is not None
    options = (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={folder / 'browser'}", "--virtual-time-budget=5000", "--dump-dom",
    )  # fmt: skip
    done = subprocess.run(
        [_CHROMIUM, *options, url], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def test_a_token_is_made_and_an_address_that_signs_in_is_printed(tmp_path: Path) -> None:
    """Each time another one."""
    with serving(tmp_path, "generate") as (ready, _):
        url, _, token = ready.rpartition(" ")[2].partition("#")
        assert url.endswith("/_greenroom/sign-in")
        assert len(token) >= 32
        base = url.removesuffix("sign-in")
        sent = httpx2.post(f"{base}session", data={"token": token})
        assert sent.status_code == 303
        assert httpx2.get(f"{base}vendors").status_code == 401
        known = {"authorization": f"Bearer {token}"}
        assert httpx2.get(f"{base}vendors", headers=known).status_code == 200


def test_a_token_that_is_given_is_not_printed(tmp_path: Path) -> None:
    """Who has given it knows it."""
    with serving(tmp_path, "a-token-of-somebody") as (ready, log):
        assert ready.endswith("/_greenroom/")
    assert "somebody" not in ready + "".join(log)


@pytest.mark.skipif(_CHROMIUM is None, reason="NOT TESTED IN A BROWSER: there is no chromium")
def test_a_browser_that_opens_the_address_shows_the_console(tmp_path: Path) -> None:
    """The token is in no log; a wrong one is told; what a mock shows runs no script."""
    with serving(tmp_path, "generate") as (ready, log):
        address = ready.rpartition(" ")[2]
        assert "getPage" in opened(address, tmp_path)
        page = opened(f"{address}x", tmp_path)
        assert "That is not the token." in page
        shown = opened(address.partition("/_greenroom")[0] + "/pages/page", tmp_path)
        assert "<title>before</title>" in shown
    assert not [line for line in log if address.partition("#")[2] in line]
    asked = [json.loads(line)["path"] for line in log]
    assert asked[asked.index("/pages/page") :].count("/_greenroom/") == 0
