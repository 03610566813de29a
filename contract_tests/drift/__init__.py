"""Broken servers: mocks that drift from their contract in one thing, to judge the checks by."""
