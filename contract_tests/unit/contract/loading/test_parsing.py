"""Contract files are parsed as YAML 1.2 or JSON; pointers lead to the values in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from greenroom.contract.loading.parsing import parse, read_text
from greenroom.errors import InvalidContractError
from greenroom.schema import json_pointer as ptr

VALUES: dict[str, Any] = {
    "18:00": "18:00",
    "2026-01-31": "2026-01-31",
    "2026-01-31T10:00:00Z": "2026-01-31T10:00:00Z",
    "NO": "NO",
    "on": "on",
    "yes": "yes",
    "010": "010",
    "0x1F": "0x1F",
    "0o17": "0o17",
    "1_000": "1_000",
    "=": "=",
    ".inf": ".inf",
    ".nan": ".nan",
    "1.2.3": "1.2.3",
    "1": 1,
    "-0": 0,
    "+5": 5,
    "1.50": 1.5,
    "1e3": 1000.0,
    "1.": 1.0,
    ".5": 0.5,
    "true": True,
    "False": False,
    "null": None,
    "~": None,
    "": None,
    "'1'": "1",
    '"no"': "no",
    "!!str 1": "1",
    "!!int '7'": 7,
}


@pytest.mark.parametrize("text", VALUES)
def test_values_are_those_of_json(text: str) -> None:
    """In YAML 1.1 several of these are a time, a date or a boolean."""
    value = parse(f"openapi: x\nvalue: {text}\n", "f")["value"]

    assert (value, type(value)) == (VALUES[text], type(VALUES[text]))


KEYS = {"200": "200", "true": "true", "null": "null", "1.0": "1.0", "on": "on", "'a b'": "a b"}


@pytest.mark.parametrize("text", KEYS)
def test_keys_are_strings_as_they_are_written(text: str) -> None:
    """A status code is the string `200`, and the key `true` does not become `True`."""
    assert list(parse(f"openapi: x\n{text}: 1\n", "f")) == ["openapi", KEYS[text]]


REFUSED = {
    "duplicate key": ("openapi: 1\na: 1\na: 2\n", "line 3, column 1: found the key 'a' twice"),
    "duplicate key once unquoted": ("openapi: 1\n200: 1\n'200': 2\n", "found the key '200' twice"),
    "duplicate key in JSON": ('{"openapi": "1", "a": 1, "a": 2}', "found the key 'a' twice"),
    "a mapping as key": ("openapi: 1\n? {a: 1}\n: 2\n", "line 2, column 3: a key is not text"),
    "a date by its tag": ("openapi: !!timestamp 2026-01-31", "has no counterpart in JSON"),
    "a set": ("openapi: !!set {a, b}", "has no counterpart in JSON"),
    "a Python object": ("openapi: !!python/object:os.system x", "has no counterpart in JSON"),
    "a tag that does not fit": ("openapi: !!bool maybe", "'maybe' is not a valid bool"),
    "a map by tag only": ("openapi: !!map x", "a scalar with the tag"),
    "a list by tag only": ("openapi: !!seq x", "a scalar with the tag"),
    "infinity": ("openapi: 1e999", "line 1, column 10: '1e999' is not a valid float"),
    "infinity in JSON": ('{"openapi": 1e999}', "1e999 is not a number"),
    "NaN in JSON": ('{"openapi": NaN}', "NaN is not a number"),
    "half a surrogate pair": (r'{"openapi": "\ud83d"}', "surrogates not allowed"),
    "a number of thousands of digits": (f"openapi: {'9' * 5000}", "is not a valid int"),
    "a control character": ("openapi: \x01", "control characters are not allowed"),
    "a tab for indentation": ("openapi:\n\tx: 1", "line 2, column 1: "),
    "an open bracket": ("openapi: [1", "line 2, column 1: "),
    "an unknown alias": ("openapi: *nothing", "found undefined alias"),
    "an alias of itself": ("openapi: &a {b: *a}", "found unconstructable recursive node"),
    "a list of itself": ("openapi: &a [*a]", "found unconstructable recursive node"),
    "two documents": ("openapi: 1\n---\nopenapi: 2\n", "found another document"),
    "deep brackets": ("openapi: " + "[" * 100_000, "nested too deeply"),
    "deep brackets in JSON": ('{"openapi": ' + "[" * 100_000, "nested too deeply"),
    "depth in JSON": ('{"openapi": ' + '{"a": ' * 300 + "1" + "}" * 301, "nested too deeply"),
    "an anchor that is used as a key": ("openapi: &a {}\n*a : 1\n", "a key is not text"),
    "a merge of a string": ("openapi: x\n<<: 1\n", "expected a mapping or a list"),
    "a mapping that is tagged as text": ("openapi: !!str {a: 1}", "a mapping with the tag"),
    "a list that is tagged as a mapping": ("openapi: !!map [1]", "a sequence with the tag"),
    "deep lists": ("openapi:\n" + "- " * 100_000, "nested too deeply"),
    "deep mappings": ("".join(f"{' ' * i}openapi:\n" for i in range(500)), "nested too deeply"),
    "billions of values": (
        "openapi: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"x{i}: &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]\n" for i in range(9)),
        "its aliases expand to more than",
    ),
    "nothing": ("", "expected an object with the key 'openapi'"),
    "a list": ("- openapi", "expected an object with the key 'openapi'"),
    "a text": ("openapi", "expected an object with the key 'openapi'"),
    "something else": ("title: x", "expected an object with the key 'openapi'"),
    "Swagger": ("swagger: '2.0'", "convert the file to OpenAPI"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_value_that_json_cannot_represent_is_refused_with_its_place(name: str) -> None:
    """In one line, and never with another exception."""
    text, reason = REFUSED[name]

    with pytest.raises(InvalidContractError) as caught:
        parse(text, "contract.yaml")

    (problem,) = caught.value.problems
    assert reason in problem.message
    assert problem.file == "contract.yaml"
    assert "\n" not in str(problem)


def test_brackets_in_a_string_do_not_count_as_nesting() -> None:
    """However many there are."""
    text = "[" * 1000

    assert parse(f"openapi: '{text}'", "f") == {"openapi": text}


def test_merge_keys_are_expanded() -> None:
    """They are not in YAML 1.2, but many files have them; explicit entries take precedence."""
    document = parse("openapi: &base {a: 1, b: 2}\nx:\n  <<: *base\n  b: 3\n", "f")

    assert document["x"] == {"a": 1, "b": 3}


MERGES = {
    "a list, whose first wins": (
        "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b]}",
        {"x": 1, "y": 1, "z": 2},
    ),
    "what is written wins": ("a: &a {x: 1}\nc: {x: 2, <<: *a}", {"x": 2}),
    "one in quotes is a key": ("c: {'<<': 1}", {"<<": 1}),
}


@pytest.mark.parametrize("name", MERGES)
def test_a_merge_adds_the_entries_that_are_not_explicit(name: str) -> None:
    """Like parsers of YAML 1.1."""
    text, value = MERGES[name]

    assert parse(f"openapi: x\n{text}\n", "f")["c"] == value


ANCHORS = {
    "a value": ("a: &a 5\nc: *a", 5),
    "a mapping": ("a: &a {x: [1]}\nc: *a", {"x": [1]}),
    "a key that is one": ("a: &a x\nc: {*a : 1}", {"x": 1}),
    "a key that has one": ("a: {&a x: 1}\nc: *a", "x"),
    "one that is written again": ("a: &a 1\nb: &a 2\nc: *a", 2),
}


@pytest.mark.parametrize("name", ANCHORS)
def test_an_alias_has_the_value_of_its_anchor(name: str) -> None:
    """Of the last one before it (YAML 1.2, section 7.1)."""
    text, value = ANCHORS[name]

    assert parse(f"openapi: x\n{text}\n", "f")["c"] == value


JSON = {
    "tabs": ('{\n\t"openapi":\t"1"\n}', "1"),
    "surrogate pair": (r'{"openapi": "\ud83d\ude00"}', "\U0001f600"),
    "escaped slash": (r'{"openapi": "\/x"}', "/x"),
    "byte order mark": ('\ufeff{"openapi": "1"}', "1"),
}


@pytest.mark.parametrize("name", JSON)
def test_json_is_read_as_json(name: str) -> None:
    """YAML parsers do not accept all JSON."""
    text, value = JSON[name]

    assert parse(text, "f") == {"openapi": value}


def test_a_flow_mapping_that_is_not_json_is_yaml() -> None:
    """Although it begins with a brace."""
    assert parse("{openapi: '3.1.0', a: [b]}", "f") == {"openapi": "3.1.0", "a": ["b"]}


def test_invalid_json_is_reported_as_json() -> None:
    """If the name of the file ends in `.json`."""
    with pytest.raises(InvalidContractError, match="line 2, column 1: Expecting"):
        parse('{"openapi": "3.1.0",\n]', "contract.json")


def test_the_number_of_values_is_only_limited_for_aliases() -> None:
    """With them a few lines can make billions of values."""
    document = parse('{"openapi": "1", "a": [' + "[1]," * 300_000 + "[1]]}", "f")

    assert len(document["a"]) == 300_001


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    """The message has its name."""
    with pytest.raises(InvalidContractError, match=r"gone\.yaml#: file: No such file"):
        read_text(tmp_path / "gone.yaml", "gone.yaml")


def test_a_file_in_another_encoding_is_reported(tmp_path: Path) -> None:
    """Contracts are UTF-8."""
    path = tmp_path / "latin.yaml"
    path.write_bytes("openapi: é".encode("latin-1"))

    with pytest.raises(InvalidContractError, match="not UTF-8 text"):
        read_text(path, str(path))


DOCUMENT = {"": 0, "a/b": {"~": [1, {"x": 2}]}, "c~1d": 3, "e f": {"%20": 4}, "list": [5, 6]}

POINTERS: dict[str, Any] = {
    "": DOCUMENT,
    "/": 0,
    "/a~1b/~0/1/x": 2,
    "/c~01d": 3,
    "/e f/%20": 4,
    "/list/1": 6,
}


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_pointer_leads_to_its_value(pointer: str) -> None:
    """RFC 6901, section 5."""
    assert ptr.look_up(DOCUMENT, pointer) == POINTERS[pointer]


@pytest.mark.parametrize("pointer", POINTERS)
def test_splitting_and_joining_a_pointer_restores_it(pointer: str) -> None:
    """With its escapes."""
    tokens = ptr.split(pointer)

    assert (ptr.join("", *tokens) if tokens else "") == pointer


NOWHERE = ["/x", "/list/2", "/list/-", "/list/01", "/list/-1", "/list/²", "/list/a", "//", "list"]


@pytest.mark.parametrize("pointer", NOWHERE)
def test_a_pointer_to_nothing_is_a_lookup_error(pointer: str) -> None:
    """So are an index that only Python accepts, and an invalid pointer."""
    with pytest.raises(LookupError):
        ptr.look_up(DOCUMENT, pointer)


def test_a_reference_is_percent_decoded_first() -> None:
    """The fragment of a URI is percent-encoded (RFC 6901, section 6)."""
    document = {"a b": {"c/d": {"done": True}}}

    found = ptr.resolve(document, {"$ref": "#/a%20b/c~1d"}, "")

    assert found == ({"done": True}, "/a b/c~1d")


def test_references_are_followed_to_the_end() -> None:
    """The pointer is that of the last object."""
    document = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/c"}, "c": 1}

    assert ptr.resolve(document, document["a"], "/a") == (1, "/c")


@pytest.mark.parametrize("reference", ["#/a", "#/lost", "other.yaml#/a", "#anchor"])
def test_a_reference_that_leads_nowhere_is_a_lookup_error(reference: str) -> None:
    """So are a circle, a reference to another file and an anchor."""
    with pytest.raises(LookupError):
        ptr.resolve({"a": {"$ref": "#/a"}}, {"$ref": reference}, "")


def test_a_walk_yields_parents_first_and_in_order() -> None:
    """Every value once."""
    document = {"b": [1, {"c": 2}], "a": 3}

    assert [where for where, _ in ptr.walk(document)] == ["", "/b", "/b/0", "/b/1", "/b/1/c", "/a"]
