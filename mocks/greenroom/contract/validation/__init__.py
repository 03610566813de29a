"""Whether a document is valid OpenAPI."""
