"""Requests leave here, past the guard."""
