"""The value of a parameter's text follows from its schema, however that is composed."""

from __future__ import annotations

from typing import Any

from .case import OK, Case, broken, parameter, sent, with_parameter

INTEGER: dict[str, Any] = {"type": "integer"}
NUMBER: dict[str, Any] = {"type": "number"}
BOOLEAN: dict[str, Any] = {"type": "boolean"}
STRING: dict[str, Any] = {"type": "string"}
NULL: dict[str, Any] = {"type": "null"}
DEEP = {"style": "deepObject", "explode": True}
FLAT = {"explode": False}
SCHEMAS = {
    "Count": {"type": "integer", "minimum": 1},
    "Alias": {"$ref": "#/components/schemas/Count"},
    "Level": {"type": "string", "enum": ["low", "high"]},
    "Range": {
        "type": "object",
        "required": ["from"],
        "properties": {"from": {"$ref": "#/components/schemas/Count"}, "to": INTEGER},
    },
    "Paging": {"type": "object", "properties": {"page": INTEGER}},
    "Tree": {
        "type": "object",
        "properties": {"n": INTEGER, "in": {"$ref": "#/components/schemas/Tree"}},
        "additionalProperties": False,
    },
}
COUNT, RANGE = {"$ref": "#/components/schemas/Count"}, {"$ref": "#/components/schemas/Range"}

