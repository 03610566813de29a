"""Tables of what the OpenAPI Specification says of requests, each row with its section."""
