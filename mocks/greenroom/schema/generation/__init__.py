"""Values made from schemas, for what a contract documents without an example."""
