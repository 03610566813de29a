"""Requests are read and validated as the OpenAPI Specification says, section by section.

The tables are in `semantics/`; each row names its section of the specification.
"""

from __future__ import annotations

import pytest

from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.server.app import build_app
from greenroom.server.middleware import ServerSettings
from semantics import (
    bodies,
    direction,
    forms,
    jsontext,
    multipart,
    openapi30,
    order,
    parameters,
    routing,
    security,
    styles,
    values,
    xmlbodies,
)
from semantics.case import Case, Verdict, contract_of, judged, verdict_of
from wire import send


def rows(*tables: list[Case]) -> pytest.MarkDecorator:
    """A test for each row of the tables."""
    cases = [case for table in tables for case in table]
    return pytest.mark.parametrize("case", cases, ids=[case.id for case in cases])


@rows(styles.CASES)
def test_a_parameter_is_read_by_its_style(case: Case) -> None:
    """Every style, exploded or not, in every location and for every shape of value."""
    assert judged(case) == case.verdict


@rows(values.CASES, openapi30.CASES)
def test_a_text_is_read_as_a_value_that_its_schema_allows(case: Case) -> None:
    """For every composition of schemas, and in both versions of the specification."""
    assert judged(case) == case.verdict


@rows(parameters.CASES)
def test_a_parameter_is_read_by_its_other_fields(case: Case) -> None:
    """For example `required`, name, location and `content`."""
    assert judged(case) == case.verdict


@rows(bodies.CASES, jsontext.CASES)
def test_a_body_is_read_by_its_media_type(case: Case) -> None:
    """JSON, text, bytes, and ranges of types."""
    assert judged(case) == case.verdict


@rows(forms.CASES, multipart.CASES)
def test_a_form_is_read_by_its_encoding(case: Case) -> None:
    """Fields and parts, with the documented content type or style of each."""
    assert judged(case) == case.verdict


@rows(xmlbodies.CASES)
def test_xml_is_read_by_the_names_of_its_schema(case: Case) -> None:
    """Elements, attributes, wrapped arrays and namespaces; entities are not expanded."""
    assert judged(case) == case.verdict


@rows(direction.CASES)
def test_required_properties_depend_on_the_direction(case: Case) -> None:
    """A property that is `readOnly` may be sent but is not required."""
    assert judged(case) == case.verdict


@rows(security.CASES)
def test_a_credential_meets_a_requirement(case: Case) -> None:
    """All schemes of a requirement, and one of several requirements."""
    assert judged(case) == case.verdict


@rows(routing.CASES)
def test_a_path_leads_to_its_operation(case: Case) -> None:
    """At every base path of its servers."""
    assert judged(case) == case.verdict


@rows(order.CASES)
def test_the_first_of_several_refusals_is_given(case: Case) -> None:
    """In the order of the table."""
    assert judged(case) == case.verdict


TABLES = [bodies, direction, forms, jsontext, multipart, openapi30, order, parameters, security]
TABLES += [styles, values, xmlbodies]
# The first row, the last and one between of every table; all of routes.
SOME = [table.CASES[i] for table in TABLES for i in (0, len(table.CASES) // 2, -1)]


@rows(SOME, routing.CASES)
@pytest.mark.parametrize("at_root", [False, True], ids=["prefix", "root"])
def test_the_whole_application_gives_the_same_verdicts(case: Case, at_root: bool) -> None:
    """Below the name of the contract, and at the root; bodies come in two chunks."""
    assert _served(case, at_root) == case.verdict


def _served(case: Case, at_root: bool) -> Verdict:
    app = build_app([contract_of(case)], ServerSettings(at_root=at_root))
    request = case.request
    target = ("" if at_root else "/acme") + request.target
    headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers]
    half = len(request.body) // 2
    chunks = (request.body[:half], request.body[half:])
    reply = send(app, request.method, target.encode(), headers, chunks)
    return verdict_of({name.encode(): value.encode() for name, value in reply.headers.items()})


@pytest.mark.parametrize(
    ("target", "allowed"),
    [("/v1/things", {"GET", "HEAD", "OPTIONS"}), ("/up/things", {"PUT", "OPTIONS"})],
)
def test_a_refused_method_lists_all_that_are_allowed(target: str, allowed: set[str]) -> None:
    """At the base path of the request, including HEAD and OPTIONS (RFC 9110, 15.5.6)."""
    case = next(case for case in routing.CASES if "PUT has a server" in case.name)
    mock = Mock(contract_of(case))

    response = mock.respond(RequestContext("TRACE", target, {}))

    assert isinstance(response, PreparedResponse)
    assert response.status == 405
    assert set(dict(response.headers)[b"allow"].decode().split(", ")) == allowed
