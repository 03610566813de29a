"""The credentials in the curl line of an operation, as its schemes require them."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import Client, one
from curl_lines import RESPONSES, URL, line, parameter, run, words


def test_a_credential_comes_before_a_parameter_of_its_name() -> None:
    """Some contracts declare the key twice."""
    key = {"type": "apiKey", "in": "header", "name": "X-Key"}
    operation = {**parameter("other", "header", name="x-key"), "security": [{"Keyed": []}]}

    assert words(operation, schemes={"Keyed": key})[3:] == ["-H", "X-Key: test-key"]


SCHEMES: dict[str, dict[str, Any]] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


@pytest.mark.parametrize("name", SCHEMES)
def test_a_credential_is_placed_as_its_scheme_requires(name: str) -> None:
    """And the mock lets the line pass."""
    operation = {"security": [{"It": []}], "responses": RESPONSES}
    found = one(operation, schemes={"It": SCHEMES[name]})

    assert run(Client(found), line(found)).status == 200


def test_credentials_and_parameters_share_query_and_cookies() -> None:
    """None of them displaces another."""
    places = ("query", "cookie")
    parameters = [
        {"name": f"{place}-p", "in": place, "required": True, "schema": {}, "example": 1}
        for place in places
    ]
    schemes = {place: {"type": "apiKey", "in": place, "name": f"{place}-c"} for place in places}
    security: list[dict[str, list[str]]] = [{place: [] for place in places}]

    assert words({"parameters": parameters, "security": security}, schemes=schemes) == [
        "curl",
        "-i",
        f"{URL}/things?query-p=1&query-c=test-key",
        "-H",
        "Cookie: cookie-p=1; cookie-c=test-key",
    ]
