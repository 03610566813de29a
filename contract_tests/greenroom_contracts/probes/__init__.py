"""The requests for one operation, each with its purpose."""
