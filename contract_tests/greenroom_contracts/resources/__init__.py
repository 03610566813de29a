"""Identifiers that a run learned, and resources that it created."""
