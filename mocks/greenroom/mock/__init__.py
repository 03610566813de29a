"""The pure core of the mock: what to answer a request. Imports no web framework."""
