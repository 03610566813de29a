"""A contract in several files becomes one document, and problems are located in the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from greenroom.contract.catalog import find, load, load_whole
from greenroom.contract.loading.component_names import component_name
from greenroom.contract.model import Contract
from greenroom.errors import InvalidContractError
from greenroom.schema import json_pointer as ptr

PET = {"type": "object", "properties": {"name": {"type": "string"}}}
Tree = dict[str, Any]


def write(folder: Path, files: Tree) -> str:
    """Write files, strings as they are and everything else as JSON; the path of the first."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(folder / next(iter(files)))


def contract_of(folder: Path, files: Tree) -> Contract:
    """The contract of files, of which the first is its own file."""
    return load(find([write(folder, files)])[0])


def refusals(folder: Path, files: Tree) -> list[tuple[str, str]]:
    """The file with the pointer, and the message, of each problem of a contract in files."""
    with pytest.raises(InvalidContractError) as caught:
        contract_of(folder, files)
    return [
        (f"{Path(problem.file).relative_to(folder)}#{problem.pointer}", problem.message)
        for problem in caught.value.problems
    ]


def entry(schema: Any = None, version: str = "3.1.0", **parts: Any) -> Tree:
    """A contract of one operation, with the schema of its response."""
    media = {"application/json": {"schema": schema if schema is not None else {}}}
    response = {"responses": {"200": {"description": "Fine.", "content": media}}}
    return {
        "openapi": version,
        "info": {"title": "Pets", "version": "1"},
        "paths": {"/pets": {"get": {"operationId": "listPets", **response}}},
        **parts,
    }


def schema_at(contract: Contract, pointer: str) -> Any:
    """The schema that a pointer leads to, references followed."""
    return ptr.resolve(contract.document, ptr.look_up(contract.document, pointer), pointer)[0]


RESPONSE_SCHEMA = "/paths/~1pets/get/responses/200/content/application~1json/schema"

