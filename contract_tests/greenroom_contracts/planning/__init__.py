"""The plan of a check: the operations that it may send, and their order."""
