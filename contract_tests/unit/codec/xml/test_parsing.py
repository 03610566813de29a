"""XML is read to a small tree, or refused before it can do harm."""

from __future__ import annotations

import pytest

from greenroom.codec.xml.parsing import Allowance, parse
from greenroom.http.json_decoding import MalformedError

SPACE = "urn:example:space"


def test_an_element_has_its_attributes_children_and_text() -> None:
    """Declarations of namespaces are not attributes."""
    root = parse(b'<a x="1" xmlns:p="urn:p" p:y="2">one<b>two</b>three</a>')

    assert (root.name.local, root.text) == ("a", "onethree")
    assert [(name.local, name.namespace, text) for name, text in root.attributes] == [
        ("x", "", "1"),
        ("y", "urn:p", "2"),
    ]
    assert [child.text for child in root.children] == ["two"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f'<a xmlns="{SPACE}"/>', (SPACE, "a")),
        (f'<p:a xmlns:p="{SPACE}"/>', (SPACE, "a")),
        ("<a/>", ("", "a")),
        ("<p:a/>", ("", "a")),
    ],
)
def test_a_prefix_means_its_declared_namespace(body: str, expected: tuple[str, str]) -> None:
    """An undeclared prefix has no namespace."""
    name = parse(body.encode()).name

    assert (name.namespace, name.local) == expected


def test_a_namespace_declaration_ends_with_its_element() -> None:
    """Later elements have the namespace that was declared before."""
    root = parse(f'<a xmlns="urn:outer"><b xmlns="{SPACE}"><c/></b><d/></a>'.encode())
    inner, after = root.children

    assert inner.children[0].name.namespace == SPACE
    assert after.name.namespace == "urn:outer"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<a>ä</a>".encode(), ""),
        ("<a>ä</a>".encode("latin-1"), "text/xml; charset=iso-8859-1"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><a>ä</a>'.encode("latin-1"), ""),
        ('<?xml version="1.0" encoding="utf-16"?><a>ä</a>'.encode("utf-16"), ""),
        # The Content-Type takes precedence over the document (RFC 7303 section 3.2).
        ('<?xml version="1.0" encoding="us-ascii"?><a>ä</a>'.encode(), "text/xml; charset=utf-8"),
    ],
)
def test_a_document_is_decoded_by_its_named_charset(body: bytes, content_type: str) -> None:
    """By the Content-Type, a byte order mark or the XML declaration."""
    assert parse(body, content_type).text == "ä"


@pytest.mark.parametrize(
    "body",
    [
        b"<a/><!DOCTYPE a>",
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///dev/zero">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>',
        b"<a>&b;</a>",
    ],
)
def test_a_document_type_declaration_is_refused(body: bytes) -> None:
    """It could declare entities, files and defaults."""
    with pytest.raises(MalformedError):
        parse(body)


def test_the_documents_of_one_request_share_a_limit() -> None:
    """Many small documents cost as much as a large one."""
    allowance, document = Allowance(), "<r>" + "<a b='c'/>" * 4_000 + "</r>"
    for _ in range(2):
        parse(document, allowance=allowance)

    with pytest.raises(MalformedError, match="more than 20000 elements"):
        parse(document, allowance=allowance)