# files, of which the first is the contract: the reference in its bundled response
LAYOUTS: dict[str, tuple[Tree, str]] = {
    "a part of a file": (
        {"api.yaml": entry({"$ref": "schemas.yaml#/Pet"}), "schemas.yaml": {"Pet": PET}},
        "#/components/schemas/Pet",
    ),
    "a whole file": (
        {"api.yaml": entry({"$ref": "./schemas/pet.json"}), "schemas/pet.json": PET},
        "#/components/schemas/pet",
    ),
    "a whole file that is called index": (
        {"api.yaml": entry({"$ref": "pet/index.yaml"}), "pet/index.yaml": PET},
        "#/components/schemas/pet",
    ),
    "a folder and a name with spaces": (
        {"api.yaml": entry({"$ref": "my schemas/my pet.yaml"}), "my schemas/my pet.yaml": PET},
        "#/components/schemas/my_pet",
    ),
    "a name that is encoded": (
        {"api.yaml": entry({"$ref": "my%20pet.yaml#/a%20b"}), "my pet.yaml": {"a b": PET}},
        "#/components/schemas/a_b",
    ),
    "a schema of another contract": (
        {
            "api.yaml": entry({"$ref": "other.yaml#/components/schemas/Pet"}),
            "other.yaml": entry(components={"schemas": {"Pet": PET}}),
        },
        "#/components/schemas/Pet",
    ),
    "a file that refers on": (
        {
            "api.yaml": entry({"$ref": "a/one.yaml#/Pet"}),
            "a/one.yaml": {"Pet": {"$ref": "b/two.json#/Dog"}},
            "a/b/two.json": {"Dog": {"$ref": "../three.yaml"}},
            "a/three.yaml": PET,
        },
        "#/components/schemas/Pet",
    ),
    "a file that refers to itself": (
        {
            "api.yaml": entry({"$ref": "schemas.yaml#/Pets"}),
            "schemas.yaml": {"Pets": {"$ref": "#/Pet"}, "Pet": PET},
        },
        "#/components/schemas/Pets",
    ),
    "a file that refers back": (
        {
            "api.yaml": entry({"$ref": "a/b.yaml"}, components={"schemas": {"Pet": PET}}),
            "a/b.yaml": {"$ref": "../api.yaml#/components/schemas/Pet"},
        },
        "#/components/schemas/b",
    ),
    "a component that only refers": (
        {
            "api.yaml": entry(
                {"$ref": "#/components/schemas/Animal"},
                components={"schemas": {"Animal": {"$ref": "schemas.yaml#/Pet"}}},
            ),
            "schemas.yaml": {"Pet": PET},
        },
        "#/components/schemas/Animal",
    ),
    "a name that is taken": (
        {
            "api.yaml": entry(
                {"$ref": "schemas.yaml#/Pet"}, components={"schemas": {"Pet": {"type": "string"}}}
            ),
            "schemas.yaml": {"Pet": PET},
        },
        "#/components/schemas/schemas.Pet",
    ),
    "YAML that refers to JSON that refers to YAML": (
        {
            "api.yaml": "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths:\n  /pets:\n"
            "    get:\n      responses:\n        '200':\n          description: x\n"
            "          content:\n            application/json:\n"
            "              schema: {$ref: 'a.json#/A'}\n",
            "a.json": {"A": {"$ref": "b.yaml#/B"}},
            "b.yaml": "B:\n  type: object\n  properties:\n    name: {type: string}\n",
        },
        "#/components/schemas/A",
    ),
    "an anchor in another file": (
        {
            "api.yaml": entry({"$ref": "schemas.yaml#pet"}),
            "schemas.yaml": {"Pet": {"$anchor": "pet", **PET}},
        },
        "#/components/schemas/Pet",
    ),
    "an anchor": (
        {
            "api.yaml": entry(
                {"$ref": "#pet"}, components={"schemas": {"Pet": {"$anchor": "pet", **PET}}}
            )
        },
        "#/components/schemas/Pet",
    ),
    "an address that a schema gives itself": (
        {
            "api.yaml": entry(
                {"$ref": "https://example.com/schemas/pet"},
                components={"schemas": {"Pet": {"$id": "https://example.com/schemas/pet", **PET}}},
            )
        },
        "#/components/schemas/Pet",
    ),
    "a file whose schemas name an address": (
        {
            "api.yaml": entry({"$ref": "animal.yaml"}),
            "animal.yaml": {"$id": "https://example.com/animal.yaml", "$ref": "pet.yaml"},
            "pet.yaml": PET,
        },
        "#/components/schemas/animal",
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_schema_of_another_file_becomes_a_component_with_a_readable_name(
    tmp_path: Path, name: str
) -> None:
    """However it is referred to, it is the same schema."""
    files, reference = LAYOUTS[name]

    contract = contract_of(tmp_path, files)

    assert ptr.look_up(contract.document, RESPONSE_SCHEMA) == {"$ref": reference}
    assert schema_at(contract, RESPONSE_SCHEMA) == PET


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_every_kind_of_object_can_be_in_another_file(tmp_path: Path, version: str) -> None:
    """Each becomes a component of its kind."""
    parts = {
        "page": {"name": "page", "in": "query", "schema": {"type": "integer"}},
        "body": {"content": {"application/json": {"schema": {"$ref": "#/Pet"}}}},
        "response": {
            "description": "A pet.",
            "headers": {"X-Total": {"$ref": "#/total"}},
            "content": {"application/json": {"examples": {"rex": {"$ref": "#/rex"}}}},
        },
        "total": {"schema": {"type": "integer"}, "example": 1},
        "rex": {"value": {"name": "Rex"}},
        "Pet": PET,
    }
    operation = {
        "parameters": [{"$ref": "parts.yaml#/page"}],
        "requestBody": {"$ref": "parts.yaml#/body"},
        "responses": {"201": {"$ref": "parts.yaml#/response"}},
    }
    raw = entry(version=version)
    raw["paths"]["/pets"]["post"] = operation

    contract = contract_of(tmp_path, {"api.yaml": raw, "parts.yaml": parts})

    (posted,) = [o for o in contract.operations if o.method == "POST"]
    assert [parameter.pointer for parameter in posted.parameters] == ["/components/parameters/page"]
    assert posted.body is not None
    assert posted.body.pointer == "/components/requestBodies/body"
    (response,) = posted.responses
    assert response.pointer == "/components/responses/response"
    assert [header.pointer for header in response.headers] == ["/components/headers/total"]
    assert [e.value for e in response.content[0].examples] == [{"name": "Rex"}]


def test_a_path_item_is_inserted_where_it_is_referred_to(tmp_path: Path) -> None:
    """Its own references are relative to its own file."""
    raw = entry()
    raw["paths"] = {"/pets": {"$ref": "paths/pets.yaml"}}
    item = {"get": {"operationId": "listPets", "responses": {"200": {"$ref": "../ok.yaml"}}}}

    contract = contract_of(
        tmp_path, {"api.yaml": raw, "paths/pets.yaml": item, "ok.yaml": {"description": "Fine."}}
    )

    (operation,) = contract.operations
    assert (operation.path, operation.pointer) == ("/pets", "/paths/~1pets/get")
    assert operation.responses[0].description == "Fine."


def test_a_path_item_that_two_paths_share_is_one(tmp_path: Path) -> None:
    """Otherwise its operationId would occur twice."""
    raw = entry()
    raw["paths"] = {"/pets": {"$ref": "pets.yaml"}, "/animals": {"$ref": "pets.yaml"}}
    item = {"get": {"operationId": "listPets", "responses": {"200": {"description": "x"}}}}

    contract = contract_of(tmp_path, {"api.yaml": raw, "pets.yaml": item})

    assert [operation.path for operation in contract.operations] == ["/pets", "/animals"]


def test_schemas_of_two_files_may_refer_to_each_other(tmp_path: Path) -> None:
    """Schemas may be recursive across files."""
    files = {
        "api.yaml": entry({"$ref": "pet.yaml"}),
        "pet.yaml": {"properties": {"owner": {"$ref": "owner.yaml"}}},
        "owner.yaml": {"properties": {"pets": {"items": {"$ref": "pet.yaml"}}}},
    }

    schemas = contract_of(tmp_path, files).document["components"]["schemas"]

    assert schemas == {
        "pet": {"properties": {"owner": {"$ref": "#/components/schemas/owner"}}},
        "owner": {"properties": {"pets": {"items": {"$ref": "#/components/schemas/pet"}}}},
    }


def test_the_mapping_of_a_discriminator_refers_to_the_bundled_schemas(tmp_path: Path) -> None:
    """Its references are strings without a `$ref`."""
    pet = {
        "oneOf": [{"$ref": "dog.yaml"}],
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "dog.yaml", "x": "Named"}},
    }

    contract = contract_of(
        tmp_path, {"api.yaml": entry({"$ref": "pet.yaml"}), "pet.yaml": pet, "dog.yaml": PET}
    )

    mapping = schema_at(contract, RESPONSE_SCHEMA)["discriminator"]["mapping"]
    assert mapping == {"dog": "#/components/schemas/dog", "x": "Named"}


