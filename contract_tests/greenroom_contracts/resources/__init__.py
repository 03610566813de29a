"""Identifiers that a run learned, and what it created."""
