"""Models of a contract with all the names, unions and directions that are hard to write."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from pydantic import TypeAdapter

from greenroom.models import STYLES, source

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
MOMENT = {"type": "string", "format": "date-time"}


def ref(name: str) -> dict[str, Any]:
    """A reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    """The schema of an object."""
    return {"type": "object", "required": [*required], "properties": properties}


ODD_NAMES = [
    *("x\ny", 'q"uote', "back\\slash", "tab\there", "", "class", "None", "a-b", "a b", "a_b"),
    *(
        "2fa",
        "$id",
        "ﬁeld",
        "field",
        "Field",
        "ªb",
        "naïve",
        "名前",
        "{x}",
        "fullName",
        "full_name",
    ),
    *("model_config", "model_dump", "copy", "json", "self", "cls", "__init__", "_private", "items"),
    *("schema", "print", "type", "BaseModel", "keys"),
]
BUILTINS = {
    "str": TEXT, "int": WHOLE, "float": {"type": "number"}, "bool": {"type": "boolean"},
    "list": {"type": "array", "items": TEXT}, "dict": {"type": "object"}, "Any": {},
    "Literal": {"enum": ["a", "b"]}, "date": {"type": "string", "format": "date"},
    "datetime": MOMENT, "UUID": {"type": "string", "format": "uuid"}, "Cat": ref("Cat"),
    "other": TEXT, "number": WHOLE, "more": {"type": "array", "items": WHOLE}, "free": {},
    "kind": {"enum": ["c"]}, "at": MOMENT, "day": {"type": "string", "format": "date"},
    "map": {"type": "object"}, "cat": ref("Cat"), "flag": {"type": "boolean"},
}  # fmt: skip
UNIONS = {
    "pet": ref("Pet"),
    "tagged": ref("Tagged"),
    "both": {"anyOf": [ref("Cat"), ref("Tagged")]},
    "any": {"anyOf": [TEXT, {"type": "object"}, ref("Cat")]},
    "mixed": {"type": ["string", "integer", "object", "array", "null"]},
    "times": {"anyOf": [{"enum": ["never"]}, MOMENT]},
    "ids": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "string", "maxLength": 3}]},
    "lists": {"oneOf": [{"type": "array", "items": TEXT}, {"type": "array", "items": WHOLE}]},
    "numbers": {"oneOf": [WHOLE, {"type": "number"}]},
    "pets": {"type": "array", "items": ref("Pet")},
    "by_name": {"type": "object", "additionalProperties": ref("Pet")},
    "none": {"oneOf": [ref("Cat"), ref("Dog"), {"type": "null"}]},
    "values": {"enum": ["a", 1, None, True]},
    "one": {"anyOf": [{"const": 1}, WHOLE]},
    "listed": {"anyOf": [{"enum": [{"a": 1}, [2]]}, TEXT]},
    "of_types": {"oneOf": [{"type": ["string", "null"]}, {"type": ["string", "integer"]}]},
    "untagged": {"oneOf": [ref("Loose"), ref("Several")], "discriminator": {"propertyName": "k"}},
}
SCHEMAS: dict[str, Any] = {
    "Builtins": {"type": "object", "required": ["str", "int"], "properties": BUILTINS},
    "Odd": {
        "type": "object", "required": ODD_NAMES[:1], "properties": dict.fromkeys(ODD_NAMES, TEXT),
    },
    "Base": fields("kind", kind=TEXT, note={"type": ["string", "null"]}),
    "Narrow": {"allOf": [ref("Base"), fields(kind={"const": "x"}, note=TEXT)]},
    "Narrower": {"allOf": [ref("Narrow"), fields("note", note={"enum": ["a"]})]},
    "Requiring": {"allOf": [ref("Base"), {"required": ["note"]}]},
    "Extended": {"allOf": [ref("Base"), fields(more=TEXT)]},
    "Cat": fields("meow", meow=TEXT),
    "Dog": fields("bark", bark=TEXT),
    "Pet": {"oneOf": [ref("Cat"), ref("Dog")]},
    "One": fields("k", k={"const": "one"}),
    "Two": {"allOf": [fields("k", k=TEXT), fields("k", k={"const": "two"})]},
    "Tagged": {"oneOf": [ref("One"), ref("Two")], "discriminator": {"propertyName": "k"}},
    "Loose": fields(k={"const": "loose"}),
    "Several": fields("k", k={"enum": ["a", "b"]}),
    "Unions": {"type": "object", "properties": UNIONS},
    "Tree": fields(kids={"type": "array", "items": ref("Tree")}, up={"anyOf": [ref("Tree")]}),
    "weird name-x": TEXT,
    "Optional": fields(a=TEXT),
    "Model": fields(a=TEXT),
    "Account": fields(
        "id", "name", "password",
        id={**TEXT, "readOnly": True}, name=TEXT, password={**TEXT, "writeOnly": True},
        owner=ref("Owner"),
    ),
    "Owner": fields("since", since={**MOMENT, "readOnly": True}, name=TEXT),
    "Order": fields("account", account=ref("Account")),
    "Search": fields(query=TEXT),
}  # fmt: skip
PATTERNS = {
    "letters": (r"^\p{L}+$", "né", "n1"),
    "ahead": (r"^(?=.*\d)[a-z\d]+$", "a1", "a٣"),
    "ahead_of_letters": (r"^(?!\d)\p{Lu}+$", "É", "é"),
    "end": ("^a$", "a", "a\n"),
    "end_ahead": ("^(?=a)a$", "a", "a\n"),
    "again": (r"^(a|b)\1$", "aa", "ab"),
    "code": (r"^[\w-]\u{1F600}\cJ$", "-😀\n", "é😀\n"),
    "any": (r"^.$", "a", "\u2028"),
    "word": (r"\bé", "aé", "é"),
    "space": (r"^[^\S]$", "\ufeff", "\x85"),
    "not_word": (r"^(?!x)[\W.]$", "é", "a"),
}


