"""The checks as a library: what holds mocks and real servers to a contract, never the server."""
