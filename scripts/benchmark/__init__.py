"""The parts of `make bench`: a contract, servers that implement it, a load generator, a table."""