def body(schema: Any) -> dict[str, Any]:
    """A request body, or the fields of a response."""
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def webhook(schema: Any, **others: Any) -> dict[str, Any]:
    """A path item that sends a payload."""
    return {"post": {"requestBody": body(schema), "responses": {}, **others}}


def document(schemas: dict[str, Any], **webhooks: Any) -> dict[str, Any]:
    """A contract where accounts and orders are sent and received, and searches only sent."""
    both = {
        "requestBody": body({"oneOf": [ref("Order"), ref("Search")]}),
        "responses": {"200": body(ref("Order"))},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Awkward", "version": "1"},
        "paths": {"/orders": {"post": both}} if "Order" in schemas else {},
        "webhooks": webhooks,
        "components": {"schemas": schemas},
    }


def kind_of(value: str) -> Any:
    """The payload of an event that a field names."""
    return fields(event={"const": value}, at=MOMENT, note=TEXT)


AWKWARD = document(
    {**SCHEMAS, "Started": kind_of("started")},
    started=webhook(ref("Started")),
    ended=webhook(kind_of("ended"), operationId="onEnded"),
)


def imported(text: str, name: str = "greenroom_awkward") -> ModuleType:
    """Source as a module."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    return module


def decoded(style: str, kind: Any, value: Any) -> Any:
    """A JSON value as a generated type."""
    if style == "msgspec":
        return msgspec.json.decode(json.dumps(value), type=kind)
    return TypeAdapter(kind).validate_json(json.dumps(value))


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The source in every style."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {style: source(AWKWARD, style) for style in STYLES}


@pytest.fixture(scope="module", params=STYLES)
def styled(request: pytest.FixtureRequest, written: dict[str, str]) -> tuple[str, ModuleType]:
    """A style and its models."""
    return request.param, imported(written[request.param], f"greenroom_awkward_{request.param}")


def test_every_style_is_clean_under_mypy_strict(written: dict[str, str], tmp_path: Path) -> None:
    """For projects that check types."""
    for style, text in written.items():
        (tmp_path / f"awkward_{style}.py").write_text(text, encoding="utf-8")
        assert "type: ignore" not in text
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_style_is_clean_under_pyright(written: dict[str, str], tmp_path: Path) -> None:
    """For projects that check types with it."""
    pytest.importorskip("pyright", reason="the dependency group dev is not installed")
    for style, text in written.items():
        (tmp_path / f"awkward_{style}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pet", {"bark": "w"}),
        ("tagged", {"k": "two"}),
        ("both", {"meow": "m"}),
        ("both", {"k": "one"}),
        ("any", {"other": 1}),
        ("any", "text"),
        ("mixed", [1]),
        ("times", "never"),
        ("times", "2025-09-19T10:00:00Z"),
        ("ids", "abc"),
        ("lists", [1]),
        ("lists", ["a"]),
        ("numbers", 1.5),
        ("pets", [{"bark": "w"}, {"meow": "m"}]),
        ("by_name", {"x": {"meow": "m"}}),
        ("none", None),
        ("none", {"bark": "w"}),
        ("values", True),
        ("one", 2),
        ("listed", {"a": 1}),
        ("listed", [2]),
        ("of_types", 3),
        ("of_types", None),
        ("untagged", {"k": "b"}),
    ],
    ids=str,
)
def test_every_branch_of_a_union_is_decoded(
    styled: tuple[str, ModuleType], field: str, value: Any
) -> None:
    """In every style."""
    style, module = styled
    read = decoded(style, module.Unions, {field: value})
    assert (read[field] if style == "typeddict" else getattr(read, field)) is not msgspec.UNSET


def test_a_union_with_a_discriminator_keeps_its_classes(written: dict[str, str]) -> None:
    """Only those that msgspec cannot tell apart become a dict."""
    module = imported(written["msgspec"])
    read = decoded("msgspec", module.Unions, {"tagged": {"k": "two"}, "pet": {"meow": "m"}})
    assert isinstance(read.tagged, module.Two)
    assert read.pet == {"meow": "m"}


@pytest.mark.parametrize("style", ["pydantic", "msgspec"])
def test_every_name_of_a_field_is_read_and_written(written: dict[str, str], style: str) -> None:
    """Also where Python would read another name; msgspec has no names with control characters."""
    odd = imported(written[style]).Odd
    names = [n for n in ODD_NAMES if style == "pydantic" or not set(n) & {"\n", "\t", '"', "\\"}]
    value = {name: f"value of {name}" for name in names}
    read = decoded(style, odd, value)
    assert (read.model_dump() if style == "pydantic" else msgspec.to_builtins(read)) == value


def test_a_narrowed_field_has_the_narrower_type(styled: tuple[str, ModuleType]) -> None:
    """Of all parts of an `allOf`."""
    style, module = styled
    assert decoded(style, module.Narrower, {"kind": "x", "note": "a"})
    for wrong in ({"kind": "y", "note": "a"}, {"kind": "x", "note": "b"}, {"kind": "x"}):
        with pytest.raises(ValueError, match=r"kind|note|Invalid enum"):
            decoded(style, module.Narrower, wrong)


def test_each_direction_has_the_fields_that_are_sent_in_it(styled: tuple[str, ModuleType]) -> None:
    """`readOnly` in responses, `writeOnly` in requests, also in objects that hold such objects."""
    style, module = styled
    received = {"account": {"id": "1", "name": "n", "owner": {"since": "2025-09-19T10:00:00Z"}}}
    sent = {"account": {"name": "n", "password": "p", "owner": {"name": "o"}}}
    assert decoded(style, module.Order, received)
    assert decoded(style, module.OrderRequest, sent)
    for kind, value in ((module.Order, sent), (module.OrderRequest, received)):
        with pytest.raises(ValueError, match=r"id|password|since"):
            decoded(style, kind, value)


@pytest.mark.parametrize("style", ["pydantic", "msgspec"])
def test_requests_forbid_unknown_fields(written: dict[str, str], style: str) -> None:
    """A typo is found; a response may have new fields."""
    module = imported(written[style])
    with pytest.raises(ValueError, match="qurey"):
        decoded(style, module.Search, {"qurey": "x"})
    with pytest.raises(ValueError, match="nmae"):
        decoded(style, module.OrderRequest, {"account": {"name": "n", "password": "p", "nmae": 1}})
    received = {"account": {"id": "1", "name": "n", "new": 1}, "new": 1}
    assert decoded(style, module.Order, received)


@pytest.mark.parametrize("style", ["pydantic", "msgspec"])
def test_open_requests_keep_unknown_fields(style: str) -> None:
    """For a vendor whose contract is behind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = imported(source(AWKWARD, style, open_=True))
    assert decoded(style, module.Search, {"new": "x"})
    assert not hasattr(module, "SearchRequest")
    assert hasattr(module, "AccountRequest")


