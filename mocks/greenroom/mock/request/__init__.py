"""Reading and judging a request."""
