"""JSON Schema: pointers, validation, and values generated from schemas."""
