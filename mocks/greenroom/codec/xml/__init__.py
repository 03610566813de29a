"""XML bodies by the `xml` objects of their schemas."""
