"""Tables of what the OpenAPI Specification says of requests: contract, request, verdict, section."""
