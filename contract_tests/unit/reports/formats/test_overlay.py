"""A contract with `overlay.yaml` applied states what was seen."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest
import yaml
from reporting import HOSTILE, everything, exchange, finding, guessing, reported

from greenroom.contract.catalog import build
from greenroom.contract.editing.overlay import apply
from greenroom.contract.model import Contract
from greenroom.http.exchange import Exchange, Response
from greenroom.redaction.secrets import MARK
from greenroom.schema.json_path import select
from greenroom.schema.validators import SchemaSet
from greenroom_contracts.finding import Finding
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from greenroom_contracts.report import Report
from greenroom_contracts.reports.contents import ReportContents
from greenroom_contracts.reports.formats.overlay import corrections
from greenroom_contracts.reports.formats.overlay_jsonpath import literal, path_of

CANDIDATE = "/components/schemas/Candidate"
RESPONSES = "/paths/~1candidates~1{id}/get/responses"
FOUND = "/components/responses/Found"
GOOD = {"id": "123e4567-e89b-12d3-a456-426614174000", "stage": "new", "it's": 1}

# The Overlay Object, as the specification's own schema states it.
OVERLAY: dict[str, Any] = {
    "type": "object",
    "required": ["overlay", "info", "actions"],
    "properties": {
        "overlay": {"pattern": r"^1\.1\.\d+$", "type": "string"},
        "info": {
            "type": "object",
            "required": ["title", "version"],
            "properties": {
                name: {"type": "string"} for name in ("title", "version", "description")
            },
            "additionalProperties": False,
        },
        "extends": {"type": "string", "format": "uri-reference"},
        "actions": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "type": "object",
                "required": ["target"],
                "properties": {
                    "target": {"type": "string", "pattern": r"^\$"},
                    "description": {"type": "string"},
                    "update": True,
                    "remove": {"type": "boolean"},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def applied(document: Any, changes: Any) -> Any:
    """A document with an overlay applied; every target has to lead somewhere."""
    changed, unused = apply(document, changes, "overlay.yaml")
    assert unused == []
    return changed


def overlay(report: Report, contract: Contract) -> dict[str, Any] | None:
    """The overlay for a report, None if it would change nothing."""
    return corrections(report, contract).document()


def remark(*findings: Finding) -> str:
    """What is told of the overlay of some findings about `several`."""
    return corrections(reported(*findings), several()).remark


def written(report: Report) -> str:
    """The text of the overlay for a report."""
    return ReportContents.of(report, guessing()).overlay


def corrected(report: Report) -> Any:
    """The contract's document with the overlay of a report applied."""
    found = overlay(report, guessing())
    assert found is not None
    return applied(guessing().document, found)


def accepts(document: Any, value: Any) -> bool:
    """Whether a candidate is valid by a document."""
    return bool(SchemaSet(document).validator(CANDIDATE).is_valid(value))


def judged(value: Any, **response: Any) -> Report:
    """The findings about a response with a candidate."""
    body = json.dumps(value).encode()
    headers = response.pop("headers", (("Content-Type", "application/json"), ("X-Total", "1")))
    response = Response(response.pop("status", 200), headers, body)
    seen = exchange(1, response=response)
    findings = ExchangeJudge(guessing()).findings(seen)
    return reported(*findings, exchanges=(seen,))


@pytest.mark.parametrize(
    "change",
    [
        {"stage": None},
        {"stage": "paused"},
        {"stage": "1e5"},
        {"id": "c-1"},
        {"id": 5},
        {"rank": 11},
        {"rank": 1.5},
        {"rank": "first"},
        {"rank": None},
        {"kind": "other"},
        {"score": "high"},
        {"nested": {"at": 5}},
        {"nested": [1]},
        {"id": None, "stage": 5, "rank": 11, "kind": None},
    ],
)
def test_the_seen_body_is_valid_by_the_corrected_contract(change: dict[str, Any]) -> None:
    """It was invalid before; other valid bodies stay valid."""
    value = {**GOOD, **change}

    document = corrected(judged(value))

    assert not accepts(guessing().document, value)
    assert accepts(document, value)
    assert accepts(document, GOOD)


@pytest.mark.parametrize("missing", [("id",), ("stage",), ("it's",), ("id", "it's"), tuple(GOOD)])
def test_a_missing_field_is_no_longer_required(missing: tuple[str, ...]) -> None:
    """By its name, whatever characters it has."""
    value = {name: entry for name, entry in GOOD.items() if name not in missing}

    document = corrected(judged(value))

    assert accepts(document, value)
    required = document["components"]["schemas"]["Candidate"].get("required", [])
    assert required == [name for name in GOOD if name not in missing]