def test_the_other_files_that_were_read_are_known(tmp_path: Path) -> None:
    """So that they can be watched for changes."""
    place = write(
        tmp_path, {"api.yaml": entry({"$ref": "a/pet.yaml"}), "a/pet.yaml": PET, "b.yaml": PET}
    )

    assert load_whole(find([place])[0]).files == (tmp_path / "a" / "pet.yaml",)


def test_data_that_looks_like_a_reference_is_not_changed(tmp_path: Path) -> None:
    """The place of an object alone determines its kind."""
    value = {"$ref": "nowhere.yaml"}
    raw = entry({"$ref": "pet.yaml"})

    contract = contract_of(tmp_path, {"api.yaml": raw, "pet.yaml": {**PET, "default": value}})

    assert schema_at(contract, RESPONSE_SCHEMA)["default"] == value


def test_the_document_given_is_not_changed(tmp_path: Path) -> None:
    """Nor are the values of the files, which are read once."""
    files = {
        "api.yaml": entry({"$ref": "a.yaml#/A"}),
        "a.yaml": {"A": {"items": {"$ref": "#/B"}}, "B": {"items": {"$ref": "#/A"}}},
    }

    schemas = contract_of(tmp_path, files).document["components"]["schemas"]

    assert schemas["A"] == {"items": {"$ref": "#/components/schemas/B"}}
    assert schemas["B"] == {"items": {"$ref": "#/components/schemas/A"}}


