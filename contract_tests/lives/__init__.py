"""The lives of the resources that the documents of the vendors let a client create."""
