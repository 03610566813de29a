"""What `make bench` is made of: a contract, servers that answer it, a load generator, a table."""
