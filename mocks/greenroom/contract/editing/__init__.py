"""Changing the documents of contracts: overlays, and drafts from OpenAPI files."""
