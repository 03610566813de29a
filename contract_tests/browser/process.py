"""A server in a process of its own, and what a test does with it beside the browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

BEGIN = "2026-01-05T09:00:00Z"


@dataclass
class Server:
    """A server at `url`, whose spaces are made and changed through its control routes."""

    url: str
    client: httpx2.Client
    process: subprocess.Popen[str]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON that a control route gives; it has to succeed."""
        reply = self.client.request(method, f"{self.url}/_greenroom/{path}", json=body)
        assert reply.status_code < 300, f"{method} {path}: {reply.text[:500]}"
        return reply.json() if reply.content else None

    def space(self, name: str = "demo", **settings: Any) -> str:
        """A new space whose time stands; its name."""
        self.call("PUT", f"spaces/{name}", {"now": BEGIN, **settings})
        return name

    def send(
        self, method: str, path: str, body: Any = None, *, key: str = "test-key", **sent: Any
    ) -> httpx2.Response:
        """The response of a mock to a request with the key of the API of jobs."""
        headers = {"X-Key": key, **sent.pop("headers", {})}
        sent |= {} if body is None else {"json": body}
        return self.client.request(method, self.url + path, headers=headers, **sent)

    def make(self, path: str, body: Any) -> str:
        """Make something in the space `demo` through the API of jobs; its id."""
        made = self.send("POST", f"/~demo/jobs/{path}", body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def clean(self) -> None:
        """Delete all spaces."""
        for each in self.call("GET", "spaces")["items"]:
            self.call("DELETE", f"spaces/{each['name']}")

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.communicate()


@contextmanager
def started(*arguments: str, token: str = "", port: int = 0) -> Iterator[Server]:
    """A server with arguments of `greenroom serve` on a free port, or on one that was free."""
    command = [sys.executable, "-m", "greenroom", "serve", *arguments]
    command += ["--port", str(port), "--no-access-log"]
    environment: Mapping[str, str] = {**os.environ, "GREENROOM_CONTROL_TOKEN": token}
    if not token:
        environment = {k: v for k, v in environment.items() if k != "GREENROOM_CONTROL_TOKEN"}
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process,
        httpx2.Client(
            headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=30
        ) as client,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, line
        try:
            yield Server(found[0], client, process)
        finally:
            process.terminate()


def written(folder: Any, name: str, document: Any) -> str:
    """The path of a contract that is written into a folder."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), "utf-8")
    return str(path)
