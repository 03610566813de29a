"""What links, examples, paths and schemas imply, and what declarations overrule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from contracts import contract

from greenroom.contract.behaviour.binding import Behaviour
from greenroom.contract.behaviour.reading import behaviour_of

TEXT = {"type": "string"}
PETS = {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
PET: dict[str, Any] = {
    "type": "object",
    "properties": {"id": TEXT, "name": TEXT, "owner_id": TEXT, "sold": {"type": "boolean"}},
}
REX = {"id": "p-1", "name": "Rex", "owner_id": "o-1", "sold": False}
GONE = {"204": {"description": "Gone."}}


def ref(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def answer(schema: Any, example: Any = None, links: Any = None, status: str = "200") -> Any:
    """The responses of an operation: one success with a JSON body."""
    media = {"schema": schema} if example is None else {"schema": schema, "example": example}
    found = {"description": "Fine.", "content": {"application/json": media}}
    return {status: found if links is None else {**found, "links": links}}


def body(schema: Any) -> dict[str, Any]:
    """A request body in JSON."""
    return {"content": {"application/json": {"schema": schema}}}


def path(name: str, example: Any = None) -> dict[str, Any]:
    """A path parameter."""
    found = {"name": name, "in": "path", "required": True, "schema": TEXT}
    return found if example is None else {**found, "example": example}


def operation(name: str, responses: Any, *parameters: Any, **more: Any) -> dict[str, Any]:
    """An operation."""
    return {"operationId": name, "parameters": list(parameters), "responses": responses, **more}


def behaviour(paths: Mapping[str, Any], sources: bool = False, **schemas: Any) -> Behaviour:
    """The behaviour of a contract with these paths, and with pets."""
    info = {"title": "Pets", "version": "1", **({"x-sources": {}} if sources else {})}
    return behaviour_of(contract(paths, info=info, components={"schemas": {"Pet": PET, **schemas}}))


def get_pet(**more: Any) -> dict[str, Any]:
    """The reading of one pet, with an example."""
    return operation("getPet", answer(ref("Pet"), REX), path("pet", "p-1"), **more)


def test_the_value_of_a_parameter_shows_the_thing_within_an_envelope() -> None:
    """Although both have an `id`."""
    envelope = {"type": "object", "properties": {"data": ref("Pet"), "id": TEXT}}
    shown = operation("read", answer(envelope, {"id": "r-9", "data": REX}), path("petId", "p-1"))
    found = behaviour({"/pets/{petId}": {"get": shown}})

    assert [p.pointer for p in found.resources["Pet"].identifiers] == ["/id"]
    assert found.bindings["read"].evidence.source == "example"
    assert "/data/name" in [pair.pointer for pair in found.bindings["read"].projections[0].pairs]


def test_a_link_from_a_receipt_is_a_creation() -> None:
    """Whose record has the rest of the one that is read."""
    receipt = {"type": "object", "properties": {"pet_id": TEXT, "at": TEXT}}
    links = {"Read": {"operationId": "getPet", "parameters": {"pet": "$response.body#/pet_id"}}}
    made = operation("buy", answer(ref("PetBought"), {"pet_id": "p-1"}, links))
    found = behaviour(
        {"/buy": {"post": made}, "/pets/{pet}": {"get": get_pet()}}, PetBought=receipt
    )

    binding = found.bindings["buy"]
    assert (binding.kind, binding.resource, binding.evidence.source) == ("create", "Pet", "link")
    assert binding.templates[0].record == REX
    (pair,) = (p for p in binding.projections[0].pairs if p.pointer == "/pet_id")
    assert pair.value.expression == "$resource#/id"


def test_what_an_operation_without_a_body_changes_is_in_its_example() -> None:
    """So a deletion that shows the changed thing keeps it."""
    sold = answer(ref("Pet"), {**REX, "sold": True})
    found = behaviour(
        {
            "/pets/{pet}": {"get": get_pet(), "delete": operation("end", sold, path("pet", "p-1"))},
            "/pets/{pet}/sale": {"post": operation("sell", sold, path("pet", "p-1"))},
        }
    )

    for name, kind in (("sell", "action"), ("end", "delete")):
        binding = found.bindings[name]
        (change,) = binding.sets
        assert (binding.kind, change.pointer, change.value.constant) == (kind, "/sold", True)


def test_a_hard_deletion_shows_the_identifier_alone() -> None:
    """What else it says, it says of the deletion."""
    left = {"allOf": [ref("Pet")], "properties": {"deleted": {"type": "boolean"}}}
    gone = operation("free", answer(ref("PetLeft")), path("pet", "p-1"))
    found = behaviour({"/pets/{pet}": {"get": get_pet(), "delete": gone}}, PetLeft=left)

    assert found.bindings["free"].sets == ()
    assert [p.pointer for p in found.bindings["free"].projections[0].pairs] == ["/id"]


def test_schemas_that_extend_one_another_are_one_resource() -> None:
    """As the items of a list and the single thing often are."""
    detail = {"allOf": [ref("Pet")], "properties": {"weight": {"type": "number"}}}
    read = operation("getPet", answer(ref("PetDetail")), path("petId"))
    paths = {"/pets/{petId}": {"get": read}, "/pets": {"get": operation("all", answer(PETS))}}
    found = behaviour(paths, PetDetail=detail)

    assert list(found.resources) == ["PetDetail"]
    assert found.bindings["all"].kind == "list"


def test_what_is_read_and_written_below_a_thing_is_there_once_for_each() -> None:
    """A path that ends in a word names no record of its own."""
    diet = {"type": "object", "properties": {"food": TEXT}}
    read = operation("getDiet", answer(ref("Diet"), {"food": "fish"}), path("pet", "p-1"))
    write = operation("putDiet", answer(ref("Diet")), path("pet"), requestBody=body(ref("Diet")))
    paths = {"/pets/{pet}": {"get": get_pet()}, "/pets/{pet}/diet": {"get": read, "put": write}}
    found = behaviour(paths, Diet=diet)

    parent = found.resources["Diet"].parent
    assert found.resources["Diet"].singleton
    assert parent is not None
    assert (parent.resource, parent.by, parent.key) == ("Pet", "/pet", "/id")
    assert found.bindings["putDiet"].kind == "update"
    assert found.bindings["putDiet"].scopes[0].value.expression == "$request.path.pet"


def owned(errors: tuple[str, ...], link: bool = True) -> Behaviour:
    """Pets of owners, with these errors of the creation, and a link from an owner to it."""
    owner = {"type": "object", "properties": {"id": TEXT}}
    links = {"Buy": {"operationId": "buy", "requestBody": {"owner_id": "$response.body#/id"}}}
    shown = answer(ref("Owner"), {"id": "o-1"}, links if link else None)
    refused = {status: {"description": "Refused."} for status in errors}
    made = {**answer(ref("Pet"), REX, status="201"), **refused}
    paths = {
        "/owners/{owner}": {"get": operation("getOwner", shown, path("owner", "o-1"))},
        "/pets": {"post": operation("buy", made, requestBody=body(ref("Pet")))},
        "/pets/{pet}": {"get": get_pet()},
    }
    return behaviour(paths, Owner=owner)


@pytest.mark.parametrize(
    ("errors", "status"),
    [(("404", "422"), "404"), (("400", "422"), "422"), (("400",), "400"), (("409",), None)],
)
def test_a_linked_reference_is_refused_as_documented(
    errors: tuple[str, ...], status: str | None
) -> None:
    """With the first of 404, 422 and 400 that is documented, else not at all."""
    checks = owned(errors).bindings["buy"].checks

    assert [check.status for check in checks] == ([status] if status else [])


def test_a_name_alone_is_no_reference() -> None:
    """Since nothing says what it refers to."""
    assert owned(("404",), link=False).bindings["buy"].checks == ()


def test_an_identifier_that_a_creation_may_have_is_the_callers() -> None:
    """Here the request's schema is that of the thing."""
    (given,) = owned(()).bindings["buy"].sets

    assert (given.pointer, given.value.expression) == ("/id", "$request.body#/id")


