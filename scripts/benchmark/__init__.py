"""The parts of `make bench`: a contract, servers that answer it, a load generator, a table."""
