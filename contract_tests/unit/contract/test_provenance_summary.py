"""Statements are counted by their basis, which is never read from data that looks like one."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from greenroom.cli import main
from greenroom.contract.catalog import build
from greenroom.contract.provenance import basis_at, declared, statements
from greenroom.contract.provenance_summary import (
    WITHOUT_BASIS,
    Unconfirmed,
    subject,
    summarize_provenance,
)

DOCUMENTED = {"basis": "documented", "source": "guide", "at": "Jobs"}
PUBLISHED = {"basis": "published", "source": "site"}
DISPUTED = {"basis": "disputed", "source": "guide", "note": "Heading and curl differ."}


def inferred(note: str) -> dict[str, str]:
    """An `x-provenance` of something that no source states."""
    return {"basis": "inferred", "note": note}


JOBS: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Jobs", "version": "7"},
    "x-rate-limit": {"requests": 1, "seconds": 1, "x-provenance": inferred("By a header.")},
    "paths": {
        "/jobs": {
            "x-provenance": inferred("No curl shows the path."),
            "get": {
                "operationId": "listJobs",
                "x-provenance": DOCUMENTED,
                "responses": {"200": {"$ref": "#/components/responses/JobListed"}},
            },
            "post": {"responses": {"200": {"$ref": "#/components/responses/JobListed"}}},
        }
    },
    "webhooks": {
        "job.closed": {
            "post": {
                "operationId": "onJobClosed",
                "x-provenance": DISPUTED,
                "responses": {"200": {"description": "Received."}},
            }
        }
    },
    "components": {
        "responses": {
            "JobListed": {
                "description": "Jobs.",
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
                        "examples": {"open": {"$ref": "#/components/examples/JobOpen"}},
                    }
                },
            }
        },
        "schemas": {
            "Job": {
                "type": "object",
                "x-provenance": PUBLISHED,
                "properties": {
                    "id": {"type": "string"},
                    "title": {"type": "string", "x-provenance": inferred("Seen once.")},
                    "tags": {
                        "type": "array",
                        "items": {"type": "string", "x-provenance": inferred("No type is given.")},
                    },
                    "properties": {"type": "string", "default": {"properties": {"no": 1}}},
                },
                "if": {"properties": {"id": {"const": "x"}}},
            }
        },
        "examples": {
            "JobOpen": {
                "x-provenance": DOCUMENTED,
                "value": [{"id": "j-1", "x-provenance": inferred("A value, no statement.")}],
            }
        },
    },
}
JOB = "/components/schemas/Job"

BASES = {
    "": None,
    "/x-rate-limit": "inferred",
    "/x-rate-limit/requests": "inferred",
    "/paths/~1jobs": "inferred",
    "/paths/~1jobs/get": "documented",
    "/paths/~1jobs/get/responses/200": "documented",
    "/paths/~1jobs/post": "inferred",
    "/webhooks/job.closed": None,
    "/webhooks/job.closed/post": "disputed",
    "/components/responses/JobListed": None,
    JOB: "published",
    f"{JOB}/properties/id": "published",
    f"{JOB}/properties/title": "inferred",
    f"{JOB}/properties/title/type": "inferred",
    f"{JOB}/properties/unknown": "published",
    f"{JOB}/properties/tags": "published",
    f"{JOB}/properties/tags/items": "inferred",
    "/components/examples/JobOpen": "documented",
    "/components/examples/JobOpen/value/0": "documented",
    "/components/examples/JobOpen/value/0/id": "documented",
    "/nowhere": None,
}


@pytest.mark.parametrize("pointer", BASES)
def test_the_nearest_basis_applies(pointer: str) -> None:
    """It is inherited downwards, not through references, and never read from a value."""
    assert basis_at(JOBS, pointer) == BASES[pointer]


def test_a_property_called_x_provenance_is_not_a_basis() -> None:
    """A property is a schema."""
    raw = {"components": {"schemas": {"A": {"properties": {"x-provenance": PUBLISHED}}}}}

    assert basis_at(raw, "/components/schemas/A/properties/x-provenance") is None


@pytest.mark.parametrize("value", [{}, {"basis": None}, {"basis": 3}, "documented", None])
def test_a_malformed_provenance_is_not_a_basis(value: Any) -> None:
    """The house rules report it; nothing here fails because of it."""
    raw = {"components": {"schemas": {"A": {"x-provenance": value}}}}

    assert basis_at(raw, "/components/schemas/A") is None


def test_statements_are_operations_webhooks_components_and_properties() -> None:
    """Not schemas of conditions, and nothing within a value."""
    found = [(entry.kind, entry.pointer, entry.basis) for entry in statements(JOBS)]

    assert found == [
        ("operation", "/paths/~1jobs/get", "documented"),
        ("operation", "/paths/~1jobs/post", "inferred"),
        ("webhook", "/webhooks/job.closed/post", "disputed"),
        ("response", "/components/responses/JobListed", None),
        ("schema", JOB, "published"),
        ("property", f"{JOB}/properties/id", "published"),
        ("property", f"{JOB}/properties/title", "inferred"),
        ("property", f"{JOB}/properties/tags", "published"),
        ("property", f"{JOB}/properties/properties", "published"),
        ("example", "/components/examples/JobOpen", "documented"),
    ]


def test_declared_provenance_is_found_in_document_order() -> None:
    """With the pointer of its object, and none from inside values."""
    assert [(entry.pointer, entry.basis) for entry in declared(JOBS)] == [
        ("/x-rate-limit", "inferred"),
        ("/paths/~1jobs", "inferred"),
        ("/paths/~1jobs/get", "documented"),
        ("/webhooks/job.closed/post", "disputed"),
        (JOB, "published"),
        (f"{JOB}/properties/title", "inferred"),
        (f"{JOB}/properties/tags/items", "inferred"),
        ("/components/examples/JobOpen", "documented"),
    ]


def test_every_statement_is_counted_once() -> None:
    """Each statement is counted once, also those without a basis."""
    found = summarize_provenance(build(JOBS, "jobs", "jobs.yaml"))

    assert (found.operations, found.webhooks, found.examples) == (2, 1, 1)
    assert list(found.counts.items()) == [
        ("documented", 2),
        ("published", 4),
        ("inferred", 2),
        ("disputed", 1),
        (WITHOUT_BASIS, 1),
    ]
    assert found.total == 10
    assert found.share("published") == pytest.approx(0.4)


def test_a_contract_without_statements_has_no_shares() -> None:
    """And no division by zero."""
    raw = {"openapi": "3.1.0", "info": {"title": "Empty", "version": "1"}, "paths": {}}

    found = summarize_provenance(build(raw, "empty", "empty.yaml"))

    assert (found.total, found.share("documented")) == (0, 0.0)


def test_inferred_and_disputed_statements_are_listed_with_their_notes() -> None:
    """Each with a readable name and its pointer."""
    found = summarize_provenance(build(JOBS, "jobs", "jobs.yaml")).unconfirmed

    assert found == (
        Unconfirmed("inferred", "x-rate-limit", "/x-rate-limit", "By a header."),
        Unconfirmed("inferred", "path /jobs", "/paths/~1jobs", "No curl shows the path."),
        Unconfirmed(
            "disputed",
            "operation onJobClosed",
            "/webhooks/job.closed/post",
            "Heading and curl differ.",
            "guide",
        ),
        Unconfirmed("inferred", "schema Job.title", f"{JOB}/properties/title", "Seen once."),
        Unconfirmed(
            "inferred", "schema Job.tags[]", f"{JOB}/properties/tags/items", "No type is given."
        ),
    )


SUBJECTS = {
    "/paths/~1jobs": "path /jobs",
    "/paths/~1jobs/get": "operation listJobs",
    "/paths/~1jobs/post": "operation POST /jobs",
    "/paths/~1jobs/get/responses/200": "operation listJobs, responses 200",
    "/webhooks/job.closed": "webhook job.closed",
    "/components/securitySchemes/Key": "security scheme Key",
    "/components/responses/JobListed/headers/X-Total": "response JobListed, headers X-Total",
    "/components/schemas/Job": "schema Job",
    "/components/schemas/Job/properties/items": "schema Job.items",
    "/components/schemas/Job/properties/a/items/properties/b": "schema Job.a[].b",
    "/components/schemas/Job/allOf/0": "schema Job, allOf 0",
    "/servers/0": "servers, 0",
    "": "document",
}


@pytest.mark.parametrize("pointer", SUBJECTS)
def test_a_pointer_gets_a_readable_name(pointer: str) -> None:
    """It begins with the operationId or the component name."""
    assert subject(JOBS, pointer) == SUBJECTS[pointer]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The contract above as a file."""
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(JOBS), encoding="utf-8")
    return str(path)


