"""The parts of `make bench`: a contract, servers for it, a load generator, a table."""