def test_a_property_that_one_resource_has_is_a_key_of_it() -> None:
    """Where no link says what the parameter is."""
    feed = operation("feed", GONE, path("name"))
    found = behaviour({"/pets/{pet}": {"get": get_pet()}, "/feeding/{name}": {"post": feed}})

    assert found.resources["Pet"].keys == ("/name",)


def shelves(sources: bool) -> Behaviour:
    """A list of things that nothing else names."""
    shelf = {"type": "object", "properties": {"id": TEXT}}
    items = {"type": "array", "items": ref("Shelf")}
    return behaviour({"/shelves": {"get": operation("all", answer(items))}}, sources, Shelf=shelf)


def test_a_name_alone_binds_where_no_sources_are_declared() -> None:
    """As in most files that nobody prepared."""
    assert shelves(sources=False).bindings["all"].evidence.source == "name"


def test_a_name_alone_binds_nothing_where_sources_are_declared() -> None:
    """The contract has to say it."""
    found = shelves(sources=True)

    assert found.bindings == {}
    assert found.weak == {"all": "it seems to list a Shelf, since its items are described by Shelf"}


def test_objects_without_a_component_are_named_after_their_path() -> None:
    """So a file with inline schemas is bound too."""
    task = {"type": "object", "properties": {"id": TEXT, "title": TEXT}}
    found = behaviour(
        {
            "/tasks": {
                "get": operation("all", answer({"type": "array", "items": task})),
                "post": operation("add", answer(task), requestBody=body(task)),
            },
            "/tasks/{taskId}": {"get": operation("one", answer(task), path("taskId"))},
        }
    )

    kinds = {name: (b.kind, b.resource) for name, b in found.bindings.items()}
    assert kinds == {"all": ("list", "tasks"), "add": ("create", "tasks"), "one": ("read", "tasks")}


