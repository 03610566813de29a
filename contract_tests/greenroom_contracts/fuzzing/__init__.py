"""Requests made up by schemathesis."""
