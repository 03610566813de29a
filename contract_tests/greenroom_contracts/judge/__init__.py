"""Findings about an exchange, by its contract and without any network."""
