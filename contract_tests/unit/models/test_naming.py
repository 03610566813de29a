"""The names of modules and classes."""

from __future__ import annotations

import pytest

from greenroom.models import class_name, module_name


@pytest.mark.parametrize(
    ("vendor", "module"),
    [
        ("acme", "acme"),
        ("acme-ats", "acme_ats"),
        ("Acme.io", "acme_io"),
        ("2hire", "_2hire"),
        ("import", "import_"),
        ("-", "_"),
    ],
)
def test_a_module_name_can_be_imported(vendor: str, module: str) -> None:
    """Whatever the name of the vendor's folder."""
    assert module_name(vendor) == module
    assert module.isidentifier()


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("Interview", "Interview"),
        ("InterviewList", "InterviewList"),
        ("HTTPError", "HTTPError"),
        ("interview_list", "InterviewList"),
        ("interview-list", "InterviewList"),
        ("Foo.Bar", "FooBar"),
    ],
)
def test_a_class_has_the_name_of_its_schema(schema: str, name: str) -> None:
    """PascalCase names stay, others become PascalCase."""
    assert class_name(schema) == name