def test_seen_types_are_added_to_the_guessed_ones() -> None:
    """A number holds every integer."""
    pointer = f"{CANDIDATE}/properties/rank/type"
    seen = [finding("wrong-type", pointer=pointer, detail=kind) for kind in ("null", "number")]

    document = corrected(reported(*seen))

    properties = document["components"]["schemas"]["Candidate"]["properties"]
    assert properties["rank"]["type"] == ["null", "number"]


def test_a_missing_header_field_is_no_longer_required() -> None:
    """It stays documented."""
    report = judged(GOOD, headers=(("Content-Type", "application/json"),))

    header = corrected(report)["components"]["responses"]["Found"]["headers"]["X-Total"]

    assert header == {"required": False, "schema": {"type": "integer"}}


def test_a_seen_status_becomes_a_response() -> None:
    """With the content of the response, marked as a guess again."""
    report = judged({"message": "taken", "codes": [1, 2.5]}, status=409)

    response = corrected(report)["paths"]["/candidates/{id}"]["get"]["responses"]["409"]

    assert response["x-provenance"]["basis"] == "inferred"
    schema = response["content"]["application/json"]["schema"]
    assert schema["properties"] == {
        "message": {"type": "string"},
        "codes": {"type": "array", "items": {"type": "number"}},
    }
    assert jsonschema_rs.is_valid(schema, {"message": "taken", "codes": [1, 2.5]})


def test_a_seen_status_belongs_to_every_operation_that_sent_it() -> None:
    """Also where the wrong guess is a response that operations share."""
    shared = finding("undocumented-status", pointer=FOUND, detail="202", others=("listThings1",))

    paths = corrected(reported(shared))["paths"]

    for path in ("/candidates/{id}", "/things/1"):
        assert paths[path]["get"]["responses"].keys() == {"200", "202", "404"}
    assert paths["/things/2"]["get"]["responses"].keys() == {"200", "404"}


def test_a_seen_media_type_becomes_content() -> None:
    """In addition to the documented ones."""
    report = judged("a,b", headers=(("Content-Type", "text/csv; charset=utf-8"), ("X-Total", "1")))

    content = corrected(report)["components"]["responses"]["Found"]["content"]

    assert content.keys() == {"application/json", "text/csv"}


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("x", {"type": "string"}),
        (None, {"type": "null"}),
        (True, {"type": "boolean"}),
        (1.5, {"type": "number"}),
        ([], {"type": "array"}),
        ({"a": [1, None]}, {
            "type": "object",
            "properties": {"a": {"type": "array", "items": {"type": ["integer", "null"]}}},
        }),
    ],
)  # fmt: skip
def test_a_seen_field_becomes_a_property(value: Any, schema: dict[str, Any]) -> None:
    """Of the type that it had."""
    document = corrected(judged({**GOOD, "fresh": value}))

    found = document["components"]["schemas"]["Candidate"]["properties"]["fresh"]
    assert found.pop("x-provenance")["basis"] == "inferred"
    assert found == schema


def test_a_seen_header_field_becomes_one_of_the_response() -> None:
    """By its name."""
    sent = (("Content-Type", "application/json"), ("X-Total", "1"), ("X-Fresh", "a"))

    headers = corrected(judged(GOOD, headers=sent))["components"]["responses"]["Found"]["headers"]

    assert headers["x-fresh"]["schema"] == {"type": "string"}


def test_a_corrected_statement_has_no_findings() -> None:
    """The check accepts the corrected contract."""
    value = {"stage": "paused", "rank": "x", "fresh": 1, "nested": {"at": None}}
    report = judged(value, headers=(("Content-Type", "application/json"), ("X-Fresh", "a")))

    contract = build(corrected(report), "acme", "acme.yaml")

    assert report.findings
    assert ExchangeJudge(contract).findings(report.exchanges[0]) == []


OTHERS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "one": {
            "oneOf": [{"type": "string", "format": "email"}, {"type": "integer", "maximum": 5}]
        },
        "both": {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
        "any": {"anyOf": [{"enum": ["a", "b"]}, {"type": "array", "items": {"type": "string"}}]},
        "not": {"not": {"type": "null"}},
        "list": {"type": "array", "contains": {"const": 1}, "maxItems": 2, "uniqueItems": True},
        "names": {"propertyNames": {"pattern": "^[a-z]$"}, "dependentRequired": {"a": ["b"]}},
        "ref": {"$ref": "#/components/schemas/Code"},
        "never": False,
        "both lists": {"oneOf": [{"type": "null"}], "anyOf": [{"type": "null"}]},
    },
}
LISTED = {"one": 5, "both": 0, "any": "a", "not": 1, "list": [1], "names": {"b": 1}, "ref": "AB"}