@pytest.mark.parametrize(
    "statement",
    [{"additionalProperties": True}, {"additionalProperties": TEXT}, {"unevaluatedProperties": {}}],
    ids=str,
)
def test_a_request_that_the_contract_calls_open_is_open(statement: dict[str, Any]) -> None:
    """Its statement counts."""
    schemas = {"Order": {**fields(a=TEXT), **statement}, "Search": fields()}
    order = imported(source(document(schemas))).Order
    assert order.model_validate({"b": "x"}).model_dump() == {"b": "x"}


def test_what_was_not_set_is_not_dumped(written: dict[str, str]) -> None:
    """Unless asked for."""
    module = imported(written["pydantic"])
    order = module.OrderRequest(account=module.AccountRequest(name="n", password="p"))
    assert order.model_dump() == {"account": {"name": "n", "password": "p"}}
    assert json.loads(order.model_dump_json()) == order.model_dump(mode="json")
    everything = {"name": "n", "password": "p", "owner": None}
    assert order.account.model_dump(exclude_unset=False) == everything
    assert module.Base(kind="k", note=None).model_dump() == {"kind": "k", "note": None}


@pytest.fixture(scope="module")
def patterned() -> Callable[[str], ModuleType]:
    """The models of patterns, all in one class, in a style."""
    texts = {name: {**TEXT, "pattern": given} for name, (given, _, _) in PATTERNS.items()}
    raw = document({"Patterns": fields(**texts, list={"type": "array", "items": texts["ahead"]})})
    return lambda style: imported(source(raw, style), f"greenroom_patterns_{style}")


