"""What a client can send that no client should: the bytes, and a contract that reads them all."""
