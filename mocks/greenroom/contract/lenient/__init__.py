"""Serving an invalid document as far as it is valid."""
