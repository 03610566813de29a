"""JSON Schema: pointers, validators, what is wrong with a value, values made from schemas."""
