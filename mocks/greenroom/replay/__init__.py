"""Responses from recordings instead of examples."""
