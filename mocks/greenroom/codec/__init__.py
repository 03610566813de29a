"""Values to the wire and back, by a contract."""
