"""Broken servers: mocks that drift from their contract in one thing, to test the checks with."""
