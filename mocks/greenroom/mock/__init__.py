"""The core of the mock: from a request to its response, without a web framework or sockets."""
