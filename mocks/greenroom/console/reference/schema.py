"""The fields that a schema describes, as rows: bounded, and safe for schemas in a circle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...contract.provenance import PROVENANCE_KEY
from ...schema import json_pointer as ptr
from ...schema.subschemas import Pointers, type_of

# Of one schema; what is left is on the page of the component that it is in.
MOST_ROWS = 400
_DEEPEST, _MOST_PARTS, _LONGEST = 10, 100, 300
_COMPONENTS = "/components/schemas/"
_BOUNDS = {
    "minLength": "at least {} characters", "maxLength": "at most {} characters",
    "minimum": "at least {}", "maximum": "at most {}", "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}", "multipleOf": "a multiple of {}",
    "minItems": "at least {} items", "maxItems": "at most {} items",
    "minProperties": "at least {} properties", "maxProperties": "at most {} properties",
    "pattern": "matches {}", "contentMediaType": "holds {}", "contentEncoding": "in {}",
}  # fmt: skip
_FLAGS = {"uniqueItems": "no item twice", "readOnly": "only in responses",
          "writeOnly": "only in requests", "deprecated": "deprecated"}  # fmt: skip
_NESTING = ("properties", "patternProperties", "additionalProperties", "items", "prefixItems",
            "oneOf", "anyOf")  # fmt: skip
# What no row can say is shown as it is written.
_RAW = ("not", "if", "then", "else", "contains", "propertyNames", "dependentSchemas",
        "$dynamicRef", "dependentRequired", "unevaluatedProperties",
        "unevaluatedItems")  # fmt: skip

_Part = tuple[dict[str, Any], str]


@dataclass(frozen=True, slots=True)
class Field:
    """One row. `schema` is the component to look at instead of `fields`, or where they come from.

    `fields` are what is in the value, `choices` its alternatives. `origin` is the component that
    an object is combined with to have this field. `raw` is JSON that says more.
    """

    name: str
    type: str
    required: bool = False
    facts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    description: str = ""
    basis: str = ""
    note: str = ""
    origin: str = ""
    schema: str = ""
    again: bool = False
    raw: str = ""
    choose: str = ""
    fields: tuple[Field, ...] = ()
    choices: tuple[Field, ...] = ()


class FieldReader:
    """Reads the fields of one schema of a document; what was unfolded before is a link."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._rows = 0
        self._seen: set[frozenset[str]] = set()

    def read(
        self, pointers: Pointers, name: str = "", required: bool = False, origin: str = "",
        depth: int = 0,
    ) -> Field:  # fmt: skip
        """The row of a value that the schemas at `pointers` describe together."""
        self._rows += 1
        parts, nullable = self._parts(pointers)
        nodes = [node for node, _ in parts]
        component = next((c for _, where in parts if (c := _component(where))), "")
        nesting = frozenset(where for node, where in parts if any(key in node for key in _NESTING))
        again = bool(nesting) and (
            nesting in self._seen or self._rows > MOST_ROWS or depth > _DEEPEST
        )
        self._seen.add(nesting)
        choose, choices = ("", ()) if again else self._choices(parts, depth)
        source = next((p for n in nodes if isinstance(p := n.get(PROVENANCE_KEY), dict)), {})
        enum = next((node["enum"] for node in nodes if isinstance(node.get("enum"), list)), ())
        raw = {key: node[key] for node in nodes for key in _RAW if key in node}
        return Field(
            name=name,
            type=self._type(parts) + (" or null" if nullable else ""),
            required=required,
            facts=tuple(dict.fromkeys(_facts(nodes))),
            values=tuple(map(shortened, enum[:100])),
            description=next((str(n["description"]) for n in nodes if n.get("description")), ""),
            basis=str(source.get("basis", "")),
            note=str(source.get("note", "")),
            origin=origin,
            schema=component if nesting else "",
            again=again,
            raw=shortened(raw, 2000) if raw else "",
            choose=choose,
            choices=choices,
            fields=() if again else tuple(self._fields(parts, component, depth + 1)),
        )

    def _parts(self, pointers: Iterable[str]) -> tuple[list[_Part], bool]:
        """All schemas that apply to one value, and whether it may be null besides."""
        found: dict[str, dict[str, Any]] = {}
        queue, nullable = list(pointers), False
        while queue and len(found) < _MOST_PARTS:
            where = queue.pop(0)
            node = self._at(where)
            if where in found or not isinstance(node, dict):
                continue
            found[where] = node
            if isinstance(node.get("$ref"), str):
                queue.insert(0, ptr.of_reference(node["$ref"]))
            queue += [ptr.join(where, "allOf", i) for i in range(len(node.get("allOf", ())))]
            for keyword in ("oneOf", "anyOf"):
                others = self._not_null(node, where, keyword)
                # One alternative to null is the value itself.
                if len(others) == 1 and len(node[keyword]) > 1:
                    nullable = True
                    queue += others
        return [(node, where) for where, node in found.items()], nullable

    def _not_null(self, node: Mapping[str, Any], where: str, keyword: str) -> list[str]:
        listed = node.get(keyword, ())
        return [ptr.join(where, keyword, i) for i, each in enumerate(listed)
                if not (isinstance(each, dict) and each.get("type") == "null")]  # fmt: skip

    def _at(self, pointer: str) -> Any:
        try:
            return ptr.look_up(self._document, pointer)
        except LookupError:
            return None

    def _fields(self, parts: list[_Part], main: str, depth: int) -> Iterator[Field]:
        required = {name for node, _ in parts for name in node.get("required", ())}
        named: dict[str, list[str]] = {}
        origins: dict[str, str] = {}
        owner = main
        for node, where in parts:
            owner = _component(where) or owner
            for name in node.get("properties", ()):
                named.setdefault(name, []).append(ptr.join(where, "properties", name))
                origins.setdefault(name, owner if owner != main else "")
        for name, places in named.items():
            if self._rows > MOST_ROWS:
                yield Field("…", "more fields", schema=main, again=bool(main))
                return
            yield self.read(tuple(places), name, name in required, origins[name], depth)
        for node, where in parts:
            for pattern in node.get("patternProperties", ()):
                place = ptr.join(where, "patternProperties", pattern)
                yield self.read((place,), f"names like {pattern}", depth=depth)
            if isinstance(node.get("additionalProperties"), dict):
                place = ptr.join(where, "additionalProperties")
                yield self.read((place,), "any other name", depth=depth)
            for i in range(len(node.get("prefixItems", ()))):
                yield self.read((ptr.join(where, "prefixItems", i),), f"item {i + 1}", depth=depth)
        items = _items(parts)
        if items:
            each = self.read(items, "each item", depth=depth)
            if (
                each.fields
                or each.choices
                or each.facts
                or each.description
                or each.again
                or each.values
            ):
                yield each

    def _choices(self, parts: list[_Part], depth: int) -> tuple[str, tuple[Field, ...]]:
        for node, where in parts:
            for keyword, word in (("oneOf", "one of"), ("anyOf", "any of")):
                places = self._not_null(node, where, keyword)
                if len(places) > 1 or (places and len(node[keyword]) == 1):
                    titled = ((self._title(p, i, node), p) for i, p in enumerate(places))
                    return word, tuple(
                        self.read((place,), title, depth=depth + 1) for title, place in titled
                        if self._rows <= MOST_ROWS
                    )  # fmt: skip
        return "", ()

    def _title(self, pointer: str, index: int, around: Mapping[str, Any]) -> str:
        """What tells an alternative from the others: a value that it fixes, or its name."""
        parts = self._parts((pointer,))[0]
        told = (around.get("discriminator") or {}).get("propertyName")
        for node, _ in parts:
            for name, schema in node.get("properties", {}).items():
                fixed = schema.get("const") if isinstance(schema, dict) else None
                if fixed is not None and told in (None, name):
                    return f"{name} = {shortened(fixed)}"
        component = next((c for _, where in parts if (c := _component(where))), "")
        title = next((str(node["title"]) for node, _ in parts if node.get("title")), "")
        return component or title or f"alternative {index + 1}"

    def _type(self, parts: list[_Part], depth: int = 0) -> str:
        """The type of a value in words, with its format."""
        nodes = [node for node, _ in parts]
        types = next((_listed(node["type"]) for node in nodes if "type" in node), [])
        if not types:
            values = [v for n in nodes for v in (*n.get("enum", ()), *_constant(n))]
            has = {key for node in nodes for key in node}
            types = list(dict.fromkeys(map(type_of, values)))
            types = types or ["object"] * bool(has & {"properties", "additionalProperties"})
            types = types or ["array"] * bool(has & {"items", "prefixItems"})
        words = []
        for name in types:
            items = _items(parts)
            if name == "array" and items and depth < 3:
                inner = self._type(self._parts(items)[0], depth + 1)
                name = f"array of {inner}" if inner != "any" else name
            words.append(name)
        kind = " or ".join(words) or "any"
        formats = [str(node["format"]) for node in nodes if node.get("format")]
        return f"{kind} ({formats[0]})" if formats else kind


def shortened(value: Any, longest: int = _LONGEST) -> str:
    """A value as JSON, or the beginning of that."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= longest else f"{text[:longest]} …"


def _facts(nodes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for node in nodes:
        yield from (f"always {shortened(each)}" for each in _constant(node))
        for key, words in _BOUNDS.items():
            if key in node and not isinstance(node[key], bool):
                value = node[key]
                yield words.format(value if isinstance(value, str) else shortened(value))[:_LONGEST]
        yield from (word for key, word in _FLAGS.items() if node.get(key) is True)
        if "default" in node:
            yield f"default {shortened(node['default'])}"
        if node.get("additionalProperties") is False:
            yield "no other properties"


def _constant(node: Mapping[str, Any]) -> tuple[Any, ...]:
    return (node["const"],) if "const" in node else ()


def _listed(types: Any) -> list[str]:
    return [types] if isinstance(types, str) else [str(each) for each in types]


def _items(parts: list[_Part]) -> Pointers:
    return tuple(ptr.join(w, "items") for n, w in parts if isinstance(n.get("items"), dict))


def _component(pointer: str) -> str:
    if not pointer.startswith(_COMPONENTS):
        return ""
    tokens = ptr.split(pointer)
    return tokens[2] if len(tokens) == 3 else ""