def several() -> Contract:
    """A contract of guesses with further keywords, headers, bodies."""
    answer = {
        "description": "Listed.",
        "headers": {
            "X-Limit": {"$ref": "#/components/headers/Limit"},
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Others"}}},
    }
    operation = {"operationId": "getCandidate", "responses": {"200": answer}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Several", "version": "1"},
        "paths": {"/others": {"get": {**operation, "x-provenance": {"basis": "inferred"}}}},
        "components": {
            "headers": {"Limit": {"schema": {"type": "integer"}}},
            "schemas": {"Others": OTHERS, "Code": {"type": "string", "pattern": "^[A-Z]{2}$"}},
        },
    }
    for part in (document["components"]["headers"], document["components"]["schemas"]):
        for node in part.values():
            node["x-provenance"] = {"basis": "inferred", "note": "A guess."}
    return build(deepcopy(document), "several", "several.yaml")


SENT: dict[str, tuple[Any, dict[str, Any]]] = {
    "no schema of oneOf": ({"one": {"a": 1}}, {}),
    "two schemas of oneOf": ({"both": 7}, {}),
    "no schema of anyOf": ({"any": {"a": [1]}}, {}),
    "what not forbids": ({"not": None}, {}),
    "nothing that contains allows": ({"list": []}, {}),
    "too many and equal items": ({"list": [1, 1, 1]}, {}),
    "names and dependencies": ({"names": {"a": 1, "BB": 2}}, {}),
    "a value where none is allowed": ({"never": 1}, {}),
    "a pattern behind a reference": ({"ref": "abc"}, {}),
    "a field that additionalProperties forbids": ({"fresh": 1}, {}),
    "a header field of another type": ({}, {"X-Limit": "many"}),
    "several at once": ({"one": None, "both": 3, "fresh": [1], "list": [2, 2]}, {"X-Limit": "x"}),
}


def rounds(contract: Contract, seen: Exchange) -> tuple[list[Finding], Contract]:
    """The first findings about an exchange, and the contract after all overlays were applied."""
    first = ExchangeJudge(contract).findings(seen)
    for _ in range(3):
        findings = ExchangeJudge(contract).findings(seen)
        found = overlay(reported(*findings, exchanges=(seen,)), contract)
        if found is None:
            break
        contract = build(applied(contract.document, found), contract.name, contract.file)
    return first, contract


@pytest.mark.parametrize("name", SENT)
def test_what_was_seen_conforms_to_the_corrected_contract(name: str) -> None:
    """What conformed before still does."""
    value, headers = SENT[name]
    fields = (("Content-Type", "application/json"), *headers.items())
    body = json.dumps({**LISTED, **value}).encode()
    seen = exchange(1, response=Response(200, fields, body))
    good = exchange(1, body=LISTED)

    first, contract = rounds(several(), seen)

    assert [finding for finding in first if not finding.is_addition]
    assert ExchangeJudge(contract).findings(seen) == []
    assert ExchangeJudge(several()).findings(good) == []
    assert ExchangeJudge(contract).findings(good) == []


@pytest.mark.parametrize("status", [200, 202])
def test_a_response_without_a_body_conforms_to_the_corrected_contract(status: int) -> None:
    """To the documented status, or to one that is added."""
    seen = exchange(1, response=Response(status, (), b""))

    first, contract = rounds(several(), seen)

    assert first
    assert ExchangeJudge(contract).findings(seen) == []


@pytest.mark.parametrize(
    ("keyword", "left"), [("pattern", False), ("type", True), ("enum", True), ("gone", True)]
)
def test_a_restriction_of_requests_that_a_server_does_not_have_is_removed(
    keyword: str, left: bool
) -> None:
    """If nothing else would be: a wrong type that is accepted once is no type of the contract."""
    pointer = f"/components/schemas/Code/{keyword}"
    found = finding("invalid-request-accepted", pointer=pointer, detail="/code: wrong")

    changes = overlay(reported(found), several())

    assert (changes is None) is left
    if changes is not None:
        code = applied(several().document, changes)["components"]["schemas"]["Code"]
        assert code.keys() == {"type", "x-provenance"}


def test_the_overlay_names_the_guesses_that_it_does_not_correct() -> None:
    """And the terminal says how many, or why there is no overlay."""
    pointer = "/components/schemas/Others/properties/both lists/oneOf"
    left = finding("invalid-value", pointer=pointer, message="matches 0 of 1", detail="oneOf")
    right = finding("wrong-format", pointer="/components/schemas/Code/pattern")

    both = overlay(reported(left, right), several())
    assert both is not None
    assert both["info"]["description"] == (
        "Without a correction:\n\n- getCandidate: matches 0 of 1\n"
    )
    assert remark(left, right) == (
        "overlay.yaml has no correction for 1 wrong guess; it names them"
    )
    assert remark(left).startswith("no overlay.yaml: no wrong guess has a")
    documented = finding(basis="documented")
    assert remark(documented).startswith("no overlay.yaml: it corrects guesses, and no")
    assert (remark(right), remark()) == ("", "")


@pytest.mark.parametrize(
    "left",
    [
        finding(basis="documented"),
        finding(basis="published"),
        finding(basis="disputed"),
        finding(basis=None),
        finding("server-error", pointer=RESPONSES, detail="500"),
        finding("operation-gone", pointer=RESPONSES, detail="404"),
        finding("credential-not-enforced", pointer=f"{RESPONSES}/security"),
        finding("invalid-value", pointer=f"{CANDIDATE}/properties", detail="oneOf"),
        finding(pointer="/components/schemas/Gone/required"),
        finding(detail="not required"),
        finding("undocumented-value", pointer=f"{CANDIDATE}/properties/stage/enum", detail="{"),
        finding("undocumented-value", pointer=f"{CANDIDATE}/properties/stage/enum", detail='"new"'),
        finding(
            "undocumented-value", pointer=f"{CANDIDATE}/properties/stage/enum", detail=f'"{MARK}"'
        ),
        finding("undocumented-value", pointer=f"{CANDIDATE}/properties/kind/const", detail="{"),
        finding("undocumented-media-type", pointer=f"{FOUND}/content", detail=""),
        finding("missing-header", pointer=f"{FOUND}/content"),
    ],
)  # fmt: skip
def test_findings_without_a_correction_are_not_in_the_overlay(left: Finding) -> None:
    """About documented statements, failures of a server, and redacted values."""
    assert overlay(reported(left), guessing()) is None
    assert written(reported(left)) == ""


def test_an_overlay_is_valid_by_its_specification() -> None:
    """Whatever the findings are."""
    found = yaml.safe_load(written(everything()))

    assert list(jsonschema_rs.validator_for(OVERLAY).iter_errors(found)) == []


def test_an_overlay_names_the_file_that_it_changes() -> None:
    """The contract, by its relative path."""
    found = overlay(reported(finding()), guessing())

    assert found is not None
    assert found["extends"] == "openapi.yaml"


def test_every_change_describes_what_was_seen_and_when() -> None:
    """In words."""
    found = overlay(reported(finding(count=3)), guessing())

    assert found is not None
    assert found["actions"][0]["description"] == (
        "getCandidate: stage is required, but missing. "
        "Seen 3 times on 2026-11-22 at response body /stage."
    )


def test_a_change_for_two_findings_appears_once() -> None:
    """As actions have to differ."""
    found = overlay(reported(finding(), finding(operation="listThings1")), guessing())

    assert found is not None
    assert [list(action)[0::2] for action in found["actions"]] == [
        ["target", "remove"],
        ["target", "update"],
    ]


@pytest.mark.parametrize(
    "value", ["1e5", "0o17", "no", "null", "2026-01-01", "18:00", "1.0", "~", "", HOSTILE]
)
def test_strings_stay_strings_in_yaml(value: str) -> None:
    """By the rules of version 1.1 and of the contracts, which are those of 1.2."""
    from greenroom.contract.loading.parsing import parse_value

    pointer = f"{CANDIDATE}/properties/stage/enum"
    report = reported(finding("undocumented-value", pointer=pointer, detail=json.dumps(value)))
    text = written(report)

    for found in (yaml.safe_load(text), parse_value(text, "overlay.yaml")):
        assert found["actions"][0]["update"] == {"enum": [value]}
        assert found["overlay"] == "1.1.0"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a", "'a'"),
        ("it's", "'it\\'s'"),
        ("a\\b", "'a\\\\b'"),
        ('"', "'\"'"),
        ("\n\t\r\b\f", "'\\n\\t\\r\\b\\f'"),
        ("\x00\x0b", "'\\u0000\\u000b'"),
        ("ü", "'ü'"),
    ],
)
def test_a_name_is_quoted_as_in_a_normalized_path(text: str, written: str) -> None:
    """RFC 9535 section 2.7."""
    assert literal(text) == written
    assert select({text: 1}, f"$[{written}]") == [((text,), 1)]


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("", "$"),
        ("/a~1b/0/c~0d", "$['a/b'][0]['c~d']"),
        ("/x/0", "$['x']['0']"),
    ],
)
def test_a_pointer_is_a_path(pointer: str, path: str) -> None:
    """With indexes where there is a list."""
    assert path_of({"a/b": [{"c~d": 1}], "x": {"0": 1}}, pointer) == path


def test_a_pointer_that_leads_nowhere_is_an_error() -> None:
    """The caller has to know."""
    with pytest.raises(LookupError):
        path_of({}, "/a")