@pytest.mark.parametrize(
    ("collection", "property", "name"),
    [
        ("/users", "userId", "users"),
        ("/v1/companies/", "company_id", "companies"),
        ("/accounts", "number_id", "accounts"),
        ("", "id", "thing"),
    ],
)
def test_a_resource_without_a_component_has_a_name_that_can_be_read(
    collection: str, property: str, name: str
) -> None:
    """Whatever identifies it: a name stands in messages and in addresses."""
    thing = {"type": "object", "properties": {property: TEXT, "title": TEXT}}
    one = f"{collection.rstrip('/')}/{{{property}}}"
    found = behaviour({one: {"get": operation("one", answer(thing), path(property))}})

    assert [*found.resources] == [name]


def test_two_resources_without_a_component_have_two_names() -> None:
    """Also where their paths end alike."""
    things = {name: {"type": "object", "properties": {name: TEXT}} for name in ("a_id", "b_id")}
    paths = {
        f"/{name}/items/{{{name}}}": {"get": operation(name, answer(thing), path(name))}
        for name, thing in things.items()
    }

    assert [*behaviour(paths).resources] == ["items", "items-2"]


@pytest.mark.parametrize(
    ("declared", "kind"),
    [({"kind": "delete"}, "delete"), ({"kind": "none"}, None), ({"set": {"sold": True}}, "read")],
)
def test_what_is_declared_comes_before_what_is_inferred(
    declared: dict[str, Any], kind: str | None
) -> None:
    """Key by key."""
    found = behaviour({"/pets/{pet}": {"get": get_pet(**{"x-resource-operation": declared})}})

    binding = found.bindings.get("getPet")
    assert (binding.kind if binding else None) == kind
    assert binding is None or binding.identify != ()


def test_what_is_hidden_is_shown_by_an_answer_alone() -> None:
    """As a secret that only its creation shows."""
    secret = {**PET, "x-resource": {"identifier": "id", "hidden": ["name"]}}
    told = {"x-resource-operation": {"answer": {"/name": "$resource#/name"}}}
    for more, is_shown in (({}, False), (told, True)):
        found = behaviour({"/pets/{pet}": {"get": get_pet(**more)}}, Pet=secret)
        pairs = found.bindings["getPet"].projections[0].pairs
        assert ("/name" in [pair.pointer for pair in pairs]) == is_shown


def test_a_malformed_declaration_is_as_if_it_were_not_there() -> None:
    """A house rule reports it; other programs may use the same keys."""
    shown = get_pet(**{"x-resource-operation": {"kind": 7}})

    assert behaviour({"/pets/{pet}": {"get": shown}}).bindings["getPet"].kind == "read"


@pytest.mark.parametrize(
    "declared",
    [
        {"resource": "Nobody", "kind": "read"},
        {"create": [{"resource": "Nobody", "from": "/x"}]},
        {"from": "/nowhere", "kind": "create"},
        {"answer": {"/a/-/b": 1, "/a/-": 2}},
    ],
)
def test_a_declaration_that_names_nothing_fails_nothing(declared: dict[str, Any]) -> None:
    """A house rule reports it."""
    found = behaviour({"/pets/{pet}": {"get": get_pet(**{"x-resource-operation": declared})}})

    assert {*found.bindings, *found.unbound} == {"getPet"}


def test_the_first_state_may_follow_from_the_request() -> None:
    """By the first value that is there."""
    declared = {
        "state": "/name",
        "initial": "new",
        "when": {"$request.body#/sold": "old"},
        "states": {"new": {"is": None}, "old": {"set": {"sold": True}}},
    }
    living = {**PET, "x-lifecycle": declared}
    life = behaviour({"/pets/{pet}": {"get": get_pet()}}, Pet=living).resources["Pet"].lifecycle

    assert life is not None
    assert [(v.expression, state) for v, state in life.when] == [("$request.body#/sold", "old")]
    assert (life.states["new"].value, life.states["old"].value) == (None, "old")


def test_a_value_that_two_paths_have_joins_nothing() -> None:
    """An identifier that stands for several things in the examples proves none."""
    shelf = {"type": "object", "properties": {"shelf_id": TEXT}}
    items = {"type": "array", "items": ref("Shelf")}
    paths = {
        "/shelves": {"get": operation("all", answer(items, [{"shelf_id": "x-1"}]))},
        "/one/{shelf_id}": {"delete": operation("a", GONE, path("shelf_id", "x-1"))},
    }
    other = {"/other/{shelfId}": {"delete": operation("b", GONE, path("shelfId", "x-1"))}}

    for listed, source in ((paths, "example"), ({**paths, **other}, "name")):
        assert behaviour(listed, Shelf=shelf).bindings["all"].evidence.source == source