# files, of which the first is the contract: the place of the problem, and a part of the message
REFUSED: dict[str, tuple[Tree, str, str]] = {
    "no such file": (
        {"api.yaml": entry({"$ref": "lost.yaml#/Pet"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "there is no file ",
    ),
    "nothing at the pointer": (
        {"api.yaml": entry({"$ref": "pet.yaml#/Lost"}), "pet.yaml": PET},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "'pet.yaml#/Lost': leads nowhere in ",
    ),
    "a reference inside another file": (
        {"api.yaml": entry({"$ref": "a/b.yaml#/A"}), "a/b.yaml": {"A": {"items": {"$ref": "c"}}}},
        "a/b.yaml#/A/items/$ref",
        "'c': there is no file ",
    ),
    "a pointer inside another file": (
        {"api.yaml": entry({"$ref": "b.yaml#/A"}), "b.yaml": {"A": {"items": {"$ref": "#/B"}}}},
        "b.yaml#/A/items/$ref",
        "'#/B': leads nowhere in ",
    ),
    "a broken schema in another file": (
        {"api.yaml": entry({"$ref": "b.yaml#/A"}), "b.yaml": {"A": {"type": "text"}}},
        "b.yaml#/A/type",
        "not a valid JSON Schema",
    ),
    "a broken path item in another file": (
        {
            "api.yaml": {**entry(), "paths": {"/pets": {"$ref": "b.yaml#/x"}}},
            "b.yaml": {"x": {"get": {"responses": {"200": {}}}}},
        },
        "b.yaml#/x/get/responses/200",
        '"description" is a required property',
    ),
    "an address": (
        {"api.yaml": entry({"$ref": "https://example.com/pet.yaml"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "nothing is fetched from a network; save it as a file in the contract's folder",
    ),
    "an address without a scheme": (
        {"api.yaml": entry({"$ref": "//example.com/pet.yaml"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "nothing is fetched from a network",
    ),
    "a name of another kind": (
        {"api.yaml": entry({"$ref": "urn:example:pet"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "nothing is fetched",
    ),
    "a place outside": (
        {"api/api.yaml": entry({"$ref": "../pet.yaml"}), "pet.yaml": PET},
        f"api/api.yaml#{RESPONSE_SCHEMA}/$ref",
        "is outside ",
    ),
    "a place from the root": (
        {"api.yaml": entry({"$ref": "/etc/passwd"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "is outside ",
    ),
    "a place by its scheme": (
        {"api.yaml": entry({"$ref": "file:///etc/passwd"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "is outside ",
    ),
    "a folder": (
        {"api.yaml": entry({"$ref": "schemas"}), "schemas/pet.yaml": PET},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "there is no file ",
    ),
    "a text": (
        {"api.yaml": entry({"$ref": "notes.txt"}), "notes.txt": "nothing but words"},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "does not contain a YAML or JSON object",
    ),
    "a list": (
        {"api.yaml": entry({"$ref": "pets.json"}), "pets.json": [PET]},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "does not contain a YAML or JSON object",
    ),
    "invalid YAML": (
        {"api.yaml": entry({"$ref": "pet.yaml"}), "pet.yaml": "a: [1"},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "cannot be read: line 2, column 1: ",
    ),
    "a value that is not a schema": (
        {"api.yaml": entry({"$ref": "pet.yaml#/type"}), "pet.yaml": PET},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "is of the type string in ",
    ),
    "a name with a zero": (
        {"api.yaml": entry({"$ref": "a%00b.yaml"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "is not a file name",
    ),
    "an invalid URL": (
        {"api.yaml": entry({"$ref": "https://[pets"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "'https://[pets': not a valid reference",
    ),
    "an anchor that nothing has": (
        {"api.yaml": entry({"$ref": "#pet"})},
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "'#pet': no schema of this file has that identifier",
    ),
    "a circle of path items": (
        {
            "api.yaml": {**entry(), "paths": {"/pets": {"$ref": "a.yaml"}}},
            "a.yaml": {"$ref": "b.yaml"},
            "b.yaml": {"$ref": "a.yaml"},
        },
        "b.yaml#/$ref",
        "in a circle",
    ),
    "a circle of schemas": (
        {
            "api.yaml": entry({"$ref": "a.yaml"}),
            "a.yaml": {"$ref": "b.yaml"},
            "b.yaml": {"$ref": "a.yaml"},
        },
        f"api.yaml#{RESPONSE_SCHEMA}/$ref",
        "in a circle",
    ),
    "a dynamic reference to one of several": (
        {
            "api.yaml": entry(
                {"$dynamicRef": "#t"},
                components={
                    "schemas": {"A": {"$dynamicAnchor": "t"}, "B": {"$dynamicAnchor": "t"}}
                },
            )
        },
        f"api.yaml#{RESPONSE_SCHEMA}/$dynamicRef",
        "leads to several schemas or to none",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_reference_that_cannot_be_followed_is_refused_with_file_and_pointer(
    tmp_path: Path, name: str
) -> None:
    """Of the reference itself, in whichever file it is."""
    files, where, reason = REFUSED[name]

    place, message = refusals(tmp_path, files)[0]

    assert place == where
    assert reason in message


def test_a_symbolic_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    """Its target counts, not its own place."""
    (tmp_path / "secret.yaml").write_text(json.dumps(PET))
    place = write(tmp_path, {"api/api.yaml": entry({"$ref": "pet.yaml"})})
    (tmp_path / "api" / "pet.yaml").symlink_to(tmp_path / "secret.yaml")

    with pytest.raises(InvalidContractError, match="is outside"):
        load(find([place])[0])


def test_references_of_a_contract_that_is_a_link_are_relative_to_the_link(tmp_path: Path) -> None:
    """Container platforms may mount every file as a link."""
    write(tmp_path, {"api/.data/api.yaml": entry({"$ref": "pet.yaml"}), "api/.data/p.yaml": PET})
    place = tmp_path / "api" / "api.yaml"
    place.symlink_to(tmp_path / "api" / ".data" / "api.yaml")
    (tmp_path / "api" / "pet.yaml").symlink_to(tmp_path / "api" / ".data" / "p.yaml")

    assert schema_at(load(find([str(place)])[0]), RESPONSE_SCHEMA) == PET


def test_a_root_folder_above_the_contract_can_be_given(tmp_path: Path) -> None:
    """For contracts that share files."""
    place = write(tmp_path, {"api/api.yaml": entry({"$ref": "../pet.yaml"}), "pet.yaml": PET})

    contract = load_whole(find([place])[0], root=tmp_path).contract

    assert schema_at(contract, RESPONSE_SCHEMA) == PET


def test_files_in_messages_are_relative_like_the_path_of_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user can open them as they are printed."""
    write(tmp_path, {"api/api.yaml": entry({"$ref": "a/b.yaml"}), "api/a/b.yaml": {"type": "x"}})
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InvalidContractError) as caught:
        load(find(["api/api.yaml"])[0])

    assert str(caught.value).startswith("api/a/b.yaml#/type: schema: ")


def test_a_dynamic_reference_with_one_possible_target_becomes_a_reference(tmp_path: Path) -> None:
    """As in a recursive schema."""
    tree = {
        "$dynamicAnchor": "node",
        "properties": {"children": {"items": {"$dynamicRef": "#node"}}},
    }
    raw = entry({"$ref": "#/components/schemas/Tree"}, components={"schemas": {"Tree": tree}})

    schema = schema_at(contract_of(tmp_path, {"api.yaml": raw}), RESPONSE_SCHEMA)

    assert schema["properties"]["children"]["items"] == {"$ref": "#/components/schemas/Tree"}


def test_a_pointer_below_an_id_is_relative_to_its_schema(tmp_path: Path) -> None:
    """JSON Schema 2020-12, 8.2.1; one that leads nowhere there is relative to the document."""
    pet = {
        "$id": "https://example.com/pet",
        "properties": {
            "name": {"$ref": "#/$defs/name"},
            "owner": {"$ref": "#/components/schemas/Owner"},
        },
        "$defs": {"name": {"type": "string"}},
    }
    schemas = {"Pet": pet, "Owner": {"type": "object"}}
    raw = entry({"$ref": "#/components/schemas/Pet"}, components={"schemas": schemas})

    properties = schema_at(contract_of(tmp_path, {"api.yaml": raw}), RESPONSE_SCHEMA)["properties"]

    assert properties == {
        "name": {"$ref": "#/components/schemas/Pet/$defs/name"},
        "owner": {"$ref": "#/components/schemas/Owner"},
    }


NAMES = {
    ("/Pet", "schemas.yaml"): "Pet",
    ("", "pet.yaml"): "pet",
    ("", "pet/index.yaml"): "pet",
    ("/a b~1c", "x.yaml"): "a_b_c",
    ("/allOf/0", "pet.yaml"): "pet",
    ("/Taken", "pets.yaml"): "pets.Taken",
    ("/Taken", "x/all.yaml"): "all.Taken-2",
    ("", "Taken.yaml"): "Taken-2",
}


@pytest.mark.parametrize(("pointer", "file"), list(NAMES))
def test_a_component_is_named_after_its_origin(pointer: str, file: str) -> None:
    """Its own name, else that with the name of its file, else with a number."""
    taken = {"Taken", "all.Taken"}

    assert component_name(pointer, Path(file), taken) == NAMES[pointer, file]
