"""Each house rule finds its problems, each at the right pointer."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from greenroom.cli import main
from greenroom.contract.loading.parsing import parse
from greenroom.lint import RULES, Document, find_problems
from greenroom.schema import json_pointer as ptr

LIMITS = {"basis": "documented", "source": "guide", "at": "Limits"}
TIDY = """\
openapi: 3.1.0
info:
  title: Screening
  version: '2026-01-31'
  description: Screens candidates. Nothing is said about deleting them.
  x-sources:
    guide: {title: Screening guide, url: 'https://screening.example/docs', date: '2026-01-31'}
x-rate-limit:
  requests: 300
  seconds: 60
  per: API key
  x-provenance: {basis: documented, source: guide, at: Limits}
x-webhook-signature:
  algorithm: hmac-sha256
  encoding: hex
  signature-header: X-Signature
  timestamp-header: X-Timestamp
  signed-content: '{timestamp}.{body}'
  x-provenance: {basis: documented, source: guide, at: Signatures}
servers:
  - url: https://api.screening.example/v1
security:
  - ApiKey: []
tags:
  - {name: Candidate, description: Who is screened.}
paths:
  /candidates:
    post:
      operationId: createCandidate
      summary: Add a candidate
      tags: [Candidate]
      x-effect: [create]
      x-provenance: {basis: documented, source: guide, at: Candidates}
      requestBody: {$ref: '#/components/requestBodies/CandidateCreate'}
      responses:
        '200': {$ref: '#/components/responses/CandidateCreated'}
        '400': {$ref: '#/components/responses/Refused'}
        '401': {$ref: '#/components/responses/Refused'}
        '403': {$ref: '#/components/responses/Refused'}
  /candidates/{candidateId}:
    get:
      operationId: getCandidate
      summary: Get a candidate
      tags: [Candidate]
      x-effect: [read]
      x-provenance: {basis: documented, source: guide, at: Candidates}
      parameters:
        - $ref: '#/components/parameters/CandidateId'
      responses:
        '200': {$ref: '#/components/responses/CandidateCreated'}
        '400': {$ref: '#/components/responses/Refused'}
        '401': {$ref: '#/components/responses/Refused'}
        '403': {$ref: '#/components/responses/Refused'}
        '404': {$ref: '#/components/responses/Refused'}
  /candidates/{candidateId}/interviews:
    delete:
      operationId: cancelInterviews
      summary: Cancel what is planned
      tags: [Candidate]
      x-effect: [delete, contact]
      x-provenance: {basis: inferred, note: No document says what it does.}
      parameters:
        - $ref: '#/components/parameters/CandidateId'
      responses:
        '204': {$ref: '#/components/responses/Done'}
        '400': {$ref: '#/components/responses/Refused'}
        '401': {$ref: '#/components/responses/Refused'}
        '403': {$ref: '#/components/responses/Refused'}
        '404': {$ref: '#/components/responses/Refused'}
webhooks:
  candidate.screened:
    post:
      operationId: onCandidateScreened
      summary: A candidate was screened
      tags: [Candidate]
      x-provenance: {basis: documented, source: guide, at: Events}
      requestBody: {$ref: '#/components/requestBodies/Screened'}
      responses:
        '200': {$ref: '#/components/responses/Received'}
components:
  securitySchemes:
    ApiKey:
      type: apiKey
      in: header
      name: X-Key
      x-test-credentials: {reader-key: [reader]}
      x-provenance: {basis: documented, source: guide, at: Keys}
  parameters:
    CandidateId:
      name: candidateId
      in: path
      required: true
      description: As given when the candidate was added.
      schema: {type: string}
      examples:
        ada: {$ref: '#/components/examples/CandidateIdAda'}
      x-provenance: {basis: documented, source: guide, at: Candidates}
  requestBodies:
    CandidateCreate:
      required: true
      content:
        application/json:
          schema: {$ref: '#/components/schemas/CandidateCreate'}
          examples:
            ada: {$ref: '#/components/examples/CandidateCreateAda'}
      x-provenance: {basis: documented, source: guide, at: Candidates}
    Screened:
      required: true
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Candidate'}
          examples:
            ada: {$ref: '#/components/examples/CandidateAda'}
      x-provenance: {basis: documented, source: guide, at: Events}
  responses:
    CandidateCreated:
      description: The candidate.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Candidate'}
          examples:
            ada: {$ref: '#/components/examples/CandidateAda'}
      links:
        GetCandidate:
          operationId: getCandidate
          parameters: {candidateId: '$response.body#/id'}
      x-provenance: {basis: documented, source: guide, at: Candidates}
    Done:
      description: Nothing is planned any more.
      x-provenance: {basis: inferred, note: No answer is documented.}
    Received:
      description: The event was received.
      x-provenance: {basis: inferred, note: No answer is documented.}
    Refused:
      description: Something is wrong with the request.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Error'}
          examples:
            refused: {$ref: '#/components/examples/ErrorRefused'}
      x-provenance: {basis: documented, source: guide, at: Errors}
  schemas:
    CandidateCreate:
      type: object
      required: [name]
      properties:
        name: {type: string}
        language: {type: string, default: en}
        resumes: {type: array, items: {type: string, format: uri}}
        letters: {type: array, items: {type: string, format: uri}}
        stage: {$ref: '#/components/schemas/Stage'}
      if: {properties: {stage: {const: offer}}, required: [stage]}
      then: {required: [resumes]}
      x-max-items-across:
        properties: [resumes, letters]
        maximum: 10
        x-provenance: {basis: documented, source: guide, at: Candidates}
      x-provenance: {basis: documented, source: guide, at: Candidates}
    Candidate:
      type: object
      allOf:
        - $ref: '#/components/schemas/CandidateCreate'
      properties:
        id: {type: string}
        score: {type: [integer, 'null'], minimum: 0}
      x-provenance: {basis: documented, source: guide, at: Candidates}
    Stage:
      type: string
      enum: [screening, offer]
      x-provenance: {basis: documented, source: guide, at: Stages}
    Error:
      type: object
      properties:
        message: {type: string}
      x-provenance: {basis: documented, source: guide, at: Errors}
  examples:
    CandidateIdAda:
      summary: Ada's identifier
      value: c-1
      x-provenance: {basis: documented, source: guide, at: Candidates}
    CandidateCreateAda:
      summary: Ada, to be added
      value: {name: Ada, stage: screening}
      x-provenance: {basis: documented, source: guide, at: Candidates}
    CandidateAda:
      summary: Ada, screened
      value: {id: c-1, name: Ada, score: 7}
      x-provenance: {basis: documented, source: guide, at: Candidates}
    ErrorRefused:
      summary: A refusal
      value: {message: No such candidate}
      x-provenance: {basis: documented, source: guide, at: Errors}
