"""Serving the valid part of an invalid document."""