# Section, schema, further fields of the parameter, query, the place of the violation ("" for none).
Row = tuple[str, dict[str, Any] | bool, dict[str, Any], str, str]
TYPES = "OAS 3.1.1, Appendix B"
COMPOSED = "OAS 3.1.1, 4.8.24.4.1"
JSON_SCHEMA = "JSON Schema 2020-12"
SMALL_OR_CODE = {"oneOf": [{**INTEGER, "maximum": 9}, {**STRING, "pattern": "^[0-9]{3}$"}]}
PET = {
    "oneOf": [
        {
            "type": "object",
            "required": ["kind", "id"],
            "properties": {"kind": {"const": "cat"}, "id": INTEGER, "age": INTEGER},
            "additionalProperties": False,
        },
        {
            "type": "object",
            "required": ["kind", "id"],
            "properties": {"kind": {"const": "dog"}, "id": STRING, "age": INTEGER},
            "additionalProperties": False,
        },
    ]
}
CONDITIONAL = {
    "type": "object",
    "properties": {"kind": STRING},
    "if": {"properties": {"kind": {"const": "sized"}}, "required": ["kind"]},
    "then": {"properties": {"size": INTEGER}, "required": ["size"]},
    "else": {"properties": {"size": {**STRING, "minLength": 1}}},
}
PATTERNED = {
    "type": "object",
    "patternProperties": {"^n_": INTEGER, "^b_": BOOLEAN},
    "additionalProperties": False,
}
ROWS: list[Row] = [
    # Primitive types.
    (TYPES, INTEGER, {}, "p=5", ""),
    (TYPES, INTEGER, {}, "p=-5", ""),
    (TYPES, INTEGER, {}, "p=5.0", "/p"),
    (TYPES, INTEGER, {}, "p=five", "/p"),
    (TYPES, INTEGER, {}, "p=", "/p"),
    (TYPES, INTEGER, {}, "p=5&p=six", "/p"),
    (TYPES, NUMBER, {}, "p=1e3", ""),
    (TYPES, NUMBER, {}, "p=.5", "/p"),
    (TYPES, NUMBER, {}, "p=NaN", "/p"),
    (TYPES, NUMBER, {}, "p=1e999", "/p"),
    (TYPES, BOOLEAN, {}, "p=true", ""),
    (TYPES, BOOLEAN, {}, "p=1", "/p"),
    (TYPES, BOOLEAN, {}, "p=True", "/p"),
    (TYPES, STRING, {}, "p=5", ""),
    (TYPES, STRING, {}, "p=null", ""),
    (TYPES, {**STRING, "minLength": 1}, {}, "p=", "/p"),
    (TYPES, {**STRING, "maxLength": 1}, {}, "p=%E2%82%AC", ""),
    (TYPES, {**STRING, "format": "date"}, {}, "p=2026-02-30", "/p"),
    (TYPES, {**INTEGER, "minimum": 1}, {}, "p=0", "/p"),
    (TYPES, {"enum": [1, "two", True]}, {}, "p=1", ""),
    (TYPES, {"enum": [1, "two", True]}, {}, "p=two", ""),
    (TYPES, {"enum": [1, "two", True]}, {}, "p=true", ""),
    (TYPES, {"enum": [1, "two", True]}, {}, "p=2", "/p"),
    (TYPES, {"enum": ["1", "2"]}, {}, "p=1", ""),
    (TYPES, {}, {}, "p=anything", ""),
    (TYPES, True, {}, "p=anything", ""),
    (TYPES, False, {}, "p=anything", "/p"),
    # Null, which the empty text may mean.
    (TYPES, {"type": ["integer", "null"]}, {}, "p=", ""),
    (TYPES, {"type": ["integer", "null"]}, {}, "p=null", ""),
    (TYPES, {"type": ["integer", "null"]}, {}, "p=none", "/p"),
    (TYPES, {"anyOf": [COUNT, NULL]}, {}, "p=", ""),
    (TYPES, {"anyOf": [COUNT, NULL]}, {}, "p=0", "/p"),
    # References.
    (COMPOSED, COUNT, {}, "p=5", ""),
    (COMPOSED, COUNT, {}, "p=0", "/p"),
    (COMPOSED, {"$ref": "#/components/schemas/Alias"}, {}, "p=x", "/p"),
    (COMPOSED, {"$ref": "#/components/schemas/Alias", "maximum": 5}, {}, "p=6", "/p"),
    (COMPOSED, {"$ref": "#/components/schemas/Level"}, {}, "p=medium", "/p"),
    # `allOf`.
    (COMPOSED, {"allOf": [COUNT, {"maximum": 5}]}, {}, "p=5", ""),
    (COMPOSED, {"allOf": [COUNT, {"maximum": 5}]}, {}, "p=6", "/p"),
    (COMPOSED, {"allOf": [RANGE, {"$ref": "#/components/schemas/Paging"}]}, DEEP,
     "p[from]=1&p[page]=2", ""),
    (COMPOSED, {"allOf": [RANGE, {"$ref": "#/components/schemas/Paging"}]}, DEEP,
     "p[from]=1&p[page]=x", "/p/page"),
    (COMPOSED, {"allOf": [RANGE, {"$ref": "#/components/schemas/Paging"}]}, {},
     "from=1&page=2", ""),
    # `oneOf` and `anyOf`.
    (COMPOSED, {"anyOf": [INTEGER, BOOLEAN]}, {}, "p=5", ""),
    (COMPOSED, {"anyOf": [INTEGER, BOOLEAN]}, {}, "p=true", ""),
    (COMPOSED, {"anyOf": [INTEGER, BOOLEAN]}, {}, "p=x", "/p"),
    (COMPOSED, {"oneOf": [INTEGER, STRING]}, {}, "p=5", ""),
    (COMPOSED, SMALL_OR_CODE, {}, "p=9", ""),
    (COMPOSED, SMALL_OR_CODE, {}, "p=123", ""),
    (COMPOSED, SMALL_OR_CODE, {}, "p=10", "/p"),
    (COMPOSED, {"oneOf": [{**INTEGER, "minimum": 5}, {**INTEGER, "maximum": 7}]}, {}, "p=6", "/p"),
    (COMPOSED, {"anyOf": [COUNT, {"type": "array", "items": COUNT}]}, FLAT, "p=1,2", ""),
    (COMPOSED, {"anyOf": [COUNT, {"type": "array", "items": COUNT}]}, FLAT, "p=1", ""),
    (COMPOSED, {"oneOf": [{"const": "all"}, {"type": "array", "items": COUNT}]}, {}, "p=all", ""),
    (COMPOSED, {"oneOf": [{"const": "all"}, {"type": "array", "items": COUNT}]}, {},
     "p=1&p=2", ""),
    (COMPOSED, {"anyOf": [RANGE, INTEGER]}, DEEP, "p[from]=1", ""),
    (COMPOSED, {"anyOf": [RANGE, INTEGER]}, FLAT, "p=5", ""),
    # Items and properties may be of different types.
    (COMPOSED, {"type": "array", "items": SMALL_OR_CODE}, {}, "p=9&p=123", ""),
    (COMPOSED, {"type": "array", "items": SMALL_OR_CODE}, {}, "p=9&p=10&p=123", "/p/1"),
    (COMPOSED, {"type": "object", "additionalProperties": SMALL_OR_CODE}, DEEP,
     "p[a]=9&p[b]=123", ""),
    (COMPOSED, {"type": "array", "items": {"type": ["integer", "null"]}}, FLAT, "p=1,,3", ""),
    # The schema of an object depends on one of its properties.
    (COMPOSED, PET, DEEP, "p[kind]=cat&p[id]=5&p[age]=2", ""),
    (COMPOSED, PET, DEEP, "p[kind]=dog&p[id]=5&p[age]=2", ""),
    (COMPOSED, PET, DEEP, "p[kind]=dog&p[id]=5&p[age]=x", "/p"),
    (COMPOSED, PET, DEEP, "p[kind]=cat&p[id]=five", "/p"),
    (COMPOSED, PET, {}, "kind=dog&id=5&age=2", ""),
    (JSON_SCHEMA, CONDITIONAL, DEEP, "p[kind]=sized&p[size]=5", ""),
    (JSON_SCHEMA, CONDITIONAL, DEEP, "p[kind]=sized&p[size]=x", "/p/size"),
    (JSON_SCHEMA, CONDITIONAL, DEEP, "p[kind]=sized", "/p"),
    (JSON_SCHEMA, CONDITIONAL, DEEP, "p[kind]=free&p[size]=5", ""),
    (JSON_SCHEMA, CONDITIONAL, DEEP, "p[kind]=free&p[size]=", "/p/size"),
    (JSON_SCHEMA, {"if": INTEGER, "then": {"minimum": 5}, "else": {"minLength": 3}}, {}, "p=5", ""),
    (JSON_SCHEMA, {"dependentSchemas": {"a": {"properties": {"b": INTEGER}}}, "type": "object"},
     DEEP, "p[a]=1&p[b]=2", ""),
    (JSON_SCHEMA, {"dependentSchemas": {"a": {"properties": {"b": INTEGER}}}, "type": "object"},
     DEEP, "p[a]=1&p[b]=x", "/p/b"),
    (JSON_SCHEMA, {"not": {"const": 5}, "type": "integer"}, {}, "p=5", "/p"),
    # `patternProperties` and `additionalProperties`.
    (JSON_SCHEMA, PATTERNED, DEEP, "p[n_a]=5&p[b_a]=true", ""),
    (JSON_SCHEMA, PATTERNED, DEEP, "p[n_a]=x", "/p/n_a"),
    (JSON_SCHEMA, PATTERNED, DEEP, "p[other]=x", "/p"),
    (JSON_SCHEMA, PATTERNED, {}, "n_a=5&other=x", ""),
    (JSON_SCHEMA, PATTERNED, {}, "n_a=x", "/p/n_a"),
    (JSON_SCHEMA, {"type": "object", "additionalProperties": INTEGER}, DEEP, "p[a]=5", ""),
    (JSON_SCHEMA, {"type": "object", "additionalProperties": INTEGER}, DEEP, "p[a]=x", "/p/a"),
    (JSON_SCHEMA, {"type": "object", "unevaluatedProperties": INTEGER}, DEEP, "p[a]=5", ""),
    (JSON_SCHEMA, {"type": "object", "propertyNames": {"maxLength": 1}}, DEEP, "p[ab]=5", "/p"),
    (JSON_SCHEMA, {"type": "object", "maxProperties": 1}, DEEP, "p[a]=5&p[b]=6", "/p"),
    (JSON_SCHEMA, {"$ref": "#/components/schemas/Tree"}, DEEP, "p[n]=1&p[in][n]=2", ""),
    (JSON_SCHEMA, {"$ref": "#/components/schemas/Tree"}, DEEP, "p[in][in][n]=x", "/p/in/in/n"),
    # `prefixItems`, `contains` and the number of items.
    (JSON_SCHEMA, {"type": "array", "prefixItems": [INTEGER, STRING], "items": BOOLEAN}, FLAT,
     "p=1,2,true", ""),
    (JSON_SCHEMA, {"type": "array", "prefixItems": [INTEGER, STRING], "items": BOOLEAN}, FLAT,
     "p=1,2,3", "/p/2"),
    (JSON_SCHEMA, {"type": "array", "prefixItems": [INTEGER], "items": False}, FLAT,
     "p=1,2", "/p/1"),
    (JSON_SCHEMA, {"type": "array", "contains": INTEGER}, FLAT, "p=a,5", ""),
    (JSON_SCHEMA, {"type": "array", "contains": INTEGER}, FLAT, "p=a,b", "/p"),
    (JSON_SCHEMA, {"type": "array", "maxItems": 2}, {}, "p=1&p=2&p=3", "/p"),
    (JSON_SCHEMA, {"type": "array", "uniqueItems": True, "items": INTEGER}, {}, "p=1&p=01", "/p"),
    (JSON_SCHEMA, {"type": "array", "items": {"type": "array", "items": INTEGER}}, DEEP,
     "p[0][0]=1&p[0][1]=2", ""),
]  # fmt: skip


def _case(row: Row) -> Case:
    section, schema, more, query, place = row
    described = parameter(schema, **more)
    document = with_parameter(described, schemas=SCHEMAS)
    verdict = broken(f"query {place}") if place else OK
    return Case(section, f"{schema} {more or ''} {query}", document, sent("query", query), verdict)


CASES = [_case(row) for row in ROWS]
