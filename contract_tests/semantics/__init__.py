"""Tables of what the OpenAPI Specification says about requests, each row with its section."""