@pytest.mark.parametrize("style", ["pydantic", "msgspec"])
@pytest.mark.parametrize("field", PATTERNS)
def test_a_pattern_means_what_it_means_in_ecma_262(
    patterned: Callable[[str], ModuleType], style: str, field: str
) -> None:
    """Whichever engine reads it, and whatever stands beside it in its class."""
    _, right, wrong = PATTERNS[field]
    kind = patterned(style).Patterns
    assert decoded(style, kind, {field: right})
    with pytest.raises(ValueError, match=r"pattern|regex"):
        decoded(style, kind, {field: wrong})


@pytest.mark.parametrize("pattern", [r"^(?=a)\p{Script=Greek}$", "^(?<=a+)b$"])
def test_a_pattern_that_no_engine_can_read_is_left_out_with_a_warning(pattern: str) -> None:
    """So that the models can be imported."""
    raw = document({"Thing": fields(a={**TEXT, "pattern": pattern})})
    with pytest.warns(UserWarning, match="left out"):
        module = imported(source(raw))
    assert module.Thing(a="x").a == "x"


@pytest.mark.parametrize("style", ["typeddict", "msgspec"])
def test_times_are_read(styled: tuple[str, ModuleType], style: str, written: Any) -> None:
    """pydantic takes the TypedDict on every Python, and msgspec reads times as times."""
    module = imported(written[style])
    read = decoded(style, module.Owner, {"since": "2025-09-19T10:00:00Z"})
    since = read["since"] if style == "typeddict" else read.since.isoformat()
    assert since in ("2025-09-19T10:00:00Z", "2025-09-19T10:00:00+00:00")


def test_a_webhook_is_parsed_as_the_event_that_its_field_names(
    styled: tuple[str, ModuleType],
) -> None:
    """From bytes, text or what was parsed; a named event only, although the field is optional."""
    style, module = styled
    value = {"event": "ended", "at": "2025-09-19T10:00:00Z"}
    for given in (value, json.dumps(value), json.dumps(value).encode()):
        read = module.parse_webhook(given)
        assert style == "typeddict" or type(read) is module.OnEnded
    refused: list[Any] = [
        {"event": "lost"},
        {},
        [],
        {"event": []},
        "{",
        {"event": "ended", "note": 1},
    ]
    for wrong in refused:
        if style != "typeddict" or "note" not in wrong:
            with pytest.raises(ValueError, match=r"."):
                module.parse_webhook(wrong)


def headers(*values: Any) -> Iterator[dict[str, Any]]:
    """Webhooks that differ only in the value of a header."""
    for value in values:
        parameter = {"name": "X-Event", "in": "header", **value}
        yield webhook(ref("Started"), parameters=[parameter])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "described",
    [
        [{"schema": {"const": "one"}}, {"schema": {"enum": ["two", "three"]}}],
        [{"example": "one"}, {"examples": {"x": {"value": "two"}}}],
        [{"schema": {"enum": ["one", "two"]}}] * 2,
    ],
    ids=["schema", "example", "shared"],
)
def test_a_webhook_is_parsed_as_the_event_that_its_header_names(
    style: str, described: list[Any]
) -> None:
    """Whatever the case of its name; the value may be that of the webhook's name."""
    hooks = dict(zip(("one", "two"), headers(*described), strict=True))
    hooks["two"]["post"]["requestBody"] = body(ref("Ended"))
    same = fields(id=TEXT)
    module = imported(source(document({"Started": same, "Ended": same}, **hooks), style))
    read = module.parse_webhook(b'{"id": "1"}', {"x-EVENT": "two"})
    assert style == "typeddict" or type(read) is module.Ended
    with pytest.raises(ValueError, match="the header `x-event` is 'three', not one of one, two"):
        module.parse_webhook(b'{"id": "1"}', {"X-Event": "three"})


@pytest.mark.parametrize("style", STYLES)
def test_without_field_or_header_the_only_class_that_fits_is_taken(style: str) -> None:
    """Where several fit, there is no guess."""
    schemas = {"A": fields("a", a=TEXT), "B": fields("b", b=TEXT)}
    module = imported(source(document(schemas, a=webhook(ref("A")), b=webhook(ref("B"))), style))
    read = module.parse_webhook({"b": "x"})
    assert style == "typeddict" or type(read) is module.B
    with pytest.raises(ValueError, match="fits several events"):
        module.parse_webhook({"a": "x", "b": "x"})


def test_the_union_of_events_does_not_take_the_name_of_a_schema() -> None:
    """The contract's own names come first."""
    raw = document({"Event": fields(a=TEXT)}, a=webhook(ref("Event")))
    module = imported(source(raw))
    assert module.WebhookEvent is module.Event
    assert module.parse_webhook({"a": "x"}).a == "x"