"""

VALIDITY = {"openapi", "reference", "operation-id", "security", "path-parameter", "schema"}
GET = "/paths/~1candidates~1{candidateId}/get"
POST = "/paths/~1candidates/post"
EVENT = "/webhooks/candidate.screened/post"
CREATE = "/components/schemas/CandidateCreate"
PARAMETER = "/components/parameters/CandidateId"
REFUSED = "/components/responses/Refused"
ADA = "/components/examples/CandidateAda"
KEY = "/components/securitySchemes/ApiKey"
BODY = "/components/requestBodies/CandidateCreate"
SIGNATURE = "/x-webhook-signature"
FORMAT = "/components/parameters/Format/x-selects-media-type"
CREATED = "/components/responses/CandidateCreated"
CREATE_ADA = "/components/examples/CandidateCreateAda"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
LINK = f"{CREATED}/links/GetCandidate"
PAGINATION = f"{GET}/x-pagination"
CANDIDATE = "/components/schemas/Candidate"
LIFE = f"{CANDIDATE}/x-lifecycle"
PART = {"resource": "Candidate", "at": "/resumes"}
RECEIVES = f"{CANDIDATE}/x-subscription"
DOES = f"{POST}/x-resource-operation"

Change = Callable[[dict[str, Any]], None]


def put(pointer: str, value: Any) -> Change:
    """Set the value at a pointer."""

    def change(document: dict[str, Any]) -> None:
        *above, last = ptr.split(pointer)
        holder = ptr.look_up(document, ptr.join("", *above) if above else "")
        holder[int(last) if isinstance(holder, list) else last] = value

    return change


def drop(pointer: str) -> Change:
    """Remove the value at a pointer."""

    def change(document: dict[str, Any]) -> None:
        *above, last = ptr.split(pointer)
        del ptr.look_up(document, ptr.join("", *above) if above else "")[last]

    return change


def move_last(pointer: str) -> Change:
    """Move a key to the end of its object."""

    def change(document: dict[str, Any]) -> None:
        *above, last = ptr.split(pointer)
        holder = ptr.look_up(document, ptr.join("", *above) if above else "")
        holder[last] = holder.pop(last)

    return change


def all_of(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(document: dict[str, Any]) -> None:
        for each in changes:
            each(document)

    return change


def unused(section: str, node: Any) -> Change:
    """Add a component that nothing refers to."""
    return put(f"/components/{section}/Lonely", node)


def selecting(media_types: dict[str, str]) -> Change:
    """Add a query parameter that selects the media type of the response."""
    node = {
        "name": "format",
        "in": "query",
        "description": "How the candidate is written.",
        "schema": {"type": "string", "enum": ["json", "csv"]},
        "x-selects-media-type": media_types,
        "x-provenance": PROVENANCE,
    }
    return all_of(
        put("/components/parameters/Format", node),
        put(
            f"{GET}/parameters",
            [{"$ref": f"#{PARAMETER}"}, {"$ref": "#/components/parameters/Format"}],
        ),
    )


def paged(whole: dict[str, Any] | None = None, /, **changes: Any) -> Change:
    """Add pagination to the list of resumes: `whole` if given, else the default with `changes`.

    A change to None removes the key.
    """
    usual = {"size": "size", "page": "page", "first": 1, "items": "/resumes", "total": "/score"}
    node = {key: value for key, value in {**usual, **changes}.items() if value is not None}
    parameters = {
        name.title(): {
            "name": name,
            "in": "query",
            "description": "Which part of the list.",
            "schema": {"type": "integer"},
            "x-provenance": PROVENANCE,
        }
        for name in ("page", "size", "offset")
    }
    named = [{"$ref": f"#/components/parameters/{name}"} for name in ("CandidateId", *parameters)]
    return all_of(
        *(put(f"/components/parameters/{name}", node) for name, node in parameters.items()),
        put(f"{GET}/parameters", named),
        put(f"{ADA}/value/resumes", ["https://example.com/ada.pdf"]),
        put(PAGINATION, node if whole is None else whole),
        *(move_last(f"{GET}/{key}") for key in ("parameters", "responses")),
    )


def linking(name: str, **link: Any) -> Change:
    """Add a link to the response of both creating and getting a candidate."""
    return put(f"{CREATED}/links/{name}", link)


def get_has_own_response(document: dict[str, Any]) -> None:
    """Give the operation that gets a candidate its own response, without links."""
    found = deepcopy(ptr.look_up(document, CREATED))
    del found["links"]
    put("/components/responses/CandidateFound", found)(document)
    put(f"{GET}/responses/200", {"$ref": "#/components/responses/CandidateFound"})(document)


def filtering(**more: Any) -> Change:
    """Add a query parameter that names a person."""
    node = {
        "name": "recruiter",
        "in": "query",
        "description": "Who added the candidate.",
        "schema": {"type": "string"},
        "x-provenance": PROVENANCE,
        **more,
    }
    listed = [{"$ref": f"#{PARAMETER}"}, {"$ref": "#/components/parameters/Recruiter"}]
    return all_of(put("/components/parameters/Recruiter", node), put(f"{GET}/parameters", listed))


def described(name: str, schema: dict[str, Any], value: Any, **example: Any) -> Change:
    """Add a property to what creates a candidate, and its value to the example of that."""
    return all_of(
        put(f"{CREATE}/properties/{name}", schema),
        put(f"{CREATE_ADA}/value/{name}", value),
        *(put(f"{CREATE_ADA}/{key}", entry) for key, entry in example.items()),
    )


def identified(name: str, value: str = UUID, **example: Any) -> Change:
    """Give Ada an identifier that is opaque, and another property that is one."""
    return all_of(
        put("/components/examples/CandidateIdAda/value", UUID),
        put(f"{ADA}/value/id", UUID),
        put(f"{CREATE}/properties/{name}", {"type": "string"}),
        put(f"{ADA}/value/{name}", value),
        *(put(f"{ADA}/{key}", entry) for key, entry in example.items()),
    )


PROVENANCE = {"basis": "documented", "source": "guide", "at": "Candidates"}
ID = "$response.body#/id"
STAGES = {"type": "string", "enum": ["offer", "screening"]}

OURS = {"x-provenance": {"basis": "inferred", "note": "A value of ours."}}
LINKS = {"type": "string", "format": "uri"}
JSON = "content/application~1json"
TEXTS = {"type": "string"}
DUE = {"type": "string", "format": "date-time"}
NOON = "2026-01-31T12:00:00Z"
SUBSCRIBING = put(f"{POST}/x-effect", ["create", "subscribe"])

# A change to the tidy contract, the rule that finds the problem, and its pointer.
GUESS = {"basis": "inferred", "note": "A guess."}
MUTATIONS: dict[str, tuple[Change, str, str]] = {
    "no version": (drop("/info/version"), "openapi", "/info"),
    "openapi 3.2": (put("/openapi", "3.2.0"), "version", "/openapi"),
    "unknown key of an operation": (put(f"{GET}/sumary", "Get"), "openapi", GET),
    "reference to nothing": (
        put(f"{GET}/responses/404", {"$ref": "#/components/responses/Lost"}),
        "reference",
        f"{GET}/responses/404/$ref",
    ),
    "reference to another file": (
        put(f"{GET}/responses/404", {"$ref": "errors.yaml#/Lost"}),
        "reference",
        f"{GET}/responses/404/$ref",
    ),
    "reference to another kind": (
        put(f"{GET}/responses/404", {"$ref": "#/components/schemas/Error"}),
        "reference",
        f"{GET}/responses/404/$ref",
    ),
    "duplicate operationId": (
        put(f"{GET}/operationId", "createCandidate"),
        "operation-id",
        f"{GET}/operationId",
    ),
    "duplicate operationId of a webhook": (
        put(f"{EVENT}/operationId", "createCandidate"),
        "operation-id",
        f"{EVENT}/operationId",
    ),
    "unknown security scheme": (
        put(f"{GET}/security", [{"Basic": []}]),
        "security",
        f"{GET}/security/0/Basic",
    ),
    "path parameter not declared": (drop(f"{GET}/parameters"), "path-parameter", GET),
    "schema of an unknown type": (
        put(f"{CREATE}/properties/name/type", "text"),
        "schema",
        f"{CREATE}/properties/name/type",
    ),
    "tags before openapi": (move_last("/openapi"), "key-order", "/info"),
    "schemas after examples": (
        move_last("/components/schemas"),
        "key-order",
        "/components/examples",
    ),
    "effect before summary": (move_last(f"{GET}/summary"), "key-order", f"{GET}/tags"),
    "unlisted key of the document": (
        put("/externalDocs", {"url": "https://screening.example"}),
        "key-order",
        "/externalDocs",
    ),
    "inline response": (
        put(f"{EVENT}/responses/200", {"description": "Received."}),
        "thin-paths",
        f"{EVENT}/responses/200",
    ),
    "inline parameter": (
        put(
            f"{GET}/parameters/0",
            {"name": "candidateId", "in": "path", "required": True, "schema": {}},
        ),
        "thin-paths",
        f"{GET}/parameters/0",
    ),
    "reference into a component": (
        put(f"{CREATE}/properties/name", {"$ref": f"#{CREATE}/properties/language"}),
        "references",
        f"{CREATE}/properties/name/$ref",
    ),
    "inline object": (
        put(f"{CREATE}/properties/address", {"type": "object", "properties": {"city": {}}}),
        "named-objects",
        f"{CREATE}/properties/address",
    ),
    "inline object in allOf": (
        put("/components/schemas/Candidate/allOf", [{"properties": {"id": {}}}]),
        "named-objects",
        "/components/schemas/Candidate/allOf/0",
    ),
    "title": (put(f"{CREATE}/title", "Candidate"), "no-title", f"{CREATE}/title"),
    "security undeclared": (drop("/security"), "security", ""),
    "security repeated": (put(f"{GET}/security", [{"ApiKey": []}]), "security", f"{GET}/security"),
    "no server": (drop("/servers"), "server", ""),
    "server on this machine": (
        put("/servers/0/url", "http://localhost:8080"),
        "server",
        "/servers/0/url",
    ),
    "no operationId": (drop(f"{GET}/operationId"), "operation-id", GET),
    "operationId in snake case": (
        put(f"{GET}/operationId", "get_candidate"),
        "operation-id",
        f"{GET}/operationId",
    ),
    "operationId with its verb at the end": (
        put(f"{GET}/operationId", "candidateGet"),
        "operation-id",
        f"{GET}/operationId",
    ),
    "operationId without a noun": (
        put(f"{GET}/operationId", "get"),
        "operation-id",
        f"{GET}/operationId",
    ),
    "operationId of a webhook without on": (
        put(f"{EVENT}/operationId", "candidateScreened"),
        "operation-id",
        f"{EVENT}/operationId",
    ),
    "example in lower case": (
        put("/components/examples/ada", {"summary": "Ada", "value": 1, "x-provenance": PROVENANCE}),
        "component-name",
        "/components/examples/ada",
    ),
    "schema with a number": (
        put("/components/schemas/Error2", {"type": "string", "x-provenance": PROVENANCE}),
        "component-name",
        "/components/schemas/Error2",
    ),
    "no summary": (drop(f"{GET}/summary"), "summary", GET),
    "summary with a full stop": (
        put(f"{GET}/summary", "Get a candidate."),
        "summary",
        f"{GET}/summary",
    ),
    "example without a summary": (drop(f"{ADA}/summary"), "summary", ADA),
    "parameter without a description": (
        drop(f"{PARAMETER}/description"),
        "description",
        PARAMETER,
    ),
    "API without a description": (drop("/info/description"), "description", "/info"),
    "undeclared tag": (put(f"{GET}/tags", ["Candidates"]), "tags", f"{GET}/tags/0"),
    "no tag": (drop(f"{GET}/tags"), "tags", GET),
    "unused tag": (put("/tags", [{"name": "Candidate"}, {"name": "Job"}]), "tags", "/tags/1"),
    "misspelt keyword": (
        put(f"{CREATE}/properties/name/maxLenght", 3),
        "keywords",
        f"{CREATE}/properties/name/maxLenght",
    ),
    "nullable": (
        put(f"{CREATE}/properties/name/nullable", True),
        "keywords",
        f"{CREATE}/properties/name/nullable",
    ),
    "format that is not enforced": (
        put(f"{CREATE}/properties/name/format", "phone"),
        "format",
        f"{CREATE}/properties/name/format",
    ),
    "anyOf over required": (
        put(f"{CREATE}/anyOf", [{"required": ["name"]}, {"required": ["stage"]}]),
        "presence",
        f"{CREATE}/anyOf/0",
    ),
    "required but not a property": (
        put(f"{CREATE}/required", ["name", "nmae"]),
        "required",
        f"{CREATE}/required/1",
    ),
    "enum twice": (
        put(f"{CREATE}/properties/language", STAGES),
        "shared-enum",
        "/components/schemas/Stage/enum",
    ),
    "default of another type": (
        put(f"{CREATE}/properties/language/default", 3),
        "default",
        f"{CREATE}/properties/language/default",
    ),
    "integer beyond 2^53": (put(f"{ADA}/value/score", 2**53), "integers", f"{ADA}/value/score"),
    "missing 401": (drop(f"{GET}/responses/401"), "responses", f"{GET}/responses"),
    "missing 403": (drop(f"{GET}/responses/403"), "responses", f"{GET}/responses"),
    "missing 404": (drop(f"{GET}/responses/404"), "responses", f"{GET}/responses"),
    "missing 400 of a body": (drop(f"{POST}/responses/400"), "responses", f"{POST}/responses"),
    "missing 400 of a parameter": (drop(f"{GET}/responses/400"), "responses", f"{GET}/responses"),
    "missing 2XX": (drop(f"{GET}/responses/200"), "responses", f"{GET}/responses"),
    "error without an example": (
        drop(f"{REFUSED}/content/application~1json/examples"),
        "response-examples",
        f"{REFUSED}/content/application~1json",
    ),
    "error without content": (drop(f"{REFUSED}/content"), "response-examples", REFUSED),
    "body without an example": (
        drop(f"{BODY}/content/application~1json/examples"),
        "request-bodies",
        f"{BODY}/content/application~1json",
    ),
    "body without required": (drop(f"{BODY}/required"), "request-bodies", BODY),
    "media type with a charset": (
        put(f"{BODY}/content/text~1plain; charset=utf-8", {"schema": {"type": "string"}}),
        "media-types",
        f"{BODY}/content/text~1plain; charset=utf-8",
    ),
    "webhook that is not a POST": (
        put("/webhooks/candidate.screened/put", {"responses": {"200": {"description": "Ok."}}}),
        "webhooks",
        "/webhooks/candidate.screened/put",
    ),
    "webhook without a body": (drop(f"{EVENT}/requestBody"), "webhooks", EVENT),
    "webhook without a 200": (
        put(f"{EVENT}/responses", {"202": {"$ref": "#/components/responses/Received"}}),
        "webhooks",
        f"{EVENT}/responses",
    ),
    "webhook with response content": (
        put(f"{EVENT}/responses/200", {"$ref": "#/components/responses/CandidateCreated"}),
        "webhooks",
        "/components/responses/CandidateCreated/content",
    ),
    "singular example": (
        put(f"{REFUSED}/content/application~1json/example", {}),
        "named-examples",
        f"{REFUSED}/content/application~1json/example",
    ),
    "examples in a schema": (
        put(f"{CREATE}/properties/name/examples", ["Ada"]),
        "named-examples",
        f"{CREATE}/properties/name/examples",
    ),
    "example of a schema": (
        put(f"{CREATE}/properties/name/example", "Ada"),
        "named-examples",
        f"{CREATE}/properties/name/example",
    ),
    "inline example": (
        put(f"{PARAMETER}/examples/bob", {"summary": "Bob's", "value": "c-2"}),
        "named-examples",
        f"{PARAMETER}/examples/bob",
    ),
    "example in an external file": (
        all_of(drop(f"{ADA}/value"), put(f"{ADA}/externalValue", "https://screening.example/ada")),
        "named-examples",
        ADA,
    ),
    "broken example": (
        put(f"{ADA}/value/score", "seven"),
        "valid-examples",
        f"{ADA}/value/score",
    ),
    "example without what is required": (
        drop("/components/examples/CandidateCreateAda/value/name"),
        "valid-examples",
        "/components/examples/CandidateCreateAda/value",
    ),
    "example against a condition": (
        put("/components/examples/CandidateCreateAda/value/stage", "offer"),
        "valid-examples",
        "/components/examples/CandidateCreateAda/value",
    ),
    "example of a parameter of another type": (
        put("/components/examples/CandidateIdAda/value", 1),
        "valid-examples",
        "/components/examples/CandidateIdAda/value",
    ),
    "example of a broken format": (
        put("/components/examples/CandidateCreateAda/value/resumes", ["not an address"]),
        "valid-examples",
        "/components/examples/CandidateCreateAda/value/resumes/0",
    ),
    "request and response without a common key": (
        put(
            f"{BODY}/content/application~1json/examples",
            {"bob": {"$ref": "#/components/examples/CandidateCreateAda"}},
        ),
        "paired-examples",
        f"{POST}/requestBody",
    ),
    "path parameter without an example": (
        drop(f"{PARAMETER}/examples"),
        "path-examples",
        PARAMETER,
    ),
    "operation without a basis": (drop(f"{GET}/x-provenance"), "provenance", GET),
    "webhook without a basis": (drop(f"{EVENT}/x-provenance"), "provenance", EVENT),
    "schema without a basis": (drop(f"{CREATE}/x-provenance"), "provenance", CREATE),
    "example without a basis": (drop(f"{ADA}/x-provenance"), "provenance", ADA),
    "security scheme without a basis": (drop(f"{KEY}/x-provenance"), "provenance", KEY),
    "signature without a basis": (drop(f"{SIGNATURE}/x-provenance"), "provenance", SIGNATURE),
    "unknown basis": (
        put(f"{GET}/x-provenance/basis", "guessed"),
        "provenance-form",
        f"{GET}/x-provenance",
    ),
    "documented without a section": (
        drop(f"{GET}/x-provenance/at"),
        "provenance-form",
        f"{GET}/x-provenance",
    ),
    "inferred without a note": (
        put(f"{CREATE}/properties/name/x-provenance", {"basis": "inferred"}),
        "provenance-form",
        f"{CREATE}/properties/name/x-provenance",
    ),
    "disputed without a side": (
        put(f"{GET}/x-provenance", {"basis": "disputed", "note": "Both."}),
        "provenance-form",
        f"{GET}/x-provenance",
    ),
    "unknown key of provenance": (
        put(f"{GET}/x-provenance/page", "3"),
        "provenance-form",
        f"{GET}/x-provenance/page",
    ),
    "section that is a number": (
        put(f"{GET}/x-provenance/at", 3),
        "provenance-form",
        f"{GET}/x-provenance/at",
    ),
    "source not declared": (
        put(f"{GET}/x-provenance/source", "blog"),
        "sources",
        f"{GET}/x-provenance/source",
    ),
    "source not used": (
        put("/info/x-sources/blog", {"title": "Blog", "url": "https://screening.example"}),
        "sources",
        "/info/x-sources/blog",
    ),
    "source without an address": (
        drop("/info/x-sources/guide/url"),
        "sources",
        "/info/x-sources/guide",
    ),
    "source whose date is not a date": (
        put("/info/x-sources/guide/date", "January"),
        "sources",
        "/info/x-sources/guide/date",
    ),
    "unknown x- key": (put(f"{GET}/x-internal", True), "extensions", f"{GET}/x-internal"),
    "known x- key in the wrong place": (
        put("/info/x-effect", ["read"]),
        "extensions",
        "/info/x-effect",
    ),
    "provenance of a tag": (
        put("/tags/0/x-provenance", PROVENANCE),
        "extensions",
        "/tags/0/x-provenance",
    ),
    "x- key among properties": (
        put(f"{CREATE}/properties/x-provenance", PROVENANCE),
        "extensions",
        f"{CREATE}/properties/x-provenance",
    ),
    "no effect": (drop(f"{GET}/x-effect"), "effects", GET),
    "unknown effect": (put(f"{GET}/x-effect", ["look"]), "effects", f"{GET}/x-effect/0"),
    "read with another effect": (
        put(f"{GET}/x-effect", ["read", "cost"]),
        "effects",
        f"{GET}/x-effect",
    ),
    "POST that reads": (put(f"{POST}/x-effect", ["read"]), "effects", f"{POST}/x-effect"),
    "GET that changes": (put(f"{GET}/x-effect", ["change"]), "effects", f"{GET}/x-effect"),
    "effect of a webhook": (put(f"{EVENT}/x-effect", ["contact"]), "effects", f"{EVENT}/x-effect"),
    "limit without seconds": (drop("/x-rate-limit/seconds"), "rate-limit", "/x-rate-limit"),
    "limit of a list without provenance": (
        put("/x-rate-limit", [{"requests": 1, "seconds": 1, "per": "API key"}]),
        "provenance",
        "/x-rate-limit/0",
    ),
    "limit of a list without seconds": (
        put("/x-rate-limit", [{"requests": 1, "per": "API key", "x-provenance": LIMITS}]),
        "rate-limit",
        "/x-rate-limit/0",
    ),
    "no limit at all": (put("/x-rate-limit", []), "rate-limit", "/x-rate-limit"),
    "limit with a header that is no name": (
        put("/x-rate-limit/headers", {"reset": "a b"}),
        "rate-limit",
        "/x-rate-limit/headers/reset",
    ),
    "limit with a reset that is nothing": (
        put("/x-rate-limit/reset-is", "minutes"),
        "rate-limit",
        "/x-rate-limit/reset-is",
    ),
    "limit with an unknown key": (
        put("/x-rate-limit/burst", 5),
        "rate-limit",
        "/x-rate-limit/burst",
    ),
    "limit that is not a whole number": (
        put("/x-rate-limit/requests", 0.5),
        "rate-limit",
        "/x-rate-limit",
    ),
    "refusal of no kind": (
        put(
            "/x-refusals",
            {
                "lost": {"response": "Unauthorized"},
                "x-provenance": {"basis": "inferred", "note": "A guess."},
            },
        ),
        "refusals",
        "/x-refusals/lost",
    ),
    "refusal with a success": (
        put("/x-refusals", {"default": {"response": "X", "status": "200"}}),
        "refusals",
        "/x-refusals/default/status",
    ),
    "refusal with no response": (
        put(
            "/x-refusals",
            {
                "default": {"response": "Lost"},
                "x-provenance": {"basis": "inferred", "note": "A guess."},
            },
        ),
        "refusals",
        "/x-refusals/default/response",
    ),
    "built-in token": (
        put(f"{KEY}/x-test-credentials", {"test-key": []}),
        "test-credentials",
        f"{KEY}/x-test-credentials/test-key",
    ),
    "limit across something other than arrays": (
        put(f"{CREATE}/x-max-items-across/properties", ["resumes", "name"]),
        "item-limit",
        f"{CREATE}/x-max-items-across/properties/1",
    ),
    "limit across one array": (
        put(f"{CREATE}/x-max-items-across/properties", ["resumes"]),
        "item-limit",
        f"{CREATE}/x-max-items-across",
    ),
    "limit without a number": (
        drop(f"{CREATE}/x-max-items-across/maximum"),
        "item-limit",
        f"{CREATE}/x-max-items-across",
    ),
    "selection by a value that the parameter does not allow": (
        selecting({"yaml": "application/json"}),
        "media-type-selection",
        f"{FORMAT}/yaml",
    ),
    "selection of a media type that no response has": (
        selecting({"csv": "text/csv"}),
        "media-type-selection",
        f"{FORMAT}/csv",
    ),
    "selection without media types": (selecting({}), "media-type-selection", FORMAT),
    "selection by a path parameter": (
        put(f"{PARAMETER}/x-selects-media-type", {"c-1": "application/json"}),
        "media-type-selection",
        f"{PARAMETER}/x-selects-media-type",
    ),
    "GraphQL schema that does not exist": (
        put(f"{POST}/x-graphql", {"schema": "nowhere.graphql"}),
        "graphql",
        f"{POST}/x-graphql/schema",
    ),
    "event of a GraphQL field that there is not": (
        put(
            f"{POST}/x-graphql",
            {"schema": "s.graphql", "fields": {"Mutation.add": {"kind": "create", "emit": ["x"]}}},
        ),
        "graphql",
        f"{POST}/x-graphql/fields",
    ),
    "unknown algorithm": (
        put(f"{SIGNATURE}/algorithm", "md5"),
        "webhook-signature",
        SIGNATURE,
    ),
    "signature without the body": (
        put(f"{SIGNATURE}/signed-content", "{timestamp}"),
        "webhook-signature",
        f"{SIGNATURE}/signed-content",
    ),
    "signed timestamp that is not sent": (
        drop(f"{SIGNATURE}/timestamp-header"),
        "webhook-signature",
        SIGNATURE,
    ),
    "link to an unknown operation": (
        put(f"{LINK}/operationId", "getNobody"),
        "links",
        f"{LINK}/operationId",
    ),
    "link to a webhook": (
        put(f"{LINK}/operationId", "onCandidateScreened"),
        "links",
        f"{LINK}/operationId",
    ),
    "link by reference": (
        all_of(
            drop(f"{LINK}/operationId"),
            put(f"{LINK}/operationRef", "#/paths/~1candidates~1{candidateId}/get"),
        ),
        "links",
        f"{LINK}/operationRef",
    ),
    "link with the name of something else": (
        linking("Candidate", operationId="getCandidate", parameters={"candidateId": ID}),
        "links",
        f"{CREATED}/links/Candidate",
    ),
    "link that sets nothing": (drop(f"{LINK}/parameters"), "link-places", LINK),
    "link to an unknown parameter": (
        put(f"{LINK}/parameters", {"query.candidateId": ID}),
        "link-places",
        f"{LINK}/parameters/query.candidateId",
    ),
    "link to a body of an operation without one": (
        put(f"{LINK}/requestBody", {"name": ID}),
        "link-places",
        f"{LINK}/requestBody/name",
    ),
    "link to a property that no example has": (
        linking("CreateCandidate", operationId="createCandidate", requestBody={"nmae": ID}),
        "link-places",
        f"{CREATED}/links/CreateCandidate/requestBody/nmae",
    ),
    "invalid expression": (
        put(f"{LINK}/parameters/candidateId", "$response.body/id"),
        "link-expressions",
        f"{LINK}/parameters/candidateId",
    ),
    "invalid embedded expression": (
        linking("CreateCandidate", operationId="createCandidate", requestBody={"name": "{$id}"}),
        "link-expressions",
        f"{CREATED}/links/CreateCandidate/requestBody/name",
    ),
    "expression without a value in any example": (
        put(f"{LINK}/parameters/candidateId", "$response.body#/data/id"),
        "link-values",
        f"{LINK}/parameters/candidateId",
    ),
    "expression of a request without a body": (
        put(f"{LINK}/parameters/candidateId", "$request.body#/name"),
        "link-values",
        f"{LINK}/parameters/candidateId",
    ),
    "value that its parameter does not allow": (
        put(f"{LINK}/parameters/candidateId", "$response.body#/score"),
        "link-values",
        f"{LINK}/parameters/candidateId",
    ),
    "value that its body does not allow": (
        linking(
            "CreateCandidate",
            operationId="createCandidate",
            requestBody={"name": "$response.body#/score"},
        ),
        "link-values",
        f"{CREATED}/links/CreateCandidate/requestBody",
    ),
    "link from a read to a deletion": (
        linking("CancelInterviews", operationId="cancelInterviews", parameters={"candidateId": ID}),
        "link-effects",
        f"{CREATED}/links/CancelInterviews",
    ),
    "link from a read to a contact": (
        all_of(
            put(f"{POST}/x-effect", ["create", "contact"]),
            linking(
                "CreateCandidate",
                operationId="createCandidate",
                requestBody={"name": "$response.body#/name"},
            ),
        ),
        "link-effects",
        f"{CREATED}/links/CreateCandidate",
    ),
    "link of an unknown x- key": (
        put(f"{LINK}/x-effect", ["read"]),
        "extensions",
        LINK + "/x-effect",
    ),
    "identifier that is false": (
        filtering(**{"x-identifier": False}),
        "identifiers",
        "/components/parameters/Recruiter/x-identifier",
    ),
    "identifier in a path, declared again": (
        put(f"{PARAMETER}/x-identifier", True),
        "identifiers",
        f"{PARAMETER}/x-identifier",
    ),
    "identifier that is not a parameter or a property": (
        put(f"{LINK}/x-identifier", True),
        "extensions",
        f"{LINK}/x-identifier",
    ),
    "unused example": (
        unused("examples", {"summary": "Lonely", "value": 1, "x-provenance": PROVENANCE}),
        "used",
        "/components/examples/Lonely",
    ),
    "unused schema": (
        unused("schemas", {"type": "string", "x-provenance": PROVENANCE}),
        "used",
        "/components/schemas/Lonely",
    ),
    "schema that only uses itself": (
        unused(
            "schemas",
            {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Lonely"},
                "x-provenance": PROVENANCE,
            },
        ),
        "used",
        "/components/schemas/Lonely",
    ),
    "tolerance that is not a number": (
        put(f"{SIGNATURE}/timestamp-tolerance", "5m"),
        "webhook-signature",
        f"{SIGNATURE}/timestamp-tolerance",
    ),
    "tolerance without a timestamp": (
        all_of(
            put(f"{SIGNATURE}/timestamp-tolerance", 300),
            put(f"{SIGNATURE}/signed-content", "{body}"),
            drop(f"{SIGNATURE}/timestamp-header"),
        ),
        "webhook-signature",
        f"{SIGNATURE}/timestamp-tolerance",
    ),
    "misspelt key of a resource": (
        put(f"{CANDIDATE}/x-resource", {"identifer": "id"}),
        "behaviour-form",
        f"{CANDIDATE}/x-resource/identifer",
    ),
    "kind of an operation that there is not": (
        put(DOES, {"kind": "search"}),
        "behaviour-form",
        f"{DOES}/kind",
    ),
    "resource that there is not": (put(DOES, {"resource": "Person"}), "behaviour-names", DOES),
    "reference to what is no resource": (
        put(f"{CANDIDATE}/x-resource", {"identifier": "id", "references": {"stage": "Stage"}}),
        "behaviour-names",
        f"{CANDIDATE}/x-resource",
    ),
    "filter by a parameter that there is not": (
        put(DOES, {"filter": {"name": "name"}}),
        "behaviour-names",
        DOES,
    ),
    "first state that there is not": (
        put(LIFE, {"initial": "new", "states": {"screened": {}}}),
        "behaviour-names",
        LIFE,
    ),
    "example of a state that there is not": (
        put(LIFE, {"states": {"screened": {"example": "CandidateEve"}}}),
        "behaviour-names",
        LIFE,
    ),
    "identifier that no candidate has": (
        put(f"{CANDIDATE}/x-resource", {"identifier": "key"}),
        "behaviour-places",
        f"{CANDIDATE}/x-resource",
    ),
    "value for a place that no candidate has": (
        put(DOES, {"set": {"/details/name": "$request.body#/name"}}),
        "behaviour-places",
        DOES,
    ),
    "expression for what the request does not have": (
        put(DOES, {"set": {"/name": "$request.body#/title"}}),
        "behaviour-places",
        DOES,
    ),
    "expression with a root that there is not": (
        put(DOES, {"set": {"/name": "$subscription#/name"}}),
        "behaviour-places",
        DOES,
    ),
    "value for a place that no response has": (
        put(DOES, {"answer": {"/message": "Added {$request.body#/name}"}}),
        "behaviour-places",
        DOES,
    ),
    "example that tells another state": (
        put(LIFE, {"state": "/score", "states": {"best": {"is": 9, "example": "CandidateAda"}}}),
        "states",
        f"{LIFE}/states/best",
    ),
    "example of a state that is another thing": (
        put(LIFE, {"states": {"screened": {"example": "CandidateIdAda"}}}),
        "states",
        f"{LIFE}/states/screened",
    ),
    "duration that no clock can add": (
        put(LIFE, {"states": {"open": {"after": {"P1Y": "open"}}}}),
        "behaviour-form",
        f"{LIFE}/states/open/after",
    ),
    "receiver without an address": (put(RECEIVES, {"events": "name"}), "behaviour-form", RECEIVES),
    "misspelt key of deliveries": (
        put("/x-webhook-delivery", {"retry": ["PT1S"]}),
        "behaviour-form",
        "/x-webhook-delivery/retry",
    ),
    "state that follows and is not there": (
        put(LIFE, {"states": {"open": {"after": {"PT1S": "shut"}}}}),
        "behaviour-names",
        LIFE,
    ),
    "operation of a state that there is not": (
        put(LIFE, {"states": {"open": {"on": {"screenCandidate": "open"}}}}),
        "behaviour-names",
        LIFE,
    ),
    "operation that changes no such thing": (
        put(LIFE, {"states": {"open": {"on": {"getCandidate": "open"}}}}),
        "behaviour-names",
        LIFE,
    ),
    "time of a part": (
        all_of(
            put(f"{CANDIDATE}/x-resource", {"identifier": "id", "within": PART}),
            put(LIFE, {"states": {"open": {"after": {"PT1S": "open"}}}}),
        ),
        "states",
        LIFE,
    ),
    "event of a state that there is not": (
        put(LIFE, {"states": {"open": {"emit": ["candidate.hired"]}}}),
        "behaviour-names",
        LIFE,
    ),
    "event of an operation that there is not": (
        put(DOES, {"emit": ["candidate.hired"]}),
        "behaviour-names",
        DOES,
    ),
    "thing of a state that there is not": (
        put(LIFE, {"states": {"open": {"create": [{"resource": "Report"}]}}}),
        "behaviour-names",
        LIFE,
    ),
    "other thing that a state moves and that there is not": (
        put(LIFE, {"states": {"open": {"move": {"Report": "ready"}}}}),
        "behaviour-names",
        LIFE,
    ),
    "state that another thing cannot be in": (
        put(LIFE, {"states": {"open": {"move": {"Candidate": "shut"}}}}),
        "behaviour-names",
        LIFE,
    ),
    "event about what is no resource": (
        put(f"{EVENT}/x-event", {"about": "Report"}),
        "behaviour-names",
        f"{EVENT}/x-event",
    ),
    "moment that no candidate tells": (
        put(LIFE, {"states": {"open": {"at": {"/planned": "open"}}}}),
        "behaviour-places",
        LIFE,
    ),
    "address that no receiver tells": (
        put(RECEIVES, {"url": "callback"}),
        "behaviour-places",
        RECEIVES,
    ),
    "place that no payload has": (
        put(f"{EVENT}/x-event", {"about": "Candidate", "payload": {"/rating": 1}}),
        "behaviour-places",
        f"{EVENT}/x-event",
    ),
    "payload with what no candidate has": (
        put(f"{EVENT}/x-event", {"about": "Candidate", "payload": {"/name": "$resource#/rating"}}),
        "behaviour-places",
        f"{EVENT}/x-event",
    ),
    "payload with what no event has": (
        put(f"{EVENT}/x-event", {"payload": {"/name": "$event#/moment"}}),
        "behaviour-places",
        f"{EVENT}/x-event",
    ),
    "state that nothing leads to": (
        put(LIFE, {"states": {"open": {}, "shut": {"after": {"PT1S": "open"}}}}),
        "reachable",
        f"{LIFE}/states/shut",
    ),
    "state with a value that another has first": (
        put(LIFE, {"state": "/stage", "states": {"offer": {}, "made": {"is": "offer"}}}),
        "reachable",
        f"{LIFE}/states/made",
    ),
    "list of things that nothing names": (
        all_of(
            put(
                "/components/schemas/Person",
                {"type": "object", "properties": {"id": {"type": "string"}}},
            ),
            put(
                f"{CREATED}/content/application~1json/schema",
                {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
            ),
            put("/paths/~1people", {"get": {"responses": {"200": {"$ref": f"#{CREATED}"}}}}),
            drop(f"{CREATED}/links"),
        ),
        "proved",
        "/paths/~1people/get",
    ),
    "pagination of a weaker response": (
        all_of(paged(), put(f"{CREATED}/x-provenance", OURS["x-provenance"])),
        "pagination-basis",
        PAGINATION,
    ),
    "pagination of a response that is only published": (
        all_of(
            paged(**{"x-provenance": PROVENANCE}),
            put(f"{CREATED}/x-provenance", {"basis": "published", "source": "guide"}),
        ),
        "pagination-basis",
        PAGINATION,
    ),
    "inline array in a response": (
        put(f"{CREATED}/{JSON}/schema", {"type": "array", "items": {"$ref": f"#{CREATE}"}}),
        "inline-schemas",
        f"{CREATED}/{JSON}/schema",
    ),
    "inline object in a request": (
        put(f"{BODY}/{JSON}/schema", {"type": "object"}),
        "inline-schemas",
        f"{BODY}/{JSON}/schema",
    ),
    "inline text in JSON": (
        put(f"{REFUSED}/{JSON}/schema", {"type": "string"}),
        "inline-schemas",
        f"{REFUSED}/{JSON}/schema",
    ),
    "inline objects in a parameter": (
        put(f"{PARAMETER}/schema", {"type": "array", "items": {"type": "object"}}),
        "inline-schemas",
        f"{PARAMETER}/schema",
    ),
    "identifier of two kinds": (
        identified("job_id", **OURS),
        "single-kinds",
        f"{ADA}/value/job_id",
    ),
    "identifier of two kinds in a list": (
        all_of(
            identified("skill", **OURS),
            put(f"{CREATE}/properties/jobIds", {"type": "array", "items": TEXTS}),
            put(f"{ADA}/value/jobIds", ["another-1", UUID]),
        ),
        "single-kinds",
        f"{ADA}/value/jobIds/1",
    ),
    "identifier of a source for another kind": (
        all_of(identified("skill"), described("jobId", TEXTS, UUID, **OURS)),
        "single-kinds",
        f"{CREATE_ADA}/value/jobId",
    ),
    "callback without subscription": (
        described("callback_url", LINKS, "https://ats.example.com/hook"),
        "subscribe",
        f"{POST}/x-effect",
    ),
    "callback that no example has": (
        put(f"{CREATE}/properties/webhookEndpoint", TEXTS),
        "subscribe",
        f"{POST}/x-effect",
    ),
    "webhook without subscription": (
        all_of(
            described("url", LINKS, "https://ats.example.com/hook"),
            put(f"{POST}/operationId", "createWebhook"),
        ),
        "subscribe",
        f"{POST}/x-effect",
    ),
    "receiver that somebody may own": (
        all_of(SUBSCRIBING, described("callback_url", LINKS, "https://your-app.com/hook", **OURS)),
        "reserved-receivers",
        f"{CREATE_ADA}/value/callback_url",
    ),
    "receiver whose name only ends like a reserved one": (
        all_of(SUBSCRIBING, described("callback_url", LINKS, "https://myexample.com", **OURS)),
        "reserved-receivers",
        f"{CREATE_ADA}/value/callback_url",
    ),
    "receiver in a response that somebody may own": (
        all_of(
            SUBSCRIBING,
            put(f"{CREATE}/properties/callback_url", LINKS),
            put(f"{ADA}/value/callback_url", "https://your-app.com/hook"),
            put(f"{ADA}/x-provenance", OURS["x-provenance"]),
        ),
        "reserved-receivers",
        f"{ADA}/value/callback_url",
    ),
    "relative time of a response": (
        all_of(
            put(f"{CREATE}/properties/due", DUE),
            put(f"{ADA}/value/due", NOON),
            put(f"{ADA}/x-relative-time", {"/due": "P2D"}),
        ),
        "relative-time",
        f"{ADA}/x-relative-time",
    ),
    "relative time of nothing": (
        put(f"{CREATE_ADA}/x-relative-time", {"/due": "P2D"}),
        "relative-time",
        f"{CREATE_ADA}/x-relative-time/~1due",
    ),
    "relative time of a name": (
        put(f"{CREATE_ADA}/x-relative-time", {"/name": "P2D"}),
        "relative-time",
        f"{CREATE_ADA}/x-relative-time/~1name",
    ),
    "relative time without a duration": (
        described("due", DUE, NOON, **{"x-relative-time": {"/due": "2 days"}}),
        "relative-time",
        f"{CREATE_ADA}/x-relative-time/~1due",
    ),
    "fixed time that must lie ahead by its name": (
        described("scheduleTime", DUE, NOON),
        "times-ahead",
        f"{CREATE_ADA}/value/scheduleTime",
    ),
    "fixed day that must lie ahead by the description of its component": (
        all_of(
            put(
                "/components/schemas/Day",
                {**TEXTS, "description": "Not in the past.", "x-provenance": PROVENANCE},
            ),
            described("start", {"$ref": "#/components/schemas/Day"}, "2026-01-31"),
        ),
        "times-ahead",
        f"{CREATE_ADA}/value/start",
    ),
    "fixed day that must lie ahead by its description": (
        described("start", {**TEXTS, "description": "A day in the future."}, "2026-01-31"),
        "times-ahead",
        f"{CREATE_ADA}/value/start",
    ),
    "pagination that is not a map": (paged([]), "pagination", PAGINATION),
    "pagination of a webhook": (
        put(f"{EVENT}/x-pagination", {"size": "size", "page": "page", "items": ""}),
        "pagination",
        f"{EVENT}/x-pagination",
    ),
    "pagination without a size": (paged(size=None), "pagination", PAGINATION),
    "pagination without items": (paged(items=None), "pagination", PAGINATION),
    "pagination by nothing": (paged(page=None, first=None), "pagination", PAGINATION),
    "pagination by two things": (paged(offset="offset"), "pagination", PAGINATION),
    "pagination by a cursor and a page": (paged(cursor="offset"), "pagination", PAGINATION),
    "pagination before a cursor without one": (
        paged(before="offset"),
        "pagination",
        f"{PAGINATION}/before",
    ),
    "pagination by an unknown cursor": (
        paged(page=None, first=None, cursor="after"),
        "pagination",
        f"{PAGINATION}/cursor",
    ),
    "next cursor that is a list": (paged(next="/resumes"), "pagination", f"{PAGINATION}/next"),
    "next address that is a number": (
        paged(**{"next-url": "/score"}),
        "pagination",
        f"{PAGINATION}/next-url",
    ),
    "pagination by a path parameter": (
        paged(page="candidateId"),
        "pagination",
        f"{PAGINATION}/page",
    ),
    "pagination by an unknown parameter": (
        paged(size="limit"),
        "pagination",
        f"{PAGINATION}/size",
    ),
    "first page of a list with offsets": (
        paged(page=None, offset="offset"),
        "pagination",
        f"{PAGINATION}/first",
    ),
    "first page that is 2": (paged(first=2), "pagination", f"{PAGINATION}/first"),
    "first page that is true": (paged(first=True), "pagination", f"{PAGINATION}/first"),
    "echo of an offset of a list with pages": (
        paged(**{"echoed-offset": "/score"}),
        "pagination",
        f"{PAGINATION}/echoed-offset",
    ),
    "pagination with another key": (paged(limit="size"), "pagination", f"{PAGINATION}/limit"),
    "items that are not a JSON pointer": (
        paged(items="resumes"),
        "pagination",
        f"{PAGINATION}/items",
    ),
    "items that are not a list": (paged(items="/name"), "pagination", f"{PAGINATION}/items"),
    "items that no example has": (paged(items="/letters"), "pagination", f"{PAGINATION}/items"),
    "total that is not a number": (paged(total="/name"), "pagination", f"{PAGINATION}/total"),
    "more that is a number": (paged(more="/score"), "pagination", f"{PAGINATION}/more"),
    "unused security scheme": (
        unused("securitySchemes", {"type": "http", "scheme": "basic", "x-provenance": PROVENANCE}),
        "used",
        "/components/securitySchemes/Lonely",
    ),
}

# A text of the tidy contract, what it becomes, the rule that finds the problem, and its pointer.
TEXT_CHANGES: dict[str, tuple[str, str, str, str]] = {
    "date": ("version: '2026-01-31'", "version: 2026-01-31", "yaml", "/info/version"),
    "time": ("value: c-1", "value: 18:00", "yaml", "/components/examples/CandidateIdAda/value"),
    "country": ("value: c-1", "value: NO", "yaml", "/components/examples/CandidateIdAda/value"),
    "octal number": (
        "value: c-1",
        "value: 010",
        "yaml",
        "/components/examples/CandidateIdAda/value",
    ),
    "number without a point": (
        "score: 7}",
        "score: 7e0}",
        "yaml",
        "/components/examples/CandidateAda/value/score",
    ),
    "status code": (
        "        '204': {$ref",
        "        204: {$ref",
        "yaml",
        "/paths/~1candidates~1{candidateId}~1interviews/delete/responses/204",
    ),
    "boolean key": (
        "value: {message: No such candidate}",
        "value: {message: No such candidate, on: x}",
        "yaml",
        "/components/examples/ErrorRefused/value/on",
    ),
    "anchor": ("tags: [Candidate]", "tags: &tags [Candidate]", "anchors", f"{POST}/tags"),
    "long line": (
        "Nothing is said about deleting them.",
        "Nothing is said about deleting them. " * 4,
        "line-length",
        "/info/description",
    ),
}


def written(text: str) -> Document:
    """A document with its text."""
    return Document(parse(text, "contract"), "contract", text)


@pytest.fixture(scope="module")
def tidy() -> dict[str, Any]:
    """A small contract that keeps every rule."""
    return dict(written(TIDY).document)


def test_a_tidy_contract_keeps_every_rule() -> None:
    """So the problems below come from the changes."""
    assert find_problems(written(TIDY)) == []


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_problem_is_found_at_its_place(name: str, tidy: dict[str, Any]) -> None:
    """By the rule for it."""
    change, rule, where = MUTATIONS[name]
    raw = deepcopy(tidy)
    change(raw)

    found = find_problems(Document(raw))

    assert (rule, where) in [(problem.rule, problem.pointer) for problem in found]


@pytest.mark.parametrize("name", TEXT_CHANGES)
def test_a_problem_of_the_text_is_found_at_its_place(name: str) -> None:
    """Although the parsed document does not have it."""
    right, wrong, rule, where = TEXT_CHANGES[name]
    assert right in TIDY

    document = written(TIDY.replace(right, wrong, 1))
    found = find_problems(document, [entry for entry in RULES if entry.name == rule])

    assert (rule, where) in [(problem.rule, problem.pointer) for problem in found]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_finds_a_problem(rule: Any) -> None:
    """A rule that never finds any would prove nothing."""
    caught = {entry[1] for entry in MUTATIONS.values()} | {a[2] for a in TEXT_CHANGES.values()}

    assert rule.name in caught | ({"valid"} if caught >= VALIDITY else set())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_has_a_promise_of_one_sentence(rule: Any) -> None:
    """The first line of the docstring of its function."""
    assert rule.promise.endswith(".")


def test_rules_have_different_names() -> None:
    """So that a message names one rule only."""
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)


def test_an_invalid_document_is_not_held_to_the_house_rules() -> None:
    """The rules would have to guess what it means."""
    found = find_problems(Document({"openapi": "3.1.0"}, "broken.yaml"))

    assert {problem.rule for problem in found} == {"openapi"}


def test_openapi_30_is_a_problem() -> None:
    """A 3.0 file can be served, but contracts in specs/ are 3.1."""
    raw = {"openapi": "3.0.3", "info": {"title": "Old", "version": "1"}, "paths": {}}

    (found,) = find_problems(Document(raw))

    assert (found.rule, found.pointer) == ("version", "/openapi")


def test_a_problem_is_printed_as_file_pointer_rule_and_message(tidy: dict[str, Any]) -> None:
    """In one line, with what would be right."""
    raw = deepcopy(tidy)
    del raw["paths"]["/candidates"]["post"]["responses"]["401"]

    (found,) = find_problems(Document(raw, "specs/screening/openapi.yaml"))

    assert str(found) == (
        "specs/screening/openapi.yaml#/paths/~1candidates/post/responses: responses: "
        "no '401', though createCandidate is secured; add it with an example"
    )


ALLOWED: dict[str, Change] = {
    "refusals of a gateway": put(
        "/x-refusals",
        {
            "unknown-path": {"status": "403", "response": "Refused"},
            "default": {"response": "Refused"},
            "x-provenance": {"basis": "inferred", "note": "By an answer of its gateway."},
        },
    ),
    "public operation without 401": all_of(
        put(f"{GET}/security", []), drop(f"{GET}/responses/401"), drop(f"{GET}/responses/403")
    ),
    "422 instead of 400": all_of(
        put(f"{GET}/responses/422", {"$ref": "#/components/responses/Refused"}),
        drop(f"{GET}/responses/400"),
    ),
    "POST that reads, with its reason": all_of(
        put(f"{POST}/x-effect", ["read"]),
        put(f"{POST}/x-effect-reason", "Only counts."),
        *(
            move_last(f"{POST}/{key}")
            for key in ("x-provenance", "requestBody", "responses")
        ),
    ),
    "reference inside an example": put(
        f"{ADA}/value/links", {"$ref": "nowhere.yaml", "x-anything": 1}
    ),
    "property with the name of a keyword": put(
        f"{CREATE}/properties/title", {"type": "string", "description": "Of the job."}
    ),
    "property named properties": put(f"{CREATE}/properties/properties", {"type": "string"}),
    "property named example": put(f"{CREATE}/properties/example", {"type": "string"}),
    "unsigned webhooks": put(SIGNATURE, {"algorithm": "none", "x-provenance": PROVENANCE}),
    "provenance of a property": put(f"{CREATE}/properties/name/x-provenance", PROVENANCE),
    "link with provenance of its own": put(f"{LINK}/x-provenance", PROVENANCE),
    "link with a location": put(f"{LINK}/parameters", {"path.candidateId": ID}),
    "link with an embedded expression": put(
        f"{LINK}/parameters/candidateId", "{$response.body#/name}-{$statusCode}-{$url}"
    ),
    "second link to an operation": linking(
        "GetCandidateOfThatName",
        operationId="getCandidate",
        parameters={"candidateId": "$response.body#/name"},
    ),
    "link from a read to a creation": linking(
        "CreateCandidate",
        operationId="createCandidate",
        requestBody={"name": "$response.body#/name", "stage": "screening"},
    ),
    "link from a creation to a deletion": all_of(
        get_has_own_response,
        linking(
            "CancelInterviews", operationId="cancelInterviews", parameters={"candidateId": ID}
        ),
    ),
    "link with a value of the request": all_of(
        get_has_own_response, put(f"{LINK}/parameters/candidateId", "$request.body#/name")
    ),
    "link in an example": put(f"{ADA}/value/links", {"GetNobody": {"operationId": "getNobody"}}),
    "list with pages": paged(),
    "list whose first page has no known number": paged(first=None, total=None),
    "list with offsets": paged(page=None, first=None, offset="offset"),
    "pagination with provenance of its own": paged(**{"x-provenance": PROVENANCE}),
    "pagination that is inferred like its response": all_of(
        paged(**OURS), put(f"{CREATED}/x-provenance", OURS["x-provenance"])
    ),
    "inline text of a body of text": all_of(
        put(
            "/components/examples/TextRefused",
            {"summary": "A refusal", "value": "No", "x-provenance": PROVENANCE},
        ),
        put(
            f"{REFUSED}/content/text~1plain",
            {"schema": TEXTS, "examples": {"no": {"$ref": "#/components/examples/TextRefused"}}},
        ),
    ),
    "identifier of two kinds in a source": identified("job_id"),
    "identifier of two kinds as in a source": all_of(
        identified("job_id"), described("job_id", TEXTS, UUID, **OURS)
    ),
    "identifier of a kind with a longer name": identified("best_candidate_id", **OURS),
    "identifier that a link takes for another": all_of(
        identified("person_id", **OURS),
        linking(
            "GetCandidateAsPerson",
            operationId="getCandidate",
            parameters={"candidateId": "$response.body#/person_id"},
        ),
    ),
    "numbers of two sequences": all_of(
        identified("job_id", "1", **OURS), put(f"{ADA}/value/id", "1")
    ),
    "identifier that says itself what it is": all_of(
        identified("owner_id", "user_2fKx9mQp", **OURS), put(f"{ADA}/value/id", "user_2fKx9mQp")
    ),
    "receiver with a reserved name": all_of(
        SUBSCRIBING, described("callback_url", LINKS, "https://ats.example.com/hook", **OURS)
    ),
    "receiver that cannot exist": all_of(
        SUBSCRIBING, described("callback_url", LINKS, "https://hook.invalid", **OURS)
    ),
    "receiver of a source": all_of(
        SUBSCRIBING, described("callback_url", LINKS, "https://your-app.com/hook")
    ),
    "receiver of a source in a response of ours": all_of(
        SUBSCRIBING,
        described("callback_url", LINKS, "https://your-app.com/hook"),
        put(f"{ADA}/value/callback_url", "https://your-app.com/hook"),
        put(f"{ADA}/x-provenance", OURS["x-provenance"]),
    ),
    "address of no receiver": described("portfolio_url", LINKS, "https://ada.dev"),
    "time that must lie ahead and does": described(
        "scheduleTime", DUE, NOON, **{"x-relative-time": {"/scheduleTime": "P2D"}}
    ),
    "time of the past": described("start_date", DUE, NOON),
    "text about a time": described("due", TEXTS, "by 2026-01-31"),
    "responses without an example": all_of(
        *(
            put(f"{GET}/responses/{code}", {"$ref": "#/components/responses/Done"})
            for code in ("205", "303", "304", "3XX", "1XX")
        )
    ),
    "identifier in a query": filtering(**{"x-identifier": True}),
    "outcome with an event of its own": put(
        LIFE, {"states": {"open": {}, "lost": {"emit": [EVENT.split("/")[2]]}}}
    ),
    "place that is kept and not shown": all_of(
        put(f"{CANDIDATE}/x-resource", {"hidden": ["origin"]}),
        put(DOES, {"set": {"/origin": "$request.body#/name"}}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_style_guide_allows_is_not_a_problem(name: str, tidy: dict[str, Any]) -> None:
    """The rules are not stricter than specs/README.md."""
    raw = deepcopy(tidy)
    ALLOWED[name](raw)

    assert find_problems(Document(raw)) == []


HOSTILE: dict[str, Change] = {
    "schema of itself": all_of(
        put("/components/schemas/Loop", {"allOf": [{"$ref": "#/components/schemas/Loop"}]}),
        put(f"{CREATED}/{JSON}/schema", {"$ref": "#/components/schemas/Loop"}),
    ),
    "relative time that is a number": all_of(
        described("due", DUE, NOON), put(f"{CREATE_ADA}/x-relative-time", 5)
    ),
    "schema outside of components": all_of(
        put("/x-s", {"properties": {"id": TEXTS}}),
        put(f"{CREATED}/{JSON}/schema", {"$ref": "#/x-s"}),
    ),
    "answer that is no pointer": put(DOES, {"answer": {"message": "Added {$request.body#/name}"}}),
    "provenance that is no text": all_of(
        put(DOES, {"kind": "create", "resource": "Candidate"}),
        put(f"{DOES}/x-provenance", {"basis": 5, "source": True, "at": ["x"]}),
    ),
    "provenance that is no object": all_of(
        put(DOES, {"kind": "create", "resource": "Candidate"}), put(f"{DOES}/x-provenance", 5)
    ),
    "link to a place that is no pointer": put(
        f"{LINK}/parameters/candidateId", "$response.body#id"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_rule_fails_on_what_another_one_reports(name: str, tidy: dict[str, Any]) -> None:
    """All rules are applied to the same document."""
    raw = deepcopy(tidy)
    HOSTILE[name](raw)

    assert find_problems(Document(raw))


def test_lint_counts_rules_and_contracts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, with exit code 0, if there are no problems."""
    path = tmp_path / "screening.yaml"
    path.write_text(TIDY, encoding="utf-8")

    assert main(["lint", str(path)]) == 0
    assert capsys.readouterr().out == f"{len(RULES)} rules hold for 1 contract: screening\n"


def test_lint_prints_one_line_for_each_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And exits with 1."""
    path = tmp_path / "screening.yaml"
    path.write_text(TIDY.replace("value: c-1", "value: 18:00"), encoding="utf-8")

    assert main(["lint", str(path)]) == 1
    assert capsys.readouterr().out == (
        f"{path}#/components/examples/CandidateIdAda/value: yaml: "
        "18:00 is of type int in YAML 1.1; quote it\n"
    )


def test_lint_refuses_a_file_that_cannot_be_parsed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 2 and a message on standard error."""
    path = tmp_path / "screening.yaml"
    path.write_text("openapi: [", encoding="utf-8")

    assert main(["lint", str(path)]) == 2
    assert f"{path}#: yaml: line 2, column 1" in capsys.readouterr().err
