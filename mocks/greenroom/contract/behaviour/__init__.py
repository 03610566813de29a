"""What a contract declares and implies about state: resources, and what operations do to them."""