def test_the_report_fits_a_terminal(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Notes are wrapped at 100 columns, words are not split."""
    long = deepcopy(JOBS)
    long["x-rate-limit"]["x-provenance"]["note"] = "word " * 100
    Path(file).write_text(json.dumps(long), encoding="utf-8")

    assert main(["report", file]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 100
    assert sum(line.count("word") for line in lines) == 100


def test_the_report_gives_counts_shares_and_unconfirmed_statements(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The latter are grouped by basis."""
    main(["report", file])

    text = capsys.readouterr().out
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "jobs 2 1 1 10" in rows
    assert "jobs 2 20.0% 4 40.0% 2 20.0% 1 10.0% 1 10.0%" in rows
    assert text.index("jobs: 4 inferred") < text.index("jobs: 1 disputed")
    assert "  operation onJobClosed\n    #/webhooks/job.closed/post\n" in text
    assert "      Heading and curl differ. [guide]\n" in text


def test_the_report_is_json_on_request(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the same content."""
    main(["report", "--json", file])

    (found,) = json.loads(capsys.readouterr().out)
    assert found["counts"]["inferred"] == 2
    assert found["unconfirmed"][1] == {
        "basis": "inferred",
        "subject": "path /jobs",
        "pointer": "/paths/~1jobs",
        "note": "No curl shows the path.",
        "source": "",
    }


def test_a_report_on_an_unknown_name_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and the reason on standard error."""
    assert main(["report", "nosuch"]) == 2
    assert "nosuch is neither a vendor nor a file" in capsys.readouterr().err
