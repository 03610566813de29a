"""Generating values from schemas, where a contract documents no example."""
