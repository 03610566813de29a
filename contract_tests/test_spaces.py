"""Spaces as a whole: the same everywhere, apart from each other, and for files nobody prepared."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from contracts import Client
from featured import spaces_of

from greenroom.codec.bodies.serializing import typed_body
from greenroom.codec.documented_request import documented_request
from greenroom.contract.catalog import find, load
from greenroom.server.background import StartMock
from greenroom_contracts.planning.body_identifiers import documented_bodies

PETSTORE = Path(__file__).parent / "unit" / "contract" / "behaviour" / "petstore.yaml"
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
THREADS, THINGS = 20, 15


def session(vendor: str, space: str) -> str:
    """The snapshot of a space after every documented request, three times."""
    contract = load(find((vendor,))[0])
    client = Client(contract)
    spaces_of(client).put(space, seed="same", now=NOW)
    for _ in range(3):
        for operation in contract.operations:
            sent = documented_request(contract, operation, "test-key")
            target = f"/~{space}/{contract.name}{contract.base_path}{sent.target}"
            headers = [*sent.fields, ("content-length", str(len(sent.body)))]
            assert client.send(operation.method, target, headers, [sent.body]).status < 500
    return json.dumps(spaces_of(client).snapshot(space))


VENDORS = [source.name for source in find(())]


def test_the_same_calls_give_the_same_snapshot_in_every_process() -> None:
    """With other hash seeds, and another name of the space."""
    script = f"""
import sys, hashlib
sys.path[:0] = {[str(Path(__file__).parent), *sys.path]!r}
from test_spaces import session
for vendor in {VENDORS!r}:
    print(hashlib.sha256(session(vendor, sys.argv[1]).encode()).hexdigest())
"""
    here = [session(vendor, "here") for vendor in VENDORS]
    assert all(len(snapshot) > 500 for snapshot in here)
    for seed, name in (("1", "one"), ("2", "another-name")):
        run = subprocess.run(
            [sys.executable, "-c", script, name],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests = [hashlib.sha256(snapshot.encode()).hexdigest() for snapshot in here]
        assert run.stdout.split() == digests


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_documented_request_succeeds_in_a_new_space(vendor: str) -> None:
    """What its examples name is there from the beginning; each is sent to a space of its own."""
    contract = load(find((vendor,))[0])
    client, refused, number = Client(contract), [], 0
    for operation in contract.operations:
        for body in documented_bodies(contract, operation) or [None]:
            content = body and typed_body(body[1].value, body[0], contract.document)
            sent = documented_request(contract, operation, "test-key", content, {})
            number += 1
            reply = client.send(
                operation.method,
                f"/~{number}/{contract.name}{contract.base_path}{sent.target}",
                [*sent.fields, ("content-length", str(len(sent.body)))],
                [sent.body],
            )
            if reply.status >= 400:
                refused.append(f"{operation.id}: {reply.headers['x-greenroom-reason']}")
    assert refused == []


def test_twenty_clients_in_twenty_spaces_do_not_see_each_other() -> None:
    """Neither things nor requests, at the same time."""
    with StartMock() as start:
        server = start("heymilo")
        url = urlsplit(server["heymilo"].url)

        def client(number: int) -> list[str]:
            connection = http.client.HTTPConnection(url.hostname or "", url.port or 0)
            headers = {"Content-Type": "application/json", **server["heymilo"].headers}
            base, made = f"/~space-{number}{url.path}", []

            def ask(method: str, path: str, body: Any = None) -> Any:
                content = None if body is None else json.dumps(body)
                connection.request(method, path, content, headers)
                response = connection.getresponse()
                assert response.status == 200, response.read()
                return json.loads(response.read())

            for i in range(THINGS):
                address = f"https://client-{number}.test/{i}"
                body = {
                    "posting_id": "posting_123",
                    "url": address,
                    "event_type": "report_available",
                }
                made.append(ask("POST", f"{base}/api/webhook/create", body)["webhook_id"])
            listed = ask("GET", f"{base}/api/webhook/all?event_type=report_available")
            assert [each["webhook_id"] for each in listed] == made
            assert all(each["url"].startswith(f"https://client-{number}.") for each in listed)
            journal = ask("GET", f"/_greenroom/spaces/space-{number}/requests?limit=1000")
            assert len(journal["items"]) == THINGS + 1
            connection.close()
            return made

        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(client, range(THREADS)))
    # The same seed everywhere, so that the same calls have the same identifiers.
    assert all(made == found[0] for made in found)


class Petstore:
    """The petstore, which nobody prepared, in a space."""

    def __init__(self) -> None:
        contract = load(find((str(PETSTORE),))[0])
        self.client = Client(contract, any_credential=True)
        self.base = f"/~here/{contract.name}{contract.base_path}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The response to a request with a JSON body."""
        headers = {
            "api_key": "test-key", "authorization": "Bearer test-key", "accept": "application/json",
        }  # fmt: skip
        if body is None:
            return self.client.send(method, self.base + path, headers)
        sent = json.dumps(body).encode()
        headers |= {"content-type": "application/json", "content-length": str(len(sent))}
        return self.client.send(method, self.base + path, headers, [sent])


def test_a_petstore_that_nobody_prepared_keeps_its_pets() -> None:
    """Created, found by status, changed, deleted and gone, by inference alone.

    The file documents no success of a deletion, so that it is the least that says so.
    """
    store = Petstore()
    pet = {"name": "Rex", "photoUrls": ["a"], "status": "pending", "id": 4711}
    assert store.ask("POST", "/pet", pet).json["id"] == 4711
    assert store.ask("GET", "/pet/4711").json["name"] == "Rex"
    found = store.ask("GET", "/pet/findByStatus?status=pending").json
    assert [each["id"] for each in found if each["name"] == "Rex"] == [4711]
    assert store.ask("PUT", "/pet", {**pet, "status": "sold"}).status == 200
    assert store.ask("GET", "/pet/4711").json["status"] == "sold"
    found = store.ask("GET", "/pet/findByStatus?status=pending").json
    assert 4711 not in [each["id"] for each in found]
    assert store.ask("DELETE", "/pet/4711").status == 204
    assert store.ask("GET", "/pet/4711").status == 404


def test_a_petstore_that_nobody_prepared_keeps_orders_and_users() -> None:
    """Users by their names, which they choose."""
    store = Petstore()
    order = store.ask("POST", "/store/order", {"petId": 1, "quantity": 7}).json
    assert store.ask("GET", f"/store/order/{order['id']}").json["quantity"] == 7
    assert store.ask("DELETE", f"/store/order/{order['id']}").status == 204
    assert store.ask("GET", f"/store/order/{order['id']}").status == 404
    assert store.ask("POST", "/user", {"username": "ada", "email": "ada@b.c"}).status == 200
    assert store.ask("GET", "/user/ada").json["email"] == "ada@b.c"
    assert store.ask("PUT", "/user/ada", {"email": "new@b.c"}).status == 200
    assert store.ask("GET", "/user/ada").json["email"] == "new@b.c"
    assert store.ask("DELETE", "/user/ada").status == 204
    assert store.ask("GET", "/user/ada").status == 404
