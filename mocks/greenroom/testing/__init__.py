"""What tests hold: the mock of a vendor in a space of their own, and its requests and records."""
