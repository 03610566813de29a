"""Reading and validating a request."""
